#include "app/ledger_door.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "app/system.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kBatchBytesMax = 64U << 20U;
constexpr std::chrono::milliseconds kLook(50);
constexpr std::int64_t kWaitMicros = 15 * kMicrosPerSecond;

std::string handover(const Workplace& workplace) {
  return join_path(workplace.config.state_dir, "handover");
}

Result<ProcessLock> take_lock(const Workplace& workplace) {
  return ProcessLock::take(join_path(workplace.config.state_dir, "lock"));
}

Result<std::vector<std::int64_t>> numbers_of(const LedgerBatch& batch, store::Reader& reader) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    Result<std::optional<std::int64_t>> number = reader.entry_of(batch.request(i));
    if (!number) return std::move(number).error();
    if (!*number) {
      return Error{Errc::conflict,
                   "the running trailwatch has refused this",
                   "its log says why; see also `trailwatch suppress list` and `trailwatch alerts`",
                   {}};
    }
    out.push_back(**number);
  }
  return out;
}

bool needs_companion(const LedgerBatch& batch) {
  return std::any_of(batch.changes.begin(), batch.changes.end(),
                     [](const LedgerBatch::Change& change) { return change.unmasking.has_value(); });
}

}  // namespace

// The store is another process's: leave the batch there and wait until it is taken. Who only held the store for a
// moment does not take it; then the lock is free, and we do it ourselves.
Result<Written> hand_over(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch,
                          const std::function<Status()>& take) {
  const std::string path = join_path(handover(workplace), batch.id + ".json");
  if (Status written = machine.files.write(path, to_text(batch), true); !written) return std::move(written).error();
  const std::int64_t begun = machine.clock.steady_micros();
  while (machine.files.info(path)) {
    const Status taken = take();
    if (!taken && taken.error().code != Errc::conflict) return taken.error();
    if (taken && !machine.files.info(path)) break;
    if (machine.clock.steady_micros() - begun > kWaitMicros) return Written{true, {}};
    std::this_thread::sleep_for(kLook);
  }
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, workplace);
  if (!reader) return std::move(reader).error();
  Result<std::vector<std::int64_t>> numbers = numbers_of(batch, **reader);
  if (!numbers) return std::move(numbers).error();
  return Written{false, *std::move(numbers)};
}

Result<Written> write_to_ledger(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch) {
  Result<ProcessLock> lock = take_lock(workplace);
  if (!lock && lock.error().code == Errc::conflict) {
    return hand_over(machine, workplace, batch, [&]() -> Status {
      Result<ProcessLock> free = take_lock(workplace);
      if (!free) return std::move(free).error();
      Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
      if (!writer) return std::move(writer).error();
      return take_handover(machine, workplace, **writer);
    });
  }
  if (!lock) return std::move(lock).error();
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
  if (!writer) return std::move(writer).error();
  if (Status done = take_handover(machine, workplace, **writer); !done) return std::move(done).error();
  Result<std::vector<std::int64_t>> numbers = write_batch(**writer, batch, machine.clock.now());
  if (!numbers) return std::move(numbers).error();
  return Written{false, *std::move(numbers)};
}

std::int64_t refused_batches(const Machine& machine, const Workplace& workplace) {
  Result<std::vector<FileInfo>> files = machine.files.list(handover(workplace));
  if (!files) return 0;
  return std::count_if(files->begin(), files->end(),
                       [](const FileInfo& file) { return matches_pattern(base_name(file.path), "*.refused"); });
}

Status take_handover(const Machine& machine, const Workplace& workplace, store::Writer& writer,
                     BatchCompanion* companion) {
  Result<std::vector<FileInfo>> files = machine.files.list(handover(workplace));
  if (!files && files.error().code == Errc::not_found) return Done{};
  if (!files) return std::move(files).error();
  for (const FileInfo& file : *files) {
    if (!file.is_regular || !matches_pattern(base_name(file.path), "*.json")) continue;
    Result<std::string> text = machine.files.read(file.path, kBatchBytesMax);
    if (!text) return std::move(text).error();
    Result<LedgerBatch> batch = parse_batch(*text);
    if (batch && needs_companion(*batch) && companion == nullptr) continue;
    Result<std::vector<std::int64_t>> numbers = batch ? write_batch(writer, *batch, machine.clock.now(), companion)
                                                      : Result<std::vector<std::int64_t>>(batch.error());
    if (!numbers && numbers.error().code == Errc::unavailable) return std::move(numbers).error();  // kept for later
    if (numbers) {
      machine.log.info("entries of the ledger that were handed over: " + std::to_string(numbers->size()));
    } else {
      machine.log.error("ledger: " + numbers.error().text() + " (" + for_log(file.path) + ")");
      // Why somebody wanted to see a person is not left lying about.
      const bool is_kept = !batch || !needs_companion(*batch);
      const Status kept = is_kept ? machine.files.write(file.path + ".refused", *text, true) : Status(Done{});
      if (!kept) return kept;
    }
    if (Status gone = machine.files.remove(file.path); !gone) return gone;
  }
  return Done{};
}

}  // namespace trailwatch::app
