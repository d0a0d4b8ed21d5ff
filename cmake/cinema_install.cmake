# The install rules and the package that find_package(cinema) reads: one export set for each
# component, so that a component's dependencies are looked for only if it is asked for.

include(CMakePackageConfigHelpers)
set(cinema_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cinema)

# cinema_install_component(<component> <target>...)
function(cinema_install_component component)
    foreach(target IN LISTS ARGN)
        get_target_property(file_sets ${target} INTERFACE_HEADER_SETS)
        list(TRANSFORM file_sets REPLACE "(.+)"
            "FILE_SET;\\1;DESTINATION;${CMAKE_INSTALL_INCLUDEDIR}")
        install(TARGETS ${target}
            EXPORT cinema-${component}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
            ${file_sets})
    endforeach()
    install(EXPORT cinema-${component}
        NAMESPACE cinema::
        FILE cinema-${component}-targets.cmake
        DESTINATION ${cinema_package_dir})
endfunction()

cinema_install_component(booking cinema_booking)
cinema_install_component(testing cinema_booking_testing)
if(CINEMA_WITH_SQLITE)
    cinema_install_component(sqlite cinema_booking_sqlite)
endif()
if(CINEMA_WITH_HTTP)
    cinema_install_component(http cinema_booking_net cinema_booking_http)
endif()
if(CINEMA_BUILD_SERVER)
    install(TARGETS cinema-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(
    cmake/cinemaConfig.cmake.in ${PROJECT_BINARY_DIR}/cinemaConfig.cmake
    INSTALL_DESTINATION ${cinema_package_dir}
    NO_SET_AND_CHECK_MACRO
    NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/cinemaConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/cinemaConfig.cmake
    ${PROJECT_BINARY_DIR}/cinemaConfigVersion.cmake
    cmake/dep_prometheus.cmake
    cmake/dep_sodium.cmake
    DESTINATION ${cinema_package_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/licenses/cinema)
