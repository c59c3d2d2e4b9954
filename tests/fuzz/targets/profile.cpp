#include "fuzz/targets/trail.h"

// A source profile as an administrator wrote it; one that holds together reads a few lines.
TW_FUZZ(profile) {
  using namespace trailwatch;
  const auto parsed = normalise::Profile::parse(input, "fuzz");
  if (const auto* errors = std::get_if<std::vector<Error>>(&parsed)) {
    TW_CHECK(!errors->empty());
    for (const Error& error : *errors) TW_CHECK(!error.message.empty());
    return;
  }
  const auto& profile = std::get<normalise::Profile>(parsed);
  fuzz::read_trail(profile,
                   "\x07officer,time,subject\nA1,2026-03-02 10:00:00,B2\n{\"officer\":\"A1\"}\n"
                   "<13>1 2026-03-02T14:30:05Z h a p m [q@1 b=\"c\"] x\n\"a\nb\",,\n");
}
