#include "trailwatch/deliver/mime.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "trailwatch/base/text.h"

namespace trailwatch::deliver {
namespace {

Mail sample() {
  Mail out;
  out.id = "0123456789abcdef0123456789abcdef";
  out.from = "範例縣政府政風處 <audit@example.gov.tw>";
  out.to = {"ethics@example.gov.tw", "\"Duty Officer\" <duty@example.gov.tw>"};
  out.subject = "【查詢軌跡日報】115年3月2日（一）需看 20 件，高風險 4 件，來源異常 1 件";
  out.date = parse_rfc3339("2026-03-03T06:00:00+08:00")->instant;
  out.offset_minutes = 480;
  out.text = "第一行\n第二行\n";
  out.html = "<p>第一行</p>\n";
  return out;
}

std::string made(const Mail& mail) {
  Result<std::string> out = to_mime(mail);
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().text());
  return out ? *out : "";
}

// The header block of a whole message.
std::string headers(const std::string& message) {
  return message.substr(0, message.find("\r\n\r\n") + 2);
}

TEST(Mime, HeadersAreThoseOfTheStandard) {
  EXPECT_EQ(headers(made(sample())),
            "Date: Tue, 03 Mar 2026 06:00:00 +0800\r\n"
            "From: =?UTF-8?B?56+E5L6L57ij5pS/5bqc5pS/6aKo6JmV?=\r\n <audit@example.gov.tw>\r\n"
            "To: ethics@example.gov.tw,\r\n \"Duty Officer\" <duty@example.gov.tw>\r\n"
            "Subject: =?UTF-8?B?44CQ5p+l6Kmi6LuM6Leh5pel5aCx44CRMTE15bm0M+aciDLml6XvvIg=?=\r\n"
            " =?UTF-8?B?5LiA77yJ6ZyA55yLIDIwIOS7tu+8jOmrmOmiqOmaqiA0IOS7tu+8jA==?=\r\n"
            " =?UTF-8?B?5L6G5rqQ55Ww5bi4IDEg5Lu2?=\r\n"
            "Message-ID: <0123456789abcdef0123456789abcdef@example.gov.tw>\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nContent-Language: zh-Hant-TW\r\n"
            "Content-Type: multipart/alternative;\r\n boundary=\"=_a_" +
                headers(made(sample())).substr(headers(made(sample())).find("=_a_") + 4, 24) + "\"\r\n");
}

TEST(Mime, IsMadeTheSameAgain) {
  EXPECT_EQ(made(sample()), made(sample()));
}

TEST(Mime, PlainNamesAndSubjectsStayReadable) {
  Mail mail = sample();
  mail.from = "audit@example.gov.tw";
  mail.to = {"Ethics <ethics@example.gov.tw>"};
  mail.subject = "Daily report";
  const std::string head = headers(made(mail));
  EXPECT_NE(head.find("From: audit@example.gov.tw\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("To: \"Ethics\" <ethics@example.gov.tw>\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Subject: Daily report\r\n"), std::string::npos) << head;
}

TEST(Mime, WhatLooksEncodedAlreadyIsEncodedAgain) {
  Mail mail = sample();
  mail.subject = "=?UTF-8?B?eA==?=";
  EXPECT_EQ(made(mail).find("Subject: =?UTF-8?B?eA==?=\r\n"), std::string::npos);
}

TEST(Mime, NoTextBecomesAHeader) {
  Mail mail = sample();
  mail.subject = "a\r\nBcc: other@example.org\r\n\r\nbody";
  mail.attachments.push_back({"x\"\r\nBcc: y\r\n.html", "x\"\r\nBcc: y.html", "text/html; charset=utf-8", "x"});
  const std::string message = made(mail);
  EXPECT_EQ(message.find("\nBcc"), std::string::npos);
  mail = sample();
  mail.from = "\"a\r\nBcc: z\" <audit@example.gov.tw>";
  EXPECT_FALSE(to_mime(mail).has_value());
}

TEST(Mime, AddressesThatCouldSmuggleAreRefused) {
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b> <c@d>", "a@b>",
                          "x <a@b", "王@example.gov.tw", "a@b,c@d", "a@b\n"}) {
    const std::string text = bad;
    if (text == "a@b\n") {
      EXPECT_EQ(*mail_address(text), "a@b");  // blanks around are no part of it
    } else {
      EXPECT_FALSE(mail_address(text).has_value()) << text;
    }
  }
  EXPECT_EQ(*mail_address("王小明 <a@b.tw>"), "a@b.tw");
  EXPECT_EQ(*mail_address(" a@b.tw "), "a@b.tw");
  Mail mail = sample();
  mail.to.push_back("a@b\r\nBcc: c@d");
  EXPECT_FALSE(to_mime(mail).has_value());
  mail = sample();
  mail.to.clear();
  EXPECT_FALSE(to_mime(mail).has_value());
  mail = sample();
  mail.id = "a>\r\nBcc: x";
  EXPECT_FALSE(to_mime(mail).has_value());
}

TEST(Mime, AnAttachmentBearsAChineseAndAnAsciiName) {
  Mail mail = sample();
  mail.attachments.push_back({"檢查點_1150302.json", "checkpoint-2026-03-02.json", "application/json", "{}"});
  const std::string message = made(mail);
  EXPECT_NE(message.find("Content-Type: multipart/mixed;"), std::string::npos);
  EXPECT_NE(message.find("Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n"
                         "Content-Disposition: attachment;\r\n"
                         " filename*=UTF-8''%E6%AA%A2%E6%9F%A5%E9%BB%9E_1150302.json;\r\n"
                         " filename=\"checkpoint-2026-03-02.json\"\r\n\r\ne30=\r\n"),
            std::string::npos)
      << message;
}

TEST(Mime, ALongNameIsCutBetweenItsCharactersCodes) {
  Mail mail = sample();
  std::string name;
  for (int i = 0; i < 40; ++i) name += "檢";
  mail.attachments.push_back({name, "x.json", "application/json", "{}"});
  const std::string message = made(mail);
  EXPECT_NE(message.find(" filename*0*=UTF-8''%E6%AA%A2"), std::string::npos);
  std::string joined;
  for (int part = 0;; ++part) {
    const std::string key = " filename*" + std::to_string(part) + "*=";
    const std::size_t at = message.find(key);
    if (at == std::string::npos) break;
    const std::size_t begin = at + key.size();
    const std::string piece = message.substr(begin, message.find_first_of(";\r", begin) - begin);
    EXPECT_EQ(piece.rfind('%') == std::string::npos ? 3 : (piece.size() - piece.rfind('%') >= 3), true) << piece;
    joined += piece;
  }
  std::string expected = "UTF-8''";
  for (int i = 0; i < 40; ++i) expected += "%E6%AA%A2";
  EXPECT_EQ(joined, expected);
}

RC_GTEST_PROP(MimeProperty, EveryMessageIsSevenBitInShortLines,
              (std::string subject, std::string text, std::string name)) {
  Mail mail = sample();
  mail.subject = subject;
  mail.text = text;
  mail.html = text + subject;
  mail.from = for_display(repair_utf8(name)) + " <audit@example.gov.tw>";
  mail.attachments.push_back({name, name, "text/plain", text});
  Result<std::string> message = to_mime(mail);
  if (!message) return;  // a name with brackets
  for (const std::string_view line : split(*message, '\n')) {
    if (line.empty()) continue;  // behind the last one
    RC_ASSERT(line.back() == '\r');
    RC_ASSERT(line.size() <= 79U);
    for (const char c : line.substr(0, line.size() - 1)) RC_ASSERT(c >= ' ' && c < 0x7f);
  }
  RC_ASSERT(message->find("\r\nSubject: ") != std::string::npos);
}

}  // namespace
}  // namespace trailwatch::deliver
