#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"

namespace trailwatch::app {

// Writes the daily report in these formats (html, txt, json, pdf) below `directory`; returns the paths. `cut`:
// decisions up to that entry of the ledger; all of them when there is none.
Result<std::vector<std::string>> write_daily(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                                             LocalDay day, const std::string& directory,
                                             const std::vector<std::string>& formats,
                                             std::optional<std::int64_t> cut = std::nullopt);

// `html,txt` → its parts; fails on anything but `allowed`.
Result<std::vector<std::string>> parse_formats(const std::string& text, const std::vector<std::string>& allowed);

}  // namespace trailwatch::app
