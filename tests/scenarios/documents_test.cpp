#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <sstream>

#include "support/program.h"

// Man pages and completion say what `--help` says: every command, every option, no more.
namespace trailwatch::test {
namespace {

std::string output(const std::vector<std::string>& arguments) {
  const Ran ran = run_program(TW_BINARY, arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return ran.out;
}

// What a command's help tells: the commands below it, and its options.
struct Help {
  std::vector<std::string> commands;
  std::set<std::string> options;  // `--config`
};

Help help_of(std::vector<std::string> words) {
  words.emplace_back("--help");
  std::istringstream lines(output(words));
  Help out;
  bool in_commands = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "Subcommands:") in_commands = true;
    std::istringstream parts(line);
    std::string first;
    parts >> first;
    if (line.rfind("  ", 0) != 0 || line[2] == ' ') continue;
    const std::size_t at = first.find("--");
    if (in_commands) {
      out.commands.push_back(first);
    } else if (at != std::string::npos) {
      out.options.insert(first.substr(at, first.find('=') - at));
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, const std::string& last = "") {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out + last;
}

std::string as_roff(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

// The lines of one command in the manual.
std::string section_of(const std::string& manual, const std::string& words) {
  const std::size_t start = manual.find(".SS \\fBtrailwatch " + as_roff(words) + "\\fR");
  if (start == std::string::npos) return "";
  return manual.substr(start, manual.find("\n.S", start + 1) - start);
}

class Documents : public ::testing::Test {
 protected:
  // Every command with its help, from the top.
  void each(const std::vector<std::string>& words,
            const std::function<void(const std::vector<std::string>&, const Help&)>& show) {
    const Help help = help_of(words);
    show(words, help);
    for (const std::string& command : help.commands) {
      std::vector<std::string> below = words;
      below.push_back(command);
      each(below, show);
    }
  }
};

TEST_F(Documents, TheManualSaysWhatHelpSays) {
  const std::string manual = output({"document", "man"});
  int commands = 0;
  each({}, [&](const std::vector<std::string>& words, const Help& help) {
    if (!help.commands.empty()) return;
    ++commands;
    const std::string section = section_of(manual, joined(words));
    EXPECT_NE(section, "") << joined(words);
    std::set<std::string> told;
    for (std::size_t at = 0; (at = section.find("\n\\fB\\-\\-", at)) != std::string::npos; ++at) {
      std::string name = section.substr(at + 4, section.find("\\fR", at + 4) - at - 4);
      std::erase(name, '\\');
      told.insert(name);
    }
    std::set<std::string> options = help.options;
    options.erase("--help");
    EXPECT_EQ(told, options) << joined(words);
  });
  EXPECT_GT(commands, 25);
}

TEST_F(Documents, CompletionOffersWhatHelpSays) {
  TemporaryDirectory place;
  write_file(place.path("bash"), output({"document", "bash"}));
  std::string script =
      ". " + place.path("bash") +
      "\nask() { COMP_WORDS=(trailwatch \"$@\" ''); COMP_CWORD=$(($# + 1)); _trailwatch; echo \"${COMPREPLY[*]}\"; }\n";
  std::vector<std::set<std::string>> expected;
  std::vector<std::string> asked;
  each({}, [&](const std::vector<std::string>& words, const Help& help) {
    script += "ask " + joined(words) + "\n";
    asked.push_back(joined(words));
    expected.push_back(help.options);
    expected.back().insert(help.commands.begin(), help.commands.end());
  });
  script += "ask alerts --format\nask alerts --config\n";
  const Ran ran = run_program("/bin/bash", {"-c", script});
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::istringstream lines(ran.out);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::string line, word;
    std::getline(lines, line);
    std::istringstream words(line);
    std::set<std::string> offered;
    while (words >> word) offered.insert(word);
    EXPECT_EQ(offered, expected[i]) << asked[i];
  }
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "table jsonl");
  std::getline(lines, line);
  EXPECT_EQ(line, "");  // a file: left to the shell
  const std::string zsh = output({"document", "zsh"});
  EXPECT_NE(zsh.find("'rules check') offered=(--help --config) ;;"), std::string::npos) << zsh;
}

TEST_F(Documents, ThePageOfTheConfigurationHoldsAllOfIt) {
  const std::string path = std::string(TW_SOURCE_DIR) + "/config/trailwatch.json";
  std::string page = output({"document", "config", path});
  std::erase(page, '\\');
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_NE(page.find("\n" + line + "\n"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace trailwatch::test
