#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/evidence_texts.h"
#include "app/export_door.h"
#include "app/zip.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using Bundle = std::map<std::string, std::string>;

constexpr std::chrono::milliseconds kLook(250);
constexpr std::int64_t kSignedWithinMicros = 75 * kMicrosPerSecond;  // promised: a minute

Result<model::Alert> find_alert(store::Reader& reader, const std::string& id) {
  Result<std::optional<model::Alert>> alert = reader.alert(id);
  if (!alert) return std::move(alert).error();
  if (*alert) return **std::move(alert);
  return Error{Errc::not_found, "there is no alert " + for_log(id), "`trailwatch alerts` lists them", {}};
}

// What the alert says, without persons: the bundle's records have them.
std::string alert_json(const model::Alert& alert) {
  nlohmann::ordered_json out;
  out["id"] = alert.id;
  out["day"] = format_day(alert.day);
  out["why"] = alert.why;
  out["score"] = alert.score;
  out["rules"] = nlohmann::ordered_json::array();
  for (const model::Contribution& c : alert.contributions) out["rules"].push_back(c.rule);
  out["events"] = alert.evidence;
  return out.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string sums(const Bundle& bundle) {
  std::string out;
  for (const auto& [name, content] : bundle) out += to_hex(sha256(content)) + "  " + name + "\n";
  return out;
}

// The log's key that signed the note.
Result<seal::VerifierKey> signer_of(const std::string& text, const std::vector<seal::VerifierKey>& known) {
  Result<seal::Note> note = seal::parse_note(text);
  if (!note) return std::move(note).error();
  Result<std::vector<seal::VerifierKey>> signers = seal::check(*note, known);
  if (!signers) return std::move(signers).error();
  for (const seal::VerifierKey& key : *signers) {
    if (key.type() == seal::KeyType::log) return key;
  }
  return Error{Errc::corrupt, "the newest checkpoint is not signed by the log", "run `trailwatch verify`", {}};
}

Status add_leaf(store::Reader& reader, model::EventId event, const store::NoteRow& note, const seal::VerifierKey& key,
                Bundle& out) {
  Result<std::optional<std::int64_t>> index = reader.leaf_of(seal::LeafKind::event, event);
  if (!index) return std::move(index).error();
  if (!*index || **index >= note.size) {
    return Error{Errc::conflict,
                 "event " + std::to_string(event) + " is not covered by a signed checkpoint yet",
                 "it is signed within a minute; try again",
                 {}};
  }
  Result<store::StoredLeaf> leaf = reader.leaf(**index);
  if (!leaf) return std::move(leaf).error();
  if (leaf->bytes.empty()) {
    return Error{
        Errc::not_found, leaf->place + " was erased at the end of its retention", "its leaf remains in the tree", {}};
  }
  Result<std::vector<Digest>> path = reader.inclusion_proof(**index, note.size);
  if (!path) return std::move(path).error();
  const seal::LeafProof proof{**index, *std::move(path), note.text, std::nullopt};
  // Never hand out what we would not believe ourselves.
  Result<seal::Checkpoint> checked = seal::check_leaf(proof, seal::leaf_hash(leaf->bytes), {key});
  if (!checked) return std::move(checked).error().at(leaf->place);
  const std::string place = "leaves/" + std::to_string(**index) + "/";
  out[place + "raw.bin"] = leaf->raw;
  out[place + "record.json"] = leaf->record;
  out[place + "salt.bin"] = leaf->salt;
  out[place + "leaf.txt"] = leaf->bytes;
  out[place + "leaf.tlog-proof"] = seal::to_text(proof);
  return Done{};
}

// The daemon signs what is new within a minute; until then a record that has just come can't be proven.
Status wait_for_signature(const Machine& machine, store::Reader& reader, const model::Alert& alert) {
  std::int64_t last = -1;
  for (const model::EventId event : alert.evidence) {
    Result<std::optional<std::int64_t>> index = reader.leaf_of(seal::LeafKind::event, event);
    if (!index) return std::move(index).error();
    last = std::max(last, index->value_or(-1));
  }
  const std::int64_t begun = machine.clock.steady_micros();
  for (bool is_told = false;; is_told = true) {
    Result<std::optional<store::NoteRow>> note = reader.newest_note();
    if (!note) return std::move(note).error();
    if (*note && (*note)->size > last) return Done{};
    if (machine.clock.steady_micros() - begun > kSignedWithinMicros) return Done{};  // `gather` says what is missing
    if (!is_told) machine.log.info("waiting for the running trailwatch to sign the newest records");
    std::this_thread::sleep_for(kLook);
  }
}

// What goes on record; that it was handed out is a leaf.
model::Exported record_of(const model::Alert& alert, const EvidenceOptions& options, std::int64_t tree_size) {
  model::Exported out;
  out.kind = "evidence";
  out.reason = options.reason;
  out.scope = nlohmann::json{{"alert", alert.id}, {"masked", false}, {"tree_size", tree_size}}.dump();
  out.events = alert.evidence;
  return out;
}

Result<Bundle> gather(store::Reader& reader, const model::Alert& alert, const std::vector<seal::VerifierKey>& keys) {
  Result<std::optional<store::NoteRow>> note = reader.newest_note();
  if (!note) return std::move(note).error();
  if (!*note) {
    return Error{Errc::not_found,
                 "no checkpoint was signed yet: there is nothing to prove it with",
                 "\"evidence\" in the configuration says who signs",
                 {}};
  }
  Result<seal::VerifierKey> key = signer_of((*note)->text, keys);
  if (!key) return std::move(key).error();
  Bundle out;
  for (const model::EventId event : alert.evidence) {
    if (Status added = add_leaf(reader, event, **note, *key, out); !added) return std::move(added).error();
  }
  if (out.empty()) return Error{Errc::not_found, "this alert rests on no single records", "", {}};
  out["checkpoint.txt"] = (*note)->text;
  out["log.vkey"] = key->vkey() + "\n";
  out["log.pem"] = key->pem();
  out["alert.json"] = alert_json(alert);
  out["VERIFY.md"] = kVerifyText;
  out["check.sh"] = kCheckScript;
  out["SHA256SUMS"] = sums(out);
  return out;
}

}  // namespace

int export_evidence(const Machine& machine, const EvidenceOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> opened = open_reader(machine, *workplace);
  if (!opened) return fail(machine, opened.error());
  store::Reader& reader = **opened;
  Result<model::Alert> alert = find_alert(reader, options.alert);
  if (!alert) return fail(machine, alert.error());
  if (Status signed_now = sign_if_free(machine, *workplace); !signed_now) return fail(machine, signed_now.error());
  Result<std::string> store_id = reader.store_id();
  if (!store_id) return fail(machine, store_id.error());
  Result<LogIdentity> identity = log_identity(machine, *workplace, *store_id);
  if (!identity) return fail(machine, identity.error());
  if (identity->where != LogIdentity::Where::none) {
    if (Status waited = wait_for_signature(machine, reader, *alert); !waited) return fail(machine, waited.error());
  }
  Result<Bundle> bundle = gather(reader, *alert, identity->keys);
  if (!bundle) return fail(machine, bundle.error());
  Result<std::string> zip = make_zip(*bundle, alert->last);
  if (!zip) return fail(machine, zip.error());
  const Result<seal::Checkpoint> checkpoint =
      seal::parse_checkpoint(seal::parse_note((*bundle)["checkpoint.txt"])->text);
  if (!checkpoint) return fail(machine, checkpoint.error());
  if (options.reason.empty()) machine.log.warning("no --reason was given; the export is recorded without one");
  Status done =
      hand_out(machine, *workplace, record_of(*alert, options, checkpoint->size), {{options.out, *zip, true}});
  if (done) done = sign_if_free(machine, *workplace);
  if (!done) return fail(machine, done.error());
  const auto records = std::count_if(bundle->begin(), bundle->end(), [](const auto& file) {
    return matches_pattern(base_name(file.first), "leaf.txt");
  });
  std::printf("證據包：%s（%s 筆，含個人資料，請依規定保管）\nSHA-256：%s\n", options.out.c_str(),
              with_thousands(records).c_str(), to_hex(sha256(*zip)).c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
