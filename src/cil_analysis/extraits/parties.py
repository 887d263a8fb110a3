"""The rows of files, part by part: what each part is, and its cleaning here or on other processes.

A part is a file, rows of a file, or a block of a large one. All have the same columns in the same order, so that
identical rows are told wherever they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from cil_analysis.extraits import cleaning, matching
from cil_analysis.extraits.anomalies import Registre, citer_entete
from cil_analysis.extraits.blocs import Bloc, Decoupe
from cil_analysis.extraits.lecture.tableau import Brut, Lecture
from cil_analysis.extraits.matching import Appariement
from cil_analysis.extraits.nettoyage import Consigne, Nettoyees, nettoyer
from cil_analysis.extraits.refus import PART_REJETEE_MAXIMALE
from cil_analysis.extraits.schemas import valider
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.partage import Partage
from cil_analysis.repartition import Equipe

LIGNES_D_UNE_TRANCHE = 20_000
_SORTS = ("ignorees", "personnelles", "inconnues")

Recu = Brut | Decoupe


def tete(recu: Recu) -> Brut:
    """The rows of a file, or the first ones of a large file."""
    return recu.tete if isinstance(recu, Decoupe) else recu


@dataclass(frozen=True)
class Cadrage:
    """What the headings of all the files say together.

    ``colonnes``: the canonical columns, in the order in which they appear; ``lettres``: see :class:`Registre`.
    """

    dictionnaire: Dictionnaire
    fichiers: tuple[str, ...]
    colonnes: tuple[str, ...]
    lettres: dict[str, dict[str, str]]

    def sort(self, lignes_d_entete: Iterable[Sequence[str]]) -> dict[str, object]:
        """What became of each heading."""
        entetes: dict[str, list[str]] = {}
        sorts: dict[str, list[str]] = {sort: [] for sort in _SORTS}
        for ligne in lignes_d_entete:
            appariement = matching.apparier(ligne, self.dictionnaire)
            for nom, entete in sorted(appariement.colonnes.items()):
                entetes.setdefault(nom, [])
                entetes[nom] += [entete] if entete not in entetes[nom] else []
            for sort in _SORTS:
                siens = map(citer_entete, getattr(appariement, sort))
                sorts[sort] += [e for e in dict.fromkeys(siens) if e not in sorts[sort]]
        return {"reconnues": sorted(entetes), "entetes": entetes, **sorts}


def cadrer(tetes: Sequence[Brut], dictionnaire: Dictionnaire) -> Cadrage:
    """Raises ErreurCIL for headings that cannot be trusted."""
    colonnes: dict[str, None] = {}
    lettres: dict[str, dict[str, str]] = {}
    for brut in tetes:
        appariement = matching.apparier(brut.entetes, dictionnaire)
        matching.verifier(appariement, dictionnaire, brut.nom)
        colonnes |= dict.fromkeys(appariement.colonnes)
        lettres[brut.nom] = _lettres(brut, appariement, dictionnaire)
    return Cadrage(dictionnaire, tuple(dict.fromkeys(b.nom for b in tetes)), tuple(colonnes), lettres)


@dataclass(frozen=True)
class Faites:
    """The cleaned parts in the order of the rows, the account of each file, and every line of headings."""

    parties: list[Nettoyees]
    lectures: list[Lecture]
    entetes: list[list[str]]


@dataclass(frozen=True)
class Tranche:
    """Rows of text; their cells are nobody's to print."""

    texte: pd.DataFrame = field(repr=False)
    origine: pd.DataFrame = field(repr=False)
    decalees: pd.Series = field(repr=False)

    def de(self, debut: int, fin: int) -> Tranche:
        """Some of the rows, ranked from 0."""
        texte, origine = (t.iloc[debut:fin].reset_index(drop=True) for t in (self.texte, self.origine))
        return Tranche(texte, origine, self.decalees.iloc[debut:fin].reset_index(drop=True))


def nettoyer_ici(recus: Sequence[Recu], consigne: Consigne, cadrage: Cadrage) -> Faites:
    """Clean all the rows at once, in this process."""
    bruts = [tete(recu) for recu in recus]
    tranches = [_tranche(brut, cadrage) for brut in bruts]
    tout = tranches[0]
    if len(tranches) > 1:
        tout = Tranche(
            pd.concat([t.texte for t in tranches], ignore_index=True),
            pd.concat([t.origine for t in tranches], ignore_index=True),
            pd.concat([t.decalees for t in tranches], ignore_index=True),
        )
    return Faites([_nettoyer(tout, consigne, seule=True)], [b.lecture for b in bruts], [b.entetes for b in bruts])


@dataclass(frozen=True)
class _Faite:
    """A part cleaned elsewhere; of a block, its account, its headings and its rows that have too many cells."""

    nettoyees: Nettoyees
    lecture: Lecture | None = None
    entetes: tuple[str, ...] = ()
    debordent: int = 0


def nettoyer_ailleurs(recus: Sequence[Recu], consigne: Consigne, cadrage: Cadrage, equipe: Equipe) -> Faites:
    """Clean the parts on other processes, which read the reference data of the project by themselves."""
    poste = _Poste(Partage.de(consigne.references), cadrage, consigne.annee, consigne.aujourd_hui, consigne.cle)
    toutes = Faites([], [], [])
    for recu in recus:
        if isinstance(recu, Decoupe):
            _ajouter_les_blocs(toutes, recu, poste, equipe)
        else:
            tranches = ((poste, t) for t in _trancher(_tranche(recu, cadrage)))
            toutes.parties.extend(f.nettoyees for f in equipe.repartir(_nettoyer_une_tranche, tranches))
            toutes.lectures.append(recu.lecture)
            toutes.entetes.append(recu.entetes)
    return toutes


def _trancher(tout: Tranche) -> Iterator[Tranche]:
    for debut in range(0, max(len(tout.texte), 1), LIGNES_D_UNE_TRANCHE):
        yield tout.de(debut, debut + LIGNES_D_UNE_TRANCHE)


def _ajouter_les_blocs(toutes: Faites, decoupe: Decoupe, poste: _Poste, equipe: Equipe) -> None:
    faites = list(equipe.repartir(_nettoyer_un_bloc, ((poste, bloc) for bloc in decoupe.blocs())))
    # Whether rows with too many cells are the exception is for the whole file to say.
    lignes = sum(f.nettoyees.lignes for f in faites)
    rares = sum(f.debordent for f in faites) <= PART_REJETEE_MAXIMALE * lignes
    autres = [r for r, f in enumerate(faites) if _sont_rares(f.debordent, f.nettoyees.lignes) != rares and f.debordent]
    if autres:
        blocs = {rang: bloc for rang, bloc in enumerate(decoupe.blocs()) if rang in autres}
        refaites = equipe.repartir(_nettoyer_un_bloc, ((poste, bloc, rares) for bloc in blocs.values()))
        for rang, faite in zip(blocs, refaites, strict=True):
            faites[rang] = faite
    ignorees: Counter[str] = Counter()
    lues = 0
    for faite in faites:
        assert faite.lecture is not None
        toutes.parties.append(_decaler(faite.nettoyees, lues))
        toutes.entetes.append(list(faite.entetes))
        ignorees.update(faite.lecture.ignorees)
        lues += faite.lecture.lues
    toutes.lectures.append(Lecture("", lues, dict(ignorees)))


def _decaler(partie: Nettoyees, lignes: int) -> Nettoyees:
    """A part whose lines are counted from the beginning of the file."""
    if not lignes:
        return partie
    origine, anomalies = (t.assign(ligne=t["ligne"] + lignes) for t in (partie.origine, partie.anomalies))
    return replace(partie, origine=origine, anomalies=anomalies)


@dataclass(frozen=True)
class _Poste:
    """What a worker needs to know besides the rows."""

    partage: Partage
    cadrage: Cadrage
    annee: int
    aujourd_hui: date
    cle: bytes = field(repr=False)

    def consigne(self) -> Consigne:
        """Raises ErreurCIL for a worker that would clean by other rules."""
        return _consigne(self.partage, self.cadrage.dictionnaire.extrait, self.annee, self.aujourd_hui, self.cle)


@lru_cache(maxsize=2)
def _consigne(partage: Partage, extrait: str, annee: int, aujourd_hui: date, cle: bytes) -> Consigne:
    """What the parts of an import are cleaned by, prepared once by process."""
    references = partage.references()
    return Consigne(references.dictionnaires[extrait], references, annee, aujourd_hui, cle)


def _nettoyer_une_tranche(poste: _Poste, tranche: Tranche) -> _Faite:
    consigne = poste.consigne()
    return _Faite(_nettoyer(tranche, consigne))


def _nettoyer_un_bloc(poste: _Poste, bloc: Bloc, rares: bool | None = None) -> _Faite:
    consigne = poste.consigne()
    brut = bloc.lire([frozenset(consigne.dictionnaire.entetes)])
    faite = _nettoyer(_tranche(brut, poste.cadrage, rares), consigne)
    return _Faite(faite, brut.lecture, tuple(brut.entetes), int(brut.debordent.sum()))


def _nettoyer(tranche: Tranche, consigne: Consigne, *, seule: bool = False) -> Nettoyees:
    faites = nettoyer(tranche.texte, Registre(tranche.origine), consigne, tranche.decalees, seule=seule)
    valider(faites.retenues, consigne.schema, consigne.types)
    return faites


def _tranche(brut: Brut, cadrage: Cadrage, rares: bool | None = None) -> Tranche:
    """The rows of a file, or of a block, in the columns of the whole import."""
    appariement = matching.apparier(brut.entetes, cadrage.dictionnaire)
    cellules = _cellules(brut, appariement, cadrage.dictionnaire)
    vide = pd.Series("", index=range(len(brut.lignes)), dtype="str")
    texte = pd.DataFrame({nom: cellules.get(nom, vide) for nom in cadrage.colonnes}, index=vide.index)
    fichier = pd.Series(brut.nom, index=texte.index, dtype=pd.CategoricalDtype(list(cadrage.fichiers)))
    origine = pd.DataFrame({"fichier": fichier, "feuille": brut.feuille, "ligne": brut.lignes}, index=texte.index)
    return Tranche(texte, origine, pd.Series(_decalees(brut, rares), index=texte.index))


def _decalees(brut: Brut, rares: bool | None) -> np.ndarray:
    """The rows of delimited text that have more cells than there are headings, when they are the exception.

    A separator stands in one of their cells without quotation marks: the cells after it are under the wrong headings.
    ``rares``: whether they are, when the whole file tells.
    """
    if rares is None:
        rares = _sont_rares(int(brut.debordent.sum()), len(brut.debordent))
    return brut.debordent if rares and not brut.source.est_classeur else np.zeros(len(brut.lignes), dtype="bool")


def _sont_rares(debordent: int, lignes: int) -> bool:
    return debordent <= PART_REJETEE_MAXIMALE * lignes


def _cellules(brut: Brut, appariement: Appariement, dictionnaire: Dictionnaire) -> dict[str, pd.Series]:
    """The text of each canonical column, where what the file alone knows of a cell is written into it."""
    cellules = {}
    for nom, entete in appariement.colonnes.items():
        textes = brut.colonne(entete)
        genre = dictionnaire.colonnes[nom].type
        if genre == "date" and brut.depuis_1904:
            textes = cleaning.serie_1904_vers_1900(textes)
        if genre == "identifiant":
            # What a spreadsheet kept of a number of 18 digits is no identifier.
            perdus = cleaning.numeros_perdus(textes, classeur=brut.source.est_classeur)
            if perdus.any() and not brut.est_du_texte(entete):
                textes = textes.where(~perdus, textes + ",0")
        cellules[nom] = textes
    return cellules


def _lettres(brut: Brut, appariement: Appariement, dictionnaire: Dictionnaire) -> dict[str, str]:
    """The letter of each canonical column, or of the one that stands for it."""
    lettres = {}
    for nom in dictionnaire.colonnes:
        presentes = [n for n in dictionnaire.alternatives(nom) if n in appariement.colonnes]
        if presentes:
            lettres[nom] = brut.lettre(appariement.colonnes[presentes[0]])
    return lettres
