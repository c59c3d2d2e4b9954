#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"
#include "trailwatch/config/delivery.h"

namespace trailwatch::deliver {

// One attempt: where to, what, and the secret that the channel needs, read when it is needed and kept nowhere.
struct Parcel {
  std::string id;         // the message's: Idempotency-Key of a webhook
  std::string recipient;  // of a mail
  std::string payload;    // mail: what to_mime made; webhook: JSON; syslog: a frame's content, RFC 5424
  std::string secret;
  Instant now;  // for the signature
};

struct Outcome {
  // delivered: the other side has said so (a datagram: was sent). later: nobody took it this time. refused: the other
  // side does not want it, now or ever.
  enum class Fate { delivered, later, refused };
  Fate fate = Fate::later;
  std::string said;  // what happened, for people; never a secret, never the payload
};

// Carries a parcel to the other side and waits for the answer. Blocks for at most the channel's timeout. One thread at
// a time, except `stop`.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Outcome send(const config::Channel& channel, const Parcel& parcel) = 0;
  // Breaks off what is under way; that and everything later is `later`. From any thread.
  virtual void stop() = 0;
};

// Mail over SMTP, webhooks over HTTPS, syslog over TCP, TLS and UDP.
std::unique_ptr<Transport> make_transport();

// `t=1772409600,v1=…`: HMAC-SHA-256 over `t`, a full stop and the body, hexadecimal. The receiver computes it anew and
// refuses a `t` that is too old.
std::string webhook_signature(std::string_view secret, Instant now, std::string_view body);

}  // namespace trailwatch::deliver
