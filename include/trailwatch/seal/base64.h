#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trailwatch::seal {

// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);
// Strict: no white space, whole padding, unused bits zero. One text for each value, so that a changed note is never the
// same note.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace trailwatch::seal
