#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/model/alert.h"

namespace trailwatch::config {

// One way out of the house. No secret stands here: `secret` names where it lies.
struct Channel {
  enum class Kind : std::uint8_t { mail, webhook, syslog };
  // `none` never carries a password, and a mail or webhook only to this machine itself.
  enum class Tls : std::uint8_t { starttls, tls, none };

  std::string name;  // `office`
  Kind kind = Kind::mail;
  std::string server;  // mail, syslog: host:port
  std::string url;     // webhook
  Tls tls = Tls::starttls;
  bool udp = false;     // syslog without TLS: datagrams instead of a connection
  std::string ca_file;  // whom to trust besides nobody else; empty: the system's list
  std::string user;     // mail: who logs in; empty: nobody
  // Path of a file, or `credential:NAME` for one that systemd hands over. Mail: the password. Webhook: the key of the
  // signature. Its last line end does not count.
  std::string secret;
  std::string from;             // mail: `政風室 <audit@example.gov.tw>`
  std::vector<std::string> to;  // mail: addresses
  std::string host = "-";       // syslog: HOSTNAME
  std::int64_t timeout_s = 60;  // for one whole attempt
};

// Which alerts go where, and when.
struct Route {
  // now: each alert at once. digest: with the daily report's hour, those of the closed days. report: the whole report.
  enum class When : std::uint8_t { now, digest, report };
  std::string channel;
  When when = When::now;
  model::Severity severity = model::Severity::high;  // at least
  std::vector<std::string> systems;                  // any of them; empty: all
  std::vector<std::string> units;                    // `agency/unit` or `agency`; empty: all
  // report: as what it is attached to the mail.
  enum class Attach : std::uint8_t { html, pdf, both };
  Attach attach = Attach::html;
};

struct Delivery {
  std::vector<Channel> channels;
  std::vector<Route> routes;
  std::vector<std::string> trouble;  // channels, in order of preference, that hear of deliveries and reports that fail
  // Mails about single alerts wait for its end; local minutes since midnight, may pass midnight. Reports do not wait.
  std::optional<std::pair<int, int>> quiet;
  std::optional<model::Severity> quiet_except;  // from this severity on alerts do not wait either
  std::int64_t alerts_per_day = 20;             // single alerts to one mail channel; the others stand in the report
  std::int64_t fresh_days = 3;                  // older days' alerts are not sent one by one, but told as late
  std::string console_url;                      // for links in mails; empty: none

  const Channel* find(const std::string& name) const {
    for (const Channel& channel : channels) {
      if (channel.name == name) return &channel;
    }
    return nullptr;
  }
};

}  // namespace trailwatch::config
