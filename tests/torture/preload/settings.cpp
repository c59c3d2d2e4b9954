#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace trailwatch::torture::preload {

Settings settings;

namespace {

constexpr int kTraceDescriptor = 900;

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

}  // namespace

void prepare() {
  static bool is_ready = false;
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

void fill(unsigned char* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    settings.random += 0x9E3779B97F4A7C15U;
    uint64_t z = settings.random;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    bytes[i] = static_cast<unsigned char>(z >> 56U);
  }
}

constexpr int64_t kEvening = 1'772'800'000;  // 2026-03-06T12:26:40Z
timespec repeatable_time(clockid_t which) {
  if (which == CLOCK_REALTIME) return {kEvening + static_cast<int64_t>(settings.evening), 0};
  const uint64_t micros = ++settings.clock_reads;
  return {1000 + static_cast<int64_t>(micros / 1'000'000), static_cast<int64_t>(micros % 1'000'000 * 1000)};
}

int repeatable_device() {
  const int file = static_cast<int>(syscall(SYS_memfd_create, "random", 0));
  unsigned char bytes[4096];
  fill(bytes, sizeof bytes);
  syscall(SYS_pwrite64, file, bytes, sizeof bytes, 0);
  return file;
}

}  // namespace trailwatch::torture::preload
