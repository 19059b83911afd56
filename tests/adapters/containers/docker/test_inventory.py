"""The packages of a real image: listed from a container that never runs and is gone afterwards."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.containers.docker.engine import LABEL, connect
from mlops_actions.adapters.containers.docker.inventory import image_inventory
from mlops_actions.errors import ContainerError
from tests.adapters.containers.bench import BASE_IMAGE

pytestmark = pytest.mark.docker


def test_the_base_image_s_packages(engine: None) -> None:
    assert engine is None
    client, _ = connect()
    try:
        image = str(client.images.get(BASE_IMAGE).id)
        found = image_inventory(image)
        assert found.of == image
        assert found.system[0] == "debian"
        assert {"libc6", "dpkg"} <= {each.name for each in found.packages if each.kind == "deb"}
        ours = client.containers.list(all=True, filters={"label": LABEL, "ancestor": image})
        assert [each for each in ours if each.attrs["Config"]["Cmd"] == ["never-started"]] == []
    finally:
        client.close()


def test_an_image_that_is_not_here(engine: None) -> None:
    assert engine is None
    with pytest.raises(ContainerError, match="the packages of image sha256:0000"):
        image_inventory(f"sha256:{'0' * 64}")
