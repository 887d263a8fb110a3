"""The classes that the life of the CIL is counted by: columns that its preparation gives."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Dimension, oui_non, par_colonne

DIMENSIONS: Mapping[str, Dimension] = {
    "type_seance": Dimension(par_colonne("type"), nomenclature="types_seance"),
    "college": Dimension(par_colonne("college"), nomenclature="colleges"),
    "mouvement": Dimension(par_colonne("mouvement"), nomenclature="mouvements_cil"),
    "adhesion": Dimension(par_colonne("adhesion"), nomenclature="adhesions"),
    "etat_document": Dimension(par_colonne("etat"), nomenclature="etats_document"),
    "etat_suivi": Dimension(par_colonne("etat"), nomenclature="etats_suivi"),
    "de_l_annee": Dimension(oui_non(lambda lignes, _: lignes.vrai("est_de_l_annee"))),
    "en_retard": Dimension(oui_non(lambda lignes, _: lignes.vrai("est_en_retard"))),
}
