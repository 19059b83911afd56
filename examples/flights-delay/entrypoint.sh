#!/bin/sh
# IMAGE train | IMAGE serve: the two verbs of the SageMaker contract; else a command, as of a step.
set -eu
case "${1:-}" in
  train | serve) exec python "/opt/program/$1.py" ;;
  "") echo "usage: IMAGE train|serve|COMMAND" >&2; exit 64 ;;
  *) exec "$@" ;;
esac
