#include "rules/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <sstream>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kBytesMax = 1 << 20;

// Thrown through yaml-cpp, which has no other way to stop; caught in read_yaml.
struct Stop {
  Place place;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Problems& problems) : lines_(split(text, '\n')), problems_(problems) {}

  std::vector<Yaml> documents;

  void OnDocumentStart(const YAML::Mark& mark) override {
    // At a stray `}` yaml-cpp begins one empty document after the other, for ever.
    if (mark.pos == started_) throw Stop{place(mark), "not YAML: unexpected character"};
    started_ = mark.pos;
    open_.clear();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(make(Yaml::Kind::null, mark)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.error(place(mark), "anchors and aliases are not supported", "write the value out");
    add(make(Yaml::Kind::null, mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    Yaml node = make(Yaml::Kind::scalar, mark);
    node.text = value;
    node.one_line = value.find('\n') == std::string::npos;
    node.text_column = node.place.column;
    // A quoted scalar starts with its quote; the text of a block scalar (`|`, `>`) starts on a later line.
    if (tag == "!") {
      const char first = source(mark);
      const bool is_quote = first == '\'' || first == '"';
      node.one_line = node.one_line && is_quote && value.find_first_of("'\"\\") == std::string::npos;
      node.text_column = node.place.column + 1;
    }
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    push(make(Yaml::Kind::list, mark));
  }
  void OnSequenceEnd() override { pop(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    push(make(Yaml::Kind::map, mark));
  }
  void OnMapEnd() override {
    check_keys(open_.back());
    pop();
  }

  Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return Place{};
    const auto row = static_cast<std::size_t>(mark.line);
    if (row >= lines_.size()) return Place{mark.line + 1, 1};
    // yaml-cpp counts bytes from 0; people count characters from 1.
    const std::string_view before = lines_[row].substr(0, static_cast<std::size_t>(mark.column));
    return Place{mark.line + 1, static_cast<int>(length(before)) + 1};
  }

 private:
  char source(const YAML::Mark& mark) const {
    const auto row = static_cast<std::size_t>(mark.line), column = static_cast<std::size_t>(mark.column);
    return row < lines_.size() && column < lines_[row].size() ? lines_[row][column] : '\0';
  }
  Yaml make(Yaml::Kind kind, const YAML::Mark& mark) const {
    Yaml out;
    out.kind = kind;
    out.place = place(mark);
    return out;
  }
  void add(Yaml node) {
    if (open_.empty()) {
      documents.push_back(std::move(node));
    } else {
      open_.back().items.push_back(std::move(node));
    }
  }
  void push(Yaml node) {
    if (open_.size() == kDepthMax) throw Stop{node.place, "nested too deeply"};
    open_.push_back(std::move(node));
  }
  void pop() {
    Yaml done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done));
  }
  void check_keys(const Yaml& map) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < map.pairs(); ++i) {
      const Yaml& key = map.key(i);
      if (!key.is_scalar()) {
        problems_.error(key.place, "a key must be plain text");
      } else if (!seen.insert(key.text).second) {
        problems_.error(key.place, "key " + quoted(key.text) + " occurs twice");
      }
    }
  }

  std::vector<std::string_view> lines_;
  Problems& problems_;
  std::vector<Yaml> open_;
  int started_ = -1;  // where the last document began
};

}  // namespace

const Yaml* Yaml::find(std::string_view name) const {
  for (std::size_t i = 0; is_map() && i < pairs(); ++i) {
    if (key(i).is_scalar() && key(i).text == name) return &value(i);
  }
  return nullptr;
}

Place Yaml::inside(std::size_t count) const {
  return one_line ? Place{place.line, text_column + static_cast<int>(count)} : place;
}

std::vector<Yaml> read_yaml(std::string_view text, Problems& problems) {
  if (text.size() > kBytesMax) {
    problems.error(Place{}, "the file is larger than 1 MiB");
    return {};
  }
  int line = 1;
  for (const std::string_view row : split(text, '\n')) {
    if (!is_utf8(row) || row.find('\0') != std::string_view::npos) {
      problems.error(Place{line, 1}, "the file is not UTF-8 text");
      return {};
    }
    ++line;
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  TreeBuilder builder(text, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return std::move(builder.documents);
  } catch (const Stop& stop) {
    problems.error(stop.place, stop.message);
  } catch (const YAML::Exception& e) {
    problems.error(builder.place(e.mark), "not YAML: " + e.msg);
  }
  return {};
}

}  // namespace trailwatch::rules
