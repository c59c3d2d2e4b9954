// The disk runs full, and has room again later. Every fourth time it is a real one: a small tmpfs in a user namespace,
// where the machine allows that; otherwise the library says when it is full.
#include <filesystem>

#include "support/program.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

std::int64_t bytes_in(const std::string& directory) {
  std::int64_t out = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) out += static_cast<std::int64_t>(entry.file_size());
  }
  return out;
}

// Largest growth that a step can need: all that it wrote.
std::int64_t bytes_written(const Trace& trace) {
  std::int64_t out = 0;
  for (const Op& op : trace) {
    if (op.call == Call::write) out += static_cast<std::int64_t>(op.data.size());
  }
  return out;
}

// `home` on a disk of its own with `room` bytes free; what lies there afterwards is put back into `home`.
Outcome run_on_small_disk(const Pipeline& pipeline, const std::string& place, std::size_t step, std::int64_t room) {
  const std::string home = Pipeline::home(place), moved = place + "/moved";
  std::filesystem::rename(home, moved);
  std::filesystem::create_directory(home);
  const std::int64_t kilobytes = (bytes_in(moved) + room) / 1024 + 64;
  std::string command = "mount -t tmpfs -o size=" + std::to_string(kilobytes) + "k none " + home + " && cp -a " +
                        moved + "/. " + home + " && { " + pipeline.tools().program;
  for (const std::string& argument : pipeline.steps()[step].arguments) command += " '" + argument + "'";
  command += " --config " + place + "/trailwatch.json; code=$?; rm -rf " + moved + "; cp -a " + home + " " + moved +
             "; exit $code; }";
  const test::Ran ran = test::run_program("/usr/bin/unshare", {"-Urm", "sh", "-c", command});
  std::filesystem::remove_all(home);
  std::filesystem::rename(moved, home);
  return {ran.code, ran.out, ran.err};
}

}  // namespace

Report run_full_disks(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const bool has_namespaces =
      test::run_program("/usr/bin/unshare", {"-Urm", "mount", "-t", "tmpfs", "none", "/mnt"}).code == 0;
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "full-disks", number);
    const std::size_t index = draw.below(pipeline.steps().size());
    const Step& step = pipeline.steps()[index];
    const std::string place = pipeline.make_place("full", index, true);
    // Once, or again and again before there is room.
    const std::size_t times = 1 + draw.below(3);
    for (std::size_t i = 0; i < times; ++i) {
      Fault fault;
      fault.space = static_cast<std::int64_t>(draw.below(static_cast<std::size_t>(bytes_written(step.trace) * 2 / 3)));
      const bool is_real = has_namespaces && pipeline.tools().plant.empty() && number % 4 == 3;
      const Outcome ran =
          is_real ? run_on_small_disk(pipeline, place, index, fault.space) : pipeline.run(place, index, fault, "");
      ++report.tallies[is_real ? "on a real small disk" : "by the library"];
      ++report.tallies[ran.code == 0 ? "had room enough" : "stopped with a message"];
      const std::string where = step.name + ", " + fault.text();
      if (ran.code >= 128) return where + ": it died of signal " + std::to_string(ran.code - 128) + ", " + ran.err;
      if (ran.code != 0 && ran.err.find(" error ") == std::string::npos) return where + ": it stopped without a word";
      if (ran.code == 0 && step.enters) break;
    }
    const std::string wrong = pipeline.recover(place, index, {}, task.asks_alerts(number));
    return wrong.empty() ? "" : step.name + ": with room again, " + wrong;
  });
}

}  // namespace trailwatch::torture
