#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/model/loss.h"

namespace trailwatch::collect {

// One record as it came over the network.
struct Frame {
  enum class Kind : std::uint8_t {
    whole,
    oversize,  // longer than a record may be: `bytes` is its beginning
    cut_off,   // the connection ended within it: what had come by then
  } kind = Kind::whole;
  std::string bytes;      // without its line end
  std::int64_t size = 0;  // of the whole record, as far as it is known
  std::string hash;       // oversize: the first bytes of its SHA-256, hexadecimal
  std::int64_t line = 0;  // within a pushed body, 1-based
};

// What the way itself knows to have lost: reported, never hidden.
struct Loss {
  using Kind = model::LossKind;
  Kind kind = Kind::kernel;
  std::int64_t records = 0;  // 0: nobody can know
  std::string what;          // for people; from outside, so `for_display` comes before any use
};

// What became of a pushed delivery. Given only after the commit.
struct Receipt {
  enum class Fate : std::uint8_t {
    stored,
    repeated,    // this key has been seen with this body: what was answered then, nothing stored again
    key_reused,  // this key has been seen with another body: nothing stored
    failed,      // the store could not take it: nothing stored
  } fate = Fate::stored;
  std::int64_t stored = 0, duplicates = 0, quarantined = 0;
  struct Rejected {
    std::int64_t line = 0;
    std::string code, reason;
    bool operator==(const Rejected&) const = default;
  };
  std::vector<Rejected> rejected;  // the first kRejectedMax of what went to quarantine
  bool operator==(const Receipt&) const = default;
};
constexpr std::size_t kRejectedMax = 100;

// What a listener hands over at once, of one peer and one source.
struct Delivery {
  std::string source;
  std::string way;   // `syslog-tls`
  std::string peer;  // its address
  std::vector<Frame> frames;
  std::vector<Loss> losses;
  struct Push {
    std::string key;   // the sender's own name for this delivery; empty: none
    std::string body;  // SHA-256 of the body, hexadecimal
  };
  std::optional<Push> push;
  // Called once, on the writer's thread, after the commit; null: nobody waits.
  std::function<void(const Receipt&)> answer;

  std::size_t bytes() const;  // of memory, roughly
};

// Where deliveries go. Called on the listeners' thread.
class Inlet {
 public:
  virtual ~Inlet() = default;
  // Takes it, or leaves it as it is and says no: there is no room now.
  virtual bool offer(Delivery& delivery) = 0;
  // `call` is called once, on any thread, as soon as there is room: perhaps at once.
  virtual void when_there_is_room(std::function<void()> call) = 0;
};

}  // namespace trailwatch::collect
