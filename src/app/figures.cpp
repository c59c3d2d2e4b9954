#include "app/figures.h"

#include <algorithm>
#include <limits>

#include "app/daily.h"
#include "app/issue.h"
#include "app/ledger_door.h"
#include "app/reevaluation.h"
#include "app/report_fault.h"
#include "app/system.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kWeekMicros = 7 * kMicrosPerDay;
constexpr std::int64_t kHourMicros = 60 * kMicrosPerMinute;
constexpr std::int64_t kSignatureOverdueMicros = 2 * kHourMicros;
constexpr std::int64_t kStillMicros = 2 * kMicrosPerMinute;
constexpr std::int64_t kDiskBytesMin = 1 << 30;
constexpr std::int64_t kDiskPartMin = 20;  // a twentieth

Status gather_sources(const Workplace& workplace, store::Reader& reader, bool with_faults, Figures& out) {
  Result<std::vector<store::SourceTotals>> totals = reader.sources();
  if (!totals) return std::move(totals).error();
  SourceFaults recent, all;
  if (with_faults) {
    constexpr Instant kEver{std::numeric_limits<std::int64_t>::min()}, kNever{std::numeric_limits<std::int64_t>::max()};
    Result<SourceFaults> found = gather_faults(workplace, reader, Instant{out.at.micros - kWeekMicros}, kNever);
    if (!found) return std::move(found).error();
    recent = *std::move(found);
    found = gather_faults(workplace, reader, kEver, kNever);
    if (!found) return std::move(found).error();
    all = *std::move(found);
  }
  for (const config::Source& source : workplace.config.sources) {
    SourceFigures one;
    one.name = source.name;
    one.totals.source = source.name;
    for (const store::SourceTotals& total : *totals) {
      if (total.source == source.name) one.totals = total;
    }
    one.faults = recent.by_source[source.name];
    one.older =
        static_cast<std::int64_t>(all.by_source[source.name].size()) - static_cast<std::int64_t>(one.faults.size());
    out.sources.push_back(std::move(one));
  }
  return Done{};
}

Status gather_evidence(store::Reader& reader, Figures& out) {
  Result<std::int64_t> leaves = reader.leaf_count();
  if (!leaves) return std::move(leaves).error();
  Result<std::optional<store::NoteRow>> note = reader.newest_note();
  if (!note) return std::move(note).error();
  out.leaves = *leaves;
  if (*note) {
    out.signed_leaves = (*note)->size;
    out.signed_at = (*note)->signed_at;
  }
  return Done{};
}

Status gather_channels(const Workplace& workplace, store::Reader& reader, Figures& out) {
  Result<std::vector<store::ChannelState>> states = reader.channel_states(Instant{out.at.micros - kWeekMicros});
  if (!states) return std::move(states).error();
  for (const config::Channel& channel : workplace.config.delivery.channels) {
    store::ChannelState state;
    state.channel = channel.name;
    for (const store::ChannelState& known : *states) {
      if (known.channel == channel.name) state = known;
    }
    out.channels.push_back(std::move(state));
  }
  for (const store::ChannelState& known : *states) {
    if (workplace.config.delivery.find(known.channel) == nullptr) out.channels.push_back(known);
  }
  return Done{};
}

Status gather_reports(const Machine& machine, const Workplace& workplace, store::Reader& reader, Figures& out) {
  Result<std::optional<LocalDay>> newest = reader.newest_report();
  if (!newest) return std::move(newest).error();
  out.newest_report = *newest;
  if (*newest) out.overdue = due_reports(workplace, *newest, Instant{out.at.micros - kHourMicros});
  Result<std::optional<std::string>> fault = reader.meta(kReportFault);
  if (!fault) return std::move(fault).error();
  out.report_fault = fault->value_or("");
  out.refused_batches = refused_batches(machine, workplace);
  return Done{};
}

Status gather_rules(const Workplace& workplace, store::Reader& reader, const rules::Engine& engine, Figures& out) {
  for (const rules::RuleInfo& rule : workplace.rules.rules()) out.rules += rule.alerts ? 1 : 0;
  for (const std::string& one : engine.not_evaluable()) {
    const std::size_t at = one.find(": ");
    ++out.skipped[at == std::string::npos ? one : one.substr(at + 2)];
  }
  out.file_faults = workplace.faults;
  Result<Standing> standing = read_standing(reader);
  if (!standing) return std::move(standing).error();
  out.days_waiting = static_cast<std::int64_t>(standing->plan.size());
  out.standing = standing_lines(*standing);
  return Done{};
}

void gather_files(const Machine& machine, const Workplace& workplace, Figures& out) {
  const std::string database = workplace.config.database();
  const Result<FileInfo> file = machine.files.info(database), log = machine.files.info(database + "-wal");
  if (file) {
    out.database_bytes = file->size;
    out.written_at = file->modified;
  }
  if (log) {
    out.log_bytes = log->size;
    out.written_at = std::max(out.written_at.value_or(log->modified), log->modified);
  }
  if (const std::optional<DiskSpace> disk = disk_space(workplace.config.state_dir)) {
    out.disk_free_bytes = disk->free_bytes;
    out.disk_bytes = disk->all_bytes;
  }
}

std::string minute(const Workplace& workplace, Instant at) {
  return format_roc_minute(workplace.zone.local(at));
}

void complain_of_evidence(const Workplace& workplace, const Figures& figures, std::vector<Complaint>& out) {
  if (workplace.config.evidence.signer == "none") {
    out.push_back({"signature", "未設定簽章者：日後無法證明紀錄未遭更改"});
  } else if (!figures.signed_at) {
    out.push_back({"signature", "尚未簽章；請檢查 trailwatch-signer 是否執行"});
  } else if (figures.leaves > figures.signed_leaves &&
             figures.at.micros - figures.signed_at->micros > kSignatureOverdueMicros) {
    out.push_back({"signature", "最近 " + with_thousands(figures.leaves - figures.signed_leaves) +
                                    " 葉逾兩小時未簽章；請檢查 trailwatch-signer 是否執行"});
  }
}

void complain_of_deliveries(const Workplace& workplace, const Figures& figures, std::vector<Complaint>& out) {
  for (const store::ChannelState& state : figures.channels) {
    if (state.failing_since) {
      out.push_back({"delivery", "通道 " + state.channel + " 自 " + minute(workplace, *state.failing_since) +
                                     " 起無法送達：" + for_display(state.error)});
    }
    if (state.refused > 0) {
      out.push_back({"delivery", "通道 " + state.channel + " 近 7 日有 " + with_thousands(state.refused) +
                                     " 則遭拒收或放棄，見 trailwatch deliver list"});
    }
  }
}

void complain_of_disk(const Figures& figures, std::vector<Complaint>& out) {
  if (!figures.disk_free_bytes || !figures.disk_bytes) return;
  const std::int64_t free = *figures.disk_free_bytes;
  if (free >= std::min(kDiskBytesMin, *figures.disk_bytes / kDiskPartMin)) return;
  out.push_back({"disk", "磁碟空間僅餘 " + with_thousands(free >> 20) + " MiB；滿載後將無法收錄"});
}

}  // namespace

Result<Figures> gather_figures(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                               const rules::Engine& engine, bool with_faults) {
  Figures out;
  out.at = machine.clock.now();
  Result<std::int64_t> size = reader.size();
  if (!size) return std::move(size).error();
  out.events = *size;
  Status done = gather_sources(workplace, reader, with_faults, out);
  if (done) done = gather_evidence(reader, out);
  if (done) done = gather_channels(workplace, reader, out);
  if (done) done = gather_reports(machine, workplace, reader, out);
  if (done) done = gather_rules(workplace, reader, engine, out);
  if (!done) return std::move(done).error();
  gather_files(machine, workplace, out);
  return out;
}

std::vector<Complaint> complaints_of(const Workplace& workplace, const Figures& figures, bool is_running) {
  std::vector<Complaint> out;
  if (!is_running) {
    out.push_back({"stopped", "背景服務未執行；啟動：systemctl start trailwatch"});
  } else if (figures.written_at && figures.at.micros - figures.written_at->micros > kStillMicros) {
    out.push_back({"still", "背景服務自 " + minute(workplace, *figures.written_at) +
                                " 起未寫入任何資料；請見 journalctl -u trailwatch"});
  }
  complain_of_evidence(workplace, figures, out);
  for (const SourceFigures& source : figures.sources) {
    for (const std::string& fault : source.faults) out.push_back({"source", "來源 " + source.name + "：" + fault});
  }
  if (!figures.report_fault.empty()) out.push_back({"report", "日報未能產生：" + for_display(figures.report_fault)});
  if (!figures.overdue.empty()) {
    out.push_back({"report", "應發而未發之日報 " + std::to_string(figures.overdue.size()) + " 份，最早為 " +
                                 format_roc_day_weekday(figures.overdue.front())});
  }
  complain_of_deliveries(workplace, figures, out);
  if (figures.refused_batches > 0) {
    out.push_back({"ledger", "有 " + with_thousands(figures.refused_batches) + " 批處理紀錄未能登記，留存於 " +
                                 join_path(workplace.config.state_dir, "handover")});
  }
  for (const FileFault& fault : figures.file_faults) out.push_back({"file", fault.text()});
  complain_of_disk(figures, out);
  return out;
}

}  // namespace trailwatch::app
