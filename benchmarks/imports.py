"""Import d’un classeur de 20 000 lignes × 50 colonnes, puis d’un CSV d’un million de demandes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

if TYPE_CHECKING:
    from cil_analysis.extraits.lecture.classeurs import Feuille
    from cil_analysis.extraits.lecture.sources import Source
    from cil_analysis.projet import Projet

LETTRES = "ab"
LIGNES, COLONNES = 20_000, 50
DEMANDES = 1_000_000
CLASSEUR, CSV = Path("classeur.xlsx"), Path("demandes.csv")


def mesurer() -> Iterator[Ligne]:
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    projet = ouvrir_projet(donnees.modele())
    donnees.classeur(References(projet), LIGNES, COLONNES, CLASSEUR)
    vider, importer = _import(projet, CLASSEUR, LIGNES)
    import_s, nue = alterner(importer, _fastexcel, avant=vider)
    quoi = "Import d’un classeur de 20 000 × 50"
    yield Ligne("a", quoi, import_s, nue, "lecture nue par fastexcel", rapport_au_plus=3)
    par_pandas, import_s = alterner(lambda: _par_pandas(importer), importer, avant=vider)
    yield Ligne("a", quoi, import_s, par_pandas, "pandas et openpyxl, même nettoyage", fois_au_moins=6)
    projet = donnees.un_an(Path("un-an"))
    donnees.demandes(projet, DEMANDES, CSV)
    vider, importer = _import(projet, CSV, DEMANDES)
    import_s, nue = alterner(importer, _pandas_pyarrow, avant=vider)
    quoi = "Import d’un CSV d’un million de demandes"
    yield Ligne("b", quoi, import_s, nue, "lecture en texte, pandas et pyarrow", rapport_au_plus=20)


def _import(projet: Projet, fichier: Path, lignes: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """What empties a project, and the import of a file: read, cleaned, pseudonymised, checked, written, journal."""
    from cil_analysis.extraits.importation import importer
    from cil_analysis.extraits.lots import Demande
    from cil_analysis.reference.ensemble import References

    references = References(projet)

    def un_import() -> None:
        comptes = importer(projet, references, Demande([fichier], donnees.ANNEE)).journal["comptes"]
        assert comptes["lues"] == lignes + 1, comptes

    return lambda: donnees.vider(projet.traite), un_import


def _fastexcel() -> None:
    import fastexcel

    assert fastexcel.read_excel(CLASSEUR).load_sheet(0).to_arrow().num_rows == LIGNES


def _pandas_pyarrow() -> None:
    import pandas as pd

    assert len(pd.read_csv(CSV, sep=";", engine="pyarrow", dtype=str)) == DEMANDES


def _par_pandas(importer: Callable[[], None]) -> None:
    """The same import, pandas and openpyxl in the place of our reader of workbooks."""
    lecteur: Any = import_module("cil_analysis.extraits.lecture.tableau")
    notre = lecteur.lire_classeur
    lecteur.lire_classeur = _lire_par_openpyxl
    try:
        importer()
    finally:
        lecteur.lire_classeur = notre


def _lire_par_openpyxl(source: Source) -> list[Feuille]:
    import pandas as pd
    import pyarrow as pa

    from cil_analysis.extraits.lecture.classeurs import Feuille

    feuilles = pd.read_excel(io.BytesIO(source.octets), sheet_name=None, header=None, dtype=str, engine="openpyxl")
    tables = {nom: table.rename(columns=str) for nom, table in feuilles.items()}
    return [Feuille(nom, pa.Table.from_pandas(table, preserve_index=False)) for nom, table in tables.items()]
