"""What the configuration says about a model, for its card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataSet:
    """One declared source of data."""

    name: str
    owner: str = ""
    licence: str = ""
    authorised_by: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class About:
    """Of mlops.yaml: which column is predicted from which, and where the data comes from.

    `evaluation` and `train`: as mlops.yaml names them. `public_key`: what verifies its signature.
    """

    target: str
    train: str
    evaluation: str = ""
    sensitive: tuple[str, ...] = ()
    output: str = ""
    sources: tuple[DataSet, ...] = ()
    config_file: str = "mlops.yaml"
    public_key: str = ""
