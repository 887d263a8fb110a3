"""The income thresholds of each year, in parameters/seuils_quartiles.csv: a row a year, of each EPCI where several are.

A threshold holds for the leases of its own year only: a year without a row, or a blank, is « à renseigner ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.schemas import schemas
from cil_analysis.reference.tables import erreur
from cil_analysis.reference.texte import francais

NOMS = ("q1", "q2", "q3")
FICHIER = "seuils_quartiles"
TABLE = f"parameters/{FICHIER}"
# Where earlier versions had them.
_ANCIENS = ("seuils_quartiles.yml", "seuils_epci.csv")


@dataclass(frozen=True)
class SeuilsDeLAnnee:
    """One year: its Q1, Q2 and Q3 in euros a year per unité de consommation, where they were read, how surely.

    A value None is not given. ``siren``: of which EPCI; blank in a project that has one.
    """

    annee: int
    valeurs: tuple[float | None, float | None, float | None]
    source: str
    confiance: str
    siren: str = ""

    @property
    def titre(self) -> str:
        """The source without its addresses."""
        return " ".join(re.sub(r"https?://\S+", "", self.source).split())


INCONNUS = (None, None, None)
Seuils = Mapping[int, SeuilsDeLAnnee]
"""The thresholds of one EPCI by year."""


def valeurs_de(seuils: Seuils, annee: int) -> tuple[float | None, float | None, float | None]:
    """Q1, Q2 and Q3 of a year; None is « à renseigner »."""
    return seuils[annee].valeurs if annee in seuils else INCONNUS


def fichier_des_seuils(reference: Path) -> Path:
    """Where the table is. Raises ErreurCIL where a file of an earlier version would no longer be read."""
    chemin = reference / f"{TABLE}.csv"
    for ancien in _ANCIENS:
        if chemin.with_name(ancien).exists():
            raise ErreurCIL(
                f"Le fichier data/reference/parameters/{ancien} n’est plus lu : les seuils sont dans {chemin.name}, "
                f"une ligne par année. Copiez-y ceux de {ancien} (annee, q1, q2, q3, source, confiance ; epci_siren si "
                f"le projet a plusieurs EPCI), puis supprimez {ancien}."
            )
    return chemin


def charger_seuils(chemin: Path, epci: Sequence[str]) -> Mapping[str, Seuils]:
    """The income thresholds by EPCI, then by year; an EPCI of which nothing is known has no year.

    ``epci``: the SIREN of those of the project; where it has one, a row need not name it. Raises ErreurCIL, naming the
    line, as :func:`lire` does, and for an EPCI that is not of the project or has a year twice.
    """
    from cil_analysis.reference.controles import lire  # Slow to import: « cil » alone reads the words above.

    seuils: dict[str, dict[int, SeuilsDeLAnnee]] = {siren: {} for siren in epci}
    table = lire(chemin, schemas()[TABLE])
    for numero, ligne in zip(table.index, table.to_dict("records"), strict=True):
        siren = ligne["epci_siren"] or (epci[0] if len(epci) == 1 else "")
        if siren not in seuils:
            message = f"l’EPCI « {siren} » n’est pas de ce projet. Écrire le SIREN de l’un des siens (epci_siren)."
            raise erreur(chemin, message, int(numero))
        annee = int(ligne["annee"])
        if annee in seuils[siren]:
            raise erreur(chemin, f"« {annee} » figure déjà. Garder une seule ligne par année.", int(numero))
        q1, q2, q3 = (None if isnan(ligne[nom]) else float(ligne[nom]) for nom in NOMS)
        seuils[siren][annee] = SeuilsDeLAnnee(annee, (q1, q2, q3), ligne["source"], ligne["confiance"], siren)
    return seuils


def montant(valeur: float) -> str:
    """An amount in euros a year, as a French reader writes it."""
    return francais(f"{valeur:,.2f}".removesuffix(".00")) + "\u00a0€"


def triplet(valeurs: Sequence[float | None]) -> str:
    """The quartiles that are known, in words: « Q1 9 143 €, Q2 13 023 € »."""
    return ", ".join(f"{nom.upper()} {montant(v)}" for nom, v in zip(NOMS, valeurs, strict=True) if v is not None)
