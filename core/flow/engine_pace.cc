#include "core/flow/engine_pace.h"

namespace caas::flow {

delivery::Pace engine_pace() {
    return {};
}

}  // namespace caas::flow
