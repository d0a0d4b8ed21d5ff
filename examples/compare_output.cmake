# Runs ${program} and fails unless it succeeds and prints exactly what the file ${expected} holds.

execute_process(COMMAND ${program} OUTPUT_VARIABLE printed RESULT_VARIABLE status)
file(READ ${expected} wanted)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${program} ended with ${status} after printing:\n${printed}")
elseif(NOT printed STREQUAL wanted)
    message(FATAL_ERROR "${program} printed:\n${printed}\nbut ${expected} has:\n${wanted}")
endif()
