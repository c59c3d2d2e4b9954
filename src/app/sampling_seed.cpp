#include "app/sampling_seed.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/checkpoints.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/note.h"

namespace trailwatch::app {

namespace {

using nlohmann::json;

constexpr std::size_t kCheckpointBytesMax = 1'000'000;

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

// That the log signed it, and that it speaks of this store as it is.
Status believe(const Machine& machine, const Workplace& workplace, store::Reader& reader, const std::string& text) {
  const Result<seal::Note> note = seal::parse_note(text);
  if (!note) return note.error();
  const Result<seal::Checkpoint> checkpoint = seal::parse_checkpoint(note->text);
  if (!checkpoint) return checkpoint.error();
  const Result<std::string> store_id = reader.store_id();
  if (!store_id) return store_id.error();
  const Result<LogIdentity> identity = log_identity(machine, workplace, *store_id);
  if (!identity) return identity.error();
  if (checkpoint->origin != identity->origin) {
    return wrong("this checkpoint is of another log: " + for_log(checkpoint->origin), "ours is " + identity->origin);
  }
  const Result<std::vector<seal::VerifierKey>> signers = seal::check(*note, identity->keys);
  if (!signers) return signers.error();
  const Result<std::int64_t> leaves = reader.leaf_count();
  if (!leaves) return leaves.error();
  if (checkpoint->size > *leaves) {
    return Error{Errc::corrupt,
                 "this checkpoint speaks of more records than there are",
                 "the store was set back, or it is another one: run `trailwatch verify --checkpoint`",
                 {}};
  }
  const Result<Digest> root = reader.root(checkpoint->size);
  if (!root) return root.error();
  if (*root == checkpoint->root) return Done{};
  return Error{Errc::corrupt, "the store is not what this checkpoint says", "run `trailwatch verify --checkpoint`", {}};
}

// The note in what a person brings: itself, or the attachment of a mail, which holds it beside other things.
std::string note_in(const std::string& text) {
  const json from = json::parse(text, nullptr, false);
  if (!from.is_object()) return text;
  const auto found = from.find("checkpoint");
  return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool mails_reports(const Workplace& workplace) {
  const config::Delivery& delivery = workplace.config.delivery;
  return std::any_of(delivery.routes.begin(), delivery.routes.end(), [&](const config::Route& route) {
    const config::Channel* const channel = delivery.find(route.channel);
    return route.when == config::Route::When::report && channel != nullptr &&
           channel->kind == config::Channel::Kind::mail;
  });
}

// The first mail with a checkpoint that arrived after the cut-off.
struct Mailed {
  std::string note;  // empty: which one it was can't be told any more
  LocalDay day;      // of the report it was attached to
  LocalTime at;
};

Result<std::optional<Mailed>> first_mailed(const Workplace& workplace, store::Reader& reader, const LocalTime& cutoff) {
  Result<std::optional<store::Message>> message = reader.first_delivered("report", workplace.zone.instant(cutoff));
  if (!message) return std::move(message).error();
  if (!*message) return std::optional<Mailed>();
  const std::optional<LocalDay> day = parse_day((*message)->key);
  if (!day) return Error{Errc::corrupt, "the outbox has a report of no day: " + for_log((*message)->key), "", {}};
  Mailed out{"", *day, workplace.zone.local(*(*message)->delivered)};
  Result<std::optional<store::KeptReport>> kept = reader.kept_report(*day);
  if (!kept) return std::move(kept).error();
  if (!*kept) return std::optional(out);
  for (const store::ReportFile& file : (*kept)->files) {
    if (file.name.ends_with(".json")) out.note = note_in(file.content);
  }
  return std::optional(out);
}

// Why a checkpoint is not the one that was mailed first; nothing when it is.
std::optional<std::string> doubt_of(const report::DrawSeed& seed, const std::optional<Mailed>& mailed,
                                    const LocalTime& cutoff) {
  if (!mailed) return "截止（" + format_roc_minute(cutoff) + "）後尚無檢查點寄達收信人";
  const std::string which =
      "截止後第一封寄達者為 " + format_roc_day(mailed->day) + " 日報所附（" + format_roc_minute(mailed->at) + " 寄達）";
  const Result<report::DrawSeed> first = report::seed_of_checkpoint(mailed->note);
  if (!first) return which + "，其檢查點已無法取得";
  if (first->text != seed.text) return "所用檢查點不是截止後第一封寄出者：" + which;
  return std::nullopt;
}

std::string mailed_origin(const Mailed& mailed, const LocalTime& cutoff) {
  return "截止（" + format_roc_minute(cutoff) + "）後第一封寄達之檢查點：" + format_roc_day(mailed.day) +
         " 日報所附，" + format_roc_minute(mailed.at) +
         " 寄達；其本文之 SHA-256。收信人信箱均有該檢查點，任何人不能事先選定樣本。";
}

ChosenSeed without_checkpoint(const Workplace& workplace, const report::Period& period, const std::string& why) {
  const std::string text = "trailwatch/sampling/v1\n" + workplace.config.agency + "\n" + period.name();
  return {report::seed_by_hand(to_hex(sha256(text), 8)), why + "，抽樣種子由機關名稱與期間產生",
          "機關名稱與期間之 SHA-256；任何人均能事先得知，故為非正式。"};
}

Result<ChosenSeed> from_note(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                             const std::string& note) {
  Result<report::DrawSeed> seed = report::seed_of_checkpoint(note);
  if (!seed) return std::move(seed).error();
  if (Status good = believe(machine, workplace, reader, note); !good) return std::move(good).error();
  return ChosenSeed{*std::move(seed), std::nullopt, ""};
}

Result<ChosenSeed> brought(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                           const std::string& file) {
  Result<std::string> text = machine.files.read(file, kCheckpointBytesMax);
  if (!text) return std::move(text).error();
  Result<ChosenSeed> out = from_note(machine, workplace, reader, note_in(*text));
  if (!out) return std::move(out).error().at(file);
  return out;
}

}  // namespace

Result<ChosenSeed> choose_seed(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                               const SeedWish& wish, const report::Period& period, const LocalTime& cutoff) {
  if (!wish.seed.empty()) {
    return ChosenSeed{report::seed_by_hand(wish.seed), "抽樣種子由人工指定", "人工指定，故為非正式。"};
  }
  const bool is_early = workplace.zone.local(machine.clock.now()) < cutoff, with_mail = mails_reports(workplace);
  std::optional<Mailed> mailed;
  if (with_mail && !is_early) {
    Result<std::optional<Mailed>> found = first_mailed(workplace, reader, cutoff);
    if (!found) return std::move(found).error();
    mailed = *std::move(found);
  }
  if (wish.checkpoint.empty()) {
    if (!with_mail) return without_checkpoint(workplace, period, "尚無檢查點（未設定以郵件寄送日報）");
    if (!mailed || mailed->note.empty()) {
      return without_checkpoint(workplace, period, "尚無檢查點於截止（" + format_roc_minute(cutoff) + "）後寄達收信人");
    }
  }
  Result<ChosenSeed> out = wish.checkpoint.empty() ? from_note(machine, workplace, reader, mailed->note)
                                                   : brought(machine, workplace, reader, wish.checkpoint);
  if (!out) return out;
  if (is_early) {
    out->doubt = "於 " + format_roc_minute(cutoff) + " 前產製";  // somebody could still have chosen it
  } else if (with_mail) {
    out->doubt = doubt_of(out->seed, mailed, cutoff);
  }
  if (out->doubt) {
    out->origin = "指定之檢查點：其本文之 SHA-256；" + *out->doubt + "，故為非正式。";
  } else if (with_mail) {
    out->origin = mailed_origin(*mailed, cutoff);
  } else {
    out->origin = "未設定以郵件寄送日報：由製作人提出截止（" + format_roc_minute(cutoff) +
                  "）後第一個交由他處保存之檢查點，其本文之 SHA-256。請與他處保存者核對。";
  }
  out->seed.official = !out->doubt;
  return out;
}

}  // namespace trailwatch::app
