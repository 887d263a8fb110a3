"""« cil importer »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, developper, dire, equipe_de
from cil_analysis.commandes.console.tableaux import dire_les_colonnes_absentes
from cil_analysis.commandes.reponses.listes import dire_les_listes, par_code
from cil_analysis.extraits.anomalies import premieres_lignes
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import dire_une_autre_annee
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.preparation import CONSTATS, dire_les_ignorees
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.mots.formats import accorder, nombre
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.ensemble import References

# How much of the anomalies an import prints: the rest is in « cil qualite ».
_GROUPES_DITS, _LIGNES_DITES = 6, 3


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    references = References(ouvrir_projet(options.projet, plusieurs_epci=True))
    fichiers = developper(options.fichiers)
    if options.agregats:
        return _importer_les_agregats(references, fichiers, options)
    demande = Demande(fichiers, options.annee, options.extrait, par_code(options.listes), options.ajouter)
    with equipe_de(options.grappe) as equipe:
        resultat = importer(references.projet, references, demande, equipe)
    dire_l_import(resultat, options.annee, references.projet.racine)
    if not resultat.deja_fait:
        for phrase in dire_les_listes(resultat.journal, references):
            dire(f"    {phrase}")
        for phrase in dire_les_colonnes_absentes(
            resultat.journal, references.dictionnaires[resultat.journal["extrait"]]
        ):
            dire(f"    attention : {phrase}")
        _dire_anomalies(resultat.anomalies, references, resultat.journal["extrait"], options.annee)
        _dire_les_illisibles(resultat, references, fichiers)
    return 0


def _importer_les_agregats(references: References, fichiers: Sequence[Path], options: argparse.Namespace) -> int:
    from cil_analysis.extraits.agregats.importation import importer_les_agregats  # With the definitions, slow to read.

    if options.extrait or options.listes or options.ajouter or options.grappe:
        options.mal_employee("--agregats va sans --extrait, --liste, --ajouter ni --grappe")
    resultat = importer_les_agregats(references.projet, references, fichiers, options.annee)
    dire_l_import(resultat, options.annee, references.projet.racine)
    return 0


def dire_l_import(resultat: Bilan, annee: int, racine: Path) -> None:
    """Say what became of each row of an import, and of its files."""
    for fiche in resultat.fiches_manquantes:
        dire(
            f"    à noter : {fiche} n’a pu être écrite (dossier en lecture seule, ou nom trop long) ; les données, oui"
        )
    if resultat.deja_fait:
        dire(f"{nommer_l_extrait(resultat.journal['extrait'])} {annee} : import identique déjà fait, rien n’a changé.")
        return
    _dire_les_comptes(resultat.journal, annee)
    if resultat.remplace is not None:
        quoi = "s’ajoute à" if resultat.ajoute else "remplace"
        dire(f"    {quoi} l’import du {_jour_et_heure(resultat.remplace)}")
    if resultat.retires:
        ensemble = "nommez-les ensemble" if resultat.journal["extrait"] == AGREGATS else "--ajouter"
        dire(f"    n’y sont plus : {', '.join(resultat.retires)} (pour unir des fichiers, {ensemble})")
    if resultat.listes_perdues:
        perdues = ", ".join(resultat.listes_perdues)
        dire(f"    attention : les listes de l’import remplacé n’y sont plus : {perdues} (les redonner : --liste)")
    for fichier in resultat.journal["fichiers"]:
        if fichier.get("feuilles_non_lues"):
            dire(f"    feuilles non lues de {fichier['nom']} : {', '.join(fichier['feuilles_non_lues'])}")
    if resultat.cle_creee is not None:
        _dire_la_cle(resultat.cle_creee, racine)
    _dire_les_motifs(resultat.journal)


def _dire_les_comptes(journal: Mapping[str, Any], annee: int) -> None:
    """The account of the rows: those read are the sum of the others (D1)."""
    c = journal["comptes"]
    lues, *sorts = (accorder(c[nom], *mots) for nom, mots in MOTS["comptes"].items())
    comptes = " + ".join(sorts)
    dire(f"{nommer_l_extrait(journal['extrait'])} {annee} : {lues} = {comptes}.")


def _dire_la_cle(cle: Path, racine: Path) -> None:
    """That the key of pseudonyms was made, and where it must not stay."""
    dire(f"    clé de pseudonymisation créée : {cle}. Sauvegardez-la : sans elle, les années")
    dire("    ne peuvent plus être rapprochées.")
    if racine.resolve() in cle.resolve().parents:
        dire("    attention : ce dossier est dans celui du projet ; gardez-la ailleurs (variable CIL_DOSSIER_CLES).")


def _dire_les_motifs(journal: Mapping[str, Any]) -> None:
    """Why rows were set aside, and what is to be known of columns."""
    for categorie, titre in (("rejetees", "rejet"), ("doublons", "doublon"), ("hors_perimetre", "hors périmètre")):
        for motif, n in journal["motifs"][categorie].items():
            dire(f"    {titre} : {motif} ({nombre(n)})")
    if autre_annee := dire_une_autre_annee(journal):
        dire(f"    attention : {autre_annee}")
    if ignorees := dire_les_ignorees(journal["motifs"]["ignorees"]):
        dire(f"    ignorées, avec les titres et les lignes vides : {ignorees}")
    for regle, n in journal["constats"].items():
        dire(f"    à noter : {CONSTATS[regle]} ({nombre(n)})")
    if journal["colonnes"]["inconnues"]:
        dire(f"    colonnes inconnues, écartées : {', '.join(journal['colonnes']['inconnues'])}")
    sans_uc = "revenu_mensuel_eur" in journal["colonnes"]["reconnues"]
    if sans_uc and journal["manquants"].get("revenu_uc_annuel_eur") == journal["comptes"]["conservees"]:
        dire("    revenu par unité de consommation : jamais calculé, car le fichier ne donne pas les unités de")
        dire("    consommation, ni les personnes de plus et de moins de 14 ans")


def _jour_et_heure(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%d/%m/%Y à %H h %M}"
    except ValueError:  # A journal that somebody has edited.
        return iso or "date inconnue"


def _dire_anomalies(anomalies: pd.DataFrame, references: References, extrait: str, annee: int) -> None:
    """The largest groups of anomalies, each of one column and one effect, with its first lines."""
    if anomalies.empty:
        return
    par_effet = anomalies.groupby(["colonne", "effet"])
    groupes = sorted(((str(nom), str(effet), siennes) for (nom, effet), siennes in par_effet), key=lambda g: -len(g[2]))
    dire(f"    {accorder(len(anomalies), 'anomalie', 'anomalies')} :")
    for nom, effet, siennes in groupes[:_GROUPES_DITS]:
        libelle = references.dictionnaires[extrait].colonnes[nom].libelle
        lignes = premieres_lignes(siennes, _LIGNES_DITES, parmi=anomalies)
        suite = ", …" if len(siennes) > len(lignes) else ""
        mot = "ligne" if len(siennes) == 1 else "lignes"
        compte = accorder(len(siennes), effet, " ".join(f"{m}s" for m in effet.split()))
        dire(f"      « {libelle} » : {compte} ({mot} {', '.join(lignes)}{suite})")
    if len(groupes) > _GROUPES_DITS:
        dire(f"      la suite : cil qualite --annee {annee} --extrait {extrait}")


def _dire_les_illisibles(resultat: Bilan, references: References, fichiers: Sequence[Path]) -> None:
    """What is filled and cannot be read, and the command that maps it."""
    extrait = str(resultat.journal["extrait"])
    dictionnaire = references.dictionnaires[extrait]
    illisibles, noms = resultat.journal["illisibles"], list(map(str, fichiers))
    lignes = dire_les_illisibles(resultat.anomalies, illisibles, noms, dictionnaire, references)
    if lignes:
        dire("    attention : des cellules remplies ne se lisent pas, et manquent aux chiffres :")
    for ligne in lignes:
        dire(f"      {ligne}")
