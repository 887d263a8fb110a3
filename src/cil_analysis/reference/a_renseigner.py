"""What nobody has entered yet, read without loading the project: thresholds and objectives « à renseigner »."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cil_analysis.reference.seuils import NOMS, fichier_des_seuils
from cil_analysis.reference.tables import lire_date, lire_lignes

_COLONNES = ("id", "date_effet", "date_fin", "valeur")


def seuils_a_renseigner(reference: Path, annees: list[int]) -> dict[int, tuple[str, ...]]:
    """Year → the thresholds that it lacks among q1, q2, q3, in a project of one EPCI. ``reference``: data/reference."""
    entete, lignes = lire_lignes(fichier_des_seuils(reference), ("annee", *NOMS))
    saisis = {ligne["annee"]: ligne for ligne in (dict(zip(entete, c, strict=True)) for c in lignes.values())}
    return {annee: tuple(nom for nom in NOMS if not saisis.get(str(annee), {}).get(nom)) for annee in annees}


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
