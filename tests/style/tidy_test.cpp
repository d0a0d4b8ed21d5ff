#include "style/source_tree.hpp"
#include "style/style_rules.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace cinema::style;

namespace
{

/// An environment variable that ctest sets.
std::string given(const char* name)
{
    const char* const value = std::getenv(name);
    INFO("started by hand, this program needs the environment variable ", name);
    REQUIRE(value != nullptr);
    return value;
}

const source_tree& project()
{
    static const source_tree tree = read_source_tree(given("CINEMA_SOURCE_DIR"));
    return tree;
}

void report(const complaints& found)
{
    for (const auto& complaint : found)
        FAIL_CHECK(complaint);
}

/// The number of complaints of a rule about a tree of one file.
template <class Rule>
std::size_t count(Rule rule, std::string path, std::string text)
{
    return rule(source_tree{{std::move(path), std::move(text)}}).size();
}

const std::string domain = "include/cinema/booking/domain/a.hpp";
const std::string engine = "include/cinema/booking/engine/a.hpp";
const std::string service = "include/cinema/booking/service/a.hpp";

} // namespace

TEST_CASE("the project keeps its rules of style")
{
    REQUIRE(project().contains("CMakeLists.txt"));

    report(check_layers(project()));
    report(check_foreign_includes(project()));
    report(check_pragma_once(project()));
    report(check_columns(project()));
    report(check_leftovers(project()));
    report(check_sources_listed(project()));
    report(check_headers_listed(project()));
    report(check_version(project(), given("CINEMA_VERSION")));
    report(check_links(project()));
}

TEST_CASE("layers: an include of a layer to the right is found")
{
    const std::string store = "#include <cinema/booking/store/b.hpp>\n";
    const std::string http = "  #  include <cinema/booking/http/b.hpp> // why\n";

    CHECK(count(check_layers, domain, store) == 1);
    CHECK(count(check_layers, engine, store) == 1);
    CHECK(count(check_layers, service, store) == 0);
    CHECK(count(check_layers, service, http) == 1);
    CHECK(count(check_layers, "include/cinema/booking/testing/a.hpp", http) == 1);
    CHECK(count(check_layers, "include/cinema/booking/testing/a.hpp", store) == 0);
    CHECK(count(check_layers, "src/sqlite/a.cpp", store) == 0);
    CHECK(count(check_layers, "src/sqlite/a.cpp", http) == 1);
    CHECK(count(check_layers, "src/http/a.cpp", http) == 0);
    CHECK(count(check_layers, "src/net/a.cpp", store) == 1);
    CHECK(count(check_layers, "server/main.cpp", http) == 0);
    CHECK(count(check_layers, "tests/http/a.cpp", http) == 0);
}

TEST_CASE("layers: service and adapters do not include each other, nor anything the front door")
{
    const std::string memory = "#include <cinema/booking/adapters/memory.hpp>\n";
    const std::string front = "#include <cinema/booking.hpp>\n";

    CHECK(count(check_layers, service, memory) == 1);
    CHECK(count(check_layers, "src/sqlite/a.cpp", "#include <cinema/booking/service/b.hpp>") == 1);
    CHECK(count(check_layers, "include/cinema/booking.hpp", memory) == 0);
    CHECK(count(check_layers, domain, front) == 1);
    CHECK(count(check_layers, domain, "#include <cinema/booking/version.hpp>\n") == 0);
}

TEST_CASE("layers: public headers do not include by quotes, nobody by ..")
{
    CHECK(count(check_layers, domain, "#include \"b.hpp\"\n") == 1);
    CHECK(count(check_layers, "src/sqlite/a.cpp", "#include \"b.hpp\"\n") == 0);
    CHECK(count(check_layers, "src/sqlite/a.cpp", "#include \"../http/b.hpp\"\n") == 1);
}

TEST_CASE("foreign includes: drivers, Asio and Beast are found where they do not belong")
{
    const std::string asio = "#include <boost/asio/post.hpp>\n";
    const std::string beast = "#include <boost/beast/core.hpp>\n";

    CHECK(count(check_foreign_includes, service, "#include <sqlite3.h>\n") == 1);
    CHECK(count(check_foreign_includes, service, "#include <libpq-fe.h>\n") == 1);
    CHECK(count(check_foreign_includes, service, "#include <mongoc/mongoc.h>\n") == 1);
    CHECK(count(check_foreign_includes, "src/sqlite/a.hpp", "#include <sqlite3.h>\n") == 0);
    CHECK(count(check_foreign_includes, engine, asio) == 1);
    CHECK(count(check_foreign_includes, engine, beast) == 1);
    CHECK(count(check_foreign_includes, service, asio) == 0);
    CHECK(count(check_foreign_includes, service, beast) == 1);
    CHECK(count(check_foreign_includes, "include/cinema/booking/http/a.hpp", beast) == 0);
}

TEST_CASE("pragma once: its absence is found")
{
    CHECK(count(check_pragma_once, domain, "// Why.\n\n#pragma once\n") == 0);
    CHECK(count(check_pragma_once, domain, "#include <vector>\n#pragma once\n") == 1);
    CHECK(count(check_pragma_once, domain, "") == 1);
    CHECK(count(check_pragma_once, "src/sqlite/a.cpp", "#include <vector>\n") == 0);
}

TEST_CASE("columns: 100 are allowed, 101 are not, and a character is one column")
{
    std::string umlauts;
    for (int i = 0; i < 100; ++i)
        umlauts += "\xC3\xBC";

    CHECK(count(check_columns, domain, std::string(100, 'x') + '\n') == 0);
    CHECK(count(check_columns, domain, std::string(101, 'x')) == 1);
    CHECK(count(check_columns, domain, umlauts) == 0);
    CHECK(count(check_columns, domain, umlauts + 'x') == 1);
}

TEST_CASE("leftovers: a note to come back later is found as a word")
{
    const std::string note = "TO";

    CHECK(count(check_leftovers, domain, "// " + note + "DO: later\n") == 1);
    CHECK(count(check_leftovers, "docs/a.md", "FIX" + ("ME " + note)) == 1);
    CHECK(count(check_leftovers, domain, "// MAS" + note + "DON\n") == 0);
}

TEST_CASE("sources: a file that no CMakeLists.txt names is found")
{
    const auto unlisted = [](std::string list_path, std::string list)
    {
        return check_sources_listed(source_tree{{"tests/unit/domain/a_test.cpp", ""},
                                                {std::move(list_path), std::move(list)}})
            .size();
    };

    CHECK(unlisted("tests/unit/CMakeLists.txt", "f(u SOURCES domain/a_test.cpp)\n") == 0);
    CHECK(unlisted("tests/unit/domain/CMakeLists.txt", "f(u\n    a_test.cpp\n)\n") == 0);
    CHECK(unlisted("tests/unit/CMakeLists.txt", "f(u SOURCES a_test.cpp)\n") == 1);
    CHECK(unlisted("tests/unit/CMakeLists.txt", "f(u SOURCES domain/ba_test.cpp)\n") == 1);
    CHECK(unlisted("tests/unit/CMakeLists.txt", "# domain/a_test.cpp\n") == 1);
    CHECK(unlisted("tests/http/CMakeLists.txt", "f(u SOURCES domain/a_test.cpp)\n") == 1);
}

TEST_CASE("sources: browser tests and examples are named without their ending")
{
    source_tree tree{{"tests/browser/a_test.mjs", ""},
                     {"tests/browser/CMakeLists.txt", "cinema_add_browser_test(a_test)\n"},
                     {"examples/1_first.cpp", ""},
                     {"examples/CMakeLists.txt", "cinema_add_example(1_first LIBS l)\n"},
                     {"examples/demo/main.cpp", ""},
                     {"examples/demo/CMakeLists.txt", "f(demo SOURCES main.cpp)\n"}};
    CHECK(check_sources_listed(tree).empty());

    tree["tests/browser/CMakeLists.txt"] = "";
    tree["examples/CMakeLists.txt"] = "";
    CHECK(check_sources_listed(tree).size() == 2);
}

TEST_CASE("headers: one that is not listed is found, and one that is listed and absent")
{
    source_tree tree{{"cmake/headers.cmake", "set(h\n    " + domain + "\n)\n"}, {domain, ""}};
    CHECK(check_headers_listed(tree).empty());

    tree[engine] = "";
    CHECK(check_headers_listed(tree).size() == 1);
    tree.erase(domain);
    CHECK(check_headers_listed(tree).size() == 2);
}

TEST_CASE("version: the change log and the header have to state the project's")
{
    const source_tree tree{{"docs/CHANGELOG.md", "# Changes\n\n## 1.2.3 (unreleased)\n## 1.2.2\n"},
                           {"include/cinema/booking/version.hpp", "= \"1.2.3\";"}};

    CHECK(check_version(tree, "1.2.3").empty());
    CHECK(check_version(tree, "1.2.2").size() == 2);
    CHECK(check_version(tree, "1.2").size() == 2);
    CHECK(check_version({}, "1.2.3").size() == 2);
}

TEST_CASE("links: a relative one that leads nowhere is found")
{
    const auto broken = [](std::string text)
    {
        return check_links(source_tree{{"docs/a.md", std::move(text)},
                                       {"docs/b/c.md", ""},
                                       {"README.md", ""}})
            .size();
    };

    CHECK(broken("[c](b/c.md), [b](b/), [up](../README.md)\n") == 0);
    CHECK(broken("[out](https://example.org/x.md)\n") == 0);
    CHECK(broken("[gone](b/gone.md) and [gone](../gone)\n") == 2);
    CHECK(broken("`[gone](gone.md)`\n```\n[gone](gone.md)\n```\n") == 0);
}

TEST_CASE("links: a heading that is not there is found, in whatever page")
{
    const auto broken = [](std::string text)
    {
        const std::string other = "# One `two`, three!\n```\n# code\n```\n## A\n## A\n";
        return check_links(source_tree{{"docs/a.md", std::move(text)}, {"docs/b.md", other}})
            .size();
    };

    CHECK(broken("## Here it is\n[up](#here-it-is) [b](b.md#one-two-three) [a](b.md#a-1)\n") == 0);
    CHECK(broken("## Here\n[gone](#there)\n") == 1);
    CHECK(broken("[gone](b.md#code) [gone](b.md#a-2) [no file](c.md#a)\n") == 3);
}
