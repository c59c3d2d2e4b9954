#include "app/unmasking.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/messages.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using Step = model::Unmasking::Step;

constexpr const char* kFile = "unmask";  // what the looks are a growing file of, as far as the store is concerned

bool shows(Step step) {
  return step == Step::shown || step == Step::shown_unapproved;
}

Error refused(std::string message, std::string hint) {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

const model::Unmasking* find(const std::vector<model::Unmasking>& steps, std::int64_t request, Step step) {
  for (const model::Unmasking& one : steps) {
    if (one.step != step) continue;
    if (step == Step::requested ? one.entry.number == request : one.request == request) return &one;
  }
  return nullptr;
}

Status check_approval(const std::vector<model::Unmasking>& steps, const model::Unmasking& step, Instant now) {
  const model::Unmasking* const request = find(steps, step.request.value_or(0), Step::requested);
  if (request == nullptr)
    return Error{Errc::not_found, "there is no such request", "`trailwatch unmask list` shows them", {}};
  if (equals_ignoring_case(request->entry.by, step.entry.by))
    return refused("nobody approves their own request", "another person must, under their own login");
  if (find(steps, *step.request, Step::approved) != nullptr)
    return Error{Errc::conflict, "this request has been approved already", "", {}};
  if (now.micros - request->entry.at.micros > kUnmaskMicros)
    return refused("the request is older than 30 minutes", "ask again: `trailwatch unmask --alert … --reason …`");
  return Done{};
}

Status check_approved(const std::vector<model::Unmasking>& steps, const model::Unmasking& step, Instant now) {
  const model::Unmasking* const request = find(steps, step.request.value_or(0), Step::requested);
  if (request == nullptr)
    return Error{Errc::not_found, "there is no such request", "`trailwatch unmask list` shows them", {}};
  const model::Unmasking* const approval = find(steps, *step.request, Step::approved);
  if (!equals_ignoring_case(request->entry.by, step.entry.by))
    return refused("only who has asked may look", "ask for yourself: `trailwatch unmask --alert … --reason …`");
  if (request->alert != step.alert) return refused("the request is about another alert", "");
  if (approval == nullptr)
    return Error{Errc::conflict,
                 "nobody has approved this request yet",
                 "another person: `trailwatch unmask approve " + std::to_string(*step.request) + "`",
                 {}};
  if (find(steps, *step.request, Step::shown) != nullptr)
    return Error{Errc::conflict, "this request was used already: it shows once", "ask again", {}};
  if (now.micros - approval->entry.at.micros > kUnmaskMicros)
    return refused("the approval is older than 30 minutes", "ask again: `trailwatch unmask --alert … --reason …`");
  return Done{};
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

Result<std::vector<Named>> named_in(store::Reader& reader, const model::Alert& alert) {
  Result<std::vector<store::StoredEvent>> events = reader.events(alert.evidence);
  if (!events) return std::move(events).error();
  std::vector<Named> out;
  for (const store::StoredEvent& stored : *events) {
    const model::QueryEvent& event = stored.event;
    if (event.subject.empty() && event.subject_name.empty()) continue;
    const auto same = std::find_if(out.begin(), out.end(), [&](const Named& one) {
      return one.kind == event.subject_kind && one.subject == event.subject && one.name == event.subject_name;
    });
    if (same != out.end()) {
      same->events.push_back(stored.id);
    } else {
      out.push_back({event.subject_kind, event.lookup_by, event.subject, event.subject_name, {stored.id}});
    }
  }
  return out;
}

Status check_step(store::Reader& reader, const config::Unmask& config, const model::Unmasking& step, Instant now) {
  if (step.step != Step::approved && length(trim(step.entry.reason)) < kUnmaskReasonMin)
    return refused("the reason has fewer than 10 characters", "say for which case and why: --reason TEXT");
  Result<std::vector<model::Unmasking>> steps = reader.unmaskings();
  if (!steps) return std::move(steps).error();
  if (step.step == Step::approved) return check_approval(*steps, step, now);
  Result<std::optional<model::Alert>> alert = reader.alert(step.alert);
  if (!alert) return std::move(alert).error();
  if (!*alert)
    return Error{Errc::not_found, "there is no alert " + for_log(step.alert), "`trailwatch alerts` shows the ids", {}};
  if ((*alert)->key.about == model::About::officer && equals_ignoring_case((*alert)->key.name, step.entry.by))
    return refused("nobody looks into their own alert", "another officer must do it");
  if (step.step == Step::shown && config.second_person) {
    if (!step.request)
      return refused("two persons are needed here", "`trailwatch unmask` asks; another person approves");
    return check_approved(*steps, step, now);
  }
  return Done{};
}

std::optional<std::string> officer_of_login(const Workplace& workplace, const std::string& login) {
  if (const registry::Officer* const officer = workplace.registry.officer(upper(login)); officer != nullptr)
    return officer->id;
  std::optional<std::string> out;
  for (const store::InForce& file : workplace.files) {
    if (file.kind != store::InForce::Kind::reference || file.name != "staff.csv") continue;
    const CsvTable table = parse_csv(file.text);
    const std::size_t id = table.column("officer"), accounts = table.column("accounts");
    for (const CsvTable::Row& row : table.rows) {
      if (id >= row.cells.size() || accounts >= row.cells.size()) continue;
      for (const std::string_view account : split(row.cells[accounts], ';')) {
        if (!equals_ignoring_case(trim(account), login)) continue;
        const std::string officer = upper(std::string(trim(row.cells[id])));
        if (out && *out != officer) return std::nullopt;  // whose it is can't be told
        out = officer;
      }
    }
  }
  return out;
}

Status UnmaskingScribe::check(const LedgerBatch::Change& change, Instant now) {
  if (!change.unmasking) return Done{};
  Status may = check_step(writer_.reader(), workplace_.config.unmask, *change.unmasking, now);
  if (!may || !shows(change.unmasking->step)) return may;
  Result<std::optional<model::Alert>> alert = writer_.reader().alert(change.unmasking->alert);
  if (!alert) return std::move(alert).error();
  Result<std::vector<Named>> named = named_in(writer_.reader(), **alert);
  if (!named) return std::move(named).error();
  if (named->empty()) return Error{Errc::not_found, "the records of this alert name nobody, or were erased", "", {}};
  return Done{};
}

Status UnmaskingScribe::written(const LedgerBatch::Change& change, std::int64_t number, Instant now) {
  if (!change.unmasking || !shows(change.unmasking->step)) return Done{};
  const model::Unmasking& step = *change.unmasking;
  Result<std::optional<model::Alert>> alert = writer_.reader().alert(step.alert);
  if (!alert) return std::move(alert).error();
  Result<std::vector<Named>> named = named_in(writer_.reader(), **alert);
  if (!named) return std::move(named).error();
  if (Status stored = store_looks(step, number, *named, now); !stored) return stored;
  return step.step == Step::shown_unapproved ? tell(step, number, now) : Status(Done{});
}

Status UnmaskingScribe::store_looks(const model::Unmasking& step, std::int64_t number, const std::vector<Named>& named,
                                    Instant now) {
  Result<std::vector<store::FileRow>> known = writer_.reader().files(kOwnSystem);
  if (!known) return std::move(known).error();
  store::FileRow file = known->empty() ? store::FileRow{} : known->front();
  file.source = kOwnSystem;
  file.name = kFile;
  model::QueryEvent event;
  event.time = now;
  event.offset_minutes = workplace_.zone.offset_minutes(now);
  event.system = event.channel = kOwnSystem;
  event.officer = event.account = step.entry.by;
  event.agency = workplace_.config.agency;
  if (const registry::Officer* const officer = workplace_.registry.officer(step.entry.by); officer != nullptr) {
    event.agency = officer->agency;
    event.unit = officer->unit;
    event.officer_name = officer->name;
  }
  event.action = "UNMASK";
  event.reason = step.entry.reason;
  event.case_no = step.case_no;
  event.rows = 1;
  event.origin.source = kOwnSystem;
  event.origin.file = kFile;
  std::vector<store::NewEvent> looks;
  for (const Named& one : named) {
    event.lookup_by = one.by;
    event.subject_kind = one.kind;
    event.subject = one.subject;
    event.subject_name = one.name;
    event.origin.line = ++file.line;
    event.origin.offset = file.position;
    nlohmann::ordered_json raw = {{"entry", number},
                                  {"at", format_rfc3339(now, event.offset_minutes)},
                                  {"by", step.entry.by},
                                  {"alert", step.alert},
                                  {"case", step.case_no},
                                  {"subject", one.subject},
                                  {"name", one.name},
                                  {"events", one.events},
                                  {"reason", step.entry.reason}};
    event.raw = raw.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    file.position += static_cast<std::int64_t>(event.raw.size()) + 1;
    ++file.rows;
    looks.push_back({event, {kOwnSystem, std::to_string(file.line)}});
  }
  if (Status saved = writer_.save(file); !saved) return saved;
  Result<std::vector<store::Added>> added = writer_.add(file, looks);
  if (!added) return std::move(added).error();
  for (std::size_t i = 0; i < added->size(); ++i) {
    if ((*added)[i].fate != store::Added::Fate::stored)
      return Error{Errc::corrupt, "a look is there already that was not stored yet", "run `trailwatch verify`", {}};
    judge_.take((*added)[i].id, looks[i].event);
  }
  if (Status saved = writer_.save(file); !saved) return saved;
  return judge_.settle();
}

Status UnmaskingScribe::tell(const model::Unmasking& step, std::int64_t number, Instant now) {
  const std::string title = "未經第二人核准查看個人資料";
  Result<std::vector<std::string>> told =
      queue_trouble(workplace_, writer_, "unmask/" + std::to_string(number), title,
                    {for_display(step.entry.by) + " 於 " + format_roc_minute(workplace_.zone.local(now)) +
                         " 以緊急程序查看警示 " + step.alert + " 之個人資料（第 " + std::to_string(number) + " 號）。",
                     "請於次一上班日前補行核對其事由。"},
                    "", now);
  return told ? Status(Done{}) : Status(told.error());
}

}  // namespace trailwatch::app
