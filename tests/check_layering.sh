#!/bin/sh
# check_layering.sh - protects the house's rules (design.md's table of rooms, style.md) in code, since a rule that
# nothing enforces is gone in a month: who may include whom, which libraries, clocks and functions stay where, that the
# pure archives call nothing impure, and that files and functions stay short.
#
# Runs in `make check` from the build folder, or by hand: sh tests/check_layering.sh [BUILD-FOLDER]
# Exit status: 0 all kept, 1 something broken.
set -u
LC_ALL=C
export LC_ALL

source_root=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 1
build_root=${1:-.}
nm=${NM:-nm}
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-layering.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if test ! -d "$source_root/src" || test ! -d "$source_root/include/kneefold"; then
    echo "check_layering: no src/ and include/ in '$source_root'; set srcdir" >&2
    exit 1
fi

# The findings of a rule on standard input, one a line; none is good.
#   verdict "what the rule says" "what it protects"
verdict() {
    cat >"$work/findings"
    if test -s "$work/findings"; then
        echo "FAIL  $1"
        echo "      ($2)"
        sed 's/^/      /' "$work/findings"
        # A file counts, since the end of a pipe is a shell of its own.
        echo "$1" >>"$work/broken"
    else
        echo "ok    $1"
        echo "      ($2)"
    fi
}

# Paths below the source root, never with a blank in them.
list_files() {
    (cd "$source_root" && find "$@" -type f | sort)
}

# Code without comments, strings and character constants, as "file:line:text". One pass over all files.
strip_code() {
    (cd "$source_root" && awk '
        FNR == 1 { in_comment = 0 }
        {
            line = $0; out = ""; quote = ""
            for (i = 1; i <= length(line); i++) {
                c = substr(line, i, 1); two = substr(line, i, 2)
                if (in_comment) { if (two == "*/") { in_comment = 0; i++ } continue }
                if (quote != "") { if (c == "\\") i++; else if (c == quote) quote = ""; continue }
                if (two == "/*") { in_comment = 1; i++; continue }
                if (two == "//") break
                if (c == "\"" || c == "\047") { quote = c; continue }
                out = out c
            }
            print FILENAME ":" FNR ":" out
        }' "$@")
}

# Calls of any of the named functions in $work/code, not as a member (x.time(), x->time()).
find_calls() {
    grep -E "^[^:]*:[0-9]+:(.*[^A-Za-z0-9_.>])?($1)[[:space:]]*\\(" "$work/code"
}

list_files src include -name '*.[ch]' >"$work/files"
# shellcheck disable=SC2046 # paths have no blanks
strip_code $(cat "$work/files") >"$work/code"
# "file:line:<header>" or "file:line:"header""; -H keeps the name also for a single file.
# shellcheck disable=SC2046
(cd "$source_root" && grep -nHE '^[[:space:]]*#[[:space:]]*include' $(cat "$work/files")) |
    sed -E 's/^([^:]*:[0-9]+):[^"<]*(["<][^">]*).*$/\1:\2/' >"$work/includes"

# ------------------------------------------------------------------------------------------------ includes
# design.md's table, with what follows from it: who may include pod/ may include what pod/ stands on.
cat >"$work/rooms" <<'TABLE'
core: core
pod: pod core
coach: coach core settings
store: store core
source: source pod store core
sink: sink coach core
report: report store coach core
ui: ui core coach settings
settings: settings core
app: app core pod coach store source sink report ui settings
cli: cli app core pod coach store source sink report ui settings
TABLE
# Whose manual each public header is: that of the room with noun.c or noun_kind.c. "base" is for all rooms, "text" (it
# formats) for all but the core.
for header in $(list_files include/kneefold -name '*.*' | sed 's|.*/||'); do
    noun=${header%.*}
    case $noun in
    status | record | cue | feedback_plan) owner=base ;;
    error) owner=text ;;
    pod) owner=pod ;;
    *) owner=$(list_files src -name "$noun.c" | sed -n '1s|^src/\([^/]*\)/.*|\1|p')
        test -n "$owner" || owner=$(list_files src -name "${noun}_*.c" | sed -n '1s|^src/\([^/]*\)/.*|\1|p') ;;
    esac
    echo "$header ${owner:-nobody}"
done >"$work/headers"

awk -F: -v rooms="$work/rooms" -v headers="$work/headers" '
    BEGIN {
        while ((getline line < rooms) > 0) {
            split(line, part, ":"); count = split(part[2], name, " ")
            known[part[1]] = 1
            for (i = 1; i <= count; i++) may[part[1] " " name[i]] = 1
        }
        while ((getline line < headers) > 0) { split(line, part, " "); owner[part[1]] = part[2] }
        # What the public headers themselves may stand on.
        may["base base"] = may["text base"] = 1
    }
    {
        kind = substr($3, 1, 1); header = substr($3, 2); n = split($1, path, "/")
        if (kind == "<" && header ~ /^kneefold\//)
            { print $1 ":" $2 ": <" header "> is ours: write \"" header "\""; next }
        if (kind != "\"" || header == "config.h") next
        if (path[1] == "include") room = owner[path[n]]
        else if (n < 3) { print $1 ":" $2 ": a file outside the rooms"; next }
        else room = path[2]
        if (room == "" || (path[1] == "src" && !(room in known)))
            { print $1 ":" $2 ": belongs to no room of check_layering.sh"; next }
        split(header, target, "/")
        if (target[1] == "kneefold") {
            to = owner[target[2]]
            if (to == "" || to == "nobody") { print $1 ":" $2 ": " header " is the manual of no room"; next }
            if (to == "base" || (to == "text" && room != "core" && room != "base")) next
        } else {
            to = header ~ /\// ? target[1] : room
            if (!(to in known)) { print $1 ":" $2 ": there is no room " to; next }
            if (path[1] == "include") { print $1 ":" $2 ": a public header includes private " header; next }
        }
        if (!((room " " to) in may)) print $1 ":" $2 ": " room " may not include " header " (" to ")"
    }' "$work/includes" | verdict "each room includes only the rooms below it" \
    "the data run one way; the core knows neither pods nor screens, so each can be tested and replaced alone"

# A library that only one or two rooms may know: "header-regex room,room library".
while read -r pattern rooms library; do
    grep -E ":<$pattern\$" "$work/includes" | grep -vE "^src/($(echo "$rooms" | tr , '|'))/" |
        sed 's/$/>/' | verdict "$library is included only in: $rooms" \
        "one room to mend when the library changes or is replaced"
done <<'TABLE'
(n?curses[^/]*|ncursesw?/.*|term|panel|menu|form)\.h ui ncurses
libserialport\.h source libserialport
libudev\.h source libudev
ini\.h settings inih
sqlite3\.h store SQLite
zlib\.h source,store zlib
TABLE

grep -E '^src/core/|^include/kneefold/(athlete|orientation|pipeline|sample|status|swing)\.' "$work/includes" |
    grep -E ':<' | grep -vE ':<(assert|complex|float|limits|math|stdalign|stdbool|stddef|stdint|string)\.h$' |
    sed 's/$/>/' | verdict "the core includes only pure standard headers" \
    "the mathematics run on a microcontroller, in a test or in another program as they are"

# ------------------------------------------------------------------------------------------------ calls
find_calls 'clock_gettime|clock_getres|gettimeofday|timespec_get|time|clock|ftime' | grep -v '^src/app/clock\.c:' |
    verdict "time is read only in src/app/clock.c" \
    "it is read once a wake-up and passed on, so that tests and replay can put their own in its stead"

find_calls 'sleep|usleep|nanosleep|clock_nanosleep|thrd_sleep|napms|delay_output' |
    verdict "nothing sleeps" "whoever waits polls descriptors and can be woken; a sleep stalls the engine or the exit"

find_calls 'strcpy|strcat|stpcpy|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|system|popen|alloca' |
    verdict "no banned function is called" \
    "strcpy, strcat, sprintf, gets overrun; ato* hide errors; strtok keeps state; system, popen run a shell; alloca smashes the stack"

find_calls 'exit|quick_exit|abort' | grep -v '^src/cli/' |
    verdict "only src/cli leaves the program" "everything below returns its errors, so the terminal is always restored"

# ------------------------------------------------------------------------------------------------ archives
# mathematics and memory that any C library has; what the compiler itself puts in; nothing that allocates, does I/O,
# reads a clock or prints.
pure_names='memcpy memset memmove memcmp memchr strlen strnlen strcmp strncmp strchr strrchr strstr strspn strcspn strpbrk
    abs labs llabs qsort bsearch
    __stack_chk_fail _GLOBAL_OFFSET_TABLE_ _DYNAMIC __isnan __isinf __finite __signbit __fpclassify'
math_names='acos asin atan atan2 ceil copysign cos cosh cbrt erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin fmod
    frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter
    pow remainder remquo rint round scalbn sin sincos sinh sqrt tan tanh tgamma trunc'
# The pod room formats messages and numbers in the caller's memory; that is no I/O.
format_names='snprintf vsnprintf strtod strtol strtoul strtoll strtoull'

# Symbols an archive defines, one a line; a Mach-O underscore is left to those who need it.
defined_in() {
    "$nm" "$1" 2>/dev/null | awk 'NF == 3 && $2 ~ /^[TDRBCVWSu]$/ { print $3 }'
}

#   check_archive NAME "allowed words" ARCHIVES-WHOSE-SYMBOLS-ARE-OURS...
check_archive() {
    archive=$build_root/$1.a
    allowed=$2
    shift 2
    if test ! -f "$archive"; then
        echo "it is not built: run make check, or make ${archive##*/}" | verdict "$archive calls nothing impure" \
            "no allocation, I/O, printing or clock"
        return
    fi
    if "$nm" "$archive" 2>/dev/null | grep -qE ' (__asan_|__ubsan_|__tsan_|__sanitizer_|__msan_|__gcov_|__llvm_prof)'; then
        echo "skip  $archive calls nothing impure"
        echo "      (built with a sanitizer or coverage, whose symbols are not ours)"
        return
    fi
    : >"$work/defined"
    for one; do
        test -f "$build_root/$one.a" && defined_in "$build_root/$one.a" >>"$work/defined"
    done
    # Lines "member.o:" say whose the symbols below are.
    "$nm" -u "$archive" 2>/dev/null | awk -v words="$allowed" -v maths="$math_names" -v defined="$work/defined" '
        BEGIN {
            count = split(words, word, " ")
            for (i = 1; i <= count; i++) { ok[word[i]] = 1; ok["__" word[i] "_chk"] = 1 }
            count = split(maths, word, " ")
            for (i = 1; i <= count; i++) { ok[word[i]] = 1; ok[word[i] "f"] = 1; ok[word[i] "l"] = 1 }
            while ((getline line < defined) > 0) ok[line] = 1
        }
        /:$/ { member = $1; next }
        NF > 0 {
            name = $NF; sub(/@.*/, "", name)
            if (!(name in ok)) print member " calls " name (name ~ /^kf_/ ? ", which is in a room above" : "")
        }' | verdict "$archive calls nothing impure" \
        "no allocation, I/O, printing or clock: the same bytes give the same strides, at any speed, anywhere"
}

check_archive libkfcore "$pure_names" libkfcore
check_archive libkfpod "$pure_names $format_names" libkfpod libkfcore

# ------------------------------------------------------------------------------------------------ lengths
# shellcheck disable=SC2046
(cd "$source_root" && wc -l $(list_files src include tests -name '*.[ch]')) |
    awk '$2 == "total" { next }
         $2 ~ /\.h$/ && $1 > 200 { print $2 ": " $1 " lines, at most 200 for a header" }
         $2 ~ /\.c$/ && $1 > 600 { print $2 ": " $1 " lines, at most 600" }' |
    verdict "files are at most 600 lines, headers 200" "a file is read in one sitting and has one subject"

# A function starts with { and ends with } in the first column (.clang-format: Linux braces).
# shellcheck disable=SC2046
(cd "$source_root" && awk '
    /^[A-Za-z_].*\(/ { head = $0; sub(/\(.*/, "", head); sub(/^.*[ *]/, "", head) }
    /^\{/ { start = FNR }
    /^\}/ && start { if (FNR - start - 1 > 60) print FILENAME ":" start ": " head " has " FNR - start - 1 " lines"; start = 0 }
    ' $(list_files src include tests -name '*.[ch]')) >"$work/long"
verdict "functions have at most 60 lines" "a function does one thing, and fits on a screen" <"$work/long"

if test -s "$work/broken"; then
    echo "check_layering: $(wc -l <"$work/broken" | tr -d ' ') rules broken" >&2
    exit 1
fi
echo "check_layering: all rules kept"
