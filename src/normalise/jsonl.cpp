#include "normalise/jsonl.h"

#include <simdjson.h>

#include <array>
#include <charconv>

namespace trailwatch::normalise {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kLevelsMax = 32;
constexpr std::size_t kKeysMax = 256;
constexpr std::size_t kNumberBytesMax = 32;

}  // namespace

struct JsonLines::Impl {
  dom::parser parser;
  // Text of numbers: one place for each key at most.
  std::array<char, kKeysMax * kNumberBytesMax> numbers{};
  std::size_t numbers_used = 0;
  std::size_t keys = 0;
  std::string path;
  std::vector<std::string_view> names;  // of the objects being read, innermost last
  SlotMemo* memo = nullptr;
  Row* row = nullptr;

  template <typename N>
  std::string_view print(N number) {
    char* const begin = numbers.data() + numbers_used;
    const auto [end, error] = std::to_chars(begin, begin + kNumberBytesMax, number);
    if (error != std::errc{}) return {};
    numbers_used += static_cast<std::size_t>(end - begin);
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  // Nothing for lists and objects.
  std::optional<std::string_view> text(const dom::element& value) {
    switch (value.type()) {
      case dom::element_type::STRING:
        return value.get_string().value_unsafe();
      case dom::element_type::INT64:
        return print(value.get_int64().value_unsafe());
      case dom::element_type::UINT64:
        return print(value.get_uint64().value_unsafe());
      case dom::element_type::DOUBLE:
        return print(value.get_double().value_unsafe());
      case dom::element_type::BOOL:
        return value.get_bool().value_unsafe() ? "true" : "false";
      case dom::element_type::NULL_VALUE:
        return std::string_view{};
      case dom::element_type::ARRAY:
      case dom::element_type::OBJECT:
        break;
    }
    return std::nullopt;
  }

  // `is_column`: the path leads here through objects only, so that a column may be meant.
  std::optional<Fault> walk(const dom::element& value, std::size_t level, bool is_column) {
    if (level > kLevelsMax) return json_limit("巢狀超過 32 層");
    if (value.type() == dom::element_type::ARRAY) {
      const dom::array items = value.get_array().value_unsafe();
      for (const dom::element item : items) {
        if (!is_nested(item)) continue;
        if (auto fault = walk(item, level + 1, false)) return fault;
      }
      return std::nullopt;
    }
    const std::size_t path_before = path.size(), names_before = names.size();
    const dom::object members = value.get_object().value_unsafe();
    for (const dom::key_value_pair member : members) {
      if (++keys > kKeysMax) return json_limit("超過 256 個鍵");
      for (std::size_t i = names_before; i < names.size(); ++i) {
        if (names[i] == member.key) return duplicate_key();
      }
      names.push_back(member.key);
      path += member.key;
      if (is_column) {
        if (auto fault = put(member.value)) return fault;
      }
      if (is_nested(member.value)) {
        path += '.';
        if (auto fault = walk(member.value, level + 1, is_column)) return fault;
      }
      path.resize(path_before);
    }
    names.resize(names_before);
    return std::nullopt;
  }

  static bool is_nested(const dom::element& value) {
    return value.type() == dom::element_type::ARRAY || value.type() == dom::element_type::OBJECT;
  }

  std::optional<Fault> put(const dom::element& value) {
    const std::optional<Slot> slot = memo->find(keys - 1, path);
    if (!slot) return std::nullopt;
    const std::optional<std::string_view> got = text(value);
    if (!got) return bad_json("欄位「" + path + "」不是單一值");
    if (!row->put(*slot, *got)) return duplicate_key();
    return std::nullopt;
  }
};

JsonLines::JsonLines() : impl_(std::make_unique<Impl>()) {}
JsonLines::~JsonLines() = default;

std::optional<Fault> JsonLines::read(std::string& text, SlotMemo& memo, Row& row) {
  Impl& impl = *impl_;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  dom::element root;
  const simdjson::error_code error = impl.parser.parse(text.data(), text.size(), false).get(root);
  if (error == simdjson::DEPTH_ERROR) return json_limit("巢狀超過 32 層");
  if (error != simdjson::SUCCESS) return bad_json("語法錯誤或內容不完整");
  if (root.type() != dom::element_type::OBJECT) return bad_json("不是物件");
  impl.numbers_used = 0;
  impl.keys = 0;
  impl.path.clear();
  impl.names.clear();
  impl.memo = &memo;
  impl.row = &row;
  return impl.walk(root, 1, true);
}

}  // namespace trailwatch::normalise
