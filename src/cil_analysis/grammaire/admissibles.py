"""What a project may write of its own so that disclosure control knows all that its figures tell.

A definition of the software is read by its authors, who say what links it to the others. Nobody reads a project's: what
would weaken the control, or what it could not follow, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cil_analysis.grammaire.bloc import Bloc
from cil_analysis.grammaire.dimensions import MANQUE, MENAGE, Dimension
from cil_analysis.grammaire.indicateur import RATIO, TOUTES, Indicateur
from cil_analysis.grammaire.termes import REGLE, extrait_de
from cil_analysis.grammaire.vocabulaire import EXTRAITS

_FORMES = ("oui", "colonne", "nombre", "code")
# Of these, one row is one household: what a column adds up to would be taken for a count of them.
_MENAGES = (*EXTRAITS, "sorties")
_AU_LOGICIEL = "cette clé est réservée aux définitions du logiciel, dont le secret statistique est vérifié"


def exiger_une_dimension_admissible(une: Dimension) -> None:
    """Refuse a dimension that says by itself what is no secret, or whose classes nothing lists. Raises ErreurCIL."""
    bloc = Bloc(une.fichier, une.nom, {})
    if une.forme not in _FORMES:
        bloc.refuser(f"clé « {une.forme} » : {_AU_LOGICIEL}", f"Écrire l’une de celles-ci : {', '.join(_FORMES)}")
    reservees = {
        "selon": une.selon, "neutre": une.neutre, "comme": une.comme, "dans": une.dans, "suite": une.suite,
        "coupe": une.coupe, "reunit": une.reunit, "partage": une.partage, "famille": une.famille,
        "decrit": une.decrit if une.decrit != MENAGE else "",
    }  # fmt: skip
    _refuser_les_cles(bloc, (cle for cle, dite in reservees.items() if dite))


def exiger_un_indicateur_admissible(indicateur: Indicateur, fichier: str, connues: Mapping[str, Dimension]) -> None:
    """Refuse an indicator whose figures are no counts of what they say, or that lists a part of its classes.

    Raises ErreurCIL.
    """
    bloc, compte = Bloc(fichier, indicateur.code, {}), indicateur.compte
    dimensions = [nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public)]
    reservees = {
        "reunion": compte.reunion, "revenus": compte.revenus, "plusieurs": compte.drapeaux, "durees": compte.duree,
        "champ": REGLE in dimensions, "sensibilite": compte.axe == REGLE, "classes": compte.axe == MANQUE,
        "liste": compte.axe in connues and indicateur.modalites != connues[compte.axe].liste,
    }  # fmt: skip
    _refuser_les_cles(bloc, (cle for cle, dite in reservees.items() if dite))
    for cle, dites in (("lignes", compte.population), ("rapporte_a", compte.rapporte_a)):
        for population in dites.split("+"):
            if ":" in population and extrait_de(population) in _MENAGES:
                bloc.refuser(
                    f"clé « {cle} » : « {population} » additionne ce que des ménages ont, et n’en compte aucun",
                    f"Écrire « {extrait_de(population)} », ou une médiane (clé « mesure »)",
                )
    if indicateur.unite == RATIO and not compte.rapporte_a:
        bloc.refuser("clé « rapporte_a » absente : un ratio a deux termes", "L’écrire, ou choisir une autre unité")
    if compte.mesure[1] not in ("", "mediane", "premier_quartile", "troisieme_quartile"):
        bloc.refuser(
            f"clé « mesure » : « {compte.mesure[1]} » laisserait déduire ce qu’a un ménage",
            "Écrire mediane, premier_quartile ou troisieme_quartile",
        )
    for ventilation in indicateur.ventilations:
        if ventilation.modalites not in ((), TOUTES):
            bloc.refuser(
                "clé « par » : une partie des classes laisserait lire les autres dans le total",
                "Écrire « classes », qui les donne toutes",
            )


def _refuser_les_cles(bloc: Bloc, cles: Iterable[str]) -> None:
    for cle in cles:
        bloc.refuser(f"clé « {cle} » : {_AU_LOGICIEL}", "La retirer")
