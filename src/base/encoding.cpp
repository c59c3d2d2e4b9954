#include "trailwatch/base/encoding.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Code page 950 as a table of its two-byte codes, read once from ICU: a look-up a character instead of a call a record.
class Cp950 {
 public:
  static const Cp950& table() {
    static const Cp950 instance;
    return instance;
  }
  // 0 when the pair means nothing.
  char32_t decode(unsigned lead, unsigned trail) const { return codes_[lead << 8 | trail]; }
  // 0 when code page 950 lacks the character.
  unsigned encode(char32_t code_point) const {
    const auto found = bytes_.find(code_point);
    return found == bytes_.end() ? 0 : found->second;
  }

 private:
  Cp950() : codes_(0x10000, 0) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open("windows-950", &status);
    TW_CHECK(U_SUCCESS(status));
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    for (unsigned lead = 0x81; lead <= 0xFE; ++lead) {
      for (unsigned trail = 0x40; trail <= 0xFE; ++trail) {
        if (trail >= 0x7F && trail <= 0xA0) continue;
        read(converter, lead, trail);
      }
    }
    ucnv_close(converter);
  }

  void read(UConverter* converter, unsigned lead, unsigned trail) {
    const std::array<char, 2> in = {static_cast<char>(lead), static_cast<char>(trail)};
    std::array<UChar, 4> out{};
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = ucnv_toUChars(converter, out.data(), 4, in.data(), 2, &status);
    if (U_FAILURE(status) || size != 1 || out[0] == 0xFFFD) return;
    const unsigned code = lead << 8 | trail;
    codes_[code] = out[0];
    // Some characters have two codes; ICU knows which one is written.
    if (!bytes_.emplace(out[0], code).second && written(converter, out[0]) == code) bytes_[out[0]] = code;
  }

  static unsigned written(UConverter* converter, UChar c) {
    std::array<char, 4> out{};
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = ucnv_fromUChars(converter, out.data(), 4, &c, 1, &status);
    if (U_FAILURE(status) || size != 2) return 0;
    return static_cast<unsigned>(static_cast<unsigned char>(out[0])) << 8 | static_cast<unsigned char>(out[1]);
  }

  std::vector<char32_t> codes_;
  std::map<char32_t, unsigned> bytes_;
};

void put(std::string& out, char32_t c, Decoded& seen) {
  if ((c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0x10FFFD)) ++seen.user_defined;
  append_utf8(out, c);
}

void put_undecodable(std::string& out, Decoded& seen) {
  ++seen.undecodable;
  append_utf8(out, kReplacement);
}

Decoded decode_cp950(std::string_view bytes, std::string& out) {
  const Cp950& table = Cp950::table();
  Decoded seen;
  for (std::size_t at = 0; at < bytes.size();) {
    const unsigned lead = static_cast<unsigned char>(bytes[at]);
    if (lead < 0x80) {
      out.push_back(bytes[at++]);
      continue;
    }
    const unsigned trail = at + 1 < bytes.size() ? static_cast<unsigned char>(bytes[at + 1]) : 0;
    const bool is_pair = lead != 0x80 && lead != 0xFF && trail >= 0x40;
    const char32_t c = is_pair ? table.decode(lead, trail) : 0;
    if (c != 0) {
      put(out, c, seen);
    } else {
      put_undecodable(out, seen);
    }
    // A stray lead byte takes nothing with it that could be a separator or a quote.
    at += is_pair && (c != 0 || trail >= 0x80) ? 2 : 1;
  }
  return seen;
}

Decoded decode_utf16(std::string_view bytes, bool little, std::string& out) {
  Decoded seen;
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]), b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(little ? a | b << 8 : a << 8 | b);
  };
  std::size_t at = 0;
  while (at + 1 < bytes.size()) {
    const char32_t c = unit(at);
    at += 2;
    if (c >= 0xD800 && c <= 0xDBFF && at + 1 < bytes.size() && (unit(at) & 0xFC00) == 0xDC00) {
      put(out, 0x10000 + ((c & 0x3FF) << 10) + (unit(at) & 0x3FF), seen);
      at += 2;
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      put_undecodable(out, seen);
    } else {
      put(out, c, seen);
    }
  }
  if (at < bytes.size()) put_undecodable(out, seen);
  return seen;
}

Decoded decode_utf8(std::string_view bytes, std::string& out) {
  Decoded seen;
  // Private-use characters begin with one of these bytes; without them and well-formed, a record is taken as it is.
  // (Not `find_first_of`: clang 19 compiles it wrongly for bytes above 7F, see docs/dependencies.md.)
  const bool may_be_private = std::any_of(bytes.begin(), bytes.end(), [](char byte) {
    const auto lead = static_cast<unsigned char>(byte);
    return lead == 0xEE || lead == 0xEF || lead == 0xF3 || lead == 0xF4;
  });
  if (!may_be_private && is_utf8(bytes)) {
    out.append(bytes);
    return seen;
  }
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(bytes, at);
    if (c == kReplacement && at == start + 1) {
      put_undecodable(out, seen);
    } else {
      put(out, c, seen);
    }
  }
  return seen;
}

}  // namespace

std::optional<Encoding> find_encoding(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower == "utf-8" || lower == "utf8") return Encoding::utf8;
  if (lower == "cp950" || lower == "big5" || lower == "ms950") return Encoding::cp950;
  if (lower == "utf-16" || lower == "utf-16le") return Encoding::utf16le;
  if (lower == "utf-16be") return Encoding::utf16be;
  return std::nullopt;
}

std::size_t unit_size(Encoding encoding) {
  return encoding == Encoding::utf16le || encoding == Encoding::utf16be ? 2 : 1;
}

Decoded decode(std::string_view bytes, Encoding encoding, std::string& out) {
  switch (encoding) {
    case Encoding::utf8:
      return decode_utf8(bytes, out);
    case Encoding::cp950:
      return decode_cp950(bytes, out);
    case Encoding::utf16le:
      return decode_utf16(bytes, true, out);
    case Encoding::utf16be:
      return decode_utf16(bytes, false, out);
  }
  TW_CHECK(false);
  return {};
}

std::string encode(std::string_view utf8, Encoding encoding) {
  std::string out;
  const bool little = encoding == Encoding::utf16le;
  const auto put_unit = [&](char32_t unit) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8 & 0xFF);
    out.push_back(little ? low : high);
    out.push_back(little ? high : low);
  };
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (encoding == Encoding::utf8) {
      append_utf8(out, c);
    } else if (encoding == Encoding::cp950) {
      const unsigned code = c < 0x80 ? 0 : Cp950::table().encode(c);
      if (c < 0x80) {
        out.push_back(static_cast<char>(c));
      } else if (code == 0) {
        out.push_back('?');
      } else {
        out.push_back(static_cast<char>(code >> 8));
        out.push_back(static_cast<char>(code & 0xFF));
      }
    } else if (c < 0x10000) {
      put_unit(c);
    } else {
      put_unit(0xD800 + ((c - 0x10000) >> 10));
      put_unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

}  // namespace trailwatch
