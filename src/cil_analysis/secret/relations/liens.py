"""The sums between populations, read from ``definitions/<theme>/liens.yml``: « a whole = its parts + reste ».

« attributions = flux:nb_attribues + reste » holds of each place, actor and class that both are counted by: what is left
over tells of households too, and is protected.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import NamedTuple

from cil_analysis.blocs import DEFINITIONS, GRAMMAIRE, Bloc, blocs_des_themes, exiger_parmi
from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition
from cil_analysis.grammaire.populations import POPULATIONS, extrait_de, lignes_de
from cil_analysis.secret.relations.cases import RESTE, Case, cle_de
from cil_analysis.secret.relations.structure import Structure

_TERME = re.compile(r"([\w:+]+)(?:\[(\w+=\w+(?:,\w+=\w+)*)\])?")
# A total, its parts, and those of them that no table shows and that tell of households.
Somme = tuple[Case, tuple[Case, ...], frozenset[Case]]


class Lien(NamedTuple):
    """``reste``: what the name of the link is given to, a part that no table shows; None when there is none.

    ``par``: the only dimensions that it holds by; None for all.
    """

    total: Case
    parties: tuple[Case, ...]
    reste: Condition | None
    par: frozenset[str] | None


def _lien(bloc: Bloc) -> Lien:
    dit = bloc.lire(GRAMMAIRE["liens"])
    total, _, droite = dit["somme"].partition(" = ")
    parties = droite.split(" + ")
    reste = parties.pop() if parties[-1] == RESTE else ""
    if not parties:
        bloc.refuser("aucune partie", "Écrire « tout = partie + partie », puis au besoin « + reste »")
    for nom in dit["par"]:
        exiger_parmi(bloc, "clé « par » : dimension inconnue", nom, DIMENSIONS)
    if bloc.nom in DIMENSIONS:
        bloc.refuser("une dimension a ce nom, qui serait celui du reste", "En choisir un autre")
    return Lien(
        _terme(bloc, total),
        tuple(_terme(bloc, partie) for partie in parties),
        (bloc.nom, RESTE) if reste else None,
        frozenset(dit["par"]) if bloc.a("par") else None,
    )


def _terme(bloc: Bloc, texte: str) -> Case:
    """« attributions », « attributions+demandes », or « propositions[attribuee=oui,refusee=oui] »."""
    lu = _TERME.fullmatch(texte)
    lignes, _, bornes = texte.removesuffix("]").partition("[")
    conditions = [(nom, classe) for nom, _, classe in (borne.partition("=") for borne in bornes.split(",") if borne)]
    connues = all(extrait_de(nom) in POPULATIONS for nom in lignes.split("+"))
    if lu is None or not connues or not {nom for nom, _ in conditions} <= DIMENSIONS.keys():
        bloc.refuser(
            f"« {texte} » n’est pas compris dans « somme »",
            "Écrire des lignes que lignes.yml décrit, suivies au besoin de [dimension=classe]",
        )
    return Case(lignes, frozenset(conditions))


def lire_les_liens(dossier: Path = DEFINITIONS) -> tuple[Lien, ...]:
    """Every link, theme after theme. Raises ErreurCIL for what is not understood."""
    return tuple(_lien(bloc) for bloc in blocs_des_themes("liens.yml", dossier))


LIENS = lire_les_liens()


def sommes_declarees(connues: Set[Case], structure: Structure) -> Iterator[Somme]:
    """The sums whose total and parts a reader may know."""
    for case in sorted(connues, key=cle_de):
        for lien in LIENS:
            premiere = lien.parties[0]
            if case.population != premiere.population or not premiere.conditions <= case.conditions:
                continue
            communes = case.conditions - premiere.conditions
            if lien.par is not None and not {nom for nom, _ in communes} <= lien.par:
                continue
            total, *parties = (_ici(terme, communes, case, structure) for terme in (lien.total, *lien.parties))
            if {total, *parties} <= connues:
                restes = [total.avec(lien.reste)] if lien.reste else []
                yield total, (*parties, *restes), frozenset(restes)


def _ici(terme: Case, communes: Set[Condition], case: Case, structure: Structure) -> Case:
    """A term of a link for the conditions of a known case, in the words of its own extract."""
    if extrait_de(terme.population) != extrait_de(case.population):
        communes = {_ailleurs(condition, case.population, structure) for condition in communes}
    return terme.avec(*communes)


def _ailleurs(condition: Condition, population: str, structure: Structure) -> Condition:
    """A condition as another extract says it. What one does not give is not what another does not give."""
    nom, classe = condition
    if classe == NON_RENSEIGNE and nom in lignes_de(population).ventilations:
        return nom, f"{NON_RENSEIGNE} ({extrait_de(population)})"
    dite = DIMENSIONS.get(nom)
    return (dite and dite.comme) or nom, classe
