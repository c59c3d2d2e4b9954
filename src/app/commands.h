#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ledger_batch.h"
#include "app/workplace.h"

// One function a command. Each returns a sysexits code; what people asked for goes to stdout, everything else to the
// log.
namespace trailwatch::app {

constexpr int kExitOk = 0;
constexpr int kExitUsage = 64;
constexpr int kExitDataError = 65;
constexpr int kExitNoInput = 66;
constexpr int kExitUnhealthy = 69;
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

// The first and the last day that a calendar of four-digit years has.
constexpr LocalDay kFirstDay{-719'162}, kLastDay{2'932'896};

struct AlertsOptions {
  std::string config;
  std::optional<LocalDay> since, until;
  std::string format = "table";
  std::int64_t limit = 0;           // 0: all
  bool listed = false;              // only those that the day's budget shows, in the report's order
  std::optional<std::int64_t> cut;  // decisions up to this entry; everything without
};
int alerts(const Machine& machine, const AlertsOptions& options);

struct CasesOptions {
  std::string config;
  std::optional<LocalDay> since, until;
  std::string format = "table";
  std::int64_t limit = 0;       // 0: all
  std::int64_t alerts_min = 1;  // cases of fewer alerts are left out
};
int cases(const Machine& machine, const CasesOptions& options);

struct DecideOptions {
  std::string config;
  std::string alert;  // or `file`
  std::string file;   // CSV: alert, as, by, reason, suppress_until, rules; what a row leaves empty is taken from here
  std::string as, by, reason, suppress_until;
  std::vector<std::string> rules;  // that `suppress_until` means (app/suppressions.h)
  bool all_groups = false;
  bool replace = false;  // another officer's decision
};
int decide(const Machine& machine, const DecideOptions& options);

struct SuppressOptions {
  std::string config;
  std::string alert;  // or one of the next three, with rules
  std::string officer, unit, source;
  std::string agency;  // of the unit
  std::vector<std::string> rules;
  std::optional<LocalDay> since, until;
  std::string by, reason;
  bool all_groups = false;
  std::int64_t number = 0;  // which one ends
  bool all = false;         // list those that are over too
  std::optional<LocalDay> day;
  std::string format = "table";
};
int suppress_add(const Machine& machine, const SuppressOptions& options);
int suppress_end(const Machine& machine, const SuppressOptions& options);
int suppress_list(const Machine& machine, const SuppressOptions& options);

// What the ledger asks of everyone who writes into it: a staff id and a reason.
Status check_author(const std::string& by, const std::string& reason);
std::string batch_id(const Machine& machine);
// Writes it and tells what was done, line by line, with the numbers of the entries.
int finish_batch(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch,
                 const std::vector<std::string>& told);

struct ReportOptions {
  std::string config;
  std::optional<LocalDay> day;  // default: the newest day with events
  std::string out;
  std::string formats = "html,txt,json";
  std::optional<std::int64_t> cut;  // decisions up to this entry: made anew, whatever was issued
  bool anew = false;                // from the store as it is now, whatever was issued
};
int report_daily(const Machine& machine, const ReportOptions& options);

struct SamplingOptions {
  std::string config;
  std::string month;   // `2026-03`; or
  std::string period;  // `2026-03`, `2026-Q1`, `2026-H1`
  std::string out;
  std::string system, unit;
  std::string checkpoint;  // the file that was mailed; or
  std::string seed;        // by hand: the sheets are 非正式
  std::string formats = "ods,xlsx,csv,pdf";
  std::string by;  // who exports; the operating system's account when empty
  std::string reason;
};
int export_sampling(const Machine& machine, const SamplingOptions& options);

struct ImportOptions {
  std::string config;
  std::string file;
  std::string by;
  std::string period;  // when the file does not say it
  bool dry_run = false;
};
// Answers on returned sheets: into the ledger, all or nothing; what is there already is not entered again.
int import_sampling(const Machine& machine, const ImportOptions& options);
// Holds the store against its tree and the tree against checkpoints; exit 0 only when all is as it was.
struct VerifyOptions {
  std::string config;
  std::vector<std::string> checkpoints;  // files with notes that were kept elsewhere
  std::vector<std::string> keys;         // public keys or files of them, instead of the configured ones
  bool recompute = false;                // findings and alerts are made anew and compared, too
  std::string scratch;                   // where the copy for that lies; default: the state directory
};
int verify(const Machine& machine, const VerifyOptions& options);

// Copies the store while the service works on it; a copy counts when it was opened and every row of it held against its
// tree. Then its SHA-256 lies beside it.
struct BackupOptions {
  std::string config;
  std::string out;        // directory
  std::int64_t keep = 0;  // so many copies stay, the newest; 0: all
};
int backup(const Machine& machine, const BackupOptions& options);

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
  std::string reason;
};
int export_tiles(const Machine& machine, const TilesOptions& options);

struct EvidenceOptions {
  std::string config;
  std::string alert;
  std::string out;
  std::string reason;  // stands in the leaf about the export
};
int export_evidence(const Machine& machine, const EvidenceOptions& options);

// Whose data some look-ups showed, and until when that must be reported: one of alerts, a case, an officer with days.
struct IncidentOptions {
  std::string config;
  std::vector<std::string> alerts;
  std::string case_id;
  std::string officer;
  std::optional<LocalDay> since, until;
  std::string known_at;  // local minute when the office learned of it
  std::string out;
  std::string formats = "ods,xlsx,csv,pdf";
  std::string by, reason;
};
int export_incident(const Machine& machine, const IncidentOptions& options);

// All that is known of a case or of some alerts, for handing on (移送).
struct CaseOptions {
  std::string config;
  std::vector<std::string> alerts;
  std::string case_id;
  std::string out;  // FILE.pdf or FILE.odt; without such an ending both
  std::string by, reason;
};
int export_case(const Machine& machine, const CaseOptions& options);

// The signing process: its own user, its own directory. Ends with SIGTERM.
struct SignerOptions {
  std::string directory;
  std::string socket;
  std::string origin;
  std::vector<std::string> keys;
  bool show_key = false;
};
int signer(const Machine& machine, const SignerOptions& options);
// A new master key. What lies there already stays, and is a failure.
int make_key(const Machine& machine, const std::string& path);

// Erases what has been kept long enough (the service does so by itself), or says what it would.
struct PurgeOptions {
  std::string config;
  bool dry_run = false;
  bool trust_clock = false;  // also where no record came for long
};
int purge(const Machine& machine, const PurgeOptions& options);

struct HoldOptions {
  std::string config;
  std::vector<std::string> systems;
  std::string from, until;  // months: `2026-03`
  std::vector<std::string> alerts;
  std::string case_id;
  std::string by, reason;
  std::int64_t number = 0;  // which one is lifted
  bool all = false;         // list those that were lifted too
  std::string format = "table";
};
int hold_add(const Machine& machine, const HoldOptions& options);
int hold_list(const Machine& machine, const HoldOptions& options);
int hold_lift(const Machine& machine, const HoldOptions& options);

struct KeyOptions {
  std::string config;
  std::string next;  // file or `credential:NAME` with the new key; made when empty
};
int key_rotate(const Machine& machine, const KeyOptions& options);
int key_show(const Machine& machine, const KeyOptions& options);

// The persons behind an alert, in the plain. What is shown is on record before, as an entry of the ledger, a leaf, and
// a query event that the rules judge.
struct UnmaskOptions {
  std::string config;
  std::string alert;
  std::string case_no;
  std::string reason;
  std::string by;                   // where the configuration allows it; else who is logged in
  std::vector<std::string> second;  // who was present
  bool break_glass = false;         // without the second person; the office is told
  std::int64_t number = 0;          // the request that is approved or shown
  std::string format = "table";
};
int unmask(const Machine& machine, const UnmaskOptions& options);
int unmask_approve(const Machine& machine, const UnmaskOptions& options);
int unmask_show(const Machine& machine, const UnmaskOptions& options);
int unmask_list(const Machine& machine, const UnmaskOptions& options);

int rules_list(const Machine& machine, const std::string& config);
// With a configuration its sources and reference files are looked at too: rules that ask for fields which no source
// gives, rules that are skipped. Without a directory the configured rules are checked.
int rules_check(const Machine& machine, const std::string& directory, const std::string& config);
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
struct StatusOptions {
  std::string config;
  bool json = false;
};
// How everything is, for a person or a program; kExitUnhealthy when anything is not as it should be. Only reads, also
// beside the daemon.
int status(const Machine& machine, const StatusOptions& options);
// Sends a test message over one channel, at once, and says what became of it.
int deliver_test(const Machine& machine, const std::string& config, const std::string& channel);
// The newest messages of the outbox, those that wait or were given up first.
int deliver_list(const Machine& machine, const std::string& config);
// Messages that were given up are tried again: those whose id begins so, or all.
int deliver_retry(const Machine& machine, const std::string& config, const std::string& id, bool all);

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
