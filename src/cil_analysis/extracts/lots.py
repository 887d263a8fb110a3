"""The files of one extract and year, read and sorted in memory: nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import cleaning, matching, store
from cil_analysis.extracts.anomalies import Registre
from cil_analysis.extracts.matching import Appariement
from cil_analysis.extracts.preparation import Tri, preparer
from cil_analysis.extracts.reading import Brut, lire
from cil_analysis.extracts.refus import PART_REJETEE_MAXIMALE, refuser_si_douteux
from cil_analysis.extracts.schemas import PSEUDONYME
from cil_analysis.extracts.sources import Source, nom_lisible, ouvrir
from cil_analysis.project import Projet
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References

ANNEE_MINIMALE, ANNEE_MAXIMALE = 1900, 2200
_ATTRIBUTION = "RADATT"  # code of data/reference/nomenclatures/motifs_radiation.csv


@dataclass(frozen=True)
class Lot:
    """One extract and year. ``bruts``: the files as read; ``colonnes``: what became of each heading."""

    extrait: str
    annee: int
    bruts: list[Brut]
    tri: Tri
    colonnes: dict[str, object]

    @property
    def noms(self) -> str:
        """The files, as the user calls them."""
        return nommer([brut.source for brut in self.bruts])


def nommer(sources: Sequence[Source]) -> str:
    """The files, as the user calls them."""
    return ", ".join(source.nom for source in sources)


def ouvrir_tout(fichiers: Sequence[Path]) -> list[list[Source]]:
    """For each file, the sources in it. Raises ErreurCIL for none, or for the same content twice.

    The same content twice would count twice the rows that have no N° unique.
    """
    if not fichiers:
        raise ErreurCIL("Nommez au moins un fichier à importer.")
    sources = [ouvrir(fichier) for fichier in fichiers]
    deja: dict[str, str] = {}
    for source in (s for groupe in sources for s in groupe):
        if source.sha256 in deja:
            raise ErreurCIL(f"{deja[source.sha256]} et {source.nom} sont le même fichier : ne le nommez qu’une fois.")
        deja[source.sha256] = source.nom
    return _distinguer(fichiers, sources)


def _distinguer(fichiers: Sequence[Path], groupes: list[list[Source]]) -> list[list[Source]]:
    """Two files of one name are told apart by their folder: an anomaly has to name its file."""
    noms = Counter(fichier.name for fichier in fichiers)
    distingues = []
    for fichier, sources in zip(fichiers, groupes, strict=True):
        dossier = f"{nom_lisible(fichier.resolve().parent.name)}/" if noms[fichier.name] > 1 else ""
        distingues.append([Source(f"{dossier}{source.nom}", source.octets) for source in sources])
    return distingues


def lire_tout(
    sources: Sequence[Source], references: References, extrait: str | None
) -> tuple[list[Brut], Dictionnaire]:
    """The files as read, and the dictionary of their extract, recognised by its columns when it is not named."""
    possibles = references.dictionnaires_de(extrait)
    bruts = [lire(source, [frozenset(d.entetes) for d in possibles.values()]) for source in sources]
    trouves = {extrait or matching.reconnaitre(brut.entetes, references.dictionnaires, brut.nom) for brut in bruts}
    if len(trouves) > 1:
        raise ErreurCIL(
            f"{nommer(sources)} : ces fichiers sont de plusieurs extraits ({', '.join(sorted(trouves))}). "
            "Importez-les séparément."
        )
    return bruts, references.dictionnaires[trouves.pop()]


def trier(
    projet: Projet,
    references: References,
    bruts: list[Brut],
    dictionnaire: Dictionnaire,
    annee: int,
    *,
    aujourd_hui: date,
    cle: bytes,
    deja: pd.DataFrame | None = None,
) -> Lot:
    """Clean the rows of the files; ``deja``: clean rows already stored, of which the files may repeat some.

    Raises ErreurCIL when a required column is missing, more than a fifth of the rows are rejected, more than a fifth of
    the requests are filed after the year, or nothing is left.
    """
    if not ANNEE_MINIMALE <= annee <= ANNEE_MAXIMALE:
        raise ErreurCIL(f"L’année {annee} n’est pas possible : donnez une année de quatre chiffres, comme 2022.")
    texte, registre, colonnes = _reunir(bruts, dictionnaire)
    decalees = pd.Series(np.concatenate([_decalees(brut) for brut in bruts]), index=texte.index)
    noms = nommer([brut.source for brut in bruts])
    if texte.empty:
        raise ErreurCIL(f"{noms} : aucune ligne de données sous les en-têtes. Vérifiez le fichier.")
    tri = preparer(
        texte,
        registre,
        dictionnaire,
        references,
        annee=annee,
        aujourd_hui=aujourd_hui,
        cle=cle,
        connus=_menages_connus(projet, dictionnaire, annee),
        decalees=decalees,
        deja=deja,
    )
    refuser_si_douteux(tri, texte, dictionnaire, noms, annee, vide_admis=deja is not None)
    return Lot(dictionnaire.extrait, annee, bruts, tri, colonnes)


def extraits_voisins(dictionnaire: Dictionnaire, annee: int) -> list[tuple[str, int]]:
    """The other extracts, with their year, that say something of the households of the stock of requests.

    A radiated request may come back for eighteen months (domain, §5.2 bis): the year before counts too.
    """
    if dictionnaire.jour or "numero_unique" not in dictionnaire.colonnes:
        return []
    return [("attributions", annee), ("radiations", annee - 1), ("radiations", annee)]


def _menages_connus(projet: Projet, dictionnaire: Dictionnaire, annee: int) -> Mapping[str, tuple[str, frozenset[str]]]:
    """What the extracts already imported say of the households of the stock of requests."""
    loges, radiees = frozenset[str](), frozenset[str]()
    voisins = extraits_voisins(dictionnaire, annee)
    if not voisins:
        return {}
    for extrait, passee in voisins:
        if passee not in store.annees(projet, extrait):
            continue
        table = store.lire(projet, extrait, passee)
        if extrait == "attributions":
            loges |= frozenset(table[PSEUDONYME].dropna())
        else:
            radiees |= frozenset(table.loc[table["motif_radiation"].ne(_ATTRIBUTION), PSEUDONYME].dropna())
    return {
        "deja_logee": ("Ce ménage a signé un bail dans l’année et figure encore parmi les demandes actives.", loges),
        "reactivee": ("Cette demande a été radiée, puis réactivée : elle compte dans le stock.", radiees),
    }


def _reunir(bruts: Sequence[Brut], dictionnaire: Dictionnaire) -> tuple[pd.DataFrame, Registre, dict[str, object]]:
    """One frame of canonical text columns for all files, where anomalies are noted, and what became of each heading."""
    textes, origines = [], []
    lettres: dict[str, dict[str, str]] = {}
    entetes: dict[str, list[str]] = {}
    sort: dict[str, list[str]] = {"ignorees": [], "personnelles": [], "inconnues": []}
    for brut in bruts:
        appariement = matching.apparier(brut.entetes, dictionnaire)
        matching.verifier(appariement, dictionnaire, brut.nom)
        textes.append(pd.DataFrame(_cellules(brut, appariement, dictionnaire)))
        origines.append(pd.DataFrame({"fichier": brut.nom, "feuille": brut.feuille, "ligne": brut.lignes}))
        lettres[brut.nom] = _lettres(brut, appariement, dictionnaire)
        for nom, entete in sorted(appariement.colonnes.items()):
            entetes.setdefault(nom, [])
            entetes[nom] += [entete] if entete not in entetes[nom] else []
        for categorie in sort:
            sort[categorie] += [e for e in getattr(appariement, categorie) if e not in sort[categorie]]
    texte = pd.concat(textes, ignore_index=True).fillna("").astype("str")
    origine = pd.concat(origines, ignore_index=True)
    return texte, Registre(origine, lettres), {"reconnues": sorted(entetes), "entetes": entetes, **sort}


def _decalees(brut: Brut) -> np.ndarray:
    """The rows of delimited text that have more cells than there are headings, when they are the exception.

    A separator stands in one of their cells without quotation marks: the cells after it are under the wrong headings.
    """
    rares = brut.debordent.mean() <= PART_REJETEE_MAXIMALE if len(brut.debordent) else False
    return brut.debordent if rares and not brut.source.est_classeur else np.zeros(len(brut.lignes), dtype="bool")


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
            perdu = cleaning.est_flottant if brut.source.est_classeur else cleaning.est_arrondi
            perdus = {t for t in textes.unique() if perdu(t)}
            if perdus and not brut.est_du_texte(entete):
                textes = textes.where(~textes.isin(perdus), textes + ",0")
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
