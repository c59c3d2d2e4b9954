#include "trailwatch/alert/compose.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::alert {

namespace {

constexpr double kScale = 60;             // points at which a score stands at 63
constexpr std::int64_t kTenthsMax = 999;  // a score of 100 would say that nothing can be worse
constexpr std::size_t kWhyCharacters = 40;

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
                                    const std::map<std::string, std::string>& titles) {
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
  std::vector<const model::Finding*> ordered;
  for (const model::Finding& finding : findings) ordered.push_back(&finding);
  std::sort(ordered.begin(), ordered.end(), [](const model::Finding* a, const model::Finding* b) {
    return a->points != b->points ? a->points > b->points : a->rule < b->rule;
  });
  std::vector<double> points;
  for (const model::Finding* finding : ordered) points.push_back(std::max(0.0, finding->points));
  const double sum = std::accumulate(points.begin(), points.end(), 0.0);
  const std::int64_t tenths = std::min<std::int64_t>(kTenthsMax, std::lround(1000 * (1 - std::exp(-sum / kScale))));
  const std::vector<std::int64_t> parts = shares(tenths, points, sum);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const model::Finding& finding = *ordered[i];
    const auto title = titles.find(finding.rule);
    out.contributions.push_back({finding.rule, title == titles.end() ? finding.rule : title->second,
                                 static_cast<double>(parts[i]) / 10, finding.sentence, finding.count});
  }
  std::sort(out.contributions.begin(), out.contributions.end(),
            [](const auto& a, const auto& b) { return a.points != b.points ? a.points > b.points : a.rule < b.rule; });
  out.score = static_cast<double>(tenths) / 10;
  out.severity = severity_of(out.score);
  out.why = why(out.contributions);
  return out;
}

}  // namespace trailwatch::alert
