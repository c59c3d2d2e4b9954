#pragma once

#include <span>
#include <string_view>

#include "demo/event.h"
#include "demo/organisation.h"
#include "demo/random.h"

namespace trailwatch::demo {

enum class CaseUse : std::uint8_t {
  none,
  accepted,  // an application or letter of the same day or the days before
  running,   // a detective's own case, its people on file
};

// One kind of errand that makes an officer look things up.
struct Task {
  int weight;
  Channel channel;
  Wanted wanted;
  std::string_view system;  // police only
  std::string_view code;
  CaseUse cases;
  std::string_view case_kind;
  bool needs_approver;
  int subjects_min, subjects_max;
  std::span<const std::string_view> reasons;
};

struct Duties {
  int sessions_a_day;  // in eight hours
  std::span<const Task> tasks;
};

// What an officer of this role does all day.
Duties duties_of(Role role);
const Task& pick_task(const Duties& duties, Random& random);
// Reasons that say nothing: a small share in honest work too.
std::span<const std::string_view> poor_reasons();

struct Function {
  std::string_view code;
  std::string_view name;  // household only
};
// The function that such a look-up uses.
Function pick_function(Channel channel, Wanted wanted, std::string_view police_system, Random& random);

}  // namespace trailwatch::demo
