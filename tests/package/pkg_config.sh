#!/bin/sh
#
# pkg_config.sh <module> <program> <folder>
#
# Builds <program>.cpp in the folder with the compiler and the module of pkg-config alone, and
# compares what it prints.

set -eu
module=$1
program=$2
sources=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$3"
cd "$3"
$CXX -std=c++20 $($PKG_CONFIG --cflags $module) -c "$sources/$program.cpp"
$CXX $program.o $($PKG_CONFIG --libs $module) -o $program
./$program >printed
diff "$sources/shop.expected" printed
