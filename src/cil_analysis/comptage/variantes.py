"""What another counting rule would change: the alternatives of each rule, and the figures that they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cil_analysis.comptage.denombrement import Bloc, blocs
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.grammaire.indicateur import EPCI, Indicateur, Ventilation
from cil_analysis.grammaire.vocabulaire import SENSIBILITE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, Regles, parametres_des_regles


def alternatives(references: References, regles: Regles) -> dict[str, Choix]:
    """« P3=hors_mutations » → the choice: each rule set otherwise than it is, one at a time.

    A rule of several values (the financings left out, P4) is tried empty.
    """
    trouvees: dict[str, Choix] = {}
    for code, parametre in parametres_des_regles(references).items():
        nom = parametre.nom.partition(".")[2]
        actuel = getattr(regles, nom, None)
        if isinstance(actuel, tuple):
            if actuel:
                trouvees[f"{code}="] = {nom: ()}
        elif actuel is not None:
            trouvees |= {f"{code}={choix}": {nom: str(choix)} for choix in parametre.choix if choix != actuel}
    return trouvees


def base_de(indicateur: Indicateur, exercice: Exercice) -> Indicateur:
    """The indicator that another gives under other rules."""
    return exercice.registre.par_code[indicateur.code.removesuffix(SENSIBILITE)]


def blocs_de_sensibilite(indicateur: Indicateur, variantes: Mapping[str, Exercice]) -> Iterator[Bloc]:
    """The figure of its base for the EPCI under each alternative, a category of ``indicateur``: one block each."""
    for regle, exercice in variantes.items():
        for bloc in blocs(base_de(indicateur, exercice), exercice, [Ventilation(EPCI)]):
            yield bloc._replace(indicateur=indicateur, axes=bloc.axes._replace(modalites=[regle]))
