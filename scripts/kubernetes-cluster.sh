#!/usr/bin/env bash
# A real single-node Kubernetes on loopback for `make test-kubernetes`, from Debian's source package; root needed.
#
#   kubernetes-cluster.sh build FOLDER   its binaries (5 to 10 minutes on two cores, 2.7 GB, once)
#   kubernetes-cluster.sh up FOLDER      a container engine of its own, a registry, the cluster; prints two exports
#   kubernetes-cluster.sh down FOLDER    stops what `up` started, by process id, and removes its state
#
# Kubernetes 1.20.2 is old on purpose: it is the one that a Debian machine can have without any other download.
set -euo pipefail

api=26443 etcd_client=23790 etcd_peer=23800 kubelet_port=20250 registry_port=26500
bridge=br-mlops-k8s bridge_address=172.31.99.1/24

say() { echo "kubernetes-cluster: $*" >&2; }
die() {
  say "$*"
  exit 6
}

start() { # start NAME COMMAND...: in the background, its process id and log kept
  local name=$1
  shift
  nohup "$@" >"$work/$name.log" 2>&1 </dev/null &
  echo $! >"$work/$name.pid"
}

runs() { # runs NAME: whether its process is there
  [[ -f $work/$1.pid ]] && kill -0 "$(<"$work/$1.pid")" 2>/dev/null
}

stop() { # stop NAME: by its process id, and wait until it is gone
  local pid
  [[ -f $work/$1.pid ]] || return 0
  pid=$(<"$work/$1.pid")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  rm -f "$work/$1.pid"
}

wait_for() { # wait_for SECONDS WHAT COMMAND...
  local seconds=$1 what=$2
  shift 2
  for _ in $(seq $((seconds * 4))); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.25
  done
  die "$what did not come up within $seconds s; see the logs in $work"
}

mirror() { # the first Debian mirror that apt knows
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(SITE) $(CODENAME)' 'Origin: Debian' 'Component: main' |
    awk '$2 == "bookworm" {print $1; exit}'
}

packages() {
  apt-get install -yq --no-install-recommends "$@" >/dev/null
}

build() {
  [[ -x $work/bin/kubelet ]] && return
  mkdir -p "$work"/{bin,src,home,gocache}
  echo "deb-src $(mirror) bookworm main" >/etc/apt/sources.list.d/mlops-kubernetes-src.list
  apt-get update -q >/dev/null
  packages golang-1.19-go golang-github-modern-go-reflect2-dev dpkg-dev rsync jq bc
  compgen -G "$work/src/kubernetes-*/" >/dev/null || (cd "$work/src" && apt-get source -q kubernetes >/dev/null)
  cd "$work"/src/kubernetes-*/
  # The vendored reflect2 1.0.1 corrupts the iteration over maps under Go >= 1.18; Debian's own is 1.0.2.
  rm -f vendor/github.com/modern-go/reflect2/*.{go,s}
  cp /usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} vendor/github.com/modern-go/reflect2/
  export GOPATH=$PWD/.go PATH=/usr/lib/go-1.19/bin:$PATH CGO_ENABLED=0 HOME=$work/home GOCACHE=$work/gocache
  export GOFLAGS='' GO111MODULE=auto KUBE_GIT_VERSION_FILE=$work/version
  mkdir -p .go/src/k8s.io
  [[ -L .go/src/k8s.io/kubernetes ]] || ln -s ../../.. .go/src/k8s.io/kubernetes
  printf "KUBE_GIT_%s\n" "COMMIT='debian'" "TREE_STATE='clean'" "VERSION='v1.20.2'" "MAJOR='1'" "MINOR='20'" >"$work/version"
  local part
  for part in kube-apiserver kube-controller-manager kube-scheduler kubelet; do
    say "building $part"
    nice make "WHAT=cmd/$part" >"$work/make-$part.log" 2>&1 || die "$part does not build; see $work/make-$part.log"
    cp "_output/bin/$part" "$work/bin/"
  done
}

# A private engine: the machine's own is left alone. Its runtime raises negative oom scores to 0, because lowering
# them needs CAP_SYS_RESOURCE, which a container or a small virtual machine may lack.
engine() {
  cat >"$work/runc" <<'SH'
#!/bin/sh
bundle=; previous=
for argument in "$@"; do [ "$previous" = --bundle ] && bundle=$argument; previous=$argument; done
[ -n "$bundle" ] && [ -f "$bundle/config.json" ] && sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":0/' "$bundle/config.json"
exec /usr/sbin/runc "$@"
SH
  chmod +x "$work/runc"
  ip link add "$bridge" type bridge 2>/dev/null || true
  ip addr add "$bridge_address" dev "$bridge" 2>/dev/null || true
  ip link set "$bridge" up
  start engine dockerd -H "unix://$work/docker.sock" --data-root "$work/engine/data" --exec-root "$work/engine/exec" \
    --pidfile "$work/engine/own.pid" -b "$bridge" --iptables=false --ip6tables=false --ip-masq=false \
    --add-runtime "noadj=$work/runc" --default-runtime noadj
  wait_for 30 "the engine" docker -H "unix://$work/docker.sock" version
}

registry() {
  cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$registry_port}
YAML
  start registry docker-registry serve "$work/registry.yml"
  wait_for 20 "the registry" curl -sf "http://127.0.0.1:$registry_port/v2/"
}

# What holds a pod's namespaces: any image whose command sleeps.
pause_image() {
  local base=${MLOPS_BASE_IMAGE:-mlops-base:bookworm}
  docker image inspect "$base" >/dev/null || die "no image $base: scripts/container-engine.sh up makes it"
  docker save "$base" | docker -H "unix://$work/docker.sock" load -q >/dev/null
  printf 'FROM %s\nCMD ["sleep", "infinity"]\n' "$base" |
    docker -H "unix://$work/docker.sock" build -q -t mlops-pause:local - >/dev/null
}

control_plane() {
  local node_ip token common
  node_ip=$(hostname -I | awk '{print $1}')
  mkdir -p "$work"/{certs,etcd,kubelet}
  [[ -f $work/certs/sa.key ]] || openssl genrsa -out "$work/certs/sa.key" 2048 2>/dev/null
  token=$(openssl rand -hex 16)
  (umask 077 && echo "$token,admin,1,system:masters" >"$work/tokens.csv")
  start etcd etcd --data-dir "$work/etcd" --unsafe-no-fsync --listen-client-urls "http://127.0.0.1:$etcd_client" \
    --advertise-client-urls "http://127.0.0.1:$etcd_client" --listen-peer-urls "http://127.0.0.1:$etcd_peer"
  start apiserver "$work/bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_client" --bind-address=127.0.0.1 \
    --secure-port=$api --insecure-port=0 --advertise-address="$node_ip" --cert-dir="$work/certs" \
    --token-auth-file="$work/tokens.csv" --authorization-mode=RBAC --allow-privileged=false \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$work/certs/sa.key" \
    --service-account-signing-key-file="$work/certs/sa.key" --service-cluster-ip-range=10.96.0.0/24 \
    --feature-gates=TTLAfterFinished=true
  (umask 077 && cat >"$work/kubeconfig") <<YAML
apiVersion: v1
kind: Config
clusters: [{name: mlops, cluster: {server: "https://127.0.0.1:$api", certificate-authority: "$work/certs/apiserver.crt"}}]
users: [{name: admin, user: {token: "$token"}}]
contexts: [{name: mlops, context: {cluster: mlops, user: admin}}]
current-context: mlops
YAML
  kubectl() { command kubectl --kubeconfig "$work/kubeconfig" "$@"; }
  wait_for 60 "the API server" kubectl get --raw /readyz
  common=(--kubeconfig="$work/kubeconfig" --authentication-kubeconfig="$work/kubeconfig"
    --authorization-kubeconfig="$work/kubeconfig" --bind-address=127.0.0.1 --port=0 --leader-elect=false)
  start controllers "$work/bin/kube-controller-manager" "${common[@]}" --feature-gates=TTLAfterFinished=true \
    --controllers='*,-ttl,-nodeipam,-route,-service,-cloud-node-lifecycle' \
    --service-account-private-key-file="$work/certs/sa.key"
  start scheduler "$work/bin/kube-scheduler" "${common[@]}"
  start kubelet "$work/bin/kubelet" --kubeconfig="$work/kubeconfig" --address=127.0.0.1 --port=$kubelet_port \
    --healthz-port=0 --read-only-port=0 --root-dir="$work/kubelet" --cert-dir="$work/certs" \
    --hostname-override=localhost --node-ip="$node_ip" --pod-infra-container-image=mlops-pause:local \
    --cgroup-driver=cgroupfs --fail-swap-on=false --container-runtime=docker --eviction-hard= \
    --docker-endpoint="unix://$work/docker.sock" --image-pull-progress-deadline=60s --make-iptables-util-chains=false
  wait_for 60 "the node" kubectl wait --for=condition=Ready node/localhost --timeout=1s
  wait_for 30 "the default service account" kubectl get serviceaccount default
}

up() {
  [[ $(id -u) == 0 ]] || die "root is needed: it starts a kubelet"
  build
  if ! type etcd docker-registry socat kubectl openssl curl >/dev/null 2>&1; then
    packages etcd-server docker-registry socat kubernetes-client openssl curl
  fi
  if ! runs kubelet || ! runs apiserver; then
    down # what a machine that was switched off left
    say "starting the engine, the registry and the cluster in $work"
    engine
    registry
    pause_image
    control_plane
  fi
  printf 'export KUBECONFIG=%q MLOPS_TEST_REGISTRY=127.0.0.1:%s MLOPS_TEST_CLUSTER_HOST=%s\n' \
    "$work/kubeconfig" "$registry_port" "${bridge_address%/*}"
}

down() {
  local part
  for part in kubelet scheduler controllers apiserver etcd registry; do stop "$part"; done
  if runs engine; then
    docker -H "unix://$work/docker.sock" ps -aq | xargs -r docker -H "unix://$work/docker.sock" rm -f >/dev/null
  fi
  stop engine
  awk -v home="$work/" 'index($2, home) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount
  rm -rf "$work"/{etcd,kubelet,certs,engine,registry,registry.yml,tokens.csv,kubeconfig,docker.sock}
  ip link del "$bridge" 2>/dev/null || true
}

[[ $# == 2 ]] || {
  say "usage: $0 build | up | down FOLDER"
  exit 2
}
mkdir -p "$2"
work=$(realpath "$2")
case $1 in
  build) build ;;
  up) up ;;
  down) down ;;
  *) die "unknown: $1" ;;
esac
