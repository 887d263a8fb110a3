"""Recording the income thresholds of a project of several EPCI, in parameters/seuils_epci.csv: a row an EPCI a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.objectifs import ecrire_nombre
from cil_analysis.reference.ecriture.retouches import reecrire, remplacer_ensemble
from cil_analysis.reference.lieux.epci import charger_seuils
from cil_analysis.reference.schemas import en_tete
from cil_analysis.reference.seuils import NOMS, Ecart, SeuilsDeLAnnee, comparer, refus_de_remplacer

FICHIER = "seuils_epci.csv"


@dataclass(frozen=True)
class SeuilsDUnEpci:
    """The thresholds of one EPCI and one year, as given."""

    siren: str
    seuils: SeuilsDeLAnnee


@dataclass(frozen=True)
class ReportDesEpci:
    """The EPCI and years with a value written, and the values replaced, by EPCI."""

    ecrites: frozenset[tuple[str, int]]
    remplacees: tuple[tuple[str, Ecart], ...]


def reporter_seuils_epci(reference: Path, lus: Sequence[SeuilsDUnEpci], *, remplacer: bool = False) -> ReportDesEpci:
    """Record the thresholds of some EPCI and years in the project's ``reference`` folder, all of them or none.

    Raises:
        ErreurCIL: a recorded value differs and ``remplacer`` is false, the quartiles of a year would not ascend, or
            the file cannot be read or edited. Nothing is written.
    """
    chemin = reference / "parameters" / FICHIER
    connus = {(e["epci_siren"], int(e["annee"])): e for tous in charger_seuils(chemin.parent).values() for e in tous}
    ecarts: list[tuple[str, Ecart]] = []
    retouches: dict[tuple[str, str], Mapping[str, str]] = {}
    ajouts, ecrites = [], set()
    for siren, seuils in ((lu.siren, lu.seuils) for lu in lus):
        connu = connus.get((siren, seuils.annee))
        enregistrees = [None if connu is None or isnan(connu[nom]) else connu[nom] for nom in NOMS]
        nouvelles, siens = comparer(seuils, enregistrees)
        if not nouvelles:
            continue
        ecrites.add((siren, seuils.annee))
        ecarts += [(siren, ecart) for ecart in siens]
        ligne = {nom: ecrire_nombre(valeur) for nom, valeur in nouvelles.items()} | {"confiance": seuils.confiance}
        source = f"{seuils.reference.titre} {seuils.reference.href}".strip()
        restent = any(e is not None and nom not in nouvelles for nom, e in zip(NOMS, enregistrees, strict=True))
        if connu is None:
            ajouts.append(ligne | {"epci_siren": siren, "annee": str(seuils.annee), "source": source})
        else:  # What stays of the row keeps its source beside that of what is new.
            gardee = f"{connu['source']} ; " if restent and source not in connu["source"] else ""
            retouches[siren, str(seuils.annee)] = ligne | {"source": gardee + source}
    if ecarts and not remplacer:
        raise ErreurCIL(refus_de_remplacer([ecart for _, ecart in ecarts], FICHIER))
    if ecrites:
        octets = reecrire(
            chemin,
            lambda cellules: retouches.get((cellules["epci_siren"], cellules["annee"]), {}),
            ajouts,
            sinon=(",".join(en_tete("parameters/seuils_epci")) + "\n").encode(),
        )
        remplacer_ensemble(chemin.parent, {chemin: octets}, charger_seuils)
    return ReportDesEpci(frozenset(ecrites), tuple(ecarts))
