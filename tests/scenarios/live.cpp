#include "scenarios/live.h"

#include <algorithm>
#include <cstdio>

namespace trailwatch::test {

void Live::SetUp() {
  const std::string shared = std::string(TW_SOURCE_DIR) + "/config";
  config_ = {{"state_dir", place_.path("state")},
             {"profiles_dir", shared + "/profiles"},
             {"rules_dir", place_.path("rules")},
             {"words_file", shared + "/words.json"},
             {"sources", nlohmann::json::array()}};
  // A few rules are enough, and quickly read.
  for (const char* const name : {"missing-reason.yml", "many-subjects.yml"}) {
    const std::string text = read_file(shared + "/rules/" + name);
    if (!text.empty()) write_file(place_.path("rules/" + std::string(name)), text);
  }
  write_file(place_.path("server.pem"), server_.certificate);
  write_file(place_.path("server.key"), server_.key);
  write_file(place_.path("ca.pem"), authority_.pem());
  write_file(place_.path("token"), "a-secret-token\n");
}

void Live::add_source(const std::string& name, const std::string& profile, nlohmann::json listen) {
  if (listen.is_object()) {
    listen.emplace("address", "127.0.0.1");
    listen.emplace("port", 0);
  }
  config_["sources"].push_back({{"name", name}, {"profile", profile}, {"listen", std::move(listen)}});
}

nlohmann::json Live::tls(const std::string& protocol) {
  return {{"protocol", protocol}, {"certificate", "server.pem"}, {"key", "server.key"}, {"client_ca", "ca.pem"}};
}

void Live::start() {
  write_file(place_.path("trailwatch.json"), config_.dump());
  daemon_ = std::make_unique<RunningProgram>(
      TW_BINARY, std::vector<std::string>{"serve", "--config", place_.path("trailwatch.json")});
  ASSERT_TRUE(daemon_->wait_for("watching")) << daemon_->err();
}

void Live::start_with_socket(int descriptor, const std::string& name) {
  write_file(place_.path("trailwatch.json"), config_.dump());
  const std::string script = "exec 3<&" + std::to_string(descriptor) +
                             "; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=" + name +
                             "; exec \"$0\" serve --config \"$1\"";
  daemon_ = std::make_unique<RunningProgram>(
      "/bin/bash", std::vector<std::string>{"-c", script, TW_BINARY, place_.path("trailwatch.json")});
  ASSERT_TRUE(daemon_->wait_for("watching")) << daemon_->err();
}

int Live::port(const std::string& source) const {
  const std::string& said = daemon_->err();
  const std::size_t at = said.rfind("listening for " + source + ": ");
  const std::size_t word = said.find(" port ", at);
  if (at == std::string::npos || word == std::string::npos) return 0;
  return std::stoi(said.substr(word + 6));
}

void Live::stop() {
  daemon_->signal(SIGTERM);
  daemon_->wait_for("to its end");
  EXPECT_EQ(daemon_->wait(), 0) << daemon_->err();
}

void Live::kill() {
  daemon_->signal(SIGKILL);
  daemon_->wait();
}

std::string Live::output(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--config", place_.path("trailwatch.json")});
  const Ran ran = run_program(TW_BINARY, arguments);
  // `status` fails when anything is not as it should be, which is what many tests are about.
  if (arguments.front() != "status") {
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  }
  return ran.out;
}

std::vector<long> Live::counts(const std::string& source) const {
  std::string text = output({"status"});
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  const std::size_t at = text.find("來源 " + source + "：");
  if (at == std::string::npos) return {};
  std::vector<long> out;
  for (const char* const word : {"入庫 ", "重複 ", "隔離 "}) {
    const std::size_t found = text.find(word, at);
    if (found == std::string::npos) return {};
    out.push_back(std::stol(text.substr(found + std::string(word).size())));
  }
  return out;
}

std::string Live::police(long number, const std::string& reason) {
  char text[512];
  std::snprintf(text, sizeof text,
                "<134>1 2026-03-02T14:30:05.%06ld+08:00 plog01 PLOG 2211 QRY [q@52000 sn=\"%ld\" org=\"JH01\" "
                "unit=\"偵查隊\" badge=\"A10%03ld\" acct=\"a\" ip=\"10.40.3.8\" sys=\"戶役政\" func=\"PERSON\" "
                "subj=\"J123456789\" kind=\"person\" purpose=\"C01\" case=\"\" rows=\"1\"] ",
                number % 1'000'000, number, number % 97);
  return text + reason;
}

std::string Live::vehicle(long number) {
  char text[512];
  std::snprintf(
      text, sizeof text,
      "{\"seq\":%ld,\"ts\":\"2026-03-02T14:30:05.%03ld+08:00\",\"org\":\"JH01\",\"unit\":\"交通組\","
      "\"uid\":\"A20%03ld\",\"account\":\"a\",\"host\":\"10.40.8.21\",\"fn\":\"OWNER_BY_PLATE\","
      "\"plate\":\"ABC-1234\",\"id\":null,\"purpose\":\"T02\",\"memo\":\"交通事故處理\",\"doc\":\"\",\"rows\":1}",
      number, number % 1'000, number % 97);
  return text;
}

}  // namespace trailwatch::test
