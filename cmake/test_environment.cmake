# Read by ctest before it runs a test: what each of them has in its environment.

# The driver of MongoDB, where it starts with the program, keeps counters in shared memory unless
# told not to. A process that is killed leaves them behind, and the next one of its number says on
# stderr that it cannot have its own.
set(ENV{MONGOC_DISABLE_SHM} 1)
