# Runs ${program}, which is rush, in ${folder} and fails unless its verdicts are right. ${sanitized}
# says whether it was built with a sanitizer.

include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/expect.cmake)

set(clean "500 seats sold, 0 left\n  the store agrees with every answer.*\n0 seats sold twice\n")
expect(0 "${clean}") # 64 buyers
expect(0 "${clean}" --store sqlite:)
expect(0 "\"seats_sold_twice\":0.*\"store_agrees\":true" --buyers 64 --hall 10x10 --json)
expect(1 "was sold to buyer.*\n[1-9][0-9]* seats sold twice.*what the two locks prevent"
    --broken-swap)
expect(0 "1 seats sold, 0 left.*\n0 seats sold twice\nNobody came between this time[^\n]+\n$"
    --broken-swap --buyers 2 --requests 1 --hall 1x1)

file(REMOVE ${folder}/lasting.db)
expect(0 "0 seats sold twice" --hall 5x5 --store sqlite:lasting.db)
expect(0 "25 seats sold, 0 left" --hall 5x5 --store sqlite:lasting.db) # in the same hall
file(REMOVE ${folder}/lasting.db)

# Of very many buyers some get no thread in so little memory: then none buys.
# A sanitizer needs more.
if(NOT sanitized)
    set(rush ${program})
    set(program sh)
    expect(2 "^rush: [^\n]+\n$" -c "ulimit -v 1000000 && exec '${rush}' --buyers 1000")
    set(program ${rush})
endif()

expect(0 "rush --broken-swap" --help)
expect(2 "rush: --buyers: must be a whole number" --buyers 0)
expect(2 "rush: --hall: must be ROWSxCOLUMNS" --hall 5)
expect(2 "rush: --store: 'nosql' is no store; use sqlite:FILE, postgresql://"
    --store nosql:x)
expect(2 "rush: --store cannot go with --url" --store memory: --url http://127.0.0.1:1)
expect(2 "rush: --broken-swap needs --services 2" --broken-swap --services 1)
expect(2 "rush: --broken-swap needs --buyers 2" --broken-swap --buyers 1)
expect(2 "rush: --broken-swap breaks the memory store only" --broken-swap --store sqlite:)
expect(2 "rush: --url: begins with http://" --url ftp://127.0.0.1)
expect(2 "rush: --url: cannot reach a server at 127.0.0.1:1" --url http://127.0.0.1:1)
