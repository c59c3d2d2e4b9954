#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"

// One function a command. Each returns a sysexits code; what people asked for goes to stdout, everything else to the
// log.
namespace trailwatch::app {

constexpr int kExitOk = 0;
constexpr int kExitUsage = 64;
constexpr int kExitDataError = 65;
constexpr int kExitNoInput = 66;
constexpr int kExitSoftware = 70;
constexpr int kExitIo = 74;
constexpr int kExitTemporary = 75;
constexpr int kExitConfig = 78;

// Tells a person what went wrong and what to do, and returns the exit code for it.
int fail(const Machine& machine, const Error& error);

struct IngestOptions {
  std::string config;
  std::vector<std::string> paths;  // only these files, instead of every source
  std::string source;              // which source they belong to; found by directory or name when empty
};
int ingest(const Machine& machine, const IngestOptions& options);

struct AlertsOptions {
  std::string config;
  std::optional<LocalDay> since, until;
  std::string format = "table";
  std::int64_t limit = 0;  // 0: all
};
int alerts(const Machine& machine, const AlertsOptions& options);

struct ReportOptions {
  std::string config;
  std::optional<LocalDay> day;  // default: the newest day with events
  std::string out;
  std::string formats = "html,txt,json";
};
int report_daily(const Machine& machine, const ReportOptions& options);

struct SamplingOptions {
  std::string config;
  std::string month;  // `2026-03`
  std::string out;
  std::string system, unit, seed;
  std::string formats = "csv";
};
int export_sampling(const Machine& machine, const SamplingOptions& options);

// Holds the store against its tree and the tree against checkpoints; exit 0 only when all is as it was.
struct VerifyOptions {
  std::string config;
  std::vector<std::string> checkpoints;  // files with notes that were kept elsewhere
  std::vector<std::string> keys;         // public keys or files of them, instead of the configured ones
};
int verify(const Machine& machine, const VerifyOptions& options);

struct CheckpointOptions {
  std::string config;
  std::string out;  // stdout when empty
};
int export_checkpoint(const Machine& machine, const CheckpointOptions& options);

// The tree as files that any tlog-tiles client reads: `checkpoint`, `tile/…`. What is there already and complete stays.
struct TilesOptions {
  std::string config;
  std::string out;
  bool with_leaves = false;  // `tile/entries/…` too
};
int export_tiles(const Machine& machine, const TilesOptions& options);

struct EvidenceOptions {
  std::string config;
  std::string alert;
  std::string out;
  std::string reason;  // stands in the leaf about the export
};
int export_evidence(const Machine& machine, const EvidenceOptions& options);

// The signing process: its own user, its own directory. Ends with SIGTERM.
struct SignerOptions {
  std::string directory;
  std::string socket;
  std::string origin;
  std::vector<std::string> keys;
  bool show_key = false;
};
int signer(const Machine& machine, const SignerOptions& options);

int rules_list(const Machine& machine, const std::string& config);
int rules_check(const Machine& machine, const std::string& directory);
struct ReplayOptions {
  std::string config;
  std::string rules;  // directory of the rules to try; the configured ones when empty
  std::string rule;   // one rule, with its best findings; all when empty
  std::optional<LocalDay> since, until;
};
// What rules would have raised over past data. Changes nothing.
int rules_replay(const Machine& machine, const ReplayOptions& options);
int rules_explain(const Machine& machine, const std::string& directory, const std::string& name);
int rules_test(const Machine& machine, const std::string& directory);
int source_check(const Machine& machine, const std::string& file, const std::string& profile,
                 const std::string& directory);
int status(const Machine& machine, const std::string& config);

struct DemoOptions {
  std::string out;
  std::string shared;  // where rules, profiles and words are installed
  std::uint64_t seed = 1;
  std::optional<LocalDay> until;  // default: yesterday
  int days = 45;
};
int demo(const Machine& machine, const DemoOptions& options);
// `rows` lines of CSV to a file, for the benchmark.
int demo_load(const Machine& machine, const std::string& path, std::int64_t rows, std::uint64_t seed);

struct ServeOptions {
  std::string config;
  std::string program = "trailwatch";  // as it was called, for the hints it prints
  bool once = false;                   // catch up, report, exit
  std::optional<LocalDay> until;       // pretend that the day after this one has just closed it (tests, demonstration)
};
int serve(const Machine& machine, const ServeOptions& options);

}  // namespace trailwatch::app
