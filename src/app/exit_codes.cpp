#include "app/commands.h"

namespace trailwatch::app {

namespace {

int exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return kExitConfig;
    case Errc::not_found:
      return kExitNoInput;
    case Errc::unavailable:
      return kExitIo;
    case Errc::corrupt:
      return kExitDataError;
    case Errc::conflict:
      return kExitTemporary;
    case Errc::unsupported:
      return kExitUsage;
  }
  return kExitSoftware;
}

}  // namespace

int fail(const Machine& machine, const Error& error) {
  machine.log.error(error.text());
  return exit_code_of(error);
}

}  // namespace trailwatch::app
