#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/signer_desk.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

// What is configured about the log's name and its signer, for one store.
struct LogIdentity {
  std::string origin;
  enum class Where { none, here, socket } where = Where::here;
  std::string place;                    // the signer's directory, or its socket
  std::vector<seal::VerifierKey> keys;  // by which its notes are believed, of both kinds each
};
// A log without a configured name is called as its signer's key is, else after the store (store::Reader::store_id).
Result<LogIdentity> log_identity(const Machine& machine, const Workplace& workplace, const std::string& store_id);

// Sees to it that the tree is signed: at most a minute after it grew, and every hour when it does not. That a signer
// can't be asked stops nothing; it is logged when it begins and when it ends, and `status` shows it.
//
// Thread rule: the writer's thread, outside of transactions. All references must outlive it.
class Checkpoints {
 public:
  Checkpoints(const Machine& machine, store::Writer& writer, LogIdentity identity);

  // Signs if it is due. Fails only when the store does.
  Status tick();
  // Signs if anything is not signed yet.
  Status sign_now();

 private:
  Status sign(std::int64_t size);
  // One exchange with the signer. True when it signed another size than we thought: ask again.
  Result<bool> exchange(std::int64_t size);
  Result<seal::Checkpoint> believed(const std::string& note) const;
  Status keep(const std::string& note);
  void complain(const std::string& what);

  const Machine& machine_;
  store::Writer& writer_;
  const LogIdentity identity_;
  std::unique_ptr<Notary> notary_;
  bool is_loaded_ = false;
  std::int64_t signed_size_ = 0;
  std::int64_t tried_at_ = 0;  // steady clock
  bool was_tried_ = false;
  std::string complaint_;
};

}  // namespace trailwatch::app
