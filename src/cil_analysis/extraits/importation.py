"""One import: files of one extract and one year, from raw to stored, with its journal."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.empreintes import condenser, empreinte_du_code
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import refuser_s_il_est_agrege
from cil_analysis.extraits.anomalies import COLONNES, Consigne
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.listes import Liste, chercher, lire_les_listes, perdues, sont_lues
from cil_analysis.extraits.lots import Demande, Envoi, extraits_voisins, lire_tout, nommer, ouvrir_l_envoi, trier
from cil_analysis.extraits.pseudonymes import cle_verifiee, ecrire_cle, empreinte, lire_cle
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References

_S_AJOUTENT = ("fichiers", "comptes", "motifs", "constats", "anomalies", "colonnes", "illisibles")


@dataclass(frozen=True)
class Bilan:
    """What the caller shows: the journal, and whether the import was already there (then nothing changed).

    ``anomalies``: those of this import, one row each; none when it was already there. ``ancien``: the journal of the
    import that this one replaces, or None. ``ajoute``: whether it was united with that one instead. ``cle_creee``: the
    key, if this import made it. ``ailleurs``: its rows by commune that is not of the EPCI (their INSEE codes).
    ``listes_perdues``: the files of lists that the import which this one replaces had read, and that this one has not.
    """

    journal: dict[str, Any]
    anomalies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLONNES))
    deja_fait: bool = False
    ancien: Mapping[str, Any] | None = None
    ajoute: bool = False
    cle_creee: Path | None = None
    ailleurs: Mapping[str, int] = field(default_factory=dict)
    listes_perdues: tuple[str, ...] = ()

    @property
    def retires(self) -> tuple[str, ...]:
        """The files of the import that this one replaces which are not in this one."""
        noms = {fichier["nom"] for fichier in self.journal["fichiers"]}
        return tuple(f["nom"] for f in self.ancien["fichiers"] if f["nom"] not in noms) if self.ancien else ()


def importer(projet: Projet, references: References, demande: Demande, equipe: Executor | None = None) -> Bilan:
    """Import the files of one extract and year; a previous import of the same year and extract is replaced.

    ``equipe``: see :func:`lots.nettoyer_tout`. Raises ErreurCIL, and changes nothing on disk, for files that are
    unusable or not believed. The same files under the same reference data change nothing.
    """
    annee, extrait, ajouter = demande.annee, demande.extrait, demande.ajouter
    if ajouter and projet.plusieurs_epci:
        raise ErreurCIL("Un projet de plusieurs EPCI refuse --ajouter : importez ensemble les fichiers de l’année.")
    envoi, cle = ouvrir_l_envoi(demande, references), cle_verifiee(projet)
    regle = partial(Consigne, references=references, annee=annee, aujourd_hui=demande.jour, cle=cle)
    possibles = [regle(dictionnaire) for dictionnaire in references.dictionnaires_de(extrait).values()]
    if deja := _deja_fait(projet, envoi, possibles, ajouter=ajouter):
        return deja
    bruts, dictionnaire = lire_tout(envoi.sources, references, extrait)
    trouves = _journaux(projet, consigne := regle(dictionnaire))
    bilan, donnees, anomalies = _faire(projet, envoi, bruts, consigne, ajouter=ajouter, equipe=equipe)
    with store.verrou(projet):
        # Another import that has ended meanwhile may change this one, or have written another key: all over again,
        # and none ends now before this one.
        if lire_cle(projet.cle) not in (None, cle) or _journaux(projet, consigne) != trouves:
            return importer(projet, references, demande, equipe)
        cle_creee = None if projet.cle.exists() else projet.cle
        if cle_creee:  # Only now: an import that is refused leaves no key behind.
            ecrire_cle(cle_creee, cle)
        store.enregistrer(projet, bilan.journal, donnees, anomalies)
    return replace(bilan, cle_creee=cle_creee)


def _faire(
    projet: Projet, envoi: Envoi, bruts: Sequence[Brut], consigne: Consigne, *, ajouter: bool, equipe: Executor | None
) -> tuple[Bilan, pd.DataFrame | Mapping[str, pd.DataFrame], pd.DataFrame]:
    """What there is to show and to store. Nothing is written, and no other import waits meanwhile."""
    extrait, annee = consigne.dictionnaire.extrait, consigne.annee
    refuser_s_il_est_agrege(projet, extrait, annee)
    marques, listes = _marques(projet, consigne), lire_les_listes(envoi.listes, consigne)
    ancien = store.lire_journal(projet, extrait, annee)
    unie = ancien if ajouter else None
    deja = None
    if unie is not None:
        _verifier_l_ajout(unie, envoi, consigne, marques)
        deja = store.lire(projet, extrait, annee)
    tri, journal = trier(projet, bruts, consigne, listes=listes, deja=deja, equipe=equipe)
    donnees, anomalies = tri.donnees, tri.anomalies
    if unie is not None:
        donnees = chercher(pd.concat([deja, donnees], ignore_index=True), listes)
        anomalies = pd.concat([store.lire_anomalies(projet, extrait, annee), anomalies], ignore_index=True)
        journal = _unir(unie, journal, donnees, listes)
    journal |= {"identite": _identite(envoi, marques, unie), **marques}
    par_epci = {str(siren): lignes for siren, lignes in donnees.groupby(tri.epci)} if projet.plusieurs_epci else donnees
    pertes = tuple(perdues(ancien, envoi.listes)) if ancien else ()
    bilan = Bilan(
        journal, tri.anomalies, ancien=ancien, ajoute=unie is not None, listes_perdues=pertes, ailleurs=tri.ailleurs
    )
    return bilan, par_epci, anomalies


def _unir(
    ancien: Mapping[str, Any], nouveau: Mapping[str, Any], donnees: pd.DataFrame, listes: Sequence[Liste]
) -> dict[str, Any]:
    """The account of rows that are stored and of those that join them; ``donnees``: both together."""
    journal = {**nouveau, **{nom: _ajouter(ancien.get(nom), nouveau[nom]) for nom in _S_AJOUTENT}}
    journal |= comptes_rendus.dire_les_vides(donnees)
    journal["listes"] = {liste.code: liste.compte(donnees) for liste in listes}
    comptes_rendus.verifier_compte(journal["comptes"])
    return journal


def _ajouter(ancien: Any, nouveau: Any) -> Any:
    """The sum of two parts of an account: numbers, lists without repetition, and what holds them by name."""
    if ancien is None or isinstance(nouveau, int):
        return nouveau if ancien is None else ancien + nouveau
    if isinstance(nouveau, list):
        return [*ancien, *(element for element in nouveau if element not in ancien)]
    return {nom: _ajouter(ancien.get(nom), nouveau.get(nom, type(ancien.get(nom))())) for nom in {**ancien, **nouveau}}


# --- What tells an import from another: its files, its lists, and what they are read by ------------------------------


def _journaux(projet: Projet, consigne: Consigne) -> list[dict[str, Any] | None]:
    """Those of the import that one replaces, and of the other extracts that it looks at."""
    voisins = extraits_voisins(consigne.dictionnaire, consigne.annee)
    siens = [(consigne.dictionnaire.extrait, consigne.annee), *voisins]
    return [store.lire_journal(projet, extrait, annee) for extrait, annee in siens]


def _deja_fait(projet: Projet, envoi: Envoi, consignes: Sequence[Consigne], *, ajouter: bool) -> Bilan | None:
    """The import that these very files would be, by their digests, if it is there: nothing of them has to be read.

    ``consignes``: one for each extract that they may be of. ``ajouter``: files that are in an import already add
    nothing to it, unless a list is new.
    """
    empreintes = {source.sha256 for source in envoi.sources}
    for consigne in consignes:
        extrait, annee = consigne.dictionnaire.extrait, consigne.annee
        ancien = store.lire_journal(projet, extrait, annee)
        if ancien is None or not empreintes <= {fichier["sha256"] for fichier in ancien["fichiers"]}:
            continue
        identique = ancien.get("identite") == _identite(envoi, _marques(projet, consigne))
        n_ajoute_rien = ajouter and sont_lues(ancien, envoi.listes)
        if n_ajoute_rien or (identique and store.est_intact(projet, extrait, annee)):
            return Bilan(ancien, deja_fait=True)
    return None


def _marques(projet: Projet, consigne: Consigne) -> dict[str, str]:
    """What an import depends on besides its files: reference data, key, the other extracts, the code that reads."""
    _, *voisins = _journaux(projet, consigne)
    return {
        "references": consigne.references.empreinte(),
        "empreinte_cle": empreinte(consigne.cle),
        "voisins": " ".join(str(journal["identite"]) for journal in voisins if journal is not None),
        "code": empreinte_du_code("extraits", "reference"),
    }


def _identite(envoi: Envoi, marques: Mapping[str, str], unie: Mapping[str, Any] | None = None) -> str:
    """The digest of an import: these files under these marks, united with the one before if there is one."""
    listes = sorted(f"{code} {source.sha256}" for code, siennes in envoi.listes.items() for source in siennes)
    avant = [] if unie is None else [str(unie["identite"])]
    fichiers = sorted(source.sha256 for source in envoi.sources)
    return condenser(comptes_rendus.VERSION, *marques.values(), *avant, *fichiers, *listes)


def _verifier_l_ajout(ancien: Mapping[str, Any], envoi: Envoi, consigne: Consigne, siennes: Mapping[str, str]) -> None:
    """Refuse a union where a row could count twice, or whose rows are not all read alike. ``siennes``: its marks."""
    noms = dict.fromkeys([*(fichier["nom"] for fichier in ancien["fichiers"]), *(s.nom for s in envoi.sources)])
    ensemble = f"Importez ensemble, sans --ajouter, tous les fichiers de l’année ({', '.join(noms)})."
    connus = {fichier["sha256"] for fichier in ancien["fichiers"]}
    doubles = [source for source in envoi.sources if source.sha256 in connus]
    if doubles:
        suite = f" Pour lire une liste de plus : {ensemble}" if envoi.listes else ""
        raise ErreurCIL(f"{nommer(doubles)} est déjà importé : ne nommez que les fichiers à ajouter.{suite}")
    if manquent := perdues(ancien, envoi.listes):
        raise ErreurCIL(
            f"L’import précédent a lu des listes que celui-ci ne nomme pas : {', '.join(manquent)}. Nommez-les aussi "
            f"(--liste CODE=FICHIER), pour que les lignes de {nommer(envoi.sources)} y soient cherchées."
        )
    if ancien.get("references") != siennes["references"]:
        raise ErreurCIL(f"Les référentiels (data/reference) ont changé depuis l’import précédent. {ensemble}")
    dictionnaire = consigne.dictionnaire
    gardees = {c.nom for c in dictionnaire.colonnes.values() if c.conservation != "transitoire"}
    if not set(dictionnaire.doublon) <= gardees:
        raise ErreurCIL(
            f"Les doublons de l’extrait « {dictionnaire.extrait} » ne se reconnaissent que dans les fichiers reçus. "
            + ensemble
        )
