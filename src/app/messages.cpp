#include "app/messages.h"

#include <algorithm>

#include "trailwatch/deliver/ids.h"
#include "trailwatch/deliver/siem.h"

namespace trailwatch::app {

namespace {

Result<std::string> mail_payload(const Workplace& workplace, const config::Channel& channel, const Notice& notice,
                                 const std::string& id, Instant now) {
  deliver::Mail mail;
  mail.id = id;
  mail.from = channel.from;
  mail.to = channel.to;
  mail.subject = notice.mail.subject;
  mail.date = now;
  mail.offset_minutes = workplace.zone.offset_minutes(now);
  mail.text = notice.mail.text;
  mail.html = notice.mail.html;
  mail.attachments = notice.attachments;
  return deliver::to_mime(mail);
}

Result<bool> queue_one(store::Writer& writer, const config::Channel& channel, const Notice& notice, Instant now,
                       Instant due, const std::string& recipient, std::string payload) {
  store::Message message;
  message.id = deliver::message_id(notice.kind, channel.name, notice.key, recipient);
  message.kind = notice.kind;
  message.channel = channel.name;
  message.recipient = recipient;
  message.key = notice.key;
  message.payload = std::move(payload);
  message.created = now;
  message.due = due;
  return writer.queue(message);
}

}  // namespace

Result<bool> queue_notice(const Workplace& workplace, store::Writer& writer, const config::Channel& channel,
                          const Notice& notice, Instant now, Instant due) {
  // Without the recipient: all of them get the same mail, and a repeated one is known by its Message-ID.
  const std::string id = deliver::message_id(notice.kind, channel.name, notice.key);
  if (channel.kind != config::Channel::Kind::mail) {
    if (!notice.json) return false;
    std::string payload = notice.json(id);
    if (channel.kind == config::Channel::Kind::syslog) {
      payload = deliver::to_syslog({channel.host, notice.kind, id, now, notice.severity}, payload);
    }
    return queue_one(writer, channel, notice, now, due, "", std::move(payload));
  }
  Result<std::string> payload = mail_payload(workplace, channel, notice, id, now);
  if (!payload) return std::move(payload).error().at("delivery.channels." + channel.name);
  bool any = false;
  for (const std::string& one : channel.to) {
    Result<std::string> address = deliver::mail_address(one);
    if (!address) return std::move(address).error().at("delivery.channels." + channel.name + ".to");
    Result<bool> queued = queue_one(writer, channel, notice, now, due, *address, *payload);
    if (!queued) return queued;
    any = any || *queued;
  }
  return any;
}

Result<std::vector<std::string>> queue_trouble(const Workplace& workplace, store::Writer& writer,
                                               const std::string& key, const std::string& title,
                                               const std::vector<std::string>& sentences, const std::string& about,
                                               Instant now) {
  const config::Delivery& delivery = workplace.config.delivery;
  std::vector<std::string> names = delivery.trouble;
  if (names.empty()) {
    for (const config::Channel& channel : delivery.channels) names.push_back(channel.name);
  }
  Notice notice;
  notice.kind = "trouble";
  notice.key = key;
  notice.mail = report::notice_mail(workplace.config.agency, title, sentences);
  std::string all;
  for (const std::string& sentence : sentences) all += sentence;
  notice.json = [&](const std::string& id) { return deliver::trouble_to_ocsf(title, all, now, id); };
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const config::Channel* const channel = delivery.find(name);
    if (channel == nullptr || name == about) continue;
    Result<bool> queued = queue_notice(workplace, writer, *channel, notice, now, now);
    if (!queued) return std::move(queued).error();
    out.push_back(name);
  }
  return out;
}

Instant after_quiet_hours(const Workplace& workplace, const config::Channel& channel, model::Severity severity,
                          Instant now) {
  const config::Delivery& delivery = workplace.config.delivery;
  if (!delivery.quiet || channel.kind != config::Channel::Kind::mail) return now;
  if (delivery.quiet_except && severity >= *delivery.quiet_except) return now;
  const auto [from, until] = *delivery.quiet;
  const LocalTime local = workplace.zone.local(now);
  const auto minute = static_cast<int>(local.micros / kMicrosPerMinute);
  const bool is_quiet = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  if (!is_quiet) return now;
  const LocalDay day = minute < until ? local.day : local.day.plus(1);
  return workplace.zone.instant({day, until * kMicrosPerMinute});
}

}  // namespace trailwatch::app
