#include "app/courier.h"

#include <chrono>

namespace trailwatch::app {

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [name, lane] : lanes_) lane->transport->stop();
  }
  work_.notify_all();
  for (auto& [name, lane] : lanes_) lane->thread.join();
}

void Courier::take(Errand errand) {
  {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Lane>& lane = lanes_[errand.channel.name];
    if (!lane) {
      lane = std::make_unique<Lane>();
      lane->transport = make_();
      lane->thread = std::thread([this, one = lane.get()] { run(*one); });
    }
    lane->errands.push_back(std::move(errand));
  }
  work_.notify_all();
}

void Courier::run(Lane& lane) {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return stopping_ || !lane.errands.empty(); });
    if (stopping_) return;
    Errand errand = std::move(lane.errands.front());
    lane.errands.pop_front();
    lock.unlock();
    deliver::Outcome outcome = lane.transport->send(errand.channel, errand.parcel);
    lock.lock();
    // What was broken off by our own stop is no failure of the other side; the next start sends it.
    if (stopping_ && outcome.fate != deliver::Outcome::Fate::delivered) return;
    returned_.push_back({std::move(errand.message), std::move(outcome)});
    back_.notify_all();
  }
}

std::vector<Return> Courier::returns() {
  const std::lock_guard lock(mutex_);
  return std::exchange(returned_, {});
}

void Courier::wait(std::int64_t millis) {
  std::unique_lock lock(mutex_);
  back_.wait_for(lock, std::chrono::milliseconds(millis), [&] { return !returned_.empty(); });
}

}  // namespace trailwatch::app
