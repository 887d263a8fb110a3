"""« cil comparer »."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from cil_analysis.commandes.commun import (
    USAGE_INTERNE,
    exiger_hors_des_rapports,
    exiger_un_autre_modele,
    montrer,
    tableau,
)
from cil_analysis.commandes.reponses.comparaison import Comparaison, Ligne, comparer
from cil_analysis.commandes.reponses.comparaison import lire_annee as annee_lue
from cil_analysis.commandes.reponses.designations import Designations
from cil_analysis.comptage.cadre import cadre_vide
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.agregats import stockage
from cil_analysis.extraits.saisies.chiffres_publies import ENTETES, MOTS, lire_chiffres_publies
from cil_analysis.extraits.saisies.tableau import COMMENTAIRE
from cil_analysis.fichiers import remplacer
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.registre import registre
from cil_analysis.nombres import accorder, nombre
from cil_analysis.rapport.mots.definitions import UNITES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import publier_annee
from cil_analysis.typographie import typographie

_CONCLUSION = ("identique", "ecart", "non_recalculable", "ambigu", "sans_chiffre")
_TOUJOURS_DITS = _CONCLUSION[:3]
# Beyond, what asks for no work is in the file of --sortie alone.
_IDENTIQUES_LISTES = 30
_TERMES = {"valeur": "", "numerateur": " (numérateur)", "denominateur": " (dénominateur)"}
_TROUVE = ("resultat", "terme", "publie", "recalcule", "difference", "difference_pct", "motif", "indice")


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references, fichier, sortie = References(options.projet), options.fichier, options.sortie
    if options.modele is not None:
        _ecrire_le_modele(references, options.modele)
        return
    exiger_hors_des_rapports(references.projet)
    if sortie is not None:
        exiger_hors_des_rapports(references.projet, sortie)
        if sortie.resolve() == fichier.resolve() or sortie.is_dir():
            raise ErreurCIL(f"La comparaison ne peut pas s’écrire dans {sortie} : donnez un autre nom de fichier.")
    lus, non_lus = lire_chiffres_publies(fichier)
    publies = lus
    annees = publies["annee"].map(annee_lue)
    if options.annee is not None:
        publies = publies[annees.eq(options.annee)]
        if publies.empty:
            raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre de {options.annee} : vérifiez --annee.")
    cadre, importees = _recalculer(references, {int(a) for a in annees[publies.index].dropna()})
    comparaisons = comparer(publies, cadre, Designations(references, registre(references).par_code), importees)
    montrer(_dire(fichier.name, list(zip(publies.to_dict("records"), comparaisons, strict=True))))
    if ecartees := len(lus) - len(publies):
        montrer([f"Laissé de côté : {accorder(ecartees, 'ligne', 'lignes')} d’une autre année."])
    if non_lus:
        montrer([f"Non lu dans ce fichier : {', '.join(f'« {nom} »' for nom in non_lus)}."])
    if sortie is not None:  # What was typed, then what was found.
        trouve = {nom: [getattr(c, nom) for c in comparaisons] for nom in _TROUVE}
        ecrit = publies.assign(**trouve).to_csv(index=False, float_format="%.12g", lineterminator="\n")
        remplacer(sortie, ecrit.encode("utf-8"))


def _ecrire_le_modele(references: References, chemin: Path) -> None:
    """The empty table to fill in, as a French spreadsheet opens it: semicolons, headings, then lines of comments."""
    exiger_un_autre_modele(chemin)
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(ENTETES)
    for phrase in (*MOTS["mode_d_emploi"], *_codes(references)):
        ecrivain.writerow([typographie(f"{COMMENTAIRE} {phrase}")])
    remplacer(chemin, flux.getvalue().encode("utf-8-sig"))
    print(chemin)


def _codes(references: References) -> Iterator[str]:
    """The codes that the table may use."""
    for nom in ("bailleurs", "reservataires"):
        paires = references.nomenclatures[nom].libelles().items()
        yield f"{nom.replace('reser', 'réser')} : {', '.join(f'{code} ({libelle})' for code, libelle in paires)}"
    for indicateur in registre(references).indicateurs:
        nomenclature = references.nomenclatures.get(indicateur.modalites)
        codes = [*nomenclature.codes(), NON_RENSEIGNE] if nomenclature else []
        if not codes and indicateur.modalites:
            codes = list(libelles.modalites(references, indicateur))
        suite = f" ; modalite : {', '.join(dict.fromkeys(codes))}" if codes else ""
        yield f"{indicateur.code} : {indicateur.titre} ({UNITES[indicateur.unite]}){suite}"


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


def _dire(fichier: str, trouvees: Sequence[tuple[Ligne, Comparaison]]) -> Iterator[str]:
    """What was found, a group of results at a time, then how many of each."""
    yield f"Comparaison de {fichier} – {USAGE_INTERNE}"
    comptes = dict.fromkeys(_CONCLUSION, "")
    for resultat, (titre, *mots) in MOTS["resultats"].items():
        groupe = [(ligne, c) for ligne, c in trouvees if c.resultat == resultat]
        if groupe or resultat in _TOUJOURS_DITS:
            comptes[resultat] = accorder(len(groupe), *mots)
        if resultat == "identique" and len(groupe) > _IDENTIQUES_LISTES:
            yield from ("", f"{titre} ({len(groupe)}) : --sortie FICHIER en écrit la liste")
        elif groupe and titre:
            yield from ("", f"{titre} ({len(groupe)})", *_groupe(groupe))
    total = accorder(len(trouvees), "chiffre comparé", "chiffres comparés")
    yield from ("", f"{total} : {', '.join(filter(None, comptes.values()))}.")


def _groupe(groupe: Sequence[tuple[Ligne, Comparaison]]) -> list[str]:
    """The rows of one result: a table of figures, or a reason a line."""
    if groupe[0][1].motif:
        return [f"  ligne {ligne['ligne']} · {_nommer(ligne)} : {c.motif}" for ligne, c in groupe]
    entetes = ["Ligne et chiffre", "Publié", "Recalculé"]
    if groupe[0][1].resultat == "ecart":
        entetes += ["Différence", "En % du publié"]
    lignes = []
    for ligne, c in groupe:
        nom, fines = f"{ligne['ligne']} · {_nommer(ligne)}{_TERMES[c.terme]}", c.decimales + (c.unite != "nombre")
        chiffres = nombre(c.publie, c.decimales), nombre(c.recalcule, fines), nombre(c.difference, fines)
        lignes.append([nom, *chiffres, nombre(c.difference_pct, 1)][: len(entetes)])
    return [*tableau(entetes, lignes), *(f"  ligne {ligne['ligne']} : {c.indice}" for ligne, c in groupe if c.indice)]


def _nommer(ligne: Ligne) -> str:
    """A figure in the words of who typed it."""
    ensemble = not ligne["perimetre_code"] or ligne["perimetre_type"] in ("en_qpv", "hors_qpv")
    lieu = MOTS["lieux"].get(ligne["perimetre_type"], ligne["perimetre_type"]) if ensemble else ligne["perimetre_code"]
    mots = (ligne["indicateur"], ligne["annee"], lieu, ligne["acteur_code"], ligne["modalite"])
    return une_ligne(" · ".join(filter(None, mots)), 90)
