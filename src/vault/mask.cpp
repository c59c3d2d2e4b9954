#include "trailwatch/vault/mask.h"

#include <algorithm>
#include <vector>

#include "trailwatch/base/text.h"

namespace trailwatch::vault {

namespace {

constexpr std::string_view kHidden = "○";

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    next_code_point(text, at);
    out.emplace_back(text.substr(start, at - start));
  }
  return out;
}

// Keeps `head` characters in front and `tail` at the end; of a text too short for both, half is kept.
std::string keep_ends(std::string_view text, std::size_t head, std::size_t tail, std::string_view hidden) {
  const std::vector<std::string> all = characters(text);
  if (all.size() <= head + tail) {
    head = all.size() / 2;
    tail = 0;
  }
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    out += i < head || i >= all.size() - tail ? all[i] : std::string(hidden);
  }
  return for_display(out);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// National id or residence number: a letter, a letter or digit, eight digits. A Latin name of ten letters is none.
bool is_id(std::string_view text) {
  return text.size() == 10 && !is_digit(text[0]) && static_cast<unsigned char>(text[0]) < 0x80 &&
         std::all_of(text.begin() + 2, text.end(), is_digit);
}

}  // namespace

std::string mask_subject(model::SubjectKind kind, model::LookupBy by, std::string_view subject) {
  if (subject.empty()) return "";
  switch (kind) {
    case model::SubjectKind::vehicle:
      return keep_ends(subject, length(subject) > 3 ? length(subject) - 3 : 1, 0, "*");
    case model::SubjectKind::parcel:
      return keep_ends(subject, 4, 0, "*");
    default:
      break;
  }
  if (is_id(subject)) return keep_ends(subject, 3, 3, "*");
  const bool is_ascii_text = static_cast<unsigned char>(subject[0]) < 0x80;
  if (by == model::LookupBy::name || !is_ascii_text) return mask_citizen_name(subject);
  return keep_ends(subject, 2, 0, "*");
}

std::string mask_citizen_name(std::string_view name) {
  return keep_ends(name, 1, 0, kHidden);
}

std::string mask_officer_name(std::string_view name) {
  const std::size_t size = length(name);
  return size <= 2 ? keep_ends(name, 1, 0, kHidden) : keep_ends(name, 1, 1, kHidden);
}

}  // namespace trailwatch::vault
