"""What would be known otherwise: by a reader who knows some rows, or if a missing value were filled in.

A landlord sits in the CIL, and may subtract its own leases from what is published; figures are masked to protect « not
given ».
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.grammaire.dimensions import DIMENSIONS, MANQUE, OUI
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition
from cil_analysis.grammaire.populations import lignes_de
from cil_analysis.secret.preuve.audit import Deduction, Lecture
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.probleme import Indeductible
from cil_analysis.secret.preuve.protection import Annee, Examen
from cil_analysis.secret.regles import EFFECTIF, SENSIBLE
from cil_analysis.secret.relations.cases import Case, cle_de

_INCONNUS = (NON_RENSEIGNE, "INCONNU", "inconnu")
_LIBRES = ("public", MANQUE)


@dataclass(frozen=True)
class Liberation:
    """``effectif`` rows of ``extrait`` lack ``colonne`` (None when their number is not counted by itself).

    ``chiffres``: how many figures are masked for them alone, other than those of the missing class.
    """

    extrait: str
    colonne: str
    effectif: int | None
    chiffres: int


def liberations(annee: Annee, motif: pd.Series) -> Iterator[Liberation]:
    """What each missing value of a year masks, the dearest first. ``motif``: why each row is masked now.

    The masked rows are protected again, what the others show being known, as if the missing class were no secret. The
    classes that these households would go to may be small too, and keep some of them.
    """
    examen, lignes, structure = annee.examen, annee.examen.lignes, annee.examen.structure
    masquees = [int(i) for i in np.flatnonzero(motif.ne(""))]
    trouvees = []
    for (extrait, colonne), conditions in sorted(_inconnues(examen, motif).items()):
        remplie = Examen(lignes, examen.indicateurs, replace(structure, remplies=frozenset(conditions)))
        try:
            gardees = replace(annee, examen=remplie).encore_masquees(masquees)
        except Indeductible:  # What nobody doubts any more cannot be protected: nothing more would be shown.
            gardees = frozenset(masquees)
        montrees = pd.Series([i in set(masquees) - gardees for i in range(len(lignes))], index=lignes.index)
        siennes = [any(conditions & case.conditions for case in cases) for cases in examen.releve.lignes]
        comptes = [examen.valeurs.get(Case(extrait, frozenset([condition]))) for condition in conditions]
        effectif = next((int(n) for n in comptes if n is not None), None)
        chiffres = int((montrees & ~pd.Series(siennes, index=lignes.index)).sum())
        trouvees.append(Liberation(extrait, colonne, effectif, chiffres))
    yield from sorted(trouvees, key=lambda t: -t.chiffres)


def _inconnues(examen: Examen, motif: pd.Series) -> dict[tuple[str, str], set[Condition]]:
    """By extract and column, the conditions « not given » of the small counts that are masked by themselves."""
    trouvees: dict[tuple[str, str], set[Condition]] = defaultdict(set)
    for nom, cases in zip(motif, examen.releve.lignes, strict=True):
        if nom not in (EFFECTIF, SENSIBLE) or not cases or "+" in cases[0].population:
            continue
        for dimension, classe in cases[0].conditions:
            if dimension.startswith(MANQUE) and classe == OUI:
                trouvees[cases[0].population, dimension.removeprefix(f"{MANQUE}_")].add((dimension, classe))
            elif classe in _INCONNUS and dimension in DIMENSIONS and DIMENSIONS[dimension].colonnes:
                trouvees[cases[0].population, DIMENSIONS[dimension].colonnes[0]].add((dimension, classe))
    return trouvees


def deduites_par(lecture: Lecture, exercice: Exercice, acteur: tuple[str, str]) -> Iterator[Deduction]:
    """What an actor deduces too closely of the rows of the others in masked counts, once its own are subtracted.

    ``acteur``: the dimension that says whose the rows are, and its class. Nothing, or what reaches the threshold, is
    no secret of the others.
    """
    programme = lecture.programme()
    nommees = lecture.savoir.keys() | lecture.masquees.keys()
    comptables = [case for case in nommees if _comptable(case, acteur)]
    siennes = {case: exercice.seul.compter(case.avec(acteur)).get((0,), 0.0) for case in comptables}
    programme.minorer({case: n for case, n in siennes.items() if n and case in programme.rang})
    connues = {case: n for case, n in siennes.items() if acteur in case.conditions}
    programme.connaitre({**connues, **lecture.savoir})
    encadrement = Encadrement(programme, lecture.regles.largeur)
    for case in sorted(lecture.masquees.keys() - lecture.savoir.keys() - connues.keys(), key=cle_de):
        if case.classe(acteur[0]) is None and case not in siennes:
            continue
        bas, haut = (borne - siennes.get(case, 0.0) for borne in encadrement.de(case))
        besoin = lecture.besoin(case)._replace(tolere=True).entre(bas, haut)
        deduite = Deduction(lecture.annee, case, tuple(sorted(lecture.masquees[case])), bas, haut, besoin)
        if not deduite.protegee:
            yield deduite


def _comptable(case: Case, acteur: tuple[str, str]) -> bool:
    """Whether a count is one of rows that name their actor, by dimensions that rows are classed by."""
    if not lignes_de(case.population).logement:
        return False
    return case.classe(acteur[0]) in (None, acteur[1]) and all(
        (nom in DIMENSIONS or nom.partition("_")[0] in _LIBRES) and classe != "reste" for nom, classe in case.conditions
    )


def acteurs(cases: Iterable[Case], dimension: str) -> list[str]:
    """The actors that the figures of a year name."""
    return sorted({str(case.classe(dimension)) for case in cases} - {"None", "NR"})
