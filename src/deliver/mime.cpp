#include "trailwatch/deliver/mime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::deliver {

namespace {

constexpr std::string_view kEnd = "\r\n";
constexpr std::size_t kBase64Line = 57;   // bytes in a line of 76 characters
constexpr std::size_t kEncodedWord = 42;  // bytes of UTF-8 in an encoded word of at most 75 characters
constexpr std::size_t kSubjectMax = 200;  // characters
constexpr std::size_t kAsciiNameMax = 60;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= count ? kDigits[group >> (18 - 6 * i) & 63U] : '=';
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + bytes.size() / 28 + 8);
  for (std::size_t at = 0; at < bytes.size(); at += kBase64Line) {
    out.append(base64(bytes.substr(at, kBase64Line))).append(kEnd);
  }
  return out;
}

// The part of a header line after its name: words of RFC 2047 where it is not plain, one a line.
std::string header_text(std::string_view text) {
  const std::string safe = for_display(repair_utf8(text));
  if (is_plain(safe) && safe.size() <= 60 && safe.find("=?") == std::string::npos) return safe;
  std::string out, word;
  const auto flush = [&] {
    if (word.empty()) return;
    out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64(word) + "?=");
    word.clear();
  };
  for (std::size_t at = 0; at < safe.size();) {
    const std::size_t from = at;
    next_code_point(safe, at);
    if (word.size() + at - from > kEncodedWord) flush();
    word.append(safe, from, at - from);
  }
  flush();
  return out;
}

std::string_view display_name(std::string_view address) {
  const std::size_t open = address.find('<');
  if (open == std::string_view::npos) return {};
  std::string_view name = trim(address.substr(0, open));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  return name;
}

// `=?UTF-8?B?…?= <a@example.gov.tw>`; a plain name is quoted.
Result<std::string> header_address(std::string_view text) {
  Result<std::string> address = mail_address(text);
  if (!address) return address;
  const std::string_view name = display_name(text);
  if (name.empty()) return address;
  const std::string safe = for_display(repair_utf8(name));
  const bool quotable = is_plain(safe) && safe.size() <= 60 && safe.find_first_of("\"\\") == std::string::npos;
  const std::string shown = quotable ? "\"" + safe + "\"" : header_text(is_plain(safe) ? "" : safe);
  const bool is_short = quotable && safe.size() + address->size() <= 60;
  return (shown.empty() ? "" : shown + (is_short ? " " : "\r\n ")) + "<" + *address + ">";
}

// `Mon, 02 Mar 2026 06:00:00 +0800`
std::string date_text(Instant instant, int offset_minutes) {
  static constexpr std::array<const char*, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const LocalTime local = Zone::fixed(offset_minutes).local(instant);
  const CivilDate date = to_civil(local.day);
  const int east = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02d %s %04d %s %c%02d%02d",
                kDays[static_cast<std::size_t>(weekday(local.day) - 1)], static_cast<int>(date.day),
                kMonths[static_cast<std::size_t>(date.month - 1)], static_cast<int>(date.year),
                format_clock(local).c_str(), offset_minutes < 0 ? '-' : '+', east / 60, east % 60);
  return out.data();
}

// `filename*=UTF-8''%E6…` (RFC 2231), cut into numbered parts where it is long, and an ASCII name for others.
std::string disposition(const Attachment& attachment) {
  std::string ascii;
  for (const char c : std::string_view(attachment.ascii_name).substr(0, kAsciiNameMax)) {
    const bool is_safe =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
    ascii += is_safe ? c : '_';
  }
  std::string out = "Content-Disposition: attachment";
  // The ASCII name comes last: programs that know both forms take the first.
  const std::string last = ";\r\n filename=\"" + ascii + "\"\r\n";
  std::string coded;
  for (const char c : for_display(repair_utf8(attachment.name))) {
    const bool is_safe =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
    if (is_safe) {
      coded += c;
    } else {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<unsigned char>(c));
      coded += hex.data();
    }
  }
  if (coded.empty() || coded == ascii) return out + last;
  if (coded.size() <= 55) return out + ";\r\n filename*=UTF-8''" + coded + last;
  for (std::size_t at = 0, part = 0; at < coded.size(); ++part) {
    std::size_t size = std::min<std::size_t>(50, coded.size() - at);
    // Never between a percent sign and its digits.
    while (size > 0 && at + size < coded.size() &&
           (coded[at + size - 1] == '%' || (size > 1 && coded[at + size - 2] == '%')))
      --size;
    out += ";\r\n filename*" + std::to_string(part) + "*=" + (part == 0 ? "UTF-8''" : "") + coded.substr(at, size);
    at += size;
  }
  return out + last;
}

std::string part(std::string_view type, std::string_view more, std::string_view content) {
  return "Content-Type: " + std::string(type) + "\r\nContent-Transfer-Encoding: base64\r\n" + std::string(more) +
         "\r\n" + base64_lines(content);
}

// Mail programs of the world read CRLF in text parts.
std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

std::string multipart(std::string_view kind, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string out = "Content-Type: multipart/" + std::string(kind) + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  for (const std::string& one : parts) out.append("--").append(boundary).append(kEnd).append(one);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace

Result<std::string> mail_address(std::string_view text) {
  const auto bad = [&] {
    return Error{Errc::invalid,
                 "\"" + for_log(text) + "\" is no mail address",
                 "write it as audit@example.gov.tw or 政風室 <audit@example.gov.tw>",
                 {}};
  };
  std::string_view address = trim(text);
  // A line end hidden in a name is no name.
  if (address.empty() ||
      std::any_of(address.begin(), address.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; })) {
    return bad();
  }
  const std::size_t open = address.find('<');
  if (open != std::string_view::npos) {
    if (address.back() != '>' || address.find('<', open + 1) != std::string_view::npos) return bad();
    address = address.substr(open + 1, address.size() - open - 2);
  }
  const std::size_t at = address.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == address.size() || address.size() > 254 ||
      address.find('@', at + 1) != std::string_view::npos) {
    return bad();
  }
  const bool ok = std::all_of(address.begin(), address.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
  });
  if (!ok) return bad();
  return std::string(address);
}

Result<std::string> to_mime(const Mail& mail) {
  Result<std::string> from = header_address(mail.from), sender = mail_address(mail.from);
  if (!from) return from;
  std::string to;
  for (const std::string& one : mail.to) {
    Result<std::string> address = header_address(one);
    if (!address) return address;
    to += (to.empty() ? "" : ",\r\n ") + *address;
  }
  if (to.empty()) return Error{Errc::invalid, "the mail has no recipient", "", {}};
  if (!is_plain(mail.id) || mail.id.empty() || mail.id.find_first_of(" <>@") != std::string::npos) {
    return Error{Errc::invalid, "the message id is not plain", "", {}};
  }
  const std::string mark = to_hex(sha256(mail.id), 12);
  // Base64 holds no "=_", so no line of a part can be one of these.
  const std::string alternative = multipart("alternative", "=_a_" + mark,
                                            {part("text/plain; charset=utf-8", "", with_crlf(mail.text)),
                                             part("text/html; charset=utf-8", "", with_crlf(mail.html))});
  std::vector<std::string> parts = {alternative};
  for (const Attachment& one : mail.attachments) {
    if (!is_plain(one.type)) return Error{Errc::invalid, "the attachment's type is not plain", "", {}};
    parts.push_back(part(one.type, disposition(one), one.content));
  }
  std::string out = "Date: " + date_text(mail.date, mail.offset_minutes) + "\r\nFrom: " + *from + "\r\nTo: " + to +
                    "\r\nSubject: " + header_text(prefix(mail.subject, kSubjectMax)) + "\r\nMessage-ID: <" + mail.id +
                    "@" + sender->substr(sender->find('@') + 1) + ">\r\nMIME-Version: 1.0\r\n";
  // A machine wrote this: out-of-office replies would only fill the sender's box (RFC 3834).
  out += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nContent-Language: zh-Hant-TW\r\n";
  return out + (parts.size() == 1 ? alternative : multipart("mixed", "=_m_" + mark, parts));
}

}  // namespace trailwatch::deliver
