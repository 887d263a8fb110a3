"""The interactive map alone, from hand-written tables: its data, its two lists, the mouse and the keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rapports import RACINE, rapport
from tables_publiees import avec_objectif, contours, table

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import cartes_a_explorer, cartes_valeurs, sentences_cartes, theme
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation.carte_interactive import carte_interactive
from cil_analysis.presentation.carte_vues import IndicateurCarte, Vue
from cil_analysis.presentation.leaflet import leaflet_en_ligne
from cil_analysis.reference.parameters import Parametre, Parametres, ValeurDatee
from messages import exiger_un_remede
from page_lue import arbre
from registres import PAR_CODE

if TYPE_CHECKING:
    from playwright.sync_api import Page

PIEGE = 'L’"><img onerror=alert(1) src=x>Île</script><script>alert(2)</script>'
NOMS = ["Le Chef-Lieu", "Allière", "Bourg-Masqué", "Sans-Attribution", "Sans-Parc", PIEGE, "Absente"]
PARC = {"72004": 0.0, "72000": 60000.0}


def communes(n: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {"perimetre_type": "commune", "perimetre_code": f"720{i:02d}", "numerateur": a, "denominateur": b}
        for i, (a, b) in enumerate(n)
    ]


def indicateurs(masque: int = 3) -> list[IndicateurCarte]:
    """O01 in 2021 (without its last commune) and 2022, V01 in 2022 alone."""
    formes = contours(NOMS)
    lignes = [(900, 2500), (20, 100), (masque, 60), (0, 0), (0, 0), (10, 100)]
    parts = {a: table("pct", avec_objectif(communes(lignes[: 5 + a - 2021])), "O01") for a in (2021, 2022)}
    nombres = table("nombre", [c | {"denominateur": float("nan")} for c in communes(lignes)], "V01")
    coupes = cartes_valeurs.bornes_des_valeurs(nombres, 3)
    vues = [
        Vue(a, f"Un <titre> {a}", f"Un sujet {a}", "", cc.communes_de_la_carte(t, formes, [-10, 0, 10], PARC)[0])
        for a, t in parts.items()
    ]
    valeurs = Vue(
        2022, "D’autres", "Sujet", "Une note", cartes_valeurs.communes_en_valeurs(nombres, formes, coupes, PARC)
    )
    classes = cartes_valeurs.classes_des_valeurs(coupes, "nombre")
    return [
        IndicateurCarte(PAR_CODE["O01"], "Part <b>", "Objectifs", "Écart", True, cc.classes([-10, 0, 10]), vues),
        IndicateurCarte(PAR_CODE["V01"], "Attributions", "Autres", "Attributions", False, classes, [valeurs]),
    ]


def carte(masque: int = 3) -> str:
    return carte_interactive(
        indicateurs(masque),
        contours(NOMS),
        identifiant="carte-1",
        nom="Carte",
        annee=2022,
        description="Une description",
    )


def donnees(html: str) -> dict[str, Any]:
    return dict(json.loads(arbre(html).un("script").texte))


def test_la_carte_n_a_ni_adresse_ni_alea() -> None:
    html = carte()
    assert html == carte() == carte(1)  # what is masked leaves no trace
    sans_donnees = html.partition("<script")[0]
    assert "http" not in html and "<link" not in html and " src=" not in sans_donnees and "<img" not in html
    assert html.count("</script>") == 1 and html.count("<script") == 1
    with pytest.raises(ValueError, match="Not an id"):
        carte_interactive(indicateurs(), contours(NOMS), identifiant="1 carte", nom="", annee=2022, description="")


def test_les_contours_n_y_sont_qu_une_fois_et_sans_les_autres_communes() -> None:
    lues = donnees(carte())
    formes = lues["contours"]["features"]
    assert [e["properties"]["nom"] for e in formes] == NOMS[:-1]
    assert carte().count('"geometry"') == len(formes)
    assert set(lues["indicateurs"]["O01"]["annees"]["2021"]["communes"]) == {f"7200{i}" for i in range(5)}


def test_une_commune_masquee_n_a_aucun_chiffre() -> None:
    for code, annees in ((c, i["annees"]) for c, i in donnees(carte())["indicateurs"].items()):
        for vue in annees.values():
            masquee = vue["communes"]["72002"]
            if code == "O01":
                assert masquee == {
                    "etat": "secret", "couleur": "#FFFFFF", "texte": "s",
                    "valeurs": ["s (secret statistique)", "s", "s", "s"],
                }  # fmt: skip
            elif masquee["etat"] == "secret":
                assert not re.search(r"\d", "".join(masquee["valeurs"]))


def test_ce_qui_est_dit_des_autres_communes() -> None:
    vues = donnees(carte())["indicateurs"]["O01"]["annees"]["2022"]["communes"]
    assert vues["72000"]["texte"] == "✓ 36,0\u202f%"
    assert vues["72000"]["valeurs"] == [
        "36,0\u202f%", "au moins 25\u202f%", "+11,0\u00a0points (objectif atteint)", "900 sur 2\u202f500",
    ]  # fmt: skip
    assert vues["72003"]["valeurs"] == ["aucune attribution", "au moins 25\u202f%", "–", "–"]
    assert vues["72004"]["valeurs"][0] == "pas de logement social"


def test_la_legende_dit_les_classes_et_les_signes_de_la_vue() -> None:
    indicateurs_lus = donnees(carte())["indicateurs"]
    lignes = indicateurs_lus["O01"]["annees"]["2022"]["legende"]
    assert [ligne["nom"] for ligne in lignes[:4]] == ["classe-4", "classe-3", "classe-2", "classe-1"]
    assert [ligne["nom"] for ligne in lignes[4:]] == ["secret", "sans-attribution", "sans-parc"]
    assert [c["couleur"] for c in lignes[:4]] == list(reversed(theme.DIVERGENTE))


# --- Classes without an objective -----------------------------------------------------------------------------------


def valeurs(*n: float, unite: str = "nombre") -> Any:
    base = [{"perimetre_type": "commune", "perimetre_code": f"720{i:02d}"} for i in range(len(n))]
    return table(unite, [x | {"numerateur": v, "valeur": v, "denominateur": 100} for x, v in zip(base, n, strict=True)])


def test_les_classes_ont_autant_de_chiffres_publies() -> None:
    assert cartes_valeurs.bornes_des_valeurs(valeurs(*range(10, 90, 10)), 4) == [30, 50, 60]
    assert cartes_valeurs.bornes_des_valeurs(valeurs(10, 10, 10, 10, 50), 4) == []  # equal ones are not parted
    assert cartes_valeurs.bornes_des_valeurs(valeurs(2, 3), 4) == []  # masked: nothing to part


def test_les_mots_et_les_teintes_des_classes() -> None:
    classes = cartes_valeurs.classes_des_valeurs([12.0, 1500.0], "nombre")
    assert [c.libelle for c in classes] == ["moins de 12", "12 à moins de 1\u202f500", "1\u202f500 ou plus"]
    clartes = [theme.luminance(c.couleur) for c in classes]
    assert clartes == sorted(clartes, reverse=True)


def test_la_classe_est_celle_du_chiffre_imprime() -> None:
    """12,96 is printed « 13,0 »: it is not « moins de 13,0 »."""
    lues = cartes_valeurs.communes_en_valeurs(
        valeurs(12.94, 12.96, unite="ratio"), contours(["A", "B"]), [13.0], {}
    )  # fmt: skip
    assert [(c.texte, c.rang) for c in lues] == [("12,9", 0), ("13,0", 1)]


def test_le_titre_dit_l_etendue_et_nomme_qui_est_seul() -> None:
    noms = {"72000": "Le Mans", "72001": "Fay", "72002": "Allonnes"}
    titre = sentences_cartes.titre_des_valeurs
    assert titre("Demandes", valeurs(40, 20, 30), noms) == "Demandes\u202f: de 20 (Fay) à 40 (Le\u00a0Mans)"
    assert titre("Demandes", valeurs(40, 20, 20), noms) == "Demandes\u202f: de 20 à 40 (Le\u00a0Mans)"
    assert titre("Demandes", valeurs(40, 20, 2), noms).endswith("à 40 (Le\u00a0Mans), parmi les chiffres publiés")
    assert titre("Demandes", valeurs(20, 20), noms) == "Demandes"


# --- What the parameters say ----------------------------------------------------------------------------------------


def avec(**choix: object) -> Any:
    """A report whose cartes.yml says otherwise; None takes the key away."""
    ouvert = rapport({"O01": avec_objectif(communes([(30, 100)])), "V01": communes([(30, 100)])})
    lus = dict(ouvert.references.parametres)
    for nom, valeur in choix.items():
        cle = f"cartes.{nom}"
        datee = ValeurDatee(lus[cle].valeurs[0].depuis, valeur, (), "L")
        lus[cle] = replace(lus[cle], valeurs=(datee,))
        if valeur is None:
            del lus[cle]

    class References:
        parametres = Parametres(lus)
        territoire = ouvert.references.territoire

    return replace(ouvert, references=References())


def test_sans_la_liste_la_carte_n_a_que_les_objectifs() -> None:
    # What is listed and has no published figure is left out.
    for liste, codes in ((None, ["O01"]), (("V01", "O01"), ["O01", "V01"]), (("V03",), ["O01"])):
        assert [t.indicateur.code for t in cartes_a_explorer._tables(avec(indicateurs=liste))] == codes


@pytest.mark.parametrize(
    ("lire", "choix", "nomme"),
    [
        *((cartes_a_explorer._tables, {"indicateurs": liste}, "cartes.yml") for liste in (("V01", "V99"), "V01", 3)),
        *((cartes_a_explorer.nombre_de_classes, {"classes": n}, "classes") for n in (1, 6, "quatre")),
    ],
)
def test_un_parametre_inutilisable_est_refuse(lire: Callable[[Any], object], choix: dict[str, Any], nomme: str) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire(avec(**choix))
    exiger_un_remede(refus.value, nomme)


def test_la_liste_du_depot_est_faite_d_indicateurs_connus() -> None:
    import yaml

    lu = yaml.safe_load((RACINE / "data/reference/parameters/cartes.yml").read_text(encoding="utf-8"))
    for datee in lu["indicateurs"]["values"].values():
        assert set(datee["value"]) <= set(PAR_CODE)
    assert isinstance(avec().references.parametres["cartes.classes"], Parametre)


# --- In Chromium ----------------------------------------------------------------------------------------------------


def test_leaflet_est_dans_la_page_sans_rien_demander() -> None:
    morceau = leaflet_en_ligne()
    assert "url(" not in morceau.partition("</style>")[0] and "sourceMappingURL" not in morceau
    assert morceau.count("</script") == 2
    assert len(morceau) < 200_000


@pytest.fixture
def page(page_hors_ligne: Page, tmp_path: Path) -> Page:
    """Leaflet after the map, and the map folded away at first: both may happen in a report."""
    fichier = tmp_path / "carte.html"
    tables = "".join(f'<p data-vue="{vue}">{vue}</p>' for vue in ("O01 2021", "O01 2022", "V01 2022"))
    fichier.write_text(
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Carte</title><main><h1>Carte</h1><details>'
        '<summary>Carte</summary><figure><figcaption><span class="titre"></span><span class="sous-titre"></span>'
        f"</figcaption>{carte()}{tables}</figure></details></main>{leaflet_en_ligne()}</html>",
        encoding="utf-8",
    )
    page_hors_ligne.goto(fichier.as_uri())
    page_hors_ligne.locator("summary").click()
    page_hors_ligne.wait_for_function("document.querySelector('path.commune').getBoundingClientRect().width > 50")
    return page_hors_ligne


def test_la_bulle_montre_un_nom_hostile_comme_du_texte_et_se_ferme(page: Page) -> None:
    """The mouse and the keys on a real page: tests/longs/browser/test_bilan_carte.py."""
    chemins, bulle = page.locator("path.commune"), page.locator(".bulle-commune")
    assert chemins.count() == 6
    chemins.nth(0).hover()
    bulle.wait_for()
    assert "900 sur 2\u202f500" in bulle.inner_text() and "+11,0\u00a0points (objectif atteint)" in bulle.inner_text()
    chemins.nth(5).focus()
    page.wait_for_function(
        "document.querySelector('.bulle-commune').innerText.includes('<img onerror=alert(1) src=x>')"
    )
    assert page.locator("img").count() == 0 and page.locator("a[href^=http]").count() == 0
    page.keyboard.press("Escape")
    bulle.wait_for(state="detached")


def test_une_annee_sans_chiffre_ne_se_choisit_pas(page: Page) -> None:
    """And one that the indicator lacks gives way to its last one; what the page says follows."""
    indicateur, annee = page.get_by_label("Indicateur"), page.get_by_label("Année")
    annee.select_option("2021")
    vus = "[...document.querySelectorAll('[data-vue]')].filter(e => !e.hidden).map(e => e.textContent)"
    assert page.locator("figcaption .titre").inner_text() == "Un <titre> 2021"
    assert page.evaluate(vus) == ["O01 2021"]
    assert page.locator("path.commune").evaluate_all("p => p.filter(e => e.checkVisibility()).length") == 5
    indicateur.select_option("V01")
    assert annee.input_value() == "2022" and page.evaluate(vus) == ["V01 2022"]
    assert annee.evaluate("a => [...a.options].map(o => o.disabled)") == [True, False]
    assert page.get_by_role("status").text_content() == "D’autres. Sujet"
    assert page.locator(".carte-interactive .note").inner_text() == "Une note"
    assert page.locator("#carte-1-desc").text_content().startswith("Le Chef-Lieu, 900\u202f; ")
    indicateur.select_option("O01")
    assert not page.locator(".carte-interactive .note").is_visible()
