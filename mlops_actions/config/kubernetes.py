"""The `train.kubernetes:` part: where Jobs run, and how data gets there and back. The base commit's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mlops_actions.config.base import ConfigModel, Name
from mlops_actions.config.units import Seconds

Scalar = str | bool | int | float
Label = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]  # RFC 1123
Subdomain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]
LabelKey = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
]
LabelValue = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]


def by_digest(image: str) -> str:
    """An image that cannot become another one."""
    if "@sha256:" not in image:
        message = f"image {image!r}: pin it by digest, as name@sha256:<64 hex digits>"
        raise ValueError(message)
    return image


class Toleration(ConfigModel):
    """A taint that Jobs may be scheduled in spite of (Kubernetes' own words)."""

    key: LabelKey | None = None
    operator: Literal["Equal", "Exists"] = "Equal"
    value: LabelValue | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None


class StoreConfig(ConfigModel):
    """An object store between this machine and the cluster, reached from both through fsspec."""

    url: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*://[^@?#\s]*$")]
    options: dict[str, Scalar] = Field(default_factory=dict)
    secret: Subdomain | None = None
    service_account: Subdomain | None = None


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
    devices: dict[LabelKey, Annotated[int, Field(gt=0)]] = Field(default_factory=dict)

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
