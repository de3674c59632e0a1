// libpq as a table of its functions, loaded with dlopen when the first PostgreSQL database is
// opened: linked, it would cost every start five milliseconds and as many megabytes.
//
// Thread-safe once made (libpq is: one thread a connection at a time). The library stays loaded.
#pragma once

#include <string>

#include <libpq-fe.h>

namespace caas::store {

class PostgresLibrary {
  public:
    // Throws Error(unavailable) with a hint when the library or one of its functions is missing.
    explicit PostgresLibrary(const std::string& file);

    decltype(&PQconnectdbParams) connect = nullptr;
    decltype(&PQconninfoParse) parse_url = nullptr;
    decltype(&PQconninfoFree) free_options = nullptr;
    decltype(&PQfinish) finish = nullptr;
    decltype(&PQfreemem) free_memory = nullptr;
    decltype(&PQstatus) status = nullptr;
    decltype(&PQsocket) socket = nullptr;
    decltype(&PQerrorMessage) error_message = nullptr;
    decltype(&PQserverVersion) server_version = nullptr;
    decltype(&PQparameterStatus) parameter_status = nullptr;
    decltype(&PQsetNoticeProcessor) set_notice_processor = nullptr;
    decltype(&PQsetnonblocking) set_nonblocking = nullptr;
    decltype(&PQflush) flush = nullptr;
    decltype(&PQconsumeInput) consume_input = nullptr;
    decltype(&PQisBusy) is_busy = nullptr;
    decltype(&PQnotifies) notifies = nullptr;
    decltype(&PQbackendPID) backend_pid = nullptr;
    decltype(&PQenterPipelineMode) enter_pipeline = nullptr;
    decltype(&PQexitPipelineMode) exit_pipeline = nullptr;
    decltype(&PQpipelineSync) pipeline_sync = nullptr;
    decltype(&PQsendQuery) send_query = nullptr;
    decltype(&PQsendQueryParams) send_text = nullptr;
    decltype(&PQsendPrepare) send_prepare = nullptr;
    decltype(&PQsendDescribePrepared) send_describe = nullptr;
    decltype(&PQsendQueryPrepared) send_prepared = nullptr;
    decltype(&PQgetResult) get_result = nullptr;
    decltype(&PQresultStatus) result_status = nullptr;
    decltype(&PQresultErrorField) error_field = nullptr;
    decltype(&PQclear) clear = nullptr;
    decltype(&PQnparams) parameter_count = nullptr;
    decltype(&PQparamtype) parameter_type = nullptr;
    decltype(&PQntuples) row_count = nullptr;
    decltype(&PQnfields) column_count = nullptr;
    decltype(&PQftype) column_type = nullptr;
    decltype(&PQgetisnull) is_null = nullptr;
    decltype(&PQgetvalue) value = nullptr;
    decltype(&PQgetlength) length = nullptr;
    decltype(&PQcmdTuples) changed_rows = nullptr;
    decltype(&PQcmdStatus) command_tag = nullptr;
};

}  // namespace caas::store
