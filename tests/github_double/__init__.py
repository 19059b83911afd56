"""A stateful stand-in for the GitHub REST API, held to GitHub's own OpenAPI description. See README.md."""

from tests.github_double.faults import Fault
from tests.github_double.server import GitHubDouble

__all__ = ["Fault", "GitHubDouble"]
