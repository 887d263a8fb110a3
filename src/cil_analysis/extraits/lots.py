"""The files of one extract and year, read, cleaned part by part and sorted in memory: nothing is written here.

All the files have the same columns in the same order, so that identical rows are told wherever they stand. A part is
cleaned here or on another process.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement, store
from cil_analysis.extraits.anomalies import Consigne, citer_entete
from cil_analysis.extraits.coupees import chercher_les_coupees
from cil_analysis.extraits.derivations import DEDUITES, impliquees
from cil_analysis.extraits.journal import etablir, refuser_de_vider, refuser_le_stock_d_une_autre_annee
from cil_analysis.extraits.lecture.sources import Source, nom_lisible, ouvrir
from cil_analysis.extraits.lecture.tableau import Brut, lire, plusieurs_feuilles
from cil_analysis.extraits.listes import Demandees, Liste, chercher, reconnaitre_les_codes
from cil_analysis.extraits.nettoyage import COUPEE, DECALEE, Nettoyees, Partie, nettoyer
from cil_analysis.extraits.preparation import (
    PART_FAUTIVE_MAXIMALE,
    Connus,
    Tri,
    rassembler,
    refuser_si_douteux,
    refuser_si_illisible,
)
from cil_analysis.extraits.rapprochement import Appariement
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import PSEUDONYME, Dictionnaire
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.repartition import en_ordre, processus

ANNEE_MINIMALE = 1900
_ATTRIBUTION = "RADATT"  # code of data/reference/nomenclatures/motifs_radiation.csv
LIGNES_D_UNE_PARTIE = 50_000
# Below, starting processes costs more than it saves.
_PARTIES_NOMBREUSES = 4
_SORTS = ("ignorees", "personnelles", "inconnues")


class Demande(NamedTuple):
    """What is asked of an import. ``extrait``: unless columns tell it; ``ajouter``: unite with what is stored (D5)."""

    fichiers: Sequence[Path]
    annee: int
    extrait: str | None = None
    listes: Demandees = MappingProxyType({})
    ajouter: bool = False
    aujourd_hui: date | None = None

    @property
    def jour(self) -> date:
        """The day of the import, after which no lease is signed."""
        return self.aujourd_hui or date.today()


@dataclass(frozen=True)
class Envoi:
    """What was handed to an import: the files of an extract, and those of each list by its code."""

    sources: Sequence[Source]
    listes: Mapping[str, Sequence[Source]]


def nommer(sources: Sequence[Source]) -> str:
    """The files, as the user calls them."""
    return ", ".join(source.nom for source in sources)


def ouvrir_tout(fichiers: Sequence[Path]) -> list[Source]:
    """The sources in the files. Raises ErreurCIL for none, or for the same content twice: rows would count twice.

    Two files of one name are told apart by their folder: an anomaly has to name its file.
    """
    if not fichiers:
        raise ErreurCIL("Nommez au moins un fichier à importer.")
    sources = [source for fichier in fichiers for source in ouvrir(fichier)]
    deja: dict[str, str] = {}
    for source in sources:
        if source.sha256 in deja:
            raise ErreurCIL(f"{deja[source.sha256]} et {source.nom} sont le même fichier : ne le nommez qu’une fois.")
        deja[source.sha256] = source.nom
    noms = Counter(fichier.name for fichier in fichiers)
    for source in sources:
        fichier = Path(source.chemin)
        if noms[fichier.name] > 1:
            source.nom = f"{nom_lisible(fichier.resolve().parent.name)}/{source.nom}"
    return sources


def ouvrir_l_envoi(demande: Demande, references: References) -> Envoi:
    """The files of an extract and of its lists. Raises ErreurCIL as :func:`ouvrir_tout`, and for an unknown list."""
    par_code = reconnaitre_les_codes(demande.listes, references)
    codes = {str(fichier): code for code, siens in par_code.items() for fichier in siens}
    sources = ouvrir_tout([*demande.fichiers, *(fichier for siens in par_code.values() for fichier in siens)])
    listes = {code: [s for s in sources if codes.get(s.chemin) == code] for code in par_code}
    return Envoi([source for source in sources if source.chemin not in codes], listes)


def lire_tout(
    sources: Sequence[Source], references: References, extrait: str | None
) -> tuple[list[Brut], Dictionnaire]:
    """The files as read, and the dictionary of their extract, recognised by its columns when it is not named."""
    connus = [frozenset(d.entetes) for d in references.dictionnaires_de(extrait).values()]
    bruts = []
    for source in sources:
        bruts.append(lire(source, connus))
        source.oublier()  # In a national year, it takes as much memory as its table.
    trouves = {
        extrait or rapprochement.reconnaitre(b.entetes, references.dictionnaires, b.source.nom, b.source.chemin)
        for b in bruts
    }
    if len(trouves) > 1:
        raise ErreurCIL(
            f"{nommer(sources)} : ces fichiers sont de plusieurs extraits ({', '.join(sorted(trouves))}). "
            "Importez-les séparément."
        )
    dictionnaire = references.dictionnaires[trouves.pop()]
    for brut in bruts:
        for feuille, entetes in brut.non_lues.items():
            if rapprochement.le_plus_exigeant(entetes, references.dictionnaires) is dictionnaire:
                raise plusieurs_feuilles(brut, feuille)  # Few headings, and all that a row of the extract needs.
    return [replace(b, appariement=rapprochement.apparier(b.entetes, dictionnaire)) for b in bruts], dictionnaire


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

    ``listes``: those that their households are looked for in. ``equipe``: see :func:`nettoyer_tout`. Raises ErreurCIL.
    """
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    _refuser_une_annee_impossible(consigne)
    for brut in bruts:
        rapprochement.exiger_les_colonnes(brut.appariement, dictionnaire, brut.nom, brut.source.chemin)
    noms = nommer([brut.source for brut in bruts])
    parties = nettoyer_tout(bruts, consigne, equipe)
    if not any(partie.lignes for partie in parties):
        raise ErreurCIL(f"{noms} : aucune ligne de données sous les en-têtes. Vérifiez le fichier.")
    connus = _menages_connus(projet, dictionnaire, annee)
    tri = rassembler(parties, consigne, lettres(bruts, dictionnaire), connus=connus, deja=deja)
    refuser_si_illisible(tri, bruts, consigne, noms)
    refuser_si_douteux(tri, bruts, consigne, noms, vide_admis=deja is not None)
    tri = replace(tri, donnees=chercher(tri.donnees, listes))
    journal = etablir(consigne, bruts, tri, sorts_des_entetes(bruts), listes)
    if deja is None:
        refuser_de_vider(store.lire_journal(projet, dictionnaire.extrait, annee), journal, noms)
    if not dictionnaire.jour and "date_depot_demande" in dictionnaire.colonnes:
        imports = {
            a: store.lire_journal(projet, dictionnaire.extrait, a) for a in store.annees(projet, dictionnaire.extrait)
        }
        refuser_le_stock_d_une_autre_annee(journal, imports, noms)
    for fichier, brut in zip(journal["fichiers"], bruts, strict=True):
        fichier["colonnes"] = _donnees(brut.appariement, dictionnaire)
    return tri, journal


def _refuser_une_annee_impossible(consigne: Consigne) -> None:
    # A landlord may forecast the flow of the next year.
    if not ANNEE_MINIMALE <= consigne.annee <= consigne.aujourd_hui.year + 1:
        raise ErreurCIL(
            f"L’année {consigne.annee} n’est pas possible : donnez celle de l’extrait, à quatre chiffres, au plus la "
            f"prochaine (cet ordinateur se croit le {consigne.aujourd_hui:%d/%m/%Y}, à régler si c’est faux)."
        )


def sorts_des_entetes(bruts: Sequence[Brut]) -> dict[str, object]:
    """What became of each heading of the files."""
    siens = [brut.appariement for brut in bruts]
    noms = dict.fromkeys(nom for un in siens for nom in sorted(un.colonnes))
    entetes = {nom: [*dict.fromkeys(un.colonnes[nom] for un in siens if nom in un.colonnes)] for nom in noms}
    sorts = {sort: [*dict.fromkeys(citer_entete(e) for un in siens for e in getattr(un, sort))] for sort in _SORTS}
    return {"reconnues": sorted(noms), "entetes": entetes, **sorts}


def lettres(bruts: Sequence[Brut], dictionnaire: Dictionnaire) -> dict[str, dict[str, str]]:
    """For each file, canonical column → the letter that a spreadsheet gives to it, or to one that stands for it."""
    par_fichier = {}
    for brut in bruts:
        lues = brut.appariement.colonnes
        siennes = {nom: [une for une in dictionnaire.alternatives(nom) if une in lues] for nom in dictionnaire.colonnes}
        par_fichier[brut.nom] = {nom: brut.lettre(lues[unes[0]]) for nom, unes in siennes.items() if unes}
    return par_fichier


def extraits_voisins(dictionnaire: Dictionnaire, annee: int) -> list[tuple[str, int]]:
    """The other extracts, with their year, that say something of the households of the stock of requests.

    A radiated request may come back for eighteen months (domain, §5.2 bis): the year before counts too.
    """
    if dictionnaire.jour or not dictionnaire.a_des_menages:
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
    return {"deja_logee": pd.concat(loges), "reactivee": pd.concat(radiees)}


def nettoyer_tout(bruts: Sequence[Brut], consigne: Consigne, equipe: Executor | None = None) -> list[Nettoyees]:
    """The cleaned rows of all the files, in order: by ``equipe``, this process, or others for many rows."""
    tout = reunir(bruts, consigne.dictionnaire, consigne.references)
    peu = equipe is None and len(tout.texte) <= _PARTIES_NOMBREUSES * LIGNES_D_UNE_PARTIE
    # A column of shares from 0 to 1 is ambiguous as a whole: then no row is cleaned without the others.
    if peu or any(colonne.unite == "pct" for colonne in consigne.dictionnaire.colonnes.values()):
        return [nettoyer(consigne, tout)]
    comment = consigne.dictionnaire.extrait, consigne.annee, consigne.aujourd_hui, consigne.cle
    tache = partial(_nettoyer_ailleurs, Partage.de(consigne.references), *comment)
    with processus() if equipe is None else nullcontext(equipe) as qui:
        return list(en_ordre(qui, tache, tout.couper(LIGNES_D_UNE_PARTIE)))


def _nettoyer_ailleurs(
    partage: Partage, extrait: str, annee: int, aujourd_hui: date, cle: bytes, partie: Partie
) -> Nettoyees:
    """Another process reads the reference data by itself. Raises ErreurCIL for one that would clean by other rules."""
    references = partage.references()
    return nettoyer(Consigne(references.dictionnaires[extrait], references, annee, aujourd_hui, cle), partie)


def reunir(bruts: Sequence[Brut], dictionnaire: Dictionnaire, references: References) -> Partie:
    """The rows of all the files, in the columns of the whole import: one that a file lacks is blank there."""
    colonnes, textes, origines = dictionnaire.colonnes, [], []
    noms = pd.CategoricalDtype(list(dict.fromkeys(brut.nom for brut in bruts)))
    for brut in bruts:
        lues = {nom: brut.colonne(entete, colonnes[nom].type) for nom, entete in brut.appariement.colonnes.items()}
        textes.append(pd.DataFrame(lues, index=range(len(brut.lignes))))
        # Delimited text with more cells than headings, when it is the exception: a separator stands in one of its cells
        # without quotation marks, and the cells after it are under the wrong headings.
        rares = brut.debordent.sum() <= PART_FAUTIVE_MAXIMALE * len(brut.debordent)
        decalees = brut.debordent & (rares and not brut.source.est_classeur)
        coupees = chercher_les_coupees(brut, textes[-1], dictionnaire, references)
        origine = {"fichier": brut.nom, "feuille": brut.feuille.nom, "ligne": brut.lignes}
        origines.append(pd.DataFrame(origine | {DECALEE: decalees, COUPEE: coupees}).astype({"fichier": noms}))
    texte = textes[0] if len(textes) == 1 else pd.concat(textes, ignore_index=True).fillna("")
    return Partie(texte, pd.concat(origines, ignore_index=True))


def _donnees(appariement: Appariement, dictionnaire: Dictionnaire) -> list[str]:
    """The columns that a file gives, by their own heading, by one that stands for them or by others that imply them."""
    colonnes = dictionnaire.colonnes
    presentes = impliquees(appariement.colonnes) & colonnes.keys()
    # A monthly income is not one by unit of consumption without their number, nor they without it.
    lues = {nom if (autre := colonnes[nom].alternative_de) in DEDUITES else autre or nom for nom in presentes}
    return [nom for nom, colonne in colonnes.items() if nom in lues and colonne.conservation != "transitoire"]
