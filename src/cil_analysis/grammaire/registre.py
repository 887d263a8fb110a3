"""What is counted: the indicators by theme, and the dimensions that they count by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from cil_analysis.blocs import GRAMMAIRE, Bloc
from cil_analysis.grammaire.indicateur import EPCI, NOMBRE, Indicateur, Ventilation
from cil_analysis.grammaire.lecture import Theme, codes_de, lire_les_themes, remplir
from cil_analysis.grammaire.verification import exiger_les_noms, exiger_un_indicateur_admissible
from cil_analysis.lecture_yaml import comprendre_yaml
from cil_analysis.reference.comparateurs import exiger_les_indicateurs
from cil_analysis.reference.ensemble import DEFINITIONS, References

# What a project counts of its own: last, and masked rather than a figure of the bilan.
DU_PROJET = "projet"
_TITRE = "Indicateurs du projet"
_INDICATEURS = f"data/reference/{DEFINITIONS}"
# A code that no ending of ours may follow, and whose sheets have names that fit.
_CODE = re.compile(r"[A-Z][0-9]{1,3}")


@dataclass(frozen=True, eq=False)
class Registre:
    """The themes, in report order, and the dimensions by name. Every name that one says of another is known.

    Raises ErreurCIL for a name that is not.
    """

    themes: Mapping[str, Theme]

    def __post_init__(self) -> None:
        exiger_les_noms(i for i in self.indicateurs if not i.derive_de)

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
    return Registre(lire_les_themes())


def registre(references: References) -> Registre:
    """What a project counts: what the software does, and what its own file adds.

    Raises ErreurCIL for what is not understood of them, or a name that is taken.
    """
    return _avec_ceux_du_projet(references.definitions)


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


@lru_cache(maxsize=8)  # By the text: the same file is read once.
def _avec_ceux_du_projet(indicateurs: str) -> Registre:
    logiciel = registre_du_logiciel()
    if not indicateurs:
        return logiciel
    contenus = comprendre_yaml(indicateurs, _INDICATEURS)
    for code in contenus:
        if not _CODE.fullmatch(code):
            remede = "Écrire une majuscule et un à trois chiffres : X01"
            Bloc(_INDICATEURS, code, {}).refuser("ce n’est pas un code", remede)
    vide = Theme(DU_PROJET, _TITRE, False, _INDICATEURS)
    pris = codes_de(logiciel.themes.values())
    propre = remplir(vide, contenus, pris, GRAMMAIRE["reservees"])
    registre = Registre({**logiciel.themes, DU_PROJET: propre})
    for indicateur in registre.du_projet:
        if not indicateur.derive_de:
            exiger_un_indicateur_admissible(indicateur)
    return registre
