# Finds what the options ask for. Asked for and missing is an error that says what to do.

# cinema_find(<package> BY <what needs it> DEBIAN <package> CONAN <recipe> ARGS <find_package>...)
macro(cinema_find package)
    cmake_parse_arguments(cinema_find "" "BY;DEBIAN;CONAN" "ARGS" ${ARGN})
    find_package(${package} ${cinema_find_ARGS} QUIET)
    if(NOT ${package}_FOUND)
        cinema_missing(${package}
            "${cinema_find_BY}" "${cinema_find_DEBIAN}" "${cinema_find_CONAN}")
    endif()
endmacro()

function(cinema_missing package by debian conan)
    if(by MATCHES "^CINEMA_")
        set(by "${by}=ON")
        set(otherwise " Or turn the option off.")
    endif()
    message(FATAL_ERROR
        "${by} needs ${package}, which was not found.\n"
        "Debian package: ${debian}. Conan recipe: ${conan}. "
        "If it is installed elsewhere, name its folder in CMAKE_PREFIX_PATH.${otherwise}")
endfunction()

# cinema_find_shim(<name> BY <what needs it> DEBIAN <package> CONAN <recipe>)
#
# For a library whose CMake targets differ between distributions: cmake/dep_<name>.cmake defines
# cinema::dep_<name> if it finds one of them. The installed package reads the same file.
macro(cinema_find_shim name)
    cmake_parse_arguments(cinema_find "" "BY;DEBIAN;CONAN" "" ${ARGN})
    include(${PROJECT_SOURCE_DIR}/cmake/dep_${name}.cmake)
    if(NOT TARGET cinema::dep_${name})
        cinema_missing(${name}
            "${cinema_find_BY}" "${cinema_find_DEBIAN}" "${cinema_find_CONAN}")
    endif()
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

set(cinema_boost_version 1.81)
cinema_find(Boost BY cinema::booking DEBIAN libboost1.81-dev CONAN boost
    ARGS ${cinema_boost_version} CONFIG)

if(CINEMA_WITH_SQLITE)
    cinema_find(SQLite3 BY CINEMA_WITH_SQLITE DEBIAN libsqlite3-dev CONAN sqlite3)
endif()

if(CINEMA_WITH_POSTGRES)
    cinema_find(PostgreSQL BY CINEMA_WITH_POSTGRES DEBIAN libpq-dev CONAN libpq ARGS 13)
endif()

if(CINEMA_WITH_MONGO)
    cinema_find_shim(mongoc BY CINEMA_WITH_MONGO DEBIAN libmongoc-dev CONAN mongo-c-driver)
endif()

if(CINEMA_WITH_HTTP OR CINEMA_BUILD_TESTS OR CINEMA_BUILD_EXAMPLES)
    cinema_find(Boost BY "CINEMA_WITH_HTTP, CINEMA_BUILD_TESTS or CINEMA_BUILD_EXAMPLES"
        DEBIAN libboost-json1.81-dev CONAN boost
        ARGS ${cinema_boost_version} CONFIG COMPONENTS json)
endif()
if(CINEMA_WITH_HTTP)
    cinema_find_shim(sodium BY CINEMA_WITH_HTTP DEBIAN libsodium-dev CONAN libsodium)
    cinema_find_shim(prometheus BY CINEMA_WITH_HTTP DEBIAN prometheus-cpp-dev CONAN prometheus-cpp)
    cinema_find(date BY CINEMA_WITH_HTTP DEBIAN libhowardhinnant-date-dev CONAN date)
endif()

if(CINEMA_BUILD_SERVER)
    cinema_find(CLI11 BY CINEMA_BUILD_SERVER DEBIAN libcli11-dev CONAN cli11)
    cinema_find(spdlog BY CINEMA_BUILD_SERVER DEBIAN libspdlog-dev CONAN spdlog)
endif()

if(CINEMA_BUILD_EXAMPLES)
    cinema_find(CLI11 BY CINEMA_BUILD_EXAMPLES DEBIAN libcli11-dev CONAN cli11)
    cinema_find(date BY CINEMA_BUILD_EXAMPLES DEBIAN libhowardhinnant-date-dev CONAN date)
    cinema_find(doctest BY CINEMA_BUILD_EXAMPLES DEBIAN doctest-dev CONAN doctest)
endif()

if(CINEMA_BUILD_TESTS)
    cinema_find(doctest BY CINEMA_BUILD_TESTS DEBIAN doctest-dev CONAN doctest)
    cinema_find_shim(sodium BY CINEMA_BUILD_TESTS DEBIAN libsodium-dev CONAN libsodium)
    cinema_find(rapidcheck BY CINEMA_BUILD_TESTS DEBIAN librapidcheck-dev CONAN rapidcheck)
endif()

if(CINEMA_BUILD_DOCS)
    cinema_find(Doxygen BY CINEMA_BUILD_DOCS DEBIAN doxygen CONAN doxygen)
    find_file(CINEMA_DOCS_STYLE doxygen-awesome.css
        PATH_SUFFIXES share/doxygen-awesome-css
        DOC "The reference's style sheet; empty for Doxygen's own")
    if(CINEMA_DOCS_STYLE MATCHES "NOTFOUND$")
        message(FATAL_ERROR
            "CINEMA_BUILD_DOCS=ON needs doxygen-awesome.css, which was not found.\n"
            "Debian package: doxygen-awesome-css. If it is elsewhere, name the file in "
            "CINEMA_DOCS_STYLE; empty, it gives Doxygen's own looks.")
    endif()
endif()
