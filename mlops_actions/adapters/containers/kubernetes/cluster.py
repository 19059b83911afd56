"""The API of a cluster: found as kubectl finds it, spoken to in plain JSON, so that its version is free.

The official client brings every way to log in (kubeconfig, exec plugins, in-cluster token); its generated
models are left out, because they refuse answers of clusters that are older or newer than they are.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mlops_actions.errors import ContainerError, DependencyError, installed_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

SECONDS = 30.0  # one request
TRIES, PAUSE = 5, 0.5  # of a request that changes nothing
_AGAIN = {429, 500, 502, 503, 504}
_CHUNK = 64 * 1024


class ApiError(Exception):
    """The cluster refused; `status` is HTTP's, 0 when nothing answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Cluster:
    """One namespace of a cluster. Requests that change nothing are sent again when the way there breaks."""

    configuration: Any
    pool: Any
    namespace: str

    @property
    def jobs(self) -> str:
        """The path of this namespace's Jobs."""
        return f"/apis/batch/v1/namespaces/{self.namespace}/jobs"

    @property
    def pods(self) -> str:
        """The path of its pods."""
        return f"/api/v1/namespaces/{self.namespace}/pods"

    @property
    def policies(self) -> str:
        """The path of its NetworkPolicies."""
        return f"/apis/networking.k8s.io/v1/namespaces/{self.namespace}/networkpolicies"

    @property
    def events(self) -> str:
        """The path of its events."""
        return f"/api/v1/namespaces/{self.namespace}/events"

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """An object or a list. ApiError, at last."""
        for attempt in range(TRIES):
            try:
                return self._call("GET", path, None, query)
            except ApiError as error:
                last = error
                if error.status and error.status not in _AGAIN:
                    raise
            time.sleep(PAUSE * 2**attempt)
        raise last

    def create(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Make an object. ApiError."""
        return self._call("POST", path, document, {})

    def delete(self, path: str, grace_seconds: int | None = None) -> bool:
        """Remove an object and what it owns; False when it is not there. ApiError, at last."""
        options: dict[str, Any] = {"propagationPolicy": "Background"}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        for attempt in range(TRIES):
            try:
                self._call("DELETE", path, options, {})
            except ApiError as error:
                last = error
                if error.status == HTTPStatus.NOT_FOUND:
                    return False
                if error.status and error.status not in _AGAIN:
                    raise
            else:
                return True
            time.sleep(PAUSE * 2**attempt)
        raise last

    def stream(self, path: str, read_seconds: float, **query: str) -> Iterator[bytes]:
        """The bytes of an answer as they come. ApiError, also when it breaks off."""
        response = self._send("GET", path, None, query, read_seconds)
        try:
            while chunk := self._read1(response):
                yield chunk
        finally:
            response.close()

    def headers(self) -> dict[str, str]:
        """Who we are; a token that runs out is renewed by the client's hook."""
        setting = self.configuration.auth_settings().get("BearerToken")
        return {"authorization": setting["value"]} if setting and setting["value"] else {}

    def url(self, path: str) -> str:
        """The whole address of a path."""
        return f"{str(self.configuration.host).rstrip('/')}{path}"

    def close(self) -> None:
        """Close the connections."""
        self.pool.clear()

    def _call(
        self, method: str, path: str, document: Mapping[str, Any] | None, query: Mapping[str, str]
    ) -> dict[str, Any]:
        response = self._send(method, path, document, query, SECONDS)
        try:
            content: dict[str, Any] = json.loads(response.data)
        except ValueError as error:
            raise ApiError(0, f"{method} {path}: no JSON came back") from error
        except Exception as error:
            raise ApiError(0, f"{method} {path}: {error}") from error
        finally:
            response.release_conn()
        return content

    def _send(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None,
        query: Mapping[str, str],
        read_seconds: float,
    ) -> Any:
        import urllib3  # noqa: PLC0415 - comes with the client

        try:
            response = self.pool.request(
                method,
                self.url(f"{path}?{urlencode(query)}" if query else path),
                body=None if document is None else json.dumps(document),
                headers={
                    **self.headers(),
                    "content-type": "application/json",
                    "accept": "application/json, */*",
                },
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(connect=10, read=read_seconds),
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ApiError(0, f"the cluster does not answer: {error}") from error
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise ApiError(response.status, _message(response))
        return response

    def _read1(self, response: Any) -> bytes:
        import urllib3  # noqa: PLC0415 - comes with the client

        try:
            chunk: bytes = response.read1(_CHUNK)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ApiError(0, f"the log broke off: {error}") from error
        return chunk


def _message(response: Any) -> str:
    """What the API says is wrong, in its own words."""
    content = response.data
    response.release_conn()
    try:
        return str(json.loads(content).get("message") or content.decode("utf-8", "replace"))
    except (ValueError, AttributeError):
        return str(content.decode("utf-8", "replace"))[:500]


def connect(context: str | None = None, namespace: str | None = None) -> Cluster:
    """The cluster of $KUBECONFIG, of ~/.kube/config, or the one this process runs in.

    Raises:
        DependencyError: the extra is not installed.
        ContainerError: no cluster is configured, or it does not answer.
    """
    kubernetes = _client()
    configuration, own = _configuration(kubernetes, context)
    client = kubernetes.client.ApiClient(configuration)
    _warn_once()
    cluster = Cluster(configuration, client.rest_client.pool_manager, namespace or own or "default")
    try:
        cluster.get("/version")
    except ApiError as error:
        raise ContainerError(
            f"the cluster at {configuration.host} does not answer: {error.message[:300]}",
            hint="`kubectl version` must answer; train.kubernetes.context names another one.",
        ) from error
    return cluster


def _warn_once() -> None:
    """A kubeconfig that switches the check of certificates off is warned of, but not at every request."""
    import warnings  # noqa: PLC0415 - rarely needed

    from urllib3.exceptions import InsecureRequestWarning  # noqa: PLC0415 - comes with the client

    warnings.filterwarnings("once", category=InsecureRequestWarning)


def _client() -> ModuleType:
    try:
        import kubernetes.client  # noqa: PLC0415 - 1.3 s, in an extra
        import kubernetes.config  # noqa: PLC0415
    except ImportError as error:
        raise DependencyError(
            "the Kubernetes client is not installed", hint=f"{installed_by('kubernetes')}."
        ) from error
    module: ModuleType = kubernetes
    return module


def _configuration(kubernetes: ModuleType, context: str | None) -> tuple[Any, str]:
    """The client's configuration, and the namespace that goes with it."""
    config = kubernetes.config
    configuration = kubernetes.client.Configuration()
    file = os.environ.get("KUBECONFIG")  # the client reads it once, when it is imported
    try:
        config.load_kube_config(config_file=file, context=context, client_configuration=configuration)
        contexts, active = config.list_kube_config_contexts(config_file=file)
        chosen = next((each for each in contexts if each["name"] == context), active)
        return configuration, str(chosen["context"].get("namespace") or "")
    except (config.ConfigException, OSError) as outside:
        if context is not None:
            message = f"train.kubernetes.context: {context}: {_missing(file) or outside}"
            raise ContainerError(message, hint="`kubectl config get-contexts` lists them.") from outside
        try:
            config.load_incluster_config(client_configuration=configuration)
        except config.ConfigException as error:
            raise ContainerError(
                f"executor kubernetes: no cluster is configured ({_missing(file) or outside})",
                hint="Set KUBECONFIG, or run inside a cluster with a service account.",
            ) from error
    return configuration, _own_namespace()


def _missing(files: str | None) -> str:
    """Which files KUBECONFIG names that are not there, when none is; else nothing."""
    named = [each for each in (files or "").split(os.pathsep) if each]
    gone = bool(named) and not any(os.path.exists(each) for each in named)  # noqa: PTH110 - a list of them
    return f"KUBECONFIG: {', '.join(named)}: no such file" if gone else ""


def _own_namespace() -> str:
    from pathlib import Path  # noqa: PLC0415 - rarely needed

    try:
        return Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace").read_text("utf-8").strip()
    except OSError:
        return ""
