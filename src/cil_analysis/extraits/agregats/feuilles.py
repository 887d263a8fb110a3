"""One sheet of counts by commune and class, read cell by cell: nothing in it is guessed, and nothing is lost.

A cell that hides its count (« s », « < 5 ») or holds nothing is no zero: the whole table is then set aside, since its
totals would be wrong. All else that is no whole number refuses the file, by its cell; so does a commune that has no
line, and a line of totals that is not the sum of the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NoReturn

import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules import est_absent, lire_commune, lire_entier
from cil_analysis.extraits.cellules.textes import serrer
from cil_analysis.extraits.lecture.lignes import premieres_lignes
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import est_remplie, lettre, lire_feuilles
from cil_analysis.reference.agregats import COMMUNE, IGNOREE, TOTAL, Tableau
from cil_analysis.reference.texte import enumerer, normaliser

# What replaces a count that is not to be known, in comparison form; or « < 5 », « 1 à 4 », « moins de 11 ».
_SECRETS = frozenset({"s", "c", "ss", "secret", "secret statistique", "masque"})
_SOUS_UN_SEUIL = re.compile(
    r"[<≤].*|\d+ ?(?:à|-|–) ?\d+(?: ménages?)?|(?:moins de|inf(?:\.|[ée]rieure?s?)? à) ?\d+(?: ménages?)?|\d* ?\*+",
    re.IGNORECASE,
)
_SOUS_TOTAL = "sous total"
_TOTAUX = frozenset({"total", "totaux", "total general", "ensemble", _SOUS_TOTAL})
# What the cells of a line count, by the rank of their column; None where nothing is written, or hidden.
Nombres = Mapping[int, int | None]
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

    ``masquees``: the cells that hide their count. ``membres``, ``inconnues``, ``autres``: the lines of the communes of
    the EPCI, of no commune, of others; ``totaux``: by line of the sheet, those of totals.
    """

    dite: Tableau
    feuille: Feuille
    effectifs: dict[str, dict[str, int]] = field(default_factory=dict)
    masquees: list[str] = field(default_factory=list)
    rejetees: Counter[str] = field(default_factory=Counter)
    hors_perimetre: Counter[str] = field(default_factory=Counter)
    ignorees: Counter[str] = field(default_factory=Counter)
    membres: list[Nombres] = field(default_factory=list)
    inconnues: list[Nombres] = field(default_factory=list)
    autres: list[Nombres] = field(default_factory=list)
    totaux: dict[int, Nombres] = field(default_factory=dict)

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
    """What communes are called → their code, the names of those of the EPCI, what the EPCI itself is called."""

    vers_commune: Mapping[str, str]
    membres: Mapping[str, str]
    epci: frozenset[str]

    def lire(self, feuille: Feuille, dite: Tableau) -> Lu:
        """The counts of a sheet.

        Raises ErreurCIL for what is neither a count nor hidden, for two lines of one commune, for a commune without a
        line, and for a total that is not the sum of its column.
        """
        rang, contenus = _entetes(feuille, dite)
        lu = Lu(dite, feuille)
        lu.ignorees.update({"titre": rang, "en_tete": 1})
        corps = feuille.table.slice(rang + 1).to_pydict().values()
        for ligne, cellules in enumerate(zip(*corps, strict=True), start=rang + 2):
            self._lire_la_ligne(lu, contenus, ligne, cellules)
        self._exiger_chaque_commune(lu)
        _verifier_les_totaux(lu)
        return lu

    def _lire_la_ligne(self, lu: Lu, contenus: Sequence[str], ligne: int, cellules: Sequence[str]) -> None:
        place = contenus.index(COMMUNE)
        nom, forme = cellules[place], normaliser(cellules[place])
        chiffree = any(cellule for cellule, contenu in zip(cellules, contenus, strict=True) if contenu in lu.comptes)
        ou = _adresse(lu, place, ligne)
        if not any(cellules):
            lu.ignorees["vide"] += 1
        elif forme in _TOTAUX or forme in self.epci or forme.startswith("total "):
            lu.ignorees["total"] += 1
            if forme != _SOUS_TOTAL:
                lu.totaux[ligne] = _nombres(lu, contenus, ligne, cellules)
        elif not chiffree and not self._est_une_commune(nom):
            lu.ignorees["note"] += 1
        elif est_absent(nom):
            lu.rejetees["commune non renseignée"] += 1
            lu.inconnues.append(_nombres(lu, contenus, ligne, cellules))
        elif (code := self._commune(lu, nom, ou)) is None or code not in self.membres:
            lu.hors_perimetre["commune hors de l’EPCI"] += 1
            lu.autres.append(_nombres(lu, contenus, ligne, cellules))
        elif code in lu.effectifs:
            lu.feuille.refuser(f"la commune « {nom} » a deux lignes. N’en garder qu’une.", ou)
        else:
            lu.effectifs[code] = _compter(lu, contenus, ligne, cellules)

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
                "data/reference/territory/communes_connues.csv. Une ligne qui réunit plusieurs communes ne se lit pas "
                ": demander l’effectif de chacune.",
                cellule,
            )

    def _exiger_chaque_commune(self, lu: Lu) -> None:
        """Raises ErreurCIL for a commune of the EPCI without a line, which is no zero; of a table that is kept."""
        absentes = [f"{nom} ({code})" for code, nom in self.membres.items() if code not in lu.effectifs]
        if absentes and lu.effectifs and not lu.masquees:
            lu.feuille.refuser(
                f"aucune ligne pour {cellules_en_mots(absentes)}. Une commune absente n’est pas un zéro : lui ajouter "
                "une ligne, avec 0 là où il n’y a personne, ou demander son effectif."
            )


def _nombres(lu: Lu, contenus: Sequence[str], ligne: int, cellules: Sequence[str]) -> Nombres:
    """What a line counts. Raises ErreurCIL for a cell that is neither a count nor hidden."""
    return {
        rang: _effectif(lu.feuille, cellules[rang], _adresse(lu, rang, ligne))
        for rang, contenu in enumerate(contenus)
        if contenu in lu.comptes
    }


def _compter(lu: Lu, contenus: Sequence[str], ligne: int, cellules: Sequence[str]) -> dict[str, int]:
    """The counts of a commune by class; what hides is noted. Raises ErreurCIL for a total that is not their sum."""
    for rang, (contenu, texte) in enumerate(zip(contenus, cellules, strict=True)):
        if not contenu and texte:
            message = "colonne sans en-tête. Lui en donner un, ou effacer la cellule."
            lu.feuille.refuser(message, _adresse(lu, rang, ligne))
    nombres = _nombres(lu, contenus, ligne, cellules)
    lu.membres.append(nombres)
    effectifs, totaux, cachees = Counter[str](), dict[int, int](), list[str]()
    for rang, effectif in nombres.items():
        if contenus[rang] == TOTAL:
            totaux |= {rang: effectif} if effectif is not None else {}
        elif effectif is None:
            cachees.append(_adresse(lu, rang, ligne))
        else:
            effectifs[contenus[rang]] += effectif
    for rang, total in totaux.items():
        if not cachees and total != effectifs.total():
            lu.feuille.refuser(
                f"le total, {total}, n’est pas la somme des classes, {effectifs.total()}. Corriger la ligne, ou "
                "dire dans data/reference/agregats.csv la classe qui manque.",
                _adresse(lu, rang, ligne),
            )
    lu.masquees += cachees
    return dict(effectifs)


def _verifier_les_totaux(lu: Lu) -> None:
    """Raises ErreurCIL for a total that is not the sum of its column: of the EPCI, or of all the lines."""
    for ligne, totaux in lu.totaux.items():
        for rang, total in totaux.items():
            sommes = _sommes(lu, rang)
            if sommes and total is not None and total not in sommes:
                lu.feuille.refuser(
                    f"le total, {total}, n’est pas la somme de sa colonne, {sommes[-1]}. Rétablir la ligne qui manque, "
                    "ou corriger celle qui se trompe ; effacer ce total s’il n’est pas celui de toutes les lignes.",
                    _adresse(lu, rang, ligne),
                )


def _sommes(lu: Lu, rang: int) -> list[int]:
    """The sum of a column over the EPCI, with the lines of no commune, with the others; none if one hides its count."""
    groupes = [[nombres[rang] for nombres in lignes] for lignes in (lu.membres, lu.inconnues, lu.autres)]
    connus = [[nombre for nombre in groupe if nombre is not None] for groupe in groupes]
    return list(accumulate(map(sum, connus))) if connus == groupes else []


def _adresse(lu: Lu, rang: int, ligne: int) -> str:
    """« C4 »: a cell, by the rank of its column in the table and its line in the sheet."""
    return f"{lettre(rang + lu.feuille.decalage)}{ligne}"


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
        cellule = f"{lettre(colonne + feuille.decalage)}{rang + 1}"
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
    if est_absent(texte) or normaliser(texte) in _SECRETS or _SOUS_UN_SEUIL.fullmatch(serrer(texte)):
        return None
    try:
        effectif = lire_entier(texte)
    except (ValueError, OverflowError):
        effectif = None
    if effectif is None or not 0 <= effectif <= _EFFECTIF_MAXIMAL:
        feuille.refuser(
            f"« {texte[:80]} » n’est pas un nombre entier de ménages, de 0 à {_EFFECTIF_MAXIMAL}. Un effectif caché "
            "s’écrit « s » ; sinon, corriger la cellule.",
            cellule,
        )
    return effectif


def cellules_en_mots(cellules: Sequence[str]) -> str:
    """« C4, D7, D9 et 12 autres »."""
    suite = len(cellules) - 3
    return enumerer([*cellules[:3], *([f"{suite} autre{'s' * (suite > 1)}"] if suite > 0 else [])])


def feuilles_remplies(source: Source) -> Iterator[Feuille]:
    """The sheets of a workbook that hold something."""
    classeur = lire_feuilles(source)
    for nom, table in classeur.feuilles.items():
        if est_remplie(table):
            yield Feuille(source.nom, nom, table, classeur.decalages.get(nom, 0))
