#include "demo/work.h"

#include <algorithm>
#include <string>

#include "demo/identity.h"

namespace trailwatch::demo {

namespace {

constexpr std::int64_t kWorkdayMinutes = 8 * 60;

std::uint64_t key_of(LocalDay day) {
  return static_cast<std::uint64_t>(1'000'000 + std::int64_t{day.days});
}

// Sources stamp with the precision that they have; the rest of a microsecond is noise of the police portal.
std::int64_t noisy(std::int64_t micros, Random& random) {
  return std::min(micros / kMicrosPerSecond * kMicrosPerSecond + random.between64(0, 999'999), kMicrosPerDay - 1);
}

bool is_plate(std::string_view subject) {
  return subject.find('-') != std::string_view::npos;
}

}  // namespace

struct Work::Errand {
  const Task* task = nullptr;
  std::string code, reason, case_no, approver;
  std::vector<std::string> on_file;  // subjects of the running case
};

Event Work::look_up(std::size_t officer, LocalTime time, Channel channel, Wanted wanted, std::string_view police_system,
                    Random& random) const {
  const Officer& who = organisation_.officers[officer];
  const Unit& unit = organisation_.unit_of(who);
  Event event;
  event.time = time;
  event.channel = channel;
  event.officer = officer;
  event.wanted = wanted;
  event.system = police_system;
  const Function function = pick_function(channel, wanted, police_system, random);
  event.function = function.code;
  event.function_name = function.name;
  event.by_address = function.code == "RC003";
  // One terminal a day: one's own, or now and then a colleague's free one.
  Random of_day(seed_, "terminal", officer, key_of(time.day));
  const bool at_home = of_day.percent(unit.plan.role == Role::patrol ? 35 : 90);
  const std::size_t other = of_day.index(unit.terminals.size());
  event.terminal = unit.terminals[at_home ? who.home_terminal : other];
  const bool whole_family = function.code == "RC002" || function.code == "FAMILY";
  event.rows = whole_family ? random.between(2, 6) : random.percent(93) ? 1 : 0;
  return event;
}

void Work::take_stranger(Event& event, Random& random) const {
  const std::uint64_t index = random.below(kResidents);
  if (event.wanted == Wanted::vehicle) {
    event.subject = plate_of_resident(seed_, index);
  } else if (event.wanted == Wanted::parcel) {
    event.section = make_section(random);
    event.parcel = make_parcel(random);
    if (event.function == "建物登記謄本") event.building = make_building(random);
  } else {
    Person person = resident(seed_, index);
    const bool by_name = event.channel == Channel::household && !event.by_address && random.percent(6);
    if (event.channel == Channel::land || by_name) event.subject_name = std::move(person.name);
    const bool name_only = by_name ? random.percent(60) : event.channel == Channel::land && random.percent(25);
    const bool address_only = event.by_address && random.percent(50);
    if (!name_only && !address_only) event.subject = std::move(person.id);
    if (name_only) event.rows = random.between(1, 5);
  }
}

void Work::take_subject(Event& event, const Errand& errand, Random& random) {
  std::vector<std::string> fitting;
  for (const std::string& subject : errand.on_file) {
    if (is_plate(subject) == (event.wanted == Wanted::vehicle)) fitting.push_back(subject);
  }
  // A tenth of a detective's look-ups leads beyond the people on file.
  if (!fitting.empty() && random.percent(90)) {
    event.subject = random.pick(fitting);
  } else {
    take_stranger(event, random);
  }
}

void Work::describe(Errand& errand, std::size_t officer, LocalDay day, Random& random) {
  const Officer& who = organisation_.officers[officer];
  const Task& task = *errand.task;
  errand.code = task.code;
  errand.reason = random.pick(task.reasons);
  if (task.cases == CaseUse::accepted) {
    const LocalDay opened = day.plus(-(random.percent(70) ? 0 : random.between(1, 4)));
    const std::size_t place = cases_.open(officer, opened, task.case_kind, random.between(5, 20));
    errand.case_no = cases_.at(place).number;
  } else if (task.cases == CaseUse::running) {
    const Case& running = cases_.at(cases_.running(officer, day));
    errand.case_no = running.number;
    errand.on_file = running.subjects;
  }
  if (task.needs_approver && !random.per_mille(8)) errand.approver = who.approver;
  // Honest people are careless too.
  if (random.per_mille(who.is_careless ? 70 : 10)) errand.reason = random.pick(poor_reasons());
  if (random.per_mille(who.is_careless ? 30 : 7)) errand.case_no.clear();
  if (random.per_mille(3)) errand.code.clear();
  if (who.role == Role::land_registrar && random.per_mille(12)) errand.reason += "\n（補正通知\"第2次\"後續審查）";
}

void Work::errand(std::size_t officer, LocalTime start, std::int64_t end, std::optional<std::size_t> scenario,
                  Random& random, std::vector<Event>& out) {
  Errand errand;
  errand.task = &pick_task(duties_of(organisation_.officers[officer].role), random);
  describe(errand, officer, start.day, random);
  const int subjects = random.between(errand.task->subjects_min, errand.task->subjects_max);
  std::int64_t at = start.micros;
  for (int subject = 0; subject < subjects; ++subject) {
    Event first;
    const int times = random.percent(errand.task->channel == Channel::household ? 45 : 20) ? 2 : 1;
    for (int i = 0; i < times && at < end; ++i) {
      const std::int64_t micros = noisy(at, random);
      Event event = look_up(officer, LocalTime{start.day, micros}, errand.task->channel, errand.task->wanted,
                            errand.task->system, random);
      event.code = errand.code;
      event.reason = errand.reason;
      event.case_no = errand.case_no;
      event.approver = errand.approver;
      event.scenario = scenario;
      if (i == 0) {
        take_subject(event, errand, random);
        first = event;
      } else if (event.function != first.function && !(first.subject + first.subject_name).empty()) {
        // The same subject by another function: the household of the person, the history of the car.
        event.subject = first.subject;
        event.subject_name = first.subject_name;
      } else {
        break;
      }
      out.push_back(std::move(event));
      at += random.between64(12, 75) * kMicrosPerSecond;
    }
  }
}

void Work::errands(std::size_t officer, LocalDay day, Span span, int count, std::optional<std::size_t> scenario,
                   Random& random, std::vector<Event>& out) {
  const std::int64_t end = std::min(span.end, kMicrosPerDay);
  const bool has_lunch = !works_in_shifts(organisation_.officers[officer].role);
  for (int i = 0; i < count; ++i) {
    std::int64_t at = random.between64(span.begin + kMicrosPerMinute,
                                       std::max(end - 8 * kMicrosPerMinute, span.begin + kMicrosPerMinute));
    const bool at_noon = at >= 12 * kMicrosPerHour && at < 13 * kMicrosPerHour;
    if (has_lunch && at_noon && random.percent(85)) at += kMicrosPerHour;
    errand(officer, LocalTime{day, at}, end, scenario, random, out);
  }
}

void Work::day(std::size_t officer, LocalDay day, std::vector<Event>& out) {
  const Officer& who = organisation_.officers[officer];
  Random random(seed_, "work", officer, key_of(day));
  for (const Span& span : duty_.on_calendar_day(officer, day)) {
    const std::int64_t minutes = (span.end - span.begin) / kMicrosPerMinute;
    const int mood = random.between(60, 140);  // percent
    // Two percentages make a divisor of 10,000; thousandths of an errand are wanted.
    const std::int64_t thousandths =
        std::int64_t{duties_of(who.role).sessions_a_day} * who.pace_percent * mood * minutes / (10 * kWorkdayMinutes);
    const auto whole = static_cast<int>(thousandths / 1000);
    const int count = whole + (random.per_mille(static_cast<int>(thousandths % 1000)) ? 1 : 0);
    errands(officer, day, span, count, std::nullopt, random, out);
    // Some stay a little longer to finish.
    if (!works_in_shifts(who.role) && random.percent(3)) {
      errands(officer, day, Span{span.end, span.end + 50 * kMicrosPerMinute}, 1, std::nullopt, random, out);
    }
  }
  const Span overtime = duty_.overtime(officer, day);
  if (overtime.begin < overtime.end) errands(officer, day, overtime, random.between(2, 4), std::nullopt, random, out);
}

}  // namespace trailwatch::demo
