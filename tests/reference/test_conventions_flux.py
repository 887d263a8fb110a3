"""The conventions of gestion en flux: what is read, what is in force, and each refusal in French."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.systemes.bilan_flux import conventions_en_vigueur

CONVENTIONS = "parameters/conventions_flux"
DEPOT = Path(__file__).resolve().parents[2]
ENTETE = "bailleur,reservataire,departement,debut,fin,taux_pct,source,confiance"


def ecrire(dossier: Path, nom: str, *lignes: str) -> Tables:
    chemin = dossier / "parameters" / nom
    chemin.parent.mkdir()
    chemin.write_text("\n".join(lignes) + "\n", "utf-8")
    tables = Tables(dossier)
    listes = {"bailleurs": ("B1", "B2"), "reservataires": ("COLACT", "COLTER")}
    vars(tables)["nomenclatures"] = {
        nom: Nomenclature(nom, pd.DataFrame({"code": codes})) for nom, codes in listes.items()
    }
    return tables


def charger(dossier: Path, *lignes: str):  # type: ignore[no-untyped-def]  # a frame
    return ecrire(dossier, "conventions_flux.csv", ENTETE, *lignes)[CONVENTIONS]


def test_plus_de_logements_reserves_que_le_bailleur_n_en_a_se_refuse(tmp_path: Path) -> None:
    tables = ecrire(
        tmp_path,
        "etats_des_lieux_flux.csv",
        "bailleur,reservataire,departement,jour,logements_reserves,logements_du_bailleur,source,confiance",
        "B1,COLACT,72,2021-12-31,1300,1200,essai,L",
    )
    with pytest.raises(ErreurCIL, match=r"ligne 2.*dépasse.*Corriger"):
        _ = tables["parameters/etats_des_lieux_flux"]


def test_le_depot_n_invente_aucune_convention(tmp_path: Path) -> None:
    assert References(ouvrir_projet(DEPOT)).tables[CONVENTIONS].empty
    assert Tables(tmp_path)[CONVENTIONS].empty, "a project made before has no file"


def test_celles_d_un_jour_et_d_un_departement(tmp_path: Path) -> None:
    table = charger(
        tmp_path,
        'B1,COLACT,72,2021-01-01,2022-06-30,"20,5",essai,L',
        "B1,COLACT,72,2022-07-01,,22,essai,L",
        "B1,COLTER,72,,,,essai,NF",
        "B2,COLACT,44,,,30,essai,L",
    )
    for jour, attendus in ((date(2022, 6, 30), [20.5]), (date(2022, 7, 1), [22.0]), (date(2020, 1, 1), [])):
        assert conventions_en_vigueur({CONVENTIONS: table}, "72", jour)["taux_pct"].tolist() == attendus


def test_cent_pour_cent_se_partagent_annee_apres_annee(tmp_path: Path) -> None:
    """One rate ends the day before the other begins: they are never reserved together."""
    table = charger(tmp_path, "B1,COLACT,72,,2022-12-31,60,essai,L", "B1,COLTER,72,2023-01-01,,100,essai,L")
    assert len(table) == 2
