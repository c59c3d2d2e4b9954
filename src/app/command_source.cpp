#include <cstdio>

#include "app/commands.h"
#include "app/lookups.h"
#include "trailwatch/base/text.h"
#include "trailwatch/normalise/reader.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;
constexpr std::int64_t kEventsShown = 5;

// Shows the first events in full (masked), every refused record, and counts the rest.
class Printer : public normalise::RecordSink {
 public:
  std::int64_t accepted_count = 0, rejected_count = 0;

  void accepted(const model::QueryEvent& event, const model::RecordKey& key) override {
    if (++accepted_count > kEventsShown) return;
    std::printf("第 %lld 行：\n", static_cast<long long>(event.origin.line));
    const auto line = [](const char* name, const std::string& value) {
      std::printf("  %-14s %s\n", name, value.empty() ? "（無）" : for_display(value).c_str());
    };
    line("time", format_rfc3339(event.time, event.offset_minutes));
    line("system", event.system);
    line("channel", event.channel);
    line("agency", event.agency);
    line("unit", event.unit);
    line("officer", event.officer);
    line("account", event.account);
    line("officer_name", vault::mask_officer_name(event.officer_name));
    line("terminal", event.terminal);
    line("action", event.action);
    line("lookup_by", std::string(model::to_text(event.lookup_by)));
    line("subject_kind", std::string(model::to_text(event.subject_kind)));
    line("subject", shown_subject(event));
    line("reason_code", event.reason_code);
    line("reason", event.reason);
    line("case_no", event.case_no);
    line("approver", event.approver);
    line("rows", event.rows ? std::to_string(*event.rows) : "");
    line("key", key.empty() ? "（以檔案位置識別）" : key.scope + " #" + key.number);
  }
  void rejected(const model::Rejected& record) override {
    ++rejected_count;
    std::printf("第 %lld 行無法採用（%s）：%s\n", static_cast<long long>(record.origin.line), record.code.c_str(),
                record.reason.c_str());
  }
};

}  // namespace

int source_check(const Machine& machine, const std::string& file, const std::string& profile,
                 const std::string& directory) {
  Result<normalise::Profile> loaded = load_profile(machine, {directory}, profile);
  if (!loaded) return fail(machine, loaded.error());
  Result<std::unique_ptr<OpenFile>> opened = machine.files.open(file);
  if (!opened) return fail(machine, opened.error());
  Printer printer;
  model::Origin origin;
  origin.source = profile;
  origin.file = base_name(file);
  normalise::Reader reader(*loaded, origin, {}, printer);
  std::string rest;
  std::int64_t at = 0;
  for (bool at_end = false; !at_end;) {
    Result<std::string> bytes = (*opened)->read_at(at, kChunkBytes);
    if (!bytes) return fail(machine, bytes.error());
    at += static_cast<std::int64_t>(bytes->size());
    at_end = bytes->empty();
    rest += *bytes;
    rest.erase(0, reader.feed(rest, at_end));
  }
  std::printf("可採用 %s 筆，無法採用 %s 筆，待續 %lld 筆", with_thousands(printer.accepted_count).c_str(),
              with_thousands(printer.rejected_count).c_str(), static_cast<long long>(reader.pending()));
  if (const auto declared = reader.position().declared_rows) {
    std::printf("；檔尾記載 %s 筆，%s", with_thousands(*declared).c_str(),
                *declared == reader.position().rows ? "相符" : "不符");
  }
  std::printf("\n");
  return printer.rejected_count == 0 ? kExitOk : kExitDataError;
}

}  // namespace trailwatch::app
