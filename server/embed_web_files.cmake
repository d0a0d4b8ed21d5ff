# Writes a C++ source with the page's files in it.
#
#   cmake -D OUT=<source> -D FOLDER=<of the files> -D "FILES=<name>,..." -P embed_web_files.cmake
cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" FILES "${FILES}")
set(arrays "")
set(entries "")
set(index 0)
foreach(file IN LISTS FILES)
    file(READ ${FOLDER}/${file} hex HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "constexpr unsigned char file_${index}[] = {\n${bytes}};\n\n")
    string(APPEND entries "        {\"/${file}\", text_of(file_${index})},\n")
    math(EXPR index "${index} + 1")
endforeach()

file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT [[
// Made by CMake from server/web.

#include "web_files.hpp"

#include <string_view>

namespace
{

@arrays@template <std::size_t Size>
std::string_view text_of(const unsigned char (&bytes)[Size]) noexcept
{
    return {reinterpret_cast<const char*>(bytes), Size};
}

} // namespace

std::span<const cinema::booking::web_file> cinema::server::web_files() noexcept
{
    static const cinema::booking::web_file all[] = {
@entries@    };
    return all;
}
]])
