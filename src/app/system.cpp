#include "app/system.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <pwd.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "trailwatch/base/plant.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kReadBytes = 1U << 16U;

Error failure(const std::string& what, const std::string& path) {
  const int number = errno;
  Error error{number == ENOENT || number == ENOTDIR ? Errc::not_found : Errc::unavailable,
              what + ": " + std::strerror(number),
              "",
              {path}};
  if (number == ELOOP) error.hint = "links are not followed here: whoever drops files must not choose what is read";
  if (number == EACCES || number == EPERM) error.hint = "may this user read and write there?";
  if (number == ENOSPC) error.hint = "the disk is full";
  return error;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

FileInfo describe(const std::string& path, const struct stat& status) {
  FileInfo info;
  info.path = path;
  info.device = status.st_dev;
  info.inode = status.st_ino;
  info.size = status.st_size;
  info.modified = Instant{status.st_mtim.tv_sec * kMicrosPerSecond + status.st_mtim.tv_nsec / 1000};
  info.is_regular = S_ISREG(status.st_mode);
  info.links = static_cast<std::int64_t>(status.st_nlink);
  return info;
}

class SystemFile : public OpenFile {
 public:
  SystemFile(Descriptor descriptor, FileInfo info) : descriptor_(std::move(descriptor)), info_(std::move(info)) {}
  FileInfo info() const override {
    struct stat status{};
    return ::fstat(descriptor_.get(), &status) == 0 ? describe(info_.path, status) : info_;
  }
  Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) override {
    std::string out(bytes_max, '\0');
    std::size_t filled = 0;
    while (filled < bytes_max) {
      const ssize_t got =
          ::pread(descriptor_.get(), out.data() + filled, bytes_max - filled, offset + static_cast<off_t>(filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure("cannot read", info_.path);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    out.resize(filled);
    return out;
  }

 private:
  Descriptor descriptor_;
  FileInfo info_;
};

Status write_all(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t put = ::write(descriptor, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure("cannot write", path);
    if (TW_PLANT("short-write-ignored")) return Done{};
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

// Gives a file that root has just made in `directory` to the directory's owner, with his own group: the directory's may
// be one for people who only pass through.
void adopt(int descriptor, const std::string& directory) {
  struct stat place{};
  if (::geteuid() != 0 || ::stat(directory.c_str(), &place) != 0 || place.st_uid == 0) return;
  std::array<char, 4096> room{};
  ::passwd entry{};
  ::passwd* found = nullptr;
  const bool is_known = ::getpwuid_r(place.st_uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
  // Where that is not possible root's file is still better than none.
  [[maybe_unused]] const int given = ::fchown(descriptor, place.st_uid, is_known ? entry.pw_gid : place.st_gid);
}

Status sync_names(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || ::fsync(directory.get()) != 0) return failure("cannot sync the directory", path);
  return Done{};
}

}  // namespace

Instant SystemClock::now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::int64_t SystemClock::steady_micros() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

std::string SystemRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  TW_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) == 1);
  return out;
}

Result<std::vector<FileInfo>> SystemFiles::list(const std::string& directory) const {
  DIR* const handle = ::opendir(directory.c_str());
  if (handle == nullptr) return failure("cannot open the directory", directory);
  std::vector<FileInfo> out;
  while (const dirent* const entry = ::readdir(handle)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string path = join_path(directory, name);
    struct stat status{};
    if (::lstat(path.c_str(), &status) == 0) out.push_back(describe(path, status));
  }
  ::closedir(handle);
  std::sort(out.begin(), out.end(), [](const FileInfo& a, const FileInfo& b) { return a.path < b.path; });
  return out;
}

Result<FileInfo> SystemFiles::info(const std::string& path) const {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return failure("no such file", path);
  return describe(path, status);
}

Result<std::unique_ptr<OpenFile>> SystemFiles::open(const std::string& path) const {
  // O_NONBLOCK: opening a pipe that somebody put there must not wait for its writer.
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.ok()) return failure("cannot open", path);
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return failure("cannot open", path);
  if (!S_ISREG(status.st_mode)) return Error{Errc::unsupported, "is not a regular file", "", {path}};
  return std::unique_ptr<OpenFile>(std::make_unique<SystemFile>(std::move(descriptor), describe(path, status)));
}

Result<std::string> SystemFiles::read(const std::string& path, std::size_t bytes_max) const {
  // What an administrator names may be a link; what lies in a drop folder goes through `open`.
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.ok()) return failure("cannot open", path);
  std::string out;
  for (;;) {
    const std::size_t before = out.size();
    out.resize(before + kReadBytes);
    const ssize_t got = ::read(descriptor.get(), out.data() + before, kReadBytes);
    if (got < 0 && errno != EINTR) return failure("cannot read", path);
    out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return out;
    if (out.size() > bytes_max)
      return Error{Errc::unsupported, "is larger than " + std::to_string(bytes_max) + " bytes", "", {path}};
  }
}

Status SystemFiles::write(const std::string& path, std::string_view content, bool secret) {
  const std::string directory(directory_name(path));
  if (Status made = make_directory(directory); !made) return made;
  const std::string beside = path + ".new";
  {
    ::unlink(beside.c_str());
    const Descriptor descriptor(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, secret ? 0600 : 0640));
    if (!descriptor.ok()) return failure("cannot create", beside);
    adopt(descriptor.get(), directory);
    if (Status written = write_all(descriptor.get(), content, beside); !written) return written;
    const bool is_synced = TW_PLANT("file-unsynced") || ::fsync(descriptor.get()) == 0;
    if (!is_synced && !TW_PLANT("sync-error-ignored")) return failure("cannot sync", beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failure("cannot rename", path);
  if (TW_PLANT("name-unsynced")) return Done{};
  return sync_names(directory);
}

Status SystemFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure("cannot remove", path);
  return sync_names(std::string(directory_name(path)));
}

Status SystemFiles::make_directory(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return Done{};
  const std::string parent(directory_name(path));
  if (parent != path && parent != ".") {
    if (Status made = make_directory(parent); !made) return made;
  }
  if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) return failure("cannot create the directory", path);
  const Descriptor made(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (made.ok()) adopt(made.get(), parent);
  // What is synced in a directory is lost with it when the directory's own name did not reach the disk.
  return TW_PLANT("directory-unsynced") ? Status(Done{}) : sync_names(parent);
}

Status SystemFiles::sync_directory(const std::string& path) {
  return sync_names(path);
}

namespace {

class SpdLog : public Log {
 public:
  explicit SpdLog(bool verbose) : logger_("trailwatch", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger_.set_level(verbose ? spdlog::level::debug : spdlog::level::info);
    logger_.flush_on(spdlog::level::info);
  }
  void write(Level level, std::string_view line) override {
    static constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                            spdlog::level::warn, spdlog::level::err};
    logger_.log(kLevels[static_cast<int>(level)], "{}", line);
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Log> stderr_log(bool verbose) {
  return std::make_unique<SpdLog>(verbose);
}

std::optional<DiskSpace> disk_space(const std::string& path) {
  struct statvfs status{};
  if (::statvfs(path.c_str(), &status) != 0) return std::nullopt;
  const auto bytes = [&](auto blocks) {
    return static_cast<std::int64_t>(blocks) * static_cast<std::int64_t>(status.f_frsize);
  };
  return DiskSpace{bytes(status.f_bavail), bytes(status.f_blocks)};
}

namespace {

std::string user_name(::uid_t user) {
  std::array<char, 4096> room{};
  ::passwd entry{};
  ::passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return std::to_string(user);
}

}  // namespace

std::string account_name() {
  const ::uid_t user = ::getuid();
  const char* const behind = user == 0 ? std::getenv("SUDO_USER") : nullptr;
  if (behind != nullptr && *behind != '\0') return std::string("os:") + behind;
  return "os:" + user_name(user);
}

std::string login_name() {
  std::array<char, 16> text{};
  const Descriptor file(::open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC));
  const ssize_t got = file.ok() ? ::read(file.get(), text.data(), text.size()) : 0;
  std::uint32_t user = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::max<ssize_t>(got, 0), user);
  constexpr std::uint32_t kNobody = 0xFFFFFFFFU;  // as the kernel says that nobody has logged in
  if (error == std::errc() && end != text.data() && user != kNobody) return user_name(user);
  return account_name().substr(3);
}

void forbid_dumps() {
  const ::rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Result<ProcessLock> ProcessLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (descriptor < 0) return failure("cannot create the lock", path);
  adopt(descriptor, std::string(directory_name(path)));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return Error{
        Errc::conflict, "another trailwatch is working on this store", "stop it first; only one may write", {path}};
  }
  return ProcessLock(descriptor);
}

bool ProcessLock::is_held(const std::string& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return descriptor.ok() && ::flock(descriptor.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
ProcessLock::~ProcessLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace trailwatch::app
