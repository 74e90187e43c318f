#!/usr/bin/env bash
# Writes the example reports anew: a good, a fair and a poor run of each family on one seed.
# Usage: assets/examples/make.sh [SEV1 [FAMILY…]], from anywhere; SEV1 is the program, `sev1` if not
# given; without families all of them.
set -euo pipefail
cd "$(dirname "$0")"
sev1=${1:-sev1}
shift || true
wanted=" $* "
replays=$(mktemp -d)
trap 'rm -r "$replays"' EXIT

# family, variant, how it was handled, plan of the scenario or file in this folder
while IFS='|' read -r family variant how plan; do
    if [ "$wanted" != "  " ] && [[ $wanted != *" $family "* ]]; then
        continue
    fi
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
double-charge|a|good|reference
double-charge|a|fair|./double-charge-fair.ron
double-charge|a|poor|dashboards are green
vat-onboarding|a|good|reference
vat-onboarding|a|fair|./vat-onboarding-fair.ron
vat-onboarding|a|poor|everything to the desk
search-ranking|a|good|reference
search-ranking|a|fair|./search-ranking-fair.ron
search-ranking|a|poor|bestsellers for everybody
rare-error|c|good|reference
rare-error|c|fair|./rare-error-fair.ron
rare-error|c|poor|a ticket
festival-surge|c|good|reference
festival-surge|c|fair|./festival-surge-fair.ron
festival-surge|c|poor|begin at the gong
regional-failover|a|good|reference
regional-failover|a|fair|./regional-failover-fair.ron
regional-failover|a|poor|all of it to Virginia
catalog-region-loss|b|good|reference
catalog-region-loss|b|fair|./catalog-region-loss-fair.ron
catalog-region-loss|b|poor|evacuate Frankfurt
ingest-hot-shard|a|good|reference
ingest-hot-shard|a|fair|./ingest-hot-shard-fair.ron
ingest-hot-shard|a|poor|to America
spapi-throttling|a|good|reference
spapi-throttling|a|fair|./spapi-throttling-fair.ron
spapi-throttling|a|poor|put it all back
pipeline-cutover|a|good|reference
pipeline-cutover|a|fair|./pipeline-cutover-fair.ron
pipeline-cutover|a|poor|more projectors
release-blocked|b|good|reference
release-blocked|b|fair|./release-blocked-fair.ron
release-blocked|b|poor|quarantine it and ship
RUNS
