"""« cil objectifs »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import annoncer_interne
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.commandes.reponses.objectifs_saisis import saisir
from cil_analysis.comptage.cadre import CLES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.rapport import suivi
from cil_analysis.rapport.effort import attendues_au_rythme, attributions_attendues, efforts
from cil_analysis.rapport.figure import lacunes
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.tables import cellule
from cil_analysis.reference.texte import enumerer

_ENTETES = ("Pour", "Objectif", "Chiffre", "Écart", "Ménages manquants", "Résultat", "Ce qu’il faudrait")


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    if options.retirer and options.importer is None:
        raise ErreurCIL(
            "--retirer retire les objectifs dont la cellule a été vidée dans un fichier : nommez-le par --importer."
        )
    if options.annee is None:
        saisir(options)
        return
    projet = options.projet
    if options.interne:
        annoncer_interne(projet)
    rapport = ouvrir_rapport(options.annee, projet.racine, options.interne)
    dites, comptees = options.attendues or attributions_attendues(rapport), rapport["V01"].seul.publie
    attendues = dites or attendues_au_rythme(rapport)
    suivis, vigueur = suivi.suivis(rapport), suivi.en_vigueur(rapport)
    tables = list(_tables(rapport, suivis, int(comptees or 0), attendues))
    vides = vigueur["objectif"].eq("")
    sans_suite = {
        "à renseigner": vigueur[vides],
        "qu’aucun chiffre ne suit (un autre l’emporte, ou rien n’est compté)": vigueur[
            ~vides & ~vigueur["id"].isin(suivis["id"])
        ],
    }
    repondre(
        "objectifs",
        titre=f"Objectifs suivis en {rapport.annee}, {projet.epci_nom_court}. {rapport.mention}".strip(),
        tables=tables,
        entetes=_ENTETES[: len(tables[0][1][0])] if tables else _ENTETES,
        masques=suivis["statut"].eq("secret").any(),
        legende=LEGENDE,
        attendues=attendues,
        comptees=comptees,
        au_rythme=not dites,
        sans_suite={quoi: objectifs.to_dict("records") for quoi, objectifs in sans_suite.items()},
    )


def _tables(
    rapport: Rapport, suivis: pd.DataFrame, comptees: int, attendues: int | None
) -> Iterator[tuple[str, list[tuple[str, ...]], list[str]]]:
    """The title, the rows and the notes of a table an indicator.

    The last cell of a row is there only when something is said of what remains.
    """
    objectifs = rapport.references.objectifs
    faut = efforts(suivi.a_suivre(rapport), objectifs, comptees, attendues) if comptees and attendues else {}
    for code, groupe in groupby(suivis.to_dict("records"), key=lambda s: str(s["indicateur"])):
        lignes = []
        for ligne in groupe:
            effort = faut.get(tuple(ligne[cle] for cle in CLES))
            dernier = (effort.en_mots(str(ligne["sens"])) if effort else "–",)
            lignes.append((*_cellules(ligne), *(dernier if faut else ())))
        manques = enumerer(rapport.manques(code))
        dits = (f"Non calculable : {manques}." if manques else "", lacunes(rapport, [code]))
        yield f"{code} – {rapport.publication[code].indicateur.titre}", lignes, [dit for dit in dits if dit]


def _cellules(ligne: Mapping[Any, Any]) -> tuple[str, ...]:
    """A published row in words: whom, target, figure, gap, missing households, result."""
    chiffres = (cellule(ligne, nom, avec_unite=True).texte for nom in ("valeur", "ecart", "menages_manquants"))
    tu = signe(ligne, "resultat") if ligne["statut"] == "secret" else ""
    mot = tu or f"{cibles.resultat(ligne) or '–'}{' (tolérance)' if cibles.est_tolere(ligne) else ''}"
    return str(ligne["pour"]), str(ligne["objectif"]), *chiffres, mot
