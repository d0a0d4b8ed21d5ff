import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

required_conan_version = ">=2.9"


class CinemaRecipe(ConanFile):
    name = "cinema"
    description = "Sells numbered seats without ever selling one twice"
    license = "MIT"
    topics = ("booking", "seats", "concurrency")
    settings = "os", "arch", "compiler", "build_type"

    # Without any of them the package is headers alone. With an adapter it needs what its function
    # below requires, and CMake's CINEMA_WITH_<NAME>.
    options = {
        "with_compiled": [True, False],
        "with_sqlite": [True, False],
        "with_postgres": [True, False],
        "with_mongo": [True, False],
        "with_http": [True, False],
        "with_server": [True, False],
    }
    default_options = {name: False for name in options}

    @property
    def _is_compiled(self):
        return any(self.options.get_safe(name)
                   for name in ("with_compiled", "with_sqlite", "with_postgres", "with_mongo",
                                "with_http"))

    def set_version(self):
        header = load(self, os.path.join(
            self.recipe_folder, "..", "include", "cinema", "booking", "version.hpp"))
        self.version = re.search(r'version\[\] = "(.+)"', header).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*", "server/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def configure(self):
        self.package_type = "static-library" if self._is_compiled else "header-library"

    def requirements(self):
        # What users have to find too: our headers include Boost.
        self.requires("boost/[>=1.81.0 <2]", transitive_headers=True, transitive_libs=True)
        if self.options.with_sqlite:
            self.requires("sqlite3/[>=3.40.0 <4]")
        if self.options.with_postgres:
            self.requires("libpq/[>=13 <19]")
        if self.options.with_mongo:
            self.requires("mongo-c-driver/[>=1.23.1 <3]")
        if self.options.with_http:
            self.requires("date/[>=3.0.1 <4]")
            self.requires("libsodium/[>=1.0.18 <2]")
            self.requires("prometheus-cpp/[>=1.0.1 <2]")
        if self.options.with_server:
            self.requires("cli11/[>=2.1.2 <3]", visible=False)
            self.requires("spdlog/[>=1.10.0 <2]", visible=False)

    def validate(self):
        check_min_cppstd(self, 20)
        if self.options.with_server and not (self.options.with_http and self.options.with_sqlite):
            raise ConanInvalidConfiguration("with_server needs with_http and with_sqlite")

    def layout(self):
        cmake_layout(self)

    def package_id(self):
        if self.package_type == "header-library":
            self.info.clear()

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables.update({
            "CINEMA_WITH_COMPILED": bool(self.options.with_compiled),
            "CINEMA_WITH_SQLITE": bool(self.options.with_sqlite),
            "CINEMA_WITH_POSTGRES": bool(self.options.with_postgres),
            "CINEMA_WITH_MONGO": bool(self.options.with_mongo),
            "CINEMA_WITH_HTTP": bool(self.options.with_http),
            "CINEMA_BUILD_SERVER": bool(self.options.with_server),
            "CINEMA_BUILD_TESTS": False,
            "CINEMA_BUILD_EXAMPLES": False,
        })
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        # find_package reads the package that CMake installed, which knows the components.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "cinema")]
        # The rest is for other build systems.
        if self.options.get_safe("with_http"):
            self.cpp_info.libs += ["cinema_booking_http", "cinema_booking_net"]
            self.cpp_info.defines = [
                "BOOST_ASIO_SEPARATE_COMPILATION", "BOOST_BEAST_SEPARATE_COMPILATION"]
        if self.options.get_safe("with_compiled") or self.options.get_safe("with_http"):
            self.cpp_info.libs += ["cinema_booking_compiled"]
            self.cpp_info.defines += ["CINEMA_SEPARATE_COMPILATION"]
        for adapter in ("sqlite", "postgres", "mongo"):
            if self.options.get_safe(f"with_{adapter}"):
                self.cpp_info.libs += [f"cinema_booking_{adapter}"]
        if not self._is_compiled:
            self.cpp_info.bindirs = []
            self.cpp_info.libdirs = []
        if self.settings.get_safe("os") in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
