#include "trailwatch/seal/leaf.h"

#include <array>
#include <charconv>

#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/base64.h"

namespace trailwatch::seal {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kSaltBytes = 32;

constexpr std::array<std::string_view, 15> kWords = {"event",  "quarantine", "file",   "alert", "decision",
                                                     "rule",   "reference",  "config", "login", "unmask",
                                                     "export", "purge",      "gap",    "start", "stop"};

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_source(std::string& out, std::string_view source) {
  for (const char c : source) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && c != '%') {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back("0123456789ABCDEF"[byte >> 4U]);
    out.push_back("0123456789ABCDEF"[byte & 15U]);
  }
}

void append_salted(std::string& out, std::string_view salt, std::string_view bytes) {
  thread_local std::string salted;
  salted.assign(salt);
  salted.append(bytes);
  out += base64(as_bytes(sha256(salted)));
}

void append_escaped(std::string& out, std::string_view text) {
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    if (byte >= 0x20) {
      out.push_back('\\');
      out.push_back(text[i]);
    } else {
      out.append("\\u00");
      out.push_back(kDigits[byte >> 4U]);
      out.push_back(kDigits[byte & 15U]);
    }
  }
  out.append(text, plain);
}

void add_key(std::string& object, std::string_view key) {
  object.append(object.empty() ? "{\"" : ",\"");
  object.append(key);
  object.append("\":");
}

}  // namespace

std::string_view to_text(LeafKind kind) {
  return kWords.at(static_cast<std::size_t>(kind) - 1);
}

std::optional<LeafKind> find_leaf_kind(std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(kWords.size())) return std::nullopt;
  return static_cast<LeafKind>(number);
}

std::string leaf_bytes(const Leaf& leaf) {
  TW_CHECK(leaf.salt.size() == kSaltBytes && leaf.index >= 0);
  std::string out;
  out.reserve(192);
  out.append("trailwatch/leaf/v1\n");
  out.append(to_text(leaf.kind));
  out.push_back('\n');
  append_number(out, leaf.index);
  out.push_back('\n');
  // Rounded down, also before 1970.
  const std::int64_t rest = leaf.received.micros % 1000;
  append_number(out, leaf.received.micros / 1000 - (rest < 0 ? 1 : 0));
  out.push_back('\n');
  append_source(out, leaf.source);
  out.push_back('\n');
  append_salted(out, leaf.salt, leaf.raw);
  out.push_back('\n');
  append_salted(out, leaf.salt, leaf.record);
  out.push_back('\n');
  return out;
}

void add_member(std::string& object, std::string_view key, std::string_view text) {
  add_key(object, key);
  object.push_back('"');
  append_escaped(object, text);
  object.push_back('"');
}

void add_member(std::string& object, std::string_view key, std::int64_t number) {
  add_key(object, key);
  append_number(object, number);
}

std::string event_record(const model::QueryEvent& event, const EventPlace& place) {
  std::string out;
  out.reserve(768);
  add_member(out, "account", event.account);
  add_member(out, "action", event.action);
  add_member(out, "agency", event.agency);
  add_member(out, "approver", event.approver);
  add_member(out, "case_no", event.case_no);
  add_member(out, "channel", event.channel);
  add_member(out, "file", place.file);
  add_member(out, "key_number", place.key_number);
  add_member(out, "key_scope", place.key_scope);
  add_member(out, "line", event.origin.line);
  add_member(out, "lookup_by", model::to_text(event.lookup_by));
  add_member(out, "officer", event.officer);
  add_member(out, "officer_name", event.officer_name);
  add_member(out, "offset", event.origin.offset);
  add_member(out, "offset_minutes", std::int64_t{event.offset_minutes});
  add_member(out, "reason", event.reason);
  add_member(out, "reason_code", event.reason_code);
  add_member(out, "received_us", place.received.micros);
  if (event.rows) add_member(out, "rows", *event.rows);
  add_member(out, "subject", event.subject);
  add_member(out, "subject_kind", model::to_text(event.subject_kind));
  add_member(out, "subject_name", event.subject_name);
  add_member(out, "system", event.system);
  add_member(out, "terminal", event.terminal);
  add_member(out, "time_us", event.time.micros);
  add_member(out, "undecodable", std::int64_t{event.undecodable ? 1 : 0});
  add_member(out, "unit", event.unit);
  out.push_back('}');
  return out;
}

std::string quarantine_record(const model::Rejected& rejected, std::int64_t file, Instant received) {
  std::string out;
  add_member(out, "code", rejected.code);
  add_member(out, "file", file);
  add_member(out, "line", rejected.origin.line);
  add_member(out, "offset", rejected.origin.offset);
  add_member(out, "reason", rejected.reason);
  add_member(out, "received_us", received.micros);
  out.push_back('}');
  return out;
}

}  // namespace trailwatch::seal
