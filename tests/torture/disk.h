#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "torture/random.h"
#include "torture/trace.h"

namespace trailwatch::torture {

// A disk as POSIX promises it, and no better: what fsync has returned for is there after a power cut; of what came
// later, any part may be.
//
// - Bytes of a file are durable after fsync or fdatasync of that file. Before, each write may be there, missing, or
//   torn into sectors of 512 bytes or 4 KiB, in any order.
// - A name (made, renamed, removed) is durable after fsync of the directory that it stands in, and then if that
//   directory's own name is. Before, each change of a name may be there or not: independently of each other, or in
//   order as a journal would have it; fsync of the file alone does nothing for its name.
// - When fsync fails, what it should have written is gone: the kernel marks such pages clean and never tries again.
//
// That is harsher than ext4, on purpose. Write-ahead indexes (-shm) are not kept: they are shared memory.
class Disk {
 public:
  // What survives of that which is not durable.
  struct Fate {
    double keeps = 0;              // chance of each piece
    std::size_t sector_bytes = 0;  // 0: a write is there or not; otherwise it tears
    bool names_in_order = false;   // names change up to some point, not each for itself
    static Fate draw(Draw& draw);
    std::string text() const;
  };

  // An empty directory.
  Disk();
  // A directory as it lies there, all of it durable.
  static Disk of(const std::string& directory);

  void apply(const Op& op);
  // What a machine finds when its power comes back, by path. A directory has no bytes.
  using Image = std::map<std::string, std::optional<std::string>>;
  Image after_cut(const Fate& fate, Draw& draw) const;
  // What programs see while the power is on.
  Image now() const;

 private:
  struct Change {
    bool is_truncate = false;
    std::int64_t offset = 0;
    std::string data;
  };
  struct Node {
    bool is_directory = false;
    std::string durable;
    std::vector<Change> pending;
  };
  struct NameChange {
    std::string directory, other_directory;
    std::vector<std::pair<std::string, std::uint64_t>> sets;  // 0: the name goes
  };
  using Names = std::map<std::string, std::uint64_t>;

  static void change(Names& names, const NameChange& change);
  static void write(std::string& content, const Change& change);
  Image image(const Names& names, const std::map<std::uint64_t, std::string>& contents) const;
  std::string seen(const Node& node) const;
  void sync_directory(const std::string& directory);

  std::map<std::uint64_t, Node> nodes_;
  Names durable_names_;
  std::vector<NameChange> pending_names_;
  Names names_;  // as programs see them
};

// Makes `directory` hold exactly the image.
void lay_out(const Disk::Image& image, const std::string& directory);
// What lies there, as an image; without -shm.
Disk::Image look(const std::string& directory);

}  // namespace trailwatch::torture
