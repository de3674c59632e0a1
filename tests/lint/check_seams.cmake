cmake_minimum_required(VERSION 3.25)
# Fails when code reaches past a seam (time, chance, environment, terminal), includes upwards, opens a
# whole namespace, or a file grows past what one idea needs.
set(rules
  "system_clock::now|steady_clock::now" "core/base/clock\\.cc$"
  "random_device|[^_a-z]rand\\(\\)" "^$"
  "[^_a-z]getenv *\\(" "core/config/environment\\.cc$"
  "[^_a-z]isatty *\\(" "cli/(system_)?terminal\\.(cc|h)$"
  "std::cout|std::cerr" "cli/(system_)?terminal\\.(cc|h)$"
  "using namespace" "^$"
  "include \"\\.\\./" "^$")
set(most_lines 400)
file(GLOB_RECURSE files RELATIVE ${ROOT}
  ${ROOT}/core/*.h ${ROOT}/core/*.cc ${ROOT}/cli/*.h ${ROOT}/cli/*.cc ${ROOT}/daemon/*.h ${ROOT}/daemon/*.cc)
foreach(file IN LISTS files)
  file(READ ${ROOT}/${file} text)
  string(REGEX REPLACE "[^\n]" "" ends "${text}")
  string(LENGTH "${ends}" lines)
  if(lines GREATER most_lines)
    message(SEND_ERROR "${file}: ${lines} lines; past ${most_lines} it is more than one idea")
  endif()
  set(rest ${rules})
  while(rest)
    list(POP_FRONT rest pattern home)
    if(NOT file MATCHES "${home}" AND text MATCHES "${pattern}")
      message(SEND_ERROR "${file}: `${CMAKE_MATCH_0}` belongs in ${home}")
    endif()
  endwhile()
endforeach()
# A semicolon in a test's name makes CTest run nothing and report it passed (doctest 2.4.9).
file(GLOB_RECURSE tests RELATIVE ${ROOT} ${ROOT}/tests/*_test.cc)
foreach(file IN LISTS tests)
  file(READ ${ROOT}/${file} text)
  if(text MATCHES "TEST_CASE\\(\"[^\"]*;")
    message(SEND_ERROR "${file}: a test's name may not hold a semicolon")
  endif()
endforeach()
