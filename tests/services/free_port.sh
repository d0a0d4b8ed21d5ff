# To be sourced.

# A port of 127.0.0.1 where nobody listens now. It is below those that systems give to clients: one
# of these could be taken by another program's connection while the server starts, or is down.
free_port()
{
    local port
    while :; do
        port=$((10000 + RANDOM % 20000))
        (: </dev/tcp/127.0.0.1/$port) 2>/dev/null || break
    done
    echo $port
}
