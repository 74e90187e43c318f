#!/usr/bin/env bash
# Takes the README's pictures of the window anew, room.png and debrief.png, in a real game:
#   assets/pictures/take.sh SEV1
# Needs Xvfb, xdotool, import and convert (ImageMagick), and a Vulkan driver.
set -euo pipefail
cd "$(dirname "$0")"
sev1="$(command -v "$1")"
work=$(mktemp -d)
display=":$((200 + RANDOM % 100))"
export DISPLAY="$display" SEV1_HOME="$work/home"
unset WAYLAND_DISPLAY
mkdir -p "$SEV1_HOME"
printf '(window: (1600.0, 900.0))\n' >"$SEV1_HOME/settings.ron"
Xvfb "$display" -screen 0 1600x900x24 -noreset >"$work/xvfb.log" 2>&1 &
server=$!
game=""
finish() {
    [ -z "$game" ] || kill "$game" 2>/dev/null || true
    kill "$server" 2>/dev/null || true
    rm -r "$work"
}
trap finish EXIT
sleep 1

# open ARGUMENT…: the game, until its window is there and has the keyboard.
open() {
    "$sev1" "$@" >"$work/game.log" 2>&1 &
    game=$!
    for _ in $(seq 60); do
        xdotool search --name '^SEV1$' >/dev/null 2>&1 && break
        sleep 1
    done
    xdotool windowfocus "$(xdotool search --name '^SEV1$' | head -1)"
    sleep 4
}

# keys KEY…: at a pace that software rendering can follow.
keys() {
    for key in "$@"; do
        xdotool key "$key"
        sleep 1
    done
}

chord() {
    xdotool keydown "$1"
    sleep 0.5
    xdotool key "$2"
    sleep 0.5
    xdotool keyup "$1"
    sleep 1
}

# palette WORDS: a command by its name.
palette() {
    chord ctrl k
    xdotool type --delay 80 "$1"
    sleep 1
    keys Return
}

# take NAME: the whole window.
take() {
    import -window root "$work/$1.png"
    convert "$work/$1.png" -colors 250 "PNG8:$1.png"
    echo "$1.png"
}

shut() {
    chord ctrl q
    wait "$game" || true
    game=""
}

# The room: the page is taken, an incident is declared, a developer paged and traces looked at; the release
# that everybody suspects is on its way back.
open play checkout-5xx --seed 2
keys 4
sleep 9
keys a o d Return
xdotool mousemove 1300 312 click 1
sleep 1
keys Return bracketright bracketright bracketright i Down Return
keys 3
sleep 5
keys 1 m Return
xdotool mousemove 800 905
sleep 8
take room
shut

# The debrief, with a decision held between two moments.
"$sev1" run db-connection-leak --seed 7 --variant a --plan reference --record "$work/leak.replay.ron" >/dev/null
open replay "$work/leak.replay.ron" --watch
palette 'stop here'
sleep 45
xdotool mousemove 475 405
sleep 0.5
xdotool mousedown 1
for step in 10 25 40 55 70 80; do
    xdotool mousemove $((475 - step)) 405
    sleep 0.4
done
sleep 1
take debrief
xdotool mouseup 1
shut
