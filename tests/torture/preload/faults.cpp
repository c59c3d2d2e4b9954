#include "faults.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace trailwatch::torture::preload {

pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

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

[[noreturn]] void die(const Event& event, uint32_t number) {
  record(event, number, static_cast<int>(kKilled));
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

Action count(const Event& event, uint32_t* number) {
  static uint32_t counted = 0;
  static Call broken{};
  *number = counted;
  prepare();
  const Call call = event.call;
  if (settings.root_size == 0) return Action::none;
  if (settings.point_call[0] != '\0') {
    if (strcmp(settings.point_call, to_text(call)) != 0) return Action::none;
    char kind[kKindMax] = "";
    if (event.kind == nullptr && event.name != nullptr) kind_of(event.name, kind, kKindMax);
    if (strcmp(settings.point_kind, event.kind != nullptr ? event.kind : kind) != 0) return Action::none;
  } else if (call >= Call::send || ((call == Call::read || call == Call::open) && !settings.counts_reads)) {
    return Action::none;
  }
  *number = ++counted;
  if (settings.at == 0) return Action::none;
  if (counted == settings.at) {
    broken = call;
    return settings.action;
  }
  const bool fails = settings.action == Action::fail || settings.action == Action::shorten;
  return settings.sticks && fails && counted > settings.at && call == broken ? settings.action : Action::none;
}

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

}  // namespace trailwatch::torture::preload
