#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/store/writer.h"
#include "vault/sealing.h"

namespace trailwatch::test {

// A store in a directory of its own, and the few words in which its tests speak.
class Stored : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::canonical(std::filesystem::temp_directory_path()) / "tw-store-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/trail.db";
  }
  void TearDown() override {
    writer_.reset();
    std::filesystem::remove_all(directory_);
  }

  static Instant at(std::string_view local) {
    const auto instant = parse_rfc3339(std::string(local) + "+08:00");
    EXPECT_TRUE(instant.has_value()) << local;
    return instant ? instant->instant : Instant{};
  }
  static LocalDay day(int month, int day) { return to_day({2026, month, day}); }

  Result<std::unique_ptr<store::Writer>> try_open(std::uint64_t key = 1, const Zone& zone = Zone::fixed(480)) {
    return store::Writer::open(path_, open_vault(key), zone, random_);
  }
  store::Writer& writer() {
    if (!writer_) {
      Result<std::unique_ptr<store::Writer>> opened = try_open();
      EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().text());
      writer_ = *std::move(opened);
    }
    return *writer_;
  }
  // As after the process was killed: what is not committed is gone.
  void reopen() { writer_.reset(); }
  std::unique_ptr<store::Reader> reader(std::uint64_t key = 1) {
    Result<std::unique_ptr<store::Reader>> opened = store::Reader::open(path_, open_vault(key));
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().text());
    return opened ? *std::move(opened) : nullptr;
  }

  static store::FileRow file(const std::string& name = "a.csv", const std::string& source = "vehicle") {
    store::FileRow out;
    out.source = source;
    out.name = name;
    return out;
  }
  // Distinct for distinct `n`: a person, a minute, a place in the file.
  static store::NewEvent event(std::int64_t n, const std::string& number = "", const std::string& scope = "vehicle") {
    store::NewEvent out;
    model::QueryEvent& e = out.event;
    e.time = Instant{at("2026-03-02T08:00:00").micros + n * kMicrosPerMinute};
    e.offset_minutes = 480;
    e.system = "vehicle";
    e.channel = "web";
    e.agency = "範例縣警察局";
    e.unit = "交通隊";
    e.officer = "H" + std::to_string(10'000 + n % 7);
    e.account = "acc" + std::to_string(n % 7);
    e.officer_name = "王小" + std::to_string(n);
    e.terminal = "10.0.0." + std::to_string(n % 5);
    e.action = "V01";
    e.lookup_by = model::LookupBy::plate;
    e.subject_kind = model::SubjectKind::vehicle;
    e.subject = "ABC-" + std::to_string(1'000 + n);
    e.subject_name = "車主" + std::to_string(n);
    e.reason_code = "R1";
    e.reason = "查明車主" + std::to_string(n);
    e.case_no = "115" + std::to_string(n);
    e.approver = "H99999";
    e.rows = n % 3;
    e.origin = {"vehicle", "a.csv", n + 1, n * 100};
    e.raw = "raw record " + std::to_string(n) + "," + e.subject + "," + e.subject_name;
    if (!number.empty()) out.key = {scope, number};
    return out;
  }
  static model::Rejected rejected(std::int64_t n, const std::string& raw = "broken") {
    return {"查詢時間無法判讀", "bad-time", {"vehicle", "a.csv", n + 1, n * 100}, raw};
  }

  // One whole transaction.
  std::vector<store::Added> add(store::FileRow& row, const std::vector<store::NewEvent>& events) {
    ok(writer().begin(received_));
    Result<std::vector<store::Added>> added = writer().add(row, events);
    EXPECT_TRUE(added.has_value()) << (added ? "" : added.error().text());
    ok(writer().save(row));
    ok(writer().commit());
    return added ? *added : std::vector<store::Added>{};
  }
  static void ok(const Status& status) { EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().text()); }
  template <typename T>
  static T get(Result<T> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().text());
    return result ? *std::move(result) : T{};
  }
  template <typename T>
  static Errc code_of(const Result<T>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? Errc::invalid : result.error().code;
  }
  std::vector<store::StoredEvent> all() { return get(writer().reader().events_after(0, 1'000'000)); }

  std::string bytes(const std::string& suffix) const {
    std::ifstream in(path_ + suffix, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string directory_, path_;
  CountingRandom random_{17};
  Instant received_ = at("2026-03-03T06:00:00");
  std::unique_ptr<store::Writer> writer_;
};

// Fates as letters: s d c x.
inline std::string fates(const std::vector<store::Added>& added) {
  std::string out;
  for (const store::Added& a : added) out += "sdcx"[static_cast<std::size_t>(a.fate)];
  return out;
}

// Everything that an event says, for comparing whole ones.
inline std::string whole(const model::QueryEvent& e) {
  std::string out;
  const auto add = [&out](std::string_view text) { out.append(text).push_back('\n'); };
  for (const std::int64_t n : {e.time.micros, std::int64_t{e.offset_minutes}, static_cast<std::int64_t>(e.lookup_by),
                               static_cast<std::int64_t>(e.subject_kind), e.rows.value_or(-1), e.origin.line,
                               e.origin.offset, std::int64_t{e.undecodable}}) {
    add(std::to_string(n));
  }
  for (const std::string& text :
       {e.system, e.channel, e.agency, e.unit, e.officer, e.account, e.officer_name, e.terminal, e.action, e.subject,
        e.subject_name, e.reason_code, e.reason, e.case_no, e.approver, e.origin.source, e.origin.file, e.raw}) {
    add(text);
  }
  return out;
}

}  // namespace trailwatch::test
