#!/bin/sh
# need-root.sh COMMAND WHY: ends with a clear sentence when the user is not root.
if [ "$(id -u)" -ne 0 ]; then
  echo "error: $1 needs root: it $2" >&2
  echo "next: run it as root. Without root these work: make build, make lint, skein validate" >&2
  exit 1
fi
