#pragma once

#include <string>
#include <string_view>

#include "trailwatch/model/event.h"

namespace trailwatch::vault {

// What people see of identifiers without a logged reason. Each is safe to show: `for_display` is applied.

// `J123456789` → `J12****789`; `ABC-1234` → `ABC-1***`; a parcel keeps its first four characters; a name stands alone
// as a subject when there was no id: `李大明` → `李○○`. Empty stays empty.
std::string mask_subject(model::SubjectKind kind, model::LookupBy by, std::string_view subject);
// A citizen: `李大明` → `李○○`
std::string mask_citizen_name(std::string_view name);
// An officer: `王小明` → `王○明`, `李明` → `李○`, `歐陽小明` → `歐○○明`
std::string mask_officer_name(std::string_view name);

}  // namespace trailwatch::vault
