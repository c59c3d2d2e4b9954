#pragma once

#include <errno.h>
#include <pthread.h>
#include <sys/types.h>

#include "record.h"
#include "settings.h"

// Counts and records calls, and lets the one go wrong that was asked for.
namespace trailwatch::torture::preload {

extern pthread_mutex_t mutex;

class Guard {
 public:
  Guard() { pthread_mutex_lock(&mutex); }
  ~Guard() { pthread_mutex_unlock(&mutex); }
};

// A descriptor of a file below the root.
struct Tracked {
  bool is_ours = false, is_directory = false;
  uint64_t file = 0;
  char kind[kKindMax] = "";
};

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

void record(const Event& event, uint32_t number, int error);
// The last record says where.
[[noreturn]] void die(const Event& event, uint32_t number);
// What is to happen at this call, which is counted; `*number` is its own. Under the guard.
Action count(const Event& event, uint32_t* number);
// How much of a write the disk has room for.
size_t room(int descriptor, int64_t offset, size_t size);

// A call that is done or not, nothing in between. `done` returns 0 or more for success.
template <typename F>
int whole(const Event& event, F&& done) {
  const Guard guard;
  uint32_t number = 0;
  const Action action = count(event, &number);
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

template <typename F>
ssize_t written(int descriptor, const Tracked& file, const void* data, size_t size, int64_t offset, F&& put) {
  const Guard guard;
  const auto event = [&](size_t done) {
    return Event{Call::write, file.file, offset, nullptr, nullptr, data, done, file.kind};
  };
  uint32_t number = 0;
  const Action action = count(event(0), &number);
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

}  // namespace trailwatch::torture::preload
