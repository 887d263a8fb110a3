"""One import: files of one extract and one year, from raw to stored, with its journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import COLONNES
from cil_analysis.extraits.identite import deja_fait, identite_de, marques_de
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.lots import Lot, lire_tout, nommer, ouvrir_tout, partitionner, trier
from cil_analysis.extraits.pseudonyms import ecrire_cle, empreinte, lire_cle, tirer_cle
from cil_analysis.fichiers import remplacer
from cil_analysis.projet import Projet
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References


@dataclass(frozen=True)
class Bilan:
    """What the caller shows: the journal, and whether the import was already there (then nothing changed).

    ``anomalies``: those of this import, one row each; none when it was already there. ``remplace``: when the import
    that this one replaces was made (ISO), or None. ``ajoute``: whether it was united with that one instead.
    ``retires``: the files of that one which are not in this one. ``cle_creee``: the key, if this import made it.
    ``fiches_manquantes``: the sidecars that could not be written beside the raw files.
    """

    journal: dict[str, Any]
    deja_fait: bool
    anomalies: pd.DataFrame
    remplace: str | None
    ajoute: bool = False
    retires: tuple[str, ...] = ()
    cle_creee: Path | None = None
    fiches_manquantes: tuple[Path, ...] = ()


def importer(
    projet: Projet,
    references: References,
    fichiers: Sequence[Path],
    annee: int,
    *,
    extrait: str | None = None,
    ajouter: bool = False,
    aujourd_hui: date | None = None,
    equipe: Executor | None = None,
) -> Bilan:
    """Import the files of one extract and year; a previous import of the same year and extract is replaced.

    ``ajouter``: it is united with them instead (D5). ``equipe``: see :func:`lots.trier`. Raises ErreurCIL, and
    changes nothing on disk, when a file is unusable, a required column is missing, more than a fifth of the rows are
    rejected, or more than a fifth of the requests are filed after the year. The same files under the same reference
    data change nothing.
    """
    groupes = ouvrir_tout(fichiers)
    sources = [source for groupe in groupes for source in groupe]
    if not ajouter and (ancien := deja_fait(projet, references, sources, annee, extrait, cle_verifiee(projet))):
        fiches = _fiches(projet, fichiers, groupes, ancien["extrait"], annee)
        with store.verrou(projet):
            manquantes = _ecrire_fiches(fiches)
        return Bilan(ancien, True, pd.DataFrame(columns=COLONNES), None, fiches_manquantes=manquantes)
    recus, dictionnaire = lire_tout(sources, references, extrait)
    jour = aujourd_hui or date.today()
    essayer = partial(_essayer, projet, references, recus, dictionnaire, annee, ajouter, jour, equipe)
    essai = essayer()
    fiches = _fiches(projet, fichiers, groupes, dictionnaire.extrait, annee)
    with store.verrou(projet):
        if essai.etat != _etat(projet):  # Another import has ended meanwhile.
            essai = essayer()
        cle_creee = None
        if essai.resultat is not None:
            if not projet.cle.exists():  # Only now: an import that is refused leaves no key behind.
                ecrire_cle(projet.cle, essai.cle)
                cle_creee = projet.cle
            store.enregistrer(projet, essai.resultat)
        manquantes = _ecrire_fiches(fiches)
    return replace(essai.bilan, cle_creee=cle_creee, fiches_manquantes=manquantes)


def _fiches(
    projet: Projet, fichiers: Sequence[Path], groupes: Sequence[Sequence[Source]], extrait: str, annee: int
) -> list[tuple[Path, str]]:
    """What to write beside each raw file: where, and what it is."""
    fiches = (comptes_rendus.fiche(projet, f, g, extrait, annee) for f, g in zip(fichiers, groupes, strict=True))
    return [fiche for fiche in fiches if fiche is not None]


def _ecrire_fiches(fiches: Sequence[tuple[Path, str]]) -> tuple[Path, ...]:
    """Returns those that could not be written: raw data may be read-only, and their names as long as can be."""
    manquantes = []
    for chemin, contenu in fiches:
        try:
            remplacer(chemin, contenu.encode("utf-8"))
        except OSError:
            manquantes.append(chemin)
    return tuple(manquantes)


@dataclass(frozen=True)
class _Essai:
    """An import made in memory, under the ``etat`` in which it found the project; no ``resultat``: nothing to do."""

    etat: tuple[object, ...]
    cle: bytes
    bilan: Bilan
    resultat: store.Import | None


def _etat(projet: Projet) -> tuple[object, ...]:
    return projet.cle.exists(), *(journal.get("identite") for journal in store.journaux(projet))


def _essayer(
    projet: Projet,
    references: References,
    recus: list[Brut],
    dictionnaire: Dictionnaire,
    annee: int,
    ajouter: bool,
    aujourd_hui: date,
    equipe: Executor | None,
) -> _Essai:
    sources = [recu.source for recu in recus]
    etat, cle = _etat(projet), cle_verifiee(projet)
    marques = marques_de(projet, references, dictionnaire, annee, cle)
    ancien = store.lire_journal(projet, dictionnaire.extrait, annee)
    if ajouter and projet.plusieurs_epci:
        raise ErreurCIL(
            "Un projet de plusieurs EPCI n’admet pas --ajouter : importez ensemble tous les fichiers de l’année."
        )
    deja = None
    identite = identite_de(sources, marques, None)
    intact = store.est_intact(projet, dictionnaire.extrait, annee)
    deja_fait = intact and ancien is not None and ancien.get("identite") == identite
    if ajouter and ancien is not None:
        deja_fait = {source.sha256 for source in sources} <= {fichier["sha256"] for fichier in ancien["fichiers"]}
        if not deja_fait:
            _verifier_l_ajout(ancien, sources, dictionnaire, marques)
            deja = store.lire(projet, dictionnaire.extrait, annee)
            identite = identite_de(sources, marques, ancien)
    if deja_fait and ancien is not None:
        return _Essai(etat, cle, Bilan(ancien, True, pd.DataFrame(columns=COLONNES), None), None)
    lot = trier(
        projet, references, recus, dictionnaire, annee, aujourd_hui=aujourd_hui, cle=cle, deja=deja, equipe=equipe
    )
    resultat = _resultat(projet, dictionnaire, lot, {"identite": identite, **marques}, ancien, deja)
    noms = {fichier["nom"] for fichier in resultat.journal["fichiers"]}
    bilan = Bilan(
        journal=resultat.journal,
        deja_fait=False,
        anomalies=lot.tri.anomalies,
        remplace=None if ancien is None else str(ancien.get("importe_le", "")),
        ajoute=deja is not None,
        retires=tuple(f["nom"] for f in ancien["fichiers"] if f["nom"] not in noms) if ancien else (),
    )
    return _Essai(etat, cle, bilan, resultat)


def cle_verifiee(projet: Projet) -> bytes:
    """The key, checked against the one that earlier imports used: another would break the link between years.

    A new one is in memory only: the import writes it when it succeeds.
    """
    anciennes = {journal.get("empreinte_cle") for journal in store.journaux(projet)}
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


def _verifier_l_ajout(
    ancien: Mapping[str, Any], sources: Sequence[Source], dictionnaire: Dictionnaire, marques: Mapping[str, str]
) -> None:
    """Refuse a union in which a row could count twice, or in which two readings of the same labels would mix."""
    noms = ", ".join(fichier["nom"] for fichier in ancien["fichiers"])
    ensemble = f"Importez ensemble, sans --ajouter, tous les fichiers de l’année ({noms}, {nommer(sources)})."
    connus = {fichier["sha256"] for fichier in ancien["fichiers"]}
    doubles = [source for source in sources if source.sha256 in connus]
    if doubles:
        raise ErreurCIL(f"{nommer(doubles)} est déjà importé : ne nommez que les fichiers à ajouter.")
    if ancien.get("references") != marques["references"]:
        raise ErreurCIL(f"Les référentiels (data/reference) ont changé depuis l’import précédent. {ensemble}")
    gardees = {c.nom for c in dictionnaire.colonnes.values() if c.conservation != "transitoire"}
    if not set(dictionnaire.doublon) <= gardees:
        raise ErreurCIL(
            f"Les doublons de l’extrait « {dictionnaire.extrait} » ne se reconnaissent que dans les fichiers reçus. "
            + ensemble
        )


def _resultat(
    projet: Projet,
    dictionnaire: Dictionnaire,
    lot: Lot,
    marques: Mapping[str, str],
    ancien: dict[str, Any] | None,
    deja: pd.DataFrame | None,
) -> store.Import:
    """What is stored: the lot, or its union with the rows that are already there."""
    journal = comptes_rendus.etablir(lot.extrait, lot.annee, lot.sources, lot.lectures, lot.tri, lot.colonnes) | dict(
        marques
    )
    if deja is None or ancien is None:
        donnees = partitionner(lot.tri, dictionnaire) if projet.plusieurs_epci else lot.tri.donnees
        return store.Import(lot.extrait, lot.annee, donnees, lot.tri.anomalies, journal)
    unies = pd.concat([deja, lot.tri.donnees], ignore_index=True)
    anciennes = store.lire_anomalies(projet, lot.extrait, lot.annee)
    anomalies = pd.concat([anciennes, lot.tri.anomalies], ignore_index=True)
    return store.Import(lot.extrait, lot.annee, unies, anomalies, _unir(ancien, journal, unies))


def _unir(ancien: dict[str, Any], nouveau: dict[str, Any], donnees: pd.DataFrame) -> dict[str, Any]:
    """The account of both imports."""

    def somme(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
        return dict(Counter(a) + Counter(b))

    uni = nouveau | {
        "fichiers": ancien["fichiers"] + nouveau["fichiers"],
        "comptes": {nom: ancien["comptes"][nom] + n for nom, n in nouveau["comptes"].items()},
        "motifs": {nom: somme(ancien["motifs"][nom], motifs) for nom, motifs in nouveau["motifs"].items()},
        "constats": somme(ancien["constats"], nouveau["constats"]),
        "anomalies": ancien["anomalies"] + nouveau["anomalies"],
        "colonnes": _unir_colonnes(ancien["colonnes"], nouveau["colonnes"]),
        "illisibles": {
            nom: somme(ancien.get("illisibles", {}).get(nom, {}), nouveau["illisibles"].get(nom, {}))
            for nom in dict.fromkeys([*ancien.get("illisibles", {}), *nouveau["illisibles"]])
        },
        "manquants": {str(nom): int(n) for nom, n in donnees.isna().sum().items()},
    }
    comptes_rendus.verifier_compte(uni["comptes"])
    return uni


def _unir_colonnes(ancien: Mapping[str, Any], nouveau: Mapping[str, Any]) -> dict[str, Any]:
    """What became of each heading: lists of headings by fate, and by canonical column under « entetes »."""
    unies: dict[str, Any] = {}
    for nom in dict.fromkeys([*ancien, *nouveau]):
        avant, apres = ancien.get(nom, []), nouveau.get(nom, [])
        if nom == "entetes":
            unies[nom] = _unir_colonnes(avant or {}, apres or {})
        else:
            unies[nom] = list(dict.fromkeys([*avant, *apres]))
    return unies
