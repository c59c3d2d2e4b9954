#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/judge.h"
#include "app/ledger_batch.h"
#include "app/workplace.h"
#include "trailwatch/model/unmask.h"

// Looking at the persons behind an alert: the one door to personal data in the plain (docs/personal-data.md).
namespace trailwatch::app {

// How long a request waits for the second person, and an approval for being used.
constexpr std::int64_t kUnmaskMicros = 30 * kMicrosPerMinute;
constexpr std::size_t kUnmaskReasonMin = 10;  // characters
// The source, system and channel of the looks themselves.
constexpr const char* kOwnSystem = "trailwatch";

// Somebody that an alert's records name, with the events that do. Never kept, never logged.
struct Named {
  model::SubjectKind kind = model::SubjectKind::none;
  model::LookupBy by = model::LookupBy::unknown;
  std::string subject, name;
  std::vector<model::EventId> events;
};
// Each once, in order of the alert's records. Empty when all of them were erased, or none names anybody.
Result<std::vector<Named>> named_in(store::Reader& reader, const model::Alert& alert);

// May this step be taken now, given the earlier ones? The same rules for the command that asks and the process that
// writes.
Status check_step(store::Reader& reader, const config::Unmask& config, const model::Unmasking& step, Instant now);

// The staff id whose account this login is, when it is exactly one officer's; nothing otherwise.
std::optional<std::string> officer_of_login(const Workplace& workplace, const std::string& login);

// For the process that writes. A step that shows persons is a look-up like any other: in its transaction one query
// event for each of them is stored, of our own system and source, and the rules see it. Nothing is shown before that is
// committed. In an emergency without a second person, a message to the office goes with it.
class UnmaskingScribe : public BatchCompanion {
 public:
  UnmaskingScribe(const Workplace& workplace, store::Writer& writer, Judge& judge)
      : workplace_(workplace), writer_(writer), judge_(judge) {}
  Status check(const LedgerBatch::Change& change, Instant now) override;
  Status written(const LedgerBatch::Change& change, std::int64_t number, Instant now) override;
  void forget() override { judge_.forget(); }

 private:
  Status store_looks(const model::Unmasking& step, std::int64_t number, const std::vector<Named>& named, Instant now);
  Status tell(const model::Unmasking& step, std::int64_t number, Instant now);

  const Workplace& workplace_;
  store::Writer& writer_;
  Judge& judge_;
};

}  // namespace trailwatch::app
