"""The classes that the cotation of requests is counted by: what ``cotation_rangs.preparer`` adds to the rows."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Contexte, Dimension, connu, par_bornes, par_colonne
from cil_analysis.indicators.colonnes import Colonnes

_SCORE = ("score_cotation",)
_SANS_SCORE = "aucun score : ni grille de cotation calculable, ni colonne « Score de cotation »"


def _derivee(nom: str, sources: tuple[str, ...], manque: str, aussi: tuple[str, ...] = ()) -> Dimension:
    """A column that the preparation adds; where it gives no class, ``manque`` says why."""

    def silence(lignes: Colonnes, _: Contexte) -> str | None:
        return None if lignes.donnee(nom) else nom

    return Dimension(par_colonne(nom), sources, aussi=aussi, silence=silence, manque=manque)


DIMENSIONS: Mapping[str, Dimension] = {
    "note": Dimension(connu(lambda lignes, _: lignes.connu("score_cotation")), _SCORE, manque=_SANS_SCORE),
    "tranche_score": Dimension(par_bornes("score_cotation", "tranches_score"), _SCORE, manque=_SANS_SCORE),
    "origine_score": _derivee("origine_score", _SCORE, _SANS_SCORE),
    "decile_score": _derivee("decile_score", _SCORE, f"{_SANS_SCORE}, pour les demandes"),
    "rang_score": _derivee("rang_score", _SCORE, f"{_SANS_SCORE}, pour les demandes"),
    # A proposal's: the score is that of its household, in the other extracts.
    "rang_du_menage": _derivee("rang_score", (), _SANS_SCORE, ("numero_unique", *_SCORE)),
    "evolution_rang": _derivee("evolution_rang", _SCORE, "aucune grille simulée n’est à comparer cette année"),
    "groupe_cotation": _derivee("groupe_cotation", ("bailleur",), "aucun bailleur testeur n’est nommé"),
    "moment_cotation": _derivee(
        "moment_cotation", ("date_signature_bail",), "la date de début de la cotation n’est pas renseignée"
    ),
}
