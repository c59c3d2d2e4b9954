#include "trailwatch/alert/compose.h"

#include <algorithm>
#include <cmath>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::alert {

namespace {

constexpr double kScale = 60;  // points at which a score stands at 63
constexpr std::size_t kWhyCharacters = 40;

double to_tenths(double value) { return std::round(value * 10) / 10; }

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
  for (const std::string_view part : {model::to_text(key.about), std::string_view(key.agency), std::string_view(key.name)}) {
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
  double sum = 0;
  for (const model::Finding& finding : findings) {
    sum += std::max(0.0, finding.points);
    out.first = std::min(out.first, finding.first);
    out.last = std::max(out.last, finding.last);
    out.evidence.insert(out.evidence.end(), finding.events.begin(), finding.events.end());
  }
  std::sort(out.evidence.begin(), out.evidence.end());
  out.evidence.erase(std::unique(out.evidence.begin(), out.evidence.end()), out.evidence.end());
  out.events = static_cast<std::int64_t>(out.evidence.size());

  const double factor = sum > 0 ? 100 * (1 - std::exp(-sum / kScale)) / sum : 0;
  for (const model::Finding& finding : findings) {
    const auto title = titles.find(finding.rule);
    out.contributions.push_back({finding.rule, title == titles.end() ? finding.rule : title->second,
                                 to_tenths(std::max(0.0, finding.points) * factor), finding.sentence, finding.count});
  }
  std::sort(out.contributions.begin(), out.contributions.end(), [](const auto& a, const auto& b) {
    return a.points != b.points ? a.points > b.points : a.rule < b.rule;
  });
  for (const model::Contribution& c : out.contributions) out.score += c.points;
  out.score = to_tenths(out.score);
  out.severity = severity_of(out.score);
  out.why = why(out.contributions);
  return out;
}

}  // namespace trailwatch::alert
