#include "torture/disk.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "support/program.h"

namespace trailwatch::torture {

namespace fs = std::filesystem;

namespace {

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_kept(const std::string& path) {
  return path.size() < 4 || path.compare(path.size() - 4, 4, "-shm") != 0;
}

std::uint64_t inode_of(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Disk::Fate Disk::Fate::draw(Draw& draw) {
  constexpr double kChances[] = {0, 0.1, 0.5, 0.5, 0.9, 1};
  constexpr std::size_t kSectors[] = {0, 512, 4096};
  Fate out;
  out.keeps = kChances[draw.below(6)];
  out.sector_bytes = kSectors[draw.below(3)];
  out.names_in_order = draw.chance(0.5);
  return out;
}

std::string Disk::Fate::text() const {
  char out[96];
  std::snprintf(out, sizeof out, "keeps %.1f, %s, names %s", keeps,
                sector_bytes == 0     ? "whole writes"
                : sector_bytes == 512 ? "torn at 512 B"
                                      : "torn at 4 KiB",
                names_in_order ? "in order" : "each for itself");
  return out;
}

Disk::Disk() = default;

Disk Disk::of(const std::string& directory) {
  Disk out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = fs::relative(entry.path(), directory).string();
    const std::uint64_t file = inode_of(entry.path().string());
    Node& node = out.nodes_[file];
    node.is_directory = entry.is_directory();
    if (!node.is_directory) node.durable = test::read_file(entry.path().string());
    out.durable_names_[path] = file;
  }
  out.names_ = out.durable_names_;
  return out;
}

void Disk::change(Names& names, const NameChange& change) {
  for (const auto& [path, file] : change.sets) {
    if (file == 0) {
      names.erase(path);
    } else {
      names[path] = file;
    }
  }
}

void Disk::write(std::string& content, const Change& change) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.is_truncate) {
    content.resize(offset, '\0');
    return;
  }
  if (content.size() < offset + change.data.size()) content.resize(offset + change.data.size(), '\0');
  content.replace(offset, change.data.size(), change.data);
}

void Disk::sync_directory(const std::string& directory) {
  std::vector<NameChange> rest;
  for (NameChange& one : pending_names_) {
    if (one.directory == directory || one.other_directory == directory) {
      change(durable_names_, one);
    } else {
      rest.push_back(std::move(one));
    }
  }
  pending_names_ = std::move(rest);
}

void Disk::apply(const Op& op) {
  if (op.error != 0) {
    if (op.call == Call::sync && op.error != kKilled) nodes_[op.file].pending.clear();
    return;
  }
  NameChange names;
  switch (op.call) {
    case Call::create:
      nodes_[op.file] = {};
      names = {directory_of(op.name), "", {{op.name, op.file}}};
      break;
    case Call::write:
      nodes_[op.file].pending.push_back({false, op.offset, op.data});
      return;
    case Call::truncate:
      nodes_[op.file].pending.push_back({true, op.offset, ""});
      return;
    case Call::sync: {
      Node& node = nodes_[op.file];
      for (const Change& change : node.pending) write(node.durable, change);
      node.pending.clear();
      return;
    }
    case Call::sync_directory: {
      std::string path;
      for (const auto& [name, file] : names_) {
        if (file == op.file) path = name;
      }
      sync_directory(path);
      return;
    }
    case Call::rename:
      names = {directory_of(op.name), directory_of(op.other), {{op.name, 0}, {op.other, op.file}}};
      break;
    case Call::unlink:
    case Call::rmdir:
      names = {directory_of(op.name), "", {{op.name, 0}}};
      break;
    case Call::mkdir: {
      // An open tells its inode later; until then it has a number of its own.
      const std::uint64_t file = op.file != 0 ? op.file : ~nodes_.size();
      nodes_[file].is_directory = true;
      names = {directory_of(op.name), "", {{op.name, file}}};
      break;
    }
    case Call::send:
    case Call::receive:
      return;
    case Call::open: {
      const auto known = names_.find(op.name);
      if (known == names_.end() || known->second == op.file) return;
      // A directory whose making did not tell its inode.
      const std::uint64_t before = known->second;
      if (!nodes_[before].is_directory) return;
      nodes_[op.file].is_directory = true;
      const auto follow = [&](std::uint64_t& file) {
        if (file == before) file = op.file;
      };
      for (auto& [name, file] : names_) follow(file);
      for (auto& [name, file] : durable_names_) follow(file);
      for (NameChange& one : pending_names_) {
        for (auto& [name, file] : one.sets) follow(file);
      }
      return;
    }
    case Call::link:
      names = {directory_of(op.other), "", {{op.other, op.file}}};
      break;
    case Call::said:
    case Call::read:
      return;
  }
  change(names_, names);
  pending_names_.push_back(std::move(names));
}

std::string Disk::seen(const Node& node) const {
  std::string out = node.durable;
  for (const Change& change : node.pending) write(out, change);
  return out;
}

Disk::Image Disk::image(const Names& names, const std::map<std::uint64_t, std::string>& contents) const {
  Image out;
  for (const auto& [path, file] : names) {
    // A name without the directory that it stands in can't be reached. (Parents come first in this order.)
    const std::string parent = directory_of(path);
    if (!is_kept(path) || (!parent.empty() && out.count(parent) == 0)) continue;
    const auto node = nodes_.find(file);
    const bool is_directory = node != nodes_.end() && node->second.is_directory;
    const auto content = contents.find(file);
    if (is_directory) {
      out[path] = std::nullopt;
    } else {
      out[path] = content == contents.end() ? std::string() : content->second;
    }
  }
  return out;
}

Disk::Image Disk::after_cut(const Fate& fate, Draw& draw) const {
  Names names = durable_names_;
  const std::size_t in_order = draw.below(pending_names_.size() + 1);
  for (std::size_t i = 0; i < pending_names_.size(); ++i) {
    const bool is_kept = fate.names_in_order ? i < in_order : draw.chance(fate.keeps);
    if (is_kept) change(names, pending_names_[i]);
  }
  std::map<std::uint64_t, std::string> contents;
  for (const auto& [file, node] : nodes_) {
    if (node.is_directory) continue;
    std::string& content = contents[file] = node.durable;
    for (const Change& change : node.pending) {
      if (change.is_truncate || fate.sector_bytes == 0) {
        if (draw.chance(fate.keeps)) write(content, change);
        continue;
      }
      // Sectors are those of the disk, not of the write.
      const auto first = static_cast<std::size_t>(change.offset);
      for (std::size_t at = 0; at < change.data.size();) {
        const std::size_t sector_end = ((first + at) / fate.sector_bytes + 1) * fate.sector_bytes;
        const std::size_t size = std::min(change.data.size() - at, sector_end - (first + at));
        if (draw.chance(fate.keeps)) {
          write(content, {false, static_cast<std::int64_t>(first + at), change.data.substr(at, size)});
        }
        at += size;
      }
    }
  }
  return image(names, contents);
}

Disk::Image Disk::now() const {
  std::map<std::uint64_t, std::string> contents;
  for (const auto& [file, node] : nodes_) {
    if (!node.is_directory) contents[file] = seen(node);
  }
  return image(names_, contents);
}

void lay_out(const Disk::Image& image, const std::string& directory) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  for (const auto& [path, content] : image) {
    const std::string full = directory + "/" + path;
    if (!content) {
      fs::create_directory(full);
    } else {
      test::write_file(full, *content);
    }
  }
}

Disk::Image look(const std::string& directory) {
  Disk::Image out;
  if (!fs::exists(directory)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = fs::relative(entry.path(), directory).string();
    if (!is_kept(path)) continue;
    if (entry.is_directory()) {
      out[path] = std::nullopt;
    } else {
      out[path] = test::read_file(entry.path().string());
    }
  }
  return out;
}

}  // namespace trailwatch::torture
