// Stands between a program and the disk (LD_PRELOAD): records what goes there, and makes the N-th call go wrong.
//
// Only files below TW_TORTURE_ROOT count. What happens to them goes to the file TW_TORTURE_TRACE (record.h). Counted
// are the calls that change the disk, with TW_TORTURE_READS=1 also those that open and read. At the call number
// TW_TORTURE_AT the library does TW_TORTURE_DO: `kill-before`, `kill-middle` (half of a write is done), `kill-after`,
// `EIO`, `ENOSPC`, `EINTR`, `EMFILE`, `short`. TW_TORTURE_STICKS=1: all later calls of the same kind fail as well.
// TW_TORTURE_SPACE=bytes: files may grow by so much, then the disk is full. TW_TORTURE_FULL=path: it is full as long as
// that file is there. TW_TORTURE_POINT=`write trailwatch.db-wal`: only calls of that kind on that kind of file count
// (record.h); also `send` and `receive`, which are those over sockets.
//
// TW_TORTURE_NOW=seconds: the time of day when the program begins; from there on it goes as time does.
//
// TW_TORTURE_RANDOM=text: randomness and time of day come from that text alone, so that a run makes the same calls
// with the same bytes whenever it is made again.
//
// Written against the names that glibc gives to a 64-bit program and its SQLite; the driver checks with every run that
// the recorded calls make the files that are really there, so a name that is missing here does not go unnoticed.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "record.h"
#include "settings.h"

namespace {

using namespace trailwatch::torture::preload;
using trailwatch::torture::Call;

constexpr int kDescriptorsMax = 4096;

Tracked tracked[kDescriptorsMax];

template <typename F>
F real(F, const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}
#define REAL(name)                                   \
  ([]() {                                            \
    static const auto function = real(&name, #name); \
    return function;                                 \
  }())

Tracked* find(int descriptor) {
  if (descriptor < 0 || descriptor >= kDescriptorsMax || !tracked[descriptor].is_ours) return nullptr;
  return &tracked[descriptor];
}

int opened(const char* path, int flags, mode_t mode, int directory) {
  const bool ours = is_below(path);
  if (settings.is_repeatable && path != nullptr && strcmp(path, "/dev/urandom") == 0) {
    const Guard guard;
    return repeatable_device();
  }
  const auto go = [&] { return static_cast<int>(syscall(SYS_openat, directory, path, flags, mode)); };
  if (!ours) return go();
  const Guard guard;
  struct stat status{};
  const bool is_new =
      (flags & O_CREAT) != 0 && syscall(SYS_newfstatat, directory, path, &status, AT_SYMLINK_NOFOLLOW) != 0;
  Event event{is_new ? Call::create : Call::open};
  event.name = path;
  uint32_t number = 0;
  const Action action = count(event, &number);
  if (action == Action::kill_before || action == Action::kill_middle) die(event, number);
  if (action == Action::fail) {
    record(event, number, settings.error);
    errno = settings.error;
    return -1;
  }
  const int result = go();
  if (result < 0) return result;
  if (fstat(result, &status) == 0 && result < kDescriptorsMax) {
    tracked[result] = {true, S_ISDIR(status.st_mode), status.st_ino, ""};
    trailwatch::torture::kind_of(path, tracked[result].kind, kKindMax);
    event.file = status.st_ino;
    record(event, number, 0);
    if ((flags & O_TRUNC) != 0 && !is_new) record({Call::truncate, status.st_ino, 0}, 0, 0);
  }
  if (action == Action::kill_after) die(event, number);
  return result;
}

int synced(int descriptor, int (*go)(int)) {
  const Tracked* const file = find(descriptor);
  if (file == nullptr) return go(descriptor);
  Event event{file->is_directory ? Call::sync_directory : Call::sync, file->file};
  event.kind = file->kind;
  return whole(event, [&] { return go(descriptor); });
}

template <typename F>
int on_path(Call call, const char* path, F&& go) {
  if (!is_below(path)) return go();
  Event event{call};
  event.name = path;
  struct stat status{};
  if (syscall(SYS_newfstatat, AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) == 0) event.file = status.st_ino;
  return whole(event, go);
}

template <typename F>
int on_paths(Call call, const char* from, const char* to, F&& go) {
  if (!is_below(from)) return go();
  Event event{call};
  event.name = from;
  event.other = to;
  struct stat status{};
  if (syscall(SYS_newfstatat, AT_FDCWD, from, &status, AT_SYMLINK_NOFOLLOW) == 0) event.file = status.st_ino;
  return whole(event, go);
}

int truncated(int descriptor, off_t size, int (*go)(int, off_t)) {
  const Tracked* const file = find(descriptor);
  if (file == nullptr) return go(descriptor, size);
  Event event{Call::truncate, file->file, size};
  event.kind = file->kind;
  return whole(event, [&] { return go(descriptor, size); });
}

template <typename F>
ssize_t on_socket(Call call, F&& go) {
  const Guard guard;
  const Event event{call};
  uint32_t number = 0;
  const Action action = count(event, &number);
  if (action == Action::kill_before) die(event, number);
  const ssize_t result = go();
  // Of what is to be received, only bytes that have come make a difference.
  if (action == Action::kill_after || action == Action::kill_middle) die(event, number);
  return result;
}

mode_t mode_of(int flags, va_list list) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(list, int)) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(path, flags, mode, AT_FDCWD);
}
int open64(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(path, flags | O_LARGEFILE, mode, AT_FDCWD);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(path, flags, mode, directory);
}
int openat64(int directory, const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(path, flags | O_LARGEFILE, mode, directory);
}
int __open_2(const char* path, int flags) {
  return opened(path, flags, 0, AT_FDCWD);
}
int __open64_2(const char* path, int flags) {
  return opened(path, flags | O_LARGEFILE, 0, AT_FDCWD);
}
int creat(const char* path, mode_t mode) {
  return opened(path, O_CREAT | O_WRONLY | O_TRUNC, mode, AT_FDCWD);
}

int close(int descriptor) {
  if (Tracked* const file = find(descriptor)) *file = {};
  return static_cast<int>(syscall(SYS_close, descriptor));
}

ssize_t write(int descriptor, const void* data, size_t size) {
  const Tracked* const file = find(descriptor);
  if (file != nullptr) {
    return written(descriptor, *file, data, size, lseek(descriptor, 0, SEEK_CUR),
                   [&](size_t wanted) { return syscall(SYS_write, descriptor, data, wanted); });
  }
  const ssize_t result = syscall(SYS_write, descriptor, data, size);
  return result;
}
// What the program tells the world through its log. (stdio's own write to the descriptor can't be seen from here.)
size_t fwrite(const void* data, size_t size, size_t many, FILE* file) {
  const size_t result = REAL(fwrite)(data, size, many, file);
  if (file == stderr || file == stdout) {
    const Guard guard;
    prepare();
    const int error = errno;
    record({Call::said, 0, fileno(file), nullptr, nullptr, data, size * result}, 0, 0);
    errno = error;
  }
  return result;
}
ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
  const Tracked* const file = find(descriptor);
  const auto put = [&](size_t wanted) { return syscall(SYS_pwrite64, descriptor, data, wanted, offset); };
  return file == nullptr ? put(size) : written(descriptor, *file, data, size, offset, put);
}
ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  return pwrite64(descriptor, data, size, offset);
}
ssize_t writev(int descriptor, const iovec* parts, int many) {
  if (find(descriptor) == nullptr) return syscall(SYS_writev, descriptor, parts, many);
  ssize_t all = 0;
  for (int i = 0; i < many; ++i) {
    const ssize_t one = write(descriptor, parts[i].iov_base, parts[i].iov_len);
    if (one < 0) return all > 0 ? all : one;
    all += one;
    if (static_cast<size_t>(one) < parts[i].iov_len) break;
  }
  return all;
}

ssize_t read(int descriptor, void* data, size_t size) {
  if (find(descriptor) == nullptr || !settings.counts_reads) return syscall(SYS_read, descriptor, data, size);
  const int done = whole({Call::read}, [&] { return static_cast<int>(syscall(SYS_read, descriptor, data, size)); });
  return done;
}
ssize_t pread64(int descriptor, void* data, size_t size, off64_t offset) {
  const auto go = [&] { return static_cast<int>(syscall(SYS_pread64, descriptor, data, size, offset)); };
  return find(descriptor) == nullptr || !settings.counts_reads ? go() : whole({Call::read}, go);
}
ssize_t pread(int descriptor, void* data, size_t size, off_t offset) {
  return pread64(descriptor, data, size, offset);
}

// The names of programs that are built with _FORTIFY_SOURCE.
ssize_t __read_chk(int descriptor, void* data, size_t size, size_t) {
  return read(descriptor, data, size);
}
ssize_t __pread_chk(int descriptor, void* data, size_t size, off_t offset, size_t) {
  return pread64(descriptor, data, size, offset);
}
ssize_t __pread64_chk(int descriptor, void* data, size_t size, off64_t offset, size_t) {
  return pread64(descriptor, data, size, offset);
}

int RAND_bytes(unsigned char* bytes, int size) {
  const Guard guard;
  prepare();
  if (!settings.is_repeatable) {
    static const auto function = real(&RAND_bytes, "RAND_bytes");
    return function(bytes, size);
  }
  fill(bytes, static_cast<size_t>(size));
  return 1;
}
int clock_gettime(clockid_t which, timespec* time) noexcept {
  {
    const Guard guard;
    prepare();
    if (settings.is_repeatable && (which == CLOCK_REALTIME || which == CLOCK_MONOTONIC)) {
      *time = repeatable_time(which);
      return 0;
    }
  }
  const int result = REAL(clock_gettime)(which, time);
  if (result == 0 && which == CLOCK_REALTIME) time->tv_sec += settings.clock_ahead;
  return result;
}

// What goes over sockets. Never recorded; nobody is killed in the middle of it.
ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  return on_socket(Call::send, [&] { return syscall(SYS_sendmsg, descriptor, message, flags); });
}
ssize_t send(int descriptor, const void* data, size_t size, int flags) {
  return on_socket(Call::send, [&] { return syscall(SYS_sendto, descriptor, data, size, flags, nullptr, 0); });
}
ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  return on_socket(Call::receive, [&] { return syscall(SYS_recvmsg, descriptor, message, flags); });
}
ssize_t recv(int descriptor, void* data, size_t size, int flags) {
  return on_socket(Call::receive,
                   [&] { return syscall(SYS_recvfrom, descriptor, data, size, flags, nullptr, nullptr); });
}

int fsync(int descriptor) {
  return synced(descriptor, REAL(fsync));
}
int fdatasync(int descriptor) {
  return synced(descriptor, REAL(fdatasync));
}
int ftruncate(int descriptor, off_t size) noexcept {
  return truncated(descriptor, size, REAL(ftruncate));
}
int ftruncate64(int descriptor, off64_t size) noexcept {
  return truncated(descriptor, size, REAL(ftruncate));
}

int rename(const char* from, const char* to) noexcept {
  return on_paths(Call::rename, from, to, [&] { return static_cast<int>(syscall(SYS_rename, from, to)); });
}
int link(const char* from, const char* to) noexcept {
  return on_paths(Call::link, from, to, [&] { return static_cast<int>(syscall(SYS_link, from, to)); });
}
int unlink(const char* path) noexcept {
  return on_path(Call::unlink, path, [&] { return static_cast<int>(syscall(SYS_unlink, path)); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  struct stat status{};
  const bool is_there = syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0) == 0;
  const auto go = [&] { return static_cast<int>(syscall(SYS_mkdir, path, mode)); };
  return is_there ? go() : on_path(Call::mkdir, path, go);
}
int rmdir(const char* path) noexcept {
  return on_path(Call::rmdir, path, [&] { return static_cast<int>(syscall(SYS_rmdir, path)); });
}

}  // extern "C"
