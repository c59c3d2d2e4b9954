#include "app/reload_watch.h"

#include "trailwatch/base/hash.h"

namespace trailwatch::app {

namespace {

std::string digest_of(const std::vector<store::InForce>& files) {
  Sha256 hash;
  for (const store::InForce& file : files) {
    hash.add(std::to_string(static_cast<int>(file.kind)) + "/" + std::to_string(file.name.size()) + "/" + file.name);
    hash.add("/" + std::to_string(file.text.size()) + "/");
    hash.add(file.text);
  }
  return to_hex(hash.digest());
}

}  // namespace

ReloadWatch::ReloadWatch(const ReadFiles& files, const config::Config& config, const std::vector<store::InForce>& taken)
    : files_(files), config_(config), taken_(digest_of(taken)) {}

std::optional<std::vector<store::InForce>> ReloadWatch::look() {
  Result<std::vector<store::InForce>> files = read_judgement_files(files_, config_);
  if (!files) {
    seen_ = "unreadable";
    return std::nullopt;
  }
  std::string digest = digest_of(*files);
  if (digest == taken_) {
    seen_.clear();
    return std::nullopt;
  }
  if (digest != seen_) {
    seen_ = std::move(digest);
    return std::nullopt;
  }
  taken_ = std::move(digest);
  seen_.clear();
  return *std::move(files);
}

}  // namespace trailwatch::app
