#include "trailwatch/app/main.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/system.h"

namespace trailwatch::app {

namespace {

constexpr const char* kConfig = "/etc/trailwatch/trailwatch.json";
constexpr const char* kShared = "/usr/share/trailwatch";

// A day as people type it; `day` must outlive the option.
CLI::Option* add_day(CLI::App* command, const std::string& name, std::optional<LocalDay>& day,
                     const std::string& help) {
  return command
      ->add_option_function<std::string>(
          name,
          [&day, name](const std::string& text) {
            day = parse_day(text);
            if (!day) throw CLI::ValidationError(name, "must be a day such as 2026-03-02");
          },
          help)
      ->type_name("DAY");
}

int exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return kExitConfig;
    case Errc::not_found:
      return kExitNoInput;
    case Errc::unavailable:
      return kExitIo;
    case Errc::corrupt:
      return kExitDataError;
    case Errc::conflict:
      return kExitTemporary;
    case Errc::unsupported:
      return kExitUsage;
  }
  return kExitSoftware;
}

// The command line: parses into option structs and remembers which command is to run.
class CommandLine {
 public:
  explicit CommandLine(const Machine& machine) : machine_(machine) {
    app_.set_version_flag("--version", std::string("trailwatch ") + TRAILWATCH_VERSION);
    app_.require_subcommand(1);
    add_daemon();
    add_reading();
    add_reports();
    add_evidence();
    add_rules();
    add_demo();
  }

  int run(int argc, char** argv) {
    if (argc > 0) serve_.program = argv[0];
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int code = app_.exit(error, std::cout, std::cerr);
      return code == 0 ? kExitOk : kExitUsage;
    }
    return command_();
  }

 private:
  CLI::App* add(CLI::App* parent, const std::string& name, const std::string& help, std::function<int()> command) {
    CLI::App* const added = parent->add_subcommand(name, help);
    added->callback([this, command = std::move(command)] { command_ = command; });
    return added;
  }
  static void add_config(CLI::App* command, std::string& path) {
    path = kConfig;
    command->add_option("--config", path, "configuration file")->capture_default_str();
  }

  void add_daemon() {
    CLI::App* const serve =
        add(&app_, "serve", "the daemon: collect, evaluate, report", [this] { return app::serve(machine_, serve_); });
    add_config(serve, serve_.config);
    serve->add_flag("--once", serve_.once, "catch up, write the report of the latest closed day, exit");
    add_day(serve, "--until", serve_.until, "the last closed day, instead of what the clock says (tests)");
    CLI::App* const status =
        add(&app_, "status", "health of sources, rules and store", [this] { return app::status(machine_, config_); });
    add_config(status, config_);
  }

  void add_reading() {
    CLI::App* const ingest = add(&app_, "ingest", "read every source (or these files) to the end, evaluate, exit",
                                 [this] { return app::ingest(machine_, ingest_); });
    add_config(ingest, ingest_.config);
    ingest->add_option("--source", ingest_.source, "the source that the given files belong to");
    ingest->add_option("PATH", ingest_.paths, "files to read");
    CLI::App* const source = app_.add_subcommand("source", "look at sources")->require_subcommand(1);
    CLI::App* const check = add(source, "check", "dry run: how each line of a file would be read",
                                [this] { return source_check(machine_, file_, profile_, profiles_); });
    check->add_option("FILE", file_, "the file")->required();
    check->add_option("--profile", profile_, "name of the profile")->required();
    profiles_ = std::string(kShared) + "/profiles";
    check->add_option("--profiles", profiles_, "directory of the profiles")->capture_default_str();
  }

  void add_reports() {
    CLI::App* const alerts = add(&app_, "alerts", "the alerts, best first", [this] {
      if (day_) alerts_.since = alerts_.until = day_;
      return app::alerts(machine_, alerts_);
    });
    add_config(alerts, alerts_.config);
    add_day(alerts, "--day", day_, "of this day only");
    add_day(alerts, "--since", alerts_.since, "from this day on");
    add_day(alerts, "--until", alerts_.until, "up to this day");
    alerts->add_option("--format", alerts_.format, "table or jsonl")
        ->check(CLI::IsMember({"table", "jsonl"}))
        ->capture_default_str();
    alerts->add_option("--limit", alerts_.limit, "at most so many; 0 is all")->check(CLI::NonNegativeNumber);

    CLI::App* const report = app_.add_subcommand("report", "reports")->require_subcommand(1);
    CLI::App* const daily =
        add(report, "daily", "the daily report", [this] { return report_daily(machine_, report_); });
    add_config(daily, report_.config);
    add_day(daily, "--day", report_.day, "default: the newest day with events");
    daily->add_option("--out", report_.out, "directory; default: the configured one");
    daily->add_option("--format", report_.formats, "html, txt, json; several with commas")->capture_default_str();

    CLI::App* const exports = app_.add_subcommand("export", "exports")->require_subcommand(1);
    CLI::App* const sampling = add(exports, "sampling", "the monthly sampling list (抽查清冊)",
                                   [this] { return export_sampling(machine_, sampling_); });
    add_config(sampling, sampling_.config);
    sampling->add_option("--month", sampling_.month, "such as 2026-03")->required();
    sampling->add_option("--out", sampling_.out, "directory; default: the configured one");
    sampling->add_option("--format", sampling_.formats, "csv")->capture_default_str();
    sampling->add_option("--system", sampling_.system, "only this register");
    sampling->add_option("--unit", sampling_.unit, "only this unit: UNIT or AGENCY/UNIT");
    sampling->add_option("--seed", sampling_.seed, "draw by this seed");
    CLI::App* const evidence = add(exports, "evidence", "an alert's records with everything to prove them by, as ZIP",
                                   [this] { return export_evidence(machine_, evidence_); });
    add_config(evidence, evidence_.config);
    evidence->add_option("--alert", evidence_.alert, "the alert's id")->required();
    evidence->add_option("--out", evidence_.out, "the ZIP file")->required();
    evidence->add_option("--reason", evidence_.reason, "why; it is recorded with the export");
    CLI::App* const checkpoint = add(exports, "checkpoint", "the newest signed checkpoint, to be kept elsewhere",
                                     [this] { return export_checkpoint(machine_, checkpoint_); });
    add_config(checkpoint, checkpoint_.config);
    CLI::App* const tiles =
        add(exports, "tiles", "the signed tree as files for other people's checkers (C2SP tlog-tiles)",
            [this] { return export_tiles(machine_, tiles_); });
    add_config(tiles, tiles_.config);
    tiles->add_option("--out", tiles_.out, "directory")->required();
    tiles->add_flag("--leaves", tiles_.with_leaves, "with the leaves, which hold salted hashes, times and sources");
    checkpoint->add_option("--out", checkpoint_.out, "file; default: standard output");
  }

  void add_evidence() {
    CLI::App* const verify = add(&app_, "verify", "hold every record against the sealed tree; exit 0 only if intact",
                                 [this] { return app::verify(machine_, verify_); });
    add_config(verify, verify_.config);
    verify->add_option("--checkpoint", verify_.checkpoints, "a checkpoint that was kept elsewhere; may be repeated");
    verify->add_option("--key", verify_.keys, "the log's public key, or a file with it; default: as configured");
    CLI::App* const signer = add(&app_, "signer", "sign checkpoints for a service that can't sign itself",
                                 [this] { return app::signer(machine_, signer_); });
    signer->add_option("--dir", signer_.directory, "the signer's own directory")->required();
    signer->add_option("--origin", signer_.origin, "name of the log, as \"evidence\" has it in the configuration")
        ->required();
    CLI::Option* const socket = signer->add_option("--socket", signer_.socket, "Unix socket to listen on");
    CLI::Option* const show = signer->add_flag("--show-key", signer_.show_key, "print the public key and exit");
    signer->add_option("--key", signer_.keys, "key file; several sign together; default: signer.key in the directory");
    socket->excludes(show);
  }

  void add_rules() {
    CLI::App* const rules = app_.add_subcommand("rules", "rules")->require_subcommand(1);
    CLI::App* const list = add(rules, "list", "the rules in use", [this] { return rules_list(machine_, config_); });
    add_config(list, config_);
    directory_ = std::string(kShared) + "/rules";
    CLI::App* const check = add(rules, "check", "all problems of rule files, with their places",
                                [this] { return rules_check(machine_, directory_); });
    check->add_option("DIR", directory_, "directory of the rules")->capture_default_str();
    CLI::App* const replay = add(rules, "replay", "what rules would have raised over past data; changes nothing",
                                 [this] { return rules_replay(machine_, replay_); });
    add_config(replay, replay_.config);
    replay->add_option("--rules", replay_.rules, "directory of the rules to try; default: the configured one");
    replay->add_option("--rule", replay_.rule, "one rule only, with its best findings");
    add_day(replay, "--since", replay_.since, "from this day on");
    add_day(replay, "--until", replay_.until, "up to this day");
    CLI::App* const explain = add(rules, "explain", "what a rule sees, what it misses, what is normal",
                                  [this] { return rules_explain(machine_, directory_, rule_); });
    explain->add_option("NAME", rule_, "the rule's name")->required();
    explain->add_option("--rules", directory_, "directory of the rules")->capture_default_str();
    CLI::App* const test = add(rules, "test", "run the tests that stand in the rule files",
                               [this] { return rules_test(machine_, directory_); });
    test->add_option("DIR", directory_, "directory of the rules")->capture_default_str();
  }

  void add_demo() {
    CLI::App* const demo = add(&app_, "demo", "a made-up county in the four dialects, with its configuration", [this] {
      return rows_ > 0 ? demo_load(machine_, demo_.out, rows_, demo_.seed) : app::demo(machine_, demo_);
    });
    demo->add_option("--out", demo_.out, "directory (or, with --rows, file) to write")->required();
    demo->add_option("--seed", demo_.seed, "another county")->capture_default_str();
    add_day(demo, "--until", demo_.until, "the trails' last day; default: yesterday");
    demo->add_option("--days", demo_.days, "how many days")->check(CLI::Range(1, 3660))->capture_default_str();
    demo_.shared = kShared;
    demo->add_option("--shared", demo_.shared, "where rules, profiles and words are installed")->capture_default_str();
    demo->add_option("--rows", rows_, "instead: one CSV file of so many rows, for load tests")
        ->check(CLI::NonNegativeNumber);
  }

  const Machine& machine_;
  CLI::App app_{
      "Reads every query trail of a government's registers and tells the ethics office which look-ups deserve a "
      "question."};
  std::function<int()> command_;
  ServeOptions serve_;
  IngestOptions ingest_;
  AlertsOptions alerts_;
  ReportOptions report_;
  SamplingOptions sampling_;
  VerifyOptions verify_;
  CheckpointOptions checkpoint_;
  TilesOptions tiles_;
  EvidenceOptions evidence_;
  SignerOptions signer_;
  ReplayOptions replay_;
  DemoOptions demo_;
  std::optional<LocalDay> day_;
  std::string config_, file_, profile_, profiles_, directory_, rule_;
  std::int64_t rows_ = 0;
};

}  // namespace

int fail(const Machine& machine, const Error& error) {
  machine.log.error(error.text());
  return exit_code_of(error);
}

int run(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::umask(0027);
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Log> log = stderr_log(false);
  const Machine machine{files, clock, random, *log};
  try {
    return CommandLine(machine).run(argc, argv);
  } catch (const std::exception& error) {
    log->error(std::string("internal error: ") + error.what());
    return kExitSoftware;
  }
}

}  // namespace trailwatch::app
