#include "store/packing.h"

namespace trailwatch::store {

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) out.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from[0]);
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return value;
  }
  return std::nullopt;
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

std::optional<std::string_view> take_text(std::string_view& from) {
  const auto size = take_varint(from);
  if (!size || *size > from.size()) return std::nullopt;
  const std::string_view text = from.substr(0, static_cast<std::size_t>(*size));
  from.remove_prefix(static_cast<std::size_t>(*size));
  return text;
}

std::string pack_ids(const std::vector<std::int64_t>& ids) {
  std::string out;
  std::int64_t before = 0;
  for (const std::int64_t id : ids) {
    put_varint(out, static_cast<std::uint64_t>(id - before));
    before = id;
  }
  return out;
}

std::vector<std::int64_t> unpack_ids(std::string_view packed) {
  std::vector<std::int64_t> ids;
  std::uint64_t before = 0;  // unsigned: damaged steps may wrap around
  while (const auto step = take_varint(packed)) {
    before += *step;
    ids.push_back(static_cast<std::int64_t>(before));
  }
  return ids;
}

}  // namespace trailwatch::store
