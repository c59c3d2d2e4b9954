#include "app/keys.h"

#include "app/credentials.h"
#include "trailwatch/base/text.h"
#include "trailwatch/store/key.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kKeyBytesMax = 4096;
constexpr std::string_view kCredential = "credential:";

bool is_credential(const std::string& place) {
  return place.rfind(kCredential, 0) == 0;
}

// Where the key is looked for first: what systemd hands over as `master.key` comes before the configured file, which
// may then be root's own.
std::string first_place(const Machine& machine, const config::Config& config) {
  const std::optional<std::string> given = credential_path("master.key");
  return given && machine.files.info(*given) ? "credential:master.key" : config.key_file;
}

// All places where the key can be.
std::vector<std::string> places(const Machine& machine, const config::Config& config) {
  std::vector<std::string> out = {first_place(machine, config)};
  if (!is_credential(out.front())) out.push_back(config.key_file + ".new");
  out.insert(out.end(), config.other_key_files.begin(), config.other_key_files.end());
  return out;
}

Result<vault::Vault> open_at(const Machine& machine, const std::string& place) {
  Result<std::string> text = read_key(machine, place);
  if (!text) {
    Error error = std::move(text).error();
    if (error.code == Errc::unavailable) error.hint = "the key is not for every user: run this as root";
    return error;
  }
  Result<vault::Vault> vault = vault::Vault::open(*text);
  if (!vault) return std::move(vault).error().at(place);
  return vault;
}

}  // namespace

Result<std::string> read_key(const Machine& machine, const std::string& place) {
  if (!is_credential(place)) return machine.files.read(place, kKeyBytesMax);
  const std::string name = place.substr(kCredential.size());
  const std::optional<std::string> path = credential_path(name);
  if (!path) {
    return Error{Errc::not_found, "no credential \"" + name + "\"", "LoadCredential= of the unit names it", {}};
  }
  return machine.files.read(*path, kKeyBytesMax);
}

Result<vault::Vault> find_vault(const Machine& machine, const config::Config& config) {
  Result<std::optional<std::string>> wanted = store::key_of_store(config.database());
  if (!wanted) return std::move(wanted).error();
  Result<vault::Vault> first = open_at(machine, first_place(machine, config));
  if (!*wanted || (first && first->key_id() == **wanted)) return first;
  for (const std::string& place : places(machine, config)) {
    Result<vault::Vault> other = open_at(machine, place);
    if (other && other->key_id() == **wanted) return other;
  }
  return first;
}

Status settle_keys(const Machine& machine, const config::Config& config) {
  if (is_credential(first_place(machine, config))) return Done{};
  Result<std::optional<std::string>> wanted = store::key_of_store(config.database());
  if (!wanted) return std::move(wanted).error();
  Result<std::string> key = machine.files.read(config.key_file, kKeyBytesMax);
  const std::string beside = config.key_file + ".new";
  if (*wanted && (!key || !vault::Vault::open(*key) || vault::Vault::open(*key)->key_id() != **wanted)) {
    Result<std::string> next = machine.files.read(beside, kKeyBytesMax);
    Result<vault::Vault> vault = next ? vault::Vault::open(*next) : Result<vault::Vault>(next.error());
    if (vault && vault->key_id() == **wanted) {
      // In this order: at every moment the store's key lies in one of the two places.
      Status done = key ? machine.files.write(config.key_file + ".old", *key, true) : Status(Done{});
      if (done) done = machine.files.write(config.key_file, *next, true);
      if (done) done = machine.files.remove(beside);
      return done;
    }
  }
  if (key || key.error().code != Errc::not_found) return key ? Status(Done{}) : Status(key.error());
  // One of the other places may have it; a store without any can't be opened again, and only an empty place gets a new
  // one.
  if (!config.other_key_files.empty() && find_vault(machine, config)) return Done{};
  if (machine.files.info(config.database())) {
    return Error{Errc::not_found,
                 "the key file is missing, but the store is there",
                 "restore the key from its safe copy",
                 {config.key_file}};
  }
  if (Status written = machine.files.write(config.key_file, vault::make_key_file(machine.random), true); !written)
    return written;
  machine.log.info("made a new master key; keep a copy of it in a safe place: " + config.key_file);
  return Done{};
}

}  // namespace trailwatch::app
