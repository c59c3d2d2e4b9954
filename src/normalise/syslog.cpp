#include "normalise/syslog.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trailwatch::normalise {

namespace {

constexpr int kPriorityMax = 191;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// One pass over a message; every step moves `at_` forward or gives the fault that ends the pass.
class Message {
 public:
  Message(std::string& text, SlotMemo& memo, Row& row) : text_(text), memo_(memo), row_(row) {}

  std::optional<Fault> read() {
    if (!read_priority()) return bad_syslog("開頭不是「<優先序>1 」");
    static constexpr std::array<std::string_view, 5> kHeader = {"TIMESTAMP", "HOSTNAME", "APP-NAME", "PROCID", "MSGID"};
    for (const std::string_view name : kHeader) {
      const std::size_t end = text_.find(' ', at_);
      if (end == std::string::npos || end == at_) return bad_syslog("標頭不完整");
      const std::string_view value = view(at_, end);
      put(name, value == "-" ? std::string_view{} : value);
      at_ = end + 1;
    }
    if (auto fault = read_structured_data()) return fault;
    if (at_ == text_.size()) return std::nullopt;
    if (text_[at_] != ' ') return bad_syslog("結構化資料之後應為空白");
    std::string_view message = view(at_ + 1, text_.size());
    if (message.starts_with(kByteOrderMark)) message.remove_prefix(kByteOrderMark.size());
    put("MSG", message);
    return std::nullopt;
  }

 private:
  std::string_view view(std::size_t begin, std::size_t end) const {
    return std::string_view(text_).substr(begin, end - begin);
  }
  bool put(std::string_view name, std::string_view value) {
    const std::optional<Slot> slot = memo_.find(nth_++, name);
    return !slot || row_.put(*slot, value);
  }

  bool read_priority() {
    const std::size_t end = std::min(text_.find('>'), text_.size());
    if (text_.empty() || text_[0] != '<' || end < 2 || end > 4) return false;
    int priority = 0;
    const auto [rest, error] = std::from_chars(text_.data() + 1, text_.data() + end, priority);
    if (error != std::errc{} || rest != text_.data() + end || priority < 0 || priority > kPriorityMax) return false;
    if (!view(end, text_.size()).starts_with(">1 ")) return false;
    put("PRI", view(1, end));
    at_ = end + 3;
    return true;
  }

  std::optional<Fault> read_structured_data() {
    if (at_ < text_.size() && text_[at_] == '-') {
      ++at_;
      return std::nullopt;
    }
    if (at_ == text_.size() || text_[at_] != '[') return bad_syslog("缺少結構化資料");
    while (at_ < text_.size() && text_[at_] == '[') {
      if (auto fault = read_element()) return fault;
    }
    return std::nullopt;
  }

  std::optional<Fault> read_element() {
    const std::size_t end = text_.find_first_of(" ]=\"", at_);
    if (end == std::string::npos || end == at_ + 1 || text_[end] == '=' || text_[end] == '"') {
      return bad_syslog("結構化資料的名稱不合規定");
    }
    name_.assign(text_, at_ + 1, end - at_ - 1);
    name_ += '.';
    const std::size_t prefix = name_.size();
    at_ = end;
    while (at_ < text_.size() && text_[at_] == ' ') {
      name_.resize(prefix);
      if (auto fault = read_parameter()) return fault;
    }
    if (at_ == text_.size() || text_[at_] != ']') return bad_syslog("結構化資料沒有結束");
    ++at_;
    return std::nullopt;
  }

  std::optional<Fault> read_parameter() {
    const std::size_t start = at_ + 1;
    const std::size_t end = text_.find_first_of(" ]=\"", start);
    if (end == std::string::npos || end == start || !view(end, text_.size()).starts_with("=\"")) {
      return bad_syslog("結構化資料的參數不合規定");
    }
    name_.append(text_, start, end - start);
    at_ = end + 2;
    const std::optional<std::string_view> value = read_quoted();
    if (!value) return bad_syslog("結構化資料的引號沒有結束");
    if (!put(name_, *value)) return bad_syslog("結構化資料的參數重複");
    return std::nullopt;
  }

  // The value whose opening quote stands before `at_`; RFC 5424 section 6.3.3. A backslash before another character
  // stands for itself.
  std::optional<std::string_view> read_quoted() {
    const std::size_t start = at_;
    std::size_t kept = start;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\' || text_[at_ + 1] == ']');
      if (escapes) ++at_;
      text_[kept++] = text_[at_];
    }
    if (at_ == text_.size()) return std::nullopt;
    ++at_;
    return view(start, kept);
  }

  std::string& text_;
  SlotMemo& memo_;
  Row& row_;
  std::size_t at_ = 0;
  std::size_t nth_ = 0;
  std::string name_;
};

}  // namespace

std::optional<Fault> read_syslog(std::string& text, SlotMemo& memo, Row& row) {
  return Message(text, memo, row).read();
}

}  // namespace trailwatch::normalise
