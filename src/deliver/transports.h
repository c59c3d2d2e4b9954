#pragma once

#include <atomic>

#include "trailwatch/deliver/transport.h"

namespace trailwatch::deliver {

// One attempt each. `stop` breaks it off.
Outcome send_mail(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop);
Outcome send_webhook(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop);
Outcome send_syslog(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop);

// What an answer of an SMTP server means: `code` is its last one, `failed` what libcurl said.
Outcome::Fate smtp_fate(long code, int failed);
// What the status of an HTTP answer means.
Outcome::Fate http_fate(long status);

}  // namespace trailwatch::deliver
