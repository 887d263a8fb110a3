"""The files of one extract and year, read and sorted in memory: nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement, store
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.journal import etablir
from cil_analysis.extraits.lecture.sources import Source, nom_lisible, ouvrir
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.listes import Demandees, Liste, chercher, reconnaitre_les_codes
from cil_analysis.extraits.parties import cadrer, nettoyer_tout
from cil_analysis.extraits.preparation import Connus, Tri, rassembler
from cil_analysis.extraits.refus import refuser_si_douteux, refuser_si_illisible
from cil_analysis.extraits.schemas import PSEUDONYME
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References

ANNEE_MINIMALE, ANNEE_MAXIMALE = 1900, 2200
_ATTRIBUTION = "RADATT"  # code of data/reference/nomenclatures/motifs_radiation.csv


@dataclass(frozen=True)
class Envoi:
    """What was handed to an import: the files of an extract, and those of each list by its code."""

    sources: Sequence[Source]
    listes: Mapping[str, Sequence[Source]]


def nommer(sources: Sequence[Source]) -> str:
    """The files, as the user calls them."""
    return ", ".join(source.nom for source in sources)


def ouvrir_tout(fichiers: Sequence[Path]) -> list[Source]:
    """The sources in the files. Raises ErreurCIL for none, or for the same content twice.

    The same content twice would count twice the rows that have no N° unique. Two files of one name are told apart by
    their folder: an anomaly has to name its file.
    """
    if not fichiers:
        raise ErreurCIL("Nommez au moins un fichier à importer.")
    sources = [source for fichier in fichiers for source in ouvrir(fichier)]
    tailles = Counter(source.taille for source in sources)
    deja: dict[str, str] = {}
    for source in sources:
        if tailles[source.taille] == 1:
            continue
        if source.sha256 in deja:
            raise ErreurCIL(f"{deja[source.sha256]} et {source.nom} sont le même fichier : ne le nommez qu’une fois.")
        deja[source.sha256] = source.nom
    noms = Counter(fichier.name for fichier in fichiers)
    for source in sources:
        fichier = Path(source.chemin)
        if noms[fichier.name] > 1:
            source.nom = f"{nom_lisible(fichier.resolve().parent.name)}/{source.nom}"
    return sources


def ouvrir_l_envoi(fichiers: Sequence[Path], demandees: Demandees, references: References) -> Envoi:
    """The files of an extract and of its lists. Raises ErreurCIL as :func:`ouvrir_tout`, and for an unknown list."""
    par_code = reconnaitre_les_codes(demandees, references)
    codes = {str(fichier): code for code, siens in par_code.items() for fichier in siens}
    sources = ouvrir_tout([*fichiers, *(fichier for siens in par_code.values() for fichier in siens)])
    listes = {code: [s for s in sources if codes.get(s.chemin) == code] for code in par_code}
    return Envoi([source for source in sources if source.chemin not in codes], listes)


def lire_tout(
    sources: Sequence[Source], references: References, extrait: str | None
) -> tuple[list[Brut], Dictionnaire]:
    """The files as read, and the dictionary of their extract, recognised by its columns when it is not named.

    The content of a text is not kept: in a national year, it takes as much memory as its table.
    """
    possibles = references.dictionnaires_de(extrait)
    connus = [frozenset(d.entetes) for d in possibles.values()]
    bruts = []
    for source in sources:
        bruts.append(lire(source, connus))
        source.oublier()
    trouves = {
        extrait or rapprochement.reconnaitre(brut.entetes, references.dictionnaires, brut.source.nom) for brut in bruts
    }
    if len(trouves) > 1:
        raise ErreurCIL(
            f"{nommer(sources)} : ces fichiers sont de plusieurs extraits ({', '.join(sorted(trouves))}). "
            "Importez-les séparément."
        )
    return bruts, references.dictionnaires[trouves.pop()]


def trier(
    projet: Projet,
    bruts: Sequence[Brut],
    consigne: Consigne,
    *,
    listes: Sequence[Liste] = (),
    deja: pd.DataFrame | None = None,
    equipe: Executor | None = None,
) -> tuple[Tri, dict[str, Any]]:
    """Clean the rows of the files, and account for each; ``deja``: clean rows stored, of which they may repeat some.

    ``listes``: those that their households are looked for in. ``equipe``: see :func:`nettoyer_tout`.
    Raises ErreurCIL when a required column is missing, more than a fifth of the rows are rejected, more than a fifth of
    the requests are filed after the year, or nothing is left.
    """
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    if not ANNEE_MINIMALE <= annee <= ANNEE_MAXIMALE:
        raise ErreurCIL(f"L’année {annee} n’est pas possible : donnez une année de quatre chiffres, comme 2022.")
    cadrage = cadrer(bruts, dictionnaire)
    noms = nommer([brut.source for brut in bruts])
    parties = nettoyer_tout(bruts, consigne, cadrage, equipe)
    if not any(partie.lignes for partie in parties):
        raise ErreurCIL(f"{noms} : aucune ligne de données sous les en-têtes. Vérifiez le fichier.")
    connus = _menages_connus(projet, dictionnaire, annee)
    tri = rassembler(parties, consigne, cadrage.lettres, connus=connus, deja=deja)
    refuser_si_illisible(tri, bruts, consigne, noms)
    refuser_si_douteux(tri, bruts, consigne, noms, vide_admis=deja is not None)
    tri = replace(tri, donnees=chercher(tri.donnees, listes))
    return tri, etablir(consigne, bruts, tri, cadrage.sort(), listes)


def extraits_voisins(dictionnaire: Dictionnaire, annee: int) -> list[tuple[str, int]]:
    """The other extracts, with their year, that say something of the households of the stock of requests.

    A radiated request may come back for eighteen months (domain, §5.2 bis): the year before counts too.
    """
    if dictionnaire.jour or "numero_unique" not in dictionnaire.colonnes:
        return []
    return [("attributions", annee), ("radiations", annee - 1), ("radiations", annee)]


def _menages_connus(projet: Projet, dictionnaire: Dictionnaire, annee: int) -> Connus:
    """What the extracts already imported say of the households of the stock of requests."""
    voisins = extraits_voisins(dictionnaire, annee)
    if not voisins:
        return {}
    loges, radiees = [pd.Series(dtype="str")], [pd.Series(dtype="str")]
    for extrait, passee in voisins:
        if passee not in store.annees(projet, extrait):
            continue
        if extrait == "attributions":
            loges.append(store.lire(projet, extrait, passee, [PSEUDONYME])[PSEUDONYME])
        else:
            table = store.lire(projet, extrait, passee, [PSEUDONYME, "motif_radiation"])
            radiees.append(table.loc[table["motif_radiation"].ne(_ATTRIBUTION), PSEUDONYME])
    deja_logee = "Ce ménage a signé un bail dans l’année et figure encore parmi les demandes actives."
    reactivee = "Cette demande a été radiée, puis réactivée : elle compte dans le stock."
    return {"deja_logee": (deja_logee, pd.concat(loges)), "reactivee": (reactivee, pd.concat(radiees))}
