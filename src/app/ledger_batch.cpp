#include "app/ledger_batch.h"

#include <nlohmann/json.hpp>

namespace trailwatch::app {

namespace {

using nlohmann::json;

json to_json(const model::Entry& entry) {
  return {{"at", entry.at.micros}, {"by", entry.by}, {"reason", entry.reason}};
}
json to_json(const model::Key& key) {
  return {{"about", static_cast<int>(key.about)}, {"agency", key.agency}, {"name", key.name}};
}
json to_json(const model::Decision& decision) {
  return {{"entry", to_json(decision.entry)}, {"alert", decision.alert}, {"key", to_json(decision.key)},
          {"day", decision.day.days},         {"rules", decision.rules}, {"verdict", model::to_text(decision.verdict)},
          {"evidence", decision.evidence}};
}
json to_json(const model::Suppression& suppression) {
  return {{"entry", to_json(suppression.entry)}, {"key", to_json(suppression.key)}, {"rule", suppression.rule},
          {"group", suppression.group},          {"from", suppression.from.days},   {"until", suppression.until.days}};
}
json to_json(const model::SamplingAnswer& answer) {
  return {{"entry", to_json(answer.entry)},
          {"period", answer.period},
          {"event", answer.event},
          {"answer", model::to_text(answer.answer)}};
}
json to_json(const model::Exported& exported) {
  json files = json::array();
  for (const model::ExportedFile& file : exported.files) {
    files.push_back({{"name", file.name}, {"sha256", file.sha256}, {"bytes", file.bytes}});
  }
  return {{"at", exported.at.micros},  {"by", exported.by},           {"kind", exported.kind},
          {"period", exported.period}, {"scope", exported.scope},     {"files", std::move(files)},
          {"events", exported.events}, {"account", exported.account}, {"reason", exported.reason}};
}

json to_json(const model::Hold& hold) {
  json months = json::array();
  for (const model::HeldMonths& held : hold.months) months.push_back({held.system, held.first, held.last});
  return {{"entry", to_json(hold.entry)}, {"months", std::move(months)}, {"about", hold.about}};
}
json to_json(const model::Unmasking& step) {
  json out = {{"entry", to_json(step.entry)},
              {"step", static_cast<int>(step.step)},
              {"alert", step.alert},
              {"case_no", step.case_no},
              {"second", step.second}};
  if (step.request) out["request"] = *step.request;
  return out;
}

// These throw json::exception on anything unexpected, and are caught at parse_batch.
model::Entry entry_of(const json& from) {
  return {0, Instant{from.at("at").get<std::int64_t>()}, from.at("by").get<std::string>(),
          from.at("reason").get<std::string>()};
}
model::Key key_of(const json& from) {
  return {static_cast<model::About>(from.at("about").get<int>() & 3), from.at("agency").get<std::string>(),
          from.at("name").get<std::string>()};
}
LocalDay day_of(const json& from) {
  return LocalDay{from.get<std::int32_t>()};
}
model::Decision decision_of(const json& from) {
  return {entry_of(from.at("entry")),
          from.at("alert").get<std::string>(),
          key_of(from.at("key")),
          day_of(from.at("day")),
          model::find_verdict(from.at("verdict").get<std::string>()).value_or(model::Verdict::open),
          from.at("rules").get<std::vector<std::string>>(),
          from.at("evidence").get<std::vector<model::EventId>>()};
}
model::Suppression suppression_of(const json& from) {
  return {entry_of(from.at("entry")),
          key_of(from.at("key")),
          from.at("rule").get<std::string>(),
          from.at("group").get<std::string>(),
          day_of(from.at("from")),
          day_of(from.at("until")),
          std::nullopt,
          std::nullopt};
}

model::SamplingAnswer answer_of(const json& from) {
  return {entry_of(from.at("entry")), from.at("period").get<std::string>(), from.at("event").get<model::EventId>(),
          model::find_answer(from.at("answer").get<std::string>()).value_or(model::Answer::unclear)};
}
model::Exported exported_of(const json& from) {
  model::Exported out;
  out.at = Instant{from.at("at").get<std::int64_t>()};
  out.by = from.at("by").get<std::string>();
  out.kind = from.at("kind").get<std::string>();
  out.period = from.at("period").get<std::string>();
  out.scope = from.at("scope").get<std::string>();
  for (const json& file : from.at("files")) {
    out.files.push_back({file.at("name").get<std::string>(), file.at("sha256").get<std::string>(),
                         file.at("bytes").get<std::int64_t>()});
  }
  out.events = from.at("events").get<std::vector<model::EventId>>();
  out.account = from.value("account", "");
  out.reason = from.value("reason", "");
  return out;
}

model::Hold hold_of(const json& from) {
  model::Hold out;
  out.entry = entry_of(from.at("entry"));
  out.about = from.at("about").get<std::string>();
  for (const json& held : from.at("months")) {
    out.months.push_back(
        {held.at(0).get<std::string>(), held.at(1).get<std::int64_t>(), held.at(2).get<std::int64_t>()});
  }
  return out;
}
model::Unmasking unmasking_of(const json& from) {
  model::Unmasking out;
  out.entry = entry_of(from.at("entry"));
  const int step = from.at("step").get<int>();
  out.step = step >= 1 && step <= 4 ? static_cast<model::Unmasking::Step>(step) : model::Unmasking::Step::requested;
  out.alert = from.at("alert").get<std::string>();
  out.case_no = from.at("case_no").get<std::string>();
  out.second = from.at("second").get<std::string>();
  if (from.contains("request")) out.request = from.at("request").get<std::int64_t>();
  return out;
}

LedgerBatch::Change change_of(const json& from) {
  LedgerBatch::Change out;
  if (from.contains("hold")) out.hold = hold_of(from.at("hold"));
  if (from.contains("unmasking")) out.unmasking = unmasking_of(from.at("unmasking"));
  if (from.contains("lifts")) {
    out.lifts = from.at("lifts").get<std::int64_t>();
    out.lift = entry_of(from.at("entry"));
  }
  if (from.contains("answer")) out.answer = answer_of(from.at("answer"));
  if (from.contains("exported")) out.exported = exported_of(from.at("exported"));
  if (from.contains("decision")) out.decision = decision_of(from.at("decision"));
  if (from.contains("suppression")) out.suppression = suppression_of(from.at("suppression"));
  if (from.contains("with")) out.with_decision = from.at("with").get<std::size_t>();
  if (from.contains("ends")) {
    out.ends = from.at("ends").get<std::int64_t>();
    out.end = model::SuppressionEnd{entry_of(from.at("entry")), day_of(from.at("day"))};
  }
  return out;
}

Result<std::int64_t> write_change(store::Writer& writer, const LedgerBatch::Change& change, const std::string& request,
                                  const std::vector<std::int64_t>& numbers) {
  if (change.decision) return writer.add_decision(*change.decision, request);
  if (change.answer) return writer.add_answer(*change.answer, request);
  if (change.exported) return writer.log_export(*change.exported, request);
  if (change.hold) return writer.add_hold(*change.hold, request);
  if (change.lift) return writer.lift_hold(change.lifts, *change.lift, request);
  if (change.unmasking) return writer.add_unmasking(*change.unmasking, request);
  if (change.end) return writer.end_suppression(change.ends, *change.end, request);
  TW_CHECK(change.suppression.has_value());
  model::Suppression suppression = *change.suppression;
  if (change.with_decision) {
    TW_CHECK(*change.with_decision < numbers.size());
    suppression.decision = numbers[*change.with_decision];
  }
  return writer.add_suppression(suppression, request);
}

}  // namespace

Result<std::vector<std::int64_t>> write_batch(store::Writer& writer, const LedgerBatch& batch, Instant now,
                                              BatchCompanion* companion) {
  std::vector<std::int64_t> numbers;
  Status done = writer.begin(now);
  for (std::size_t i = 0; done && i < batch.changes.size(); ++i) {
    const LedgerBatch::Change& change = batch.changes[i];
    Result<std::optional<std::int64_t>> known = writer.reader().entry_of(batch.request(i));
    if (!known) {
      done = std::move(known).error();
      break;
    }
    const bool is_new = !*known && companion != nullptr;
    if (is_new) done = companion->check(change, now);
    if (!done) break;
    Result<std::int64_t> number = write_change(writer, change, batch.request(i), numbers);
    if (number && is_new) done = companion->written(change, *number, now);
    if (number) {
      numbers.push_back(*number);
    } else {
      done = std::move(number).error();
    }
  }
  if (done) done = writer.commit();
  if (done) return numbers;
  writer.rollback();
  if (companion != nullptr) companion->forget();
  return std::move(done).error();
}

std::string to_text(const LedgerBatch& batch) {
  json changes = json::array();
  for (const LedgerBatch::Change& change : batch.changes) {
    json one = json::object();
    if (change.decision) one["decision"] = to_json(*change.decision);
    if (change.suppression) one["suppression"] = to_json(*change.suppression);
    if (change.answer) one["answer"] = to_json(*change.answer);
    if (change.exported) one["exported"] = to_json(*change.exported);
    if (change.hold) one["hold"] = to_json(*change.hold);
    if (change.unmasking) one["unmasking"] = to_json(*change.unmasking);
    if (change.lift) {
      one["lifts"] = change.lifts;
      one["entry"] = to_json(*change.lift);
    }
    if (change.with_decision) one["with"] = *change.with_decision;
    if (change.end) {
      one["ends"] = change.ends;
      one["entry"] = to_json(change.end->entry);
      one["day"] = change.end->day.days;
    }
    changes.push_back(std::move(one));
  }
  const json out = {{"format", "trailwatch-ledger-batch/1"}, {"id", batch.id}, {"changes", std::move(changes)}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<LedgerBatch> parse_batch(std::string_view text) {
  const auto broken = [](const std::string& why) {
    return Error{Errc::corrupt, "this is no batch of decisions: " + why, "decide again", {}};
  };
  try {
    const json from = json::parse(text);
    if (from.at("format").get<std::string>() != "trailwatch-ledger-batch/1") return broken("another format");
    LedgerBatch out;
    out.id = from.at("id").get<std::string>();
    for (const json& change : from.at("changes")) {
      out.changes.push_back(change_of(change));
      const LedgerBatch::Change& last = out.changes.back();
      if (last.decision.has_value() + last.suppression.has_value() + last.end.has_value() + last.answer.has_value() +
              last.exported.has_value() + last.hold.has_value() + last.lift.has_value() + last.unmasking.has_value() !=
          1) {
        return broken("a change that is not one thing");
      }
      if (!last.with_decision) continue;
      if (*last.with_decision + 1 >= out.changes.size() || !out.changes[*last.with_decision].decision) {
        return broken("a suppression without its decision");
      }
    }
    return out;
  } catch (const json::exception& error) {
    return broken(error.what());
  }
}

}  // namespace trailwatch::app
