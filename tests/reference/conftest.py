from pathlib import Path

import pytest

from cil_analysis.reference import Territoire, charger_territoire
from cil_analysis.reference.lecture import Tables


@pytest.fixture(scope="session")
def reference() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "reference"


@pytest.fixture(scope="session")
def territoire(reference: Path) -> Territoire:
    return charger_territoire(Tables(reference), "72181")
