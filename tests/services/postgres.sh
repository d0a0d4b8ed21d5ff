#!/usr/bin/env bash
#
# postgres.sh [--keep] [--standby-of FOLDER] FOLDER [NAME=VALUE...]
#
# Runs a throwaway PostgreSQL server in the foreground, with these settings; its data are in FOLDER,
# and stay there. With --standby-of it is a standby of the server that runs in that folder. It
# listens on a Unix socket in FOLDER alone, unless the settings say otherwise, and lets everybody in
# as the superuser postgres. It is ready once the last line of FOLDER/data/postmaster.pid says so.
# It ends with the process that started it, unless --keep is given.

set -euo pipefail
ends_with_parent=(setpriv --pdeathsig=INT)
if [ "${1:-}" = --keep ]; then
    ends_with_parent=()
    shift
fi
primary=
if [ "${1:-}" = --standby-of ]; then
    primary=$(realpath "$2")
    shift 2
fi
folder=$(realpath "${1:?postgres.sh [--keep] [--standby-of FOLDER] FOLDER [NAME=VALUE...]}")
shift

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || command -v pg_ctl)")

# The server refuses to run as root: then it runs as the user of its Debian package.
as_owner=()
if [ "$(id -u)" = 0 ]; then
    as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chown postgres: "$folder"
fi
cd "$folder"
if [ ! -e data/PG_VERSION ] && [ -n "$primary" ]; then
    "${as_owner[@]}" "$bin/pg_basebackup" --pgdata=data --host="$primary" --username=postgres \
        --checkpoint=fast --no-sync --write-recovery-conf >basebackup.log 2>&1
elif [ ! -e data/PG_VERSION ]; then
    "${as_owner[@]}" "$bin/initdb" --pgdata=data --username=postgres --auth=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 >initdb.log
fi
rm -f data/postmaster.pid # of a server that was killed

options=(-c listen_addresses= -c unix_socket_directories="$folder" -c max_connections=200)
for setting in "$@"; do
    options+=(-c "$setting")
done
exec "${as_owner[@]}" "${ends_with_parent[@]}" "$bin/postgres" -D data "${options[@]}"
