"""Comparing income thresholds that were read with those recorded, and recording them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

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
)

# Two amounts this near are one.
_CENTIME = 0.005


class Ecart(NamedTuple):
    """One threshold whose recorded value is not the one that was read."""

    annee: int
    nom: str
    enregistree: float
    lue: float
    siren: str = ""


class Report(NamedTuple):
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
    ecarts: list[Ecart] = []
    ecrites: dict[tuple[str, int], tuple[SeuilsDeLAnnee, Cellules]] = {}
    for lu in sorted(lus, key=lambda lu: lu.annee):
        un = replace(lu, siren=lu.siren or epci[0])
        connue = connus[un.siren].get(un.annee)
        avant = dict(zip(NOMS, connue.valeurs if connue else (None,) * len(NOMS), strict=True))
        nouvelles = _nouvelles(un, avant)
        ecarts += [Ecart(un.annee, nom, v, nouvelles[nom], un.siren) for nom, v in avant.items()
                   if v is not None and nom in nouvelles]  # fmt: skip
        if nouvelles:
            ecrites[un.siren, un.annee] = un, _cellules(un, nouvelles, connue)
    if ecarts and not remplacer:
        raise ErreurCIL(_refus_de_remplacer(ecarts, chemin.name))
    if ecrites:
        _ecrire(chemin, {cle: cellules for cle, (_, cellules) in ecrites.items()}, connus)
    return Report(tuple(un for un, _ in ecrites.values()), tuple(ecarts))


def _nouvelles(lus: SeuilsDeLAnnee, avant: Mapping[str, float | None]) -> dict[str, float]:
    """The thresholds given that are not recorded already, to the cent; None in ``avant`` is « à renseigner ».

    Raises ErreurCIL when the quartiles, those given beside those recorded, would not ascend.
    """
    donnes = {nom: lu for nom, lu in zip(NOMS, lus.valeurs, strict=True) if lu is not None}
    ensemble = list((dict(avant) | donnes).values())
    connus = [valeur for valeur in ensemble if valeur is not None]
    if connus != sorted(connus):
        raise ErreurCIL(
            f"{lus.annee} : les quartiles ne seraient pas croissants ({triplet(ensemble)}). Rien n’a été écrit : "
            "corrigez les valeurs données, ou donnez ensemble celles qui changent."
        )
    return {nom: lu for nom, lu in donnes.items() if (v := avant[nom]) is None or abs(v - lu) >= _CENTIME}


def _cellules(un: SeuilsDeLAnnee, nouvelles: Mapping[str, float], connue: SeuilsDeLAnnee | None) -> Cellules:
    """What is written of a year. What stays of its row keeps its source beside that of what is new."""
    source = un.source
    if connue is not None:
        restent = any(v is not None and nom not in nouvelles for nom, v in zip(NOMS, connue.valeurs, strict=True))
        source = f"{connue.source} ; {source}" if restent and source not in connue.source else source
    ecrites = {nom: ecrire_nombre(valeur) for nom, valeur in nouvelles.items()}
    return ecrites | {"confiance": un.confiance, "source": source}


def _ecrire(chemin: Path, ecrites: Mapping[tuple[str, int], Cellules], connus: Mapping[str, Seuils]) -> None:
    """Write some cells of the row of each EPCI and year, a new one where there is none."""
    epci = list(connus)
    ajouts = [
        {"epci_siren": siren if len(epci) > 1 else "", "annee": str(annee), **cellules}
        for (siren, annee), cellules in ecrites.items()
        if annee not in connus[siren]
    ]

    def changer(cellules: Cellules) -> Cellules:
        return ecrites.get((cellules.get("epci_siren", "") or epci[0], int(cellules["annee"])), {})

    octets = reecrire(chemin, changer, ajouts)
    remplacer_ensemble(chemin.parent, {chemin: octets}, lambda copie: charger_seuils(copie / chemin.name, epci))


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
