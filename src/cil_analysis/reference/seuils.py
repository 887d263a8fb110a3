"""The income thresholds of each year: comparing those that were read with those recorded, and recording them.

A project of one EPCI has them in parameters/seuils_quartiles.yml: each year has its own entry on 1 January, and an
entry without a value on the next 1 January closes it, for a threshold holds for the leases of its own year only. A
project of several has a row an EPCI a year in parameters/seuils_epci.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.retouches import reecrire, remplacer_ensemble
from cil_analysis.reference.ecriture.valeurs import poser_valeur
from cil_analysis.reference.parametres import Parametre, Reference, ValeurDatee, charger_parametres
from cil_analysis.reference.texte import francais

NOMS = ("q1", "q2", "q3")
FICHIER, DES_EPCI = "seuils_quartiles", "seuils_epci"
_A_RENSEIGNER = Reference("Seuil de l’année, à renseigner", "")
_CENTIME = 0.005


@dataclass(frozen=True)
class SeuilsDeLAnnee:
    """One year: its Q1, Q2 and Q3 in euros a year per unité de consommation, where they were read, how surely.

    A value None is not given: what is recorded stays. ``siren``: of which EPCI, where a project has several.
    """

    annee: int
    valeurs: tuple[float | None, float | None, float | None]
    reference: Reference
    confiance: str
    siren: str = ""


@dataclass(frozen=True)
class Ecart:
    """One threshold whose recorded value is not the one that was read."""

    annee: int
    nom: str
    enregistree: object
    lue: float
    siren: str = ""


@dataclass(frozen=True)
class Report:
    """What has a value written, the values replaced, the years given an entry « à renseigner »."""

    ecrites: tuple[SeuilsDeLAnnee, ...] = ()
    remplacees: tuple[Ecart, ...] = ()
    fermees: tuple[int, ...] = ()


def reporter_seuils(
    reference: Path, lus: Sequence[SeuilsDeLAnnee], *, remplacer: bool = False, par_epci: bool = False
) -> Report:
    """Record the thresholds of some years in the project's ``reference`` folder, all of them or none.

    A null is filled, an equal value left as it is with its sources. ``par_epci``: of a project of several. Raises
    ErreurCIL: a recorded value differs and ``remplacer`` is false, the quartiles of a year would not ascend, or the
    file cannot be read or edited. Nothing is written.
    """
    lus = sorted(lus, key=lambda un: un.annee)
    enregistres = (_EnTable if par_epci else _EnParametres)(reference / "parameters", lus)
    nouvelles: list[Mapping[str, float]] = []
    ecarts: list[Ecart] = []
    for un in lus:
        siennes, differentes = _comparer(un, enregistres.valeurs(un))
        nouvelles.append(siennes)
        ecarts += differentes
    if ecarts and not remplacer:
        raise ErreurCIL(_refus_de_remplacer(ecarts, enregistres.chemin.name))
    fermees = enregistres.ecrire(nouvelles)
    ecrites = (un for un, siennes in zip(lus, nouvelles, strict=True) if siennes)
    return Report(tuple(ecrites), tuple(ecarts), tuple(fermees))


class _EnParametres:
    """The thresholds of a project of one EPCI."""

    def __init__(self, parametres: Path, lus: Sequence[SeuilsDeLAnnee]) -> None:
        self.chemin, self.lus = parametres / f"{FICHIER}.yml", lus
        tous = charger_parametres(parametres)
        self.actuels = {nom: tous[f"{FICHIER}.{nom}"] for nom in NOMS}
        _refuser_entree_en_cours_d_annee(self.actuels, [un.annee for un in lus])

    def valeurs(self, un: SeuilsDeLAnnee) -> list[object]:
        """What is recorded of a year: Q1, Q2, Q3, None « à renseigner »."""
        entrees = (_entree(self.actuels[nom], un.annee) for nom in NOMS)
        return [None if entree is None else entree.valeur for entree in entrees]

    def ecrire(self, nouvelles: Sequence[Mapping[str, float]]) -> list[int]:
        """Record values. Returns the years closed by an entry without one."""
        poses, fermees = self._a_poser(nouvelles)
        if poses:
            texte = self.chemin.read_bytes().decode("utf-8")
            for nom, datee in poses:
                texte = poser_valeur(texte, nom, datee)
            octets = {self.chemin: texte.encode("utf-8")}
            remplacer_ensemble(self.chemin.parent, octets, lambda copie: _verifier(copie, self.actuels, poses))
        return sorted(fermees)

    def _a_poser(self, nouvelles: Sequence[Mapping[str, float]]) -> tuple[list[tuple[str, ValeurDatee]], set[int]]:
        poses, fermees = [], set()
        for rang, nom in enumerate(NOMS):
            donnes = [lu for lu in zip(self.lus, nouvelles, strict=True) if lu[0].valeurs[rang] is not None]
            annees = {un.annee for un, _ in donnes}
            for un, siennes in donnes:
                if nom in siennes:
                    datee = ValeurDatee(date(un.annee, 1, 1), siennes[nom], (un.reference,), un.confiance)
                    poses.append((nom, datee))
                suivante = un.annee + 1
                if suivante not in annees and _entree(self.actuels[nom], suivante) is None:
                    poses.append((nom, ValeurDatee(date(suivante, 1, 1), None, (_A_RENSEIGNER,), "NF")))
                    fermees.add(suivante)
        return poses, fermees


class _EnTable:
    """Those of a project of several EPCI."""

    def __init__(self, parametres: Path, lus: Sequence[SeuilsDeLAnnee]) -> None:
        from cil_analysis.reference.epci import charger_seuils  # Slow to import: « cil » alone reads NOMS.

        self.chemin, self.lus, self.charger = parametres / f"{DES_EPCI}.csv", lus, charger_seuils
        toutes = (ligne for siennes in charger_seuils(parametres).values() for ligne in siennes)
        self.connues = {(ligne["epci_siren"], int(ligne["annee"])): ligne for ligne in toutes}

    def valeurs(self, un: SeuilsDeLAnnee) -> list[object]:
        """What is recorded of an EPCI and year: Q1, Q2, Q3, None « à renseigner »."""
        connue = self.connues.get((un.siren, un.annee))
        return [None if connue is None or isnan(connue[nom]) else connue[nom] for nom in NOMS]

    def ecrire(self, nouvelles: Sequence[Mapping[str, float]]) -> list[int]:
        """Record values. What stays of a row keeps its source beside that of what is new."""
        from cil_analysis.reference.ecriture.objectifs import ecrire_nombre
        from cil_analysis.reference.schemas import en_tete

        retouches: dict[tuple[str, str], Mapping[str, str]] = {}
        ajouts = []
        for un, siennes in ((un, siennes) for un, siennes in zip(self.lus, nouvelles, strict=True) if siennes):
            ligne = {nom: ecrire_nombre(valeur) for nom, valeur in siennes.items()} | {"confiance": un.confiance}
            source = f"{un.reference.titre} {un.reference.href}".strip()
            connue, cle = self.connues.get((un.siren, un.annee)), {"epci_siren": un.siren, "annee": str(un.annee)}
            if connue is None:
                ajouts.append(ligne | cle | {"source": source})
                continue
            restent = any(e is not None and n not in siennes for n, e in zip(NOMS, self.valeurs(un), strict=True))
            gardee = f"{connue['source']} ; " if restent and source not in connue["source"] else ""
            retouches[un.siren, str(un.annee)] = ligne | {"source": gardee + source}
        if retouches or ajouts:
            octets = reecrire(
                self.chemin,
                lambda cellules: retouches.get((cellules["epci_siren"], cellules["annee"]), {}),
                ajouts,
                sinon=(",".join(en_tete(f"parameters/{DES_EPCI}")) + "\n").encode(),
            )
            remplacer_ensemble(self.chemin.parent, {self.chemin: octets}, self.charger)
        return []


def _entree(parametre: Parametre, annee: int) -> ValeurDatee | None:
    return next((v for v in parametre.valeurs if v.depuis == date(annee, 1, 1)), None)


def _comparer(lus: SeuilsDeLAnnee, enregistrees: Sequence[object]) -> tuple[Mapping[str, float], list[Ecart]]:
    """The thresholds given that are not recorded already, to the cent; and those that would replace another value.

    ``enregistrees``: Q1, Q2, Q3 of that year as recorded, None « à renseigner ». Raises ErreurCIL when the quartiles,
    those given beside those recorded, would not ascend.
    """
    ensemble = [e if lue is None else lue for lue, e in zip(lus.valeurs, enregistrees, strict=True)]
    connus = {nom: v for nom, v in zip(NOMS, ensemble, strict=True) if isinstance(v, int | float)}
    if list(connus.values()) != sorted(connus.values()):
        triplet = ", ".join(f"{nom.upper()} {montant(valeur)}" for nom, valeur in connus.items())
        raise ErreurCIL(
            f"{lus.annee} : les quartiles ne seraient pas croissants ({triplet}). Rien n’a été écrit : corrigez les "
            "valeurs données, ou donnez ensemble celles qui changent."
        )
    triplets = list(zip(NOMS, lus.valeurs, enregistrees, strict=True))
    nouvelles = {nom: lue for nom, lue, e in triplets if lue is not None and not _est_egale(e, lue)}
    remplacees = [(nom, e) for nom, _, e in triplets if nom in nouvelles and e is not None]
    ecarts = [Ecart(lus.annee, nom, e, nouvelles[nom], lus.siren) for nom, e in remplacees]
    return nouvelles, ecarts


def _est_egale(enregistree: object, lue: float) -> bool:
    if isinstance(enregistree, bool) or not isinstance(enregistree, int | float):
        return False
    return abs(enregistree - lue) < _CENTIME


def _refuser_entree_en_cours_d_annee(actuels: Mapping[str, Parametre], annees: Sequence[int]) -> None:
    """Such an entry would take over from the year's own: what is then written would not be what is used."""
    for nom, valeur in ((nom, valeur) for nom, parametre in actuels.items() for valeur in parametre.valeurs):
        if valeur.depuis.year in annees and valeur.depuis != date(valeur.depuis.year, 1, 1):
            raise ErreurCIL(
                f"data/reference/parameters/{FICHIER}.yml, clé « {nom} » : l’entrée du {valeur.depuis:%d/%m/%Y} n’est "
                "pas au 1er janvier, alors que le seuil d’une année vaut pour l’année entière. Corrigez sa date ou "
                "supprimez-la, puis relancez. Rien n’a été écrit."
            )


def montant(valeur: object) -> str:
    """An amount in euros a year, as a French reader writes it; what is no number stays as it is."""
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        return f"« {valeur} »"
    entier = abs(valeur - round(valeur)) < _CENTIME
    return francais(f"{valeur:,.{0 if entier else 2}f}") + "\u00a0€"


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


def _verifier(parameters: Path, actuels: Mapping[str, Parametre], poses: Sequence[tuple[str, ValeurDatee]]) -> None:
    """Read the new file back before it replaces the other: what was asked, all of it and nothing else, has changed."""
    relus = charger_parametres(parameters)
    for nom, parametre in actuels.items():
        attendues = {valeur.depuis: valeur for valeur in parametre.valeurs}
        attendues |= {datee.depuis: datee for autre, datee in poses if autre == nom}
        valeurs = tuple(attendues[jour] for jour in sorted(attendues))
        if relus[f"{FICHIER}.{nom}"] != replace(parametre, valeurs=valeurs):
            raise ErreurCIL(
                f"data/reference/parameters/{FICHIER}.yml, clé « {nom} » : la forme du fichier ne permet pas d’y "
                "écrire sûrement. Rien n’a été écrit : mettez-le en forme comme le fichier livré avec le logiciel."
            )
