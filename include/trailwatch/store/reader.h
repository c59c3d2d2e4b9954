#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/model/alert.h"
#include "trailwatch/model/decision.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"
#include "trailwatch/store/evidence.h"
#include "trailwatch/store/live.h"
#include "trailwatch/store/outbox.h"
#include "trailwatch/store/retention.h"
#include "trailwatch/store/rows.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::store {

class Connection;

// What happened? Questions to the store; every answer is a plain value. One thread at a time.
class Reader {
 public:
  // A connection of its own that never writes and never checkpoints.
  static Result<std::unique_ptr<Reader>> open(const std::string& path, vault::Vault vault);
  // The writer's connection, which sees what is not committed yet. `connection` must outlive the reader.
  explicit Reader(Connection& connection);
  ~Reader();

  // By score, best first; equal scores by id. Both days inclusive.
  Result<std::vector<model::Alert>> alerts(LocalDay from, LocalDay until);
  Result<std::optional<model::Alert>> alert(std::string_view id);
  // All of one key; of everybody when there is none. By key, then day.
  Result<std::vector<model::AlertHead>> alert_heads(const std::optional<model::Key>& key);
  // What was decided up to entry `last`; everything when there is none.
  Result<model::Ledger> ledger(std::optional<std::int64_t> last = std::nullopt);
  // The last answer about each event that the audit of this period asked about; ascending by event.
  Result<std::vector<model::SamplingAnswer>> sampling_answers(std::string_view period);
  // What was exported, oldest first; of one kind, and of one period when there is one.
  Result<std::vector<model::Exported>> exports(std::string_view kind,
                                               const std::optional<std::string>& period = std::nullopt);
  // The leaf about an export; nothing for those that older versions recorded without a number in it.
  Result<std::optional<std::int64_t>> leaf_of_export(const model::Exported& exported);
  // The entry, or the export, that this request made (Writer::add_decision); nothing when there is none.
  Result<std::optional<std::int64_t>> entry_of(std::string_view request);
  // vault::Vault::draw_seed
  std::string draw_seed(LocalDay day) const;
  Result<std::vector<model::Finding>> findings(LocalDay day, const model::Key& key);
  Result<std::vector<model::Finding>> findings(LocalDay day);
  // Of one rule, in order of days, up to `until`.
  Result<std::vector<model::Finding>> findings_of_rule(std::string_view rule, LocalDay until);
  // Ascending by event id.
  Result<std::vector<std::pair<EventId, Instant>>> matches(std::string_view rule, std::string_view officer,
                                                           LocalDay day);
  // How many look-ups of the day are this officer's, whatever unit they were made for.
  Result<std::int64_t> events_of(LocalDay day, std::string_view officer);
  // Days inclusive; sorted by day, officer, place.
  Result<std::vector<TallyRow>> tallies(std::string_view rule, LocalDay from, LocalDay until);

  // Personal data is read from the sealed batches; where a month's secret is gone, those fields are empty. In the order
  // of `ids`.
  Result<std::vector<StoredEvent>> events(const std::vector<EventId>& ids);
  // From `from` up to, but without, `until`; in order of time, then id.
  Result<std::vector<StoredEvent>> officer_events(std::string_view officer, Instant from, Instant until);
  // About whom a token stands for (`token`); likewise.
  Result<std::vector<StoredEvent>> subject_events(vault::Token subject, Instant from, Instant until);
  Result<std::vector<StoredEvent>> unit_events(std::string_view agency, std::string_view unit, Instant from,
                                               Instant until);
  // At most `limit` events with ids above `after`, ascending.
  Result<std::vector<StoredEvent>> events_after(EventId after, std::int64_t limit);
  // In order of (time, id): at most `limit` events behind (`from`, `after`) and before `until`.
  Result<std::vector<StoredEvent>> events_from(Instant from, EventId after, Instant until, std::int64_t limit);
  // Shows every event, in no order, without opening anything sealed: about a second for a million.
  Status each_outline(const std::function<void(const EventOutline&)>& show);
  vault::Token token(model::SubjectKind kind, std::string_view value) const;  // vault::Vault::token
  // What stands for the event's subject; nothing without one.
  Result<std::optional<vault::Token>> subject_token(EventId event);
  Result<std::vector<PopulationRow>> population(Instant from, Instant until);
  Result<DayNumbers> numbers(Instant from, Instant until);
  // Events by source.
  Result<std::vector<std::pair<std::string, std::int64_t>>> events_by_source(Instant from, Instant until);

  Result<std::int64_t> size();  // events
  // Times of the oldest and the newest event.
  Result<std::optional<std::pair<Instant, Instant>>> span();
  Result<std::vector<SourceTotals>> sources();
  Result<std::vector<FileRow>> files(std::string_view source);
  // Newest first.
  Result<std::vector<QuarantineRow>> quarantined(std::int64_t limit);
  // The bytes of a quarantined record.
  Result<std::string> quarantined_bytes(std::int64_t id);
  Result<std::vector<Hole>> holes(std::int64_t limit);
  Result<std::vector<TrailerFault>> trailer_faults(std::int64_t limit);
  // Ascending by event.
  Result<std::vector<Clash>> clashes(std::int64_t limit);
  // What live sources are known to have lost: newest first, added up by source, stream and kind.
  Result<std::vector<LossRow>> losses(std::int64_t limit);
  // The delivery of that source with that key; nothing when there was none.
  Result<std::optional<PushRow>> find_push(std::string_view source, std::string_view key);
  // Days that have findings of this kind, ascending.
  Result<std::vector<LocalDay>> finding_days(model::About about);
  Result<std::vector<LocalDay>> open_days();
  // The files that the evaluation rests on, by kind and name. One whose month was erased is left out.
  Result<std::vector<InForce>> in_force();
  Result<std::optional<std::string>> meta(std::string_view key);
  // The systems of these events, each once.
  Result<std::vector<std::string>> systems_of(const std::vector<EventId>& ids);

  // Messages that may be sent now, longest due first, with their payload; an empty one when its month was erased.
  Result<std::vector<Message>> outbox_due(Instant now, std::int64_t limit);
  // Those that wait or were given up, then those that were delivered; newest first, without payload.
  Result<std::vector<Message>> outbox(std::int64_t limit);
  // By name; channels that never had a message are not there. `refused` counts those given up from `since` on.
  Result<std::vector<ChannelState>> channel_states(Instant since);
  // Whether this cause has had its message there, delivered or not.
  Result<bool> is_queued(std::string_view kind, std::string_view channel, std::string_view key);
  // How many causes had one since then.
  Result<std::int64_t> queued_since(std::string_view kind, std::string_view channel, Instant since);
  // The first message of this kind that was taken by its recipient, of those that were queued from `since` on: what was
  // on its way before does not count, however late it arrived. Without payload.
  Result<std::optional<Message>> first_delivered(std::string_view kind, Instant since);
  // The report of that day as it was issued; nothing when it was not yet.
  Result<std::optional<KeptReport>> kept_report(LocalDay day);
  Result<std::optional<LocalDay>> newest_report();
  // What the newest report knew of these days; only days that were reported. Both inclusive.
  Result<std::vector<ToldDay>> told(LocalDay from, LocalDay until);

  // All that have or had a secret, by month, then class.
  Result<std::vector<Shelf>> shelves();
  // In which shelves these events lie, each once; those that are gone are left out.
  Result<std::vector<Shelf>> shelves_of(const std::vector<EventId>& ids);
  // The last day of the newest month of which anything was erased: up to it, days can't be evaluated again.
  Result<std::optional<LocalDay>> erased_through();
  // In order of their entries; lifted ones too.
  Result<std::vector<model::Hold>> holds();
  Result<std::vector<model::Unmasking>> unmaskings();
  // What the log is called after when the configuration does not name it: the id of the store's first key.
  Result<std::string> store_id();

  // The tree of what is committed; within the writer's transaction it lags behind.
  Result<std::int64_t> leaf_count();
  Result<Digest> root(std::int64_t size);
  Result<std::vector<Digest>> inclusion_proof(std::int64_t index, std::int64_t size);
  Result<std::vector<Digest>> consistency_proof(std::int64_t from, std::int64_t size);
  Result<StoredLeaf> leaf(std::int64_t index);
  // Leaves 0 … `until` - 1 in order, with all that they were made of. Fails where a row is not what it was.
  Status each_leaf(std::int64_t until, const std::function<Status(const StoredLeaf&)>& take);
  // The hashes of a tile as it stands now.
  Result<std::string> tile(seal::TileId id);
  // The leaf about an event or a quarantined record; nothing when there is none.
  Result<std::optional<std::int64_t>> leaf_of(seal::LeafKind kind, std::int64_t ref);
  // The last event whose leaf stands among the first `leaves`; 0 when there is none. Events have their leaves in the
  // order of their ids.
  Result<EventId> last_event_below(std::int64_t leaves);
  // The record of the newest leaf of this kind and source.
  Result<std::optional<std::string>> newest_record(seal::LeafKind kind, std::string_view source);
  // Sources that have records of this kind.
  Result<std::vector<std::string>> record_sources(seal::LeafKind kind);
  // In the order in which they were signed.
  Result<std::vector<NoteRow>> notes();
  Result<std::optional<NoteRow>> newest_note();
  // Hashes every row anew and holds it against its leaf, the leaves against the tree, the tree against all notes.
  // Damage is an answer, not a failure.
  Result<Verified> verify(const Known& known, const VerifyProgress& progress);

 private:
  std::unique_ptr<Connection> owned_;
  Connection& connection_;
};

}  // namespace trailwatch::store
