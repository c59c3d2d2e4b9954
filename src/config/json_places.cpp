#include "config/json_places.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

namespace trailwatch::config {

namespace {

// Counts line ends as the parser moves over the text: the parser itself does not say where it is.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  int* line = nullptr;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    if (*at == '\n') ++*line;
    ++at;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
  bool operator!=(const CountingIterator& other) const { return at != other.at; }
};

// Follows the path while the parser walks.
class Places : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Places(const int& line) : line_(line) {}
  JsonPlaces found;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    levels_.back().key = name;
    const std::string place = path();
    if (!found.lines.emplace(place, line_).second) found.twice.emplace_back(place, line_);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  struct Level {
    bool is_array = false;
    std::string key;
    int index = 0;
  };

  bool value() {
    if (levels_.empty() || !levels_.back().is_array) return true;
    found.lines.emplace(path(), line_);
    ++levels_.back().index;
    return true;
  }
  bool open(bool is_array) {
    if (!levels_.empty() && levels_.back().is_array) found.lines.emplace(path(), line_);
    levels_.push_back({is_array, "", 0});
    return true;
  }
  bool close() {
    levels_.pop_back();
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().index;
    return true;
  }
  std::string path() const {
    std::string out;
    for (const Level& level : levels_) {
      if (level.is_array) {
        out += "[" + std::to_string(level.index) + "]";
      } else {
        out += (out.empty() ? "" : ".") + level.key;
      }
    }
    return out;
  }

  const int& line_;
  std::vector<Level> levels_;
};

}  // namespace

JsonPlaces json_places(std::string_view text) {
  int line = 1;
  Places places(line);
  const CountingIterator begin{text.data(), &line}, end{text.data() + text.size(), &line};
  if (!nlohmann::json::sax_parse(begin, end, &places, nlohmann::json::input_format_t::json, true, true)) return {};
  return places.found;
}

}  // namespace trailwatch::config
