# What is installed: libraries and headers, the package that find_package(cinema) reads, and the
# modules of pkg-config. Nothing of it holds an absolute path, so an installation can be moved.
#
# Each component has an export set of its own, so that its dependencies are looked for only if it is
# asked for.

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

# Libraries, headers and programs

cinema_install_component(booking cinema_booking)
cinema_install_component(testing cinema_booking_testing)
if(CINEMA_WITH_COMPILED)
    cinema_install_component(compiled cinema_booking_compiled)
endif()
if(CINEMA_WITH_SQLITE)
    cinema_install_component(sqlite cinema_booking_sqlite)
endif()
if(CINEMA_WITH_POSTGRES)
    cinema_install_component(postgres cinema_booking_postgres)
    # To be read: what runs is built in.
    install(DIRECTORY src/postgres/migrations/
        DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/cinema/migrations/postgres
        FILES_MATCHING PATTERN "*.sql")
endif()
if(CINEMA_WITH_MONGO)
    cinema_install_component(mongo cinema_booking_mongo)
endif()
if(CINEMA_WITH_HTTP)
    cinema_install_component(http cinema_booking_net cinema_booking_http)
endif()
if(CINEMA_BUILD_SERVER)
    install(TARGETS cinema-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# The package that find_package(cinema) reads

configure_package_config_file(
    cmake/cinemaConfig.cmake.in ${PROJECT_BINARY_DIR}/cinemaConfig.cmake
    INSTALL_DESTINATION ${cinema_package_dir}
    NO_SET_AND_CHECK_MACRO
    NO_CHECK_REQUIRED_COMPONENTS_MACRO)
if(NOT CINEMA_WITH_COMPILED AND NOT CINEMA_WITH_SQLITE AND NOT CINEMA_WITH_POSTGRES
    AND NOT CINEMA_WITH_MONGO)
    set(cinema_any_architecture ARCH_INDEPENDENT) # headers alone
endif()
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/cinemaConfigVersion.cmake
    COMPATIBILITY SameMinorVersion
    ${cinema_any_architecture})
install(FILES
    ${PROJECT_BINARY_DIR}/cinemaConfig.cmake
    ${PROJECT_BINARY_DIR}/cinemaConfigVersion.cmake
    cmake/dep_mongoc.cmake
    cmake/dep_prometheus.cmake
    cmake/dep_sodium.cmake
    DESTINATION ${cinema_package_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/licenses/cinema)

# The modules of pkg-config

# From the folder of the modules up to the prefix, and from there to what they name.
cmake_path(SET cinema_pc_dir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${cinema_pc_dir}
    OUTPUT_VARIABLE cinema_pc_up)
cmake_path(APPEND cinema_pc_libdir "\${prefix}" ${CMAKE_INSTALL_LIBDIR})
cmake_path(APPEND cinema_pc_includedir "\${prefix}" ${CMAKE_INSTALL_INCLUDEDIR})

# cinema_install_pkg_config(<name> DESCRIPTION <text> [REQUIRES <module>...]
#                           [CFLAGS <flag>...] [LIBS <flag>...])
#
# The libraries are static ones, so all they need is public: there is no use for --static.
# Libraries without a module of their own, such as Boost, have to be where the compiler looks.
function(cinema_install_pkg_config name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "DESCRIPTION" "REQUIRES;CFLAGS;LIBS")
    list(JOIN arg_REQUIRES " " arg_REQUIRES)
    list(JOIN arg_CFLAGS " " arg_CFLAGS)
    list(JOIN arg_LIBS " " arg_LIBS)
    configure_file(cmake/pkg_config.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

cinema_install_pkg_config(cinema-booking
    DESCRIPTION ${PROJECT_DESCRIPTION}
    CFLAGS -I\${includedir} -pthread
    LIBS -pthread)
if(CINEMA_WITH_COMPILED)
    cinema_install_pkg_config(cinema-booking-compiled
        DESCRIPTION "What cinema-booking has in headers, compiled once"
        REQUIRES cinema-booking
        CFLAGS -DCINEMA_SEPARATE_COMPILATION
        LIBS -L\${libdir} -lcinema_booking_compiled)
endif()
if(CINEMA_WITH_SQLITE)
    cinema_install_pkg_config(cinema-booking-sqlite
        DESCRIPTION "The stores of cinema-booking in an SQLite file"
        REQUIRES cinema-booking sqlite3
        LIBS -L\${libdir} -lcinema_booking_sqlite)
endif()
if(CINEMA_WITH_POSTGRES)
    cinema_install_pkg_config(cinema-booking-postgres
        DESCRIPTION "The stores of cinema-booking in PostgreSQL"
        REQUIRES cinema-booking libpq
        LIBS -L\${libdir} -lcinema_booking_postgres)
endif()
if(CINEMA_WITH_MONGO)
    set(cinema_mongoc_module libmongoc-1.0)
    if(mongoc_FOUND)
        set(cinema_mongoc_module mongoc2) # as the driver names it from its version 2 on
    endif()
    cinema_install_pkg_config(cinema-booking-mongo
        DESCRIPTION "The stores of cinema-booking in MongoDB"
        REQUIRES cinema-booking ${cinema_mongoc_module}
        LIBS -L\${libdir} -lcinema_booking_mongo)
endif()
if(CINEMA_WITH_HTTP)
    cinema_install_pkg_config(cinema-booking-http
        DESCRIPTION "The HTTP interface of cinema-booking"
        REQUIRES cinema-booking-compiled libsodium prometheus-cpp-core
        CFLAGS -DBOOST_ASIO_SEPARATE_COMPILATION -DBOOST_BEAST_SEPARATE_COMPILATION
        LIBS -L\${libdir} -lcinema_booking_http -lcinema_booking_net -lboost_json -ldate-tz)
endif()
