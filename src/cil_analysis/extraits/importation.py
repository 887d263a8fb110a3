"""One import: files of one extract and one year, from raw to stored, with its journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import refuser_s_il_est_agrege
from cil_analysis.extraits.anomalies import COLONNES
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.identite import deja_fait, identite, journaux, marques, verifier_l_ajout
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.listes import Demandees, Liste, chercher, exiger_des_listes, lire_les_listes, perdues
from cil_analysis.extraits.lots import Envoi, lire_tout, ouvrir_l_envoi, trier
from cil_analysis.extraits.pseudonymes import ecrire_cle, empreinte, lire_cle, tirer_cle
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS
from cil_analysis.reference.ensemble import References


@dataclass(frozen=True)
class Bilan:
    """What the caller shows: the journal, and whether the import was already there (then nothing changed).

    ``anomalies``: those of this import, one row each; none when it was already there. ``remplace``: when the import
    that this one replaces was made (ISO), or None. ``ajoute``: whether it was united with that one instead.
    ``retires``: the files of that one which are not in this one. ``cle_creee``: the key, if this import made it.
    ``fiches_manquantes``: the sidecars that could not be written beside the raw files. ``listes_perdues``: the files
    of lists that the import which this one replaces had read, and that this one has not.
    """

    journal: dict[str, Any]
    deja_fait: bool
    anomalies: pd.DataFrame
    remplace: str | None
    ajoute: bool = False
    retires: tuple[str, ...] = ()
    cle_creee: Path | None = None
    fiches_manquantes: tuple[Path, ...] = ()
    listes_perdues: tuple[str, ...] = ()


def importer(
    projet: Projet,
    references: References,
    fichiers: Sequence[Path],
    annee: int,
    *,
    extrait: str | None = None,
    listes: Demandees | None = None,
    ajouter: bool = False,
    aujourd_hui: date | None = None,
    equipe: Executor | None = None,
) -> Bilan:
    """Import the files of one extract and year; a previous import of the same year and extract is replaced.

    ``listes``: the files of the lists of N° uniques in which its households are looked for. ``ajouter``: it is united
    with them instead (D5). ``equipe``: see :func:`lots.trier`. Raises ErreurCIL, and changes nothing on disk, when a
    file is unusable, a required column is missing, more than a fifth of the rows are rejected, or more than a fifth of
    the requests are filed after the year. The same files under the same reference data change nothing.
    """
    if ajouter and projet.plusieurs_epci:
        raise ErreurCIL(
            "Un projet de plusieurs EPCI n’admet pas --ajouter : importez ensemble tous les fichiers de l’année."
        )
    jour = aujourd_hui or date.today()
    ouvrir = partial(ouvrir_l_envoi, fichiers, listes or {}, references)
    essayer = partial(_essayer, projet, references, ouvrir, annee, extrait, equipe, ajouter=ajouter, jour=jour)
    essai = essayer()
    cle_creee = None
    if essai.resultat is not None:
        with store.verrou(projet):
            if _est_perime(projet, essai):
                essai = essayer()
            if essai.resultat is not None:
                cle_creee = _enregistrer(projet, essai.resultat, essai.consigne.cle)
    return replace(essai.bilan, cle_creee=cle_creee, fiches_manquantes=comptes_rendus.ecrire_fiches(essai.fiches))


@dataclass(frozen=True)
class _Essai:
    """An import in memory. ``fiches``: where to write which sidecar; ``resultat``: None when there is nothing to store.

    ``trouves``: the journals of the project that it depends on, as it found them.
    """

    bilan: Bilan
    consigne: Consigne
    fiches: list[tuple[Path, str]]
    resultat: store.Import | None = None
    trouves: list[dict[str, Any] | None] = field(default_factory=list)


def _essayer(
    projet: Projet,
    references: References,
    ouvrir: Callable[[], Envoi],
    annee: int,
    extrait: str | None,
    equipe: Executor | None,
    *,
    ajouter: bool,
    jour: date,
) -> _Essai:
    """Nothing is written, and no other import waits meanwhile."""
    envoi = ouvrir()
    cle = cle_verifiee(projet)
    dictionnaires = references.dictionnaires_de(extrait)
    consignes = {nom: Consigne(d, references, annee, jour, cle) for nom, d in dictionnaires.items()}
    if ancien := deja_fait(projet, envoi, list(consignes.values()), ajouter=ajouter):
        fiches = comptes_rendus.fiches(projet, ancien["extrait"], annee, envoi.sources, envoi.listes)
        return _Essai(Bilan(ancien, True, pd.DataFrame(columns=COLONNES), None), consignes[ancien["extrait"]], fiches)
    bruts, dictionnaire = lire_tout(envoi.sources, references, extrait)
    exiger_des_listes(envoi.listes, dictionnaire)
    consigne = consignes[dictionnaire.extrait]
    refuser_s_il_est_agrege(projet, dictionnaire.extrait, annee)
    trouves = journaux(projet, consigne)
    bilan, resultat = _faire(projet, envoi, bruts, consigne, equipe, ajouter=ajouter)
    fiches = comptes_rendus.fiches(projet, resultat.extrait, annee, envoi.sources, envoi.listes)
    return _Essai(bilan, consigne, fiches, resultat, trouves)


def _est_perime(projet: Projet, essai: _Essai) -> bool:
    """Whether another import has ended meanwhile, that changes this one or has written another key."""
    cle = lire_cle(projet.cle)
    return cle not in (None, essai.consigne.cle) or journaux(projet, essai.consigne) != essai.trouves


def _enregistrer(projet: Projet, resultat: store.Import, cle: bytes) -> Path | None:
    """Returns the key, if it is new: only now, since an import that is refused leaves no key behind."""
    nouvelle = not projet.cle.exists()
    if nouvelle:
        ecrire_cle(projet.cle, cle)
    store.enregistrer(projet, resultat)
    return projet.cle if nouvelle else None


def cle_verifiee(projet: Projet) -> bytes:
    """The key, checked against the one that earlier imports used: another would break the link between years.

    A new one is in memory only: the import writes it when it succeeds.
    """
    # Aggregated tables have no key: nobody is in them.
    anciennes = {j.get("empreinte_cle") for j in store.journaux(projet) if j["extrait"] != AGREGATS}
    if anciennes and not projet.cle.exists():
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} a disparu, alors que des données ont été importées avec elle : "
            "remettez-en la copie de sauvegarde, ou videz data/processed et réimportez toutes les années."
        )
    dossiers = {projet.brut.parent.resolve(), projet.rapports.resolve()}
    if dossiers & set(projet.cle.resolve().parents):
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} serait dans le projet, avec les données qu’elle protège : "
            "désignez un autre dossier par la variable CIL_DOSSIER_CLES."
        )
    cle = lire_cle(projet.cle) or tirer_cle()
    if anciennes and empreinte(cle) not in anciennes:
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} n’est pas celle des imports précédents : remettez la bonne, ou "
            "videz data/processed et réimportez toutes les années."
        )
    return cle


# --- The import in memory -------------------------------------------------------------------------------------------


def _faire(
    projet: Projet, envoi: Envoi, bruts: Sequence[Brut], consigne: Consigne, equipe: Executor | None, *, ajouter: bool
) -> tuple[Bilan, store.Import]:
    """What there is to show and to store: the rows of the files, or their union with those that are stored."""
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    siennes, listes = marques(projet, consigne), lire_les_listes(envoi.listes, consigne)
    ancien = store.lire_journal(projet, dictionnaire.extrait, annee)
    if ajouter and ancien is not None:
        verifier_l_ajout(ancien, envoi, consigne, siennes)
        deja = store.lire(projet, dictionnaire.extrait, annee)
        tri, journal = trier(projet, bruts, consigne, listes=listes, deja=deja, equipe=equipe)
        donnees = chercher(pd.concat([deja, tri.donnees], ignore_index=True), listes)
        passees = store.lire_anomalies(projet, dictionnaire.extrait, annee)
        anomalies = pd.concat([passees, tri.anomalies], ignore_index=True)
        journal = _unir(ancien, journal, donnees, listes)
        empreinte_de_l_import = identite(envoi, siennes, [str(ancien["identite"])])
    else:
        tri, journal = trier(projet, bruts, consigne, listes=listes, equipe=equipe)
        donnees, anomalies = tri.donnees, tri.anomalies
        empreinte_de_l_import = identite(envoi, siennes)
    journal |= {"identite": empreinte_de_l_import, **siennes}
    par_epci = {str(siren): lignes for siren, lignes in donnees.groupby(tri.epci)} if projet.plusieurs_epci else donnees
    resultat = store.Import(dictionnaire.extrait, annee, par_epci, anomalies, journal)
    noms = {fichier["nom"] for fichier in journal["fichiers"]}
    bilan = Bilan(
        journal=journal,
        deja_fait=False,
        anomalies=tri.anomalies,
        remplace=None if ancien is None else str(ancien.get("importe_le", "")),
        ajoute=ajouter and ancien is not None,
        retires=tuple(f["nom"] for f in ancien["fichiers"] if f["nom"] not in noms) if ancien else (),
        listes_perdues=tuple(perdues(ancien, envoi.listes)) if ancien else (),
    )
    return bilan, resultat


def _unir(
    ancien: Mapping[str, Any], nouveau: Mapping[str, Any], donnees: pd.DataFrame, listes: Sequence[Liste]
) -> dict[str, Any]:
    """The account of rows that are stored and of those that join them; ``donnees``: both together."""
    journal = {**nouveau, **{nom: _ajouter(ancien.get(nom), nouveau[nom]) for nom in _S_AJOUTENT}}
    journal["manquants"] = comptes_rendus.compter_les_manquants(donnees)
    journal["listes"] = {liste.code: liste.compte(donnees) for liste in listes}
    comptes_rendus.verifier_compte(journal["comptes"])
    return journal


_S_AJOUTENT = ("fichiers", "comptes", "motifs", "constats", "anomalies", "colonnes", "illisibles")


def _ajouter(ancien: Any, nouveau: Any) -> Any:
    """The sum of two parts of an account: numbers, lists without repetition, and what holds them by name."""
    if ancien is None or isinstance(nouveau, int):
        return nouveau if ancien is None else ancien + nouveau
    if isinstance(nouveau, list):
        return [*ancien, *(element for element in nouveau if element not in ancien)]
    return {nom: _ajouter(ancien.get(nom), nouveau.get(nom, type(ancien.get(nom))())) for nom in {**ancien, **nouveau}}
