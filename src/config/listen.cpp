#include "config/listen.h"

#include "config/section.h"

namespace trailwatch::config {

namespace {

using Protocol = Listen::Protocol;

const std::vector<std::pair<std::string, Protocol>> kProtocols = {{"syslog-tcp", Protocol::syslog_tcp},
                                                                  {"syslog-tls", Protocol::syslog_tls},
                                                                  {"syslog-udp", Protocol::syslog_udp},
                                                                  {"http", Protocol::http},
                                                                  {"https", Protocol::https}};

constexpr int kPortMax = 65'535;

bool is_loopback(const std::string& address) {
  static const Network kIpv4{*parse_address("127.0.0.0"), 104}, kIpv6{*parse_address("::1"), 128};
  const auto parsed = parse_address(address);
  return parsed && (kIpv4.contains(*parsed) || kIpv6.contains(*parsed));
}

void read_file_name(Section& section, const std::string& key, std::string_view directory, bool allowed,
                    std::string& out) {
  section.text(key, out);
  if (out.empty()) return;
  if (!allowed) return section.complain(key, "has no meaning with this protocol", "only syslog-tls and https use TLS");
  out = clean_path(join_path(directory, out));
}

void read_peers(Section& section, Listen& out) {
  std::vector<std::string> peers;
  section.list("peers", peers);
  for (const std::string& peer : peers) {
    if (const auto network = parse_network(peer)) {
      out.peers.push_back(*network);
    } else {
      section.complain("peers", "\"" + peer + "\" is no address",
                       "\"10.40.3.8\" or \"10.40.0.0/16\"; names are not looked up");
    }
  }
}

// Who sends must be known somehow: by certificate, by token, or, where the protocol knows neither, by address.
void check_proof(Section& section, const Listen& out) {
  const std::string with = " with " + std::string(to_text(out.protocol));
  switch (out.protocol) {
    case Protocol::syslog_tcp:
    case Protocol::syslog_udp:
      if (out.peers.empty()) {
        section.complain("peers", "is needed" + with + ": anybody could send otherwise", "[\"10.40.3.8\"]");
      }
      break;
    case Protocol::syslog_tls:
      if (out.client_ca.empty()) {
        section.complain("client_ca", "is needed" + with,
                         "the PEM file of the authority that signed the senders' certificates");
      }
      break;
    case Protocol::https:
      if (out.client_ca.empty() && out.token.empty()) {
        section.complain("", "needs \"client_ca\" or \"token_file\"" + with + ": anybody could send otherwise", "");
      }
      break;
    case Protocol::http:
      if (out.token.empty()) section.complain("token_file", "is needed" + with + ": anybody could send otherwise", "");
      if (!out.address.empty() && !is_loopback(out.address)) {
        section.complain("protocol", "http carries everything in the plain and is for this machine only",
                         "use https, or the address 127.0.0.1");
      }
      break;
  }
  if (!out.clients.empty() && out.client_ca.empty()) {
    section.complain("clients", "names certificates, but without \"client_ca\" nobody shows one", "");
  }
  if (out.is_tls() && out.certificate.empty()) section.complain("certificate", "is missing", "a PEM file");
  if (out.is_tls() && out.key.empty()) section.complain("key", "is missing", "the PEM file of the certificate's key");
}

Listen read_one(const json& value, const std::string& path, std::string_view directory,
                std::vector<Problem>& problems) {
  Section section(value, path, problems);
  Listen out;
  std::string protocol;
  section.required_text("protocol", protocol);
  if (!protocol.empty()) section.word("protocol", out.protocol, kProtocols);
  section.required_text("address", out.address);
  if (!out.address.empty() && !parse_address(out.address)) {
    section.complain("address", "\"" + out.address + "\" is no IP address",
                     "\"0.0.0.0\" listens at all of this machine's");
  }
  std::int64_t port = -1;
  section.number("port", port, 0, kPortMax);
  if (value.is_object() && !value.contains("port")) section.complain("port", "is missing", "6514 for syslog-tls");
  out.port = static_cast<int>(port);
  read_peers(section, out);
  read_file_name(section, "certificate", directory, out.is_tls(), out.certificate);
  read_file_name(section, "key", directory, out.is_tls(), out.key);
  read_file_name(section, "client_ca", directory, out.is_tls(), out.client_ca);
  section.list("clients", out.clients);
  section.text("token_file", out.token);
  if (!out.token.empty() && !out.is_http()) {
    section.complain("token_file", "has no meaning with this protocol", "only http and https know tokens");
  } else if (!out.token.empty() && out.token.rfind("credential:", 0) != 0) {
    out.token = clean_path(join_path(directory, out.token));
  }
  section.finish();
  if (!protocol.empty()) check_proof(section, out);
  return out;
}

}  // namespace

std::string_view to_text(Protocol protocol) {
  for (const auto& [name, one] : kProtocols) {
    if (one == protocol) return name;
  }
  return "";
}

void read_listen(const json& value, const std::string& path, std::string_view directory, std::vector<Listen>& out,
                 std::vector<Problem>& problems) {
  if (!value.is_array()) {
    out.push_back(read_one(value, path, directory, problems));
    return;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    out.push_back(read_one(value[i], path + "[" + std::to_string(i) + "]", directory, problems));
  }
}

void check_shared_sockets(const std::vector<Source>& sources, std::vector<Problem>& problems) {
  struct Seen {
    const Listen* listen;
    std::string source;
  };
  std::vector<Seen> seen;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const Listen& listen : sources[i].listen) {
      for (const Seen& before : seen) {
        const Listen& other = *before.listen;
        const std::string path = "sources[" + std::to_string(i) + "].listen";
        const bool same_transport =
            (listen.protocol == Protocol::syslog_udp) == (other.protocol == Protocol::syslog_udp);
        if (listen.port == 0 || listen.port != other.port || listen.address != other.address || !same_transport)
          continue;
        if (listen.protocol != other.protocol) {
          problems.push_back({path, 0,
                              "port " + std::to_string(listen.port) + " speaks " +
                                  std::string(to_text(other.protocol)) + " for \"" + before.source + "\" already",
                              "take another port"});
        } else if (listen.certificate != other.certificate || listen.key != other.key ||
                   listen.client_ca != other.client_ca) {
          problems.push_back({path, 0,
                              "shares port " + std::to_string(listen.port) + " with \"" + before.source +
                                  "\", but not its certificate, key and client_ca",
                              "a port has one certificate"});
        } else if (before.source == sources[i].name) {
          problems.push_back({path, 0, "port " + std::to_string(listen.port) + " is given twice", ""});
        }
      }
      seen.push_back({&listen, sources[i].name});
    }
  }
}

}  // namespace trailwatch::config
