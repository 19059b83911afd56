#!/usr/bin/env bash
# A container engine for the docker tier of the tests, and the base images that it builds from.
#
#   container-engine.sh up      have an engine answer (install and start one when root on Debian), make the images
#   container-engine.sh images  make the images only; an engine must answer
#   container-engine.sh down    stop the engine that `up` started, and only that one
#
# `up` and `images` print lines for `eval`, and say on stderr what they do:
#   export MLOPS_DOCKER_REGISTRY=...   Debian's registry program, which the tests start and stop (`up` only)
#   export MLOPS_BASE_IMAGE=...   python3, venv and pip; the wheels of the examples lie in it, pip uses only them
# MLOPS_BASE_IMAGE given: that image is taken as it is. MLOPS_ENGINE_STATE: where pid and log of our dockerd lie.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
state=${MLOPS_ENGINE_STATE:-${TMPDIR:-/tmp}/mlops-engine-$(id -u)}
suite=bookworm
base=mlops-base:$suite
example_base=mlops-example-base:$suite
lock=$root/examples/churn/requirements.txt # examples/flights-delay has the same one; a test compares them

say() { printf 'container-engine: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 6
}

engine_answers() { command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1; }

# wait_for SECONDS COMMAND...: poll until it succeeds
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.3
  done
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  [[ $(id -u) == 0 ]] || die "not root: cannot install ${missing[*]}. Run this with sudo, or install a container engine."
  command -v apt-get >/dev/null || die "no container engine answers and no apt-get is here. Install one and start it."
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  quietly "$log" apt-get update
  quietly "$log" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
  rm -f "$log"
}

# start_dockerd OPTIONS...: in the background, in its own session, with pid and log in the state folder
start_dockerd() {
  say "starting dockerd${*:+ $*}"
  setsid dockerd "$@" >"$state/dockerd.log" 2>&1 </dev/null &
  printf '%s\n' "$!" >"$state/dockerd.pid"
  wait_for 30 dockerd_settled && engine_answers
}

dockerd_settled() { engine_answers || ! kill -0 "$(<"$state/dockerd.pid")" 2>/dev/null; }

start_engine() {
  if engine_answers; then
    say "an engine answers: $(docker version --format '{{.Server.Version}}')"
    return
  fi
  install_packages docker.io iptables ca-certificates
  if wait_for 3 engine_answers; then return; fi # the package's own service
  [[ $(id -u) == 0 ]] || die "no engine answers, and starting one needs root."
  mkdir -p "$state"
  # The second try is for kernels without netfilter: containers then have no way out, serving still works.
  start_dockerd || start_dockerd --iptables=false || {
    tail -n 20 "$state/dockerd.log" >&2
    die "dockerd does not start; its log is $state/dockerd.log"
  }
  say "dockerd runs (pid $(<"$state/dockerd.pid"))"
}

stop_engine() {
  [[ -s $state/dockerd.pid ]] || return 0
  local pid
  pid=$(<"$state/dockerd.pid")
  if [[ $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]]; then
    say "stopping dockerd (pid $pid)"
    kill "$pid"
    wait_for 30 not_running "$pid" || die "dockerd (pid $pid) does not stop"
  fi
  rm -f "$state/dockerd.pid"
}

# A zombie that nobody waits for (no init in a plain container) has ended too.
not_running() { [[ $(awk '/^State:/ {print $2}' "/proc/$1/status" 2>/dev/null || true) =~ ^Z?$ ]]; }

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# The mirror this machine's own apt uses for Debian itself.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(SITE) $(CODENAME)' 'Origin: Debian' 'Component: main' 2>/dev/null |
    awk '$2 !~ /-(security|updates|backports)/ {print $1; exit}'
}

make_base() {
  if has_image "$base"; then return; fi
  local mirror=""
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then mirror=$(debian_mirror); fi
  if [[ -z $mirror ]]; then
    say "pulling a base image (this machine cannot make one from Debian packages)"
    docker pull --quiet "python:3.11-slim-$suite" >&2 || die "no base image: set MLOPS_BASE_IMAGE to one with python3, venv and pip."
    docker tag "python:3.11-slim-$suite" "$base"
    return
  fi
  install_packages mmdebstrap
  say "making $base from this machine's Debian mirror"
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates "$suite" - "$mirror" |
    docker import - "$base" >/dev/null
}

# The example's Dockerfile says `pip install --require-hashes -r requirements.txt`. In this base pip finds exactly
# those wheels in the image and looks nowhere else: the user's line runs unchanged, and without network.
make_example_base() {
  local key kept
  key=$({ cat "$lock" "${BASH_SOURCE[0]}"; docker image inspect --format '{{.Id}}' "$base"; } | sha256sum | cut -c1-16)
  kept=$(docker image inspect --format '{{index .Config.Labels "mlops.key"}}' "$example_base" 2>/dev/null || true)
  if [[ $kept == "$key" ]]; then return; fi
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now is meant
  trap "rm -rf '$work'" EXIT
  say "downloading the wheels of the examples"
  quietly "$work/log" download_wheels "$work/wheels"
  make_index "$work/wheels" "$work/context/simple"
  printf '[global]\nindex-url = file:///opt/simple\n' >"$work/context/pip.conf"
  printf 'FROM %s\nCOPY simple /opt/simple\nCOPY pip.conf /etc/pip.conf\nLABEL mlops.key=%s\n' "$base" "$key" \
    >"$work/context/Dockerfile"
  say "making $example_base"
  tar -C "$work/context" -cf "$work/context.tar" .
  quietly "$work/log" env -u DOCKER_BUILDKIT docker build --network none --tag "$example_base" - <"$work/context.tar"
}

# quietly LOG COMMAND...: what it says is shown only when it fails
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    die "failed: $*"
  }
}

download_wheels() {
  local python version platforms=() minor machine
  python=$root/.venv/bin/python
  [[ -x $python ]] && "$python" -m pip --version >/dev/null 2>&1 || python=python3
  version=$(docker run --rm --network none "$base" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  machine=$(docker run --rm --network none "$base" python3 -c 'import platform; print(platform.machine())')
  # Every manylinux tag up to bookworm's glibc 2.36: pip does not take an older tag for a newer one by itself.
  for minor in $(seq 36 -1 17); do platforms+=(--platform "manylinux_2_${minor}_$machine"); done
  "$python" -m pip download --quiet --disable-pip-version-check --only-binary :all: --no-deps \
    --implementation cp --python-version "$version" "${platforms[@]}" --platform "manylinux2014_$machine" \
    --require-hashes --requirement "$lock" --dest "$1"
}

# A package index as files (PEP 503): one folder per normalised name, with a page that links the wheel.
make_index() {
  local wheel file name
  for wheel in "$1"/*.whl; do
    file=${wheel##*/}
    name=$(tr '[:upper:]_.' '[:lower:]--' <<<"${file%%-*}")
    mkdir -p "$2/$name"
    mv "$wheel" "$2/$name/"
    printf '<!DOCTYPE html><html><body><a href="%s">%s</a></body></html>\n' "$file" "$file" >>"$2/$name/index.html"
  done
}

# Debian's docker-registry for the tests, unpacked beside our state: installing it would start it as a service.
fetch_registry() {
  local program=$state/registry/usr/bin/docker-registry
  if command -v docker-registry >/dev/null; then
    program=$(command -v docker-registry)
  elif [[ ! -x $program ]]; then
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
      say "no docker-registry here: the tests of train.registry will not run"
      return
    fi
    say "fetching docker-registry"
    rm -rf "$state/registry"
    mkdir -p "$state/registry"
    local log=$state/registry/log
    if [[ $(id -u) == 0 ]]; then quietly "$log" apt-get update; fi
    (cd "$state/registry" && quietly "$log" apt-get download docker-registry)
    quietly "$log" dpkg-deb -x "$state"/registry/docker-registry_*.deb "$state/registry"
  fi
  printf 'export MLOPS_DOCKER_REGISTRY=%q\n' "$program"
}

make_images() {
  if [[ -n ${MLOPS_BASE_IMAGE:-} ]]; then
    printf 'export MLOPS_BASE_IMAGE=%q\n' "$MLOPS_BASE_IMAGE"
    return
  fi
  make_base
  local made=$base
  if [[ -f $lock ]]; then
    make_example_base
    made=$example_base
  fi
  printf 'export MLOPS_BASE_IMAGE=%q\n' "$made"
}

case ${1:-} in
  up)
    start_engine
    make_images
    fetch_registry
    ;;
  images)
    engine_answers || die "no container engine answers; \`$0 up\` starts one"
    make_images
    ;;
  down) stop_engine ;;
  *)
    say "usage: $0 up | images | down"
    exit 2
    ;;
esac
