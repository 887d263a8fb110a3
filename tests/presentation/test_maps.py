from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from tables_publiees import avec_objectif, contours, table, textes

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import maps, theme

if TYPE_CHECKING:
    from playwright.sync_api import Page

PIEGE = 'L’"><img onerror=alert(1) src=x>Île</script><script>alert(2)</script>'
NOMS = ["Le Chef-Lieu", "Allière", "Bourg-Masqué", "Sans-Attribution", "Sans-Parc", PIEGE, "Absente"]
BORNES = [-10, 0, 10]
CONTOURS = Path(__file__).parents[2] / "data" / "reference" / "territory" / "communes.geojson"


def publiee(masque: int = 3) -> PublishedTable:
    lignes = [(900, 2500), (20, 100), (masque, 60), (0, 0), (0, 0), (10, 100)]
    return table(
        "pct",
        avec_objectif(
            [
                {"perimetre_type": "commune", "perimetre_code": f"720{i:02d}", "numerateur": n, "denominateur": d}
                for i, (n, d) in enumerate(lignes)
            ]
        ),
    )


ARGUMENTS: dict[str, Any] = {
    "identifiant": "carte-1", "titre": "Un <titre>", "description": "Une description", "bornes": BORNES,
    "parc_social": {"72004": 0.0, "72000": 60000.0},
}  # fmt: skip


def etats(publie: PublishedTable) -> dict[str, tuple[str, int]]:
    communes, _ = cc.communes_de_la_carte(publie, contours(NOMS), BORNES, {"72004": 0.0})
    return {c.code: (c.etat, c.rang) for c in communes}


def test_chaque_commune_a_sa_classe_ou_son_signe() -> None:
    assert etats(publiee()) == {
        "72000": (cc.CLASSE, 3),
        "72001": (cc.CLASSE, 1),
        "72002": (cc.SECRET, -1),
        "72003": (cc.SANS_ATTRIBUTION, -1),
        "72004": (cc.SANS_PARC, -1),
        "72005": (cc.CLASSE, 0),
    }  # the last commune of the contours is not in the table: not drawn


def test_sans_resultat_la_legende_n_a_pas_de_classe() -> None:
    masquee = publiee().ou(perimetre_code="72002")
    communes, echelle = cc.communes_de_la_carte(masquee, contours(NOMS), BORNES, None)
    assert [c.etat for c in communes] == [cc.SECRET] and echelle == []


@pytest.mark.parametrize(
    ("n", "sens", "rang"),
    [
        (25, "plancher", 2),
        (15, "plancher", 1),
        (14, "plancher", 0),
        (35, "plancher", 3),
        (24, "plafond", 2),
        (36, "plafond", 0),
    ],
)
def test_les_bornes_sont_comptees_dans_le_sens_de_l_objectif(n: int, sens: str, rang: int) -> None:
    ligne = {"perimetre_type": "commune", "perimetre_code": "72000", "numerateur": n, "denominateur": 100}
    assert etats(table("pct", avec_objectif([ligne], sens=sens)))["72000"] == (cc.CLASSE, rang)


def test_les_classes_ne_dependent_pas_des_donnees() -> None:
    assert [c.couleur for c in cc.classes(BORNES)] == list(theme.DIVERGENTE)
    assert [c.couleur for c in cc.classes([0])] == [theme.DIVERGENTE[1], theme.DIVERGENTE[2]]
    assert cc.classes(BORNES)[0].libelle == "✗ plus de 10 points sous l’objectif"
    assert cc.classes(BORNES, "plafond")[0].libelle == "✗ plus de 10 points au-dessus de l’objectif"
    assert [c.libelle for c in cc.classes(BORNES, "intervalle")] == [
        "✗ plus de 10 points d’écart à l’objectif", "✗ 10 points ou moins d’écart à l’objectif",
        "✓ atteint, moins de 10 points de marge", "✓ atteint, 10 points ou plus de marge",
    ]  # fmt: skip


@pytest.mark.parametrize("bornes", [[-10, 10], [10, 0, -10], [-20, -10, 0], [0, 0]])
def test_des_bornes_inutilisables_sont_refusees(bornes: list[float]) -> None:
    with pytest.raises(ErreurCIL, match="bornes_ecart"):
        cc.classes(bornes)


def test_la_carte_statique_dit_tout_et_rien_de_plus() -> None:
    svg = maps.carte_statique(publiee(), contours(NOMS), **ARGUMENTS)
    mots = textes(svg)
    assert svg == maps.carte_statique(publiee(), contours(NOMS), **ARGUMENTS)
    assert svg == maps.carte_statique(publiee(1), contours(NOMS), **ARGUMENTS)  # what is masked leaves no trace
    assert {"✓ 36,0\u202f%", "✗ 20,0\u202f%", "s", "–", "×"} <= set(mots)
    assert "Absente" not in mots
    assert "s\u202f: masqué par le secret statistique" in mots
    assert "<script" not in svg and "<img" not in svg
    assert "DejaVu" not in svg and "<metadata" not in svg and "<?xml" not in svg
    assert all(i == "carte-1" or i.startswith("carte-1-") for i in re.findall(r'\bid="([^"]+)"', svg))


@pytest.mark.skipif(not CONTOURS.is_file(), reason="contours des communes absents de data/reference")
@pytest.mark.parametrize("graine", range(3))
def test_aucune_etiquette_n_en_recouvre_une_autre(graine: int) -> None:
    import numpy as np

    hasard = np.random.default_rng(graine)
    communes_csv = __import__("pandas").read_csv(CONTOURS.with_name("communes.csv"), dtype=str)
    formes = gpd.read_file(CONTOURS)[["code_insee", "geometry"]].to_crs(2154)
    noms = communes_csv[["code_insee", "nom"]].drop_duplicates("code_insee")
    territoire = gpd.GeoDataFrame(noms.merge(formes, on="code_insee"), geometry="geometry", crs=2154)
    publie = table(
        "pct",
        avec_objectif(
            [
                {
                    "perimetre_type": "commune",
                    "perimetre_code": c,
                    "numerateur": int(hasard.integers(0, 60)),
                    "denominateur": 100,
                }
                for c in territoire["code_insee"]
            ]
        ),
    )
    communes, _ = cc.communes_de_la_carte(publie, territoire, BORNES, None)
    communes, bas = maps.en_pixels(communes)
    etiquettes = maps.placer_etiquettes(communes, bas)
    assert {e.commune.code for e in etiquettes} == set(territoire["code_insee"])  # none is left out
    for a, b in combinations(etiquettes, 2):
        (ag, ah, ad, ab), (bg, bh, bd, bb) = a.boite, b.boite
        assert ad <= bg or bd <= ag or ab <= bh or bb <= ah, (a.lignes, b.lignes)
    for e in etiquettes:
        gauche, haut, droite, _ = e.boite
        assert gauche >= 0 and haut >= 0 and droite <= maps.LARGEUR


def test_la_carte_interactive_n_a_ni_adresse_ni_alea() -> None:
    html = maps.carte_interactive(publiee(), contours(NOMS), **ARGUMENTS)
    assert html == maps.carte_interactive(publiee(), contours(NOMS), **ARGUMENTS)
    assert html == maps.carte_interactive(publiee(1), contours(NOMS), **ARGUMENTS)
    assert (
        "http" not in html
        and "<iframe" not in html
        and "<link" not in html
        and " src=" not in html.replace("onerror=alert(1) src=x", "")
    )
    assert html.count("</script>") == 1 and html.count("<script>") == 1
    assert "<img" not in html
    assert "Absente" not in html
    masquee = re.search(r'"id": "72002".*?"properties": ({.*?})', html)
    assert masquee
    bulle = json.loads(masquee[1])
    assert (bulle["valeur"], bulle["etat"]) == ("s (secret statistique)", "secret")
    assert [bulle[cle] for cle in ("objectif", "ecart", "effectifs")] == ["s", "s", "s"]
    assert html.count("<li>") == 4 + 3 and '<ul class="legende"' in html


def test_leaflet_est_dans_la_page_sans_rien_demander() -> None:
    morceau = maps.leaflet_en_ligne()
    assert "url(" not in morceau.partition("</style>")[0] and "sourceMappingURL" not in morceau
    assert morceau.count("</script") == 1
    assert len(morceau) < 200_000


def test_au_clavier_et_a_la_souris_sans_reseau(page_hors_ligne: Page, tmp_path: Path) -> None:
    page = page_hors_ligne
    carte = maps.carte_interactive(publiee(), contours(NOMS), **ARGUMENTS)
    fichier = tmp_path / "carte.html"
    # Leaflet after the map, and the map folded away at first: both happen in a report
    fichier.write_text(
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Carte</title><main><details>'
        f"<summary>Carte</summary>{carte}</details></main>{maps.leaflet_en_ligne()}</html>",
        encoding="utf-8",
    )
    page.goto(fichier.as_uri())
    page.locator("summary").click()
    chemins, bulle = page.locator("path.commune"), page.locator(".bulle-commune")
    page.wait_for_function("document.querySelector('path.commune').getBoundingClientRect().width > 50")
    assert chemins.count() == 6
    assert page.locator(".etiquette-commune").first.inner_text().startswith("Le Chef-Lieu")

    chemins.nth(0).hover()
    bulle.wait_for()
    assert "900 sur 2\u202f500" in bulle.inner_text() and "+11,0\u00a0points (objectif atteint)" in bulle.inner_text()
    page.mouse.move(1, 1)
    bulle.wait_for(state="detached")

    chemins.nth(1).focus()
    bulle.wait_for()
    assert "Allière" in bulle.inner_text()
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelector('.bulle-commune').innerText.includes('secret statistique')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Bourg-Masqué. part\u202f: s")
    page.keyboard.press("Escape")
    bulle.wait_for(state="detached")

    chemins.nth(5).focus()
    bulle.wait_for()
    assert "<img onerror=alert(1) src=x>" in bulle.inner_text()  # as text
    assert page.locator("img").count() == 0
    assert page.get_by_title("Zoom avant").is_visible() and page.get_by_title("Zoom arrière").is_visible()
    assert page.locator("a[href^=http]").count() == 0


def test_axe_ne_trouve_rien(page_hors_ligne: Page, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = page_hors_ligne
    morceaux = [
        maps.leaflet_en_ligne(),
        maps.carte_interactive(publiee(), contours(NOMS), **ARGUMENTS),
        maps.carte_statique(publiee(), contours(NOMS), **(ARGUMENTS | {"identifiant": "carte-2"})),
    ]
    fichier = tmp_path / "axe.html"
    fichier.write_text(
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Carte</title><main><h1>Carte</h1>'
        f"{''.join(morceaux)}</main></html>",
        encoding="utf-8",
    )
    page.goto(fichier.as_uri())
    resultat = axe.Axe().run(page)
    assert resultat.violations_count == 0, resultat.generate_report()
