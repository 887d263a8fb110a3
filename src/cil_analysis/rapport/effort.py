"""What it would take: how many of the year's remaining allocations would have to go to a public, or may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.comptage.cadre import CLES, PUBLIE
from cil_analysis.comptage.cibles import choisir, comptes
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.rapport.mots.formats import INSECABLE, nombre
from cil_analysis.reference.bornes import Bornes
from cil_analysis.reference.objectifs import PLAFOND, PLANCHER

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

HORS_D_ATTEINTE = "hors d’atteinte"


@dataclass(frozen=True)
class Effort:
    """Of ``restantes`` allocations, those to the public: ``minimum`` at least and ``maximum`` at most.

    Both are None when the objective is out of reach, whoever the remaining allocations go to.
    """

    restantes: int
    minimum: int | None
    maximum: int | None

    def en_mots(self, sens: str) -> str:
        """« 37 des 210 », « au plus 12 des 210 », « 5 à 12 des 210 » remaining allocations, or « hors d’atteinte »."""
        if self.minimum is None or self.maximum is None:
            return HORS_D_ATTEINTE
        if sens == PLANCHER:
            mots = nombre(self.minimum)
        elif sens == PLAFOND:
            mots = f"au plus {nombre(self.maximum)}"
        else:
            mots = " à ".join(map(nombre, dict.fromkeys((self.minimum, self.maximum))))
        return f"{mots} {'des' if self.restantes > 1 else 'sur'}{INSECABLE}{nombre(self.restantes)}"


def effort(bornes: Bornes, compte: int, ensemble: int, restantes: int) -> Effort:
    """The whole numbers x from 0 to ``restantes`` such that ``compte`` + x holds over ``ensemble`` + ``restantes``.

    They follow one another: of a floor the first one counts, of a ceiling the last one, of an interval both. An
    objective in number of households does not depend on ``ensemble``.
    """
    bas, haut = bornes.admis(ensemble + restantes)
    minimum = max(bas - compte, 0)
    maximum = restantes if haut is None else min(haut - compte, restantes)
    return Effort(restantes, minimum, maximum) if minimum <= maximum else Effort(restantes, None, None)


def restantes(ensemble: int, attributions: int, attendues: int) -> int:
    """The allocations still to come among which a public is counted, in proportion of those so far.

    ``ensemble`` of the year's ``attributions`` are of that kind, hence as many of the ``attendues`` - ``attributions``
    to come, rounded to the nearest (halves up).
    """
    return (2 * (attendues - attributions) * ensemble + attributions) // (2 * attributions)


def efforts(
    lignes: pd.DataFrame, objectifs: pd.DataFrame, attributions: int, attendues: int
) -> dict[tuple[object, ...], Effort]:
    """By key, what each published figure that follows an objective would take.

    ``lignes``: the figures of one year; ``attributions``: those of the EPCI so far; ``attendues``: those expected for
    the whole year. A number of households takes the allocations that its share (the same code without « N ») is
    counted among; without that share it is passed over, as is what is masked. Nothing remains, nothing is said.
    """
    if not 0 < attributions < attendues:
        return {}
    publiees = lignes[lignes["statut"].eq(PUBLIE)]
    cles = list(publiees[CLES].itertuples(index=False, name=None))
    ensembles = dict(zip(cles, publiees["denominateur"], strict=True))
    resultat = {}
    for cle, ligne, objectif in zip(cles, publiees.to_dict("records"), choisir(publiees, objectifs), strict=True):
        if objectif is None:
            continue
        bornes, (compte, ensemble) = Bornes.de(objectif), comptes(ligne["numerateur"], ligne["denominateur"])
        if bornes.en_nombre:
            part = ensembles.get((str(cle[0]).removesuffix(EN_NOMBRE), *cle[1:]))
            if part is None or pd.isna(part):
                continue
            ensemble = int(part)
        resultat[cle] = effort(bornes, compte, ensemble, restantes(ensemble, attributions, attendues))
    return resultat


def attributions_attendues(rapport: Rapport) -> int | None:
    """The allocations expected for the report's year (previsions.yml), None when that is « à renseigner ».

    A value holds for the year of its date only. Raises ErreurCIL when it is no count.
    """
    nom = "previsions.attributions_attendues"
    parametres = rapport.references.parametres
    datee = parametres[nom].au(rapport.jour) if nom in parametres else None
    if datee is None or datee.valeur is None or datee.depuis.year != rapport.annee:
        return None
    if not isinstance(datee.valeur, int) or isinstance(datee.valeur, bool) or datee.valeur < 1:
        raise ErreurCIL(
            f"« attributions_attendues » de {rapport.annee} doit être un nombre entier et positif : corrigez "
            "data/reference/parameters/previsions.yml."
        )
    return datee.valeur
