#!/bin/sh
# test_cli.sh - protects what a script or a person at the prompt relies on: exit statuses, one clear line for each fault
# and a second with what to try, output that is valid whatever the input, and a program that survives closed pipes, full
# disks, signals and bytes of any kind.
#
# Runs in `make check` from the build folder; by hand: sh tests/cli/test_cli.sh, with KNEEFOLD=path/to/kneefold.
. "${srcdir:-$(dirname "$0")/../..}/tests/cli/prompt.sh"
json_check=${JSON_CHECK:-$start/tests/cli/json_check}

# ---------------------------------------------------------------- the program itself
expect 0 "no arguments" "$program"
out_has "kneefold demo"
expect 0 "help" "$program" help
out_has "analyze"
expect 0 "--help" "$program" --help
expect 0 "--version" "$program" --version
out_has "^kneefold [0-9]"
expect 64 "unknown command" "$program" analyse
err_has "no command 'analyse'"
err_has "did you mean 'analyze'"
err_lines 2
out_empty
expect 64 "unknown option in place of a command" "$program" --frobnicate
err_lines 2
expect 64 "help on an unknown command" "$program" help nothing
expect 64 "an empty command" "$program" ""
for command in demo live replay analyze diff simulate ports config; do
    expect 0 "$command --help" "$program" "$command" --help
    out_has "Usage: kneefold $command"
    expect 0 "$command --version" "$program" "$command" --version
    expect 0 "help $command" "$program" help "$command"
    expect 64 "$command with an unknown option" "$program" "$command" --frobnicate
    err_has "frobnicate"
done

# ---------------------------------------------------------------- a recording to analyze
expect 0 "simulate a log" "$program" simulate --csv log.csv --seconds 40 --seed 7
test -s log.csv || fail "no log was simulated"
expect 0 "simulate a log with EMG" "$program" simulate --csv emg.csv --emg --seconds 30 --seed 7
expect 0 "analyze EMG" "$program" analyze emg.csv
out_has "EMG hamstring_l *1000 Hz, 20-450 Hz, terminal-swing peak"
out_has "EMG envelopes are parts of the running 95th percentile"
expect 0 "analyze without EMG" "$program" analyze log.csv
out_has "without EMG nobody can say"

# ---------------------------------------------------------------- analyze: the command line
expect 64 "analyze without a file" "$program" analyze
expect 64 "analyze with two forms" "$program" analyze --json --csv log.csv
expect 64 "--baseline without TO" "$program" analyze --baseline 5 log.csv
expect 64 "--baseline backwards" "$program" analyze --baseline 9:5 log.csv
expect 64 "--samples with two files" "$program" analyze --samples s.csv log.csv log.csv
expect 66 "replay compared with a missing file" "$program" replay log.csv --with missing.ini
expect 64 "replay checked and compared" "$program" replay log.csv --check --with missing.ini
expect 64 "--speed of nothing" "$program" analyze --speed fast log.csv
cp log.csv twice.csv
expect 64 "--samples over the recording" "$program" analyze --samples ./twice.csv twice.csv
err_has "overwrite"
cmp -s log.csv twice.csv || fail "--samples emptied the recording"
expect 64 "--truth over the log" "$program" simulate --csv twice.csv --truth twice.csv --seconds 2
rm twice.csv
expect 74 "--samples into no folder" "$program" analyze --samples nowhere/s.csv log.csv
err_lines 2

# ---------------------------------------------------------------- analyze: what it may be given
expect 66 "missing file" "$program" analyze nothing.csv
err_has "cannot open 'nothing.csv'"
err_lines 2
out_empty
expect 66 "directory" "$program" analyze .
err_has "directory"
: >empty.csv
expect 65 "empty file" "$program" analyze empty.csv
err_lines 2
head -c 20000 "$program" >binary.bin
expect 65 "binary file" "$program" analyze binary.bin
err_has "no known format"
err_lines 2
out_empty
if command -v iconv >/dev/null 2>&1; then
    head -n 2000 log.csv | iconv -t UTF-16LE >wide.csv
    expect 65 "text of two bytes a letter" "$program" analyze wide.csv
    err_has "iconv -f UTF-16"
    err_lines 2
fi
head -n 5 log.csv >header.csv
expect 65 "header without rows" "$program" analyze header.csv
printf '# kneefold-log 1\ntime_s,foo\n0,1\n' >useless.csv
expect 65 "no usable column" "$program" analyze useless.csv
if test "$(id -u)" -ne 0; then
    cp log.csv secret.csv && chmod 0 secret.csv
    expect 66 "no permission" "$program" analyze secret.csv
    err_has "permission"
else
    echo "skip  no permission (running as root)"
fi
head -c 300000 log.csv >cut.csv
expect 0 "truncated log" "$program" analyze cut.csv
(sed -n '1,200p' log.csv && printf 'garbage\n' && sed -n '201,$p' log.csv) >bad.csv
expect 0 "a bad line is skipped" "$program" analyze bad.csv
err_has "^bad.csv:201:"
err_lines 1
out_has "bad lines 1,"
awk 'NR > 20 && NR % 2 { print "x"; next } { print }' log.csv >worse.csv
expect 0 "thousands of bad lines" "$program" analyze worse.csv
test "$(wc -l <err)" -le 8 || fail "bad lines flood stderr"
err_has "in all, skipped"
expect 0 "plain" "$program" analyze --csv log.csv
cp out plain.out
expect 0 "standard input" sh -c '"$0" analyze --csv - <log.csv' "$program"
cmp -s out plain.out || fail "standard input changes the swings"
if command -v gzip >/dev/null; then
    gzip -c log.csv >log.csv.gz
    expect 0 "gzip" "$program" analyze --csv log.csv.gz
    cmp -s out plain.out || fail "gzip changes the swings"
    head -c 60000 log.csv.gz >cut.csv.gz
    expect 65 "truncated gzip" "$program" analyze cut.csv.gz
    err_has "cut off"
fi
expect 65 "bytes of no format and no end" timeout 60 "$program" analyze /dev/zero
err_has "no known format"
if "$program" report -o none.svg log.csv 2>&1 | grep -q "built without cairo"; then
    expect 69 "a report, built without cairo" "$program" report -o endless.svg /dev/zero
else
    expect 65 "a report on them" timeout 60 "$program" report -o endless.svg /dev/zero
fi
rm -f none.svg
for odd in "--athlete=$(printf 'a\033b')" "--$(printf '\033[2J')" "-$(printf '\033')" "--seconds=$(printf '\233')"; do
    expect 64 "an option with an escape" "$program" demo "$odd"
    if LC_ALL=C grep -q "$(printf '[\033\233]')" err; then fail "it reaches the terminal"; fi
done
printf '\033[31mred\n' >"$(printf 'a\033b.csv')"
expect 65 "a file name with an escape" "$program" analyze "$(printf 'a\033b.csv')"
if grep -q "$(printf '\033')" err; then fail "an escape reaches the terminal"; fi

# ---------------------------------------------------------------- analyze: pods that do not know where they are worn
sed -e '/^#/d' log.csv | sed -e '1s/[a-z_]*\.//g' |
    awk -F, -v OFS=, 'NR == 1 { $1 = "time_ms" } NR > 1 { $1 = sprintf("%.3f", $1 * 1000) } { print }' >strange.csv
expect 0 "columns without sites" "$program" analyze --json strange.csv
out_has '"format":"csv"'
out_has '"site":null'
err_has "does not say where it is worn: stream 0"
err_has "pod.stream_0="
worn=$(grep '^time_s' log.csv | tr ',' '\n' | sed -n 's/\.acc_x_mps2$//p' | awk '{ printf "-o pod.stream_%d=%s ", NR - 1, $0 }')
# shellcheck disable=SC2086 # the words of $worn are options
expect 0 "columns with sites of the settings" "$program" analyze --csv $worn strange.csv
err_empty
test "$(wc -l <out)" -eq "$(wc -l <plain.out)" || fail "the settings' sites give other swings than the log's"
sed 1d strange.csv >rows.csv
expect 65 "columns nobody explains" "$program" analyze --json rows.csv
out_has '"format":"csv"'
err_has "pod.csv"
expect 78 "columns explained wrongly" "$program" analyze -o pod.csv.columns=speed rows.csv
err_has "expected names such as"

# ---------------------------------------------------------------- analyze: outputs
expect 0 "text" "$program" analyze log.csv
out_has "peak knee, deg"
err_empty
expect 0 "--json" "$program" analyze --json log.csv
"$json_check" source athlete alignment baseline events swings cues summary <out 2>err || fail "--json is not as keys.md says"
test "$(wc -l <out)" -eq 1 || fail "--json is not one line"
expect 0 "--json of two files" "$program" analyze --json log.csv cut.csv
"$json_check" source summary <out 2>err || fail "--json of two files"
test "$(wc -l <out)" -eq 2 || fail "not a line a file"
expect 0 "--jsonl" "$program" analyze --jsonl log.csv
"$json_check" type <out 2>err || fail "--jsonl is not an object a line"
for type in file event verdict swing end; do out_has "^{\"type\":\"$type\","; done
expect 0 "--csv" "$program" analyze --csv log.csv
awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' out || fail "--csv rows differ in length"
out_has "^id,leg,t_ic_s,"
if grep -qi -e 'nan' -e 'inf' out; then fail "--csv holds nan or inf"; fi
expect 0 "--samples" "$program" analyze --samples s.csv log.csv
head -n 1 s.csv | grep -q '^t_s,knee_l_deg,' || fail "--samples has no header"
test "$(wc -l <s.csv)" -gt 1000 || fail "--samples is too short"
expect 66 "one bad file of two" "$program" analyze --json nothing.csv log.csv
"$json_check" source <out 2>err || fail "the good file is missing"
expect 0 "--baseline" "$program" analyze --json --baseline 5:30 log.csv
out_has '"baseline":{"l":{"strides"'
if locale -a 2>/dev/null | grep -q '^de_DE'; then
    LC_ALL=$(locale -a | grep '^de_DE' | head -n 1) "$program" analyze --csv log.csv >comma.out 2>err
    "$program" analyze --csv log.csv | cmp -s - comma.out || fail "the locale changes numbers"
fi

# ---------------------------------------------------------------- the man page names every key and option
manual=$source_root/man/kneefold.1
head -n 1 plain.out | tr ',' '\n' >keys
while read -r key; do
    grep -q -e "^$key|" "$manual" || fail "kneefold(1) lacks the key $key"
done <keys
# Of simulate the page names only where the runner goes; the runner's own options are those of its help.
sed 's/\\-/-/g' "$manual" >page
for command in demo live replay analyze diff report export history compare ports config; do
    "$program" "$command" --help | sed -n 's/^ .*--\([a-z][a-z-]*\).*/\1/p' |
        grep -vx -e help -e usage -e version >options
    test -s options || fail "no options found in the help of $command"
    while read -r option; do
        grep -q -e "--$option\([^a-z-]\|\$\)" page || fail "kneefold(1) lacks --$option of $command"
    done <options
done
echo "ok    man page"

# ---------------------------------------------------------------- captures
live_from_pipe() { cat raw | "$program" live - "$@"; }
"$program" simulate --stdout --seconds 40 --pull 0.2 >raw 2>err
expect 0 "live --capture" live_from_pipe --capture run.kfc
expect 0 "analyze the bytes" "$program" analyze --json raw
sed 's/"file": *"[^"]*"//' out >raw.json
expect 0 "analyze the capture" "$program" analyze --json run.kfc
err_empty
sed 's/"file": *"[^"]*"//' out | cmp -s - raw.json || fail "a capture is not analysed like the bytes in it"
expect 0 "replay the capture" "$program" replay -x 16 --seconds 1 run.kfc
expect 64 "a capture over an existing file" live_from_pipe --capture run.kfc
err_has "--force"
err_lines 2
expect 0 "a capture over an existing file, told to" live_from_pipe --capture run.kfc --force
expect 64 "--force of nothing" live_from_pipe --force
expect 64 "a capture of a recording" "$program" live -s file:raw --capture other.kfc
err_has "it is a recording"
test ! -e other.kfc || fail "a refused capture left a file"
expect 74 "a capture into no folder" live_from_pipe --capture nothing/run.kfc
err_lines 2
head -c 200000 run.kfc >cut.kfc
expect 65 "a capture cut off" "$program" analyze cut.kfc
err_has "cut off"
out_has "podlink"
sed '1s/1/2/' run.kfc >newer.kfc
expect 65 "a capture of a later version" "$program" analyze newer.kfc
err_has "version"

# ---------------------------------------------------------------- output that cannot be written
if test -c /dev/full; then
    for form in --json --jsonl --csv --json; do
        "$program" analyze $form log.csv >/dev/full 2>err
        test $? -eq 74 || fail "full disk with $form: no 74"
        err_has "cannot write to standard output"
        err_lines 2
    done
    for words in "" help "config show" "analyze --help" --version "analyze log.csv"; do
        # shellcheck disable=SC2086 # words are to be split
        "$program" $words >/dev/full 2>err
        test $? -eq 74 || fail "full disk with '$words': no 74"
    done
    expect 74 "--samples on a full disk" "$program" analyze --samples /dev/full log.csv
    err_has "'/dev/full'"
fi
for words in "export log.csv -o big.csv" "simulate --csv big.csv --seconds 60"; do # more than a file may hold
    # shellcheck disable=SC2086 # words are to be split
    (ulimit -f 8 && "$program" $words) >out 2>err
    test $? -eq 74 || fail "'$words' beyond ulimit -f: no 74"
    err_has "cannot write"
done
(ulimit -f 100 && "$program" demo --seconds 60 -o record.folder=small) >out 2>err
test $? -eq 74 || fail "a recording beyond ulimit -f: no 74"
err_has "RECORDING STOPPED"
err_has "ulimit -f"
grep -q "^00:5" out || fail "a recording beyond ulimit -f ended the coaching"
for form in --json --jsonl --csv ""; do # a file of its own must not take the place of standard output
    # shellcheck disable=SC2086 # no form is no word
    "$program" analyze $form --samples s.csv log.csv >&- 2>err
    test $? -eq 74 || fail "no standard output with '$form': no 74"
    grep -vq '^[-t0-9]' s.csv && fail "no standard output with '$form': it went into --samples"
done
closed() {
    { "$program" "$@" 2>err; echo $? >status; } | head -n 1 >out
    test "$(cat status)" -eq 0 || fail "closed pipe with '$*': status $(cat status)"
    err_empty
}
closed analyze --jsonl log.csv log.csv log.csv
closed analyze --csv log.csv log.csv log.csv
closed analyze --json log.csv
closed config show
echo "ok    full disks and closed pipes"

expect 66 "history of what is no folder" "$program" history -o record.folder=/dev/null
err_lines 2
expect 64 "a socket with a long name" "$program" simulate --unix "$(printf '%0200d' 0)"
err_lines 2

# ---------------------------------------------------------------- signals: a pipe that never ends
mkfifo pipe
expect 69 "live waits for the writer of a pipe, but not longer than told" timeout 60 "$program" live --seconds 0.2 \
    -o record.enabled=no -s file:pipe
err_has "nothing was decoded in"
err_has "'pipe' is silent"
err_has "kneefold ports --probe"
err_lines 2
exec 8<>pipe # holds it open: no end comes
printf '\033[2Jgarbage~of~no~known~format' >&8
expect 65 "a pod that sends what nobody knows" timeout 60 "$program" live --seconds 0.2 -o record.enabled=no -s file:pipe
err_has "is sending unknown bytes: 1b 5b 32 4a"
err_lines 2
"$program" simulate --stdout --seconds 3 | head -c 20000 >&8
expect 0 "a pod that was understood, and its time is up" timeout 60 "$program" live --seconds 0.5 \
    -o record.enabled=no -s file:pipe
exec 8>&-
sh -c 'sed -n 1,9000p log.csv >pipe' &
expect 0 "a pipe that gets a writer" "$program" analyze pipe
out_has "peak knee, deg"
wait
for signal in INT TERM HUP; do
    # A shell without job control starts children that ignore SIGINT; env (coreutils 8.31) takes that back.
    env --default-signal=$signal "$program" analyze pipe >out 2>err &
    child=$!
    exec 9>pipe # waits until the program has opened it, so the signal finds a program that reads
    head -n 200 log.csv >&9
    kill -s $signal "$child"
    wait "$child"
    status=$?
    exec 9>&-
    case $signal in HUP) wanted=129 ;; INT) wanted=130 ;; TERM) wanted=143 ;; esac
    test $status -eq $wanted || fail "SIG$signal: status $status, not $wanted"
    # An export that was interrupted leaves nothing that looks like one.
    env --default-signal=$signal "$program" export pipe -o cut.json >out 2>err &
    child=$!
    exec 9>pipe
    head -n 200 log.csv >&9
    kill -s $signal "$child"
    wait "$child"
    status=$?
    exec 9>&-
    test $status -eq $wanted || fail "SIG$signal to an export: status $status, not $wanted"
    test ! -e cut.json || fail "SIG$signal to an export: it left half a file"
done
echo "ok    signals"

# ---------------------------------------------------------------- diff
printf '[verdict]\nknee_excess_deg = 50\n[cue hamstring-drive]\nenabled = no\n' >other.ini
printf '[verdict]\nknee_excess_deg = 8\n' >same.ini
printf '[verdict]\nknee_excess_deg = many\n' >wrong.ini
expect 64 "diff of nothing" "$program" diff
expect 64 "diff without other settings" "$program" diff log.csv
err_has "add --with OTHER.ini"
expect 64 "diff of standard input" "$program" diff - --with other.ini
expect 66 "diff of no file" "$program" diff nothing.csv --with same.ini
expect 66 "diff with no file" "$program" diff log.csv --with nothing.ini
expect 78 "diff with wrong settings" "$program" diff log.csv --with wrong.ini
err_has "wrong.ini:2"
expect 0 "diff with the same settings" "$program" diff log.csv --with same.ini
expect 1 "diff with other settings" "$program" diff log.csv --with other.ini
out_has "pulled (drive-and-fold) -> unclear (between)"
expect 1 "diff as JSON" "$program" diff log.csv --with other.ini --json
"$json_check" <out || fail "diff --json is no JSON"

# ---------------------------------------------------------------- report
expect 64 "report of nothing" "$program" report
expect 64 "report without an output" "$program" report log.csv
err_has "add -o report.pdf"
if "$program" report log.csv -o page.svg 2>err; then
    expect 0 "a report" "$program" report log.csv -o page.html --baseline 0:20 -o verdict.p_pulled=.9
    test -s page.html || fail "no page.html"
    expect 64 "a report of no known kind" "$program" report log.csv -o page.doc
    err_has "its name ends in .html, .pdf, .svg or .png"
    expect 66 "a report of a missing file" "$program" report nothing.csv -o page.pdf
    test ! -e page.pdf || fail "a page was made of nothing"
    expect 74 "a report into nowhere" "$program" report log.csv -o nowhere/page.pdf
    err_lines 2
    cp log.csv log.svg
    expect 64 "a report over its recording" "$program" report log.svg -o log.svg
    cmp -s log.csv log.svg || fail "the recording was overwritten"
else
    grep -q "built without cairo" err || fail "report neither works nor says why"
fi

# ---------------------------------------------------------------- settings
expect 0 "config" "$program" config
expect 0 "config show" "$program" config show
out_has '^\[verdict\]'
mv out shown.ini
expect 0 "what it shows reads back" "$program" config check shown.ini
expect 0 "config show --origin" "$program" config show --origin -o athlete.height_m=1.8
out_has '^height_m = 1.8 .*; -o 1'
expect 0 "config show --template" "$program" config show --template
mv out template.ini
expect 0 "the template is good" "$program" config check template.ini
expect 0 "config path" "$program" config path
out_has "config/kneefold/kneefold.ini"
expect 0 "config check" "$program" config check
expect 64 "config of nothing" "$program" config chekc
err_has "did you mean 'check'"
expect 66 "config check of a missing file" "$program" config check nothing.ini
err_lines 2
expect 66 "-c missing" "$program" analyze -c nothing.ini log.csv
err_lines 2
printf '[athlete]\nheight_m = 18\nsx = m\n\n[verdict]\nknee_excess_deg = many\n' >bad.ini
expect 78 "bad settings" "$program" analyze -c bad.ini log.csv
out_empty
err_has "bad.ini:2: athlete.height_m cannot be '18'"
err_has "1 to 2.5 m"
err_has "bad.ini:3: there is no key 'sx'"
err_has "did you mean 'sex'"
err_has "bad.ini:6: verdict.knee_excess_deg cannot be 'many'"
expect 78 "config check of them" "$program" config check bad.ini
head -c 100000 "$program" >binary.ini
expect 78 "settings of noise" "$program" config check binary.ini
test "$(wc -l <err)" -le 45 || fail "a binary file floods stderr"
expect 78 "-o out of range" "$program" analyze -o athlete.height_m=0 log.csv
expect 78 "a name that turns the line's direction" "$program" config show -o "athlete.name=$(printf 'a\342\200\256b')"
expect 0 "a name in another script" "$program" config show -o "athlete.name=$(printf '\327\220\342\200\215\303\251')"
expect 78 "-o of nothing" "$program" analyze -o athlete.hieght_m=1.8 log.csv
err_has "did you mean 'height_m'"
mkdir -p "$XDG_CONFIG_HOME/kneefold"
printf '[verdict]\nbaseline_provisional_strides = 3\n' >"$XDG_CONFIG_HOME/kneefold/kneefold.ini"
expect 0 "the user's file" "$program" config show --origin
out_has '^baseline_provisional_strides = 3 .*kneefold.ini:2'
expect 0 "-o beats it" "$program" config show -o verdict.baseline_provisional_strides=4
out_has '^baseline_provisional_strides = 4$'
printf '[verdict]\nbaseline_provisional_strides = 0\n' >"$XDG_CONFIG_HOME/kneefold/kneefold.ini"
expect 78 "a wrong user's file stops" "$program" analyze log.csv
err_has "kneefold.ini:2:"

exit $failed
