from pathlib import Path

import pytest

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.territoire import Territoire, charger_territoire


@pytest.fixture(scope="session")
def reference() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "reference"


@pytest.fixture(scope="session")
def territoire(reference: Path) -> Territoire:
    return charger_territoire(Tables(reference), "72181")
