"""The income thresholds of each year: comparing those that were read with those entrees, and recording them.

The convention is that of parameters/seuils_quartiles.yml: each year has its own entry on 1 January, and an entry
without a value on the next 1 January closes it, for a threshold holds for the leases of its own year only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.retouches import remplacer_ensemble
from cil_analysis.reference.ecriture.valeurs import poser_valeur
from cil_analysis.reference.parametres import Parametre, Reference, ValeurDatee, charger_parametres
from cil_analysis.reference.texte import francais

NOMS = ("q1", "q2", "q3")
FICHIER = "seuils_quartiles"
_A_RENSEIGNER = Reference("Seuil de l’année, à renseigner", "")
_CENTIME = 0.005


@dataclass(frozen=True)
class SeuilsDeLAnnee:
    """One year: its Q1, Q2 and Q3 in euros a year per unité de consommation, where they were read, how surely.

    A value None is not given: what is entrees stays.
    """

    annee: int
    valeurs: tuple[float | None, float | None, float | None]
    reference: Reference
    confiance: str


@dataclass(frozen=True)
class Ecart:
    """One threshold whose entrees value is not the one that was read."""

    annee: int
    nom: str
    enregistree: object
    lue: float


@dataclass(frozen=True)
class Report:
    """The years with a value written, the values replaced, the years given an entry « à renseigner »."""

    ecrites: tuple[int, ...]
    remplacees: tuple[Ecart, ...]
    fermees: tuple[int, ...]


def reporter_seuils(reference: Path, annees: Sequence[SeuilsDeLAnnee], *, remplacer: bool = False) -> Report:
    """Record the thresholds of some years in the project's ``reference`` folder, all of them or none.

    A null is filled, an equal value left as it is with its sources.

    Raises:
        ErreurCIL: a entrees value differs and ``remplacer`` is false, the quartiles of a year would not ascend, or the
            file cannot be edited. Nothing is written.
    """
    chemin = reference / "parameters" / f"{FICHIER}.yml"
    parametres = charger_parametres(chemin.parent)
    actuels = {nom: parametres[f"{FICHIER}.{nom}"] for nom in NOMS}
    _refuser_entree_en_cours_d_annee(actuels, [lus.annee for lus in annees])
    nouvelles: dict[int, Mapping[str, float]] = {}
    ecarts: list[Ecart] = []
    for lus in annees:
        entrees = [_entree(actuels[nom], lus.annee) for nom in NOMS]
        nouvelles[lus.annee], siens = comparer(lus, [None if entree is None else entree.valeur for entree in entrees])
        ecarts += siens
    if ecarts and not remplacer:
        raise ErreurCIL(refus_de_remplacer(ecarts, f"{FICHIER}.yml"))
    poses, fermees = _a_poser(actuels, annees, nouvelles)
    if poses:
        texte = chemin.read_bytes().decode("utf-8")
        for nom, datee in poses:
            texte = poser_valeur(texte, nom, datee)
        octets = texte.encode("utf-8")
        remplacer_ensemble(chemin.parent, {chemin: octets}, lambda copie: _verifier(copie, actuels, poses))
    ecrites = sorted(annee for annee, siennes in nouvelles.items() if siennes)
    return Report(tuple(ecrites), tuple(ecarts), tuple(fermees))


def _entree(parametre: Parametre, annee: int) -> ValeurDatee | None:
    return next((v for v in parametre.valeurs if v.depuis == date(annee, 1, 1)), None)


def comparer(lus: SeuilsDeLAnnee, enregistrees: Sequence[object]) -> tuple[Mapping[str, float], list[Ecart]]:
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
    ecarts = [Ecart(lus.annee, nom, e, nouvelles[nom]) for nom, _, e in triplets if nom in nouvelles and e is not None]
    return nouvelles, ecarts


def _est_egale(enregistree: object, lue: float) -> bool:
    if isinstance(enregistree, bool) or not isinstance(enregistree, int | float):
        return False
    return abs(enregistree - lue) < _CENTIME


def _a_poser(
    actuels: Mapping[str, Parametre], annees: Sequence[SeuilsDeLAnnee], nouvelles: Mapping[int, Mapping[str, float]]
) -> tuple[list[tuple[str, ValeurDatee]], list[int]]:
    """The entries to write, and the years closed by an entry without a value."""
    poses, fermees = [], set()
    for rang, nom in enumerate(NOMS):
        donnees = [lus for lus in annees if lus.valeurs[rang] is not None]
        for lus in donnees:
            if nom in nouvelles[lus.annee]:
                valeur = nouvelles[lus.annee][nom]
                poses.append((nom, ValeurDatee(date(lus.annee, 1, 1), valeur, (lus.reference,), lus.confiance)))
            suivante = lus.annee + 1
            if suivante not in {autres.annee for autres in donnees} and _entree(actuels[nom], suivante) is None:
                poses.append((nom, ValeurDatee(date(suivante, 1, 1), None, (_A_RENSEIGNER,), "NF")))
                fermees.add(suivante)
    return poses, sorted(fermees)


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


def refus_de_remplacer(ecarts: Sequence[Ecart], fichier: str) -> str:
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
