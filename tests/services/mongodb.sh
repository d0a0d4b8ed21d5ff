#!/usr/bin/env bash
#
# mongodb.sh [--keep] [--ferretdb] FOLDER [PORT]
#
# Runs a throwaway server that MongoDB's drivers can talk to in the foreground, on PORT of 127.0.0.1
# or a free one; its data are in FOLDER, and stay there. It is ready once FOLDER/address says where
# it is. It ends with the process that started it, unless --keep is given.
#
# It is mongo-java-server, made to keep what it acknowledges: mongo_java/ says how. With --ferretdb
# it is FerretDB, which takes Go 1.24, newer than Debian's: ferretdb/ says what it cannot do. Either
# is built into build/services when its sources changed. Debian has no mongod; tests that are to run
# on one find its address in CINEMA_TEST_MONGODB_URI.

set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
. "$here/free_port.sh"
ends_with_parent=(setpriv --pdeathsig=TERM)
server=mongo_java
while [[ ${1:-} == --* ]]; do
    case $1 in
    --keep) ends_with_parent=() ;;
    --ferretdb) server=ferretdb ;;
    esac
    shift
done
folder=$(realpath "${1:?mongodb.sh [--keep] [--ferretdb] FOLDER [PORT]}")
program=$here/../../build/services/$server

build_mongo_java()
{
    mvn -q -B -f "$here/mongo_java" dependency:copy-dependencies -DoutputDirectory="$program"
    javac -cp "$program/*" -d "$program" "$here"/mongo_java/*.java
}

build_ferretdb()
{
    (cd "$here/ferretdb" && go build -buildvcs=false -o "$program/ferretdb" .)
}

# One at a time: tests that run together start with this. Where there is no $program/built yet,
# find says so.
mkdir -p "$program"
exec {lock}>"$program/lock"
flock $lock
if [ -n "$(find "$here/$server" -newer "$program/built" 2>&1)" ]; then
    build_$server >&2
    touch "$program/built"
fi
exec {lock}>&-

port=${2:-$(free_port)}
case $server in
mongo_java)
    command=(java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m
        -cp "$program:$program/*" MongoService "$port" "$folder/data.h2")
    ;;
ferretdb)
    mkdir -p "$folder/data"
    command=("$program/ferretdb" "$port" "$folder/data")
    ;;
esac
exec "${ends_with_parent[@]}" "${command[@]}" >"$folder/address"
