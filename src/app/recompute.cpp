#include "app/recompute.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/judge.h"
#include "app/keys.h"
#include "app/progress.h"
#include "app/reevaluation.h"
#include "app/retention.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/leaf.h"
#include "trailwatch/store/copy.h"

namespace trailwatch::app {

namespace {

using Json = nlohmann::ordered_json;

// The copy, gone with what SQLite puts beside it when this ends.
class Scratch {
 public:
  Scratch(const Machine& machine, const std::string& directory)
      : machine_(machine), path_(join_path(directory, "recompute-" + to_hex_digits(machine.random.bytes(8)) + ".db")) {}
  ~Scratch() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      if (Status removed = machine_.files.remove(path_ + suffix); !removed)
        machine_.log.error("remove it by hand: " + removed.error().text());
    }
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  static std::string to_hex_digits(const std::string& bytes) { return to_hex(sha256(bytes), bytes.size()); }

  const Machine& machine_;
  std::string path_;
};

// What the store says about one officer, unit, approver, subject or source on one day, line by line.
struct Said {
  std::string alert;  // empty: there is none
  double score = 0;
  std::vector<std::string> findings;  // sorted
  bool operator==(const Said&) const = default;
};
using Place = std::pair<LocalDay, model::Key>;
using Judged = std::map<Place, Said>;

std::string text_of(const model::Finding& finding) {
  Json out = {finding.rule,   finding.group,    finding.first.micros, finding.last.micros, finding.count,
              finding.points, finding.sentence, finding.numbers,      finding.events};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const model::Alert& alert) {
  Json parts = Json::array();
  for (const model::Contribution& one : alert.contributions)
    parts.push_back({one.rule, one.points, one.sentence, one.events});
  Json out = {alert.id,  alert.score, alert.first.micros, alert.last.micros, alert.events,
              alert.why, parts,       alert.evidence};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Judged> judged_on(store::Reader& reader, LocalDay day) {
  Judged out;
  Result<std::vector<model::Finding>> findings = reader.findings(day);
  if (!findings) return std::move(findings).error();
  for (const model::Finding& finding : *findings) out[{day, finding.key}].findings.push_back(text_of(finding));
  Result<std::vector<model::Alert>> alerts = reader.alerts(day, day);
  if (!alerts) return std::move(alerts).error();
  for (const model::Alert& alert : *alerts) {
    Said& said = out[{day, alert.key}];
    said.alert = text_of(alert);
    said.score = alert.score;
  }
  for (auto& [place, said] : out) std::sort(said.findings.begin(), said.findings.end());
  return out;
}

std::string points(double score) {
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "%.1f", score);
  return out.data();
}

std::string difference_of(const Said& stored, const Said& fresh) {
  if (stored.alert.empty() && !fresh.alert.empty()) {
    return "缺少警示，應為 " + points(fresh.score) + " 分 (an alert is missing)";
  }
  if (!stored.alert.empty() && fresh.alert.empty()) return "警示無所依據 (an alert that nothing explains)";
  if (stored.alert != fresh.alert) {
    return "警示內容不符，現為 " + points(stored.score) + " 分，應為 " + points(fresh.score) +
           " 分 (an alert was changed)";
  }
  return "發現內容不符 (findings were changed)";
}

// A copy of the store that can be evaluated.
class Copy {
 public:
  static Result<std::unique_ptr<Copy>> open(const Machine& machine, const Workplace& workplace,
                                            const std::string& path);

  // Ends what was under way when the copy was made.
  Status settle();
  Status evaluate_all();
  Result<std::vector<std::string>> other_files();
  store::Reader& reader() { return writer_->reader(); }
  std::optional<LocalDay> first() const { return first_; }
  Result<std::vector<LocalDay>> days();

 private:
  Copy(const Machine& machine, const Workplace& workplace, std::unique_ptr<store::Writer> writer, Judgement chosen)
      : machine_(machine),
        workplace_(workplace),
        writer_(std::move(writer)),
        chosen_(std::move(chosen)),
        engine_(chosen_.rules, chosen_.registry),
        judge_(*writer_, workplace.zone),
        reevaluation_(*writer_, judge_, workplace.zone, workplace.config.records_per_batch) {}
  Status run_plan(const char* what);
  Status forget_day(LocalDay day);
  Status judge_sources();

  const Machine& machine_;
  const Workplace& workplace_;
  std::unique_ptr<store::Writer> writer_;
  Judgement chosen_;
  rules::Engine engine_;
  Judge judge_;
  Reevaluation reevaluation_;
  std::optional<LocalDay> first_;  // that can be evaluated; nothing: all can
};

Result<std::unique_ptr<Copy>> Copy::open(const Machine& machine, const Workplace& workplace, const std::string& path) {
  Result<vault::Vault> vault = find_vault(machine, workplace.config);
  if (!vault) return std::move(vault).error();
  Result<std::unique_ptr<store::Writer>> writer =
      store::Writer::open(path, *std::move(vault), workplace.zone, machine.random);
  if (!writer) return std::move(writer).error();
  Result<std::vector<store::InForce>> files = (*writer)->reader().in_force();
  if (!files) return std::move(files).error();
  Result<Judgement> chosen = choose_files(machine.log, workplace.config, workplace.zone, *files, *files);
  if (!chosen) return std::move(chosen).error();
  Result<std::optional<std::string>> version = (*writer)->reader().meta(kEvaluatedWith);
  if (!version) return std::move(version).error();
  std::unique_ptr<Copy> copy(new Copy(machine, workplace, *std::move(writer), *std::move(chosen)));
  copy->judge_.use(copy->engine_, version->value_or(""));
  Result<std::optional<LocalDay>> erased = copy->reader().erased_through();
  if (!erased) return std::move(erased).error();
  copy->judge_.set_erased(*erased);
  Result<std::optional<LocalDay>> first = evaluable_from(copy->reader(), copy->engine_);
  if (!first) return std::move(first).error();
  copy->first_ = *first;
  return copy;
}

Status Copy::run_plan(const char* what) {
  if (Status resumed = reevaluation_.resume(engine_); !resumed) return resumed;
  ProgressLine line(machine_.clock, what);
  while (reevaluation_.is_active()) {
    if (Status done = reevaluation_.step(machine_.clock.now()); !done) return done;
    line.show(reevaluation_.done(), reevaluation_.all(),
              std::to_string(reevaluation_.done()) + " of " + std::to_string(reevaluation_.all()) + " days");
  }
  return Done{};
}

Status Copy::settle() {
  if (Status done = run_plan("catching up"); !done) return done;
  return judge_.correlate(machine_.clock.now(), {});
}

// Faults of the sources are judged as a whole, with the newest day that is closed.
Status Copy::judge_sources() {
  Result<std::vector<LocalDay>> all = days();
  if (!all) return std::move(all).error();
  Result<std::vector<LocalDay>> open = reader().open_days();
  if (!open) return std::move(open).error();
  const auto closed = std::find_if(all->rbegin(), all->rend(), [&](LocalDay day) {
    return std::find(open->begin(), open->end(), day) == open->end();
  });
  if (closed == all->rend()) return Done{};
  Status done = writer_->begin(machine_.clock.now());
  if (done) done = writer_->mark_open(*closed);
  if (done) done = judge_.commit();
  if (!done) {
    judge_.rollback();
    return done;
  }
  return judge_.close_days(*closed, machine_.clock.now(), {});
}

// Nothing that was put there stays because no rule asks for its place.
Status Copy::forget_day(LocalDay day) {
  Result<std::vector<model::Finding>> findings = reader().findings(day);
  if (!findings) return std::move(findings).error();
  Result<std::vector<model::Alert>> alerts = reader().alerts(day, day);
  if (!alerts) return std::move(alerts).error();
  Status done = writer_->begin(machine_.clock.now());
  for (auto finding = findings->begin(); done && finding != findings->end(); ++finding)
    done = writer_->remove_finding(day, finding->key, finding->rule);
  for (auto alert = alerts->begin(); done && alert != alerts->end(); ++alert) done = writer_->remove_alert(alert->id);
  if (done) done = writer_->commit();
  if (!done) writer_->rollback();
  return done;
}

Status Copy::evaluate_all() {
  Result<std::vector<LocalDay>> all = days();
  if (!all) return std::move(all).error();
  for (const LocalDay day : *all) {
    if (Status done = forget_day(day); !done) return done;
  }
  Result<Affected> affected = affect_all(reader(), workplace_.zone);
  if (!affected) return std::move(affected).error();
  if (first_) keep_before(*affected, *first_);
  Status done = writer_->begin(machine_.clock.now());
  if (done) done = reevaluation_.add(*affected);
  if (done) done = judge_.commit();
  if (!done) {
    judge_.rollback();
    return done;
  }
  if (Status run = run_plan("evaluating anew"); !run) return run;
  return judge_sources();
}

// Every day from the first event to the last.
Result<std::vector<LocalDay>> Copy::days() {
  auto span = reader().span();
  if (!span) return std::move(span).error();
  std::vector<LocalDay> out;
  if (!*span) return out;
  const LocalDay last = workplace_.zone.local((*span)->second).day;
  for (LocalDay day = workplace_.zone.local((*span)->first).day; day <= last; day = day.plus(1)) {
    if (!first_ || *first_ <= day) out.push_back(day);
  }
  return out;
}

Result<std::vector<std::string>> Copy::other_files() {
  std::vector<std::string> out;
  for (const store::InForce& file : chosen_.files) {
    const bool is_rule = file.kind == store::InForce::Kind::rule;
    const std::string name = (is_rule ? "rules/" : "reference/") + file.name;
    Result<std::optional<std::string>> leaf =
        reader().newest_record(is_rule ? seal::LeafKind::rule : seal::LeafKind::reference, name);
    if (!leaf) return std::move(leaf).error();
    const Json record = Json::parse(leaf->value_or(""), nullptr, false);
    if (!record.is_object() || record.value("sha256", "") != to_hex(sha256(file.text))) out.push_back(name);
  }
  return out;
}

}  // namespace

Result<Recomputed> recompute(const Machine& machine, const Workplace& workplace, const std::string& directory) {
  const Scratch scratch(machine, directory);
  if (Status made = machine.files.write(scratch.path(), "", true); !made) return std::move(made).error();
  {
    ProgressLine line(machine.clock, "copying");
    const Status copied =
        store::copy_store(workplace.config.database(), scratch.path(), [&](std::int64_t done, std::int64_t all) {
          line.show(done, all, with_thousands(done) + " of " + with_thousands(all) + " pages");
        });
    if (!copied) return copied.error();
  }
  Result<std::unique_ptr<Copy>> copy = Copy::open(machine, workplace, scratch.path());
  if (!copy) return std::move(copy).error();
  if (Status settled = (*copy)->settle(); !settled) return settled.error();
  Recomputed out;
  out.kept_before = (*copy)->first();
  Result<std::vector<std::string>> others = (*copy)->other_files();
  if (!others) return std::move(others).error();
  out.other_files = *std::move(others);
  Result<std::vector<LocalDay>> days = (*copy)->days();
  if (!days) return std::move(days).error();
  out.days = static_cast<std::int64_t>(days->size());
  Judged stored;
  for (const LocalDay day : *days) {
    Result<Judged> known = judged_on((*copy)->reader(), day);
    if (!known) return std::move(known).error();
    stored.merge(*known);
  }
  if (Status evaluated = (*copy)->evaluate_all(); !evaluated) return evaluated.error();
  for (const LocalDay day : *days) {
    Result<Judged> fresh = judged_on((*copy)->reader(), day);
    if (!fresh) return std::move(fresh).error();
    std::set<Place> places;
    for (const auto& [place, said] : *fresh) {
      places.insert(place);
      out.findings += static_cast<std::int64_t>(said.findings.size());
      out.alerts += said.alert.empty() ? 0 : 1;
    }
    for (auto at = stored.lower_bound({day, {}}); at != stored.end() && at->first.first == day; ++at)
      places.insert(at->first);
    for (const Place& place : places) {
      const Said &was = stored[place], &is = (*fresh)[place];
      if (was == is) continue;
      ++out.differences_in_all;
      if (out.differences.size() < kDifferencesMax)
        out.differences.push_back({day, place.second, difference_of(was, is)});
    }
  }
  return out;
}

}  // namespace trailwatch::app
