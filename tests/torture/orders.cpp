// The same deliveries in any order, in pieces, and more than once: the same alerts.
#include <algorithm>
#include <filesystem>

#include "support/program.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace fs = std::filesystem;

namespace {

struct File {
  std::string source, name, content;
};

std::vector<File> last_delivery(const std::string& place) {
  std::vector<File> out;
  for (const auto& entry : fs::recursive_directory_iterator(fs::canonical(place + "/drop"))) {
    // Copies under other names come later, by chance: the first delivery gives a record its file.
    if (!entry.is_regular_file() || entry.path().filename().string().find('(') != std::string::npos) continue;
    out.push_back({entry.path().parent_path().filename().string(), entry.path().filename().string(),
                   test::read_file(entry.path().string())});
  }
  std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return out;
}

// What does not depend on how it came.
Facts without_books(Facts facts) {
  facts.files.clear();
  facts.told.clear();
  facts.ledger.clear();
  return facts;
}

// As many bytes, and up to the end of the line that they end in.
std::size_t to_line_end(const std::string& text, std::size_t size) {
  const std::size_t end = text.find('\n', size == 0 ? 0 : size - 1);
  return end == std::string::npos ? text.size() : end + 1;
}

void put(const std::string& place, const File& file, const std::string& name, std::size_t bytes) {
  const std::string directory = place + "/drop/" + file.source;
  fs::create_directories(directory);
  test::write_file(directory + "/" + name, file.content.substr(0, bytes));
}

}  // namespace

Report run_orders(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const std::size_t last = pipeline.steps().size() - 1;
  const std::string at_once = pipeline.make_place("at-once", last, false);
  const std::vector<File> files = last_delivery(at_once);
  fs::remove(at_once + "/drop");
  for (const File& file : files) put(at_once, file, file.name, file.content.size());
  const Outcome undisturbed = pipeline.run(at_once, last, {}, "");
  const Facts expected = without_books(pipeline.look(at_once, true));
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    if (undisturbed.code != 0 || !expected.problem.empty()) return "all at once: " + undisturbed.err + expected.problem;
    Draw draw(task.seed, "orders", number);
    const std::string place = pipeline.make_place("order", last, false);
    fs::remove(place + "/drop");
    const std::size_t rounds = 1 + draw.below(4);
    std::vector<std::size_t> round_of;  // when each is there in full
    for (std::size_t i = 0; i < files.size(); ++i) round_of.push_back(draw.below(rounds));
    std::string plan;
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < files.size(); ++i) {
        const File& file = files[i];
        if (round_of[i] == round) {
          put(place, file, file.name, file.content.size());
          plan += " " + std::to_string(round) + ":" + file.name;
        } else if (round < round_of[i] && draw.chance(0.3)) {
          // A piece of it, never shorter than the piece before: cut anywhere if the source writes on in its files,
          // after a line if it delivers them whole ("complete" in the profile).
          const std::string path = place + "/drop/" + file.source + "/" + file.name;
          const std::size_t before = fs::exists(path) ? fs::file_size(path) : 0;
          std::size_t size = before + draw.below(file.content.size() - before + 1);
          if (file.name.ends_with(".csv")) size = to_line_end(file.content, size);
          put(place, file, file.name, size);
          plan += " " + std::to_string(round) + ":" + file.name + "[" + std::to_string(size) + "]";
          ++report.tallies["pieces"];
        } else if (round > round_of[i] && draw.chance(0.3)) {
          // Once more: under another name, or the same file with another time.
          const std::size_t dot = file.name.rfind('.');
          put(place, file, draw.chance(0.5) ? file.name.substr(0, dot) + "(9)" + file.name.substr(dot) : file.name,
              file.content.size());
          plan += " " + std::to_string(round) + ":again " + file.name;
          ++report.tallies["delivered again"];
        }
      }
      const Outcome ran = pipeline.run(place, last, {}, "");
      ++report.tallies["runs"];
      if (ran.code != 0) return plan + ": " + ran.err;
    }
    const std::string wrong = in_a_child([&]() -> std::string {
      const std::string state = Pipeline::home(place) + "/state";
      const std::string broken = verify(state, test::read_file(state + "/signer/log.vkey"), {}, true);
      return broken.empty() ? difference(expected, without_books(pipeline.look(place, true))) : broken;
    });
    return wrong.empty() ? "" : plan + ": " + wrong;
  });
}

}  // namespace trailwatch::torture
