#include "trailwatch/deliver/transport.h"

#include "deliver/transports.h"

namespace trailwatch::deliver {

namespace {

class NetworkTransport : public Transport {
 public:
  Outcome send(const config::Channel& channel, const Parcel& parcel) override {
    if (stop_) return {Outcome::Fate::later, "stopped"};
    switch (channel.kind) {
      case config::Channel::Kind::mail:
        return send_mail(channel, parcel, stop_);
      case config::Channel::Kind::webhook:
        return send_webhook(channel, parcel, stop_);
      case config::Channel::Kind::syslog:
        return send_syslog(channel, parcel, stop_);
    }
    return {};
  }
  void stop() override { stop_ = true; }

 private:
  std::atomic<bool> stop_{false};
};

}  // namespace

std::unique_ptr<Transport> make_transport() {
  return std::make_unique<NetworkTransport>();
}

}  // namespace trailwatch::deliver
