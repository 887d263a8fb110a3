"""The figures of other territories: beside ours, drawn, tabulated and said; never beside « s »."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from carnets import section
from rapports import REFERENCES, avec, dessin, lignes_de, lu, rapport, serie
from tables_publiees import avec_objectif

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.registre import exiger_les_comparateurs
from cil_analysis.rapport.dessins.reperes import _style
from cil_analysis.rapport.figure import Figure
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.comparateurs import TERRITOIRES, charger_comparateurs
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import en_tete
from messages import exiger_un_remede, lisible
from page_lue import tableau_lu

ANNEES = (2021, 2022)
DIT = {"perimetre": "Région", "lieu": "dans la région", "source": "Comptes du logement", "confiance": "L",
       "lien": "https://exemple.fr", "consulte_le": "2023-01-02", "unite": ""}  # fmt: skip


def ecrits(dossier: Path, *lignes: dict[str, object]) -> pd.DataFrame:
    """The table as it is read: the indicator, the year and the value of each row."""
    table = pd.DataFrame([DIT | x for x in lignes], columns=en_tete("comparateurs"))
    table.to_csv(dossier / "comparateurs.csv", index=False)
    return charger_comparateurs(Tables(dossier))


def bilan(comparateurs: pd.DataFrame, code: str, lignes: list[dict[str, Any]]) -> Rapport:
    return avec(rapport({code: lignes}, ANNEES), comparateurs=comparateurs)


def parts(**effectifs: int) -> list[dict[str, Any]]:
    """Households of the first quartile, of 100, by year (« a2021 »)."""
    return avec_objectif([{"annee": int(a[1:]), "numerateur": n, "denominateur": 100} for a, n in effectifs.items()])


def test_il_se_dessine_se_lit_dans_la_table_et_dans_la_source(tmp_path: Path) -> None:
    table = ecrits(
        tmp_path,
        {"indicateur": "O01", "annee": 2021, "valeur": "18,5"},
        {"indicateur": "O01", "annee": 2022, "valeur": 19},
        {"indicateur": "O02", "annee": 2022, "valeur": 60},
    )
    figure = bilan(table, "O01", parts(a2021=24, a2022=26))["O01"].par("annee").barres("Titre")
    page = lu(figure)
    dits = [lisible(mot) for mot in dessin(figure)]
    assert "Région : 19,0 % en 2022" in dits and not any("60,0 %" in mot for mot in dits)
    assert [ligne[-1] for ligne in lignes_de(page).values()] == ["18,5 %", "19,0 %"]
    assert "Région : Comptes du logement." in lisible(page.un("p", "source").texte)
    assert "Région : 18,5 % en 2021, 19,0 % en 2022." in lisible(page.un("svg").texte)


def test_son_trait_ne_separe_pas_un_chiffre_de_sa_colonne(tmp_path: Path) -> None:
    """Above the line, ours would be taken for that of the other territory."""
    table = ecrits(tmp_path, {"indicateur": "D10", "annee": 2022, "valeur": "0,23"})
    figure = bilan(table, "D10", serie({2021: 20, 2022: 22}, denominateur=100))["D10"].par("annee").barres("Titre")
    chiffres = [t for t in figure.axes.texts if "," in t.get_text() and hasattr(t, "xy")]
    assert [t.xy for t in chiffres] == [(0, 0.2), (1, 0.22)]


def deux_series(dossier: Path, territoires: dict[str, list[str]]) -> Figure:
    """Two indicators in one drawing, and the territories that have a figure of each."""
    lignes = serie({2021: 20, 2022: 22}, denominateur=100)
    publie = rapport(dict.fromkeys(territoires, lignes), ANNEES)
    table = ecrits(dossier, *(
        {"indicateur": code, "perimetre": nom, "annee": annee, "valeur": 30 + rang}
        for code, noms in territoires.items() for rang, nom in enumerate(noms) for annee in ANNEES
    ))  # fmt: skip
    r = avec(publie, comparateurs=table)
    return r.courbes("Titre", "", {code: r[code].par("annee") for code in territoires})


def test_trois_lignes_au_plus_se_dessinent_toutes_se_lisent(tmp_path: Path) -> None:
    """Whole series only: half of the second one would compare it with one territory and not with the other."""
    noms = ["Région", "France"]
    figure = deux_series(tmp_path, {"D11": noms, "D11A": noms})
    lues = [f"{nom} – {code}" for code in ("D11", "D11A") for nom in noms]
    dessines = " ".join(map(lisible, dessin(figure)))
    assert [nom in dessines for nom in lues] == [True, True, False, False]
    assert tableau_lu(lu(figure).un("table")).entetes[-4:] == lues
    for nom in lues:
        assert f"{nom} :" in lisible(lu(figure).un("svg").texte)


def test_trois_lignes_de_deux_series_se_dessinent_chacune_a_sa_facon(tmp_path: Path) -> None:
    figure = deux_series(tmp_path, {"D11": ["Région", "France"], "D11A": ["Région"]})
    dessines = " ".join(map(lisible, dessin(figure)))
    assert all(nom in dessines for nom in ("Région – D11 :", "France – D11 :", "Région – D11A :"))
    assert len({str(_style(rang)) for rang in range(TERRITOIRES)}) == TERRITOIRES


def test_un_territoire_ne_prend_pas_le_nom_de_l_objectif_sur_des_courbes(tmp_path: Path) -> None:
    table = ecrits(tmp_path, {"indicateur": "O01", "annee": 2022, "valeur": 19, "perimetre": "Objectif"})
    r = bilan(table, "O01", parts(a2021=24, a2022=26))
    dits = [lisible(mot) for mot in dessin(r.courbes("Titre", "", {"Part": r["O01"].par("annee")}))]
    assert "Autre territoire : Objectif : 19,0 % en 2022" in dits
    assert [mot for mot in dits if mot.startswith("objectif :")] == ["objectif : au moins 25 %"]


@pytest.mark.parametrize("nom", ["Résultat", "part"])
def test_un_territoire_ne_prend_pas_la_place_d_une_de_nos_colonnes(nom: str, tmp_path: Path) -> None:
    lignes = [{"indicateur": "O01", "annee": 2022, "valeur": 19, "perimetre": x} for x in (nom, "Région")]
    r = bilan(ecrits(tmp_path, *lignes), "O01", parts(a2021=24, a2022=26))
    sans = lu(bilan(ecrits(tmp_path), "O01", parts(a2021=24, a2022=26))["O01"].par("annee").barres("Titre"))
    figure = r["O01"].par("annee").barres("Titre")
    avant, apres = lignes_de(sans)["2022"], lignes_de(lu(figure))["2022"]
    assert "26,0 %" in avant and apres == [*avant, "19,0 %", "19,0 %"]
    autre = f"Autre territoire : {nom}"
    assert [lisible(x) for x in tableau_lu(lu(figure).un("table")).entetes[-2:]] == [autre, "Région"]
    assert f"{autre} : 19,0 % en 2022" in [lisible(mot) for mot in dessin(figure)]


def test_une_annee_sans_chiffre_d_un_territoire_a_une_case_vide(tmp_path: Path) -> None:
    """A dash says that ours does not apply; here nothing was published, or ours is masked."""
    table = ecrits(
        tmp_path,
        {"indicateur": "O01", "annee": 2021, "valeur": 17},
        {"indicateur": "O01", "annee": 2022, "valeur": 19},
    )
    r = avec(rapport({"O01": parts(a2020=20, a2021=24, a2022=2)}, (2020, 2021, 2022)), comparateurs=table)
    assert r["O01"].seul.est_secret
    lues = lignes_de(lu(r["O01"].par("annee").barres("Titre")))
    assert [ligne[-1] for ligne in lues.values()] == ["", "17,0 %", ""]


def test_d_un_fichier_du_departement_les_lignes_d_ailleurs_ne_sont_ni_gardees_ni_perdues() -> None:
    compte = {"lues": 1000, "conservees": 17, "rejetees": 1, "doublons": 1, "hors_perimetre": 980, "ignorees": 1}
    imports = ({"extrait": "attributions", "annee": 2022, "comptes": compte, "importe_le": "2023-01-01"},)
    r = rapport({"V01": serie({2022: 100})})
    r = Rapport(r.references, replace(r.publication, imports=imports))
    bilan, page = (
        lisible("".join(section(*ou, r))) for ou in (("bilan_annuel.qmd", "methode"), ("methode.qmd", "fichiers"))
    )
    assert "Des 20 lignes reçues pour 2022 dans le périmètre du bilan, 17 sont conservées, 1 est rejetée" in bilan
    assert "1 est rejetée, 1 est un doublon, 1 est ignorée." in bilan
    assert "17 sont conservées, 1 est rejetée, 1 est un doublon, 980 sont hors périmètre, 1 est ignorée." in page


def test_rien_ne_se_tient_a_cote_d_un_chiffre_masque(tmp_path: Path) -> None:
    """What is public tells nothing of what is masked, and must not stand for it."""
    table = ecrits(
        tmp_path,
        {"indicateur": "O01", "annee": 2021, "valeur": 17},
        {"indicateur": "O01", "annee": 2022, "valeur": 19},
    )
    r = bilan(table, "O01", parts(a2021=24, a2022=2))
    assert r["O01"].seul.est_secret
    figure = r["O01"].par("annee").barres("Titre")
    assert "17,0 %" in lisible(figure.html) and "19,0 %" not in lisible(figure.html)
    assert r.dire("Ici{{ O01|contre }}.") == "Ici."


def test_la_phrase_dit_le_lieu_la_source_et_l_annee_d_avant(tmp_path: Path) -> None:
    autre = {"perimetre": "France", "lieu": "en France", "source": "Rapport national"}
    table = ecrits(
        tmp_path,
        {"indicateur": "O01", "annee": 2022, "valeur": 19},
        {"indicateur": "O01", "annee": 2020, "valeur": 14} | autre,
        {"indicateur": "O01", "annee": 2021, "valeur": 15} | autre,
        {"indicateur": "O01", "annee": 2023, "valeur": 16} | autre,
    )
    r = bilan(table, "O01", parts(a2021=24, a2022=26))
    attendu = "contre 15,0 % en France en 2021 (Rapport national) et 19,0 % dans la région (Comptes du logement)"
    assert lisible(r.dire("{{ O01 }}{{ O01|contre }}.")) == f"26,0 %, {attendu}."
    assert attendu in lisible("".join(section("bilan_annuel.qmd", "essentiel", r)))


def test_la_page_de_methode_donne_ceux_qu_aucun_carnet_ne_dessine(tmp_path: Path) -> None:
    r = bilan(ecrits(tmp_path, {"indicateur": "S09", "annee": 2022, "valeur": 44}), "O01", parts(a2021=24, a2022=26))
    page = lisible("".join(section("methode.qmd", "comparateurs", r)))
    assert "S09 –" in page and "44,0" in page and "s’il en a" in page


def test_rien_ne_se_tient_a_cote_d_une_commune_ni_d_un_bailleur(tmp_path: Path) -> None:
    table = ecrits(tmp_path, {"indicateur": "O01", "annee": 2022, "valeur": 19})
    commune = next(iter(REFERENCES.territoire.noms()))
    lignes = avec_objectif([
        {"perimetre_type": "commune", "perimetre_code": commune, "annee": a, "numerateur": 30, "denominateur": 100}
        for a in ANNEES
    ])  # fmt: skip
    fiche = bilan(table, "O01", [*parts(a2022=26), *lignes]).commune(commune)
    assert fiche["O01"].seul.contre == ""
    assert "Région" not in fiche["O01"].par("annee").barres("Titre").html


@pytest.mark.parametrize(
    ("ligne", "nomme"),
    [
        ({"indicateur": "Z99"}, "« Z99 »"),
        ({"indicateur": "V01"}, "« V01 »"),  # a count
        ({"indicateur": "P01"}, "« P01 »"),  # of no figure for the whole
        ({"indicateur": "O01", "unite": "mois"}, "« mois »"),
        ({"indicateur": "O01", "valeur": 130}, "entre 0 et 100"),
    ],
)
def test_un_indicateur_ou_une_unite_qui_ne_va_pas_se_dit(ligne: dict[str, object], nomme: str, tmp_path: Path) -> None:
    table = ecrits(tmp_path, {"indicateur": "V06", "annee": 2021, "valeur": 130}, {"annee": 2022, "valeur": 19} | ligne)
    references: Any = SimpleNamespace(
        comparateurs=table, definitions="", projet=SimpleNamespace(reference=Path("reference"))
    )
    with pytest.raises(ErreurCIL) as refus:
        exiger_les_comparateurs(references)
    exiger_un_remede(refus.value, "comparateurs.csv », ligne 3", nomme)
