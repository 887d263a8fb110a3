"""Who can close the gap of a missed objective: counted apart, household by household, nothing of what is masked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isnan, nan
from typing import Any

import pandas as pd
import pytest
from carnets import noms_de, section
from hypothesis import given, settings
from hypothesis import strategies as st
from rapports import EPCI, dessin, lignes_de, lu, rapport
from tables_publiees import avec_objectif

from cil_analysis.rapport import effort
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.secret import table_publiee as published
from cil_analysis.secret.table_publiee import PublishedTable
from essais import essais
from messages import lisible
from registres import PAR_CODE

BAILLEURS = ("B1", "B2", "B3", "B4", "B5")
# What the test tables mask: under 5 households, or a share of less than 10.
SEUIL, MINIMUM = 5, 10
ENSEMBLE = {"perimetre_code": EPCI, "acteur_type": "", "acteur_code": ""}


def part(code: str, n: int, d: int, **plus: Any) -> dict[str, Any]:
    return ENSEMBLE | {"acteur_type": "bailleur", "acteur_code": code, "numerateur": n, "denominateur": d} | plus


def manquee(parts: list[dict[str, Any]], n: int = 200, d: int = 1000, **objectif: Any) -> Rapport:
    """O01 of a year, missed by the whole (250 of 1,000 were wanted), and its parts."""
    tout = ENSEMBLE | {"numerateur": n, "denominateur": d, "menages_manquants": float(abs(d // 4 - n))}
    return rapport({"O01": avec_objectif([tout, *parts], **objectif), "V01": [{"numerateur": 1000}]})


def figure(r: Rapport) -> Bloc:
    """Who can close the gap, as the bilan draws it."""
    return noms_de("bilan_annuel.qmd", r)["qui_comble"]("O01")  # type: ignore[no-any-return]


def a_part(n: int, d: int, cible: Fraction) -> int:
    """One household more at a time, until the share is reached."""
    x = 0
    while Fraction(100 * (n + x), d) < cible:
        x += 1
    return x


@settings(max_examples=essais(200, 10), deadline=None)
@given(
    st.lists(
        st.integers(0, 80).flatmap(
            lambda d: st.tuples(st.integers(0, d), st.just(d), st.sampled_from([0, 10, 25, 60]))
        ),
        min_size=1,
        max_size=5,
    )
)
def test_ce_qui_manque_a_chacun_compte_a_part(parts: list[tuple[int, int, int]]) -> None:
    """``0``: no objective of its own, hence the common one."""
    r = manquee([part(b, n, d, cible=c or nan) for b, (n, d, c) in zip(BAILLEURS, parts, strict=False)])
    table = effort.a_combler(r, "O01")
    assert table.iloc[0][["nom", "manquants"]].tolist() == ["Ensemble", 50] and isnan(table.iloc[0]["part_pct"])
    attendus: dict[str, int | None] = {}
    for b, (n, d, c) in zip(BAILLEURS, parts, strict=False):
        if d:
            masque = d < MINIMUM or 0 < n < SEUIL or 0 < d - n < SEUIL
            attendus[b] = None if masque else a_part(n, d, Fraction(c or 25))
    publies = {qui: x for qui, x in attendus.items() if x is not None}
    lues = table[table["axe"].eq("bailleur")].set_index("nom")
    assert list(lues.index) == list(attendus)
    assert lues["manquants"].dropna().astype(int).to_dict() == publies
    somme = sum(publies.values())
    for qui, x in publies.items():
        assert not somme or lues.loc[qui, "part_pct"] == pytest.approx(100 * x / somme)


@settings(max_examples=essais(100, 4), deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(40, 90)), min_size=2, max_size=2), st.integers(120, 200))
def test_un_chiffre_masque_ne_change_rien_de_ce_qui_se_lit(masques: list[tuple[int, int]], publie: int) -> None:
    """Whatever a masked landlord is, its row says nothing and those of the others are the same."""
    vus = []
    for n, d in masques:
        r = manquee(
            [
                part("B1", n, d),
                part("B2", 50, publie * 2),
            ]
        )
        table = effort.a_combler(r, "O01")
        masquee = table[table["statut"].eq("secret")]
        assert len(masquee) == 1 and masquee[
            ["objectif", "numerateur", "denominateur", "manquants", "part_pct"]
        ].isna().all(axis=None)
        vus.append((table.to_csv(), figure(r).html))
    assert vus[0] == vus[1]


@pytest.mark.parametrize(
    "tout",
    [
        {"n": 260},  # held
        {"n": 3, "d": 1000},  # masked
        {"n": 200, "cible": nan},  # no objective
    ],
)
def test_rien_a_combler(tout: dict[str, Any]) -> None:
    r = manquee([part("B1", 50, 300)], **tout)
    assert effort.a_combler(r, "O01").empty and figure(r).html == ""


def test_qui_manque_son_objectif_de_l_autre_cote_ne_comble_rien() -> None:
    """Above the ceiling of its own, a landlord is no reserve for a floor that the whole misses."""
    plafond = avec_objectif([part("B2", 60, 100)], 40, "plafond")[0]
    r = manquee([part("B1", 50, 300)])
    ligne = pd.DataFrame([plafond | {"indicateur": "O01", "annee": 2022, "perimetre_type": "epci", "modalite": "",
                                     "unite": "pct", "statut": "publie", "cible_max": nan,
                                     "menages_manquants": 20.0, "valeur": 60.0}])  # fmt: skip
    publiee = r.publication["O01"]
    donnees = pd.concat([publiee.donnees, ligne[publiee.donnees.columns]], ignore_index=True)
    avec = PublishedTable(publiee.indicateur, donnees, published._SCEAU)
    r = replace(r, publication=replace(r.publication, tables={**r.publication.tables, "O01": avec}))
    table = effort.a_combler(r, "O01").set_index("nom")["manquants"]
    assert table["B1"] == 25 and table["B2"] == 0


def test_les_logements_non_reserves_d_un_bailleur_ne_comblent_pas_l_ecart_de_tous() -> None:
    r = manquee([part("B1", 50, 300)])
    autre = PublishedTable(PAR_CODE["O04"], r.publication["O01"].donnees, published._SCEAU)
    r = replace(r, publication=replace(r.publication, tables={**r.publication.tables, "O04": autre}))
    assert set(effort.a_combler(r, "O01")["axe"]) == {"", "bailleur"}
    assert set(effort.a_combler(r, "O04")["axe"]) == {""}


def test_un_bailleur_sans_revenus_n_est_pas_dit_celui_qui_comblerait(monkeypatch: pytest.MonkeyPatch) -> None:
    """His file lacks the column: he had « 0,0 % », and the bilan opened on what he would close."""
    r = manquee([part("B1", 0, 300), part("B2", 200, 700)])
    assert set(effort.a_combler(r, "O01")["axe"]) == {"", "bailleur"}
    monkeypatch.setattr(type(r), "absentes", lambda *_: {"revenu_uc_annuel_eur": 1})
    assert set(effort.a_combler(r, "O01")["axe"]) == {""}
    monkeypatch.setattr(type(r), "absentes", lambda *_: {"age": 1})
    assert set(effort.a_combler(r, "O01")["axe"]) == {"", "bailleur"}, "of no use to this figure"


def test_ceux_qui_suffisent_et_ceux_qui_sont_a_egalite() -> None:
    def table(*manquants: int) -> pd.DataFrame:
        lignes = [("", "Ensemble", 10.0), *(("bailleur", f"B{i}", float(x)) for i, x in enumerate(manquants))]
        return pd.DataFrame(lignes, columns=["axe", "nom", "manquants"])

    assert effort.qui_suffit(table(3, 11, 5), "bailleur") == ["B1"]
    assert effort.qui_suffit(table(6, 2, 5), "bailleur") == ["B0", "B2"]
    assert effort.qui_suffit(table(5, 4, 3), "bailleur") == []  # three would be needed
    assert effort.qui_suffit(table(6, 5, 5), "bailleur") == []  # neither of two rather than the other
    assert [x["nom"] for x in effort.premiers(table(6, 5, 5), "bailleur")] == ["B0"]


def test_l_annee_en_cours_dit_ce_qui_reste_faisable() -> None:
    """500 leases by the 182nd day of 365: 503 more at that pace, of which 402 where 400 of the 500 are counted."""
    r = manquee([part("B1", 50, 300)], 80, 400)
    imports = ({"extrait": "attributions", "annee": 2022, "importe_le": "2022-07-01T10:00:00+00:00"},)
    tables = {**r.publication.tables, "V01": rapport({"V01": [{"numerateur": 500}]}).publication["V01"]}
    r = replace(r, publication=replace(r.publication, imports=imports, tables=tables))
    assert effort.attendues_au_rythme(r) == 500 + round(500 * 183 / 182)
    table = effort.a_combler(r, "O01").set_index("nom")
    tout = table.loc["Ensemble"]
    assert (tout["a_venir"], tout["au_rythme"]) == (402, 80)
    assert lisible(tout["il_faut"]) == f"{-(-802 // 4) - 80} des 402"
    fini = replace(
        r, publication=replace(r.publication, imports=({**imports[0], "importe_le": "2023-01-04T10:00:00"},))
    )
    assert effort.attendues_au_rythme(fini) is None and effort.a_combler(fini, "O01")["a_venir"].isna().all()


def test_la_figure_et_sa_table() -> None:
    r = manquee([part("B1", 50, 300), part("B2", 3, 60), part("B3", 90, 300)])
    bloc = figure(r)
    page = lu(bloc)
    assert dessin(bloc) == ["Bailleurs :", "B1", "25 (100 %)"]
    assert lisible(page.un("desc").texte) == "Bailleurs : B1, 25 (100 %)."
    assert lisible(page.un("span", "titre").texte) == "Il manque 50 ménages : parmi les bailleurs, d’abord B1 (25)"
    lignes = lignes_de(page)
    assert lignes["B1"] == ["au moins 25 %", "50", "300", "25", "100 %"]
    assert lignes["B2"] == ["s"] * 5 and lignes["B3"][3:] == ["0", "0 %"]


@pytest.mark.parametrize(("autre", "dit"), [(3, True), (10, False)])
def test_des_parts_qui_ne_comptent_pas_un_chiffre_masque_le_disent(autre: int, dit: bool) -> None:
    r = manquee([part("B1", 50, 300), part("B2", autre, 60)])
    sous_titre = lu(Bloc("".join(section("bilan_annuel.qmd", "premier-quartile", r)))).texte
    assert ("et part de ce qui manque à ceux dont le chiffre est publié, 2022" in lisible(sous_titre)) is dit
    assert "et part de ce qui manque" in lisible(sous_titre)


def test_au_dessus_d_un_maximum_il_ne_manque_personne() -> None:
    r = manquee([part("B1", 150, 300), part("B2", 60, 300)], 300, sens="plafond")
    dit = lisible(lu(Bloc("".join(section("bilan_annuel.qmd", "premier-quartile", r)))).texte)
    assert "50 ménages de trop : B1 comblerait l’écart" in dit and "Ménages de trop chez chacun" in dit
    assert "Il manque" not in dit and "qui manquent" not in dit and "qui manque à chacun" not in dit


def test_sans_personne_a_nommer_la_table_tient_lieu_de_dessin() -> None:
    """All masked is neither missing nor drawn, and says nothing to who does not see."""
    bloc = figure(manquee([part("B2", 3, 60)]))
    assert "<svg" not in bloc.html and "Non calculable" not in bloc.html
    assert lignes_de(lu(bloc))["B2"] == ["s"] * 5 and "hors-diapos" in bloc.html


def test_un_nom_qui_ressemble_a_un_gabarit_n_en_est_pas_un(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a title says is not read a second time: the name of a landlord would stop the whole bilan."""
    vrais = effort.premiers
    monkeypatch.setattr(effort, "premiers", lambda *a: [x | {"nom": "Office {% if %}"} for x in vrais(*a)])
    bloc = figure(manquee([part("B1", 50, 300)]))
    assert "d’abord Office {% if %}" in lisible(bloc.html)
