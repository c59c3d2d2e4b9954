#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/system.h"
#include "app/workplace.h"
#include "trailwatch/seal/signer.h"

namespace trailwatch::app {

// The signer with its directory: `signer.key` (made the first time), `last-note`, `log.vkey` for those who check, and
// in `forgeries` every request that contradicted what was signed, kept for ever. What is answered as signed was kept
// before.
class SignerDesk {
 public:
  struct Place {
    std::string directory;
    std::string origin;             // of the log that it signs for; empty: as the key that is there says
    std::vector<std::string> keys;  // key files; signer.key in the directory when there are none
  };
  // Takes the directory's lock. `machine` must outlive the desk.
  static Result<SignerDesk> open(const Machine& machine, const Place& place);

  // To one request, in the form of `seal::SignRequest`. Fails only when the disk does: then nothing was signed.
  Result<seal::SignAnswer> answer(const std::string& request);
  const seal::Signer& signer() const { return signer_; }
  // The first key, as those who check need it.
  std::string vkey() const { return signer_.verifiers().front().vkey(); }

 private:
  SignerDesk(const Machine& machine, Place place, seal::Signer signer, ProcessLock lock);
  Status remember(const std::string& request, const seal::SignAnswer& answer);

  const Machine& machine_;
  Place place_;
  seal::Signer signer_;
  ProcessLock lock_;
};

// Asks somebody for a signature.
class Notary {
 public:
  virtual ~Notary() = default;
  virtual Result<seal::SignAnswer> ask(const seal::SignRequest& request) = 0;
};
// In this process: whoever has this service's user has the key, too.
class NotaryHere : public Notary {
 public:
  explicit NotaryHere(SignerDesk desk) : desk_(std::move(desk)) {}
  Result<seal::SignAnswer> ask(const seal::SignRequest& request) override;

 private:
  SignerDesk desk_;
};
// `trailwatch signer`, a process and user of its own, behind a Unix socket. One connection a question; gives up after
// ten seconds.
class NotaryAtSocket : public Notary {
 public:
  explicit NotaryAtSocket(std::string path) : path_(std::move(path)) {}
  Result<seal::SignAnswer> ask(const seal::SignRequest& request) override;

 private:
  std::string path_;
};

}  // namespace trailwatch::app
