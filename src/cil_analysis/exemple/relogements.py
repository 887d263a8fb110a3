"""A made-up list of the households to rehouse, as landlords send one beside the extract (nomenclatures/listes.csv)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cil_analysis.exemple import fichiers
from cil_analysis.exemple.tirage import Tirage

_NOM = "relogements"
_TITRES = ("Nom du demandeur", "N° unique", "Immeuble à démolir")
# Of the leases said to be relogements, the share that the list knows; how many others it has, and how many of no lease.
_CONNUS, _AUTRES, _SANS_BAIL = 0.85, 12, 15


def ecrire(tire: Tirage, baux: pd.DataFrame) -> None:
    """Write ``relogements-<année>.csv``: one number stands there twice, and another is cut short."""
    h = tire.hasard
    dits = baux["est_relogement_ru"].to_numpy(bool)
    connus = baux.loc[dits & (h.random(len(baux)) < _CONNUS), "numero_unique"]
    non_dits = baux.loc[~dits, "numero_unique"]
    autres = non_dits.sample(min(_AUTRES, len(non_dits)), random_state=int(h.integers(1 << 31)))
    numeros = [*connus, *autres, *tire.numeros(_SANS_BAIL, "R")]
    h.shuffle(numeros)
    lignes = [
        [f"NOM-FICTIF-{rang:05d}", numero, f"Tour {rang % 3 + 1}"] for rang, numero in enumerate(numeros, start=1)
    ]
    coupee = [lignes[1][0], lignes[1][1][:12], lignes[1][2]]
    fichiers.ecrire(tire, _NOM, fichiers.encadrer(tire, _NOM, [_TITRES, *lignes, lignes[0], coupee]), "cp1252")


def listes_de(fichier: Path) -> dict[str, list[Path]]:
    """The lists that go with an extract of the example, by code: one beside the leases of a year."""
    extrait, _, annee = fichier.stem.rpartition("-")
    liste = fichier.with_name(f"{_NOM}-{annee}.csv")
    return {"RU": [liste]} if extrait == "attributions" and liste.exists() else {}
