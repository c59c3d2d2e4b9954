#include "registry/keys.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch::registry {
namespace {

TEST(Keys, WidthCaseAndBlanksDoNotMatter) {
  EXPECT_EQ(key_of(" 115竹北戶 字第０００１２３號\t"), "115竹北戶字第000123號");
  EXPECT_EQ(key_of("ａｂｃ－1234"), "ABC-1234");
  EXPECT_EQ(key_of("\xC2\xA0"
                   "a1　"),
            "A1");
  EXPECT_EQ(key_of(" 　\t\r\n"), "");
}

TEST(Keys, ListsTakeSemicolonsOfEitherWidth) {
  EXPECT_EQ(list_of(" A1; ;B2；Ｃ3;"), (std::vector<std::string>{"A1", "B2", "C3"}));
  EXPECT_EQ(list_of(";；"), std::vector<std::string>{});
}

TEST(Keys, FindsATextHoweverItIsWritten) {
  const ByKey<int> map{{"ABC-1234", 1}, {"", 2}};
  EXPECT_EQ(*find(map, "ABC-1234"), 1);
  EXPECT_EQ(*find(map, " ａbc-1234"), 1);
  EXPECT_EQ(find(map, "ABC1234"), nullptr);
  EXPECT_EQ(find(map, ""), nullptr);
}

RC_GTEST_PROP(Keys, TheKeyOfAKeyIsTheKey, (const std::string& text)) {
  RC_ASSERT(key_of(key_of(text)) == key_of(text));
}

RC_GTEST_PROP(Keys, WhatIsTakenForAKeyIsOne, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("A", "z", "0", "-", " ", "\t", "　", "\xC2\xA0", "\xEF\xBB\xBF", "Ａ", "ａ", "１",
                                    "！", "字", "Â", "\xFF", "、"));
  std::string text;
  for (const std::string& part : parts) text += part;
  std::string buffer;
  RC_ASSERT(as_key(text, buffer) == key_of(text));
  RC_ASSERT(!is_key(text) || key_of(text) == text);
}

}  // namespace
}  // namespace trailwatch::registry
