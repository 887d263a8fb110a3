"""« cil comparer »."""

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cil_analysis.commandes.commun import USAGE_INTERNE, exiger_hors_des_rapports, exiger_un_autre_modele
from cil_analysis.commandes.comparaison import Comparaison, Ligne, comparer, lire_annee
from cil_analysis.commandes.designations import ENTETES, MOTS, Designations, lire_chiffres_publies
from cil_analysis.commandes.reponses import remplir, repondre
from cil_analysis.comptage.cadre import cadre_vide
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.agregats import stockage
from cil_analysis.fichiers import remplacer
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Indicateur
from cil_analysis.grammaire.registre import registre
from cil_analysis.rapport.mots.definitions import UNITES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import publier_annee
from cil_analysis.typographie import nombre, typographie

# How many there are of each, in this order; of the first three even when there is none.
_CONCLUSION = ("identique", "ecart", "non_recalculable", "ambigu", "sans_chiffre")
_TERMES = {"valeur": "", "numerateur": " (numérateur)", "denominateur": " (dénominateur)"}
_ACTEURS = {"bailleurs": "bailleurs", "réservataires": "reservataires"}
_ENTETES = ("Ligne et chiffre", "Publié", "Recalculé", "Différence")


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references, fichier = References(options.projet), options.fichier
    if options.modele is not None:
        _ecrire_le_modele(references, options.modele)
        return
    exiger_hors_des_rapports(references.projet)
    lus, non_lus = lire_chiffres_publies(fichier)
    annees = lus["annee"].map(lire_annee)
    # A year that cannot be read is not another one: the row is said.
    publies = lus if options.annee is None else lus[annees.eq(options.annee) | annees.isna()]
    if publies.empty:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre de {options.annee} : vérifiez --annee.")
    cadre, importees = _recalculer(references, {int(a) for a in annees[publies.index].dropna()})
    comparaisons = comparer(publies, cadre, Designations(references, registre(references).par_code), importees)
    trouvees = list(zip(publies.to_dict("records"), comparaisons, strict=True))
    repondre(
        "comparer",
        fichier=fichier.name,
        usage=USAGE_INTERNE,
        resultats=MOTS["resultats"],
        groupes={nom: [trouvee for trouvee in trouvees if trouvee[1].resultat == nom] for nom in _CONCLUSION},
        conclusion=_CONCLUSION,
        nommer=_nommer,
        chiffres=_chiffres,
        total=len(publies),
        ecartees=len(lus) - len(publies),
        non_lus=non_lus,
    )


def _ecrire_le_modele(references: References, chemin: Path) -> None:
    """The empty table to fill in, as a French spreadsheet opens it: semicolons, headings, then lines of comments."""

    def codes(indicateur: Indicateur) -> list[str]:
        nomenclature = references.nomenclatures.get(indicateur.modalites)
        connus = [*nomenclature.codes(), NON_RENSEIGNE] if nomenclature else []
        return list(dict.fromkeys(connus or libelles.modalites(references, indicateur))) if indicateur.modalites else []

    exiger_un_autre_modele(chemin)
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(ENTETES)
    listes = {nom: references.nomenclatures[liste].libelles() for nom, liste in _ACTEURS.items()}
    faits = {"mode_d_emploi": MOTS["mode_d_emploi"], "acteurs": listes, "codes": codes, "unites": UNITES}
    texte = remplir("comparer_modele.txt", indicateurs=registre(references).indicateurs, **faits)
    ecrivain.writerows([typographie(ligne)] for ligne in texte.split("\n"))
    remplacer(chemin, flux.getvalue().encode("utf-8-sig"))
    print(chemin)


def _recalculer(references: References, annees: set[int]) -> tuple[pd.DataFrame, set[int]]:
    """The unmasked figures of the years, and those that are imported; one count serves all the years of its series."""
    projet = references.projet
    importees = annees & set(stockage.annees(projet, "attributions"))
    cadres, restantes = [cadre_vide()], set(importees)
    while restantes:
        with MemesEntrees(projet, max(restantes)):
            publication = publier_annee(projet, references, max(restantes), interne=True)
        cadre = publication.en_table()
        cadres.append(cadre[cadre["annee"].isin(restantes)])
        restantes -= set(publication.annees)
    return pd.concat(cadres, ignore_index=True), importees


def _chiffres(groupe: Sequence[tuple[Ligne, Comparaison]]) -> tuple[Sequence[str], list[list[str]]]:
    """The headings and the rows of the figures that differ."""
    lignes = []
    for ligne, c in groupe:
        nom, fines = f"{ligne['ligne']} · {_nommer(ligne)}{_TERMES[c.terme]}", c.decimales + (c.unite != "nombre")
        chiffres = nombre(c.publie, c.decimales), nombre(c.recalcule, fines), nombre(c.difference, fines)
        lignes.append([nom, *chiffres])
    return _ENTETES, lignes


def _nommer(ligne: Ligne) -> str:
    """A figure in the words of who typed it."""
    ensemble = not ligne["perimetre_code"] or ligne["perimetre_type"] in ("en_qpv", "hors_qpv")
    lieu = MOTS["lieux"].get(ligne["perimetre_type"], ligne["perimetre_type"]) if ensemble else ligne["perimetre_code"]
    mots = (ligne["indicateur"], ligne["annee"], lieu, ligne["acteur_code"], ligne["modalite"])
    return une_ligne(" · ".join(filter(None, mots)), 90)
