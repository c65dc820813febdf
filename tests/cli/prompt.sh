# prompt.sh - what the tests of the command line share, to be sourced: a folder and settings of their own, a program to
# run, and words for what is expected of it.
#
# Leaves the caller in an empty folder ($work), with $program, $source_root (of the sources) and $start (where it was
# begun); at the end: exit "$failed".
set -u
LC_ALL=C
export LC_ALL
program=${KNEEFOLD:-$PWD/kneefold}
source_root=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd) || exit 1
start=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-cli.XXXXXX") || exit 1
trap 'chmod -R u+rw "$work"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# No settings of whoever runs the test, and no sessions for them.
XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
export XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR
mkdir -m 700 "$work/run"
cd "$work" || exit 1
failed=0
if ! "$program" --version >out 2>err; then
    echo "FAIL  '$program' does not run"
    cat err
    exit 1
fi

fail() {
    echo "FAIL  $*"
    sed 's/^/      out: /' out | head -n 5 | cut -c 1-160
    sed 's/^/      err: /' err | head -n 8 | cut -c 1-160
    failed=1
}

# expect STATUS WHAT COMMAND...: runs it with stdout in `out` and stderr in `err`.
expect() {
    wanted=$1 what=$2
    shift 2
    "$@" >out 2>err </dev/null
    got=$?
    if test "$got" -ne "$wanted"; then
        fail "$what: exit status $got, not $wanted"
    else
        echo "ok    $what"
    fi
}

# The last command said this (basic regular expression) on standard error, or on standard output.
err_has() { grep -q -e "$1" err || fail "stderr lacks '$1'"; }
out_has() { grep -q -e "$1" out || fail "stdout lacks '$1'"; }
err_lines() { test "$(wc -l <err)" -eq "$1" || fail "stderr has not $1 lines"; }
out_empty() { test ! -s out || fail "stdout is not empty"; }
err_empty() { test ! -s err || fail "stderr is not empty"; }
