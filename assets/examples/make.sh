#!/usr/bin/env bash
# Writes the example reports anew: a good, a fair and a poor run of four families on one seed.
# Usage: assets/examples/make.sh [SEV1], from anywhere; SEV1 is the program, `sev1` if not given.
set -euo pipefail
cd "$(dirname "$0")"
sev1=${1:-sev1}
replays=$(mktemp -d)
trap 'rm -r "$replays"' EXIT

# family, variant, how it was handled, plan of the scenario or file in this folder
while IFS='|' read -r family variant how plan; do
    replay=$replays/$family-$how.replay.ron
    "$sev1" run "$family" --seed 7 --variant "$variant" --plan "$plan" --record "$replay" >"$replays/out"
    "$sev1" report "$replay" --seeds 40 --output "$family-$how.md"
    if [ "$how" = fair ]; then
        "$sev1" report "$replay" --seeds 40 --format html --output "$family-$how.html"
    fi
done <<'RUNS'
checkout-5xx|b|good|reference
checkout-5xx|b|fair|cause-before-customers
checkout-5xx|b|poor|wait
db-connection-leak|b|good|reference
db-connection-leak|b|fair|fewer-copies
db-connection-leak|b|poor|roll-back
spapi-auth|b|good|reference
spapi-auth|b|fair|rotate and wait
spapi-auth|b|poor|restart everything
cache-eviction-storm|b|good|reference
cache-eviction-storm|b|fair|./cache-eviction-storm-fair.ron
cache-eviction-storm|b|poor|restart the cluster
RUNS
