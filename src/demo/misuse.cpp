#include "demo/misuse.h"

#include <algorithm>
#include <array>

namespace trailwatch::demo {

namespace {

constexpr std::int64_t kHour = kMicrosPerHour;

std::int64_t seconds(Random& random, int low, int high) {
  return random.between64(low, high) * kMicrosPerSecond;
}

}  // namespace

void Misuse::day(LocalDay day, std::vector<Event>& events) {
  for (const Act& act : acts_) play(act, day, events);
}

void Misuse::play(const Act& act, LocalDay day, std::vector<Event>& events) {
  Random random(seed_, "misuse", act.scenario, static_cast<std::uint64_t>(1'000'000 + std::int64_t{day.days}));
  switch (act.kind) {
    case Kind::off_hours_snoop:
      return snoop(act, day, random, events);
    case Kind::empty_reason:
      return empty_reasons(act, day, random, events);
    case Kind::loan_shark_list:
      return work_off_list(act, day, random, events);
    case Kind::stalking:
      return stalk(act, day, random, events);
    case Kind::borrowed_account:
      return borrow(act, day, random, events);
    case Kind::reason_recycling:
      return recycle(act, day, random, events);
    case Kind::volume:
      return swell(act, day, random, events);
  }
}

// Late in the evening, or on days off: people who are none of the officer's business.
void Misuse::snoop(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  constexpr std::array<int, 7> kEvenings = {0, 1, 3, 4, 7, 8, 11};
  const int back = days_back(day);
  const bool tonight = std::find(kEvenings.begin(), kEvenings.end(), back) != kEvenings.end();
  const bool day_off = back <= 24 && !is_working_day(day) && random.percent(70);
  if (act.is_blatant ? !tonight : !day_off) return;
  const int count = act.is_blatant ? random.between(6, 10) : random.between(5, 8);
  std::int64_t at = (act.is_blatant ? 20 : 10) * kHour + seconds(random, 2400, 8000);
  for (int i = 0; i < count; ++i) {
    const Channel channel = act.is_blatant ? Channel::household : Channel::land;
    Event event = work_.look_up(act.officer, LocalTime{day, at}, channel, Wanted::person, "", random);
    work_.take_stranger(event, random);
    event.code = act.is_blatant ? "04" : "L01";
    event.reason = act.is_blatant ? "資料核對" : "登記案件審查";
    if (act.is_blatant && i == 2) {
      event.subject = random.pick(protected_);
      event.subject_name.clear();
    }
    event.scenario = act.scenario;
    events.push_back(std::move(event));
    at += seconds(random, 40, 400);
  }
}

// The officer's usual work, but nobody is told why.
void Misuse::empty_reasons(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const int back = days_back(day);
  if (act.is_blatant ? back < 1 || back > 14 : back < 3 || back > 16) return;
  for (Event& event : events) {
    if (event.officer != act.officer || !random.percent(act.is_blatant ? 85 : 55)) continue;
    if (act.is_blatant) {
      event.reason.clear();
      event.case_no.clear();
    } else {
      event.reason = random.pick(poor_reasons());
    }
    event.scenario = act.scenario;
  }
}

// Somebody's list of debtors, worked off in one go.
void Misuse::work_off_list(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const std::vector<Span> spans = duty_.on_calendar_day(act.officer, day);
  const int back = days_back(day);
  if (back > 14) return;
  const int turn = duty_days_back(act.officer, day);
  const bool today = act.is_blatant ? back >= 1 && turn <= 2 : back >= 5 && back <= 13 && turn % 2 == 0;
  if (spans.empty() || !today) return;
  const int count = act.is_blatant ? random.between(26, 34) : random.between(13, 18);
  const Span span = spans.back();
  std::int64_t at = span.begin + (span.end - span.begin) / 2 + seconds(random, 60, 3000);
  for (int i = 0; i < count && at < span.end; ++i) {
    const bool by_police = !act.is_blatant && random.percent(60);
    const Channel channel = act.is_blatant ? Channel::household : by_police ? Channel::police : Channel::vehicle;
    Event event =
        work_.look_up(act.officer, LocalTime{day, at}, channel, Wanted::person, by_police ? "戶役政" : "", random);
    work_.take_stranger(event, random);
    event.code = act.is_blatant ? "02" : by_police ? "C01" : "T05";
    event.reason = act.is_blatant ? "利害關係人申請" : "調查關係人";
    event.scenario = act.scenario;
    events.push_back(std::move(event));
    at += seconds(random, 14, 50);
  }
}

// One and the same person, again and again.
void Misuse::stalk(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const std::vector<Span> spans = duty_.on_calendar_day(act.officer, day);
  const int back = days_back(day);
  const bool today = back == 0 || random.percent(act.is_blatant ? 80 : 40);
  if (spans.empty() || back > (act.is_blatant ? 22 : 32) || !today || (!act.is_blatant && back == 0)) return;
  const Span span = spans.back();
  const int count = act.is_blatant ? random.between(2, 4) : random.between(1, 2);
  for (int i = 0; i < count; ++i) {
    const std::int64_t at = random.between64(span.begin, span.end - 1);
    const bool by_plate = act.is_blatant && random.percent(45);
    const bool in_vehicles = by_plate && random.percent(50);
    const Channel channel = !act.is_blatant ? Channel::land : in_vehicles ? Channel::vehicle : Channel::police;
    const std::string_view system = channel != Channel::police ? "" : by_plate ? "車籍" : "戶役政";
    Event event = work_.look_up(act.officer, LocalTime{day, at}, channel, by_plate ? Wanted::vehicle : Wanted::person,
                                system, random);
    event.subject = by_plate ? act.plate : act.person;
    event.code = !act.is_blatant ? "L05" : in_vehicles ? "T04" : "C03";
    event.reason = act.is_blatant ? "路檢盤查" : "地價稅籍清查";
    event.scenario = act.scenario;
    events.push_back(std::move(event));
  }
}

// The account's owner is on leave, yet it is used, at a terminal that is not the owner's.
void Misuse::borrow(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const int back = days_back(day);
  const bool today = act.is_blatant ? back <= 2 : back >= 9 && back <= 15 && is_working_day(day) && random.percent(60);
  if (!today) return;
  const int count = act.is_blatant ? random.between(8, 12) : random.between(6, 9);
  std::int64_t at = random.between64(9, act.is_blatant ? 19 : 14) * kHour;
  at += seconds(random, 10, 3000);
  for (int i = 0; i < count; ++i) {
    const Channel channel = act.is_blatant ? Channel::police : Channel::household;
    Event event =
        work_.look_up(act.officer, LocalTime{day, at}, channel, Wanted::person, act.is_blatant ? "戶役政" : "", random);
    work_.take_stranger(event, random);
    event.terminal = act.terminal;
    event.code = act.is_blatant ? "C03" : "06";
    event.reason = act.is_blatant ? "形跡可疑盤查" : "內部查對";
    event.scenario = act.scenario;
    events.push_back(std::move(event));
    at += seconds(random, 30, 700);
  }
}

// One case number opens every door.
void Misuse::recycle(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const std::vector<Span> spans = duty_.on_calendar_day(act.officer, day);
  const int back = days_back(day);
  if (spans.empty() || (act.is_blatant ? back > 15 : back < 3 || back > 14)) return;
  const Span span = spans.back();
  const int count = act.is_blatant ? random.between(5, 8) : random.between(3, 5);
  for (int i = 0; i < count; ++i) {
    const std::int64_t at = random.between64(span.begin, span.end - 1);
    const bool is_record = act.is_blatant && random.percent(40);
    Event event = work_.look_up(act.officer, LocalTime{day, at}, Channel::police, Wanted::person,
                                is_record ? "前科" : "戶役政", random);
    work_.take_stranger(event, random);
    event.code = act.is_blatant ? "C01" : "C05";
    event.reason = act.is_blatant ? "偵辦詐欺案件" : "受理詐騙報案";
    event.case_no = act.case_no;
    event.scenario = act.scenario;
    events.push_back(std::move(event));
  }
}

// Each look-up could be work; there are only far too many of them.
void Misuse::swell(const Act& act, LocalDay day, Random& random, std::vector<Event>& events) {
  const std::vector<Span> spans = duty_.on_calendar_day(act.officer, day);
  const int back = days_back(day);
  if (spans.empty() || (act.is_blatant ? back > 21 : back < 2 || back > 18)) return;
  const int usual = duties_of(organisation_.officers[act.officer].role).sessions_a_day;
  const int more = act.is_blatant ? usual * random.between(27, 34) / 10 : usual * random.between(18, 24) / 10;
  work_.errands(act.officer, day, spans.back(), more, act.scenario, random, events);
}

}  // namespace trailwatch::demo
