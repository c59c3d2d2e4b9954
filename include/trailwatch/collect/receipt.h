#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/collect/live.h"

namespace trailwatch::collect {

// {"stored":412,"duplicates":0,"quarantined":1,"rejected":[{"line":7,"code":"bad-time","reason":"…"}]}, on one line;
// `fate` is no part of it.
std::string receipt_json(const Receipt& receipt);
// What `receipt_json` has written, as `stored`; nothing for anything else.
std::optional<Receipt> parse_receipt(std::string_view json);

}  // namespace trailwatch::collect
