"""What is counted, read from ``lignes.yml``: rows, or what a column of them adds up to; and from ``colonnes.yml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cil_analysis.blocs import DEFINITIONS, GRAMMAIRE, Bloc, blocs_des_themes, exiger_parmi
from cil_analysis.grammaire.dimensions import DIMENSIONS


@dataclass(frozen=True)
class Population:
    """Rows that are counted, such as « demandes », or what their column adds up to, « flux:nb_attribues ».

    Each field is what docs/definitions.md says of a key. ``publique``, ``colonnes`` (None: its own) and ``manque`` are
    of either; the others of rows, and of all that is counted in them.
    """

    publique: bool = False
    menage: bool = False
    logement: bool = False
    dans_le_parc: bool = False
    si_un_bailleur_domine: bool = False
    classes_connues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ventilations: tuple[str, ...] = ()
    extrait: str = ""
    vient_de: str = ""
    sauf: str = ""
    origine: str = ""
    source: str = ""
    socle: tuple[str, ...] = ()
    colonnes: tuple[str, ...] | None = None
    manque: str = ""


class Derivee(NamedTuple):
    """A column that no extract has and that a program adds to rows: its type, and where it comes from, in words."""

    type: str
    origine: str


def _population(bloc: Bloc) -> Population:
    lu = bloc.lire(GRAMMAIRE["lignes"])
    for nom in (*lu["ventilations"], *lu["classes_connues"]):
        exiger_parmi(bloc, "dimension inconnue", nom, DIMENSIONS)
    lu["si_un_bailleur_domine"] = bool(lu["si_un_bailleur_domine"])
    return Population(**lu | {"colonnes": lu["colonnes"] if bloc.a("colonnes") else None})


def lire_les_populations(dossier: Path = DEFINITIONS) -> dict[str, Population]:
    """Every population by name. Raises ErreurCIL for what is not understood."""
    return {bloc.nom: _population(bloc) for bloc in blocs_des_themes("lignes.yml", dossier)}


POPULATIONS: Mapping[str, Population] = lire_les_populations()
DERIVEES: Mapping[str, Derivee] = {
    bloc.nom: Derivee(**bloc.lire(GRAMMAIRE["colonnes"])) for bloc in blocs_des_themes("colonnes.yml")
}
_IMPORTEES = {nom: dite for nom, dite in POPULATIONS.items() if dite.extrait}
# The rows that are counted as they are imported: those of which one is a household, or not, and their extract.
EXTRAITS = tuple(nom for nom, dite in _IMPORTEES.items() if dite.menage)
AUTRES_EXTRAITS: Mapping[str, str] = {nom: dite.extrait for nom, dite in _IMPORTEES.items() if not dite.menage}
# The stock of social dwellings, by commune: public, and counted in no extract.
PARC = "parc"
_INCONNUE = Population()


def population(nom: str) -> Population:
    """What is said of a population; of one that no file names, nothing."""
    return POPULATIONS.get(nom, _INCONNUE)


def extrait_de(nom: str) -> str:
    """The rows that a population is counted in: « flux » of « flux:nb_attribues »."""
    return nom.partition(":")[0]


@cache  # Asked for of every case.
def lignes_de(nom: str) -> Population:
    """What is said of the rows that a population is counted in."""
    return population(extrait_de(nom))


def source_de(nom: str) -> str:
    """The rows, as they were imported, that a population comes from."""
    return lignes_de(nom).vient_de or extrait_de(nom)


def est_publique(nom: str) -> bool:
    """Whether counts of a population are public, and tell of no household."""
    return population(nom).publique


def mesure_de(nom: str) -> str:
    """The stored column that a population adds up; empty when its rows are counted."""
    return nom.partition(":")[2]


def fichier_de(nom: str) -> str:
    """The extract whose stored file has the rows of a population; nothing when a program makes them."""
    return "" if lignes_de(nom).origine else population(source_de(nom)).extrait
