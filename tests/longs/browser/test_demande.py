"""The page of the file of requests: autonomous, accessible, whole at every width, true to what is published."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cil_analysis.project import Projet

if TYPE_CHECKING:
    from playwright.sync_api import Page

OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
SECTIONS = ["essentiel", "flux", "sorties", "pression", "attente", "origines", "limites"]


@pytest.fixture(scope="session")
def chemin(exemple: Projet) -> Path:
    return exemple.rapports / "2022" / "demande.html"


@pytest.fixture
def page(ouvrir_page: Callable[..., Page]) -> Page:
    return ouvrir_page("demande.html")


@pytest.fixture(scope="module")
def publies(chemin: Path) -> list[dict[str, str]]:
    with (chemin.parent / "indicateurs.csv").open(encoding="utf-8-sig", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == "2022"]


def epci(publies: list[dict[str, str]], code: str, modalite: str = "") -> dict[str, str]:
    (ligne,) = [r for r in publies if (r["indicateur"], r["perimetre_type"], r["modalite"]) == (code, "epci", modalite)]
    return ligne


@pytest.mark.parametrize("largeur", [320, 360, 1280, 1920])
def test_la_page_tient_dans_l_ecran(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 740})
    page.evaluate(OUVRIR_TOUT)
    assert page.evaluate("document.querySelector('main').scrollWidth") <= largeur
    debordent = page.evaluate(
        """[...document.querySelectorAll('main *')]
             .filter(e => !e.closest('.tableau-defilant, .graphique[tabindex], .masque-visuel')
                 && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert debordent == []


def test_chaque_chapitre_s_ouvre_par_son_constat(page: Page) -> None:
    chapitres = page.evaluate(
        "[...document.querySelectorAll('main > section')].map(s => [s.id, s.children[1].className])"
    )
    assert [nom for nom, _ in chapitres] == SECTIONS
    assert {classe for _, classe in chapitres} == {"constat"}


def test_rien_d_anglais_ni_de_vide_dans_le_texte(page: Page) -> None:
    page.evaluate(OUVRIR_TOUT)
    texte = page.locator("body").inner_text()
    for intrus in ("nan", "None", "NaN", "NaT", "inf", "undefined", "Figure", "Table", "True", "False"):
        assert not page.evaluate("([t, m]) => new RegExp('(^|[^\\\\p{L}<])' + m + '($|[^\\\\p{L}>])', 'u').test(t)",
                                 [texte, intrus]), intrus  # fmt: skip


def test_le_compte_de_l_annee_se_boucle_sur_les_chiffres_publies(page: Page, publies: list[dict[str, str]]) -> None:
    """Stock at the start, entries, exits, gap, stock at the end: the table adds up, and is the published figures."""
    page.evaluate(OUVRIR_TOUT)
    cellules = page.locator("#fig-compte table tbody tr").last.locator("td").all_inner_texts()
    debut, entrees, sorties, ecart, fin = (
        int(t.replace("\u202f", "").replace("\u2212", "-").replace("+", "")) for t in cellules
    )
    assert debut + entrees - sorties + ecart == fin
    attendus = [int(float(epci(publies, code)["valeur"])) for code in ("D01", "D02", "V02")]
    assert [entrees, sorties, fin] == attendus


def test_la_matrice_montre_les_effectifs_publies_et_s_pour_les_autres(
    page: Page, publies: list[dict[str, str]]
) -> None:
    masques = [r for r in publies if r["indicateur"] == "D07" and r["statut"] == "secret"]
    montres = {
        r["numerateur"] for r in publies if r["indicateur"] == "D07" and r["statut"] == "publie" and r["numerateur"]
    }
    textes = page.locator("#fig-matrice tbody td").all_inner_texts()
    assert textes.count("s") == len(masques) > 0
    chiffres = {t.replace("\u202f", "") for t in textes} - {"s", "–", "nd"}
    assert chiffres == {str(int(float(n))) for n in montres}
    assert {int(n) for n in chiffres if 0 < int(n) < 5} == set()


def test_les_parts_en_attente_sont_celles_publiees(page: Page, publies: list[dict[str, str]]) -> None:
    dessin = page.locator("#fig-en-attente svg").text_content() or ""
    for code in ("M6", "M12", "M24", "M36", "M60"):
        attendu = f"{round(float(epci(publies, 'D09', code)['valeur']), 1):.1f}".replace(".", ",")
        assert attendu in dessin


def test_le_mode_presentation_passe_chaque_chapitre(page: Page) -> None:
    page.keyboard.press("p")
    page.wait_for_selector(".diapo")
    ancres = set()
    for _ in range(60):
        ancres.add(page.evaluate("location.hash"))
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.getElementById('contenu').scrollWidth <= innerWidth")
    assert len(ancres) >= len(SECTIONS)
