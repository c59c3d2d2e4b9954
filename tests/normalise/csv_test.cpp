#include "normalise/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch::normalise {
namespace {

std::vector<std::string> split(std::string text, char separator = ',') {
  std::vector<std::string_view> fields;
  if (const auto fault = split_csv(text, separator, fields)) return {fault->code};
  return {fields.begin(), fields.end()};
}
using Fields = std::vector<std::string>;

TEST(Csv, SplitsFields) {
  EXPECT_EQ(split("a,b,c"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(split(""), (Fields{""}));
  EXPECT_EQ(split(","), (Fields{"", ""}));
  EXPECT_EQ(split("a\tb,c", '\t'), (Fields{"a", "b,c"}));
}

TEST(Csv, UndoesQuotes) {
  EXPECT_EQ(split(R"("a,b",c)"), (Fields{"a,b", "c"}));
  EXPECT_EQ(split(R"("say ""yes"" now","")"), (Fields{"say \"yes\" now", ""}));
  EXPECT_EQ(split("\"a\nb\",c"), (Fields{"a\nb", "c"}));
  EXPECT_EQ(split(R"("""")"), (Fields{"\""}));
}

TEST(Csv, TakesAQuoteInsideAPlainFieldAsItself) {
  EXPECT_EQ(split("5\" disk,x"), (Fields{"5\" disk", "x"}));
}

TEST(Csv, RefusesTextAfterAQuote) {
  EXPECT_EQ(split("\"a\"b,c"), (Fields{"bad-quote"}));
  EXPECT_EQ(split("\"a\" ,c"), (Fields{"bad-quote"}));
}

bool open(const std::vector<std::string>& pieces) {
  QuoteScan scan(',');
  for (const std::string& piece : pieces) scan.add(piece);
  return scan.open();
}

TEST(Csv, KnowsWhetherAQuoteIsOpen) {
  EXPECT_TRUE(open({"a,\"b"}));
  EXPECT_TRUE(open({"\"\"\""}));
  EXPECT_TRUE(open({"\"a", "\nb\"\"", "c"}));
  EXPECT_FALSE(open({"\"a", "\nb\""}));
  EXPECT_FALSE(open({"5\" disk"}));
  EXPECT_FALSE(open({"\"\""}));
}

// What a writer that quotes everything writes comes back, and is never taken for open.
RC_GTEST_PROP(Csv, ReadsBackWhatWasQuoted, (std::vector<std::string> fields)) {
  RC_PRE(!fields.empty());
  std::string text;
  for (const std::string& field : fields) {
    text += text.empty() ? "\"" : ",\"";
    for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  RC_ASSERT(!open({text}));
  RC_ASSERT(split(text) == fields);
}

}  // namespace
}  // namespace trailwatch::normalise
