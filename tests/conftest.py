"""Fixtures for all tests, and how hypothesis runs here."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from repair.repairer import Repairer

# No deadlines: the first example of a test may load a model. The same examples on
# every run in CI, so that only a change can turn it red; new ones each time elsewhere.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def repairer() -> Repairer:
    """The shipped models with the default options."""
    return Repairer.load()
