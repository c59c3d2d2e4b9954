#include "store/outbox_rows.h"

#include <sqlite3.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::store {

namespace {

using nlohmann::json;

// Notes are bound to their number; these keep those of the outbox and of reports apart from the ledger's and from each
// other, so that none opens in another's place.
constexpr std::int64_t kOutboxNotes = std::int64_t{1} << 61U;
constexpr std::int64_t kReportNotes = std::int64_t{1} << 62U;

constexpr const char* kMessageColumns =
    "number, id, kind, channel, recipient, key, month, payload, created, due, attempts, failing_since, error, "
    "delivered, refused";

std::optional<std::int64_t> micros(const std::optional<Instant>& instant) {
  return instant ? std::optional(instant->micros) : std::nullopt;
}

std::optional<Instant> instant(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(Instant{row.number(column)});
}

LocalDay day_of(const Statement& row, int column) {
  return LocalDay{static_cast<std::int32_t>(row.number(column))};
}

Message read_message(Connection& connection, const Statement& row, bool with_payload) {
  Message out;
  out.id = row.text(1);
  out.kind = row.text(2);
  out.channel = row.text(3);
  out.recipient = row.text(4);
  out.key = row.text(5);
  if (with_payload) {
    out.payload =
        open_note(connection, kOutboxNotes + row.number(0), static_cast<vault::Month>(row.number(6)), row.text(7))
            .value_or("");
  }
  out.created = Instant{row.number(8)};
  out.due = Instant{row.number(9)};
  out.attempts = row.number(10);
  out.failing_since = instant(row, 11);
  out.error = row.text(12);
  out.delivered = instant(row, 13);
  out.refused = instant(row, 14);
  return out;
}

// Takes one file's bytes from the front of what `keep_report` put together.
std::string next_content(std::string_view& rest) {
  const std::size_t line = rest.find('\n');
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + std::min(line, rest.size()), size);
  if (line == std::string_view::npos || error != std::errc() || rest.size() - line - 1 < size) {
    throw SqliteFailure(SQLITE_CORRUPT, "a kept report is cut short");
  }
  std::string out(rest.substr(line + 1, size));
  rest.remove_prefix(line + 1 + size);
  return out;
}

std::int64_t report_note(LocalDay day) {
  return kReportNotes + day.days;
}

}  // namespace

bool queue_message(Connection& connection, EventWriter& events, const Zone& zone, const Message& message) {
  Statement known(connection.database, "SELECT 1 FROM outbox WHERE id=?");
  known.bind(0, std::string_view(message.id));
  if (known.step()) return false;
  const std::int64_t number = connection.database.number("SELECT COALESCE(MAX(number), 0) + 1 FROM outbox");
  const vault::Month month = vault::month_of(zone.local(message.created).day);
  const std::string sealed = events.seal_note(kOutboxNotes + number, month, message.payload);
  Statement(connection.database,
            "INSERT INTO outbox(number, id, kind, channel, recipient, key, month, payload, created, due, attempts, "
            "error) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')")
      .bind(0, number)
      .bind(1, std::string_view(message.id))
      .bind(2, std::string_view(message.kind))
      .bind(3, std::string_view(message.channel))
      .bind(4, std::string_view(message.recipient))
      .bind(5, std::string_view(message.key))
      .bind(6, std::int64_t{month})
      .bind_bytes(7, sealed)
      .bind(8, message.created.micros)
      .bind(9, message.due.micros)
      .run();
  return true;
}

void save_attempt(Connection& connection, const Message& message) {
  Statement(connection.database,
            "UPDATE outbox SET due=?, attempts=?, failing_since=?, error=?, delivered=?, refused=?, "
            "payload=CASE WHEN ?5 IS NULL THEN payload ELSE x'' END WHERE id=?")
      .bind(0, message.due.micros)
      .bind(1, message.attempts)
      .bind(2, micros(message.failing_since))
      .bind(3, std::string_view(message.error))
      .bind(4, micros(message.delivered))
      .bind(5, micros(message.refused))
      .bind(6, std::string_view(message.id))
      .run();
  TW_CHECK(connection.database.changes() == 1);
}

std::int64_t requeue_messages(Connection& connection, std::string_view id_begins, Instant now) {
  Statement(
      connection.database,
      "UPDATE outbox SET refused=NULL, failing_since=NULL, due=?1 WHERE refused IS NOT NULL AND LENGTH(payload) > "
      "0 AND SUBSTR(id, 1, LENGTH(?2)) = ?2")
      .bind(0, now.micros)
      .bind(1, id_begins)
      .run();
  return connection.database.changes();
}

void keep_report(Connection& connection, EventWriter& events, const KeptReport& report) {
  json names = json::object();
  std::map<std::string_view, std::string_view> by_name;
  for (const ReportFile& file : report.files) {
    names[file.name] = file.sha256;
    by_name[file.name] = file.content;
  }
  std::string contents;  // in the order of the names: each one's size, a line end, its bytes
  for (const auto& [name, content] : by_name) contents.append(std::to_string(content.size()) + "\n").append(content);
  // Reports are made of the day's persons but written the morning after; its month's secret goes with theirs.
  const vault::Month month = vault::month_of(report.day);
  const std::string sealed = events.seal_note(report_note(report.day), month, contents);
  const std::string files = names.dump();
  Statement(connection.database,
            "INSERT INTO report(day, issued, log_size, decisions_cut, rules, reference, files, month, content) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(0, std::int64_t{report.day.days})
      .bind(1, report.issued.micros)
      .bind(2, report.log_size)
      .bind(3, report.decisions_cut)
      .bind(4, std::string_view(report.rules_version))
      .bind(5, std::string_view(report.reference_version))
      .bind(6, std::string_view(files))
      .bind(7, std::int64_t{month})
      .bind_bytes(8, sealed)
      .run();
}

void replace_told(Connection& connection, const ToldDay& day) {
  Statement(connection.database, "DELETE FROM told WHERE day=?").bind(0, std::int64_t{day.day.days}).run();
  Statement(connection.database,
            "INSERT INTO told_day(day, events) VALUES(?, ?) ON CONFLICT(day) DO UPDATE SET events=excluded.events")
      .bind(0, std::int64_t{day.day.days})
      .bind(1, day.events)
      .run();
  Statement insert(connection.database,
                   "INSERT INTO told(alert, day, about, agency, name, score, events, evidence, listed) "
                   "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Told& told : day.alerts) {
    insert.bind(0, std::string_view(told.alert))
        .bind(1, std::int64_t{day.day.days})
        .bind(2, static_cast<std::int64_t>(told.key.about))
        .bind(3, std::string_view(told.key.agency))
        .bind(4, std::string_view(told.key.name))
        .bind(5, told.score)
        .bind(6, told.events)
        .bind(7, std::string_view(told.evidence))
        .bind(8, std::int64_t{told.listed ? 1 : 0})
        .run();
  }
}

Result<std::vector<Message>> Reader::outbox_due(Instant now, std::int64_t limit) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kMessageColumns +
                            " FROM outbox WHERE delivered IS NULL AND refused IS NULL AND due <= ? "
                            "ORDER BY due, number LIMIT ?";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, now.micros).bind(1, limit);
    std::vector<Message> out;
    while (rows.step()) out.push_back(read_message(connection_, rows, true));
    return out;
  });
}

Result<std::vector<Message>> Reader::outbox(std::int64_t limit) {
  return at_the_door([&] {
    const std::string sql =
        std::string("SELECT ") + kMessageColumns + " FROM outbox ORDER BY delivered IS NOT NULL, number DESC LIMIT ?";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, limit);
    std::vector<Message> out;
    while (rows.step()) out.push_back(read_message(connection_, rows, false));
    return out;
  });
}

Result<std::vector<ChannelState>> Reader::channel_states(Instant since) {
  return at_the_door([&] {
    std::vector<ChannelState> out;
    Statement rows(connection_.database,
                   "SELECT channel, COUNT(delivered), SUM(delivered IS NULL AND refused IS NULL), COUNT(CASE WHEN "
                   "refused >= ? THEN 1 END), "
                   "MAX(delivered) FROM outbox GROUP BY channel ORDER BY channel");
    rows.bind(0, since.micros);
    while (rows.step()) {
      ChannelState state;
      state.channel = rows.text(0);
      state.delivered = rows.number(1);
      state.waiting = rows.number(2);
      state.refused = rows.number(3);
      state.last_delivered = instant(rows, 4);
      Statement failing(connection_.database,
                        "SELECT failing_since, error FROM outbox WHERE channel=? AND delivered IS NULL AND refused IS "
                        "NULL AND failing_since IS NOT NULL ORDER BY failing_since, number LIMIT 1");
      failing.bind(0, std::string_view(state.channel));
      if (failing.step()) {
        state.failing_since = instant(failing, 0);
        state.error = failing.text(1);
      }
      out.push_back(std::move(state));
    }
    return out;
  });
}

Result<bool> Reader::is_queued(std::string_view kind, std::string_view channel, std::string_view key) {
  return at_the_door([&] {
    Statement row(connection_.database, "SELECT 1 FROM outbox WHERE kind=? AND channel=? AND key=? LIMIT 1");
    return row.bind(0, kind).bind(1, channel).bind(2, key).step();
  });
}

Result<std::int64_t> Reader::queued_since(std::string_view kind, std::string_view channel, Instant since) {
  return at_the_door([&] {
    Statement row(connection_.database,
                  "SELECT COUNT(DISTINCT key) FROM outbox WHERE kind=? AND channel=? AND created >= ?");
    row.bind(0, kind).bind(1, channel).bind(2, since.micros).step();
    return row.number(0);
  });
}

Result<std::optional<Message>> Reader::first_delivered(std::string_view kind, Instant since) {
  return at_the_door([&]() -> std::optional<Message> {
    const std::string sql = std::string("SELECT ") + kMessageColumns +
                            " FROM outbox WHERE kind=? AND delivered IS NOT NULL AND created >= ? "
                            "ORDER BY delivered, number LIMIT 1";
    Statement row(connection_.database, sql.c_str());
    if (!row.bind(0, kind).bind(1, since.micros).step()) return std::nullopt;
    return read_message(connection_, row, false);
  });
}

Result<std::optional<KeptReport>> Reader::kept_report(LocalDay day) {
  return at_the_door([&]() -> std::optional<KeptReport> {
    Statement row(connection_.database,
                  "SELECT issued, log_size, decisions_cut, rules, reference, files, month, content FROM report "
                  "WHERE day=?");
    row.bind(0, std::int64_t{day.days});
    if (!row.step()) return std::nullopt;
    KeptReport out;
    out.day = day;
    out.issued = Instant{row.number(0)};
    out.log_size = row.number(1);
    out.decisions_cut = row.number(2);
    out.rules_version = row.text(3);
    out.reference_version = row.text(4);
    const std::optional<std::string> plain =
        open_note(connection_, report_note(day), static_cast<vault::Month>(row.number(6)), row.text(7));
    const json names = json::parse(row.text(5), nullptr, false);
    if (!names.is_object()) throw SqliteFailure(SQLITE_CORRUPT, "a kept report does not name its files");
    std::string_view rest = plain ? std::string_view(*plain) : std::string_view();
    for (const auto& [name, hash] : names.items()) {
      ReportFile file{name, hash.is_string() ? hash.get<std::string>() : "", plain ? next_content(rest) : ""};
      if (plain && to_hex(sha256(file.content)) != file.sha256) {
        throw SqliteFailure(SQLITE_CORRUPT, "the kept report's " + name + " is not what was issued");
      }
      out.files.push_back(std::move(file));
    }
    return out;
  });
}

Result<std::optional<LocalDay>> Reader::newest_report() {
  return at_the_door([&]() -> std::optional<LocalDay> {
    Statement row(connection_.database, "SELECT MAX(day) FROM report");
    if (!row.step() || row.is_null(0)) return std::nullopt;
    return day_of(row, 0);
  });
}

Result<std::vector<ToldDay>> Reader::told(LocalDay from, LocalDay until) {
  return at_the_door([&] {
    std::vector<ToldDay> out;
    Statement days(connection_.database, "SELECT day, events FROM told_day WHERE day BETWEEN ? AND ? ORDER BY day");
    days.bind(0, std::int64_t{from.days}).bind(1, std::int64_t{until.days});
    while (days.step()) {
      ToldDay day{day_of(days, 0), days.number(1), {}};
      Statement rows(connection_.database,
                     "SELECT alert, about, agency, name, score, events, evidence, listed FROM told WHERE day=? "
                     "ORDER BY alert");
      rows.bind(0, std::int64_t{day.day.days});
      while (rows.step()) {
        day.alerts.push_back(
            {std::string(rows.text(0)),
             day.day,
             {static_cast<model::About>(rows.number(1)), std::string(rows.text(2)), std::string(rows.text(3))},
             rows.real(4),
             rows.number(5),
             std::string(rows.text(6)),
             rows.number(7) != 0});
      }
      out.push_back(std::move(day));
    }
    return out;
  });
}

}  // namespace trailwatch::store
