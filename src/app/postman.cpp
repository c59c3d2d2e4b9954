#include "app/postman.h"

#include "app/messages.h"
#include "app/secrets.h"
#include "app/system.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/retry.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kHandedOutMax = 32;
constexpr std::int64_t kLookMillis = 200;
constexpr std::int64_t kComplainEveryMicros = kMicrosPerMinute;
constexpr std::size_t kRequestBytesMax = 4096;

// What an attempt makes of a message.
store::Message after(store::Message message, const deliver::Outcome& outcome, Instant now) {
  ++message.attempts;
  message.error = outcome.said;
  switch (outcome.fate) {
    case deliver::Outcome::Fate::delivered:
      message.delivered = now;
      message.failing_since.reset();
      message.error.clear();
      break;
    case deliver::Outcome::Fate::refused:
      message.refused = now;
      break;
    case deliver::Outcome::Fate::later:
      if (!message.failing_since) message.failing_since = now;
      message.due = deliver::next_attempt(now, message.attempts, message.id);
      if (now.micros - message.failing_since->micros >= deliver::kGiveUpAfterMicros) message.refused = now;
      break;
  }
  return message;
}

std::string what(const store::Message& message) {
  return message.kind + " " + message.key + " → " + message.channel +
         (message.recipient.empty() ? "" : " <" + message.recipient + ">");
}

}  // namespace

Result<std::string> read_secret(const Machine& machine, const config::Channel& channel) {
  if (channel.secret.empty()) return std::string();
  return read_secret_file(machine, channel.secret);
}

namespace {

std::string asked_again(const Workplace& workplace) {
  return join_path(workplace.config.state_dir, "handover/retry-messages");
}

Result<std::int64_t> requeue(store::Writer& writer, const std::string& id_begins, Instant now) {
  if (Status done = writer.begin(now); !done) return std::move(done).error();
  Result<std::int64_t> count = writer.requeue(id_begins, now);
  Status done = count ? writer.commit() : Status(count.error());
  if (done) return count;
  writer.rollback();
  return std::move(done).error();
}

}  // namespace

Result<std::optional<std::int64_t>> ask_again(const Machine& machine, const Workplace& workplace,
                                              const std::string& id_begins) {
  Result<ProcessLock> lock = ProcessLock::take(join_path(workplace.config.state_dir, "lock"));
  if (!lock && lock.error().code == Errc::conflict) {
    if (Status asked = machine.files.write(asked_again(workplace), id_begins + "\n", true); !asked) {
      return std::move(asked).error();
    }
    return std::optional<std::int64_t>();
  }
  if (!lock) return std::move(lock).error();
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
  if (!writer) return std::move(writer).error();
  Result<std::int64_t> count = requeue(**writer, id_begins, machine.clock.now());
  if (!count) return std::move(count).error();
  return std::optional(*count);
}

Status take_asked_again(const Machine& machine, const Workplace& workplace, store::Writer& writer) {
  const std::string path = asked_again(workplace);
  if (!machine.files.info(path)) return Done{};
  Result<std::string> text = machine.files.read(path, kRequestBytesMax);
  if (!text) return std::move(text).error();
  Result<std::int64_t> count = requeue(writer, std::string(trim(*text)), machine.clock.now());
  if (!count) return std::move(count).error();
  machine.log.info("messages that are tried again: " + std::to_string(*count));
  return machine.files.remove(path);
}

Status Postman::round() {
  if (Status done = take_asked_again(machine_, workplace_, writer_); !done) return done;
  if (Status done = record(courier_.returns()); !done) return done;
  if (Status done = complain(); !done) return done;
  return hand_out();
}

Status Postman::finish() {
  once_ = true;
  for (;;) {
    if (Status done = round(); !done) return done;
    if (under_way_.empty()) return Done{};
    courier_.wait(kLookMillis);
  }
}

Status Postman::record(std::vector<Return> returns) {
  if (returns.empty()) return Done{};
  const Instant now = machine_.clock.now();
  const auto write = [&]() -> Status {
    for (const Return& one : returns) {
      const store::Message message = after(one.message, one.outcome, now);
      if (Status saved = writer_.save_attempt(message); !saved) return saved;
      if (message.delivered) {
        machine_.log.info("delivered: " + for_log(what(message)));
      } else {
        machine_.log.warning((message.refused ? "given up: " : "not delivered, will try again: ") +
                             for_log(what(message)) + ": " + for_log(message.error));
      }
      if (!message.refused || message.kind == "trouble") continue;
      Result<std::vector<std::string>> told =
          queue_trouble(workplace_, writer_, "refused/" + message.id, "訊息遭拒收：" + message.channel,
                        {"通道「" + message.channel + "」未能送達 1 則訊息（" + message.kind + " " + message.key +
                             "）：" + message.error,
                         "警示與日報均已保存於系統，未遺失。請依上述原因修正收件位址或通道設定。"},
                        message.channel, now);
      if (!told) return std::move(told).error();
    }
    return writer_.commit();
  };
  Status done = writer_.begin(now);
  if (done) done = write();
  if (!done) writer_.rollback();
  if (done) {
    for (const Return& one : returns) under_way_.erase(one.message.id);
  }
  return done;
}

// A channel that has taken nothing for an hour: the others hear of it, once for each time it fails.
Status Postman::complain() {
  const std::int64_t steady = machine_.clock.steady_micros();
  if (complained_ && steady - *complained_ < kComplainEveryMicros) return Done{};
  complained_ = steady;
  Result<std::vector<store::ChannelState>> states = writer_.reader().channel_states(Instant{});
  if (!states) return std::move(states).error();
  const Instant now = machine_.clock.now();
  for (const store::ChannelState& state : *states) {
    if (!state.failing_since || now.micros - state.failing_since->micros < deliver::kFaultAfterMicros) continue;
    const std::string key = "channel/" + state.channel + "/" + std::to_string(state.failing_since->micros);
    Result<std::optional<std::string>> told = writer_.reader().meta("delivery_fault/" + state.channel);
    if (!told) return std::move(told).error();
    if (*told == key) continue;
    Status done = writer_.begin(now);
    if (!done) return done;
    Result<std::vector<std::string>> names = queue_trouble(
        workplace_, writer_, key, "訊息無法送達：" + state.channel,
        {"通道「" + state.channel + "」自 " + format_roc_minute(workplace_.zone.local(*state.failing_since)) +
             " 起無法送達，尚有 " + with_thousands(state.waiting) + " 則訊息等待重送。",
         "原因：" + state.error, "訊息均已保存，系統會自動重送。請檢查該通道的主機、網路與密碼。"},
        state.channel, now);
    done = names ? writer_.set_meta("delivery_fault/" + state.channel, key) : Status(names.error());
    if (done) done = writer_.commit();
    if (!done) {
      writer_.rollback();
      return done;
    }
    machine_.log.error("channel " + state.channel + " has failed for an hour: " + for_log(state.error) +
                       (names->empty() ? "; there is no other channel to tell" : ""));
  }
  return Done{};
}

Status Postman::hand_out() {
  const Instant now = machine_.clock.now();
  Result<std::vector<store::Message>> due =
      writer_.reader().outbox_due(now, kHandedOutMax + static_cast<std::int64_t>(under_way_.size()));
  if (!due) return std::move(due).error();
  std::vector<Return> at_once;
  for (store::Message& message : *due) {
    if (under_way_.count(message.id) != 0 || (once_ && !tried_.insert(message.id).second)) continue;
    under_way_.insert(message.id);
    const config::Channel* const channel = workplace_.config.delivery.find(message.channel);
    if (message.payload.empty()) {
      at_once.push_back({message, {deliver::Outcome::Fate::refused, "erased with its month"}});
      continue;
    }
    if (channel == nullptr) {
      at_once.push_back({message, {deliver::Outcome::Fate::later, "no such channel in the configuration"}});
      continue;
    }
    Result<std::string> secret = read_secret(machine_, *channel);
    if (!secret) {
      at_once.push_back({message, {deliver::Outcome::Fate::later, secret.error().text()}});
      continue;
    }
    deliver::Parcel parcel{message.id, message.recipient, message.payload, *secret, now};
    courier_.take({std::move(message), *channel, std::move(parcel)});
  }
  return record(std::move(at_once));
}

}  // namespace trailwatch::app
