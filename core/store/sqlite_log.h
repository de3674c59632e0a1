// SQLite's write-ahead log with fewer calls of the system: SQLite writes each page of a commit in
// two pieces (sqlite.org/walformat.html: a frame is a header of 24 bytes and a page); here they are
// gathered and written together, with the frame that ends the commit at the latest. So whoever may
// see the commit finds it in the log, and a process that dies loses only what was not committed.
//
// Thread-safe as SQLite's own files are: one file for one connection.
#pragma once

#include <string>

namespace caas::store {

// The name of the file layer (sqlite.org/vfs.html) to open a database with; SQLite's default one
// does the work, and everything that is not a log. Empty, which means the default one, for those
// who only read.
std::string files_for(bool writes);

}  // namespace caas::store
