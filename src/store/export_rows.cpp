#include "store/export_rows.h"

#include <nlohmann/json.hpp>

#include "store/packing.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {

namespace {

using nlohmann::json;

std::string files_text(const std::vector<model::ExportedFile>& files) {
  json out = json::array();
  for (const model::ExportedFile& file : files) {
    out.push_back({{"name", file.name}, {"sha256", file.sha256}, {"bytes", file.bytes}});
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What we wrote ourselves; anything else is left out.
std::vector<model::ExportedFile> files_of(std::string_view text) {
  std::vector<model::ExportedFile> out;
  const json from = json::parse(text, nullptr, false);
  for (const json& file : from.is_array() ? from : json::array()) {
    if (!file.is_object()) continue;
    out.push_back({file.value("name", ""), file.value("sha256", ""), file.value("bytes", std::int64_t{0})});
  }
  return out;
}

}  // namespace

ExportRow add_export(Database& database, const model::Exported& exported, std::string_view request) {
  if (!request.empty()) {
    Statement find(database, "SELECT id FROM exported WHERE request=?");
    find.bind(0, request);
    if (find.step()) return {find.number(0), false};
  }
  const std::int64_t number = database.number("SELECT COALESCE(MAX(id), 0) + 1 FROM exported");
  const std::string files = files_text(exported.files), events = pack_ids(exported.events);
  Statement insert(
      database,
      "INSERT INTO exported(id, at, officer, kind, period, scope, files, events, request) VALUES(?,?,?,?,?,?,?,?,?)");
  insert.bind(0, number)
      .bind(1, exported.at.micros)
      .bind(2, std::string_view(exported.by))
      .bind(3, std::string_view(exported.kind))
      .bind(4, std::string_view(exported.period))
      .bind(5, std::string_view(exported.scope))
      .bind(6, std::string_view(files))
      .bind_bytes(7, events);
  if (request.empty()) {
    insert.bind_null(8);
  } else {
    insert.bind(8, request);
  }
  insert.run();
  return {number, true};
}

std::string export_record(const model::Exported& exported, std::int64_t number) {
  std::string files, out;
  for (const model::ExportedFile& file : exported.files) files += file.sha256 + "  " + file.name + "\n";
  if (!exported.account.empty()) seal::add_member(out, "account", exported.account);
  seal::add_member(out, "at", exported.at.micros);
  seal::add_member(out, "by", exported.by);
  seal::add_member(out, "events", static_cast<std::int64_t>(exported.events.size()));
  seal::add_member(out, "files", files);
  // Which look-ups were shown, by their numbers in order.
  std::string ids;
  for (const model::EventId event : exported.events) ids += std::to_string(event) + "\n";
  seal::add_member(out, "ids", to_hex(sha256(ids)));
  seal::add_member(out, "number", number);
  seal::add_member(out, "period", exported.period);
  if (!exported.reason.empty()) seal::add_member(out, "reason", exported.reason);
  seal::add_member(out, "scope", exported.scope);
  seal::add_member(out, "what", exported.kind);
  out.push_back('}');
  return out;
}

static std::vector<model::Exported> read_rows(Statement& row) {
  std::vector<model::Exported> out;
  while (row.step()) {
    out.push_back({row.number(0), Instant{row.number(1)}, std::string(row.text(2)), std::string(row.text(3)),
                   std::string(row.text(4)), std::string(row.text(5)), files_of(row.text(6)), unpack_ids(row.text(7)),
                   "", ""});
  }
  return out;
}

std::vector<model::Exported> read_all_exports(Database& database) {
  Statement row(database, "SELECT id, at, officer, kind, period, scope, files, events FROM exported ORDER BY id");
  return read_rows(row);
}

std::vector<model::Exported> read_exports(Database& database, std::string_view kind,
                                          const std::optional<std::string>& period) {
  Statement row(database,
                "SELECT id, at, officer, kind, period, scope, files, events FROM exported WHERE kind=?1 AND "
                "(?2 IS NULL OR period=?2) ORDER BY id");
  row.bind(0, kind);
  if (period) {
    row.bind(1, std::string_view(*period));
  } else {
    row.bind_null(1);
  }
  return read_rows(row);
}

}  // namespace trailwatch::store
