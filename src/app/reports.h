#pragma once

#include <string>
#include <vector>

#include "app/workplace.h"

namespace trailwatch::app {

// Writes the daily report in these formats (html, txt, json) below `directory`; returns the paths.
Result<std::vector<std::string>> write_daily(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                                             LocalDay day, const std::string& directory,
                                             const std::vector<std::string>& formats);

// `html,txt` → its parts; fails on anything but `allowed`.
Result<std::vector<std::string>> parse_formats(const std::string& text, const std::vector<std::string>& allowed);

}  // namespace trailwatch::app
