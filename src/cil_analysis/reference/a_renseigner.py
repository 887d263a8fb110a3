"""What nobody has entered yet, read without loading the project: thresholds and objectives « à renseigner »."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from cil_analysis.reference.parametres import Parametres, charger_parametres
from cil_analysis.reference.seuils import FICHIER, NOMS
from cil_analysis.reference.tables import lire_date, lire_lignes

_COLONNES = ("id", "date_effet", "date_fin", "valeur")


def seuils_a_renseigner(parametres: Path, annees: list[int]) -> dict[int, tuple[str, ...]]:
    """Year → the thresholds that it lacks among q1, q2, q3. ``parametres``: the folder, read once."""
    lus = charger_parametres(parametres)
    return {annee: tuple(nom for nom in NOMS if _manque(lus, nom, annee)) for annee in annees}


def _manque(parametres: Parametres, nom: str, annee: int) -> bool:
    return parametres[f"{FICHIER}.{nom}"].valeur(date(annee, 12, 31)) is None


def objectifs_a_renseigner(parametres: Path, annee: int) -> int:
    """How many objectives in force on 31 December of a year have no value (:func:`objectifs.en_vigueur`)."""
    entete, lignes = lire_lignes(parametres / "objectifs.csv", _COLONNES)
    objectifs = [dict(zip(entete, cellules, strict=True)) for cellules in lignes.values()]
    jour = datetime(annee, 12, 31)
    remplaces = {o.get("remplace") for o in objectifs if (effet := lire_date(o["date_effet"])) and effet <= jour}
    return sum(
        not o["valeur"]
        and o.get("annee", "") in ("", str(annee))
        and (lire_date(o["date_effet"]) or jour) <= jour <= (lire_date(o["date_fin"]) or jour)
        and o["id"] not in remplaces
        for o in objectifs
    )
