"""The workbook of a bilan: cover, contents, notes, series, then one published table a sheet.

It follows the rules of the accessible statistical spreadsheet (docs/pages/documents.md, « Le classeur »).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import Alternative, enregistrer_classeur
from cil_analysis.rapport.classeur.feuilles import (
    COUVERTURE,
    MOTS,
    NOTES,
    RETOUR,
    SOMMAIRE,
    UN_TABLEAU,
    Feuille,
    nouveau_classeur,
    statut,
)
from cil_analysis.rapport.classeur.graphiques import VALEUR_TRACEE, Trace, ecrire_series, tracer
from cil_analysis.rapport.classeur.indicateur import ecrire_indicateur
from cil_analysis.rapport.mots.definitions import UNITES, nom_de_feuille
from cil_analysis.rapport.mots.formats import RIEN, accorder, date_en_mots
from cil_analysis.rapport.mots.signes import SIGNIFICATIONS, description
from cil_analysis.reference.regles import regles_en_mots
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def ecrire_classeur(rapport: Rapport, titre: str, chemin: Path) -> None:
    """Write ``bilan.xlsx``: every figure of it is published, and equal to the page's."""
    titre = f"{titre} {rapport.annee}"
    classeur = nouveau_classeur(titre, f"{rapport.projet.epci_nom}, {rapport.periode}")
    couverture = Feuille(classeur, COUVERTURE, titre, rapport.mention)
    sommaire = Feuille(classeur, SOMMAIRE, SOMMAIRE, rapport.mention)
    tables = [table for table in rapport.publication.values() if len(table)]
    notes = _noter(classeur, rapport)
    traces = ecrire_series(classeur, rapport, tables)
    alternatives = []
    for table in tables:
        siennes = traces.get(table.indicateur.code)
        feuille = ecrire_indicateur(classeur, rapport, table, notes, a_un_graphique=bool(siennes))
        if feuille.entete and siennes:
            graphique, nom = tracer(table.indicateur, rapport.projet.epci_nom_court, rapport.periode, siennes)
            feuille.illustrer(graphique)
            alternatives.append(Alternative(nom, _decrire(rapport, table, siennes)))
    autres = {nom: quoi for nom, quoi in MOTS["feuilles"].items() if nom in classeur.sheetnames}
    _couvrir(couverture, rapport, titre, autres)
    _sommer(sommaire, rapport, tables, traces, autres)
    enregistrer_classeur(classeur, chemin, alternatives)


def _couvrir(feuille: Feuille, rapport: Rapport, titre: str, autres: Mapping[str, str]) -> None:
    """The cover, which leads to the contents and to what is to be read first."""
    imports = [pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports]
    fictives = "Données fictives : rien n’y décrit la situation réelle du territoire."
    sections = {
        "Ce que contient ce classeur": MOTS["couverture"],
        "Territoire et période": [rapport.projet.epci_nom, f"Période : {rapport.periode}."],
        "Statut du document": [statut(rapport), fictives if rapport.projet.donnees_fictives else ""],
        "Date des données": [f"Derniers extraits importés le {date_en_mots(max(imports))}."] if imports else [],
        "Comment lire les signes": [
            *(f"{signe} : {sens}." for signe, sens in SIGNIFICATIONS.items()),
            "Un zéro est un chiffre.",
        ],
    }
    feuille.titrer(titre)
    for intertitre, phrases in sections.items():
        if phrases:
            feuille.intertitrer(intertitre)
            feuille.rediger(phrases)
    feuille.intertitrer("Aller à")
    for nom, quoi in {SOMMAIRE: "La liste des tableaux", **autres}.items():
        feuille.lier(_annoncer(nom, quoi), nom)


def _annoncer(nom: str, quoi: str) -> str:
    """A sheet and what is in it."""
    return f"{nom} : {quoi[0].lower()}{quoi[1:]}"


def _sommer(
    feuille: Feuille,
    rapport: Rapport,
    tables: Sequence[PublishedTable],
    traces: Mapping[str, object],
    autres: Mapping[str, str],
) -> None:
    """The contents: one sheet a row, and the way to it."""
    lignes: list[list[object]] = [[nom, quoi, "Lecture", RIEN, RIEN, RIEN, RIEN] for nom, quoi in autres.items()]
    for table in tables:
        indicateur = table.indicateur
        graphique = "oui" if indicateur.code in traces else "non"
        lignes.append([nom_de_feuille(indicateur), typographie(indicateur.titre), indicateur.theme,
                       UNITES[indicateur.unite], graphique, len(table), table.nb_secrets])  # fmt: skip
    feuille.presenter(SOMMAIRE, [f"{UN_TABLEAU} {MOTS['sommaire']}", rapport.mention], {})
    feuille.remplir(SOMMAIRE, lignes, liens=True)


def _noter(classeur: Workbook, rapport: Rapport) -> dict[str, int]:
    """The sheet of notes, one note a row. Returns the number of the note of each counting rule, by its code."""
    signes = [(f"Signe « {signe} »", f"{sens[0].upper()}{sens[1:]}.", RIEN) for signe, sens in SIGNIFICATIONS.items()]
    lecture = [(sujet, texte, RIEN) for sujet, texte in MOTS["lecture"].items()]
    regles = {
        code: (f"Règle {code}", f"{question} Choix : {choix or 'à renseigner'}.", source or RIEN)
        for code, question, choix, source in regles_en_mots(rapport.references, rapport.jour)
    }
    communes = [*signes, *lecture, ("Secret statistique", _secret(rapport), RIEN)]
    titre = _annoncer(NOTES, MOTS["feuilles"][NOTES])
    feuille = Feuille(classeur, NOTES, titre, rapport.mention)
    feuille.presenter(titre, [UN_TABLEAU, rapport.mention], RETOUR)
    notes = enumerate([*communes, *regles.values()], start=1)
    feuille.remplir(NOTES, [(f"note {rang}", *map(typographie, note)) for rang, note in notes])
    return {code: rang for rang, code in enumerate(regles, start=len(communes) + 1)}


def _secret(rapport: Rapport) -> str:
    """What disclosure control does, in short: the page of the method says it whole."""
    if rapport.publication.interne:
        return "Version interne : le secret statistique n’est pas appliqué. Ce classeur ne doit pas être diffusé."
    regles, masques = rapport.publication.regles, sum(t.nb_secrets for t in rapport.publication.values())
    return (
        f"Un effectif de 1 à {regles.seuil_effectif - 1} est masqué, de même qu’une part sur moins de "
        f"{accorder(regles.denominateur_minimal, 'ménage', 'ménages')} et tout chiffre dont l’un ou l’autre se "
        f"déduirait : {accorder(masques, 'chiffre est masqué', 'chiffres sont masqués')} dans ce bilan. La page "
        "methode.html dit comment."
    )


def _decrire(rapport: Rapport, table: PublishedTable, traces: Sequence[Trace]) -> str:
    """What is said of a chart to who does not see it."""
    dites = []
    for trace in traces:
        serie = rapport[table.indicateur.code].par("annee")
        serie = serie.ou(classe=trace.modalite) if trace.modalite else serie
        dites.append(f"{trace.nom or VALEUR_TRACEE} : {description(serie)}")
    return typographie(" ".join(dites))
