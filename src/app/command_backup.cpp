#include <array>
#include <cstdio>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/progress.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/store/copy.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;
constexpr std::size_t kKeyBytesMax = 4096;

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
  Result<std::string> key = machine.files.read(workplace.config.key_file, kKeyBytesMax);
  if (!key) return std::move(key).error();
  Result<vault::Vault> vault = vault::Vault::open(*key);
  if (!vault) return std::move(vault).error().at(workplace.config.key_file);
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
  std::printf("主金鑰（%s）與簽章金鑰不在備份內，請另行保管於他處\n", workplace->config.key_file.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
