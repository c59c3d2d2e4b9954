#include "store/postings.h"

#include "store/posting_runs.h"
#include "store/posting_table.h"

namespace trailwatch::store {

namespace {

std::size_t place_of(PostingKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}

}  // namespace

Postings::Postings(Database& database) : database_(database) {
  register_posting_table(*this);
}

void Postings::add(std::int64_t event, std::int64_t time, const Keys& keys) {
  pending_[place_of(PostingKind::officer)].push_back({keys.officer, time, event});
  pending_[place_of(PostingKind::place)].push_back({keys.place, time, event});
  pending_[place_of(PostingKind::time)].push_back({0, time, event});
  if (keys.subject) pending_[place_of(PostingKind::subject)].push_back({*keys.subject, time, event});
}

void Postings::write() {
  for (const PostingKind kind : kPostingKinds) write_run(database_, kind, pending(kind));
  forget();
}

void Postings::forget() {
  for (std::vector<Posting>& one : pending_) one.clear();
}

const std::vector<Posting>& Postings::pending(PostingKind kind) const {
  return pending_[place_of(kind)];
}

}  // namespace trailwatch::store
