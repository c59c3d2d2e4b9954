#include "demo/identity.h"

#include <array>
#include <string_view>

#include "trailwatch/base/text.h"

namespace trailwatch::demo {

namespace {

// The common ones stand more than once.
constexpr std::array<std::string_view, 60> kSurnames = {
    "陳", "陳", "陳", "陳", "林", "林", "林", "黃", "黃", "黃", "張", "張", "李", "李", "王",
    "王", "吳", "吳", "劉", "劉", "蔡", "蔡", "楊", "楊", "許", "許", "鄭", "謝", "郭", "洪",
    "曾", "邱", "廖", "賴", "周", "徐", "蘇", "葉", "莊", "呂", "江", "何", "蕭", "羅", "高",
    "潘", "簡", "朱", "鍾", "彭", "游", "詹", "胡", "施", "沈", "余", "趙", "盧", "梁", "顏"};
constexpr std::array<std::string_view, 96> kGiven = {
    "志", "明", "俊", "傑", "建", "宏", "家", "豪", "文", "雄", "淑", "芬", "美", "玲", "雅", "婷",
    "怡", "君", "佳", "穎", "宗", "翰", "冠", "宇", "承", "恩", "柏", "睿", "子", "晴", "詩", "涵",
    "欣", "妤", "思", "瑜", "慧", "敏", "秀", "英", "麗", "華", "素", "珍", "惠", "雯", "國", "棟",
    "金", "龍", "德", "勝", "永", "福", "春", "生", "玉", "蘭", "月", "霞", "振", "源", "啟", "仁",
    "育", "誠", "偉", "倫", "哲", "維", "彥", "廷", "信", "安", "品", "妍", "芷", "若", "宜", "靜",
    "嘉", "琪", "孟", "儒", "正", "義", "進", "益", "清", "泉", "錦", "堂", "瑞", "祥", "立", "群"};
constexpr std::array<std::string_view, 14> kSections = {"稻香段", "青雲段", "渡船段", "石橋段",  "新埔心段",
                                                        "竹圍段", "望溪段", "松嶺段", "梅嶺段",  "石鼓段",
                                                        "水尾段", "大樹段", "下厝段", "東勢埔段"};
// In the order of the values 10 to 35 that the check counts with.
constexpr std::string_view kIdLetters = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
constexpr std::string_view kPlateLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr char32_t kFirstUserDefined = 0xE000;  // FA 40

std::string checked_id(std::size_t letter, int sex, std::uint64_t digits) {
  std::string id(1, kIdLetters[letter]);
  id += static_cast<char>('0' + sex);
  id += padded(digits, 7);
  const std::uint64_t value = letter + 10;
  std::uint64_t sum = value / 10 + value % 10 * 9;
  for (std::size_t i = 1; i <= 8; ++i) sum += static_cast<std::uint64_t>(id[i] - '0') * (9 - i);
  id += static_cast<char>('0' + (10 - sum % 10) % 10);
  return id;
}

std::string letters(Random& random, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += kPlateLetters[random.index(kPlateLetters.size())];
  return out;
}

std::string digits(Random& random, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + random.below(10));
  return out;
}

}  // namespace

std::string padded(std::uint64_t number, std::size_t digits_min) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + number % 10));
    number /= 10;
  } while (number > 0);
  if (out.size() < digits_min) out.insert(0, digits_min - out.size(), '0');
  return out;
}

std::string make_name(Random& random) {
  std::string name(random.pick(kSurnames));
  name += random.pick(kGiven);
  if (!random.percent(6)) name += random.pick(kGiven);
  return name;
}

std::string make_national_id(Random& random) {
  const std::size_t letter = random.index(kIdLetters.size());
  const int sex = random.between(1, 2);
  return checked_id(letter, sex, random.below(10'000'000));
}

std::string numbered_national_id(std::uint64_t number) {
  // A factor without a common divisor with the size of the set visits every member once, and far from its neighbours.
  constexpr std::uint64_t kIds = 26ULL * 2 * 10'000'000;
  const std::uint64_t place = number % kIds * 198'491'317 % kIds;
  const auto letter = static_cast<std::size_t>(place / 20'000'000);
  return checked_id(letter, static_cast<int>(place / 10'000'000 % 2) + 1, place % 10'000'000);
}

std::string make_plate(Random& random) {
  const int form = random.between(0, 9);
  const std::size_t letter_count = form < 6 || form == 9 ? 3 : 2;
  const std::string word = letters(random, letter_count);
  const std::string number = digits(random, form == 9 ? 3 : 4);
  return form == 7 || form == 8 ? number + "-" + word : word + "-" + number;
}

std::string make_section(Random& random) {
  return std::string(random.pick(kSections));
}

std::string make_parcel(Random& random) {
  const std::string parent = padded(random.below(1300) + 1, 4);
  return parent + "-" + padded(random.percent(55) ? 0 : random.below(30) + 1, 4);
}

std::string make_building(Random& random) {
  return padded(random.below(4000) + 1, 5) + "-000";
}

Person resident(std::uint64_t seed, std::uint64_t index) {
  Random random(seed, "resident", index);
  Person person;
  person.id = make_national_id(random);
  person.name = make_name(random);
  if (random.per_mille(15)) append_utf8(person.name, kFirstUserDefined + static_cast<char32_t>(random.below(12)));
  return person;
}

std::string plate_of_resident(std::uint64_t seed, std::uint64_t index) {
  Random random(seed, "plate", index);
  return make_plate(random);
}

}  // namespace trailwatch::demo
