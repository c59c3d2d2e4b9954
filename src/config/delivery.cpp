#include "config/delivery.h"

#include <set>

#include "config/section.h"

namespace trailwatch::config {

namespace {

const std::vector<std::pair<std::string, model::Severity>> kSeverities = {
    {"low", model::Severity::low}, {"medium", model::Severity::medium}, {"high", model::Severity::high}};

std::string host_of(std::string_view server) {
  return std::string(server.substr(0, server.rfind(':')));
}

// Whether it never leaves this machine.
bool is_here(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool is_server(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || text.size() - colon > 6)
    return false;
  const auto is_port = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_host = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("/@?#\\\"<>").find(c) == std::string_view::npos;
  };
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(), is_port) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), is_host);
}

void read_secret(Section& section, const std::string& key, std::string_view directory, Channel& out) {
  section.text(key, out.secret);
  if (!out.secret.empty() && out.secret.rfind("credential:", 0) != 0) {
    out.secret = clean_path(join_path(directory, out.secret));
  }
}

void read_server(Section& section, Channel& out) {
  section.required_text("server", out.server);
  if (!out.server.empty() && !is_server(out.server)) {
    section.complain("server", "must be host:port", "mail.example.gov.tw:587");
  }
}

void read_mail(Section& section, std::string_view directory, Channel& out) {
  read_server(section, out);
  section.word("tls", out.tls,
               {{"starttls", Channel::Tls::starttls}, {"tls", Channel::Tls::tls}, {"none", Channel::Tls::none}});
  section.text("user", out.user);
  read_secret(section, "password_file", directory, out);
  section.required_text("from", out.from);
  section.list("to", out.to);
  if (out.to.empty()) section.complain("to", "names nobody", "[\"ethics@example.gov.tw\"]");
  if (out.user.empty() != out.secret.empty()) {
    section.complain("user", "needs password_file, and the other way round", "");
  }
  if (out.tls == Channel::Tls::none && !is_here(host_of(out.server))) {
    section.complain("tls", "without it the mail crosses the network in the open",
                     "\"starttls\" or \"tls\"; \"none\" is for a mail server on this machine");
  }
}

void read_webhook(Section& section, std::string_view directory, Channel& out) {
  section.required_text("url", out.url);
  read_secret(section, "secret_file", directory, out);
  if (out.secret.empty()) section.complain("secret_file", "is missing", "the key of the signature lies there");
  out.tls = Channel::Tls::tls;
  if (out.url.rfind("http://", 0) == 0) {
    out.tls = Channel::Tls::none;
    const std::string rest = out.url.substr(7, out.url.find('/', 7) - 7);
    if (!is_here(rest.find(':') == std::string::npos ? rest : host_of(rest))) {
      section.complain("url", "must begin with https://", "");
    }
  } else if (!out.url.empty() && out.url.rfind("https://", 0) != 0) {
    section.complain("url", "must begin with https://", "");
  }
  if (out.url.find('@') != std::string::npos) section.complain("url", "must hold no name or password", "");
}

void read_syslog(Section& section, Channel& out) {
  read_server(section, out);
  std::string transport = "tls";
  section.word<std::string>("transport", transport, {{"tls", "tls"}, {"tcp", "tcp"}, {"udp", "udp"}});
  out.tls = transport == "tls" ? Channel::Tls::tls : Channel::Tls::none;
  out.udp = transport == "udp";
  section.text("host", out.host);
}

Channel read_channel(const std::string& name, const json& value, std::string_view directory,
                     std::vector<Problem>& problems) {
  Section section(value, "delivery.channels." + name, problems);
  Channel out;
  out.name = name;
  section.word("kind", out.kind,
               {{"mail", Channel::Kind::mail}, {"webhook", Channel::Kind::webhook}, {"syslog", Channel::Kind::syslog}});
  switch (out.kind) {
    case Channel::Kind::mail:
      read_mail(section, directory, out);
      break;
    case Channel::Kind::webhook:
      read_webhook(section, directory, out);
      break;
    case Channel::Kind::syslog:
      read_syslog(section, out);
      break;
  }
  section.text("ca_file", out.ca_file);
  if (!out.ca_file.empty()) out.ca_file = clean_path(join_path(directory, out.ca_file));
  section.number("timeout_s", out.timeout_s, 1, 3600);
  section.finish();
  return out;
}

void read_routes(const json& value, Delivery& out, std::vector<Problem>& problems) {
  if (!value.is_array()) {
    problems.push_back({"delivery.routes", 0, "must be a list", ""});
    return;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    Section section(value[i], "delivery.routes[" + std::to_string(i) + "]", problems);
    Route route;
    section.required_text("channel", route.channel);
    section.word("when", route.when,
                 {{"now", Route::When::now}, {"digest", Route::When::digest}, {"report", Route::When::report}});
    route.severity = route.when == Route::When::now ? model::Severity::high : model::Severity::low;
    section.word("severity", route.severity, kSeverities);
    section.list("systems", route.systems);
    section.list("units", route.units);
    section.word("attach", route.attach,
                 {{"html", Route::Attach::html}, {"pdf", Route::Attach::pdf}, {"both", Route::Attach::both}});
    if (section.find("attach") != nullptr && route.when != Route::When::report) {
      section.complain("attach", "only reports are attached", "leave it out");
    }
    section.finish();
    const Channel* const channel = out.find(route.channel);
    if (!route.channel.empty() && channel == nullptr) {
      std::vector<std::string> names;
      for (const Channel& one : out.channels) names.push_back(one.name);
      const std::string near = nearest(route.channel, names);
      section.complain("channel", "no channel \"" + route.channel + "\"",
                       near.empty() ? "" : "did you mean \"" + near + "\"?");
    } else if (channel != nullptr && channel->kind != Channel::Kind::mail && route.when != Route::When::now) {
      section.complain("when", "reports and digests go by mail", "\"now\"");
    }
    if (route.when == Route::When::report && !(route.systems.empty() && route.units.empty())) {
      section.complain("when", "a report is not cut by systems or units", "\"digest\" is");
    }
    out.routes.push_back(std::move(route));
  }
}

}  // namespace

void read_delivery(const nlohmann::json* value, std::string_view directory, Delivery& out,
                   std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "delivery", problems);
  if (const json* channels = section.find("channels")) {
    if (channels->is_object()) {
      for (const auto& [name, channel] : channels->items()) {
        out.channels.push_back(read_channel(name, channel, directory, problems));
      }
    } else {
      section.complain("channels", "must be an object of channels", "");
    }
  }
  if (const json* routes = section.find("routes")) read_routes(*routes, out, problems);
  section.list("trouble", out.trouble);
  for (const std::string& name : out.trouble) {
    if (out.find(name) == nullptr) section.complain("trouble", "no channel \"" + name + "\"", "");
  }
  if (const json* quiet = section.find("quiet_hours")) {
    const bool is_pair = quiet->is_array() && quiet->size() == 2;
    const auto from = is_pair ? section.minute_of_day("quiet_hours", (*quiet)[0]) : std::nullopt;
    const auto until = from ? section.minute_of_day("quiet_hours", (*quiet)[1]) : std::nullopt;
    if (!is_pair) section.complain("quiet_hours", "must be [\"from\", \"until\"]", "[\"22:00\", \"07:00\"]");
    if (from && until && *from == *until) section.complain("quiet_hours", "is empty", "leave it out");
    if (from && until) out.quiet = {*from, *until};
  }
  if (section.find("quiet_except") != nullptr) {
    model::Severity severity = model::Severity::high;
    section.word("quiet_except", severity, kSeverities);
    out.quiet_except = severity;
  }
  section.number("alerts_per_day", out.alerts_per_day, 1, 1'000);
  section.number("fresh_days", out.fresh_days, 1, 31);
  section.text("console_url", out.console_url);
  if (!out.console_url.empty() && out.console_url.rfind("https://", 0) != 0) {
    section.complain("console_url", "must begin with https://", "");
  }
  while (!out.console_url.empty() && out.console_url.back() == '/') out.console_url.pop_back();
  section.finish();
}

}  // namespace trailwatch::config
