#include "store/event_writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>

#include "trailwatch/base/plant.h"

namespace trailwatch::store {

namespace {

// Daily files make a scope each; only those in use are kept at hand.
constexpr std::size_t kScopesKept = 4'096;

std::optional<std::int64_t> decimal(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || value < 0) return std::nullopt;
  return value;
}

// Behind the name of a scope: of those numbers in it that are none.
constexpr std::string_view kTextMark = "/text";

// Within which the records of a file without sequence keys are known by their place.
std::string file_scope(std::int64_t logical) {
  return "file:" + std::to_string(logical);
}

}  // namespace

EventWriter::EventWriter(Connection& connection, const Zone& zone, SealedWriter& sealed, EvidenceWriter& evidence,
                         Random& random)
    : connection_(connection),
      zone_(zone),
      random_(random),
      sealed_(sealed),
      evidence_(evidence),
      shelves_(connection.database),
      find_identity_(connection.database, "SELECT content, event FROM identity WHERE scope=? AND number=?"),
      add_identity_(connection.database, "INSERT INTO identity(scope, number, content, event) VALUES(?, ?, ?, ?)"),
      add_event_(
          connection.database,
          "INSERT INTO event(id, time, offset_minutes, system, channel, place, officer, account, terminal, action, "
          "lookup_by, subject_kind, subject, reason_code, case_no, approver, rows, file, line, byte_offset, batch, "
          "slot, "
          "undecodable) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      find_scope_(connection.database,
                  "SELECT id, is_numeric, lowest, highest, numbers FROM scope WHERE source=? AND text=?"),
      add_scope_(connection.database,
                 "INSERT INTO scope(source, text, is_numeric, lowest, highest, numbers) VALUES(?, ?, ?, 0, 0, 0)"),
      save_scope_(connection.database, "UPDATE scope SET is_numeric=?, lowest=?, highest=?, numbers=? WHERE id=?"),
      add_quarantine_(connection.database,
                      "INSERT INTO quarantine(file, line, byte_offset, code, reason, received, batch, slot) "
                      "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
      add_intake_(connection.database, "INSERT INTO intake(received, first_event, last_event) VALUES(?, ?, ?)"),
      add_clash_(connection.database, "INSERT INTO clash(event) VALUES(?)") {}

void EventWriter::begin(Instant received) {
  received_ = received;
  next_event_ = last_event(connection_.database) + 1;
  first_event_ = next_event_;
}

// The scope of that name, kept at hand from now on; null where there is none.
EventWriter::Scope* EventWriter::find_scope(const std::string& source, const std::string& text) {
  std::string full = source + '\x1f' + text;
  const auto found = scopes_.find(full);
  if (found != scopes_.end()) return &found->second;
  find_scope_.bind(0, source).bind(1, text);
  if (!find_scope_.step()) {
    find_scope_.reset();
    return nullptr;
  }
  const Scope out = {find_scope_.number(0), find_scope_.number(1) != 0, find_scope_.number(2),
                     find_scope_.number(3), find_scope_.number(4),      false};
  find_scope_.reset();
  if (scopes_.size() >= kScopesKept) {
    finish();
    scopes_.clear();
  }
  return &scopes_.emplace(std::move(full), out).first->second;
}

EventWriter::Scope& EventWriter::scope(const std::string& source, const std::string& text, bool is_numeric) {
  if (Scope* const known = find_scope(source, text)) return *known;
  add_scope_.bind(0, source).bind(1, text).bind(2, std::int64_t{is_numeric ? 1 : 0}).run();
  Scope& out = *find_scope(source, text);
  out.changed = true;
  return out;
}

// Without a sequence key a record is known by its place in the logical file. Where numbers count up, one that is none
// (a correction `17-1`, say) has a scope beside theirs, so that holes between them are still seen; in stores that have
// taken both into one, it stays there.
std::string EventWriter::scope_of(const FileRow& file, const model::RecordKey& key) {
  if (key.empty()) return file_scope(file.logical);
  if (decimal(key.number)) return key.scope;
  const Scope* const mixed = find_scope(file.source, key.scope);
  return mixed != nullptr && !mixed->is_numeric ? key.scope : key.scope + std::string(kTextMark);
}

Added EventWriter::add(FileRow& file, const NewEvent& added) {
  const model::QueryEvent& event = added.event;
  const std::string scope_text = scope_of(file, added.key);
  const auto counted = decimal(added.key.number);
  // Byte offsets are no sequence: holes between them mean nothing.
  Scope& where = scope(file.source, scope_text, !added.key.empty() && counted.has_value());
  const std::int64_t number = added.key.empty() ? event.origin.offset
                              : counted         ? *counted
                                                : connection_.vault.fingerprint(added.key.number);
  const vault::Month month = shelves_.of(event.system, vault::month_of(zone_.local(event.time).day));
  const bool is_expired = shelves_.is_erased(month);
  // A month without a secret has no records yet. Those of stores from before there were shelves have the older form.
  const vault::Vault& vault = connection_.vault;
  const std::int64_t content =
      vault.has_secret(month) ? vault.fingerprint(month, event.raw) + (TW_PLANT("dedupe-off") ? next_event_ : 0) : -1;

  bool is_known_number = false;
  std::optional<model::EventId> known;
  find_identity_.bind(0, where.id).bind(1, number);
  while (find_identity_.step()) {
    is_known_number = true;
    known = find_identity_.number(1);
    const std::int64_t stored = find_identity_.number(0);
    if (stored != content && stored != vault.fingerprint(event.raw)) continue;
    const model::EventId before = find_identity_.number(1);
    find_identity_.reset();
    ++file.duplicates;
    return {Added::Fate::duplicate, before};
  }
  find_identity_.reset();
  if (is_expired) return refuse(file, event, known);

  const model::EventId id = next_event_++;
  insert(file, event, id, month, {file.id, scope_text, number, received_});
  add_identity_.bind(0, where.id).bind(1, number).bind(2, vault.fingerprint(month, event.raw)).bind(3, id).run();
  if (is_known_number) {
    add_clash_.bind(0, id).run();
  } else {
    where.lowest = where.numbers == 0 ? number : std::min(where.lowest, number);
    where.highest = where.numbers == 0 ? number : std::max(where.highest, number);
    ++where.numbers;
    where.changed = true;
  }
  ++file.stored;
  if (!file.newest || *file.newest < event.time) file.newest = event.time;
  return {is_known_number ? Added::Fate::conflict : Added::Fate::stored, id};
}

// Its month was erased: storing it would begin the month anew. What bears a known number was there before; of anything
// else we keep that it came and where it stands, but none of its bytes.
Added EventWriter::refuse(FileRow& file, const model::QueryEvent& event, const std::optional<model::EventId>& known) {
  if (known) {
    ++file.duplicates;
    return {Added::Fate::duplicate, *known};
  }
  const bool is_new =
      quarantine(file, {"保存期限已過，該月份資料已銷毀，本筆不再收錄", "past-retention", event.origin, ""});
  ++(is_new ? file.quarantined : file.duplicates);
  return {Added::Fate::expired, 0};
}

void EventWriter::insert(const FileRow& file, const model::QueryEvent& event, model::EventId id, vault::Month month,
                         const seal::EventPlace& known_as) {
  Dictionary& words = connection_.words;
  Postings::Keys keys;
  keys.officer = words.id(WordKind::officer, event.officer);
  keys.place = words.place(event.agency, event.unit);
  if (!event.subject.empty()) keys.subject = connection_.vault.token(event.subject_kind, event.subject);
  connection_.postings.add(id, event.time.micros, keys);
  const SealedPlace place =
      sealed_.add(month, {event.raw, event.subject, event.subject_name, event.officer_name, event.reason});
  add_event_.bind(0, id)
      .bind(1, event.time.micros)
      .bind(2, std::int64_t{event.offset_minutes})
      .bind(3, words.id(WordKind::system, event.system))
      .bind(4, words.id(WordKind::channel, event.channel))
      .bind(5, keys.place)
      .bind(6, keys.officer)
      .bind(7, words.id(WordKind::account, event.account))
      .bind(8, words.id(WordKind::terminal, event.terminal))
      .bind(9, words.id(WordKind::action, event.action))
      .bind(10, static_cast<std::int64_t>(event.lookup_by))
      .bind(11, static_cast<std::int64_t>(event.subject_kind))
      .bind(12, keys.subject)
      .bind(13, words.id(WordKind::reason_code, event.reason_code))
      .bind(14, std::string_view(event.case_no))
      .bind(15, words.id(WordKind::approver, event.approver))
      .bind(16, event.rows)
      .bind(17, file.id)
      .bind(18, event.origin.line)
      .bind(19, event.origin.offset)
      .bind(20, place.batch)
      .bind(21, place.slot)
      .bind(22, std::int64_t{event.undecodable ? 1 : 0})
      .run();
  if (TW_PLANT("skipped-leaf") && id % 40 == 0) return;
  evidence_.add(
      {seal::LeafKind::event, id, file.source, received_, month, event.raw, seal::event_record(event, known_as)});
}

bool EventWriter::quarantine(const FileRow& file, const model::Rejected& record) {
  const vault::Month month = vault::month_of(zone_.local(received_).day);
  const SealedPlace place = sealed_.add(month, {record.raw, "", "", "", ""});
  add_quarantine_.bind(0, file.logical)
      .bind(1, record.origin.line)
      .bind(2, record.origin.offset)
      .bind(3, std::string_view(record.code))
      .bind(4, std::string_view(record.reason))
      .bind(5, received_.micros)
      .bind(6, place.batch)
      .bind(7, place.slot)
      .run();
  if (connection_.database.changes() == 0) return false;
  const std::int64_t id = sqlite3_last_insert_rowid(connection_.database.handle());
  evidence_.add({seal::LeafKind::quarantine, id, file.source, received_, month, record.raw,
                 seal::quarantine_record(record, file.logical, received_)});
  return true;
}

std::string EventWriter::seal_note(std::int64_t number, vault::Month month, std::string_view text) {
  sealed_.ensure_secret(month);
  return connection_.vault.seal_note(number, month, text, random_);
}

void EventWriter::finish() {
  for (auto& [name, scope] : scopes_) {
    if (!scope.changed) continue;
    save_scope_.bind(0, std::int64_t{scope.is_numeric ? 1 : 0})
        .bind(1, scope.lowest)
        .bind(2, scope.highest)
        .bind(3, scope.numbers)
        .bind(4, scope.id)
        .run();
    scope.changed = false;
  }
  if (next_event_ > first_event_) {
    add_intake_.bind(0, received_.micros).bind(1, first_event_).bind(2, next_event_ - 1).run();
    first_event_ = next_event_;
  }
}

void EventWriter::forget() {
  scopes_.clear();
  shelves_.forget();
}

}  // namespace trailwatch::store
