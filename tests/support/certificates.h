#pragma once

#include <memory>
#include <string>
#include <vector>

namespace trailwatch::test {

// A certificate with its key, as PEM.
struct Certificate {
  std::string certificate, key;
};

// Signs certificates for tests, all with keys on the curve P-256.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();

  std::string pem() const;
  // Valid from an hour ago for a day; an expired one for an hour that ended yesterday. `names`: DNS names beside the
  // common name, which is the first of them.
  Certificate issue(const std::vector<std::string>& names, bool is_expired = false) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::test
