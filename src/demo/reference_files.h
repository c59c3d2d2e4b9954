#pragma once

#include <string>
#include <vector>

#include "demo/calendar.h"
#include "demo/cases.h"
#include "demo/organisation.h"
#include "trailwatch/base/result.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::demo {

// reference/*.csv: what an office would keep beside the trails.
struct ReferenceData {
  const Organisation& organisation;
  const Duty& duty;
  const CaseBook& cases;
  std::vector<std::string> protected_persons;
  std::uint64_t seed;
  LocalDay first, until;
};

Status write_reference_files(const ReferenceData& data, const WriteFile& write);

}  // namespace trailwatch::demo
