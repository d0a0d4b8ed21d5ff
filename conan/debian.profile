# Builds against the packages of Debian 12, without any remote: Conan takes them for what the recipe
# requires and makes nothing itself.

[settings]
os=Linux
arch={{ detect_api.detect_arch() }}
build_type=Release
compiler=gcc
compiler.version=12
compiler.libcxx=libstdc++11
compiler.cppstd=20

[conf]
tools.cmake.cmaketoolchain:generator=Ninja

[platform_requires]
boost/1.81.0
cli11/2.1.2
date/3.0.1
libpq/15.0
libsodium/1.0.18
mongo-c-driver/1.23.1
prometheus-cpp/1.0.1
spdlog/1.10.0
sqlite3/3.40.1
