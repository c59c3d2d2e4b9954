#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

// What the environment asks the library for (preload.cpp has the names), and what comes from a text instead of chance.
namespace trailwatch::torture::preload {

constexpr size_t kPathMax = 512;
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

extern Settings settings;

// Reads the environment, once. Every name that the library stands for comes here first.
void prepare();
bool is_below(const char* path);

// Bytes of the text that stands in for chance.
void fill(unsigned char* bytes, size_t size);
// Time of day: one moment of a fixed evening, different for each text. The other clocks go on by a microsecond each
// time they are asked, so that no message tells how long something took.
timespec repeatable_time(clockid_t which);
// What SQLite takes its random numbers from: an open file.
int repeatable_device();

}  // namespace trailwatch::torture::preload
