// SQLite's write-ahead log with half of the calls of the system: SQLite writes each page of a
// commit in two pieces (sqlite.org/walformat.html: a frame is a header of 24 bytes and a page);
// here they are written together, when the page comes. Never more than that header is held back:
// what SQLite believes to be in the log is there whenever it does anything else, so a rollback or a
// full disk finds the log as SQLite knows it.
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
