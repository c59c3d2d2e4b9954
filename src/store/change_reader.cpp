#include "store/connection.h"
#include "store/in_force_rows.h"
#include "trailwatch/store/reader.h"

// What is asked when the files change that judgements rest on: which ones were in force, which
// events they touch.
namespace trailwatch::store {

Status Reader::each_outline(const std::function<void(const EventOutline&)>& show) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT time, system, channel, place, officer, account, terminal, reason_code, case_no, approver, "
                   "lookup_by, subject_kind, subject FROM event");
    Dictionary& words = connection_.words;
    while (rows.step()) {
      EventOutline out;
      out.time = Instant{rows.number(0)};
      out.system = words.text(rows.number(1));
      out.channel = words.text(rows.number(2));
      const auto& [agency, unit] = words.place_text(rows.number(3));
      out.agency = agency;
      out.unit = unit;
      out.officer = words.text(rows.number(4));
      out.account = words.text(rows.number(5));
      out.terminal = words.text(rows.number(6));
      out.reason_code = words.text(rows.number(7));
      out.case_no = rows.text(8);
      out.approver = words.text(rows.number(9));
      out.lookup_by = static_cast<model::LookupBy>(rows.number(10));
      out.subject_kind = static_cast<model::SubjectKind>(rows.number(11));
      if (!rows.is_null(12)) out.subject = rows.number(12);
      show(out);
    }
    return Done{};
  });
}

vault::Token Reader::token(model::SubjectKind kind, std::string_view value) const {
  return connection_.vault.token(kind, value);
}

Result<std::vector<InForce>> Reader::in_force() {
  return at_the_door([&] { return read_in_force(connection_); });
}

}  // namespace trailwatch::store
