#include "store/live_rows.h"

#include <sqlite3.h>

#include "trailwatch/base/time.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {

namespace {

constexpr std::string_view kMark = "://";

}  // namespace

std::string stream_name(std::string_view way, std::string_view peer, LocalDay day) {
  return std::string(way) + std::string(kMark) + std::string(peer) + "/" + format_day(day);
}

bool is_stream_name(std::string_view name) {
  return name.find(kMark) != std::string_view::npos;
}

std::optional<PushRow> find_push(Database& database, std::string_view source, std::string_view key) {
  Statement row(database, "SELECT body, answer, received FROM push WHERE source=? AND key=?");
  row.bind(0, source).bind(1, key);
  if (!row.step()) return std::nullopt;
  return PushRow{std::string(source), std::string(key), std::string(row.text(0)), std::string(row.text(1)),
                 Instant{row.number(2)}};
}

void add_push(Database& database, const PushRow& push) {
  Statement(database, "INSERT INTO push(source, key, body, answer, received) VALUES(?, ?, ?, ?, ?)")
      .bind(0, std::string_view(push.source))
      .bind(1, std::string_view(push.key))
      .bind(2, std::string_view(push.body))
      .bind(3, std::string_view(push.answer))
      .bind(4, push.received.micros)
      .run();
}

void remove_pushes(Database& database, Instant before) {
  Statement(database, "DELETE FROM push WHERE received < ?").bind(0, before.micros).run();
}

std::int64_t add_loss(Database& database, const LossRow& loss) {
  Statement(database, "INSERT INTO loss(source, stream, at, kind, records) VALUES(?, ?, ?, ?, ?)")
      .bind(0, std::string_view(loss.source))
      .bind(1, std::string_view(loss.stream))
      .bind(2, loss.first.micros)
      .bind(3, static_cast<std::int64_t>(loss.kind))
      .bind(4, loss.records)
      .run();
  return sqlite3_last_insert_rowid(database.handle());
}

std::string loss_record(const LossRow& loss, std::string_view what) {
  std::string out;
  seal::add_member(out, "at", loss.first.micros);
  seal::add_member(out, "kind", static_cast<std::int64_t>(loss.kind));
  seal::add_member(out, "records", loss.records);
  seal::add_member(out, "stream", loss.stream);
  seal::add_member(out, "what", what);
  out.push_back('}');
  return out;
}

std::vector<LossRow> read_losses(Database& database, std::int64_t limit) {
  Statement rows(database,
                 "SELECT source, stream, kind, COUNT(*), SUM(records), MIN(at), MAX(at) FROM loss "
                 "GROUP BY source, stream, kind ORDER BY MAX(at) DESC, source, stream, kind LIMIT ?");
  rows.bind(0, limit);
  std::vector<LossRow> out;
  while (rows.step()) {
    out.push_back({std::string(rows.text(0)), std::string(rows.text(1)), static_cast<model::LossKind>(rows.number(2)),
                   rows.number(3), rows.number(4), Instant{rows.number(5)}, Instant{rows.number(6)}});
  }
  return out;
}

}  // namespace trailwatch::store
