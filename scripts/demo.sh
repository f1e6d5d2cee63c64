#!/bin/sh
# The whole of Skein on one machine: four hosts in network namespaces, one cluster of four nodes, twice.
# Leaves nothing behind, however it ends.
set -eu
cd "$(dirname "$0")/.."

topology=topologies/demo.yaml
lab=skein-demo
PATH="$PWD/.build/release:$PATH"
export PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/skein-demo.XXXXXX")
raised=no

is_there() { skein lab ls --json | grep -q "\"name\":\"$lab\""; }

clean_up() {
  code=$?
  trap '' INT TERM HUP
  trap - EXIT
  # A lab that could not be raised, or was interrupted while it was, is gone already.
  if [ "$raised" = yes ] && is_there; then
    echo
    echo "== taking the network away"
    skein lab down "$lab" || code=1
  fi
  rm -rf "$work"
  exit "$code"
}
trap clean_up EXIT
# A signal ends the script, and its end cleans up. 130 is what shells give for Ctrl-C.
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

say() {
  echo
  echo "== $*"
}
on_h0() { skein lab exec --lab "$lab" h0 -- "$@"; }
now() { date +%s; }

token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
cluster="$work/hello.yaml"
sed "s/no-token/$token/" examples/hello.yaml >"$cluster"
grep -q "$token" "$cluster"

if is_there; then
  echo "error: a lab named $lab is there already, from another demo or from one that was killed" >&2
  echo "next: skein lab down $lab" >&2
  exit 1
fi

say "a network of four hosts with a peer on each ($topology)"
raised=yes
skein lab up --name "$lab" "$topology"
on_h0 skein peers

say "a cluster of four nodes from one file (examples/hello.yaml with the token $token)"
start=$(now)
on_h0 skein up -f "$cluster"
first=$(($(now) - start))

say "skein ps, asked at another host"
skein lab exec --lab "$lab" h3 -- skein ps

# show_proof: each node's own words, and a failure when one of them is not what the file says.
show_proof() {
  for number in 0 1 2 3; do
    node="compute-$number"
    # The console comes from the host that runs the node.
    line=$(on_h0 skein logs "hello/$node" | tr -d '\r' | grep -o "hello: node .*" | tail -n 1 || true)
    echo "$line"
    case "$line" in
      "hello: node $node, package hello "[0-9]*", token $token") ;;
      *)
        echo "error: the console of $node does not say its name, the package's version and the token" >&2
        return 1
        ;;
    esac
  done
}

say "what the nodes say on their consoles: own name, dpkg-query's version, the token"
show_proof

say "qemu processes, by network namespace"
for host in h0 h1 h2 h3; do
  # shellcheck disable=SC2016 # $$ is for the shell inside
  namespace=$(skein lab exec --lab "$lab" "$host" -- sh -c 'ip netns identify $$')
  count=0
  for process in $(ip netns pids "$namespace"); do
    case "$(cat "/proc/$process/comm" 2>/dev/null || true)" in
      qemu-system*)
        echo "$host: process $process in namespace $namespace"
        count=$((count + 1))
        ;;
    esac
  done
  if [ "$count" -ne 1 ]; then
    echo "error: $count nodes run on $host, not 1" >&2
    exit 1
  fi
done

say "down, and up again from the cache: nothing is built and no chunk moves"
on_h0 skein down hello
start=$(now)
on_h0 skein up -f "$cluster" >"$work/second.txt"
second=$(($(now) - start))
cat "$work/second.txt"
show_proof
for fact in "4 of 4 READY" "moved     no chunk" "from the cache, nothing was built"; do
  if ! grep -q "$fact" "$work/second.txt"; then
    echo "error: the second up does not say: $fact" >&2
    exit 1
  fi
done
on_h0 skein down hello

say "4 of 4 nodes READY on 4 hosts: first up $first s, second up $second s"
