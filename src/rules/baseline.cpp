#include "rules/baseline.h"

#include <algorithm>
#include <bit>
#include <map>

namespace trailwatch::rules {

namespace {

using Metric = Baseline::Metric;
using Period = Baseline::Period;

// A share of fewer look-ups than this says nothing.
constexpr std::int64_t kWholeMin = 10;
// A trend is read off the numbers of everybody; of fewer than these it would be noise.
constexpr double kTrendTotalMin = 100;
constexpr double kTrendMax = 3;

DaySpan period_of(Period period, LocalDay day) {
  switch (period) {
    case Period::day:
      return {day, day};
    case Period::week:
      return {day.plus(-6), day};
    case Period::month_to_date:
      return {first_of_month(day), day};
  }
  return {day, day};
}

// A group's number in one period.
struct Observed {
  double value = 0;
  double whole = 0;  // look-ups of any kind, or what the value is a share of
};

// Somebody among others, for one day.
struct Member {
  model::Key key;
  std::uint32_t group = 0;
  Observed now;
  double today = 0;
};

// Everybody of one peer group who was active.
struct Peers {
  std::vector<double> sorted;  // values, or shares
  std::uint32_t days = 0;      // bit n: the n-th day of the period
};

struct Post {
  std::string agency, unit, role;
  bool known = false;
  std::optional<LocalDay> since;
};

struct Candidate {
  PeerLevel level;
  std::string key;
};

// The parts of a group's name, made unambiguous by lengths.
std::string group_key(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += std::to_string(part.size()) + ":" + std::string(part);
  return out;
}

double median_dispersion(const std::map<std::string, std::vector<double>>& by_group) {
  std::vector<double> middle;
  for (const auto& [key, values] : by_group) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    middle.push_back(sorted[sorted.size() / 2]);
  }
  std::sort(middle.begin(), middle.end());
  return middle.empty() ? kDispersionMin : std::max(kDispersionMin, middle[middle.size() / 2]);
}

// One baseline on one day.
class Day {
 public:
  Day(const Baseline& rule, LocalDay day, const BaselineSeries& series, const registry::Snapshot& registry)
      : rule_(rule), day_(day), series_(series), registry_(registry), now_(period_of(rule.period, day)) {
    for (const DaySpan& span : past_periods()) past_.push_back(span);
  }

  std::vector<Comparison> compare() {
    gather();
    const bool any = std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return is_judged(m); });
    if (any && rule_.has_peers()) group_peers();
    std::vector<Comparison> out;
    for (const Member& member : members_) {
      if (auto comparison = describe(member)) out.push_back(*std::move(comparison));
    }
    const double common_peers = median_dispersion(peer_dispersions_),
                 common_past = median_dispersion(past_dispersions_);
    for (Comparison& c : out) {
      if (c.peers || c.past) judge(c, common_peers, common_past);
    }
    return out;
  }

 private:
  bool is_share() const { return rule_.metric == Metric::share; }

  Observed observe(std::uint32_t group, DaySpan span) const {
    return {static_cast<double>(series_.values.sum(group, span)),
            static_cast<double>(series_.activity.sum(group, span))};
  }
  // Active enough to say anything.
  bool counts(const Observed& o) const { return o.whole >= (is_share() ? static_cast<double>(kWholeMin) : 1.0); }
  // What is compared between groups and periods, and what it is in look-ups for somebody with that whole.
  double rate(const Observed& o) const { return is_share() ? o.value / o.whole : o.value; }
  double scale(const Observed& o) const { return is_share() ? o.whole : 1; }

  // Where and when somebody was there to be compared.
  const Series& presence() const { return is_share() ? series_.activity : series_.values; }

  bool works(LocalDay day) const {
    if (const auto answer = registry_.works(day)) return *answer;
    return weekday(day) <= 5;
  }

  // The periods before this one that are like it, latest first.
  std::vector<DaySpan> past_periods() const {
    std::vector<DaySpan> out;
    const LocalDay oldest = day_.plus(-rule_.history_days);
    if (rule_.history_days == 0) return out;
    switch (rule_.period) {
      case Period::day:
        // On days off other work is done than on working days.
        for (LocalDay d = day_.plus(-1); oldest <= d; d = d.plus(-1)) {
          if (works(d) == works(day_)) out.push_back({d, d});
        }
        break;
      case Period::week:
        for (LocalDay last = day_.plus(-7); oldest <= last.plus(-6); last = last.plus(-7)) {
          out.push_back({last.plus(-6), last});
        }
        break;
      case Period::month_to_date: {
        const std::int32_t length = now_.last.days - now_.first.days;
        for (LocalDay first = first_of_month(now_.first.plus(-1)); oldest <= first;
             first = first_of_month(first.plus(-1))) {
          out.push_back({first, std::min(first.plus(length), last_of_month(first))});
        }
        break;
      }
    }
    return out;
  }

  void gather() {
    for (const auto& [key, group] : series_.groups.all()) {
      Member member{key, group, observe(group, now_), 0};
      if (!counts(member.now)) continue;
      member.today = static_cast<double>(series_.values.sum(group, {day_, day_}));
      members_.push_back(std::move(member));
    }
  }

  // With a history thousands of small numbers would be fitted that the floor leaves out anyway. They count as tests
  // that found nothing strange.
  bool is_judged(const Member& member) const {
    const bool is_small = rule_.history_days > 0 && member.now.value < static_cast<double>(rule_.count_min);
    return member.today > 0 && !is_small;
  }

  Post post_of(const Member& member) const {
    if (rule_.by_unit) return {member.key.agency, member.key.name, "", true, std::nullopt};
    if (const registry::Officer* who = registry_.officer(member.key.name)) {
      const registry::Officer* now = registry_.officer_on(member.key.name, day_);
      return {who->agency, who->unit, who->role, true, now == nullptr ? std::nullopt : now->from};
    }
    // Where most of the look-ups were made; of equals the first by name.
    const auto places = presence().places(member.group, now_, series_.groups);
    const auto most = std::max_element(places.begin(), places.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return {most->first.first, most->first.second, "", false, std::nullopt};
  }

  // The groups that somebody belongs to, closest first.
  std::vector<Candidate> candidates(const Post& post) const {
    const char* kind = rule_.by_unit ? "unit" : post.known ? "staff" : "event";
    const std::string role = rule_.peers_role ? post.role : "";
    std::vector<Candidate> out;
    if (rule_.peers_unit) out.push_back({PeerLevel::unit, group_key({kind, post.agency, post.unit, role})});
    if (rule_.peers_agency) out.push_back({PeerLevel::agency, group_key({kind, post.agency, role})});
    // Without a role, "everywhere" would compare counters with detectives.
    if (!role.empty()) out.push_back({PeerLevel::everywhere, group_key({kind, role})});
    return out;
  }

  // Peers of rare things are those to whom they happen too: most people's zero would make any number look strange.
  bool is_peer(const Member& member) const { return is_share() || member.now.value > 0; }

  void join(const Post& post, const Member& member) {
    const std::uint32_t days = presence().days(member.group, now_);
    for (const Candidate& candidate : candidates(post)) {
      Peers& peers = peers_[candidate.key];
      peers.sorted.push_back(rate(member.now));
      peers.days |= days;
    }
  }

  void group_peers() {
    bool has_strangers = false;
    std::vector<const Member*> peers;
    for (const Member& member : members_) {
      if (!is_peer(member)) continue;
      const Post post = post_of(member);
      has_strangers = has_strangers || !post.known;
      join(post, member);
      peers.push_back(&member);
    }
    // Staff are also the colleagues of those who are not in staff.csv, who know them by the events' own agency and
    // unit.
    for (std::size_t i = 0; has_strangers && i < peers.size(); ++i) {
      if (!post_of(*peers[i]).known) continue;
      for (const auto& [place, count] : presence().places(peers[i]->group, now_, series_.groups)) {
        join(Post{place.first, place.second, "", false, std::nullopt}, *peers[i]);
      }
    }
    for (auto& [key, group] : peers_) std::sort(group.sorted.begin(), group.sorted.end());
  }

  void find_peers(Comparison& out, const Post& post, const Observed& now) {
    for (const Candidate& candidate : candidates(post)) {
      const Peers& peers = peers_.at(candidate.key);
      if (peers.sorted.size() < static_cast<std::size_t>(rule_.peers_min) + 1) continue;
      const auto self = std::lower_bound(peers.sorted.begin(), peers.sorted.end(), rate(now));
      const auto left_out = static_cast<std::size_t>(self - peers.sorted.begin());
      std::vector<double> scaled = peers.sorted;
      for (double& value : scaled) value *= scale(now);
      out.level = candidate.level;
      out.peers = fit_peers(scaled, left_out);
      out.history_days = std::popcount(peers.days);
      peer_dispersions_[candidate.key].push_back(out.peers->dispersion);
      return;
    }
  }

  void find_past(Comparison& out, const Member& member, const Post& post) {
    std::vector<double> values;
    for (const DaySpan& span : past_) {
      // In another post other work was done.
      if (post.since && span.first < *post.since) break;
      const Observed then = observe(member.group, span);
      if (!counts(then)) continue;
      values.push_back(rate(then) * scale(member.now));
    }
    if (values.size() < static_cast<std::size_t>(rule_.history_min)) return;
    std::sort(values.begin(), values.end());
    out.past = fit_all(values);
    out.trend = trend_without(member.now);
    past_dispersions_[std::to_string(member.group)].push_back(out.past->dispersion);
  }

  // By how much everybody else is above what is usual: the day after a holiday, an election, a new form.
  double trend_without(const Observed& own) {
    if (!usual_) {
      std::vector<double> before;
      for (const DaySpan& span : past_) {
        const Observed all = total(span);
        if (all.whole > 0) before.push_back(rate(all));
      }
      std::sort(before.begin(), before.end());
      usual_ = before.empty() ? 0 : fit_all(before).median;
      now_all_ = total(now_);
    }
    if (now_all_.value < kTrendTotalMin || *usual_ <= 0 || now_all_.whole <= own.whole) return 1;
    const Observed others{now_all_.value - own.value, now_all_.whole - own.whole};
    return std::clamp(rate(others) / *usual_, 1.0, kTrendMax);
  }

  Observed total(DaySpan span) const {
    return {static_cast<double>(series_.values.total(span)), static_cast<double>(series_.activity.total(span))};
  }

  // Nothing for who is not judged: without the number today, or without anybody or anything to compare with.
  std::optional<Comparison> describe(const Member& member) {
    Comparison out;
    out.key = member.key;
    if (member.today <= 0) return std::nullopt;
    out.today = member.today;
    out.own = member.now.value;
    out.whole = member.now.whole;
    if (!is_judged(member)) return out;
    out.days = std::popcount(series_.values.days(member.group, now_));
    const Post post = post_of(member);
    out.has_role = rule_.peers_role && !post.role.empty();
    if (rule_.has_peers()) find_peers(out, post, member.now);
    if (rule_.history_days > 0) find_past(out, member, post);
    if (!out.peers && !out.past) return std::nullopt;
    return out;
  }

  void judge(Comparison& c, double common_peers, double common_past) const {
    if (c.peers && c.past) {
      c.expected = expect_by_both(*c.past, common_past, c.trend, *c.peers, common_peers);
    } else if (c.peers) {
      c.expected = expect_by_peers(*c.peers, common_peers);
    } else {
      c.expected = expect_by_past(*c.past, common_past, c.trend);
    }
    c.usual = c.past ? c.expected.mean : c.peers->median;
    c.p = surprise_probability(c.own, c.expected);
  }

  const Baseline& rule_;
  const LocalDay day_;
  const BaselineSeries& series_;
  const registry::Snapshot& registry_;
  const DaySpan now_;
  std::vector<DaySpan> past_;
  std::vector<Member> members_;  // active in the period, by key
  std::map<std::string, Peers> peers_;
  std::map<std::string, std::vector<double>> peer_dispersions_, past_dispersions_;
  std::optional<double> usual_;  // of everybody together, in a period like this
  Observed now_all_;
};

}  // namespace

std::string peer_group_name(const Comparison& comparison) {
  if (!comparison.peers) return "自己以往";
  const std::string role = comparison.has_role ? "同職務" : "";
  switch (comparison.level) {
    case PeerLevel::unit:
      return "同單位" + role;
    case PeerLevel::agency:
      return "同機關" + role;
    case PeerLevel::everywhere:
      return "各機關" + role;
  }
  return "";
}

DaySpan days_needed(const Baseline& rule, LocalDay day) {
  return {std::min(period_of(rule.period, day).first, day.plus(-rule.history_days)), day};
}

std::vector<Comparison> compare(const Baseline& rule, LocalDay day, const BaselineSeries& series,
                                const registry::Snapshot& registry) {
  return Day(rule, day, series, registry).compare();
}

}  // namespace trailwatch::rules
