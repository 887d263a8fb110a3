from pathlib import Path

import pytest

from cil_analysis.reference import Territoire, charger_territoire


@pytest.fixture(scope="session")
def reference() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "reference"


@pytest.fixture(scope="session")
def territoire(reference: Path) -> Territoire:
    return charger_territoire(reference / "territory", "72181")
