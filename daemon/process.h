// What a long-lived process asks of the system before it starts any thread.
#pragma once

namespace caas::daemon {

// Few and small: memory arenas, thread stacks; many: open files. Files it makes are its owner's
// alone. Call it first in main.
void settle_process();

}  // namespace caas::daemon
