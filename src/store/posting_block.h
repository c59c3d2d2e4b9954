#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace trailwatch::store {

// By what look-ups are found again. Written to disk: never renumber.
enum class PostingKind : int { officer = 1, subject = 2, place = 3, time = 4 };
constexpr std::array<PostingKind, 4> kPostingKinds = {PostingKind::officer, PostingKind::subject, PostingKind::place,
                                                      PostingKind::time};

// One event under one key: the number of a word or of a place, a subject's token; 0 for the kind `time`.
struct Posting {
  std::int64_t key = 0;
  std::int64_t time = 0;  // as in the event's row
  std::int64_t event = 0;

  friend bool operator<(const Posting& a, const Posting& b) {
    return std::tie(a.key, a.time, a.event) < std::tie(b.key, b.time, b.event);
  }
  friend bool operator==(const Posting& a, const Posting& b) {
    return std::tie(a.key, a.time, a.event) == std::tie(b.key, b.time, b.event);
  }
};

struct PostingBlock {
  Posting last;
  std::string bytes;
};

// Ascending postings as blocks of about 4.5 KiB, each of which can be read alone. The same postings always make the
// same blocks: `verify` compares bytes. The form is described in docs/formats/store.md.
std::vector<PostingBlock> pack_postings(const std::vector<Posting>& postings);
// Appends what stands in a block. False when it is damaged; `out` then has what was read before.
bool unpack_postings(std::string_view block, std::vector<Posting>& out);

}  // namespace trailwatch::store
