"""The workbook of a bilan: cover, contents, notes, series, then one published table a sheet.

It follows the rules of the accessible statistical spreadsheet (docs/pages/documents.md, « Le classeur »).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.comptage.cadre import CHIFFRES, NON_CALCULABLE, SECRET
from cil_analysis.grammaire.indicateur import EPCI, NOMBRE, Indicateur
from cil_analysis.rapport.classeur.feuilles import (
    COLONNES,
    COUVERTURE,
    FORMATS,
    INTERTITRE,
    MOTS,
    NOTES,
    RETOUR,
    SOMMAIRE,
    TITRE,
    UN_TABLEAU,
    Colonne,
    Feuille,
    nouveau_classeur,
    statut,
)
from cil_analysis.rapport.classeur.graphiques import VALEUR_TRACEE, ecrire_series, tracer
from cil_analysis.rapport.figure import note_des_absences
from cil_analysis.rapport.mots.definitions import UNITES, USUELS, nom_de_feuille, nom_du_terme
from cil_analysis.rapport.mots.lignes import LEGENDE, RESULTATS, SIGNIFICATIONS, description, signe
from cil_analysis.reference.regles import regles_en_mots
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable
from cil_analysis.typographie import RIEN, minuscule, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_DIT = MOTS["indicateur"]
_TITRES = _DIT["colonnes"]
_ECARTS = {"nombre": "+#,##0;-#,##0;0", "pct": "+0.0;-0.0;0.0"}
_EN_UNITE = ("valeur", "cible", "cible_max")  # the others count households, or are a gap
_ETROITE, _LARGE = 10, 42
_UN_GRAPHIQUE = "Cette feuille contient un tableau et, à sa droite, un graphique."


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
        siennes = traces.get(table.indicateur.code, [])
        feuille = _ecrire_indicateur(classeur, rapport, table, notes, a_un_graphique=bool(siennes))
        if siennes:
            graphique, nom = tracer(table.indicateur, rapport.projet.epci_nom_court, rapport.periode, siennes)
            feuille.illustrer(graphique)
            dits = (f"{trace.nom or VALEUR_TRACEE} : {description(trace.chiffres)}" for trace in siennes)
            alternatives.append((nom, typographie(" ".join(dits))))
    autres = {nom: quoi for nom, quoi in MOTS["feuilles"].items() if nom in classeur.sheetnames}
    _couvrir(couverture, rapport, titre, autres)
    _sommer(sommaire, rapport, tables, traces, autres)
    enregistrer_classeur(classeur, chemin, alternatives)


def _couvrir(feuille: Feuille, rapport: Rapport, titre: str, autres: Mapping[str, str]) -> None:
    faits = {
        "periode": rapport.periode,
        "statut": statut(rapport),
        "fictives": rapport.projet.donnees_fictives,
        "importes_le": max((pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports), default=None),
    }
    sections = {nom: [rapport.dire(x, **faits) for x in phrases] for nom, phrases in MOTS["couverture"].items()}
    sections["Territoire et période"].insert(0, rapport.projet.epci_nom)
    signes = [*(f"{signe} : {sens}." for signe, sens in SIGNIFICATIONS.items()), "Un zéro est un chiffre."]
    feuille.ecrire(titre, allure=TITRE)
    for intertitre, phrases in {**sections, "Comment lire les signes": signes}.items():
        feuille.ecrire(intertitre if any(phrases) else "", allure=INTERTITRE)
        feuille.ecrire(*phrases)
    feuille.ecrire("Aller à", allure=INTERTITRE)
    for nom, quoi in {SOMMAIRE: "La liste des tableaux", **autres}.items():
        feuille.lier(_annoncer(nom, quoi), nom)


def _annoncer(nom: str, quoi: str) -> str:
    return f"{nom} : {minuscule(quoi)}"


def _sommer(
    feuille: Feuille,
    rapport: Rapport,
    tables: Sequence[PublishedTable],
    traces: Mapping[str, object],
    autres: Mapping[str, str],
) -> None:
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
    regles = {
        code: (f"Règle {code}", f"{question} Choix : {choix or 'à renseigner'}.", source)
        for code, question, choix, source in regles_en_mots(rapport.references, rapport.jour)
    }
    signes = {f"Signe « {signe} »": f"{sens[0].upper()}{sens[1:]}." for signe, sens in SIGNIFICATIONS.items()}
    regles_du_secret, masques = rapport.publication.regles, sum(t.nb_secrets for t in rapport.publication.values())
    faits = {"interne": rapport.publication.interne, "regles": regles_du_secret, "masques": masques}
    communes = signes | MOTS["lecture"] | {"Secret statistique": rapport.dire(MOTS["secret"], **faits)}
    titre = _annoncer(NOTES, MOTS["feuilles"][NOTES])
    feuille = Feuille(classeur, NOTES, titre, rapport.mention)
    feuille.presenter(titre, [UN_TABLEAU, rapport.mention], RETOUR)
    notes = [*((sujet, texte, "") for sujet, texte in communes.items()), *regles.values()]
    feuille.remplir(
        NOTES, [(f"note {rang}", *(typographie(x) or RIEN for x in note)) for rang, note in enumerate(notes, start=1)]
    )
    return {code: rang for rang, code in enumerate(regles, start=len(communes) + 1)}


# --- The sheet of an indicator: its title, what it is, and its published figures in one table ------------------------


def _ecrire_indicateur(
    classeur: Workbook, rapport: Rapport, table: PublishedTable, notes: Mapping[str, int], *, a_un_graphique: bool
) -> Feuille:
    """Write the sheet of an indicator; without a table when nothing of it can be computed. ``notes``: of each rule."""
    indicateur, chiffres, manques = table.indicateur, table.lignes(), _manques(rapport, table)
    a_un_tableau = not manques or any(chiffre["statut"] != NON_CALCULABLE for chiffre in chiffres)
    contenus = _contenus(rapport, table) if a_un_tableau else {}
    colonnes = [_colonne(indicateur, nom, cellules) for nom, cellules in contenus.items()]
    titre, contenu = f"{indicateur.code} – {indicateur.titre}", _UN_GRAPHIQUE if a_un_graphique else UN_TABLEAU
    feuille = Feuille(
        classeur, nom_de_feuille(indicateur), titre, rapport.mention, colonnes or COLONNES["Sans tableau"]
    )
    faits = {
        "i": indicateur,
        "lieu": f"{rapport.projet.epci_nom_court}, {rapport.periode}",
        "unite": UNITES[indicateur.unite],
        "source": rapport.source(indicateur.code, rapport.periode),
        "legende": LEGENDE,
    }
    phrases = [phrase.format(**faits) for phrase in _DIT["phrases"]]
    phrases = [contenu if a_un_tableau else "", *phrases, _regles(indicateur.regles, notes), manques]
    feuille.presenter(titre, phrases, {"Notes et règles": NOTES, **RETOUR})
    if a_un_tableau:
        # The whole is set apart.
        ensemble = [x["perimetre_type"] == EPCI and not (x["acteur_type"] or x["modalite"]) for x in chiffres]
        feuille.remplir(indicateur.code, list(zip(*contenus.values(), strict=True)), gras=ensemble)
    return feuille


def _regles(codes: Sequence[str], notes: Mapping[str, int]) -> str:
    """« Règles de comptage : P1 et P9 (notes 14 et 22). »."""
    if not codes:
        return ""
    numeros = [str(notes[code]) for code in codes if code in notes]
    renvoi = f" ({'notes' if len(numeros) > 1 else 'note'} {enumerer(numeros)})" if numeros else ""
    return f"Règles de comptage : {enumerer(codes)}{renvoi}."


def _colonne(indicateur: Indicateur, nom: str, cellules: Sequence[object]) -> Colonne:
    """As wide as its longest text and the longest word of its header, within reason."""
    unite, titres = indicateur.unite, _TITRES | (_DIT["en_menages"] if indicateur.unite == NOMBRE else {})
    titre = nom_du_terme(indicateur, nom) if nom in USUELS else str(titres[nom])
    voulue = max([*(len(mot) + 5 for mot in titre.split()), *(len(x) + 3 for x in cellules if isinstance(x, str))])
    format_ = ""
    if nom in CHIFFRES:
        format_ = _ECARTS.get(unite, "0.0") if nom == "ecart" else FORMATS[unite if nom in _EN_UNITE else NOMBRE]
    return Colonne(titre, min(_LARGE, max(_ETROITE, voulue)), format_)


def _manques(rapport: Rapport, table: PublishedTable) -> str:
    """« Non calculable : colonne « Âge » absente. », or in which years figures could not be computed, and why."""
    annees = {int(annee) for annee in table.valeurs("annee")}
    raisons = {enumerer(rapport.manques(table.indicateur.code, annee=annee)) for annee in annees}
    if len(raisons) == 1 and (table.valeurs("statut") == NON_CALCULABLE).all() and all(raisons):
        return f"Non calculable : {raisons.pop()}."
    return note_des_absences(rapport, [table])


def _contenus(rapport: Rapport, table: PublishedTable) -> dict[str, list[object]]:
    """The cells of each column of indicateurs.csv that has something; what is masked is nothing."""
    libelles: Mapping[str, Mapping[str, str]] = {
        "perimetre_type": _DIT["perimetre_type"],
        "perimetre_code": rapport.perimetres,
        "acteur_type": _DIT["acteur_type"],
        "acteur_code": rapport.acteurs,
        "modalite": rapport.modalites(table.indicateur.code),
        "unite": UNITES,
        "resultat": RESULTATS,
    }
    lignes = table.lignes()
    noms = [nom for nom in _TITRES if nom == "valeur" or any(_est_rempli(chiffre, nom) for chiffre in lignes)]
    return {nom: [_contenu(chiffre, nom, libelles.get(nom, {})) for chiffre in lignes] for nom in noms}


def _est_rempli(chiffre: LignePubliee, nom: str) -> bool:
    if nom in CHIFFRES:
        return chiffre["statut"] != SECRET and not isnan(chiffre[nom])
    return bool(chiffre[nom])


def _contenu(chiffre: LignePubliee, nom: str, libelles: Mapping[str, str]) -> object:
    """A cell: a figure as a number, the label of a code, or the sign of an absence."""
    valeur, est_secret = chiffre[nom], chiffre["statut"] == SECRET
    if nom in CHIFFRES:
        return signe(chiffre, nom) if est_secret or isnan(valeur) else float(valeur)
    if nom == "resultat" and est_secret and signe(chiffre, nom):
        return signe(chiffre, nom)
    if not valeur:
        # The objective of a masked row is masked too; a row without one has none.
        return _DIT["sans"].get(nom) or (signe(chiffre, "cible") if est_secret else RIEN)
    return int(valeur) if nom == "annee" else libelles.get(valeur, valeur)
