#include "store/ledger_records.h"

#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += out.empty() ? word : "\n" + word;
  return out;
}

std::string ids(const std::vector<model::EventId>& events) {
  std::string out;
  for (const model::EventId event : events) out += (out.empty() ? "" : "\n") + std::to_string(event);
  return out;
}

std::string about(const model::Key& key) {
  return std::string(model::to_text(key.about)) + "\n" + key.agency + "\n" + key.name;
}

}  // namespace

std::string ledger_record(const model::Decision& decision, std::int64_t number) {
  std::string out;
  seal::add_member(out, "about", about(decision.key));
  seal::add_member(out, "alert", decision.alert);
  seal::add_member(out, "by", decision.entry.by);
  seal::add_member(out, "day", format_day(decision.day));
  seal::add_member(out, "evidence", ids(decision.evidence));
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", decision.entry.reason);
  seal::add_member(out, "rules", joined(decision.rules));
  seal::add_member(out, "verdict", model::to_text(decision.verdict));
  seal::add_member(out, "what", "decision");
  out.push_back('}');
  return out;
}

std::string ledger_record(const model::Suppression& suppression, std::int64_t number) {
  std::string out;
  seal::add_member(out, "about", about(suppression.key));
  seal::add_member(out, "by", suppression.entry.by);
  seal::add_member(out, "decision", suppression.decision.value_or(0));
  seal::add_member(out, "from", format_day(suppression.from));
  seal::add_member(out, "group", suppression.group);
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", suppression.entry.reason);
  seal::add_member(out, "rule", suppression.rule);
  seal::add_member(out, "until", format_day(suppression.until));
  seal::add_member(out, "what", "suppression");
  out.push_back('}');
  return out;
}

std::string ledger_record(const model::SamplingAnswer& answer, std::int64_t number) {
  std::string out;
  seal::add_member(out, "answer", model::to_text(answer.answer));
  seal::add_member(out, "by", answer.entry.by);
  seal::add_member(out, "event", answer.event);
  seal::add_member(out, "number", number);
  seal::add_member(out, "period", answer.period);
  seal::add_member(out, "reason", answer.entry.reason);
  seal::add_member(out, "what", "sampling-answer");
  out.push_back('}');
  return out;
}

std::string ledger_record(const model::Hold& hold, std::int64_t number) {
  std::string months, out;
  for (const model::HeldMonths& held : hold.months) {
    months +=
        (months.empty() ? "" : "\n") + held.system + " " + std::to_string(held.first) + "-" + std::to_string(held.last);
  }
  seal::add_member(out, "about", hold.about);
  seal::add_member(out, "by", hold.entry.by);
  seal::add_member(out, "months", months);
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", hold.entry.reason);
  seal::add_member(out, "what", "hold");
  out.push_back('}');
  return out;
}

std::string lift_record(const model::Entry& entry, std::int64_t hold, std::int64_t number) {
  std::string out;
  seal::add_member(out, "by", entry.by);
  seal::add_member(out, "hold", hold);
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", entry.reason);
  seal::add_member(out, "what", "hold-end");
  out.push_back('}');
  return out;
}

std::string ledger_record(const model::Unmasking& step, std::int64_t number) {
  std::string out;
  seal::add_member(out, "alert", step.alert);
  seal::add_member(out, "by", step.entry.by);
  seal::add_member(out, "case_no", step.case_no);
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", step.entry.reason);
  if (step.request) seal::add_member(out, "request", *step.request);
  seal::add_member(out, "second", step.second);
  seal::add_member(out, "what", model::to_text(step.step));
  out.push_back('}');
  return out;
}

std::string ledger_record(const model::SuppressionEnd& end, std::int64_t suppression, std::int64_t number) {
  std::string out;
  seal::add_member(out, "by", end.entry.by);
  seal::add_member(out, "from", format_day(end.day));
  seal::add_member(out, "number", number);
  seal::add_member(out, "reason", end.entry.reason);
  seal::add_member(out, "suppression", suppression);
  seal::add_member(out, "what", "suppression-end");
  out.push_back('}');
  return out;
}

}  // namespace trailwatch::store
