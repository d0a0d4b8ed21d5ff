# How a target of this project is made.

# The warnings this project builds with, unless it is a part of another one, which chooses its own.
# Private to its own targets, never passed to users.
add_library(cinema_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(cinema_warnings INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Werror=switch)
elseif(PROJECT_IS_TOP_LEVEL AND MSVC)
    target_compile_options(cinema_warnings INTERFACE /W4 /we4062)
endif()

# cinema_precompile(<target> [<header>]): the header, which most of the target's sources include, is
# compiled once for all of them, unless in another project. Each still includes what it uses, and is
# checked for that where precompiling is disabled.
function(cinema_precompile target)
    if(ARGN AND PROJECT_IS_TOP_LEVEL)
        target_precompile_headers(${target} PRIVATE <${ARGN}>)
    endif()
endfunction()

# cinema_add_library(<name> SOURCES <file>... HEADERS <file>... [PRECOMPILE <header>])
#
# Adds the static library cinema_<name> with the alias cinema::<name>.
# HEADERS are public, by their path below the project's folder.
# PRECOMPILE is as for cinema_precompile.
function(cinema_add_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PRECOMPILE" "SOURCES;HEADERS")
    set(target cinema_${name})
    add_library(${target} STATIC ${arg_SOURCES})
    add_library(cinema::${name} ALIAS ${target})
    list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/)
    target_sources(${target} PUBLIC
        FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${arg_HEADERS})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:cinema_warnings>)
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        EXPORT_NAME ${name}
        POSITION_INDEPENDENT_CODE ON
        VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
    cinema_precompile(${target} ${arg_PRECOMPILE})
endfunction()

# cinema_add_interface(<name> HEADERS <file>... [PARTS <file>...])
#
# The same for a library of headers alone. PARTS are public files that only its headers include.
function(cinema_add_interface name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;PARTS")
    set(target cinema_${name})
    add_library(${target} INTERFACE)
    add_library(cinema::${name} ALIAS ${target})
    list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/)
    list(TRANSFORM arg_PARTS PREPEND ${PROJECT_SOURCE_DIR}/)
    target_sources(${target} INTERFACE
        FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${arg_HEADERS}
        FILE_SET parts TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${arg_PARTS})
    target_compile_features(${target} INTERFACE cxx_std_20)
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name}
        INTERFACE_HEADER_SETS_TO_VERIFY HEADERS
        VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
endfunction()

# cinema_add_program(<name> SOURCES <file>... LIBS <target>... [PRECOMPILE <header>])
function(cinema_add_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PRECOMPILE" "SOURCES;LIBS")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} cinema_warnings)
    set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
    cinema_precompile(${name} ${arg_PRECOMPILE})
endfunction()
