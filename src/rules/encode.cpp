#include "rules/encode.h"

#include <array>
#include <utility>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// A value with more forms than this is a mistake.
constexpr std::size_t kFormsMax = 100'000;

constexpr std::array<std::pair<std::string_view, Encoder>, 8> kEncoders = {{
    {"expand", Encoder::expand},
    {"windash", Encoder::windash},
    {"utf16le", Encoder::utf16le},
    {"wide", Encoder::utf16le},
    {"utf16be", Encoder::utf16be},
    {"utf16", Encoder::utf16},
    {"base64", Encoder::base64},
    {"base64offset", Encoder::base64offset},
}};

using Values = std::vector<std::string>;

// The text that a Sigma value stands for; nothing when it holds wildcards.
std::optional<std::string> plain(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '*' || value[i] == '?') return std::nullopt;
    const bool escapes = value[i] == '\\' && i + 1 < value.size() &&
                         (value[i + 1] == '*' || value[i + 1] == '?' || value[i + 1] == '\\');
    if (escapes) ++i;
    out.push_back(value[i]);
  }
  return out;
}

std::string utf16(std::string_view text, Encoder encoder) {
  std::string out;
  const auto put = [&](char32_t unit) {
    const char high = static_cast<char>(unit >> 8 & 0xFF), low = static_cast<char>(unit & 0xFF);
    const bool big = encoder == Encoder::utf16be;
    out.push_back(big ? high : low);
    out.push_back(big ? low : high);
  };
  if (encoder == Encoder::utf16) put(0xFEFF);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

// RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) out.push_back(k <= count ? kDigits[group >> (18 - 6 * k) & 63U] : '=');
  }
  return out;
}

// What stays the same of a text inside a longer encoded one, for its three possible positions: digits that also depend
// on neighbours are left out.
Values base64_offsets(std::string_view bytes) {
  constexpr std::array<std::size_t, 3> kFirst = {0, 2, 3}, kLast = {0, 3, 2};
  Values out;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string whole = base64(std::string(offset, ' ') + std::string(bytes));
    const std::size_t drop = kLast[(bytes.size() + offset) % 3];
    if (whole.size() < kFirst[offset] + drop) continue;
    std::string part = whole.substr(kFirst[offset], whole.size() - kFirst[offset] - drop);
    if (!part.empty()) out.push_back(std::move(part));
  }
  return out;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

// Every `-` or `/` that begins a word may be any of the five dashes that a command line takes.
Values dashes(std::string_view value) {
  constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "\u2013", "\u2014", "\u2015"};
  Values out = {""};
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool begins = (value[i] == '-' || value[i] == '/') && (i == 0 || !is_word(value[i - 1])) &&
                        i + 1 < value.size() && is_word(value[i + 1]);
    Values longer;
    for (const std::string& form : out) {
      if (!begins) longer.push_back(form + value[i]);
      for (std::size_t d = 0; begins && d < kDashes.size(); ++d) longer.push_back(form + std::string(kDashes[d]));
    }
    out = std::move(longer);
    if (out.size() > kFormsMax) break;
  }
  return out;
}

// `%name%` becomes each value of the list `name`.
std::optional<Values> expand(std::string_view value, const Vocabulary& words, Place place, Problems& problems) {
  const std::size_t open = value.find('%');
  const std::size_t close = open == value.npos ? open : value.find('%', open + 1);
  if (close == value.npos) return Values{std::string(value)};
  const std::string_view name = value.substr(open + 1, close - open - 1);
  const auto* list = words.list(name);
  if (list == nullptr) {
    problems.unknown(place, "list", name, words.list_names());
    return std::nullopt;
  }
  const auto rest = expand(value.substr(close + 1), words, place, problems);
  if (!rest) return std::nullopt;
  Values out;
  for (const std::string& item : *list) {
    for (const std::string& tail : *rest) out.push_back(std::string(value.substr(0, open)) + item + tail);
    if (out.size() > kFormsMax) break;
  }
  return out;
}

}  // namespace

std::optional<Encoder> find_encoder(std::string_view modifier) {
  for (const auto& [name, encoder] : kEncoders) {
    if (name == modifier) return encoder;
  }
  return std::nullopt;
}

std::optional<Values> encode(std::string_view text, const std::vector<Encoder>& encoders, const Vocabulary& words,
                             Place place, Problems& problems) {
  Values values = {std::string(text)};
  bool bytes = false;  // `values` are no longer Sigma's writing
  for (const Encoder encoder : encoders) {
    Values next;
    for (const std::string& value : values) {
      Values forms;
      if (encoder == Encoder::expand) {
        auto expanded = expand(value, words, place, problems);
        if (!expanded) return std::nullopt;
        forms = std::move(*expanded);
      } else if (encoder == Encoder::windash) {
        forms = dashes(value);
      } else {
        const auto literal = bytes ? std::optional(value) : plain(value);
        if (!literal) {
          problems.error(place, "a value with wildcards cannot be encoded",
                         "\\* and \\? are the characters themselves");
          return std::nullopt;
        }
        if (encoder == Encoder::base64) {
          forms = {base64(*literal)};
        } else if (encoder == Encoder::base64offset) {
          forms = base64_offsets(*literal);
        } else {
          forms = {utf16(*literal, encoder)};
        }
      }
      next.insert(next.end(), forms.begin(), forms.end());
      if (next.size() > kFormsMax) {
        problems.error(place, "this value has too many forms");
        return std::nullopt;
      }
    }
    bytes = bytes || (encoder != Encoder::expand && encoder != Encoder::windash);
    values = std::move(next);
  }
  if (values.empty()) {
    problems.error(place, "nothing is left of this value",
                   "it is too short to be found inside a longer one, or its list is empty");
    return std::nullopt;
  }
  return values;
}

}  // namespace trailwatch::rules
