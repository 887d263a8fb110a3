"""Comparing income thresholds that were read with those recorded, and recording them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.objectifs import ecrire_nombre
from cil_analysis.reference.ecriture.retouches import Cellules, reecrire, remplacer_ensemble
from cil_analysis.reference.epci import charger_seuils
from cil_analysis.reference.seuils import (
    NOMS,
    Seuils,
    SeuilsDeLAnnee,
    fichier_des_seuils,
    montant,
    triplet,
    valeurs_de,
)

# Two amounts this near are one.
_CENTIME = 0.005


@dataclass(frozen=True)
class Ecart:
    """One threshold whose recorded value is not the one that was read."""

    annee: int
    nom: str
    enregistree: float
    lue: float
    siren: str = ""


@dataclass(frozen=True)
class Report:
    """What has a value written, and the values replaced."""

    ecrites: tuple[SeuilsDeLAnnee, ...] = ()
    remplacees: tuple[Ecart, ...] = ()


def reporter_seuils(
    reference: Path, lus: Sequence[SeuilsDeLAnnee], epci: Sequence[str], *, remplacer: bool = False
) -> Report:
    """Record the thresholds of some years in the project's ``reference`` folder, all of them or none.

    ``epci``: the SIREN of those that the project has. A value that is not given stays as recorded, as does an equal one
    with its source. Raises ErreurCIL: a recorded value differs and ``remplacer`` is false, the quartiles of a year
    would not ascend, or the file cannot be read or edited. Nothing is written.
    """
    chemin = fichier_des_seuils(reference)
    connus = charger_seuils(chemin, epci)
    lus = [replace(un, siren=_de_quel_epci(un.siren, epci)) for un in sorted(lus, key=lambda un: un.annee)]
    nouvelles: dict[tuple[str, int], Mapping[str, float]] = {}
    ecarts: list[Ecart] = []
    for un in lus:
        siennes, differentes = _comparer(un, valeurs_de(connus[un.siren], un.annee))
        ecarts += differentes
        if siennes:
            nouvelles[un.siren, un.annee] = siennes
    if ecarts and not remplacer:
        raise ErreurCIL(_refus_de_remplacer(ecarts, chemin.name))
    ecrites = [un for un in lus if (un.siren, un.annee) in nouvelles]
    if ecrites:
        _ecrire(chemin, ecrites, nouvelles, connus)
    return Report(tuple(ecrites), tuple(ecarts))


def _de_quel_epci(siren: str, epci: Sequence[str]) -> str:
    """A blank is the one EPCI of the project."""
    return siren or epci[0]


def _ecrire(
    chemin: Path, lus: Sequence[SeuilsDeLAnnee], nouvelles: Mapping[tuple[str, int], Mapping[str, float]],
    connus: Mapping[str, Seuils],
) -> None:  # fmt: skip
    """Write the new values of each year. What stays of a row keeps its source beside that of what is new."""
    epci = list(connus)
    retouches: dict[tuple[str, int], Cellules] = {}
    ajouts: list[Cellules] = []
    for un in lus:
        siennes = nouvelles[un.siren, un.annee]
        cellules = {nom: ecrire_nombre(valeur) for nom, valeur in siennes.items()} | {"confiance": un.confiance}
        connue = connus[un.siren].get(un.annee)
        if connue is None:
            de_l_epci = un.siren if len(epci) > 1 else ""
            ajouts.append(cellules | {"epci_siren": de_l_epci, "annee": str(un.annee), "source": un.source})
            continue
        restent = any(v is not None and nom not in siennes for nom, v in zip(NOMS, connue.valeurs, strict=True))
        gardee = f"{connue.source} ; " if restent and un.source not in connue.source else ""
        retouches[un.siren, un.annee] = cellules | {"source": gardee + un.source}

    def changer(cellules: Cellules) -> Cellules:
        return retouches.get((_de_quel_epci(cellules.get("epci_siren", ""), epci), int(cellules["annee"])), {})

    octets = reecrire(chemin, changer, ajouts)
    remplacer_ensemble(chemin.parent, {chemin: octets}, lambda copie: charger_seuils(copie / chemin.name, epci))


def _comparer(lus: SeuilsDeLAnnee, enregistrees: Sequence[float | None]) -> tuple[Mapping[str, float], Sequence[Ecart]]:
    """The thresholds given that are not recorded already, to the cent; and those that would replace another value.

    ``enregistrees``: Q1, Q2, Q3 of that year as recorded, None « à renseigner ». Raises ErreurCIL when the quartiles,
    those given beside those recorded, would not ascend.
    """
    ensemble = [e if lue is None else lue for lue, e in zip(lus.valeurs, enregistrees, strict=True)]
    connus = [valeur for valeur in ensemble if valeur is not None]
    if connus != sorted(connus):
        raise ErreurCIL(
            f"{lus.annee} : les quartiles ne seraient pas croissants ({triplet(ensemble)}). Rien n’a été écrit : "
            "corrigez les valeurs données, ou donnez ensemble celles qui changent."
        )
    nouvelles: dict[str, float] = {}
    ecarts: list[Ecart] = []
    for nom, lue, enregistree in zip(NOMS, lus.valeurs, enregistrees, strict=True):
        if lue is None or (enregistree is not None and abs(enregistree - lue) < _CENTIME):
            continue
        nouvelles[nom] = lue
        if enregistree is not None:
            ecarts.append(Ecart(lus.annee, nom, enregistree, lue, lus.siren))
    return nouvelles, ecarts


def _refus_de_remplacer(ecarts: Sequence[Ecart], fichier: str) -> str:
    """What is said when values recorded in a file of parameters differ from those given."""
    liste = " ; ".join(
        f"{e.annee} {e.nom.upper()}, enregistré {montant(e.enregistree)}, lu {montant(e.lue)}" for e in ecarts
    )
    return (
        f"Des seuils déjà enregistrés dans data/reference/parameters/{fichier} diffèrent de ceux que vous donnez : "
        f"{liste}. Rien n’a été écrit. Vérifiez lesquels sont les bons ; pour prendre les nouveaux, relancez la "
        "commande avec --remplacer."
    )
