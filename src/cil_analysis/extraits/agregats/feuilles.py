"""One sheet of counts by commune and class, read cell by cell: nothing in it is guessed, and nothing is lost.

A cell that hides its count (« s », « < 5 ») or holds nothing is no zero: the whole table is then set aside, since its
totals would be wrong. All else that is no whole number refuses the file, by its cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import pyarrow as pa
from openpyxl.utils import get_column_letter

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules import est_absent, lire_commune, lire_entier
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.entetes import premieres_lignes, taillee
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.reference.agregats import COMMUNE, IGNOREE, TOTAL, Tableau
from cil_analysis.reference.texte import normaliser

# What replaces a count that is not to be known, in comparison form; or « < 5 », « 1 à 4 », « moins de 11 ».
_SECRETS = frozenset({"s", "c", "ss", "secret", "secret statistique", "masque"})
_SOUS_UN_SEUIL = re.compile(r"[<≤].*|\d+ ?(?:à|-|–) ?\d+|(?:moins de|inf[ée]rieur à) ?\d+|\*+", re.IGNORECASE)
_TOTAUX = frozenset({"total", "totaux", "total general", "ensemble", "sous total"})
# Beyond, a code or a date has been taken for a count.
_EFFECTIF_MAXIMAL = 2_000_000


@dataclass(frozen=True)
class Feuille:
    """A sheet of a workbook, as text. ``decalage``: how many blank columns come before its table."""

    fichier: str
    nom: str
    table: pa.Table = field(repr=False)
    decalage: int

    def refuser(self, message: str, cellule: str = "") -> NoReturn:
        """Raises ErreurCIL, naming the file, the sheet and the cell."""
        raise ErreurCIL(f"{self.fichier}, feuille « {self.nom} »{cellule and f', cellule {cellule}'} : {message}")


@dataclass
class Lu:
    """The counts of a sheet by commune and class, and what became of each of its lines.

    ``masquees``: the cells that hide their count; ``epci``: what the whole EPCI is called, in comparison form.
    """

    dite: Tableau
    feuille: Feuille
    effectifs: dict[str, dict[str, int]] = field(default_factory=dict)
    masquees: list[str] = field(default_factory=list)
    rejetees: Counter[str] = field(default_factory=Counter)
    hors_perimetre: Counter[str] = field(default_factory=Counter)
    ignorees: Counter[str] = field(default_factory=Counter)

    @property
    def comptes(self) -> frozenset[str]:
        """What its columns of counts hold: classes, a total."""
        return frozenset(self.dite.colonnes.values()) - {COMMUNE, IGNOREE}

    @property
    def lues(self) -> int:
        """Every line of the sheet."""
        return int(self.feuille.table.num_rows)

    def total(self, commune: str) -> int:
        """How many households the sheet counts in a commune."""
        return sum(self.effectifs.get(commune, {}).values())


@dataclass(frozen=True)
class Lecture:
    """What communes are called → their code, the communes of the EPCI, what the EPCI itself is called."""

    vers_commune: Mapping[str, str]
    membres: frozenset[str]
    epci: frozenset[str]

    def lire(self, feuille: Feuille, dite: Tableau) -> Lu:
        """The counts of a sheet.

        Raises ErreurCIL for what is neither a count nor hidden, and for two lines of one commune.
        """
        rang, contenus = _entetes(feuille, dite)
        lu = Lu(dite, feuille)
        lu.ignorees.update({"titre": rang, "en_tete": 1})
        corps = [taillee(colonne).to_pylist()[rang + 1 :] for colonne in feuille.table.columns]
        for ligne, cellules in enumerate(zip(*corps, strict=True), start=rang + 2):
            self._lire_la_ligne(lu, contenus, ligne, cellules)
        return lu

    def _lire_la_ligne(self, lu: Lu, contenus: Sequence[str], ligne: int, cellules: Sequence[str]) -> None:
        place = contenus.index(COMMUNE)
        nom, forme = cellules[place], normaliser(cellules[place])
        chiffree = any(cellule for cellule, contenu in zip(cellules, contenus, strict=True) if contenu in lu.comptes)
        ou = f"{self._lettre(lu, place)}{ligne}"
        if not any(cellules):
            lu.ignorees["vide"] += 1
        elif forme in _TOTAUX or forme in self.epci or forme.startswith("total "):
            lu.ignorees["total"] += 1
        elif not chiffree and not self._est_une_commune(nom):
            lu.ignorees["note"] += 1
        elif est_absent(nom):
            lu.rejetees["commune non renseignée"] += 1
        elif (code := self._commune(lu, nom, ou)) is None or code not in self.membres:
            lu.hors_perimetre["commune hors de l’EPCI"] += 1
        elif code in lu.effectifs:
            lu.feuille.refuser(f"la commune « {nom} » a deux lignes. N’en garder qu’une.", ou)
        else:
            lu.effectifs[code] = self._compter(lu, contenus, ligne, cellules)

    def _est_une_commune(self, nom: str) -> bool:
        try:
            return lire_commune(nom, self.vers_commune) is not None
        except ValueError:
            return False

    def _commune(self, lu: Lu, nom: str, cellule: str) -> str | None:
        try:
            return lire_commune(nom, self.vers_commune)
        except ValueError:
            lu.feuille.refuser(
                f"commune inconnue, « {nom[:80]} ». Corriger son nom ou son code, ou l’ajouter à "
                "data/reference/territory/communes_connues.csv ; effacer la ligne si ce n’est pas une commune.",
                cellule,
            )

    def _compter(self, lu: Lu, contenus: Sequence[str], ligne: int, cellules: Sequence[str]) -> dict[str, int]:
        """The counts of a commune by class; what hides is noted. Raises ErreurCIL for a total that is not their sum."""
        effectifs, totaux, cachees = Counter[str](), list[tuple[str, int]](), list[str]()
        for rang, (contenu, texte) in enumerate(zip(contenus, cellules, strict=True)):
            cellule = f"{self._lettre(lu, rang)}{ligne}"
            if not contenu and texte:
                lu.feuille.refuser("colonne sans en-tête. Lui en donner un, ou effacer la cellule.", cellule)
            if contenu not in lu.comptes:
                continue
            effectif = _effectif(lu.feuille, texte, cellule)
            if contenu == TOTAL:
                totaux += [(cellule, effectif)] if effectif is not None else []
            elif effectif is None:
                cachees.append(cellule)
            else:
                effectifs[contenu] += effectif
        for cellule, total in totaux:
            if not cachees and total != effectifs.total():
                lu.feuille.refuser(
                    f"le total, {total}, n’est pas la somme des classes, {effectifs.total()}. Corriger la ligne, ou "
                    "dire dans data/reference/agregats.csv la classe qui manque.",
                    cellule,
                )
        lu.masquees += cachees
        return dict(effectifs)

    @staticmethod
    def _lettre(lu: Lu, rang: int) -> str:
        return str(get_column_letter(rang + lu.feuille.decalage + 1))


def _entetes(feuille: Feuille, dite: Tableau) -> tuple[int, list[str]]:
    """The rank of the line of headings, and what each column holds, « » where there is no heading.

    Raises ErreurCIL for a heading that nobody said, one that is missing, and one that is there twice.
    """
    formes = {normaliser(entete): contenu for entete, contenu in dite.colonnes.items()}
    lignes = premieres_lignes(feuille.table)
    reconnus, rang = max((sum(normaliser(c) in formes for c in ligne), -r) for r, ligne in enumerate(lignes))
    rang = -rang
    if reconnus < 2:
        feuille.refuser(
            "aucune ligne n’a les en-têtes que dit data/reference/agregats.csv "
            f"(lignes {dite.ligne} et suivantes). Corriger l’un ou l’autre."
        )
    titres = lignes[rang]
    lus = [normaliser(titre) for titre in titres]
    for colonne, (titre, forme) in enumerate(zip(titres, lus, strict=True)):
        cellule = f"{get_column_letter(colonne + feuille.decalage + 1)}{rang + 1}"
        if titre and forme not in formes:
            feuille.refuser(
                f"en-tête inconnu, « {titre[:80]} ». L’ajouter à data/reference/agregats.csv, avec la classe que sa "
                f"colonne compte, ou « {IGNOREE} ».",
                cellule,
            )
        if titre and lus.index(forme) < colonne:
            feuille.refuser(f"en-tête en double, « {titre[:80]} ». N’en garder qu’un.", cellule)
    for entete in dite.colonnes:
        if normaliser(entete) not in lus:
            feuille.refuser(
                f"l’en-tête « {entete} », que dit data/reference/agregats.csv, n’y est pas. Le rétablir, ou retirer sa "
                "ligne de cette table."
            )
    return rang, [formes.get(forme, "") for forme in lus]


def _effectif(feuille: Feuille, texte: str, cellule: str) -> int | None:
    """A count; None where it is hidden, or where nothing is written. Raises ErreurCIL for all else."""
    if est_absent(texte) or normaliser(texte) in _SECRETS or _SOUS_UN_SEUIL.fullmatch(texte):
        return None
    try:
        effectif = lire_entier(texte)
    except (ValueError, OverflowError):
        effectif = None
    if effectif is None or not 0 <= effectif <= _EFFECTIF_MAXIMAL:
        feuille.refuser(
            f"« {texte[:80]} » n’est pas un nombre entier de ménages, de 0 à {_EFFECTIF_MAXIMAL}. Corriger la cellule "
            "; un effectif caché s’écrit « s ».",
            cellule,
        )
    return effectif


def cellules_en_mots(cellules: Sequence[str]) -> str:
    """« C4, D7, D9 et 12 autres »."""
    suite = len(cellules) - 3
    return ", ".join(cellules[:3]) + (f" et {suite} autre{'s' * (suite > 1)}" if suite > 0 else "")


def feuilles_remplies(source: Source) -> Iterator[Feuille]:
    """The sheets of a workbook that hold something."""
    classeur = lire_classeur(source)
    for nom, table in classeur.feuilles.items():
        if any(any(taillee(colonne).to_pylist()) for colonne in table.columns):
            yield Feuille(source.nom, nom, table, classeur.decalages.get(nom, 0))
