cmake_minimum_required(VERSION 3.25)
# Fails when a third-party header is included outside the one place that may use it.
set(rules
  "SQLiteCpp/|core/store/sqlite(_statement)?\\.cc$"
  "libpq-fe\\.h|core/store/postgres[a-z_]*\\.[ch]+$"
  "curl/|core/net/curl[a-z_]*\\.[ch]+$"
  "httplib\\.h|daemon/http/server\\.cc$"
  "CLI/|^cli/"
  "toml\\+\\+/|core/config/"
  "argon2\\.h|core/access/password\\.cc$"
  "spdlog/|core/base/log\\.cc$")
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/core/*.h ${ROOT}/core/*.cc ${ROOT}/cli/*.h ${ROOT}/cli/*.cc ${ROOT}/daemon/*.h ${ROOT}/daemon/*.cc)
foreach(file IN LISTS files)
  file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*<")
  foreach(line IN LISTS lines)
    foreach(rule IN LISTS rules)
      string(REPLACE "|" ";" rule "${rule}")
      list(GET rule 0 header)
      list(GET rule 1 home)
      if(line MATCHES "<${header}" AND NOT file MATCHES "${home}")
        message(SEND_ERROR "${file}: ${line} belongs in ${home}")
      endif()
    endforeach()
  endforeach()
endforeach()
