"""The workbook of a bilan: cover, contents, then one published table a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.indicators.cadre import NON_CALCULABLE, SECRET, Indicateur
from cil_analysis.indicators.definitions import UNITES
from cil_analysis.presentation.feuilles import COULEUR, FILET, TITRE, ecrire, ecrire_entete, mettre_en_page, signer
from cil_analysis.presentation.formats import enumerer
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import LEGENDE, signe
from cil_analysis.presentation.tables import RESULTATS
from cil_analysis.reference.texte import typographie

# Column of the published frame → its header; the empty ones of a table are left out.
_COLONNES = {
    "annee": "Année",
    "perimetre_type": "Type de périmètre",
    "perimetre_code": "Périmètre",
    "acteur_type": "Type d’acteur",
    "acteur_code": "Acteur",
    "modalite": "Modalité",
    "numerateur": "Ménages concernés",
    "denominateur": "Ensemble",
    "valeur": "Valeur",
    "unite": "Unité",
    "cible": "Objectif (%)",
    "cible_max": "Borne haute (%)",
    "sens": "Sens de l’objectif",
    "ecart": "Écart (points)",
    "menages_manquants": "Ménages manquants",
    "resultat": "Résultat",
}
# The two terms of a ratio, what a median rests on, and what is no household.
_TERMES = {("T01R", "denominateur"): "Logements sociaux", ("T01R", "numerateur"): "Attributions",
           ("V05", "denominateur"): "Attributions et demandes", ("V05", "numerateur"): "Attributions",
           ("ratio", "numerateur"): "Demandes actives", ("ratio", "denominateur"): "Attributions",
           ("mois", "denominateur"): "Ménages au délai connu"}  # fmt: skip
_EN_MENAGES = {"cible": "Objectif (ménages)", "cible_max": "Borne haute (ménages)", "ecart": "Écart (ménages)"}
_CHIFFRES = ("numerateur", "denominateur", "valeur", "cible", "cible_max", "ecart", "menages_manquants")
_TYPES = {"epci": "Intercommunalité", "commune": "Commune", "qpv": "Quartier prioritaire",
          "epci_constant": "Communes membres toute la période",
          "en_qpv": "Ensemble des quartiers prioritaires", "hors_qpv": "Hors quartier prioritaire"}  # fmt: skip
_ACTEURS = {"bailleur": "Bailleur", "reservataire": "Réservataire"}
_UNITES = {"nombre": "nombre", "pct": "%", "ratio": "rapport", "mois": "mois"}
_FORMATS = {"nombre": "#,##0", "pct": "0.0", "ratio": "0.0", "mois": "0.0"}
_LIGNE_ENTETE = 7


def ecrire_classeur(rapport: Rapport, titre: str, chemin: Path) -> None:
    """Write ``bilan.xlsx``: every figure of it is published, and equal to the page's."""
    classeur = Workbook()
    couverture = classeur.active
    assert isinstance(couverture, Worksheet)
    sommaire = classeur.create_sheet("Sommaire")
    tables = [table for table in rapport.publication.values() if len(table)]
    for table in tables:
        _feuille(classeur.create_sheet(table.indicateur.code), rapport, table)
    _couverture(couverture, rapport, titre)
    _sommaire(sommaire, rapport, tables)
    signer(classeur, f"{titre} {rapport.annee}")
    enregistrer_classeur(classeur, chemin)


def _couverture(feuille: Worksheet, rapport: Rapport, titre: str) -> None:
    feuille.title = "Couverture"
    lignes = [
        f"{titre} {rapport.annee}",
        rapport.projet.epci_nom,
        f"Période : {rapport.periode}",
        "Version interne : secret statistique non appliqué, ne pas diffuser."
        if rapport.publication.interne
        else "Version publiée : secret statistique appliqué.",
        "Données fictives : rien n’y décrit la situation réelle du territoire."
        if rapport.projet.donnees_fictives
        else "",
        f"Signes : {LEGENDE}",
        "Chaque feuille porte un tableau, sa définition et sa source ; la feuille « Sommaire » les liste.",
    ]
    for rang, texte in enumerate([texte for texte in lignes if texte], start=1):
        ecrire(feuille, rang, 1, typographie(texte), TITRE if rang == 1 else None)
    feuille.column_dimensions["A"].width = 100


def _sommaire(feuille: Worksheet, rapport: Rapport, tables: Sequence[PublishedTable]) -> None:
    titre = f"Sommaire – {rapport.mention}" if rapport.mention else "Sommaire"
    ecrire(feuille, 1, 1, titre, TITRE).alignment = Alignment(wrap_text=False)
    for colonne, entete in enumerate(("Feuille", "Tableau", "Chiffres", "Masqués"), start=1):
        ecrire_entete(feuille, 2, colonne, entete)
    for ligne, table in enumerate(tables, start=3):
        code = table.indicateur.code
        lien = ecrire(feuille, ligne, 1, code, Font(color=COULEUR, underline="single"))
        lien.hyperlink = Hyperlink(ref=lien.coordinate, location=f"'{code}'!A1")
        ecrire(feuille, ligne, 2, typographie(table.indicateur.titre))
        ecrire(feuille, ligne, 3, len(table))
        ecrire(feuille, ligne, 4, table.nb_secrets)
    feuille.freeze_panes = "A3"
    for lettre, largeur in zip("ABCD", (10, 75, 12, 12), strict=True):
        feuille.column_dimensions[lettre].width = largeur


def _feuille(feuille: Worksheet, rapport: Rapport, table: PublishedTable) -> None:
    indicateur = table.indicateur
    ecrire(feuille, 1, 1, typographie(f"{indicateur.code} – {indicateur.titre}"), TITRE)
    haut = [
        f"{indicateur.definition}. Formule : {indicateur.formule}.",
        f"Population : {indicateur.population}. Unité : {UNITES[indicateur.unite]}. {_regles(indicateur)}",
        f"{rapport.source(indicateur.code, rapport.periode)} Définition : {indicateur.source}.",
        f"Signes : {LEGENDE}",
    ]
    for rang, texte in enumerate(haut, start=2):
        ecrire(feuille, rang, 1, typographie(texte)).alignment = Alignment(wrap_text=False)
    manques = manques_en_mots(rapport, table)
    if manques:
        ecrire(feuille, _LIGNE_ENTETE - 1, 1, typographie(manques)).alignment = Alignment(wrap_text=False)
    donnees = table.donnees
    if manques and donnees["statut"].eq(NON_CALCULABLE).all():
        mettre_en_page(feuille)
        return
    colonnes = [nom for nom in _COLONNES if nom in ("annee", "valeur") or _remplie(donnees, nom)]
    for rang, nom in enumerate(colonnes, start=1):
        entete = _TERMES.get((indicateur.code, nom)) or _TERMES.get((indicateur.unite, nom)) or _COLONNES[nom]
        if indicateur.unite == "nombre":
            entete = _EN_MENAGES.get(nom, entete)
        ecrire_entete(feuille, _LIGNE_ENTETE, rang, entete)
    libelles = {
        "perimetre_type": _TYPES,
        "perimetre_code": rapport.perimetres,
        "acteur_type": _ACTEURS,
        "acteur_code": rapport.acteurs,
        "modalite": rapport.modalites(indicateur.code),
        "unite": _UNITES,
        "resultat": {code: mot for code, (_, mot) in RESULTATS.items()},
    }
    modeles: dict[tuple[str, bool], Cell] = {}  # The first cell of each look: the others are dressed like it.
    for ligne, chiffre in enumerate(donnees.to_dict("records"), start=_LIGNE_ENTETE + 1):
        for rang, nom in enumerate(colonnes, start=1):
            contenu = _contenu(chiffre, nom, libelles)
            unite = str(chiffre["unite"]) if nom in ("valeur", "cible", "cible_max", "ecart") else "nombre"
            allure = _FORMATS[unite] if nom in _CHIFFRES else "", isinstance(contenu, str)
            cellule = ecrire(feuille, ligne, rang, contenu, comme=modeles.get(allure))
            if allure in modeles:
                continue
            modeles[allure] = cellule
            cellule.border = FILET
            if nom in _CHIFFRES:
                cellule.number_format = _FORMATS[unite]
                cellule.alignment = Alignment(horizontal="right")
    mettre_en_page(feuille, _LIGNE_ENTETE, len(colonnes), _LIGNE_ENTETE + len(donnees))
    for rang, nom in enumerate(colonnes, start=1):
        large = nom in ("perimetre_code", "acteur_code", "modalite", "perimetre_type")
        feuille.column_dimensions[get_column_letter(rang)].width = 34 if large else 14


def manques_en_mots(rapport: Rapport, table: PublishedTable) -> str:
    """« Non calculable : colonne « Âge » absente. », or in which years figures could not be computed, and why."""
    annees_de: dict[str, list[str]] = {}
    for annee in dict.fromkeys(table.donnees["annee"]):
        if table.donnees.loc[table.donnees["annee"].eq(annee), "statut"].eq(NON_CALCULABLE).any():
            pourquoi = enumerer(rapport.manques(table.indicateur.code, annee=int(annee)))
            annees_de.setdefault(pourquoi, []).append(str(annee))
    annees_de.pop("", None)
    if len(annees_de) == 1 and table.donnees["statut"].eq(NON_CALCULABLE).all():
        return f"Non calculable : {next(iter(annees_de))}."
    return " ".join(
        f"Chiffres non calculables en {enumerer(annees)} : {pourquoi}." for pourquoi, annees in annees_de.items()
    )


def _regles(indicateur: Indicateur) -> str:
    return f"Règles de comptage : {', '.join(indicateur.regles)}." if indicateur.regles else ""


def _remplie(donnees: pd.DataFrame, nom: str) -> bool:
    remplies = donnees[nom].notna() & donnees[nom].ne("")
    if nom in _CHIFFRES:
        remplies &= donnees["statut"].ne(SECRET)
    return bool(remplies.any())


def _contenu(chiffre: Mapping[Any, Any], nom: str, libelles: dict[str, dict[str, str]]) -> object:
    valeur = chiffre[nom]
    if chiffre["statut"] == SECRET and nom in (*_CHIFFRES, "resultat"):
        return signe(chiffre, nom)
    if nom in _CHIFFRES:
        if pd.isna(valeur):
            return signe(chiffre, nom)
        return int(valeur) if float(valeur).is_integer() else float(valeur)
    if nom == "annee":
        return int(valeur)
    texte = str(valeur)
    return libelles.get(nom, {}).get(texte, texte) or None
