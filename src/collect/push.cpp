#include "collect/push.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/collect/framing.h"
#include "trailwatch/collect/receipt.h"

namespace trailwatch::collect {

namespace {

constexpr std::string_view kPath = "/ingest/";
constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kKeyBytesMax = 255;
constexpr std::size_t kHashBytesShown = 8;
constexpr int kRetrySeconds = 1;

// Takes as long whatever differs.
bool is_same_secret(std::string_view a, std::string_view b) {
  const Digest one = sha256(a), other = sha256(b);
  return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool is_key(std::string_view key) {
  return key.size() <= kKeyBytesMax && std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// By token where one is configured, by certificate where that is; either is enough.
bool is_proven(const Guest& guest, const Head& head, const std::vector<std::string>& names) {
  if (!names.empty() && allows_names(guest, names)) return true;
  if (guest.token.empty() || head.authorization.size() <= kBearer.size()) return false;
  return equals_ignoring_case(head.authorization.substr(0, kBearer.size()), kBearer) &&
         is_same_secret(head.authorization.substr(kBearer.size()), guest.token);
}

std::optional<Refusal> refuse_form(const Guest& guest, const Head& head, const Limits& limits) {
  if (!head.content_encoding.empty() && !equals_ignoring_case(head.content_encoding, "identity")) {
    return Refusal{415, "content-encoding", "本服務不收壓縮內容 / send the body without compression", 0};
  }
  if (!head.expect.empty() && !equals_ignoring_case(head.expect, "100-continue")) {
    return Refusal{417, "expect", "無法符合 Expect / only `100-continue` can be expected", 0};
  }
  if (head.length && *head.length > static_cast<std::uint64_t>(limits.body_bytes)) {
    return Refusal{
        413, "too-large",
        "內容過大，請分批傳送 / a body has at most " + with_thousands(limits.body_bytes) + " bytes: send less at once",
        0};
  }
  if (!is_key(head.key)) {
    return Refusal{
        400, "bad-key",
        "Idempotency-Key 須為 255 個以內之可見 ASCII 字元 / Idempotency-Key has at most 255 visible ASCII characters",
        0};
  }
  if (guest.needs_key && head.key.empty()) {
    return Refusal{
        400, "no-key",
        "此來源之紀錄沒有序號，須附 Idempotency-Key / records of this source bear no number of their own, so "
        "each delivery needs an Idempotency-Key",
        0};
  }
  return std::nullopt;
}

}  // namespace

std::string refusal_json(const Refusal& refusal) {
  const nlohmann::ordered_json out = {{"error", refusal.code}, {"message", refusal.message}};
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Admitted admit(const DoorState& door, const Head& head, const config::Address& peer,
               const std::vector<std::string>& names, const Limits& limits) {
  if (!head.target.starts_with(kPath)) {
    return {nullptr, Refusal{404, "not-found", "沒有這個路徑 / only /ingest/SOURCE is here", 0}};
  }
  const std::string_view name = head.target.substr(kPath.size());
  const auto guest =
      std::find_if(door.guests.begin(), door.guests.end(), [&](const Guest& one) { return one.source == name; });
  if (guest == door.guests.end()) {
    return {nullptr, Refusal{404, "unknown-source", "沒有這個來源 / no such source listens here", 0}};
  }
  if (head.method != "POST") return {nullptr, Refusal{405, "method", "只接受 POST / only POST", 0}};
  if (!allows_peer(*guest, peer)) {
    return {nullptr, Refusal{403, "peer", "此位址不得傳送本來源 / this address may not send for this source", 0}};
  }
  if (!is_proven(*guest, head, names)) {
    if (!names.empty() && guest->token.empty()) {
      return {nullptr,
              Refusal{403, "certificate", "此憑證不得傳送本來源 / this certificate may not send for this source", 0}};
    }
    return {nullptr, Refusal{401, "token", "權杖不符 / the token is missing or wrong", 0}};
  }
  return {&*guest, refuse_form(*guest, head, limits)};
}

std::vector<Frame> split_body(std::string_view body) {
  std::vector<Frame> out;
  std::int64_t line = 0;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    std::string_view text = body.substr(at, end - at);
    at = end + 1;
    ++line;
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (trim(text).empty()) continue;
    Frame frame;
    frame.line = line;
    frame.size = static_cast<std::int64_t>(text.size());
    if (frame.size > kRecordBytesMax) {
      frame.kind = Frame::Kind::oversize;
      frame.hash = to_hex(sha256(text), kHashBytesShown);
    }
    frame.bytes = text.substr(0, static_cast<std::size_t>(kRecordBytesMax));
    out.push_back(std::move(frame));
  }
  return out;
}

PushAnswer answer_of(const Receipt& receipt) {
  switch (receipt.fate) {
    case Receipt::Fate::stored:
      return {200, receipt_json(receipt), false, 0};
    case Receipt::Fate::repeated:
      return {200, receipt_json(receipt), true, 0};
    case Receipt::Fate::key_reused:
      return {
          422,
          refusal_json({422, "key-reused",
                        "此 Idempotency-Key 已用於另一內容 / this Idempotency-Key came with another body before", 0}),
          false, 0};
    case Receipt::Fate::failed:
      break;
  }
  return {503,
          refusal_json(
              {503, "not-stored", "目前無法入庫，請稍後重送 / it could not be stored now: send it again later", 0}),
          false, kRetrySeconds};
}

}  // namespace trailwatch::collect
