#!/usr/bin/env bash
# Takes the README's pictures of the window anew, room.png and debrief.png, in a real game:
#   assets/pictures/take.sh SEV1
# Needs what tests/desktop/hands.sh needs, and convert (ImageMagick).
set -euo pipefail
sev1="$(realpath "$(command -v "$1")")"
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
. ../../tests/desktop/hands.sh
trap 'leave; rm -r "$work"' EXIT

# take NAME: a picture into this folder.
take() {
    picture "$1"
    convert "$work/$1.png" -colors 250 "PNG8:$1.png"
    echo "$1.png"
}

screen 1600 900

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
xdotool mousemove 880 30
sleep 8
take room
shut

# The debrief, with a decision held between two moments.
"$sev1" run db-connection-leak --seed 7 --variant a --plan reference --record "$work/leak.replay.ron" >/dev/null
open replay "$work/leak.replay.ron" --watch
palette 'stop here'
keys Return
settled
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
