cmake_minimum_required(VERSION 3.25)
# Writes OUT: C++ that holds the text of SCHEMAS, all *.json of schema/. The list is given, so that it
# is written anew when one has gone.
set(files ${SCHEMAS})
list(SORT files)
set(rows "")
list(LENGTH files count)
foreach(file IN LISTS files)
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND rows "    {\"${stem}\", R\"json(${text})json\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"core/api/schema.h\"

#include <array>

namespace caas::api {
namespace {

constexpr std::array<SchemaFile, ${count}> embedded{{
${rows}}};

}  // namespace

std::span<const SchemaFile> schema_files() {
    return embedded;
}

}  // namespace caas::api
")
