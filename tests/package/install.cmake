# Installs the build tree ${build} and moves what was installed to ${prefix}: it has to work there.

set(first ${prefix}_first)
file(REMOVE_RECURSE ${first} ${prefix})
execute_process(
    COMMAND ${CMAKE_COMMAND} --install ${build} --config "${config}" --prefix ${first}
    OUTPUT_QUIET
    COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${first} ${prefix})
