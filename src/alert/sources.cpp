#include "trailwatch/alert/sources.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "trailwatch/base/text.h"

namespace trailwatch::alert {

namespace {

constexpr const char* kConflict = "source-conflict";
constexpr const char* kTrailer = "source-trailer";
constexpr const char* kGap = "source-gap";
constexpr double kConflictPoints = 25;
constexpr double kTrailerPoints = 40;
constexpr double kGapPoints = 30;
constexpr const char* kLoss = "source-loss";
constexpr const char* kClock = "source-clock";
constexpr double kLossPoints = 30;
constexpr double kClockPoints = 25;
constexpr double kPointsMax = 90;

model::Finding& finding_of(std::vector<model::Finding>& findings, const char* rule, const std::string& file,
                           LocalDay day, Instant time) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const model::Finding& f) {
    return f.rule == rule && f.key.name == file && f.day == day;
  });
  if (found != findings.end()) return *found;
  model::Finding fresh;
  fresh.rule = rule;
  fresh.key = {model::About::source, "", file};
  fresh.day = day;
  fresh.first = time;
  fresh.last = time;
  findings.push_back(std::move(fresh));
  return findings.back();
}

// Ascending, each once.
void add_event(model::Finding& finding, model::EventId event) {
  const auto place = std::lower_bound(finding.events.begin(), finding.events.end(), event);
  if (place == finding.events.end() || *place != event) finding.events.insert(place, event);
}

}  // namespace

const std::map<std::string, std::string>& source_titles() {
  static const std::map<std::string, std::string> kTitles = {{kConflict, "序號相同而內容不同"},
                                                             {kTrailer, "檔尾筆數不符"},
                                                             {kGap, "序號中斷"},
                                                             {kLoss, "傳輸漏失"},
                                                             {kClock, "來源時鐘偏差"}};
  return kTitles;
}

void add_conflict(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
                  model::EventId event) {
  model::Finding& finding = finding_of(findings, kConflict, file, day, time);
  finding.first = std::min(finding.first, time);
  finding.last = std::max(finding.last, time);
  add_event(finding, event);
  finding.count = static_cast<std::int64_t>(finding.events.size());
  finding.points = std::min(kPointsMax, kConflictPoints + 5.0 * static_cast<double>(finding.count));
  finding.sentence = with_thousands(finding.count) + " 筆紀錄與先前收到的同號紀錄內容不同";
}

void add_trailer_fault(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
                       std::int64_t declared, std::int64_t rows) {
  model::Finding& finding = finding_of(findings, kTrailer, file, day, time);
  finding.count = std::max<std::int64_t>(1, std::abs(declared - rows));
  finding.points = kTrailerPoints;
  finding.sentence = "檔尾記載 " + with_thousands(declared) + " 筆，實收 " + with_thousands(rows) + " 筆";
}

void add_hole(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
              model::EventId event, std::int64_t first, std::int64_t last) {
  model::Finding& finding = finding_of(findings, kGap, file, day, time);
  finding.first = std::min(finding.first, time);
  finding.last = std::max(finding.last, time);
  add_event(finding, event);
  // A made-up number can make one hole as large as numbers go.
  finding.count += std::min(last - first + 1, std::numeric_limits<std::int64_t>::max() - finding.count);
  finding.points = std::min(kPointsMax, kGapPoints + 2.0 * static_cast<double>(finding.count));
  finding.sentence =
      "序號缺 " + with_thousands(finding.count) + " 筆，" + std::to_string(finding.events.size()) + " 處";
}

std::string loss_text(model::LossKind kind, std::int64_t times, std::int64_t records) {
  const std::string often = with_thousands(times) + " 次", many = with_thousands(records) + " 筆";
  switch (kind) {
    case model::LossKind::kernel:
      return "UDP 資料包遭系統丟棄 " + many;
    case model::LossKind::truncated:
      return "UDP 資料包過長而不完整 " + many;
    case model::LossKind::framing:
      return "紀錄長度無法判讀，連線中止 " + often;
    case model::LossKind::cut_off:
      return "連線於紀錄中途結束 " + often;
    case model::LossKind::clock_ahead:
      return "紀錄時間晚於收到時間 5 分鐘以上 " + many;
    case model::LossKind::clock_behind:
      return "紀錄時間早於收到時間一年以上 " + many;
  }
  return "";
}

void add_loss(std::vector<model::Finding>& findings, const std::string& stream, LocalDay day, Instant first,
              Instant last, model::LossKind kind, std::int64_t times, std::int64_t records) {
  const bool is_clock = kind == model::LossKind::clock_ahead || kind == model::LossKind::clock_behind;
  model::Finding& finding = finding_of(findings, is_clock ? kClock : kLoss, stream, day, first);
  finding.first = std::min(finding.first, first);
  finding.last = std::max(finding.last, last);
  finding.count += std::max(times, records);
  const double points = is_clock ? kClockPoints : kLossPoints;
  finding.points = std::min(kPointsMax, points + 2.0 * static_cast<double>(finding.count));
  finding.sentence += (finding.sentence.empty() ? "" : "；") + loss_text(kind, times, records);
}

}  // namespace trailwatch::alert
