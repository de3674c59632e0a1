// How patient the programs' engines are. Alone in its file so that the programs of tests/program/
// can be linked with another pace and need not wait for the product's.
#pragma once

#include "core/delivery/machine.h"

namespace caas::flow {

delivery::Pace engine_pace();

}  // namespace caas::flow
