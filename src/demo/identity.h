#pragma once

#include <cstdint>
#include <string>

#include "demo/random.h"

namespace trailwatch::demo {

// Names and numbers of people who do not exist. Surnames and given names are put together by chance; numbers of people
// are drawn by chance and carry a correct check digit, plates and parcels have a valid form. A number may by accident
// be somebody's: nothing in the county says anything about that person.

struct Person {
  std::string id;
  std::string name;
};

std::string make_name(Random& random);
// One letter, 1 or 2, seven digits and the check digit of the national id.
std::string make_national_id(Random& random);
// The id that belongs to a running number below 520,000,000, a different one for each.
std::string numbered_national_id(std::uint64_t number);
// New and old series: `ABC-1234`, `AB-1234`, `1234-AB`, `ABC-123`.
std::string make_plate(Random& random);
// A made-up part of the county: `稻香段`.
std::string make_section(Random& random);
// `0123-0004`
std::string make_parcel(Random& random);
// `00123-000`
std::string make_building(Random& random);

// Resident number `index` of a county; the same every time. A few names hold a user-defined character (造字), as the
// private-use code point that code page 950 writes as FA 40 and following.
Person resident(std::uint64_t seed, std::uint64_t index);
std::string plate_of_resident(std::uint64_t seed, std::uint64_t index);
constexpr std::uint64_t kResidents = 90'000;

// `number` with leading zeros, at least `digits` long.
std::string padded(std::uint64_t number, std::size_t digits);

}  // namespace trailwatch::demo
