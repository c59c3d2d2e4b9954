#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "normalise/collected.h"
#include "trailwatch/base/encoding.h"

// What must hold for any bytes and however they are cut for feeding.
namespace trailwatch::normalise {
namespace {

std::string profile_json(const std::string& format, const std::string& encoding, bool complete) {
  const std::string csv = format == "csv" ? R"j("csv": {"trailer": "total,(\\d+)"},)j" : "";
  return R"({"title": "t", "format": ")" + format + R"(", "encoding": ")" + encoding + R"(", "complete": )" +
         (complete ? "true" : "false") + "," + csv +
         R"("input_zone": "+08:00", "time": {"column": "TIMESTAMP", "form": "rfc3339"},
            "fields": {"system": {"const": "tax"}, "officer": {"column": "a"}, "reason": {"columns": ["q.b", "MSG"]}},
            "key": {"scope": ["tax"], "number": "q.sn"}})";
}

// Lines of which some are good and some are not, with ends of both kinds, quotes, marks and garbage between them.
rc::Gen<std::string> some_text(const std::string& format) {
  const std::string stamp = "2026-03-02T14:30:05Z";
  std::vector<std::string> pieces;
  if (format == "csv") {
    pieces = {"TIMESTAMP,a,q.b,MSG,q.sn\n",
              stamp + ",x,\"b,\n\"\"c\",,1\r\n",
              stamp + ",x,b,,2\n",
              "total,3\n",
              stamp + ",x,\"open,,4\n",
              "\"",
              ",",
              "\"\n"};
  } else if (format == "jsonl") {
    pieces = {R"({"TIMESTAMP":")" + stamp + R"(","a":"x","q":{"b":"y","sn":1}})" + "\n",
              "{\"a\":",
              "}",
              "[]\n",
              "\"",
              "{}\r\n"};
  } else {
    pieces = {"<13>1 " + stamp + " h a p m [q b=\"x\\\"\" sn=\"3\"] text\n",
              "<13>1 " + stamp + " h a p m - \xEF\xBB\xBFt\r\n",
              "<13>1 ",
              "[q b=\"",
              "]",
              "\n"};
  }
  for (const char* common : {"\n", "\r\n", "\r", " ", "\xEF\xBB\xBF", "\xE8\xBB\x8A", "\xE8", "\xFA", "許功蓋"})
    pieces.emplace_back(common);
  pieces.emplace_back(1, '\0');
  pieces.emplace_back(70'000, 'x');
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& chosen) {
                        std::string out;
                        for (const std::string& piece : chosen) out += piece;
                        return out;
                      });
}

std::string print(const ReadPosition& at) {
  return std::to_string(at.offset) + "/" + std::to_string(at.line) + "/" + std::to_string(at.rows) + "/" +
         (at.declared_rows ? std::to_string(*at.declared_rows) : "-") + "/" + at.header;
}

struct Outcome {
  std::vector<std::string> records;
  std::string end;
  std::int64_t pending = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome read_whole(const Profile& profile, const std::string& bytes) {
  Collected collected;
  Reader reader(profile, {"s", "f", 0, 0}, {}, collected);
  reader.feed(bytes, true);
  return {print(collected), print(reader.position()), reader.pending()};
}

// Feeds as a file is followed: ever longer windows from where the reader stands. At each cut a new reader may go on
// from the position of the old one.
Outcome read_in_pieces(const Profile& profile, const std::string& bytes, const std::vector<std::size_t>& cuts,
                       bool resume) {
  Collected collected;
  auto reader = std::make_unique<Reader>(profile, model::Origin{"s", "f", 0, 0}, ReadPosition{}, collected);
  std::size_t at = 0, seen = 0;
  for (const std::size_t cut : cuts) {
    seen = std::min(bytes.size(), seen + cut);
    at += reader->feed(std::string_view(bytes).substr(at, seen - at), false);
    if (!resume) continue;
    reader = std::make_unique<Reader>(profile, model::Origin{"s", "f", 0, 0}, reader->position(), collected);
    at = static_cast<std::size_t>(reader->position().offset);
  }
  reader->feed(std::string_view(bytes).substr(at), true);
  return {print(collected), print(reader->position()), reader->pending()};
}

void check_cuts(bool resume) {
  const auto format = *rc::gen::element<std::string>("csv", "jsonl", "syslog");
  const auto encoding = *rc::gen::element<std::string>("utf-8", "cp950", "utf-16", "utf-16be");
  const bool complete = *rc::gen::arbitrary<bool>();
  std::string bytes = *some_text(format);
  if (encoding != "utf-8" && *rc::gen::inRange(0, 4) > 0) bytes = encode(bytes, *find_encoding(encoding));
  const auto cuts = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 12), rc::gen::inRange<std::size_t>(0, 300),
                     rc::gen::inRange<std::size_t>(0, 100'000)));
  const Profile profile = parse_profile(profile_json(format, encoding, complete));
  const Outcome whole = read_whole(profile, bytes);
  const Outcome pieces = read_in_pieces(profile, bytes, cuts, resume);
  RC_ASSERT(pieces.records == whole.records);
  RC_ASSERT(pieces == whole);
}

RC_GTEST_PROP(ReaderProperties, GivesTheSameHoweverTheBytesAreCut, ()) {
  check_cuts(false);
}
RC_GTEST_PROP(ReaderProperties, GoesOnFromAnyPosition, ()) {
  check_cuts(true);
}

RC_GTEST_PROP(ReaderProperties, CountsEveryRecordOnce, (const std::vector<std::uint8_t>& garbage)) {
  const auto format = *rc::gen::element<std::string>("csv", "jsonl", "syslog");
  const auto encoding = *rc::gen::element<std::string>("utf-8", "cp950", "utf-16", "utf-16be");
  const std::string bytes = *some_text(format) + std::string(garbage.begin(), garbage.end()) + *some_text(format);
  const Profile profile = parse_profile(profile_json(format, encoding, true));
  Collected collected;
  Reader reader(profile, {"s", "f", 0, 0}, {}, collected);
  RC_ASSERT(reader.feed(bytes, true) == bytes.size());
  RC_ASSERT(reader.pending() == 0);
  RC_ASSERT(reader.position().rows == static_cast<std::int64_t>(collected.items.size()));
  RC_ASSERT(reader.position().offset == static_cast<std::int64_t>(bytes.size()));
  std::int64_t last = -1;
  for (const auto& item : collected.items) {
    const model::Origin& origin = item.accepted ? item.event.origin : item.rejected.origin;
    const std::string& raw = item.accepted ? item.event.raw : item.rejected.raw;
    RC_ASSERT(origin.offset > last);
    last = origin.offset;
    RC_ASSERT(bytes.substr(static_cast<std::size_t>(last), raw.size()) == raw);  // evidence is untouched
    RC_ASSERT(!item.accepted || !item.event.officer.empty() || item.event.system == "tax");
  }
}

}  // namespace
}  // namespace trailwatch::normalise
