#include <gtest/gtest.h>

#include "trailwatch/model/alert.h"
#include "trailwatch/model/event.h"
#include "trailwatch/model/finding.h"

namespace trailwatch::model {
namespace {

// These words are in the database, in rules and in exports: they never change.
TEST(Words, OfLookupsReadBack) {
  const std::vector<std::string_view> words = {"unknown", "id", "name", "plate", "address", "parcel"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(to_text(static_cast<LookupBy>(i)), words[i]);
    EXPECT_EQ(find_lookup_by(words[i]), static_cast<LookupBy>(i));
  }
  EXPECT_EQ(find_lookup_by("ID"), std::nullopt);
  EXPECT_EQ(find_lookup_by(""), std::nullopt);
}

TEST(Words, OfSubjectsReadBack) {
  const std::vector<std::string_view> words = {"none", "person", "vehicle", "parcel"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(to_text(static_cast<SubjectKind>(i)), words[i]);
    EXPECT_EQ(find_subject_kind(words[i]), static_cast<SubjectKind>(i));
  }
  EXPECT_EQ(find_subject_kind("car"), std::nullopt);
}

TEST(Words, OfFindingsAndAlerts) {
  EXPECT_EQ(to_text(About::officer), "officer");
  EXPECT_EQ(to_text(About::unit), "unit");
  EXPECT_EQ(to_text(About::subject), "subject");
  EXPECT_EQ(to_text(About::source), "source");
  EXPECT_EQ(to_text(Level::informational), "informational");
  EXPECT_EQ(to_text(Level::critical), "critical");
  EXPECT_EQ(to_text(Severity::medium), "medium");
  EXPECT_EQ(to_chinese(Severity::low), "低");
  EXPECT_EQ(to_chinese(Severity::medium), "中");
  EXPECT_EQ(to_chinese(Severity::high), "高");
}

TEST(Key, OrdersByKindThenAgencyThenName) {
  const Key officer{About::officer, "b", "z"}, other{About::officer, "c", "a"}, unit{About::unit, "a", "a"};
  EXPECT_LT(officer, other);
  EXPECT_LT(other, unit);
  EXPECT_EQ(officer, (Key{About::officer, "b", "z"}));
}

TEST(RecordKey, IsEmptyOnlyWithoutScopeAndNumber) {
  EXPECT_TRUE(RecordKey{}.empty());
  EXPECT_FALSE((RecordKey{"vehicle", ""}.empty()));
  EXPECT_FALSE((RecordKey{"", "7"}.empty()));
}

}  // namespace
}  // namespace trailwatch::model
