# Runs ${program} on the histories in ${folder} and fails unless it judges them rightly.

include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/expect.cmake)

expect(0 "black box: 4 operations on 1 sessions.* clean" clean.history)
expect(1 "client 2.*seat 7, which client 1" double_sale.history)
expect(1 "client 3.*older than v2" stale_map.history)
expect(0 "clean" --map-staleness-ms 1 --no-maps stale_map.history)
expect(1 "5 operations" clean.history another_process.history)
expect(2 "usage" --map-staleness-ms x clean.history)
expect(2 "usage")
expect(2 "cannot be opened" missing.history)
expect(2 "line 1" CMakeLists.txt)
expect(2 "no operation was recorded" empty.history)
