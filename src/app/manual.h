#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/workplace.h"

namespace CLI {
class App;
}

// What is installed beside the program so that people find their way: made from the program's own command line, so that
// it can't say anything else than `--help` does.
namespace trailwatch::app {

// trailwatch(1), as roff.
std::string man_page(const CLI::App& app);
// trailwatch.json(5): `shipped` is the configuration file that explains itself, key by key.
std::string config_page(std::string_view shipped);
// Completion of commands, options and their words.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);

// `document man|config|bash|zsh` prints one of them: for those who make packages, nobody else needs to see it. Sets
// `command` when it is asked for; both references must outlive the app.
void add_document_command(const Machine& machine, CLI::App& app, std::function<int()>& command);

}  // namespace trailwatch::app
