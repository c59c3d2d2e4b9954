#include "app/intake.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;

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

// Whether the file begins as it did when it was read last.
bool begins_as(OpenFile& file, const store::FileRow& row) {
  const Result<std::string> head = file.read_at(0, static_cast<std::size_t>(row.head_bytes));
  return head.has_value() && to_hex(sha256(*head)) == row.head;
}

bool is_same(const FileInfo& a, const FileInfo& b) {
  return a.device == b.device && a.inode == b.inode && a.size == b.size && a.modified == b.modified;
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

Result<Intake::Followed> Intake::follow(const config::Source& source, OpenFile& file, const std::string& name) {
  auto& rows = rows_[source.name];
  if (!loaded_[source.name]) {
    Result<std::vector<store::FileRow>> known = writer_.reader().files(source.name);
    if (!known) return std::move(known).error();
    for (store::FileRow& row : *known) rows[row.id] = std::move(row);
    loaded_[source.name] = true;
  }
  const auto still_there = [&](const collect::Known& known) {
    auto other = machine_.files.open(join_path(source.directory, known.name));
    if (!other) return false;
    const Result<bool> same = collect::holds(**other, known);
    return same.has_value() && *same;
  };
  Result<collect::Recognised> seen = collect::recognise(file, name, known_files(source.name, name), still_there);
  if (!seen) return std::move(seen).error();
  Followed out;
  if (seen->kind == collect::Recognised::Kind::resumed) out.row = rows[seen->known];
  out.row.source = source.name;
  out.row.name = name;
  out.row.head = seen->head;
  out.row.head_bytes = seen->head_bytes;
  if (seen->kind == collect::Recognised::Kind::copy) out.row.logical = seen->logical;
  out.taken = std::move(seen->taken);
  return out;
}

void Intake::remember(const std::string& path, Followed followed) {
  rows_[followed.row.source][followed.row.id] = followed.row;
  followed_.insert_or_assign(path, std::move(followed));
}

Result<IntakeCounts> Intake::read_source(const config::Source& source, const Progress& progress) {
  IntakeCounts counts;
  Result<collect::Scan> scan = collect::scan(machine_.files, source);
  if (!scan) {
    machine_.log.warning(scan.error().text());
    return counts;
  }
  for (const std::string& name : scan->ignored) {
    machine_.log.warning(source.name + ": not a regular file, left alone: " + for_log(name));
  }
  for (const FileInfo& info : scan->files) {
    const auto before = followed_.find(info.path);
    if (before != followed_.end() && is_same(before->second.info, info)) {
      ++counts.files;
      ++counts.unchanged_files;
      continue;
    }
    Result<IntakeCounts> read = read_file(source, info.path, progress);
    if (!read) return read;
    counts += *read;
  }
  return counts;
}

Result<IntakeCounts> Intake::read_file(const config::Source& source, const std::string& path,
                                       const Progress& progress) {
  Result<std::unique_ptr<OpenFile>> file = machine_.files.open(path);
  if (!file) {
    machine_.log.warning(source.name + ": " + file.error().text());
    return IntakeCounts{};
  }
  const FileInfo info = (*file)->info();
  const std::string name(base_name(path));
  Followed followed;
  const auto before = followed_.find(path);
  // Same file, only longer: what was read of it need not be read again to know it.
  if (before != followed_.end() && before->second.info.device == info.device &&
      before->second.info.inode == info.inode && info.size >= before->second.row.position &&
      before->second.row.head_bytes == collect::kHeadBytes && begins_as(**file, before->second.row)) {
    followed = before->second;
  } else {
    Result<Followed> found = follow(source, **file, name);
    if (!found) {
      machine_.log.warning(source.name + ": " + found.error().text());
      return IntakeCounts{};
    }
    followed = *std::move(found);
  }
  followed.info = info;
  Result<IntakeCounts> counts = take(source, **file, followed, progress);
  if (counts) remember(path, std::move(followed));
  return counts;
}

Result<IntakeCounts> Intake::take(const config::Source& source, OpenFile& file, Followed& followed,
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
  std::string rest;
  std::int64_t read_to = followed.row.position;
  std::int64_t consumed = followed.row.position;
  Sha256 running = followed.taken;
  IntakeCounts counts;
  counts.files = 1;
  const std::int64_t size = followed.info.size;
  for (bool at_end = false; !at_end;) {
    const auto want =
        static_cast<std::size_t>(std::min<std::int64_t>(kChunkBytes, std::max<std::int64_t>(0, size - read_to)));
    Result<std::string> bytes = file.read_at(read_to, want);
    if (!bytes) {
      machine_.log.warning(source.name + ": " + bytes.error().text());
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
