#!/bin/sh
# screenshot.sh - takes the README's pictures anew, from the real program: the demo at a cue, a replay with its time line,
# the settings, and a report.
#
#   sh docs/screenshot.sh [PROGRAM [FOLDER]]    by default build/kneefold and the folder of this script
#
# Needs tmux, aha, chromium and the DejaVu fonts, and a minute, since the demo runs in real time. The braille of the
# figures is that of DejaVu Sans, scaled to the cell of DejaVu Sans Mono, which has none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../build/kneefold}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
folder=${2:-$here}
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-screenshot.XXXXXX")
socket=kneefold-screenshot-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for tool in tmux aha chromium; do
    command -v "$tool" >/dev/null || { echo "screenshot: $tool is missing" >&2; exit 69; }
done

# Runs the program in a terminal of 120x40:  open ARGUMENT...
open() {
    tmux -L "$socket" kill-server 2>/dev/null || true
    socket=$socket+ # the old server may not be gone yet
    LC_ALL=C.UTF-8 COLORTERM=truecolor XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data \
        tmux -L "$socket" -f /dev/null -u new-session -d -x 120 -y 40 -c "$work" "TERM=tmux-256color exec '$program' $*"
    tmux -L "$socket" set-option -g status off
}

# Until the screen shows it:  wait_for WORDS
wait_for() {
    tries=0
    until tmux -L "$socket" capture-pane -p | grep -q "$1"; do
        tries=$((tries + 1))
        test $tries -lt 600 || { echo "screenshot: no '$1' within a minute" >&2; exit 1; }
        sleep .1
    done
}

press() {
    tmux -L "$socket" send-keys "$@"
    sleep .3
}

# The screen as it stands:  shoot NAME
shoot() {
    tmux -L "$socket" capture-pane -p -e -N >"$work/screen.ansi"
    {
        cat <<'HEAD'
<!DOCTYPE html><meta charset="utf-8"><style>
@font-face { font-family: Dots; src: local("DejaVu Sans"); unicode-range: U+2800-28FF; size-adjust: 82.26%; }
body { margin: 0; background: #101010; }
pre { margin: 12px; font: 15px/17px Dots, "DejaVu Sans Mono"; color: #d8d8d8; }
</style>
HEAD
        echo '<pre>'
        # aha takes the colour before for the ground's: say what a reversed row is
        sed 's/\x1b\[1;7m\x1b\[38;5;\([0-9]*\)m/\x1b[0;1m\x1b[30m\x1b[48;5;\1m/g' <"$work/screen.ansi" |
            aha --black --no-header | sed 's/color:dimgray/color:black/g'
        echo '</pre>'
    } >"$work/screen.html"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" \
        --window-size=1110,706 --screenshot="$work/screen.png" "file://$work/screen.html" >"$work/browser.log" 2>&1 ||
        { cat "$work/browser.log" >&2; exit 1; }
    mv "$work/screen.png" "$folder/$1.png"
    echo "$folder/$1.png"
}

"$program" simulate --csv "$work/tuesday.csv" --seconds 100 --seed 3 --pull 0.2 --emg
open replay tuesday.csv
wait_for 'of 01:'
press g
press 71 Enter
press Space
sleep 1
shoot replay
"$program" report "$work/tuesday.csv" --athlete "Ada Lovelace" -o "$folder/report.png"
echo "$folder/report.png"

open demo --sim emg
wait_for 'drive +.*limit'
sleep 2.5
shoot live
press s "]"
press "]" "]" Down Down
press Left Left Left Left
sleep 1
shoot settings
