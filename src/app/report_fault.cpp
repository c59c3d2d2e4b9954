#include "app/report_fault.h"

#include "app/messages.h"

namespace trailwatch::app {

Status tell_report_fault(const Machine& machine, const Workplace& workplace, store::Writer& writer, LocalDay day,
                         const Error& error) {
  const std::string title = format_roc_day_long(day) + "日報未能產生";
  machine.log.error("the daily report of " + format_day(day) + " could not be made: " + error.text());
  const Instant now = machine.clock.now();
  Status done = writer.begin(now);
  if (!done) return done;
  Result<std::vector<std::string>> told =
      queue_trouble(workplace, writer, "report/" + format_day(day), title,
                    {title + "，系統每 5 分鐘會再試一次。", "原因：" + error.text(),
                     "紀錄與警示均已保存，可於系統檢視。請依上述原因檢查稽核主機。"},
                    "", now);
  done = told ? writer.set_meta(kReportFault, format_day(day) + " " + error.text()) : Status(told.error());
  if (done) done = writer.commit();
  if (!done) writer.rollback();
  return done;
}

Status set_report_fault(const Machine& machine, store::Writer& writer, const std::string& text) {
  Result<std::optional<std::string>> known = writer.reader().meta(kReportFault);
  if (!known) return std::move(known).error();
  if (known->value_or("") == text) return Done{};
  Status done = writer.begin(machine.clock.now());
  if (done) done = writer.set_meta(kReportFault, text);
  if (done) done = writer.commit();
  if (!done) writer.rollback();
  return done;
}

}  // namespace trailwatch::app
