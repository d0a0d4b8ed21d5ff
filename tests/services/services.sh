#!/usr/bin/env bash
#
# services.sh start FOLDER    starts throwaway database servers on free ports of 127.0.0.1, with
#                             their data in FOLDER, and prints where they are: the lines can be
#                             sourced. Those that run already are only told of.
# services.sh stop FOLDER     ends them and removes the data

set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/free_port.sh"
usage='services.sh start|stop FOLDER'
verb=${1:?$usage}
folder=${2:?$usage}

postgres_pid()
{
    head -n 1 "$folder/postgres/data/postmaster.pid" 2>/dev/null
}

mongodb_pid()
{
    cat "$folder/mongodb/pid" 2>/dev/null
}

# is_running postgres|mongodb
is_running()
{
    local pid
    pid=$("$1_pid") && kill -0 "$pid" 2>/dev/null
}

# end postgres|mongodb SIGNAL
end()
{
    local pid
    is_running "$1" || return 0
    pid=$("$1_pid")
    kill -"$2" "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

# As root, the server runs as another user. What he cannot enter, as all in /root, cannot hold its
# data: then a link is there to a folder that he can.
make_postgres_folder()
{
    mkdir -p "$folder/postgres"
    [ "$(id -u)" = 0 ] || return 0
    setpriv --reuid=postgres --regid=postgres --init-groups test -x "$folder/postgres" || {
        rmdir "$folder/postgres"
        ln -s "$(mktemp -d)" "$folder/postgres"
    }
}

start_postgres()
{
    make_postgres_folder
    local port
    port=$(free_port)
    setsid "$here/postgres.sh" --keep "$folder/postgres" \
        listen_addresses=127.0.0.1 port="$port" >"$folder/postgres/server.log" 2>&1 </dev/null &
    until grep -q '^ready' "$folder/postgres/data/postmaster.pid" 2>/dev/null; do
        if ! kill -0 $! 2>/dev/null; then
            cat "$folder/postgres/server.log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

start_mongodb()
{
    mkdir -p "$folder/mongodb"
    rm -f "$folder/mongodb/address"
    setsid "$here/mongodb.sh" --keep "$folder/mongodb" 2>"$folder/mongodb/server.log" </dev/null &
    echo $! >"$folder/mongodb/pid"
    until [ -s "$folder/mongodb/address" ]; do
        if ! kill -0 $! 2>/dev/null; then
            cat "$folder/mongodb/server.log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

case $verb in
start)
    is_running postgres || start_postgres
    port=$(sed -n 4p "$folder/postgres/data/postmaster.pid")
    echo "export CINEMA_TEST_POSTGRES_URL=postgresql://postgres@127.0.0.1:$port/postgres"
    is_running mongodb || start_mongodb
    echo "export CINEMA_TEST_MONGODB_URI=$(<"$folder/mongodb/address")"
    ;;
stop)
    end postgres INT
    end mongodb TERM
    rm -rf "$(realpath "$folder/postgres")" "$folder/postgres" "$folder/mongodb"
    ;;
*)
    echo "$usage" >&2
    exit 2
    ;;
esac
