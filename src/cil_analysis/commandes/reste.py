"""``cil`` alone: what the project has, what it lacks next, and the command that gives each.

Quick, so no heavy library is loaded here: journals, reference files and digests say it all, and no row is read.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cil_analysis.a_coller import argument
from cil_analysis.commandes.commun import montrer
from cil_analysis.extraits import store
from cil_analysis.extraits.lecture.sources import ARCHIVES, CLASSEURS, TEXTES, est_un_verrou, nom_lisible
from cil_analysis.projet import Projet, ouvrir_projet, racine_d_ici
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.seuils import NOMS, TABLE
from cil_analysis.reference.tables import lire_date, lire_lignes
from cil_analysis.reference.texte import enumerer
from cil_analysis.rendu.suivi import ACCUEIL, PAGE, change_depuis, venus_d_un_autre_bilan

# What a bilan cannot do without.
_ATTRIBUTIONS = "attributions"
_FICHIERS_DITS = 3
_AVIS = "DONNEES-FICTIVES.txt"
_ANNEE = re.compile(r"(?<!\d)([12]\d{3})(?!\d)")
# Year → the extracts imported, as rows or as aggregated tables.
Imports = Mapping[int, Sequence[str]]


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    dossier: Path | None = options.projet
    if dossier is None and not os.environ.get("CIL_PROJET") and racine_d_ici() is None:
        montrer(_commencer())
        return
    projet = ouvrir_projet(dossier, plusieurs_epci=True)
    montrer(_dire(projet))


def _commencer() -> Iterator[str]:
    """No project here: the two ways to begin, from the repository that this software runs from if it is one."""
    depot = Path(__file__).resolve().parents[3]
    connu = (depot / "data" / "reference" / "projet.yml").is_file()
    cil = f"cil --projet {argument(str(depot))}" if connu else "cil"
    depuis = "" if connu else ", depuis le dépôt"
    yield f"Aucun projet dans {Path.cwd()}, ni au-dessus. Deux façons de commencer{depuis} :"
    yield f"  voir un bilan, sur des données fictives : {cil} exemple --bilan"
    yield f"  créer le projet de votre EPCI, à compléter : {cil} nouveau DOSSIER --epci SIREN --contours FICHIER"
    yield "Si votre projet existe déjà, placez-vous dans son dossier, ou nommez-le : cil --projet DOSSIER"
    yield "Toutes les commandes : cil --help"


def _dire(projet: Projet) -> Iterator[str]:
    journaux = store.journaux(projet)
    imports: defaultdict[int, list[str]] = defaultdict(list)
    for journal in journaux:
        imports[journal["annee"]] += _donnes(journal)
    avec_baux = sorted((annee for annee, extraits in imports.items() if _ATTRIBUTIONS in extraits), reverse=True)
    fictives = " (données fictives)" if projet.donnees_fictives else ""
    yield f"{projet.epci_nom}{fictives}, dans {projet.racine}"
    yield from _importes(journaux)
    if pages := [(annee, page) for annee in sorted(imports, reverse=True) if (page := _page(projet, annee))]:
        yield "Bilans produits, à ouvrir dans un navigateur :"
        yield from (f"  {annee} : {_d_ici(page)}" for annee, page in pages)
    restes = [*_a_importer(projet, journaux, imports), *_a_saisir(projet, avec_baux)]
    restes += _a_produire(projet, journaux, avec_baux)
    if restes:
        yield "Ce qui reste à faire :"
        yield from (f"  {reste}" for reste in restes)
    else:
        yield "Rien ne manque, et tout est à jour."
    yield "Toutes les commandes : cil --help"


def _donnes(journal: Mapping[str, Any]) -> Sequence[str]:
    """The extracts that an import gives, as rows or as aggregated tables."""
    return journal.get("extraits", ()) if journal["extrait"] == AGREGATS else [journal["extrait"]]


def _importes(journaux: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is there, the newest year first; years that have the same are said together."""
    par_annee: defaultdict[int, list[str]] = defaultdict(list)
    for journal in journaux:
        agreges = f" ({enumerer(_donnes(journal))})" if journal.get("extraits") else ""
        par_annee[journal["annee"]].append(f"{nommer_l_extrait(journal['extrait']).lower()}{agreges}")
    par_contenu: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for annee, noms in sorted(par_annee.items(), reverse=True):
        par_contenu[tuple(noms)].append(annee)
    if par_contenu:
        yield "Extraits importés :"
    for extraits, annees in par_contenu.items():
        yield f"  {_dire_les_annees(annees)} : {enumerer(extraits)}"


def _page(projet: Projet, annee: int) -> Path | None:
    """The page that leads to all that a year has."""
    dossier = projet.rapports / str(annee)
    pages = [projet.rapports / f"{annee}.html"] if projet.plusieurs_epci else [dossier / ACCUEIL, dossier / PAGE]
    return next((page for page in pages if page.is_file()), None)


def _a_importer(projet: Projet, journaux: Iterable[Mapping[str, Any]], imports: Imports) -> Iterator[str]:
    """Files received and never imported, then the extracts that the years lack."""
    nouveaux = _jamais_importes(projet, journaux)
    depot = (projet.racine / "pyproject.toml").is_file()
    if depot and not imports and not projet.donnees_fictives:  # A clone is of one EPCI: another's rows are out of it.
        yield f"un projet pour votre EPCI, si ce n’est pas {projet.epci_nom_court} : cil nouveau --help"
    for fichier in nouveaux[:_FICHIERS_DITS]:
        annees = set(_ANNEE.findall(fichier.name))
        annee = annees.pop() if len(annees) == 1 else "AAAA"
        yield f"{fichier.name}, jamais importé : cil importer {argument(_d_ici(fichier))} --annee {annee}"
    if autres := len(nouveaux[_FICHIERS_DITS:]):
        mots = "autre fichier" if autres == 1 else "autres fichiers"
        yield f"et {autres} {mots} de {_d_ici(projet.brut)}, de la même façon"
    if not imports:
        if not nouveaux:
            yield "les attributions d’une année, au moins : cil importer FICHIER --annee AAAA"
        return
    connus = [ligne["extrait"] for ligne in _lignes(projet.reference / "extraits.csv", "extrait")]
    for annee, extraits in sorted(imports.items(), reverse=True):
        importer = f"cil importer FICHIER --annee {annee}"
        manquants = [nom for nom in connus if nom not in extraits]
        if _ATTRIBUTIONS in manquants:
            yield f"{annee} : attributions manquantes, sans lesquelles il n’y a pas de bilan : {importer}"
        elif annee == max(imports) and manquants:
            si = "si vous l’avez" if len(manquants) == 1 else "si vous les avez"
            yield f"{annee} : à importer {si}, {enumerer(manquants)} : {importer}"


def _a_saisir(projet: Projet, annees: Sequence[int]) -> Iterator[str]:
    """Thresholds and objectives « à renseigner » for the years that have rows, the newest first."""
    if projet.plusieurs_epci:
        yield "les seuils de chaque EPCI, et ceux à renseigner : cil seuils"
        return
    saisis = {ligne["annee"]: ligne for ligne in _lignes(projet.reference / f"{TABLE}.csv", "annee", *NOMS)}
    par_manque: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for annee in annees:
        par_manque[tuple(nom for nom in NOMS if not saisis.get(str(annee), {}).get(nom))].append(annee)
    for noms, siennes in par_manque.items():
        if noms:
            quoi = f"{'seuil' if len(noms) == 1 else 'seuils'} {enumerer([nom.upper() for nom in noms])} à renseigner"
            montants = " ".join(f"--{nom} EUROS" for nom in noms)
            commande = f'cil seuils --annee {siennes[0]} {montants} --source "TITRE, ADRESSE"'
            chacune = ", année par année" if len(siennes) > 1 else ""
            yield f"{_dire_les_annees(siennes)} : {quoi}{chacune} : {commande}"
    if annees and (nombre := objectifs_a_renseigner(projet.reference / "parameters", annees[0])):
        mots = "objectif à renseigner" if nombre == 1 else "objectifs à renseigner"
        yield f"{annees[0]} : {nombre} {mots} : cil objectifs --modele objectifs.xlsx"


def objectifs_a_renseigner(parametres: Path, annee: int) -> int:
    """How many objectives in force on 31 December of a year have no value (``reference.objectifs.en_vigueur``)."""
    objectifs = _lignes(parametres / "objectifs.csv", "id", "date_effet", "date_fin", "valeur")
    jour = datetime(annee, 12, 31)
    remplaces = {o.get("remplace") for o in objectifs if (effet := lire_date(o["date_effet"])) and effet <= jour}
    return sum(
        not o["valeur"]
        and o.get("annee", "") in ("", str(annee))
        and (lire_date(o["date_effet"]) or jour) <= jour <= (lire_date(o["date_fin"]) or jour)
        and o["id"] not in remplaces
        for o in objectifs
    )


def _a_produire(projet: Projet, journaux: Sequence[Mapping[str, Any]], annees: Sequence[int]) -> Iterator[str]:
    """The bilan of the newest year, those that are older than what they are made from, and what stands beside them."""
    for annee in annees:
        dossier = projet.rapports / str(annee)
        if projet.plusieurs_epci:
            if annee == annees[0] and _page(projet, annee) is None:
                yield f"{annee} : bilans à produire : cil bilan --tous --annee {annee}"
        elif not (dossier / PAGE).is_file():
            if annee == annees[0]:
                yield f"{annee} : bilan à produire : cil bilan --annee {annee}"
        elif change := change_depuis(projet, annee, journaux):
            yield f"{annee} : bilan à refaire ({change} ont changé depuis) : cil bilan --annee {annee}"
        else:
            for quoi, commande in venus_d_un_autre_bilan(dossier):
                yield f"{annee} : {quoi[0].lower()}{quoi[1:]} du bilan précédent : cil {commande} --annee {annee}"


def _lignes(chemin: Path, *colonnes: str) -> list[dict[str, str]]:
    """The rows of a reference file as text."""
    entete, lignes = lire_lignes(chemin, colonnes)
    return [dict(zip(entete, cellules, strict=True)) for cellules in lignes.values()]


def _jamais_importes(projet: Projet, journaux: Iterable[Mapping[str, Any]]) -> list[Path]:
    """The files of data/raw that no import has read: neither a sidecar beside them nor their name in a journal.

    Nor those that the thresholds come from.
    """
    saisis = () if projet.plusieurs_epci else _lignes(projet.reference / f"{TABLE}.csv", "annee", "source")
    sources = {partie.strip() for ligne in saisis for partie in ligne["source"].split(",")}
    lus = {
        fichier["nom"].partition("/")[0]
        for journal in journaux
        for envoi in (journal, *journal.get("listes", {}).values())
        for fichier in envoi["fichiers"]
    }
    fichiers = [f for f in sorted(projet.brut.glob("*")) if f.suffix.lower() in (*CLASSEURS, *TEXTES, *ARCHIVES)]
    return [
        f
        for f in fichiers
        if f.name != _AVIS
        and not est_un_verrou(f.name)
        and nom_lisible(f.name) not in lus
        and f.name not in sources
        and not f.with_name(f"{f.name}.meta.yml").exists()
    ]


def _d_ici(chemin: Path) -> str:
    """A path as it is typed from the current folder."""
    ici = Path.cwd()
    return str(chemin.relative_to(ici) if chemin.is_relative_to(ici) else chemin)


def _dire_les_annees(annees: Iterable[int]) -> str:
    """« 2018 à 2020 et 2022 », of years given in any order."""
    suites: list[list[int]] = []
    for annee in sorted(annees):
        if suites and annee == suites[-1][-1] + 1:
            suites[-1].append(annee)
        else:
            suites.append([annee])
    mots = [f"{s[0]} à {s[-1]}" if len(s) > 2 else " et ".join(map(str, s)) for s in suites]
    return ", ".join(mots) if any(" et " in mot for mot in mots) else enumerer(mots)
