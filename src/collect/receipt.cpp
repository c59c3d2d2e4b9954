#include "trailwatch/collect/receipt.h"

#include <nlohmann/json.hpp>

namespace trailwatch::collect {

using nlohmann::ordered_json;

std::string receipt_json(const Receipt& receipt) {
  ordered_json rejected = ordered_json::array();
  for (const Receipt::Rejected& one : receipt.rejected) {
    rejected.push_back({{"line", one.line}, {"code", one.code}, {"reason", one.reason}});
  }
  const ordered_json out = {{"stored", receipt.stored},
                            {"duplicates", receipt.duplicates},
                            {"quarantined", receipt.quarantined},
                            {"rejected", std::move(rejected)}};
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::optional<Receipt> parse_receipt(std::string_view json) {
  const ordered_json from = ordered_json::parse(json, nullptr, false);
  const auto number = [&](const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  const auto text = [&](const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!from.is_object() || !from.contains("rejected") || !from["rejected"].is_array()) return std::nullopt;
  Receipt out;
  out.stored = number(from, "stored");
  out.duplicates = number(from, "duplicates");
  out.quarantined = number(from, "quarantined");
  for (const ordered_json& one : from["rejected"]) {
    if (one.is_object()) out.rejected.push_back({number(one, "line"), text(one, "code"), text(one, "reason")});
  }
  return out;
}

}  // namespace trailwatch::collect
