#include "trailwatch/normalise/reader.h"

#include <algorithm>

#include "normalise/csv.h"
#include "normalise/jsonl.h"
#include "normalise/mapper.h"
#include "normalise/syslog.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/plant.h"
#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
// A quoted field may hold line breaks, but a stray quote must not make us look far ahead again and again.
constexpr std::int64_t kRecordLinesMax = 1024;
constexpr std::size_t kHashBytesShown = 8;

std::string_view byte_order_mark(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return "\xEF\xBB\xBF";
    case Encoding::utf16le:
      return "\xFF\xFE";
    case Encoding::utf16be:
      return "\xFE\xFF";
    case Encoding::cp950:
      break;
  }
  return {};
}

}  // namespace

struct Reader::Impl {
  Impl(Profile given, model::Origin where, ReadPosition start, RecordSink& to)
      : profile(std::move(given)),
        p(profile.impl()),
        unit(unit_size(p.encoding)),
        origin(std::move(where)),
        position(std::move(start)),
        sink(to),
        mapper(p, origin),
        memo(p.columns) {
    event.origin = origin;
    rejected.origin = origin;
    if (p.format != Format::csv) return;
    if (!p.fixed_columns.empty()) {
      use_header({p.fixed_columns.begin(), p.fixed_columns.end()});
    } else if (!position.header.empty()) {
      text.clear();
      decode(position.header, p.encoding, text);
      split_csv(text, p.separator, fields);
      use_header(fields);
    }
  }

  // What a look at the front of the input found: one record (or header, trailer, blank line), or the need for more
  // bytes.
  struct Found {
    enum class What : std::uint8_t { record, open_quote, oversize, more } what = What::more;
    std::size_t content = 0;  // bytes without the line end
    std::size_t taken = 0;    // bytes with it
    std::int64_t lines = 0;
  };

  std::size_t feed(std::string_view bytes, bool at_end) {
    std::size_t at = 0;
    while (oversize || at < bytes.size()) {
      const std::string_view rest = bytes.substr(at);
      if (oversize) {
        at += skip(rest, at_end);
        if (oversize) break;
        continue;
      }
      const Found found = look(rest, at_end);
      if (found.what == Found::What::more) break;
      if (found.what == Found::What::oversize) {
        begin_oversize(rest.substr(0, found.taken));
        at += found.taken;
        continue;
      }
      take(rest.substr(0, found.content), found);
      at += found.taken;
    }
    pending = at_end && (oversize || !is_blank(bytes.substr(at))) ? 1 : 0;
    return at;
  }

  void feed_record(std::string_view record) {
    const auto size = static_cast<std::int64_t>(record.size());
    if (record.size() > kRecordBytesMax) {
      at_offset = position.offset;
      at_line = position.line + 1;
      position.offset += size;
      position.line += 1;
      reject(record.substr(0, kRecordBytesMax), too_long(size, to_hex(sha256(record), kHashBytesShown)));
      return;
    }
    text.clear();
    undecodable = decode(record, p.encoding, text).undecodable;
    take(record, {Found::What::record, record.size(), record.size(), 1});
  }

  void feed_refused(std::string_view head, Fault fault) {
    at_offset = position.offset;
    at_line = position.line + 1;
    position.offset += static_cast<std::int64_t>(head.size());
    position.line += 1;
    reject(head.substr(0, kRecordBytesMax), std::move(fault));
  }

  bool is_blank(std::string_view bytes) const {
    if (bytes.empty()) return true;
    std::string decoded;
    decode(bytes, p.encoding, decoded);
    return trimmed(decoded).empty();
  }

  // The place of the next line end at or after `from`, or none within the bytes that a record may have.
  std::size_t find_line_end(std::string_view bytes, std::size_t from) const {
    if (unit == 1) return bytes.find('\n', from);
    for (std::size_t at = from; at + 1 < bytes.size(); at += 2) {
      const char low = p.encoding == Encoding::utf16le ? bytes[at] : bytes[at + 1];
      const char high = p.encoding == Encoding::utf16le ? bytes[at + 1] : bytes[at];
      if (low == '\n' && high == 0) return at;
    }
    return kNone;
  }

  std::size_t without_carriage_return(std::string_view line) const {
    if (line.size() < unit) return line.size();
    const std::string_view last = line.substr(line.size() - unit);
    const bool is_return = unit == 1 ? last[0] == '\r'
                                     : last == (p.encoding == Encoding::utf16le ? std::string_view("\r\0", 2)
                                                                                : std::string_view("\0\r", 2));
    return is_return ? line.size() - unit : line.size();
  }

  // Leaves the text of what it finds in `text`. The outcome depends on the bytes alone, never on how they were cut for
  // feeding: a verdict falls only when the record's end or more bytes than a record may have are in sight.
  Found look(std::string_view rest, bool at_end) {
    const std::string_view window = rest.substr(0, kRecordBytesMax + unit);
    const bool whole =
        at_end && (is_whole || TW_PLANT("half-line")) && window.size() == rest.size();  // no more bytes will come
    const bool full = window.size() == kRecordBytesMax + unit;
    std::size_t end = find_line_end(window, 0);
    if (end == kNone && full) return {Found::What::oversize, 0, kRecordBytesMax, 0};
    if (end == kNone && !whole) return {};
    const Found first = found_to(window, end, 1);
    text.clear();
    undecodable = decode(window.substr(0, std::min(end, window.size())), p.encoding, text).undecodable;
    if (p.format != Format::csv || text.find('"') == std::string::npos) return first;

    QuoteScan scan(p.separator);
    scan.add(text);
    std::int64_t lines = 1;
    while (scan.open()) {
      const Found open{Found::What::open_quote, first.content, first.taken, 1};
      if (end == kNone || lines == kRecordLinesMax) return open;
      const std::size_t next = find_line_end(window, end + unit);
      if (next == kNone && full) return open;
      if (next == kNone && !whole) return {};
      const std::size_t decoded = text.size();
      const std::size_t stop = std::min(next, window.size());
      undecodable += decode(window.substr(end, stop - end), p.encoding, text).undecodable;
      scan.add(std::string_view(text).substr(decoded));
      if (stop > end + unit || next != kNone) ++lines;
      end = next;
    }
    return found_to(window, end, lines);
  }

  Found found_to(std::string_view window, std::size_t end, std::int64_t lines) const {
    const std::size_t stop = std::min(end, window.size());
    return {Found::What::record, without_carriage_return(window.substr(0, stop)), end == kNone ? stop : stop + unit,
            lines};
  }

  // `raw` is the record without its line end.
  void take(std::string_view raw, const Found& found) {
    const std::int64_t offset = position.offset;
    const std::int64_t line = position.line + 1;
    std::size_t mark = 0;
    const std::string_view bom = byte_order_mark(p.encoding);
    if (offset == 0 && !bom.empty() && raw.starts_with(bom)) {
      mark = bom.size();
      raw.remove_prefix(mark);
      constexpr std::size_t kMarkInUtf8 = 3;
      if (found.what == Found::What::record) text.erase(0, kMarkInUtf8);
    }
    position.offset += static_cast<std::int64_t>(found.taken);
    position.line += found.lines;
    at_offset = offset + static_cast<std::int64_t>(mark);
    at_line = line;
    if (found.what == Found::What::open_quote) {
      reject(raw, open_quote());
      return;
    }
    if (!text.empty() && text.back() == '\r') text.pop_back();
    read(raw);
  }

  // What `text` holds: a blank line, the header, the trailer or a record.
  void read(std::string_view raw) {
    if (trimmed(text).empty()) return;
    if (p.format == Format::csv && !has_header) {
      split_csv(text, p.separator, fields);
      use_header(fields);
      position.header = std::string(raw);
      return;
    }
    std::optional<Fault> fault;
    if (is_trailer(fault)) return;
    if (!fault) {
      row.clear(p.columns.size());
      fault = read_row();
    }
    if (!fault) fault = mapper.map(row, event);
    if (fault) {
      reject(raw, std::move(*fault));
      return;
    }
    mapper.key(row, event, key);
    event.raw.assign(raw);
    event.undecodable = undecodable > 0;
    event.origin.offset = at_offset;
    event.origin.line = at_line;
    ++position.rows;
    sink.accepted(event, key);
  }

  std::optional<Fault> read_row() {
    switch (p.format) {
      case Format::jsonl:
        return json.read(text, memo, row);
      case Format::syslog:
        return read_syslog(text, memo, row);
      case Format::csv:
        break;
    }
    if (auto fault = split_csv(text, p.separator, fields)) return fault;
    return columns.fill(fields, row);
  }

  void use_header(const std::vector<std::string_view>& names) {
    columns = CsvColumns(names, p);
    has_header = true;
  }

  bool is_trailer(std::optional<Fault>& fault) {
    if (p.trailer == nullptr) return false;
    const std::string_view line = trimmed(text);
    if (line < p.trailer_least || line > p.trailer_most) return false;
    re2::StringPiece number;
    if (!re2::RE2::FullMatch(re2::StringPiece(line.data(), line.size()), *p.trailer, &number)) return false;
    std::int64_t rows = 0;
    if (!re2::RE2::FullMatch(number, "(\\d+)", &rows)) {
      fault = bad_number("總筆數", std::string_view(number.data(), number.size()));
      return false;
    }
    position.declared_rows = rows;
    return true;
  }

  void reject(std::string_view raw, Fault fault) {
    rejected.code = std::move(fault.code);
    rejected.reason = std::move(fault.reason);
    rejected.raw.assign(raw);
    rejected.origin.offset = at_offset;
    rejected.origin.line = at_line;
    ++position.rows;
    sink.rejected(rejected);
  }

  // A line longer than a record may be: its head is kept, the rest is only counted and hashed. The position stays at
  // its beginning until its end is seen, so that whoever stops here reads it again as a whole.
  struct Oversize {
    std::string head;
    std::int64_t bytes = 0;
    Sha256 hash;
  };

  void begin_oversize(std::string_view head) {
    oversize = Oversize{};
    oversize->head = std::string(head);
    oversize->bytes = static_cast<std::int64_t>(head.size());
    oversize->hash.add(head);
  }

  std::size_t skip(std::string_view rest, bool at_end) {
    const std::size_t end = find_line_end(rest, 0);
    const bool ends_here = end == kNone && at_end && is_whole;
    const std::size_t content = end != kNone ? end : ends_here ? rest.size() : rest.size() - rest.size() % unit;
    oversize->hash.add(rest.substr(0, content));
    oversize->bytes += static_cast<std::int64_t>(content);
    if (end == kNone && !ends_here) return content;
    const std::size_t taken = end == kNone ? content : content + unit;
    const Oversize done = std::move(*oversize);
    oversize.reset();
    at_offset = position.offset;
    at_line = position.line + 1;
    position.offset += done.bytes + static_cast<std::int64_t>(taken - content);
    position.line += 1;
    reject(done.head, too_long(done.bytes, to_hex(done.hash.digest(), kHashBytesShown)));
    return taken;
  }

  const Profile profile;
  const Profile::Impl& p;
  const std::size_t unit;
  const model::Origin origin;
  ReadPosition position;
  RecordSink& sink;
  std::int64_t pending = 0;

  Mapper mapper;
  SlotMemo memo;
  JsonLines json;
  CsvColumns columns;
  bool has_header = false;
  bool is_whole = p.complete;  // what ends is all there is
  std::optional<Oversize> oversize;

  // Of the record being read; kept to use their memory again.
  std::string text;
  std::size_t undecodable = 0;
  std::int64_t at_offset = 0, at_line = 0;
  std::vector<std::string_view> fields;
  Row row;
  model::QueryEvent event;
  model::RecordKey key;
  model::Rejected rejected;
};

Reader::Reader(Profile profile, model::Origin origin, ReadPosition from, RecordSink& sink)
    : impl_(std::make_unique<Impl>(std::move(profile), std::move(origin), std::move(from), sink)) {}
Reader::~Reader() = default;

std::size_t Reader::feed(std::string_view bytes, bool at_end) {
  return impl_->feed(bytes, at_end);
}
void Reader::set_whole(bool whole) {
  impl_->is_whole = whole;
}
void Reader::feed_record(std::string_view record) {
  impl_->feed_record(record);
}
void Reader::feed_oversize(std::string_view head, std::int64_t bytes, std::string_view hash) {
  impl_->feed_refused(head, too_long(bytes, hash));
}
void Reader::feed_cut_off(std::string_view head, std::int64_t bytes) {
  impl_->feed_refused(head, cut_off(static_cast<std::int64_t>(head.size()), bytes));
}
const ReadPosition& Reader::position() const {
  return impl_->position;
}
std::int64_t Reader::pending() const {
  return impl_->pending;
}

}  // namespace trailwatch::normalise
