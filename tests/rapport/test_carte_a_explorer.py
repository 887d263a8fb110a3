"""The map to explore, from hand-written tables: its data, its lists, its tooltip, the policy of its program."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rapports import avec, parametres
from rapports import rapport as publie
from tables_publiees import avec_objectif

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.cartes import carte_folium, explorer
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rendu.page import n_admettre_que_nos_scripts
from messages import exiger_un_remede, lisible
from page_lue import arbre

if TYPE_CHECKING:
    from playwright.sync_api import Page

LE_MANS, ALLONNES, ARNAGE, FAY = "72181", "72003", "72008", "72126"


def communes(annee: int, **n: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"annee": annee, "perimetre_type": "commune", "perimetre_code": code[1:], "numerateur": a, "denominateur": b}
        for code, (a, b) in n.items()
    ]


@cache
def rapport(masque: int = 3) -> Rapport:
    """O01 in 2021, without Arnage, and in 2022; V01 in 2022 alone."""
    avant = communes(2021, c72181=(900, 2500), c72003=(30, 60))
    apres = communes(2022, c72181=(900, 2500), c72003=(10, 100), c72008=(masque, 60))
    nombres = [x | {"denominateur": float("nan")} for x in communes(2022, c72181=(900, 0), c72003=(40, 0))]
    return publie({"O01": avec_objectif(avant + apres), "V01": nombres})


def carte(masque: int = 3) -> str:
    ouvert = rapport(masque)
    ouvert.explores.clear()
    return ouvert.explorer(["O01", "V01"], ["{% if juges %}{{ nom }} : {{ juges }}{% endif %}", "{{ nom }}"]).html


def donnees(html: str) -> dict[str, Any]:
    (lues,) = re.findall(r'<script type="application/json" id="donnees_explorer">(.*?)</script>', html, re.S)
    return dict(json.loads(lues))


def test_la_carte_n_a_ni_alea_ni_trace_de_ce_qui_est_masque() -> None:
    assert carte() == carte() == carte(1)
    sans_leaflet = carte().partition("<figure")[2]
    assert "http" not in re.sub(r'<details class="donnees definition.*', "", sans_leaflet, flags=re.S)
    assert "<link" not in carte() and "<img" not in sans_leaflet


def test_leaflet_n_est_qu_une_fois_dans_la_page_et_ne_demande_rien() -> None:
    ouvert = rapport()
    ouvert.explores.clear()
    assert ouvert.explorer(["V02"]).html == "", "without a figure, a map takes no program either"
    premiere, seconde = (ouvert.explorer(["O01"], identifiant=nom).html for nom in ("une", "autre"))
    assert premiere.count("L.Map=") + premiere.count("Leaflet 1.") >= 1 and "Leaflet 1." not in seconde
    assert "url(" not in premiere.partition("</style>")[0] and "sourceMappingURL" not in premiere
    assert "map_autre" in seconde and "map_une" not in seconde
    assert 'id="fig-une-3"' in ouvert.explorer(["O01"], identifiant="une").html  # no id is doubled


def test_une_commune_masquee_n_a_aucun_chiffre_et_les_autres_disent_les_leurs() -> None:
    lues = donnees(carte())
    assert lues["annees"] == {"O01": ["2021", "2022"], "V01": ["2022"]}
    vues = lues["vues"]
    assert set(vues["O01 2021"]["communes"]) == {LE_MANS, ALLONNES}
    masquee = vues["O01 2022"]["communes"][ARNAGE]
    assert (masquee["etat"], masquee["texte"], masquee["fond"]) == ("secret", "s", "url(#explorer-secret-hachures)")
    assert masquee["dits"] == {
        "valeur": "masqué par le secret statistique", "objectif": "s", "ecart": "s", "effectifs": "s",
    }  # fmt: skip
    le_mans = vues["O01 2022"]["communes"][LE_MANS]
    assert {cle: lisible(dit) for cle, dit in le_mans["dits"].items()} == {
        "valeur": "36,0 %", "objectif": "au moins 25 %", "ecart": "+11,0 points (objectif atteint)",
        "effectifs": "900 sur 2 500",
    }  # fmt: skip
    assert lisible(le_mans["texte"]) == "✓ 36,0 %"
    # An indicator without an objective says nothing of one; a count has no other count behind it.
    assert vues["V01 2022"]["communes"][LE_MANS]["dits"] == {
        "valeur": "900", "objectif": "", "ecart": "", "effectifs": "",
    }  # fmt: skip


def test_les_contours_n_y_sont_qu_une_fois_et_sans_les_autres_communes() -> None:
    formes = donnees(carte())["contours"]["features"]
    assert {x["id"] for x in formes} == {LE_MANS, ALLONNES, ARNAGE}
    assert carte().count('"geometry"') == len(formes)


def test_dans_jupyterlab_elle_a_son_cadre(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "carnet.ipynb")
    for nom in ("CIL_RENDU", "QUARTO_PROJECT_ROOT"):
        monkeypatch.delenv(nom, raising=False)
    montre = rapport()["O01"].par("commune").explorer()._repr_mimebundle_()
    assert set(montre) == {"text/html"} and montre["text/html"].startswith("<iframe ")
    assert "Leaflet 1." in montre["text/html"] and "<script" not in montre["text/html"]  # escaped, in the frame


# --- What it offers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("liste", "codes"), [(None, ["O01"]), (("V01", "O01"), ["O01", "V01"]), (("V03",), ["O01"])])
def test_elle_offre_les_objectifs_puis_ce_qui_est_liste(liste: tuple[str, ...] | None, codes: list[str]) -> None:
    montrees = explorer.a_montrer(avec(rapport(), parametres=parametres("cartes", indicateurs=liste)))
    assert list(dict.fromkeys(table.indicateur.code for table, _ in montrees)) == codes


@pytest.mark.parametrize("liste", [("V01", "V99"), 3])
def test_une_liste_inutilisable_est_refusee(liste: object) -> None:
    with pytest.raises(ErreurCIL) as refus:
        list(explorer.a_montrer(avec(rapport(), parametres=parametres("cartes", indicateurs=liste))))
    exiger_un_remede(refus.value, "cartes.yml")


# --- Its program ----------------------------------------------------------------------------------------------------


def test_la_page_n_admet_que_le_programme_de_folium() -> None:
    """The same but for its name, whatever the data: a script of another text is not ours."""
    programme = carte_folium.programme("explorer")
    assert programme.replace("explorer", "x_2") == carte_folium.programme("x_2")
    assert carte_folium.est_un_programme(programme)
    assert not carte_folium.est_un_programme(programme + "alert(1)")
    assert not carte_folium.est_un_programme("alert(1)")
    page = f"script-src 'unsafe-inline'<script>{programme}</script><script>{programme}alert(1)</script>"
    assert n_admettre_que_nos_scripts(page).partition("<")[0].count("sha256-") == 1


@pytest.fixture
def page(page_hors_ligne: Page, tmp_path: Path) -> Page:
    """The map folded away at first, as it may be in a report."""
    fichier = tmp_path / "carte.html"
    fichier.write_text(
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Carte</title><main><h1>Carte</h1><details>'
        f"<summary>Carte</summary>{carte()}</details></main></html>",
        encoding="utf-8",
    )
    page_hors_ligne.goto(fichier.as_uri())
    page_hors_ligne.locator("summary").first.click()
    page_hors_ligne.wait_for_function("document.querySelector('path.commune').getBoundingClientRect().width > 50")
    return page_hors_ligne


def test_une_annee_sans_chiffre_ne_se_choisit_pas(page: Page) -> None:
    """And one that the indicator lacks gives way to its last one; what the page says follows."""
    indicateur, annee = page.get_by_label("Indicateur"), page.get_by_label("Année")
    annee.select_option("2021")
    vus = "[...document.querySelectorAll('div[data-vue]')].filter(e => !e.hidden).map(e => e.dataset.vue)"
    titre = page.locator("figcaption .titre").inner_text()
    assert lisible(titre).endswith(" : 2") and page.evaluate(vus) == ["O01 2021"]
    assert page.locator("path.commune").evaluate_all("p => p.filter(e => e.checkVisibility()).length") == 2
    communes_ = page.get_by_label("Commune", exact=True).locator("option")
    assert communes_.evaluate_all("o => o.map(e => e.disabled)") == [False, False, False, True]
    indicateur.select_option("V01")
    assert annee.input_value() == "2022" and page.evaluate(vus) == ["V01 2022"]
    assert annee.evaluate("a => [...a.options].map(o => o.disabled)") == [True, False]
    assert page.get_by_role("status").text_content().startswith(page.locator("figcaption .titre").inner_text())
    assert page.locator("[data-indicateur]:visible").evaluate_all("e => e.map(x => x.dataset.indicateur)") == ["V01"]
    assert arbre(page.content()).un("div", "cadre-carte").attributs["role"] == "group"
