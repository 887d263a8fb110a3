"""The workbook of a bilan: cover, contents, notes, series, then one published table a sheet.

It follows the rules of the accessible statistical spreadsheet (docs/guide.md, « Le classeur »).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import Alternative, enregistrer_classeur
from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.rapport.alternatives import description
from cil_analysis.rapport.classeur.feuilles import (
    SOUS_TITRE,
    Colonne,
    ecrire,
    ecrire_phrases,
    ecrire_tableau,
    ecrire_titre,
    lier,
    mettre_en_page,
    nouveau_classeur,
    signer,
    titrer_les_pages,
    zone_du_tableau,
)
from cil_analysis.rapport.classeur.graphiques import VALEUR_TRACEE, dessiner, plage_imprimee, titre_du_graphique
from cil_analysis.rapport.classeur.noms_de_feuilles import COUVERTURE, NOTES, SERIES, SOMMAIRE, nom_de_feuille
from cil_analysis.rapport.classeur.notes import ecrire_notes, notes_de
from cil_analysis.rapport.classeur.series import Trace, ecrire_series
from cil_analysis.rapport.classeur.tables import UNITES, ecrire_table
from cil_analysis.rapport.mots.formats import RIEN, date_en_mots
from cil_analysis.rapport.mots.signes import SIGNIFICATIONS
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.series import series_de_l_ensemble
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_SOMMAIRE = (
    Colonne("Feuille", 34),
    Colonne("Tableau", 72),
    Colonne("Chapitre", 31),
    Colonne("Unité", 11),
    Colonne("Graphique", 15),
    Colonne("Chiffres", 13, "#,##0"),
    Colonne("Masqués", 13, "#,##0"),
)
_LARGEUR_DE_LA_COUVERTURE = 74
_FIXES = {NOTES: "Signes, lecture des tableaux, secret statistique, règles de comptage",
          SERIES: "Séries annuelles de l’intercommunalité, tracées par les graphiques"}  # fmt: skip


def ecrire_classeur(rapport: Rapport, titre: str, chemin: Path) -> None:
    """Write ``bilan.xlsx``: every figure of it is published, and equal to the page's."""
    classeur, couverture = nouveau_classeur(COUVERTURE)
    sommaire, notes = classeur.create_sheet(SOMMAIRE), classeur.create_sheet(NOTES)
    tables = [table for table in rapport.publication.values() if len(table)]
    numerotees = notes_de(rapport)
    ecrire_notes(notes, rapport, numerotees)
    series, traces = None, {}
    if any(len(series_de_l_ensemble(table.donnees)) for table in tables):
        series = classeur.create_sheet(SERIES)
        traces = ecrire_series(series, rapport, tables)
    alternatives = []
    for table in tables:
        feuille = classeur.create_sheet(nom_de_feuille(table.indicateur))
        entete = ecrire_table(feuille, rapport, table, numerotees)
        siennes = traces.get(table.indicateur.code)
        if entete is not None and series is not None and siennes:
            alternatives.append(_graphique(feuille, entete, series, rapport, table, siennes))
    autres = {nom: quoi for nom, quoi in _FIXES.items() if nom in classeur.sheetnames}
    _couverture(couverture, rapport, titre, autres)
    _sommaire(sommaire, rapport, tables, traces, autres)
    signer(classeur, f"{titre} {rapport.annee}", f"{rapport.projet.epci_nom}, {rapport.periode}")
    enregistrer_classeur(classeur, chemin, alternatives)


def _graphique(
    feuille: Worksheet, entete: int, series: Worksheet, rapport: Rapport, table: PublishedTable, traces: Sequence[Trace]
) -> Alternative:
    """The chart beside the table, and what is said of it to who does not see it."""
    indicateur = table.indicateur
    titre = titre_du_graphique(indicateur, rapport.projet.epci_nom_court, rapport.periode)
    colonne, ligne = feuille.max_column + 2, entete + 1
    dessiner(feuille, f"{get_column_letter(colonne)}{ligne}", series, indicateur, titre, traces)
    feuille.print_area = f"{zone_du_tableau(feuille)},{plage_imprimee(colonne, ligne)}"
    dits = []
    for trace in traces:
        serie = table.ou(perimetre_type=EPCI, acteur_type="", modalite=trace.modalite)
        dits.append(f"{trace.nom or VALEUR_TRACEE} : {description(rapport, serie, 'annee')}")
    return Alternative(titre.replace("\n", ", "), typographie(" ".join(dits)))


def _couverture(feuille: Worksheet, rapport: Rapport, titre: str, autres: Mapping[str, str]) -> None:
    publication, projet = rapport.publication, rapport.projet
    imports = [pd.Timestamp(j["importe_le"]) for j in publication.imports]
    sections = {
        "Ce que contient ce classeur": [
            "Les tableaux du bilan annuel des attributions de logements sociaux : un indicateur par feuille, année par "
            "année, avec sa définition, sa formule et sa source.",
            "Ce sont les chiffres de la page bilan.html et du fichier indicateurs.csv produits en même temps.",
        ],
        "Territoire et période": [projet.epci_nom, f"Période : {rapport.periode}."],
        "Statut du document": [
            "Version interne : secret statistique non appliqué, ne pas diffuser."
            if publication.interne
            else "Version publiée : secret statistique appliqué.",
            *(
                ["Données fictives : rien n’y décrit la situation réelle du territoire."]
                if projet.donnees_fictives
                else []
            ),
        ],
        "Date des données": [f"Derniers extraits importés le {date_en_mots(max(imports))}."] if imports else [],
        "Comment lire les signes": [
            *(f"{signe} : {sens}." for signe, sens in SIGNIFICATIONS.items()),
            "Un zéro est un chiffre.",
        ],
    }
    ecrire_titre(feuille, typographie(f"{titre} {rapport.annee}"))
    ligne = 2
    for intertitre, phrases in sections.items():
        if phrases:
            ecrire(feuille, ligne, 1, typographie(intertitre), SOUS_TITRE)
            for rang, phrase in enumerate(phrases, start=ligne + 1):
                ecrire(feuille, rang, 1, typographie(phrase))
            ligne += 1 + len(phrases)
    ecrire(feuille, ligne, 1, "Aller à", SOUS_TITRE)
    for rang, (nom, quoi) in enumerate({SOMMAIRE: "La liste des tableaux", **autres}.items(), start=ligne + 1):
        lier(ecrire(feuille, rang, 1, typographie(f"{nom} : {quoi[0].lower()}{quoi[1:]}")), nom)
    feuille.column_dimensions["A"].width = _LARGEUR_DE_LA_COUVERTURE
    mettre_en_page(feuille)
    titrer_les_pages(feuille, f"{titre} {rapport.annee}", rapport.mention)


def _sommaire(
    feuille: Worksheet,
    rapport: Rapport,
    tables: Sequence[PublishedTable],
    traces: Mapping[str, object],
    autres: Mapping[str, str],
) -> None:
    ecrire_titre(feuille, SOMMAIRE)
    phrases = [
        "Un tableau par feuille. Le nom de la feuille est un lien. « Chiffres » compte les lignes du tableau, "
        "« Masqués » celles que masque le secret statistique.",
        rapport.mention,
    ]
    largeur = sum(colonne.largeur for colonne in _SOMMAIRE)
    entete = ecrire_phrases(feuille, 2, [typographie(p) for p in phrases if p], largeur)
    lignes: list[list[object]] = [[nom, quoi, "Lecture", RIEN, RIEN, RIEN, RIEN] for nom, quoi in autres.items()]
    for table in tables:
        indicateur = table.indicateur
        graphique = "oui" if indicateur.code in traces else "non"
        lignes.append([nom_de_feuille(indicateur), typographie(indicateur.titre), indicateur.theme,
                       UNITES[indicateur.unite], graphique, len(table), table.nb_secrets])  # fmt: skip
    ecrire_tableau(feuille, entete, _SOMMAIRE, lignes, SOMMAIRE)
    for ligne, contenus in enumerate(lignes, start=entete + 1):
        lier(feuille.cell(ligne, 1), str(contenus[0]))
    titrer_les_pages(feuille, SOMMAIRE, rapport.mention)
