#include <sqlite3.h>

#include "store/live_rows.h"
#include "store/writer_impl.h"
#include "trailwatch/base/check.h"

namespace trailwatch::store {

void Writer::Impl::save(FileRow& file) {
  const bool is_new = file.id == 0;
  if (is_new) {
    Statement(database(),
              "INSERT INTO file(source, name, logical, head_bytes, head, taken, position, line, rows, header, stored, "
              "duplicates, "
              "quarantined, pending, first_seen, last_read) VALUES(?, ?, 0, 0, '', '', 0, 0, 0, x'', 0, 0, 0, 0, ?, ?)")
        .bind(0, std::string_view(file.source))
        .bind(1, std::string_view(file.name))
        .bind(2, received.micros)
        .bind(3, received.micros)
        .run();
    file.id = sqlite3_last_insert_rowid(database().handle());
    file.first_seen = received;
    if (file.logical == 0) file.logical = file.id;
  }
  file.last_read = received;
  Statement(database(),
            "UPDATE file SET name=?, logical=?, head_bytes=?, head=?, taken=?, position=?, line=?, rows=?, declared=?, "
            "header=?, "
            "stored=?, duplicates=?, quarantined=?, pending=?, newest=?, last_read=? WHERE id=?")
      .bind(0, std::string_view(file.name))
      .bind(1, file.logical)
      .bind(2, file.head_bytes)
      .bind(3, std::string_view(file.head))
      .bind(4, std::string_view(file.taken))
      .bind(5, file.position)
      .bind(6, file.line)
      .bind(7, file.rows)
      .bind(8, file.declared)
      .bind_bytes(9, file.header)
      .bind(10, file.stored)
      .bind(11, file.duplicates)
      .bind(12, file.quarantined)
      .bind(13, file.pending)
      .bind(14, file.newest ? std::optional<std::int64_t>(file.newest->micros) : std::nullopt)
      .bind(15, file.last_read.micros)
      .bind(16, file.id)
      .run();
  // A row that was given its id by a transaction that was rolled back: its position would be lost without a word.
  TW_CHECK(database().changes() == 1);
  saved_files[file.id] = file;
}

Result<std::vector<Added>> Writer::add(FileRow& file, const std::vector<NewEvent>& events) {
  return at_the_door([&] {
    if (file.id == 0) impl_->save(file);
    std::vector<Added> out;
    out.reserve(events.size());
    for (const NewEvent& event : events) out.push_back(impl_->events.add(file, event));
    impl_->sealed.flush();
    return out;
  });
}

Status Writer::quarantine(FileRow& file, const std::vector<model::Rejected>& records) {
  return at_the_door([&] {
    if (file.id == 0) impl_->save(file);
    for (const model::Rejected& record : records) {
      ++(impl_->events.quarantine(file, record) ? file.quarantined : file.duplicates);
    }
    impl_->sealed.flush();
    return Done{};
  });
}

Status Writer::save(FileRow& file) {
  return at_the_door([&] {
    impl_->save(file);
    return Done{};
  });
}

Status Writer::add_push(const PushRow& push) {
  return at_the_door([&] {
    store::add_push(impl_->database(), push);
    return Done{};
  });
}

Status Writer::forget_pushes(Instant before) {
  return at_the_door([&] {
    remove_pushes(impl_->database(), before);
    return Done{};
  });
}

Status Writer::add_loss(const LossRow& loss, std::string_view what) {
  return at_the_door([&] {
    const std::int64_t number = store::add_loss(impl_->database(), loss);
    impl_->add_own(seal::LeafKind::gap, loss.source, number, "", loss_record(loss, what));
    return Done{};
  });
}

}  // namespace trailwatch::store
