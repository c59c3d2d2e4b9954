#include "store/alert_rows.h"
#include "store/in_force_rows.h"
#include "store/judgement_rows.h"
#include "store/packing.h"
#include "store/writer_impl.h"

namespace trailwatch::store {

Status Writer::add_matches(const std::vector<RuleMatch>& matches) {
  return at_the_door([&] {
    Statement insert(impl_->database(),
                     "INSERT OR IGNORE INTO match(rule, officer, day, event, time) VALUES(?, ?, ?, ?, ?)");
    for (const RuleMatch& match : matches) {
      insert.bind(0, impl_->rule(match.rule))
          .bind(1, impl_->connection.words.id(WordKind::officer, match.officer))
          .bind(2, std::int64_t{match.day.days})
          .bind(3, match.event)
          .bind(4, match.time.micros)
          .run();
    }
    return Done{};
  });
}

Status Writer::add_tallies(const std::vector<TallyRow>& tallies) {
  return at_the_door([&] {
    Statement insert(impl_->database(),
                     "INSERT INTO tally(rule, day, officer, place, events) VALUES(?, ?, ?, ?, ?) "
                     "ON CONFLICT DO UPDATE SET events = events + excluded.events");
    for (const TallyRow& tally : tallies) {
      insert.bind(0, impl_->rule(tally.rule))
          .bind(1, std::int64_t{tally.day.days})
          .bind(2, impl_->connection.words.id(WordKind::officer, tally.officer))
          .bind(3, impl_->connection.words.place(tally.agency, tally.unit))
          .bind(4, tally.events)
          .run();
    }
    return Done{};
  });
}

Status Writer::replace_tallies(std::string_view rule, LocalDay day, const std::vector<TallyRow>& tallies) {
  const Status removed = at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM tally WHERE rule=? AND day=?")
        .bind(0, impl_->rule(rule))
        .bind(1, std::int64_t{day.days})
        .run();
    return Done{};
  });
  return removed ? add_tallies(tallies) : removed;
}

Status Writer::mark_open(LocalDay day) {
  return at_the_door([&] {
    Statement(impl_->database(), "INSERT OR IGNORE INTO open_day(day) VALUES(?)").bind(0, std::int64_t{day.days}).run();
    return Done{};
  });
}

Status Writer::mark_closed(LocalDay day) {
  return at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM open_day WHERE day=?").bind(0, std::int64_t{day.days}).run();
    return Done{};
  });
}

Status Writer::put_finding(const model::Finding& finding) {
  return at_the_door([&] {
    const std::string numbers = numbers_to_json(finding.numbers), events = pack_ids(finding.events);
    const std::string group = impl_->connection.vault.veiled(finding.group);
    const std::string sql = std::string("INSERT OR REPLACE INTO finding(") + kFindingColumns +
                            ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    Statement(impl_->database(), sql.c_str())
        .bind(0, std::int64_t{finding.day.days})
        .bind(1, static_cast<std::int64_t>(finding.key.about))
        .bind(2, std::string_view(finding.key.agency))
        .bind(3, std::string_view(finding.key.name))
        .bind(4, std::string_view(finding.rule))
        .bind(5, finding.first.micros)
        .bind(6, finding.last.micros)
        .bind(7, finding.count)
        .bind(8, finding.points)
        .bind(9, std::string_view(finding.sentence))
        .bind(10, std::string_view(numbers))
        .bind_bytes(11, events)
        .bind(12, std::string_view(group))
        .run();
    return Done{};
  });
}

Status Writer::remove_finding(LocalDay day, const model::Key& key, std::string_view rule) {
  return at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM finding WHERE day=? AND about=? AND agency=? AND name=? AND rule=?")
        .bind(0, std::int64_t{day.days})
        .bind(1, static_cast<std::int64_t>(key.about))
        .bind(2, std::string_view(key.agency))
        .bind(3, std::string_view(key.name))
        .bind(4, rule)
        .run();
    return Done{};
  });
}

Status Writer::put_alert(const model::Alert& alert) {
  return at_the_door([&] {
    store::put_alert(impl_->database(), alert);
    return Done{};
  });
}

Status Writer::remove_alert(std::string_view id) {
  return at_the_door([&] {
    store::remove_alert(impl_->database(), id);
    return Done{};
  });
}

Status Writer::forget_counts(LocalDay day) {
  return at_the_door([&] {
    forget_day(impl_->database(), day);
    return Done{};
  });
}

Status Writer::set_in_force(const std::vector<InForce>& files) {
  return at_the_door([&] {
    const vault::Month month = vault::month_of(impl_->zone.local(impl_->received).day);
    write_in_force(impl_->connection, impl_->events, month, files);
    return Done{};
  });
}

}  // namespace trailwatch::store
