#!/usr/bin/env bash
#
# with_mongodb.sh [--ferretdb] COMMAND [ARGUMENT...]
#
# Runs a command beside a throwaway server of mongodb.sh, whose address it finds in MONGODB_URI, and
# tests in CINEMA_TEST_MONGODB_URI; with that set already, that is the address, and no server is
# started. Ends as it does.

set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
options=()
name=mongo-java-server
if [ "${1:-}" = --ferretdb ]; then
    options=(--ferretdb)
    name="FerretDB on SQLite"
    shift
fi

if [ -n "${CINEMA_TEST_MONGODB_URI:-}" ]; then
    MONGODB_URI=$CINEMA_TEST_MONGODB_URI exec "$@"
fi

folder=$(mktemp -d)
"$here/mongodb.sh" "${options[@]}" "$folder" 2>"$folder/server.log" &
server=$!
finish()
{
    kill $server 2>/dev/null || true
    wait $server || true
    rm -rf "$folder"
}
trap finish EXIT

until [ -s "$folder/address" ]; do
    if ! kill -0 $server 2>/dev/null; then
        cat "$folder/server.log" >&2
        exit 1
    fi
    sleep 0.05
done
CINEMA_TEST_MONGODB_URI=$(<"$folder/address")
export CINEMA_TEST_MONGODB_URI CINEMA_TEST_MONGODB_NAME=$name MONGODB_URI=$CINEMA_TEST_MONGODB_URI
"$@"
