#include <algorithm>
#include <array>
#include <cstdio>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/keys.h"
#include "app/progress.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/store/copy.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;

std::string file_name(const Workplace& workplace, Instant now) {
  const LocalTime at = workplace.zone.local(now);
  const std::int64_t second = at.micros / kMicrosPerSecond;
  std::array<char, 16> clock{};
  std::snprintf(clock.data(), clock.size(), "%02d%02d%02d", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return "trailwatch-" + format_day(at.day) + "-" + clock.data() + ".db";
}

Result<std::string> hash_of(const ReadFiles& files, const std::string& path) {
  Result<std::unique_ptr<OpenFile>> file = files.open(path);
  if (!file) return std::move(file).error();
  Sha256 hash;
  for (std::int64_t at = 0;;) {
    Result<std::string> bytes = (*file)->read_at(at, kChunkBytes);
    if (!bytes) return std::move(bytes).error();
    if (bytes->empty()) break;
    hash.add(*bytes);
    at += static_cast<std::int64_t>(bytes->size());
  }
  return to_hex(hash.digest());
}

// Opens the copy as a restored store would be and holds every row of it against its tree.
Result<store::Verified> check_copy(const Machine& machine, const Workplace& workplace, const std::string& path) {
  Result<vault::Vault> vault = find_vault(machine, workplace.config);
  if (!vault) return std::move(vault).error();
  Result<std::unique_ptr<store::Reader>> copy = store::Reader::open(path, *std::move(vault));
  if (!copy) return std::move(copy).error().at(path);
  Result<LogIdentity> identity = log_identity(machine, workplace, "store");
  if (!identity) return std::move(identity).error();
  ProgressLine line(machine.clock, "verifying the copy");
  return (*copy)->verify({identity->keys, {}}, [&](std::int64_t done, std::int64_t all) {
    line.show(done, all, with_thousands(done) + " of " + with_thousands(all) + " rows");
  });
}

Status copy_to(const Machine& machine, const Workplace& workplace, const std::string& path) {
  // Made by us first, so that nobody else may read it.
  if (Status made = machine.files.write(path, "", true); !made) return made;
  ProgressLine line(machine.clock, "copying");
  return store::copy_store(workplace.config.database(), path, [&](std::int64_t done, std::int64_t all) {
    line.show(done, all, with_thousands(done) + " of " + with_thousands(all) + " pages");
  });
}

// Does it bear a name as `file_name` makes them?
bool is_copy(std::string_view name) {
  constexpr std::string_view kShape = "trailwatch-0000-00-00-000000.db";
  return name.size() == kShape.size() && std::equal(name.begin(), name.end(), kShape.begin(), [](char c, char shape) {
           return shape == '0' ? c >= '0' && c <= '9' : c == shape;
         });
}

// Older copies beyond `keep`, and those that never came to count, go. Names sort by time. Only what bears a copy's name
// is touched.
Status remove_older(const Machine& machine, const std::string& directory, std::int64_t keep) {
  Result<std::vector<FileInfo>> files = machine.files.list(directory);
  if (!files) return std::move(files).error();
  std::int64_t kept = 0;
  for (auto file = files->rbegin(); file != files->rend(); ++file) {
    if (!file->is_regular || !is_copy(base_name(file->path))) continue;
    const std::string vouched = file->path + ".sha256";
    if (machine.files.info(vouched) && kept++ < keep) continue;
    // What vouches goes first: half of the two must not look like a copy.
    if (Status removed = machine.files.remove(vouched); !removed) return removed;
    if (Status removed = machine.files.remove(file->path); !removed) return removed;
    machine.log.info("removed an older copy: " + file->path);
  }
  return Done{};
}

}  // namespace

int backup(const Machine& machine, const BackupOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  if (Status made = machine.files.make_directory(options.out); !made) return fail(machine, made.error());
  const std::string name = file_name(*workplace, machine.clock.now()), path = join_path(options.out, name);
  if (machine.files.info(path)) {
    return fail(machine, Error{Errc::conflict, "there is a file of that name already", "wait a second", {path}});
  }
  const auto give_up = [&](const Error& error) {
    if (Status removed = machine.files.remove(path); !removed) machine.log.error(removed.error().text());
    return fail(machine, error);
  };
  if (Status copied = copy_to(machine, *workplace, path); !copied) return give_up(copied.error());
  Result<store::Verified> outcome = check_copy(machine, *workplace, path);
  if (!outcome) return give_up(outcome.error());
  if (!outcome->is_intact()) {
    std::string first = outcome->faults.empty() ? "" : outcome->faults[0].where + ": " + outcome->faults[0].what;
    return give_up(Error{Errc::corrupt,
                         "the copy is not what was sealed, and does not count: " + first,
                         "`trailwatch verify` says whether the store itself is",
                         {}});
  }
  Result<std::string> hash = hash_of(machine.files, path);
  if (!hash) return give_up(hash.error());
  if (Status written = machine.files.write(path + ".sha256", *hash + "  " + name + "\n"); !written) {
    return give_up(written.error());
  }
  std::printf("備份：%s（%s 葉，已開啟並逐筆核對）\nSHA-256：%s\n", path.c_str(),
              with_thousands(outcome->leaves).c_str(), hash->c_str());
  if (options.keep > 0) {
    if (Status removed = remove_older(machine, options.out, options.keep); !removed)
      return fail(machine, removed.error());
  }
  std::printf("主金鑰（%s）與簽章金鑰不在備份內，請另行保管於他處\n", workplace->config.key_file.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
