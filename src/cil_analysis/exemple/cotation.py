"""A made-up scoring grid and a made-up variant of it: nobody's grid, for the example only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from cil_analysis.exemple.objectifs import FICTIF
from cil_analysis.reference.systemes.cotation import EXPERIMENTATION, SIMULATION

ESSAI, VARIANTE = "FICTIVE-1", "FICTIVE-2"
# The governance document that says when the experimentation began, where the project has one.
_DOCUMENT = "COTATION-ESSAI"
_TESTEURS = "B1|B2"
_SANS_TOIT, _HEBERGES = "SD|SQUAT|CAMCAR|HOT", "SH|RS|RHVS|SLHT|CPE|CP|LTG"
_PUBLICS = "a|b|c|d|e|f|g|g_bis|h|i|j|k|l|m"
# Code, label, family, column, operator, values, points of the grid and of the variant, per, cap of each, adds up.
_CRITERES = (
    ("ANC-MOIS", "Ancienneté de la demande, par mois", "Ancienneté", "date_depot_demande", "renseigne", "",
     "0,5", "1", "mois", "25", "60", "oui"),
    ("ANC-3ANS", "Demande de 36 mois ou plus", "Ancienneté", "date_depot_demande", "au_moins", "36",
     "10", "15", "", "", "", "oui"),
    ("PRIO-DALO", "Reconnu prioritaire au titre du DALO", "Publics prioritaires", "statut_dalo", "parmi",
     "ACTIF|ACTREL", "45", "35", "", "", "", "non"),
    ("PRIO-PLAN", "Public du plan départemental (PDALHPD)", "Publics prioritaires", "categories_prioritaires",
     "contient", "PDALHPD", "35", "30", "", "", "", "non"),
    ("PRIO-L441", "Autre public de l’article L441-1", "Publics prioritaires", "categories_prioritaires", "contient",
     _PUBLICS, "25", "15", "", "", "", "non"),
    ("LOG-SANS", "Sans abri, à l’hôtel ou en habitat de fortune", "Logement actuel", "logement_actuel", "parmi",
     _SANS_TOIT, "30", "25", "", "", "", "non"),
    ("LOG-HEB", "Hébergé, ou en structure", "Logement actuel", "logement_actuel", "parmi", _HEBERGES,
     "15", "15", "", "", "", "non"),
    ("LOG-MUT", "Déjà locataire du parc social", "Logement actuel", "est_mutation", "est", "oui",
     "-5", "5", "", "", "", "oui"),
    ("MEN-TAILLE", "Personnes à loger, par personne", "Ménage", "taille_menage", "renseigne", "",
     "1", "1", "unite", "5", "5", "oui"),
    ("RES-BASSES", "Ressources sous le plafond PLAI", "Ressources", "tranche_plafonds", "est", "INF_PLAI",
     "15", "15", "", "", "", "non"),
    ("RES-HAUTES", "Ressources au-dessus du plafond PLUS", "Ressources", "tranche_plafonds", "parmi",
     "PLUS_PLS|SUP_PLS", "-10", "-10", "", "", "", "non"),
    ("EMP-PREC", "Emploi précaire ou chômage", "Emploi", "situation_professionnelle", "parmi", "CDD|APP|CHO",
     "5", "10", "", "", "", "oui"),
)  # fmt: skip


def grilles_fictives(documents: pd.DataFrame, annees: Sequence[int]) -> list[dict[str, object]]:
    """The rows of grilles.csv: a grid that two made-up landlords try, and a variant to simulate in the last year."""
    a_document = documents.loc[documents["document"].eq(_DOCUMENT), "debut"].notna().any()
    debut = "" if a_document else date(max(annees), 1, 1).isoformat()
    commun: dict[str, object] = {"source": FICTIF, "confiance": "FICTIF"}
    return [
        commun
        | {"grille": ESSAI, "intitule": "Grille fictive de l’exemple", "statut": EXPERIMENTATION, "valide_du": debut,
           "document": _DOCUMENT if a_document else "", "bailleurs_testeurs": _TESTEURS},
        commun
        | {"grille": VARIANTE, "intitule": "Variante fictive : plus de poids à l’ancienneté", "statut": SIMULATION,
           "valide_du": date(max(annees), 1, 1).isoformat()},
    ]  # fmt: skip


def criteres_fictifs() -> list[dict[str, object]]:
    """The rows of criteres.csv, for both grids."""
    noms = ("critere", "libelle", "famille", "colonne", "operateur", "valeurs")
    lignes: list[dict[str, object]] = []
    for rang, grille in enumerate((ESSAI, VARIANTE)):
        for critere in _CRITERES:
            points, par, plafonds, cumulable = critere[6:8], critere[8], critere[9:11], critere[11]
            dit: dict[str, object] = dict(zip(noms, critere[:6], strict=True))
            lignes.append(
                dit
                | {"grille": grille, "points": points[rang], "par": par, "plafond": plafonds[rang],
                   "cumulable": cumulable, "source": FICTIF, "confiance": "FICTIF"}
            )  # fmt: skip
    return lignes
