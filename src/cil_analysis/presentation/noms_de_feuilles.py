"""What the sheets of a workbook are called, and what chapter they belong to: code, then a short name in French."""

from __future__ import annotations

COUVERTURE, SOMMAIRE, NOTES, SERIES = "Couverture", "Sommaire", "Notes", "Séries"
# A spreadsheet admits 31 characters, and none of []:*?/\ .
_NOMS = {
    "V01": "Attributions",
    "V02": "Demandes actives",
    "V03": "Pression de la demande",
    "V04": "Pression hors mutations",
    "V05": "Taux de satisfaction",
    "V06": "Délai médian",
    "V06M": "Délai moyen",
    "V06P25": "Délai, 1er quartile",
    "V06P75": "Délai, 3e quartile",
    "V07": "Ancienneté des demandes",
    "T01": "Communes et quartiers",
    "T01R": "Rotation du parc",
    "T02": "En QPV et hors QPV",
    "T03": "Provenance",
    "T03R": "Logés dans leur commune",
    "M01": "Mutations",
    "A01": "Bailleurs",
    "A02": "Réservataires",
    "P01": "Âge, logés",
    "P01D": "Âge, demandeurs",
    "P02": "Famille, logés",
    "P02D": "Famille, demandeurs",
    "P03": "Taille du ménage, logés",
    "P03D": "Taille, demandeurs",
    "P04": "Emploi, logés",
    "P04D": "Emploi, demandeurs",
    "P05": "Ressources, logés",
    "P05D": "Ressources, demandeurs",
    "P06": "Nationalité, logés",
    "P06D": "Nationalité, demandeurs",
    "P07": "Logement quitté, logés",
    "P07D": "Logement, demandeurs",
    "P08": "Motif, logés",
    "P08D": "Motif, demandeurs",
    "L01": "Types attribués",
    "L01D": "Types demandés",
    "L01T": "Pression par type",
    "L02": "Financement",
    "L02P": "Époque de construction",
    "L02C": "Collectif et individuel",
    "O01": "1er quartile hors QPV",
    "O02": "Autres quartiles en QPV",
    "O03": "Quartiles de ressources",
    "O04": "Ménages prioritaires",
    "O05": "Publics suivis",
    "O06": "Renouvellement urbain",
    "O07": "Objectifs tenus",
    "O08": "Prioritaires, bailleurs",
    "O01S": "Sensibilité de O01",
    "O02S": "Sensibilité de O02",
    "O01N": "Objectif O01 en nombre",
    "O02N": "Objectif O02 en nombre",
    "O04N": "Objectif O04 en nombre",
    "O05N": "Objectif O05 en nombre",
    "O06N": "Objectif O06 en nombre",
    "O08N": "Objectif O08 en nombre",
    "R01": "Radiations",
    "R02": "Refus des demandeurs",
    "R02M": "Motifs de refus",
    "Q01": "Manquants, attributions",
    "Q01D": "Manquants, demandes",
    "Q01R": "Manquants, radiations",
    "Q01P": "Manquants, propositions",
    "G01": "Séances plénières",
    "G02": "Séances par type",
    "G03": "Membres par collège",
    "G04": "Changements de composition",
    "G05": "Communes membres",
    "G06": "Documents cadres",
    "G07": "Décisions de l’année",
    "G08": "Suivi des décisions",
    "G09": "Décisions en retard",
    "G10": "Actions du plan",
}
_THEMES = {
    "V": "Volumes et délais",
    "T": "Territoire",
    "M": "Territoire",
    "A": "Bailleurs et réservataires",
    "P": "Ménages logés et demandeurs",
    "L": "Logements",
    "O": "Objectifs",
    "R": "Parcours de la demande",
    "Q": "Qualité des données",
    "G": "Gouvernance",
}


def nom_de_feuille(code: str) -> str:
    """« O01 – 1er quartile hors QPV »: the sheet of an indicator; its code alone when it has no short name."""
    return f"{code} – {_NOMS[code]}" if code in _NOMS else code


def theme(code: str) -> str:
    """The chapter of an indicator."""
    return _THEMES.get(code[:1], "Autres")
