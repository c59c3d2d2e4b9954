#include "torture/trace.h"

#include <algorithm>
#include <cstring>

#include "support/program.h"

namespace trailwatch::torture {

namespace {

std::string relative_to(const std::string& root, std::string path) {
  if (path.rfind(root, 0) != 0) return path;
  path.erase(0, root.size());
  while (!path.empty() && path.front() == '/') path.erase(0, 1);
  return path;
}

}  // namespace

Trace read_trace(const std::string& path, const std::string& root) {
  const std::string bytes = test::read_file(path);
  Trace out;
  for (std::size_t at = 0; at + sizeof(Header) <= bytes.size();) {
    Header header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    at += sizeof header;
    const std::size_t size = header.name_bytes + header.other_bytes + header.data_bytes;
    if (at + size > bytes.size()) break;
    Op op;
    op.call = static_cast<Call>(header.call);
    op.process = header.process;
    op.number = header.number;
    op.file = header.file;
    op.offset = header.offset;
    op.error = header.result;
    op.name = relative_to(root, bytes.substr(at, header.name_bytes));
    op.other = relative_to(root, bytes.substr(at + header.name_bytes, header.other_bytes));
    op.data = bytes.substr(at + header.name_bytes + header.other_bytes, header.data_bytes);
    out.push_back(std::move(op));
    at += size;
  }
  return out;
}

std::uint32_t counted_calls(const Trace& trace) {
  std::uint32_t out = 0;
  for (const Op& op : trace) {
    if (op.call != Call::open && op.call != Call::said) out = std::max(out, op.number);
  }
  return out;
}

std::map<std::uint64_t, std::string> names_in(const Trace& trace) {
  std::map<std::uint64_t, std::string> out;
  for (const Op& op : trace) {
    if (op.file != 0 && !op.name.empty() && op.call != Call::unlink) out[op.file] = op.name;
  }
  return out;
}

std::string point_of(const Op& op, const std::map<std::uint64_t, std::string>& names) {
  std::string name = op.name;
  if (const auto found = names.find(op.file); name.empty() && found != names.end()) name = found->second;
  if (name.empty()) name = ".";
  char kind[64];
  kind_of(name.c_str(), kind, sizeof kind);
  return std::string(to_text(op.call)) + " " + kind;
}

}  // namespace trailwatch::torture
