#include "app/folder_watch.h"

#include <sys/inotify.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>

namespace trailwatch::app {

namespace {

constexpr std::uint32_t kChanges = IN_MODIFY | IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE;

}  // namespace

FolderWatch::FolderWatch(boost::asio::io_context& loop, std::vector<std::string> folders, Log& log,
                         std::function<void()> changed)
    : folders_(std::move(folders)), log_(log), changed_(std::move(changed)), events_(loop) {
  std::sort(folders_.begin(), folders_.end());
  folders_.erase(std::unique(folders_.begin(), folders_.end()), folders_.end());
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    log_.warning(std::string("folders can't be watched, only looked at: ") + std::strerror(errno));
    return;
  }
  events_.assign(descriptor);
  renew();
  listen();
}

// The same folder again gives the same watch; one that was removed and made anew gives another.
void FolderWatch::renew() {
  if (!events_.is_open()) return;
  for (const std::string& folder : folders_) {
    const int watch = ::inotify_add_watch(events_.native_handle(), folder.c_str(), kChanges | IN_ONLYDIR);
    if (watch < 0 && errno == ENOSPC && !has_complained_) {
      has_complained_ = true;
      log_.warning("the system has no watches left (fs.inotify.max_user_watches): folders are only looked at");
    }
  }
}

void FolderWatch::stop() {
  boost::system::error_code ignored;
  events_.close(ignored);
}

// What has happened is not read: the next look sees for itself.
void FolderWatch::listen() {
  events_.async_read_some(boost::asio::buffer(room_), [this](const boost::system::error_code& error, std::size_t) {
    if (error) return;
    changed_();
    listen();
  });
}

}  // namespace trailwatch::app
