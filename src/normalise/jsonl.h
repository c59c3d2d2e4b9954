#pragma once

#include <memory>
#include <optional>
#include <string>

#include "normalise/fault.h"
#include "normalise/row.h"

namespace trailwatch::normalise {

// Reads one line that holds one JSON object. Columns are its keys, those of objects inside it as `outer.inner`;
// strings, numbers and booleans become text, null is not given. Refused: more than 32 levels or 256 keys, a key twice
// in one object, and a list or an object where the profile expects a value.
//
// The row's views live until the next read.
class JsonLines {
 public:
  JsonLines();
  ~JsonLines();
  std::optional<Fault> read(std::string& text, SlotMemo& memo, Row& row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::normalise
