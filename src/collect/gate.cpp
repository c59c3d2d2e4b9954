#include "collect/gate.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::collect {

namespace {

constexpr std::size_t kToldMax = 10'000;
constexpr std::int64_t kTellsMax = 200;  // a minute

std::string word_of(Loss::Kind kind) {
  switch (kind) {
    case Loss::Kind::kernel:
      return "kernel";
    case Loss::Kind::truncated:
      return "truncated";
    case Loss::Kind::framing:
      return "framing";
    case Loss::Kind::cut_off:
      return "cut-off";
    case Loss::Kind::clock_ahead:
    case Loss::Kind::clock_behind:
      break;
  }
  return "";
}

boost::asio::ip::address plain(const boost::asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

std::string peer_text(const boost::asio::ip::address& address) {
  return plain(address).to_string();
}

config::Address peer_bytes(const boost::asio::ip::address& address) {
  // Without the zone of a link-local address, which is this machine's own affair.
  const std::string text = peer_text(address);
  return config::parse_address(std::string_view(text).substr(0, text.find('%'))).value_or(config::Address{});
}

bool allows_peer(const Guest& guest, const config::Address& peer) {
  return guest.peers.empty() || std::any_of(guest.peers.begin(), guest.peers.end(),
                                            [&](const config::Network& network) { return network.contains(peer); });
}

bool allows_names(const Guest& guest, const std::vector<std::string>& names) {
  const auto is_named = [&](const std::string& name) {
    return std::any_of(guest.clients.begin(), guest.clients.end(),
                       [&](const std::string& client) { return to_lower(client) == to_lower(name); });
  };
  return guest.clients.empty() || std::any_of(names.begin(), names.end(), is_named);
}

bool Gate::enter(const std::string& way, const std::string& peer) {
  if (figures_.connections >= limits_.connections) {
    refuse("limit", way, peer, "there are " + std::to_string(limits_.connections) + " connections already");
    return false;
  }
  std::int64_t& open = open_[peer];
  if (open >= limits_.connections_per_address) {
    refuse("limit-per-address", way, peer, "it has " + std::to_string(open) + " connections already");
    return false;
  }
  ++open;
  ++figures_.connections;
  ++figures_.accepted;
  return true;
}

void Gate::leave(const std::string& peer) {
  --figures_.connections;
  const auto found = open_.find(peer);
  if (found != open_.end() && --found->second == 0) open_.erase(found);
}

void Gate::refuse(const std::string& reason, const std::string& way, const std::string& peer, const std::string& why) {
  const std::int64_t count = ++figures_.refused[reason];
  const std::int64_t now = clock_.steady_micros();
  if (told_.size() >= kToldMax) told_.clear();
  const auto [told, is_new] = told_.try_emplace({reason, peer}, now);
  if (!is_new && now - told->second < kMicrosPerMinute) return;
  told->second = now;
  log_.warning(way + ": refused " + for_log(peer) + " (" + reason + "): " + for_log(why) + "; " +
               std::to_string(count) + " so far");
}

void Gate::tell(const std::string& line) {
  const std::int64_t now = clock_.steady_micros();
  if (now - telling_since_ >= kMicrosPerMinute) {
    telling_since_ = now;
    tells_ = 0;
  }
  if (++tells_ <= kTellsMax) log_.info(line);
}

void Gate::lost(const Loss& loss) {
  figures_.lost[word_of(loss.kind)] += std::max<std::int64_t>(loss.records, 1);
}

}  // namespace trailwatch::collect
