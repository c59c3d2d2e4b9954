#include "trailwatch/report/sampling_frame.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "report/shown.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::report {

namespace {

using json = nlohmann::ordered_json;

std::vector<const SamplingUnit*> by_code(const DrawStratum& stratum) {
  std::vector<const SamplingUnit*> out;
  out.reserve(stratum.events.size());
  for (const SamplingUnit& event : stratum.events) out.push_back(&event);
  std::sort(out.begin(), out.end(), [](const SamplingUnit* a, const SamplingUnit* b) {
    return a->code != b->code ? a->code < b->code : a->event < b->event;
  });
  return out;
}

json to_json(const DrawStratum& stratum) {
  const SamplingQuota& quota = stratum.quota;
  const SampleSize size = sample_size(stratum.events, quota);
  const auto with_findings =
      std::count_if(stratum.events.begin(), stratum.events.end(), [](const SamplingUnit& e) { return e.points > 0; });
  json out;
  out["system"] = shown_with_lines(stratum.system);
  out["agency"] = shown_with_lines(stratum.agency);  // as the frame writes them
  out["unit"] = shown_with_lines(stratum.unit);
  out["population"] = stratum.events.size();
  out["with_findings"] = with_findings;
  out["ratio"] = quota.ratio;
  out["floor"] = quota.floor;
  out["ceiling"] = quota.ceiling ? json(*quota.ceiling) : json(nullptr);
  out["per_officer"] = quota.per_officer;
  out["weighted_share"] = quota.weighted_share;
  out["random"] = size.random;
  out["weighted"] = size.weighted;
  return out;
}

}  // namespace

std::string frame_csv(const std::vector<DrawStratum>& strata) {
  std::string out = "\xEF\xBB\xBF\"系統\",\"機關\",\"單位\",\"人員序\",\"事件代碼\"\r\n";
  for (const DrawStratum& stratum : strata) {
    const std::string place = csv_cell(stratum.system) + "," + csv_cell(stratum.agency) + "," + csv_cell(stratum.unit);
    std::map<std::string_view, std::size_t> numbers;
    for (const SamplingUnit* const event : by_code(stratum)) {
      std::size_t number = 0;
      if (!event->officer.empty()) number = numbers.emplace(event->officer, numbers.size() + 1).first->second;
      out += place + ",\"" + std::to_string(number) + "\"," + csv_cell(event->code) + "\r\n";
    }
  }
  return out;
}

std::string plan_json(const std::vector<DrawStratum>& strata, const DrawSeed& seed, const Period& period,
                      const std::string& agency, const LocalTime& cutoff, const std::string& frame) {
  json out;
  out["format"] = "trailwatch-sampling-plan/1";
  out["agency"] = agency;
  out["period"] = period.name();
  out["first_day"] = format_day(period.first);
  out["last_day"] = format_day(period.last());
  out["cutoff"] = format_day(cutoff.day) + " " + format_clock(cutoff).substr(0, 5);
  out["official"] = seed.official;
  out["seed"] = seed.text;
  out["checkpoint"] = nullptr;
  if (seed.tree_size) {
    out["checkpoint"] = {{"origin", seed.origin}, {"size", *seed.tree_size}, {"root", seed.root}};
  }
  out["frame_sha256"] = to_hex(sha256(frame));
  std::size_t population = 0;
  json list = json::array();
  for (const DrawStratum& stratum : strata) {
    population += stratum.events.size();
    list.push_back(to_json(stratum));
  }
  out["population"] = population;
  out["strata"] = std::move(list);
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace trailwatch::report
