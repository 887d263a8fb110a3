"""Bases of DuckDB, in memory: opened here alone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
}


def ouvrir_une_base(*, en_ordre: bool = False) -> duckdb.DuckDBPyConnection:
    """A base that reads what it is given, no file, no network, no extension; what memory cannot hold goes to no disk.

    ``en_ordre``: rows come out as they went in.
    """
    import duckdb  # Slow to load.

    base = duckdb.connect(config=_CONFIGURATION | {"preserve_insertion_order": en_ordre})
    # In a process that others started, a bar would be written among the figures where a query lasts. Jupyter without
    # ipywidgets draws none, and refuses to be told so.
    with suppress(duckdb.InvalidInputException):
        base.execute("SET enable_progress_bar = false")
    base.execute("SET lock_configuration = true")
    return base
