#include "trailwatch/collect/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <string>

namespace trailwatch::collect {

namespace {

constexpr std::size_t kInputBytes = 1U << 16U;
constexpr std::int64_t kRatioCountsFrom = std::int64_t{1} << 20;
// The largest window, and gzip's frame around it (zlib.h, inflateInit2).
constexpr int kGzipWindow = 15 + 16;

// One pass over the compressed bytes. Members follow each other; zeros behind the last one are padding (tape blocks).
class Pass {
 public:
  explicit Pass(OpenFile& compressed) : compressed_(compressed) {
    is_ready_ = inflateInit2(&stream_, kGzipWindow) == Z_OK;
  }
  ~Pass() {
    if (is_ready_) inflateEnd(&stream_);
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  // Up to `room` bytes to `out`; fewer only at the end.
  Result<std::size_t> next(char* out, std::size_t room) {
    if (!is_ready_) return fail(Errc::unavailable, "there is no memory to inflate it");
    std::size_t filled = 0;
    while (filled < room && !is_over_) {
      if (stream_.avail_in == 0) {
        if (Status more = refill(); !more) return std::move(more).error();
      }
      if (is_over_) break;
      stream_.next_out = reinterpret_cast<Bytef*>(out + filled);
      stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(room - filled, 1U << 30U));
      const uInt before = stream_.avail_out;
      const int state = ::inflate(&stream_, Z_NO_FLUSH);
      filled += before - stream_.avail_out;
      if (state == Z_STREAM_END) {
        if (Status ended = end_member(); !ended) return std::move(ended).error();
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        return fail(Errc::corrupt,
                    std::string("is no whole gzip file: ") + (stream_.msg == nullptr ? "?" : stream_.msg));
      }
    }
    given_ += static_cast<std::int64_t>(filled);
    return filled;
  }
  std::int64_t given() const { return given_; }
  std::int64_t taken() const { return at_; }

 private:
  Error fail(Errc code, const std::string& what) const { return Error{code, what, "", {compressed_.info().path}}; }

  Status refill() {
    Result<std::string> bytes = compressed_.read_at(at_, kInputBytes);
    if (!bytes) return std::move(bytes).error();
    if (bytes->empty()) {
      is_over_ = true;
      if (is_between_ && at_ > 0) return Done{};
      return fail(Errc::unavailable, "ends early: it may still be written");
    }
    at_ += static_cast<std::int64_t>(bytes->size());
    input_ = *std::move(bytes);
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(input_.size());
    if (is_between_) skip_padding();
    return Done{};
  }

  Status end_member() {
    is_between_ = true;
    if (inflateReset(&stream_) != Z_OK) return fail(Errc::unavailable, "there is no memory to inflate it");
    skip_padding();
    return Done{};
  }

  void skip_padding() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in > 0) is_between_ = false;
  }

  OpenFile& compressed_;
  z_stream stream_{};
  std::string input_;
  std::int64_t at_ = 0;
  std::int64_t given_ = 0;
  bool is_ready_ = false;
  bool is_between_ = false;  // behind a whole member, with no byte of a next one seen
  bool is_over_ = false;
};

class InflatedFile : public OpenFile {
 public:
  InflatedFile(std::unique_ptr<OpenFile> compressed, std::int64_t size)
      : compressed_(std::move(compressed)), size_(size), pass_(std::make_unique<Pass>(*compressed_)) {}

  FileInfo info() const override {
    FileInfo out = compressed_->info();
    out.size = size_;
    return out;
  }

  Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) override {
    if (offset < pass_->given()) pass_ = std::make_unique<Pass>(*compressed_);
    std::string out(std::max<std::size_t>(bytes_max, 1), '\0');
    while (pass_->given() < offset) {
      const auto skip = static_cast<std::size_t>(
          std::min<std::int64_t>(offset - pass_->given(), static_cast<std::int64_t>(out.size())));
      Result<std::size_t> got = pass_->next(out.data(), skip);
      if (!got) return std::move(got).error();
      if (*got == 0) return std::string();
    }
    Result<std::size_t> got = pass_->next(out.data(), bytes_max);
    if (!got) return std::move(got).error();
    out.resize(*got);
    return out;
  }

 private:
  std::unique_ptr<OpenFile> compressed_;
  std::int64_t size_;
  std::unique_ptr<Pass> pass_;
};

}  // namespace

bool is_compressed(std::string_view name) {
  return name.ends_with(".gz");
}

Result<std::unique_ptr<OpenFile>> inflate(std::unique_ptr<OpenFile> compressed, InflateLimits limits) {
  const std::string path = compressed->info().path;
  std::int64_t size = 0;
  {
    Pass pass(*compressed);
    std::string room(kInputBytes, '\0');
    for (;;) {
      Result<std::size_t> got = pass.next(room.data(), room.size());
      if (!got) return std::move(got).error();
      if (*got == 0) break;
      size = pass.given();
      if (size > limits.bytes_max || (size > kRatioCountsFrom && size / limits.ratio_max > pass.taken())) {
        return Error{Errc::unsupported,
                     "inflates beyond any log: more than " + std::to_string(limits.ratio_max) + " times its size, or " +
                         std::to_string(limits.bytes_max) + " bytes",
                     "deliver it uncompressed if that is what it is",
                     {path}};
      }
    }
  }
  return std::unique_ptr<OpenFile>(std::make_unique<InflatedFile>(std::move(compressed), size));
}

}  // namespace trailwatch::collect
