#include "app/checkpoints.h"

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kAfterGrowthMicros = 30 * kMicrosPerSecond;  // promised: a minute
constexpr std::int64_t kIdleMicros = 60 * kMicrosPerMinute;
constexpr std::size_t kKeyBytesMax = 16'384;

// One key a line.
Result<std::vector<seal::VerifierKey>> parse_keys(std::string_view text) {
  std::vector<seal::VerifierKey> out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    Result<seal::VerifierKey> key = seal::VerifierKey::parse(line);
    if (!key) return std::move(key).error();
    for (seal::VerifierKey& kind : seal::both_kinds(*key)) out.push_back(std::move(kind));
  }
  return out;
}

}  // namespace

Result<LogIdentity> log_identity(const Machine& machine, const Workplace& workplace, const std::string& store_id) {
  const config::Evidence& asked = workplace.config.evidence;
  LogIdentity out;
  for (const std::string& given : asked.log_keys) {
    std::string text = given;
    if (given.find('+') == std::string::npos) {
      Result<std::string> read = machine.files.read(given, kKeyBytesMax);
      if (!read) return std::move(read).error().at("evidence.log_keys");
      text = *std::move(read);
    }
    Result<std::vector<seal::VerifierKey>> keys = parse_keys(text);
    if (!keys) return std::move(keys).error().at("evidence.log_keys");
    out.keys.insert(out.keys.end(), keys->begin(), keys->end());
  }
  if (asked.signer == "none") {
    out.where = LogIdentity::Where::none;
  } else if (asked.signer == "here") {
    out.place = join_path(workplace.config.state_dir, "signer");
    const Result<std::string> own = machine.files.read(join_path(out.place, "log.vkey"), kKeyBytesMax);
    if (own) {
      Result<std::vector<seal::VerifierKey>> keys = parse_keys(*own);
      if (!keys) return std::move(keys).error().at(join_path(out.place, "log.vkey"));
      out.keys.insert(out.keys.end(), keys->begin(), keys->end());
    }
  } else {
    out.where = LogIdentity::Where::socket;
    out.place = asked.signer;
  }
  // A key bears the name of the log that it signs for.
  out.origin = "trailwatch.local/" + store_id;
  if (out.where == LogIdentity::Where::socket && !out.keys.empty()) out.origin = out.keys.front().name();
  if (!asked.origin.empty()) out.origin = asked.origin;
  if (!seal::is_key_name(out.origin)) {
    return Error{Errc::invalid,
                 "\"" + out.origin + "\" can't be the name of a log",
                 "no blanks and no plus sign",
                 {"evidence.origin"}};
  }
  return out;
}

Checkpoints::Checkpoints(const Machine& machine, store::Writer& writer, LogIdentity identity)
    : machine_(machine), writer_(writer), identity_(std::move(identity)) {}

void Checkpoints::complain(const std::string& what) {
  if (what != complaint_ && !what.empty()) machine_.log.warning("the tree is not signed: " + what);
  if (what.empty() && !complaint_.empty()) machine_.log.info("the tree is signed again");
  complaint_ = what;
}

Status Checkpoints::tick() {
  const std::int64_t since = machine_.clock.steady_micros() - tried_at_;
  if (was_tried_ && since < kAfterGrowthMicros) return Done{};
  Result<std::int64_t> size = writer_.reader().leaf_count();
  if (!size) return std::move(size).error();
  if (was_tried_ && *size == signed_size_ && since < kIdleMicros) return Done{};
  return sign(*size);
}

Status Checkpoints::sign_now() {
  Result<std::int64_t> size = writer_.reader().leaf_count();
  if (!size) return std::move(size).error();
  if (was_tried_ && *size == signed_size_) return Done{};
  return sign(*size);
}

Status Checkpoints::sign(std::int64_t size) {
  if (identity_.where == LogIdentity::Where::none) return Done{};
  was_tried_ = true;
  tried_at_ = machine_.clock.steady_micros();
  if (!is_loaded_) {
    Result<std::optional<store::NoteRow>> newest = writer_.reader().newest_note();
    if (!newest) return std::move(newest).error();
    if (*newest) signed_size_ = (*newest)->size;
    is_loaded_ = true;
  }
  if (!notary_ && identity_.where == LogIdentity::Where::socket)
    notary_ = std::make_unique<NotaryAtSocket>(identity_.place);
  if (!notary_) {
    Result<SignerDesk> desk = SignerDesk::open(machine_, {identity_.place, identity_.origin, {}});
    if (!desk) {
      complain(desk.error().text());
      return Done{};
    }
    notary_ = std::make_unique<NotaryHere>(*std::move(desk));
  }
  // A second time when the signer had signed something that we did not keep: a crash came between.
  for (int round = 0; round < 2; ++round) {
    Result<bool> again = exchange(size);
    if (!again) return std::move(again).error();
    if (!*again) break;
  }
  return Done{};
}

Result<bool> Checkpoints::exchange(std::int64_t size) {
  Result<Digest> root = writer_.reader().root(size);
  if (!root) return std::move(root).error();
  seal::SignRequest request{std::min(signed_size_, size), {}, {identity_.origin, size, *root, {}}};
  Result<std::vector<Digest>> proof = writer_.reader().consistency_proof(request.from, size);
  if (!proof) return std::move(proof).error();
  request.proof = *std::move(proof);
  Result<seal::SignAnswer> answer = notary_->ask(request);
  if (!answer) {
    complain(answer.error().text());
    return false;
  }
  if (answer->kind == seal::SignAnswer::Kind::refused) {
    complain("the signer refuses: " + for_log(answer->reason) + ". Run `trailwatch verify`");
    return false;
  }
  if (answer->kind == seal::SignAnswer::Kind::other && answer->note.empty()) {
    // A signer that has signed nothing yet begins with the tree as it is.
    const bool was_known = signed_size_ == 0;
    signed_size_ = 0;
    return !was_known;
  }
  Result<seal::Checkpoint> checkpoint = believed(answer->note);
  if (!checkpoint) {
    complain(checkpoint.error().text());
    return false;
  }
  if (answer->kind == seal::SignAnswer::Kind::done && *checkpoint != request.checkpoint) {
    complain("the signer has signed something else than it was asked for");
    return false;
  }
  if (checkpoint->size > size) {
    complain("the signer has signed " + std::to_string(checkpoint->size) + " leaves before, but this store has only " +
             std::to_string(size) + ": what came last is gone. Run `trailwatch verify`");
    return false;
  }
  Result<Digest> there = writer_.reader().root(checkpoint->size);
  if (!there) return std::move(there).error();
  if (*there != checkpoint->root) {
    complain("the signer has signed another tree of " + std::to_string(checkpoint->size) +
             " leaves than this one. Run `trailwatch verify`");
    return false;
  }
  if (Status kept = keep(answer->note); !kept) return std::move(kept).error();
  signed_size_ = checkpoint->size;
  if (answer->kind == seal::SignAnswer::Kind::done) complain("");
  return answer->kind == seal::SignAnswer::Kind::other;
}

Result<seal::Checkpoint> Checkpoints::believed(const std::string& text) const {
  Result<seal::Note> note = seal::parse_note(text);
  if (!note) return std::move(note).error();
  if (identity_.where == LogIdentity::Where::socket) {
    Result<std::vector<seal::VerifierKey>> signers = seal::check(*note, identity_.keys);
    if (!signers) return std::move(signers).error().at("evidence.log_keys");
  }
  return seal::parse_checkpoint(note->text);
}

Status Checkpoints::keep(const std::string& text) {
  const Result<seal::Note> note = seal::parse_note(text);
  if (!note) return note.error();
  const Result<seal::Checkpoint> checkpoint = seal::parse_checkpoint(note->text);
  if (!checkpoint) return checkpoint.error();
  store::NoteRow row{0, checkpoint->size, checkpoint->root, text, machine_.clock.now()};
  for (const seal::Signature& line : note->signatures) {
    if (const auto at = seal::cosigned_at(line)) row.signed_at = *at;
  }
  Status done = writer_.begin(machine_.clock.now());
  if (!done) return done;
  done = writer_.put_note(row);
  if (done) done = writer_.commit();
  if (!done) writer_.rollback();
  return done;
}

}  // namespace trailwatch::app
