#include "config/personal.h"

namespace trailwatch::config {

namespace {

constexpr std::int64_t kMonthsMax = 1'200;
constexpr std::string_view kCredential = "credential:";

std::string placed(std::string_view directory, const std::string& path) {
  return path.rfind(kCredential, 0) == 0 ? path : clean_path(join_path(directory, path));
}

}  // namespace

void read_retention(const json* value, Retention& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "retention", problems);
  section.number("months", out.months, 1, kMonthsMax);
  if (const json* systems = section.find("systems")) {
    if (!systems->is_object()) {
      section.complain("systems", "must be an object of numbers of months", "{\"police\": 120}");
    } else {
      Section each(*systems, "retention.systems", problems);
      for (const auto& [name, months] : systems->items()) {
        each.number(name, out.systems[name], 1, kMonthsMax);
        if (out.systems[name] == 0) out.systems.erase(name);
      }
    }
  }
  section.finish();
}

void read_unmask(const json* value, Unmask& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "unmask", problems);
  for (const auto& [key, place] : {std::pair<const char*, bool*>{"second_person", &out.second_person},
                                   std::pair<const char*, bool*>{"by_option", &out.by_option}}) {
    const json* flag = section.find(key);
    if (flag == nullptr) continue;
    if (!flag->is_boolean()) {
      section.complain(key, "must be true or false", "");
    } else {
      *place = flag->get<bool>();
    }
  }
  section.finish();
}

void read_key_file(Section& root, const std::string& key, std::string_view directory, const std::string& fallback,
                   std::string& out) {
  root.text(key, out);
  out = out.empty() ? fallback : placed(directory, out);
}

void read_key_files(Section& root, const std::string& key, std::string_view directory, std::vector<std::string>& out) {
  root.list(key, out);
  for (std::string& path : out) path = placed(directory, path);
}

}  // namespace trailwatch::config
