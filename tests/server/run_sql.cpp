// run_sql FILE [--hold] SQL...
//
// Runs statements in an SQLite file, for tests that damage or lock one. With --hold it then says
// "held" and keeps the file open until its standard input ends.

#include <sqlite3.h>

#include <iostream>
#include <string>
#include <string_view>

namespace
{

int print_row(void*, int columns, char** values, char**)
{
    for (int i = 0; i < columns; ++i)
        std::cout << (i > 0 ? "|" : "") << (values[i] != nullptr ? values[i] : "");
    std::cout << '\n';
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3)
        return 2;
    sqlite3* database = nullptr;
    int result = sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_busy_timeout(database, 5'000);
    bool is_holding = false;
    for (int i = 2; i < argc && result == SQLITE_OK; ++i)
    {
        if (std::string_view{argv[i]} == "--hold")
            is_holding = true;
        else
            result = sqlite3_exec(database, argv[i], print_row, nullptr, nullptr);
    }
    if (result != SQLITE_OK)
        std::cerr << sqlite3_errmsg(database) << '\n';
    else if (is_holding)
    {
        std::cout << "held" << std::endl;
        std::string line;
        while (std::getline(std::cin, line))
        {
        }
    }
    sqlite3_close(database);
    return result == SQLITE_OK ? 0 : 1;
}
