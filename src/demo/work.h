#pragma once

#include <optional>
#include <vector>

#include "demo/calendar.h"
#include "demo/cases.h"
#include "demo/event.h"
#include "demo/organisation.h"
#include "demo/random.h"
#include "demo/tasks.h"

namespace trailwatch::demo {

// Makes up what officers look up, honest work first of all. Misuse is made of the same parts.
class Work {
 public:
  Work(const Organisation& organisation, const Duty& duty, CaseBook& cases, std::uint64_t seed)
      : organisation_(organisation), duty_(duty), cases_(cases), seed_(seed) {}

  // Everything that one officer does on one calendar day, in no particular order.
  void day(std::size_t officer, LocalDay day, std::vector<Event>& out);
  // `count` errands of the officer's usual kinds within the span, all marked as `scenario`.
  void errands(std::size_t officer, LocalDay day, Span span, int count, std::optional<std::size_t> scenario,
               Random& random, std::vector<Event>& out);
  // A single look-up, without subject, reason or case; the caller fills them in.
  Event look_up(std::size_t officer, LocalTime time, Channel channel, Wanted wanted, std::string_view police_system,
                Random& random) const;
  // Gives the event a subject that nobody asked for before.
  void take_stranger(Event& event, Random& random) const;

 private:
  struct Errand;
  void errand(std::size_t officer, LocalTime start, std::int64_t end, std::optional<std::size_t> scenario,
              Random& random, std::vector<Event>& out);
  void describe(Errand& errand, std::size_t officer, LocalDay day, Random& random);
  void take_subject(Event& event, const Errand& errand, Random& random);

  const Organisation& organisation_;
  const Duty& duty_;
  CaseBook& cases_;
  std::uint64_t seed_;
};

}  // namespace trailwatch::demo
