#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/finding.h"

// What is on its way to people and machines, and what they were told, as plain values.
namespace trailwatch::store {

// One message to one recipient. It is queued in the transaction that gives the reason for it, so neither is ever there
// without the other; it is sent until somebody takes it or refuses it for good.
struct Message {
  std::string id;         // 32 hexadecimal digits, from kind, channel, recipient and key: the same cause, the same id
  std::string kind;       // `alert`, `digest`, `report`, `trouble`, `test`
  std::string channel;    // its name in the configuration
  std::string recipient;  // address of a mail; empty for other channels
  std::string key;        // what it is about: an alert's id, a report's day; never a person
  std::string payload;    // as it is sent; sealed at rest, gone once delivered or with its month's secret
  Instant created;
  Instant due;  // not before
  std::int64_t attempts = 0;
  std::optional<Instant> failing_since;  // the first failed attempt since it was last due by itself
  std::string error;                     // what the last attempt met
  std::optional<Instant> delivered;
  std::optional<Instant> refused;  // given up: nobody tries any more
};

struct ReportFile {
  std::string name;    // `daily-2026-03-02.html`
  std::string sha256;  // hexadecimal, of the content
  std::string content;
};

// An issued daily report: what it was made from, and its bytes. Never changed.
struct KeptReport {
  LocalDay day;
  Instant issued;
  std::int64_t log_size = 0;       // events in the store
  std::int64_t decisions_cut = 0;  // last entry of the ledger
  std::string rules_version;
  std::string reference_version;
  // Without content when the secret of the month after `day` is gone.
  std::vector<ReportFile> files;
};

// One alert as the newest report knew it.
struct Told {
  std::string alert;
  LocalDay day;
  model::Key key;
  double score = 0;
  std::int64_t events = 0;
  std::string evidence;  // hexadecimal, hash of the ids of its events
  bool listed = false;
};

struct ToldDay {
  LocalDay day;
  std::int64_t events = 0;  // of that day, in the store
  std::vector<Told> alerts;
};

// How one channel is doing.
struct ChannelState {
  std::string channel;
  std::int64_t delivered = 0;
  std::int64_t waiting = 0;
  std::int64_t refused = 0;  // since the moment that was asked for
  std::optional<Instant> last_delivered;
  std::optional<Instant> failing_since;  // the earliest of those that wait
  std::string error;                     // of that one
};

}  // namespace trailwatch::store
