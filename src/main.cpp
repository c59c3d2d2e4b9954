#include "trailwatch/app/main.h"

int main(int argc, char** argv) {
  return trailwatch::app::run(argc, argv);
}
