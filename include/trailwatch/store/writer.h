#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/random.h"
#include "trailwatch/base/result.h"
#include "trailwatch/model/alert.h"
#include "trailwatch/model/decision.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"
#include "trailwatch/store/evidence.h"
#include "trailwatch/store/live.h"
#include "trailwatch/store/migration.h"
#include "trailwatch/store/outbox.h"
#include "trailwatch/store/reader.h"
#include "trailwatch/store/retention.h"
#include "trailwatch/store/rows.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::store {

// The one connection that writes and checkpoints. Opening it creates or migrates the store.
//
// Everything between `begin` and `commit` is one transaction: events, the file's position, matches, findings, alerts,
// and a leaf of the tree for each event, each quarantined record and each file that was saved.
// After any failure call `rollback`; the store is then as it was at `begin`, and a FileRow that was given since must be
// put back too: it may bear the id of a row that is gone. Thread rule: one thread. `random` must outlive the writer.
class Writer {
 public:
  // Fails with Errc::conflict when the store was made with another key, or when another process holds it for writing.
  // `zone` decides local days and months and is fixed when the store is made. An older store is brought to today's form
  // first, of which `progress` hears.
  static Result<std::unique_ptr<Writer>> open(const std::string& path, vault::Vault vault, const Zone& zone,
                                              Random& random, const MigrationProgress& progress = nullptr);
  ~Writer();

  // Sees what this transaction has written so far.
  Reader& reader();

  Status begin(Instant received);
  // Stores what is new; one answer an event, in their order. `file` gets an id if it has none, its counters are moved
  // on.
  Result<std::vector<Added>> add(FileRow& file, const std::vector<NewEvent>& events);
  // A record at a place of a file that is in quarantine already is counted as a duplicate.
  Status quarantine(FileRow& file, const std::vector<model::Rejected>& records);
  Status save(FileRow& file);

  Status add_matches(const std::vector<RuleMatch>& matches);
  Status add_tallies(const std::vector<TallyRow>& tallies);
  // All rows of that name and day; these take their place.
  Status replace_tallies(std::string_view rule, LocalDay day, const std::vector<TallyRow>& tallies);
  Status mark_open(LocalDay day);
  Status mark_closed(LocalDay day);
  Status put_finding(const model::Finding& finding);
  // All groups of the rule.
  Status remove_finding(LocalDay day, const model::Key& key, std::string_view rule);
  // `status` of an alert that is there already stays. Decisions stand in the ledger, whatever becomes of the alert.
  Status put_alert(const model::Alert& alert);
  Status remove_alert(std::string_view id);

  // The ledger: each call adds one entry and returns its number; the given entry's own number is ignored. `request`
  // names the wish that it comes from: the same one again adds nothing and returns the number it got then; empty: never
  // the same. A suppression that has ended can't end again (Errc::conflict).
  Result<std::int64_t> add_decision(const model::Decision& decision, std::string_view request = {});
  Result<std::int64_t> add_suppression(const model::Suppression& suppression, std::string_view request = {});
  Result<std::int64_t> end_suppression(std::int64_t suppression, const model::SuppressionEnd& end,
                                       std::string_view request = {});

  // The outbox. False when a message with that id is there already: it stays as it is.
  Result<bool> queue(const Message& message);
  // What became of an attempt: due, attempts, failing_since, error, delivered, refused. The payload of a delivered
  // message goes.
  Status save_attempt(const Message& message);
  // Messages that were given up and whose id begins so (all for an empty one) are due again. How many.
  Result<std::int64_t> requeue(std::string_view id_begins, Instant now);
  // Fails when that day has a report: an issued one stays.
  Status keep_report(const KeptReport& report);
  // What the report that is being issued knows of a day, in the place of what was known.
  Status replace_told(const ToldDay& day);

  // Another entry of the ledger, like those above.
  Result<std::int64_t> add_answer(const model::SamplingAnswer& answer, std::string_view request = {});
  // The one place where exports of lists go on record, with a leaf of their own; their own numbering. `request` as
  // above.
  Result<std::int64_t> log_export(const model::Exported& exported, std::string_view request = {});

  // Entries of the ledger too. A hold that is lifted already can't be lifted again (Errc::conflict).
  Result<std::int64_t> add_hold(const model::Hold& hold, std::string_view request = {});
  Result<std::int64_t> lift_hold(std::int64_t hold, const model::Entry& entry, std::string_view request = {});
  // With a leaf of kind unmask. Whether the step may be taken is the caller's business.
  Result<std::int64_t> add_unmasking(const model::Unmasking& step, std::string_view request = {});

  // The end of a shelf, in two parts. First its secret is overwritten and deleted, with a leaf of kind purge that says
  // so and `why`: from this commit on nobody can read it. An erased shelf never gets a secret again.
  Status destroy_secret(const Shelf& shelf, std::string_view why);
  // Then its rows go, at most so many in one transaction, each step with a leaf that names how many and which; at last
  // what was concluded from them and from nothing else.
  Result<Purged> purge_rows(vault::Month secret, std::int64_t rows_max);
  // Outside of a transaction: moves the write-ahead log into the database and cuts it to nothing, so that it holds no
  // deleted page. False when a reader is in the way: try again later.
  Result<bool> cut_log();
  // Everything that the master key wraps is wrapped by that of `next`, and a leaf says so. The store opens with `next`
  // only from the commit on. This writer is of no use after that.
  Status rotate_key(const vault::Vault& next);

  // Before a day is evaluated anew: its matches and tallies go.
  Status forget_counts(LocalDay day);
  // These are the files that the evaluation rests on from now on, and no others.
  Status set_in_force(const std::vector<InForce>& files);
  Status set_meta(std::string_view key, std::string_view value);

  // A delivery with a key that is not there yet (Reader::find_push).
  Status add_push(const PushRow& push);
  // Keys of deliveries that came before then: from now on they count as new.
  Status forget_pushes(Instant before);
  // Something that the way has lost, with a leaf of its own; `what` is told there. Only `first` of its times counts.
  Status add_loss(const LossRow& loss, std::string_view what);

  // A leaf for something that is neither: `record` says what, and is kept sealed together with `raw`. Returns its
  // index.
  Result<std::int64_t> append_leaf(seal::LeafKind kind, std::string_view source, std::string_view raw,
                                   const std::string& record);
  // `id` is not looked at.
  Status put_note(const NoteRow& note);

  Status commit();
  void rollback();
  // Outside of a transaction: one slice of the work that keeps look-ups quick however much has come (some ten
  // milliseconds at most). False when there is nothing to do. Wanted after each commit that stored events, when nobody
  // waits any more; left out, look-ups get slower and nothing else.
  Result<bool> merge_some();
  // Called after each commit that has reached the disk. Empty: nobody listens.
  void set_commit_listener(std::function<void()> listener);

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::store
