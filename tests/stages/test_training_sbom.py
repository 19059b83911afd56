"""What the bill of materials tells of the Python that a model was trained with."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.sbom import bill_of_materials
from mlops_actions.results.packages import Inventory, Package
from mlops_actions.stages.training_sbom import _python


@pytest.mark.parametrize(
    ("packages", "version"),
    [
        ([Package("deb", "python3", "3.11.2-1+b1"), Package("deb", "python3-pip", "23.0.1")], "3.11.2"),
        ([Package("apk", "python3", "3.12.3-r1")], "3.12.3"),
        ([Package("pypi", "python3", "1.0")], ""),
        ([Package("deb", "python3", "3.11.2-1"), Package("deb", "python3", "3.9.2-3")], ""),
        ([], ""),
    ],
)
def test_the_image_s_own_package_says_it(packages: list[Package], version: str) -> None:
    inventory = Inventory("sha256:a", tuple(packages), ("debian", "12"))
    assert _python(bill_of_materials(inventory, container=True, tool_version="1")) == version
