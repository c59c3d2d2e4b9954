#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/normalise/reader.h"

namespace trailwatch::normalise {

// Everything a reader said, in its order.
struct Collected : RecordSink {
  struct Item {
    bool accepted = false;
    model::QueryEvent event;
    model::RecordKey key;
    model::Rejected rejected;
  };
  std::vector<Item> items;

  void accepted(const model::QueryEvent& event, const model::RecordKey& key) override {
    items.push_back({true, event, key, {}});
  }
  void rejected(const model::Rejected& record) override { items.push_back({false, {}, {}, record}); }

  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const Item& item : items) out.push_back(item.accepted ? "ok" : item.rejected.code);
    return out;
  }
  std::int64_t count_accepted() const {
    std::int64_t count = 0;
    for (const Item& item : items) count += item.accepted ? 1 : 0;
    return count;
  }
};

// One record as one line, so that a failing comparison shows everything.
inline std::string print(const Collected::Item& item) {
  const model::Origin& origin = item.accepted ? item.event.origin : item.rejected.origin;
  const std::string place = std::to_string(origin.line) + "@" + std::to_string(origin.offset) + " ";
  if (!item.accepted) return place + item.rejected.code + ": " + item.rejected.reason + " <" + item.rejected.raw + ">";
  const model::QueryEvent& e = item.event;
  std::string out = place + format_rfc3339(e.time, e.offset_minutes);
  for (const std::string* text :
       {&e.system, &e.channel, &e.agency, &e.unit, &e.officer, &e.account, &e.officer_name, &e.terminal, &e.action}) {
    out += "|" + *text;
  }
  out += "|" + std::string(to_text(e.lookup_by)) + "|" + std::string(to_text(e.subject_kind));
  for (const std::string* text : {&e.subject, &e.subject_name, &e.reason_code, &e.reason, &e.case_no, &e.approver}) {
    out += "|" + *text;
  }
  out += "|" + (e.rows ? std::to_string(*e.rows) : std::string("-")) + (e.undecodable ? "|undecodable" : "");
  return out + " key " + item.key.scope + "#" + item.key.number + " <" + e.raw + ">";
}

inline std::vector<std::string> print(const Collected& collected) {
  std::vector<std::string> out;
  for (const auto& item : collected.items) out.push_back(print(item));
  return out;
}

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline Profile parse_profile(const std::string& json, const std::string& name = "test") {
  auto parsed = Profile::parse(json, name);
  if (const auto* errors = std::get_if<std::vector<Error>>(&parsed)) {
    for (const Error& error : *errors) ADD_FAILURE() << error.text();
  }
  return std::get<Profile>(std::move(parsed));
}

inline Profile shipped_profile(const std::string& name) {
  return parse_profile(file_text(std::string(TW_SOURCE_DIR) + "/config/profiles/" + name + ".json"), name);
}

// Feeds a whole file at once.
inline ReadPosition read_all(const Profile& profile, std::string_view bytes, Collected& into,
                             const std::string& file = "file") {
  Reader reader(profile, {"source", file, 0, 0}, {}, into);
  const std::size_t taken = reader.feed(bytes, true);
  EXPECT_EQ(taken == bytes.size() || !profile.complete_on_arrival(), true) << "bytes left of a complete file";
  EXPECT_EQ(static_cast<std::int64_t>(into.items.size()), reader.position().rows);
  return reader.position();
}

}  // namespace trailwatch::normalise
