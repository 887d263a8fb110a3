"""The sheet of a réservataire and its workbook say the same, masked figures never; expected figures are typed here."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from carnets import noms_de, section
from rapports import REFERENCES, avec, lignes_de, lu, rapport

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.classeur import fiche as classeur_de_fiche
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rendu.fiches import _lire_le_classeur
from cil_analysis.rendu.plan_des_fiches import Fiche
from messages import exiger_un_remede, lisible

CODE, CONVENTIONS = "PPRIOR", "parameters/conventions_flux"
SIEN = {"acteur_type": "reservataire", "acteur_code": CODE, "modalite": ""}
Lignes = dict[str, list[dict[str, Any]]]


def part(n: float, total: float = 1, **plus: Any) -> dict[str, Any]:
    return SIEN | {"numerateur": n, "denominateur": total, **plus}


def chez(bailleur: str, n: float, total: float = 1) -> dict[str, Any]:
    """What a landlord did for it: a class of the figures of the landlord."""
    return part(n, total, acteur_type="bailleur", acteur_code=bailleur, modalite=CODE)


# A small count is masked, and another with it; nothing was proposed in the last commune.
COMMUNES = (("72181", 77, 100), ("72003", 3, 8), ("72008", 40, 52), ("72095", 0, 0))
BILAN: Lignes = {
    "F01": [part(160)],
    "F02": [part(120)],
    "F03": [
        part(120, 160), chez("LMH", 90, 100), chez("SH", 30, 60),
        part(50, 60, perimetre_type="en_qpv"), part(70, 100, perimetre_type="hors_qpv"),
        *(part(n, total, perimetre_type="commune", perimetre_code=code) for code, n, total in COMMUNES),
    ],
    "F03T": [part(70, 80, modalite="T1"), part(47, 72, modalite="T2"), part(3, 8, modalite="T3")],
    "F04": [part(125), chez("LMH", 80), chez("SH", 45)],
    "F05": [part(120, 125), chez("LMH", 90, 80), chez("SH", 30, 45)],
    "F07": [chez("LMH", 80, 450), chez("SH", 45, 300)],
    "F11": [part(n, modalite=t) for t, n in {"T1": 30, "T2": 60, "T3": 95, "T4": 140}.items()],
    "F12": [{"numerateur": 365, "denominateur": 365}],
}  # fmt: skip


def publie(tables: Lignes) -> Rapport:
    """Its landlords and itself; one convention is written, that of the first landlord, at 17.5 %."""
    convention = {"bailleur": "LMH", "reservataire": CODE, "taux_pct": 17.5, "debut": pd.Timestamp(2022, 1, 1)}
    dite = convention | {"fin": pd.NaT, "departement": REFERENCES.projet.departement, "source": "", "confiance": "C"}
    return avec(rapport(tables), {CONVENTIONS: pd.DataFrame([dite])})


# Dwellings of the year, none of which is for this réservataire.
AUTRE = {"numerateur": 40, "denominateur": 50}


def partie(ancre: str, tables: Lignes) -> Bloc:
    return Bloc("".join(section("fiche_reservataire.qmd", ancre, publie(tables), reservataire=CODE)))


def classeur(tables: Lignes) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of the workbook, by sheet, their heading first."""
    fiche = publie(tables).reservataire(CODE)
    tableaux = noms_de("fiche_reservataire.qmd", publie(tables), reservataire=CODE)["tableaux"]
    octets = classeur_de_fiche.en_octets(fiche, "bilan", ["Une phrase."], tableaux)
    assert octets == classeur_de_fiche.en_octets(fiche, "bilan", ["Une phrase."], tableaux)
    lu = openpyxl.load_workbook(io.BytesIO(octets))
    assert "Une phrase." in [cellule.value for cellule in lu["Couverture"]["A"]]
    return {
        feuille.title: [tuple(c.value for c in ligne) for ligne in feuille[table.ref]]
        for feuille in lu.worksheets[1:]
        for table in feuille.tables.values()
    }


@pytest.mark.parametrize(
    ("tables", "attendu"),
    [
        (BILAN, "120 logements ont été attribués au titre de ce réservataire en 2022, sur 160 logements proposés "
                "(75,0 %) ; les conventions lui en réservent 125 : la réservation est réalisée à 96,0 %."),
        (BILAN | {"F04": [], "F05": []},
         "120 logements ont été attribués au titre de ce réservataire en 2022, sur 160 logements proposés (75,0 %)."),
        ({"F02": [part(12)]}, "12 logements ont été attribués au titre de ce réservataire en 2022."),
        ({"F02": [part(3)], "F03": [part(3, 8)]}, "Le nombre de logements attribués au titre de ce réservataire en "
                                                 "2022 est masqué par le secret statistique."),
        ({"F02": [part(0)]}, "Aucun logement n’a été attribué au titre de ce réservataire en 2022."),
        ({"F02": [AUTRE]}, "Aucun logement n’a été attribué au titre de ce réservataire en 2022."),
        ({}, "Le nombre de logements attribués au titre de ce réservataire en 2022 n’est pas disponible."),
    ],
)  # fmt: skip
def test_la_fiche_dit_d_abord_ce_qui_est_attribue(tables: Lignes, attendu: str) -> None:
    assert attendu in lisible(lu(partie("essentiel", tables)).texte)


def test_chaque_bailleur_et_l_ensemble() -> None:
    """The rate is that of the convention; without one that is written, 45 of 300 expected dwellings, 15 %."""
    assert lignes_de(lu(partie("bailleurs", BILAN))) == {
        "Le Mans Métropole Habitat": ["100", "90", "90,0 %", "80", "112,5 %", "17,5 %"],
        "Sarthe Habitat": ["60", "30", "50,0 %", "45", "66,7 %", "15,0 %"],
        "Ensemble": ["160", "120", "75,0 %", "125", "96,0 %", "–"],
    }
    assert "Au 31 décembre 2022, 140 baux sont signés." in lisible(lu(partie("bailleurs", BILAN)).texte)
    assert classeur(BILAN)["Par bailleur"] == [
        ("Bailleur", "Proposés", "Attribués", "Part attribuée (%)", "Réservés", "Réalisation (%)",
         "Taux de la convention (%)"),
        ("Le Mans Métropole Habitat", 100, 90, 90, 80, 112.5, 17.5),
        ("Sarthe Habitat", 60, 30, 50, 45, pytest.approx(200 / 3), 15),
        ("Ensemble", 160, 120, 75, 125, 96, "–"),
    ]  # fmt: skip


def test_la_page_et_le_classeur_ventilent_les_memes_logements() -> None:
    page = lu(partie("logements", BILAN))
    ecrit = [lignes_de(page, rang) for rang in range(len(page.tous("table")))]
    communes = {"Allonnes": ["s", "s", "s"], "Arnage": ["s", "s", "s"], "Le Mans": ["100", "77", "77,0 %"]}
    assert communes | {"Ensemble": ["160", "120", "75,0 %"]} in ecrit
    feuilles = classeur(BILAN)
    assert feuilles["Par commune"][1:] == [
        ("Le Mans", 100, 77, 77), ("Allonnes", "s", "s", "s"), ("Arnage", "s", "s", "s"), ("Ensemble", 160, 120, 75),
    ]  # fmt: skip
    assert feuilles["Par type de logement"][1:] == [
        ("T1", 80, 70, 87.5), ("T2", 72, 47, pytest.approx(4700 / 72)), ("T3", "s", "s", "s"),
    ]  # fmt: skip
    assert feuilles["Par trimestre"][-1] == ("4e trimestre", 140)
    assert "Par financement" not in feuilles


def test_ce_qui_est_masque_n_est_ni_sur_la_page_ni_dans_le_classeur() -> None:
    """3 of 8 everywhere, 37.5 %: what conventions reserve, which is no secret, is all that stays."""
    tables = BILAN | {
        code: [ligne | {"numerateur": 3, "denominateur": 8} for ligne in lignes]
        for code, lignes in BILAN.items()
        if code not in ("F04", "F07")
    }
    for ancre in ("essentiel", "bailleurs", "logements"):
        blocs = [re.sub(r"\d+ chiffres? masqués?", "", lisible(x)) for x in lu(partie(ancre, tables)).blocs()]
        lus = {mot for bloc in blocs for mot in bloc.replace("(", " ").split()}
        assert not {"3", "8", "5", "37,5", "nan"} & lus, ancre
    cellules = [c for lignes in classeur(tables).values() for _, *siennes in lignes[1:] for c in siennes]
    assert set(cellules) == {"s", "–", 125, 80, 45, 17.5, 15}


def test_rien_n_est_au_titre_d_un_reservataire_et_la_fiche_le_dit() -> None:
    assert classeur({}) == {}
    assert "<svg" not in partie("bailleurs", {}).html
    sans_convention = avec(publie({"F02": [AUTRE]}), {CONVENTIONS: publie({}).references.tables[CONVENTIONS][:0]})
    dit = Bloc("".join(section("fiche_reservataire.qmd", "bailleurs", sans_convention, reservataire=CODE)))
    assert "Aucun bailleur n’a de convention avec ce réservataire" in lisible(lu(dit).texte)


@pytest.mark.parametrize("tables", [{}, {"F02": [AUTRE]}])
def test_une_convention_ecrite_sans_chiffre_n_est_pas_dite_absente(tables: Lignes) -> None:
    dit = lisible(lu(partie("bailleurs", tables)).texte)
    assert "Ce que chaque bailleur lui a proposé et attribué en 2022 n’est pas disponible." in dit
    assert "Aucun bailleur" not in dit


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("", "Le nombre de baux signés en 2022 au titre de ce réservataire n’est pas disponible."),
        ("NR", "Le nombre de baux signés en 2022 au titre de ce réservataire n’est pas disponible."),
        ("COLTER", "Aucun bail de 2022 n’est au titre de ce réservataire."),
        (CODE, "140 baux sont signés en 2022. Ce nombre, celui du bilan"),
    ],
)
def test_des_baux_sans_reservataire_ne_sont_pas_dits_nuls(code: str, attendu: str) -> None:
    """Neither are they said to go up to a day that is not published."""
    genre = {"acteur_type": "reservataire" if code else "", "acteur_code": code}
    baux = [part(n, modalite=t, **genre) for t, n in {"T1": 30, "T2": 60, "T3": 95, "T4": 140}.items()]
    assert attendu in lisible(lu(partie("bailleurs", {"F11": baux})).texte)


def test_le_carnet_ecrit_le_classeur_ou_mene_sa_page(tmp_path: Path) -> None:
    """Its cover says first what the page says first; a notebook that writes none is told to be restored."""
    fichier = tmp_path / "PPRIOR.xlsx"
    fiche = Fiche("reservataire", CODE, "État", "reservataires/PPRIOR.html")
    with pytest.raises(ErreurCIL) as refus:
        _lire_le_classeur(fichier, fiche)
    exiger_un_remede(refus.value, "fiche_reservataire.qmd", "État")
    page = section("fiche_reservataire.qmd", "logements", publie(BILAN), reservataire=CODE, classeur=str(fichier))
    assert '<a href="PPRIOR.xlsx">' in "".join(page)
    couverture = openpyxl.load_workbook(io.BytesIO(_lire_le_classeur(fichier, fiche)))["Couverture"]
    dites = " ".join(lisible(str(cellule.value)) for cellule in couverture["A"])
    assert "120 logements ont été attribués au titre de ce réservataire en 2022" in dites
