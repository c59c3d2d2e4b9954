#include "app/signer_desk.h"

#include "trailwatch/base/hash.h"
#include "trailwatch/base/plant.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kKeyBytesMax = 4096;
constexpr std::size_t kNoteBytesMax = 1U << 20U;

// Reads a key, or makes the first one. A directory that has signed before must not get another one in silence.
Result<seal::SigningKey> load_key(const Machine& machine, const std::string& path, const SignerDesk::Place& place) {
  Result<std::string> text = machine.files.read(path, kKeyBytesMax);
  if (!text && text.error().code == Errc::not_found && place.keys.empty()) {
    if (machine.files.info(join_path(place.directory, "last-note"))) {
      return Error{Errc::not_found,
                   "the signing key is missing, but this signer has signed before",
                   "restore the key from its safe copy",
                   {path}};
    }
    seal::SigningKey made = seal::SigningKey::make(place.origin, seal::KeyType::log, machine.random);
    if (Status written = machine.files.write(path, made.key_file(), true); !written) return std::move(written).error();
    machine.log.info("made a new signing key: " + path);
    return made;
  }
  if (!text) return std::move(text).error();
  Result<seal::SigningKey> key = seal::SigningKey::parse(*text);
  if (!key) return std::move(key).error().at(path);
  if (key->verifier().name() != place.origin) {
    return Error{Errc::conflict,
                 "this key signs for " + key->verifier().name() + ", not for " + place.origin,
                 "a log's name never changes: give it as it was",
                 {path}};
  }
  return key;
}

std::string first_key(const SignerDesk::Place& place) {
  return place.keys.empty() ? join_path(place.directory, "signer.key") : place.keys.front();
}

Result<std::string> origin_of(const Machine& machine, const SignerDesk::Place& place) {
  const std::string path = first_key(place);
  Result<std::string> text = machine.files.read(path, kKeyBytesMax);
  if (!text && text.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no signing key yet", "the first time, name the log with --origin", {path}};
  }
  if (!text) return std::move(text).error();
  Result<seal::SigningKey> key = seal::SigningKey::parse(*text);
  if (!key) return std::move(key).error().at(path);
  return key->verifier().name();
}

}  // namespace

SignerDesk::SignerDesk(const Machine& machine, Place place, seal::Signer signer, ProcessLock lock)
    : machine_(machine), place_(std::move(place)), signer_(std::move(signer)), lock_(std::move(lock)) {}

Result<SignerDesk> SignerDesk::open(const Machine& machine, const Place& asked) {
  Place place = asked;
  if (place.origin.empty()) {
    Result<std::string> known = origin_of(machine, place);
    if (!known) return std::move(known).error();
    place.origin = *std::move(known);
  }
  if (!seal::is_key_name(place.origin)) {
    return Error{Errc::invalid,
                 "\"" + place.origin + "\" can't be the name of a log",
                 "no blanks and no plus sign, such as audit.example.gov.tw/trail",
                 {}};
  }
  if (Status made = machine.files.make_directory(place.directory); !made) return std::move(made).error();
  Result<ProcessLock> lock = ProcessLock::take(join_path(place.directory, "lock"));
  if (!lock) return std::move(lock).error();
  std::vector<std::string> paths = place.keys;
  if (paths.empty()) paths.push_back(first_key(place));
  std::vector<seal::SigningKey> keys;
  for (const std::string& path : paths) {
    Result<seal::SigningKey> key = load_key(machine, path, place);
    if (!key) return std::move(key).error();
    keys.push_back(*std::move(key));
  }
  std::string vkeys;
  for (const seal::SigningKey& key : keys) vkeys += key.verifier().vkey() + "\n";
  if (Status written = machine.files.write(join_path(place.directory, "log.vkey"), vkeys); !written)
    return std::move(written).error();
  std::optional<std::string> last;
  Result<std::string> note = machine.files.read(join_path(place.directory, "last-note"), kNoteBytesMax);
  if (!note && note.error().code != Errc::not_found) return std::move(note).error();
  if (note) last = *std::move(note);
  Result<seal::Signer> signer = seal::Signer::open(std::move(keys), std::move(last));
  if (!signer) return std::move(signer).error().at(join_path(place.directory, "last-note"));
  return SignerDesk(machine, place, *std::move(signer), *std::move(lock));
}

Status SignerDesk::remember(const std::string& request, const seal::SignAnswer& answer) {
  const std::string name = to_hex(sha256(request), 8) + ".txt";
  machine_.log.error("refused to sign, and kept the request as forgeries/" + name + ": " + answer.reason);
  return machine_.files.write(join_path(join_path(place_.directory, "forgeries"), name),
                              answer.reason + "\n\n== signed before\n" + answer.note + "\n== asked for\n" + request);
}

Result<seal::SignAnswer> SignerDesk::answer(const std::string& request) {
  Result<seal::SignRequest> asked = seal::parse_sign_request(request);
  if (!asked) return seal::SignAnswer{seal::SignAnswer::Kind::refused, asked.error().message, ""};
  const seal::Signer::Decision decision = signer_.decide(*asked, machine_.clock.now());
  if (decision.is_forgery) {
    if (Status kept = remember(request, decision.answer); !kept) return std::move(kept).error();
  }
  if (decision.answer.kind == seal::SignAnswer::Kind::done) {
    // First on disk, then out of the house: a note that nobody here remembers could be contradicted later.
    Status kept = TW_PLANT("signer-forgets")
                      ? Status(Done{})
                      : machine_.files.write(join_path(place_.directory, "last-note"), decision.answer.note);
    if (!kept) return std::move(kept).error();
    signer_.kept(decision.answer);
  }
  return decision.answer;
}

Result<seal::SignAnswer> NotaryHere::ask(const seal::SignRequest& request) {
  return desk_.answer(seal::to_text(request));
}

}  // namespace trailwatch::app
