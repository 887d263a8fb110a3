"""The secteurs of a convention: which places they hold, and what is refused of their table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.secteurs import HORS_SECTEUR, Secteurs, charger_secteurs
from cil_analysis.reference.territoire import charger_territoire
from messages import exiger_un_remede

ENTETE = "secteur,nom,code_insee,qpv_code,valide_du,valide_au,source,confiance\n"
MANS, ALLONNES, QUARTIER = "72181", "72003", "QN07202I"


@pytest.fixture
def reference_copiee(reference: Path, tmp_path: Path) -> Path:
    """A copy of the territory, to be altered."""
    shutil.copytree(reference / "territory", tmp_path / "territory")
    return tmp_path


def charger(reference: Path, lignes: Sequence[str]) -> Secteurs:
    (reference / "territory/secteurs.csv").write_text(ENTETE + "".join(f"{ligne}\n" for ligne in lignes), "utf-8")
    tables = Tables(reference)
    return charger_secteurs(tables, charger_territoire(tables, MANS))


def test_une_composition_est_celle_du_31_decembre(reference_copiee: Path) -> None:
    secteurs = charger(
        reference_copiee,
        [
            f"NORD,Nord,{MANS},,,2022-06-30,essai,L",
            f"SUD,Sud,{MANS},,2022-07-01,,essai,L",
            f"SUD,Sud,{ALLONNES},,,,essai,L",
            f"TOURS,Tours,,{QUARTIER},,,essai,L",
        ],
    )
    assert secteurs.au(2021).communes == {MANS: "NORD", ALLONNES: "SUD"}
    assert secteurs.au(2022) == ({QUARTIER: "TOURS"}, {MANS: "SUD", ALLONNES: "SUD"})
    assert secteurs.liste.libelles() == {
        "NORD": "Nord",
        "SUD": "Sud",
        "TOURS": "Tours",
        HORS_SECTEUR: "Hors des secteurs",
    }


def test_sans_lieu_il_n_y_a_aucun_secteur(reference_copiee: Path) -> None:
    secteurs = charger(reference_copiee, [])
    assert not any(secteurs.au(2022)) and not secteurs.liste.codes()


FAUTES = {
    "une commune inconnue": ([f"NORD,Nord,{MANS},,,,essai,L", "NORD,Nord,99999,,,,essai,L"], 3, "99999"),
    "un quartier inconnu": (["NORD,Nord,,QP999,,,essai,L"], 2, "QP999"),
    "aucun lieu": (["NORD,Nord,,,,,essai,L"], 2, "code_insee"),
    "deux lieux": ([f"NORD,Nord,{MANS},{QUARTIER},,,essai,L"], 2, "qpv_code"),
    "deux secteurs à la fois": (
        [f"NORD,Nord,{MANS},,,,essai,L", f"SUD,Sud,{MANS},,2022-01-01,,essai,L"],
        3,
        "valide_au",
    ),
    "une fin avant le début": ([f"NORD,Nord,{MANS},,2022-01-01,2021-01-01,essai,L"], 2, "valide_au"),
    "deux noms": ([f"NORD,Nord,{MANS},,,,essai,L", f"NORD,Le Nord,{ALLONNES},,,,essai,L"], 3, "Nord"),
    "le code de ce qui est dehors": ([f"{HORS_SECTEUR},Nord,{MANS},,,,essai,L"], 2, HORS_SECTEUR),
    "sans source": ([f"NORD,Nord,{MANS},,,,,L"], 2, "source"),
}


@pytest.mark.parametrize("nom", FAUTES)
def test_une_ligne_fautive_est_refusee(reference_copiee: Path, nom: str) -> None:
    lignes, numero, cite = FAUTES[nom]
    with pytest.raises(ErreurCIL) as refus:
        charger(reference_copiee, lignes)
    exiger_un_remede(refus.value, "secteurs.csv", f"ligne {numero}", cite)
