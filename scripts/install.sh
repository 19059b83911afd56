#!/usr/bin/env bash
# install.sh [EXTRA...]: the locked environment of the composite actions, outside the checkout and the action's folder.
#
# Makes $RUNNER_TEMP/mlops-actions from uv.lock with the given extras (more are added by later calls, none removed),
# by a uv that is pinned with hashes in its own venv. Sets the step output `mlops`, the program's path. Nothing goes on
# PATH, and nothing is written into the checkout or the action's folder. $MLOPS_PYTHON (default python3) must be 3.11
# or newer. With $MLOPS_ACTIONS_ENV an environment that is there already is used, and nothing is installed.
set -euo pipefail

fail() {
  echo "::error title=mlops-actions::$1"
  exit 1
}

tell() {
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then echo "$1" >>"$GITHUB_OUTPUT"; else echo "$1"; fi
}

# The words of a workflow become arguments: only those of pyproject.toml's [project.optional-dependencies] pass.
known=(all arrow data evaluate kubernetes onnx remote serve sign spark train)
read -r -d '' -a more <<<"${MLOPS_EXTRAS:-}" || true
for extra in "${more[@]}"; do
  [[ " ${known[*]} " == *" $extra "* ]] ||
    fail "extras: '${extra//[^A-Za-z0-9._,-]/?}' is none of: ${known[*]}. Write them with spaces between."
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=${RUNNER_TEMP:?set by the runner}/mlops-actions
if [[ -n ${MLOPS_ACTIONS_ENV:-} ]]; then
  [[ -x $MLOPS_ACTIONS_ENV/bin/mlops ]] || fail "MLOPS_ACTIONS_ENV: $MLOPS_ACTIONS_ENV/bin/mlops is not there."
  tell "mlops=$MLOPS_ACTIONS_ENV/bin/mlops"
  exit 0
fi

# The user's Python settings never reach the toolkit. Of uv's only where its cache is and how it reaches the network.
unset VIRTUAL_ENV PYTHONPATH PYTHONHOME
export PYTHONDONTWRITEBYTECODE=1
while IFS= read -r name; do
  case $name in
    UV_CACHE_DIR | UV_OFFLINE | UV_NATIVE_TLS | UV_SYSTEM_CERTS | UV_HTTP_TIMEOUT) ;;
    *) unset "$name" ;;
  esac
done < <(compgen -e UV_ || true)

python=${MLOPS_PYTHON:-python3}
command -v "$python" >/dev/null || fail "$python: not found. Run actions/setup-python with Python 3.11 or newer before this step."
python=$(command -v "$python")
version=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2], int(sys.version_info >= (3, 11)))') ||
  fail "$python: does not run."
[[ ${version#* } == 1 ]] ||
  fail "Python ${version% *} at $python; 3.11 or newer is needed. Run actions/setup-python before this step, or set the input python."
# Behind a shim (pyenv): uv would take the environment for another Python's and make it anew, without earlier extras.
real=$("$python" -I -c 'import sys; print(sys.executable)') && [[ -x $real ]] || fail "$python: does not say where it is."
python=$real

bootstrap=$place-uv
if ! "$bootstrap/bin/uv" --version >/dev/null 2>&1; then
  "$python" -I -m venv "$bootstrap"
  "$bootstrap/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes -r "$root/scripts/uv-requirements.txt"
fi

extras=()
for extra in "$@" "${more[@]}"; do extras+=(--extra "$extra"); done
# Not from the checkout: a uv.toml there would be read.
cd "$RUNNER_TEMP"
UV_PROJECT_ENVIRONMENT=$place "$bootstrap/bin/uv" sync --quiet --no-config --locked --no-editable --no-default-groups \
  --inexact --python "$python" --project "$root" "${extras[@]}"
tell "mlops=$place/bin/mlops"
