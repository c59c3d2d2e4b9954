#include "rules/link.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace trailwatch::rules {

namespace {

bool depends_on_past(Field field) {
  return field == Field::explanation || field == Field::explained_by || field == Field::doubt;
}

// Shifts the predicates of an expression that is moved behind `by` others.
Expression moved(Expression expression, std::size_t by) {
  expression.predicate += by;
  for (Expression& part : expression.parts) part = moved(std::move(part), by);
  return expression;
}

void narrow(Detection& rule, const Detection& filter) {
  Expression both;
  both.kind = Expression::Kind::all;
  both.parts = {rule.condition, moved(filter.condition, rule.predicates.size())};
  rule.predicates.insert(rule.predicates.end(), filter.predicates.begin(), filter.predicates.end());
  rule.condition = std::move(both);
}

// One pass over the correlations, each after those that it counts.
class Linker {
 public:
  Linker(std::vector<Read>& all, const Vocabulary& words, std::vector<Problems>& voices)
      : all_(all), words_(words), voices_(voices), targets_(all.size()), states_(all.size(), State::unseen) {}

  void run() {
    for (std::size_t i = 0; i < all_.size(); ++i) find_inputs(i);
    for (std::size_t i = 0; i < all_.size(); ++i) find_past(i);
    for (std::size_t i = 0; i < all_.size(); ++i) visit(i);
  }

 private:
  enum class State { unseen, open, done };

  CompiledRule& rule(std::size_t i) { return all_[i].document.rule; }
  RuleInfo& info(std::size_t i) { return all_[i].document.info; }
  Problems& voice(std::size_t i) { return voices_[all_[i].file]; }

  void refuse(std::size_t i, Place place, std::string message, std::string hint = "") {
    voice(i).error(place, std::move(message), std::move(hint));
    all_[i].document.has_errors = true;
  }

  void find_inputs(std::size_t i) {
    for (Input& input : rule(i).inputs) {
      std::vector<std::string> names;
      std::optional<std::size_t> target;
      for (std::size_t k = 0; k < all_.size(); ++k) {
        names.push_back(info(k).name);
        if (info(k).name != input.name.text && info(k).id != input.name.text) continue;
        if (!rule(i).inputs_alert) info(k).alerts = false;
        // Of two with one name, the first that can be used.
        if (!target || all_[*target].document.has_errors) target = k;
      }
      targets_[i].push_back(target);
      if (!target) {
        voice(i).unknown(input.name.place, "rule", input.name.text, names);
        all_[i].document.has_errors = true;
      }
    }
  }

  // Does the rule ask for what depends on the look-ups before?
  void find_past(std::size_t i) {
    if (info(i).kind != RuleInfo::Kind::event) return;
    const auto& predicates = rule(i).detection.predicates;
    info(i).needs_past = std::any_of(predicates.begin(), predicates.end(), [](const Predicate& p) {
      return depends_on_past(p.field) || (p.kind == Predicate::Kind::field && depends_on_past(p.other));
    });
    if (info(i).needs_past) info(i).lookback_micros = kPastMicros;
  }

  void visit(std::size_t i) {
    if (states_[i] != State::unseen) return;
    states_[i] = State::open;
    path_.push_back(i);
    for (std::size_t k = 0; k < targets_[i].size(); ++k) {
      const auto target = targets_[i][k];
      if (!target) continue;
      if (states_[*target] == State::open) {
        refuse_circle(i, k);
      } else {
        visit(*target);
      }
    }
    path_.pop_back();
    states_[i] = State::done;
    settle(i);
  }

  void refuse_circle(std::size_t i, std::size_t input) {
    const std::size_t target = *targets_[i][input];
    std::string way;
    for (auto it = std::find(path_.begin(), path_.end(), target); it != path_.end(); ++it) {
      way += info(*it).name + " → ";
      all_[*it].document.has_errors = true;
      circled_.insert(*it);
    }
    refuse(i, rule(i).inputs[input].name.place, "the rule counts itself", way + info(target).name);
  }

  void settle(std::size_t i) {
    if (rule(i).inputs.empty()) return;
    bool usable = true;
    for (std::size_t k = 0; k < targets_[i].size(); ++k) {
      if (!targets_[i][k]) continue;
      const Document& target = all_[*targets_[i][k]].document;
      const bool kind_fits = target.info.kind == RuleInfo::Kind::event ||
                             (rule(i).correlation && target.info.kind == RuleInfo::Kind::correlation);
      if (!target.has_errors && kind_fits) continue;
      usable = false;
      if (!target.has_errors && target.info.kind == RuleInfo::Kind::baseline) {
        refuse(i, rule(i).inputs[k].name.place,
               "rule " + quoted(rule(i).inputs[k].name.text) +
                   " is a baseline, and chains over baselines are not supported",
               "a baseline is judged when a day is over; count the rule that it compares instead");
        continue;
      }
      // A circle is told once.
      if (circled_.count(i) != 0 && circled_.count(*targets_[i][k]) != 0) continue;
      refuse(i, rule(i).inputs[k].name.place, "rule " + quoted(rule(i).inputs[k].name.text) + " cannot be counted",
             target.has_errors ? "it has errors itself" : "a baseline compares event rules");
    }
    if (rule(i).baseline) find_measured(i);
    if (rule(i).correlation) {
      check_aliases(i);
      for (CorrelationKey& key : rule(i).correlation->group_by) find_sources(i, key);
      for (CorrelationKey& key : rule(i).correlation->values) find_sources(i, key);
      check_numbers(i);
    }
    for (std::size_t k = 0; k < targets_[i].size(); ++k) {
      if (targets_[i][k]) rule(i).inputs[k].name.text = info(*targets_[i][k]).name;
    }
    if (rule(i).correlation && usable && !all_[i].document.has_errors) describe(i);
  }

  void find_measured(std::size_t i) {
    Baseline& baseline = *rule(i).baseline;
    if (!baseline.measured) return;
    const PlacedWord& word = *baseline.measured;
    const auto field = words_.field(word.text, word.place, voice(i));
    if (!field) {
      all_[i].document.has_errors = true;
      return;
    }
    baseline.field = *field;
    const bool is_number = rules::info(*field).kind == FieldKind::number;
    if (baseline.metric == Baseline::Metric::sum && !is_number) {
      refuse(i, word.place, quoted(word.text) + " is no number");
    } else if (rules::info(*field).kind == FieldKind::time) {
      refuse(i, word.place, "moments cannot be counted");
    }
  }

  bool names_input(std::size_t i, std::size_t k, const std::string& word) {
    return rule(i).inputs[k].name.text == word ||
           (targets_[i][k] && (info(*targets_[i][k]).name == word || info(*targets_[i][k]).id == word));
  }

  void check_aliases(std::size_t i) {
    for (const auto& [alias, fields] : rule(i).correlation->aliases) {
      for (const auto& [name, field] : fields) {
        bool known = false;
        for (std::size_t k = 0; k < targets_[i].size(); ++k) known = known || names_input(i, k, name);
        if (!known)
          refuse(i, field.place, "alias " + quoted(alias) + " names " + quoted(name) + ", which is not counted");
      }
    }
  }

  // What the name means for one input: the word itself, or what its alias says.
  std::optional<PlacedWord> word_for(std::size_t i, std::size_t input, const PlacedWord& name) {
    const auto& aliases = rule(i).correlation->aliases;
    const auto alias = aliases.find(name.text);
    if (alias == aliases.end()) return name;
    for (const auto& [word, field] : alias->second) {
      if (names_input(i, input, word)) return field;
    }
    refuse(i, name.place,
           "alias " + quoted(name.text) + " says nothing about " + quoted(rule(i).inputs[input].name.text));
    return std::nullopt;
  }

  void find_sources(std::size_t i, CorrelationKey& key) {
    key.sources.clear();
    bool told = false;
    for (std::size_t k = 0; k < targets_[i].size(); ++k) {
      KeySource source;
      const auto word = word_for(i, k, key.name);
      const auto target = targets_[i][k];
      if (word && target && info(*target).kind == RuleInfo::Kind::correlation) {
        source = chain_source(i, *target, *word);
      } else if (word && !told) {
        const auto field = words_.field(word->text, word->place, voice(i));
        told = !field;  // once is enough
        all_[i].document.has_errors = all_[i].document.has_errors || told;
        source.field = field.value_or(Field::time);
        if (field && rules::info(*field).kind == FieldKind::time) refuse(i, word->place, "moments cannot be grouped");
      }
      key.sources.push_back(source);
    }
  }

  KeySource chain_source(std::size_t i, std::size_t target, const PlacedWord& word) {
    KeySource source;
    source.is_chain = true;
    const auto& inner = rule(target).correlation;
    const auto field = words_.field(word.text);
    for (std::size_t k = 0; inner && k < inner->group_by.size(); ++k) {
      const std::string& name = inner->group_by[k].name.text;
      if (name == word.text || (field && words_.field(name) == field && inner->aliases.count(name) == 0)) {
        source.key = k;
        return source;
      }
    }
    if (inner) refuse(i, word.place, "rule " + quoted(info(target).name) + " is not grouped by " + quoted(word.text));
    return source;
  }

  void check_numbers(std::size_t i) {
    const Correlation& correlation = *rule(i).correlation;
    if (!correlation.measures_numbers()) return;
    for (const CorrelationKey& key : correlation.values) {
      for (const KeySource& source : key.sources) {
        if (!source.is_chain && rules::info(source.field).kind == FieldKind::number) continue;
        refuse(i, key.name.place, quoted(key.name.text) + " is no number");
        break;
      }
    }
  }

  // Does this key of the rule hold `field` of every event that can get here?
  bool is_always(std::size_t i, const CorrelationKey& key, Field field) {
    for (std::size_t k = 0; k < key.sources.size(); ++k) {
      const KeySource& source = key.sources[k];
      const std::size_t target = *targets_[i][k];
      const bool is = source.is_chain ? is_always(target, rule(target).correlation->group_by[source.key], field)
                                      : source.field == field;
      if (!is) return false;
    }
    return true;
  }

  void describe(std::size_t i) {
    constexpr std::pair<Field, Partition> kPartitions[] = {{Field::officer, Partition::officer},
                                                           {Field::subject, Partition::subject},
                                                           {Field::unit, Partition::unit},
                                                           {Field::terminal, Partition::terminal}};
    Correlation& correlation = *rule(i).correlation;
    for (auto* keys : {&correlation.group_by, &correlation.values}) {
      for (CorrelationKey& key : *keys) {
        const KeySource& first = key.sources.front();
        key.meaning =
            first.is_chain ? rule(*targets_[i].front()).correlation->group_by[first.key].meaning : first.field;
      }
    }
    info(i).partition = Partition::all;
    for (const auto& [field, partition] : kPartitions) {
      for (const CorrelationKey& key : correlation.group_by) {
        if (info(i).partition == Partition::all && is_always(i, key, field)) info(i).partition = partition;
      }
    }
    std::int64_t inner = 0;
    for (const auto* keys : {&correlation.group_by, &correlation.values}) {
      for (const CorrelationKey& key : *keys) {
        for (const KeySource& source : key.sources) {
          if (source.is_chain || !depends_on_past(source.field)) continue;
          info(i).needs_past = true;
          inner = kPastMicros;
        }
      }
    }
    for (const auto& target : targets_[i]) inner = std::max(inner, info(*target).lookback_micros);
    const std::int64_t own =
        correlation.counts_days() ? (correlation.span_days + std::int64_t{1}) * kMicrosPerDay : correlation.span_micros;
    info(i).lookback_micros = own + inner;
  }

  std::vector<Read>& all_;
  const Vocabulary& words_;
  std::vector<Problems>& voices_;
  std::vector<std::vector<std::optional<std::size_t>>> targets_;  // by rule, by input
  std::vector<State> states_;
  std::vector<std::size_t> path_;
  std::set<std::size_t> circled_;
};

}  // namespace

void refuse_doubles(std::vector<Read>& all, std::vector<Problems>& voices) {
  std::map<std::string, const Read*> ids, names;
  for (Read& read : all) {
    const auto first_of = [&](std::map<std::string, const Read*>& seen, const std::string& key, const char* what) {
      if (key.empty()) return;
      const auto [found, is_new] = seen.emplace(key, &read);
      if (is_new) return;
      voices[read.file].error(
          read.document.rule.place, std::string(what) + " " + quoted(key) + " is used by another rule",
          "see " + found->second->document.rule.file + ":" + std::to_string(found->second->document.rule.place.line));
      read.document.has_errors = true;
    };
    first_of(ids, read.document.info.id, "id");
    if (read.document.info.name != read.document.info.id) first_of(names, read.document.info.name, "name");
  }
}

void apply(const std::vector<ReadFilter>& filters, std::vector<Read>& all, std::vector<Problems>& voices) {
  for (const ReadFilter& read : filters) {
    const Filter& filter = read.filter;
    if (filter.has_errors) continue;
    for (Read& rule : all) {
      if (filter.for_all && rule.document.info.kind == RuleInfo::Kind::event) {
        narrow(rule.document.rule.detection, filter.detection);
      }
    }
    for (const PlacedWord& word : filter.rules) {
      std::vector<std::string> names;
      bool found = false;
      for (Read& rule : all) {
        names.push_back(rule.document.info.name);
        if (rule.document.info.name != word.text && rule.document.info.id != word.text) continue;
        found = true;
        if (rule.document.info.kind == RuleInfo::Kind::event) {
          narrow(rule.document.rule.detection, filter.detection);
        } else {
          voices[read.file].error(word.place, "rule " + quoted(word.text) + " is a correlation",
                                  "filter what it counts");
        }
      }
      if (!found) voices[read.file].unknown(word.place, "rule", word.text, names);
    }
  }
}

void link(std::vector<Read>& all, const Vocabulary& words, std::vector<Problems>& voices) {
  Linker(all, words, voices).run();
}

std::vector<RuleIndex> in_order_of_chains(const std::vector<CompiledRule>& rules) {
  std::vector<int> depths(rules.size(), -1);
  const auto depth_of = [&](const auto& self, RuleIndex rule) -> int {
    if (depths[rule] >= 0 || !rules[rule].correlation) return depths[rule];
    int depth = 0;
    for (const Input& input : rules[rule].inputs) depth = std::max(depth, self(self, input.rule) + 1);
    return depths[rule] = depth;
  };
  std::vector<RuleIndex> out;
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    if (depth_of(depth_of, i) >= 0) out.push_back(i);
  }
  std::sort(out.begin(), out.end(),
            [&](RuleIndex a, RuleIndex b) { return std::pair(depths[a], a) < std::pair(depths[b], b); });
  return out;
}

}  // namespace trailwatch::rules
