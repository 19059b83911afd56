"""A CycloneDX 1.6 software bill of materials (ECMA-424), the same bytes for the same packages."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import DependencyError, installed_by

if TYPE_CHECKING:
    from cyclonedx.model.component import Component

    from mlops_actions.results.packages import Inventory, Package

PROPERTY = "mlops-actions"
_SPACE = uuid.UUID("6f6c9f1c-5d0b-5a42-9b7e-2f1f5a5b6d10")  # of our serial numbers


def bill_of_materials(inventory: Inventory, *, container: bool, tool_version: str) -> str:
    """JSON text. The serial number comes from the content, and there is no time in it.

    Raises:
        DependencyError: the library is not installed.
    """
    try:
        from cyclonedx.model.bom import Bom  # noqa: PLC0415 - 0.15 s, and only in the extras
        from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415 - as above
        from cyclonedx.output.json import JsonV1Dot6  # noqa: PLC0415 - as above
    except ImportError as error:
        raise DependencyError(
            "cyclonedx-python-lib is not installed", hint=f"{installed_by('train')}."
        ) from error
    bom = Bom()
    bom.metadata.component = Component(
        name="training image" if container else "training environment",
        version=inventory.of,
        type=ComponentType.CONTAINER if container else ComponentType.APPLICATION,
        bom_ref="environment",
    )
    bom.metadata.tools.components.add(
        Component(name="mlops-actions", version=tool_version, type=ComponentType.APPLICATION, bom_ref="tool")
    )
    components = [_component(each, inventory.system) for each in inventory.packages]
    bom.components.update(components)
    bom.register_dependency(bom.metadata.component, components)
    bom.serial_number = _serial(inventory)
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    document["metadata"].pop("timestamp", None)
    if inventory.unreadable:
        count = {"name": f"{PROPERTY}:unreadable-packages", "value": str(inventory.unreadable)}
        document["metadata"]["properties"] = [count]
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _component(package: Package, system: tuple[str, str]) -> Component:
    from cyclonedx.contrib.license.factories import LicenseFactory  # noqa: PLC0415 - as above
    from cyclonedx.model import HashAlgorithm, HashType, Property  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415 - as above

    address = _address(package, system)
    one = package.hashes if len(package.hashes) == 1 else ()
    several = package.hashes if len(package.hashes) > 1 else ()
    properties = [Property(name=f"{PROPERTY}:lock:sha256", value=each) for each in several]
    if package.record_sha256:
        properties.append(Property(name=f"{PROPERTY}:record:sha256", value=package.record_sha256))
    reference = (
        f"{address.to_string()}#{package.record_sha256[:16]}" if package.record_sha256 else str(address)
    )
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=reference,
        purl=address,
        licenses=[LicenseFactory().make_from_string(package.licence)] if package.licence else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in one],
        properties=properties,
    )


def _address(package: Package, system: tuple[str, str]) -> Any:
    from packageurl import PackageURL  # noqa: PLC0415 - comes with cyclonedx-python-lib

    if package.kind == "pypi":
        return PackageURL("pypi", None, package.name, package.version)
    family, version = system
    qualifiers = {"arch": package.architecture}
    if family:
        qualifiers["distro"] = f"{family}-{version}" if version else family
    namespace = family or {"deb": "debian", "apk": "alpine"}[package.kind]
    return PackageURL(package.kind, namespace, package.name, package.version, qualifiers)


def _serial(inventory: Inventory) -> uuid.UUID:
    return uuid.uuid5(_SPACE, hashlib.sha256(repr(inventory).encode()).hexdigest())
