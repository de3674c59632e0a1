// For the first line of a program: whoever was started without a standard stream must not get a
// file of ours under its number, or what is meant for a terminal is written into a database.
#pragma once

namespace caas {

// Puts something in the place of each standard stream that is closed: reading from or writing to it
// fails, as it does with a closed one. Before there are threads.
void hold_standard_streams();

}  // namespace caas
