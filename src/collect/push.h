#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/gate.h"
#include "trailwatch/collect/live.h"

// What a push means, without its connection: every decision about a request, as plain functions.
namespace trailwatch::collect {

// An answer that says no. `code` is for programs, `message` for people, in both languages.
struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
  int retry_after_s = 0;  // 0: not said
};
// {"error":"no-key","message":"…"}
std::string refusal_json(const Refusal& refusal);

// What of a request's head counts. Absent headers are empty.
struct Head {
  std::string_view method, target;
  std::string_view authorization, key, content_encoding, expect;
  std::optional<std::uint64_t> length;  // of the body, where the head says it
};

// The source that is meant, if the request may go on: its target is `/ingest/NAME`, its sender may send for that
// source. `names`: of the certificate that was shown.
struct Admitted {
  const Guest* guest = nullptr;
  std::optional<Refusal> refusal;
};
Admitted admit(const DoorState& door, const Head& head, const config::Address& peer,
               const std::vector<std::string>& names, const Limits& limits);

// Records of a body, a line each (NDJSON): blank lines are none, the last line may lack its end.
std::vector<Frame> split_body(std::string_view body);

// What a receipt is answered with: status and body. A repeated delivery is answered as it was the first time.
struct PushAnswer {
  int status = 200;
  std::string body;
  bool is_repeated = false;
  int retry_after_s = 0;
};
PushAnswer answer_of(const Receipt& receipt);

}  // namespace trailwatch::collect
