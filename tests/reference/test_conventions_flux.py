"""The conventions of gestion en flux: what is read, what is in force, and each refusal in French."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.conventions_flux import charger_conventions, conventions_en_vigueur
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie

DEPOT = Path(__file__).resolve().parents[2]
ENTETE = "bailleur,reservataire,departement,debut,fin,taux_pct,source,confiance"


def charger(dossier: Path, *lignes: str):  # type: ignore[no-untyped-def]  # a frame
    (dossier / "conventions_flux.csv").write_text("\n".join([ENTETE, *lignes]) + "\n", "utf-8")
    return charger_conventions(dossier, {"B1", "B2"}, {"COLACT", "COLTER"})


def test_le_depot_n_invente_aucune_convention() -> None:
    assert References(ouvrir_projet(DEPOT)).conventions_flux.empty


def test_un_projet_plus_ancien_n_en_a_pas(tmp_path: Path) -> None:
    assert charger_conventions(tmp_path, {"B1"}, {"COLACT"}).empty


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


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (["B9,COLACT,72,,,20,essai,L"], "ligne 2.*« B9 » n’est pas un code de nomenclatures/bailleurs.csv"),
        (
            ["B1,Action Logement,72,,,20,essai,L"],
            "« Action Logement » n’est pas un code de nomenclatures/reservataires",
        ),
        (["B1,COLACT,72,,,120,essai,L"], "ligne 2.*le taux 120 n’est pas compris entre 0 et 100"),
        (["B1,COLACT,72,,,nan,essai,L"], "« nan » n’est pas un nombre"),
        (["B1,COLACT,1,,,20,essai,L"], "« 1 » n’est pas un code de département"),
        ([f"B1,COLACT,72,,,20,{'x' * 200_000},L"], "cellule illisible ou trop longue"),
        (["B1,COLACT,72,,,vingt,essai,L"], "« vingt » n’est pas un nombre"),
        (["B1,COLACT,,,,20,essai,L"], "la colonne departement est vide"),
        (["B1,COLACT,72,2022-01-01,2021-01-01,20,essai,L"], "la date fin précède la date debut"),
        (
            ["B1,COLACT,72,,2022-12-31,20,essai,L", "B1,COLACT,72,2022-12-31,,21,essai,L"],
            "ligne 3.*valent le même jour",
        ),
        (["B1,COLACT,72,,,60,essai,L", "B1,COLTER,72,2023-01-01,,41,essai,L"], "ligne 3.*au 01/01/2023, font 101.%"),
    ],
)
def test_ce_qui_est_refuse(tmp_path: Path, lignes: list[str], attendu: str) -> None:
    with pytest.raises(ErreurCIL, match=typographie(attendu)):
        charger(tmp_path, *lignes)


def test_cent_pour_cent_se_partagent_annee_apres_annee(tmp_path: Path) -> None:
    """One rate ends the day before the other begins: they are never reserved together."""
    table = charger(tmp_path, "B1,COLACT,72,,2022-12-31,60,essai,L", "B1,COLTER,72,2023-01-01,,100,essai,L")
    assert len(table) == 2
