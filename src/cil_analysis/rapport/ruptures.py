"""Breaks in a series of years, read in the reference data: what makes a year hard to compare with the one before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametre
from cil_analysis.reference.regles import parametres_des_regles, regles_de_comptage
from cil_analysis.reference.texte import enumerer

PERIMETRE, ZONAGE, SEUIL = "perimetre", "zonage", "seuil"
_REGLE_DES_SEUILS = "P6"


@dataclass(frozen=True)
class Rupture:
    """One break. ``avant``: the year of the series before ``annee``, or None when the year itself has no figure.

    ``genre``: the perimeter, the zoning of QPV, the threshold, the code of the counting rule (« P3 ») that changed, or
    the column that rules give otherwise.
    ``court`` stands on a drawing, ``phrase`` below it.
    """

    annee: int
    avant: int | None
    genre: str
    court: str
    phrase: str


def ruptures(references: References, annees: Sequence[int], agregees: Collection[int] = ()) -> tuple[Rupture, ...]:
    """The breaks of a series of years, in their order; each year is compared with the one before in the series.

    ``agregees``: the years whose leases are aggregated tables.
    """
    suite = sorted(annees)
    trouvees = [
        rupture
        for avant, annee in pairwise(suite)
        for rupture in (
            _perimetre(references, avant, annee),
            _zonage(references, avant, annee),
            *_regles(references, avant, annee),
            *_deductions(references, avant, annee, agregees),
        )
        if rupture is not None
    ]
    return tuple(trouvees + _seuils(references, suite))


def concerne(rupture: Rupture, indicateur: Indicateur) -> bool:
    """Whether a break touches the series of an indicator for the whole EPCI."""
    compte = indicateur.compte
    if rupture.genre == PERIMETRE:
        return True
    if rupture.genre == ZONAGE:
        return compte.axe == "zone" or any(nom == "zone" for nom, _ in (*compte.champ, *compte.public))
    if rupture.genre in indicateur.colonnes:
        return compte.population == "attributions"
    return (_REGLE_DES_SEUILS if rupture.genre == SEUIL else rupture.genre) in indicateur.regles


def _perimetre(references: References, avant: int, annee: int) -> Rupture | None:
    """Communes that joined or left between two 31 December."""
    ancien, nouveau = (_membres(references, a) for a in (avant, annee))
    arrivees = [nom for code, nom in nouveau.items() if code not in ancien]
    departs = [nom for code, nom in ancien.items() if code not in nouveau]
    if not arrivees and not departs:
        return None
    faits = [
        f"{enumerer(noms)} {verbes[len(noms) > 1]} l’intercommunalité"
        for noms, verbes in ((arrivees, ("rejoint", "rejoignent")), (departs, ("quitte", "quittent")))
        if noms
    ]
    nombres = f"{len(ancien)} → {len(nouveau)} communes"
    court = nombres if len(ancien) != len(nouveau) else "autres communes"
    return Rupture(annee, avant, PERIMETRE, court, f"en {annee}, {' et '.join(faits)} ({nombres})")


def _membres(references: References, annee: int) -> dict[str, str]:
    membres = references.territoire.membres(date(annee, 12, 31))
    return dict(zip(membres["code_insee"], membres["nom"], strict=True))


def _zonage(references: References, avant: int, annee: int) -> Rupture | None:
    """A generation of QPV in force that was not."""
    territoire = references.territoire
    table = territoire.table_qpv
    generations = dict(zip(table["code"], table["generation"].astype("str"), strict=True))
    ancien, nouveau = ({generations[code] for code in territoire.qpv(date(a, 12, 31))["code"]} for a in (avant, annee))
    nouvelles = sorted(nouveau - ancien)
    if not nouvelles or not ancien:
        return None
    nom = enumerer(nouvelles)
    phrase = f"les quartiers prioritaires sont ceux du zonage de {nom} à partir de {annee}"
    return Rupture(annee, avant, ZONAGE, f"QPV {nom}", phrase)


def _regles(references: References, avant: int, annee: int) -> list[Rupture]:
    """Counting rules whose value changed."""
    trouvees = []
    for code, parametre in parametres_des_regles(references).items():
        ancien, nouveau = (parametre.valeur(date(a, 12, 31)) for a in (avant, annee))
        if ancien != nouveau:
            phrase = f"règle {code} : {_mots(parametre, ancien)} jusqu’en {avant}, {_mots(parametre, nouveau)} ensuite"
            trouvees.append(Rupture(annee, avant, code, f"règle {code}", phrase))
    return trouvees


def _deductions(references: References, avant: int, annee: int, agregees: Collection[int]) -> list[Rupture]:
    """Columns of the leases that the file gives, then rules, or other rules; none applies to aggregated tables."""
    ancien, nouveau = (
        {} if a in agregees else regles_de_comptage(references, a).colonnes_deduites for a in (avant, annee)
    )
    trouvees = []
    for nom in sorted({*ancien, *nouveau}):
        dit, autre = (dites.get(nom, "ce que donne le fichier") for dites in (ancien, nouveau))
        if dit != autre:
            libelle = references.dictionnaires["attributions"].colonnes[nom].libelle
            phrase = f"{libelle} : {dit} jusqu’en {avant}, {autre} ensuite"
            trouvees.append(Rupture(annee, avant, nom, "autres catégories", phrase))
    return trouvees


def _mots(parametre: Parametre, valeur: object) -> str:
    choisies = valeur if isinstance(valeur, tuple) else () if valeur is None else (valeur,)
    return ", ".join(parametre.libelles.get(v, str(v)) for v in choisies) or "aucun choix"


def _seuils(references: References, annees: Sequence[int]) -> list[Rupture]:
    """The years whose first quartile has no threshold: they have no figure."""
    vides = [a for a in annees if regles_de_comptage(references, a).seuils[0] is None]
    if not vides:
        return []
    phrase = f"le seuil du premier quartile est à renseigner pour {enumerer([str(a) for a in vides])}"
    return [Rupture(vides[0], None, SEUIL, "seuil à renseigner", phrase)]
