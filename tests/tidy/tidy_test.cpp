#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// What no compiler sees: the house's own rules, held against every source file.
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TW_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Source {
  std::string name;  // from the repository's root
  std::string room;  // empty outside the rooms
  std::vector<std::string> lines;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<Source> sources_below(const std::vector<std::string>& roots) {
  std::vector<Source> out;
  for (const std::string& root : roots) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / root)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      const fs::path relative = fs::relative(entry.path(), kRoot / root);
      const std::string room = std::distance(relative.begin(), relative.end()) > 1 ? relative.begin()->string() : "";
      out.push_back({(fs::path(root) / relative).string(), room, lines_of(read(entry.path()))});
    }
  }
  return out;
}

// The table of rooms, from the top CMakeLists.txt: who may use whom.
std::map<std::string, std::set<std::string>> room_table() {
  std::map<std::string, std::set<std::string>> table;
  for (const std::string& line : lines_of(read(kRoot / "CMakeLists.txt"))) {
    if (line.rfind("tw_room(", 0) != 0) continue;
    std::istringstream words(line.substr(8));
    std::string room, word;
    words >> room >> word;
    std::set<std::string>& uses = table[room];
    while (words >> word && word != "LIBRARIES") {
      if (!word.empty() && word.back() == ')') word.pop_back();
      uses.insert(word);
    }
    uses.insert({room, "base"});
    if (room != "base") uses.insert("model");
  }
  return table;
}

std::string included(const std::string& line) {
  const std::string start = "#include \"";
  if (line.rfind(start, 0) != 0) return "";
  return line.substr(start.size(), line.find('"', start.size()) - start.size());
}

TEST(Tidy, EveryIncludeFollowsTheTableOfRooms) {
  const auto table = room_table();
  ASSERT_GT(table.size(), 10U);
  std::string wrong;
  for (const Source& source : sources_below({"src", "include/trailwatch"})) {
    if (source.room.empty()) continue;  // main.cpp
    ASSERT_TRUE(table.count(source.room)) << source.name << " lies in a room that CMakeLists.txt does not know";
    for (const std::string& line : source.lines) {
      const std::string path = included(line);
      if (path.empty()) continue;
      const bool is_public = path.rfind("trailwatch/", 0) == 0;
      const std::string rest = is_public ? path.substr(11) : path;
      const std::string room = rest.substr(0, rest.find('/'));
      const bool allowed = is_public ? table.at(source.room).count(room) != 0 : room == source.room;
      if (!allowed) wrong += source.name + " includes " + path + "\n";
    }
  }
  EXPECT_EQ(wrong, "");
}

struct Forbidden {
  std::string text;
  std::string why;
  std::set<std::string> allowed_rooms;
};

TEST(Tidy, TheMachineIsKnownToAppAlone) {
  const std::vector<Forbidden> rules = {
      {"std::filesystem", "disk comes in through Files", {}},
      {"<filesystem>", "disk comes in through Files", {}},
      {"system_clock::now", "time comes in through Clock", {"app"}},
      {"steady_clock::now", "time comes in through Clock", {"app"}},
      {"getenv", "the environment is app's", {"app"}},
      {"std::regex", "RE2 only: std::regex falls over on long lines", {}},
      {"std::random_device", "randomness comes in through Random", {}},
      {"rand(", "randomness comes in through Random", {"demo"}},
      {"std::thread", "threads exist in app and store only", {"app", "store"}},
  };
  std::string wrong;
  for (const Source& source : sources_below({"src", "include/trailwatch"})) {
    for (const std::string& line : source.lines) {
      for (const Forbidden& rule : rules) {
        if (line.find(rule.text) == std::string::npos || rule.allowed_rooms.count(source.room) != 0) continue;
        wrong += source.name + ": " + rule.text + " (" + rule.why + ")\n";
      }
    }
  }
  EXPECT_EQ(wrong, "");
}

TEST(Tidy, PublicHeadersAreLight) {
  std::string wrong;
  for (const Source& source : sources_below({"include/trailwatch"})) {
    bool has_guard = false;
    for (const std::string& line : source.lines) {
      has_guard = has_guard || line == "#pragma once";
      for (const char* heavy :
           {"nlohmann/json.hpp", "spdlog/", "boost/asio.hpp", "sqlite3.h", "yaml-cpp/", "simdjson"}) {
        if (line.rfind("#include", 0) == 0 && line.find(heavy) != std::string::npos)
          wrong += source.name + ": " + heavy + "\n";
      }
    }
    if (!has_guard) wrong += source.name + ": no #pragma once\n";
  }
  EXPECT_EQ(wrong, "");
}

// g++ 12 compiles these wrongly without a word: `co_await` stands alone, and what it is given has a name.
TEST(Tidy, CoAwaitStandsAlone) {
  std::string wrong;
  for (const Source& source : sources_below({"src"})) {
    for (const std::string& line : source.lines) {
      const std::size_t at = line.find("co_await ");
      if (at == std::string::npos) continue;
      const std::string before = line.substr(0, at), after = line.substr(at);
      const bool in_condition = before.find("if (") != std::string::npos ||
                                before.find("while (") != std::string::npos ||
                                before.find("switch (") != std::string::npos;
      const bool has_temporary = after.find('{') != std::string::npos || after.find("[&") != std::string::npos ||
                                 after.find("[=") != std::string::npos;
      if ((in_condition && before.find(';') == std::string::npos) || has_temporary)
        wrong += source.name + ": " + line + "\n";
    }
  }
  EXPECT_EQ(wrong, "");
}

TEST(Tidy, NothingIsLeftUnfinished) {
  const std::vector<std::string> marks = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                          std::string("XX") + "X:"};
  std::string wrong;
  for (const Source& source : sources_below({"src", "include/trailwatch", "tests"})) {
    for (const std::string& line : source.lines) {
      for (const std::string& mark : marks) {
        if (line.find(mark) != std::string::npos) wrong += source.name + ": " + mark + "\n";
      }
    }
  }
  EXPECT_EQ(wrong, "");
}

}  // namespace
