#include "deliver/curl.h"

#include "trailwatch/base/text.h"

namespace trailwatch::deliver {

namespace {

constexpr long kConnectSeconds = 20;

int is_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

}  // namespace

Curl make_curl(const config::Channel& channel, const std::atomic<bool>& stop) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)kReady;
  Curl handle(curl_easy_init());
  if (!handle) return handle;
  CURL* const h = handle.get();
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT, static_cast<long>(channel.timeout_s));
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, std::min(kConnectSeconds, static_cast<long>(channel.timeout_s)));
  curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
  // Neither the environment nor a home directory decides where our messages go.
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!channel.ca_file.empty()) {
    // Only these: the system's list would let any authority of the world speak for the server.
    curl_easy_setopt(h, CURLOPT_CAINFO, channel.ca_file.c_str());
    curl_easy_setopt(h, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, &is_stopped);
  curl_easy_setopt(h, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop));
  return handle;
}

std::string curl_words(const config::Channel& channel, CURLcode code, const char* details) {
  const std::string text = details != nullptr && *details != '\0' ? details : curl_easy_strerror(code);
  return (channel.server.empty() ? channel.url : channel.server) + ": " + for_display(repair_utf8(text));
}

}  // namespace trailwatch::deliver
