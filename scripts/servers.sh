# Throw-away servers for the tests and the quickstart. ./dev reads this file.

# What is to be done when the script ends, in whatever way: the last first.
undo=()
at_exit() { undo=("$1" "${undo[@]}"); }
clean_up() {
    trap '' INT TERM HUP
    local step
    for step in "${undo[@]}"; do eval "$step" || true; done
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# What the servers that were started said of themselves.
ran=()

# A folder that goes away with the script; sets folder.
own_temp=${TMPDIR:-/tmp}
make_folder() {
    folder=$(mktemp -d -p "$own_temp")
    at_exit "rm -rf '$folder'"
}

# Whether there is room for files in memory, where what makes and drops thousands of databases goes faster. Containers may let nothing run there.
has_memory() {
    local free probe
    [ -z "${memory:-}" ] || { [ "$memory" = yes ]; return; }
    memory=no
    free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
    [ -w /dev/shm ] && [ "${free:-0}" -ge $((4 * 1024 * 1024)) ] || return 1
    probe=$(mktemp -p /dev/shm autogen-XXXXXXXX)
    printf '#!/bin/sh\n' > "$probe"
    chmod +x "$probe"
    ! "$probe" 2>/dev/null || memory=yes
    rm -f "$probe"
    [ "$memory" = yes ]
}

# The same for a server's files.
make_server_folder() {
    has_memory || { make_folder; return; }
    folder=$(mktemp -d -p /dev/shm autogen-XXXXXXXX)
    at_exit "rm -rf '$folder'"
}

# Has tests keep their files in memory, too; `left_nothing` fails when one is left there.
use_memory() {
    local folder
    has_memory || return 0
    make_server_folder
    chmod 1777 "$folder"
    export TMPDIR=$folder
    kept_in_memory=$folder
}
left_nothing() {
    [ -z "${kept_in_memory:-}" ] || [ -z "$(ls -A "$kept_in_memory")" ] || die "the tests left files: $(ls -A "$kept_in_memory" | head -n 5)"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Runs a server's first step quietly; what it printed is shown when it fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 || { cat "$log" >&2; die "$1 failed"; }
}

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# A PostgreSQL server; sets server_port, and stops with the script.
start_postgres() {
    local bin=${1:-} folder
    [ -n "$bin" ] || bin=$(postgres_bin)
    make_server_folder
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    server_port=$(free_port)
    pushd / >/dev/null
    quietly "$folder/initdb.log" as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync
    at_exit "cd / && as_postgres '$bin/pg_ctl' -D '$folder/data' -m immediate stop >/dev/null 2>&1"
    as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-p $server_port -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories=$folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_locks_per_transaction=512 \
        -c max_connections=200" start >/dev/null || { cat "$folder/log" >&2; die "PostgreSQL does not start"; }
    popd >/dev/null
    ran+=("$("$bin/postgres" --version | sed 's/^postgres (PostgreSQL)/PostgreSQL/')")
}

# A MariaDB server; sets mysql_port, and stops with the script.
start_mariadb() {
    local folder user=() PATH=$PATH:/usr/sbin
    make_server_folder
    [ "$(id -u)" != 0 ] || { user=(--user=mysql); chown mysql "$folder"; }
    mysql_port=$(free_port)
    quietly "$folder/install.log" mariadb-install-db --no-defaults --datadir="$folder/data" \
        --auth-root-authentication-method=normal --skip-test-db "${user[@]}"
    # A server clears its temporary folder when it starts, of other servers' files too.
    mariadbd --no-defaults --tmpdir="$folder" --datadir="$folder/data" --socket="$folder/s" --pid-file="$folder/pid" --port="$mysql_port" \
        --bind-address=127.0.0.1 --skip-log-bin --skip-name-resolve --innodb-flush-log-at-trx-commit=0 \
        --innodb-doublewrite=0 --innodb-buffer-pool-size=64M "${user[@]}" >"$folder/log" 2>&1 &
    let_root_in $! "$folder"
    ran+=("MariaDB $(mariadbd --no-defaults --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)")
}

# A MySQL 9 server; sets mysql_port, and stops with the script.
start_mysql_9() {
    local home=$1 folder options
    make_server_folder
    options=(--no-defaults --secure-file-priv= --basedir="$home/usr" --lc-messages-dir="$home/usr/share/mysql"
        --character-sets-dir="$home/usr/share/mysql/charsets" --plugin-dir="$home/usr/lib/mysql/plugin"
        --datadir="$folder/data" --mysqlx=OFF)
    [ "$(id -u)" != 0 ] || { options+=(--user=mysql); chown mysql "$folder"; }
    mysql_port=$(free_port)
    quietly "$folder/install.log" "$home/usr/sbin/mysqld" "${options[@]}" --initialize-insecure
    "$home/usr/sbin/mysqld" "${options[@]}" --tmpdir="$folder" --socket="$folder/s" --pid-file="$folder/pid" --port="$mysql_port" \
        --bind-address=127.0.0.1 --skip-log-bin --skip-name-resolve --log-bin-trust-function-creators=1 \
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=64M >"$folder/log" 2>&1 &
    let_root_in $! "$folder"
    ran+=("MySQL $("$home/usr/sbin/mysqld" --no-defaults --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)")
}

# Waits for a MySQL or MariaDB server, and gives root the address that the tests come from.
let_root_in() {
    local process=$1 folder=$2
    at_exit "kill $process 2>/dev/null; wait $process"
    for _ in $(seq 300); do
        mariadb --no-defaults -S "$folder/s" -uroot -e 'select 1' >/dev/null 2>&1 && break
        kill -0 "$process" 2>/dev/null || { cat "$folder/log" >&2; die "the server does not start"; }
        sleep 0.1
    done
    mariadb --no-defaults -S "$folder/s" -uroot \
        -e "create user if not exists root@'127.0.0.1'; grant all on *.* to root@'127.0.0.1' with grant option"
}
