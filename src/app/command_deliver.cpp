#include <cstdio>

#include "app/commands.h"
#include "app/messages.h"
#include "app/postman.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/ids.h"
#include "trailwatch/deliver/siem.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kListed = 50;

std::string when(const Workplace& workplace, const std::optional<Instant>& instant) {
  return instant ? format_roc_minute(workplace.zone.local(*instant)) : "";
}

std::string state_of(const Workplace& workplace, const store::Message& message) {
  if (message.delivered) return "已送達 " + when(workplace, message.delivered);
  if (message.refused) return "已放棄 " + when(workplace, message.refused) + "：" + message.error;
  if (message.failing_since) {
    return "第 " + std::to_string(message.attempts) + " 次未送達，" + when(workplace, message.due) + " 再試：" +
           message.error;
  }
  return "等待中，" + when(workplace, message.due);
}

// What a test sends: the same way as everything else, but nothing is kept.
Result<std::vector<deliver::Parcel>> test_parcels(const Machine& machine, const Workplace& workplace,
                                                  const config::Channel& channel) {
  const Instant now = machine.clock.now();
  Result<std::string> secret = read_secret(machine, channel);
  if (!secret) return std::move(secret).error();
  const std::string id = deliver::message_id("test", channel.name, std::to_string(now.micros));
  std::vector<deliver::Parcel> out;
  if (channel.kind == config::Channel::Kind::mail) {
    const report::MailText text = report::notice_mail(
        workplace.config.agency, "通道測試", {"這是一封測試信。收到本信，表示通道「" + channel.name + "」運作正常。"});
    deliver::Mail mail;
    mail.id = id;
    mail.from = channel.from;
    mail.to = channel.to;
    mail.subject = text.subject;
    mail.date = now;
    mail.offset_minutes = workplace.zone.offset_minutes(now);
    mail.text = text.text;
    mail.html = text.html;
    Result<std::string> mime = deliver::to_mime(mail);
    if (!mime) return std::move(mime).error();
    for (const std::string& one : channel.to) {
      Result<std::string> address = deliver::mail_address(one);
      if (!address) return std::move(address).error();
      out.push_back({id, *address, *mime, *secret, now});
    }
    return out;
  }
  std::string payload = deliver::trouble_to_ocsf("通道測試", "trailwatch test message", now, id);
  if (channel.kind == config::Channel::Kind::syslog) {
    payload = deliver::to_syslog({channel.host, "test", id, now, model::Severity::low}, payload);
  }
  out.push_back({id, "", std::move(payload), *secret, now});
  return out;
}

}  // namespace

int deliver_test(const Machine& machine, const std::string& config, const std::string& name) {
  Result<Workplace> workplace = load_surroundings(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  const config::Channel* const channel = workplace->config.delivery.find(name);
  if (channel == nullptr) {
    std::vector<std::string> names;
    for (const config::Channel& one : workplace->config.delivery.channels) names.push_back(one.name);
    const std::string near = nearest(name, names);
    return fail(machine, Error{Errc::not_found,
                               "the configuration has no channel \"" + name + "\"",
                               near.empty() ? "delivery.channels names them" : "did you mean \"" + near + "\"?",
                               {}});
  }
  Result<std::vector<deliver::Parcel>> parcels = test_parcels(machine, *workplace, *channel);
  if (!parcels) return fail(machine, parcels.error());
  const std::unique_ptr<deliver::Transport> transport = deliver::make_transport();
  bool well = true;
  for (const deliver::Parcel& parcel : *parcels) {
    const deliver::Outcome outcome = transport->send(*channel, parcel);
    const bool is_sent = outcome.fate == deliver::Outcome::Fate::delivered;
    std::printf("%s%s%s：%s（%s）\n", name.c_str(), parcel.recipient.empty() ? "" : " → ", parcel.recipient.c_str(),
                is_sent                                           ? "已送達"
                : outcome.fate == deliver::Outcome::Fate::refused ? "遭拒收"
                                                                  : "未送達",
                outcome.said.c_str());
    well = well && is_sent;
  }
  return well ? kExitOk : kExitTemporary;
}

int deliver_list(const Machine& machine, const std::string& config) {
  Result<Workplace> workplace = load_surroundings(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::vector<store::Message>> messages = (*reader)->outbox(kListed);
  if (!messages) return fail(machine, messages.error());
  for (const store::Message& message : *messages) {
    std::printf("%s  %-8s %-12s %s  %s%s\n", message.id.substr(0, 12).c_str(), message.kind.c_str(),
                message.channel.c_str(), message.key.c_str(),
                message.recipient.empty() ? "" : ("<" + message.recipient + ">  ").c_str(),
                state_of(*workplace, message).c_str());
  }
  if (messages->empty()) std::printf("沒有訊息。\n");
  return kExitOk;
}

int deliver_retry(const Machine& machine, const std::string& config, const std::string& id, bool all) {
  if (id.size() < 8 && !all) {
    return fail(machine, Error{Errc::unsupported,
                               "which message?",
                               "give at least 8 digits of its id, as `trailwatch deliver list` shows it, or --all",
                               {}});
  }
  Result<Workplace> workplace = load_surroundings(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::optional<std::int64_t>> count = ask_again(machine, *workplace, all ? "" : id);
  if (!count) return fail(machine, count.error());
  if (!*count) {
    std::printf("已交由執行中的 trailwatch 重送。\n");
    return kExitOk;
  }
  std::printf("將重送 %s 則訊息。\n", with_thousands(**count).c_str());
  return **count > 0 ? kExitOk : kExitNoInput;
}

}  // namespace trailwatch::app
