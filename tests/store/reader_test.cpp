#include "trailwatch/store/reader.h"

#include <algorithm>
#include <limits>

#include "store/sqlite.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::fates;
using test::Stored;
using test::whole;

class Reading : public Stored {
 protected:
  Reader& read() { return writer().reader(); }
  void add_numbers(const std::vector<std::string>& numbers, const std::string& scope,
                   const std::string& source = "vehicle") {
    FileRow row = file(scope + ".csv", source);
    std::vector<NewEvent> events;
    for (const std::string& number : numbers) events.push_back(event(next_++, number, scope));
    add(row, events);
  }
  std::vector<std::string> holes(std::int64_t limit = 100) {
    std::vector<std::string> out;
    for (const Hole& hole : get(read().holes(limit))) {
      out.push_back(hole.source + "/" + hole.scope + " " + std::to_string(hole.first) + "-" +
                    std::to_string(hole.last));
    }
    return out;
  }
  static std::vector<EventId> ids(const std::vector<StoredEvent>& events) {
    std::vector<EventId> out;
    for (const StoredEvent& e : events) out.push_back(e.id);
    return out;
  }
  std::int64_t next_ = 1;
};

using Texts = std::vector<std::string>;
using Ids = std::vector<EventId>;

TEST_F(Reading, EventsComeInTheOrderTheyWereAskedFor) {
  FileRow row = file();
  add(row, {event(1), event(2), event(3)});
  EXPECT_EQ(ids(get(read().events({3, 1, 3, 99}))), (Ids{3, 1, 3}));
  EXPECT_TRUE(get(read().events({})).empty());
}

TEST_F(Reading, EventsAfterStopAtTheLimit) {
  FileRow row = file();
  add(row, {event(1), event(2), event(3), event(4)});
  EXPECT_EQ(ids(get(read().events_after(1, 2))), (Ids{2, 3}));
  EXPECT_EQ(ids(get(read().events_after(0, 0))), Ids{});
  EXPECT_EQ(ids(get(read().events_after(4, 9))), Ids{});
}

TEST_F(Reading, AnOfficersEventsAreFromUntilAndInOrderOfTime) {
  FileRow row = file();
  std::vector<NewEvent> events = {event(30), event(10), event(20), event(10), event(40)};
  for (NewEvent& e : events) e.event.officer = "H1";
  events[3].event.origin.offset = 1;
  events[2].event.officer = "H2";
  add(row, events);
  EXPECT_EQ(ids(get(read().officer_events("H1", event(10).event.time, event(40).event.time))), (Ids{2, 4, 1}));
  EXPECT_EQ(ids(get(read().officer_events("H2", Instant{0}, event(40).event.time))), (Ids{3}));
  EXPECT_TRUE(get(read().officer_events("H3", Instant{0}, event(40).event.time)).empty());
}

TEST_F(Reading, NumbersCountFromUntil) {
  FileRow row = file();
  std::vector<NewEvent> events = {event(1), event(2), event(3), event(8)};
  events[2].event.subject = events[1].event.subject;
  add(row, events);
  FileRow other = file("x.csv", "land");
  add(other, {event(4)});
  const DayNumbers numbers = get(read().numbers(event(1).event.time, event(8).event.time));
  EXPECT_EQ(numbers.events, 4);
  EXPECT_EQ(numbers.officers, 4);
  EXPECT_EQ(numbers.subjects, 3);
  EXPECT_EQ(get(read().size()), 5);
  const auto span = get(read().span());
  ASSERT_TRUE(span.has_value());
  EXPECT_EQ(span->first, event(1).event.time);
  EXPECT_EQ(span->second, event(8).event.time);
  EXPECT_EQ(get(read().events_by_source(event(2).event.time, event(9).event.time)),
            (std::vector<std::pair<std::string, std::int64_t>>{{"land", 1}, {"vehicle", 3}}));
  const auto population = get(read().population(event(4).event.time, event(8).event.time));
  ASSERT_EQ(population.size(), 1U);
  EXPECT_EQ(population[0].id, 5);
  EXPECT_EQ(population[0].agency, "範例縣警察局");
  EXPECT_EQ(population[0].unit, "交通隊");
  EXPECT_EQ(population[0].officer, "H10004");
  EXPECT_EQ(population[0].system, "vehicle");
}

TEST_F(Reading, HolesAreStretchesThatNeverCame) {
  add_numbers({"10", "11", "15", "18"}, "b");
  add_numbers({"3", "1"}, "a");
  add_numbers({"7", "8", "9"}, "whole");
  EXPECT_EQ(holes(), (Texts{"vehicle/a 2-2", "vehicle/b 12-14", "vehicle/b 16-17"}));
  EXPECT_EQ(holes(2), (Texts{"vehicle/a 2-2", "vehicle/b 12-14"}));
  EXPECT_EQ(holes(0), Texts{});
  const Hole hole = get(read().holes(100))[1];
  EXPECT_EQ(hole.next, 3);
  EXPECT_EQ(hole.time, event(3).event.time);
  EXPECT_EQ(hole.file, "b.csv");
}

TEST_F(Reading, AHoleCloses) {
  add_numbers({"1", "4"}, "a");
  EXPECT_EQ(holes(), (Texts{"vehicle/a 2-3"}));
  add_numbers({"3"}, "a");
  EXPECT_EQ(holes(), (Texts{"vehicle/a 2-2"}));
  add_numbers({"2"}, "a");
  EXPECT_EQ(holes(), Texts{});
}

// More scopes than are kept in memory, all in one transaction.
TEST_F(Reading, ManyScopesKeepTheirNumbers) {
  FileRow row = file();
  std::vector<NewEvent> events;
  for (const char* number : {"1", "3", "1"}) {
    for (std::int64_t n = 0; n < 5'000; ++n) {
      events.push_back(event(number[0] == '1' ? n : n + 5'000, number, "day " + std::to_string(n)));
    }
  }
  const std::vector<Added> added = add(row, events);
  EXPECT_EQ(fates(added), std::string(10'000, 's') + std::string(5'000, 'd'));
  EXPECT_EQ(added.back().id, 5'000);
  reopen();
  EXPECT_EQ(holes(1'000'000).size(), 5'000U);
  EXPECT_EQ(fates(add(row, {events[1], events[9'999]})), "dd");
}

// As many numbers as the span is long must not hide that some of them came twice with other bytes.
TEST_F(Reading, ConflictsDoNotHideAHole) {
  add_numbers({"1", "1", "1", "4"}, "a");
  EXPECT_EQ(holes(), (Texts{"vehicle/a 2-3"}));
}

TEST_F(Reading, TextsAndPlacesHaveNoHoles) {
  add_numbers({"1x", "x", "9x"}, "text");
  add_numbers({"", "", ""}, "");
  EXPECT_EQ(holes(), Texts{});
  // Among numbers it is the numbers that count.
  add_numbers({"1", "y", "3"}, "both");
  EXPECT_EQ(holes(), (Texts{"vehicle/both 2-2"}));
}

TEST_F(Reading, HolesReachTheLargestNumber) {
  add_numbers({"5", "9223372036854775807", "9223372036854775807"}, "huge");
  add_numbers({"0", "9223372036854775807", "2"}, "whole");
  EXPECT_EQ(holes(),
            (Texts{"vehicle/huge 6-9223372036854775806", "vehicle/whole 1-1", "vehicle/whole 3-9223372036854775806"}));
}

TEST_F(Reading, ATrailerThatDoesNotAddUpIsAFault) {
  for (const auto& [name, declared] : std::vector<std::pair<std::string, std::optional<std::int64_t>>>{
           {"more.csv", 3}, {"right.csv", 2}, {"less.csv", 1}, {"none.csv", std::nullopt}}) {
    FileRow row = file(name);
    add(row, {event(next_), event(next_ + 1)});
    next_ += 2;
    row.rows = 2;
    row.declared = declared;
    add(row, {});
  }
  const auto faults = get(read().trailer_faults(10));
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].file, "less.csv");
  EXPECT_EQ(faults[0].declared, 1);
  EXPECT_EQ(faults[0].rows, 2);
  EXPECT_EQ(faults[0].newest, event(6).event.time);
  EXPECT_EQ(faults[1].file, "more.csv");
  EXPECT_EQ(get(read().trailer_faults(1)).size(), 1U);
}

}  // namespace
}  // namespace trailwatch::store
