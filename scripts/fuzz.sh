#!/bin/sh
# Fuzzes the decoders (docs/FUZZING.md): scripts/fuzz.sh [SECONDS_PER_TARGET] [TARGET...]
#
# What is found is left in .build-fuzz/findings/TARGET; what is new is merged into Tests/Fuzz/Corpus/TARGET.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
swift=${SWIFT:-swift}
out=.build-fuzz
export SKEIN_FUZZ=1

$swift build --configuration release --sanitize fuzzer --scratch-path $out --product fuzz
fuzz="$($swift build --configuration release --sanitize fuzzer --scratch-path $out --show-bin-path)/fuzz"

failed=
for target in ${*:-$("$fuzz")}; do
    export SKEIN_FUZZ_TARGET="$target"
    corpus=Tests/Fuzz/Corpus/$target
    work=$out/corpus/$target
    findings=$out/findings/$target
    mkdir -p "$corpus" "$work" "$findings"
    SKEIN_FUZZ_SEEDS="$work" "$fuzz"
    echo "== $target: $seconds s"
    if nice -n 15 "$fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 \
        -print_final_stats=1 -artifact_prefix="$findings/" "$work" "$corpus" >"$out/$target.log" 2>&1; then
        grep -E "number_of_executed_units|new_units_added|peak_rss" "$out/$target.log"
        # The corpora are committed: only what reaches code that no other input reaches, and small inputs. Files with
        # names of their own are findings of the past, and stay.
        rm -rf "$work.merged"
        mkdir "$work.merged"
        nice -n 15 "$fuzz" -set_cover_merge=1 -use_counters=0 -max_len=1200 "$work.merged" "$corpus" "$work" \
            >>"$out/$target.log" 2>&1
        find "$corpus" -type f | grep -E '/[0-9a-f]{40}$' | xargs -r rm
        cp "$work.merged"/* "$corpus"/
    else
        tail -n 30 "$out/$target.log"
        failed="$failed $target"
    fi
done
if [ -n "$failed" ]; then
    echo "fuzz: findings in$failed, see $out/findings" >&2
    exit 1
fi
