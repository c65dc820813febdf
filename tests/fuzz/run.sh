#!/bin/sh
# run.sh - every fuzz target in turn, each for as long as asked: a release is not made with an open finding.
#
#   sh tests/fuzz/run.sh BUILD [SECONDS [TARGET...]]     by default 600 s of every target
#
# BUILD is a folder configured with CC=clang --enable-fuzzing. Corpora stay in BUILD/corpus/TARGET, so the next run begins
# where this one ended; what a target finds is left in BUILD/found/TARGET-*. Prints a line a target, then a closing line;
# the status is 1 when anything was found.
set -u
build=${1:?build folder}
seconds=${2:-600}
test $# -gt 2 && shift 2 || set -- podlink kneefold-log csv witmotion ximu3 bitalino cyton vectornav xsens detect capture ini session
found=0 clean=0
mkdir -p "$build/found"
for target; do
    case $target in
    capture | ini | session) program=fuzz_$target ;;
    *) program=fuzz_pod ;;
    esac
    corpus=$build/corpus/$target log=$build/found/$target.log
    replay=replay_${program#fuzz_}
    make -C "$build" -s "tests/fuzz/$program" "tests/fuzz/$replay" >/dev/null || exit 1
    if test ! -d "$corpus"; then
        mkdir -p "$corpus" || exit 1
        case $target in capture | session) ;; # theirs are made by replaying
        *) "$build/tests/fuzz/$replay" --write "$corpus" || exit 1 ;;
        esac
    fi
    if KF_FUZZ_ONLY=$target "$build/tests/fuzz/$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -artifact_prefix="$build/found/$target-" "$corpus" >"$log" 2>&1; then
        clean=$((clean + 1))
        echo "$target: no finding; $(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) second.*/\1 runs in \2 s/p' "$log")"
    else
        found=$((found + 1))
        echo "$target: FOUND, see $log"
    fi
done
echo "$clean clean, $found with findings"
test "$found" -eq 0
