"""The sheet of an indicator: its title, what it is, and its published figures in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from openpyxl import Workbook

from cil_analysis.comptage.cadre import NON_CALCULABLE, SECRET
from cil_analysis.grammaire.indicateur import EPCI, Indicateur
from cil_analysis.rapport.classeur.feuilles import COLONNES, FORMATS, MOTS, NOTES, RETOUR, UN_TABLEAU, Colonne, Feuille
from cil_analysis.rapport.mots.definitions import UNITES, USUELS, nom_de_feuille, nom_du_terme
from cil_analysis.rapport.mots.formats import RIEN
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.rapport.tables import RESULTATS
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_DIT = MOTS["indicateur"]
_TITRES = _DIT["colonnes"]
_CHIFFRES = ("numerateur", "denominateur", "valeur", "cible", "cible_max", "ecart", "menages_manquants")
_ECARTS = {"nombre": "+#,##0;-#,##0;0", "pct": "+0.0;-0.0;0.0"}
_ETROITE, _LARGE = 10, 42
_UN_GRAPHIQUE = "Cette feuille contient un tableau et, à sa droite, un graphique."


def ecrire_indicateur(
    classeur: Workbook, rapport: Rapport, table: PublishedTable, notes: Mapping[str, int], *, a_un_graphique: bool
) -> Feuille:
    """Write the sheet of an indicator; without a table when nothing of it can be computed. ``notes``: of each rule."""
    indicateur, chiffres = table.indicateur, table.lignes()
    manques = _manques(rapport, table)
    sans_chiffre = manques and all(chiffre["statut"] == NON_CALCULABLE for chiffre in chiffres)
    noms = [nom for nom in _TITRES if nom == "valeur" or any(_est_rempli(chiffre, nom) for chiffre in chiffres)]
    libelles = _libelles(rapport, indicateur)
    lignes = [[_contenu(chiffre, nom, libelles) for nom in noms] for chiffre in chiffres]
    colonnes = [
        _colonne(indicateur, nom, cellules) for nom, cellules in zip(noms, zip(*lignes, strict=True), strict=True)
    ]
    titre = f"{indicateur.code} – {indicateur.titre}"
    if sans_chiffre:
        colonnes = COLONNES["Sans tableau"]
    feuille = Feuille(classeur, nom_de_feuille(indicateur), titre, rapport.mention, colonnes)
    contenu = "" if sans_chiffre else _UN_GRAPHIQUE if a_un_graphique else UN_TABLEAU
    feuille.presenter(
        titre, [contenu, *_phrases(rapport, indicateur, notes, manques)], {"Notes et règles": NOTES, **RETOUR}
    )
    if not sans_chiffre:
        # The whole is set apart.
        ensemble = [x["perimetre_type"] == EPCI and not (x["acteur_type"] or x["modalite"]) for x in chiffres]
        feuille.remplir(indicateur.code, lignes, gras=ensemble)
    return feuille


def _phrases(rapport: Rapport, indicateur: Indicateur, notes: Mapping[str, int], manques: str) -> Sequence[str]:
    unite = UNITES[indicateur.unite]
    return (
        f"{indicateur.definition}.",
        f"Formule : {indicateur.formule}.",
        f"{rapport.projet.epci_nom_court}, {rapport.periode}. Unité : {unite}. Population : {indicateur.population}.",
        f"{rapport.source(indicateur.code, rapport.periode)} Définition : {indicateur.source}.",
        f"Signes : {LEGENDE}",
        _regles(indicateur.regles, notes),
        manques,
    )


def _regles(codes: Sequence[str], notes: Mapping[str, int]) -> str:
    """« Règles de comptage : P1 et P9 (notes 14 et 22). »."""
    if not codes:
        return ""
    numeros = [str(notes[code]) for code in codes if code in notes]
    renvoi = f" ({'notes' if len(numeros) > 1 else 'note'} {enumerer(numeros)})" if numeros else ""
    return f"Règles de comptage : {enumerer(codes)}{renvoi}."


def _libelles(rapport: Rapport, indicateur: Indicateur) -> Mapping[str, Mapping[str, str]]:
    return {
        "perimetre_type": _DIT["perimetre_type"],
        "perimetre_code": rapport.perimetres,
        "acteur_type": _DIT["acteur_type"],
        "acteur_code": rapport.acteurs,
        "modalite": rapport.modalites(indicateur.code),
        "unite": UNITES,
        "resultat": RESULTATS,
    }


def _colonne(indicateur: Indicateur, nom: str, cellules: Sequence[object]) -> Colonne:
    """As wide as its longest text and the longest word of its header, within reason."""
    titre = _titre(indicateur, nom)
    voulue = max([*(len(mot) + 5 for mot in titre.split()), *(len(x) + 3 for x in cellules if isinstance(x, str))])
    format_ = _format(nom, indicateur.unite) if nom in _CHIFFRES else ""
    return Colonne(titre, min(_LARGE, max(_ETROITE, voulue)), format_)


def _titre(indicateur: Indicateur, nom: str) -> str:
    if nom in USUELS:
        return nom_du_terme(indicateur, nom)
    en_menages = _DIT["en_menages"] if indicateur.unite == "nombre" else {}
    return str(en_menages.get(nom) or _TITRES[nom])


def _format(nom: str, unite: str) -> str:
    if nom == "ecart":
        return _ECARTS.get(unite, "0.0")
    return FORMATS[unite if nom in ("valeur", "cible", "cible_max") else "nombre"]


def _manques(rapport: Rapport, table: PublishedTable) -> str:
    """« Non calculable : colonne « Âge » absente. », or in which years figures could not be computed, and why."""
    annees_de: dict[str, list[str]] = {}
    statuts = table.valeurs("statut")
    for annee in dict.fromkeys(table.valeurs("annee")[statuts == NON_CALCULABLE]):
        pourquoi = enumerer(rapport.manques(table.indicateur.code, annee=int(annee)))
        annees_de.setdefault(pourquoi, []).append(str(annee))
    annees_de.pop("", None)
    if len(annees_de) == 1 and (statuts == NON_CALCULABLE).all():
        return f"Non calculable : {next(iter(annees_de))}."
    return " ".join(
        f"Chiffres non calculables en {enumerer(annees)} : {pourquoi}." for pourquoi, annees in annees_de.items()
    )


def _est_rempli(chiffre: LignePubliee, nom: str) -> bool:
    """Whether a row has something in a column; what is masked is nothing."""
    if nom in _CHIFFRES:
        return chiffre["statut"] != SECRET and not isnan(chiffre[nom])
    return bool(chiffre[nom])


def _contenu(chiffre: LignePubliee, nom: str, libelles: Mapping[str, Mapping[str, str]]) -> object:
    """A cell: a figure as a number, the label of a code, or the sign of an absence."""
    valeur = chiffre[nom]
    est_secret = chiffre["statut"] == SECRET
    if nom in _CHIFFRES:
        if est_secret or isnan(valeur):
            return signe(chiffre, nom)
        return int(valeur) if float(valeur).is_integer() else float(valeur)
    if nom == "resultat" and est_secret and signe(chiffre, nom):
        return signe(chiffre, nom)
    if not valeur:
        # The objective of a masked row is masked too; a row without one has none.
        return _DIT["sans"].get(nom) or (signe(chiffre, "cible") if est_secret else RIEN)
    return int(valeur) if nom == "annee" else libelles.get(nom, {}).get(str(valeur), str(valeur))
