#pragma once

namespace trailwatch::app {

// The whole program: reads the command line, runs one command, returns its exit code (sysexits).
int run(int argc, char** argv);

}  // namespace trailwatch::app
