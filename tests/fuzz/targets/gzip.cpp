#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/collect/inflate.h"

namespace trailwatch::fuzz {
namespace {

class Bytes : public OpenFile {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  FileInfo info() const override {
    FileInfo out;
    out.size = static_cast<std::int64_t>(bytes_.size());
    out.is_regular = true;
    return out;
  }
  Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) override {
    const auto at = std::min(static_cast<std::size_t>(offset), bytes_.size());
    return std::string(bytes_.substr(at, bytes_max));
  }

 private:
  std::string_view bytes_;
};

}  // namespace
}  // namespace trailwatch::fuzz

// First byte: where to begin reading again. What is read in two ways is the same, and never more than the limits allow.
TW_FUZZ(gzip) {
  using namespace trailwatch;
  const std::size_t back = fuzz::take_byte(input);
  constexpr std::int64_t kMax = 1 << 20;
  auto file = collect::inflate(std::make_unique<fuzz::Bytes>(input), {kMax, 100});
  if (!file) return;
  const std::int64_t size = (*file)->info().size;
  TW_CHECK(0 <= size && size <= kMax);
  const Result<std::string> all = (*file)->read_at(0, kMax + 1);
  TW_CHECK(all && static_cast<std::int64_t>(all->size()) == size);
  const auto from = std::min(back, all->size());
  const Result<std::string> part = (*file)->read_at(static_cast<std::int64_t>(from), 100);
  TW_CHECK(part && *part == all->substr(from, 100));
}
