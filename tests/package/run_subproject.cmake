# Runs the shop of a project of which this one is a part, and looks at what else was made part of
# it: ${sources} source files in all, no warnings.

set(program ./shop)
include(${compare_output})

file(READ compile_commands.json commands)
string(JSON found LENGTH ${commands})
if(NOT found EQUAL sources)
    message(FATAL_ERROR "a subproject adds other sources to the build:\n${commands}")
endif()
math(EXPR last "${sources} - 1")
foreach(index RANGE ${last})
    string(JSON command GET ${commands} ${index} command)
    if(command MATCHES " -W")
        message(FATAL_ERROR "a subproject sets warnings: ${command}")
    endif()
endforeach()
