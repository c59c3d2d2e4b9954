#include "app/manual.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <vector>

#include "app/commands.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kFileBytesMax = 1U << 20U;

// A command that does something, with the words that lead to it.
struct Command {
  std::string words;  // `rules check`
  const CLI::App* app = nullptr;
};

void collect(const CLI::App& app, const std::string& words, bool with_groups, std::vector<Command>& out) {
  for (const CLI::App* const below :
       app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
    const std::string all = words + (words.empty() ? "" : " ") + below->get_name();
    const bool is_group = !below->get_subcommands([](const CLI::App*) { return true; }).empty();
    if (!is_group || with_groups) out.push_back({all, below});
    collect(*below, all, with_groups, out);
  }
}

std::vector<Command> commands_of(const CLI::App& app, bool with_groups) {
  std::vector<Command> out;
  collect(app, "", with_groups, out);
  return out;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); });
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

// `table` and `jsonl` of `TEXT:{table,jsonl}`.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t from = type.find('{'), until = type.find('}');
  std::vector<std::string> out;
  if (from == std::string::npos || until == std::string::npos) return out;
  for (const std::string_view one : split(std::string_view(type).substr(from + 1, until - from - 1), ','))
    out.emplace_back(one);
  return out;
}

std::string value_of(const CLI::Option& option) {
  const std::vector<std::string> choices = choices_of(option);
  if (!choices.empty()) return joined(choices, "|");
  const std::string type = option.get_type_name();
  return type.substr(0, type.find_first_of(":["));
}

std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\(rs";
    } else if (c == '-') {
      out += "\\-";
    } else {
      // A line that begins with one of these would be a request.
      if ((out.empty() || out.back() == '\n') && (c == '.' || c == '\'')) out += "\\&";
      out.push_back(c);
    }
  }
  return out;
}

std::string synopsis(const Command& command) {
  std::string out = "\\fBtrailwatch " + roff(command.words) + "\\fR";
  if (options_of(*command.app).size() > 1) out += " [\\fIOPTION\\fR ...]";
  for (const CLI::Option* const option : options_of(*command.app)) {
    if (!option->get_positional()) continue;
    std::string name = "\\fI" + roff(option->get_name(true)) + "\\fR";
    if (option->get_items_expected_max() > 1) name += " ...";
    out += option->get_required() ? " " + name : " [" + name + "]";
  }
  return out;
}

std::string option_text(const CLI::Option& option) {
  std::string out = ".TP\n";
  if (option.get_positional()) {
    out += "\\fI" + roff(option.get_name(true)) + "\\fR\n";
  } else {
    out += "\\fB" + roff(option.get_name(false, true)) + "\\fR";
    if (takes_value(option)) out += " \\fI" + roff(value_of(option)) + "\\fR";
    out += "\n";
  }
  out += roff(option.get_description());
  if (option.get_required()) out += " (required)";
  if (!option.get_default_str().empty()) out += " [" + roff(option.get_default_str()) + "]";
  return out + "\n";
}

constexpr const char* kAfterCommands = R"(.SH EXIT STATUS
.TP
0
All is well. \fBstatus\fR: nothing is wrong; \fBverify\fR: history is intact.
.TP
64 to 78
As in sysexits.h: 64 wrong use, 65 bad or changed data, 66 something is not there, 69 \fBstatus\fR: something is wrong,
70 an error of the program, 74 the disk, 75 somebody else is at it, 78 the configuration.
.SH FILES
.TP
.I /etc/trailwatch/trailwatch.json
the configuration, \fBtrailwatch.json\fR(5)
.TP
.I /etc/trailwatch/rules\fR, \fI/usr/share/trailwatch/rules
rules of the office, and those that are shipped
.TP
.I /etc/trailwatch/keys/master.key
the master key, root's own; keep a copy elsewhere
.TP
.I /var/lib/trailwatch
the store, reports, and below \fIdrop\fR the folders for the trails
.TP
.I /var/lib/trailwatch\-signer
key and last note of the signer
.SH ENVIRONMENT
.TP
.B CREDENTIALS_DIRECTORY
Set by systemd: the master key is read from \fImaster.key\fR there when it is, before the configured file.
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC
Set by systemd: \fBserve\fR and \fBsigner\fR say when they are ready; \fBserve\fR feeds the watchdog with its commits.
.TP
.B LISTEN_FDS
Set by systemd: ports that are handed over; one named \fImetrics\fR is for Prometheus.
.SH SIGNALS
\fBserve\fR looks at reference and rule files at once on SIGHUP, and ends cleanly on SIGTERM and SIGINT.
.SH SEE ALSO
.BR trailwatch.json (5),
.I /usr/share/doc/trailwatch/operating.md
)";

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string out = ".TH TRAILWATCH 1 \"\" \"trailwatch " TRAILWATCH_VERSION "\" \"trailwatch\"\n.SH NAME\n";
  out += "trailwatch \\- reads every query trail and tells which look\\-ups deserve a question\n.SH SYNOPSIS\n";
  out +=
      "\\fBtrailwatch\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n" + roff(app.get_description()) + "\n";
  out +=
      "Everything is done by one of the commands below; \\fBtrailwatch\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR says the "
      "same.\n";
  out +=
      "On an installed system run them as root: files that are made in the service's directories become the service's "
      "own.\n";
  out += ".SH COMMANDS\n";
  for (const Command& command : commands_of(app, false)) {
    out += ".SS " + synopsis(command) + "\n" + roff(command.app->get_description()) + "\n";
    for (const CLI::Option* const option : options_of(*command.app)) {
      if (option->get_name() != "--help") out += option_text(*option);
    }
  }
  return out + kAfterCommands;
}

std::string config_page(std::string_view shipped) {
  std::string out = ".TH TRAILWATCH.JSON 5 \"\" \"trailwatch " TRAILWATCH_VERSION "\" \"trailwatch\"\n.SH NAME\n";
  out += "trailwatch.json \\- configuration of trailwatch\n.SH DESCRIPTION\n";
  out +=
      "JSON in which lines may be comments that begin with two slashes. All problems are told at once, with line and "
      "hint,\n";
  out +=
      "by every command that reads it, and nothing is done then. This is the file as it is shipped, with each key, "
      "its\n";
  out += "meaning, unit and default:\n.PP\n.nf\n";
  out += roff(shipped);
  if (out.back() != '\n') out.push_back('\n');
  return out + ".fi\n.SH SEE ALSO\n.BR trailwatch (1)\n";
}

namespace {

// `'a' | 'b'`, as a shell's case has it.
std::string patterns(const std::vector<std::string>& all) {
  std::vector<std::string> quoted;
  for (const std::string& one : all) quoted.push_back("'" + one + "'");
  return joined(quoted, " | ");
}

// Words that lead one level deeper: ` serve`, `rules check`.
std::string steps(const CLI::App& app) {
  std::vector<std::string> out;
  for (const Command& command : commands_of(app, true)) {
    out.push_back(command.words.find(' ') == std::string::npos ? " " + command.words : command.words);
  }
  return patterns(out);
}

std::vector<std::string> words_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* const below : app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
    out.push_back(below->get_name());
  for (const CLI::Option* const option : options_of(app)) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

// By `command --option`, what may follow it.
std::string values(const CLI::App& app, const std::string& before, const std::string& after) {
  std::string out;
  std::vector<std::string> open;
  for (const Command& command : commands_of(app, true)) {
    for (const CLI::Option* const option : options_of(*command.app)) {
      if (option->get_lnames().empty() || !takes_value(*option)) continue;
      const std::string at = command.words + " --" + option->get_lnames().front();
      const std::vector<std::string> choices = choices_of(*option);
      if (choices.empty()) {
        open.push_back(at);
      } else {
        out += "    " + patterns({at}) + ") " + before + joined(choices, " ") + after + "; return ;;\n";
      }
    }
  }
  return out + "    " + patterns(open) + ")";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string out = "# Completion of trailwatch for bash; made by the program itself.\n_trailwatch() {\n";
  out += "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} at='' word words='' i\n";
  out +=
      "  COMPREPLY=()\n  for ((i = 1; i < COMP_CWORD; ++i)); do\n    word=${COMP_WORDS[i]}\n    case \"$at $word\" "
      "in\n";
  out += "      " + steps(app) + ") at=\"${at:+$at }$word\" ;;\n    esac\n  done\n  case \"$at $prev\" in\n";
  out += values(app, "mapfile -t COMPREPLY < <(compgen -W '", "' -- \"$cur\")");
  out += " return ;;\n  esac\n  case \"$at\" in\n";
  out += "    '') words='" + joined(words_of(app), " ") + "' ;;\n";
  for (const Command& command : commands_of(app, true))
    out += "    '" + command.words + "') words='" + joined(words_of(*command.app), " ") + "' ;;\n";
  out += "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n";
  return out + "complete -o default -F _trailwatch trailwatch\n";
}

std::string zsh_completion(const CLI::App& app) {
  std::string out =
      "#compdef trailwatch\n# Completion of trailwatch for zsh; made by the program itself.\n_trailwatch() {\n";
  out += "  local at='' word\n  local -a offered\n  for word in ${words[2,CURRENT-1]}; do\n    case \"$at $word\" in\n";
  out +=
      "      " + steps(app) + ") at=\"${at:+$at }$word\" ;;\n    esac\n  done\n  case \"$at ${words[CURRENT-1]}\" in\n";
  out += values(app, "compadd ", "");
  out += " _files; return ;;\n  esac\n  case \"$at\" in\n";
  out += "    '') offered=(" + joined(words_of(app), " ") + ") ;;\n";
  for (const Command& command : commands_of(app, true))
    out += "    '" + command.words + "') offered=(" + joined(words_of(*command.app), " ") + ") ;;\n";
  out += "  esac\n  compadd -a offered\n  _files\n}\n";
  return out + "_trailwatch \"$@\"\n";
}

namespace {

int document(const Machine& machine, const CLI::App& app, const std::string& what, const std::string& file) {
  std::string text;
  if (what == "man") text = man_page(app);
  if (what == "bash") text = bash_completion(app);
  if (what == "zsh") text = zsh_completion(app);
  if (what == "config") {
    Result<std::string> shipped = machine.files.read(file, kFileBytesMax);
    if (!shipped) return fail(machine, shipped.error());
    text = config_page(*shipped);
  }
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kExitOk : kExitIo;
}

}  // namespace

void add_document_command(const Machine& machine, CLI::App& app, std::function<int()>& command) {
  struct Asked {
    std::string what, file;
  };
  const auto asked = std::make_shared<Asked>();
  CLI::App* const added = app.add_subcommand("document", "man pages and completion, as they are installed");
  added->callback([&, asked] { command = [&, asked] { return document(machine, app, asked->what, asked->file); }; });
  added->group("");
  added->add_option("WHAT", asked->what, "which")->required()->check(CLI::IsMember({"man", "config", "bash", "zsh"}));
  added->add_option("FILE", asked->file, "of `config`: the configuration as it is shipped");
}

}  // namespace trailwatch::app
