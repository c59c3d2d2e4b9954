#include "demo/cases.h"

#include <algorithm>
#include <array>

#include "demo/identity.h"

namespace trailwatch::demo {

namespace {

constexpr std::array<std::string_view, 8> kCrimes = {"詐欺", "詐欺", "竊盜", "竊盜",
                                                     "毒品", "傷害", "賭博", "妨害自由"};

}  // namespace

CaseBook::CaseBook(const Organisation& organisation, std::uint64_t seed)
    : organisation_(organisation), seed_(seed), random_(seed, "cases") {}

std::string CaseBook::next_number(const Unit& unit, LocalDay day) {
  auto [last, is_new] = last_number_.try_emplace(unit.plan.case_word, 0);
  if (is_new) last->second = static_cast<std::uint64_t>(random_.between(200, 5000));
  last->second += static_cast<std::uint64_t>(random_.between(1, 3));
  const auto roc_year = static_cast<std::uint64_t>(std::max(1, to_civil(day).year - 1911));
  const std::string word(unit.plan.case_word);
  // Offices with a counter number what they accept; all others number their letters, year first.
  if (unit.is_household_office() || unit.plan.agency_code == "376990210") {
    return padded(roc_year, 3) + word + "第" + padded(last->second, 6) + "號";
  }
  return word + "第" + padded(roc_year, 3) + padded(last->second, 7) + "號";
}

std::size_t CaseBook::open(std::size_t officer, LocalDay day, std::string_view kind, int open_days) {
  Case made;
  made.number = next_number(organisation_.unit_of(organisation_.officers[officer]), day);
  made.officer = officer;
  made.opened = day;
  made.closed = day.plus(open_days);
  made.kind = kind;
  cases_.push_back(std::move(made));
  return cases_.size() - 1;
}

std::size_t CaseBook::running(std::size_t officer, LocalDay day) {
  std::vector<std::size_t>& mine = running_[officer];
  std::erase_if(mine, [&](std::size_t place) { return cases_[place].closed < day; });
  const bool is_first = mine.empty();
  while (mine.size() < 2 || (mine.size() < 4 && (is_first || random_.percent(4)))) {
    const LocalDay opened = is_first ? day.plus(-random_.between(1, 12)) : day;
    const std::string_view kind = random_.pick(kCrimes);
    const int open_days = random_.between(20, 60);
    const std::size_t place = open(officer, opened, kind, open_days);
    const int people = random_.between(2, 7);
    for (int i = 0; i < people; ++i) cases_[place].subjects.push_back(resident(seed_, random_.below(kResidents)).id);
    const int plates = random_.between(0, 2);
    for (int i = 0; i < plates; ++i) {
      cases_[place].subjects.push_back(plate_of_resident(seed_, random_.below(kResidents)));
    }
    mine.push_back(place);
  }
  return random_.pick(mine);
}

}  // namespace trailwatch::demo
