#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/reports.h"
#include "app/sampling.h"
#include "app/system.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling_sheets.h"
#include "trailwatch/seal/note.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kCheckpointBytesMax = 1'000'000;
constexpr std::size_t kCheckCodeBytes = 6;

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

struct Seed {
  report::DrawSeed seed;
  std::optional<std::string> doubt;  // why the sheets are 非正式
};

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

Result<Seed> choose_seed(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                         const SamplingOptions& options, const report::Period& period, const LocalTime& cutoff) {
  if (!options.seed.empty()) return Seed{report::seed_by_hand(options.seed), "抽樣種子由人工指定"};
  if (options.checkpoint.empty()) {
    const std::string text = "trailwatch/sampling/v1\n" + workplace.config.agency + "\n" + period.name();
    return Seed{report::seed_by_hand(to_hex(sha256(text), 8)), "尚無檢查點，抽樣種子由機關名稱與期間產生"};
  }
  Result<std::string> note = machine.files.read(options.checkpoint, kCheckpointBytesMax);
  if (!note) return std::move(note).error();
  Result<report::DrawSeed> seed = report::seed_of_checkpoint(*note);
  if (!seed) return std::move(seed).error().at(options.checkpoint);
  if (Status good = believe(machine, workplace, reader, *note); !good) {
    return std::move(good).error().at(options.checkpoint);
  }
  if (workplace.zone.local(machine.clock.now()) >= cutoff) return Seed{*std::move(seed), std::nullopt};
  seed->official = false;  // a checkpoint that somebody could still have chosen
  return Seed{*std::move(seed), "於 " + format_roc_minute(cutoff) + " 前產製"};
}

// `-police-東門分局`: what a partial export is called by, so that it does not take the place of the whole.
std::string filter_name(const SamplingOptions& options) {
  std::string out;
  for (const std::string& part : {options.system, options.unit}) {
    if (!part.empty()) out += "-" + for_display(part);
  }
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

struct NamedFile {
  std::string name, content;
};

Result<std::vector<NamedFile>> make_files(const std::vector<std::string>& formats, const std::string& name,
                                          const Sampling& sampling, report::SamplingStamp stamp,
                                          const SamplingWish& wish) {
  const report::SamplingSheets& sheets = sampling.sheets;
  const std::string list = report::to_csv(sheets), frame = report::frame_csv(sampling.strata);
  stamp.code = to_hex(sha256(list), kCheckCodeBytes);
  stamp.frame_hash = to_hex(sha256(frame));
  const report::Workbook workbook = report::to_workbook(sheets, stamp);
  std::vector<NamedFile> out;
  for (const std::string& format : formats) {
    Result<std::string> content = format == "ods"    ? report::to_ods(workbook)
                                  : format == "xlsx" ? report::to_xlsx(workbook)
                                  : format == "pdf"  ? report::to_pdf(workbook)
                                                     : Result<std::string>(list);
    if (!content) return std::move(content).error();
    out.push_back({name + "." + format, *std::move(content)});
    if (format != "csv") continue;
    out.push_back({name + "-summary.csv", report::summary_csv(sheets)});
    out.push_back({name + "-estimate.csv", report::estimate_csv(sheets)});
  }
  out.push_back({name + "-frame.csv", frame});
  out.push_back({name + "-plan.json",
                 report::plan_json(sampling.strata, wish.seed, wish.period, sheets.agency, stamp.cutoff, frame)});
  return out;
}

// Nothing leaves before it is on record.
Status put_on_record(const Machine& machine, const Workplace& workplace, const SamplingWish& wish,
                     const std::string& by, const Sampling& sampling, const std::vector<NamedFile>& files) {
  using nlohmann::json;
  model::Exported exported;
  exported.at = machine.clock.now();
  exported.by = by;
  exported.kind = "sampling";
  exported.period = wish.period.name();
  json scope = {{"system", wish.system},
                {"unit", wish.unit},
                {"seed", wish.seed.text},
                {"official", wish.seed.official},
                {"masked", true}};
  if (wish.seed.tree_size) scope["tree_size"] = *wish.seed.tree_size;
  exported.scope = scope.dump(-1, ' ', false, json::error_handler_t::replace);
  for (const NamedFile& file : files) {
    exported.files.push_back({file.name, to_hex(sha256(file.content)), static_cast<std::int64_t>(file.content.size())});
  }
  exported.events = sampling.events;
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back().exported = std::move(exported);
  Result<Written> written = write_to_ledger(machine, workplace, batch);
  if (!written) return std::move(written).error();
  if (written->waiting) {
    machine.log.warning("the running trailwatch is busy: the record of this export is kept and will be written");
  }
  return Done{};
}

Result<report::Period> period_of(const SamplingOptions& options) {
  const std::string& text = options.month.empty() ? options.period : options.month;
  const std::optional<report::Period> period = report::parse_period(text);
  if (!options.month.empty() && (!period || period->kind != report::Period::Kind::month)) {
    return wrong("--month must look like 2026-03");
  }
  if (!period) return wrong("give --month 2026-03, or --period 2026-03, 2026-Q1 or 2026-H1");
  return *period;
}

}  // namespace

int export_sampling(const Machine& machine, const SamplingOptions& options) {
  Result<std::vector<std::string>> formats = parse_formats(options.formats, {"ods", "xlsx", "csv", "pdf"});
  if (!formats) return fail(machine, formats.error());
  const Result<report::Period> period = period_of(options);
  if (!period) return fail(machine, period.error());
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const std::string by = options.by.empty() ? account_name() : options.by;
  if (Status fit = check_author(by, "-"); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());

  const config::Config& config = workplace->config;
  const LocalTime cutoff = report::cutoff_of(*period, config.sampling_cutoff_day, config.sampling_cutoff_minute);
  Result<Seed> seed = choose_seed(machine, *workplace, **reader, options, *period, cutoff);
  if (!seed) return fail(machine, seed.error());
  const SamplingWish wish{*period, seed->seed, options.system, options.unit};
  Result<Sampling> sampling = gather_sampling(*workplace, **reader, wish);
  if (!sampling) return fail(machine, sampling.error());

  const report::SamplingStamp stamp{workplace->zone.local(machine.clock.now()),
                                    by,
                                    "",
                                    "",
                                    seed->seed,
                                    cutoff,
                                    quotas_in_words(*workplace),
                                    seed->doubt};
  const std::string name = "sampling-" + period->name() + filter_name(options);
  Result<std::vector<NamedFile>> files = make_files(*formats, name, *sampling, stamp, wish);
  if (!files) return fail(machine, files.error());
  if (Status logged = put_on_record(machine, *workplace, wish, by, *sampling, *files); !logged) {
    return fail(machine, logged.error());
  }
  const std::string out = options.out.empty() ? config.report_dir : options.out;
  for (const NamedFile& file : *files) {
    const std::string path = join_path(out, file.name);
    if (Status written = machine.files.write(path, file.content); !written) return fail(machine, written.error());
    std::printf("%s\n", path.c_str());
  }
  std::int64_t population = 0;
  for (const report::DrawStratum& stratum : sampling->strata) {
    population += static_cast<std::int64_t>(stratum.events.size());
  }
  std::fprintf(stderr, "母體 %s 筆，抽出 %s 筆，%zu 個單位；抽樣種子 %s\n", with_thousands(population).c_str(),
               with_thousands(static_cast<std::int64_t>(sampling->events.size())).c_str(),
               sampling->sheets.units.size(), for_display(seed->seed.text).c_str());
  if (seed->doubt) std::fprintf(stderr, "非正式：%s\n", seed->doubt->c_str());
  if (sampling->too_late > 0) {
    std::fprintf(stderr, "另有 %s 筆於檢查點之後送達，不在母體內\n", with_thousands(sampling->too_late).c_str());
  }
  return kExitOk;
}

}  // namespace trailwatch::app
