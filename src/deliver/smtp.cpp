#include <algorithm>
#include <array>
#include <cstring>

#include "deliver/curl.h"
#include "deliver/transports.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/mime.h"

namespace trailwatch::deliver {

namespace {

struct Rest {
  std::string_view left;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<Rest*>(from);
  const std::size_t bytes = std::min(size * count, rest.left.size());
  std::memcpy(to, rest.left.data(), bytes);
  rest.left.remove_prefix(bytes);
  return bytes;
}

// The server's last complaint, or its last line where it had none: `550 5.1.1 no such user`. libcurl hands over each
// line that the server says; what we say ourselves, passwords included, never comes this way.
struct Said {
  std::string line;
  bool is_complaint = false;
};

std::size_t hear(char* data, std::size_t size, std::size_t count, void* to) {
  const std::string_view line = trim(std::string_view(data, size * count));
  auto& said = *static_cast<Said*>(to);
  const bool is_complaint = !line.empty() && (line[0] == '4' || line[0] == '5');
  if (is_complaint || (!line.empty() && !said.is_complaint)) said = {std::string(line.substr(0, 200)), is_complaint};
  return size * count;
}

}  // namespace

Outcome::Fate smtp_fate(long code, int failed) {
  if (failed == CURLE_OK) return Outcome::Fate::delivered;
  // A wrong password or certificate is the administrator's to mend, and then the message shall go: not refused.
  const bool is_ours = failed == CURLE_LOGIN_DENIED || failed == CURLE_USE_SSL_FAILED ||
                       failed == CURLE_PEER_FAILED_VERIFICATION || failed == CURLE_SSL_CONNECT_ERROR ||
                       failed == CURLE_COULDNT_CONNECT || failed == CURLE_OPERATION_TIMEDOUT ||
                       failed == CURLE_ABORTED_BY_CALLBACK;
  // 530 asks for a log-in, 535 and 538 are about it: likewise.
  const bool is_about_login = code == 530 || (code >= 534 && code <= 538);
  return code >= 500 && code < 600 && !is_ours && !is_about_login ? Outcome::Fate::refused : Outcome::Fate::later;
}

Outcome send_mail(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop) {
  Result<std::string> from = mail_address(channel.from), to = mail_address(parcel.recipient);
  if (!from || !to) return {Outcome::Fate::refused, (from ? to : from).error().text()};
  const Curl handle = make_curl(channel, stop);
  if (!handle) return {Outcome::Fate::later, "libcurl does not start"};
  CURL* const h = handle.get();
  const std::string sender_domain = from->substr(from->find('@') + 1);
  // What stands behind the slash is what we say in EHLO.
  const std::string url =
      (channel.tls == config::Channel::Tls::tls ? "smtps://" : "smtp://") + channel.server + "/" + sender_domain;
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_USE_SSL,
                   static_cast<long>(channel.tls == config::Channel::Tls::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!channel.user.empty()) {
    curl_easy_setopt(h, CURLOPT_USERNAME, channel.user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, parcel.secret.c_str());
  }
  const std::string envelope_from = "<" + *from + ">", envelope_to = "<" + *to + ">";
  const CurlList recipients(curl_slist_append(nullptr, envelope_to.c_str()));
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, envelope_from.c_str());
  curl_easy_setopt(h, CURLOPT_MAIL_RCPT, recipients.get());
  Rest rest{parcel.payload};
  curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(h, CURLOPT_READFUNCTION, &give);
  curl_easy_setopt(h, CURLOPT_READDATA, &rest);
  curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(parcel.payload.size()));
  Said said;
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, &hear);
  curl_easy_setopt(h, CURLOPT_HEADERDATA, &said);
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, details.data());
  const CURLcode code = curl_easy_perform(h);
  long answer = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &answer);
  Outcome out{smtp_fate(answer, code), ""};
  if (out.fate == Outcome::Fate::delivered) {
    out.said = for_display(repair_utf8(said.line));
    return out;
  }
  out.said = curl_words(channel, code, details.data());
  if (said.is_complaint) out.said += " (" + for_display(repair_utf8(said.line)) + ")";
  return out;
}

}  // namespace trailwatch::deliver
