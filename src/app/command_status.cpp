#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/figures.h"
#include "app/live_desk.h"
#include "app/system.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using Json = nlohmann::ordered_json;

std::string minute(const Workplace& workplace, Instant at) {
  return format_roc_minute(workplace.zone.local(at));
}

// `3 分鐘`, `2 小時`, `5 日`
std::string span_text(std::int64_t micros) {
  const std::int64_t minutes = std::max<std::int64_t>(0, micros / kMicrosPerMinute);
  if (minutes < 120) return std::to_string(minutes) + " 分鐘";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " 小時";
  return with_thousands(minutes / (24 * 60)) + " 日";
}

std::string mebibytes(std::int64_t bytes) {
  return with_thousands(bytes >> 20) + " MiB";
}

void print_store(const Workplace& workplace, const Figures& figures, bool is_running) {
  std::printf("資料庫：%s（%s 筆）\n", workplace.config.database().c_str(), with_thousands(figures.events).c_str());
  std::printf("服務：%s", is_running ? "執行中" : "未執行");
  if (figures.written_at) std::printf("，最近寫入 %s", minute(workplace, *figures.written_at).c_str());
  std::printf("\n磁碟：資料庫 %s", mebibytes(figures.database_bytes + figures.log_bytes).c_str());
  if (figures.disk_free_bytes && figures.disk_bytes) {
    std::printf("，可用 %s／%s", mebibytes(*figures.disk_free_bytes).c_str(), mebibytes(*figures.disk_bytes).c_str());
  }
  std::printf("\n證據：%s 葉", with_thousands(figures.leaves).c_str());
  if (figures.signed_at) {
    std::printf("，最近簽章 %s，涵蓋 %s 葉", minute(workplace, *figures.signed_at).c_str(),
                with_thousands(figures.signed_leaves).c_str());
  }
  std::printf("\n");
  if (workplace.config.evidence.signer == "here")
    std::printf("  註：簽章者為本服務自己（較弱）；建議改用獨立之 trailwatch signer\n");
}

void print_sources(const Workplace& workplace, const Figures& figures) {
  for (const SourceFigures& source : figures.sources) {
    const store::SourceTotals& total = source.totals;
    std::printf("來源 %s：%s 檔，入庫 %s，重複 %s，隔離 %s，待續 %s", source.name.c_str(),
                with_thousands(total.files).c_str(), with_thousands(total.stored).c_str(),
                with_thousands(total.duplicates).c_str(), with_thousands(total.quarantined).c_str(),
                with_thousands(total.pending).c_str());
    if (total.newest) {
      std::printf("，最新 %s（%s前）", minute(workplace, *total.newest).c_str(),
                  span_text(figures.at.micros - total.newest->micros).c_str());
    }
    std::printf("\n");
    if (source.older > 0)
      std::printf("  註：另有 7 日以前之缺漏 %s 項，見當日日報\n", with_thousands(source.older).c_str());
  }
}

void print_outlets(const Workplace& workplace, const Figures& figures) {
  if (figures.newest_report) {
    std::printf("日報：已發出至 %s\n", format_roc_day_weekday(*figures.newest_report).c_str());
  } else {
    std::printf("日報：尚未發出\n");
  }
  for (const store::ChannelState& state : figures.channels) {
    if (state.delivered + state.waiting + state.refused == 0) {
      std::printf("通道 %s：尚無訊息\n", state.channel.c_str());
      continue;
    }
    std::printf("通道 %s：已送達 %s，等待 %s", state.channel.c_str(), with_thousands(state.delivered).c_str(),
                with_thousands(state.waiting).c_str());
    if (state.last_delivered) std::printf("，最近一次 %s", minute(workplace, *state.last_delivered).c_str());
    std::printf("\n");
  }
}

void print_rules(const Figures& figures) {
  std::int64_t skipped = 0;
  for (const auto& [files, count] : figures.skipped) skipped += count;
  std::printf("規則：%s 條", with_thousands(figures.rules).c_str());
  if (skipped > 0) std::printf("，缺參考資料而未評估 %s 項", with_thousands(skipped).c_str());
  std::printf("\n");
  for (const auto& [files, count] : figures.skipped)
    std::printf("  註：無 %s：%s 項\n", files.c_str(), with_thousands(count).c_str());
  for (const std::string& line : figures.standing) std::printf("%s\n", line.c_str());
}

Json time(const Workplace& workplace, const std::optional<Instant>& at) {
  if (!at) return nullptr;
  const LocalTime local = workplace.zone.local(*at);
  const std::int64_t offset = local.day.days * kMicrosPerDay + local.micros - at->micros;
  return format_rfc3339(*at, static_cast<int>(offset / kMicrosPerMinute));
}

Json source_json(const Workplace& workplace, const Figures& figures, const SourceFigures& source) {
  Json out = {{"name", source.name},
              {"files", source.totals.files},
              {"stored", source.totals.stored},
              {"duplicates", source.totals.duplicates},
              {"quarantined", source.totals.quarantined},
              {"pending", source.totals.pending},
              {"newest", time(workplace, source.totals.newest)},
              {"lag_s", nullptr},
              {"faults", source.faults}};
  if (source.totals.newest) out["lag_s"] = (figures.at.micros - source.totals.newest->micros) / kMicrosPerSecond;
  return out;
}

Json channel_json(const Workplace& workplace, const store::ChannelState& state) {
  return {{"name", state.channel},
          {"delivered", state.delivered},
          {"waiting", state.waiting},
          {"refused", state.refused},
          {"last_delivered", time(workplace, state.last_delivered)},
          {"failing_since", time(workplace, state.failing_since)},
          {"error", state.error}};
}

Json to_json(const Workplace& workplace, const Figures& figures, bool is_running,
             const std::vector<Complaint>& complaints) {
  Json problems = Json::array(), sources = Json::array(), channels = Json::array(), skipped = Json::object();
  for (const Complaint& one : complaints) problems.push_back({{"code", one.code}, {"text", one.text}});
  for (const SourceFigures& one : figures.sources) sources.push_back(source_json(workplace, figures, one));
  for (const store::ChannelState& one : figures.channels) channels.push_back(channel_json(workplace, one));
  for (const auto& [files, count] : figures.skipped) skipped[files] = count;
  const auto number = [](const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(nullptr); };
  Json out = {{"healthy", complaints.empty()},
              {"problems", std::move(problems)},
              {"at", time(workplace, figures.at)},
              {"running", is_running},
              {"written", time(workplace, figures.written_at)},
              {"events", figures.events},
              {"sources", std::move(sources)}};
  out["rules"] = {{"alerting", figures.rules}, {"skipped", std::move(skipped)}, {"days_waiting", figures.days_waiting}};
  out["channels"] = std::move(channels);
  out["report"] = figures.newest_report ? Json(format_day(*figures.newest_report)) : Json(nullptr);
  out["evidence"] = {{"leaves", figures.leaves},
                     {"signed_leaves", figures.signed_leaves},
                     {"signed", time(workplace, figures.signed_at)}};
  out["disk"] = {{"database_bytes", figures.database_bytes},
                 {"log_bytes", figures.log_bytes},
                 {"free_bytes", number(figures.disk_free_bytes)},
                 {"all_bytes", number(figures.disk_bytes)}};
  return out;
}

// Counts by a word, `peer 3，tls 1`.
std::string counts_text(const Json& counts) {
  std::string out;
  if (!counts.is_object()) return out;
  for (const auto& [word, count] : counts.items()) {
    if (count.is_number_integer())
      out += (out.empty() ? "" : "，") + word + " " + with_thousands(count.get<std::int64_t>());
  }
  return out;
}

// What the daemon's listeners said last; null where nothing is to be listened to.
Result<Json> live_figures(const Workplace& workplace, store::Reader& reader) {
  const auto& sources = workplace.config.sources;
  const auto has_none = [](const config::Source& source) { return source.listen.empty(); };
  if (std::all_of(sources.begin(), sources.end(), has_none)) return Json(nullptr);
  Result<std::optional<std::string>> text = reader.meta(kLiveFigures);
  if (!text) return std::move(text).error();
  Json out = Json::parse(text->value_or("{}"), nullptr, false);
  return out.is_object() ? out : Json::object();
}

void print_live(const Json& figures) {
  if (!figures.is_object()) return;
  const auto number = [&](const char* name) {
    return with_thousands(
        figures.contains(name) && figures[name].is_number_integer() ? figures[name].get<std::int64_t>() : 0);
  };
  std::printf("即時收訊：連線 %s，自啟動以來 %s 次連線、%s 筆\n", number("connections").c_str(),
              number("accepted").c_str(), number("frames").c_str());
  const std::string refused = counts_text(figures.value("refused", Json::object()));
  const std::string lost = counts_text(figures.value("lost", Json::object()));
  if (!refused.empty()) std::printf("  拒絕：%s\n", refused.c_str());
  if (!lost.empty()) std::printf("  漏失：%s\n", lost.c_str());
}

void complain_of_doors(const Json& figures, std::vector<Complaint>& out) {
  if (!figures.is_object() || !figures.contains("faults") || !figures["faults"].is_array()) return;
  for (const Json& fault : figures["faults"]) {
    if (fault.is_string()) out.push_back({"listen", fault.get<std::string>()});
  }
}

}  // namespace

int status(const Machine& machine, const StatusOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const bool is_running = ProcessLock::is_held(join_path(workplace->config.state_dir, "lock"));
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const rules::Engine engine(workplace->rules, workplace->registry);
  Result<Figures> figures = gather_figures(machine, *workplace, **reader, engine, true);
  if (!figures) return fail(machine, figures.error());
  Result<Json> live = live_figures(*workplace, **reader);
  if (!live) return fail(machine, live.error());
  std::vector<Complaint> complaints = complaints_of(*workplace, *figures, is_running);
  complain_of_doors(*live, complaints);
  if (options.json) {
    Json out = to_json(*workplace, *figures, is_running, complaints);
    out["live"] = *live;
    std::printf("%s\n", out.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    print_store(*workplace, *figures, is_running);
    print_sources(*workplace, *figures);
    print_live(*live);
    print_outlets(*workplace, *figures);
    print_rules(*figures);
    for (const Complaint& one : complaints) std::printf("▲ %s\n", one.text.c_str());
    std::printf("%s\n", complaints.empty() ? "狀態：正常" : "狀態：有異常，如上");
  }
  return complaints.empty() ? kExitOk : kExitUnhealthy;
}

}  // namespace trailwatch::app
