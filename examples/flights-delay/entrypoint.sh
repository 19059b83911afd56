#!/bin/sh
# IMAGE train | IMAGE serve: the two verbs of the SageMaker contract.
set -eu
case "${1:-}" in
  train | serve) exec python "/opt/program/$1.py" ;;
  *) echo "usage: IMAGE train|serve (seen: ${1:-nothing})" >&2; exit 64 ;;
esac
