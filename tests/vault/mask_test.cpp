#include "trailwatch/vault/mask.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tuple>
#include <vector>

#include "trailwatch/base/text.h"

namespace trailwatch::vault {
namespace {

using model::LookupBy;
using model::SubjectKind;

std::string person(std::string_view subject, LookupBy by = LookupBy::id) {
  return mask_subject(SubjectKind::person, by, subject);
}
std::string plate(std::string_view subject) {
  return mask_subject(SubjectKind::vehicle, LookupBy::plate, subject);
}
std::string parcel(std::string_view subject) {
  return mask_subject(SubjectKind::parcel, LookupBy::parcel, subject);
}

TEST(Mask, NationalIdsKeepThreeInFrontAndThreeBehind) {
  EXPECT_EQ(person("J123456789"), "J12****789");
  EXPECT_EQ(person("A800000014"), "A80****014");
  EXPECT_EQ(person("AC01234567"), "AC0****567");
  EXPECT_EQ(person("J123456789", LookupBy::name), "J12****789");
  EXPECT_EQ(mask_subject(SubjectKind::none, LookupBy::unknown, "J123456789"), "J12****789");
}

TEST(Mask, OtherNumbersKeepTwo) {
  EXPECT_EQ(person("12345678"), "12******");
  EXPECT_EQ(person("J12345678"), "J1*******");
  EXPECT_EQ(person("J1234567890"), "J1*********");
  EXPECT_EQ(person("1123456789"), "11********");
  EXPECT_EQ(person("J12345678X"), "J1********");
  EXPECT_EQ(person("J"), "*");
  EXPECT_EQ(person("J1"), "J*");
}

TEST(Mask, PlatesOldAndNewLoseTheirLastThree) {
  EXPECT_EQ(plate("ABC-1234"), "ABC-1***");
  EXPECT_EQ(plate("AB-1234"), "AB-1***");
  EXPECT_EQ(plate("1234-AB"), "1234***");
  EXPECT_EQ(plate("ABC1234"), "ABC1***");
  EXPECT_EQ(plate("AB-12"), "AB***");
  EXPECT_EQ(plate("A-12"), "A***");
  EXPECT_EQ(plate("A12"), "A**");
  EXPECT_EQ(plate("A1"), "A*");
  EXPECT_EQ(plate("A"), "*");
  EXPECT_EQ(plate("試0123"), "試0***");
}

TEST(Mask, ParcelsKeepFourCharacters) {
  EXPECT_EQ(parcel("0123-0045"), "0123*****");
  EXPECT_EQ(parcel("竹北段0123-0045"), "竹北段0********");
  EXPECT_EQ(parcel("0123"), "01**");
  EXPECT_EQ(parcel("竹"), "*");
}

TEST(Mask, CitizensKeepTheirFirstCharacter) {
  EXPECT_EQ(mask_citizen_name("李"), "○");
  EXPECT_EQ(mask_citizen_name("李明"), "李○");
  EXPECT_EQ(mask_citizen_name("李大明"), "李○○");
  EXPECT_EQ(mask_citizen_name("歐陽大明"), "歐○○○");
  EXPECT_EQ(mask_citizen_name("歐陽大明白"), "歐○○○○");
  EXPECT_EQ(person("李大明", LookupBy::name), "李○○");
  EXPECT_EQ(person("李大明", LookupBy::id), "李○○");
}

TEST(Mask, OfficersKeepFirstAndLast) {
  EXPECT_EQ(mask_officer_name("王"), "○");
  EXPECT_EQ(mask_officer_name("李明"), "李○");
  EXPECT_EQ(mask_officer_name("王小明"), "王○明");
  EXPECT_EQ(mask_officer_name("歐陽小明"), "歐○○明");
  EXPECT_EQ(mask_officer_name("歐陽小明白"), "歐○○○白");
}

TEST(Mask, LatinNamesAreNamesWhateverTheirLength) {
  EXPECT_EQ(person("JOHN SMITH", LookupBy::name), "J○○○○○○○○○");
  EXPECT_EQ(person("JOHN DOE", LookupBy::name), "J○○○○○○○");
}

TEST(Mask, EmptyStaysEmpty) {
  EXPECT_EQ(person(""), "");
  EXPECT_EQ(plate(""), "");
  EXPECT_EQ(parcel(""), "");
  EXPECT_EQ(mask_citizen_name(""), "");
  EXPECT_EQ(mask_officer_name(""), "");
}

TEST(Mask, UserDefinedCharactersBecomeGeta) {
  EXPECT_EQ(mask_citizen_name("\uE000大明"), "〓○○");
  EXPECT_EQ(mask_officer_name("王小\uF8F7"), "王○〓");
  EXPECT_EQ(person("\uE000明", LookupBy::id), "〓○");
}

TEST(Mask, HostileTextIsSafeToShow) {
  EXPECT_EQ(mask_citizen_name("\n大明"), "␦○○");
  EXPECT_EQ(mask_officer_name("王小\u202E"), "王○␦");
  EXPECT_EQ(mask_citizen_name("\xFF大明"), "〓○○");
  EXPECT_EQ(plate(std::string_view("\0BC-1234", 8)), "␦BC-1***");
  EXPECT_EQ(person("\xE6\x9D"), "〓○");  // a character cut in two
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < text.size();) out.push_back(next_code_point(text, at));
  return out;
}

std::string arbitrary_text() {
  std::string out;
  for (const std::uint32_t c : *rc::gen::container<std::vector<std::uint32_t>>(
           rc::gen::oneOf(rc::gen::inRange<std::uint32_t>('0', 'z'), rc::gen::inRange<std::uint32_t>(0x4E00, 0x9FFF),
                          rc::gen::inRange<std::uint32_t>(0, 0x30), rc::gen::inRange<std::uint32_t>(0xE000, 0xF8FF)))) {
    append_utf8(out, c);
  }
  return out;
}

// Whatever the text: as long as before, at least one character hidden, and never more shown than half and two.
RC_GTEST_PROP(Mask, EveryMaskHidesSomething, (std::uint8_t kind, std::uint8_t by)) {
  const std::string text = arbitrary_text();
  const std::vector<std::string> masks = {
      mask_subject(static_cast<SubjectKind>(kind % 4), static_cast<LookupBy>(by % 6), text), mask_citizen_name(text),
      mask_officer_name(text)};
  const std::vector<char32_t> before = code_points(text);
  for (const std::string& mask : masks) {
    const std::vector<char32_t> after = code_points(mask);
    RC_ASSERT(after.size() == before.size());
    std::size_t hidden = 0;
    for (const char32_t c : after) hidden += c == U'*' || c == U'○' ? 1U : 0U;
    if (!before.empty()) RC_ASSERT(hidden >= 1U);
    RC_ASSERT(is_utf8(mask));
  }
}

// Two subjects that differ in the middle only look the same: nothing of the middle survives.
RC_GTEST_PROP(Mask, NothingOfTheMiddleSurvives, ()) {
  const auto middle = rc::gen::container<std::string>(4, rc::gen::inRange<char>('0', '9' + 1));
  const std::string one = *middle, other = *middle;
  RC_ASSERT(person("J12" + one + "789") == person("J12" + other + "789"));
  RC_ASSERT(plate("ABC-1" + one.substr(1)) == plate("ABC-1" + other.substr(1)));
  RC_ASSERT(parcel("0123" + one) == parcel("0123" + other));
  RC_ASSERT(person("12" + one + one) == person("12" + other + other));
}

}  // namespace
}  // namespace trailwatch::vault
