#pragma once

#include <variant>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"
#include "trailwatch/normalise/reader.h"

// What holds for any bytes of a query trail, whatever its format.
namespace trailwatch::fuzz {

// Everything that was said, in order, as one text.
struct Said : normalise::RecordSink {
  std::string text;
  std::int64_t rows = 0;

  void accepted(const model::QueryEvent& event, const model::RecordKey& key) override {
    ++rows;
    for (const std::string* field :
         {&event.system, &event.channel, &event.agency, &event.unit, &event.officer, &event.account,
          &event.officer_name, &event.terminal, &event.action, &event.subject, &event.subject_name, &event.reason_code,
          &event.reason, &event.case_no, &event.approver, &key.scope, &key.number}) {
      TW_CHECK(is_utf8(*field));
      text += *field + '|';
    }
    text += std::to_string(event.time.micros) + '|' + std::to_string(event.offset_minutes) + '|' +
            std::to_string(event.origin.line) + '@' + std::to_string(event.origin.offset) + '|' + event.raw + '\n';
  }
  void rejected(const model::Rejected& record) override {
    ++rows;
    TW_CHECK(!record.code.empty() && is_utf8(record.reason));
    text += record.code + '|' + record.reason + '|' + std::to_string(record.origin.line) + '@' +
            std::to_string(record.origin.offset) + '|' + record.raw + '\n';
  }
};

inline normalise::Profile profile(const std::string& name) {
  return std::get<normalise::Profile>(normalise::Profile::parse(shipped("profiles/" + name + ".json"), name));
}

// In pieces of `step` bytes, and whatever was left of the last ones before them.
inline void read_in_pieces(normalise::Reader& reader, std::string_view bytes, std::size_t step) {
  std::size_t taken = 0;
  for (std::size_t end = std::min(step, bytes.size());; end = std::min(end + step, bytes.size())) {
    const bool at_end = end == bytes.size();
    taken += reader.feed(bytes.substr(taken, end - taken), at_end);
    TW_CHECK(taken <= end);
    if (at_end) return;
  }
}

// No byte is lost, no cut shows, and the line end and record limits hold.
inline void read_trail(const normalise::Profile& profile, std::string_view input) {
  const std::size_t step = 1 + take_byte(input);
  Said whole, pieces, alone;
  normalise::Reader first(profile, {"source", "file", 0, 0}, {}, whole);
  first.set_whole(true);
  TW_CHECK(first.feed(input, true) == input.size());
  TW_CHECK(first.position().rows == whole.rows && first.pending() == 0);
  TW_CHECK(first.position().offset == static_cast<std::int64_t>(input.size()));

  normalise::Reader second(profile, {"source", "file", 0, 0}, {}, pieces);
  second.set_whole(true);
  read_in_pieces(second, input, step);
  TW_CHECK(pieces.text == whole.text);

  normalise::Reader third(profile, {"source", "file", 0, 0}, {}, alone);
  third.feed_record(input);
  TW_CHECK(alone.rows <= 1);
}

}  // namespace trailwatch::fuzz
