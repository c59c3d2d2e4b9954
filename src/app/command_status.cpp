#include <algorithm>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/daily.h"
#include "app/ledger_door.h"
#include "app/live_desk.h"
#include "app/reevaluation.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kSignatureOverdueMicros = 2 * 60 * kMicrosPerMinute;

// Who vouches for the store, and how far. `well` becomes false when nobody does.
Status print_evidence(const Machine& machine, const Workplace& workplace, store::Reader& reader, bool& well) {
  Result<std::int64_t> leaves = reader.leaf_count();
  if (!leaves) return std::move(leaves).error();
  Result<std::optional<store::NoteRow>> note = reader.newest_note();
  if (!note) return std::move(note).error();
  const config::Evidence& asked = workplace.config.evidence;
  std::printf("證據：%s 葉", with_thousands(*leaves).c_str());
  if (*note) {
    std::printf("，最近簽章 %s，涵蓋 %s 葉", format_roc_minute(workplace.zone.local((*note)->signed_at)).c_str(),
                with_thousands((*note)->size).c_str());
  }
  std::printf("\n");
  if (asked.signer == "none" || !*note) {
    std::printf("  ▲ %s\n", asked.signer == "none" ? "未設定簽章者：日後無法證明紀錄未遭更改" : "尚未簽章");
    well = false;
  } else if (*leaves > (*note)->size &&
             machine.clock.now().micros - (*note)->signed_at.micros > kSignatureOverdueMicros) {
    std::printf("  ▲ 最近 %s 葉逾兩小時未簽章\n", with_thousands(*leaves - (*note)->size).c_str());
    well = false;
  }
  if (asked.signer == "here") std::printf("  註：簽章者為本服務自己（較弱）；建議改用獨立之 trailwatch signer\n");
  return Done{};
}

constexpr std::int64_t kRefusedMicros = 7 * kMicrosPerDay;

std::string minute(const Workplace& workplace, Instant at) {
  return format_roc_minute(workplace.zone.local(at));
}

// How mails, webhooks and syslog are doing, and the last report. False when something is wrong.
Result<bool> show_deliveries(const Machine& machine, const Workplace& workplace, store::Reader& reader) {
  bool well = true;
  Result<std::optional<LocalDay>> newest = reader.newest_report();
  if (!newest) return std::move(newest).error();
  if (*newest) std::printf("日報：已發出至 %s\n", format_roc_day_weekday(**newest).c_str());
  Result<std::optional<std::string>> fault = reader.meta("report_fault");
  if (!fault) return std::move(fault).error();
  if (*fault && !(*fault)->empty()) {
    std::printf("  ▲ 日報未能產生：%s\n", (*fault)->c_str());
    well = false;
  }
  Result<std::vector<store::ChannelState>> states =
      reader.channel_states(Instant{machine.clock.now().micros - kRefusedMicros});
  if (!states) return std::move(states).error();
  for (const config::Channel& channel : workplace.config.delivery.channels) {
    const bool known = std::any_of(states->begin(), states->end(),
                                   [&](const store::ChannelState& state) { return state.channel == channel.name; });
    if (!known) std::printf("通道 %s：尚無訊息\n", channel.name.c_str());
  }
  for (const store::ChannelState& state : *states) {
    std::printf("通道 %s：已送達 %s，等待 %s", state.channel.c_str(), with_thousands(state.delivered).c_str(),
                with_thousands(state.waiting).c_str());
    if (state.last_delivered) std::printf("，最近一次 %s", minute(workplace, *state.last_delivered).c_str());
    std::printf("\n");
    if (state.failing_since) {
      std::printf("  ▲ 自 %s 起無法送達：%s\n", minute(workplace, *state.failing_since).c_str(), state.error.c_str());
      well = false;
    }
    if (state.refused > 0) {
      std::printf("  ▲ 近 7 日有 %s 則遭拒收或放棄，見 trailwatch deliver list\n",
                  with_thousands(state.refused).c_str());
      well = false;
    }
  }
  return well;
}

// Counts by a word, `peer 3，tls 1`.
std::string counts_text(const nlohmann::json& counts) {
  std::string out;
  if (!counts.is_object()) return out;
  for (const auto& [word, count] : counts.items()) {
    if (count.is_number_integer())
      out += (out.empty() ? "" : "，") + word + " " + with_thousands(count.get<std::int64_t>());
  }
  return out;
}

// What the daemon's listeners said last. False when one of them can't listen.
Result<bool> show_live(const Workplace& workplace, store::Reader& reader) {
  const auto& sources = workplace.config.sources;
  if (std::all_of(sources.begin(), sources.end(), [](const auto& source) { return source.listen.empty(); }))
    return true;
  Result<std::optional<std::string>> text = reader.meta(kLiveFigures);
  if (!text) return std::move(text).error();
  const nlohmann::json figures = nlohmann::json::parse(text->value_or("{}"), nullptr, false);
  const auto number = [&](const char* name) {
    return figures.is_object() && figures.contains(name) && figures[name].is_number_integer()
               ? figures[name].get<std::int64_t>()
               : 0;
  };
  std::printf("即時收訊：連線 %s，自啟動以來 %s 次連線、%s 筆\n", with_thousands(number("connections")).c_str(),
              with_thousands(number("accepted")).c_str(), with_thousands(number("frames")).c_str());
  if (!figures.is_object()) return true;
  const std::string refused = counts_text(figures.value("refused", nlohmann::json::object()));
  const std::string lost = counts_text(figures.value("lost", nlohmann::json::object()));
  if (!refused.empty()) std::printf("  拒絕：%s\n", refused.c_str());
  if (!lost.empty()) std::printf("  漏失：%s\n", lost.c_str());
  bool well = true;
  for (const nlohmann::json& fault : figures.value("faults", nlohmann::json::array())) {
    if (!fault.is_string()) continue;
    std::printf("  ▲ %s\n", fault.get<std::string>().c_str());
    well = false;
  }
  return well;
}

}  // namespace

int status(const Machine& machine, const std::string& config) {
  Result<Workplace> workplace = load_for_store(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::int64_t> size = (*reader)->size();
  if (!size) return fail(machine, size.error());
  Result<std::vector<store::SourceTotals>> totals = (*reader)->sources();
  if (!totals) return fail(machine, totals.error());
  Result<SourceFaults> faults = gather_faults(*workplace, **reader, Instant{std::numeric_limits<std::int64_t>::min()},
                                              Instant{std::numeric_limits<std::int64_t>::max()});
  if (!faults) return fail(machine, faults.error());

  std::printf("資料庫：%s（%s 筆）\n", workplace->config.database().c_str(), with_thousands(*size).c_str());
  bool well = true;
  if (Status told = print_evidence(machine, *workplace, **reader, well); !told) return fail(machine, told.error());
  for (const config::Source& source : workplace->config.sources) {
    std::printf("來源 %s：", source.name.c_str());
    for (const store::SourceTotals& total : *totals) {
      if (total.source != source.name) continue;
      std::printf("%s 檔，入庫 %s，重複 %s，隔離 %s，待續 %s", with_thousands(total.files).c_str(),
                  with_thousands(total.stored).c_str(), with_thousands(total.duplicates).c_str(),
                  with_thousands(total.quarantined).c_str(), with_thousands(total.pending).c_str());
      if (total.newest) std::printf("，最新 %s", format_roc_minute(workplace->zone.local(*total.newest)).c_str());
    }
    std::printf("\n");
    for (const std::string& fault : faults->by_source[source.name]) {
      std::printf("  ▲ %s\n", fault.c_str());
      well = false;
    }
  }
  Result<bool> listens = show_live(*workplace, **reader);
  if (!listens) return fail(machine, listens.error());
  well = well && *listens;
  Result<bool> delivers = show_deliveries(machine, *workplace, **reader);
  if (!delivers) return fail(machine, delivers.error());
  well = well && *delivers;
  const rules::Engine engine(workplace->rules, workplace->registry);
  for (const std::string& missing : engine.not_evaluable()) {
    std::printf("▲ 規則未評估：%s\n", missing.c_str());
    well = false;
  }
  if (const std::int64_t refused = refused_batches(machine, *workplace); refused > 0) {
    std::printf("▲ 有 %s 批處理紀錄未能登記，留存於 %s\n", with_thousands(refused).c_str(),
                join_path(workplace->config.state_dir, "handover").c_str());
    well = false;
  }
  for (const FileFault& fault : workplace->faults) {
    std::printf("▲ %s\n", fault.text().c_str());
    well = false;
  }
  Result<Standing> standing = read_standing(**reader);
  if (!standing) return fail(machine, standing.error());
  for (const std::string& line : standing_lines(*standing)) std::printf("%s\n", line.c_str());
  std::printf("%s\n", well ? "狀態：正常" : "狀態：有異常，如上");
  return kExitOk;
}

}  // namespace trailwatch::app
