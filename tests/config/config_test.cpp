#include "trailwatch/config/config.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

namespace trailwatch::config {
namespace {

std::vector<std::string> problems_of(const std::variant<Config, std::vector<Problem>>& parsed) {
  std::vector<std::string> out;
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *problems) out.push_back(problem.text("t.json"));
  }
  return out;
}
std::vector<std::string> problems(std::string_view text) {
  return problems_of(parse(text, "/etc/tw"));
}
Config good(std::string_view text, std::string_view directory = "/etc/tw") {
  const auto parsed = parse(text, directory);
  EXPECT_EQ(problems_of(parsed), std::vector<std::string>{});
  return std::holds_alternative<Config>(parsed) ? std::get<Config>(parsed) : Config{};
}
using Lines = std::vector<std::string>;
constexpr const char* kTimeOfDay = "must be a time of day such as \"07:30\"";

TEST(Config, StandsOnItsDefaults) {
  const Config config = good("{}");
  EXPECT_EQ(config.agency, "政風處");
  EXPECT_EQ(config.zone, "Asia/Taipei");
  EXPECT_EQ(config.state_dir, "/var/lib/trailwatch");
  EXPECT_EQ(config.database(), "/var/lib/trailwatch/trailwatch.db");
  EXPECT_EQ(config.key_file, "/var/lib/trailwatch/keys/master.key");
  EXPECT_EQ(config.profiles_dirs, std::vector<std::string>{"/etc/tw/profiles"});
  EXPECT_EQ(config.rules_dirs, std::vector<std::string>{"/etc/tw/rules"});
  EXPECT_EQ(config.words_file, "/etc/tw/words.json");
  EXPECT_EQ(config.reference_dir, "");
  EXPECT_EQ(config.report_dir, "/var/lib/trailwatch/reports");
  EXPECT_EQ(config.report_at_minute, 360);
  EXPECT_EQ(config.budget, 20);
  EXPECT_EQ(config.random_share, 0.1);
  EXPECT_EQ(config.threshold, 35);
  EXPECT_EQ(config.threshold_watched, 15);
  EXPECT_EQ(config.hours.from_minute, 450);
  EXPECT_EQ(config.hours.until_minute, 1110);
  EXPECT_EQ(config.records_per_batch, 10'000);
  EXPECT_EQ(config.poll_ms, 1'000);
  EXPECT_EQ(config.evidence.origin, "");
  EXPECT_EQ(config.evidence.signer, "here");
  EXPECT_TRUE(config.evidence.log_keys.empty());
  EXPECT_EQ(config.reload_ms, 10'000);
  EXPECT_EQ(config.reevaluate_days, 92);
  EXPECT_TRUE(config.unit_hours.empty() && config.sampling.empty() && config.sources.empty());
}

TEST(Config, ReadsWhoSigns) {
  const Config config = good(
      R"({"evidence": {"origin": "a.example/log", "signer": "run/signer.sock", "log_keys": ["a.example/log+1f+k", "log.vkey"]}})");
  EXPECT_EQ(config.evidence.origin, "a.example/log");
  EXPECT_EQ(config.evidence.signer, "/etc/tw/run/signer.sock");
  EXPECT_EQ(config.evidence.log_keys, (std::vector<std::string>{"a.example/log+1f+k", "/etc/tw/log.vkey"}));
  EXPECT_EQ(good(R"({"evidence": {"signer": "none"}})").evidence.signer, "none");
}

TEST(Config, ASignerOfItsOwnNeedsItsKey) {
  const auto parsed = parse("{\n\"evidence\": {\"signer\": \"/run/s.sock\"}}", "/etc/tw");
  const auto* const problems = std::get_if<std::vector<Problem>>(&parsed);
  ASSERT_NE(problems, nullptr);
  ASSERT_EQ(problems->size(), 1U);
  EXPECT_EQ(problems->front().text("t.json"),
            "t.json:2: evidence.log_keys: are needed with a signer of its own, so that its signatures can be told. "
            "`trailwatch signer --show-key` prints it");
}

TEST(Config, ReadsEveryKey) {
  const Config config = good(R"({
    // a comment
    "agency": "稽核室", "zone": "America/Los_Angeles", "state_dir": "state", "key_file": "/k/master.key",
    "profiles_dir": "p", "rules_dir": ["/usr/share/tw/rules", "r"], "words_file": "w.json", "reference_dir": "ref", "report_dir": "out",
    "report_at": "05:30", "budget": 7, "random_share": 0.25, "threshold": 12.5, "threshold_watched": 0,
    "hours": {"default": ["08:00", "17:00"], "units": {"甲/乙": ["00:00", "24:00"], "丙": ["13:00", "21:30"]}},
    "sampling": {"default": {}, "land/甲/乙": {"ratio": 0.5, "floor": 2, "ceiling": 9, "per_officer": 3, "weighted_share": 1}},
    "sources": [{"name": "a", "profile": "b", "directory": "in", "files": "*.csv"},
                {"name": "c", "profile": "b", "directory": "/in"}],
    "records_per_batch": 50, "poll_ms": 10, "reload_ms": 20, "reevaluate_days": 0
  })");
  EXPECT_EQ(config.agency, "稽核室");
  EXPECT_EQ(config.zone, "America/Los_Angeles");
  EXPECT_EQ(config.state_dir, "/etc/tw/state");
  EXPECT_EQ(config.key_file, "/k/master.key");
  EXPECT_EQ(config.profiles_dirs, std::vector<std::string>{"/etc/tw/p"});
  EXPECT_EQ(config.rules_dirs, (std::vector<std::string>{"/usr/share/tw/rules", "/etc/tw/r"}));
  EXPECT_EQ(config.words_file, "/etc/tw/w.json");
  EXPECT_EQ(config.reference_dir, "/etc/tw/ref");
  EXPECT_EQ(config.report_dir, "/etc/tw/out");
  EXPECT_EQ(config.report_at_minute, 330);
  EXPECT_EQ(config.budget, 7);
  EXPECT_EQ(config.random_share, 0.25);
  EXPECT_EQ(config.threshold, 12.5);
  EXPECT_EQ(config.threshold_watched, 0);
  EXPECT_EQ(config.hours.from_minute, 480);
  EXPECT_EQ(config.hours.until_minute, 1020);
  EXPECT_EQ(config.unit_hours.at("甲/乙").until_minute, 1440);
  EXPECT_EQ(config.unit_hours.at("丙").from_minute, 780);
  EXPECT_EQ(config.sampling.at("default").ratio, 0.01);
  EXPECT_EQ(config.sampling.at("default").ceiling, std::nullopt);
  const Sampling& land = config.sampling.at("land/甲/乙");
  EXPECT_EQ(land.ratio, 0.5);
  EXPECT_EQ(land.floor, 2);
  EXPECT_EQ(land.ceiling, 9);
  EXPECT_EQ(land.per_officer, 3);
  EXPECT_EQ(land.weighted_share, 1.0);
  ASSERT_EQ(config.sources.size(), 2U);
  EXPECT_EQ(config.sources[0].name, "a");
  EXPECT_EQ(config.sources[0].profile, "b");
  EXPECT_EQ(config.sources[0].directory, "/etc/tw/in");
  EXPECT_EQ(config.sources[0].files, "*.csv");
  EXPECT_EQ(config.sources[1].directory, "/in");
  EXPECT_EQ(config.sources[1].files, "*");
  EXPECT_EQ(config.records_per_batch, 50);
  EXPECT_EQ(config.poll_ms, 10);
  EXPECT_EQ(config.reload_ms, 20);
  EXPECT_EQ(config.reevaluate_days, 0);
}

TEST(Config, ReadsWhereToListen) {
  const Config config = good(R"({"sources": [
    {"name": "a", "profile": "p", "listen": {"protocol": "syslog-tls", "address": "0.0.0.0", "port": 6514,
      "certificate": "tls/a.pem", "key": "/k/a.key", "client_ca": "ca.pem", "clients": ["plog01"], "peers": ["10.40.0.0/16", "::1"]}},
    {"name": "b", "profile": "p", "directory": "in", "listen": [
      {"protocol": "syslog-udp", "address": "::", "port": 514, "peers": ["10.40.3.8"]},
      {"protocol": "http", "address": "127.0.0.1", "port": 0, "token_file": "credential:push"}]}]})");
  ASSERT_EQ(config.sources.size(), 2U);
  EXPECT_EQ(config.sources[0].directory, "");
  const Listen& tls = config.sources[0].listen.at(0);
  EXPECT_EQ(tls.protocol, Listen::Protocol::syslog_tls);
  EXPECT_EQ(tls.address, "0.0.0.0");
  EXPECT_EQ(tls.port, 6514);
  EXPECT_EQ(tls.certificate, "/etc/tw/tls/a.pem");
  EXPECT_EQ(tls.key, "/k/a.key");
  EXPECT_EQ(tls.client_ca, "/etc/tw/ca.pem");
  EXPECT_EQ(tls.clients, std::vector<std::string>{"plog01"});
  EXPECT_EQ(tls.peers, (std::vector<Network>{*parse_network("10.40.0.0/16"), *parse_network("::1")}));
  ASSERT_EQ(config.sources[1].listen.size(), 2U);
  EXPECT_EQ(config.sources[1].directory, "/etc/tw/in");
  EXPECT_EQ(config.sources[1].listen[0].protocol, Listen::Protocol::syslog_udp);
  EXPECT_EQ(config.sources[1].listen[1].token, "credential:push");
}

// Nobody may listen in such a way that anybody could send.
TEST(Config, ListensOnlyToWhomItKnows) {
  const auto one = [](const std::string& listen) {
    return problems(R"({"sources": [{"name": "a", "profile": "p", "listen": )" + listen + "}]}");
  };
  const std::string at = R"("address": "0.0.0.0", "port": 1)", tls = R"("certificate": "c", "key": "k")";
  const std::string path = "t.json:1: sources[0].listen";
  EXPECT_EQ(one(R"({"protocol": "syslog-tcp", )" + at + "}"),
            Lines{path + R"(.peers: is needed with syslog-tcp: anybody could send otherwise. ["10.40.3.8"])"});
  EXPECT_EQ(
      one(R"({"protocol": "syslog-tls", )" + at + ", " + tls + "}"),
      Lines{path + ".client_ca: is needed with syslog-tls. the PEM file of the authority that signed the senders' "
                   "certificates"});
  EXPECT_EQ(one(R"({"protocol": "https", )" + at + ", " + tls + "}"),
            Lines{path + R"(: needs "client_ca" or "token_file" with https: anybody could send otherwise)"});
  EXPECT_EQ(
      one(R"({"protocol": "http", "token_file": "t", )" + at + "}"),
      Lines{path + ".protocol: http carries everything in the plain and is for this machine only. use https, or the "
                   "address 127.0.0.1"});
  EXPECT_EQ(one(R"({"protocol": "https", "client_ca": "c", )" + at + "}"),
            (Lines{path + ".certificate: is missing. a PEM file",
                   path + ".key: is missing. the PEM file of the certificate's key"}));
  EXPECT_EQ(
      one(R"({"protocol": "syslog-udp", "peers": ["plog01"], "key": "k", "address": "localhost", "port": 70000})"),
      (Lines{path + R"(.address: "localhost" is no IP address. "0.0.0.0" listens at all of this machine's)",
             path + ".port: must be a whole number from 0 to 65535",
             path + R"(.peers: "plog01" is no address. "10.40.3.8" or "10.40.0.0/16"; names are not looked up)",
             path + ".key: has no meaning with this protocol. only syslog-tls and https use TLS",
             path + R"(.peers: is needed with syslog-udp: anybody could send otherwise. ["10.40.3.8"])"}));
  EXPECT_EQ(one(R"({"protocol": "gopher", "address": "::", "port": 1, "peers": ["::1"]})"),
            Lines{path + ".protocol: must be one of: syslog-tcp, syslog-tls, syslog-udp, http, https"});
}

TEST(Config, SocketsAreSharedOnlyByThoseWhoMeanTheSame) {
  const auto two = [](const std::string& a, const std::string& b) {
    return problems(R"({"sources": [{"name": "a", "profile": "p", "listen": )" + a +
                    R"(}, {"name": "b", "profile": "p", "listen": )" + b + "}]}");
  };
  const auto https = [](const std::string& certificate) {
    return R"({"protocol": "https", "address": "::", "port": 443, "key": "k", "client_ca": "c", "certificate": ")" +
           certificate + "\"}";
  };
  const std::string tcp = R"({"protocol": "syslog-tcp", "address": "::", "port": 443, "peers": ["::1"]})";
  const std::string udp = R"({"protocol": "syslog-udp", "address": "::", "port": 443, "peers": ["::1"]})";
  EXPECT_EQ(two(https("x"), https("x")), Lines{});
  EXPECT_EQ(two(https("x"), udp), Lines{});
  EXPECT_EQ(two(https("x"), https("y")),
            Lines{"t.json:1: sources[1].listen: shares port 443 with \"a\", but not its certificate, key "
                  "and client_ca. a port has one certificate"});
  EXPECT_EQ(two(https("x"), tcp),
            Lines{"t.json:1: sources[1].listen: port 443 speaks https for \"a\" already. take another port"});
}

TEST(Network, HoldsItsAddressesAndNoOthers) {
  const auto holds = [](const char* network, const char* address) {
    return parse_network(network).value().contains(parse_address(address).value());
  };
  EXPECT_TRUE(holds("10.40.0.0/16", "10.40.255.255"));
  EXPECT_FALSE(holds("10.40.0.0/16", "10.41.0.0"));
  EXPECT_TRUE(holds("10.40.3.8/31", "10.40.3.9"));
  EXPECT_FALSE(holds("10.40.3.8/31", "10.40.3.10"));
  EXPECT_TRUE(holds("10.40.3.8", "::ffff:10.40.3.8"));
  EXPECT_FALSE(holds("10.40.3.8", "10.40.3.9"));
  EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("::/0", "10.0.0.1"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  for (const char* bad : {"", "10.40", "10.40.0.0/33", "10.40.0.0/-1", "10.40.0.0/", "10.40.0.0/1x", "::/129", "plog01",
                          "1.2.3.4/16/8"}) {
    EXPECT_FALSE(parse_network(bad)) << bad;
  }
}

TEST(Config, MetricsStayOnThisMachine) {
  EXPECT_EQ(good("{}").metrics_listen, "");
  EXPECT_EQ(good(R"({"metrics": {"listen": "127.0.0.1:0"}})").metrics_listen, "127.0.0.1:0");
  EXPECT_EQ(good(R"({"metrics": {"listen": "[::1]:65535"}})").metrics_listen, "[::1]:65535");
  EXPECT_EQ(good(R"({"metrics": {"listen": "run/m.sock"}})").metrics_listen, "/etc/tw/run/m.sock");
  for (const char* bad :
       {"0.0.0.0:9464", "audit.example:9464", "127.0.0.1:65536", "127.0.0.1:", "127.0.0.1:-1", ":9464"}) {
    EXPECT_EQ(problems(std::string(R"({"metrics": {"listen": ")") + bad + "\"}}"),
              (Lines{"t.json:1: metrics.listen: must be a port of this machine or the path of a socket. "
                     "\"127.0.0.1:9464\"; whoever sits elsewhere asks through a proxy that knows who he is"}))
        << bad;
  }
}

TEST(Config, DirectoriesAreOneOrAList) {
  EXPECT_EQ(good(R"({"profiles_dir": ["p", "/q/"]})").profiles_dirs, (std::vector<std::string>{"/etc/tw/p", "/q"}));
  EXPECT_EQ(problems(R"({"rules_dir": []})"), (Lines{"t.json:1: rules_dir: names no directory"}));
  EXPECT_EQ(problems(R"({"rules_dir": ["a", 1]})"), (Lines{"t.json:1: rules_dir: must be a list of texts"}));
  EXPECT_EQ(problems(R"({"rules_dir": 1})"), (Lines{"t.json:1: rules_dir: must be a text"}));
}

TEST(Config, CleansItsPaths) {
  const Config config = good(R"({"state_dir": "../state/", "report_dir": "../reports", "rules_dir": "./rules/../../r",
    "sources": [{"name": "a", "profile": "b", "directory": "../../../in//x"}]})",
                             "build/demo/county");
  EXPECT_EQ(config.state_dir, "build/demo/state");
  EXPECT_EQ(config.key_file, "build/demo/state/keys/master.key");
  EXPECT_EQ(config.report_dir, "build/demo/reports");
  EXPECT_EQ(config.rules_dirs, std::vector<std::string>{"build/demo/r"});
  EXPECT_EQ(config.profiles_dirs, std::vector<std::string>{"build/demo/county/profiles"});
  EXPECT_EQ(config.sources[0].directory, "in/x");
}

TEST(Config, SharedKeyAndReportsFollowTheStateDirectory) {
  const Config config = good(R"({"state_dir": "/srv/tw"})");
  EXPECT_EQ(config.key_file, "/srv/tw/keys/master.key");
  EXPECT_EQ(config.report_dir, "/srv/tw/reports");
}

TEST(Config, NamesTheLineWhereJsonEnds) {
  for (const auto& [text, line] : std::vector<std::pair<std::string, int>>{{"{\n\"budget\": 1\n\"zone\": \"Z\"}", 3},
                                                                           {"{\n\"budget\": 1,\n}", 3},
                                                                           {"{\"agency\": \"open\n}", 1},
                                                                           {"", 1},
                                                                           {"x", 1},
                                                                           {"{}\n{}", 2},
                                                                           {"{\"agency\": \"\xFF\"}", 1}}) {
    const auto parsed = parse(text, "/");
    ASSERT_TRUE(std::holds_alternative<std::vector<Problem>>(parsed)) << text;
    const auto& found = std::get<std::vector<Problem>>(parsed);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, line) << text;
    EXPECT_EQ(found[0].message.substr(0, 11), "is not JSON");
  }
}

TEST(Config, ANumberBeyondAllBoundsIsAProblem) {
  const Lines found = problems(R"({"budget": 1e999})");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].substr(0, 19), "t.json: is not JSON");
  EXPECT_EQ(problems(R"({"budget": 18446744073709551615})"),
            (Lines{"t.json:1: budget: must be a whole number from 1 to 10000"}));
}

TEST(Config, TheWatchedAreNeverListedLaterThanOthers) {
  EXPECT_EQ(good(R"({"threshold": 1})").threshold_watched, 1);
  EXPECT_EQ(good(R"({"threshold": 1, "threshold_watched": 1})").threshold_watched, 1);
  EXPECT_EQ(problems(R"({"threshold": 1, "threshold_watched": 1.5})"),
            (Lines{"t.json:1: threshold_watched: is higher than \"threshold\". a watched officer is listed sooner, not "
                   "later"}));
}

TEST(Config, SharesAndScoresHaveBounds) {
  EXPECT_EQ(problems(R"({"random_share": 1.1, "threshold": 101})"),
            (Lines{"t.json:1: random_share: must be a share from 0 to 1. 1 % is 0.01",
                   "t.json:1: threshold: must be a score from 0 to 100"}));
  EXPECT_EQ(good(R"({"random_share": 0, "threshold": 0})").threshold_watched, 0);
}

TEST(Config, ReportsAllProblemsWithPathAndLine) {
  EXPECT_EQ(problems(R"({
  "agency": 5,
  "zone": "Asia/Taipeh",
  "report_at": "6:00",
  "budget": 0,
  "hours": {
    "default": ["18:30", "07:30"],
    "units": {
      "甲/乙": ["07:30"]
    }
  },
  "sampling": {
    "default": {
      "ratio": 1.5,
      "floor": -1
    }
  },
  "sources": [
    {"name": "a", "profile": "p", "directory": "d"},
    {
      "name": "a",
      "directory": 7
    }
  ],
  "poll_ms": 1.5
})"),
            (Lines{
                "t.json:2: agency: must be a text",
                "t.json:3: zone: no time zone \"Asia/Taipeh\". use an IANA name such as Asia/Taipei",
                std::string("t.json:4: report_at: ") + kTimeOfDay,
                "t.json:5: budget: must be a whole number from 1 to 10000",
                "t.json:7: hours.default: ends before it begins. hours over midnight belong into shifts.csv",
                "t.json:9: hours.units.甲/乙: must be [\"from\", \"until\"]. [\"07:30\", \"18:30\"]",
                "t.json:14: sampling.default.ratio: must be a share from 0 to 1. 1 % is 0.01",
                "t.json:15: sampling.default.floor: must be a whole number from 0 to 1000000",
                "t.json:20: sources[1].profile: is missing",
                "t.json:22: sources[1].directory: must be a text",
                "t.json:21: sources[1].name: \"a\" is used twice",
                "t.json:25: poll_ms: must be a whole number from 10 to 3600000",
            }));
}

TEST(Config, UnknownKeysAreMistakesWithAHint) {
  EXPECT_EQ(problems("{\n\"bugdet\": 3,\n\"sources\": [{\"name\": \"a\", \"profile\": \"p\", \"directory\": \"d\", "
                     "\"file\": \"*\"}],\n"
                     "\"colour\": 1, \"hours\": {\"unit\": {}}, \"sampling\": {\"land\": {\"ratoi\": 0.1}}}"),
            (Lines{"t.json:4: hours.unit: unknown key. did you mean \"units\"?",
                   "t.json:4: sampling.land.ratoi: unknown key. did you mean \"ratio\"?",
                   "t.json:3: sources[0].file: unknown key. did you mean \"files\"?",
                   "t.json:2: bugdet: unknown key. did you mean \"budget\"?", "t.json:4: colour: unknown key"}));
}

TEST(Config, RefusesTheWrongKindOfValue) {
  EXPECT_EQ(problems("[]"), (Lines{"t.json: must be an object"}));
  EXPECT_EQ(problems("{\n\"sources\": {}}"), (Lines{"t.json:2: sources: must be a list"}));
  EXPECT_EQ(problems("{\n\"sources\": [\n3]}"),
            (Lines{"t.json:3: sources[0]: must be an object", "t.json:3: sources[0].name: is missing",
                   "t.json:3: sources[0].profile: is missing", "t.json:3: sources[0].directory: is missing"}));
  EXPECT_EQ(problems("{\n\"hours\": []}"), (Lines{"t.json:2: hours: must be an object"}));
  EXPECT_EQ(problems("{\n\"hours\": {\"units\": []}}"), (Lines{"t.json:2: hours.units: must be an object"}));
  EXPECT_EQ(problems("{\n\"sampling\": []}"), (Lines{"t.json:2: sampling: must be an object"}));
  EXPECT_EQ(problems("{\n\"sampling\": {\"default\": 0.1}}"), (Lines{"t.json:2: sampling.default: must be an object"}));
  EXPECT_EQ(problems("{\"state_dir\": null}"), (Lines{"t.json:1: state_dir: must be a text"}));
  EXPECT_EQ(problems("{\"budget\": \"20\"}"), (Lines{"t.json:1: budget: must be a whole number from 1 to 10000"}));
}

TEST(Config, TimesOfDayHaveTwoDigitsEach) {
  for (const char* bad :
       {"\"24:01\"", "\"07:60\"", "\"7:30\"", "\"0730\"", "\"07:30:00\"", "\"ab:cd\"", "730", "\"-1:30\"", "\"\""}) {
    EXPECT_EQ(problems(std::string("{\"report_at\": ") + bad + "}"),
              (Lines{std::string("t.json:1: report_at: ") + kTimeOfDay}));
  }
  EXPECT_EQ(good(R"({"report_at": "00:00"})").report_at_minute, 0);
  EXPECT_EQ(good(R"({"report_at": "23:59"})").report_at_minute, 1439);
}

TEST(Config, ABoundIsInside) {
  EXPECT_EQ(good(R"({"budget": 1})").budget, 1);
  EXPECT_EQ(good(R"({"budget": 10000})").budget, 10'000);
  EXPECT_EQ(problems(R"({"budget": 10001})").size(), 1U);
  EXPECT_EQ(good(R"({"sampling": {"default": {"ratio": 0, "ceiling": 0}}})").sampling.at("default").ceiling, 0);
}

// JSON would keep the last one, and the first list of sources would never be read.
TEST(Config, AKeyGivenTwiceIsAProblem) {
  EXPECT_EQ(problems("{\n\"sources\": [],\n\"budget\": 3,\n\"sources\": []}"),
            (Lines{"t.json:4: sources: is given twice. keep one of them"}));
  EXPECT_EQ(problems(R"({"sources": [{"name": "a", "profile": "p", "directory": "d", "name": "b"}]})"),
            (Lines{"t.json:1: sources[0].name: is given twice. keep one of them"}));
}

TEST(Config, ReadsHowLongThingsAreKept) {
  const Config standard = good("{}");
  EXPECT_EQ(standard.retention.months, 60);
  EXPECT_EQ(standard.retention.of("police"), 60);
  const Config config = good(R"({"retention": {"months": 24, "systems": {"police": 120, "land": 6}}})");
  EXPECT_EQ(config.retention.of("police"), 120);
  EXPECT_EQ(config.retention.of("land"), 6);
  EXPECT_EQ(config.retention.of("household"), 24);
  EXPECT_EQ(config.retention.longest(), 120);
  EXPECT_EQ(problems("{\"retention\": {\"months\": 0,\n \"systems\": {\"land\": \"long\"}, \"moths\": 3}}"),
            (Lines{"t.json:1: retention.months: must be a whole number from 1 to 1200",
                   "t.json:2: retention.systems.land: must be a whole number from 1 to 1200",
                   "t.json:2: retention.moths: unknown key. did you mean \"months\"?"}));
}

TEST(Config, ReadsWhoMaySeePersons) {
  EXPECT_FALSE(good("{}").unmask.second_person || good("{}").unmask.by_option);
  const Config config = good(R"({"unmask": {"second_person": true, "by_option": true}})");
  EXPECT_TRUE(config.unmask.second_person && config.unmask.by_option);
  EXPECT_EQ(problems(R"({"unmask": {"second_person": 1}})"),
            (Lines{"t.json:1: unmask.second_person: must be true or false"}));
}

TEST(Config, AKeyIsAFileOrACredential) {
  EXPECT_EQ(good(R"({"key_file": "keys/k"})").key_file, "/etc/tw/keys/k");
  EXPECT_EQ(good(R"({"key_file": "credential:master"})").key_file, "credential:master");
  EXPECT_EQ(good(R"({"other_key_files": ["old.key", "credential:next"]})").other_key_files,
            (std::vector<std::string>{"/etc/tw/old.key", "credential:next"}));
}

TEST(Config, TheShippedOneIsWell) {
  std::ifstream file(std::string(TW_SOURCE_DIR) + "/config/trailwatch.json");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(good(text.str()).sources.size(), 4U);
}

RC_GTEST_PROP(Config, NeverThrows, (const std::string& bytes)) {
  parse(bytes, "/");
  parse("{\"sources\": [{\"name\": \"" + bytes + "\"}]}", "/");
}

TEST(Words, AreReadByCode) {
  const auto parsed = parse_words(R"({"systems": {"land": "地政"}, /* c */ "actions": {"RC001": "個人戶籍資料"}})");
  ASSERT_TRUE(std::holds_alternative<Words>(parsed));
  EXPECT_EQ(std::get<Words>(parsed).systems, (std::map<std::string, std::string>{{"land", "地政"}}));
  EXPECT_EQ(std::get<Words>(parsed).actions, (std::map<std::string, std::string>{{"RC001", "個人戶籍資料"}}));
}

TEST(Words, ReportAllProblems) {
  const auto parsed = parse_words("{\"systems\": {\n\"land\": 1,\n\"x\": \"y\"},\n\"actions\": [],\n\"action\": {}}");
  ASSERT_TRUE(std::holds_alternative<std::vector<Problem>>(parsed));
  Lines found;
  for (const Problem& problem : std::get<std::vector<Problem>>(parsed)) found.push_back(problem.text("words.json"));
  EXPECT_EQ(found,
            (Lines{"words.json:2: systems.land: must be a text", "words.json:4: actions: must be an object of texts",
                   "words.json:5: action: unknown key. did you mean \"actions\"?"}));
  EXPECT_TRUE(std::holds_alternative<std::vector<Problem>>(parse_words("{")));
}

// A narrow plan says only what is different there.
TEST(Config, SamplingPlansBeginAsTheWiderOneStands) {
  const Config config = good(R"({"sampling": {
    "police/甲/乙": {"floor": 9}, "police": {"per_officer": 1}, "default": {"ratio": 0.02, "ceiling": 50}, "land/甲/乙": {}}})");
  const auto text = [&](const char* name) {
    const Sampling& s = config.sampling.at(name);
    return std::to_string(s.ratio) + " " + std::to_string(s.floor) + " " + std::to_string(s.ceiling.value_or(-1)) +
           " " + std::to_string(s.per_officer);
  };
  EXPECT_EQ(text("default"), "0.020000 1 50 0");
  EXPECT_EQ(text("police"), "0.020000 1 50 1");
  EXPECT_EQ(text("police/甲/乙"), "0.020000 9 50 1");
  EXPECT_EQ(text("land/甲/乙"), "0.020000 1 50 0");
}

TEST(Config, SamplingNeedsNamesOfOneOrThreeParts) {
  EXPECT_EQ(problems("{\n\"sampling\": {\"police/甲\": {}}}"),
            (Lines{"t.json:2: sampling.police/甲: is neither \"default\" nor a system nor a system's unit. "
                   "\"police\" or \"police/範例縣警察局/東門分局\""}));
}

TEST(Config, SamplingCutoffIsADayAndATime) {
  EXPECT_EQ(good("{}").sampling_cutoff_day, 3);
  EXPECT_EQ(good("{}").sampling_cutoff_minute, 360);
  const Config config = good(R"({"sampling_cutoff": {"day": 28, "time": "23:59"}})");
  EXPECT_EQ(config.sampling_cutoff_day, 28);
  EXPECT_EQ(config.sampling_cutoff_minute, 1439);
  EXPECT_EQ(problems("{\n\"sampling_cutoff\": {\"day\": 29, \"time\": \"6\"}}"),
            (Lines{"t.json:2: sampling_cutoff.day: must be a whole number from 1 to 28",
                   "t.json:2: sampling_cutoff.time: must be a time of day such as \"07:30\""}));
}

}  // namespace
}  // namespace trailwatch::config
