#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "app/commands.h"

namespace trailwatch::app {

// The command line's part about the life of personal data: holds, erasing, keys. Options are kept here, so it must
// outlive the parsing.
class PersonalCommands {
 public:
  explicit PersonalCommands(const Machine& machine) : machine_(machine) {}
  // `chosen` gets the command that was asked for.
  using Chosen = std::function<void(std::function<int()>)>;
  void add(CLI::App& app, const std::string& config, const Chosen& chosen);

 private:
  void add_holds(CLI::App& app, const std::string& config, const Chosen& chosen);
  void add_unmask(CLI::App& app, const std::string& config, const Chosen& chosen);
  void add_keys(CLI::App& app, const std::string& config, const Chosen& chosen);

  const Machine& machine_;
  PurgeOptions purge_;
  HoldOptions hold_;
  KeyOptions key_;
  UnmaskOptions unmask_;
};

}  // namespace trailwatch::app
