#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>
#include <vector>

#include "trailwatch/base/log.h"

namespace trailwatch::app {

// Says when something in one of the folders has changed, so that nobody waits for the next look. A hint and no more: a
// folder that is not there yet, a network drive, a system without watches left send none, and the looks at intervals
// find everything all the same. Linux inotify. Thread rule: the thread of `loop`, which must outlive the watch.
class FolderWatch {
 public:
  FolderWatch(boost::asio::io_context& loop, std::vector<std::string> folders, Log& log, std::function<void()> changed);

  // Folders that have come into being, or were made anew, since.
  void renew();
  // No more calls; the loop has nothing to wait for here.
  void stop();

 private:
  void listen();

  std::vector<std::string> folders_;
  Log& log_;
  std::function<void()> changed_;
  boost::asio::posix::stream_descriptor events_;
  alignas(8) std::array<char, 16'384> room_{};
  bool has_complained_ = false;
};

}  // namespace trailwatch::app
