# As if doctest were not installed.
set(doctest_FOUND FALSE)
