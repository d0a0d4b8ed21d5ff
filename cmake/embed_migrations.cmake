# cinema_embed_migrations(<adapter> <file>...)
#
# Makes embedded_migrations.cpp in the binary folder: the steps of the adapter's schema, in order,
# from its files NNNN_name.up.sql and, where it is there, NNNN_name.down.sql. A step that was ever
# released must not change: what is new is another.
function(cinema_embed_migrations adapter)
    set(steps "")
    foreach(file IN LISTS ARGN)
        cmake_path(GET file STEM name)
        string(REGEX REPLACE "^0*([1-9][0-9]*)_.*" "\\1" version ${name})
        file(READ ${file} sql)
        string(REGEX REPLACE "up.sql$" "down.sql" undo_file ${file})
        set(undo "")
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${undo_file})
            file(READ ${undo_file} undo)
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${undo_file})
        endif()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        string(APPEND steps
            "        {${version}, \"${name}\", R\"sql(${sql})sql\", R\"sql(${undo})sql\"},\n")
    endforeach()
    configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_migrations.cpp.in
        embedded_migrations.cpp @ONLY)
endfunction()
