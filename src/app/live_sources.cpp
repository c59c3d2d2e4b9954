#include "app/live_sources.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "app/inherited.h"
#include "app/secrets.h"

namespace trailwatch::app {

namespace asio = boost::asio;
using config::Listen;

namespace {

constexpr std::size_t kPemBytesMax = 1U << 20U;
// Of deliveries that wait for the writer.
constexpr std::size_t kQueueBytesMax = 32U << 20U;
constexpr std::chrono::seconds kFiguresEvery(1);

// Each connection is a descriptor, and the usual limit of 1,024 is for programs with fewer.
void make_room_for_descriptors() {
  constexpr ::rlim_t kWanted = 4'096;
  ::rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, kWanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string place_of(const Listen& listen) {
  return std::string(config::to_text(listen.protocol)) + " " + listen.address + " port " + std::to_string(listen.port);
}

}  // namespace

struct LiveSources::Engine {
  Engine(Queue& queue, const Machine& machine)
      : guard(loop.get_executor()),
        listeners(loop, queue, machine.clock, machine.log, collect::Limits{}),
        timer(loop) {}

  // Runs `call` on the listeners' thread and waits for it.
  template <typename Call>
  auto ask(const Call& call) {
    if (!thread.joinable()) return call();
    std::packaged_task<decltype(call())()> task(call);
    auto answer = task.get_future();
    asio::post(loop, [&task] { task(); });
    return answer.get();
  }
  void keep_figures() {
    {
      const std::lock_guard lock(mutex);
      figures = listeners.figures();
    }
    timer.expires_after(kFiguresEvery);
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) keep_figures();
    });
  }

  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  collect::Listeners listeners;
  asio::steady_timer timer;
  std::vector<Inherited> inherited = take_inherited();
  std::set<std::string> opened;  // by place; those with port 0 are many
  std::mutex mutex;
  collect::Figures figures;
  std::thread thread;
};

LiveSources::LiveSources(const Machine& machine, const Workplace& workplace, std::function<void()> wake)
    : machine_(machine),
      workplace_(workplace),
      queue_(kQueueBytesMax, std::move(wake)),
      engine_(std::make_unique<Engine>(queue_, machine)) {}

LiveSources::~LiveSources() {
  engine_->loop.stop();
  if (engine_->thread.joinable()) engine_->thread.join();
}

bool LiveSources::has_any() const {
  for (const config::Source& source : workplace_.config.sources) {
    if (!source.listen.empty()) return true;
  }
  return false;
}

// The door that `listen` asks for, with all sources that share it.
Result<collect::Door> LiveSources::door_of(const std::vector<config::Source>& sources, const Listen& listen) const {
  collect::Door out;
  out.protocol = listen.protocol;
  out.address = listen.address;
  out.port = listen.port;
  for (const auto& [path, text] :
       {std::pair{&listen.certificate, &out.pem.certificate}, std::pair{&listen.key, &out.pem.key},
        std::pair{&listen.client_ca, &out.pem.client_ca}}) {
    if (path->empty()) continue;
    Result<std::string> read = machine_.files.read(*path, kPemBytesMax);
    if (!read) return std::move(read).error();
    *text = *std::move(read);
  }
  for (const config::Source& source : sources) {
    for (const Listen& other : source.listen) {
      if (&other != &listen && !other.shares_socket_with(listen)) continue;
      collect::Guest guest{source.name, other.peers, other.clients, "", false};
      // A source that has come since the start is not taken before the next one.
      const auto profile = workplace_.profiles.find(source.profile);
      guest.needs_key = profile == workplace_.profiles.end() || !profile->second.has_key();
      if (!other.token.empty()) {
        Result<std::string> token = read_secret_file(machine_, other.token);
        if (!token) return std::move(token).error().at("source \"" + source.name + "\"");
        guest.token = *std::move(token);
      }
      out.guests.push_back(std::move(guest));
    }
  }
  return out;
}

void LiveSources::open() {
  const std::vector<std::string> before = std::exchange(faults_, {});
  for (const config::Source& source : workplace_.config.sources) {
    for (std::size_t i = 0; i < source.listen.size(); ++i) {
      const Listen& listen = source.listen[i];
      const std::string place =
          place_of(listen) + (listen.port == 0 ? " " + source.name + " " + std::to_string(i) : "");
      if (engine_->opened.count(place) != 0) continue;
      Result<collect::Door> door = door_of(workplace_.config.sources, listen);
      Result<int> port = 0;
      if (door) {
        const bool is_datagram = listen.protocol == Listen::Protocol::syslog_udp;
        door->inherited = inherited_for(engine_->inherited, source.name, listen.port, is_datagram);
        port = engine_->ask([&] { return engine_->listeners.open(*door); });
      } else {
        port = std::move(door).error();
      }
      if (!port) {
        const std::string told =
            "來源 " + source.name + " 無法收訊（" + place_of(listen) + "）：" + port.error().text();
        if (std::find(before.begin(), before.end(), told) == before.end()) machine_.log.error(told);
        faults_.push_back(told);
        continue;
      }
      engine_->opened.insert(place);
      machine_.log.info("listening for " + source.name + ": " + std::string(config::to_text(listen.protocol)) + " " +
                        listen.address + " port " + std::to_string(*port));
    }
  }
  if (engine_->opened.empty() || engine_->thread.joinable()) return;
  make_room_for_descriptors();
  engine_->keep_figures();
  engine_->thread = std::thread([engine = engine_.get()] { engine->loop.run(); });
}

void LiveSources::renew(const std::vector<config::Source>& sources) {
  for (const config::Source& source : sources) {
    for (const Listen& listen : source.listen) {
      Result<collect::Door> door = door_of(sources, listen);
      const Status done = door ? engine_->ask([&] { return engine_->listeners.renew(*door); }) : door.error();
      if (!done) {
        machine_.log.error("來源 " + source.name + " 的收訊設定未更新（" + place_of(listen) + "）：" +
                           done.error().text());
      }
    }
  }
  open();
  machine_.log.info("live sources renewed");
}

void LiveSources::stop(std::function<void()> done) {
  if (!engine_->thread.joinable()) return done();
  asio::post(engine_->loop, [engine = engine_.get(), done = std::move(done)] {
    engine->timer.cancel();
    engine->listeners.stop([engine, done] {
      {
        const std::lock_guard lock(engine->mutex);
        engine->figures = engine->listeners.figures();
      }
      done();
    });
  });
}

collect::Figures LiveSources::figures() const {
  const std::lock_guard lock(engine_->mutex);
  return engine_->figures;
}

}  // namespace trailwatch::app
