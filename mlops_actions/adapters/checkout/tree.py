"""A commit's files in a folder of their own, outside the checkout; links out of it are refused."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from mlops_actions.errors import CheckoutError, TrustError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.checkout.git import Git


def extract_tree(git: Git, sha: str, prefix: str, folder: Path) -> Path:
    """Write the files of `sha` under `prefix` ("": all) into `folder`; returns the prefix in it.

    Raises:
        CheckoutError: git cannot read the tree.
        TrustError: an entry leaves the folder (an absolute path, "..", a link out of it).
    """
    wanted = [prefix] if prefix else []
    if prefix and git.ask("cat-file", "-t", f"{sha}:{prefix}") != "tree":
        return folder / prefix
    data = git.need("archive", "--format=tar", sha, "--", *wanted)
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(folder, filter="data")
    except tarfile.FilterError as error:
        raise TrustError(
            f"commit {sha[:12]}: {error}", hint="Remove the link from the base branch."
        ) from None
    except tarfile.TarError as error:
        raise CheckoutError(f"commit {sha[:12]}: its files cannot be unpacked: {error}") from None
    return folder / prefix
