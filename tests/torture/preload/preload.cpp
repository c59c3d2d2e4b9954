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
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

namespace {

using trailwatch::torture::Call;
using trailwatch::torture::Header;
using trailwatch::torture::kKilled;

constexpr int kDescriptorsMax = 4096;
constexpr size_t kPathMax = 512;
constexpr int kTraceDescriptor = 900;
constexpr size_t kKindMax = 64;

enum class Action { none, kill_before, kill_middle, kill_after, fail, shorten };

struct Settings {
  char root[kPathMax] = "";
  size_t root_size = 0;
  int trace = -1;
  bool counts_reads = false, sticks = false;
  uint32_t at = 0;
  Action action = Action::none;
  int error = 0;
  bool has_budget = false;
  int64_t budget = 0;
  bool is_repeatable = false;
  uint64_t random = 0;
  uint64_t evening = 0;
  uint64_t clock_reads = 0;
  char point_call[kKindMax] = "";  // empty: all calls count
  char point_kind[kKindMax] = "";
  const char* full = nullptr;  // the file by which the disk is full
  int64_t clock_ahead = 0;     // seconds
};

struct Tracked {
  bool is_ours = false, is_directory = false;
  uint64_t file = 0;
  char kind[kKindMax] = "";
};

Settings settings;
Tracked tracked[kDescriptorsMax];
uint32_t counted = 0;
Call broken{};
bool is_ready = false;
pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

class Guard {
 public:
  Guard() { pthread_mutex_lock(&mutex); }
  ~Guard() { pthread_mutex_unlock(&mutex); }
};

template <typename F>
F real(F, const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}
#define REAL(name)                                   \
  ([]() {                                            \
    static const auto function = real(&name, #name); \
    return function;                                 \
  }())

void read_action(const char* text) {
  const struct {
    const char* name;
    Action action;
    int error;
  } known[] = {{"kill-before", Action::kill_before, 0}, {"kill-middle", Action::kill_middle, 0},
               {"kill-after", Action::kill_after, 0},   {"EIO", Action::fail, EIO},
               {"ENOSPC", Action::fail, ENOSPC},        {"EINTR", Action::fail, EINTR},
               {"EMFILE", Action::fail, EMFILE},        {"short", Action::shorten, 0}};
  for (const auto& one : known) {
    if (strcmp(one.name, text) != 0) continue;
    settings.action = one.action;
    settings.error = one.error;
  }
}

void prepare() {
  if (is_ready) return;
  is_ready = true;
  const char* const root = getenv("TW_TORTURE_ROOT");
  if (root == nullptr || strlen(root) + 1 >= kPathMax) return;
  strcpy(settings.root, root);
  settings.root_size = strlen(root);
  if (const char* const trace = getenv("TW_TORTURE_TRACE")) {
    const long opened = syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    // Out of the way of numbers that a program might count on.
    if (opened >= 0) {
      settings.trace = static_cast<int>(syscall(SYS_fcntl, opened, F_DUPFD_CLOEXEC, kTraceDescriptor));
      syscall(SYS_close, opened);
    }
  }
  settings.counts_reads = getenv("TW_TORTURE_READS") != nullptr;
  settings.sticks = getenv("TW_TORTURE_STICKS") != nullptr;
  if (const char* const at = getenv("TW_TORTURE_AT")) settings.at = static_cast<uint32_t>(atol(at));
  if (const char* const action = getenv("TW_TORTURE_DO")) read_action(action);
  if (const char* const text = getenv("TW_TORTURE_RANDOM")) {
    settings.is_repeatable = true;
    settings.random = 14695981039346656037U;
    for (const char* c = text; *c != '\0'; ++c) {
      settings.random = (settings.random ^ static_cast<unsigned char>(*c)) * 1099511628211U;
    }
    settings.evening = settings.random % 3600;
  }
  if (const char* const point = getenv("TW_TORTURE_POINT")) {
    const char* const blank = strchr(point, ' ');
    const size_t call = blank == nullptr ? strlen(point) : static_cast<size_t>(blank - point);
    snprintf(settings.point_call, kKindMax, "%.*s", static_cast<int>(call), point);
    if (blank != nullptr) snprintf(settings.point_kind, kKindMax, "%s", blank + 1);
  }
  settings.full = getenv("TW_TORTURE_FULL");
  if (const char* const now = getenv("TW_TORTURE_NOW")) {
    timespec time{};
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &time);
    settings.clock_ahead = atol(now) - time.tv_sec;
  }
  if (const char* const space = getenv("TW_TORTURE_SPACE")) {
    settings.has_budget = true;
    settings.budget = atol(space);
  }
}

bool is_below(const char* path) {
  prepare();
  return settings.root_size > 0 && path != nullptr && strncmp(path, settings.root, settings.root_size) == 0 &&
         (path[settings.root_size] == '/' || path[settings.root_size] == '\0');
}

Tracked* find(int descriptor) {
  if (descriptor < 0 || descriptor >= kDescriptorsMax || !tracked[descriptor].is_ours) return nullptr;
  return &tracked[descriptor];
}

void fill(unsigned char* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    settings.random += 0x9E3779B97F4A7C15U;
    uint64_t z = settings.random;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    bytes[i] = static_cast<unsigned char>(z >> 56U);
  }
}

// Time of day: one moment of a fixed evening, different for each text. The other clocks go on by a microsecond each
// time they are asked, so that no message tells how long something took.
constexpr int64_t kEvening = 1'772'800'000;  // 2026-03-06T12:26:40Z
timespec repeatable_time(clockid_t which) {
  if (which == CLOCK_REALTIME) return {kEvening + static_cast<int64_t>(settings.evening), 0};
  const uint64_t micros = ++settings.clock_reads;
  return {1000 + static_cast<int64_t>(micros / 1'000'000), static_cast<int64_t>(micros % 1'000'000 * 1000)};
}

// What SQLite takes its random numbers from.
int repeatable_device() {
  const int file = static_cast<int>(syscall(SYS_memfd_create, "random", 0));
  unsigned char bytes[4096];
  fill(bytes, sizeof bytes);
  syscall(SYS_pwrite64, file, bytes, sizeof bytes, 0);
  return file;
}

struct Event {
  Call call;
  uint64_t file = 0;
  int64_t offset = 0;
  const char* name = nullptr;
  const char* other = nullptr;
  const void* data = nullptr;
  size_t size = 0;
  const char* kind = nullptr;  // of file, where it has no name here
};

void record(const Event& event, uint32_t number, int error) {
  if (settings.trace < 0 || event.call == Call::read || event.call >= Call::send) return;
  const bool has_data = error == 0 && event.data != nullptr;
  Header header;
  header.call = static_cast<uint32_t>(event.call);
  header.process = static_cast<uint32_t>(getpid());
  header.file = event.file;
  header.offset = event.offset;
  header.number = number;
  header.result = static_cast<uint32_t>(error);
  header.name_bytes = event.name == nullptr ? 0 : static_cast<uint32_t>(strlen(event.name));
  header.other_bytes = event.other == nullptr ? 0 : static_cast<uint32_t>(strlen(event.other));
  header.data_bytes = has_data ? event.size : 0;
  const iovec parts[] = {{&header, sizeof header},
                         {const_cast<char*>(event.name), header.name_bytes},
                         {const_cast<char*>(event.other), header.other_bytes},
                         {const_cast<void*>(event.data), header.data_bytes}};
  // One call, so that the records of several processes do not mix.
  syscall(SYS_writev, settings.trace, parts, 4);
}

// The last record says where.
[[noreturn]] void die(const Event& event, uint32_t number) {
  record(event, number, static_cast<int>(kKilled));
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

// What is to happen at this call, which is counted.
Action count(const Event& event) {
  prepare();
  const Call call = event.call;
  if (settings.root_size == 0) return Action::none;
  if (settings.point_call[0] != '\0') {
    if (strcmp(settings.point_call, trailwatch::torture::to_text(call)) != 0) return Action::none;
    char kind[kKindMax] = "";
    if (event.kind == nullptr && event.name != nullptr) trailwatch::torture::kind_of(event.name, kind, kKindMax);
    if (strcmp(settings.point_kind, event.kind != nullptr ? event.kind : kind) != 0) return Action::none;
  } else if (call >= Call::send || ((call == Call::read || call == Call::open) && !settings.counts_reads)) {
    return Action::none;
  }
  ++counted;
  if (settings.at == 0) return Action::none;
  if (counted == settings.at) {
    broken = call;
    return settings.action;
  }
  const bool fails = settings.action == Action::fail || settings.action == Action::shorten;
  return settings.sticks && fails && counted > settings.at && call == broken ? settings.action : Action::none;
}

// A call that is done or not, nothing in between. `done` returns 0 or more for success.
template <typename F>
int whole(const Event& event, F&& done) {
  const Guard guard;
  const Action action = count(event);
  const uint32_t number = counted;
  if (action == Action::kill_before || action == Action::kill_middle) die(event, number);
  if (action == Action::fail) {
    record(event, number, settings.error);
    errno = settings.error;
    return -1;
  }
  const int result = done();
  const int error = result < 0 ? errno : 0;
  record(event, number, error);
  if (action == Action::kill_after) die(event, number);
  errno = error;
  return result;
}

// How much of a write the disk has room for.
size_t room(int descriptor, int64_t offset, size_t size) {
  const bool is_full = settings.full != nullptr && syscall(SYS_access, settings.full, F_OK) == 0;
  if (!settings.has_budget && !is_full) return size;
  struct stat status{};
  if (fstat(descriptor, &status) != 0) return size;
  const int64_t end = offset + static_cast<int64_t>(size), growth = end - status.st_size;
  if (growth <= 0) return size;
  if (is_full) return growth >= static_cast<int64_t>(size) ? 0 : size - static_cast<size_t>(growth);
  if (growth <= settings.budget) {
    settings.budget -= growth;
    return size;
  }
  const int64_t fits = static_cast<int64_t>(size) - (growth - settings.budget);
  if (fits <= 0) return 0;
  settings.budget = 0;
  return static_cast<size_t>(fits);
}

template <typename F>
ssize_t written(int descriptor, const Tracked& file, const void* data, size_t size, int64_t offset, F&& put) {
  const Guard guard;
  const auto event = [&](size_t done) {
    return Event{Call::write, file.file, offset, nullptr, nullptr, data, done, file.kind};
  };
  const Action action = count(event(0));
  const uint32_t number = counted;
  if (action == Action::kill_before) die(event(0), number);
  if (action == Action::fail) {
    record(event(0), number, settings.error);
    errno = settings.error;
    return -1;
  }
  size_t wanted = room(descriptor, offset, size);
  if (wanted == 0 && size > 0) {
    record(event(0), number, ENOSPC);
    errno = ENOSPC;
    return -1;
  }
  if ((action == Action::kill_middle || action == Action::shorten) && size > 1) wanted = size / 2;
  const ssize_t result = put(wanted);
  const int error = result < 0 ? errno : 0;
  record(event(result < 0 ? 0 : static_cast<size_t>(result)), number, error);
  if (action == Action::kill_middle || action == Action::kill_after) die(event(0), number);
  errno = error;
  return result;
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
  const Action action = count(event);
  const uint32_t number = counted;
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
  const Action action = count(event);
  const uint32_t number = counted;
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
