#include "trailwatch/demo/county.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "demo/calendar.h"
#include "demo/cases.h"
#include "demo/misuse.h"
#include "demo/organisation.h"
#include "demo/reference_files.h"
#include "demo/trails.h"
#include "demo/truth.h"
#include "demo/work.h"

namespace trailwatch::demo {

namespace {

constexpr int kDaysMax = 3660;
constexpr int kScaleMax = 20;  // beyond, a unit's terminals would not fit into its net

Status check(const Options& options) {
  if (options.days < 1 || options.days > kDaysMax) {
    return Error{Errc::invalid, "a county needs 1 to 3660 days", "", {"days"}};
  }
  if (options.officers_scale < 1 || options.officers_scale > kScaleMax) {
    return Error{Errc::invalid, "the number of officers can be scaled by 1 to 20", "", {"officers_scale"}};
  }
  // ROC dates have a year of three digits; leave and cases reach a few weeks beyond the trails.
  const LocalDay earliest = to_day({1913, 1, 1}).plus(options.days), latest = to_day({2909, 12, 31});
  if (options.until < earliest || options.until > latest) {
    return Error{Errc::invalid, "the days must lie between 1913 and 2909", "", {"until"}};
  }
  return Done{};
}

// What happened at the same time stays in the order in which it was made up.
void sort_by_time(std::vector<Event>& events) {
  for (std::size_t i = 0; i < events.size(); ++i) events[i].number = i;
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return std::pair(a.time, a.number) < std::pair(b.time, b.number); });
}

DayEvents take(const std::vector<Event>& events, Channel channel) {
  DayEvents out;
  std::copy_if(events.begin(), events.end(), std::back_inserter(out),
               [channel](const Event& event) { return event.channel == channel; });
  return out;
}

}  // namespace

Status make_county(const Options& options, const WriteFile& write) {
  if (Status status = check(options); !status) return status;
  const LocalDay first = options.until.plus(1 - options.days);
  const Organisation organisation = organise(options.seed, options.officers_scale, first);
  Duty duty(organisation, options.seed);
  CaseBook cases(organisation, options.seed);
  Work work(organisation, duty, cases, options.seed);
  Truth truth;
  Misuse misuse(organisation, duty, cases, work, truth, options.seed, options.until);
  duty.grant_leave(misuse.cast(), first, options.until);

  const Scene scene{organisation, truth, write, first, options.until};
  Random numbers(options.seed, "running numbers");
  HouseholdTrail household(scene);
  LandTrail land(scene);
  VehicleTrail vehicle(scene, 100'000 + numbers.below(100'000));
  PoliceTrail police(scene, 600'000 + numbers.below(300'000));
  std::vector<Event> events;
  for (LocalDay day = first; day <= options.until; day = day.plus(1)) {
    events.clear();
    for (std::size_t officer = 0; officer < organisation.officers.size(); ++officer) work.day(officer, day, events);
    misuse.day(day, events);
    sort_by_time(events);
    DayEvents of_household = take(events, Channel::household), of_land = take(events, Channel::land);
    DayEvents of_vehicle = take(events, Channel::vehicle), of_police = take(events, Channel::police);
    if (Status status = household.day(day, of_household); !status) return status;
    if (Status status = land.day(day, of_land); !status) return status;
    if (Status status = vehicle.day(day, of_vehicle); !status) return status;
    if (Status status = police.day(day, of_police); !status) return status;
  }

  const ReferenceData reference{organisation, duty,  cases,        misuse.protected_persons(),
                                options.seed, first, options.until};
  if (Status status = write_reference_files(reference, write); !status) return status;
  if (Status status = write("truth.csv", truth.summary_csv()); !status) return status;
  return write("truth_events.csv", truth.events_csv());
}

}  // namespace trailwatch::demo
