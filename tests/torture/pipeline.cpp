#include "torture/pipeline.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/program.h"
#include "torture/disk.h"

namespace trailwatch::torture {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kSeed = "7";
constexpr int kRecordsPerBatch = 16;  // many commits
constexpr const char* kOrigin = "trailwatch.example/torture";
// Enough for findings of every kind: of single events, of days, of several days and of the sources.
constexpr const char* kRules[] = {
    "bulk-single",       "burst",          "copied-reason",  "first-register", "list-placeholders",
    "missing-approver",  "missing-case",   "missing-reason", "off-hours",      "other-terminal",
    "protected-subject", "suspicious-day", "volume-day",     "volume-month",   "list-routine-visits"};

// The first `lines` lines of a text; `bytes_more` bytes of the next one.
std::string head(const std::string& text, std::size_t lines, std::size_t bytes_more = 0) {
  std::size_t at = 0;
  while (lines > 0 && at < text.size()) {
    const std::size_t end = text.find('\n', at);
    at = end == std::string::npos ? text.size() : end + 1;
    --lines;
  }
  return text.substr(0, std::min(text.size(), at + bytes_more));
}

void blank_times_of_decisions(std::string& lines) {
  const std::string mark = "\"at\":\"";
  for (std::size_t at = lines.find(mark); at != std::string::npos; at = lines.find(mark, at + 1)) {
    const std::size_t from = at + mark.size();
    lines.erase(from, lines.find('"', from) - from);
  }
}

}  // namespace

Pipeline::Pipeline(Tools tools, std::string base) : tools_(std::move(tools)), base_(std::move(base)) {
  make_county();
  steps_ = {{"first", {"ingest"}, false, {}, {}, {}},
            {"report", {"serve", "--once", "--until", "2026-03-03"}, false, {}, {}, {}},
            {"decide", {"decide"}, true, {}, {}, {}},
            {"rules", {"serve", "--once", "--until", "2026-03-04"}, false, {}, {}, {}},
            {"late", {"ingest"}, false, {}, {}, {}}};
}

void Pipeline::make_county() {
  const Outcome demo = run_healthy(tools_, {"demo", "--out", base_ + "/whole", "--shared", tools_.shared, "--days", "2",
                                            "--until", "2026-03-04", "--seed", kSeed});
  if (demo.code != 0) throw std::runtime_error("no county: " + demo.err);
  const auto whole = [&](const std::string& path) { return test::read_file(base_ + "/whole/" + path); };
  const std::string household = "HH_QLOG_99001010_1150303.csv", late = "HH_QLOG_99001020_1150303.csv";
  const std::string vehicle = "mvr-query-20260303.jsonl", vehicle_2 = "mvr-query.jsonl";
  const std::string police = "plog-20260303.log", police_2 = "plog-20260304.log";
  const std::string land = "地政查詢紀錄_1150303.csv";
  const auto deliver = [&](int from_step, const std::string& source, const std::string& name, const std::string& text) {
    for (int step = from_step; step < 5; ++step) {
      const std::string directory = made("deliveries/" + std::to_string(step) + "/" + source);
      fs::create_directories(directory);
      test::write_file(directory + "/" + name, text);
    }
  };
  for (const char* source : {"household", "vehicle", "police", "land"}) {
    for (int step = 0; step < 5; ++step)
      fs::create_directories(made("deliveries/" + std::to_string(step) + "/" + source));
  }
  deliver(0, "household", household, head(whole("household/" + household), 40));
  // A file that grows: its last line is cut off in the middle at first.
  deliver(0, "vehicle", vehicle, head(whole("vehicle/" + vehicle), 30, 77));
  deliver(1, "vehicle", vehicle, head(whole("vehicle/" + vehicle), 60) + "{\"seq\":\n");
  deliver(1, "police", police, head(whole("police/" + police), 50));
  deliver(1, "land", land, head(whole("land/" + land), 40));
  // The same once more, under another name.
  deliver(1, "household", "HH_QLOG_99001010_1150303(1).csv", head(whole("household/" + household), 40));
  deliver(3, "vehicle", vehicle_2, head(whole("vehicle/" + vehicle_2), 50));
  deliver(3, "police", police_2, head(whole("police/" + police_2), 60));
  deliver(4, "household", late, head(whole("household/" + late), 50));

  for (int version = 0; version < 2; ++version) {
    const std::string rules = made("rules/" + std::to_string(version)),
                      reference = made("reference/" + std::to_string(version));
    fs::create_directories(rules);
    for (const char* rule : kRules) {
      if (version == 1 && std::string(rule) == "missing-approver") continue;  // taken out
      const std::string file = std::string("/") + rule + ".yml";
      test::write_file(rules + file, test::read_file(tools_.shared + "/rules" + file));
    }
    fs::create_directories(made("reference"));
    fs::copy(base_ + "/whole/reference", reference, fs::copy_options::recursive);
  }
  for (const char* version : {"0", "1"}) {
    const std::string cases = made(std::string("reference/") + version + "/cases.csv");
    test::write_file(cases, head(test::read_file(cases), 150));
  }
  // The second version's list of protected persons is shorter.
  test::write_file(made("reference/1/protected.csv"), head(whole("reference/protected.csv"), 8));
}

void Pipeline::configure(const std::string& place) const {
  const auto source = [](const char* name, const char* files) {
    return json{{"name", name}, {"profile", name}, {"directory", std::string("drop/") + name}, {"files", files}};
  };
  const json config = {{"state_dir", "home/state"},
                       {"report_dir", "home/reports"},
                       {"reference_dir", "reference"},
                       {"rules_dir", "rules"},
                       {"profiles_dir", tools_.shared + "/profiles"},
                       {"words_file", tools_.shared + "/words.json"},
                       {"records_per_batch", kRecordsPerBatch},
                       {"random_share", 0},  // drawn by the key, which another store has another one of
                       {"evidence", {{"origin", kOrigin}}},
                       {"sources",
                        {source("household", "HH_QLOG_*.csv"), source("vehicle", "mvr-query*.jsonl"),
                         source("land", "地政查詢紀錄_*.csv"), source("police", "plog-*.log")}},
                       // Nobody listens there: every message stays in the outbox.
                       {"delivery",
                        {{"channels",
                          {{"office",
                            {{"kind", "mail"},
                             {"server", "127.0.0.1:1"},
                             {"tls", "none"},
                             {"from", "政風室 <audit@example.gov.tw>"},
                             {"to", {"政風室 <ethics@example.gov.tw>"}}}}}},
                         {"routes",
                          {{{"channel", "office"}, {"when", "now"}, {"severity", "low"}},
                           {{"channel", "office"}, {"when", "report"}}}}}}};
  test::write_file(place + "/trailwatch.json", config.dump(1));
}

void Pipeline::deliver(const std::string& place, std::size_t step) const {
  const std::string version = step < 3 ? "0" : "1";
  const std::pair<std::string, std::string> links[] = {{"drop", made("deliveries/" + std::to_string(step))},
                                                       {"rules", made("rules/" + version)},
                                                       {"reference", made("reference/" + version)}};
  for (const auto& [name, target] : links) {
    fs::remove(place + "/" + name);
    fs::create_symlink(target, place + "/" + name);
  }
}

std::string Pipeline::make_place(const std::string& name, std::size_t step, bool with_home) const {
  const std::string place = base_ + "/" + name;
  fs::remove_all(place);
  fs::create_directories(place);
  configure(place);
  deliver(place, step);
  if (with_home && !steps_[step].before.empty()) {
    fs::copy(steps_[step].before, home(place), fs::copy_options::recursive);
  } else {
    fs::create_directories(home(place));
  }
  return place;
}

Outcome Pipeline::run(const std::string& place, std::size_t step, const Fault& fault, const std::string& trace) const {
  std::vector<std::string> arguments = steps_[step].arguments;
  arguments.insert(arguments.end(), {"--config", place + "/trailwatch.json"});
  // Every run in a place draws something new, and the same when the case is replayed.
  Fault repeatable = fault;
  const std::string runs = place + "/runs";
  const std::string before = fs::exists(runs) ? test::read_file(runs) : "";
  test::write_file(runs, before + "+");
  repeatable.random = std::to_string(tools_.seed) + place.substr(base_.size()) + "/" + steps_[step].name + before;
  return run_under(tools_, arguments, home(place), trace, repeatable);
}

Facts Pipeline::look(const std::string& place, bool with_alerts) const {
  Facts out = read_facts(home(place) + "/state/trailwatch.db");
  if (!out.problem.empty() || !with_alerts) return out;
  const Outcome alerts = run_healthy(tools_, {"alerts", "--format", "jsonl", "--config", place + "/trailwatch.json"});
  if (alerts.code != 0) out.problem = "alerts: " + alerts.err;
  out.alerts = alerts.out;
  blank_times_of_decisions(out.alerts);
  return out;
}

std::string Pipeline::record() {
  const std::string place = make_place("undisturbed", 0, false);
  Disk disk;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    step.before = base_ + "/before/" + step.name;
    fs::create_directories(base_ + "/before");
    fs::copy(home(place), step.before, fs::copy_options::recursive);
    deliver(place, i);
    const std::string file = base_ + "/trace";
    fs::remove(file);
    const Outcome ran = run(place, i, {}, file);
    if (ran.code != 0) return step.name + " fails undisturbed: " + ran.err;
    step.trace = read_trace(file, home(place));
    begins_.push_back(trace_.size());
    trace_.insert(trace_.end(), step.trace.begin(), step.trace.end());
    for (const Op& op : step.trace) disk.apply(op);
    // What was recorded must make what lies there, or the library has missed a call.
    const Disk::Image recorded = disk.now(), there = torture::look(home(place));
    for (const auto& [path, content] : there) {
      const auto found = recorded.find(path);
      if (found == recorded.end() || found->second != content) return "the trace does not make " + path;
    }
    if (recorded.size() != there.size()) return "the trace makes files that are not there";
    step.facts = look(place, true);
    if (!step.facts.problem.empty()) return step.name + ": " + step.facts.problem;
    log_key_ = test::read_file(home(place) + "/state/signer/log.vkey");
    const std::string wrong = verify(home(place) + "/state", log_key_, {}, step.arguments[0] == "ingest");
    if (!wrong.empty()) return step.name + ", undisturbed: " + wrong;
    // An empty log of writes was left by the readers just now; the recorded program never saw it.
    const std::string wal = home(place) + "/state/trailwatch.db-wal";
    if (fs::exists(wal) && fs::file_size(wal) == 0) fs::remove(wal);
    // Whoever ran it has seen it end: all that it stored counts as acknowledged.
    acknowledged_.push_back({trace_.size(), step.facts.events, ""});
    if (step.name == "report") {
      const json first = json::parse(step.facts.alerts.substr(0, step.facts.alerts.find('\n')));
      steps_[i + 1].arguments = {"decide",   first["id"].get<std::string>(), "--as", "cleared", "--by", "E00001",
                                 "--reason", "與當事人訪談後確認屬公務需要"};
    }
  }
  begins_.push_back(trace_.size());
  for (const Step& step : steps_) acknowledge_said(step);
  // A note that the signer has put on its disk may have been shown to anyone.
  std::string note;
  for (std::size_t at = 0; at < trace_.size(); ++at) {
    const Op& op = trace_[at];
    if (op.call == Call::write && op.data.rfind(std::string(kOrigin) + "\n", 0) == 0) note = op.data;
    if (op.call == Call::sync_directory && !note.empty()) {
      acknowledged_.push_back({at + 1, {}, note});
      note.clear();
    }
  }
  return poverty();
}

// A run in which nothing happens proves nothing.
std::string Pipeline::poverty() const {
  const Facts& last = steps_.back().facts;
  const auto notes = std::count_if(acknowledged_.begin(), acknowledged_.end(),
                                   [](const Acknowledged& one) { return !one.note.empty(); });
  const auto told = [&](const std::string& what) {
    return std::count_if(last.told.begin(), last.told.end(),
                         [&](const std::string& line) { return line.rfind(what + "|", 0) == 0; });
  };
  if (last.events.size() < 200 || last.quarantine.empty() || last.alert_rows.size() < 4) return "too few records";
  if (last.ledger.size() != 1 || told("report") < 2 || told("message") < 3) return "too little was decided and told";
  return notes < 8 ? "too few checkpoints" : "";
}

// `info vehicle：收到 60 ＝ …`: the daemon says so when all that it has read of a source is committed.
void Pipeline::acknowledge_said(const Step& step) {
  const std::size_t begin = begins_[static_cast<std::size_t>(&step - steps_.data())];
  for (std::size_t at = 0; at < step.trace.size(); ++at) {
    const Op& op = step.trace[at];
    if (op.call != Call::said || op.data.find("：收到 ") == std::string::npos) continue;
    Acknowledged one{begin + at + 1, {}, ""};
    for (const std::string& event : step.facts.events) {
      if (op.data.find("info " + event.substr(0, event.find('|')) + "：") != std::string::npos)
        one.keys.push_back(event);
    }
    if (!one.keys.empty()) acknowledged_.push_back(std::move(one));
  }
}

bool Pipeline::is_entered(const std::string& place, std::size_t step) const {
  const std::string store = home(place) + "/state/trailwatch.db";
  return steps_[step].enters && fs::exists(store) &&
         in_a_child([&] { return read_facts(store).ledger == steps_[step].facts.ledger ? "yes" : "no"; }) == "yes";
}

std::string Pipeline::recover(const std::string& place, std::size_t step, const std::vector<std::string>& notes,
                              bool with_alerts) const {
  const Step& asked = steps_[step];
  const std::string state = home(place) + "/state";
  if (!is_entered(place, step)) {
    const Outcome ran = run(place, step, {}, "");
    if (ran.code != 0) return "it does not start again: exit " + std::to_string(ran.code) + ", " + ran.err;
  }
  return in_a_child([&]() -> std::string {
    std::string keys = test::read_file(state + "/signer/log.vkey");
    if (!notes.empty() && keys != log_key_) return "the log has another key than before";
    const std::string wrong = verify(state, keys, notes, asked.arguments[0] == "ingest");
    if (!wrong.empty()) return wrong;
    return difference(asked.facts, look(place, with_alerts));
  });
}

}  // namespace trailwatch::torture
