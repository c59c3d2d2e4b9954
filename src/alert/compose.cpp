#include "trailwatch/alert/compose.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::alert {

namespace {

constexpr double kScale = 60;             // points at which a score stands at 63
constexpr std::int64_t kTenthsMax = 999;  // a score of 100 would say that nothing can be worse
constexpr std::size_t kWhyCharacters = 40;
constexpr double kSameFamily = 1.0 / 3;

// The parts of `whole` by weight, as whole numbers that add up to it: what rounding down leaves goes to the largest
// remainders, among equal ones to the first.
std::vector<std::int64_t> shares(std::int64_t whole, const std::vector<double>& weights, double sum) {
  std::vector<std::int64_t> out(weights.size(), 0);
  if (sum <= 0) return out;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t left = whole;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double exact = static_cast<double>(whole) * (weights[i] / sum);
    out[i] = static_cast<std::int64_t>(std::floor(exact));
    left -= out[i];
    remainders.emplace_back(exact - std::floor(exact), i);
  }
  std::sort(remainders.begin(), remainders.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (std::size_t i = 0; left > 0; --left) ++out[remainders[i++ % remainders.size()].second];
  return out;
}

// The weightiest sentences, as many as fit into a line of the inbox.
std::string why(const std::vector<model::Contribution>& contributions) {
  std::string out;
  for (const model::Contribution& c : contributions) {
    if (c.sentence.empty()) continue;
    const std::string longer = out.empty() ? c.sentence : out + "；" + c.sentence;
    if (!out.empty() && length(longer) > kWhyCharacters) continue;
    out = longer;
  }
  return out;
}

// All findings of one rule: several groups of it (three subjects of one officer, say) are one contribution.
struct RuleShare {
  const model::Finding* best = nullptr;  // gives the sentence
  double points = 0;                     // the best one's, and half of what the others have, at most twice the best
  std::int64_t count = 0;
};

// Groups decide nothing: kept ones are keyed, and another key would make another order.
bool is_before(const model::Finding& a, const model::Finding& b) {
  if (a.points != b.points) return a.points > b.points;
  return std::tie(a.rule, a.sentence) < std::tie(b.rule, b.sentence);
}

// Most points first, equal ones by rule: in one order whatever order the findings came in.
std::vector<RuleShare> by_rule(const std::vector<model::Finding>& findings) {
  std::vector<const model::Finding*> sorted;
  for (const model::Finding& finding : findings) sorted.push_back(&finding);
  std::sort(sorted.begin(), sorted.end(),
            [](const model::Finding* a, const model::Finding* b) { return is_before(*a, *b); });
  std::map<std::string_view, RuleShare> shares;
  for (const model::Finding* finding : sorted) {
    RuleShare& share = shares[finding->rule];
    const double points = std::max(0.0, finding->points);
    share.points += share.best == nullptr ? points : points / 2;
    if (share.best == nullptr) share.best = finding;
    share.points = std::min(share.points, 2 * std::max(0.0, share.best->points));
    share.count += finding->count;
  }
  std::vector<RuleShare> out;
  for (const auto& [rule, share] : shares) out.push_back(share);
  std::sort(out.begin(), out.end(), [](const RuleShare& a, const RuleShare& b) {
    return a.points != b.points ? a.points > b.points : a.best->rule < b.best->rule;
  });
  return out;
}

// Leaves the first rule of each family its points; `ordered` has the weightiest first.
void weigh_families(std::vector<RuleShare>& ordered, const RuleNotes& notes) {
  std::set<std::string_view> seen;
  for (RuleShare& share : ordered) {
    const auto note = notes.find(share.best->rule);
    if (note == notes.end() || note->second.family.empty()) continue;
    if (!seen.insert(note->second.family).second) share.points *= kSameFamily;
  }
}

}  // namespace

std::string alert_id(const model::Key& key, LocalDay day) {
  std::string text = "trailwatch/alert/v1";
  for (const std::string_view part :
       {model::to_text(key.about), std::string_view(key.agency), std::string_view(key.name)}) {
    text.push_back('\n');
    text.append(part);
  }
  return to_hex(sha256(text + "\n" + format_day(day)), 8);
}

model::Severity severity_of(double score) {
  if (score >= 70) return model::Severity::high;
  return score >= 40 ? model::Severity::medium : model::Severity::low;
}

std::optional<model::Alert> compose(const model::Key& key, LocalDay day, const std::vector<model::Finding>& findings,
                                    const RuleNotes& notes) {
  if (findings.empty()) return std::nullopt;
  model::Alert out;
  out.id = alert_id(key, day);
  out.key = key;
  out.day = day;
  out.first = findings.front().first;
  out.last = findings.front().last;
  for (const model::Finding& finding : findings) {
    out.first = std::min(out.first, finding.first);
    out.last = std::max(out.last, finding.last);
    out.evidence.insert(out.evidence.end(), finding.events.begin(), finding.events.end());
  }
  std::sort(out.evidence.begin(), out.evidence.end());
  out.evidence.erase(std::unique(out.evidence.begin(), out.evidence.end()), out.evidence.end());
  out.events = static_cast<std::int64_t>(out.evidence.size());

  // In one order whatever order they came in: a sum of fractions depends on it.
  std::vector<RuleShare> ordered = by_rule(findings);
  weigh_families(ordered, notes);
  std::vector<double> points;
  for (const RuleShare& share : ordered) points.push_back(share.points);
  const double sum = std::accumulate(points.begin(), points.end(), 0.0);
  const std::int64_t tenths = std::min<std::int64_t>(kTenthsMax, std::lround(1000 * (1 - std::exp(-sum / kScale))));
  const std::vector<std::int64_t> parts = shares(tenths, points, sum);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const model::Finding& finding = *ordered[i].best;
    const auto note = notes.find(finding.rule);
    out.contributions.push_back({finding.rule, note == notes.end() ? finding.rule : note->second.title,
                                 static_cast<double>(parts[i]) / 10, finding.sentence, ordered[i].count});
  }
  std::sort(out.contributions.begin(), out.contributions.end(),
            [](const auto& a, const auto& b) { return a.points != b.points ? a.points > b.points : a.rule < b.rule; });
  out.score = static_cast<double>(tenths) / 10;
  out.severity = severity_of(out.score);
  out.why = why(out.contributions);
  return out;
}

}  // namespace trailwatch::alert
