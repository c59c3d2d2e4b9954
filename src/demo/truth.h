#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"

namespace trailwatch::demo {

// What is hidden in the trails, and on which lines it stands: truth.csv and truth_events.csv. No detector may read
// them.
class Truth {
 public:
  // `who` is a `;` list: officer ids, `subject:…`, `unit:…`, `source:…` where an alert about that is right too. Returns
  // the scenario's place.
  std::size_t add(std::string_view id, std::string_view kind, std::string_view who);
  // An event of the scenario stands on this line (1-based; where it starts).
  void saw(std::size_t scenario, std::string_view file, std::size_t line, LocalTime time);
  // The scenario shows at this time without a line of its own.
  void marked(std::size_t scenario, LocalTime time);

  // Scenarios that never came to pass, because the trails are too short, are left out.
  std::string summary_csv() const;
  std::string events_csv() const;

 private:
  struct Scenario {
    std::string id, kind, who;
    std::optional<LocalTime> first, last;
    std::size_t events = 0;
  };
  struct Line {
    std::size_t scenario;
    std::string file;
    std::size_t line;
  };
  std::vector<Scenario> scenarios_;
  std::vector<Line> lines_;
};

}  // namespace trailwatch::demo
