#include "app/intake.h"

#include <algorithm>

#include "trailwatch/base/plant.h"
#include "trailwatch/base/text.h"
#include "trailwatch/collect/inflate.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;
// Of all logs that grow, so many stay open; far more than are written to at a time.
constexpr std::size_t kOpenLogsMax = 64;
// Who writes a log learns of its new name late, and may hold back half a line until then.
constexpr std::int64_t kRotatedPatience = 30;

store::FileRow moved_to(store::FileRow row, const normalise::ReadPosition& position, std::int64_t pending,
                        const Sha256& taken) {
  row.position = position.offset;
  row.line = position.line;
  row.rows = position.rows;
  row.declared = position.declared_rows;
  row.header = position.header;
  row.pending = pending;
  row.taken = to_hex(taken.digest());
  return row;
}

}  // namespace

IntakeCounts& IntakeCounts::operator+=(const IntakeCounts& other) {
  files += other.files;
  unchanged_files += other.unchanged_files;
  stored += other.stored;
  duplicates += other.duplicates;
  quarantined += other.quarantined;
  pending += other.pending;
  bytes += other.bytes;
  return *this;
}

// Records that wait for the next commit.
class Intake::Batch : public normalise::RecordSink {
 public:
  void accepted(const model::QueryEvent& event, const model::RecordKey& key) override {
    events.push_back({event, key});
  }
  void rejected(const model::Rejected& record) override { records.push_back(record); }
  std::int64_t size() const { return static_cast<std::int64_t>(events.size() + records.size()); }
  void clear() {
    events.clear();
    records.clear();
  }

  std::vector<store::NewEvent> events;
  std::vector<model::Rejected> records;
};

Intake::Intake(const Machine& machine, const Workplace& workplace, store::Writer& writer, Judge& judge)
    : machine_(machine), workplace_(workplace), writer_(writer), judge_(judge) {}

std::vector<collect::Known> Intake::known_files(const std::string& source, const std::string& name) const {
  std::vector<collect::Known> out;
  const auto found = rows_.find(source);
  if (found == rows_.end()) return out;
  for (const auto& [id, row] : found->second) {
    // A header alone is like every other header: it tells nothing about a file of another name.
    if (row.rows == 0 && row.name != name) continue;
    out.push_back({row.id, row.logical, row.name, row.head_bytes, row.head, row.position, row.taken});
  }
  return out;
}

Result<Followed> Intake::follow(const config::Source& source, OpenFile& file, const std::string& name) {
  auto& rows = rows_[source.name];
  if (!loaded_[source.name]) {
    Result<std::vector<store::FileRow>> known = writer_.reader().files(source.name);
    if (!known) return std::move(known).error();
    for (store::FileRow& row : *known) rows[row.id] = std::move(row);
    loaded_[source.name] = true;
  }
  const auto still_there = [&](const collect::Known& known) {
    auto other = open(join_path(source.directory, known.name));
    if (!other) return false;
    const Result<bool> same = collect::holds(**other, known);
    return same.has_value() && *same;
  };
  Result<collect::Recognised> seen = collect::recognise(file, name, known_files(source.name, name), still_there);
  if (!seen) return std::move(seen).error();
  Followed out;
  if (seen->kind == collect::Recognised::Kind::resumed) {
    out.row = rows[seen->known];
    // Whoever read it until now leaves it to this one, which has all of it.
    std::erase_if(rotated_, [&](const Followed& other) { return other.row.id == out.row.id; });
  }
  out.row.source = source.name;
  out.row.name = name;
  out.row.head = seen->head;
  out.row.head_bytes = seen->head_bytes;
  if (seen->kind == collect::Recognised::Kind::copy) out.row.logical = seen->logical;
  out.taken = std::move(seen->taken);
  return out;
}

Result<std::unique_ptr<OpenFile>> Intake::open(const std::string& path) const {
  Result<std::unique_ptr<OpenFile>> file = machine_.files.open(path);
  if (!file || !collect::is_compressed(path)) return file;
  return collect::inflate(*std::move(file));
}

bool Intake::has_settled(const Followed& followed) const {
  const std::int64_t patience = followed.has_moved ? kRotatedPatience : 1;
  return machine_.clock.steady_micros() - followed.changed >= settle_micros_ * patience;
}

bool Intake::is_growing(const config::Source& source) const {
  return !workplace_.profiles.at(source.profile).complete_on_arrival();
}

void Intake::remember(const std::string& path, Followed followed) {
  rows_[followed.row.source][followed.row.id] = followed.row;
  followed_.insert_or_assign(path, std::move(followed));
  close_old_logs();
}

// The one that was written to longest ago first.
void Intake::close_old_logs() {
  const auto is_open = [](const auto& entry) { return entry.second.open != nullptr; };
  if (std::count_if(followed_.begin(), followed_.end(), is_open) <= static_cast<std::ptrdiff_t>(kOpenLogsMax)) return;
  Followed* oldest = nullptr;
  for (auto& [path, followed] : followed_) {
    if (followed.open && (oldest == nullptr || followed.listed.modified < oldest->listed.modified)) oldest = &followed;
  }
  oldest->open.reset();
}

void Intake::complain(const std::string& about, const std::string& text) {
  std::string& said = complaints_[about];
  if (said == text) return;
  said = text;
  machine_.log.warning(text);
}

// What was read under one name may have another now. A log that has none left in its folder is read on for a while.
void Intake::follow_renames(const config::Source& source, const std::vector<FileInfo>& listed) {
  std::map<std::string, const FileInfo*> by_path;
  for (const FileInfo& info : listed) by_path[info.path] = &info;
  std::vector<Followed> moved;
  for (auto at = followed_.begin(); at != followed_.end();) {
    Followed& followed = at->second;
    const auto there = by_path.find(at->first);
    if (followed.row.source != source.name ||
        (there != by_path.end() && is_same_file(*there->second, followed.listed))) {
      ++at;
      continue;
    }
    if (followed.open) moved.push_back(std::move(followed));
    at = followed_.erase(at);
  }
  for (Followed& followed : moved) {
    const auto now = std::find_if(listed.begin(), listed.end(),
                                  [&](const FileInfo& info) { return is_same_file(info, followed.listed); });
    if (now != listed.end()) {
      followed.has_moved = true;
      followed.is_settled = false;
      followed_.insert_or_assign(now->path, std::move(followed));
    } else {
      followed.has_moved = true;
      followed.changed = machine_.clock.steady_micros();
      rotated_.push_back(std::move(followed));
    }
  }
}

Result<IntakeCounts> Intake::read_rotated(const config::Source& source, const Progress& progress) {
  IntakeCounts counts;
  for (auto at = rotated_.begin(); at != rotated_.end();) {
    Followed& followed = *at;
    if (followed.row.source != source.name) {
      ++at;
      continue;
    }
    const FileInfo info = followed.open->info();
    if (info.size != followed.listed.size) followed.changed = machine_.clock.steady_micros();
    followed.listed = info;
    const bool is_last = has_settled(followed);
    if (info.size >= followed.row.position) {
      Result<IntakeCounts> read = take(source, *followed.open, followed, is_last, progress);
      if (!read) return read;
      rows_[source.name][followed.row.id] = followed.row;
      counts += *read;
    }
    at = is_last ? rotated_.erase(at) : at + 1;
  }
  return counts;
}

Result<IntakeCounts> Intake::read_source(const config::Source& source, const Progress& progress) {
  IntakeCounts counts;
  Result<collect::Scan> scan = collect::scan(machine_.files, source);
  if (!scan) {
    complain(source.name, scan.error().text());
    return counts;
  }
  complaints_.erase(source.name);
  for (const std::string& name : scan->ignored) {
    complain(join_path(source.directory, name),
             source.name + ": not a regular file, or one of several names: left alone: " + for_log(name));
  }
  follow_renames(source, scan->files);
  Result<IntakeCounts> rest = read_rotated(source, progress);
  if (!rest) return rest;
  counts += *rest;
  for (const FileInfo& info : scan->files) {
    const auto before = followed_.find(info.path);
    if (before != followed_.end() && is_unchanged(before->second.listed, info) &&
        (before->second.is_settled || !has_settled(before->second))) {
      ++counts.files;
      ++counts.unchanged_files;
      continue;
    }
    Result<IntakeCounts> read = read_listed(source, info, progress);
    if (!read) return read;
    counts += *read;
  }
  return counts;
}

Result<IntakeCounts> Intake::read_file(const config::Source& source, const std::string& path,
                                       const Progress& progress) {
  const Result<FileInfo> listed = machine_.files.info(path);
  if (!listed) {
    complain(path, source.name + ": " + listed.error().text());
    return IntakeCounts{};
  }
  return read_listed(source, *listed, progress);
}

// Listed before it is opened: what is written in between is a change that the next look finds.
Result<IntakeCounts> Intake::read_listed(const config::Source& source, const FileInfo& listed,
                                         const Progress& progress) {
  const std::string& path = listed.path;
  Result<std::unique_ptr<OpenFile>> file = open(path);
  if (!file) {
    complain(path, source.name + ": " + file.error().text());
    return IntakeCounts{};
  }
  // Its name was given to something else meanwhile, or it to another name: the next look sees what it is now.
  const FileInfo opened = (*file)->info();
  if (!is_same_file(opened, listed) || opened.links > listed.links) return IntakeCounts{};
  const std::string name(base_name(path));
  Followed followed;
  const auto before = followed_.find(path);
  const std::int64_t now = machine_.clock.steady_micros();
  const bool is_known = before != followed_.end() && is_same_file(before->second.listed, listed);
  // Same file, only longer: what was read of it need not be read again to know it.
  if (is_known && goes_on(**file, before->second)) {
    followed = before->second;
    followed.row.name = name;
  } else {
    Result<Followed> found = follow(source, **file, name);
    if (!found) {
      complain(path, source.name + ": " + found.error().text());
      return IntakeCounts{};
    }
    followed = *std::move(found);
  }
  complaints_.erase(path);
  followed.changed = is_known && is_unchanged(before->second.listed, listed) ? before->second.changed : now;
  followed.listed = listed;
  followed.has_moved = is_known && before->second.has_moved;
  // A log is whole once it was rotated away and lies still.
  const bool can_grow = is_growing(source) && !followed.has_moved && !collect::is_compressed(path);
  followed.is_settled = has_settled(followed);
  Result<IntakeCounts> counts = take(source, **file, followed, followed.is_settled && !can_grow, progress);
  if (!counts) return counts;
  if (is_growing(source) && !collect::is_compressed(path)) followed.open = *std::move(file);
  remember(path, std::move(followed));
  return counts;
}

Result<IntakeCounts> Intake::take(const config::Source& source, OpenFile& file, Followed& followed, bool is_whole,
                                  const Progress& progress) {
  const normalise::Profile& profile = workplace_.profiles.at(source.profile);
  Batch batch;
  const store::FileRow before = followed.row;
  model::Origin origin;
  origin.source = source.name;
  origin.file = followed.row.name;
  normalise::ReadPosition from{followed.row.position, followed.row.line, followed.row.rows, followed.row.declared,
                               followed.row.header};
  normalise::Reader reader(profile, origin, from, batch);
  reader.set_whole(is_whole);
  std::string rest;
  std::int64_t read_to = followed.row.position;
  std::int64_t consumed = followed.row.position;
  Sha256 running = followed.taken;
  IntakeCounts counts;
  counts.files = 1;
  const std::int64_t size = file.info().size;
  for (bool at_end = false; !at_end;) {
    const auto want =
        static_cast<std::size_t>(std::min<std::int64_t>(kChunkBytes, std::max<std::int64_t>(0, size - read_to)));
    Result<std::string> bytes = file.read_at(read_to, want);
    if (!bytes) {
      machine_.log.warning(source.name + ": " + bytes.error().text());
      // What was taken so far stands: the next look goes on behind it.
      if (Status done = commit(batch, followed, reader.position(), 0); !done) return std::move(done).error();
      break;
    }
    read_to += static_cast<std::int64_t>(bytes->size());
    at_end = bytes->empty() || read_to >= size;
    rest += *bytes;
    const std::size_t taken = reader.feed(rest, at_end);
    // The hash that goes to the store covers exactly the bytes before the position, which may lie behind what was
    // taken.
    const std::string_view fed = std::string_view(rest).substr(0, taken);
    const std::int64_t ahead = reader.position().offset - consumed;
    const std::size_t settled = ahead > 0 ? static_cast<std::size_t>(ahead) : 0;
    running.add(fed.substr(0, settled));
    if (ahead >= 0) followed.taken = running;
    running.add(fed.substr(settled));
    consumed += static_cast<std::int64_t>(taken);
    rest.erase(0, taken);
    if (at_end || batch.size() >= workplace_.config.records_per_batch) {
      if (Status done = commit(batch, followed, reader.position(), at_end ? reader.pending() : 0); !done)
        return std::move(done).error();
      if (progress) progress(followed.row.name, read_to, size);
    }
  }
  if (Status noted = note_tail(file, followed); !noted) complain(source.name, noted.error().text());
  counts.bytes = read_to - before.position;
  counts.stored = followed.row.stored - before.stored;
  counts.duplicates = followed.row.duplicates - before.duplicates;
  counts.quarantined = followed.row.quarantined - before.quarantined;
  counts.pending = followed.row.pending;
  counts.unchanged_files = counts.bytes == 0 ? 1 : 0;
  // The books must balance: what the reader took is what the store has answered for.
  TW_CHECK(counts.stored + counts.duplicates + counts.quarantined == reader.position().rows - from.rows);
  return counts;
}

Status Intake::commit(Batch& batch, Followed& followed, const normalise::ReadPosition& position, std::int64_t pending) {
  store::FileRow row = moved_to(followed.row, position, pending, followed.taken);
  const bool is_known = row.id != 0 && rows_[row.source].count(row.id) != 0;
  if (batch.size() == 0 && is_known && row.position == followed.row.position && row.pending == followed.row.pending &&
      row.name == rows_[row.source][row.id].name) {
    return Done{};
  }
  if (TW_PLANT("position-first")) {
    Status first = writer_.begin(machine_.clock.now());
    if (first) first = writer_.save(row);
    if (first) first = writer_.commit();
    if (!first) return first;
  }
  Status done = writer_.begin(machine_.clock.now());
  if (!done) return done;
  const auto write = [&]() -> Status {
    if (Status saved = writer_.save(row); !saved) return saved;
    Result<std::vector<store::Added>> added = writer_.add(row, batch.events);
    if (!added) return std::move(added).error();
    for (std::size_t i = 0; i < added->size(); ++i) {
      if ((*added)[i].fate != store::Added::Fate::duplicate) judge_.take((*added)[i].id, batch.events[i].event);
    }
    if (Status quarantined = writer_.quarantine(row, batch.records); !quarantined) return quarantined;
    if (Status saved = writer_.save(row); !saved) return saved;
    if (TW_PLANT("findings-outside")) {
      if (Status early = writer_.commit(); !early) return early;
      if (Status again = writer_.begin(machine_.clock.now()); !again) return again;
    }
    if (Status settled = judge_.settle(); !settled) return settled;
    return writer_.commit();
  };
  done = write();
  if (!done) {
    writer_.rollback();
    judge_.forget();
    return done;
  }
  followed.row = std::move(row);
  batch.clear();
  return done;
}

}  // namespace trailwatch::app
