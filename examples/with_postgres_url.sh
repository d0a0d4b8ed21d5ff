#!/usr/bin/env bash
#
# with_postgres_url.sh COMMAND...
#
# Runs a command with the address of a PostgreSQL database behind its arguments.

exec "$(dirname "${BASH_SOURCE[0]}")/../tests/services/with_postgres.sh" \
    bash -c '"$@" "$POSTGRES_URL"' bash "$@"
