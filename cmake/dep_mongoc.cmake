# cinema::dep_mongoc: mongo-c-driver has other CMake packages and targets in its versions 1.x and
# 2.x, and either of them is a shared or a static library.

if(NOT TARGET cinema::dep_mongoc)
    find_package(mongoc CONFIG QUIET)     # 2.x
    if(NOT mongoc_FOUND)
        find_package(mongoc-1.0 1.23 CONFIG QUIET)
    endif()
    foreach(target IN ITEMS
            mongoc::mongoc mongoc::shared mongoc::static mongo::mongoc_shared mongo::mongoc_static)
        if(TARGET ${target})
            add_library(cinema::dep_mongoc INTERFACE IMPORTED GLOBAL)
            target_link_libraries(cinema::dep_mongoc INTERFACE ${target})
            break()
        endif()
    endforeach()
endif()
