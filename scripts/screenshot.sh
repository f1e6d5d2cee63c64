#!/bin/sh
# screenshot.sh PAGE PNG [WIDTH HEIGHT]: what a page looks like in Chromium. SCHEME=dark shows its dark colours.
set -eu

if [ $# -lt 2 ]; then
  echo "usage: screenshot.sh PAGE PNG [WIDTH HEIGHT]" >&2
  exit 2
fi
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
  echo "error: no Chromium is installed" >&2
  echo "next: apt-get install --no-install-recommends chromium" >&2
  exit 1
fi
page=$(realpath "$1")
image=$(realpath -m "$2")
width=${3:-1200}
height=${4:-1600}
dark=""
[ "${SCHEME:-light}" = dark ] && dark="--blink-settings=preferredColorScheme=0"

profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
trap 'exit 1' HUP INT TERM
# The sandbox of Chromium does not run as root; the page is one of ours, and nothing is fetched.
# shellcheck disable=SC2086 # one word or none
timeout --kill-after=5 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
  --host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$profile" --hide-scrollbars $dark \
  --window-size="$width,$height" --screenshot="$image" "file://$page" >"$profile/log" 2>&1 || {
  tail -n 5 "$profile/log" >&2
  exit 1
}
[ -s "$image" ] || {
  echo "error: Chromium made no picture" >&2
  exit 1
}
