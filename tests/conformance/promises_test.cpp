#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace
{

std::string read(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// What the first group of `pattern` matches in `text`, each once.
std::set<std::string> all_matches(const std::string& text, const std::regex& pattern)
{
    std::set<std::string> out;
    for (auto match = std::sregex_iterator{text.begin(), text.end(), pattern};
         match != std::sregex_iterator{}; ++match)
        out.insert((*match)[1]);
    return out;
}

} // namespace

// A promise that is written down but never run would look kept.
TEST_CASE("promises: the suite runs each test that is written down in it")
{
    const char* const root = std::getenv("CINEMA_SOURCE_DIR");
    REQUIRE(root != nullptr);
    const auto folder = std::filesystem::path{root} / "include/cinema/booking/testing";
    const std::regex made{R"(TEST_CASE_TEMPLATE_DEFINE\(\s*"[^"]*",\s*Store,\s*(\w+)\))"};
    const std::regex begun{R"((TEST_CASE_TEMPLATE_DEFINE))"};
    const std::regex run{R"(TEST_CASE_TEMPLATE_INVOKE\((\w+),)"};
    std::set<std::string> promises;
    std::ptrdiff_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder / "conformance"})
    {
        const auto text = read(entry.path());
        promises.merge(all_matches(text, made));
        count += std::distance(std::sregex_iterator{text.begin(), text.end(), begun}, {});
    }

    CHECK(promises.size() >= 80);
    CHECK(std::ssize(promises) == count); // each was understood here, and no name is used twice
    CHECK(all_matches(read(folder / "conformance.hpp"), run) == promises);
}
