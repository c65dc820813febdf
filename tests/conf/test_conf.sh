#!/bin/sh
# test_conf.sh - protects what `kneefold config check` says: every file of tests/conf/cases gives exactly the messages
# and exit status of its .expected file, and things that are no files end in a message, too. And that the manual's pages
# and NEWS are of the program's version.
#
# KF_CONF_UPDATE=1 rewrites the .expected files: read the diff.
set -u
LC_ALL=C
export LC_ALL
cases=$(cd "${srcdir:-$(dirname "$0")/../..}/tests/conf/cases" && pwd) || exit 1
program=${KNEEFOLD:-$(pwd)/kneefold}
test -x "$program" || { echo "test_conf: no program '$program'"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-conf.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
HOME=$work XDG_CONFIG_HOME=$work/config
export HOME XDG_CONFIG_HOME
failed=0

fail() {
    echo "FAIL  $1"
    failed=1
}

cd "$cases" || exit 1
for file in *.ini; do
    "$program" config check "$file" >"$work/said" 2>&1
    echo "exit $?" >>"$work/said"
    if test -n "${KF_CONF_UPDATE-}"; then
        cp "$work/said" "${file%.ini}.expected"
    elif cmp -s "$work/said" "${file%.ini}.expected"; then
        echo "ok    $file"
    else
        fail "$file"
        diff "${file%.ini}.expected" "$work/said"
    fi
done

# expect STATUS "words it says" ARGUMENT...
expect() {
    status=$1
    words=$2
    shift 2
    "$program" config "$@" >"$work/said" 2>&1
    got=$?
    if test "$got" -ne "$status"; then
        fail "config $*: exit $got, not $status"
        cat "$work/said"
    elif test -n "$words" && ! grep -qF -- "$words" "$work/said"; then
        fail "config $*: does not say '$words'"
        cat "$work/said"
    else
        echo "ok    config $* is $status"
    fi
}

cd "$work" || exit 1
mkdir folder
mkfifo pipe
expect 66 "it is a folder" check folder
expect 66 "no such file" check nothing.ini
expect 66 "larger than 1 MiB" check /dev/zero
expect 66 "nobody writes to it" check pipe
expect 0 "is good" check /dev/null
expect 64 "did you mean 'check'" chek
expect 64 "is no section.key=value" set nonsense
expect 64 "set what?" set
expect 78 "there is no profile 'nobody'" show --profile nobody
escape=$(printf '\033')
expect 64 "has characters in it that cannot be seen" show --profile "a${escape}[2Jb"
expect 64 "has characters in it that cannot be seen" show --profile "folder/a${escape}b"
expect 64 "has characters in it that cannot be seen" show --profile "$(printf 're\342\200\256lax')" # turns the line
expect 64 "has characters in it that cannot be seen" set --profile "$(printf 'a\377')" swing.min_quality=0.4
grep -q "$escape" said && fail "a profile's name reaches the terminal raw"
for name in "" . .. .hidden " observe" a=b "$(printf '%064d' 1)"; do
    expect 64 "is no name" show --profile "$name"
done
expect 78 "1 to 2.5 m" show -o athlete.height_m=9

# Writing: the user's file is made, changed and taken back; nothing else in it moves.
expect 0 "" set feedback.gap_s=9 "cue hamstring-drive.limit=0.4"
expect 0 "kneefold.ini:2" show --origin
grep -qx 'gap_s = 9 *; .*kneefold.ini:2' said || fail "the origin of gap_s"
grep -qx 'limit = 0.4 *; .*kneefold.ini:5' said || fail "the origin of a cue's limit"
expect 78 "0 to 600 s" set feedback.gap_s=9000
expect 0 "" unset feedback.gap_s
printf '[feedback]\n\n[cue hamstring-drive]\nlimit = 0.4\n' | cmp - config/kneefold/kneefold.ini || fail "set and unset"
expect 0 "" set -c own.ini athlete.name="Ann B"
expect 0 "name = Ann B" show -c own.ini
expect 0 "" set -p mine feedback.mode=off
expect 0 "mode = off" show --profile mine
expect 78 "did you mean 'mine'" show --profile mind
VISUAL="printf '[athlete]\nmass_kg = 1\n' >"
export VISUAL
expect 78 "20 to 250 kg" edit -c edited.ini
VISUAL="true"
expect 0 "" edit -c fresh.ini
grep -q '^; height_m' fresh.ini || fail "edit starts from the template"
VISUAL="false"
expect 69 "the editor 'false' failed" edit -c fresh.ini

# An athlete's own file beats a log's header, and a name that could be no file's is refused.
mkdir -p config/kneefold/athletes
printf '[athlete]\nheight_m = 1.91\n' >config/kneefold/athletes/Bob.ini
"$program" simulate --csv run.csv --seconds 8 >/dev/null 2>&1 || fail "simulate"
"$program" analyze --json -A Bob run.csv >said 2>/dev/null
grep -q '"height_m":1.91' said || fail "an athlete's file beats the header"
for name in a=b ../Bob .hidden ""; do
    "$program" analyze -A "$name" run.csv >said 2>&1
    test $? -eq 64 || fail "--athlete '$name' is wrong usage"
done
printf '[verdict]\np_pulled = .9\n' >config/kneefold/athletes/Eve.ini
"$program" analyze -A Eve run.csv >said 2>&1
test $? -eq 78 || fail "an athlete's file with limits in it"
grep -q "Eve.ini:1: \[verdict\] has no place" said || fail "what is wrong in Eve.ini"

# The shipped profiles are good, and say what they are for.
for profile in observe relaxed-recovery; do
    expect 0 "is good" check "$cases/../../../config/profiles/$profile.ini"
    mkdir -p data/kneefold/profiles
    cp "$cases/../../../config/profiles/$profile.ini" data/kneefold/profiles/
done
XDG_DATA_DIRS=$work/data
export XDG_DATA_DIRS
expect 0 "warmup_s = 360" show --profile relaxed-recovery
expect 0 "mode = off" show --profile observe
expect 78 "there are: mine, observe, relaxed-recovery" show --profile x

# A profile's limit is in the unit of its cue's metric: the doctrine hears EMG as the built-in rule does.
"$program" simulate --csv emg.csv --emg --seconds 60 --pull 0.2 >/dev/null 2>&1 || fail "simulate --emg"
for profile in "" "--profile=relaxed-recovery"; do
    # shellcheck disable=SC2086 # one option or none
    "$program" analyze --json $profile -o feedback.warmup_s=0 emg.csv 2>/dev/null | grep -q '"cue":"hamstring-pull"' ||
        fail "the cue hamstring-pull over pulls of 20 % $profile"
done

# Manual and news are those of this version.
version=$("$program" --version | sed 's/kneefold //')
for page in kneefold.1 kneefold.ini.5 kneefold-session.5 podlink.7; do
    grep -q "^\.TH .* \"kneefold $version\"" "$cases/../../../man/$page" || fail "man/$page is of another version than $version"
done
grep -q "^kneefold $version\$" "$cases/../../../NEWS" || fail "NEWS does not tell of $version"
exit $failed
