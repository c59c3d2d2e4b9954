#pragma once

#include "config/section.h"

namespace trailwatch::config {

void read_retention(const json* value, Retention& out, std::vector<Problem>& problems);
void read_unmask(const json* value, Unmask& out, std::vector<Problem>& problems);
// A file, absolute from here on, or `credential:NAME` for one that systemd hands over.
void read_key_file(Section& root, const std::string& key, std::string_view directory, const std::string& fallback,
                   std::string& out);
void read_key_files(Section& root, const std::string& key, std::string_view directory, std::vector<std::string>& out);

}  // namespace trailwatch::config
