"""« cil importer »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, developper, dire
from cil_analysis.commandes.reponses.listes import dire_les_listes, par_code
from cil_analysis.extraits.anomalies import premieres_lignes
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import dire_les_colonnes_absentes, dire_une_autre_annee
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.preparation import CONSTATS, dire_les_ignorees
from cil_analysis.nombres import accorder, nombre
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import grappe

# How much of the anomalies an import prints: the rest is in « cil qualite ».
_GROUPES_DITS, _LIGNES_DITES = 6, 3
_COMMUNES_DITES = 6  # out of the EPCI: more of them is a file of another territory


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references = References(options.projet)
    projet, annee, fichiers = references.projet, options.annee, developper(options.fichiers)
    if options.agregats:
        from cil_analysis.extraits.agregats.importation import importer_les_agregats  # Definitions are slow to read.

        if options.extrait or options.listes or options.ajouter or options.grappe:
            options.mal_employee("--agregats va sans --extrait, --liste, --ajouter ni --grappe")
        dire_l_import(importer_les_agregats(projet, references, fichiers, annee), annee, projet.racine)
        return
    demande = Demande(fichiers, annee, options.extrait, par_code(options.listes), options.ajouter)
    with nullcontext() if options.grappe is None else grappe(options.grappe) as equipe:
        resultat = importer(projet, references, demande, equipe)
    dire_l_import(resultat, annee, projet.racine)
    if not resultat.deja_fait:
        for phrase in _dire_le_detail(resultat, references, fichiers):
            dire(f"    {phrase}")


def dire_l_import(resultat: Bilan, annee: int, racine: Path) -> None:
    """Say what became of each row of an import, and of its files."""
    journal, extrait = resultat.journal, nommer_l_extrait(resultat.journal["extrait"])
    for fiche in resultat.fiches_manquantes:
        ou = "dossier en lecture seule, ou nom trop long"
        dire(f"    à noter : {fiche} n’a pu être écrite ({ou}) ; les données, oui")
    if resultat.deja_fait:
        dire(f"{extrait} {annee} : import identique déjà fait, rien n’a changé.")
        return
    # The account of the rows: those read are the sum of the others (D1).
    lues, *sorts = (accorder(journal["comptes"][nom], *mots) for nom, mots in MOTS["comptes"].items())
    dire(f"{extrait} {annee} : {lues} = {' + '.join(sorts)}.")
    if resultat.remplace is not None:
        quoi = "s’ajoute à" if resultat.ajoute else "remplace"
        dire(f"    {quoi} l’import du {_jour_et_heure(resultat.remplace)}")
    if resultat.retires:
        ensemble = "nommez-les ensemble" if journal["extrait"] == AGREGATS else "--ajouter"
        dire(f"    n’y sont plus : {', '.join(resultat.retires)} (pour unir des fichiers, {ensemble})")
    if resultat.listes_perdues:
        perdues = ", ".join(resultat.listes_perdues)
        dire(f"    attention : les listes de l’import remplacé n’y sont plus : {perdues} (les redonner : --liste)")
    for fichier in journal["fichiers"]:
        if fichier.get("feuilles_non_lues"):
            dire(f"    feuilles non lues de {fichier['nom']} : {', '.join(fichier['feuilles_non_lues'])}")
    if (cle := resultat.cle_creee) is not None:
        dire(f"    clé de pseudonymisation créée : {cle}. Sauvegardez-la : sans elle, les années")
        dire("    ne peuvent plus être rapprochées.")
        if racine.resolve() in cle.resolve().parents:
            dire(
                "    attention : ce dossier est dans celui du projet ; gardez-la ailleurs (variable CIL_DOSSIER_CLES)."
            )
    for phrase in _dire_les_motifs(journal):
        dire(f"    {phrase}")


def _dire_les_motifs(journal: Mapping[str, Any]) -> Iterator[str]:
    """Why rows were set aside, and what is to be known of columns."""
    for categorie, titre in (("rejetees", "rejet"), ("doublons", "doublon"), ("hors_perimetre", "hors périmètre")):
        yield from (f"{titre} : {motif} ({nombre(n)})" for motif, n in journal["motifs"][categorie].items())
    if autre_annee := dire_une_autre_annee(journal):
        yield f"attention : {autre_annee}"
    if ignorees := dire_les_ignorees(journal["motifs"]["ignorees"]):
        yield f"ignorées, avec les titres et les lignes vides : {ignorees}"
    yield from (f"à noter : {CONSTATS[regle]} ({nombre(n)})" for regle, n in journal["constats"].items())
    if journal["colonnes"]["inconnues"]:
        yield f"colonnes inconnues, écartées : {', '.join(journal['colonnes']['inconnues'])}"
    sans_uc = "revenu_mensuel_eur" in journal["colonnes"]["reconnues"]
    if sans_uc and journal["manquants"].get("revenu_uc_annuel_eur") == journal["comptes"]["conservees"]:
        yield "revenu par unité de consommation : jamais calculé, car le fichier ne donne pas les unités de"
        yield "consommation, ni les personnes de plus et de moins de 14 ans"


def _jour_et_heure(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%d/%m/%Y à %H h %M}"
    except ValueError:  # A journal that somebody has edited.
        return iso or "date inconnue"


def _dire_le_detail(resultat: Bilan, references: References, fichiers: Sequence[Path]) -> Iterator[str]:
    """Of an import of rows: its lists, absent columns, anomalies, and cells that are not read."""
    journal, anomalies = resultat.journal, resultat.anomalies
    dictionnaire, noms = references.dictionnaires[journal["extrait"]], list(map(str, fichiers))
    if 0 < len(resultat.ailleurs) <= _COMMUNES_DITES:
        connues = references.territoire.noms()
        dites = (f"{connues[code]} ({nombre(n)})" for code, n in resultat.ailleurs.items())
        quoi = "commune" if len(resultat.ailleurs) == 1 else "communes"
        yield f"{quoi} hors de l’intercommunalité : {', '.join(dites)}"
    yield from dire_les_listes(journal, references)
    yield from (f"attention : {phrase}" for phrase in dire_les_colonnes_absentes(journal, dictionnaire))
    yield from _dire_les_anomalies(anomalies, dictionnaire, int(journal["annee"]))
    if lignes := dire_les_illisibles(anomalies, journal["illisibles"], noms, dictionnaire, references):
        yield "attention : des cellules remplies ne se lisent pas, et manquent aux chiffres :"
        yield from (f"  {ligne}" for ligne in lignes)


def _dire_les_anomalies(anomalies: pd.DataFrame, dictionnaire: Dictionnaire, annee: int) -> Iterator[str]:
    """The largest groups of anomalies, each of one column and one effect, with its first lines."""
    groupes: list[tuple[Any, pd.DataFrame]] = list(anomalies.groupby(["colonne", "effet"]))
    if groupes:
        yield f"{accorder(len(anomalies), 'anomalie', 'anomalies')} :"
    for (nom, effet), siennes in sorted(groupes, key=lambda groupe: -len(groupe[1]))[:_GROUPES_DITS]:
        lignes = premieres_lignes(siennes, _LIGNES_DITES, parmi=anomalies)
        suite = ", …" if len(siennes) > len(lignes) else ""
        mot = "ligne" if len(siennes) == 1 else "lignes"
        compte = accorder(len(siennes), effet, " ".join(f"{m}s" for m in effet.split()))
        yield f"  « {dictionnaire.colonnes[nom].libelle} » : {compte} ({mot} {', '.join(lignes)}{suite})"
    if len(groupes) > _GROUPES_DITS:
        yield f"  la suite : cil qualite --annee {annee} --extrait {dictionnaire.extrait}"
