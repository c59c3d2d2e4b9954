#include "app/live_desk.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "trailwatch/base/plant.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kTellEveryMicros = 5 * kMicrosPerSecond;
// Under more load than can be stored, other work must have its turn too.
constexpr std::int64_t kDrainMicros = kMicrosPerSecond / 2;
constexpr std::int64_t kLookEveryMicros = kMicrosPerMinute;

std::string figures_json(const collect::Figures& figures, const std::vector<std::string>& faults) {
  const nlohmann::json out = {
      {"connections", figures.connections}, {"accepted", figures.accepted}, {"frames", figures.frames},
      {"refused", figures.refused},         {"lost", figures.lost},         {"faults", faults}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

LiveDesk::LiveDesk(const Machine& machine, const Workplace& workplace, Station& station, LiveSources& sources)
    : machine_(machine), workplace_(workplace), station_(station), sources_(sources) {}

Status LiveDesk::drain() {
  const std::int64_t began = machine_.clock.steady_micros();
  do {
    std::vector<collect::Delivery> deliveries = sources_.queue().take(workplace_.config.records_per_batch);
    if (deliveries.empty()) return Done{};
    std::vector<collect::Receipt> receipts;
    if (TW_PLANT("answered-first")) {
      for (collect::Delivery& delivery : deliveries) {
        collect::Receipt early;
        early.stored = static_cast<std::int64_t>(delivery.frames.size());
        if (auto answer = std::exchange(delivery.answer, nullptr)) answer(early);
      }
    }
    Result<std::size_t> taken = station_.take(deliveries, receipts);
    std::vector<collect::Delivery> left;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      if (taken && i < *taken) {
        if (deliveries[i].answer) deliveries[i].answer(receipts[i]);
      } else if (!taken && deliveries[i].answer) {
        collect::Receipt failed;
        failed.fate = collect::Receipt::Fate::failed;
        deliveries[i].answer(failed);
      } else {
        left.push_back(std::move(deliveries[i]));
      }
    }
    sources_.queue().put_back(std::move(left));
    if (!taken) return std::move(taken).error();
    station_.merge_some();
  } while (machine_.clock.steady_micros() - began < kDrainMicros);
  return Done{};
}

Status LiveDesk::tend() {
  for (const auto& [source, counts] : station_.live_counts()) counts_[source] += counts;
  const std::int64_t now = machine_.clock.steady_micros();
  if (now - logged_ >= kLookEveryMicros) {
    logged_ = now;
    for (const auto& [source, counts] : counts_) machine_.log.info(counts_line(source, counts));
    counts_.clear();
  }
  if (!sources_.faults().empty() && now - opened_ >= kLookEveryMicros) {
    opened_ = now;
    sources_.open();
  }
  if (now - told_ < kTellEveryMicros) return Done{};
  told_ = now;
  return tell_figures();
}

Status LiveDesk::tell_figures() {
  std::string figures = figures_json(sources_.figures(), sources_.faults());
  if (figures == figures_) return Done{};
  store::Writer& writer = station_.writer();
  Status done = writer.begin(machine_.clock.now());
  if (done) done = writer.set_meta(kLiveFigures, figures);
  if (done) done = writer.commit();
  if (!done) {
    writer.rollback();
    return done;
  }
  figures_ = std::move(figures);
  return Done{};
}

}  // namespace trailwatch::app
