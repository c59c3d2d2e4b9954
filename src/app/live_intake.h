#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/intake.h"
#include "trailwatch/collect/live.h"

namespace trailwatch::app {

// Takes what came over the network into the store: many deliveries, one transaction.
//
// What one peer sends on one local day is a stream, kept as a file that grows by each record in the order of arrival;
// records without a number of their own are known by their place in it, so nothing that comes once is ever taken for
// something that came before. A delivery whose sender has given it a key is stored once, whatever happens.
//
// Thread rule: the writer's thread, outside of transactions. All references must outlive it.
class LiveIntake {
 public:
  LiveIntake(const Machine& machine, const Workplace& workplace, store::Writer& writer, Judge& judge);
  ~LiveIntake();

  // Commits a number of deliveries from the front and tells how many: all, up to a key that is among them twice, whose
  // second delivery needs the answer to the first one. A receipt for each of those. After a failure nothing has
  // happened.
  Result<std::size_t> take(const std::vector<collect::Delivery>& deliveries, std::vector<collect::Receipt>& receipts);
  // What became of the records since the last call, by source.
  std::map<std::string, IntakeCounts> counts();

 private:
  struct Stream;
  // Which of a stream's waiting records are a delivery's.
  struct Part {
    Stream* stream = nullptr;
    std::size_t first_event = 0, last_event = 0, first_rejected = 0, last_rejected = 0;
    std::vector<std::int64_t> lines;  // of the rejected ones
    bool is_new_push = false;
  };

  Result<Stream*> stream_of(const collect::Delivery& delivery, LocalDay day);
  Result<std::optional<collect::Receipt>> known_push(const collect::Delivery& delivery);
  Status read(const std::vector<collect::Delivery>& deliveries, LocalDay day, std::vector<Part>& parts,
              std::vector<collect::Receipt>& receipts);
  Part feed(Stream& stream, const collect::Delivery& delivery);
  Status write_stream(Stream& stream, Instant now);
  Status write_clock(Stream& stream, Instant now);
  Status write_losses(const collect::Delivery& delivery, LocalDay day, Instant now);
  static collect::Receipt receipt_of(const Part& part);
  Status write(const std::vector<collect::Delivery>& deliveries, const std::vector<Part>& parts, LocalDay day,
               Instant now, std::vector<collect::Receipt>& receipts);
  void settle_counts();

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  Judge& judge_;
  std::optional<LocalDay> day_;                             // of the streams at hand
  std::map<std::string, std::unique_ptr<Stream>> streams_;  // by source and name
  std::map<std::string, IntakeCounts> counts_;
  std::optional<Instant> forgot_pushes_;
};

}  // namespace trailwatch::app
