#include <cstdio>

#include "app/commands.h"
#include "app/keys.h"
#include "app/system.h"
#include "trailwatch/base/text.h"
#include "trailwatch/store/key.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::app {

namespace {

bool is_credential(const std::string& place) {
  return place.rfind("credential:", 0) == 0;
}

// The new key, where the service will find it as soon as the store has taken it.
Result<vault::Vault> prepare(const Machine& machine, const config::Config& config, const KeyOptions& options) {
  Result<std::string> text = options.next.empty() ? Result<std::string>(vault::make_key_file(machine.random))
                                                  : read_key(machine, options.next);
  if (!text) return std::move(text).error();
  Result<vault::Vault> vault = vault::Vault::open(*text);
  if (!vault) return std::move(vault).error().at(options.next);
  if (!is_credential(config.key_file)) {
    if (Status written = machine.files.write(config.key_file + ".new", *text, true); !written)
      return std::move(written).error();
    return vault;
  }
  for (const std::string& place : config.other_key_files) {
    const Result<std::string> other = read_key(machine, place);
    const Result<vault::Vault> same = other ? vault::Vault::open(*other) : Result<vault::Vault>(other.error());
    if (same && same->key_id() == vault->key_id()) return vault;
  }
  return Error{Errc::invalid,
               "the service would not find the new key",
               "hand it over as a second credential, name it in \"other_key_files\" and give it with --new",
               {}};
}

Status rewrap(const Machine& machine, const Workplace& workplace, const vault::Vault& next) {
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
  if (!writer) return std::move(writer).error();
  Status done = (*writer)->begin(machine.clock.now());
  if (done) done = (*writer)->rotate_key(next);
  if (done) done = (*writer)->commit();
  if (!done) {
    (*writer)->rollback();
    return done;
  }
  Result<bool> cut = (*writer)->cut_log();
  if (!cut) return std::move(cut).error();
  if (!*cut) machine.log.warning("somebody reads the store just now: its log still holds what the old key wrapped");
  return Done{};
}

}  // namespace

int make_key(const Machine& machine, const std::string& path) {
  if (machine.files.info(path)) {
    return fail(machine, Error{Errc::conflict,
                               "there is a file already",
                               "whoever overwrites a key can't read what it protects any more",
                               {path}});
  }
  if (Status written = machine.files.write(path, vault::make_key_file(machine.random), true); !written)
    return fail(machine, written.error());
  machine.log.info("made a new master key; keep a copy of it in a safe place: " + path);
  return kExitOk;
}

int key_rotate(const Machine& machine, const KeyOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const config::Config& config = workplace->config;
  if (!machine.files.info(config.database()))
    return fail(machine, {Errc::not_found, "there is no store yet", "", {config.database()}});
  Result<ProcessLock> lock = ProcessLock::take(join_path(config.state_dir, "lock"));
  if (!lock) {
    return fail(machine, {lock.error().code, lock.error().message, "stop the service for this; it takes seconds", {}});
  }
  // What an earlier attempt has begun comes first: its `.new` may be the store's key.
  if (Status settled = settle_keys(machine, config); !settled) return fail(machine, settled.error());
  Result<std::optional<std::string>> before = store::key_of_store(config.database());
  if (!before) return fail(machine, before.error());
  Result<vault::Vault> next = prepare(machine, config, options);
  if (!next) return fail(machine, next.error());
  if (before->value_or("") == next->key_id())
    return fail(machine, {Errc::invalid, "the store has this key already", "", {options.next}});
  if (Status done = rewrap(machine, *workplace, *next); !done) return fail(machine, done.error());
  if (Status settled = settle_keys(machine, config); !settled) return fail(machine, settled.error());
  std::printf("主金鑰已更換：%s → %s\n", before->value_or("").c_str(), next->key_id().c_str());
  if (is_credential(config.key_file)) {
    std::printf("請將新金鑰改為 %s，舊金鑰之憑證即可移除；並更新金鑰之安全副本。\n", config.key_file.c_str());
  } else {
    std::printf("新金鑰：%s（請更新其安全副本）\n舊金鑰：%s（只能開啟先前之備份；不再需要時請銷毀）\n",
                config.key_file.c_str(), (config.key_file + ".old").c_str());
  }
  return kExitOk;
}

int key_show(const Machine& machine, const KeyOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const config::Config& config = workplace->config;
  Result<std::optional<std::string>> wanted = store::key_of_store(config.database());
  if (!wanted) return fail(machine, wanted.error());
  std::printf("資料庫：%s\n", wanted->value_or("（尚未建立）").c_str());
  std::vector<std::string> places = {config.key_file};
  if (!is_credential(config.key_file)) {
    places.push_back(config.key_file + ".new");
    places.push_back(config.key_file + ".old");
  }
  places.insert(places.end(), config.other_key_files.begin(), config.other_key_files.end());
  bool opens = !*wanted;
  for (const std::string& place : places) {
    const Result<std::string> text = read_key(machine, place);
    if (!text && text.error().code == Errc::not_found) continue;
    const Result<vault::Vault> vault = text ? vault::Vault::open(*text) : Result<vault::Vault>(text.error());
    const bool is_it = vault && *wanted && vault->key_id() == **wanted;
    std::printf("%s：%s%s\n", place.c_str(), vault ? vault->key_id().c_str() : vault.error().text().c_str(),
                is_it ? "　開啟資料庫" : "");
    opens = opens || is_it;
  }
  if (opens) return kExitOk;
  return fail(machine, {Errc::not_found, "none of these keys opens the store", "restore it from its safe copy", {}});
}

}  // namespace trailwatch::app
