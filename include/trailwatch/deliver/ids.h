#pragma once

#include <string>
#include <string_view>

namespace trailwatch::deliver {

// 32 hexadecimal digits of SHA-256 over what causes a message: the same cause has the same id in every run, so that a
// repeated message can be told from a new one, here (queued once) and by whoever receives it (Message-ID,
// Idempotency-Key).
std::string message_id(std::string_view kind, std::string_view channel, std::string_view key,
                       std::string_view recipient = {});

}  // namespace trailwatch::deliver
