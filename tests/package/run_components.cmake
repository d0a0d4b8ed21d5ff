# Runs the programs of the project `components`.

set(program ./compiled_shop)
include(${compare_output})
set(program ./lasting_shop)
include(${compare_output})
set(program ${with_postgres} ./database_shop)
include(${compare_output})
set(program ${with_mongodb} ./document_shop)
include(${compare_output})
set(program ./served_shop)
include(${compare_output})
execute_process(COMMAND ./conformance_test COMMAND_ERROR_IS_FATAL ANY)
