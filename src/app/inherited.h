#pragma once

#include <string>
#include <vector>

namespace trailwatch::app {

// A socket that systemd has opened for this process (sd_listen_fds(3)).
struct Inherited {
  int descriptor = -1;
  std::string name;  // FileDescriptorName= of its unit
  int port = 0;
  bool is_datagram = false;
};

// Those sockets, once: the environment that tells of them is cleared, so that no child believes they were its own.
std::vector<Inherited> take_inherited();

// The one among them for a listener of that source: at its port, else the only one of its kind. -1 when there is none.
int inherited_for(const std::vector<Inherited>& sockets, const std::string& source, int port, bool is_datagram);

}  // namespace trailwatch::app
