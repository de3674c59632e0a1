#include "core/store/postgres_library.h"

#include <type_traits>

#include <dlfcn.h>

#include "core/base/error.h"

namespace caas::store {
namespace {

Error missing(const std::string& file, const std::string& why) {
    return {
        Code::unavailable,
        "The PostgreSQL library " + file + " " + why,
        "Install it: apt-get install libpq5"};
}

}  // namespace

PostgresLibrary::PostgresLibrary(const std::string& file) {
    void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        throw missing(file, "could not be loaded");
    const auto load = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (function == nullptr)
            throw missing(
                file, std::string("has no function ") + name + " (14 or newer is needed)");
    };
    load(connect, "PQconnectdbParams");
    load(parse_url, "PQconninfoParse");
    load(free_options, "PQconninfoFree");
    load(finish, "PQfinish");
    load(free_memory, "PQfreemem");
    load(status, "PQstatus");
    load(socket, "PQsocket");
    load(error_message, "PQerrorMessage");
    load(server_version, "PQserverVersion");
    load(parameter_status, "PQparameterStatus");
    load(set_notice_processor, "PQsetNoticeProcessor");
    load(set_nonblocking, "PQsetnonblocking");
    load(flush, "PQflush");
    load(consume_input, "PQconsumeInput");
    load(is_busy, "PQisBusy");
    load(notifies, "PQnotifies");
    load(backend_pid, "PQbackendPID");
    load(enter_pipeline, "PQenterPipelineMode");
    load(exit_pipeline, "PQexitPipelineMode");
    load(pipeline_sync, "PQpipelineSync");
    load(send_query, "PQsendQuery");
    load(send_text, "PQsendQueryParams");
    load(send_prepare, "PQsendPrepare");
    load(send_describe, "PQsendDescribePrepared");
    load(send_prepared, "PQsendQueryPrepared");
    load(get_result, "PQgetResult");
    load(result_status, "PQresultStatus");
    load(error_field, "PQresultErrorField");
    load(clear, "PQclear");
    load(parameter_count, "PQnparams");
    load(parameter_type, "PQparamtype");
    load(row_count, "PQntuples");
    load(column_count, "PQnfields");
    load(column_type, "PQftype");
    load(is_null, "PQgetisnull");
    load(value, "PQgetvalue");
    load(length, "PQgetlength");
    load(changed_rows, "PQcmdTuples");
    load(command_tag, "PQcmdStatus");
}

}  // namespace caas::store
