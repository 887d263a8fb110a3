"""Words that the definitions of indicators and the machine share."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

# Suffixes of codes: the same in households, and under each other choice of a counting rule.
EN_NOMBRE, SENSIBILITE = "N", "S"
# Categories that no nomenclature lists: communes, indicators, choices of counting rules (« P3=hors_mutations »).
COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE = "communes", "indicateurs", "regles"
LISTES_DERIVEES = (COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE)
# … and the columns of an extract (« colonnes:demandes »).
COLONNES_D_EXTRAIT = "colonnes:"
# The statistic of the wait of requests, housed or not.
ATTENTE = "attente"
# The rows that are counted, as they are imported.
EXTRAITS = ("attributions", "demandes", "radiations", "propositions")
# The extracts of the other systems, and the name under which their rows are counted: « parc » is the public stock.
AUTRES_EXTRAITS = {"flux": "flux", "occupation": "occupation", "rpls": "parc"}
# The columns that no extract has and that the systems add to its rows, or to those that they derive, and their types.
COLONNES_DERIVEES: Mapping[str, str] = {
    **dict.fromkeys(("score_cotation", "attente_debut_jours", "attente_fin_jours"), "DOUBLE"),
    **dict.fromkeys(("origine_score", "decile_score", "rang_score", "evolution_rang"), "VARCHAR"),
    **dict.fromkeys(("groupe_cotation", "moment_cotation", "composante_flux"), "VARCHAR"),
    **dict.fromkeys(("composition_occupants", "age_titulaire", "ressources_plus"), "VARCHAR"),
    **dict.fromkeys(("base", "assiette", "quota", "taux", "logements_prevus", "jours", "jours_ecoules"), "DOUBLE"),
    **dict.fromkeys(("type", "college", "mouvement", "adhesion", "etat"), "VARCHAR"),
    **dict.fromkeys(("attente_issue", "est_de_l_annee", "est_en_retard"), "BOOLEAN"),
}
_TEXTES, _NOMBRE = pa.list_(pa.string()), pa.float64()
# What is known of each year, by the names that the SQL of dimensions calls it.
CONTEXTE = pa.schema(
    {"exercice": pa.int32(), "annee": pa.int32()}
    | dict.fromkeys(("communes", "constantes", "communes_avec_qpv", "p4"), _TEXTES)
    | dict.fromkeys(("p1", "p3", "p7", "p9", "p10"), pa.string())
    | dict.fromkeys(("q1", "q2", "q3", "mois_anormaux"), _NOMBRE)
)
