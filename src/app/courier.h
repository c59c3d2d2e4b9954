#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trailwatch/config/delivery.h"
#include "trailwatch/deliver/transport.h"
#include "trailwatch/store/outbox.h"

namespace trailwatch::app {

// One message with everything that an attempt needs.
struct Errand {
  store::Message message;
  config::Channel channel;
  deliver::Parcel parcel;
};

struct Return {
  store::Message message;
  deliver::Outcome outcome;
};

// Sends beside the writer's thread, so that a slow mail server never keeps records waiting. Each channel has a thread
// of its own: one that hangs does not hold up the others. Knows neither store nor clock.
class Courier {
 public:
  // Called once for each channel, in its thread.
  using MakeTransport = std::function<std::unique_ptr<deliver::Transport>()>;
  explicit Courier(MakeTransport make) : make_(std::move(make)) {}
  // Breaks off what is under way and waits for it; what was not sent stays in the outbox.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void take(Errand errand);
  // What came back since the last call, in no order across channels.
  std::vector<Return> returns();
  // Waits until something has come back, or for that long.
  void wait(std::int64_t millis);

 private:
  struct Lane {
    std::deque<Errand> errands;
    std::unique_ptr<deliver::Transport> transport;
    std::thread thread;
  };
  void run(Lane& lane);

  MakeTransport make_;
  std::mutex mutex_;
  std::condition_variable work_, back_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_;
  std::vector<Return> returned_;
  bool stopping_ = false;
};

}  // namespace trailwatch::app
