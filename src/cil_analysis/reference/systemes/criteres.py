"""One criterion of a grid: a condition on one column, and the points that it gives.

The grammar is closed: a column, an operator among those of its type, values. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference.colonnes import DIT_OUI, Colonne, valeur_inconnue
from cil_analysis.reference.controles import lire_colonne, morceaux
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.schemas import Champ
from cil_analysis.reference.tables import erreur

EST, PARMI, CONTIENT, AU_MOINS, AU_PLUS, RENSEIGNE = "est", "parmi", "contient", "au_moins", "au_plus", "renseigne"
# By type of column, the operators; a date is compared by the completed months between it and the day of the score.
OPERATEURS: Mapping[str, tuple[str, ...]] = {
    "code": (EST, PARMI, RENSEIGNE),
    "oui_non": (EST, RENSEIGNE),
    "codes": (CONTIENT, RENSEIGNE),
    "nombre": (AU_MOINS, AU_PLUS, RENSEIGNE),
    "entier": (AU_MOINS, AU_PLUS, RENSEIGNE),
    "date": (AU_MOINS, AU_PLUS, RENSEIGNE),
}
MOIS, ANNEE, UNITE = "mois", "annee", "unite"
# By type of column, what points may be multiplied by.
_PAR: Mapping[str, tuple[str, ...]] = {"date": ("", MOIS, ANNEE), "entier": ("", UNITE)}
CENTIEMES = 100


@dataclass(frozen=True)
class Critere:
    """A criterion.

    ``type``: that of the column. ``valeurs``: codes, or « oui » or « non »; ``seuil``: the number of « au_moins » and
    « au_plus », in months for a date. ``points``: hundredths of a point, negative allowed, for each ``par`` (a
    completed month or year, a unit of the column) or once. ``plafond``: the hundredths that the product stops at.
    ``cumulable``: False keeps only the best of such criteria of a ``famille``.
    """

    code: str
    libelle: str
    famille: str
    colonne: str
    type: str
    operateur: str
    valeurs: tuple[str, ...]
    seuil: float
    points: int
    par: str
    plafond: int | None
    cumulable: bool
    source: str


def lire_critere(
    ligne: Mapping[Hashable, Any], colonne: Colonne, nomenclature: Nomenclature | None, chemin: Path, numero: int
) -> Critere:
    """The criterion of a row of criteres.csv. Raises ErreurCIL naming the line and what to write instead."""
    for champ, admises in (("operateur", OPERATEURS[colonne.type]), ("par", _PAR.get(colonne.type, ("",)))):
        if ligne[champ] not in admises:
            message = (
                f"« {ligne[champ]} » inconnu dans la colonne {champ}, pour « {colonne.nom} » ({colonne.type}). Valeurs "
                f"admises : {', '.join(valeur or '(vide)' for valeur in admises)}."
            )
            raise erreur(chemin, message, numero)
    operateur, par, valeurs = ligne["operateur"], ligne["par"], morceaux(ligne["valeurs"])
    if faute := _faute(operateur, valeurs, colonne, nomenclature):
        raise erreur(chemin, faute, numero)
    seuil = float("nan")
    if operateur in (AU_MOINS, AU_PLUS):
        seuil = lire_colonne(pd.Series(valeurs, [numero]), Champ("valeurs", "nombre"), chemin).loc[numero]
    points = round(ligne["points"] * CENTIEMES)
    plafond = None if pd.isna(ligne["plafond"]) else round(ligne["plafond"] * CENTIEMES)
    if plafond is not None and (not par or plafond * points <= 0):
        message = (
            "un plafond borne des points donnés « par » mois, année ou unité, et a leur signe. Corriger l’un des deux."
        )
        raise erreur(chemin, message, numero)
    return Critere(
        ligne["critere"], ligne["libelle"], ligne["famille"], colonne.nom, colonne.type, operateur, valeurs, seuil,
        points, par, plafond, ligne["cumulable"] == DIT_OUI, ligne["source"],
    )  # fmt: skip


def _faute(operateur: str, valeurs: Sequence[str], colonne: Colonne, nomenclature: Nomenclature | None) -> str:
    """What is wrong in the values of a criterion, or nothing."""
    if operateur == RENSEIGNE:
        return "« renseigne » ne prend pas de valeur. Vider la colonne valeurs." if valeurs else ""
    if operateur in (EST, AU_MOINS, AU_PLUS) and len(valeurs) != 1:
        return f"« {operateur} » prend une valeur et une seule (colonne valeurs). En écrire une."
    if not valeurs:
        return f"« {operateur} » prend une valeur au moins (colonne valeurs), séparées par « | ». En écrire une."
    if operateur in (AU_MOINS, AU_PLUS):
        return ""
    return valeur_inconnue(valeurs, colonne, nomenclature)
