#pragma once

#include <optional>
#include <string>

#include "normalise/fault.h"
#include "normalise/row.h"

namespace trailwatch::normalise {

// Reads one RFC 5424 message. Its columns are PRI, TIMESTAMP, HOSTNAME, APP-NAME, PROCID, MSGID and MSG, and `id.param`
// for a parameter of structured data. A NILVALUE is not given. Escapes are undone in place: the row's views point into
// `text`. A parameter that comes twice is refused only when the profile names it.
std::optional<Fault> read_syslog(std::string& text, SlotMemo& memo, Row& row);

}  // namespace trailwatch::normalise
