"""A cluster's API on 127.0.0.1, as much of it as an executor uses: stateful, strict, without a node."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate

from tests.adapters.containers.kubernetes.double_pods import Pod, Script, TransferPod
from tests.adapters.containers.kubernetes.web_socket import WebSocket

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "double-token"
_PATH = re.compile(r"/(?:api/v1|apis/[a-z0-9.]+/v1)/namespaces/([a-z-]+)/([a-z]+)(?:/([^/]+))?(?:/([a-z]+))?")


class ClusterDouble:
    """Jobs make pods that play `scripts` in turn, the last one again and again."""

    def __init__(self, folder: Path, *scripts: Script) -> None:
        self.folder, self.scripts = folder, list(scripts) or [Script()]
        self.objects: dict[str, dict[str, dict[str, Any]]] = {"jobs": {}, "networkpolicies": {}}
        self.pods: dict[str, Pod] = {}
        self.calls: list[tuple[str, str]] = []
        self.refuse: dict[str, tuple[int, str]] = {}  # "POST jobs" -> status and message
        self.made = 0
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.cluster = self  # type: ignore[attr-defined]  # the handler's way here
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for pod in self.pods.values():
            pod.gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def kubeconfig(self, namespace: str = "ml") -> Path:
        """A file that leads here."""
        file = self.folder / "kubeconfig"
        file.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "d", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
                    "users": [{"name": "d", "user": {"token": TOKEN}}],
                    "contexts": [
                        {"name": "d", "context": {"cluster": "d", "user": "d", "namespace": namespace}}
                    ],
                    "current-context": "d",
                }
            )
        )
        return file

    def left(self) -> list[str]:
        """What is in the cluster."""
        return [
            *(name for kind in self.objects.values() for name in kind),
            *(name for name, pod in self.pods.items() if not pod.gone.is_set()),
        ]

    def create(self, kind: str, document: dict[str, Any]) -> dict[str, Any]:
        """Keep an object; a Job that is not suspended gets its pod."""
        made: dict[str, Any] = json.loads(json.dumps(document))
        made["metadata"] |= {"uid": "u", "creationTimestamp": datetime.now(UTC).isoformat()}
        self.objects[kind][made["metadata"]["name"]] = made
        if kind == "jobs" and not made["spec"].get("suspend"):
            self.start_pod(made)
        return made

    def start_pod(self, job: dict[str, Any]) -> None:
        """The next pod of a Job."""
        spec, name = job["spec"]["template"]["spec"], job["metadata"]["name"]
        labels, claim = job["spec"]["template"]["metadata"]["labels"], self.folder / "claim"
        if spec["containers"][0]["name"] == "transfer":
            self.pods[f"{name}-pod"] = TransferPod(f"{name}-pod", labels, spec["containers"][0], claim)
            return
        script = self.scripts[min(self.made, len(self.scripts) - 1)]
        if script.no_pod:
            return
        self.made += 1
        pod, claimed = f"{name}-{self.made}", any(each["name"] == "claim" for each in spec["volumes"])
        holds = any(each["name"] == "hold" for each in spec["containers"])
        self.pods[pod] = Pod(pod, labels, script, claim / name if claimed else self.folder / pod, holds=holds)

    def job(self, name: str) -> dict[str, Any]:
        """A Job with its conditions; a failed pod is followed by the next one within its backoff."""
        job = self.objects["jobs"][name]
        mine = [each for each in self.pods.values() if each.name.startswith(name)]
        vanished = [each for each in mine if each.script.vanishes and each.ended]
        if vanished:
            failed = {"type": "Failed", "status": "True", "reason": vanished[0].script.vanishes}
            return {**job, "status": {"conditions": [failed]}}
        return job

    def list(self, kind: str, selector: str) -> list[dict[str, Any]]:
        """By labels; a look at the pods lets the controller act first."""
        if kind == "events":
            said = self.scripts[0].no_pod
            return [{"message": said}] if said else []
        if kind == "pods":
            self._backoff()
            items = [each.document() for each in self.pods.values() if not each.gone.is_set()]
        else:
            items = list(self.objects[kind].values())
        wanted = [each.split("=") for each in selector.split(",") if each]
        return [
            each
            for each in items
            if all(each["metadata"].get("labels", {}).get(key) == value for key, value in wanted)
        ]

    def _backoff(self) -> None:
        for name, job in list(self.objects["jobs"].items()):
            mine = [each for each in self.pods.values() if each.name.startswith(name)]
            failed = all(each.phase == "Failed" for each in mine)
            if mine and failed and len(mine) <= job["spec"]["backoffLimit"]:
                self.start_pod(job)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def cluster(self) -> ClusterDouble:
        found: ClusterDouble = self.server.cluster  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def _handle(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"message": "Unauthorized"})
        elif self.path == "/version":
            self._answer(200, {"gitVersion": "v1.37.0", "platform": "linux/amd64"})
        else:
            url = urlsplit(self.path)
            found = _PATH.fullmatch(url.path)
            assert found is not None, self.path
            _, kind, name, part = found.groups()
            query = parse_qs(url.query)
            self.cluster.calls.append((method, f"{kind}/{part or ''}".rstrip("/")))
            refused = self.cluster.refuse.get(f"{method} {kind}")
            if refused is not None:
                self._answer(refused[0], {"message": refused[1]})
            elif part is not None:
                self._part(name or "", part, query)
            else:
                self._object(method, kind, name, body, query)

    def _object(
        self, method: str, kind: str, name: str | None, body: dict[str, Any], query: dict[str, list[str]]
    ) -> None:
        cluster = self.cluster
        with cluster.lock:
            if method == "POST":
                kubernetes_validate.validate(body, "1.37", strict=True)
                self._answer(201, cluster.create(kind, body))
            elif name is None:
                self._answer(200, {"items": cluster.list(kind, query.get("labelSelector", [""])[0])})
            elif kind == "pods" and name in cluster.pods and not cluster.pods[name].gone.is_set():
                pod = cluster.pods[name]
                if method == "DELETE":
                    cluster.pods.pop(name).remove()
                self._answer(200, pod.document())
            elif kind != "pods" and name in cluster.objects[kind]:
                found = cluster.job(name) if kind == "jobs" else cluster.objects[kind][name]
                if method == "DELETE":
                    del cluster.objects[kind][name]
                self._answer(200, found)
            else:
                self._answer(404, {"message": f'{kind} "{name}" not found'})

    def _part(self, name: str, part: str, query: dict[str, list[str]]) -> None:
        pod = self.cluster.pods.get(name)
        if pod is None:
            self._answer(404, {"message": f'pods "{name}" not found'})
        elif part == "log":
            self._log(pod, query)
        elif part == "exec":
            self._exec(pod, query["command"])
        else:
            self._forward(pod)

    def _log(self, pod: Pod, query: dict[str, list[str]]) -> None:
        """Chunked, as long as the code runs; once, where asked, broken off."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        since, sent = query.get("sinceTime", [""])[0][:19], 0
        while True:
            ended, lines = pod.ended, list(pod.logged)
            for stamp, line in lines[sent:]:
                sent += 1
                if stamp[:19] >= since:  # to the second, as the API
                    told = f"{stamp} {line}" if "timestamps" in query else line
                    self._chunk(f"{told}\n".encode())
                if pod.cut and sent == pod.cut:
                    pod.cut = 0
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
            if ended or "follow" not in query:
                break
            time.sleep(0.02)
        self._chunk(b"")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _exec(self, pod: Pod, command: list[str]) -> None:
        web = WebSocket(self, "v4.channel.k8s.io")
        child = pod.run(command)
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        feeding = threading.Thread(target=_feed, args=(web, child.stdin), daemon=True)
        feeding.start()
        while chunk := child.stdout.read1(65536):  # type: ignore[attr-defined]  # a buffered reader
            web.send(1, chunk)
        if said := child.stderr.read():
            web.send(2, said)
        code = child.wait()
        causes = {"causes": [{"reason": "ExitCode", "message": str(code)}]}
        status = {"status": "Failure", "details": causes} if code else {"status": "Success"}
        web.send(3, json.dumps(status).encode())
        web.close()

    def _forward(self, pod: Pod) -> None:
        web = WebSocket(self, "v4.channel.k8s.io")
        for channel in (0, 1):
            web.send(channel, (8080).to_bytes(2, "little"))
        with socket.create_connection(("127.0.0.1", pod.script.port)) as there:
            back = threading.Thread(target=_back, args=(there, web), daemon=True)
            back.start()
            while (message := web.receive()) is not None:
                there.sendall(message[1:])

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


def _feed(web: WebSocket, stdin: Any) -> None:
    try:
        while (message := web.receive()) is not None:
            stdin.write(message[1:])
            stdin.flush()
    except (BrokenPipeError, ValueError, OSError):
        return  # the command has all it needs


def _back(there: socket.socket, web: WebSocket) -> None:
    try:
        while chunk := there.recv(65536):
            web.send(0, chunk)
        web.close()
    except OSError:
        return
