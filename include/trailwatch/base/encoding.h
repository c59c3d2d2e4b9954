#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailwatch {

// How a source writes its characters. Declared per source, never guessed from the data.
enum class Encoding {
  utf8,     // a byte order mark at the start of the input is dropped
  cp950,    // Big5 with Microsoft's extensions, user-defined characters included
  utf16le,  // "Unicode text" of Windows programs
  utf16be,
};

// `utf-8`, `cp950` (also `big5`, `ms950`), `utf-16` (little-endian), `utf-16le`, `utf-16be`
std::optional<Encoding> find_encoding(std::string_view name);
// Bytes in one code unit: 2 for UTF-16, else 1.
std::size_t unit_size(Encoding encoding);

struct Decoded {
  // What could not be read became U+FFFD, so that decoding never fails; the caller keeps the raw bytes.
  std::size_t undecodable = 0;   // sequences
  std::size_t user_defined = 0;  // private-use characters (造字)
};

// Appends `bytes` as UTF-8 to `out`. Pure and thread-safe. Code page 950 as ICU's `windows-950` has it, except that the
// single bytes 80 and FF, which that table lets through, count as undecodable.
Decoded decode(std::string_view bytes, Encoding encoding, std::string& out);
// The other way, for tests and for the demonstration county. Code points that the encoding lacks become '?'.
std::string encode(std::string_view utf8, Encoding encoding);

}  // namespace trailwatch
