#pragma once

#include <memory>
#include <optional>
#include <string>

#include "trailwatch/base/clock.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/log.h"
#include "trailwatch/base/random.h"

// The machine itself behind the house's small interfaces. Only `app` knows that it exists.
namespace trailwatch::app {

class SystemClock : public Clock {
 public:
  Instant now() override;
  std::int64_t steady_micros() override;
};

class SystemRandom : public Random {
 public:
  std::string bytes(std::size_t count) override;
};

// What root makes in another user's directory belongs to that user, so that an administrator's command never leaves a
// file behind that the service can't use.
class SystemFiles : public Files {
 public:
  Result<std::vector<FileInfo>> list(const std::string& directory) const override;
  Result<FileInfo> info(const std::string& path) const override;
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) const override;
  Result<std::string> read(const std::string& path, std::size_t bytes_max) const override;
  Status write(const std::string& path, std::string_view content, bool secret = false) override;
  Status remove(const std::string& path) override;
  Status make_directory(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
};

// Log lines on stderr: `2026-03-02T14:30:05.120+08:00 info text`.
std::unique_ptr<Log> stderr_log(bool verbose);

// Who is at the keyboard, by the operating system: the account that was logged into, even behind sudo. For the record
// of exports, where nobody has named himself.
std::string account_name();

// Of the file system that holds `path`: what there is, and what is left for us. Nothing when it can't be told.
struct DiskSpace {
  std::int64_t free_bytes = 0;
  std::int64_t all_bytes = 0;
};
std::optional<DiskSpace> disk_space(const std::string& path);
// The same for looks at personal data, which must be the person's own: the login that the kernel remembers for this
// session, whatever user it has become since; without one (no PAM, a container) as `account_name`. Without `os:`.
std::string login_name();

// This process holds personal data in the plain: no core file is ever written of it, and no other process of the same
// user may look into its memory. Holds for what it starts, too, as far as core files go.
void forbid_dumps();

// Keeps a second process from writing to the same store: an exclusive lock that ends with the process, however it ends.
class ProcessLock {
 public:
  static Result<ProcessLock> take(const std::string& path);
  // Whether some process holds it now. Changes nothing.
  static bool is_held(const std::string& path);
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&&) = delete;

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace trailwatch::app
