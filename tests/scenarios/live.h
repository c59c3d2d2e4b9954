#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/certificates.h"
#include "support/client.h"
#include "support/program.h"

namespace trailwatch::test {

// The daemon with live sources, and the words of tests that speak to it.
class Live : public ::testing::Test {
 protected:
  void SetUp() override;

  // Adds a source; `listen` as in the configuration, port 0 unless it says another.
  void add_source(const std::string& name, const std::string& profile, nlohmann::json listen);
  nlohmann::json tls(const std::string& protocol);  // with this test's certificates
  void configure(const nlohmann::json& keys) { config_.update(keys); }
  void start();
  // The same as a service manager does it that has opened a socket: descriptor 3, named after the source.
  void start_with_socket(int descriptor, const std::string& name);
  // The port of that source's listener.
  int port(const std::string& source) const;
  // SIGTERM; what was taken is stored then.
  void stop();
  void kill();

  std::string output(std::vector<std::string> arguments) const;
  // `in = stored + duplicates + quarantined` of that source, as `status` says it: stored, duplicates, quarantined.
  std::vector<long> counts(const std::string& source) const;
  Client::Tls client_tls() const { return {authority_.pem(), client_, 0}; }

  static std::string police(long number, const std::string& reason = "偵辦竊盜案件");
  static std::string vehicle(long number);
  static std::string counted(const std::string& record) { return std::to_string(record.size()) + " " + record; }

  TemporaryDirectory place_;
  Authority authority_{"test authority"};
  Certificate server_ = authority_.issue({"localhost"});
  Certificate client_ = authority_.issue({"plog01.example"});
  nlohmann::json config_;
  std::unique_ptr<RunningProgram> daemon_;
};

}  // namespace trailwatch::test
