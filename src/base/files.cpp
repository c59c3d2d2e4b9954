#include "trailwatch/base/files.h"

#include "trailwatch/base/text.h"

namespace trailwatch {

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty() || (!name.empty() && name[0] == '/')) return std::string(name);
  std::string out(directory);
  if (out.back() != '/') out.push_back('/');
  return out.append(name);
}

std::string clean_path(std::string_view path) {
  if (path.empty()) return "";
  const bool absolute = path.front() == '/';
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(part);
    }  // else: above the root lies the root
  }
  std::string out = absolute ? "/" : "";
  for (const std::string_view part : kept) {
    if (!out.empty() && out.back() != '/') out.push_back('/');
    out.append(part);
  }
  return out.empty() ? "." : out;
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
