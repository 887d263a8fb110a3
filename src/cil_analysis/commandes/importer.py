"""« cil importer »."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import Declarer, ajouter_grappe, developper, dire, equipe_de, lire_annee

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from cil_analysis.extraits.importation import Bilan
    from cil_analysis.reference.ensemble import References

# How much of the anomalies an import prints: the rest is in « cil qualite ».
_GROUPES_DITS = 6


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    importer = commande("importer", "Importer les fichiers d’un extrait et d’une année.", _importer)
    importer.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
    importer.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    importer.add_argument(
        "--ajouter",
        action="store_true",
        help="unir ces fichiers à l’import précédent de l’année, au lieu de le remplacer",
    )
    importer.add_argument("--extrait", metavar="NOM", help="nom de l’extrait (défaut\u202f: d’après les colonnes)")
    ajouter_grappe(importer)


def _importer(options: argparse.Namespace) -> int:
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    references = References(ouvrir_projet(options.projet, plusieurs_epci=True))
    fichiers = developper(options.fichiers)
    with equipe_de(options.grappe) as equipe:
        importer_et_dire(references, fichiers, options.annee, options.extrait, ajouter=options.ajouter, equipe=equipe)
    return 0


def importer_et_dire(
    references: References,
    fichiers: Sequence[Path],
    annee: int,
    extrait: str | None,
    *,
    ajouter: bool = False,
    detail: bool = True,
    equipe: Executor | None = None,
) -> None:
    """Import files, and say what became of each row; ``detail``: the anomalies too."""
    from cil_analysis.extraits.importation import importer
    from cil_analysis.extraits.preparation import CONSTATS
    from cil_analysis.extraits.refus import dire_les_ignorees
    from cil_analysis.rapport.mots.formats import accorder, nombre

    projet = references.projet
    resultat = importer(projet, references, fichiers, annee, extrait=extrait, ajouter=ajouter, equipe=equipe)
    journal = resultat.journal
    c = journal["comptes"]
    for fiche in resultat.fiches_manquantes:
        dire(
            f"    à noter : {fiche} n’a pu être écrite (dossier en lecture seule, ou nom trop long) ; les données, oui"
        )
    if resultat.deja_fait:
        dire(f"{journal['extrait'].capitalize()} {annee} : import identique déjà fait, rien n’a changé.")
        return
    comptes = " + ".join(
        (
            accorder(c["conservees"], "conservée", "conservées"),
            accorder(c["rejetees"], "rejetée", "rejetées"),
            accorder(c["doublons"], "doublon", "doublons"),
            f"{nombre(c['hors_perimetre'])} hors périmètre",
            accorder(c["ignorees"], "ignorée", "ignorées"),
        )
    )
    lues = accorder(c["lues"], "ligne lue", "lignes lues")
    dire(f"{journal['extrait'].capitalize()} {annee} : {lues} = {comptes}.")
    if resultat.remplace is not None:
        quoi = "s’ajoute à" if resultat.ajoute else "remplace"
        dire(f"    {quoi} l’import du {_jour_et_heure(resultat.remplace)}")
    if resultat.retires:
        dire(f"    n’y sont plus : {', '.join(resultat.retires)} (pour unir des fichiers, --ajouter)")
    for fichier in journal["fichiers"]:
        if fichier.get("feuilles_non_lues"):
            dire(f"    feuilles non lues de {fichier['nom']} : {', '.join(fichier['feuilles_non_lues'])}")
    if resultat.cle_creee is not None:
        dire(f"    clé de pseudonymisation créée : {resultat.cle_creee}. Sauvegardez-la : sans elle, les années")
        dire("    ne peuvent plus être rapprochées.")
        if projet.racine.resolve() in resultat.cle_creee.resolve().parents:
            dire(
                "    attention : ce dossier est dans celui du projet ; gardez-la ailleurs (variable CIL_DOSSIER_CLES)."
            )
    for categorie, titre in (("rejetees", "rejet"), ("doublons", "doublon"), ("hors_perimetre", "hors périmètre")):
        for motif, n in journal["motifs"][categorie].items():
            dire(f"    {titre} : {motif} ({nombre(n)})")
    if ignorees := dire_les_ignorees(journal["motifs"]["ignorees"]):
        dire(f"    ignorées, avec les titres et les lignes vides : {ignorees}")
    for regle, n in journal["constats"].items():
        dire(f"    à noter : {CONSTATS[regle]} ({nombre(n)})")
    if journal["colonnes"]["inconnues"]:
        dire(f"    colonnes inconnues, écartées : {', '.join(journal['colonnes']['inconnues'])}")
    sans_uc = "revenu_mensuel_eur" in journal["colonnes"]["reconnues"]
    if sans_uc and journal["manquants"].get("revenu_uc_annuel_eur") == c["conservees"]:
        dire("    revenu par unité de consommation : jamais calculé, car le fichier ne donne pas les unités de")
        dire("    consommation, ni les personnes de plus et de moins de 14 ans")
    if detail:
        _dire_anomalies(resultat.anomalies, references, journal["extrait"], annee)
        _dire_les_illisibles(resultat, references, fichiers)


def _jour_et_heure(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%d/%m/%Y à %H h %M}"
    except ValueError:  # A journal that somebody has edited.
        return iso or "date inconnue"


def _dire_anomalies(anomalies: pd.DataFrame, references: References, extrait: str, annee: int) -> None:
    """The largest groups of anomalies."""
    from cil_analysis.extraits.completude import grouper
    from cil_analysis.rapport.mots.formats import accorder

    groupes = grouper(anomalies, references.dictionnaires[extrait])
    if not groupes:
        return
    dire(f"    {accorder(len(anomalies), 'anomalie', 'anomalies')} :")
    for groupe in groupes[:_GROUPES_DITS]:
        pluriel = " ".join(mot + "s" for mot in groupe.effet.split())
        lignes = ", ".join(groupe.lignes) + (", …" if groupe.nombre > len(groupe.lignes) else "")
        mot = "ligne" if groupe.nombre == 1 else "lignes"
        compte = accorder(groupe.nombre, groupe.effet, pluriel)
        dire(f"      « {groupe.colonne.libelle} » : {compte} ({mot} {lignes})")
    if len(groupes) > _GROUPES_DITS:
        dire(f"      la suite : cil qualite --annee {annee} --extrait {extrait}")


def _dire_les_illisibles(resultat: Bilan, references: References, fichiers: Sequence[Path]) -> None:
    """What is filled and cannot be read, and the command that maps it."""
    from cil_analysis.extraits.inconnus.libelles import lister, que_faire

    extrait = str(resultat.journal["extrait"])
    dictionnaire = references.dictionnaires[extrait]
    lignes = list(lister(resultat.anomalies, resultat.journal["illisibles"], dictionnaire, references))
    if lignes:
        dire("    attention : des cellules remplies ne se lisent pas, et manquent aux chiffres :")
        for ligne in (*lignes, *que_faire(list(map(str, fichiers)), dictionnaire, resultat.anomalies, references)):
            dire(f"      {ligne}")
