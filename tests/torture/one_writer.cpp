// The daemon, and beside it everything else that opens the store: only one process may write or checkpoint (SQLite
// before 3.51.3 can corrupt a write-ahead log that two connections reset).
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "support/program.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace fs = std::filesystem;

namespace {

constexpr int kPollMicros = 20'000;
constexpr int kPollsMax = 2'000;
constexpr int kExitUnhealthy = 69;  // of `trailwatch status`

bool changes_store(const Op& op, const std::map<std::uint64_t, std::string>& names) {
  switch (op.call) {
    case Call::open:
    case Call::said:
    case Call::read:
      return false;
    default:
      break;
  }
  const auto known = names.find(op.file);
  const std::string name = !op.name.empty() ? op.name : known == names.end() ? "" : known->second;
  return name == "state/trailwatch.db" || name == "state/trailwatch.db-wal" || name == "state/trailwatch.db-journal";
}

}  // namespace

Report run_one_writer(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const std::size_t first = 1;  // the county with a report to write
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "one-writer", number);
    const std::string place = pipeline.make_place("writer", first, true), trace = place + "/trace";
    const std::string home = Pipeline::home(place), config = place + "/trailwatch.json";
    const int daemon = start_under(pipeline.tools(), {"serve", "--until", "2026-03-03", "--config", config}, home,
                                   trace, place + "/out", place + "/err");
    const auto wait_until = [&](const std::function<bool()>& reached) {
      for (int i = 0; i < kPollsMax && !reached(); ++i) ::usleep(kPollMicros);
      return reached();
    };
    std::vector<int> readers;
    const std::vector<std::vector<std::string>> looks = {
        {"alerts"},
        {"cases"},
        {"status"},
        {"verify"},
        {"deliver", "list"},
        {"backup", "--out", place + "/copies"},
        {"export", "checkpoint"},
        {"report", "daily", "--day", "2026-03-03", "--out", place + "/reports"}};
    std::string wrong;
    if (!wait_until([&] { return fs::exists(home + "/reports/daily-2026-03-03.json"); })) {
      wrong = "no report: " + test::read_file(place + "/err");
    }
    // While it has something to write: another delivery.
    pipeline.deliver(place, 4);
    for (int round = 0; round < 2 && wrong.empty(); ++round) {
      for (const std::vector<std::string>& look : looks) {
        std::vector<std::string> arguments = look;
        if (look[0] == "backup") arguments.back() += std::to_string(round);  // two of one second have one name
        arguments.insert(arguments.end(), {"--config", config});
        readers.push_back(
            start_under(pipeline.tools(), arguments, home, trace, place + "/reader-out", place + "/reader-err"));
        if (draw.chance(0.3)) ::usleep(static_cast<unsigned>(draw.below(20'000)));
      }
      for (std::size_t i = readers.size() - looks.size(); i < readers.size(); ++i) {
        const int code = wait_for(readers[i]);
        ++report.tallies["readers"];
        // It is not asked how this county is: its records are of another year than the clock.
        const bool may_be_unwell = looks[i % looks.size()][0] == "status" && code == kExitUnhealthy;
        if (code != 0 && !may_be_unwell) {
          wrong = looks[i % looks.size()][0] + " beside the daemon: exit " + std::to_string(code) + ", " +
                  test::read_file(place + "/reader-err");
        }
      }
    }
    ::kill(daemon, SIGTERM);
    const int code = wait_for(daemon);
    if (!wrong.empty()) return wrong;
    if (code != 0) return "the daemon: exit " + std::to_string(code) + ", " + test::read_file(place + "/err");
    const Trace all = read_trace(trace, home);
    const auto names = names_in(all);
    std::uint64_t writes = 0;
    for (const Op& op : all) {
      if (!changes_store(op, names)) continue;
      if (op.process != static_cast<std::uint32_t>(daemon)) return "a second process did: " + point_of(op, names);
      ++writes;
    }
    report.tallies["calls that changed the store"] += writes;
    return writes > 0 ? "" : "nobody wrote anything";
  });
}

}  // namespace trailwatch::torture
