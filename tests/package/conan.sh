#!/usr/bin/env bash
#
# Makes the Conan package of this tree twice, with nothing optional and with all of it, and links
# programs with both: conan/test_package. Then links a project outside of the tree. What the package
# depends on are Debian's packages; nothing but Conan itself comes from elsewhere.
#
# All of it stays in build/conan.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/build/conan
export CONAN_HOME=$work/home
export CCACHE_BASEDIR=$work/home # Conan builds in a folder of another name each time

[ -x "$work/venv/bin/pip" ] || python3 -m venv --clear "$work/venv"
PATH=$work/venv/bin:$PATH
pip install --quiet --requirement "$root/conan/requirements.txt"

options=(--profile:all "$root/conan/debian.profile" --no-remote)

# create [conan option...]
create()
{
    conan create "$root/conan" "${options[@]}" \
        --conf tools.cmake.cmake_layout:test_folder="$work/test_package" "$@"
}

conan remove 'cinema/*' --confirm >/dev/null # those of earlier runs
create -o '&:with_compiled=True' -o '&:with_sqlite=True' -o '&:with_postgres=True' \
    -o '&:with_mongo=True' -o '&:with_http=True' -o '&:with_server=True'
create

# The project of docs/linking.md, with the lines that stand there.
rm -rf "$work/consumer"
mkdir "$work/consumer"
cd "$work/consumer"
cp "$root"/tests/package/{conan/conanfile.txt,find_package/CMakeLists.txt,shop.cpp} .
conan install . "${options[@]}"
cmake --preset conan-release
cmake --build --preset conan-release
./build/Release/shop | diff "$root/tests/package/shop.expected" -
