// What a long-lived process asks of the system before it starts any thread.
#pragma once

namespace caas::daemon {

// Few and small: memory arenas, thread stacks; many: open files. Files it makes are its owner's
// alone. Call it first in main.
void settle_process();

// Gives back the memory that only the start needed: a process counts a page of its program and
// libraries as its own from the first touch on, and half of them are touched by starting alone.
// What is still needed returns by itself, from the page cache. From any thread, at any time.
void give_start_back() noexcept;

}  // namespace caas::daemon
