# expect(<exit code> <regular expression> <argument>...)
#
# For test scripts: runs ${program} in ${folder} and fails unless it ends with this code and what it
# prints, on stdout and stderr, matches.
function(expect exit_code printed)
    execute_process(COMMAND ${program} ${ARGN}
        WORKING_DIRECTORY ${folder}
        OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
    if(NOT status EQUAL ${exit_code} OR NOT output MATCHES "${printed}")
        message(FATAL_ERROR "${program} ${ARGN} ended with ${status} after printing:\n${output}")
    endif()
endfunction()
