"""The interactive map: in every view, mouse, keyboard and finger read the figures of the files and of the table."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    Ouvrir = Callable[..., Page]

BULLE = ".bulle-commune"
# A point of the screen where the commune is on top, with some room for a finger: its shape may be a crescent, its
# neighbour may cover its middle.
POINT = """chemin => {
  const b = chemin.getBoundingClientRect();
  for (let i = 1; i < 12; i++) for (let j = 1; j < 12; j++) {
    const x = b.left + b.width * i / 12, y = b.top + b.height * j / 12;
    const ici = [[0, 0], [-9, 0], [9, 0], [0, -9], [0, 9]];
    if (ici.every(([dx, dy]) => document.elementFromPoint(x + dx, y + dy) === chemin)) return [x, y];
  }
}"""

# Where the words of the tooltip end, wherever the boxes of its cells do: to the right, and below.
MOTS = """bulle => {
  const mots = document.createRange();
  const boites = [...bulle.querySelectorAll("th, td")].map(e => {
    mots.selectNodeContents(e);
    return mots.getBoundingClientRect();
  });
  return [Math.max(...boites.map(b => b.right)), Math.max(...boites.map(b => b.bottom))];
}"""


def carte(page: Page):
    figure = page.locator("figure:has(.carte-interactive)").first
    figure.locator(".cadre-carte").scroll_into_view_if_needed()
    figure.locator("path.commune").first.wait_for(state="attached")
    return figure


def lire_bulle(page: Page) -> dict[str, str]:
    page.locator(BULLE).wait_for(state="visible")
    lignes = page.locator(f"{BULLE} tr").all()
    return {ligne.locator("th").inner_text(): ligne.locator("td").inner_text() for ligne in lignes}


def lire_tableau(figure) -> dict[str, dict[str, str]]:
    """The data table of the map: for each commune, its cells by header (without its unit)."""
    donnees = figure.locator("details.donnees:not(.definition)")
    donnees.evaluate("d => { d.open = true; }")
    vues = donnees.locator("[data-vue]:not([hidden])")
    assert vues.count() == 1  # the one of the map
    entetes, *lignes = vues.locator("table").evaluate(
        "t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.trim()))"
    )
    noms = [re.split(r"\s*[\u202f\n]", e)[0].strip() for e in entetes]
    return {ligne[0]: dict(zip(noms, ligne, strict=True)) for ligne in lignes}


def test_le_survol_montre_le_nom_et_les_chiffres(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    commune = carte(page).locator("path.commune.classe").first
    page.mouse.move(*commune.evaluate(POINT))
    bulle = lire_bulle(page)
    assert bulle["Commune"] and (commune.get_attribute("aria-label") or "").startswith(bulle["Commune"])
    assert re.fullmatch(r"\d{1,3}(,\d)?\u202f%", bulle["Part"])
    assert re.search(r"[−+]?\d+,\d\u00a0points?", bulle["Écart"])
    page.mouse.move(2, 2)
    page.locator(BULLE).wait_for(state="hidden")


def test_les_chiffres_de_la_carte_sont_ceux_du_tableau(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    tableau = lire_tableau(figure)
    communes = figure.locator("path.commune").all()
    assert len(communes) == len(tableau)
    for commune in communes:
        commune.focus()
        bulle = lire_bulle(page)
        cellules = tableau.pop(bulle["Commune"])
        if cellules["Part"] == "s":
            assert bulle["Part"].startswith("s") and bulle["Effectifs"] == "s"
        elif re.match(r"\d", cellules["Part"]):
            assert bulle["Part"] == f"{cellules['Part']}\u202f%"
            assert bulle["Effectifs"] == f"{cellules['Ménages concernés']} sur {cellules['Ensemble']}"
            assert bulle["Objectif"].endswith(f" {cellules['Objectif']}\u202f%")
            assert bulle["Écart"].startswith(f"{cellules['Écart']}\u00a0point")
            assert f"(objectif {cellules['Résultat']})" in bulle["Écart"]
        else:
            assert not re.search(r"\d", bulle["Part"] + bulle["Effectifs"])
    assert not tableau


def test_le_clavier_parcourt_les_communes(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    figure.locator(".leaflet-container").focus()
    noms = []
    for _ in range(figure.locator("path.commune").count()):
        page.keyboard.press("Tab")
        nom = page.evaluate("document.activeElement.matches('path.commune') ? document.activeElement.ariaLabel : ''")
        bulle = lire_bulle(page)
        assert nom.startswith(f"{bulle['Commune']}. ") and bulle["Part"] in nom
        noms.append(bulle["Commune"])
    assert len(set(noms)) == len(noms) > 10
    page.keyboard.press("Escape")
    page.locator(BULLE).wait_for(state="hidden")
    # The keyboard leaves the map: the zoom buttons, then what follows.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "Zoom avant"


def test_la_commune_en_main_se_voit_sans_la_couleur(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    avant = figure.locator("path.leaflet-interactive, path:not(.commune)").count()
    figure.locator("path.commune").nth(2).focus()
    assert figure.locator("path.leaflet-interactive, path:not(.commune)").count() == avant + 1  # its outline


def test_une_commune_masquee_dit_secret_sans_un_chiffre(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    masquees = carte(page).locator("path.commune[class*=' secret']")
    assert masquees.count() > 0, "the example must have a masked commune"
    for commune in masquees.all():
        nom = commune.get_attribute("aria-label") or ""
        assert re.search("secret|masquée", nom) and not re.search(r"\d", nom)
        commune.focus()
        assert re.search("secret|masquée", lire_bulle(page)["Part"])
        assert not re.search(r"\d", page.locator(BULLE).inner_text())


def test_la_bulle_tient_ses_mots_et_reste_dans_le_cadre_et_la_page(ouvrir: Ouvrir) -> None:
    for largeur in (360, 1280, 1920):
        page = ouvrir(largeur)
        figure = carte(page)
        for commune in figure.locator("path.commune").all():
            commune.focus()
            boite, cadre = page.locator(BULLE).bounding_box(), figure.locator(".cadre-carte").bounding_box()
            assert boite is not None and cadre is not None
            assert boite["x"] >= cadre["x"] and boite["x"] + boite["width"] <= cadre["x"] + cadre["width"]
            assert boite["y"] >= cadre["y"] and boite["y"] + boite["height"] <= cadre["y"] + cadre["height"]
            droite, bas = page.locator(BULLE).evaluate(MOTS)
            assert droite <= boite["x"] + boite["width"] and bas <= boite["y"] + boite["height"]


def test_les_boutons_sont_en_francais_et_agrandissent(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    boutons = figure.locator(".leaflet-control-zoom a")
    assert [b.get_attribute("aria-label") for b in boutons.all()] == ["Zoom avant", "Zoom arrière"]
    largeur = figure.locator("path.commune").first.bounding_box()
    boutons.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    plus_large = figure.locator("path.commune").first.bounding_box()
    assert largeur and plus_large and plus_large["width"] > largeur["width"] * 1.2


def test_le_doigt_montre_la_bulle_sur_un_telephone(navigateur: Browser, bilan: Path) -> None:
    contexte = navigateur.new_context(
        offline=True,
        locale="fr-FR",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    commune = carte(page).locator("path.commune.classe").first
    page.touchscreen.tap(*commune.evaluate(POINT))
    assert (commune.get_attribute("aria-label") or "").startswith(lire_bulle(page)["Commune"])
    contexte.close()


@pytest.mark.parametrize("largeur", [360, 1280])
def test_la_carte_statique_reste_lisible(ouvrir: Ouvrir, largeur: int) -> None:
    """Its smallest text is 12 px at least; where it does not fit the page its frame scrolls, by keyboard too."""
    page = ouvrir(largeur)
    cadre = page.locator(".carte-statique").first
    tailles = cadre.locator("text").evaluate_all("t => t.map(e => e.getBoundingClientRect().height)")
    assert min(tailles) >= 12
    if largeur == 360:
        assert cadre.evaluate("c => c.scrollWidth > c.clientWidth")
        cadre.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
        assert cadre.evaluate("c => c.scrollLeft") > 0


# --- The choice of an indicator and of a year -----------------------------------------------------------------------

ANNEES = [str(annee) for annee in range(2018, 2023)]
# Each commune in turn takes the focus: what its name, its tooltip and its class then say.
COMMUNES = """() => [...document.querySelectorAll("path.commune")].filter(p => p.checkVisibility()).map(p => {
  p.focus();
  const rangees = [...document.querySelectorAll(".bulle-commune tr")];
  const bulle = rangees.map(r => [r.cells[0].innerText, r.cells[1].innerText]);
  return {aria: p.ariaLabel, bulle, secret: / secret/.test(p.getAttribute("class")), fond: p.getAttribute("fill")};
})"""
ETIQUETTES = "[...document.querySelectorAll('.etiquette-commune')].map(e => e.innerText.split('\\n'))"


def nombre(x: str, decimales: int) -> str:
    ecrit = f"{Decimal(x).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP):,f}"
    return ecrit.replace("-", "−").replace(",", "\u202f").replace(".", ",")


def ecrit(ligne: dict[str, str]) -> str:
    """The value of a row of the csv, as a French reader has it."""
    unites = {"nombre": "", "pct": "\u202f%", "ratio": "", "mois": "\u00a0mois"}
    return nombre(ligne["valeur"], 0 if ligne["unite"] == "nombre" else 1) + unites[ligne["unite"]]


def dits(ligne: dict[str, str]) -> dict[str, str]:
    """What must be said of a published row beside its value, from the csv."""
    mots = {}
    if ligne["unite"] == "mois":
        mots["Ménages"] = nombre(ligne["denominateur"], 0)
    elif ligne["unite"] != "nombre":
        mots["Effectifs"] = f"{nombre(ligne['numerateur'], 0)} sur {nombre(ligne['denominateur'], 0)}"
    if ligne["resultat"]:
        plus = "+" if float(ligne["ecart"]) >= 0.05 else ""
        mot = {"atteint": "objectif atteint", "non_atteint": "objectif non atteint"}[ligne["resultat"]]
        pluriel = "s" if abs(Decimal(ligne["ecart"]).quantize(Decimal("0.1"), ROUND_HALF_UP)) >= 2 else ""
        points = f"{plus}{nombre(ligne['ecart'], 1)}".replace("−0,0", "0,0")
        mots["Écart"] = f"{points}\u00a0point{pluriel} ({mot})"
        sens = {"plancher": f"au moins {ligne['cible']}", "plafond": f"au plus {ligne['cible']}",
                "intervalle": f"entre {ligne['cible']} et {ligne['cible_max']}"}  # fmt: skip
        mots["Objectif"] = f"{sens[ligne['sens']]}\u202f%"
    return mots


@pytest.fixture(scope="module")
def publies(bilan: Path, exemple) -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """(indicator, year) → name of the commune → its row of the csv."""
    with (exemple.reference / "territory/communes.csv").open(encoding="utf-8-sig", newline="") as flux:
        noms = {ligne["code_insee"]: ligne["nom"] for ligne in csv.DictReader(flux)}
    tout = defaultdict(dict)
    with bilan.with_name("indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        for x in csv.DictReader(flux):
            if (x["perimetre_type"], x["acteur_type"], x["modalite"]) == ("commune", "", ""):
                tout[x["indicateur"], x["annee"]][noms[x["perimetre_code"]]] = x
    return dict(tout)


@pytest.fixture(scope="module")
def classeur(bilan: Path) -> dict[tuple[str, str], dict[str, object]]:
    """(indicator, year) → name of the commune → its value in the workbook."""
    tout = defaultdict(dict)
    for feuille in openpyxl.load_workbook(bilan.with_name("bilan.xlsx"), read_only=True):
        entetes: dict[str, int] = {}
        for ligne in feuille.iter_rows(values_only=True):
            if ligne and ligne[0] == "Année":
                entetes = {str(e).partition("\n")[0].partition(" (")[0]: i for i, e in enumerate(ligne) if e}
            elif entetes and ligne[1] == "Commune":
                if {ligne[entetes[e]] for e in ("Type d’acteur", "Modalité") if e in entetes} - {"Tous", "Toutes"}:
                    continue
                tout[feuille.title.partition(" ")[0], str(ligne[0])][ligne[2]] = ligne[entetes["Valeur"]]
    return dict(tout)


def test_chaque_vue_dit_les_chiffres_publies(ouvrir: Ouvrir, publies, classeur) -> None:
    """Map, tooltip, spoken name, table, finding and workbook against the csv: every indicator, year and commune."""
    page = ouvrir()
    figure = carte(page)
    indicateur, annee = page.get_by_label("Indicateur", exact=True), page.get_by_label("Année", exact=True)
    codes = indicateur.locator("option").evaluate_all("o => o.map(e => e.value)")
    assert codes == ["O01", "O02", "O04", "V01", "V02", "V03", "V06", "T01R", "T03R", "O06"]
    assert annee.locator("option").all_inner_texts() == ANNEES
    masquees, couleurs = 0, defaultdict(set)
    for code in codes:
        indicateur.select_option(code)
        for an in ANNEES:
            annee.select_option(an)
            attendues, feuille = publies[code, an], classeur[code, an]
            etiquettes = {e[-1] for e in page.evaluate(ETIQUETTES)}
            vues = {c["bulle"][0][1]: c for c in page.evaluate(COMMUNES)}
            tableau = lire_tableau(figure)
            assert set(vues) == set(attendues) == set(tableau) == set(feuille), (code, an)
            for nom, x in attendues.items():
                vue, bulle = vues[nom], dict(vues[nom]["bulle"][1:])
                assert vue["aria"] == f"{nom}. " + ", ".join(
                    f"{champ.lower()}\u202f: {mot}" for champ, mot in bulle.items() if mot != "–"
                )
                montre = next(iter(bulle.values()))
                cellule = tableau[nom].get("Part") or tableau[nom]["Valeur"]
                assert vue["secret"] == (x["statut"] == "secret"), (code, an, nom)
                if x["statut"] == "secret":
                    masquees += 1
                    assert not re.search(r"\d", vue["aria"]) and vue["fond"].startswith("url(#")
                    dit = {"atteint": "objectif atteint", "non_atteint": "objectif non atteint"}.get(x["resultat"])
                    assert montre.endswith(f"{dit})" if dit else "(secret statistique)"), (code, an, nom)
                    assert (cellule, feuille[nom]) == ("s", "s")
                elif x["statut"] == "publie":
                    assert montre == ecrit(x), (code, an, nom)
                    attendus = dits(x)
                    assert {champ: bulle[champ] for champ in attendus} == attendus, (code, an, nom)
                    assert cellule == re.sub(r"(\u202f%|\u00a0mois)$", "", montre)
                    assert abs(float(str(feuille[nom])) - float(x["valeur"])) < 1e-6
                    couleurs[code, montre if not x["resultat"] else None].add(vue["fond"])
                else:
                    assert not re.search(r"\d", montre) and not re.search(r"\d", cellule + str(feuille[nom]))
            # What is written on the map is a published figure, or a sign.
            ecrits = {ecrit(x) for x in attendues.values() if x["statut"] == "publie"}
            courts = {e.removesuffix("\u202f%") for e in ecrits}  # where the commune is too small for the sign
            mots = {e.removeprefix("✓ ").removeprefix("✗ ") for e in etiquettes}
            assert mots <= ecrits | courts | {"s", "✓", "✗", "–", "×"}, (code, an)
            verifier_le_titre(figure.locator("figcaption .titre").inner_text(), attendues)
            assert figure.locator("figcaption .sous-titre").inner_text().endswith(an)
    assert masquees > 50
    # The same figure has the same colour in every year.
    assert all(len(fonds) == 1 for (_, montre), fonds in couleurs.items() if montre)


def verifier_le_titre(titre: str, attendues: dict[str, dict[str, str]]) -> None:
    """The finding: how many communes meet their objective, or between which two figures they are."""
    resultats = [x["resultat"] for x in attendues.values() if x["resultat"] in ("atteint", "non_atteint")]
    if resultats:
        atteints = resultats.count("atteint")
        assert re.search(rf"\b{len(resultats)}\b", titre)
        assert atteints in (0, 1, len(resultats)) or titre.startswith(f"{atteints} des ")
        return
    publiees = sorted((float(x["valeur"]), nom) for nom, x in attendues.items() if x["statut"] == "publie")
    for valeur, nom in (publiees[0], publiees[-1]):
        assert ecrit(attendues[nom]) in titre
        if [v for v, _ in publiees].count(valeur) == 1 and "(" in titre:
            assert nom.replace(" ", "\u00a0") in titre or titre.count(ecrit(attendues[nom])) >= 1


def test_la_vue_se_choisit_au_clavier(ouvrir: Ouvrir) -> None:
    """The two lists come first, the arrows choose, the choice is told, and the focus stays on the list."""
    page = ouvrir()
    figure = carte(page)
    page.get_by_label("Indicateur", exact=True).focus()
    titres = {figure.locator("figcaption .titre").inner_text()}
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        titre = figure.locator("figcaption .titre").inner_text()
        assert figure.get_by_role("status").text_content().startswith(f"{titre}. ")
        titres.add(titre)
    assert len(titres) == 3
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Année"
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("Année", exact=True).input_value() == ANNEES[-2]
    assert figure.get_by_role("status").text_content().endswith(ANNEES[-2])
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Année"
    page.keyboard.press("Tab")
    arrets = []  # every stop from the lists to what follows the map
    while page.evaluate("document.activeElement.closest('.cadre-carte') !== null"):
        arrets.append(page.evaluate("document.activeElement.ariaLabel"))
        page.keyboard.press("Tab")
    assert all(arrets) and len(set(arrets)) == len(arrets) == 1 + 19 + 2
    assert arrets[0].startswith("Communes\u202f: flèches") or arrets[0].startswith("Communes : flèches")


def test_sans_script_toutes_les_vues_sont_dans_les_tableaux(navigateur: Browser, bilan: Path) -> None:
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    figure = page.locator("#fig-explorer")
    assert not figure.locator(".carte-interactive").is_visible()
    figure.locator("details.donnees:not(.definition) summary").click()
    assert figure.locator("[data-vue] table:visible").count() == 50
    contexte.close()


def test_sur_un_telephone_les_listes_tiennent_et_se_lisent(ouvrir: Ouvrir) -> None:
    page = ouvrir(360)
    figure = carte(page)
    for nom in ("Indicateur", "Année"):
        boite = page.get_by_label(nom, exact=True).bounding_box()
        assert boite and boite["x"] >= 0 and boite["x"] + boite["width"] <= 360 and boite["height"] >= 24
    page.get_by_label("Indicateur", exact=True).select_option("V06")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert figure.locator(".legende li").count() >= 3


def test_la_vue_choisie_s_imprime(ouvrir: Ouvrir) -> None:
    """What the page opens on has its own map; another view, chosen by the reader, is printed as it is."""
    page = ouvrir()
    figure = carte(page)
    page.emulate_media(media="print")
    assert not figure.is_visible()
    page.emulate_media(media="screen")
    page.get_by_label("Indicateur", exact=True).select_option("V03")
    ecrans = {e[-1] for e in page.evaluate(ETIQUETTES)}
    page.emulate_media(media="print")
    assert figure.is_visible() and not figure.locator("select").first.is_visible()
    assert not figure.locator(".cadre-carte").is_visible()
    dessin = figure.locator(".carte-imprimee")
    assert dessin.locator("path").count() == 19 and dessin.bounding_box()["width"] > 200
    assert ecrans <= set(dessin.locator("text").all_text_contents())
    assert figure.locator("[data-vue]:visible").count() == 1
