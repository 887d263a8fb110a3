"""Which sheets a year has: their subjects and where each is below reports/<année>."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cil_analysis.extraits import store
from cil_analysis.grammaire.indicateur import COMMUNE
from cil_analysis.rapport.pages import FICHES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.sujets import GENRES, Sujet, exiger_membre, reconnaitre, sujets
from cil_analysis.reference.texte import normaliser

DOSSIERS = {genre: f"{genre}s" for genre in GENRES}


@dataclass(frozen=True)
class Fiche(Sujet):
    """A sheet: its subject, and its path below reports/<année>."""

    chemin: str

    @property
    def carnet(self) -> str:
        """The name of its notebook."""
        return f"fiche_{self.genre}.qmd"

    @property
    def classeur(self) -> str:
        """The path of the workbook that goes with it; empty when there is none."""
        return f"{self.chemin.removesuffix('.html')}.xlsx" if FICHES[self.genre]["classeur"] else ""

    @property
    def fichiers(self) -> tuple[str, ...]:
        """The paths of all that it is made of."""
        return (self.chemin, self.classeur) if self.classeur else (self.chemin,)


def nom_de_fichier(genre: str, code: str, nom: str) -> str:
    """The path of a sheet below reports/<année>.

    The signs that a code may have stay as they are: two codes never give one path,
    and a nomenclature has no two codes that differ by their case alone.

    >>> nom_de_fichier("commune", "00001", "La Ville"), nom_de_fichier("bailleur", "B+1", "Alpha")
    ('communes/00001-la-ville.html', 'bailleurs/B+1.html')
    """
    suite = "-".join([code, *normaliser(nom).split()]) if genre == COMMUNE else code
    sur = "".join(signe if signe.isalnum() or signe in "-_.+" else "-" for signe in suite)
    return f"{DOSSIERS[genre]}/{sur}.html"


def fiches_de(references: References, annee: int) -> list[Fiche]:
    """Every sheet that a year has: communes in report order, landlords, réservataires if it has their extract."""
    return [
        Fiche(genre, code, nom, nom_de_fichier(genre, code, nom))
        for genre in GENRES
        if not (extrait := FICHES[genre]["extrait"]) or annee in store.annees(references.projet, extrait)
        for code, nom in sujets(references, annee, genre).items()
    ]


def choisir_fiches(
    references: References, annee: int, toutes: Sequence[Fiche], listes: Mapping[str, Sequence[str]]
) -> list[Fiche]:
    """The sheets asked for, by codes or names, a list for each folder; all those of a folder when its list is empty.

    Without any list, all sheets. Raises ErreurCIL for an unknown one, with the closest, and a commune that has left.
    """
    if not listes:
        return list(toutes)
    for texte in listes.get(DOSSIERS[COMMUNE], ()):
        exiger_membre(references, annee, texte)
    gardees: list[Fiche] = []
    for genre, dossier in DOSSIERS.items():
        if dossier in listes:
            connus = {f.code: f.nom for f in toutes if f.genre == genre}
            codes = {reconnaitre(texte, connus, genre) for texte in listes[dossier]} or set(connus)
            gardees += [f for f in toutes if f.genre == genre and f.code in codes]
    return gardees
