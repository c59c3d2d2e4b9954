#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/catch_up.h"
#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/listing.h"
#include "app/system.h"
#include "app/unmasking.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using Step = model::Unmasking::Step;
using nlohmann::ordered_json;

// Who is at the keyboard; somebody else only where the configuration allows to say so.
Result<std::string> author(const Workplace& workplace, const std::string& by) {
  if (!by.empty() && !workplace.config.unmask.by_option) {
    return Error{Errc::unsupported,
                 "--by is not allowed here: the login says who looks",
                 "\"unmask\": {\"by_option\": true} would allow it",
                 {}};
  }
  if (!by.empty()) return by;
  const std::string login = login_name();
  return officer_of_login(workplace, login).value_or("os:" + login);
}

// Everything that a command of this family needs.
struct Desk {
  Workplace workplace;
  std::unique_ptr<store::Reader> reader;
  std::string by;
};

Result<Desk> open_desk(const Machine& machine, const UnmaskOptions& options) {
  Desk out;
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return std::move(workplace).error();
  out.workplace = *std::move(workplace);
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, out.workplace);
  if (!reader) return std::move(reader).error();
  out.reader = *std::move(reader);
  Result<std::string> by = author(out.workplace, options.by);
  if (!by) return std::move(by).error();
  out.by = *std::move(by);
  return out;
}

// Writes the step through the process that has the store, or as one that takes it; returns the entry's number once it
// is committed.
Result<std::int64_t> write(const Machine& machine, Desk& desk, const model::Unmasking& step) {
  if (Status may = check_step(*desk.reader, desk.workplace.config.unmask, step, machine.clock.now()); !may)
    return std::move(may).error();
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back();
  batch.changes.back().unmasking = step;
  Result<Written> written = hand_over(machine, desk.workplace, batch, [&]() -> Status {
    Result<Workplace> own = load_for_store(machine, desk.workplace.config_file);
    if (!own) return std::move(own).error();
    Result<std::unique_ptr<Station>> station = Station::open(machine, *own);
    if (!station) return std::move(station).error();
    Status done = (*station)->refresh();
    if (done) done = (*station)->take_decisions();
    if (done) done = (*station)->finish();
    return done;
  });
  if (!written) return std::move(written).error();
  if (written->waiting || written->numbers.empty()) {
    return Error{Errc::unavailable,
                 "the running trailwatch is busy: it has not put this on record yet, so nothing is shown",
                 "`trailwatch unmask list` says when it has; then ask again",
                 {}};
  }
  return written->numbers.front();
}

std::string when(const Desk& desk, Instant at) {
  return format_roc_minute(desk.workplace.zone.local(at));
}

int show(const Machine& machine, Desk& desk, const std::string& id, std::int64_t number, const std::string& format) {
  Result<std::optional<model::Alert>> alert = desk.reader->alert(id);
  if (!alert) return fail(machine, alert.error());
  if (!*alert) return fail(machine, {Errc::not_found, "there is no alert " + for_log(id), "", {}});
  Result<std::vector<store::StoredEvent>> events = desk.reader->events((*alert)->evidence);
  if (!events) return fail(machine, events.error());
  for (const store::StoredEvent& stored : *events) {
    const model::QueryEvent& event = stored.event;
    const std::string system = desk.workplace.system_title(event.system);
    const std::string action = desk.workplace.action_title(event.action);
    if (format == "jsonl") {
      const ordered_json line = {{"event", stored.id},
                                 {"time", format_rfc3339(event.time, event.offset_minutes)},
                                 {"officer", event.officer},
                                 {"system", event.system},
                                 {"action", event.action},
                                 {"subject", event.subject},
                                 {"subject_name", event.subject_name},
                                 {"case_no", event.case_no},
                                 {"reason", event.reason}};
      std::printf("%s\n", line.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
    } else {
      std::printf("%s  %s  %s  %s  %s  %s  %s\n", when(desk, event.time).c_str(), padded(event.officer, 10).c_str(),
                  padded(system + " " + action, 24).c_str(), padded(for_display(event.subject), 12).c_str(),
                  padded(for_display(event.subject_name), 10).c_str(), padded(for_display(event.case_no), 22).c_str(),
                  for_display(event.reason).c_str());
    }
  }
  machine.log.info("this look is on record as entry " + std::to_string(number) + ", by " + for_log(desk.by));
  return kExitOk;
}

model::Unmasking step_of(const Machine& machine, const Desk& desk, const UnmaskOptions& options, Step step) {
  model::Unmasking out;
  out.entry = {0, machine.clock.now(), desk.by, options.reason};
  out.step = step;
  out.alert = options.alert;
  out.case_no = options.case_no;
  for (const std::string& name : options.second) out.second += (out.second.empty() ? "" : ", ") + name;
  return out;
}

Result<model::Unmasking> request_of(Desk& desk, std::int64_t number) {
  Result<std::vector<model::Unmasking>> steps = desk.reader->unmaskings();
  if (!steps) return std::move(steps).error();
  for (const model::Unmasking& step : *steps) {
    if (step.entry.number == number && step.step == Step::requested) return step;
  }
  return Error{
      Errc::not_found, "there is no request " + std::to_string(number), "`trailwatch unmask list` shows them", {}};
}

}  // namespace

int unmask(const Machine& machine, const UnmaskOptions& options) {
  if (options.alert.empty())
    return fail(machine,
                {Errc::unsupported, "no alert is named", "give --alert ID; `trailwatch alerts` shows them", {}});
  Result<Desk> desk = open_desk(machine, options);
  if (!desk) return fail(machine, desk.error());
  const bool two = desk->workplace.config.unmask.second_person;
  if (options.break_glass && !two)
    return fail(machine, {Errc::unsupported, "no second person is asked for here", "leave out --break-glass", {}});
  if (options.break_glass && desk->workplace.config.delivery.channels.empty())
    return fail(machine, {Errc::invalid,
                          "nobody could be told of it: no channel is configured",
                          "section \"delivery\" names them; until then a second person is needed",
                          {}});
  const Step step = options.break_glass ? Step::shown_unapproved : two ? Step::requested : Step::shown;
  Result<std::int64_t> number = write(machine, *desk, step_of(machine, *desk, options, step));
  if (!number) return fail(machine, number.error());
  if (step != Step::requested) return show(machine, *desk, options.alert, *number, options.format);
  std::printf(
      "已申請（第 %lld 號），請另一人於 30 分鐘內核准：trailwatch unmask approve %lld\n核准後：trailwatch unmask show "
      "%lld\n",
      static_cast<long long>(*number), static_cast<long long>(*number), static_cast<long long>(*number));
  return kExitOk;
}

int unmask_approve(const Machine& machine, const UnmaskOptions& options) {
  Result<Desk> desk = open_desk(machine, options);
  if (!desk) return fail(machine, desk.error());
  Result<model::Unmasking> request = request_of(*desk, options.number);
  if (!request) return fail(machine, request.error());
  model::Unmasking step = step_of(machine, *desk, options, Step::approved);
  step.alert = request->alert;
  step.case_no = request->case_no;
  step.request = options.number;
  Result<std::int64_t> number = write(machine, *desk, step);
  if (!number) return fail(machine, number.error());
  std::printf("已核准第 %lld 號（%s 申請，警示 %s，事由：%s）；30 分鐘內可查看一次\n",
              static_cast<long long>(options.number), for_display(request->entry.by).c_str(), request->alert.c_str(),
              for_display(request->entry.reason).c_str());
  return kExitOk;
}

int unmask_show(const Machine& machine, const UnmaskOptions& options) {
  Result<Desk> desk = open_desk(machine, options);
  if (!desk) return fail(machine, desk.error());
  Result<model::Unmasking> request = request_of(*desk, options.number);
  if (!request) return fail(machine, request.error());
  model::Unmasking step = step_of(machine, *desk, options, Step::shown);
  step.entry.reason = request->entry.reason;
  step.alert = request->alert;
  step.case_no = request->case_no;
  step.request = options.number;
  Result<std::int64_t> number = write(machine, *desk, step);
  if (!number) return fail(machine, number.error());
  return show(machine, *desk, request->alert, *number, options.format);
}

int unmask_list(const Machine& machine, const UnmaskOptions& options) {
  Result<Desk> desk = open_desk(machine, options);
  if (!desk) return fail(machine, desk.error());
  Result<std::vector<model::Unmasking>> steps = desk->reader->unmaskings();
  if (!steps) return fail(machine, steps.error());
  if (steps->empty()) std::printf("沒有查看紀錄\n");
  static const std::map<Step, const char*> kWords = {
      {Step::requested, "申請"}, {Step::approved, "核准"}, {Step::shown, "查看"}, {Step::shown_unapproved, "緊急查看"}};
  for (const model::Unmasking& step : *steps) {
    const auto word = kWords.find(step.step);
    std::printf("%s  %s  %s  %s  警示 %s%s%s%s\n", padded(std::to_string(step.entry.number), 5).c_str(),
                when(*desk, step.entry.at).c_str(), padded(for_display(step.entry.by), 12).c_str(),
                padded(word == kWords.end() ? "？" : word->second, 8).c_str(), for_display(step.alert).c_str(),
                step.request ? ("（第 " + std::to_string(*step.request) + " 號）").c_str() : "",
                step.case_no.empty() ? "" : ("　" + for_display(step.case_no)).c_str(),
                step.entry.reason.empty() ? "" : ("：" + for_display(step.entry.reason)).c_str());
  }
  return kExitOk;
}

}  // namespace trailwatch::app
