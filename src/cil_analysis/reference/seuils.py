"""The income thresholds of each year, in parameters/seuils_quartiles.csv: what they are, and recording them.

A row is a year, of each EPCI where several are.
A threshold holds for the leases of its own year only: a year without a row, or a blank, is « à renseigner ».
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from pathlib import Path
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.retouches import Ligne, ecrire_nombre, modifier, reecrire, remplacer_ensemble
from cil_analysis.reference.tables import schemas
from cil_analysis.typographie import francais

NOMS = ("q1", "q2", "q3")
FICHIER = "seuils_quartiles"
TABLE = f"parameters/{FICHIER}"
# Two amounts this near are one.
_CENTIME = 0.005


@dataclass(frozen=True)
class SeuilsDeLAnnee:
    """One year: its Q1, Q2 and Q3 in euros a year per unité de consommation, where they were read, how surely.

    A value None is not given. ``siren``: of which EPCI; blank in a project that has one. ``feuille``, ``concerne``: of
    the State's table, where it was read, and whether it says that the EPCI has to follow them.
    """

    annee: int
    valeurs: tuple[float | None, float | None, float | None]
    source: str
    confiance: str
    siren: str = ""
    feuille: str = ""
    concerne: bool | None = None

    @property
    def donnees(self) -> dict[str, float]:
        """The values that are given, by name."""
        return {nom: valeur for nom, valeur in zip(NOMS, self.valeurs, strict=True) if valeur is not None}

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


def charger_seuils(chemin: Path, epci: Sequence[str]) -> Mapping[str, Seuils]:
    """The income thresholds by EPCI, then by year; an EPCI of which nothing is known has no year.

    ``epci``: the SIREN of those of the project; where it has one, a row need not name it. Raises ErreurCIL.
    """
    # Slow to import: « cil » alone reads the words above.
    from cil_analysis.reference.lecture import exiger, exiger_hors_refus, lire

    seuils: dict[str, dict[int, SeuilsDeLAnnee]] = {siren: {} for siren in epci}
    table = lire(chemin, schemas()[TABLE])
    if len(epci) == 1:
        table["epci_siren"] = table["epci_siren"].replace("", epci[0])
    exiger_hors_refus(table.assign(connu=table["epci_siren"].isin(epci)), "seuils", chemin)
    exiger(table, schemas()[TABLE], chemin)
    for ligne in table.to_dict("records"):
        annee, siren = int(ligne["annee"]), ligne["epci_siren"]
        q1, q2, q3 = (None if isnan(ligne[nom]) else float(ligne[nom]) for nom in NOMS)
        seuils[siren][annee] = SeuilsDeLAnnee(annee, (q1, q2, q3), ligne["source"], ligne["confiance"], siren)
    return seuils


def montant(valeur: float) -> str:
    """An amount in euros a year, as a French reader writes it."""
    return francais(f"{valeur:,.2f}".removesuffix(".00")) + "\u00a0€"


def triplet(valeurs: Sequence[float | None]) -> str:
    """The quartiles that are known, in words: « Q1 9 143 €, Q2 13 023 € »."""
    return ", ".join(f"{nom.upper()} {montant(v)}" for nom, v in zip(NOMS, valeurs, strict=True) if v is not None)


class ValeurRemplacee(NamedTuple):
    """A threshold recorded that another replaces."""

    siren: str  # of its EPCI
    annee: int
    nom: str  # one of NOMS
    avant: float
    apres: float


# --- Recording those that were read ---------------------------------------------------------------------------------


def reporter_seuils(
    reference: Path, lus: Sequence[SeuilsDeLAnnee], epci: Sequence[str], *, remplacer: bool = False
) -> tuple[list[SeuilsDeLAnnee], list[ValeurRemplacee]]:
    """Record the thresholds of some years in the project's ``reference`` folder, all of them or none.

    Returns those of which a value is written, and the values replaced. A value that is not given stays as recorded, as
    does an equal one with its source. Raises ErreurCIL where a recorded value differs and ``remplacer`` is false, or
    the quartiles of a year would not ascend.
    """
    chemin = reference / f"{TABLE}.csv"
    connus = charger_seuils(chemin, epci)
    ecrites, ecarts = list[SeuilsDeLAnnee](), list[ValeurRemplacee]()
    changees: dict[Hashable, Ligne | None] = {}
    for un in (replace(lu, siren=lu.siren or epci[0]) for lu in sorted(lus, key=lambda lu: lu.annee)):
        connue = connus[un.siren].get(un.annee, SeuilsDeLAnnee(un.annee, INCONNUS, "", "", un.siren))
        avant, lues = connue.donnees, un.donnees
        nouvelles = {nom: lue for nom, lue in lues.items() if nom not in avant or abs(avant[nom] - lue) >= _CENTIME}
        ecarts += [ValeurRemplacee(un.siren, un.annee, n, avant[n], lue) for n, lue in nouvelles.items() if n in avant]
        if nouvelles:
            ecrites.append(un)
            # What stays of its row keeps its source, beside that of what is new.
            restent = avant.keys() - nouvelles.keys() and un.source not in connue.source
            source = f"{connue.source} ; {un.source}" if restent else un.source
            cellules = {nom: ecrire_nombre(lue) for nom, lue in nouvelles.items()}
            ou = {"epci_siren": un.siren if len(epci) > 1 else "", "annee": str(un.annee)}
            changees[un.siren, un.annee] = {**ou, **cellules, "confiance": un.confiance, "source": source}
    if ecarts and not remplacer:
        liste = " ; ".join(
            f"{un.annee} {un.nom.upper()}, enregistré {montant(un.avant)}, lu {montant(un.apres)}" for un in ecarts
        )
        raise ErreurCIL(
            f"Des seuils déjà enregistrés dans data/reference/parameters/{chemin.name} diffèrent de ceux que vous "
            f"donnez : {liste}. Rien n’a été écrit. Vérifiez lesquels sont les bons ; pour prendre les nouveaux, "
            "relancez la commande avec --remplacer."
        )
    if changees:
        octets = reecrire(chemin, lambda lignes: modifier(lignes, partial(_cle, epci), changees))
        remplacer_ensemble(reference, {chemin: octets}, lambda copie: charger_seuils(copie / f"{TABLE}.csv", epci))
    return ecrites, ecarts


def _cle(epci: Sequence[str], ligne: Ligne) -> Hashable:
    return ligne.get("epci_siren") or epci[0], int(ligne["annee"])
