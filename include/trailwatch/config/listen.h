#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::config {

// An IP address, IPv4 as `::ffff:a.b.c.d`, so that both kinds compare.
using Address = std::array<std::uint8_t, 16>;
// Literals only: names would make who may send depend on somebody else's answers.
std::optional<Address> parse_address(std::string_view text);

// `10.40.0.0/16`, `2001:db8::/32`, or a single address.
struct Network {
  Address address{};
  int bits = 128;  // leading bits that count
  bool contains(const Address& other) const;
  bool operator==(const Network&) const = default;
};
std::optional<Network> parse_network(std::string_view text);

// One way by which a source's records come in over the network (docs/live-sources.md).
struct Listen {
  enum class Protocol : std::uint8_t { syslog_tcp, syslog_tls, syslog_udp, http, https };

  Protocol protocol = Protocol::syslog_tcp;
  std::string address;  // IP address to listen at
  int port = 0;         // 0: any free one; the log tells which
  // Who may send, by address; empty: anybody who can prove who he is. Never empty where nothing else is proven.
  std::vector<Network> peers;
  // With TLS: PEM files. `certificate` holds the chain, the server's own first.
  std::string certificate, key;
  std::string client_ca;             // whose client certificates count
  std::vector<std::string> clients;  // names in them (subject alternative name, else common name); empty: any
  // HTTP: path of a file, or `credential:NAME` for one that systemd hands over; its last line end does not count.
  std::string token;

  bool is_tls() const { return protocol == Protocol::syslog_tls || protocol == Protocol::https; }
  bool is_http() const { return protocol == Protocol::http || protocol == Protocol::https; }
  // Sources may share a port: for HTTP the path tells whose it is, else who sends.
  bool shares_socket_with(const Listen& other) const {
    return port != 0 && port == other.port && address == other.address && protocol == other.protocol;
  }
};

// `syslog-tls`
std::string_view to_text(Listen::Protocol protocol);

}  // namespace trailwatch::config
