#pragma once

#include <map>
#include <string>
#include <string_view>

#include "store/connection.h"
#include "store/evidence_writer.h"
#include "store/sealed_rows.h"
#include "store/shelves.h"
#include "trailwatch/store/rows.h"

namespace trailwatch::store {

// Puts new events into their row, their identity, their sealed batch and the tree; tells duplicates and conflicts
// apart.
class EventWriter {
 public:
  EventWriter(Connection& connection, const Zone& zone, SealedWriter& sealed, EvidenceWriter& evidence, Random& random);

  void begin(Instant received);
  Added add(FileRow& file, const NewEvent& event);
  // A record that is no event: its bytes go into a sealed batch, what is told about it into a row. False if it was
  // there before.
  bool quarantine(const FileRow& file, const model::Rejected& record);
  // Seals the reason of a ledger entry. Within a transaction. Throws SqliteFailure when that month was erased.
  std::string seal_note(std::int64_t number, vault::Month month, std::string_view text);
  // The last things of a transaction.
  void finish();
  void forget();
  // Which secrets were destroyed has changed.
  void forget_shelves() { shelves_.forget(); }

 private:
  struct Scope {
    std::int64_t id = 0;
    bool is_numeric = true;
    std::int64_t lowest = 0, highest = 0, numbers = 0;
    bool changed = false;
  };

  Scope* find_scope(const std::string& source, const std::string& text);
  Scope& scope(const std::string& source, const std::string& text, bool is_numeric);
  std::string scope_of(const FileRow& file, const model::RecordKey& key);
  Added refuse(FileRow& file, const model::QueryEvent& event, const std::optional<model::EventId>& known);
  void insert(const FileRow& file, const model::QueryEvent& event, model::EventId id, vault::Month month,
              const seal::EventPlace& known_as);

  Connection& connection_;
  const Zone zone_;
  Random& random_;
  SealedWriter& sealed_;
  EvidenceWriter& evidence_;
  Shelves shelves_;
  Statement find_identity_, add_identity_, add_event_, find_scope_, add_scope_, save_scope_, add_quarantine_,
      add_intake_, add_clash_;
  std::map<std::string, Scope, std::less<>> scopes_;
  model::EventId next_event_ = 1;
  model::EventId first_event_ = 1;
  Instant received_;
};

}  // namespace trailwatch::store
