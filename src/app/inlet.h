#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "trailwatch/collect/live.h"

namespace trailwatch::app {

// Deliveries on their way from the listeners' thread to the writer's. Bounded: what does not fit stays with its
// listener, which then does not read on.
class Queue : public collect::Inlet {
 public:
  // `wake` is called on the listeners' thread whenever something has been put into the empty queue.
  Queue(std::size_t bytes_max, std::function<void()> wake) : bytes_max_(bytes_max), wake_(std::move(wake)) {}

  bool offer(collect::Delivery& delivery) override;
  void when_there_is_room(std::function<void()> call) override;

  // The oldest ones, of together about `records_max` records; at least one if there is any.
  std::vector<collect::Delivery> take(std::int64_t records_max);
  // Puts back what was taken, to be taken again first.
  void put_back(std::vector<collect::Delivery> deliveries);
  bool is_empty() const;

 private:
  bool has_room() const { return bytes_ < bytes_max_; }
  std::vector<std::function<void()>> take_waiting();

  const std::size_t bytes_max_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::deque<collect::Delivery> deliveries_;
  std::size_t bytes_ = 0;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace trailwatch::app
