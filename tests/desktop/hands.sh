# Hands for the game in a real window: a display of its own, keys, the mouse and pictures. Sourced by
# window.sh beside it and by the scripts that take the pictures in assets. They set `sev1`, the program, and
# `work`, a folder for its settings, logs and pictures, and begin with `trap leave EXIT`.
# Needs Xvfb, xdotool, import (ImageMagick) and a Vulkan driver.

display=":$((90 + RANDOM % 200))"
export DISPLAY="$display" SEV1_HOME="$work/home"
unset WAYLAND_DISPLAY
server=""
game=""

# The display and the game go when the script ends; if it failed, the game's log is shown.
leave() {
    local code=$?
    [ -z "$game" ] || kill "$game" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    if [ "$code" -ne 0 ]; then
        echo "failed; the log of the game:" >&2
        cat "$work/game.log" >&2 || true
    fi
}

# until_true SECONDS COMMAND…: repeats the command until it succeeds.
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

# screen WIDTH HEIGHT: the display, which the window will fill. It stays when a window goes.
screen() {
    mkdir -p "$SEV1_HOME"
    printf '(window: (%s.0, %s.0))\n' "$1" "$2" >"$SEV1_HOME/settings.ron"
    Xvfb "$display" -screen 0 "$1x$2x24" -noreset >"$work/xvfb.log" 2>&1 &
    server=$!
    sleep 1
}

# open ARGUMENT…: the game, until its window is there and has the keyboard.
open() {
    "$sev1" "$@" >"$work/game.log" 2>&1 &
    game=$!
    until_true 60 xdotool search --name '^SEV1$'
    xdotool windowfocus "$(xdotool search --name '^SEV1$' | head -1)"
    sleep 4
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

# palette WORDS: types a command's name into the palette, where Return gives it.
palette() {
    chord ctrl k
    xdotool type --delay 80 "$1"
    sleep 1
}

# settled: waits until three pictures that are some seconds apart are the same: all is worked out and drawn.
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

# picture NAME: of the whole window, in $work.
picture() {
    import -window root "$work/$1.png"
}

# shut: closes the game, which ends well.
shut() {
    local code=0
    chord ctrl q
    wait "$game" || code=$?
    game=""
    if [ "$code" -ne 0 ]; then
        echo "the game ended with $code" >&2
        return 1
    fi
}
