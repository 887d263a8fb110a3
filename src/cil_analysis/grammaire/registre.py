"""What is counted: the indicators by theme, and the dimensions that they count by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from cil_analysis.grammaire.bloc import GRAMMAIRE, Bloc
from cil_analysis.grammaire.dimensions import DIMENSIONS, FAMILLES, Dimension, lire_dimensions
from cil_analysis.grammaire.indicateur import EPCI, NOMBRE, Indicateur, Ventilation
from cil_analysis.grammaire.lecture import Theme, codes_de, lire_les_themes, remplir
from cil_analysis.grammaire.populations import POPULATIONS
from cil_analysis.grammaire.verification import exiger_les_noms, exiger_un_indicateur_admissible
from cil_analysis.grammaire.vocabulaire import CONTEXTE, REGLE
from cil_analysis.lecture_yaml import comprendre_yaml
from cil_analysis.reference.comparateurs import exiger_les_indicateurs
from cil_analysis.reference.ensemble import DEFINITIONS, References

# What a project counts of its own: last, and masked rather than a figure of the bilan.
DU_PROJET = "projet"
_TITRE = "Indicateurs du projet"
_DIMENSIONS, _INDICATEURS = (f"data/reference/{nom}" for nom in DEFINITIONS)
# A code that no ending of ours may follow, and whose sheets have names that fit.
_CODE, _NOM = re.compile(r"[A-Z][0-9]{1,3}"), re.compile(r"[a-z][a-z0-9_]*")
# Names that counting and disclosure control give to what is no dimension.
_RESERVES = frozenset(
    {REGLE, "morceau", "ligne", "colonne", "numero_de_ligne", "recues", "lignes", "listes"}
    | {*CONTEXTE.names, *POPULATIONS}
)


@dataclass(frozen=True, eq=False)
class Registre:
    """The themes, in report order, and the dimensions by name. Every name that one says of another is known.

    Raises ErreurCIL for a name that is not.
    """

    themes: Mapping[str, Theme]
    dimensions: Mapping[str, Dimension]

    def __post_init__(self) -> None:
        exiger_les_noms((i for i in self.indicateurs if not i.derive_de), self.dimensions)

    @property
    def dimensions_du_projet(self) -> list[Dimension]:
        """What the project has written of its own."""
        return [une for une in self.dimensions.values() if une.fichier == _DIMENSIONS]

    @cached_property
    def indicateurs(self) -> tuple[Indicateur, ...]:
        """All of them, in report order."""
        return tuple(indicateur for theme in self.themes.values() for indicateur in theme.indicateurs)

    @cached_property
    def du_bilan(self) -> tuple[Indicateur, ...]:
        """Those of the yearly report of allocations."""
        return tuple(i for theme in self.themes.values() if theme.du_bilan for i in theme.indicateurs)

    @property
    def du_projet(self) -> tuple[Indicateur, ...]:
        """Those of the project alone."""
        return self.themes[DU_PROJET].indicateurs if DU_PROJET in self.themes else ()

    @cached_property
    def par_code(self) -> Mapping[str, Indicateur]:
        """All of them, by code."""
        return {indicateur.code: indicateur for indicateur in self.indicateurs}


@cache
def registre_du_logiciel() -> Registre:
    """What the software counts in every project."""
    return Registre(lire_les_themes(), DIMENSIONS)


def registre(references: References) -> Registre:
    """What a project counts: what the software does, and what its own files add.

    Raises ErreurCIL for what is not understood of them, or a name that is taken.
    """
    return _avec_ceux_du_projet(*references.definitions)


def exiger_les_comparateurs(references: References) -> None:
    """Check that the figures of other territories are about indicators that have one for the whole EPCI.

    A count is compared with no other territory's. They stand on the drawings by year of those indicators and in the
    sentences that ask for them: one that no notebook draws nor says is on the page of the method alone.

    Raises ErreurCIL naming the line at fault.
    """
    comparables = {
        i.code: i.unite
        for i in registre(references).indicateurs
        if i.unite != NOMBRE and Ventilation(EPCI) in i.ventilations
    }
    exiger_les_indicateurs(references.comparateurs, comparables, references.projet.reference)


@lru_cache(maxsize=8)  # By the texts: the same files are read once.
def _avec_ceux_du_projet(dimensions: str, indicateurs: str) -> Registre:
    logiciel = registre_du_logiciel()
    if not dimensions and not indicateurs:
        return logiciel
    reservees = GRAMMAIRE["reservees"]
    connues, themes = dict(logiciel.dimensions), dict(logiciel.themes)
    if dimensions:
        blocs = [Bloc(_DIMENSIONS, *paire) for paire in comprendre_yaml(dimensions, _DIMENSIONS).items()]
        for bloc in blocs:
            _exiger_un_nom(bloc)
        connues |= lire_dimensions(blocs, connues, reservees["dimensions"])
    if indicateurs:
        contenus = comprendre_yaml(indicateurs, _INDICATEURS)
        for code in contenus:
            if not _CODE.fullmatch(code):
                remede = "Écrire une majuscule et un à trois chiffres : X01"
                Bloc(_INDICATEURS, code, {}).refuser("ce n’est pas un code", remede)
        vide = Theme(DU_PROJET, _TITRE, False, _INDICATEURS)
        pris = codes_de(themes.values())
        themes[DU_PROJET] = remplir(vide, contenus, connues, pris, reservees["indicateurs"])
    registre = Registre(themes, connues)
    for indicateur in registre.du_projet:
        if not indicateur.derive_de:
            exiger_un_indicateur_admissible(indicateur, connues)
    return registre


def _exiger_un_nom(bloc: Bloc) -> None:
    """Refuse a name that SQL would not take, or that says something already."""
    pris = bloc.nom in _RESERVES or bloc.nom.partition("_")[0] in FAMILLES
    if pris or not _NOM.fullmatch(bloc.nom):
        quoi = "ce nom dit déjà autre chose" if pris else "ce n’est pas un nom"
        bloc.refuser(quoi, "Écrire des minuscules sans accent, des chiffres et « _ » : x_menages_ages")
