"""Shares of few allocations: on how many they rest, and what they are over several years, on the map and beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rapports import avec, lignes_de, lu, parametres
from rapports import rapport as publie
from tables_publiees import avec_objectif

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport import lissage
from cil_analysis.rapport.annees import PERIMETRE, Rupture
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.secret import table_publiee as published
from cil_analysis.secret.table_publiee import PublishedTable
from messages import exiger_un_remede, lisible
from registres import PAR_CODE

ANNEES = (2020, 2021, 2022)
LE_MANS, ALLONNES, ARNAGE = "72181", "72003", "72008"
COMPTES = {LE_MANS: [(300, 1000), (200, 1000), (260, 1000)], ALLONNES: [(6, 24), (12, 24), (9, 24)],
           ARNAGE: [(8, 40), (3, 40), (9, 40)]}  # fmt: skip


def rapport(suite: tuple[int, ...] = ANNEES, /, **choix: object) -> Rapport:
    lignes = [
        {"annee": annee, "perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": d}
        for code, comptes in COMPTES.items()
        for annee, (n, d) in zip(suite, comptes, strict=False)
    ]
    r = publie({"O01": avec_objectif(lignes)}, suite)
    o01 = PublishedTable(PAR_CODE["O01"], r.publication["O01"].donnees, published._SCEAU)
    r = replace(r, publication=replace(r.publication, tables={**r.publication.tables, "O01": o01}))
    return avec(r, parametres=parametres("lissage", **choix))


def test_une_part_sur_peu_le_dit_et_une_autre_non() -> None:
    dits = {c.cle[0]: lisible(c.prudence) for c in rapport()["O01"].par("commune")}
    assert dits == {LE_MANS: "", ALLONNES: ", sur 24 attributions", ARNAGE: ", sur 40 attributions"}
    assert {c.prudence for c in rapport(peu=24)["O01"].par("commune")} == {""}
    masquee = rapport()["O01"].par("commune").ou(annee=2021, commune=ARNAGE)  # 3 of 40
    assert [(c.est_secret, c.prudence) for c in masquee] == [(True, "")]


def test_une_figure_nomme_celles_qui_reposent_sur_peu() -> None:
    html = lisible(rapport()["O01"].par("commune").objectifs("Titre", "Sous-titre").html)
    assert "Peu d’attributions : Allonnes (24) et Arnage (40)." in html
    for r, dite in ((rapport(), "20 parts reposent sur moins de 50 attributions."), (rapport(peu=20), "")):
        allonnes = replace(r["O01"].ou(commune=ALLONNES).seul, noms=("Allonnes",))
        vingt = [replace(allonnes, ligne=allonnes.ligne | {"denominateur": 20.0})] * 20
        assert lisible(lissage.note(r, vingt)) == dite


def test_la_carte_se_lit_sur_trois_ans_et_dit_l_etendue() -> None:
    bloc = rapport()["O01"].par("commune").carte("Titre", "Sous-titre", lisser=True)
    page = lu(bloc)
    boutons = page.un("p", "bascule").tous("input")
    assert [b.attributs.get("checked") for b in boutons] == ["", None]
    assert [lisible(x.texte).strip() for x in page.un("p", "bascule").tous("label")] == ["2022", "2020-2022"]
    assert len(page.tous("div", "carte-statique")) == 2 and len(page.tous("div", "lisse")) == 1
    # 27 of 72 and, of the year, 9 of 24; a masked year masks all of them.
    assert lignes_de(page, 1) == {
        "Allonnes": ["37,5", "24", "37,5", "72", "de 25,0 à 50,0 %"],
        "Arnage": ["22,5", "40", "s", "s", "s"],
    }
    assert "bascule" not in rapport()["O01"].par("commune").carte("Titre", "Sous-titre").html


@pytest.mark.parametrize(
    ("suite", "choix"),
    [
        (ANNEES, {"peu": 10}),  # nobody has few
        (ANNEES, {"annees": 4}),  # the series is shorter
        ((2018, 2020, 2022), {}),  # or has a hole
        (ANNEES, {"peu": None}),
        (ANNEES, {"annees": None}),
    ],
)
def test_sans_raison_de_lisser_la_carte_n_a_pas_de_choix(suite: tuple[int, ...], choix: dict[str, Any]) -> None:
    r = rapport(suite, **choix)
    assert lissage.sur_plusieurs_annees(r["O01"].par("commune")) is None


@pytest.mark.parametrize("genre", ["zonage", "P7", PERIMETRE])
def test_rien_n_est_somme_par_dessus_une_rupture(genre: str) -> None:
    """The communes of the EPCI change, those of one commune do not: no reason to part its years."""
    r = rapport()
    object.__setattr__(r, "ruptures", (Rupture(2021, 2020, genre, "", "une règle a changé en 2021"),))
    carte = lisible(r["O01"].par("commune").carte("Titre", "Sous-titre", lisser=True).html)
    assert ("bascule" in carte) == (genre == PERIMETRE)
    avant = (Rupture(2020, 2019, genre, "", "une règle a changé en 2020"),)
    object.__setattr__(r, "ruptures", avant)
    assert lissage.sur_plusieurs_annees(r["O01"].par("commune")) is not None


@pytest.mark.parametrize("choix", [{"peu": "beaucoup"}, {"peu": 0}, {"peu": True}, {"annees": 1}, {"annees": 2.5}])
def test_un_parametre_fautif_dit_quoi_corriger(choix: dict[str, Any]) -> None:
    r = rapport(**choix)
    with pytest.raises(ErreurCIL) as erreur:
        lissage.sur_plusieurs_annees(r["O01"].par("commune"))
    exiger_un_remede(str(erreur.value))
    assert "lissage.yml" in str(erreur.value)


def test_la_carte_a_explorer_propose_les_trois_ans_et_s_ouvre_sur_l_annee() -> None:
    page = lu(rapport().explorer(["O01"]))
    options = page.un("select", "annee").tous("option")
    assert [o.texte for o in options] == ["2020", "2021", "2022", "2020-2022"]
    assert ["selected" in o.attributs for o in options] == [False, False, True, False]
    textes = [lisible(p.texte) for p in page.tous("td")]
    assert "de 25,0 à 50,0 %" in textes
