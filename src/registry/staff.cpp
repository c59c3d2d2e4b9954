#include "registry/staff.h"

#include <algorithm>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::registry {

namespace {

// Nothing comes before a day that is not given.
bool starts_by(const Officer& row, LocalDay day) {
  return !row.from || *row.from <= day;
}
bool lasts_to(const Officer& row, LocalDay day) {
  return !row.until || day <= *row.until;
}

bool contains(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

void add_once(std::vector<std::string>& ids, const std::string& id) {
  if (!contains(ids, id)) ids.push_back(id);
}

// An officer of a trail, however it writes the id.
bool names(const std::vector<std::string>& ids, std::string_view officer) {
  std::string buffer;
  return contains(ids, as_key(officer, buffer));
}

}  // namespace

void Staff::read(ReferenceRows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Officer officer;
    officer.id = key_of(rows.cell(i, "officer"));
    if (officer.id.empty()) {
      rows.complain(i, "未填 officer");
      continue;
    }
    officer.name = rows.cell(i, "name");
    officer.agency = rows.cell(i, "agency");
    officer.unit = rows.cell(i, "unit");
    officer.role = rows.cell(i, "role");
    officer.systems = list_of(rows.cell(i, "systems"));
    officer.accounts = list_of(rows.cell(i, "accounts"));
    officer.national_id = key_of(rows.cell(i, "national_id"));
    const std::size_t before_row = rows.complaints();
    officer.from = rows.day(i, "from");
    officer.until = rows.day(i, "to");
    officer.privileged = rows.flag(i, "privileged");
    if (rows.complaints() != before_row) continue;
    if (officer.from && officer.until && *officer.until < *officer.from) {
      rows.complain(i, "to 早於 from");
      continue;
    }
    add(std::move(officer), rows, i);
  }
  index();
}

void Staff::add(Officer officer, ReferenceRows& rows, std::size_t row) {
  std::vector<Officer>& history = rows_[officer.id];
  const auto at = std::lower_bound(history.begin(), history.end(), officer,
                                   [](const Officer& a, const Officer& b) { return a.from < b.from; });
  if (at != history.end() && at->from == officer.from) {
    rows.complain(row, "officer「" + officer.id + "」同日重複，採用先出現者");
  } else {
    history.insert(at, std::move(officer));
  }
}

void Staff::index() {
  for (auto& [id, history] : rows_) {
    for (std::size_t i = 0; i < history.size(); ++i) {
      // A post without a last day ends when the next one begins.
      if (i + 1 < history.size() && !history[i].until) history[i].until = history[i + 1].from->plus(-1);
      for (const std::string& account : history[i].accounts) add_once(accounts_[key_of(account)], id);
      if (!history[i].national_id.empty()) add_once(national_ids_[history[i].national_id], id);
    }
    latest_.emplace(id, history.back());
  }
}

const Officer* Staff::on(std::string_view id, LocalDay day) const {
  const auto* history = find(rows_, id);
  if (history == nullptr) return nullptr;
  // On the day of a transfer both posts may hold; the new one counts.
  for (auto row = history->rbegin(); row != history->rend(); ++row) {
    if (starts_by(*row, day) && lasts_to(*row, day)) return &*row;
  }
  return nullptr;
}

StaffStatus Staff::status(std::string_view id, LocalDay day) const {
  const auto* history = find(rows_, id);
  if (history == nullptr) return StaffStatus::unknown;
  if (on(id, day) != nullptr) return StaffStatus::active;
  return starts_by(history->front(), day) ? StaffStatus::left : StaffStatus::not_yet;
}

Owner Staff::owner_of(std::string_view account, std::string_view officer) const {
  const auto* ids = find(accounts_, account);
  if (ids == nullptr || officer.empty()) return Owner::unknown;
  return names(*ids, officer) ? Owner::own : Owner::other;
}

Relation Staff::relation(std::string_view officer, std::string_view subject, LocalDay day) const {
  if (national_ids_.empty() || officer.empty() || subject.empty()) return Relation::unknown;
  const auto* ids = find(national_ids_, subject);
  if (ids == nullptr) return Relation::none;
  if (names(*ids, officer)) return Relation::self;
  const bool serves = std::any_of(ids->begin(), ids->end(),
                                  [&](const std::string& id) { return status(id, day) == StaffStatus::active; });
  return serves ? Relation::colleague : Relation::none;
}

std::vector<std::string> Staff::changed_officers(const Staff& other) const {
  std::set<std::string> names;
  for (const auto* staff : {this, &other}) {
    for (const auto& [id, history] : staff->rows_) {
      const auto *mine = find(rows_, id), *theirs = find(other.rows_, id);
      if (mine == nullptr || theirs == nullptr || *mine != *theirs) names.insert(id);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> Staff::changed_national_ids(const Staff& other,
                                                     const std::vector<std::string>& changed) const {
  std::set<std::string> out;
  for (const auto* staff : {this, &other}) {
    for (const auto& [national_id, ids] : staff->national_ids_) {
      const auto *mine = find(national_ids_, national_id), *theirs = find(other.national_ids_, national_id);
      const bool is_same = mine != nullptr && theirs != nullptr && *mine == *theirs;
      const bool has_changed = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
        return std::binary_search(changed.begin(), changed.end(), id);
      });
      if (!is_same || has_changed) out.insert(national_id);
    }
  }
  return {out.begin(), out.end()};
}

}  // namespace trailwatch::registry
