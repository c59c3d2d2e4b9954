#include "app/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kSilentMicros = 2'000'000;
constexpr std::int64_t kRedrawMicros = 100'000;
constexpr int kBarWidth = 24;

}  // namespace

ProgressLine::ProgressLine(Clock& clock, std::string what)
    : clock_(clock),
      what_(std::move(what)),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      started_(clock.steady_micros()) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::clear() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

void ProgressLine::show(std::int64_t done, std::int64_t all, const std::string& detail) {
  const std::int64_t now = clock_.steady_micros();
  if (!is_terminal_ || now - started_ < kSilentMicros || now - drawn_ < kRedrawMicros) return;
  drawn_ = now;
  const double share = all > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(all)) : 1.0;
  const int filled = static_cast<int>(share * kBarWidth);
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(kBarWidth - filled), '.');
  std::fprintf(stderr, "\r\x1b[K%s [%s] %3d %%  %s", what_.c_str(), bar.c_str(), static_cast<int>(share * 100),
               for_log(detail).c_str());
  std::fflush(stderr);
  visible_ = true;
}

}  // namespace trailwatch::app
