#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "trailwatch/base/text.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;

// A configuration for the made-up county, beside it: rules, profiles and words come from where they are installed.
std::string county_config(const std::string& shared) {
  const auto source = [](const char* name, const char* files) {
    return ordered_json{{"name", name}, {"profile", name}, {"directory", name}, {"files", files}};
  };
  ordered_json out;
  out["agency"] = "青河縣政府政風處";
  out["zone"] = "Asia/Taipei";
  out["state_dir"] = "../state";
  out["report_dir"] = "../reports";
  out["reference_dir"] = "reference";
  out["profiles_dir"] = join_path(shared, "profiles");
  out["rules_dir"] = join_path(shared, "rules");
  out["words_file"] = join_path(shared, "words.json");
  out["sources"] = {source("household", "HH_QLOG_*.csv"), source("vehicle", "mvr-query*.jsonl"),
                    source("land", "地政查詢紀錄_*.csv"), source("police", "plog-*.log")};
  return "// The demonstration county, made by `trailwatch demo`. Every person, number and plate is invented.\n" +
         out.dump(2) + "\n";
}

}  // namespace

int demo(const Machine& machine, const DemoOptions& options) {
  demo::Options county;
  county.seed = options.seed;
  county.days = options.days;
  const Zone taipei = Zone::fixed(8 * 60);
  county.until = options.until.value_or(taipei.local(machine.clock.now()).day.plus(-1));
  std::int64_t files = 0;
  const auto write = [&](std::string_view path, std::string_view bytes) -> Status {
    ++files;
    return machine.files.write(join_path(options.out, path), bytes);
  };
  if (Status made = demo::make_county(county, write); !made) return fail(machine, made.error());
  const std::string config = join_path(options.out, "trailwatch.json");
  if (Status written = machine.files.write(config, county_config(options.shared)); !written)
    return fail(machine, written.error());
  std::fprintf(stderr, "示範縣：%s 至 %s，%s 個檔案，種子 %llu\n",
               format_roc_day(county.until.plus(1 - county.days)).c_str(), format_roc_day(county.until).c_str(),
               with_thousands(files).c_str(), static_cast<unsigned long long>(options.seed));
  std::printf("%s\n", config.c_str());
  return kExitOk;
}

int demo_load(const Machine& machine, const std::string& path, std::int64_t rows, std::uint64_t seed) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fail(machine, Error{Errc::unavailable, "cannot create", "", {path}});
  const auto append = [&](std::string_view bytes) -> Status {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size()) return Done{};
    return Error{Errc::unavailable, "cannot write", "is the disk full?", {path}};
  };
  Status done = demo::make_load(seed, rows, append);
  if (std::fclose(file) != 0 && done) done = Error{Errc::unavailable, "cannot write", "is the disk full?", {path}};
  return done ? kExitOk : fail(machine, done.error());
}

}  // namespace trailwatch::app
