# The projects that the tests build are the ones that docs/linking.md shows.

file(READ ${root}/docs/linking.md page)
foreach(file IN ITEMS
        find_package/CMakeLists.txt fetch_content/CMakeLists.txt conan/conanfile.txt)
    file(READ ${root}/tests/package/${file} text)
    string(FIND "${page}" "\n${text}```" found)
    if(found EQUAL -1)
        message(SEND_ERROR "docs/linking.md does not show tests/package/${file} as it is")
    endif()
endforeach()
