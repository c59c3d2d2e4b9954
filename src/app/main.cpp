#include "trailwatch/app/main.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/manual.h"
#include "app/personal_commands.h"
#include "app/system.h"

namespace trailwatch::app {

namespace {

constexpr const char* kConfig = "/etc/trailwatch/trailwatch.json";
constexpr const char* kShared = "/usr/share/trailwatch";
constexpr const char* kReasonHelp = "why; it is recorded with the export";

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

// The command line: parses into option structs and remembers which command is to run.
class CommandLine {
 public:
  explicit CommandLine(const Machine& machine) : machine_(machine), personal_(machine) {
    app_.set_version_flag("--version", std::string("trailwatch ") + TRAILWATCH_VERSION);
    app_.require_subcommand(1);
    add_daemon();
    add_reading();
    add_reports();
    add_decisions();
    add_evidence();
    add_rules();
    add_demo();
    personal_.add(app_, kConfig, [this](std::function<int()> command) { command_ = std::move(command); });
    add_document_command(machine_, app_, command_);
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
        add(&app_, "status", "how sources, rules, deliveries, signatures and disk are; exit 0 when all is well",
            [this] { return app::status(machine_, status_); });
    add_config(status, status_.config);
    status->add_flag("--json", status_.json, "for programs");
    CLI::App* const deliver = app_.add_subcommand("deliver", "mail, webhooks, syslog")->require_subcommand(1);
    CLI::App* const list = add(deliver, "list", "the outbox: what waits, what was given up, what was delivered",
                               [this] { return deliver_list(machine_, config_); });
    add_config(list, config_);
    CLI::App* const retry = add(deliver, "retry", "try again what was given up",
                                [this] { return deliver_retry(machine_, config_, message_, all_); });
    add_config(retry, config_);
    retry->add_option("ID", message_, "the message, as `deliver list` shows it");
    retry->add_flag("--all", all_, "every message that was given up");
    CLI::App* const test = add(deliver, "test", "send a test message over a channel and say what became of it",
                               [this] { return deliver_test(machine_, config_, channel_); });
    add_config(test, config_);
    test->add_option("CHANNEL", channel_, "its name in the configuration")->required();
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
    alerts->add_flag("--listed", alerts_.listed, "only those of each day's list, in its order");
    alerts->add_option("--cut", alerts_.cut, "as of this entry of the ledger of decisions; default: all")
        ->check(CLI::NonNegativeNumber);

    CLI::App* const cases = add(&app_, "cases", "alerts that belong together over days, best first",
                                [this] { return app::cases(machine_, cases_); });
    add_config(cases, cases_.config);
    add_day(cases, "--since", cases_.since, "those with an alert on this day or later");
    add_day(cases, "--until", cases_.until, "up to this day");
    cases->add_option("--format", cases_.format, "table or jsonl")
        ->check(CLI::IsMember({"table", "jsonl"}))
        ->capture_default_str();
    cases->add_option("--limit", cases_.limit, "at most so many; 0 is all")->check(CLI::NonNegativeNumber);
    cases->add_option("--alerts-min", cases_.alerts_min, "those of at least so many alerts")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();

    CLI::App* const report = app_.add_subcommand("report", "reports")->require_subcommand(1);
    CLI::App* const daily =
        add(report, "daily", "the daily report", [this] { return report_daily(machine_, report_); });
    add_config(daily, report_.config);
    add_day(daily, "--day", report_.day, "default: the newest day with events");
    daily->add_option("--out", report_.out, "directory; default: the configured one");
    daily->add_option("--format", report_.formats, "html, txt, json, pdf; several with commas")->capture_default_str();
    daily->add_option("--cut", report_.cut, "made anew, as of this entry of the ledger of decisions")
        ->check(CLI::NonNegativeNumber);
    daily->add_flag("--anew", report_.anew, "made anew from the store as it is now, even where one was issued");

    CLI::App* const exports = app_.add_subcommand("export", "exports")->require_subcommand(1);
    CLI::App* const sampling = add(exports, "sampling", "the monthly sampling list (抽查清冊)",
                                   [this] { return export_sampling(machine_, sampling_); });
    add_config(sampling, sampling_.config);
    CLI::Option* const month = sampling->add_option("--month", sampling_.month, "such as 2026-03");
    sampling->add_option("--period", sampling_.period, "instead: 2026-03, 2026-Q1 or 2026-H1 (joint audits)")
        ->excludes(month);
    sampling->add_option("--out", sampling_.out, "directory; default: the configured one");
    sampling->add_option("--format", sampling_.formats, "ods, xlsx, csv, pdf; several with commas")
        ->capture_default_str();
    sampling->add_option("--system", sampling_.system, "only this register");
    sampling->add_option("--unit", sampling_.unit, "only this unit: UNIT or AGENCY/UNIT");
    CLI::Option* const checkpoint =
        sampling->add_option("--checkpoint", sampling_.checkpoint, "draw by the first one mailed after the cut-off");
    sampling->add_option("--seed", sampling_.seed, "instead: draw by this text; the sheets are marked 非正式")
        ->excludes(checkpoint);
    sampling->add_option("--by", sampling_.by, "staff id of the one who exports; default: the account");
    sampling->add_option("--reason", sampling_.reason, kReasonHelp);
    CLI::App* const evidence = add(exports, "evidence", "an alert's records with everything to prove them by, as ZIP",
                                   [this] { return export_evidence(machine_, evidence_); });
    add_config(evidence, evidence_.config);
    evidence->add_option("--alert", evidence_.alert, "the alert's id")->required();
    evidence->add_option("--out", evidence_.out, "the ZIP file")->required();
    evidence->add_option("--reason", evidence_.reason, kReasonHelp);
    CLI::App* const one = add(exports, "case", "what is known of a case or of some alerts, for handing on (移送)",
                              [this] { return export_case(machine_, case_); });
    add_config(one, case_.config);
    CLI::Option* const of_case = one->add_option("--case", case_.case_id, "the case's id");
    one->add_option("--alert", case_.alerts, "or: an alert's id; may be repeated")->excludes(of_case);
    one->add_option("--out", case_.out, "FILE.pdf or FILE.odt; FILE alone: both")->required();
    add_exporter(one, case_.by, case_.reason);
    CLI::App* const incident =
        add(exports, "incident", "whose data some look-ups showed, and until when to report it (個資外洩事件)",
            [this] { return export_incident(machine_, incident_); });
    add_config(incident, incident_.config);
    incident->add_option("--alert", incident_.alerts, "the look-ups of an alert; may be repeated");
    incident->add_option("--case", incident_.case_id, "or of a case");
    incident->add_option("--officer", incident_.officer, "or all of an officer, with --since and --until");
    add_day(incident, "--since", incident_.since, "from this day on");
    add_day(incident, "--until", incident_.until, "up to this day");
    incident->add_option("--known-at", incident_.known_at, "when the office learned of it: 2026-03-05T14:30")
        ->required();
    incident->add_option("--out", incident_.out, "directory; default: the configured one");
    incident->add_option("--format", incident_.formats, "ods, xlsx, csv, pdf; several with commas")
        ->capture_default_str();
    add_exporter(incident, incident_.by, incident_.reason);
    CLI::App* const newest = add(exports, "checkpoint", "the newest signed checkpoint, to be kept elsewhere",
                                 [this] { return export_checkpoint(machine_, checkpoint_); });
    add_config(newest, checkpoint_.config);
    newest->add_option("--out", checkpoint_.out, "file; default: standard output");

    CLI::App* const tiles =
        add(exports, "tiles", "the signed tree as files for other people's checkers (C2SP tlog-tiles)",
            [this] { return export_tiles(machine_, tiles_); });
    add_config(tiles, tiles_.config);
    tiles->add_option("--out", tiles_.out, "directory")->required();
    tiles->add_flag("--leaves", tiles_.with_leaves, "with the leaves, which hold salted hashes, times and sources");
    tiles->add_option("--reason", tiles_.reason, kReasonHelp);

    CLI::App* const imports = app_.add_subcommand("import", "what comes back")->require_subcommand(1);
    CLI::App* const answers = add(imports, "sampling", "answers on a filled-in sampling list (ODS, XLSX or CSV)",
                                  [this] { return import_sampling(machine_, import_); });
    add_config(answers, import_.config);
    answers->add_option("FILE", import_.file, "the sheet as it came back")->required();
    answers->add_option("--by", import_.by, "staff id of the one who brings it in")->required();
    answers->add_option("--period", import_.period, "2026-03, 2026-Q1 or 2026-H1, when the sheet does not say it");
    answers->add_flag("--dry-run", import_.dry_run, "only say what would be entered");
  }

  static void add_exporter(CLI::App* command, std::string& by, std::string& reason) {
    command->add_option("--by", by, "staff id of the one who exports; default: the account");
    command->add_option("--reason", reason, kReasonHelp)->required();
  }

  void add_evidence() {
    CLI::App* const backup =
        add(&app_, "backup", "copy the store while it is worked on; the copy is opened and verified",
            [this] { return app::backup(machine_, backup_); });
    add_config(backup, backup_.config);
    backup->add_option("--out", backup_.out, "directory, best on another machine")->required();
    backup->add_option("--keep", backup_.keep, "then remove older copies there, but the newest so many")
        ->check(CLI::PositiveNumber);
    CLI::App* const verify = add(&app_, "verify", "hold every record against the sealed tree; exit 0 only if intact",
                                 [this] { return app::verify(machine_, verify_); });
    add_config(verify, verify_.config);
    verify->add_option("--checkpoint", verify_.checkpoints, "a checkpoint that was kept elsewhere; may be repeated");
    verify->add_option("--key", verify_.keys, "the log's public key, or a file with it; default: as configured");
    CLI::Option* const recompute =
        verify->add_flag("--recompute", verify_.recompute,
                         "make all findings and alerts anew from the sealed records, and compare; works on a copy");
    verify->add_option("--scratch", verify_.scratch, "directory for that copy; default: the state directory")
        ->needs(recompute);
    CLI::App* const signer = add(&app_, "signer", "sign checkpoints for a service that can't sign itself",
                                 [this] { return app::signer(machine_, signer_); });
    signer->add_option("--dir", signer_.directory, "the signer's own directory")->required();
    signer->add_option("--origin", signer_.origin,
                       "name of the log, as \"evidence\" has it in the configuration; default: as the key has it");
    CLI::Option* const socket = signer->add_option("--socket", signer_.socket, "Unix socket to listen on");
    CLI::Option* const show = signer->add_flag("--show-key", signer_.show_key, "print the public key and exit");
    signer->add_option("--key", signer_.keys, "key file; several sign together; default: signer.key in the directory");
    socket->excludes(show);
  }

  static void add_author(CLI::App* command, std::string& by, std::string& reason) {
    command->add_option("--by", by, "staff id of the one who decides");
    command->add_option("--reason", reason, "why; kept encrypted");
  }

  void add_decisions() {
    CLI::App* const decide =
        add(&app_, "decide", "say what came of an alert; a later decision supersedes an earlier one",
            [this] { return app::decide(machine_, decide_); });
    add_config(decide, decide_.config);
    decide->add_option("ALERT_ID", decide_.alert, "the alert, as `trailwatch alerts` shows it");
    decide->add_option("--file", decide_.file,
                       "instead: a CSV file with columns alert, as, by, reason, suppress_until, rules; all or nothing");
    decide->add_option("--as", decide_.as,
                       "confirmed (移送), cleared (已查明), false-alarm (誤報), checking (查證中), open (重新開啟)");
    add_author(decide, decide_.by, decide_.reason);
    decide->add_option("--suppress-until", decide_.suppress_until,
                       "with cleared and false-alarm: don't list its rules again until this day");
    decide->add_option("--rule", decide_.rules, "which rule of the alert (may be repeated), or `all`");
    decide->add_flag("--all-groups", decide_.all_groups, "whatever subject or terminal the rule tells apart");
    decide->add_flag("--replace", decide_.replace, "supersede another officer's decision");

    CLI::App* const suppress =
        app_.add_subcommand("suppress", "rules that are not listed for somebody until a day")->require_subcommand(1);
    CLI::App* const made = add(suppress, "add", "don't list a rule for somebody until a day, because …",
                               [this] { return suppress_add(machine_, suppress_); });
    add_config(made, suppress_.config);
    made->add_option("--alert", suppress_.alert, "whom and which rules: as in this alert");
    made->add_option("--officer", suppress_.officer, "or: this officer");
    made->add_option("--unit", suppress_.unit, "or: this unit");
    made->add_option("--agency", suppress_.agency, "the unit's agency");
    made->add_option("--source", suppress_.source, "or: this source file");
    made->add_option("--rule", suppress_.rules, "this rule; may be repeated; of an alert also `all`");
    add_day(made, "--since", suppress_.since, "default: today");
    add_day(made, "--until", suppress_.until, "the last day, at most a year away")->required();
    made->add_flag("--all-groups", suppress_.all_groups, "whatever subject or terminal the rule tells apart");
    add_author(made, suppress_.by, suppress_.reason);
    CLI::App* const list = add(suppress, "list", "those that hold or are to come, soonest end first",
                               [this] { return suppress_list(machine_, suppress_); });
    add_config(list, suppress_.config);
    list->add_flag("--all", suppress_.all, "those that are over too");
    add_day(list, "--day", suppress_.day, "as of this day; default: today");
    list->add_option("--format", suppress_.format, "table or jsonl")
        ->check(CLI::IsMember({"table", "jsonl"}))
        ->capture_default_str();
    CLI::App* const end =
        add(suppress, "end", "list it again from a day on", [this] { return suppress_end(machine_, suppress_); });
    add_config(end, suppress_.config);
    end->add_option("NUMBER", suppress_.number, "as `suppress list` shows it")->required()->check(CLI::PositiveNumber);
    add_day(end, "--from", suppress_.since, "default: today");
    add_author(end, suppress_.by, suppress_.reason);
  }

  void add_rules() {
    CLI::App* const rules = app_.add_subcommand("rules", "rules")->require_subcommand(1);
    CLI::App* const list = add(rules, "list", "the rules in use", [this] { return rules_list(machine_, config_); });
    add_config(list, config_);
    directory_ = std::string(kShared) + "/rules";
    CLI::App* const check = add(rules, "check", "all problems of rule files, with their places", [this] {
      return rules_check(machine_, checked_.empty() && check_config_.empty() ? directory_ : checked_, check_config_);
    });
    check->add_option("DIR", checked_, "directory of the rules; default: the configured ones, else " + directory_);
    check->add_option("--config", check_config_, "look at the sources and reference files of this configuration too");
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
  PersonalCommands personal_;
  ServeOptions serve_;
  StatusOptions status_;
  IngestOptions ingest_;
  AlertsOptions alerts_;
  CasesOptions cases_;
  DecideOptions decide_;
  SuppressOptions suppress_;
  ReportOptions report_;
  SamplingOptions sampling_;
  ImportOptions import_;
  BackupOptions backup_;
  VerifyOptions verify_;
  CheckpointOptions checkpoint_;
  TilesOptions tiles_;
  EvidenceOptions evidence_;
  CaseOptions case_;
  IncidentOptions incident_;
  SignerOptions signer_;
  ReplayOptions replay_;
  DemoOptions demo_;
  std::optional<LocalDay> day_;
  std::string config_, file_, profile_, profiles_, directory_, rule_, checked_, check_config_, channel_, message_,
      what_;
  bool all_ = false;
  std::int64_t rows_ = 0;
};

}  // namespace

int run(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::umask(0027);
  forbid_dumps();
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
