#include "app/sampling.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "app/lookups.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/leaf.h"
#include "trailwatch/seal/tree.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

report::SamplingQuota to_quota(const config::Sampling& from) {
  return {from.ratio, from.floor, from.ceiling, from.per_officer, from.weighted_share};
}

report::SamplingQuota quota_for(const config::Config& config, const std::string& system, const std::string& agency,
                                const std::string& unit) {
  config::Sampling found;
  for (const std::string& name : {std::string("default"), system, system + "/" + agency + "/" + unit}) {
    const auto at = config.sampling.find(name);
    if (at != config.sampling.end()) found = at->second;
  }
  return to_quota(found);
}

struct EventRisk {
  double points = 0;
  std::vector<std::string> titles;
};
using Risks = std::map<model::EventId, EventRisk>;

Result<Risks> read_risks(const Workplace& workplace, store::Reader& reader, const report::Period& period) {
  const std::map<std::string, std::string> titles = workplace.rule_titles();
  Risks out;
  for (LocalDay day = period.first; day <= period.last(); day = day.plus(1)) {
    Result<std::vector<model::Finding>> findings = reader.findings(day);
    if (!findings) return std::move(findings).error();
    for (const model::Finding& finding : *findings) {
      const auto title = titles.find(finding.rule);
      if (title == titles.end()) continue;
      for (const model::EventId event : finding.events) {
        EventRisk& risk = out[event];
        risk.points += finding.points;
        // Two groups of one rule are one reason to a reader.
        if (std::find(risk.titles.begin(), risk.titles.end(), title->second) == risk.titles.end()) {
          risk.titles.push_back(title->second);
        }
      }
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "；") + part;
  return out;
}

std::string shown_officer(const Workplace& workplace, const model::QueryEvent& event) {
  const registry::Officer* officer = workplace.registry.officer(event.officer);
  const std::string& name = officer != nullptr && !officer->name.empty() ? officer->name : event.officer_name;
  return name.empty() ? event.officer : event.officer + " " + vault::mask_officer_name(name);
}

// Within these the random part is drawn by chance alone: the whole stratum, or each officer where each has a minimum.
using Strata = std::map<std::string, report::Stratum>;

class Gathering {
 public:
  Gathering(const Workplace& workplace, store::Reader& reader, const SamplingWish& wish)
      : workplace_(workplace), reader_(reader), wish_(wish) {
    out_.sheets.agency = workplace.config.agency;
    out_.sheets.month = to_civil(wish.period.first);
    out_.sheets.kind = wish.period.kind;
    out_.sheets.seed = wish.seed.text;
    out_.sheets.official = wish.seed.official;
  }

  Result<Sampling> run() {
    for (const auto step : {&Gathering::read, &Gathering::draw}) {
      if (Status done = (this->*step)(); !done) return std::move(done).error();
    }
    estimate();
    std::sort(out_.events.begin(), out_.events.end());
    return std::move(out_);
  }

 private:
  bool is_wished(const store::PopulationRow& row) const {
    if (!wish_.system.empty() && row.system != wish_.system) return false;
    return wish_.unit.empty() || row.unit == wish_.unit || row.agency + "/" + row.unit == wish_.unit;
  }

  // Everything that can be drawn, by unit, then by system.
  Status read() {
    const Instant from = workplace_.zone.start_of(wish_.period.first),
                  until = workplace_.zone.start_of(wish_.period.last().plus(1));
    Result<std::vector<store::PopulationRow>> population = reader_.population(from, until);
    if (!population) return std::move(population).error();
    Result<Risks> risks = read_risks(workplace_, reader_, wish_.period);
    if (!risks) return std::move(risks).error();
    risks_ = *std::move(risks);
    Result<std::vector<model::SamplingAnswer>> answers = reader_.sampling_answers(wish_.period.name());
    if (!answers) return std::move(answers).error();
    for (model::SamplingAnswer& answer : *answers) answers_.emplace(answer.event, std::move(answer));

    std::optional<model::EventId> last;  // that the checkpoint holds
    if (wish_.seed.tree_size) {
      Result<model::EventId> below = reader_.last_event_below(*wish_.seed.tree_size);
      if (!below) return std::move(below).error();
      last = *below;
    }

    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
    for (const store::PopulationRow& row : *population) {
      if (!is_wished(row)) continue;
      if (last && row.id > *last) {
        ++out_.too_late;
        continue;
      }
      const auto [at, is_new] = places.try_emplace({row.agency, row.unit, row.system}, out_.strata.size());
      if (is_new) {
        out_.strata.push_back(
            {row.system, row.agency, row.unit, quota_for(workplace_.config, row.system, row.agency, row.unit), {}});
      }
      const auto risk = risks_.find(row.id);
      out_.strata[at->second].events.push_back({row.id, event_code(row.id), row.system, row.agency, row.unit,
                                                row.officer, risk == risks_.end() ? 0 : risk->second.points});
    }
    std::sort(out_.strata.begin(), out_.strata.end(), [](const auto& a, const auto& b) {
      return std::tie(a.agency, a.unit, a.system) < std::tie(b.agency, b.unit, b.system);
    });
    return Done{};
  }

  Status draw() {
    for (const report::DrawStratum& stratum : out_.strata) {
      std::vector<report::UnitSheet>& units = out_.sheets.units;
      if (units.empty() || units.back().agency != stratum.agency || units.back().unit != stratum.unit) {
        units.push_back({stratum.agency, stratum.unit, 0, 0, 0, {}, {}});
      }
      if (Status done = add_rows(stratum, units.back()); !done) return done;
    }
    return Done{};
  }

  Status add_rows(const report::DrawStratum& stratum, report::UnitSheet& sheet) {
    const std::vector<report::SampledEvent> sample = report::draw(stratum.events, stratum.quota, wish_.seed.text);
    std::vector<model::EventId> ids;
    for (const report::SampledEvent& drawn : sample) ids.push_back(stratum.events[drawn.index].event);
    Result<std::vector<store::StoredEvent>> events = reader_.events(ids);
    if (!events) return std::move(events).error();
    sheet.population += static_cast<std::int64_t>(stratum.events.size());
    for (std::size_t i = 0; i < events->size(); ++i) {
      Result<std::string> hash = leaf_hash((*events)[i].id);
      if (!hash) return std::move(hash).error();
      sheet.rows.push_back(row_of((*events)[i], sample[i].drawn));
      sheet.rows.back().leaf_hash = *std::move(hash);
      sheet.rows.back().number = static_cast<std::int64_t>(sheet.rows.size());
      ++(sample[i].drawn == report::Drawn::random ? sheet.random : sheet.weighted);
    }
    out_.events.insert(out_.events.end(), ids.begin(), ids.end());
    count(stratum, sample);
    return Done{};
  }

  // Empty for an event that was erased.
  Result<std::string> leaf_hash(model::EventId event) {
    Result<std::optional<std::int64_t>> index = reader_.leaf_of(seal::LeafKind::event, event);
    if (!index) return std::move(index).error();
    if (!*index) return std::string();
    Result<store::StoredLeaf> leaf = reader_.leaf(**index);
    if (!leaf) return std::move(leaf).error();
    return leaf->bytes.empty() ? std::string() : to_hex(seal::leaf_hash(leaf->bytes));
  }

  report::SheetRow row_of(const store::StoredEvent& stored, report::Drawn drawn) const {
    const model::QueryEvent& event = stored.event;
    report::SheetRow row;
    row.time = workplace_.zone.local(event.time);
    row.system = workplace_.system_title(event.system);
    row.officer = shown_officer(workplace_, event);
    row.action = workplace_.action_title(event.action);
    row.subject = shown_subject(event);
    row.reason = shown_reason(workplace_, event);
    row.case_no = for_display(event.case_no);
    row.drawn = drawn;
    if (const auto risk = risks_.find(stored.id); risk != risks_.end()) row.risk = joined(risk->second.titles);
    row.code = event_code(stored.id);
    row.file = event.origin.source + "/" + for_display(event.origin.file);
    row.line = event.origin.line;
    if (const auto answer = answers_.find(stored.id); answer != answers_.end()) {
      row.answer = answer->second.answer;
      row.explanation = answer->second.entry.reason;
    }
    return row;
  }

  void count(const report::DrawStratum& stratum, const std::vector<report::SampledEvent>& sample) {
    Strata& strata = strata_[stratum.system];
    const bool by_officer = stratum.quota.per_officer > 0;
    const auto part = [&](const report::SamplingUnit& event) -> report::Stratum& {
      return strata[stratum.agency + "\n" + stratum.unit + "\n" + (by_officer ? event.officer : "")];
    };
    for (const report::SamplingUnit& event : stratum.events) ++part(event).population;
    for (const report::SampledEvent& drawn : sample) {
      const report::SamplingUnit& event = stratum.events[drawn.index];
      report::Stratum& to = part(event);
      const auto answer = answers_.find(event.event);
      const bool is_random = drawn.drawn == report::Drawn::random;
      to.drawn += is_random ? 1 : 0;
      if (answer == answers_.end() || answer->second.answer == model::Answer::unclear) continue;
      const bool fits = answer->second.answer == model::Answer::fits;
      ++(is_random ? (fits ? to.fits : to.fits_not) : (fits ? to.also_fits : to.also_fits_not));
    }
  }

  void estimate() {
    std::vector<report::Stratum> all;
    std::vector<report::EstimateLine> lines;
    for (const auto& [system, strata] : strata_) {
      std::vector<report::Stratum> own;
      for (const auto& [place, stratum] : strata) own.push_back(stratum);
      all.insert(all.end(), own.begin(), own.end());
      lines.push_back({workplace_.system_title(system), report::estimate(own)});
    }
    out_.sheets.estimates.push_back({"全部", report::estimate(all)});
    if (lines.size() > 1) out_.sheets.estimates.insert(out_.sheets.estimates.end(), lines.begin(), lines.end());
  }

  const Workplace& workplace_;
  store::Reader& reader_;
  const SamplingWish& wish_;
  Risks risks_;
  std::map<model::EventId, model::SamplingAnswer> answers_;
  std::map<std::string, Strata> strata_;  // by system
  Sampling out_;
};

}  // namespace

std::string event_code(model::EventId id) {
  std::string digits = std::to_string(id);
  return std::string(digits.size() < 12 ? 12 - digits.size() : 0, '0') + digits;
}

std::vector<std::pair<std::string, report::SamplingQuota>> quotas_in_words(const Workplace& workplace) {
  std::vector<std::pair<std::string, report::SamplingQuota>> out;
  const auto& plan = workplace.config.sampling;
  const auto general = plan.find("default");
  out.emplace_back("全部系統", to_quota(general == plan.end() ? config::Sampling{} : general->second));
  for (const auto& [name, quota] : plan) {
    if (name == "default") continue;
    const std::vector<std::string_view> parts = split(name, '/');
    std::string words = workplace.system_title(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) words += "／" + std::string(parts[i]);
    out.emplace_back(words, to_quota(quota));
  }
  return out;
}

Result<Sampling> gather_sampling(const Workplace& workplace, store::Reader& reader, const SamplingWish& wish) {
  return Gathering(workplace, reader, wish).run();
}

}  // namespace trailwatch::app
