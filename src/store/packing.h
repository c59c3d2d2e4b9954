#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::store {

// Numbers and texts in as few bytes as plain code allows. Written to disk: LEB128, least significant group first.
void put_varint(std::string& out, std::uint64_t value);
// Moves `from` behind the number; nothing when it ends too early.
std::optional<std::uint64_t> take_varint(std::string_view& from);
void put_text(std::string& out, std::string_view text);
std::optional<std::string_view> take_text(std::string_view& from);

// Ascending ids as their differences.
std::string pack_ids(const std::vector<std::int64_t>& ids);
// Stops at the first damage.
std::vector<std::int64_t> unpack_ids(std::string_view packed);

}  // namespace trailwatch::store
