# Runs the shop of a project of which this one is a part, and looks at what else was made part of
# it: nothing to compile, no warnings.

set(program ./shop)
include(${compare_output})

file(READ compile_commands.json commands)
string(JSON sources LENGTH ${commands})
string(JSON command GET ${commands} 0 command)
if(NOT sources EQUAL 1)
    message(FATAL_ERROR "a subproject adds sources to the build:\n${commands}")
elseif(command MATCHES " -W")
    message(FATAL_ERROR "a subproject sets warnings: ${command}")
endif()
