#include "app/inlet.h"

#include <utility>

namespace trailwatch::app {

bool Queue::offer(collect::Delivery& delivery) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    // One delivery always fits, or a large one would wait for ever.
    if (!has_room()) return false;
    was_empty = deliveries_.empty();
    bytes_ += delivery.bytes();
    deliveries_.push_back(std::move(delivery));
  }
  if (was_empty) wake_();
  return true;
}

void Queue::when_there_is_room(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    if (!has_room()) {
      waiting_.push_back(std::move(call));
      return;
    }
  }
  call();
}

std::vector<std::function<void()>> Queue::take_waiting() {
  return has_room() ? std::exchange(waiting_, {}) : std::vector<std::function<void()>>();
}

std::vector<collect::Delivery> Queue::take(std::int64_t records_max) {
  std::vector<collect::Delivery> out;
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    for (std::int64_t records = 0; !deliveries_.empty() && records < records_max;) {
      records += static_cast<std::int64_t>(deliveries_.front().frames.size());
      bytes_ -= deliveries_.front().bytes();
      out.push_back(std::move(deliveries_.front()));
      deliveries_.pop_front();
    }
    calls = take_waiting();
  }
  for (const std::function<void()>& call : calls) call();
  return out;
}

void Queue::put_back(std::vector<collect::Delivery> deliveries) {
  const std::lock_guard lock(mutex_);
  for (auto delivery = deliveries.rbegin(); delivery != deliveries.rend(); ++delivery) {
    bytes_ += delivery->bytes();
    deliveries_.push_front(std::move(*delivery));
  }
}

bool Queue::is_empty() const {
  const std::lock_guard lock(mutex_);
  return deliveries_.empty();
}

}  // namespace trailwatch::app
