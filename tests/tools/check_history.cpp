// Checks recorded histories: check_history [--map-staleness-ms N] [--no-maps] FILE...
//
// Several files, as from several processes of one machine, are one history. Prints what is found.
// Exit code: 0 clean; 1 findings; 2 not checked (usage, unreadable file, nothing recorded).

#include <cinema/booking/testing/history/black_box.hpp>
#include <cinema/booking/testing/history/text_reader.hpp>
#include <cinema/booking/testing/history/witness.hpp>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace
{

using namespace cinema::booking::testing;

constexpr int exit_clean = 0;
constexpr int exit_findings = 1;
constexpr int exit_not_checked = 2;

struct command_line
{
    witness_options witness;
    black_box_options black_box;
    std::vector<std::string> files;
    bool is_good{true};
};

command_line parse(const std::vector<std::string_view>& arguments)
{
    command_line out;
    for (std::size_t i = 0; i < arguments.size(); ++i)
    {
        const auto argument = arguments[i];
        if (argument == "--no-maps")
            out.black_box.maps = false;
        else if (argument == "--map-staleness-ms" && i + 1 < arguments.size())
        {
            const auto text = arguments[++i];
            std::uint32_t ms = 0;
            const auto end = std::from_chars(text.data(), text.data() + text.size(), ms).ptr;
            out.is_good = out.is_good && !text.empty() && end == text.data() + text.size();
            out.witness.map_staleness = std::chrono::milliseconds{ms};
        }
        else if (argument.starts_with("-"))
            out.is_good = false;
        else
            out.files.emplace_back(argument);
    }
    out.is_good = out.is_good && !out.files.empty();
    return out;
}

/// Adds a file's history. False, after saying why, if it cannot be read.
bool add_file(history& to, const std::string& name)
{
    std::ifstream in{name, std::ios::binary};
    if (!in)
    {
        std::cerr << name << ": cannot be opened\n";
        return false;
    }
    auto part = read_history(in);
    if (!part)
    {
        std::cerr << name << ": " << part.error().what() << '\n';
        return false;
    }
    const auto append = [](auto& all, auto& more)
    { all.insert(all.end(), more.begin(), more.end()); };
    append(to.operations, part->operations);
    append(to.begins, part->begins);
    append(to.ends, part->ends);
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    const auto asked = parse({argv + 1, argv + argc});
    if (!asked.is_good)
    {
        std::cerr << "usage: check_history [--map-staleness-ms N] [--no-maps] FILE...\n";
        return exit_not_checked;
    }
    history what;
    for (const auto& name : asked.files)
        if (!add_file(what, name))
            return exit_not_checked;
    if (what.operations.empty())
    {
        std::cerr << "no operation was recorded\n";
        return exit_not_checked;
    }
    const auto witness = check_witness(what, asked.witness);
    const auto black_box = check_black_box(what, asked.black_box);
    std::cout << "witness: " << witness.text() << "black box: " << black_box.text();
    return witness.is_clean() && black_box.is_clean() ? exit_clean : exit_findings;
}
