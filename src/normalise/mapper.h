#pragma once

#include <optional>
#include <string>

#include "normalise/fault.h"
#include "normalise/row.h"

namespace trailwatch::normalise {

// Brings rows of one file into the canonical form.
class Mapper {
 public:
  Mapper(const Profile::Impl& profile, const model::Origin& origin);

  // Fills everything of `event` but `origin`, `raw` and `undecodable`, which stay as they are.
  std::optional<Fault> map(const Row& row, model::QueryEvent& event);
  // `event` must have been mapped from `row`. An empty key when a part of it is missing.
  void key(const Row& row, const model::QueryEvent& event, model::RecordKey& out);

 private:
  std::optional<Fault> map_time(const Row& row, model::QueryEvent& event);
  void map_subject(const Row& row, model::QueryEvent& event);
  std::optional<Fault> map_rows(const Row& row, model::QueryEvent& event);
  std::optional<Fault> check_required(const model::QueryEvent& event) const;
  bool append(const KeyPiece& piece, const Row& row, const model::QueryEvent& event, std::string& out);
  const std::string& local_day(const model::QueryEvent& event);

  const Profile::Impl& profile_;
  std::string source_;
  std::vector<std::string> groups_;  // of the file's name, by number; empty when the pattern does not fit
  std::string scratch_, time_;
  std::optional<LocalDay> day_;  // the day that was asked for last, and as text
  std::string day_text_;
};

}  // namespace trailwatch::normalise
