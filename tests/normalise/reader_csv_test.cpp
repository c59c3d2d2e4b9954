#include <gtest/gtest.h>

#include "normalise/collected.h"
#include "trailwatch/base/encoding.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::normalise {
namespace {

// A small source: time, officer, subject, reason and rows by header name, numbered, with a trailer.
const char* const kSmall = R"json({
  "title": "t", "format": "csv", "complete": true,
  "csv": { "trailer": "total,(\\d+)" },
  "input_zone": "+08:00",
  "time": { "column": "at", "form": "YYYY-MM-DD hh:mm" },
  "fields": {
    "system": { "const": "tax" }, "officer": { "column": "who" }, "reason": { "column": "why" },
    "rows": { "column": "rows" }
  },
  "required": ["officer"],
  "key": { "scope": ["tax", "{day}"], "number": "no" }
})json";
const std::string kHeader = "no,at,who,why,rows\n";

std::string growing(std::string json) {
  return json.replace(json.find("\"complete\": true"), 16, "\"complete\": false");
}
std::string with(std::string json, std::string_view from, std::string_view to) {
  const std::size_t at = json.find(from);
  EXPECT_NE(at, std::string::npos);
  return json.replace(at, from.size(), to);
}

std::vector<std::string> read(const std::string& bytes, const std::string& json = kSmall) {
  Collected collected;
  read_all(parse_profile(json), bytes, collected);
  return print(collected);
}
std::vector<std::string> codes(const std::string& bytes, const std::string& json = kSmall) {
  Collected collected;
  read_all(parse_profile(json), bytes, collected);
  return collected.codes();
}
using Lines = std::vector<std::string>;

TEST(CsvReader, ReadsOneRecord) {
  EXPECT_EQ(read(kHeader + "7,2026-03-02 14:30,ａ10,\" stolen,\n\"\"bike\"\" \",3\n"),
            (Lines{"2@19 2026-03-02T14:30:00.000+08:00|tax||||A10|||||unknown|none||||stolen,\n\"bike\"|||3 key "
                   "tax|2026-03-02#7 <7,2026-03-02 14:30,ａ10,\" stolen,\n\"\"bike\"\" \",3>"}));
}

TEST(CsvReader, TakesColumnsByNameInAnyOrder) {
  const Lines got = read("rows, who ,extra,at,why,no\r\n3,B1,zzz,2026-03-02 00:00,,9\r\n");
  EXPECT_EQ(got, (Lines{"2@28 2026-03-02T00:00:00.000+08:00|tax||||B1|||||unknown|none||||||"
                        "|3 key tax|2026-03-02#9 <3,B1,zzz,2026-03-02 00:00,,9>"}));
}

TEST(CsvReader, CountsPhysicalLinesAndSkipsBlankOnes) {
  Collected collected;
  const ReadPosition end = read_all(
      parse_profile(kSmall),
      "\n" + kHeader + "\r\n1,2026-03-02 14:30,a,\"x\ny\",\n  \n2,2026-03-02 14:31,a,,\ntotal,2\n\n", collected);
  ASSERT_EQ(collected.items.size(), 2U);
  EXPECT_EQ(collected.items[0].event.origin.line, 4);
  EXPECT_EQ(collected.items[1].event.origin.line, 7);
  EXPECT_EQ(end.line, 9);
  EXPECT_EQ(end.rows, 2);
  EXPECT_EQ(end.declared_rows, 2);
}

TEST(CsvReader, TakesAnUnterminatedLastLineOfACompleteFile) {
  EXPECT_EQ(codes(kHeader + "1,2026-03-02 14:30,a,,"), Lines{"ok"});
}

TEST(CsvReader, LeavesAnUnterminatedLastLineOfAGrowingFile) {
  const Profile profile = parse_profile(growing(kSmall));
  Collected collected;
  Reader reader(profile, {}, {}, collected);
  const std::string bytes = kHeader + "1,2026-03-02 14:30,a,,\n2,2026-03-02 14:3";
  const std::size_t taken = reader.feed(bytes, true);
  EXPECT_EQ(taken, bytes.rfind('\n') + 1);
  EXPECT_EQ(reader.pending(), 1);
  EXPECT_EQ(collected.codes(), Lines{"ok"});
  EXPECT_EQ(reader.feed("2,2026-03-02 14:31,a,,\n", true), 23U);
  EXPECT_EQ(reader.pending(), 0);
  EXPECT_EQ(collected.codes(), (Lines{"ok", "ok"}));
}

TEST(CsvReader, RejectsWithTheFieldAndNeverWithPersonalText) {
  EXPECT_EQ(
      read(kHeader + "1,2026-02-30 14:30,a,,\n"),
      (Lines{"2@19 bad-time: 查詢時間無法判讀：「2026-02-30 14:30」不是有效的日期時間 <1,2026-02-30 14:30,a,,>"}));
  EXPECT_EQ(read(kHeader + "1,2026-02-20 14:30,a,,1.5\n"),
            (Lines{"2@19 bad-number: 回傳筆數無法判讀：「1.5」不是整數 <1,2026-02-20 14:30,a,,1.5>"}));
  EXPECT_EQ(read(kHeader + "1,2026-02-20 14:30,　,,\n"),
            (Lines{"2@19 missing-field: 缺少必要欄位：查詢人員代號 <1,2026-02-20 14:30,　,,>"}));
  EXPECT_EQ(read(kHeader + "1,,a,,\n"), (Lines{"2@19 missing-field: 缺少必要欄位：查詢時間 <1,,a,,>"}));
  EXPECT_EQ(read(kHeader + "1,2026-02-20 14:30,a\n"),
            (Lines{"2@19 columns: 欄數不符：應有 5 欄，實有 3 欄 <1,2026-02-20 14:30,a>"}));
  EXPECT_EQ(codes(kHeader + "1,2026-02-20 14:30,a,,,\n"), Lines{"columns"});
  EXPECT_EQ(read("no,at,who,rows\n1,2026-02-20 14:30,a,\n"),
            (Lines{"2@15 missing-column: 檔案標題列缺少欄位「why」 <1,2026-02-20 14:30,a,>"}));
  EXPECT_EQ(codes("no,at,who,why,rows,who\n1,2026-02-20 14:30,a,,,b\n"), Lines{"duplicate-column"});
  EXPECT_EQ(codes(kHeader + "1,2026-02-20 14:30,a,\"x\"y,\n"), Lines{"bad-quote"});
  EXPECT_EQ(codes(kHeader + "1,2026-02-20 14:30,a,,9999999999999999999\n"), Lines{"bad-number"});
}

// The reason for one record with these two values.
std::string reason(const std::string& time, const std::string& rows) {
  Collected collected;
  read_all(parse_profile(kSmall), kHeader + "1," + time + ",a,," + rows + "\n", collected);
  return collected.items.at(0).rejected.reason;
}

TEST(CsvReader, CutsQuotedValues) {
  EXPECT_EQ(reason(std::string(100, '9'), ""), "查詢時間無法判讀：「" + std::string(40, '9') + "…」不是有效的日期時間");
  EXPECT_EQ(reason("2026-03-02T14:30Z", ""), "查詢時間無法判讀：「2026-03-02T14:30Z」不是有效的日期時間");
}

TEST(CsvReader, QuotesNothingThatMayBePersonalOrHarmful) {
  for (const char* slipped : {"A123456789", "王小明", "\x1B[2J", "9王", "x"}) {
    EXPECT_EQ(reason(slipped, ""), "查詢時間無法判讀：內容不像日期時間");
    EXPECT_EQ(reason("2026-03-02 14:30", slipped), "回傳筆數無法判讀：內容不是數字");
  }
}

TEST(CsvReader, GivesNoKeyWhenTheNumberIsMissing) {
  Collected collected;
  read_all(parse_profile(kSmall), kHeader + ",2026-03-02 14:30,a,,\n", collected);
  ASSERT_EQ(collected.codes(), Lines{"ok"});
  EXPECT_TRUE(collected.items[0].key.empty());
}

TEST(CsvReader, RejectsOnlyTheLineWhoseQuoteStaysOpen) {
  EXPECT_EQ(codes(kHeader + "1,2026-02-20 14:30,a,\"x,\n2,2026-02-20 14:31,a,,\n3,2026-02-20 14:32,a,,\n"),
            (Lines{"open-quote", "ok", "ok"}));
  std::string many = kHeader + "1,2026-02-20 14:30,a,\"x,\n";
  for (int i = 0; i < 5000; ++i) many += "2,2026-02-20 14:31,a,,\n";
  Collected collected;
  read_all(parse_profile(kSmall), many, collected);
  EXPECT_EQ(collected.count_accepted(), 5000);
  EXPECT_EQ(collected.items[0].rejected.raw, "1,2026-02-20 14:30,a,\"x,");
}

TEST(CsvReader, LetsAQuotedFieldSpanSoManyLinesAndNoMore) {
  const auto record = [](std::size_t lines) {
    return "1,2026-02-20 14:30,a,\"" + std::string(lines - 1, '\n') + "\",\n";
  };
  EXPECT_EQ(codes(kHeader + record(1024)), Lines{"ok"});
  EXPECT_EQ(codes(kHeader + record(1025))[0], "open-quote");
}

TEST(CsvReader, WaitsForAQuoteInAGrowingFile) {
  const Profile profile = parse_profile(growing(kSmall));
  Collected collected;
  Reader reader(profile, {}, {}, collected);
  const std::string record = "1,2026-02-20 14:30,a,\"x\ny\",\n";
  EXPECT_EQ(reader.feed(kHeader + record.substr(0, 24), true), kHeader.size());
  EXPECT_EQ(reader.pending(), 1);
  EXPECT_EQ(reader.feed(record, true), record.size());
  EXPECT_EQ(collected.codes(), Lines{"ok"});
}

TEST(CsvReader, KeepsTheHeadOfALineThatIsTooLong) {
  const std::string fits = "1,2026-02-20 14:30,a," + std::string(65536 - 22, 'x') + ",";
  ASSERT_EQ(fits.size(), 65536U);
  EXPECT_EQ(codes(kHeader + fits + "\n"), Lines{"ok"});
  const std::string over = "1,2026-02-20 14:30,a," + std::string(65536 - 21, 'x') + ",";
  Collected collected;
  read_all(parse_profile(kSmall), kHeader + over + "\n" + "2,2026-02-20 14:31,a,,\n", collected);
  ASSERT_EQ(collected.codes(), (Lines{"too-long", "ok"}));
  EXPECT_EQ(collected.items[0].rejected.raw, over.substr(0, 65536));
  EXPECT_EQ(collected.items[0].rejected.reason,
            "紀錄過長：共 65,537 位元組，只保留前 65,536 位元組；全文 SHA-256 開頭為 " + to_hex(sha256(over), 8));
  EXPECT_EQ(collected.items[1].event.origin.line, 3);
  EXPECT_EQ(collected.items[1].event.origin.offset, static_cast<std::int64_t>(kHeader.size() + over.size() + 1));
}

TEST(CsvReader, WaitsForTheEndOfTheLongestLine) {
  Collected collected;
  Reader reader(parse_profile(kSmall), {}, {}, collected);
  reader.feed(kHeader, false);
  const std::string longest = "1,2026-02-20 14:30,a," + std::string(65536 - 22, 'x') + ",";
  EXPECT_EQ(reader.feed(longest, false), 0U);
  EXPECT_EQ(reader.feed(longest, true), longest.size());
  EXPECT_EQ(collected.codes(), Lines{"ok"});
}

TEST(CsvReader, TakesAnEndlessLinePieceByPieceAndStaysBeforeIt) {
  const Profile profile = parse_profile(kSmall);
  Collected collected;
  Reader reader(profile, {}, {}, collected);
  EXPECT_EQ(reader.feed(kHeader, false), kHeader.size());
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 30; ++i) EXPECT_EQ(reader.feed(piece, false), piece.size());
  EXPECT_EQ(reader.position().offset, static_cast<std::int64_t>(kHeader.size()));
  EXPECT_TRUE(collected.items.empty());
  const std::string tail = "x\n2,2026-02-20 14:31,a,,\n";
  EXPECT_EQ(reader.feed(tail, true), tail.size());
  EXPECT_EQ(collected.codes(), (Lines{"too-long", "ok"}));
  EXPECT_EQ(reader.position().offset, static_cast<std::int64_t>(kHeader.size() + 3'000'000 + tail.size()));
}

TEST(CsvReader, LeavesAnEndlessLineOfAGrowingFilePending) {
  const Profile profile = parse_profile(growing(kSmall));
  Collected collected;
  Reader reader(profile, {}, {}, collected);
  reader.feed(kHeader + std::string(200'000, 'x'), true);
  EXPECT_EQ(reader.pending(), 1);
  EXPECT_EQ(reader.position().offset, static_cast<std::int64_t>(kHeader.size()));
  reader.feed("\n", true);
  EXPECT_EQ(reader.pending(), 0);
  EXPECT_EQ(collected.codes(), Lines{"too-long"});
}

TEST(CsvReader, DropsAByteOrderMark) {
  EXPECT_EQ(codes("\xEF\xBB\xBF" + kHeader + "1,2026-03-02 14:30,a,,\n"), Lines{"ok"});
  EXPECT_EQ(codes("\xEF\xBB\xBF\n" + kHeader + "1,2026-03-02 14:30,a,,\n"), Lines{"ok"});
  EXPECT_EQ(codes("\xEF\xBB\xBF"), Lines{});
  Collected collected;
  EXPECT_EQ(read_all(parse_profile(kSmall), "\xEF\xBB\xBF" + kHeader, collected).header, "no,at,who,why,rows");
}

TEST(CsvReader, TellsRowsOfATrailerThatIsNoNumberApart) {
  EXPECT_EQ(codes(kHeader + "total,99999999999999999999\n"), Lines{"bad-number"});
  EXPECT_EQ(codes(kHeader + "total,x\n"), Lines{"columns"});
}

TEST(CsvReader, ReadsFilesWithoutAHeader) {
  const std::string json = with(kSmall, "\"trailer\": \"total,(\\\\d+)\"",
                                R"("separator": "tab", "columns": ["no", "at", "who", "why", "rows"])");
  EXPECT_EQ(codes("1\t2026-03-02 14:30\ta\tx, y\t2\n", json), Lines{"ok"});
}

TEST(CsvReader, AllowsOptionalColumnsToBeMissing) {
  const std::string json = with(kSmall, "\"trailer\"", "\"optional\": [\"why\", \"rows\"], \"trailer\"");
  EXPECT_EQ(codes("no,at,who\n1,2026-03-02 14:30,a\n", json), Lines{"ok"});
}

TEST(CsvReader, ReadsUtf16) {
  for (const auto& [name, encoding, mark] :
       {std::tuple{"utf-16", Encoding::utf16le, "\xFF\xFE"}, {"utf-16be", Encoding::utf16be, "\xFE\xFF"}}) {
    const std::string json = with(kSmall, "\"complete\"", std::string("\"encoding\": \"") + name + "\", \"complete\"");
    // 上 is U+4E0A: its bytes hold a line feed that is none.
    const std::string text = "no,at,who,why,rows\r\n1,2026-03-02 14:30,a,\"上\n下\",2\r\ntotal,1\r\n";
    Collected collected;
    const ReadPosition end = read_all(parse_profile(json), mark + encode(text, encoding), collected);
    ASSERT_EQ(collected.codes(), Lines{"ok"}) << name;
    EXPECT_EQ(collected.items[0].event.reason, "上\n下");
    EXPECT_EQ(collected.items[0].event.origin.offset, 42);
    EXPECT_EQ(collected.items[0].event.raw, encode("1,2026-03-02 14:30,a,\"上\n下\",2", encoding));
    EXPECT_EQ(end.declared_rows, 1);
    EXPECT_EQ(end.line, 4);
  }
}

TEST(CsvReader, NeverSplitsABig5CharacterEvenAtASeparator) {
  // The second byte of 育 and 四 is '|', that of 功 is a backslash.
  const std::string json = with(with(kSmall, "\"complete\"", "\"encoding\": \"cp950\", \"complete\""),
                                "\"trailer\": \"total,(\\\\d+)\"", "\"separator\": \"|\"");
  Collected collected;
  read_all(parse_profile(json), encode("no|at|who|why|rows\n1|2026-03-02 14:30|a|育四功|2\n", Encoding::cp950),
           collected);
  ASSERT_EQ(collected.codes(), Lines{"ok"});
  EXPECT_EQ(collected.items[0].event.reason, "育四功");
}

TEST(CsvReader, LivesThroughStrayControls) {
  EXPECT_EQ(codes(std::string("\0", 1)), Lines{});  // taken for the header
  EXPECT_EQ(codes(kHeader + std::string("\0\n\r\r\n\r", 6)), Lines{"columns"});
  EXPECT_EQ(codes(kHeader + std::string("1,2026-03-02 14:30,a,x\0y\rz,\n", 28)), Lines{"ok"});
}

TEST(CsvReader, ReadsAZoneWithDaylightSaving) {
  const std::string json = with(kSmall, "+08:00", "America/Los_Angeles");
  const auto when = [&](const std::string& stamp) {
    Collected collected;
    read_all(parse_profile(json), kHeader + "1," + stamp + ",a,,\n", collected);
    return format_rfc3339(collected.items.at(0).event.time, collected.items.at(0).event.offset_minutes) + " " +
           collected.items.at(0).key.scope;
  };
  EXPECT_EQ(when("2025-11-02 00:30"), "2025-11-02T00:30:00.000-07:00 tax|2025-11-02");
  EXPECT_EQ(when("2025-11-02 01:30"), "2025-11-02T01:30:00.000-07:00 tax|2025-11-02");  // the first of two
  EXPECT_EQ(when("2025-11-02 02:30"), "2025-11-02T02:30:00.000-08:00 tax|2025-11-02");
  EXPECT_EQ(when("2026-03-08 02:30"), "2026-03-08T03:00:00.000-07:00 tax|2026-03-08");  // skipped: the jump
}

}  // namespace
}  // namespace trailwatch::normalise
