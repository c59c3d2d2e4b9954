#include "app/case_summary.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "app/listing.h"
#include "app/sampling.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/period.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

// What fits on some forty pages; the bundle has the rest.
constexpr std::size_t kLookupsMax = 800;

std::string joined(const std::set<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "、") + part;
  return out;
}

std::string risk_of(const model::Alert& alert) {
  const char* const shape = alert.severity == model::Severity::high     ? "▲ "
                            : alert.severity == model::Severity::medium ? "◆ "
                                                                        : "● ";
  return shape + std::string(model::to_chinese(alert.severity)) + " " + std::to_string(std::llround(alert.score));
}

class Gathering {
 public:
  Gathering(const Workplace& workplace, store::Reader& reader, const Matter& matter)
      : workplace_(workplace), reader_(reader), matter_(matter) {}

  Result<report::CaseSummary> run() {
    out_.agency = workplace_.config.agency;
    out_.number = matter_.case_id.empty() ? "警示 " + matter_.alerts.front().id : "案件 " + matter_.case_id;
    whom();
    alerts();
    for (const auto step : {&Gathering::lookups, &Gathering::answers, &Gathering::bundles, &Gathering::checkpoint}) {
      if (Status done = (this->*step)(); !done) return std::move(done).error();
    }
    std::sort(out_.entries.begin(), out_.entries.end(), [](const auto& a, const auto& b) {
      return std::tie(a.at, a.about, a.state, a.words) < std::tie(b.at, b.about, b.state, b.words);
    });
    return std::move(out_);
  }

 private:
  void whom() {
    const model::Key& key = matter_.alerts.front().key;
    out_.name = for_display(key.name);
    if (key.about != model::About::officer) {
      out_.place = for_display(key.agency);
      return;
    }
    out_.id = for_display(key.name);
    out_.name = "未列於人員檔";
    if (const registry::Officer* const officer = workplace_.registry.officer(key.name)) {
      out_.name = vault::mask_officer_name(officer->name);
      out_.place = officer->agency + (officer->agency.empty() ? "" : " ") + officer->unit +
                   (officer->role.empty() ? "" : "・" + officer->role);
    }
  }

  void alerts() {
    std::set<std::string> seen;
    for (const model::Alert& alert : matter_.alerts) {
      const auto verdict = model::find_verdict(alert.status).value_or(model::Verdict::open);
      out_.alerts.push_back(
          {alert.day, alert.id, risk_of(alert), alert.events, alert.why, std::string(model::to_chinese(verdict))});
      for (const model::Contribution& part : alert.contributions) {
        out_.rules.push_back(
            {alert.day, part.title.empty() ? part.rule : part.title, std::llround(part.points), part.sentence});
        const auto rule = workplace_.rules.find(part.rule);
        if (!rule) continue;
        for (const std::string& normal : workplace_.rules.rules()[*rule].false_positives) {
          if (seen.insert(normal).second) out_.normal_if.push_back(normal);
        }
      }
    }
    for (const model::Decision& decision : matter_.entries) {
      const bool is_open = decision.verdict == model::Verdict::open;
      out_.entries.push_back({workplace_.zone.local(decision.entry.at), decision.entry.by, "警示 " + decision.alert,
                              is_open ? "重新開啟" : std::string(model::to_chinese(decision.verdict)),
                              decision.entry.reason});
    }
  }

  Status lookups() {
    Marks marks;
    for (const model::Alert& alert : matter_.alerts) {
      Result<Marks> some = read_marks(workplace_, reader_, alert);
      if (!some) return std::move(some).error();
      for (auto& [event, titles] : *some) {
        std::vector<std::string>& to = marks[event];
        for (std::string& title : titles) {
          if (std::find(to.begin(), to.end(), title) == to.end()) to.push_back(std::move(title));
        }
      }
    }
    Result<std::vector<store::StoredEvent>> events = events_in_order(reader_, matter_.events);
    if (!events) return std::move(events).error();
    std::set<std::string> systems, accounts;
    std::set<vault::Token> subjects;
    for (const store::StoredEvent& stored : *events) {
      systems.insert(workplace_.system_title(stored.event.system));
      if (!stored.event.account.empty()) accounts.insert(for_display(stored.event.account));
      Result<std::optional<vault::Token>> token = reader_.subject_token(stored.id);
      if (!token) return std::move(token).error();
      if (*token) subjects.insert(**token);
      if (out_.lookups.size() == kLookupsMax) {
        ++out_.lookups_omitted;
        continue;
      }
      report::CaseLookup one{shown_lookup(workplace_, stored.event), std::nullopt};
      one.row.marks = marks[stored.id];
      Result<std::optional<std::int64_t>> leaf = reader_.leaf_of(seal::LeafKind::event, stored.id);
      if (!leaf) return std::move(leaf).error();
      one.leaf = *leaf;
      out_.lookups.push_back(std::move(one));
    }
    out_.systems = joined(systems);
    out_.account = joined(accounts);
    out_.subjects = static_cast<std::int64_t>(subjects.size());
    return Done{};
  }

  // What units answered about these look-ups in the audits of their months, quarters and halves.
  Status answers() {
    std::set<std::string> periods;
    for (const model::Alert& alert : matter_.alerts) {
      const CivilDate date = to_civil(alert.day);
      const std::string year = format_day(alert.day).substr(0, 4);
      periods.insert(format_day(alert.day).substr(0, 7));
      periods.insert(year + "-Q" + std::to_string((date.month + 2) / 3));
      periods.insert(year + "-H" + std::to_string(date.month <= 6 ? 1 : 2));
    }
    for (const std::string& period : periods) {
      Result<std::vector<model::SamplingAnswer>> found = reader_.sampling_answers(period);
      if (!found) return std::move(found).error();
      for (const model::SamplingAnswer& answer : *found) {
        if (!std::binary_search(matter_.events.begin(), matter_.events.end(), answer.event)) continue;
        out_.entries.push_back({workplace_.zone.local(answer.entry.at), answer.entry.by,
                                "抽查 " + period + "，事件 " + event_code(answer.event),
                                std::string(model::to_chinese(answer.answer)), answer.entry.reason});
      }
    }
    return Done{};
  }

  Status bundles() {
    Result<std::vector<model::Exported>> exports = reader_.exports("evidence");
    if (!exports) return std::move(exports).error();
    for (const model::Exported& exported : *exports) {
      const nlohmann::json scope = nlohmann::json::parse(exported.scope, nullptr, false);
      const std::string alert = scope.is_object() ? scope.value("alert", "") : "";
      if (std::none_of(matter_.alerts.begin(), matter_.alerts.end(),
                       [&](const auto& one) { return one.id == alert; })) {
        continue;
      }
      Result<std::optional<std::int64_t>> leaf = reader_.leaf_of_export(exported);
      if (!leaf) return std::move(leaf).error();
      for (const model::ExportedFile& file : exported.files) {
        out_.bundles.push_back({workplace_.zone.local(exported.at), exported.by, alert, for_display(file.name),
                                file.sha256, static_cast<std::int64_t>(exported.events.size()), *leaf});
      }
    }
    return Done{};
  }

  Status checkpoint() {
    Result<std::optional<store::NoteRow>> note = reader_.newest_note();
    if (!note) return std::move(note).error();
    if (!*note) return Done{};
    out_.checkpoint = (*note)->text;
    out_.log_origin = out_.checkpoint.substr(0, out_.checkpoint.find('\n'));
    return Done{};
  }

  const Workplace& workplace_;
  store::Reader& reader_;
  const Matter& matter_;
  report::CaseSummary out_;
};

}  // namespace

Result<report::CaseSummary> gather_case(const Workplace& workplace, store::Reader& reader, const Matter& matter) {
  for (const model::Alert& alert : matter.alerts) {
    if (alert.key == matter.alerts.front().key) continue;
    return Error{Errc::invalid,
                 "alert " + alert.id + " is about somebody else than " + matter.alerts.front().id,
                 "a summary is about one officer, unit, subject or source; make one for each",
                 {}};
  }
  return Gathering(workplace, reader, matter).run();
}

}  // namespace trailwatch::app
