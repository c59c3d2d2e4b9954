#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "rules/view.h"

namespace trailwatch::rules {

// Group keys and members of lists are compared in this form: ASCII in upper case, full width folded.
std::string fold_key(std::string_view text);
// Is it in that form already?
bool is_folded(std::string_view text);

// The event as rules see it, its time as text included.
class RuleView : public EventView {
 public:
  // The arguments of EventView.
  template <typename... More>
  explicit RuleView(const model::QueryEvent& event, More&&... more)
      : EventView(event, std::forward<More>(more)...), event_(event) {}

  // As EventView::text, except that `time` is what the source's own clock showed: `2026-03-02T23:15:04.120+08:00`, in
  // the event's own offset.
  std::string_view text(Field field) { return field == Field::time ? own_time() : EventView::text(field); }

 private:
  std::string_view own_time();

  const model::QueryEvent& event_;
  std::array<char, 40> time_{};
  std::size_t time_size_ = 0;
};

}  // namespace trailwatch::rules
