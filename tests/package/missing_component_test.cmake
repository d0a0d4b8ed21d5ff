# Asks the installations ${prefix}, which has no adapter, and ${prefix_of_all} for components: each
# time find_package has to fail with a message that says what to do.

function(expect_message component message)
    execute_process(
        COMMAND ${CMAKE_COMMAND} --fresh -G ${generator} -S ${project} -B ${build}
            -DCMAKE_PREFIX_PATH=${prefix} -Dcomponent=${component} ${ARGN}
        OUTPUT_QUIET
        ERROR_VARIABLE printed
        RESULT_VARIABLE status)
    string(REGEX REPLACE "[ \n]+" " " printed "${printed}") # CMake wraps what it prints
    string(FIND "${printed}" "${message}" found)
    if(status EQUAL 0)
        message(FATAL_ERROR "the component ${component} is said to be there")
    elseif(found EQUAL -1)
        message(FATAL_ERROR "asked for the component ${component}, CMake says:\n${printed}")
    endif()
endfunction()

foreach(component IN ITEMS compiled sqlite postgres mongo http)
    string(TOUPPER ${component} option)
    expect_message(${component} "Build and install cinema with CINEMA_WITH_${option}=ON.")
endforeach()
expect_message(nonsense
    "Its components are booking, compiled, sqlite, postgres, mongo, http, testing.")

# A component that is there, but not what it needs.
set(hidden -DCMAKE_MODULE_PATH=${project}/hidden)
expect_message(testing "the component testing needs doctest, which was not found." ${hidden})

# Adapters that were built with another Boost than the one that is found.
string(REPLACE "," ";" adapters "${adapters}")
list(REMOVE_ITEM adapters "")
set(other_boost -DCMAKE_PREFIX_PATH=${prefix_of_all} -DBoost_DIR=${project}/other_boost)
foreach(component IN LISTS adapters)
    expect_message(${component} "the component ${component} needs the Boost it was built with"
        ${other_boost})
endforeach()

# Who can do without a component gets the rest. The headers alone take any Boost that is new enough.
foreach(more IN ITEMS
        -Dcomponent=sqlite "-Dcomponent=testing;${hidden}" "-Dcomponent=sqlite;${other_boost}")
    execute_process(
        COMMAND ${CMAKE_COMMAND} --fresh -G ${generator} -S ${project} -B ${build}
            -DCMAKE_PREFIX_PATH=${prefix} -Dis_optional=ON ${more}
        OUTPUT_QUIET
        COMMAND_ERROR_IS_FATAL ANY)
endforeach()
