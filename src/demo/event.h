#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::demo {

// The system whose trail a look-up stands in.
enum class Channel : std::uint8_t { household, vehicle, land, police };

// What was looked for.
enum class Wanted : std::uint8_t { person, vehicle, parcel };

// One made-up look-up, before a dialect writes it down.
struct Event {
  LocalTime time;
  Channel channel = Channel::household;
  std::size_t officer = 0;  // place in County::officers
  std::string terminal;
  std::string_view system;         // register read through the police portal: `戶役政`; else empty
  std::string_view function;       // `RC001`, `OWNER_BY_PLATE`, `所有權人歸戶`, `PERSON`
  std::string_view function_name;  // household only
  Wanted wanted = Wanted::person;
  std::string subject;       // id or plate; may be empty
  std::string subject_name;  // when looked up by name
  bool by_address = false;
  std::string section, parcel, building;  // land only
  std::string code, reason, case_no, approver;
  int rows = 1;
  std::optional<std::size_t> scenario;  // place in Truth, when this is misuse
  std::uint64_t number = 0;             // of the source; given when the day is written
};

}  // namespace trailwatch::demo
