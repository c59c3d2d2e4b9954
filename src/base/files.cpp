#include "trailwatch/base/files.h"

namespace trailwatch {

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty() || (!name.empty() && name[0] == '/')) return std::string(name);
  std::string out(directory);
  if (out.back() != '/') out.push_back('/');
  return out.append(name);
}

std::string_view base_name(std::string_view path) {
  const std::size_t at = path.rfind('/');
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

std::string_view directory_name(std::string_view path) {
  const std::size_t at = path.rfind('/');
  if (at == std::string_view::npos) return ".";
  return at == 0 ? "/" : path.substr(0, at);
}

}  // namespace trailwatch
