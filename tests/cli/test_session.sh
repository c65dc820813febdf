#!/bin/sh
# test_session.sh - protects session files as scripts and people meet them: demo leaves one, and only where it may;
# analyze, replay and replay --check read it; the man page's example queries run on it (kneefold-session(5)).
#
# Runs in `make check` from the build folder; by hand: sh tests/cli/test_session.sh, with KNEEFOLD=path/to/kneefold.
. "${srcdir:-$(dirname "$0")/../..}/tests/cli/prompt.sh"

# ------------------------------------------------------------------------------------------------ recording
expect 0 "demo without a recording" "$program" demo --seconds 1 -o record.enabled=no
test ! -e data || fail "it left something"
expect 0 "demo" "$program" demo --seconds 60 --sim stand=1,seconds=7
set -- data/kneefold/*.kfs
session=$1
test -f "$session" || { fail "demo left no session"; exit 1; }
test "$(stat -c %a "$session" data/kneefold | tr '\n' ' ')" = "600 700 " || fail "it is not private"
expect 0 "a folder of its own" "$program" demo --seconds 1 -o record.folder=here
ls here/*.kfs >/dev/null 2>&1 || fail "it is not there"
: >file
expect 74 "a folder that cannot be made" "$program" demo --seconds 1 -o record.folder=file/below
err_has "record.enabled=no"

# ------------------------------------------------------------------------------------------------ reading
expect 0 "analyze --json" "$program" analyze --json "$session"
out_has '"format":"kfs"'
expect 0 "analyze --csv" "$program" analyze --csv "$session"
expect 0 "replay" "$program" replay --times 16 "$session"
expect 0 "replay --check" "$program" replay --check "$session"
out_has "all as stored"
printf '# kneefold-log 1\n' >log.csv
expect 65 "replay --check of a log" "$program" replay --check log.csv
# The session's own conditions hold: its swings are judged as analyze judges them, without --baseline.
"$program" demo --seconds 60 --sim stand=1,seconds=25 -o record.folder=judged >/dev/null 2>&1 </dev/null
passive=$("$program" analyze --csv judged/*.kfs 2>/dev/null | tr ',' '\n' | grep -cx passive)
: >same.ini
expect 0 "diff of a session" "$program" diff --json judged/*.kfs --with same.ini
test "$passive" -gt 0 || fail "no swing of the session is passive"
test "$(grep -o '"passive_passive":[0-9]*' out | awk -F : '{ n += $2 } END { print n }')" = "$passive" ||
    fail "diff and analyze judge the session differently"
head -c 9000 "$session" >cut.kfs
expect 65 "a session cut off" "$program" analyze cut.kfs
printf 'SQLite format 3\000and nothing that follows it is a database, however long it goes on' >fake.kfs
expect 65 "a file that only begins as one" "$program" analyze fake.kfs

# ------------------------------------------------------------------------------------------------ marks from outside
expect 69 "a mark without a session" "$program" mark camera on
err_has "no session"
"$program" demo --seconds 60 -o record.folder=marked -o athlete.name=Zaphod >/dev/null 2>&1 </dev/null &
running=$!
tries=0
until "$program" mark camera on 2>/dev/null || test $((tries += 1)) -gt 2000; do :; done
expect 0 "a mark from another terminal" "$program" mark "$(printf 'two\033[2J')"
test "$(stat -c %a run/kneefold run/kneefold/*.mark | tr '\n' ' ')" = "700 600 " || fail "the socket is not private"
tries=0 # they are committed within a second: the text is in the file's log as it is
until grep -q -a two marked/*.kfs-wal || test $((tries += 1)) -gt 5000; do :; done
expect 69 "a session that is being recorded" "$program" analyze marked/*.kfs
err_has "being recorded"
kill -TERM "$running"
wait "$running"
if command -v sqlite3 >/dev/null 2>&1; then
    expect 0 "the marks in the session" sqlite3 -readonly marked/*.kfs "SELECT text, wall_ns > 1.7e18 FROM marks"
    out_has "^camera on|1$"
    out_has "^two.*2J|1$"
fi
test -z "$(ls run/kneefold)" || fail "the socket is still there"

# ------------------------------------------------------------------------------------------------ exports
for form in csv strides.csv marks.csv json sto mot; do
    expect 0 "export to .$form" "$program" export "$session" -o "all.$form"
    test -s "all.$form" || fail "all.$form is empty"
    test "$(stat -c %a "all.$form")" = 600 || fail "all.$form is not private"
done
expect 0 "export of an export" "$program" export all.csv -o again.csv
cmp all.csv again.csv >out 2>err || fail "the same samples, marks and speeds do not come back"
"$program" analyze --csv "$session" >strides.csv 2>/dev/null
cmp strides.csv all.strides.csv >out 2>err || fail "export and analyze differ in the strides"
sed '/^endheader/,$d' all.sto >head.sto
rows=$(sed -n 's/^nRows=//p' head.sto)
sed '1,/^endheader/d' all.sto >rows.sto
test "$(wc -l <rows.sto)" -eq $((rows + 1)) || fail "all.sto has not the rows its header says"
grep -q '^inDegrees=yes$' head.sto || fail "all.sto does not say degrees"
sed -n 1p rows.sto | grep -q '^time.*hip_flexion_r.*knee_angle_r.*hip_flexion_l.*knee_angle_l$' ||
    fail "all.sto has other columns"
awk -F '\t' 'NF != 5' rows.sto | grep -q . && fail "all.sto has rows of another width"
expect 64 "export to what is no form" "$program" export "$session" -o all.xyz
expect 64 "export over the recording" "$program" export "$session" -o "$session"
expect 65 "export of what is no recording" "$program" export fake.kfs -o none.csv
test ! -e none.csv || fail "it left half a file"
set -- marked/*.kfs
for form in csv strides.csv json sto mot; do
    "$program" export --anonymous "$1" -o "anonymous.$form" >out 2>err
    status=$?
    test $status -eq 0 || test $status -eq 65 || fail "export --anonymous to .$form: exit status $status"
    if grep -iE 'zaphod|camera|2J|marked|simulator|kfs$|20[0-9]{2}-|mass_kg=' "anonymous.$form" >out 2>/dev/null; then
        fail "anonymous.$form tells more than it should"
    else
        echo "ok    export --anonymous to .$form"
    fi
done
"$program" export "$1" -o named.csv 2>/dev/null && grep -q 'mark: .*camera on' named.csv &&
    grep -q '^# marked-at: 20' named.csv || fail "an export that is not anonymous lacks its marks"

# ------------------------------------------------------------------------------------------------ others' logs
# A runner's samples in the shape of x-io's Inertial.csv and of MT Manager's tables, a file a sensor, pasted side by side:
# judged as the log they are made of.
"$program" simulate --csv log.csv --seconds 40 --seed 3 --pull 0.2
awk -F, '/^#/ || /^time_s/ { next }
    { for (s = 0; s < 5; s++) {
        x = "x" s; m = "m" s; b = 2 + 6 * s
        if (n == 0) {
            printf "Timestamp (us)" >x
            for (i = 0; i < 6; i++) printf ",%s %s (%s)", i < 3 ? "Gyroscope" : "Accelerometer", substr("XYZXYZ", i + 1, 1), i < 3 ? "deg/s" : "g" >x
            printf "\n" >x
            printf "// Start Time: Unknown\n// Sample rate: 200.0Hz\nPacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tMat[1][1]\n" >m
        }
        printf "%d,%.7g,%.7g,%.7g,%.9g,%.9g,%.9g\n", $1 * 1e6 + .5, $(b + 3), $(b + 4), $(b + 5), $b / 9.80665, $(b + 1) / 9.80665, $(b + 2) / 9.80665 >x
        printf "%05d\t\t%.7g\t%.7g\t%.7g\t%.9g\t%.9g\t%.9g\t0.5\n", n % 65536, $b, $(b + 1), $(b + 2), $(b + 3) / 57.29577951, $(b + 4) / 57.29577951, $(b + 5) / 57.29577951 >m
      } n++ }' log.csv
paste -d, x0 x1 x2 x3 x4 >ximu3.csv
paste m0 m1 m2 m3 m4 >xsens.txt
cat >worn.ini <<'INI'
[athlete]
height_m = 1.75
sex = m
[pod]
stream_0 = trunk
stream_1 = thigh_l
stream_2 = shank_l
stream_3 = thigh_r
stream_4 = shank_r
INI
verdicts() { "$program" analyze --csv -S 3.96 --baseline 9:22 "$@" 2>err | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "verdict") v = i } { print $v }'; }
verdicts log.csv >wanted
test "$(sort wanted | uniq -c | wc -l)" -ge 4 || fail "log.csv has not every verdict"
verdicts -c worn.ini ximu3.csv >got
cmp wanted got >out 2>&1 && echo "ok    five files of x-io's program" || fail "five files of x-io's program are judged otherwise"
verdicts -c worn.ini -o 'pod.csv.columns=5(- acc_mps2 gyr_radps -)' -o pod.csv.rate_hz=200 xsens.txt >got
cmp wanted got >out 2>&1 && echo "ok    five files of MT Manager" || fail "five files of MT Manager are judged otherwise"

# ------------------------------------------------------------------------------------------------ history
expect 0 "history" "$program" history
out_has "knee,deg"
expect 0 "history --json" "$program" history --json
out_has '"cue_shown_s":'
expect 0 "history of one athlete" "$program" history -o record.folder=marked Zaphod
out_has "Zaphod"
expect 0 "history of nobody" "$program" history Nobody
out_has "no sessions"
expect 0 "compare" "$program" compare "$session" "$session"
out_has "^contact_s .* 0\.000 "
out_has "No difference is more than chance\|Too short to tell"
expect 0 "compare --json" "$program" compare --json "$session" "$session"
out_has '"figures":'
if command -v sqlite3 >/dev/null 2>&1; then # who began and ended with nothing between, and a name wider than its column
    cp "$session" moment.kfs
    sqlite3 moment.kfs "DELETE FROM chunks; UPDATE meta SET value = 'a' || replace(hex(zeroblob(20)), '00', 'Ä') WHERE
        key = 'athlete'; INSERT OR IGNORE INTO meta VALUES ('athlete', 'a' || replace(hex(zeroblob(20)), '00', 'Ä'))"
    mkdir moments && cp moment.kfs moments/2026-11-22_1921_a.kfs
    for command in "compare moment.kfs $session" "history -o record.folder=moments"; do
        expect 0 "$command" "$program" $command
        grep -q nan out && fail "a figure that is not known is printed as nan"
        out_has "aÄÄÄÄ"
        iconv -f UTF-8 -t UTF-8 out >/dev/null || fail "a letter of a name is cut in two"
    done
fi
expect 65 "compare with what is no session" "$program" compare "$session" fake.kfs
expect 64 "compare with nothing" "$program" compare "$session"

# ------------------------------------------------------------------------------------------------ the man page
# Its examples, one file each, with FILE.kfs for the session's name.
cp "$session" FILE.kfs
sed -n '/^\.SH EXAMPLES/,$p' "$source_root/man/kneefold-session.5" | sed 's/\\-/-/g' |
    awk '/^\.nf/ { n++; inside = 1; next } /^\.fi/ { inside = 0 } inside { print > ("example" n) }'
count=0
for example in example*; do
    count=$((count + 1))
    if grep -q '^sqlite3' "$example"; then
        if command -v sqlite3 >/dev/null 2>&1; then
            expect 0 "$example of the man page" sh -e "$example"
            test ! -s err || fail "$example complains"
        else
            echo "skip  $example: no sqlite3"
        fi
    elif ! command -v python3 >/dev/null 2>&1 ||
        { grep -q pandas "$example" && ! python3 -c 'import pandas' 2>/dev/null; }; then
        echo "skip  $example: no python3, or no pandas"
        if grep -q pandas "$example" && command -v python3 >/dev/null 2>&1; then # its query, at least
            expect 0 "the query of $example" python3 -c 'import sqlite3
print(sqlite3.connect("FILE.kfs").execute("SELECT * FROM strides").fetchall()[0])'
        fi
    else
        expect 0 "$example of the man page" python3 "$example"
        test -s out || fail "$example prints nothing"
    fi
done
test "$count" -ge 7 || fail "only $count examples were found in the man page"

exit "$failed"
