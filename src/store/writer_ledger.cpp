#include "store/export_rows.h"
#include "store/ledger_records.h"
#include "store/outbox_rows.h"
#include "store/writer_impl.h"
#include "trailwatch/base/plant.h"

namespace trailwatch::store {

Result<std::int64_t> Writer::add_decision(const model::Decision& decision, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(decision, request); },
                          [&](std::int64_t number) { return ledger_record(decision, number); });
  });
}

Result<std::int64_t> Writer::add_suppression(const model::Suppression& suppression, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(suppression, request); },
                          [&](std::int64_t number) { return ledger_record(suppression, number); });
  });
}

Result<std::int64_t> Writer::end_suppression(std::int64_t suppression, const model::SuppressionEnd& end,
                                             std::string_view request) {
  try {
    const std::int64_t last = impl_->database().number("SELECT COALESCE(MAX(id), 0) FROM ledger");
    Result<std::int64_t> number = impl_->ledger.end(suppression, end, request);
    if (number && *number > last) {
      impl_->add_own(seal::LeafKind::decision, "ledger", *number, "", ledger_record(end, suppression, *number));
    }
    return number;
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Result<std::int64_t> Writer::add_answer(const model::SamplingAnswer& answer, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(answer, request); },
                          [&](std::int64_t number) { return ledger_record(answer, number); });
  });
}

Result<std::int64_t> Writer::log_export(const model::Exported& exported, std::string_view request) {
  return at_the_door([&] {
    const ExportRow row = add_export(impl_->database(), exported, request);
    if (row.is_new)
      impl_->add_own(seal::LeafKind::exported, exported.kind, row.number, "", export_record(exported, row.number));
    return row.number;
  });
}

Result<bool> Writer::queue(const Message& message) {
  return at_the_door([&] {
    if (TW_PLANT("outbox-outside")) {
      const bool was_open = impl_->transaction.has_value();
      if (was_open) impl_->transaction->commit();
      const bool is_new = queue_message(impl_->connection, impl_->events, impl_->zone, message);
      if (was_open) impl_->transaction.emplace(impl_->database());
      return is_new;
    }
    return queue_message(impl_->connection, impl_->events, impl_->zone, message);
  });
}

Status Writer::save_attempt(const Message& message) {
  return at_the_door([&] {
    store::save_attempt(impl_->connection, message);
    return Done{};
  });
}

Result<std::int64_t> Writer::requeue(std::string_view id_begins, Instant now) {
  return at_the_door([&] { return requeue_messages(impl_->connection, id_begins, now); });
}

Status Writer::keep_report(const KeptReport& report) {
  return at_the_door([&] {
    store::keep_report(impl_->connection, impl_->events, report);
    return Done{};
  });
}

Status Writer::replace_told(const ToldDay& day) {
  return at_the_door([&] {
    store::replace_told(impl_->connection, day);
    return Done{};
  });
}

}  // namespace trailwatch::store
