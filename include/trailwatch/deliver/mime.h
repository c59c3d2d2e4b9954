#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"

namespace trailwatch::deliver {

struct Attachment {
  std::string name;        // UTF-8: `檢查點_1150302.json`
  std::string ascii_name;  // for programs that do not read RFC 2231: `checkpoint-2026-03-02.json`
  std::string type;        // `text/html; charset=utf-8`
  std::string content;     // bytes
};

struct Mail {
  std::string id;  // left part of the Message-ID; the sender's domain is its right part
  std::string from;
  std::vector<std::string> to;  // as written into the configuration: `王小明 <a@example.gov.tw>` or `a@example.gov.tw`
  std::string subject;          // UTF-8; control characters become visible marks, never header lines
  Instant date;
  int offset_minutes = 0;
  std::string text;  // UTF-8, line ends LF
  std::string html;
  std::vector<Attachment> attachments;
};

// An address as the protocol takes it, `a@example.gov.tw`, of `name <a@…>` or the bare form. Fails on anything that is
// not plain ASCII of one @, or that could end a line or a bracket: no header and no envelope can be smuggled in.
Result<std::string> mail_address(std::string_view text);

// The message as it goes over the wire (RFC 5322, 2045–2047, 2231), CRLF line ends, lines of at most 78 characters,
// 7-bit. A function of `mail` alone: made again, it is the same bytes. Fails when an address is not one.
Result<std::string> to_mime(const Mail& mail);

}  // namespace trailwatch::deliver
