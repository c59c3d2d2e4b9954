#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "deliver/curl.h"
#include "deliver/transports.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::deliver {

namespace {

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

}  // namespace

std::string webhook_signature(std::string_view secret, Instant now, std::string_view body) {
  const std::string seconds = std::to_string(now.micros / kMicrosPerSecond);
  const std::string text = seconds + "." + std::string(body);
  Digest digest{};
  unsigned int size = 0;
  TW_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size) != nullptr);
  return "t=" + seconds + ",v1=" + to_hex(digest);
}

// Client errors that say "never" are few: a wrong path or key is mended on one side or the other, and then the message
// shall go.
Outcome::Fate http_fate(long status) {
  if (status >= 200 && status < 300) return Outcome::Fate::delivered;
  for (const long never : {400L, 405L, 406L, 410L, 411L, 413L, 414L, 415L, 422L}) {
    if (status == never) return Outcome::Fate::refused;
  }
  return Outcome::Fate::later;
}

Outcome send_webhook(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop) {
  const Curl handle = make_curl(channel, stop);
  if (!handle) return {Outcome::Fate::later, "libcurl does not start"};
  CURL* const h = handle.get();
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, channel.tls == config::Channel::Tls::none ? "http,https" : "https");
  curl_easy_setopt(h, CURLOPT_URL, channel.url.c_str());
  CurlList headers;
  for (const std::string& line :
       {std::string("Content-Type: application/json"), "Idempotency-Key: " + parcel.id,
        "X-Trailwatch-Signature: " + webhook_signature(parcel.secret, parcel.now, parcel.payload),
        std::string("User-Agent: trailwatch/") + TRAILWATCH_VERSION, std::string("Expect:")}) {
    curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) return {Outcome::Fate::later, "no memory"};
    (void)headers.release();
    headers.reset(longer);
  }
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(h, CURLOPT_POST, 1L);
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, parcel.payload.c_str());
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(parcel.payload.size()));
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &ignore);
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, details.data());
  const CURLcode code = curl_easy_perform(h);
  if (code != CURLE_OK) return {Outcome::Fate::later, curl_words(channel, code, details.data())};
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  return {http_fate(status), channel.url + ": HTTP " + std::to_string(status)};
}

}  // namespace trailwatch::deliver
