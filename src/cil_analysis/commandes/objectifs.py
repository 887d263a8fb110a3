"""« cil objectifs »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import annoncer_interne, montrer, ouvrir_references
from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.commandes.reponses.objectifs_saisis import ecrire_le_modele, importer_les_objectifs
from cil_analysis.comptage.cadre import CLES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport import suivi
from cil_analysis.rapport.effort import Effort, attendues_au_rythme, attributions_attendues, efforts
from cil_analysis.rapport.figure import lacunes
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import accorder, nombre, valeur
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.suivi import a_suivre
from cil_analysis.rapport.tables import RESULTATS
from cil_analysis.reference.texte import enumerer

_ENTETES = ("Pour", "Objectif", "Chiffre", "Écart", "Ménages manquants", "Résultat")
_EFFORT = "Ce qu’il faudrait"


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.retirer and options.importer is None:
        raise ErreurCIL(
            "--retirer retire les objectifs dont la cellule a été vidée dans un fichier : nommez-le par --importer."
        )
    if options.annee is None:
        return _saisir(options)
    projet = ouvrir_projet(options.projet)
    if options.interne:
        annoncer_interne(projet)
    rapport = ouvrir_rapport(options.annee, projet.racine, options.interne)
    dites = options.attendues or attributions_attendues(rapport)
    attendues = dites or attendues_au_rythme(rapport)
    suivis, vigueur = suivi.suivis(rapport), suivi.en_vigueur(rapport)
    titre = f"Objectifs suivis en {rapport.annee}, {projet.epci_nom_court}. {rapport.mention}".strip()
    pied = _pied(rapport, suivis, attendues, "" if dites else " au rythme actuel")
    montrer((titre, *_tableaux(rapport, suivis, attendues), "", *pied))
    montrer(_sans_suite(suivis, vigueur))
    return 0


def _saisir(options: argparse.Namespace) -> int:
    references = ouvrir_references(options)
    if options.modele is not None:
        montrer(ecrire_le_modele(references, options.modele))
    else:
        montrer(list(importer_les_objectifs(references, options.importer, retirer=options.retirer)))
    return 0


def _tableaux(rapport: Rapport, suivis: pd.DataFrame, attendues: int | None) -> list[str]:
    """One table an indicator; the last column only when something is said of what remains."""
    total = rapport["V01"].seul.publie
    objectifs = rapport.references.objectifs
    faut = efforts(a_suivre(rapport), objectifs, int(total), attendues) if total and attendues else {}
    entetes = (*_ENTETES, _EFFORT) if faut else _ENTETES
    lignes = []
    for code, groupe in groupby(suivis.to_dict("records"), key=lambda s: str(s["indicateur"])):
        lignes += ["", f"{code} – {rapport.publication[code].indicateur.titre}"]
        cellules = [(*_cellules(s), _effort(faut.get(tuple(s[cle] for cle in CLES)), s)) for s in groupe]
        lignes += tableau(entetes, [ligne[: len(entetes)] for ligne in cellules])
        manques = enumerer(rapport.manques(code))
        dits = (f"Non calculable : {manques}." if manques else "", lacunes(rapport, [code]))
        lignes += [f"  {dit}" for dit in dits if dit]
    return lignes


def _effort(effort: Effort | None, ligne: Mapping[Any, Any]) -> str:
    return "–" if effort is None else effort.en_mots(str(ligne["sens"]))


def _cellules(ligne: Mapping[Any, Any]) -> tuple[str, ...]:
    """A published row in words: whom, target, figure, gap, missing households, result."""
    unite, ecart, resultat = str(ligne["unite"]), float(ligne["ecart"]), str(ligne["resultat"])
    mot = RESULTATS.get(resultat, "–")
    if cibles.est_tolere(str(ligne["sens"]), ecart, resultat):
        mot += " (tolérance)"
    tu = signe(ligne, "resultat") if ligne["statut"] == "secret" else ""
    return (
        str(ligne["pour"]),
        str(ligne["objectif"]),
        signe(ligne, "valeur") or valeur(ligne["valeur"], unite),
        signe(ligne, "ecart") or cibles.ecart(ecart, unite),
        signe(ligne, "menages_manquants") or cibles.manque(float(ligne["menages_manquants"]), ecart, resultat),
        tu or mot,
    )


def _pied(rapport: Rapport, suivis: pd.DataFrame, attendues: int | None, rythme: str) -> list[str]:
    comptees = rapport["V01"].seul.publie
    lignes = [f"Signes : {LEGENDE}"] if suivis["statut"].eq("secret").any() else []
    if attendues is None:
        return [
            *lignes,
            "Ce qu’il faudrait : donnez le nombre d’attributions attendues (--attendues N, ou attributions_attendues "
            "dans data/reference/parameters/previsions.yml).",
        ]
    if comptees is None:
        dit = "le nombre d’attributions de l’année n’est pas publié."
    elif attendues < comptees:
        dit = (
            f"{nombre(comptees)} attributions sont déjà comptées, plus que les {nombre(attendues)} attendues : "
            "vérifiez ce nombre (--attendues N, ou previsions.yml)."
        )
    elif attendues == comptees:
        dit = f"rien ne reste à attribuer ({nombre(comptees)} attributions comptées, {nombre(attendues)} attendues)."
    else:
        dit = (
            f"parmi les attributions restantes, combien au public visé ({nombre(attendues)} attendues{rythme}, "
            f"{nombre(comptees)} comptées, réparties comme celles-ci)."
        )
    return [*lignes, f"Ce qu’il faudrait : {dit}"]


def _sans_suite(suivis: pd.DataFrame, vigueur: pd.DataFrame) -> list[str]:
    """The objectives whose value nobody has, and those that no figure follows."""
    vides = vigueur["objectif"].eq("")
    personne = "qu’aucun chiffre ne suit (un autre l’emporte, ou rien n’est compté)"
    lignes = []
    for titre, objectifs in (
        (("objectif à renseigner", "objectifs à renseigner"), vigueur[vides]),
        ((f"objectif {personne}", f"objectifs {personne}"), vigueur[~vides & ~vigueur["id"].isin(suivis["id"])]),
    ):
        if len(objectifs):
            noms = [f"  {o['indicateur']}, {o['pour']} ({o['id']})" for o in objectifs.to_dict("records")]
            lignes += ["", f"{accorder(len(objectifs), *titre)} :", *noms]
    return lignes
