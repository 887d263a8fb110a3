"""The result of an objective whose share is masked (D19): every surface tells it, and nothing else of the share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from carnets import section
from rapports import EPCI, rapport
from tables_publiees import avec_objectif, avec_verdict, textes

from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.mots.lignes import cellule
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.suivi import suivis
from cil_analysis.rapport.vignettes import objectif_de_carte
from messages import lisible
from page_lue import arbre, tableau_lu

# Published; masked, its result told; masked, its result not told.
PUBLIEE, DITE, TUE = "72003", "72280", "72198"
TITRE = "Premier quartile"


@cache
def bilan(resultat: str = "non_atteint", masque: int = 3) -> Rapport:
    """O01 of three communes in two years; of one, the masked result is told in the second year."""
    lignes: list[dict[str, Any]] = [
        {"perimetre_type": "commune", "perimetre_code": code, "annee": annee, "numerateur": n, "denominateur": 60}
        for annee in (2021, 2022)
        for code, n in ((PUBLIEE, 30), (DITE, masque), (TUE, 2))
    ]
    lignes += [{"annee": a, "perimetre_code": EPCI, "numerateur": 44, "denominateur": 180} for a in (2021, 2022)]
    r = rapport({"O01": avec_objectif(lignes)})
    o01 = avec_verdict(r.publication["O01"], resultat, perimetre_code=DITE, annee=2022)
    return Rapport(r.references, replace(r.publication, tables={**r.publication.tables, "O01": o01}))


def epci(resultat: str, code: str = "O01") -> Rapport:
    """The EPCI alone, its masked result told."""
    r = rapport({code: avec_objectif([{"perimetre_code": EPCI, "numerateur": 3, "denominateur": 60}])}, (2022,))
    table_ = avec_verdict(r.publication[code], resultat, perimetre_code=EPCI)
    return Rapport(r.references, replace(r.publication, tables={**r.publication.tables, code: table_}))


def carte(r: Rapport) -> str:
    return r["O01"].par("commune").carte(TITRE).html


def petites_cartes(r: Rapport) -> str:
    return r["O01"].par("commune", "annee").petites_cartes(TITRE).html


def explorer(r: Rapport) -> str:
    r.explores.clear()
    return r.explorer(["O01"]).html


def nom(code: str) -> str:
    return bilan().perimetres[code]


@cache
def tout(masque: int) -> dict[str, str]:
    """What the page shows of the objective by commune, piece by piece."""
    r = bilan(masque=masque)
    return {
        "carte": carte(r),
        "petites cartes": petites_cartes(r),
        "barres": r["O01"].par("commune").objectifs(TITRE).html,
        "carte à explorer": explorer(r),
    }


def test_rien_d_autre_n_est_dit_de_la_part_masquee() -> None:
    assert tout(3) == tout(2) == tout(4)


def test_les_tableaux_gardent_le_s_et_disent_le_resultat() -> None:
    for piece in ("carte", "barres"):
        lues = tableau_lu(arbre(tout(3)[piece]).un("table")).lignes
        assert lues[nom(DITE)][:7] == ["s"] * 6 + ["non atteint"]
        assert lues[nom(TUE)][:7] == ["s"] * 7
    dite = arbre(tout(3)["carte"]).tous("span", "resultat")
    assert [x.attributs["class"] for x in dite] == ["resultat atteint", "resultat non-atteint"]  # By a shape too.
    parts = tableau_lu(arbre(tout(3)["petites cartes"]).un("table")).lignes
    assert (lisible(parts[nom(DITE)][-1]), parts[nom(TUE)][-1]) == ("✗ s", "s")


@pytest.mark.parametrize(
    ("resultat", "marque", "mot", "couleur"),
    [("atteint", "✓", "atteint", "#12436d"), ("non_atteint", "✗", "non atteint", "#b5460f")],
)
def test_les_cartes_hachurent_dans_la_couleur_du_resultat(resultat: str, marque: str, mot: str, couleur: str) -> None:
    r = bilan(resultat)
    bloc = carte(r)
    svg = bloc[bloc.index("<svg") : bloc.index("</svg>") + 6]
    page = arbre(bloc)
    ecrits = [*textes(svg), *(li.tous("b")[-1].texte for li in page.tous("ul", "cle"))]
    assert f"{marque} s" in ecrits
    assert lisible(page.un("ul", "legende").texte).count(f"{marque} s : chiffre masqué, objectif {mot}") == 1
    assert couleur in svg.lower() and f"part masquée, objectif {mot}" in lisible(arbre(svg).un("desc").texte)
    petites = petites_cartes(r)
    assert f'fill="{couleur}"' in petites.lower() and f"chiffre masqué, objectif {mot}" in petites
    a_explorer = explorer(r)
    assert f'"valeur":"chiffre masqué, objectif {mot}"' in a_explorer and f'"texte":"{marque} s"' in a_explorer
    autre = "objectif non atteint" if resultat == "atteint" else "objectif atteint"
    assert f"chiffre masqué, {autre}" not in bloc + petites + a_explorer  # A legend explains what is there.


def test_les_graphiques_disent_le_resultat_par_un_mot_et_un_signe() -> None:
    barres = arbre(tout(3)["barres"]).un("svg")
    dits = [t.texte for t in barres.tous("text")]
    assert {"✗ non atteint", "✗ s", "s"} <= set(dits) and not any("nan" in x for x in dits)
    serie = arbre(bilan()["O01"].par("annee").ou(commune=DITE).barres("Titre").html).un("svg")
    assert {"✗ s", "2022"} <= {t.texte for t in serie.tous("text")}


def test_une_note_nomme_les_communes_dont_rien_n_est_dit() -> None:
    pourquoi = "Ni chiffre ni résultat là où un petit effectif s’en déduirait : "
    for piece in ("carte",):
        notes = [lisible(p.texte) for p in arbre(tout(3)[piece]).tous("p", "note")]
        assert sum(f"{pourquoi}{nom(TUE)}." in n for n in notes) == 1
    notes = [lisible(p.texte) for p in arbre(tout(3)["petites cartes"]).tous("p", "note")]
    assert any(f"{pourquoi}{nom(DITE)} (2021) et {nom(TUE)} (2021 et 2022)." in n for n in notes)
    assert f"{pourquoi}{nom(TUE)}." in lisible(tout(3)["carte à explorer"])
    sans = rapport({"O01": avec_objectif([{"perimetre_type": "commune", "perimetre_code": PUBLIEE, "numerateur": 30,
                                           "denominateur": 60}])}, (2022,))  # fmt: skip
    assert "petit effectif" not in carte(Rapport(sans.references, sans.publication))


def test_les_phrases_comptent_le_resultat_et_taisent_la_part() -> None:
    lues = bilan()["O01"].par("commune")
    assert (lues.tenus, lues.juges) == (1, 2)
    fiche = section("fiche_commune.qmd", "essentiel", bilan(), commune=DITE)
    assert " » n’est pas atteint ; la part est masquée par le secret statistique." in lisible(fiche[0])
    dit = section("bilan_annuel.qmd", "relogements-ru", epci("atteint", "O06"))[0]
    assert "masqué" in dit and dit.endswith("l’objectif est atteint.</p>")


def test_cartes_et_suivi_le_disent_aussi() -> None:
    dite, tue = (bilan()["O01"].par("commune").ou(commune=code).seul.ligne for code in (DITE, TUE))
    assert "non atteint" in objectif_de_carte(dite) and objectif_de_carte(tue) == ""
    colonnes = ("indicateur", "valeur", "ecart", "menages_manquants", "resultat")
    ouvert = epci("atteint")
    tableau = ouvert.tableau_de(suivis(ouvert), "Suivi", {c: c for c in colonnes})
    lue = tableau_lu(arbre(tableau.html).un("table"))
    assert lue.lignes == {"O01": ["s", "s", "s", "atteint"]}


@pytest.mark.parametrize(
    ("n", "sens", "bornes", "mot"),
    [
        (340, "intervalle", (20, 30), "dépassé"), (150, "intervalle", (20, 30), "non atteint"),
        (450, "plafond", (40,), "dépassé"), (100, "plancher", (25,), "non atteint"),
    ],
)  # fmt: skip
def test_un_plafond_se_depasse(n: int, sens: str, bornes: tuple[float, ...], mot: str) -> None:
    brut = [{"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": n, "denominateur": 1000,
             "menages_manquants": 0}]  # fmt: skip
    lue = rapport({"O01": avec_objectif(brut, bornes[0], sens, bornes[-1])})["O01"].seul
    for montre in (cellule(lue.ligne, "resultat").texte, objectif_de_carte(lue.ligne)):
        assert f">{mot}<" in montre


def test_le_classeur_montre_le_mot_et_aucun_nombre(tmp_path: Path) -> None:
    ecrire_classeur(bilan(), "x", tmp_path / "b.xlsx")
    feuille = next(f for f in openpyxl.load_workbook(tmp_path / "b.xlsx") if f.title.startswith("O01"))
    lignes = [[c.value for c in ligne] for ligne in feuille.iter_rows()]
    entetes = next(ligne for ligne in lignes if ligne[0] == "Année")
    lues = [dict(zip(entetes, ligne, strict=True)) for ligne in lignes[lignes.index(entetes) + 1 :]]
    dite, tue = (next(x for x in lues if x["Périmètre"] == nom(c) and x["Année"] == 2022) for c in (DITE, TUE))
    assert (dite["Valeur"], dite["Sens de l’objectif"], dite["Résultat"]) == ("s", "s", "non atteint")
    assert tue["Résultat"] == "s"
    assert [x for x in dite.values() if isinstance(x, int | float)] == [2022]


def test_une_tolerance_n_est_pas_dite_d_une_part_masquee() -> None:
    """A row that control had left a gap in would not tell it either."""
    dite = bilan("atteint")["O01"].par("commune").ou(commune=DITE).seul.ligne
    assert cellule(dict(dite) | {"ecart": -1.0}, "resultat") == cellule(dite, "resultat")
