#include "store/verify_own.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "store/export_rows.h"
#include "store/ledger_records.h"
#include "store/ledger_rows.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/time.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::store {

namespace {

using nlohmann::json;

constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();
// What a clock may go back by when it is set right.
constexpr std::int64_t kStepMicros = 5 * kMicrosPerMinute;
constexpr std::size_t kStepsMax = 20;

std::string text_of(const json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A record as older versions wrote it: without the members that came later. Which one was sealed can't be chosen by
// whoever changes the row.
bool says(const std::string& sealed, const std::string& made, std::initializer_list<const char*> later) {
  if (sealed == made) return true;
  json older = json::parse(made, nullptr, false), has = json::parse(sealed, nullptr, false);
  if (!older.is_object() || !has.is_object()) return false;
  for (const char* key : later) {
    if (!has.contains(key)) older.erase(key);
  }
  return older == has;
}

std::string number_text(std::int64_t number) {
  return std::to_string(number);
}

Fault changed(std::string where, std::int64_t index) {
  return {std::move(where), "its row is not what was sealed (leaf " + number_text(index) + ")"};
}
Fault unknown(std::string where) {
  return {std::move(where), "no leaf speaks of it"};
}
Fault gone(std::string where, std::int64_t index) {
  return {std::move(where), "its row is gone (leaf " + number_text(index) + ")"};
}

// A reason that went with its month can't be compared any more: the sealed one stands in for it.
void restore_reason(model::Entry& entry, const std::set<std::int64_t>& erased, const std::string& sealed) {
  if (erased.count(entry.number) == 0) return;
  const json record = json::parse(sealed, nullptr, false);
  if (record.is_object()) entry.reason = text_of(record, "reason");
}

// Leaves from before groups were veiled have them as they were.
void restore_group(const vault::Vault& vault, std::string& group, const std::map<std::int64_t, std::string>& sealed,
                   std::int64_t number) {
  const auto found = sealed.find(number);
  if (found == sealed.end()) return;
  const json record = json::parse(found->second, nullptr, false);
  if (!record.is_object()) return;
  std::string said = text_of(record, "group");
  if (vault.veiled(said) == group) group = std::move(said);
}

// By number: what the record of each entry of the ledger would be, made from its rows. Entries of kinds that have their
// own place are compared as far as the ledger itself goes.
std::map<std::int64_t, std::string> made_records(Connection& connection,
                                                 const std::map<std::int64_t, std::string>& sealed,
                                                 const std::set<std::int64_t>& erased) {
  std::map<std::int64_t, std::string> out;
  const auto restored = [&](model::Entry entry) {
    const auto found = sealed.find(entry.number);
    if (found != sealed.end()) restore_reason(entry, erased, found->second);
    return entry;
  };
  model::Ledger ledger = read_ledger(connection, kEverything);
  for (model::Decision& decision : ledger.decisions) {
    decision.entry = restored(decision.entry);
    out[decision.entry.number] = ledger_record(decision, decision.entry.number);
  }
  for (model::Suppression& suppression : ledger.suppressions) {
    suppression.entry = restored(suppression.entry);
    restore_group(connection.vault, suppression.group, sealed, suppression.entry.number);
    out[suppression.entry.number] = ledger_record(suppression, suppression.entry.number);
    if (!suppression.ended) continue;
    suppression.ended->entry = restored(suppression.ended->entry);
    const std::int64_t number = suppression.ended->entry.number;
    out[number] = ledger_record(*suppression.ended, suppression.entry.number, number);
  }
  for (model::SamplingAnswer& answer : read_all_answers(connection)) {
    answer.entry = restored(answer.entry);
    out[answer.entry.number] = ledger_record(answer, answer.entry.number);
  }
  for (model::Hold& hold : read_holds(connection)) {
    hold.entry = restored(hold.entry);
    out[hold.entry.number] = ledger_record(hold, hold.entry.number);
    if (!hold.lifted) continue;
    const model::Entry lifted = restored(*hold.lifted);
    out[lifted.number] = lift_record(lifted, hold.entry.number, lifted.number);
  }
  for (model::Unmasking& step : read_unmaskings(connection)) {
    step.entry = restored(step.entry);
    out[step.entry.number] = ledger_record(step, step.entry.number);
  }
  return out;
}

}  // namespace

void OwnCheck::begins_with(seal::LeafKind kind) {
  is_older_than_tree_ = kind == seal::LeafKind::event || kind == seal::LeafKind::quarantine;
}

void OwnCheck::take(const StoredLeaf& leaf, std::int64_t refers) {
  using seal::LeafKind;
  has_purges_ = has_purges_ || leaf.kind == LeafKind::purge;
  if (leaf.source == "ledger") {
    ledger_[refers] = {leaf.index, leaf.record};
  } else if (leaf.kind == LeafKind::exported && leaf.source == "daily-report") {
    const json record = json::parse(leaf.record, nullptr, false);
    if (record.is_object()) reports_[text_of(record, "day")] = {leaf.index, leaf.record};
  } else if (leaf.kind == LeafKind::exported && refers > 0) {
    exports_[refers] = {leaf.index, leaf.record};
  } else if (leaf.kind == LeafKind::rule || leaf.kind == LeafKind::config || leaf.kind == LeafKind::reference) {
    versions_[leaf.source].push_back({leaf.index, leaf.received, leaf.record});
  }
}

void OwnCheck::erased(const StoredLeaf& leaf, std::int64_t refers) {
  if (leaf.source == "ledger") {
    erased_entries_.insert(refers);
  } else if (leaf.kind == seal::LeafKind::exported && leaf.source == "daily-report") {
    has_erased_reports_ = true;
  } else if (leaf.kind == seal::LeafKind::exported && refers > 0) {
    erased_exports_.insert(refers);
  }
}

bool OwnCheck::is_older(const ByNumber& sealed, std::int64_t number) const {
  return is_older_than_tree_ && (sealed.empty() || number < sealed.begin()->first);
}

void OwnCheck::ledger(Connection& connection, std::vector<Fault>& out) const {
  std::map<std::int64_t, model::Entry> rows;
  std::set<std::int64_t> erased;
  Statement all(connection.database, "SELECT id, at, officer, month, note FROM ledger ORDER BY id");
  while (all.step()) {
    model::Entry entry{all.number(0), Instant{all.number(1)}, std::string(all.text(2)), ""};
    const auto reason = open_note(connection, entry.number, static_cast<vault::Month>(all.number(3)), all.text(4));
    if (!reason) erased.insert(entry.number);
    entry.reason = reason.value_or("");
    rows[entry.number] = std::move(entry);
  }
  std::map<std::int64_t, std::string> sealed;
  for (const auto& [number, one] : ledger_) sealed[number] = one.record;
  const std::map<std::int64_t, std::string> made = made_records(connection, sealed, erased);
  for (const auto& [number, entry] : rows) {
    const std::string where = "ledger " + number_text(number);
    const auto found = ledger_.find(number);
    if (found == ledger_.end()) {
      if (!is_older(ledger_, number) && erased_entries_.count(number) == 0) out.push_back(unknown(where));
      continue;
    }
    // A month that nobody has erased hides no reason.
    if (erased.count(number) != 0 && !has_purges_)
      out.push_back({where, "its reason can't be read: the secret of the month that it names is not there"});
    const json record = json::parse(found->second.record, nullptr, false);
    const std::string what = record.is_object() ? text_of(record, "what") : std::string();
    const auto whole = made.find(number);
    static const std::set<std::string> kKnown = {"decision", "suppression",     "suppression-end", "sampling-answer",
                                                 "hold",     "hold-end",        "requested",       "approved",
                                                 "shown",    "shown-unapproved"};
    if (kKnown.count(what) != 0) {
      if (whole == made.end()) {
        out.push_back({where, "what it says (" + what + ") is gone (leaf " + number_text(found->second.index) + ")"});
      } else if (!says(found->second.record, whole->second, {"at"})) {
        out.push_back(changed(where + " (" + what + ")", found->second.index));
      }
      continue;
    }
    const bool same_reason = erased.count(number) != 0 || text_of(record, "reason") == entry.reason;
    if (!record.is_object() || text_of(record, "by") != entry.by || !same_reason || whole != made.end())
      out.push_back(changed(where + " (" + what + ")", found->second.index));
  }
  for (const auto& [number, one] : ledger_) {
    if (rows.count(number) == 0) out.push_back(gone("ledger " + number_text(number), one.index));
  }
}

void OwnCheck::exports(Connection& connection, std::vector<Fault>& out) const {
  std::set<std::int64_t> seen;
  for (model::Exported& exported : read_all_exports(connection.database)) {
    const std::string where = "export " + number_text(exported.number) + " (" + exported.kind + ")";
    seen.insert(exported.number);
    const auto found = exports_.find(exported.number);
    if (found == exports_.end()) {
      if (!is_older(exports_, exported.number) && erased_exports_.count(exported.number) == 0)
        out.push_back(unknown(where));
      continue;
    }
    // Account and reason stand in the sealed record only.
    const json record = json::parse(found->second.record, nullptr, false);
    if (record.is_object()) {
      exported.account = text_of(record, "account");
      exported.reason = text_of(record, "reason");
    }
    if (!says(found->second.record, export_record(exported, exported.number), {"at", "ids"}))
      out.push_back(changed(where, found->second.index));
  }
  for (const auto& [number, one] : exports_) {
    if (seen.count(number) == 0) out.push_back(gone("export " + number_text(number), one.index));
  }
}

void OwnCheck::reports(Connection& connection, std::vector<Fault>& out) const {
  Reader reader(connection);
  std::set<std::string> seen;
  Statement days(connection.database, "SELECT day FROM report ORDER BY day");
  while (days.step()) {
    const LocalDay day{static_cast<std::int32_t>(days.number(0))};
    const std::string iso = format_day(day), where = "report " + iso;
    seen.insert(iso);
    const auto found = reports_.find(iso);
    if (found == reports_.end()) {
      if (!has_erased_reports_ && (!is_older_than_tree_ || !reports_.empty())) out.push_back(unknown(where));
      continue;
    }
    const Result<std::optional<KeptReport>> kept = reader.kept_report(day);
    const json record = json::parse(found->second.record, nullptr, false);
    if (!kept || !*kept || !record.is_object()) {
      out.push_back({where, "its bytes can't be read"});
      continue;
    }
    const KeptReport& report = **kept;
    bool same = record.value("log_size", std::int64_t{-1}) == report.log_size &&
                record.value("decisions_cut", std::int64_t{-1}) == report.decisions_cut;
    std::size_t named = 0;
    for (const auto& [key, value] : record.items()) named += key.rfind("daily-", 0) == 0 ? 1 : 0;
    same = same && named == report.files.size();
    for (const ReportFile& file : report.files) {
      same = same && text_of(record, file.name.c_str()) == file.sha256;
      // Bytes that went with their month are empty; only their hash is kept. Where nothing was ever erased, they must
      // be there.
      if ((!file.content.empty() || !has_purges_) && to_hex(sha256(file.content)) != file.sha256) same = false;
    }
    const std::pair<const char*, std::string> later[] = {{"issued", std::to_string(report.issued.micros)},
                                                         {"reference_version", report.reference_version},
                                                         {"rules_version", report.rules_version}};
    for (const auto& [key, value] : later) same = same && (!record.contains(key) || text_of(record, key) == value);
    if (!same) out.push_back(changed(where, found->second.index));
  }
  for (const auto& [day, one] : reports_) {
    if (seen.count(day) == 0) out.push_back(gone("report " + day, one.index));
  }
}

std::vector<Fault> OwnCheck::finish(Connection& connection) const {
  std::vector<Fault> out;
  ledger(connection, out);
  exports(connection, out);
  reports(connection, out);
  return out;
}

std::vector<Fault> OwnCheck::put_back() const {
  std::vector<Fault> out;
  for (const auto& [name, versions] : versions_) {
    std::map<std::string_view, std::size_t> last_seen;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const auto before = last_seen.find(versions[i].record);
      if (before != last_seen.end() && before->second + 1 < i) {
        const Version& away = versions[before->second + 1];
        out.push_back({name, "was changed at " + format_rfc3339(away.at, 0) + " (leaf " + number_text(away.index) +
                                 ") and put back at " + format_rfc3339(versions[i].at, 0) + " (leaf " +
                                 number_text(versions[i].index) + ")"});
      }
      last_seen[versions[i].record] = i;
    }
  }
  return out;
}

void ClockCheck::take(const StoredLeaf& leaf) {
  if (has_last_ && leaf.received.micros < last_.micros - kStepMicros) {
    ++in_all_;
    if (steps_.size() < kStepsMax)
      steps_.push_back({"leaf " + number_text(leaf.index) + ", " + leaf.place,
                        "was received at " + format_rfc3339(leaf.received, 0) + ", after what was received at " +
                            format_rfc3339(last_, 0) +
                            ": the clock was set back, or the record was given an older time"});
  }
  has_last_ = true;
  last_ = leaf.received;
}

}  // namespace trailwatch::store
