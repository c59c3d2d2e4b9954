#include "trailwatch/collect/deliveries.h"

#include <algorithm>

#include "trailwatch/base/text.h"
#include "trailwatch/collect/inflate.h"

namespace trailwatch::collect {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;

// Feeds the first `count` bytes into `hash`. False when the file is shorter.
Result<bool> hash_start(OpenFile& file, std::int64_t count, Sha256& hash) {
  for (std::int64_t at = 0; at < count;) {
    const auto want = static_cast<std::size_t>(std::min<std::int64_t>(count - at, kChunkBytes));
    Result<std::string> bytes = file.read_at(at, want);
    if (!bytes) return std::move(bytes).error();
    if (bytes->empty()) return false;
    hash.add(*bytes);
    at += static_cast<std::int64_t>(bytes->size());
  }
  return true;
}

struct Match {
  const Known* known = nullptr;
  Sha256 taken;
};

Result<std::optional<Sha256>> taken_from(OpenFile& file, const Known& known) {
  if (known.position == 0 || file.info().size < known.position) return std::optional<Sha256>();
  Result<bool> enough = true;
  // The head spares reading the rest of a stranger. It tells nothing where it holds more than was taken: a half line
  // that was not taken yet may have been written anew.
  if (known.head_bytes <= known.position) {
    Sha256 head;
    enough = hash_start(file, known.head_bytes, head);
    if (!enough) return std::move(enough).error();
    if (!*enough || to_hex(head.digest()) != known.head) return std::optional<Sha256>();
  }
  Sha256 taken;
  enough = hash_start(file, known.position, taken);
  if (!enough) return std::move(enough).error();
  if (!*enough || to_hex(taken.digest()) != known.taken) return std::optional<Sha256>();
  return std::optional<Sha256>(std::move(taken));
}

bool is_of(const config::Source& source, std::string_view name) {
  if (matches_pattern(name, source.files)) return true;
  return is_compressed(name) && matches_pattern(name.substr(0, name.rfind('.')), source.files);
}

}  // namespace

Result<Scan> scan(const ReadFiles& files, const config::Source& source) {
  if (source.directory.empty()) return Scan{};
  Result<std::vector<FileInfo>> found = files.list(source.directory);
  if (!found) return std::move(found).error().at("source \"" + source.name + "\"");
  Scan out;
  for (FileInfo& info : *found) {
    const std::string name(base_name(info.path));
    if (!is_of(source, name)) continue;
    if (info.is_regular && info.links == 1) {
      out.files.push_back(std::move(info));
    } else {
      out.ignored.push_back(name);
    }
  }
  return out;
}

Result<bool> holds(OpenFile& file, const Known& known) {
  Result<std::optional<Sha256>> taken = taken_from(file, known);
  if (!taken) return std::move(taken).error();
  return taken->has_value();
}

Result<Recognised> recognise(OpenFile& file, std::string_view name, const std::vector<Known>& known,
                             const std::function<bool(const Known&)>& still_there) {
  Recognised out;
  out.head_bytes = std::min(file.info().size, kHeadBytes);
  Sha256 head;
  Result<bool> enough = hash_start(file, out.head_bytes, head);
  if (!enough) return std::move(enough).error();
  out.head = to_hex(head.digest());

  std::vector<Match> matches;
  for (const Known& candidate : known) {
    Result<std::optional<Sha256>> taken = taken_from(file, candidate);
    if (!taken) return std::move(taken).error();
    if (*taken) matches.push_back({&candidate, **taken});
  }
  // The name it already had first, then whatever was read furthest.
  std::sort(matches.begin(), matches.end(), [&](const Match& a, const Match& b) {
    const bool same_a = a.known->name == name, same_b = b.known->name == name;
    if (same_a != same_b) return same_a;
    return a.known->position != b.known->position ? a.known->position > b.known->position : a.known->id < b.known->id;
  });
  for (const Match& match : matches) {
    if (match.known->name != name && still_there(*match.known)) continue;
    out.kind = Recognised::Kind::resumed;
    out.known = match.known->id;
    out.logical = match.known->logical;
    out.position = match.known->position;
    out.taken = match.taken;
    return out;
  }
  if (!matches.empty()) {
    out.kind = Recognised::Kind::copy;
    out.logical = matches.front().known->logical;
    return out;
  }
  // Of which nothing was taken yet, only the name is known: an empty file, or the first half of its first line.
  for (const Known& candidate : known) {
    if (candidate.position != 0 || candidate.name != name) continue;
    out.kind = Recognised::Kind::resumed;
    out.known = candidate.id;
    out.logical = candidate.logical;
    break;
  }
  return out;
}

}  // namespace trailwatch::collect
