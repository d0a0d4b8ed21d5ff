#!/usr/bin/env bash
#
# with_postgres.sh COMMAND [ARGUMENT...]
#
# Runs a command beside a throwaway PostgreSQL server, whose address it finds in POSTGRES_URL; with
# CINEMA_TEST_POSTGRES_URL set, that is the address, and no server is started. Ends as it does.

set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")

if [ -n "${CINEMA_TEST_POSTGRES_URL:-}" ]; then
    POSTGRES_URL=$CINEMA_TEST_POSTGRES_URL exec "$@"
fi

folder=$(mktemp -d)
"$here/postgres.sh" "$folder" >"$folder/server.log" 2>&1 &
server=$!
finish()
{
    kill -INT $server 2>/dev/null || true
    wait $server || true
    rm -rf "$folder"
}
trap finish EXIT

until grep -q '^ready' "$folder/data/postmaster.pid" 2>/dev/null; do
    if ! kill -0 $server 2>/dev/null; then
        cat "$folder/server.log" >&2
        exit 1
    fi
    sleep 0.05
done
POSTGRES_URL="postgresql://postgres@/postgres?host=$folder" "$@"
