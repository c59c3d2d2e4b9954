#include <cstdio>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/progress.h"
#include "app/recompute.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kFileBytesMax = 1U << 20U;

// A key as it is, or the file that holds it.
Result<std::vector<seal::VerifierKey>> read_key(const Machine& machine, const std::string& given) {
  Result<seal::VerifierKey> key = seal::VerifierKey::parse(given);
  if (key) return seal::both_kinds(*key);
  Result<std::string> text = machine.files.read(given, kFileBytesMax);
  if (!text) return std::move(text).error();
  std::vector<seal::VerifierKey> out;
  for (const std::string_view line : split(*text, '\n')) {
    if (trim(line).empty()) continue;
    Result<seal::VerifierKey> one = seal::VerifierKey::parse(line);
    if (!one) return std::move(one).error().at(given);
    for (seal::VerifierKey& kind : seal::both_kinds(*one)) out.push_back(std::move(kind));
  }
  return out;
}

void print(const store::Verified& outcome, std::size_t given, bool is_same) {
  for (const store::Fault& fault : outcome.faults)
    std::printf("▲ %s: %s\n", for_log(fault.where).c_str(), for_log(fault.what).c_str());
  if (outcome.faults_in_all > static_cast<std::int64_t>(outcome.faults.size()))
    std::printf("▲ …（共 %s 項）\n", with_thousands(outcome.faults_in_all).c_str());
  for (const store::Fault& remark : outcome.put_back)
    std::printf("△ 曾變更後回復 changed and put back: %s %s\n", for_log(remark.where).c_str(),
                for_log(remark.what).c_str());
  for (const store::Fault& remark : outcome.clock_steps)
    std::printf("△ 收件時間倒退 time goes back: %s %s\n", for_log(remark.where).c_str(), for_log(remark.what).c_str());
  std::printf("已核對 %s 葉，樹根 %s\n", with_thousands(outcome.leaves).c_str(), to_hex(outcome.root).c_str());
  if (outcome.erased > 0) std::printf("其中 %s 筆已依保存年限銷毀，僅存其葉\n", with_thousands(outcome.erased).c_str());
  std::printf("庫內檢查點相符 %s 份，最近一份涵蓋 %s 葉；外部檢查點相符 %s／%s 份\n",
              with_thousands(outcome.notes).c_str(), with_thousands(outcome.signed_leaves).c_str(),
              with_thousands(outcome.given).c_str(), with_thousands(static_cast<std::int64_t>(given)).c_str());
  if (outcome.is_intact() && outcome.notes + outcome.given == 0)
    std::printf(
        "▲ 尚無任何簽章：本結果僅表示資料庫前後一致\n   nothing is signed: the store agrees with itself, no more\n");
  if (given == 0) std::printf("提示：請以存於他處之檢查點核對（--checkpoint），始能發現整庫遭替換或回復舊版\n");
  const std::size_t remarks = outcome.put_back.size() + outcome.clock_steps.size();
  if (remarks > 0) {
    std::printf("待說明 %zu 項：紀錄與封存時相符，惟上列變更應有人能說明（to be explained; no contradiction）\n",
                remarks);
  }
  std::printf("%s\n", outcome.is_intact() && is_same ? "結果：完整（intact）" : "結果：不完整（not intact）");
}

// True when a fresh evaluation says the same.
Result<bool> compare_judgement(const Machine& machine, const Workplace& workplace, const VerifyOptions& options) {
  const std::string directory = options.scratch.empty() ? workplace.config.state_dir : options.scratch;
  Result<Recomputed> outcome = recompute(machine, workplace, directory);
  if (!outcome) return std::move(outcome).error();
  for (const Difference& one : outcome->differences) {
    std::printf("▲ %s %s %s: %s\n", format_day(one.day).c_str(), std::string(model::to_text(one.key.about)).c_str(),
                for_log(one.key.name).c_str(), one.what.c_str());
  }
  if (outcome->differences_in_all > static_cast<std::int64_t>(outcome->differences.size()))
    std::printf("▲ …（共 %s 項）\n", with_thousands(outcome->differences_in_all).c_str());
  for (const std::string& name : outcome->other_files)
    std::printf("△ 所據檔案與最近登記者不同 in force, but not as last recorded: %s\n", for_log(name).c_str());
  std::printf("已重新評估 %s 日，得發現 %s 項、警示 %s 件；與庫內不符 %s 項\n", with_thousands(outcome->days).c_str(),
              with_thousands(outcome->findings).c_str(), with_thousands(outcome->alerts).c_str(),
              with_thousands(outcome->differences_in_all).c_str());
  if (outcome->kept_before) {
    std::printf("%s 以前無法重新評估：所據紀錄已依保存年限銷毀 (earlier days rest on erased records)\n",
                format_day(*outcome->kept_before).c_str());
  }
  return outcome->differences_in_all == 0;
}

}  // namespace

int verify(const Machine& machine, const VerifyOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  store::Known known;
  for (const std::string& given : options.keys) {
    Result<std::vector<seal::VerifierKey>> keys = read_key(machine, given);
    if (!keys) return fail(machine, keys.error());
    known.keys.insert(known.keys.end(), keys->begin(), keys->end());
  }
  if (options.keys.empty()) {
    Result<LogIdentity> identity = log_identity(machine, *workplace, "store");
    if (!identity) return fail(machine, identity.error());
    known.keys = identity->keys;
  }
  for (const std::string& path : options.checkpoints) {
    Result<std::string> note = machine.files.read(path, kFileBytesMax);
    if (!note) return fail(machine, note.error());
    known.notes.emplace_back(path, *std::move(note));
  }
  Result<store::Verified> outcome = [&] {
    ProgressLine line(machine.clock, "verifying");
    return (*reader)->verify(known, [&](std::int64_t done, std::int64_t all) {
      line.show(done, all, with_thousands(done) + " of " + with_thousands(all) + " rows");
    });
  }();
  if (!outcome) return fail(machine, outcome.error());
  bool is_same = true;
  if (options.recompute) {
    Result<bool> compared = compare_judgement(machine, *workplace, options);
    if (!compared) return fail(machine, compared.error());
    is_same = *compared;
  }
  print(*outcome, known.notes.size(), is_same);
  return outcome->is_intact() && is_same ? kExitOk : kExitDataError;
}

int export_checkpoint(const Machine& machine, const CheckpointOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::optional<store::NoteRow>> note = (*reader)->newest_note();
  if (!note) return fail(machine, note.error());
  if (!*note) {
    return fail(machine, Error{Errc::not_found,
                               "no checkpoint was signed yet",
                               "`trailwatch status` says why; \"evidence\" in the configuration says who signs",
                               {}});
  }
  if (options.out.empty()) {
    std::printf("%s", (*note)->text.c_str());
    return kExitOk;
  }
  if (Status written = machine.files.write(options.out, (*note)->text); !written) return fail(machine, written.error());
  machine.log.info("checkpoint over " + with_thousands((*note)->size) + " leaves: " + options.out);
  return kExitOk;
}

}  // namespace trailwatch::app
