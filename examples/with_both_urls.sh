#!/usr/bin/env bash
#
# with_both_urls.sh COMMAND...
#
# Runs a command with the addresses of a PostgreSQL and a MongoDB database behind its arguments.
# Both are new ones: from then on they belong together.

set -euo pipefail
services=$(dirname "${BASH_SOURCE[0]}")/../tests/services
unset CINEMA_TEST_POSTGRES_URL
exec "$services/with_postgres.sh" "$services/with_mongodb.sh" \
    bash -c '
        servers=${MONGODB_URI%%\?*}
        "$@" "$POSTGRES_URL" "${servers%/}/example_$$_$(date +%s)${MONGODB_URI#"$servers"}"
    ' bash "$@"
