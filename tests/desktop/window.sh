#!/usr/bin/env bash
# The game in a real window, played to its debrief with keys and the mouse:
#   tests/desktop/window.sh PROGRAM FOLDER
# Needs what hands.sh needs. Pictures, the log, settings and the recorded run are left in FOLDER.
set -euo pipefail

sev1="$1"
work="$2"
mkdir -p "$work"
. "$(dirname "${BASH_SOURCE[0]}")/hands.sh"
trap leave EXIT

recorded() {
    compgen -G "$SEV1_HOME/runs/*.replay.ron"
}

screen 1280 720
open play db-connection-leak --seed 3
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
palette 'stop here'
picture 5-palette
keys Return
until_true 30 recorded
sleep 8
picture 6-debrief
shut

# What was played is kept, and can be played again to the same end.
for run in "$SEV1_HOME"/runs/*.replay.ron; do
    "$sev1" replay "$run" --json >"$work/replay.json"
done
if grep -E 'ERROR|panicked' "$work/game.log"; then
    echo "the log has errors" >&2
    exit 1
fi
echo "played, kept and replayed; pictures in $work"
