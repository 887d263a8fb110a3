"""The secteurs of a convention: which places they hold, and what is refused of their table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.secteurs import HORS_SECTEUR, Secteurs, charger_secteurs
from cil_analysis.reference.territoire import charger_territoire
from messages import refuser

ENTETE = "secteur,nom,code_insee,qpv_code,residence,valide_du,valide_au,source,confiance\n"
MANS, ALLONNES, QUARTIER = "72181", "72003", "QN07202I"


@pytest.fixture
def reference_copiee(reference: Path, tmp_path: Path) -> Path:
    """A copy of the territory and of the code lists, to be altered; there are two résidences."""
    for dossier in ("territory", "nomenclatures"):
        shutil.copytree(reference / dossier, tmp_path / dossier)
    with (tmp_path / "nomenclatures/residences.csv").open("a", encoding="utf-8") as residences:
        residences.writelines(f"{code},{code},,,,,essai,L\n" for code in ("R1", "R2"))
    return tmp_path


def charger(reference: Path, lignes: Sequence[str]) -> Secteurs:
    (reference / "territory/secteurs.csv").write_text(ENTETE + "".join(f"{ligne}\n" for ligne in lignes), "utf-8")
    tables = Tables(reference)
    return charger_secteurs(tables, charger_territoire(tables, MANS))


def test_une_composition_est_celle_du_31_decembre(reference_copiee: Path) -> None:
    secteurs = charger(
        reference_copiee,
        [
            f"NORD,Nord,{MANS},,,,2022-06-30,essai,L",
            f"SUD,Sud,{MANS},,,2022-07-01,,essai,L",
            f"SUD,Sud,{ALLONNES},,,,,essai,L",
            f"TOURS,Tours,,{QUARTIER},,,,essai,L",
            f"TOURS,Tours,{MANS},,R1,,,essai,L",
        ],
    )
    assert secteurs.au(2021).communes == {MANS: "NORD", ALLONNES: "SUD"}
    assert secteurs.au(2022) == ({(MANS, "R1"): "TOURS"}, {QUARTIER: "TOURS"}, {MANS: "SUD", ALLONNES: "SUD"})
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
    "une commune inconnue": ([f"NORD,Nord,{MANS},,,,,essai,L", "NORD,Nord,99999,,,,,essai,L"], 3, "99999"),
    "un quartier inconnu": (["NORD,Nord,,QP999,,,,essai,L"], 2, "QP999"),
    "aucun lieu": (["NORD,Nord,,,,,,essai,L"], 2, "code_insee"),
    "deux lieux": ([f"NORD,Nord,{MANS},{QUARTIER},,,,essai,L"], 2, "qpv_code"),
    "deux secteurs à la fois": (
        [f"NORD,Nord,{MANS},,,,,essai,L", f"SUD,Sud,{MANS},,,2022-01-01,,essai,L"],
        3,
        "valide_au",
    ),
    "une résidence inconnue": ([f"NORD,Nord,{MANS},,R9,,,essai,L"], 2, "R9"),
    "une résidence sans commune": (["NORD,Nord,,,R1,,,essai,L"], 2, "code_insee"),
    "une résidence d’un quartier": ([f"NORD,Nord,,{QUARTIER},R1,,,essai,L"], 2, "qpv_code"),
    "une résidence dans deux communes": (
        [f"NORD,Nord,{MANS},,R1,,2021-12-31,essai,L", f"NORD,Nord,{ALLONNES},,R1,2022-01-01,,essai,L"],
        3,
        ALLONNES,
    ),
    "une résidence de deux secteurs à la fois": (
        [f"NORD,Nord,{MANS},,R1,,,essai,L", f"NORD,Nord,{MANS},,,,,essai,L", f"SUD,Sud,{MANS},,R1,,,essai,L"],
        4,
        "valide_au",
    ),
    "une fin avant le début": ([f"NORD,Nord,{MANS},,,2022-01-01,2021-01-01,essai,L"], 2, "valide_au"),
    "deux noms": ([f"NORD,Nord,{MANS},,,,,essai,L", f"NORD,Le Nord,{ALLONNES},,,,,essai,L"], 3, "Nord"),
    "le code de ce qui est dehors": ([f"{HORS_SECTEUR},Nord,{MANS},,,,,essai,L"], 2, HORS_SECTEUR),
    "sans source": ([f"NORD,Nord,{MANS},,,,,,L"], 2, "source"),
}


@pytest.mark.parametrize("nom", FAUTES)
def test_une_ligne_fautive_est_refusee(reference_copiee: Path, nom: str) -> None:
    lignes, numero, cite = FAUTES[nom]
    with refuser("secteurs.csv", f"ligne {numero}", cite):
        charger(reference_copiee, lignes)
