# What people get autogen as: a Debian package, crates, and the site. ./dev reads this file.

# The newest releases that these recipes were tried with.
cargo_deb=3.8.0
mdbook=0.5.4

# A tool of cargo's in this release, built when it is not there yet: tool NAME RELEASE; sets tool.
tool() {
    tool=$kept/tools/$1-$2/bin/$1
    [ -x "$tool" ] && return
    say "building $1 $2"
    # As fast as it is built, since it runs for a moment.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR=$kept/tools/build \
        cargo install --quiet --locked --root "$kept/tools/$1-$2" "$1@$2"
    rm -rf "$kept/tools/build"
}

# The Debian package, tried in an empty root, and the crates as crates.io would have them.
package() {
    command -v dpkg-deb >/dev/null || die "a Debian package is made and tried with dpkg, which is not here"
    need make perl
    package_deb
    package_crates
}

package_deb() {
    local made=$CARGO_TARGET_DIR/release/package deb
    tool cargo-deb $cargo_deb
    say "the program, with its manual and its completions"
    cargo build --release --locked --package autogen-cli
    check_libc_alone "$CARGO_TARGET_DIR/release/autogen"
    rm -rf "$made"
    mkdir -p "$made/completions"
    "$CARGO_TARGET_DIR/release/autogen" man --quiet "$made/man"
    gzip -9n "$made"/man/*.1
    "$CARGO_TARGET_DIR/release/autogen" completions bash > "$made/completions/autogen.bash"
    "$CARGO_TARGET_DIR/release/autogen" completions zsh > "$made/completions/_autogen"
    "$CARGO_TARGET_DIR/release/autogen" completions fish > "$made/completions/autogen.fish"
    say "the Debian package"
    deb=$("$tool" deb --quiet --no-build --package autogen-cli --output "$made/")
    try_deb "$deb"
}

# Installs a package into a root with nothing in it, and takes it from its first migration to an upgrade there.
try_deb() {
    local deb=$1 folder program
    make_folder
    chmod 755 "$folder"
    mkdir -p "$folder/root/var/lib/dpkg/"{info,updates} "$folder/project"
    touch "$folder/root/var/lib/dpkg/status"
    dpkg-deb --info "$deb" | sed -n '/^ Package:/,$p' >&2
    # Nothing that it depends on is in this root; the program runs with this machine's C library.
    dpkg --root="$folder/root" --force-not-root --force-depends --force-script-chrootless --log=/dev/null --install "$deb" >&2
    program=$folder/root/usr/bin/autogen
    cmp "$program" <(dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/bin/autogen)
    cd "$folder/project"
    printf 'CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n' > schema.sql
    (
        unset $(compgen -e AUTOGEN_)
        export DATABASE_URL=sqlite:books.db
        "$program" --version
        "$program" init --quiet
        "$program" -m books --quiet
        "$program" upgrade --quiet
        "$program" check
    ) >&2
    cd "$root"
    zcat "$folder/root/usr/share/man/man1/autogen.1.gz" | grep '^\.SH SYNOPSIS' >/dev/null || die "the package has no manual"
    bash -n "$folder/root/usr/share/bash-completion/completions/autogen"
    [ -s "$folder/root/usr/share/doc/autogen-cli/copyright" ] || die "the package has no licence"
    printf '%s\n' "$deb"
}

# Every crate that is published, as crates.io would have it: built from nothing but what its package holds.
package_crates() {
    local left=(--exclude autogen-cases --exclude autogen-fixtures --exclude 'autogen-example-*') told
    say "the crates"
    told=$(cargo package --workspace "${left[@]}" --locked --allow-dirty 2>&1) || { printf '%s\n' "$told" >&2; return 1; }
    ! printf '%s\n' "$told" | grep -A 3 '^warning' || die "cargo package warns"
    ls "$CARGO_TARGET_DIR"/package/*.crate
}

# The site, in target/book or in a folder: site [FOLDER].
site() {
    local folder=
    [ $# = 0 ] || folder=$(cd "$caller" && mkdir -p "$1" && cd "$1" && pwd)
    tool mdbook $mdbook
    "$tool" build ${folder:+--dest-dir "$folder"}
}
