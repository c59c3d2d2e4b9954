#include <array>

#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

std::string_view to_text(Duty duty) {
  static constexpr std::array<std::string_view, 5> kWords = {"on", "off", "holiday", "leave", "unknown"};
  return kWords[static_cast<std::size_t>(duty)];
}

std::string_view to_text(StaffStatus status) {
  static constexpr std::array<std::string_view, 4> kWords = {"active", "unknown", "not-yet", "left"};
  return kWords[static_cast<std::size_t>(status)];
}

std::string_view to_text(Owner owner) {
  static constexpr std::array<std::string_view, 3> kWords = {"own", "other", "unknown"};
  return kWords[static_cast<std::size_t>(owner)];
}

std::string_view to_text(Relation relation) {
  static constexpr std::array<std::string_view, 4> kWords = {"self", "colleague", "none", "unknown"};
  return kWords[static_cast<std::size_t>(relation)];
}

std::string_view to_text(TerminalPlace place) {
  static constexpr std::array<std::string_view, 4> kWords = {"own", "other-unit", "other-agency", "unknown"};
  return kWords[static_cast<std::size_t>(place)];
}

std::string_view to_text(CaseMatch match) {
  static constexpr std::array<std::string_view, 10> kWords = {"absent",        "no-register", "malformed",    "unknown",
                                                              "unregistered",  "other-unit",  "not-yet-open", "closed",
                                                              "other-subject", "fits"};
  return kWords[static_cast<std::size_t>(match)];
}

}  // namespace trailwatch::registry
