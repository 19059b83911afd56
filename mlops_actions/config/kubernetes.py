"""The `train.kubernetes:` part: where Jobs run, and how data gets there and back. The base commit's own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from mlops_actions.config.base import ConfigModel, Mistake, Mistakes, Name, Spelling
from mlops_actions.config.units import Seconds

Scalar = str | bool | int | float
_INSIDE = "begins and ends with a letter or digit"
Label = Annotated[
    str,
    Spelling(
        r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",  # RFC 1123
        f"at most 63 small letters, digits and hyphens, as ml-ci; it {_INSIDE}",
    ),
]
Subdomain = Annotated[
    str,
    Spelling(
        r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
        f"a name in the cluster: small letters, digits, hyphens and dots, as team-a; it {_INSIDE}",
    ),
]
_LABEL = f"at most 63 letters, digits, '-', '_' and '.'; it {_INSIDE}"
LabelKey = Annotated[
    str,
    Spelling(
        r"([a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
        f"a key as pool or example.com/pool, behind the slash {_LABEL}",
    ),
]
LabelValue = Annotated[
    str, Spelling(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", f"a value as gpu-a100: {_LABEL}")
]
DeviceName = Annotated[
    str,
    Spelling(
        r"(?!([a-z0-9.-]+\.)?kubernetes\.io/)[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
        "a device is named with its vendor's domain, as nvidia.com/gpu; "
        "processors, memory and disk stand in train.resources",
    ),
]
_URL = Spelling(
    r"[a-z][a-z0-9+.-]*://[^@?#\s]*",
    "the address of a folder in a store is needed, as s3://bucket/ci: with ://, without @, ?, # and blanks; "
    "credentials never stand in it",
    private=True,
)
_CREDENTIAL = re.compile(
    r"(?i)(^|[_.-])(key|secret|token|pass|passwd|password|credentials?|sas|signature)([_.-]|$)"
    r"|connection_?string|(access|account|api|private|secret)_?key|accesskey|sessiontoken|password"
)
_PUBLIC_TOKENS = ("anon", "cloud", "google_default")  # gcsfs' words for ways to log in


def by_digest(image: str) -> str:
    """An image that cannot become another one."""
    if "@sha256:" not in image:
        message = f"image {image!r}: pin it by digest, as name@sha256:<64 hex digits>"
        raise ValueError(message)
    return image


def _is_credential(name: str, value: Scalar) -> bool:
    """Whether an option's name, or a user in its address, says that it holds one."""
    if isinstance(value, str) and re.search(r"://[^/\s]*@", value):
        return True
    if isinstance(value, bool) or (name == "token" and value in _PUBLIC_TOKENS):
        return False
    return _CREDENTIAL.search(name) is not None


class Toleration(ConfigModel):
    """A taint that Jobs may be scheduled in spite of (Kubernetes' own words)."""

    key: LabelKey | None = None
    operator: Literal["Equal", "Exists"] = "Equal"
    value: LabelValue | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None

    @model_validator(mode="after")
    def _as_kubernetes_takes_it(self) -> Toleration:
        if self.operator == "Exists" and self.value:
            message = "operator Exists asks for no value: take value out, or write operator: Equal"
            raise ValueError(message)
        if self.operator == "Equal" and self.key is None:
            message = "without key only operator: Exists is possible, and it tolerates every taint"
            raise ValueError(message)
        return self


class StoreConfig(ConfigModel):
    """An object store between this machine and the cluster, reached from both through fsspec."""

    url: Annotated[str, _URL]
    options: dict[str, Scalar] = Field(default_factory=dict)
    secret: Subdomain | None = None
    service_account: Subdomain | None = None

    @model_validator(mode="after")
    def _no_credentials(self) -> StoreConfig:
        found = [name for name, value in self.options.items() if _is_credential(name, value)]
        if found:
            hint = (
                "If it was committed, take it out of use. For the cluster, put another one into a Secret and "
                "name that as store.secret, or name a service_account; on this machine fsspec reads its "
                "environment."
            )
            raise Mistakes(
                Mistake(("options", name), "credentials never stand in mlops.yaml", hint) for name in found
            )
        return self


class KubernetesConfig(ConfigModel):
    """Where Jobs run; all of it is the base commit's."""

    context: Name | None = None
    namespace: Label | None = None
    queue: Subdomain | None = None
    queue_timeout: Seconds = 3600.0
    start_timeout: Seconds = 600.0
    backoff: Annotated[int, Field(ge=0, le=10)] = 0
    ttl: Annotated[int, Field(ge=0)] = 3600
    claim: Subdomain | None = None
    storage_class: Subdomain | None = None
    store: StoreConfig | None = None
    helper_image: Annotated[str, AfterValidator(by_digest)] | None = None
    image_pull_secrets: tuple[Subdomain, ...] = ()
    node_selector: dict[LabelKey, LabelValue] = Field(default_factory=dict)
    tolerations: tuple[Toleration, ...] = ()
    runtime_class: Subdomain | None = None
    priority_class: Subdomain | None = None
    devices: dict[DeviceName, Annotated[int, Field(gt=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _volumes(self) -> KubernetesConfig:
        if self.claim is not None and self.storage_class is not None:
            message = "claim names a volume, storage_class makes one: not both"
            raise ValueError(message)
        if self.store is not None and self.claim is None:
            message = "store needs claim: a Job without network trains from the volume that another one fills"
            raise ValueError(message)
        if self.claim is not None and self.helper_image is None:
            message = "claim needs helper_image: the training's own image must not reach the whole volume"
            raise ValueError(message)
        return self
