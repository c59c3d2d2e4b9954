#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/export_door.h"
#include "app/progress.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kHashBytes = 32;

// Complete tiles never change: those that are there stay.
Status write_tile(const Machine& machine, const std::string& path, std::string_view bytes, bool is_complete) {
  if (is_complete && machine.files.info(path)) return Done{};
  return machine.files.write(path, bytes);
}

Status write_hashes(const Machine& machine, store::Reader& reader, std::int64_t size, const std::string& out) {
  for (const auto& [id, width] : seal::tiles_of(size)) {
    Result<std::string> hashes = reader.tile(id);
    if (!hashes) return std::move(hashes).error();
    const auto bytes = static_cast<std::size_t>(width) * kHashBytes;
    if (hashes->size() < bytes) return Error{Errc::corrupt, "the tree has holes", "run `trailwatch verify`", {}};
    const std::string path = join_path(out, seal::tile_path(id, width));
    Status written = write_tile(machine, path, std::string_view(*hashes).substr(0, bytes), width == seal::kTileWidth);
    if (!written) return written;
  }
  return Done{};
}

Status write_leaves(const Machine& machine, store::Reader& reader, std::int64_t size, const std::string& out) {
  ProgressLine line(machine.clock, "exporting");
  std::string bundle;
  bool has_erased = false;
  return reader.each_leaf(size, [&](const store::StoredLeaf& leaf) -> Status {
    // A bundle with a leaf that was erased can't be written any more; its hashes are.
    has_erased = has_erased || leaf.bytes.empty();
    if (!has_erased) seal::add_entry(bundle, leaf.bytes);
    const std::int64_t width = leaf.index % seal::kTileWidth + 1;
    if (width < seal::kTileWidth && leaf.index + 1 < size) return Done{};
    line.show(leaf.index, size, with_thousands(leaf.index) + " of " + with_thousands(size) + " leaves");
    const std::string path = join_path(out, seal::entries_path(leaf.index / seal::kTileWidth, width));
    Status written = has_erased ? Status(Done{}) : write_tile(machine, path, bundle, width == seal::kTileWidth);
    bundle.clear();
    has_erased = false;
    return written;
  });
}

}  // namespace

int export_tiles(const Machine& machine, const TilesOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::optional<store::NoteRow>> note = (*reader)->newest_note();
  if (!note) return fail(machine, note.error());
  if (!*note)
    return fail(machine, Error{Errc::not_found, "no checkpoint was signed yet", "`trailwatch status` says why", {}});
  const std::int64_t size = (*note)->size;
  model::Exported record;
  record.kind = "tiles";
  record.reason = options.reason;
  record.scope = nlohmann::json{{"leaves", options.with_leaves}, {"tree_size", size}}.dump();
  const std::string checkpoint = join_path(options.out, "checkpoint");
  Status written = put_on_record(machine, *workplace, record, {{checkpoint, (*note)->text}});
  if (written) written = write_hashes(machine, **reader, size, options.out);
  if (written && options.with_leaves) written = write_leaves(machine, **reader, size, options.out);
  // Last: a checkpoint must never speak of tiles that are not there.
  if (written) written = machine.files.write(checkpoint, (*note)->text);
  if (!written) return fail(machine, written.error());
  std::printf("%s 葉：%s\n", with_thousands(size).c_str(), options.out.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
