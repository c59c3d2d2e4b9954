#include "report/words.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/shown.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

std::string count(std::int64_t number, std::string_view unit) {
  return with_thousands(number) + " " + std::string(unit);
}

std::int64_t high_count(const DailyReport& report) {
  return std::count_if(report.alerts.begin(), report.alerts.end(),
                       [](const AlertPage& page) { return page.alert.severity == model::Severity::high; });
}

std::int64_t decided_count(const DailyReport& report) {
  return std::count_if(report.alerts.begin(), report.alerts.end(), [](const AlertPage& page) {
    return page.alert.decision && page.alert.decision->verdict != model::Verdict::open;
  });
}

std::string_view kind_word(model::About about) {
  switch (about) {
    case model::About::officer:
      return "";
    case model::About::unit:
      return "單位警示";
    case model::About::subject:
      return "對象警示";
    case model::About::source:
      return "資料來源警示";
  }
  return "";
}

std::string minute(LocalTime time) {
  return format_clock(time).substr(0, 5);
}

}  // namespace

std::string_view shape(model::Severity severity) {
  switch (severity) {
    case model::Severity::high:
      return "▲";
    case model::Severity::medium:
      return "◆";
    case model::Severity::low:
      return "●";
  }
  return "●";
}

std::string headline(const DailyReport& report) {
  if (report.alerts.empty()) return "本日沒有待處理的警示";
  const std::int64_t decided = decided_count(report);
  return "今日應看 " + count(static_cast<std::int64_t>(report.alerts.size()), "件") + "，其中高風險 " +
         count(high_count(report), "件") + (decided > 0 ? "，已處理 " + count(decided, "件") : "");
}

std::string read_line(const DailyReport& report) {
  const auto bad = std::count_if(report.sources.begin(), report.sources.end(), [](const SourceLine& source) {
    return !source.faults.empty() || unaccounted(source) != 0;
  });
  std::string out = report.alerts.empty() ? "已讀完 " : "已讀取 ";
  out += count(report.events, "筆") + "查詢紀錄";
  if (report.explained_events > 0) {
    // In tenths of a per cent, cut: what is not quite all is never shown as all.
    const std::int64_t tenths = report.explained_events * 1000 / std::max<std::int64_t>(1, report.events);
    out += "（" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "% 有公務依據）";
  }
  out += "，來自 " + count(static_cast<std::int64_t>(report.sources.size()), "個來源");
  return out + (bad > 0 ? "，其中 " + count(bad, "個異常。") : "，均正常。");
}

std::string beyond_line(const DailyReport& report) {
  const std::int64_t more =
      report.alerts_total - static_cast<std::int64_t>(report.alerts.size()) - report.suppressed_total;
  std::string out;
  if (more > 0) out += "另有 " + count(more, "件") + "低於門檻或超出今日件數，均已保存，可於系統檢視。";
  if (report.suppressed_total > 0) {
    out += "另有 " + count(report.suppressed_total, "件") + "因暫停類似警示而未列出，理由見「暫停類似警示」。";
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> faults(const DailyReport& report) {
  std::vector<std::pair<std::string, std::string>> out;
  if (report.sources.empty()) out.emplace_back("資料來源", "沒有任何資料來源的紀錄，無法判斷本日情形。");
  for (const SourceLine& source : report.sources) {
    const std::string who = std::string(or_word(source.title, source.name));
    for (const std::string& fault : source.faults) out.emplace_back(who, fault);
    if (unaccounted(source) != 0) {
      out.emplace_back(who, "收到筆數與入庫、重複、隔離、待續之合計不符，" + balance(source) + "。");
    }
  }
  return out;
}

std::int64_t unaccounted(const SourceLine& source) {
  return source.records_in - source.stored - source.duplicates - source.quarantined - source.pending;
}

std::string balance(const SourceLine& source) {
  const std::int64_t difference = unaccounted(source);
  if (difference == 0) return "相符";
  return difference > 0 ? "少 " + count(difference, "筆") : "多 " + count(-difference, "筆");
}

std::string_view staff_id(const AlertPage& page) {
  return page.alert.key.about == model::About::officer ? std::string_view(page.alert.key.name) : std::string_view{};
}

std::string place_line(const AlertPage& page) {
  std::string out{kind_word(page.alert.key.about)};
  if (!out.empty() && !page.place.empty()) out += "・";
  return out + page.place;
}

std::string span(const AlertPage& page) {
  std::optional<LocalTime> first = page.first, last = page.last;
  if (!first && !page.evidence.empty()) first = page.evidence.front().time;
  if (!last && !page.evidence.empty() && page.evidence_omitted == 0) last = page.evidence.back().time;
  if (!first) return "";
  const auto said = [](LocalTime time, LocalDay known) {
    if (time.day == known) return minute(time);
    return (time.day == known.plus(1) ? "翌日 " : month_day(time.day) + " ") + minute(time);
  };
  const std::string begin = said(*first, page.alert.day);
  if (!last) return begin + " 起";
  const std::string end = said(*last, first->day);
  return begin == end && first->day == last->day ? begin : begin + "–" + end;
}

std::vector<std::int64_t> whole_points(const model::Alert& alert) {
  std::vector<std::int64_t> out;
  std::vector<std::pair<double, std::size_t>> rests;
  std::int64_t sum = 0;
  double exact = 0;
  for (std::size_t i = 0; i < alert.contributions.size(); ++i) {
    const double points = std::isfinite(alert.contributions[i].points) ? alert.contributions[i].points : 0;
    const double whole = std::floor(std::clamp(points, -1e6, 1e6));
    out.push_back(static_cast<std::int64_t>(whole));
    rests.emplace_back(points - whole, i);
    sum += out.back();
    exact += points;
  }
  // The largest remainders are rounded up. The score itself is the target when the parts do add up to it.
  const double target = std::abs(exact - alert.score) < 0.5 ? alert.score : exact;
  if (!std::isfinite(target)) return out;
  std::int64_t missing = std::llround(std::clamp(target, -1e9, 1e9)) - sum;
  std::sort(rests.begin(), rests.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (std::size_t i = 0; i < rests.size() && missing > 0; ++i, --missing) ++out[rests[i].second];
  return out;
}

std::vector<std::string> origins(const AlertPage& page) {
  struct File {
    std::string_view name;
    std::string lines, rows;
  };
  std::vector<File> files;
  for (std::size_t i = 0; i < page.evidence.size(); ++i) {
    const std::string_view origin = page.evidence[i].origin;
    if (origin.empty()) continue;
    const std::size_t colon = std::min(origin.rfind(':'), origin.size());
    const std::string_view name = origin.substr(0, colon);
    auto file = std::find_if(files.begin(), files.end(), [&](const File& known) { return known.name == name; });
    if (file == files.end()) file = files.insert(files.end(), File{name, "", ""});
    const std::string_view line = colon < origin.size() ? origin.substr(colon + 1) : std::string_view("？");
    file->lines += (file->lines.empty() ? "" : "、") + std::string(line);
    file->rows += (file->rows.empty() ? "" : "、") + std::to_string(i + 1);
  }
  std::vector<std::string> out;
  for (const File& file : files) {
    out.push_back(std::string(file.name) + "　第 " + file.lines + " 行（序 " + file.rows + "）");
  }
  return out;
}

std::string evidence_line(const AlertPage& page) {
  const auto listed = static_cast<std::int64_t>(page.evidence.size());
  if (page.evidence_omitted <= 0) return "佐證 " + count(listed, "筆");
  return "佐證 " + count(listed + page.evidence_omitted, "筆") + "，列出 " + count(listed, "筆") + "，其餘 " +
         count(page.evidence_omitted, "筆") + "請於系統檢視";
}

std::string withheld_line(const AlertPage& page) {
  return "佐證 " + with_thousands(page.alert.events) + " 筆不隨信附上，請於稽核主機檢視。";
}

Spread spread(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double low = static_cast<double>(values[below]), high = static_cast<double>(values[above]);
    return low + (high - low) * (place - static_cast<double>(below));
  };
  return Spread{at(0), at(0.25), at(0.5), at(0.75), at(1)};
}

std::int64_t rank(const PeerChart& chart) {
  return 1 + std::count_if(chart.peers.begin(), chart.peers.end(), [&](std::int64_t peer) { return peer > chart.own; });
}

std::string_view self_word(model::About about) {
  switch (about) {
    case model::About::officer:
      return "本人";
    case model::About::unit:
      return "本單位";
    case model::About::subject:
      return "本對象";
    case model::About::source:
      return "本來源";
  }
  return "本人";
}

std::string sentence(const PeerChart& chart, model::About about) {
  const std::string own = std::string(self_word(about)) + " " + count(chart.own, chart.unit);
  if (chart.peers.empty()) return own + "；沒有可比較的同儕。";
  const Spread s = spread(chart.peers);
  const std::string_view counter = about == model::About::officer ? "人中第 " : "個中第 ";
  return own + "，" + count(static_cast<std::int64_t>(chart.peers.size()) + 1, counter) + std::to_string(rank(chart)) +
         "；同儕中位數 " + decimal(s.median) + " " + chart.unit + "，中間一半 " + decimal(s.lower) + "–" +
         decimal(s.upper) + " " + chart.unit + "，最高 " + decimal(s.most) + " " + chart.unit + "。";
}

std::string sentence(const DayChart& chart) {
  if (chart.own.empty()) return "沒有每日筆數可供比較。";
  const auto most = std::max_element(chart.own.begin(), chart.own.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  double sum = 0;
  for (const auto& [day, number] : chart.own) sum += static_cast<double>(number);
  std::string out = "近 " + count(static_cast<std::int64_t>(chart.own.size()), "日") + "平均每日 " +
                    decimal(sum / static_cast<double>(chart.own.size())) + " 筆，最高 " + month_day(most->first) + " " +
                    count(most->second, "筆") + "；" + month_day(chart.own.back().first) + " " +
                    count(chart.own.back().second, "筆");
  if (chart.peer_median.size() == chart.own.size()) out += "，同儕中位數 " + decimal(chart.peer_median.back()) + " 筆";
  return out + "。";
}

std::string month_day(LocalDay day) {
  return format_roc_day(day).substr(format_roc_day(day).size() - 5);
}

std::string evidence_time(LocalTime time) {
  return month_day(time.day) + " " + format_clock(time);
}

}  // namespace trailwatch::report
