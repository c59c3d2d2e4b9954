#include "trailwatch/report/sampling_seed.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr std::size_t kNoteBytesMax = 1'000'000;
constexpr std::size_t kRootCharacters = 44;  // base64 of 32 bytes

Error no_checkpoint(std::string why) {
  return {Errc::invalid,
          "this is no checkpoint: " + std::move(why),
          "give the file that was attached to the mail, unchanged",
          {}};
}

// One form only: no sign, no leading zeros.
std::optional<std::int64_t> tree_size(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool has_one_form = !text.empty() && text[0] != '-' && (text[0] != '0' || text.size() == 1);
  if (failed != std::errc() || end != text.data() + text.size() || !has_one_form) return std::nullopt;
  return out;
}

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
  });
}

}  // namespace

Result<DrawSeed> seed_of_checkpoint(std::string_view note) {
  if (note.size() > kNoteBytesMax || !is_utf8(note)) return no_checkpoint("too long, or not UTF-8");
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return no_checkpoint("no empty line before the signatures");
  const std::string_view text = note.substr(0, blank + 1), signatures = note.substr(blank + 2);
  if (!signatures.starts_with("— ") || !signatures.ends_with('\n')) return no_checkpoint("no signature");
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() < 4 || lines[0].empty()) return no_checkpoint("three lines are expected: log, size, root");
  const std::optional<std::int64_t> size = tree_size(lines[1]);
  if (!size) return no_checkpoint("its second line is no number of leaves");
  if (lines[2].size() != kRootCharacters || !is_base64(lines[2])) return no_checkpoint("its third line is no root");
  return DrawSeed{to_hex(sha256(text)), true, std::string(lines[0]), size, std::string(lines[2])};
}

DrawSeed seed_by_hand(std::string_view text) {
  return DrawSeed{std::string(text), false, "", std::nullopt, ""};
}

LocalTime cutoff_of(const Period& period, int day, int minute) {
  return LocalTime{period.last().plus(day), minute * kMicrosPerMinute};
}

}  // namespace trailwatch::report
