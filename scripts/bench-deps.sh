#!/bin/sh
# Installs what `skein lab compare` runs beside Skein, and the browser that reports are looked at in: Debian packages
# that are missing, and nothing when all are there. Skein itself needs none of them.
set -eu

# socat: the chain. udpcast: multicast. aria2, python3-libtorrent: BitTorrent, with opentracker between their peers.
# rsync: the star. chromium: `scripts/screenshot.sh`.
packages="socat udpcast aria2 python3-libtorrent opentracker rsync chromium"

fail() {
  echo "error: $1" >&2
  echo "next: $2" >&2
  exit 1
}

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "bench-deps: missing:$missing"
  [ "$(id -u)" -eq 0 ] || fail "installing packages needs root" "as root: apt-get install$missing"
  export DEBIAN_FRONTEND=noninteractive
  # A package may start the service that it brings; the comparison starts its own, inside the hosts of a lab.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get update -q
  # An installation that was cut short stands in the way of every other.
  dpkg --configure -a
  # shellcheck disable=SC2086 # one word a package
  apt-get install -q -y --no-install-recommends $missing
  echo "bench-deps: installed$missing"
fi
for program in socat udp-sender udp-receiver aria2c opentracker rsync chromium; do
  command -v "$program" >/dev/null 2>&1 || fail "$program is not on the PATH" "see what apt said above"
done
/usr/bin/python3 -c 'import libtorrent' 2>/dev/null || fail "the system's python3 finds no libtorrent" "see what apt said above"
echo "bench-deps: all packages are there"
