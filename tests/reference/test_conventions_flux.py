"""The conventions of gestion en flux: what is read, what is in force, and each refusal in French."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.systemes.conventions_flux import charger_conventions, conventions_en_vigueur

DEPOT = Path(__file__).resolve().parents[2]
ENTETE = "bailleur,reservataire,departement,debut,fin,taux_pct,source,confiance"


def charger(dossier: Path, *lignes: str):  # type: ignore[no-untyped-def]  # a frame
    chemin = dossier / "parameters" / "conventions_flux.csv"
    chemin.parent.mkdir()
    chemin.write_text("\n".join([ENTETE, *lignes]) + "\n", "utf-8")
    tables = Tables(dossier)
    listes = {"bailleurs": ("B1", "B2"), "reservataires": ("COLACT", "COLTER")}
    vars(tables)["nomenclatures"] = {
        nom: Nomenclature(nom, pd.DataFrame({"code": codes})) for nom, codes in listes.items()
    }
    return charger_conventions(tables)


def test_le_depot_n_invente_aucune_convention(tmp_path: Path) -> None:
    assert References(ouvrir_projet(DEPOT)).conventions_flux.empty
    assert charger_conventions(Tables(tmp_path)).empty, "a project made before has no file"


def test_celles_d_un_jour_et_d_un_departement(tmp_path: Path) -> None:
    table = charger(
        tmp_path,
        'B1,COLACT,72,2021-01-01,2022-06-30,"20,5",essai,L',
        "B1,COLACT,72,2022-07-01,,22,essai,L",
        "B1,COLTER,72,,,,essai,NF",
        "B2,COLACT,44,,,30,essai,L",
    )
    for jour, attendus in ((date(2022, 6, 30), [20.5]), (date(2022, 7, 1), [22.0]), (date(2020, 1, 1), [])):
        assert conventions_en_vigueur(table, "72", jour)["taux_pct"].tolist() == attendus


def test_cent_pour_cent_se_partagent_annee_apres_annee(tmp_path: Path) -> None:
    """One rate ends the day before the other begins: they are never reserved together."""
    table = charger(tmp_path, "B1,COLACT,72,,2022-12-31,60,essai,L", "B1,COLTER,72,2023-01-01,,100,essai,L")
    assert len(table) == 2
