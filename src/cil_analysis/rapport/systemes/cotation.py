"""Ce que la page de la cotation lit des grilles : leurs critères en mots, les repères de l’essai."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pandas as pd

from cil_analysis.rapport.bloc import Bloc, paragraphe
from cil_analysis.rapport.figure import replier
from cil_analysis.rapport.mots.formats import MOINS, mois_et_annee, nombre
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.tableaux import tabuler
from cil_analysis.rapport.tables import Cellule
from cil_analysis.reference.systemes import cotation as lus
from cil_analysis.reference.systemes.cotation import Critere, Grille
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.cotation import bornes_des_rangs

_UNITES = {"annees": "année", "unite": "unité", "": "unité"}
_NOMBRES = {2: "deux", 3: "trois", 4: "quatre"}


def rangs(rapport: Rapport) -> dict[str, str]:
    """« les deux premiers déciles », « le dernier décile » : ce que l’année dit bas (« bas ») et élevé (« hauts »)."""
    nombres = bornes_des_rangs(rapport.references.parametres, rapport.jour)
    return {
        nom: f"le {rang} décile" if n == 1 else f"les {_NOMBRES[n]} {rang}s déciles"
        for nom, n, rang in zip(("bas", "hauts"), nombres, ("premier", "dernier"), strict=True)
    }


def reperes(rapport: Rapport) -> list[str]:
    """Le début de la cotation, avant sa première année entière, et chaque changement de grille, en mots."""
    cotation, debut, trouves = rapport.references.cotation, rapport.references.cotation.debut, []
    for avant, annee in pairwise(sorted(rapport.annees)):
        if debut is not None and date(avant, 1, 1) < debut <= date(annee, 1, 1):
            mois = mois_et_annee(debut)
            trouves.append(f"la cotation commence en {mois} ; les années qui précèdent sont notées par la même grille")
        ancienne, nouvelle = (cotation.grille_au(date(a, 12, 31)) for a in (avant, annee))
        if ancienne is not None and nouvelle is not None and ancienne.code != nouvelle.code:
            trouves.append(f"la grille change en {annee} ({nouvelle.code})")
    return trouves


def tableau_de_la_grille(rapport: Rapport, grille: Grille | None) -> Bloc:
    """Les critères d’une grille, par famille, et ce que chacun donne ; ce que chacun demande est à un clic."""
    if grille is None:
        return Bloc("")
    familles = list(dict.fromkeys(c.famille for c in grille.criteres))
    criteres = sorted(grille.criteres, key=lambda c: familles.index(c.famille))
    lus = pd.DataFrame(
        {
            "critere": [c.libelle for c in criteres],
            "famille": [c.famille for c in criteres],
            "points": [Cellule(typographie(points_en_mots(rapport, c)), "texte court") for c in criteres],
            "cumulable": ["oui" if c.cumulable else "non" for c in criteres],
            "condition": [condition_en_mots(rapport, c) for c in criteres],
        }
    )
    nom = f"« {grille.intitule} » ({grille.code})"
    cumul = "Des critères non cumulables d’une même famille, seul le plus favorable compte ; les autres s’ajoutent."
    if all(c.cumulable for c in criteres):
        cumul = "Tous les critères s’ajoutent."
    colonnes = {"Critère": "critere", "Famille": "famille", "Points": "points", "Cumulable": "cumulable"}
    conditions = {"Critère": "critere", "Condition": "condition"}
    details = tabuler(f"Conditions des critères de la grille {nom}", conditions, lus, "")
    return (
        Bloc(tabuler(f"Critères de la grille {nom}", colonnes, lus, ""))
        + paragraphe(typographie(f"{cumul} Source : {grille.source}."), "note")
        + Bloc(replier(f"Conditions des critères : {nom}", details))
    )


def condition_en_mots(rapport: Rapport, critere: Critere) -> str:
    """« Logement actuel : Squat ou Hôtel », « Date de dépôt de la demande : 36 mois ou plus »."""
    colonne = rapport.references.dictionnaires["demandes"].colonnes[critere.colonne]
    if critere.operateur == lus.RENSEIGNE:
        return f"{colonne.libelle} : renseigné" if critere.type != "date" else f"{colonne.libelle} connue"
    if critere.operateur in (lus.AU_MOINS, lus.AU_PLUS):
        borne = nombre(critere.seuil, 0 if critere.seuil == int(critere.seuil) else 2)
        unite = " mois" if critere.type == "date" else ""
        return f"{colonne.libelle} : {borne}{unite} ou {'plus' if critere.operateur == lus.AU_MOINS else 'moins'}"
    if critere.type == "oui_non":
        return f"{colonne.libelle} : {critere.valeurs[0]}"
    liste = rapport.references.nomenclatures[colonne.nomenclature]
    codes = [liste.libelle(code) for code in critere.valeurs]
    mots = " ou ".join([", ".join(codes[:-1]), codes[-1]]) if len(codes) > 1 else codes[0]
    return f"{colonne.libelle} : {'l’une de ' if critere.operateur == lus.CONTIENT and len(codes) > 1 else ''}{mots}"


def points_en_mots(rapport: Rapport, critere: Critere) -> str:
    """« +0,5 par mois, +25 au plus », « −5 », « +1 par personne » of a column that counts « personnes »."""
    colonne = rapport.references.dictionnaires["demandes"].colonnes[critere.colonne]
    unite = _UNITES.get(colonne.unite, colonne.unite.removesuffix("s"))
    fois = {lus.MOIS: " par mois", lus.ANNEE: " par année", lus.UNITE: f" par {unite}"}.get(critere.par, "")
    texte = f"{_signe(critere.points)}{fois}"
    if critere.plafond is None:
        return texte
    return f"{texte}, {_signe(critere.plafond)} au {'plus' if critere.points > 0 else 'moins'}"


def _signe(centiemes: int) -> str:
    decimales = 0 if centiemes % lus.CENTIEMES == 0 else 1 if centiemes % 10 == 0 else 2
    return f"{MOINS if centiemes < 0 else '+'}{nombre(abs(centiemes) / lus.CENTIEMES, decimales)}"
