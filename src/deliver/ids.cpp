#include "trailwatch/deliver/ids.h"

#include "trailwatch/base/hash.h"

namespace trailwatch::deliver {

std::string message_id(std::string_view kind, std::string_view channel, std::string_view key,
                       std::string_view recipient) {
  std::string text = "trailwatch/message/v1";
  for (const std::string_view part : {kind, channel, key, recipient}) {
    // With its length: no two causes read the same.
    text += "\n" + std::to_string(part.size()) + ":";
    text += part;
  }
  return to_hex(sha256(text), 16);
}

}  // namespace trailwatch::deliver
