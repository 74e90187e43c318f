#!/usr/bin/env bash
# Makes a picture of the debrief of every run of make.sh, as the window shows it:
#   assets/examples/debriefs.sh SEV1 [FAMILY…]
# Needs what tests/desktop/hands.sh needs, and convert (ImageMagick). The list of runs is that of make.sh.
set -euo pipefail
sev1="$(realpath "$(command -v "$1")")"
shift
wanted=" $* "
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
. ../../tests/desktop/hands.sh
trap 'leave; rm -r "$work"' EXIT

# debrief FAMILY VARIANT HOW PLAN
debrief() {
    local name="$1-$3-debrief" replay="$work/$1-$3.replay.ron"
    "$sev1" run "$1" --seed 7 --variant "$2" --plan "$4" --record "$replay" >/dev/null
    open replay "$replay" --watch
    palette 'stop here'
    keys Return
    settled
    picture "$name"
    convert "$work/$name.png" -colors 128 "PNG8:$name.png"
    shut
    echo "$name.png"
}

screen 1600 900
while IFS='|' read -r family variant how plan; do
    if [ "$wanted" = "  " ] || [[ $wanted == *" $family "* ]]; then
        debrief "$family" "$variant" "$how" "$plan" </dev/null
    fi
done < <(sed -n "/^done <<'RUNS'/,/^RUNS/p" make.sh | grep '|')
