#include "app/personal_commands.h"

namespace trailwatch::app {

namespace {

CLI::App* add_command(CLI::App* parent, const std::string& name, const std::string& help,
                      const PersonalCommands::Chosen& chosen, std::function<int()> command) {
  CLI::App* const added = parent->add_subcommand(name, help);
  added->callback([chosen, command = std::move(command)] { chosen(command); });
  return added;
}

void add_config(CLI::App* command, std::string& path, const std::string& fallback) {
  path = fallback;
  command->add_option("--config", path, "configuration file")->capture_default_str();
}

}  // namespace

void PersonalCommands::add(CLI::App& app, const std::string& config, const Chosen& chosen) {
  CLI::App* const purge =
      add_command(&app, "purge", "erase what has been kept long enough; the service does so after the daily report",
                  chosen, [this] { return app::purge(machine_, purge_); });
  add_config(purge, purge_.config, config);
  purge->add_flag("--dry-run", purge_.dry_run, "only say what is due, what is held, and what is due next");
  purge->add_flag("--trust-clock", purge_.trust_clock,
                  "go by the clock alone, although no record has come for more than a month");
  add_holds(app, config, chosen);
  add_keys(app, config, chosen);
  add_unmask(app, config, chosen);
}

void PersonalCommands::add_unmask(CLI::App& app, const std::string& config, const Chosen& chosen) {
  CLI::App* const unmask =
      app.add_subcommand("unmask", "show the persons behind an alert; each look is recorded and judged by the rules");
  // With one of the commands below it, that one runs.
  unmask->callback([this, unmask, chosen] {
    if (unmask->get_subcommands().empty()) chosen([this] { return app::unmask(machine_, unmask_); });
  });
  unmask->require_subcommand(0, 1);
  add_config(unmask, unmask_.config, config);
  unmask->add_option("--alert", unmask_.alert, "the alert, as `trailwatch alerts` shows it");
  unmask->add_option("--reason", unmask_.reason, "why, at least 10 characters; kept encrypted");
  unmask->add_option("--case", unmask_.case_no, "the case number that it is for");
  unmask->add_option("--by", unmask_.by, "who looks, where the configuration allows it; default: who is logged in");
  unmask->add_option("--second", unmask_.second, "who is present; may be repeated");
  unmask->add_flag("--break-glass", unmask_.break_glass, "at once, without the second person; the office is told");
  const auto add_format = [this](CLI::App* command) {
    command->add_option("--format", unmask_.format, "table or jsonl")
        ->check(CLI::IsMember({"table", "jsonl"}))
        ->capture_default_str();
  };
  add_format(unmask);
  const auto add_step = [&](const char* name, const char* help, int (*run)(const Machine&, const UnmaskOptions&)) {
    CLI::App* const step = add_command(unmask, name, help, chosen, [this, run] { return run(machine_, unmask_); });
    add_config(step, unmask_.config, config);
    step->add_option("--by", unmask_.by, "as above");
    return step;
  };
  CLI::App* const approve = add_step("approve", "let another person look, once and within 30 minutes", unmask_approve);
  CLI::App* const show = add_step("show", "what was asked for and approved", unmask_show);
  add_format(show);
  for (CLI::App* const step : {approve, show}) {
    step->add_option("NUMBER", unmask_.number, "the request")->required()->check(CLI::PositiveNumber);
  }
  add_step("list", "who has asked, approved and looked, and why", unmask_list);
}

void PersonalCommands::add_holds(CLI::App& app, const std::string& config, const Chosen& chosen) {
  CLI::App* const hold =
      app.add_subcommand("hold", "legal holds: what must not be erased, however old it is")->require_subcommand(1);
  CLI::App* const add = add_command(hold, "add", "keep systems and months, or all that an alert or case rests on",
                                    chosen, [this] { return hold_add(machine_, hold_); });
  add_config(add, hold_.config, config);
  add->add_option("--system", hold_.systems, "this register; may be repeated; default: all of them");
  add->add_option("--from", hold_.from, "first month, such as 2026-01; default: from the beginning");
  add->add_option("--until", hold_.until, "last month; default: without end");
  add->add_option("--alert", hold_.alerts, "instead: the months and registers of this alert's records");
  add->add_option("--case", hold_.case_id, "instead: those of all alerts of this case");
  CLI::App* const list = add_command(hold, "list", "the holds in force, with who made them and why", chosen,
                                     [this] { return hold_list(machine_, hold_); });
  add_config(list, hold_.config, config);
  list->add_flag("--all", hold_.all, "those that were lifted too");
  list->add_option("--format", hold_.format, "table or jsonl")
      ->check(CLI::IsMember({"table", "jsonl"}))
      ->capture_default_str();
  CLI::App* const lift = add_command(hold, "lift", "end a hold; what is due goes the next morning", chosen,
                                     [this] { return hold_lift(machine_, hold_); });
  add_config(lift, hold_.config, config);
  lift->add_option("NUMBER", hold_.number, "as `hold list` shows it")->required()->check(CLI::PositiveNumber);
  for (CLI::App* const command : {add, lift}) {
    command->add_option("--by", hold_.by, "staff id of the one who decides");
    command->add_option("--reason", hold_.reason, "why; kept encrypted");
  }
}

void PersonalCommands::add_keys(CLI::App& app, const std::string& config, const Chosen& chosen) {
  CLI::App* const key = app.add_subcommand("key", "the master key")->require_subcommand(1);
  CLI::App* const rotate =
      add_command(key, "rotate", "wrap everything with a new master key; the old one opens nothing any more", chosen,
                  [this] { return key_rotate(machine_, key_); });
  add_config(rotate, key_.config, config);
  rotate->add_option("--new", key_.next, "file or credential:NAME with the new key; default: a new one is made");
  CLI::App* const show = add_command(key, "show", "which keys are there, and which one the store opens with", chosen,
                                     [this] { return key_show(machine_, key_); });
  add_config(show, key_.config, config);
}

}  // namespace trailwatch::app
