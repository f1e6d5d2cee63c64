#!/bin/sh
# Checks what Skein is built with and runs with, and installs the Debian packages that are missing when it may.
# Nothing is asked of a package archive when everything is there.
set -eu

swift_major=6
swift_minor=3

packages="
  git pkg-config ca-certificates
  libsodium-dev libzstd-dev libsqlite3-dev libvirt-dev
  libvirt-daemon libvirt-daemon-driver-qemu
  qemu-system-x86 qemu-utils
  mmdebstrap e2fsprogs mount util-linux busybox-static cpio
  iproute2 nftables procps python3
"

fail() {
  echo "error: $1" >&2
  echo "next: $2" >&2
  exit 1
}

system=unknown
if [ -r /etc/os-release ]; then
  system=$(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-}")
fi
[ "$system" = "debian 12" ] ||
  fail "this is $system, and Skein is built and tested on Debian 12 (bookworm)" "use Debian 12, in a VM if need be"

# Hashes several slices at once; other processors hash them one by one.
[ "$(uname -m)" != x86_64 ] || packages="$packages libipsec-mb-dev"

command -v swift >/dev/null 2>&1 ||
  fail "Swift is missing" "install Swift $swift_major.$swift_minor for Debian 12 and put it on the PATH (https://www.swift.org/install)"
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
major=${version%%.*}
minor=${version#*.}
if [ -z "$version" ] || [ "$major" -lt "$swift_major" ] ||
  { [ "$major" -eq "$swift_major" ] && [ "$minor" -lt "$swift_minor" ]; }; then
  fail "Swift ${version:-of an unknown version} is too old" "install Swift $swift_major.$swift_minor or later"
fi

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "deps: missing:$missing"
  [ "$(id -u)" -eq 0 ] || fail "installing packages needs root" "as root: apt-get install$missing"
  export DEBIAN_FRONTEND=noninteractive
  # The lists may be older than the packages they name, or not there at all.
  apt-get update -q
  # Recommended packages would bring libvirt's services, a desktop's libraries and more; none is used.
  # shellcheck disable=SC2086 # one word a package
  apt-get install -q -y --no-install-recommends $missing
  echo "deps: installed$missing"
fi

# libvirt's driver looks this user up when it opens, whatever its configuration says; Debian makes it only together with
# the services of libvirt, which Skein does not use.
if ! getent passwd libvirt-qemu >/dev/null; then
  [ "$(id -u)" -eq 0 ] || fail "the user libvirt-qemu is missing and making it needs root" "run make deps as root"
  useradd --system --user-group --home-dir /var/lib/libvirt --no-create-home --shell /usr/sbin/nologin libvirt-qemu
  echo "deps: made the user libvirt-qemu"
fi
echo "deps: Debian 12, Swift $version and all packages are there"
