#include "app/commands.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::app {

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

}  // namespace trailwatch::app
