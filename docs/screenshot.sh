#!/bin/sh
# screenshot.sh - takes docs/screenshot.png: the demo in a terminal of 120x40, at the moment a cue stands on the screen.
#
#   sh docs/screenshot.sh [PROGRAM [PNG]]    by default build/kneefold and the picture beside this script
#
# Needs tmux, aha, chromium and the DejaVu fonts, and half a minute, since the demo runs in real time. The braille of the
# figures is that of DejaVu Sans, scaled to the cell of DejaVu Sans Mono, which has none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../build/kneefold}
picture=${2:-$here/screenshot.png}
work=$(mktemp -d "${TMPDIR:-/tmp}/kf-screenshot.XXXXXX")
socket=kneefold-screenshot-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for tool in tmux aha chromium; do
    command -v "$tool" >/dev/null || { echo "screenshot: $tool is missing" >&2; exit 69; }
done

LC_ALL=C.UTF-8 COLORTERM=truecolor XDG_CONFIG_HOME=$work \
    tmux -L "$socket" -f /dev/null -u new-session -d -x 120 -y 40 "TERM=tmux-256color exec '$program' demo"
tmux -L "$socket" set-option -g status off
tries=0
until tmux -L "$socket" capture-pane -p | grep -q 'drive +.*limit'; do
    tries=$((tries + 1))
    test $tries -lt 600 || { echo "screenshot: no cue within a minute" >&2; exit 1; }
    sleep .1
done
sleep 2.5
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
    aha --black --no-header <"$work/screen.ansi"
    echo '</pre>'
} >"$work/screen.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" \
    --window-size=1110,706 --screenshot="$work/screen.png" "file://$work/screen.html" >"$work/browser.log" 2>&1 ||
    { cat "$work/browser.log" >&2; exit 1; }
mv "$work/screen.png" "$picture"
echo "$picture"
