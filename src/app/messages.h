#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/deliver/mime.h"
#include "trailwatch/report/mail.h"

namespace trailwatch::app {

// Something to say, before it is known to whom: each kind of channel takes its own part of it.
struct Notice {
  std::string kind;  // store::Message::kind
  std::string key;
  model::Severity severity = model::Severity::high;
  report::MailText mail;
  std::vector<deliver::Attachment> attachments;
  std::function<std::string(const std::string& id)> json;  // for webhooks and syslog; none: mail only
};

// Puts a notice into the outbox for one channel, a message for each recipient, all with one Message-ID. Within a
// transaction. What is queued already stays. Not before `due`. True when something was queued.
Result<bool> queue_notice(const Workplace& workplace, store::Writer& writer, const config::Channel& channel,
                          const Notice& notice, Instant now, Instant due);

// A fault of trailwatch itself: to every channel that is to hear of faults, but not to `about`, the one that fails.
// Within a transaction. The names of the channels that have it, now or before.
Result<std::vector<std::string>> queue_trouble(const Workplace& workplace, store::Writer& writer,
                                               const std::string& key, const std::string& title,
                                               const std::vector<std::string>& sentences, const std::string& about,
                                               Instant now);

// When a mail about an alert of this severity may go out: now, or at the end of the quiet hours.
Instant after_quiet_hours(const Workplace& workplace, const config::Channel& channel, model::Severity severity,
                          Instant now);

}  // namespace trailwatch::app
