#!/usr/bin/env bash
# Every test this machine can run. Arguments go to pytest. Without a container engine the docker tier is skipped,
# and the last line says so; with MLOPS_REQUIRE_DOCKER=1 a missing engine is an error.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OMP_NUM_THREADS=1 # two threads on a contended two-core machine are many times slower than one

skipped=0
tier=()
if command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1; then
  exports=$(scripts/container-engine.sh images)
  eval "$exports"
elif [[ ${MLOPS_REQUIRE_DOCKER:-} == 1 ]]; then
  echo "run-tests: MLOPS_REQUIRE_DOCKER=1, and no container engine answers; scripts/container-engine.sh up starts one" >&2
  exit 6
else
  skipped=1
  tier=(-m "not docker")
fi

status=0
.venv/bin/python -m pytest -n 2 --dist worksteal -q "${tier[@]}" "$@" || status=$?
if ((skipped)); then
  echo "docker tier skipped: no container engine answers. To run it: sudo scripts/container-engine.sh up && make test"
fi
exit "$status"
