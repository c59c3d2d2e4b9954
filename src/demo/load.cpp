#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "demo/calendar.h"
#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/random.h"
#include "demo/tasks.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::demo {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr int kDays = 365;
constexpr std::size_t kAgencies = 40, kUnitsEach = 3, kOfficersEach = 25;
constexpr std::array<std::string_view, kUnitsEach> kUnitNames = {"登記一課", "登記二課", "行政課"};
constexpr std::string_view kHeader =
    "序號,機關代碼,機關名稱,單位,工作代碼,員工代號,姓名,查詢日期,查詢時間,作業代碼,作業名稱,查詢條件,被查詢人統號,"
    "被查詢人姓名,申請依據,申請事由,收件號,核准人,端末機,回傳筆數\n";

// What every row of one officer has in common, made once.
struct Clerk {
  std::string before_date;  // `,99001010,青河市戶政事務所,登記一課,W01,H12345,王小明,`
  std::string case_start;   // `114青河戶字第`
  std::string end;          // `,10.1.2.11,`
  bool is_late_worker = false;
};

std::vector<Clerk> make_clerks(std::uint64_t seed) {
  constexpr std::array<std::string_view, 10> kFirst = {"青", "梅", "松", "石", "望", "竹", "楓", "雲", "溪", "稻"};
  constexpr std::array<std::string_view, 4> kSecond = {"河", "嶺", "坪", "原"};
  Random random(seed, "load clerks");
  std::vector<Clerk> out;
  for (std::size_t agency = 0; agency < kAgencies; ++agency) {
    const std::string place = std::string(kFirst[agency % 10]) + std::string(kSecond[agency / 10]);
    for (std::size_t unit = 0; unit < kUnitsEach; ++unit) {
      for (std::size_t i = 0; i < kOfficersEach; ++i) {
        Clerk clerk;
        const std::string number = padded(out.size() + 10'000, 5);
        clerk.before_date =
            ",9900" + padded(agency + 10, 4) + "," + place + "戶政所," + std::string(kUnitNames[unit]) + ",W";
        clerk.before_date += padded(i % 8 + 1, 2) + ",H" + number + "," + make_name(random) + ",";
        clerk.case_start = "114" + place + "戶字第";
        clerk.end = ",10." + padded(agency + 1, 1) + "." + padded(unit + 1, 1) + "." + padded(i % 12 + 11, 1) + ",";
        clerk.is_late_worker = random.percent(8);
        out.push_back(std::move(clerk));
      }
    }
  }
  return out;
}

struct Moment {
  int day = 0;
  int second = 0;
};

// Spreads the rows over a year: full working days, thin other days, and within a day mostly office hours.
class Spread {
 public:
  explicit Spread(LocalDay first) {
    for (int day = 0; day < kDays; ++day) {
      starts_.push_back(total_);
      total_ += is_working_day(first.plus(day)) ? kBusy : kQuiet;
    }
    starts_.push_back(total_);
  }
  // Rows must be asked for in turn: 0 <= row < count.
  Moment at(std::uint64_t row, std::uint64_t count) {
    // Twelve binary digits more than the weights have, so that the rows of one day differ.
    const std::uint64_t place = row * (total_ << kShift) / count;
    while ((starts_[static_cast<std::size_t>(day_) + 1] << kShift) <= place) ++day_;
    const std::uint64_t begin = starts_[static_cast<std::size_t>(day_)] << kShift;
    const std::uint64_t size = (starts_[static_cast<std::size_t>(day_) + 1] << kShift) - begin;
    const std::uint64_t share = (place - begin) * 10'000 / size;  // of the day's rows, in ten-thousandths
    const std::uint64_t rest = (place - begin) * 10'000 % size;
    std::size_t band = 0;
    while (kBands[band + 1].rows <= share) ++band;
    const Band& from = kBands[band];
    const Band& to = kBands[band + 1];
    const std::uint64_t within = (share - from.rows) * 1000 + rest * 1000 / size;
    const std::uint64_t second = from.second + within * (to.second - from.second) / ((to.rows - from.rows) * 1000);
    return Moment{day_, static_cast<int>(second)};
  }

 private:
  struct Band {
    std::uint64_t rows;  // ten-thousandths of a day's rows before `second`
    std::uint64_t second;
  };
  static constexpr std::array<Band, 6> kBands = {
      {{0, 0}, {250, 8 * 3600}, {4700, 12 * 3600}, {5200, 13 * 3600}, {9600, 17 * 3600 + 1800}, {10'000, 86'400}}};
  static constexpr std::uint64_t kBusy = 100, kQuiet = 6;
  static constexpr int kShift = 12;

  std::vector<std::uint64_t> starts_;
  std::uint64_t total_ = 0;
  int day_ = 0;
};

void add_two(std::string& out, int number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

// Dense enough that 38 of 100 rows name a subject for the first time.
std::uint64_t subjects_for(std::int64_t count) {
  return static_cast<std::uint64_t>(count) * 418 / 1000 + 1;
}

struct ReasonCode {
  std::string_view code;
  bool has_case;
};
constexpr std::array<ReasonCode, 8> kCodes = {
    {{"01", true}, {"01", true}, {"01", true}, {"01", true}, {"02", true}, {"03", true}, {"04", false}, {"06", false}}};
constexpr std::array<std::string_view, 8> kReasons = {"申請戶籍謄本", "遷入登記", "出生登記", "補發身分證",
                                                      "繼承登記",     "印鑑證明", "結婚登記", "資料校正"};

void add_row(std::string& out, std::uint64_t number, const Clerk& clerk, const std::string& date, int second,
             std::uint64_t subject, Random& random) {
  const std::uint64_t chance = random.next();
  const ReasonCode& reason = kCodes[chance & 7];
  out += padded(number, 1);
  out += clerk.before_date;
  out += date;
  out += ',';
  add_two(out, second / 3600);
  add_two(out, second / 60 % 60);
  add_two(out, second % 60);
  const bool is_family = (chance >> 3 & 3) == 0;
  out += is_family ? ",RC002,全戶查詢,統號," : ",RC001,個人查詢,統號,";
  out += numbered_national_id(subject);
  out += ",,";
  // One in 32 leaves out why.
  const bool is_blank = (chance >> 5 & 31) == 0;
  out += reason.code;
  out += ',';
  if (!is_blank) out += kReasons[chance >> 10 & 7];
  out += ',';
  if (reason.has_case && !is_blank) {
    out += clerk.case_start;
    out += padded(number / 3 % 999'999 + 1, 6);
    out += "號";
  }
  out += ',';
  if (reason.code == "03") out += "H10000";
  out += clerk.end;
  out += static_cast<char>('1' + (is_family ? chance >> 13 & 3 : 0));
  out += '\n';
}

}  // namespace

Status make_load(std::uint64_t seed, std::int64_t count, const std::function<Status(std::string_view bytes)>& append) {
  // Beyond, the running numbers of subjects would no longer be different people.
  constexpr std::int64_t kCountMax = 1'000'000'000;
  if (count < 0 || count > kCountMax) return Error{Errc::invalid, "a load has 0 to 1,000,000,000 rows", "", {"count"}};
  const LocalDay first = to_day({2025, 1, 1});
  const std::vector<Clerk> clerks = make_clerks(seed);
  Random random(seed, "load");
  Spread spread(first);
  std::string out(kHeader);
  std::string date;
  int day = -1;
  for (std::int64_t i = 0; i < count; ++i) {
    const Moment moment = spread.at(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(count));
    if (moment.day != day) {
      day = moment.day;
      date = roc_digits(first.plus(day));
    }
    std::size_t clerk = random.index(clerks.size());
    // Evenings belong mostly to those who are used to them.
    const bool is_late = moment.second < 8 * 3600 || moment.second >= 18 * 3600;
    if (is_late && !clerks[clerk].is_late_worker) clerk = random.index(clerks.size());
    const std::uint64_t subject = random.below(subjects_for(count));
    add_row(out, static_cast<std::uint64_t>(i) + 1, clerks[clerk], date, moment.second, subject, random);
    if (out.size() >= kChunkBytes) {
      if (Status status = append(out); !status) return status;
      out.clear();
    }
  }
  if (out.empty()) return Done{};
  return append(out);
}

}  // namespace trailwatch::demo
