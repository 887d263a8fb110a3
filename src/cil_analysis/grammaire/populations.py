"""What is counted, read from ``definitions/<theme>/lignes.yml``: rows, or what a column of them adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cil_analysis.grammaire.bloc import DEFINITIONS, Bloc
from cil_analysis.grammaire.dimensions import DIMENSIONS, blocs_des_themes

_CLES = (
    "publique", "logement", "dans_le_parc", "si_un_bailleur_domine", "classes_connues", "ventilations", "vient_de",
    "socle", "colonnes", "manque",
)  # fmt: skip


@dataclass(frozen=True)
class Population:
    """Rows that are counted, such as « demandes », or what their column adds up to, « flux:nb_attribues ».

    ``publique``: its counts are public, and tell of no household. Of rows, and of all that is counted in them:
    ``logement``: one is a dwelling, with its landlord, and what describes it alone is no secret; ``dans_le_parc``:
    there is none where no dwelling stands; ``si_un_bailleur_domine``: whether a count is a secret where one landlord
    holds nearly all the stock; ``classes_connues``: by dimension, the classes that everybody takes for all there are;
    ``ventilations``: the dimensions that not every landlord gives.

    ``vient_de``: the rows, as they were imported, that these come from. ``socle``: what a row needs to be one.
    ``colonnes``: the stored columns that a sum is computed from (None: its own). ``manque``: what to say where nothing
    of it is known.
    """

    publique: bool = False
    logement: bool = False
    dans_le_parc: bool = False
    si_un_bailleur_domine: bool = False
    classes_connues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ventilations: tuple[str, ...] = ()
    vient_de: str = ""
    socle: tuple[str, ...] = ()
    colonnes: tuple[str, ...] | None = None
    manque: str = ""


def _population(bloc: Bloc) -> Population:
    bloc.exiger_des_cles(_CLES)
    for nom in (*bloc.liste("ventilations"), *bloc.listes("classes_connues")):
        if nom not in DIMENSIONS:
            bloc.refuser(f"« {nom} » n’est le nom d’aucune dimension", "Corriger le nom")
    return Population(
        publique=bloc.oui("publique"),
        logement=bloc.oui("logement"),
        dans_le_parc=bloc.oui("dans_le_parc"),
        si_un_bailleur_domine=bool(bloc.un_de("si_un_bailleur_domine", ("", "secret"))),
        classes_connues=bloc.listes("classes_connues"),
        ventilations=tuple(bloc.liste("ventilations")),
        vient_de=bloc.mot("vient_de"),
        socle=tuple(bloc.liste("socle")),
        colonnes=tuple(bloc.liste("colonnes")) if bloc.a("colonnes") else None,
        manque=bloc.mot("manque"),
    )


def lire_les_populations(dossier: Path = DEFINITIONS) -> dict[str, Population]:
    """Every population by name. Raises ErreurCIL for what is not understood."""
    return {bloc.nom: _population(bloc) for bloc in blocs_des_themes("lignes.yml", dossier)}


POPULATIONS: Mapping[str, Population] = lire_les_populations()
_INCONNUE = Population()


def population(nom: str) -> Population:
    """What is said of a population; of one that no file names, nothing."""
    return POPULATIONS.get(nom, _INCONNUE)
