#!/bin/sh
# The long measurement of gossip in virtual time: every scenario with many seeds. SEEDS100 and SEEDS1000 say how many.
set -eu
cd "$(dirname "$0")/.."
skein=.build/release/skein
out=.build/gossip
mkdir -p "$out"
"$skein" lab gossip --hosts 100 --seeds "${SEEDS100:-20}" --markdown "$out/100.md"
"$skein" lab gossip --hosts 1000 --seeds "${SEEDS1000:-20}" --markdown "$out/1000.md"
