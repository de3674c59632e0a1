cmake_minimum_required(VERSION 3.25)
# Writes OUT: C++ that holds SCRIPTS, each migrations/NNNN_words.sql, with its number and SHA-256. The
# list is given, so that it is written anew when a script has gone.
set(scripts ${SCRIPTS})
list(SORT scripts)
set(rows "")
set(count 0)
set(last 0)
foreach(script IN LISTS scripts)
  get_filename_component(stem ${script} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${script}: a migration is named NNNN_words.sql")
  endif()
  set(name ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
  if(NOT number GREATER last)
    message(FATAL_ERROR "${script}: two migrations have number ${number}")
  endif()
  set(last ${number})
  file(SHA256 ${script} checksum)
  file(READ ${script} text)
  string(APPEND rows "    {${number}, \"${name}\",\n     \"${checksum}\",\n     R\"sql(${text})sql\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUT} "#include \"core/store/migrate.h\"

#include <array>

namespace caas::store {
namespace {

constexpr std::array<Migration, ${count}> embedded{{
${rows}}};

}  // namespace

std::span<const Migration> migrations() {
    return embedded;
}

}  // namespace caas::store
")
