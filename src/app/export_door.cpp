#include "app/export_door.h"

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/system.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kReasonCharactersMax = 500;

}  // namespace

Status put_on_record(const Machine& machine, const Workplace& workplace, model::Exported exported,
                     const std::vector<OutFile>& files) {
  exported.at = machine.clock.now();
  exported.account = account_name();
  if (exported.by.empty()) exported.by = exported.account;
  for (const OutFile& file : files) {
    exported.files.push_back({std::string(base_name(file.path)), to_hex(sha256(file.content)),
                              static_cast<std::int64_t>(file.content.size())});
  }
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back().exported = std::move(exported);
  Result<Written> written = write_to_ledger(machine, workplace, batch);
  if (!written) return std::move(written).error();
  if (written->waiting) {
    machine.log.warning("the running trailwatch is busy: the record of this export is kept and will be written");
  }
  return Done{};
}

Status hand_out(const Machine& machine, const Workplace& workplace, model::Exported exported,
                const std::vector<OutFile>& files) {
  if (Status done = put_on_record(machine, workplace, std::move(exported), files); !done) return done;
  for (const OutFile& file : files) {
    if (Status done = machine.files.write(file.path, file.content, file.secret); !done) return done;
  }
  return Done{};
}

Status sign_if_free(const Machine& machine, const Workplace& workplace) {
  Result<ProcessLock> lock = ProcessLock::take(join_path(workplace.config.state_dir, "lock"));
  if (!lock && lock.error().code == Errc::conflict) return Done{};
  if (!lock) return std::move(lock).error();
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
  if (!writer) return std::move(writer).error();
  Result<std::string> store_id = (*writer)->reader().store_id();
  if (!store_id) return std::move(store_id).error();
  Result<LogIdentity> identity = log_identity(machine, workplace, *store_id);
  if (!identity) return std::move(identity).error();
  return Checkpoints(machine, **writer, *std::move(identity)).sign_now();
}

Status check_export_reason(const std::string& reason) {
  if (trim(reason).empty()) {
    return Error{Errc::invalid, "--reason is missing", "say why this leaves the house; it is put on record", {}};
  }
  if (length(reason) > kReasonCharactersMax) {
    return Error{Errc::invalid, "--reason is too long", "at most " + std::to_string(kReasonCharactersMax), {}};
  }
  return Done{};
}

}  // namespace trailwatch::app
