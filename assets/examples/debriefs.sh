#!/usr/bin/env bash
# Makes a picture of the debrief of every run of make.sh, as the window shows it:
#   assets/examples/debriefs.sh SEV1 [FAMILY…]
# Needs Xvfb, xdotool, import and convert (ImageMagick), and a Vulkan driver. The list of runs is that of make.sh.
set -euo pipefail
cd "$(dirname "$0")"
sev1="$(command -v "$1")"
shift
wanted=" $* "
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

chord() {
    xdotool keydown "$1"
    sleep 0.4
    xdotool key "$2"
    sleep 0.4
    xdotool keyup "$1"
    sleep 0.6
}

# Until three pictures that are some seconds apart are the same: everything is worked out and drawn.
settled() {
    local last="" now same=0
    for _ in $(seq 200); do
        sleep 3
        now="$(import -window root rgb:- | md5sum)"
        same=$([ "$now" = "$last" ] && echo $((same + 1)) || echo 0)
        [ "$same" -lt 2 ] || return 0
        last="$now"
    done
    echo "it never came to rest" >&2
    return 1
}

# picture FAMILY VARIANT HOW PLAN
picture() {
    local name="$1-$3" replay="$work/$1-$3.replay.ron"
    "$sev1" run "$1" --seed 7 --variant "$2" --plan "$4" --record "$replay" >/dev/null
    "$sev1" replay "$replay" --watch >"$work/game.log" 2>&1 &
    game=$!
    for _ in $(seq 60); do
        xdotool search --name '^SEV1$' >/dev/null 2>&1 && break
        sleep 1
    done
    xdotool windowfocus "$(xdotool search --name '^SEV1$' | head -1)"
    sleep 4
    chord ctrl k
    xdotool type --delay 80 'stop here'
    sleep 1
    xdotool key Return
    sleep 4
    settled
    import -window root "$work/$name.png"
    convert "$work/$name.png" -colors 128 "PNG8:$name-debrief.png"
    chord ctrl q
    wait "$game" || true
    game=""
    echo "$name-debrief.png"
}

while IFS='|' read -r family variant how plan; do
    if [ "$wanted" = "  " ] || [[ $wanted == *" $family "* ]]; then
        picture "$family" "$variant" "$how" "$plan" </dev/null
    fi
done < <(sed -n "/^done <<'RUNS'/,/^RUNS/p" make.sh | grep '|')
