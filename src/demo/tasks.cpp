#include "demo/tasks.h"

#include <array>

#include "trailwatch/base/check.h"

namespace trailwatch::demo {

namespace {

using Texts = std::string_view[];
using enum Channel;
constexpr Wanted kPerson = Wanted::person, kVehicle = Wanted::vehicle, kParcel = Wanted::parcel;
constexpr CaseUse kNone = CaseUse::none, kAccepted = CaseUse::accepted, kRunning = CaseUse::running;

constexpr Texts kApplications = {"申請戶籍謄本", "遷入登記",       "遷出登記",        "結婚登記", "出生登記",
                                 "死亡登記",     "補發國民身分證", "換發戶口名簿",    "印鑑證明", "監護登記",
                                 "更改姓名",     "本人臨櫃辦理",   "委託他人辦理換證"};
constexpr Texts kInterested = {"繼承人申請除戶謄本", "債權人持裁定申請", "利害關係人申請謄本", "訴訟需要，附法院通知",
                               "共有人通知"};
constexpr Texts kLetters = {"法院函查戶籍",   "國稅局函查",     "檢察署調閱",
                            "鄉公所函查役男", "健保署函請查對", "警局公文協查"};
constexpr Texts kCorrections = {"戶籍資料校正", "門牌整編校對", "姓名用字更正", "記事欄補正"};
constexpr Texts kUrgent = {"走失長者協助查詢", "醫院急救聯絡家屬", "緊急安置案件"};
constexpr Texts kInternal = {"內部查對", "歸檔前核對", "電腦化資料比對"};
constexpr Texts kChief = {"覆核同仁案件", "民眾陳情查對", "抽核登記資料"};
constexpr Texts kWelfare = {"中低收入戶審核",   "低收入戶複查", "身障津貼申請",
                            "老人津貼資格審查", "急難救助訪視", "育兒津貼申請"};
constexpr Texts kFarm = {"農地農用現勘", "路燈用地查對", "產業道路會勘", "公有地占用清查", "水溝改善用地"};
constexpr Texts kRegistration = {"買賣移轉登記", "繼承登記",       "抵押權設定", "抵押權塗銷",
                                 "贈與移轉登記", "分割繼承案審查", "信託登記"};
constexpr Texts kSurveying = {"土地複丈", "鑑界", "分割測量", "建物第一次測量", "合併複丈", "法院囑託測量"};
constexpr Texts kTranscripts = {"核發登記謄本", "補發權狀", "謄本申請，本人到場", "地籍圖謄本核發"};
constexpr Texts kCooperation = {"行政執行分署函查", "法院民事執行處函查", "檢察署函查", "交通用地徵收協查",
                                "國產署函詢"};
constexpr Texts kTaxes = {"地價稅籍清查", "自用住宅用地審核", "土地增值稅審核",
                          "公告現值作業", "房屋稅籍比對",     "減免案件查對"};
constexpr Texts kArchive = {"調閱登記申請案", "歸還核對", "檔案清點"};
constexpr Texts kChecks = {"路檢盤查", "酒測勤務", "擴大臨檢", "場所臨檢", "攔查車輛", "形跡可疑盤查", "深夜巡邏盤查"};
constexpr Texts kWanted = {"協尋通緝犯", "比對通緝資料", "查緝逃犯勤務"};
constexpr Texts kAccidents = {"交通事故處理", "A2事故當事人查詢", "肇事逃逸車輛", "事故當事人查證", "A1事故家屬通知"};
constexpr Texts kReports = {"民眾報案遺失", "受理詐騙報案", "家庭糾紛報案", "失竊案報案人查證", "拾得物招領"};
constexpr Texts kVisits = {"記事人口訪查", "家戶訪查", "治安顧慮人口查訪", "獨居長者關懷"};
constexpr Texts kTickets = {"闖紅燈舉發", "超速逕行舉發", "違規停車舉發", "科技執法查對", "未戴安全帽舉發"};
constexpr Texts kTowing = {"違停拖吊", "占用騎樓通知移車", "妨礙出入通知車主"};
constexpr Texts kStolen = {"失竊車輛協尋", "尋獲車輛通知車主"};
constexpr Texts kCrime = {"偵辦詐欺案件", "偵辦竊盜案件", "調查關係人", "移送前查證",
                          "過濾通聯對象", "車手指認",     "查訪被害人", "監視器車輛過濾"};
constexpr Texts kRecords = {"函復法院前科查詢", "警察刑事紀錄證明申請", "函復地檢署", "函復機關任用查核",
                            "槍砲執照申請查核"};
constexpr Texts kMaintenance = {"系統測試", "版本更新驗證", "連線檢測"};
constexpr Texts kSmoke = {"烏賊車檢舉", "未定檢機車通知", "噪音車檢舉", "柴油車路邊攔檢"};
constexpr Texts kPoor = {"", "查詢", "公務", "業務需要", ".", "查"};

constexpr Task kHouseholdClerk[] = {
    {58, household, kPerson, "", "01", kAccepted, "戶籍申請", false, 1, 2, kApplications},
    {14, household, kPerson, "", "02", kAccepted, "利害關係人申請", false, 1, 3, kInterested},
    {8, household, kPerson, "", "03", kAccepted, "機關函查", true, 1, 4, kLetters},
    {10, household, kPerson, "", "04", kNone, "", false, 1, 2, kCorrections},
    {1, household, kPerson, "", "05", kNone, "", true, 1, 1, kUrgent},
    {6, household, kPerson, "", "06", kNone, "", false, 1, 2, kInternal},
};
constexpr Task kOfficeChief[] = {
    {8, household, kPerson, "", "06", kNone, "", false, 1, 2, kChief},
    {3, household, kPerson, "", "03", kAccepted, "機關函查", true, 1, 2, kLetters},
};
constexpr Task kWelfareClerk[] = {
    {6, household, kPerson, "", "03", kAccepted, "福利申請", true, 1, 4, kWelfare},
    {5, land, kPerson, "", "L08", kAccepted, "福利申請", false, 1, 3, kWelfare},
};
constexpr Task kFarmClerk[] = {{1, land, kParcel, "", "L07", kNone, "", false, 1, 3, kFarm}};
constexpr Task kRegistrar[] = {
    {60, land, kParcel, "", "L01", kAccepted, "登記案件", false, 1, 3, kRegistration},
    {22, land, kPerson, "", "L01", kAccepted, "登記案件", false, 1, 2, kRegistration},
    {16, land, kParcel, "", "L03", kAccepted, "謄本申請", false, 1, 2, kTranscripts},
};
constexpr Task kSurveyor[] = {{1, land, kParcel, "", "L02", kAccepted, "複丈案件", false, 1, 4, kSurveying}};
constexpr Task kLandClerk[] = {
    {5, land, kPerson, "", "L04", kAccepted, "機關函查", true, 1, 6, kCooperation},
    {4, land, kParcel, "", "L05", kNone, "", false, 1, 3, kTaxes},
};
constexpr Task kArchivist[] = {{1, land, kParcel, "", "L06", kNone, "", true, 1, 3, kArchive}};
constexpr Task kTaxClerk[] = {
    {6, land, kParcel, "", "L05", kNone, "", false, 1, 2, kTaxes},
    {5, land, kPerson, "", "L05", kNone, "", false, 1, 2, kTaxes},
    {2, household, kPerson, "", "03", kAccepted, "稅務公文", true, 1, 2, kTaxes},
};
constexpr Task kPatrol[] = {
    {16, police, kPerson, "戶役政", "C03", kNone, "", false, 1, 2, kChecks},
    {8, police, kPerson, "口卡", "C03", kNone, "", false, 1, 1, kChecks},
    {12, police, kPerson, "通緝", "C02", kNone, "", false, 1, 4, kWanted},
    {12, police, kVehicle, "車籍", "C03", kNone, "", false, 1, 2, kChecks},
    {7, police, kPerson, "戶役政", "C04", kAccepted, "交通事故", false, 1, 2, kAccidents},
    {9, police, kPerson, "戶役政", "C05", kAccepted, "受理報案", false, 1, 2, kReports},
    {8, police, kPerson, "戶役政", "C09", kNone, "", false, 1, 3, kVisits},
    {9, vehicle, kVehicle, "", "T04", kNone, "", false, 1, 3, kChecks},
    {6, vehicle, kVehicle, "", "T02", kAccepted, "交通事故", false, 1, 2, kAccidents},
    {5, vehicle, kVehicle, "", "T06", kNone, "", false, 1, 2, kTowing},
    {2, vehicle, kVehicle, "", "T03", kAccepted, "受理報案", false, 1, 1, kStolen},
};
constexpr Task kTraffic[] = {
    {30, vehicle, kVehicle, "", "T01", kNone, "", false, 2, 6, kTickets},
    {14, vehicle, kVehicle, "", "T02", kAccepted, "交通事故", false, 1, 2, kAccidents},
    {8, vehicle, kPerson, "", "T02", kAccepted, "交通事故", false, 1, 1, kAccidents},
    {9, vehicle, kVehicle, "", "T04", kNone, "", false, 1, 3, kChecks},
    {8, police, kPerson, "戶役政", "C04", kAccepted, "交通事故", false, 1, 2, kAccidents},
};
constexpr Task kDetective[] = {
    {24, police, kPerson, "戶役政", "C01", kRunning, "", false, 1, 3, kCrime},
    {16, police, kPerson, "前科", "C01", kRunning, "", false, 1, 2, kCrime},
    {7, police, kPerson, "口卡", "C01", kRunning, "", false, 1, 2, kCrime},
    {5, police, kPerson, "入出境", "C01", kRunning, "", false, 1, 1, kCrime},
    {2, police, kPerson, "勞保", "C01", kRunning, "", false, 1, 1, kCrime},
    {8, police, kPerson, "通緝", "C02", kNone, "", false, 1, 3, kWanted},
    {6, police, kVehicle, "車籍", "C01", kRunning, "", false, 1, 2, kCrime},
    {8, vehicle, kVehicle, "", "T05", kRunning, "", false, 1, 2, kCrime},
};
constexpr Task kRecordClerk[] = {
    {5, police, kPerson, "前科", "C06", kAccepted, "公文查復", false, 3, 9, kRecords},
    {4, police, kPerson, "前科", "C06", kAccepted, "刑事紀錄證明", false, 1, 1, kRecords},
};
constexpr Task kAdministrator[] = {
    {3, police, kPerson, "戶役政", "C07", kNone, "", false, 1, 1, kMaintenance},
    {2, vehicle, kVehicle, "", "T09", kNone, "", false, 1, 1, kMaintenance},
};
constexpr Task kInspector[] = {{1, vehicle, kVehicle, "", "T07", kAccepted, "陳情稽查", false, 1, 5, kSmoke}};

struct PoliceFunction {
  std::string_view system, function;
};
constexpr PoliceFunction kPoliceFunctions[] = {{"戶役政", "PERSON"}, {"車籍", "VEHICLE"}, {"口卡", "PHOTO"},
                                               {"前科", "RECORD"},   {"通緝", "WANTED"},  {"入出境", "TRAVEL"},
                                               {"勞保", "LABOR"}};

Function land_function(Wanted wanted, Random& random) {
  constexpr Texts kParcelFunctions = {"土地登記謄本", "土地登記謄本", "土地登記謄本",
                                      "建物登記謄本", "異動索引",     "地籍圖"};
  if (wanted == kPerson) return {"所有權人歸戶", ""};
  return {kParcelFunctions[random.index(std::size(kParcelFunctions))], ""};
}

Function household_function(Random& random) {
  const int chance = random.between(0, 99);
  if (chance < 62) return {"RC001", "個人戶籍資料查詢"};
  if (chance < 92) return {"RC002", "全戶戶籍資料查詢"};
  return {"RC003", "門牌查詢"};
}

Function police_function(std::string_view system, Random& random) {
  if (system == "戶役政" && random.percent(8)) return {"FAMILY", ""};
  for (const PoliceFunction& entry : kPoliceFunctions) {
    if (entry.system == system) return {entry.function, ""};
  }
  TW_CHECK(false);
  return {};
}

}  // namespace

Duties duties_of(Role role) {
  switch (role) {
    case Role::household_clerk:
      return {9, kHouseholdClerk};
    case Role::chief:
      return {3, kOfficeChief};
    case Role::welfare_clerk:
      return {4, kWelfareClerk};
    case Role::farm_clerk:
      return {4, kFarmClerk};
    case Role::land_registrar:
      return {9, kRegistrar};
    case Role::surveyor:
      return {6, kSurveyor};
    case Role::land_clerk:
      return {5, kLandClerk};
    case Role::land_archivist:
      return {6, kArchivist};
    case Role::tax_clerk:
      return {7, kTaxClerk};
    case Role::patrol:
      return {7, kPatrol};
    case Role::traffic:
      return {6, kTraffic};
    case Role::detective:
      return {6, kDetective};
    case Role::record_clerk:
      return {4, kRecordClerk};
    case Role::system_administrator:
      return {2, kAdministrator};
    case Role::inspector:
      return {4, kInspector};
  }
  TW_CHECK(false);
  return {};
}

const Task& pick_task(const Duties& duties, Random& random) {
  int total = 0;
  for (const Task& task : duties.tasks) total += task.weight;
  int place = random.between(0, total - 1);
  for (const Task& task : duties.tasks) {
    if (place < task.weight) return task;
    place -= task.weight;
  }
  TW_CHECK(false);
  return duties.tasks[0];
}

std::span<const std::string_view> poor_reasons() {
  return kPoor;
}

Function pick_function(Channel channel, Wanted wanted, std::string_view police_system, Random& random) {
  switch (channel) {
    case household:
      return household_function(random);
    case land:
      return land_function(wanted, random);
    case police:
      return police_function(police_system, random);
    case vehicle: {
      const bool is_rare = random.percent(15);
      if (wanted == kPerson) return {is_rare ? "VEHICLES_BY_ID" : "DRIVER_BY_ID", ""};
      return {is_rare ? "HISTORY_BY_PLATE" : "OWNER_BY_PLATE", ""};
    }
  }
  TW_CHECK(false);
  return {};
}

}  // namespace trailwatch::demo
