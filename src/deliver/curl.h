#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>

#include "trailwatch/config/delivery.h"

namespace trailwatch::deliver {

struct CloseCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;
using CurlList = std::unique_ptr<curl_slist, FreeList>;

// A handle with everything that all channels share: time limits, whom to trust, no proxy, no redirect, no signal, and
// `stop`, which breaks the transfer off once it is true. `stop` must outlive the handle. A fresh connection each time:
// one that was kept may have died without a word.
Curl make_curl(const config::Channel& channel, const std::atomic<bool>& stop);

// What went wrong, for people: `mail.example.gov.tw:587: connection refused`. Nothing secret.
std::string curl_words(const config::Channel& channel, CURLcode code, const char* details);

}  // namespace trailwatch::deliver
