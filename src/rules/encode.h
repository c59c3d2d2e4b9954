#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/problems.h"
#include "rules/vocabulary.h"

namespace trailwatch::rules {

// Modifiers that make other values of a value, before it is compared.
enum class Encoder { expand, windash, utf16le, utf16be, utf16, base64, base64offset };
// `wide` is another word for utf16le.
std::optional<Encoder> find_encoder(std::string_view modifier);

// The values, written as Sigma writes them (`\*` is a star), that stand for `text` after all encoders, from left to
// right. Any of them is enough. Nothing when that is not possible, which has been reported.
std::optional<std::vector<std::string>> encode(std::string_view text, const std::vector<Encoder>& encoders,
                                               const Vocabulary& words, Place place, Problems& problems);

}  // namespace trailwatch::rules
