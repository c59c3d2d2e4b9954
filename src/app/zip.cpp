#include "app/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace trailwatch::app {

namespace {

la_ssize_t append(archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

Error failed(archive* zip) {
  const char* const said = archive_error_string(zip);
  return Error{Errc::unavailable, std::string("the ZIP file can't be made: ") + (said == nullptr ? "?" : said), "", {}};
}

}  // namespace

Result<std::string> make_zip(const std::map<std::string, std::string>& files, Instant at) {
  std::string out;
  const std::unique_ptr<archive, decltype(&archive_write_free)> zip(archive_write_new(), &archive_write_free);
  if (archive_write_set_format_zip(zip.get()) != ARCHIVE_OK ||
      archive_write_set_options(zip.get(), "zip:hdrcharset=UTF-8") < ARCHIVE_WARN ||
      archive_write_open2(zip.get(), &out, nullptr, &append, nullptr, nullptr) != ARCHIVE_OK) {
    return failed(zip.get());
  }
  for (const auto& [name, content] : files) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname_utf8(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0640);
    archive_entry_set_mtime(entry.get(), static_cast<time_t>(at.micros / kMicrosPerSecond), 0);
    if (archive_write_header(zip.get(), entry.get()) != ARCHIVE_OK ||
        archive_write_data(zip.get(), content.data(), content.size()) != static_cast<la_ssize_t>(content.size())) {
      return failed(zip.get());
    }
  }
  if (archive_write_close(zip.get()) != ARCHIVE_OK) return failed(zip.get());
  return out;
}

}  // namespace trailwatch::app
