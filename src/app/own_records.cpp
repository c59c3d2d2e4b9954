#include "app/own_records.h"

#include <functional>
#include <map>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kFileBytesMax = 256U << 20U;
constexpr const char* kProgram = "trailwatch " TRAILWATCH_VERSION;

// SHA-256 by name. Names are short ones: paths of this machine are nobody's business.
using Hashes = std::map<std::string, std::string>;

Status add_file(const ReadFiles& files, const std::string& path, const std::string& name, Hashes& out) {
  const Result<std::string> text = files.read(path, kFileBytesMax);
  if (text) out[name] = to_hex(sha256(*text));
  return text || text.error().code == Errc::not_found ? Status(Done{}) : Status(text.error());
}

Status add_directory(const ReadFiles& files, const std::string& directory, const std::string& prefix,
                     const std::string& pattern, Hashes& out) {
  if (directory.empty()) return Done{};
  const Result<std::vector<FileInfo>> found = files.list(directory);
  if (!found) return found.error().code == Errc::not_found ? Status(Done{}) : Status(found.error());
  for (const FileInfo& info : *found) {
    const std::string name(base_name(info.path));
    if (!info.is_regular || !matches_pattern(name, pattern)) continue;
    if (Status added = add_file(files, info.path, prefix + name, out); !added) return added;
  }
  return Done{};
}

Status add_changes(store::Writer& writer, seal::LeafKind kind, const Hashes& now) {
  Hashes all = now;
  Result<std::vector<std::string>> before = writer.reader().record_sources(kind);
  if (!before) return std::move(before).error();
  for (const std::string& name : *before) all.emplace(name, "");
  for (const auto& [name, hash] : all) {
    std::string record;
    seal::add_member(record, "name", name);
    seal::add_member(record, "sha256", hash);
    record.push_back('}');
    Result<std::optional<std::string>> known = writer.reader().newest_record(kind, name);
    if (!known) return std::move(known).error();
    if (*known == record) continue;
    if (Result<std::int64_t> added = writer.append_leaf(kind, name, "", record); !added)
      return std::move(added).error();
  }
  return Done{};
}

Status in_transaction(const Machine& machine, store::Writer& writer, const std::function<Status()>& body) {
  Status done = writer.begin(machine.clock.now());
  if (!done) return done;
  done = body();
  if (done) done = writer.commit();
  if (!done) writer.rollback();
  return done;
}

Status add_life(store::Writer& writer, seal::LeafKind kind) {
  std::string record;
  seal::add_member(record, "program", kProgram);
  record.push_back('}');
  Result<std::int64_t> added = writer.append_leaf(kind, "trailwatch", "", record);
  return added ? Status(Done{}) : Status(added.error());
}

using HashesByKind = std::map<seal::LeafKind, Hashes>;

Result<HashesByKind> hashes_now(const Machine& machine, const Workplace& workplace) {
  const config::Config& config = workplace.config;
  HashesByKind now;
  Hashes& configuration = now[seal::LeafKind::config];
  Status read = add_file(machine.files, workplace.config_file, "trailwatch.json", configuration);
  if (read) read = add_file(machine.files, config.words_file, "words.json", configuration);
  // Later directories have the last word, as when the files are used.
  for (const std::string& directory : config.profiles_dirs) {
    if (read) read = add_directory(machine.files, directory, "profiles/", "*.json", configuration);
  }
  for (const std::string& directory : config.rules_dirs) {
    if (read) read = add_directory(machine.files, directory, "rules/", "*.yml", now[seal::LeafKind::rule]);
  }
  if (read)
    read = add_directory(machine.files, config.reference_dir, "reference/", "*.csv", now[seal::LeafKind::reference]);
  if (!read) return std::move(read).error();
  return now;
}

Status record(const Machine& machine, const Workplace& workplace, store::Writer& writer, bool starts) {
  Result<HashesByKind> now = hashes_now(machine, workplace);
  if (!now) return std::move(now).error();
  return in_transaction(machine, writer, [&]() -> Status {
    if (starts) {
      if (Status started = add_life(writer, seal::LeafKind::start); !started) return started;
    }
    for (const auto& [kind, hashes] : *now) {
      if (Status added = add_changes(writer, kind, hashes); !added) return added;
    }
    return Done{};
  });
}

}  // namespace

Status record_start(const Machine& machine, const Workplace& workplace, store::Writer& writer) {
  return record(machine, workplace, writer, true);
}

Status record_changes(const Machine& machine, const Workplace& workplace, store::Writer& writer) {
  return record(machine, workplace, writer, false);
}

Status record_stop(const Machine& machine, store::Writer& writer) {
  return in_transaction(machine, writer, [&] { return add_life(writer, seal::LeafKind::stop); });
}

}  // namespace trailwatch::app
