# Compiles through ccache where it is installed: the result is the same, only sooner.
# A launcher chosen by the caller stays.

find_program(CINEMA_CCACHE ccache)
mark_as_advanced(CINEMA_CCACHE)
if(CINEMA_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    # Another checkout of the same sources finds what this one compiled: paths below the source
    # folder count relative to it. The sloppiness is what ccache asks for with precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CINEMA_CCACHE})
endif()
