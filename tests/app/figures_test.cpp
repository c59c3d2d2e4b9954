#include "app/figures.h"

#include <gtest/gtest.h>

namespace trailwatch::app {
namespace {

constexpr std::int64_t kHour = 60 * kMicrosPerMinute;

// A house in which all is well, and what is changed of it.
class Complaints : public testing::Test {
 protected:
  Complaints() {
    workplace_.zone = Zone::fixed(480);
    workplace_.config.state_dir = "/state";
    workplace_.config.evidence.signer = "/run/signer";
    figures_.at = parse_rfc3339("2026-03-05T10:00:00+08:00")->instant;
    figures_.written_at = Instant{figures_.at.micros - kMicrosPerSecond};
    figures_.signed_at = Instant{figures_.at.micros - kMicrosPerMinute};
    figures_.leaves = figures_.signed_leaves = 100;
    figures_.disk_bytes = 100LL << 30;
    figures_.disk_free_bytes = 50LL << 30;
    SourceFigures land;
    land.name = "land";
    figures_.sources = {land};
  }
  std::vector<std::string> texts(bool is_running = true) const {
    std::vector<std::string> out;
    for (const Complaint& one : complaints_of(workplace_, figures_, is_running))
      out.push_back(one.code + " " + one.text);
    return out;
  }

  Workplace workplace_;
  Figures figures_;
};

using Texts = std::vector<std::string>;

TEST_F(Complaints, AreNoneWhenAllIsWell) {
  EXPECT_EQ(texts(), Texts{});
  figures_.skipped["staff.csv"] = 3;  // an office may do without
  figures_.sources[0].older = 5;
  EXPECT_EQ(texts(), Texts{});
}

TEST_F(Complaints, NameAServiceThatDoesNotRunOrDoesNotWrite) {
  EXPECT_EQ(texts(false), Texts{"stopped 背景服務未執行；啟動：systemctl start trailwatch"});
  figures_.written_at = Instant{figures_.at.micros - 2 * kMicrosPerMinute};
  EXPECT_EQ(texts(), Texts{});
  figures_.written_at = Instant{figures_.at.micros - 2 * kMicrosPerMinute - 1};
  EXPECT_EQ(texts(), Texts{"still 背景服務自 115/03/05 09:57 起未寫入任何資料；請見 journalctl -u trailwatch"});
}

TEST_F(Complaints, NameWhatIsNotSigned) {
  figures_.leaves = 1'234;
  EXPECT_EQ(texts(), Texts{});
  figures_.signed_at = Instant{figures_.at.micros - 2 * kHour - 1};
  EXPECT_EQ(texts(), Texts{"signature 最近 1,134 葉逾兩小時未簽章；請檢查 trailwatch-signer 是否執行"});
  figures_.signed_at.reset();
  EXPECT_EQ(texts(), Texts{"signature 尚未簽章；請檢查 trailwatch-signer 是否執行"});
  workplace_.config.evidence.signer = "none";
  EXPECT_EQ(texts(), Texts{"signature 未設定簽章者：日後無法證明紀錄未遭更改"});
}

TEST_F(Complaints, NameSourcesReportsAndChannels) {
  figures_.sources[0].faults = {"尚未收到任何檔案"};
  figures_.report_fault = "2026-03-04 the disk is full\n";
  figures_.overdue = {to_day({2026, 3, 3}), to_day({2026, 3, 4})};
  store::ChannelState office;
  office.channel = "office";
  office.failing_since = Instant{figures_.at.micros - 3 * kHour};
  office.error = "connection refused";
  office.refused = 2;
  figures_.channels = {office};
  figures_.refused_batches = 1;
  figures_.file_faults = {{"staff.csv", 1, "缺少欄位", "", true}};
  EXPECT_EQ(texts(), (Texts{"source 來源 land：尚未收到任何檔案", "report 日報未能產生：2026-03-04 the disk is full␦",
                            "report 應發而未發之日報 2 份，最早為 115/03/03（二）",
                            "delivery 通道 office 自 115/03/05 07:00 起無法送達：connection refused",
                            "delivery 通道 office 近 7 日有 2 則遭拒收或放棄，見 trailwatch deliver list",
                            "ledger 有 1 批處理紀錄未能登記，留存於 /state/handover",
                            "file staff.csv 第 1 列：缺少欄位；沿用前一版"}));
}

TEST_F(Complaints, NameADiskThatFills) {
  figures_.disk_free_bytes = (1LL << 30) - 1;
  EXPECT_EQ(texts(), Texts{"disk 磁碟空間僅餘 1,023 MiB；滿載後將無法收錄"});
  // A small disk: a twentieth of it.
  figures_.disk_bytes = 10LL << 30;
  figures_.disk_free_bytes = 512LL << 20;
  EXPECT_EQ(texts(), Texts{});
  figures_.disk_free_bytes = (512LL << 20) - 1;
  EXPECT_EQ(texts().size(), 1U);
  figures_.disk_bytes.reset();
  EXPECT_EQ(texts(), Texts{});
}

}  // namespace
}  // namespace trailwatch::app
