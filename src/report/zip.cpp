#include "report/zip.h"

#include <zlib.h>

#include <algorithm>

namespace trailwatch::report {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22;
constexpr std::uint16_t kDosDate = 0x21;  // 1980-01-01
constexpr std::size_t kMembersMax = 1'000;
constexpr std::size_t kUnpackedMax = 64U << 20U;

void put16(std::string& out, std::size_t number) {
  out += static_cast<char>(number & 0xFF);
  out += static_cast<char>(number >> 8U & 0xFF);
}
void put32(std::string& out, std::size_t number) {
  put16(out, number & 0xFFFF);
  put16(out, number >> 16U & 0xFFFF);
}

// `at` + 2 or 4 lies within `from`.
std::size_t get16(std::string_view from, std::size_t at) {
  return static_cast<std::uint8_t>(from[at]) | static_cast<std::size_t>(static_cast<std::uint8_t>(from[at + 1])) << 8U;
}
std::size_t get32(std::string_view from, std::size_t at) {
  return get16(from, at) | get16(from, at + 2) << 16U;
}

Bytef* bytes_of(std::string& text) {
  return reinterpret_cast<Bytef*>(text.data());
}
// zlib promises not to write there.
Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

std::string deflated(std::string_view bytes) {
  z_stream stream{};
  TW_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = bytes_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = bytes_of(out);
  stream.avail_out = static_cast<uInt>(out.size());
  TW_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Error broken(const char* why) {
  return {
      Errc::invalid, std::string("the file is no whole spreadsheet: ") + why, "save it again as ODS, XLSX or CSV", {}};
}

}  // namespace

void ZipWriter::add(std::string_view name, std::string_view bytes, How how) {
  const std::string packed = how == How::deflated ? deflated(bytes) : std::string(bytes);
  std::string about;  // what both headers say in the same words
  put16(about, 20);   // version needed
  put16(about, 0);    // flags
  put16(about, how == How::deflated ? 8 : 0);
  put16(about, 0);  // time
  put16(about, kDosDate);
  put32(about, crc32(crc32(0, nullptr, 0), bytes_of(bytes), static_cast<uInt>(bytes.size())));
  put32(about, packed.size());
  put32(about, bytes.size());
  put16(about, name.size());
  put16(about, 0);  // extra field: a mimetype must not have one
  put32(directory_, kCentral);
  put16(directory_, 20);
  directory_ += about;
  put16(directory_, 0);  // comment
  put16(directory_, 0);  // disk
  put16(directory_, 0);  // attributes
  put32(directory_, 0);
  put32(directory_, out_.size());
  directory_ += name;
  put32(out_, kLocal);
  out_ += about;
  out_ += name;
  out_ += packed;
  TW_CHECK(out_.size() < std::size_t{1} << 31U);
  ++members_;
}

std::string ZipWriter::take() {
  const std::size_t at = out_.size();
  out_ += directory_;
  put32(out_, kEnd);
  put32(out_, 0);
  put16(out_, static_cast<std::size_t>(members_));
  put16(out_, static_cast<std::size_t>(members_));
  put32(out_, directory_.size());
  put32(out_, at);
  put16(out_, 0);
  return std::move(out_);
}

namespace detail {

Result<std::vector<ZipEntry>> zip_entries(std::string_view archive) {
  if (archive.size() < kEndBytes) return broken("too short");
  // The end record may be followed by a comment of up to 64 KiB.
  std::size_t end = archive.size() - kEndBytes;
  const std::size_t stop = end > 0xFFFF ? end - 0xFFFF : 0;
  while (get32(archive, end) != kEnd) {
    if (end == stop) return broken("its directory is missing");
    --end;
  }
  const std::size_t members = get16(archive, end + 10);
  std::size_t at = get32(archive, end + 16);
  if (members > kMembersMax) return broken("too many parts");
  std::vector<ZipEntry> out;
  for (std::size_t i = 0; i < members; ++i) {
    if (at > end || end - at < kCentralBytes || get32(archive, at) != kCentral)
      return broken("its directory is damaged");
    const std::size_t flags = get16(archive, at + 8), method = get16(archive, at + 10),
                      packed = get32(archive, at + 20), name = get16(archive, at + 28), extra = get16(archive, at + 30),
                      comment = get16(archive, at + 32), local = get32(archive, at + 42);
    if (end - at - kCentralBytes < name) return broken("its directory is damaged");
    if ((flags & 1U) != 0) return broken("it is encrypted");
    if (method != 0 && method != 8) return broken("its compression is unknown");
    if (local > archive.size() || archive.size() - local < kLocalBytes || get32(archive, local) != kLocal) {
      return broken("a part is missing");
    }
    const std::size_t begin = local + kLocalBytes + get16(archive, local + 26) + get16(archive, local + 28);
    if (begin > archive.size() || archive.size() - begin < packed) return broken("a part is cut off");
    out.push_back({std::string(archive.substr(at + kCentralBytes, name)), archive.substr(begin, packed), method == 8});
    at += kCentralBytes + name + extra + comment;
  }
  return out;
}

Result<std::string> unpack(const ZipEntry& entry, std::size_t& used) {
  if (!entry.is_deflated) {
    used += entry.packed.size();
    if (used > kUnpackedMax) return broken("it is too large");
    return std::string(entry.packed);
  }
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return broken("no memory");
  stream.next_in = bytes_of(entry.packed);
  stream.avail_in = static_cast<uInt>(entry.packed.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && used <= kUnpackedMax) {
    std::string piece(1U << 16U, '\0');
    stream.next_out = bytes_of(piece);
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = piece.size() - stream.avail_out;
    out.append(piece, 0, got);
    used += got;
  }
  inflateEnd(&stream);
  if (used > kUnpackedMax) return broken("it is too large");
  if (state != Z_STREAM_END) return broken("a part is damaged");
  return out;
}

}  // namespace detail

}  // namespace trailwatch::report
