"""The environment variables and configuration files of the SageMaker training contract.

Names follow SageMaker's training toolkit (SM_*) and Vertex AI's custom containers (AIP_*).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.job import AS_USUAL
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlops_actions.adapters.containers.job import Resources, Variation

SERVING_PORT = 8080
HEALTH_ROUTE = "/ping"
PREDICT_ROUTE = "/invocations"
V2_READY = "/v2/health/ready"
FALLBACK_ROUTES = (V2_READY, "/health", "/readyz")  # where a server has no /ping
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class ContractPaths:
    """Where /opt/ml and /tmp are, as the user's code sees them."""

    root: str = "/opt/ml"
    temporary: str = "/tmp"  # noqa: S108 - a tmpfs inside the container, named by the contract

    def under(self, *parts: str) -> str:
        """A path below the root."""
        return str(PurePosixPath(self.root, *parts))


def training_environment(
    paths: ContractPaths,
    channels: Iterable[str],
    hyperparameters: Mapping[str, str],
    resources: Resources,
    *,
    seed: int,
    source_date_epoch: int = 0,
    variation: Variation = AS_USUAL,
    hands_over: Iterable[str] = (),
) -> dict[str, str]:
    """All variables of the training contract; `hands_over` are the folders that a step writes."""
    names = sorted(channels)
    environment = {
        "SM_INPUT_DIR": paths.under("input"),
        "SM_INPUT_CONFIG_DIR": paths.under("input", "config"),
        "SM_OUTPUT_DIR": paths.under("output"),
        "SM_OUTPUT_DATA_DIR": paths.under("output", "data"),
        "SM_CHANNELS": json.dumps(names),
        "SM_HPS": json.dumps(dict(hyperparameters), sort_keys=True),
        "SM_CURRENT_HOST": "algo-1",
        "SM_HOSTS": '["algo-1"]',
        **_common(paths, resources, seed=seed, source_date_epoch=source_date_epoch, variation=variation),
    }
    for name in names:
        environment[f"SM_CHANNEL_{_variable(name)}"] = paths.under("input", "data", name)
    for name in hands_over:
        environment[f"MLOPS_OUTPUT_{_variable(name)}"] = paths.under("output", "data", name)
    for name, value in hyperparameters.items():
        environment[f"SM_HP_{_variable(name)}"] = value
    return environment


def serving_environment(
    paths: ContractPaths,
    resources: Resources,
    *,
    seed: int,
    port: int = SERVING_PORT,
    classes: Sequence[object] = (),
) -> dict[str, str]:
    """All variables of the serving contract. `classes`: serving.classes, the positive one last."""
    common = _common(paths, resources, seed=seed, source_date_epoch=0)
    declared = {"MLOPS_SERVING_CLASSES": json.dumps(list(classes))} if classes else {}
    return {**common, **declared, "AIP_HTTP_PORT": str(port)}


def _common(
    paths: ContractPaths,
    resources: Resources,
    *,
    seed: int,
    source_date_epoch: int,
    variation: Variation = AS_USUAL,
) -> dict[str, str]:
    threads = str(variation.threads or resources.threads)
    return {
        "SM_MODEL_DIR": paths.under("model"),
        "SM_NUM_CPUS": threads,
        "SM_NUM_GPUS": "0",
        "AIP_MODEL_DIR": paths.under("model"),
        "AIP_HTTP_PORT": str(SERVING_PORT),
        "AIP_HEALTH_ROUTE": HEALTH_ROUTE,
        "AIP_PREDICT_ROUTE": PREDICT_ROUTE,
        "MLOPS_SEED": str(seed),
        "PYTHONHASHSEED": str(variation.hash_seed),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "NUMEXPR_NUM_THREADS": threads,
        "SOURCE_DATE_EPOCH": str(source_date_epoch),
        "HOME": paths.temporary,
        "TMPDIR": paths.temporary,
        "MPLCONFIGDIR": paths.temporary,
    }


def write_input_config(folder: Path, channels: Iterable[str], hyperparameters: Mapping[str, str]) -> None:
    """Write hyperparameters.json, inputdataconfig.json and resourceconfig.json (read-only for the code)."""
    folder.mkdir(parents=True, exist_ok=True)
    channel = {
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        "RecordWrapperType": "None",
    }
    documents = {
        "hyperparameters.json": dict(hyperparameters),
        "inputdataconfig.json": dict.fromkeys(sorted(channels), channel),
        "resourceconfig.json": {
            "current_host": "algo-1",
            "hosts": ["algo-1"],
            "network_interface_name": "eth0",
        },
    }
    for name, document in documents.items():
        file = folder / name
        file.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        file.chmod(0o444)


def check_channel_name(name: str) -> str:
    """A channel is one folder name below /opt/ml/input/data; ConfigError otherwise."""
    if not _CHANNEL.fullmatch(name) or name in {".", ".."}:
        raise ConfigError(
            f"channel {name!r}: not a folder name",
            hint="Allowed: letters, digits, '.', '_' and '-', at most 64, beginning with a letter or digit.",
        )
    return name


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9_]", "_", name.upper())
