#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/config/delivery.h"
#include "trailwatch/config/listen.h"
#include "trailwatch/config/personal.h"

namespace trailwatch::config {

// One place that trails come from.
struct Source {
  std::string name;       // `household`
  std::string profile;    // `household`: profiles/household.json
  std::string directory;  // absolute; empty: nothing is dropped as files
  std::string files;      // pattern of names within the directory: `HH_QLOG_*.csv`
  std::vector<Listen> listen;
};

// Working hours of those without a roster: minutes since midnight, local time, half-open.
struct WorkingHours {
  int from_minute = 7 * 60 + 30;
  int until_minute = 18 * 60 + 30;
};

// What the sampling audit asks of one unit and system (report::SamplingQuota says what each means).
struct Sampling {
  double ratio = 0.01;
  std::int64_t floor = 1;
  std::optional<std::int64_t> ceiling;
  std::int64_t per_officer = 0;
  double weighted_share = 0.3;
};

// How what is stored can be proven unchanged (docs/evidence.md).
struct Evidence {
  std::string origin;                 // name of the log; empty: after the store's key
  std::string signer = "here";        // `here`, `none`, or the path of the signer's socket
  std::vector<std::string> log_keys;  // public keys whose signatures count, or absolute paths of files with them
};

// What the administrator asked for, validated; every path absolute. Keys, defaults and units: config/trailwatch.json.
struct Config {
  std::string agency = "政風處";
  std::string zone = "Asia/Taipei";
  std::string state_dir = "/var/lib/trailwatch";
  std::string key_file;  // default: state_dir/keys/master.key; or `credential:NAME`
  // Keys that open the store too while the master key is being replaced: the new one before, the old one after.
  std::vector<std::string> other_key_files;
  // Several directories are read as one: a file takes the place of one of the same name in an earlier directory, so
  // that what is shipped stays apart from what the office has changed.
  std::vector<std::string> profiles_dirs;  // default: profiles beside the configuration
  std::vector<std::string> rules_dirs;     // default: rules beside the configuration
  std::string words_file;                  // default: words.json beside the configuration; may be absent
  std::string reference_dir;               // may be empty: no reference files
  std::string report_dir;                  // default: state_dir/reports
  int report_at_minute = 6 * 60;           // a day closes at this local time on the next day
  std::int64_t budget = 20;                // alerts a day
  double random_share = 0.1;               // of the budget
  double threshold = 35;                   // scores
  double threshold_watched = 15;
  WorkingHours hours;
  std::map<std::string, WorkingHours> unit_hours;  // by `agency/unit` or `agency`
  // By "default", `system`, or `system/agency/unit`; each begins as the next wider one stands.
  std::map<std::string, Sampling> sampling;
  // The first checkpoint mailed after this day and local time of the following month draws the sample.
  int sampling_cutoff_day = 3;
  int sampling_cutoff_minute = 6 * 60;
  std::vector<Source> sources;
  Evidence evidence;
  Delivery delivery;
  std::string metrics_listen;  // a port of this machine, `127.0.0.1:9464`, or the path of a socket; empty: nobody asks
  Retention retention;
  Unmask unmask;
  std::int64_t records_per_batch = 10'000;
  std::int64_t poll_ms = 1'000;
  std::int64_t settle_ms = 2'000;     // how long a file must stay as it is until it counts as whole
  std::int64_t reload_ms = 10'000;    // how often reference and rule files are looked at
  std::int64_t reevaluate_days = 92;  // how far back a replaced reference file reaches; 0: to the first day

  std::string database() const { return state_dir + "/trailwatch.db"; }
};

struct Problem {
  std::string path;  // `sources[2].profile`
  int line = 0;      // 1-based; 0 when unknown
  std::string message;
  std::string hint;
  // `trailwatch.json:12: sources[2].profile: no such profile "vehicel". did you mean "vehicle"?`
  std::string text(std::string_view file) const;
};

// What people read instead of names and codes.
struct Words {
  std::map<std::string, std::string> systems;  // household → 戶政
  std::map<std::string, std::string> actions;  // RC001 → 個人戶籍資料查詢
  // The period in which a disclosure of personal data must be reported: `notice_hours`, `law` (where that comes from,
  // for people), `as_of` (when somebody last looked it up). Laws change, so they stand in no code.
  std::map<std::string, std::string> incident;
};
std::variant<Words, std::vector<Problem>> parse_words(std::string_view text);

// `text` is JSON with `//` comments; `directory` is what relative paths start from. All problems are reported, not only
// the first.
std::variant<Config, std::vector<Problem>> parse(std::string_view text, std::string_view directory);

}  // namespace trailwatch::config
