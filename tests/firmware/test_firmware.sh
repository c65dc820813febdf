#!/bin/sh
# test_firmware.sh - protects what podlink(7) promises those who build pods: the encoder compiles without a library and
# calls none, makes the same frames there as here, and the page's frame and program are what they say.
#
# Runs in `make check` from the build folder with CC set; by hand: CC=gcc sh tests/firmware/test_firmware.sh.
set -u
LC_ALL=C
export LC_ALL
source_root=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd) || exit 1
frames=${FRAMES:-$PWD/tests/firmware/frames}
program=${KNEEFOLD:-$PWD/kneefold}
cc=${CC:-cc}
nm=${NM:-nm}
manual=$source_root/man/podlink.7
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-firmware.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

check() {
    if test "$1" -eq 0; then
        echo "ok    $2"
    else
        echo "FAIL  $2"
        test ! -s "$work/log" || sed 's/^/      /' "$work/log" | head -n 20
        failed=1
    fi
}

# As firmware is built, at the optimisation given:  freestanding LEVEL FILE OBJECT
freestanding() {
    # shellcheck disable=SC2086 # CC may bring options
    $cc "$1" -ffreestanding -nostdlib -fno-builtin -std=c11 -Wall -Wextra -Werror -I"$source_root/include" \
        -c "$2" -o "$3" >"$work/log" 2>&1
}

# Symbols these objects need and do not have themselves.
missing() {
    "$nm" "$@" | awk 'NF == 3 { own[$3] = 1 } NF == 2 && $1 == "U" { need[$2] = 1 }
                      END { for (name in need) if (!(name in own)) print name }'
}

# What stands in the manual between the comment '.\" NAME' and '.\" end', without troff's escapes.
from_manual() {
    sed -n "/^\.\\\\\" $1\$/,/^\.\\\\\" end\$/p" "$manual" | sed -e '/^\.\\"/d' -e 's/\\-/-/g'
}

"$frames" >"$work/hosted"
check $? "the library's encoder runs"
for level in -O0 -Os -O2 -O3; do
    objects=
    for name in podlink_encode cobs crc16; do
        freestanding $level "$source_root/src/pod/$name.c" "$work/$name.o"
        check $? "$name.c compiles freestanding at $level"
        objects="$objects $work/$name.o"
    done
    # shellcheck disable=SC2086 # several objects
    missing $objects >"$work/log"
    test ! -s "$work/log"
    check $? "it calls nothing but itself at $level"
    # shellcheck disable=SC2086
    $cc -std=c11 -I"$source_root/include" "$source_root/tests/firmware/frames.c" $objects -o "$work/frames" \
        >"$work/log" 2>&1 && "$work/frames" >"$work/bytes" && cmp "$work/hosted" "$work/bytes" >"$work/log" 2>&1
    check $? "its frames at $level are those of the library"
done
test "$(wc -c <"$work/hosted")" -gt 500000
check $? "there were frames to compare"

from_manual "example frame" >"$work/said"
"$frames" example >"$work/made"
test -s "$work/said" && diff "$work/said" "$work/made" >"$work/log"
check $? "podlink(7)'s frame is the one the encoder makes"

from_manual "example program" >"$work/pod.c"
test -s "$work/pod.c" && freestanding -Os "$work/pod.c" "$work/pod.o"
check $? "podlink(7)'s program compiles freestanding"
# shellcheck disable=SC2086
missing $objects "$work/pod.o" | grep -v '^board_' >"$work/log"
test ! -s "$work/log"
check $? "it needs its board alone"
# shellcheck disable=SC2086
$cc -std=c11 "$source_root/tests/firmware/board.c" "$work/pod.o" $objects -o "$work/pod" >"$work/log" 2>&1 &&
    "$work/pod" >"$work/pod.bytes"
check $? "it runs"
# A sensor that lies still is no runner (65), but the counts are told.
"$program" analyze --json "$work/pod.bytes" >"$work/log" 2>"$work/err"
grep -q '"format": *"podlink"' "$work/log" && grep -q '"bad_frames": *0,' "$work/log" &&
    grep -q '"site": *"shank_l"' "$work/log" && grep -q '"samples": *800,' "$work/log" &&
    grep -q '"lost": *0,' "$work/log"
check $? "kneefold understands it: 800 samples of the left shank, none lost"
exit $failed
