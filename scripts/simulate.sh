#!/bin/sh
# The long measurement of gossip in virtual time: every scenario with many seeds, and what crosses sites at 10,000 and
# 100,000 peers (9 GB of memory). SEEDS100, SEEDS1000, SEEDS10000 and SEEDS100000 say how many; 0 leaves a size out.
set -eu
cd "$(dirname "$0")/.."
skein=.build/release/skein
out=.build/gossip
mkdir -p "$out"

# measure HOSTS SEEDS [SCENARIO…]
measure() {
    hosts=$1
    seeds=$2
    shift 2
    [ "$seeds" -gt 0 ] || return 0
    "$skein" lab gossip "$@" --hosts "$hosts" --seeds "$seeds" --markdown "$out/$hosts.md"
}

measure 100 "${SEEDS100:-20}"
measure 1000 "${SEEDS1000:-20}"
measure 10000 "${SEEDS10000:-5}" announcement crash quiet
measure 100000 "${SEEDS100000:-2}" announcement
