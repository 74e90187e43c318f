#!/usr/bin/env bash
# The game in a real window, played to its debrief with keys and the mouse:
#   tests/desktop/window.sh PROGRAM FOLDER
# Needs Xvfb, xdotool, import (ImageMagick) and a Vulkan driver. Pictures, the log, settings and the
# recorded run are left in FOLDER.
set -euo pipefail

program="$1"
folder="$2"
mkdir -p "$folder"
display=":$((90 + RANDOM % 100))"
export DISPLAY="$display" SEV1_HOME="$folder/home"
unset WAYLAND_DISPLAY
mkdir -p "$SEV1_HOME"
printf '(window: (1280.0, 720.0))\n' >"$SEV1_HOME/settings.ron"

Xvfb "$display" -screen 0 1280x720x24 >"$folder/xvfb.log" 2>&1 &
server=$!
game=""
finish() {
    local code=$?
    [ -z "$game" ] || kill "$game" 2>/dev/null || true
    kill "$server" 2>/dev/null || true
    if [ "$code" -ne 0 ]; then
        echo "the window test failed; its log:" >&2
        cat "$folder/game.log" >&2 || true
    fi
}
trap finish EXIT

# until SECONDS COMMAND…: repeats the command until it succeeds.
until_true() {
    local left="$1"
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "waited in vain for: $*" >&2
            return 1
        fi
        sleep 1
    done
}

picture() {
    import -window root "$folder/$1.png"
}

# keys KEY…: one after the other, at a pace that software rendering can follow.
keys() {
    for key in "$@"; do
        xdotool key "$key"
        sleep 0.7
    done
}

# chord HELD KEY: held down for longer than a slow frame takes, as a hand would.
chord() {
    xdotool keydown "$1"
    sleep 0.5
    xdotool key "$2"
    sleep 0.5
    xdotool keyup "$1"
    sleep 0.7
}

recorded() {
    compgen -G "$SEV1_HOME/runs/*.replay.ron"
}

sleep 1
"$program" play db-connection-leak --seed 3 >"$folder/game.log" 2>&1 &
game=$!
until_true 60 xdotool search --name '^SEV1$'
id="$(xdotool search --name '^SEV1$' | head -1)"
xdotool windowfocus "$id"
sleep 4
picture 1-quiet

# Sixty times as fast until the first alarm brings it back to real time; then what anybody would do.
keys 4
sleep 12
keys a o bracketright bracketright
picture 2-alarm
xdotool mousemove 640 250 click 1
sleep 1
picture 3-selected
keys 4
sleep 6
picture 4-trouble

# Stopped by its name in the palette, so that the debrief comes now.
chord ctrl k
xdotool type --delay 80 'stop here'
sleep 1
picture 5-palette
keys Return
until_true 30 recorded
sleep 8
picture 6-debrief
chord ctrl q
code=0
wait "$game" || code=$?
game=""
if [ "$code" -ne 0 ]; then
    echo "the game ended with $code" >&2
    exit 1
fi

# What was played is kept, and can be played again to the same end.
for run in "$SEV1_HOME"/runs/*.replay.ron; do
    "$program" replay "$run" --json >"$folder/replay.json"
done
if grep -E 'ERROR|panicked' "$folder/game.log"; then
    echo "the log has errors" >&2
    exit 1
fi
echo "played, kept and replayed; pictures in $folder"
