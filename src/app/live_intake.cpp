#include "app/live_intake.h"

#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/plant.h"
#include "trailwatch/base/text.h"
#include "trailwatch/collect/receipt.h"

namespace trailwatch::app {

namespace {

using collect::Delivery;
using collect::Frame;
using collect::Receipt;

// A key counts so long; whoever repeats a delivery later than that does it on purpose.
constexpr std::int64_t kKeysKeptMicros = 31 * kMicrosPerDay;
constexpr std::int64_t kAheadMicros = 5 * kMicrosPerMinute, kBehindMicros = 366 * kMicrosPerDay;
constexpr std::int64_t kClockEveryMicros = 10 * kMicrosPerMinute;
constexpr std::int64_t kForgetEveryMicros = 60 * kMicrosPerMinute;

std::string key_of(const Delivery& delivery) {
  if (!delivery.push || delivery.push->key.empty()) return "";
  return to_hex(sha256(delivery.push->key));
}

void feed_frame(normalise::Reader& reader, const Frame& frame) {
  switch (frame.kind) {
    case Frame::Kind::whole:
      return reader.feed_record(frame.bytes);
    case Frame::Kind::oversize:
      return reader.feed_oversize(frame.bytes, frame.size, frame.hash);
    case Frame::Kind::cut_off:
      return reader.feed_cut_off(frame.bytes, frame.size);
  }
}

}  // namespace

// One peer's records of one day: the row as it is committed, and what waits for the next commit.
struct LiveIntake::Stream : public normalise::RecordSink {
  Stream(const normalise::Profile& profile, store::FileRow known)
      : row(std::move(known)),
        reader(profile, {row.source, row.name, 0, 0}, {row.position, row.line, row.rows, row.declared, row.header},
               *this) {}

  void accepted(const model::QueryEvent& event, const model::RecordKey& key) override {
    events.push_back({event, key});
  }
  void rejected(const model::Rejected& record) override { records.push_back(record); }
  bool is_waiting() const { return reader.position().line != row.line; }
  void clear() {
    events.clear();
    records.clear();
    added.clear();
  }

  store::FileRow row;
  std::vector<store::NewEvent> events;
  std::vector<model::Rejected> records;
  std::vector<store::Added> added;  // within a commit: what became of the events
  store::FileRow written;           // within a commit: the row as it will be
  normalise::Reader reader;
  // Records whose time can't be, since that was last told.
  std::int64_t ahead = 0, behind = 0;
  std::optional<Instant> clock_told;
};

LiveIntake::LiveIntake(const Machine& machine, const Workplace& workplace, store::Writer& writer, Judge& judge)
    : machine_(machine), workplace_(workplace), writer_(writer), judge_(judge) {}

LiveIntake::~LiveIntake() = default;

Result<LiveIntake::Stream*> LiveIntake::stream_of(const Delivery& delivery, LocalDay day) {
  if (day_ != day) streams_.clear();
  day_ = day;
  const std::string name = store::stream_name(delivery.way, delivery.peer, day);
  std::unique_ptr<Stream>& stream = streams_[delivery.source + "\n" + name];
  if (stream) return stream.get();
  store::FileRow row;
  Result<std::vector<store::FileRow>> known = writer_.reader().files(delivery.source);
  if (!known) return std::move(known).error();
  for (store::FileRow& one : *known) {
    if (one.name == name) row = std::move(one);
  }
  row.source = delivery.source;
  row.name = name;
  for (const config::Source& source : workplace_.config.sources) {
    if (source.name != delivery.source) continue;
    stream = std::make_unique<Stream>(workplace_.profiles.at(source.profile), std::move(row));
    return stream.get();
  }
  return Error{Errc::not_found, "no source \"" + delivery.source + "\"", "", {}};
}

// The answer to a delivery whose key is known already.
Result<std::optional<Receipt>> LiveIntake::known_push(const Delivery& delivery) {
  const std::string key = key_of(delivery);
  if (key.empty()) return std::optional<Receipt>();
  Result<std::optional<store::PushRow>> known = writer_.reader().find_push(delivery.source, key);
  if (!known) return std::move(known).error();
  if (!*known) return std::optional<Receipt>();
  Receipt out;
  if ((*known)->body == delivery.push->body) {
    if (auto answer = collect::parse_receipt((*known)->answer)) out = *std::move(answer);
    out.fate = Receipt::Fate::repeated;
  } else {
    out.fate = Receipt::Fate::key_reused;
  }
  return std::optional<Receipt>(std::move(out));
}

LiveIntake::Part LiveIntake::feed(Stream& stream, const Delivery& delivery) {
  Part out;
  out.stream = &stream;
  out.first_event = stream.events.size();
  out.first_rejected = stream.records.size();
  for (const Frame& frame : delivery.frames) {
    const std::size_t before = stream.records.size();
    feed_frame(stream.reader, frame);
    if (stream.records.size() > before) out.lines.push_back(frame.line);
  }
  out.last_event = stream.events.size();
  out.last_rejected = stream.records.size();
  out.is_new_push = !key_of(delivery).empty();
  return out;
}

// A source whose clock is wrong has its records judged by wrong hours: that is said, and the records stay what they
// are.
Status LiveIntake::write_clock(Stream& stream, Instant now) {
  for (std::size_t i = 0; i < stream.added.size(); ++i) {
    if (stream.added[i].fate == store::Added::Fate::duplicate) continue;
    const std::int64_t ahead = stream.events[i].event.time.micros - now.micros;
    if (ahead > kAheadMicros) ++stream.ahead;
    if (-ahead > kBehindMicros) ++stream.behind;
  }
  if (stream.ahead + stream.behind == 0) return Done{};
  if (stream.clock_told && now.micros - stream.clock_told->micros < kClockEveryMicros) return Done{};
  stream.clock_told = now;
  for (const auto& [kind, records] : {std::pair(model::LossKind::clock_ahead, std::exchange(stream.ahead, 0)),
                                      std::pair(model::LossKind::clock_behind, std::exchange(stream.behind, 0))}) {
    if (records == 0) continue;
    const store::LossRow row{stream.row.source, stream.row.name, kind, 1, records, now, now};
    if (Status added = writer_.add_loss(row, "the clock of the source differs from this machine's"); !added)
      return added;
  }
  return Done{};
}

Status LiveIntake::write_stream(Stream& stream, Instant now) {
  store::FileRow& row = stream.written = stream.row;
  const normalise::ReadPosition& position = stream.reader.position();
  row.position = position.offset;
  row.line = position.line;
  row.rows = position.rows;
  if (Status saved = writer_.save(row); !saved) return saved;
  Result<std::vector<store::Added>> added = writer_.add(row, stream.events);
  if (!added) return std::move(added).error();
  stream.added = *std::move(added);
  for (std::size_t i = 0; i < stream.added.size(); ++i) {
    if (stream.added[i].fate != store::Added::Fate::duplicate) judge_.take(stream.added[i].id, stream.events[i].event);
  }
  if (Status quarantined = writer_.quarantine(row, stream.records); !quarantined) return quarantined;
  if (Status told = write_clock(stream, now); !told) return told;
  // The books must balance, as those of a delivered file.
  TW_CHECK(row.records_in() == position.rows);
  return writer_.save(row);
}

Receipt LiveIntake::receipt_of(const Part& part) {
  Receipt out;
  if (part.stream == nullptr) return out;
  for (std::size_t i = part.first_event; i < part.last_event; ++i) {
    const bool is_duplicate = part.stream->added[i].fate == store::Added::Fate::duplicate;
    ++(is_duplicate ? out.duplicates : out.stored);
  }
  out.quarantined = static_cast<std::int64_t>(part.last_rejected - part.first_rejected);
  for (std::size_t i = part.first_rejected; i < part.last_rejected && out.rejected.size() < collect::kRejectedMax;
       ++i) {
    const model::Rejected& record = part.stream->records[i];
    out.rejected.push_back({part.lines[i - part.first_rejected], record.code, record.reason});
  }
  return out;
}

Status LiveIntake::write_losses(const Delivery& delivery, LocalDay day, Instant now) {
  for (const collect::Loss& loss : delivery.losses) {
    store::LossRow row;
    row.source = delivery.source;
    row.stream = store::stream_name(delivery.way, delivery.peer, day);
    row.kind = loss.kind;
    row.records = loss.records;
    row.first = now;
    if (Status added = writer_.add_loss(row, for_display(loss.what)); !added) return added;
  }
  return Done{};
}

Status LiveIntake::write(const std::vector<Delivery>& deliveries, const std::vector<Part>& parts, LocalDay day,
                         Instant now, std::vector<Receipt>& receipts) {
  for (const auto& [name, stream] : streams_) {
    if (!stream->is_waiting()) continue;
    if (Status written = write_stream(*stream, now); !written) return written;
  }
  if (TW_PLANT("key-outside")) {
    if (Status early = writer_.commit(); !early) return early;
    if (Status again = writer_.begin(now); !again) return again;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (Status lost = write_losses(deliveries[i], day, now); !lost) return lost;
    if (parts[i].stream == nullptr) continue;
    receipts[i] = receipt_of(parts[i]);
    if (!parts[i].is_new_push) continue;
    const store::PushRow push{deliveries[i].source, key_of(deliveries[i]), deliveries[i].push->body,
                              collect::receipt_json(receipts[i]), now};
    if (Status kept = writer_.add_push(push); !kept) return kept;
  }
  if (!forgot_pushes_ || now.micros - forgot_pushes_->micros >= kForgetEveryMicros) {
    if (Status done = writer_.forget_pushes(Instant{now.micros - kKeysKeptMicros}); !done) return done;
    forgot_pushes_ = now;
  }
  if (Status settled = judge_.settle(); !settled) return settled;
  return writer_.commit();
}

// Reads the deliveries up to a key that comes twice: what is known already is answered, everything else waits in its
// stream.
Status LiveIntake::read(const std::vector<Delivery>& deliveries, LocalDay day, std::vector<Part>& parts,
                        std::vector<Receipt>& receipts) {
  std::set<std::string> keys;
  for (const Delivery& delivery : deliveries) {
    const std::string key = key_of(delivery);
    if (!key.empty() && !keys.insert(delivery.source + "\n" + key).second) break;
    Result<std::optional<Receipt>> known = known_push(delivery);
    if (!known) return std::move(known).error();
    receipts.push_back(known->value_or(Receipt{}));
    parts.emplace_back();
    if (*known || delivery.frames.empty()) continue;
    Result<Stream*> stream = stream_of(delivery, day);
    if (!stream) return std::move(stream).error();
    parts.back() = feed(**stream, delivery);
  }
  return Done{};
}

void LiveIntake::settle_counts() {
  for (const auto& [name, stream] : streams_) {
    if (!stream->is_waiting()) continue;
    IntakeCounts& counts = counts_[stream->row.source];
    counts.stored += stream->written.stored - stream->row.stored;
    counts.duplicates += stream->written.duplicates - stream->row.duplicates;
    counts.quarantined += stream->written.quarantined - stream->row.quarantined;
    stream->row = stream->written;
    stream->clear();
  }
}

Result<std::size_t> LiveIntake::take(const std::vector<Delivery>& deliveries, std::vector<Receipt>& receipts) {
  const Instant now = machine_.clock.now();
  const LocalDay day = workplace_.zone.local(now).day;
  std::vector<Part> parts;
  receipts.clear();
  Status done = read(deliveries, day, parts, receipts);
  if (done) {
    done = writer_.begin(now);
    if (done) done = write(deliveries, parts, day, now, receipts);
    if (!done) {
      writer_.rollback();
      judge_.forget();
    }
  }
  if (!done) {
    // Their readers have gone on without the store.
    streams_.clear();
    return std::move(done).error();
  }
  settle_counts();
  return parts.size();
}

std::map<std::string, IntakeCounts> LiveIntake::counts() {
  return std::exchange(counts_, {});
}

}  // namespace trailwatch::app
