"""The interactive map: in every view, mouse, keyboard and finger read the figures of the files and of the table."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from cil_analysis.projet import Projet

    Ouvrir = Callable[..., Page]

# (indicator, year) → name of the commune → its row of the csv.
Publies = dict[tuple[str, str], dict[str, dict[str, str]]]

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

# For each commune: its tooltip, the frame, and where the words of the tooltip end (to the right and below), wherever
# the boxes of its cells do.
BULLES = """() => {
  const liste = document.querySelector(".carte-interactive select.commune"), mots = document.createRange();
  const cotes = ({left, top, right, bottom}) => [left, top, right, bottom];
  return [...liste.options].filter(o => o.value && !o.disabled).map(o => {
    liste.value = o.value;
    liste.dispatchEvent(new Event("change"));
    const bulle = document.querySelector(".bulle-commune"), cadre = bulle.closest(".cadre-carte");
    const fins = [...bulle.querySelectorAll("th, td")].map(e => {
      mots.selectNodeContents(e);
      return mots.getBoundingClientRect();
    });
    return [cotes(bulle.getBoundingClientRect()), cotes(cadre.getBoundingClientRect()),
            [Math.max(...fins.map(b => b.right)), Math.max(...fins.map(b => b.bottom))]];
  });
}"""

# The chapters and figures around the map: each layout would be of the whole page.
AUTOUR = """() => {
  let e = document.querySelector("figure:has(.carte-interactive)");
  for (; e.tagName !== "MAIN"; e = e.parentElement)
    [...e.parentElement.children].filter(x => x !== e && !x.matches("script, style")).forEach(x => x.remove());
}"""


@pytest.fixture
def ouvrir(ouvrir: Ouvrir) -> Ouvrir:
    """The map alone in its page."""

    def ouverture(largeur: int = 1280) -> Page:
        page = ouvrir(largeur)
        page.evaluate(AUTOUR)
        return page

    return ouverture


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
    vues = donnees.locator("div[data-vue]:not([hidden])")
    assert vues.count() == 1  # the one of the map
    entetes, *lignes = vues.locator("table").evaluate(
        "t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.trim()))"
    )
    noms = [re.split(r"\s*[\u202f\n]", e)[0].strip() for e in entetes]
    return {ligne[0]: dict(zip(noms, ligne, strict=True)) for ligne in lignes}


def test_le_survol_et_le_doigt_montrent_la_commune(ouvrir: Ouvrir, navigateur: Browser, bilan: Path) -> None:
    page = ouvrir()
    commune = carte(page).locator("path.commune.classe").first
    page.mouse.move(*commune.evaluate(POINT))
    nom = lire_bulle(page)["Commune"]
    page.mouse.move(2, 2)
    page.locator(BULLE).wait_for(state="hidden")
    telephone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    contexte = navigateur.new_context(offline=True, locale="fr-FR", reduced_motion="reduce", **telephone)
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    page.evaluate(AUTOUR)
    commune = carte(page).locator("path.commune.classe").first
    page.touchscreen.tap(*commune.evaluate(POINT))
    assert lire_bulle(page)["Commune"] == nom
    contexte.close()


def test_le_clavier_parcourt_les_communes(ouvrir: Ouvrir) -> None:
    """By the list: each is told, and seen without its colour by an outline of its own; then the buttons, in French."""
    page = ouvrir()
    figure = carte(page)
    page.get_by_label("Commune", exact=True).focus()
    noms = []
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        bulle = lire_bulle(page)
        dit = figure.get_by_role("status").text_content()
        assert dit.startswith(f"Commune\u202f: {bulle['Commune']}, ") and bulle["Valeur"] in dit
        assert figure.locator("path[stroke-width='4']").count() == 1
        noms.append(bulle["Commune"])
    assert len(set(noms)) == len(noms)
    page.keyboard.press("Escape")
    page.locator(BULLE).wait_for(state="hidden")
    assert figure.locator("path[stroke-width='4']").count() == 0
    largeur = figure.locator("path.commune").first.bounding_box()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "Zoom avant"
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    plus_large = figure.locator("path.commune").first.bounding_box()
    assert largeur and plus_large and plus_large["width"] > largeur["width"] * 1.2


def test_la_bulle_tient_ses_mots_et_reste_dans_le_cadre_et_la_page(ouvrir: Ouvrir) -> None:
    for largeur in (360, 1280, 1920):
        page = ouvrir(largeur)
        carte(page)
        bulles = page.evaluate(BULLES)
        assert len(bulles) > 10
        for (gauche, haut, droite, bas), cadre, mots in bulles:
            assert cadre[0] <= gauche and cadre[1] <= haut and droite <= cadre[2] and bas <= cadre[3]
            assert 0 < mots[0] <= droite and 0 < mots[1] <= bas


# --- The choice of an indicator and of a year -----------------------------------------------------------------------

ANNEES = [str(annee) for annee in range(2018, 2023)]
PLUSIEURS = "2020-2022"  # where some communes have few allocations
# Each commune of the list in turn: what is told, what its tooltip says, how its shape, which is outlined, is painted.
COMMUNES = """() => {
  const liste = document.querySelector(".carte-interactive select.commune");
  return [...liste.options].filter(o => o.value && !o.disabled).map(o => {
    liste.value = o.value;
    liste.dispatchEvent(new Event("change"));
    const p = document.querySelector("path.commune[stroke-width='4']");
    const rangees = [...document.querySelectorAll(".bulle-commune tr")].filter(r => r.checkVisibility());
    const bulle = rangees.map(r => [r.cells[0].innerText, r.cells[1].innerText]);
    const dit = document.querySelector(".carte-interactive [role=status]").textContent;
    return {dit, bulle, secret: / secret/.test(p.getAttribute("class")), fond: p.getAttribute("fill")};
  });
}"""
ETIQUETTES = "[...document.querySelectorAll('.etiquette-commune')].map(e => e.innerText.split('\\n'))"


def nombre(x: str, decimales: int) -> str:
    ecrit = f"{Decimal(x).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP):,f}"
    return ecrit.replace("-", "−").replace(",", "\u202f").replace(".", ",")


def ecrit(ligne: dict[str, str]) -> str:
    """The value of a row of the csv, as a French reader has it."""
    unites = {"nombre": "", "pct": "\u202f%", "ratio": "", "mois": "\u00a0mois"}
    return nombre(ligne["valeur"], 0 if ligne["unite"] == "nombre" else decimales(ligne)) + unites[ligne["unite"]]


def decimales(ligne: dict[str, str]) -> int:
    """Of a share: what misses a target is not written as it."""
    if ligne["unite"] != "pct" or ligne["resultat"] != "non_atteint":
        return 1
    bornes = [nombre(ligne[nom], 1) for nom in ("cible", "cible_max") if ligne[nom]]
    return 2 if nombre(ligne["valeur"], 1) in bornes else 1


def ecart(ligne: dict[str, str]) -> Decimal:
    """The gap that a reader finds between a share and its target as they are written; none within an interval."""
    if not float(ligne["ecart"]):
        return Decimal()
    borne = ligne["cible_max"] if ligne["cible_max"] and float(ligne["ecart"]) > 0 else ligne["cible"]
    ecrite = Decimal(ligne["valeur"]).quantize(Decimal(1).scaleb(-decimales(ligne)), ROUND_HALF_UP)
    return ecrite - Decimal(borne)


def dits(ligne: dict[str, str]) -> dict[str, str]:
    """What must be said of a published row beside its value, from the csv."""
    mots = {}
    if ligne["unite"] == "mois":
        pluriel = "s" if float(ligne["denominateur"]) >= 2 else ""
        mots["Effectifs"] = f"{nombre(ligne['denominateur'], 0)}\u00a0ménage{pluriel}"
    elif ligne["unite"] != "nombre":
        mot = "pour" if ligne["unite"] == "ratio" else "sur"
        mots["Effectifs"] = f"{nombre(ligne['numerateur'], 0)} {mot} {nombre(ligne['denominateur'], 0)}"
    if ligne["resultat"]:
        lu = ecart(ligne)
        plus = "+" if lu > 0 else ""
        mot = {"atteint": "objectif atteint", "non_atteint": "objectif non atteint"}[ligne["resultat"]]
        pluriel = "s" if abs(lu.quantize(Decimal("0.1"), ROUND_HALF_UP)) >= 2 else ""
        points = f"{plus}{nombre(str(lu), decimales(ligne))}"
        mots["Écart"] = f"{points}\u00a0point{pluriel} ({mot})"
        sens = {"plancher": f"au moins {ligne['cible']}", "plafond": f"au plus {ligne['cible']}",
                "intervalle": f"entre {ligne['cible']} et {ligne['cible_max']}"}  # fmt: skip
        mots["Objectif"] = f"{sens[ligne['sens']]}\u202f%"
    return mots


@pytest.fixture(scope="module")
def publies(bilan: Path, exemple: Projet) -> Publies:
    with (exemple.reference / "territory/communes.csv").open(encoding="utf-8-sig", newline="") as flux:
        noms = {ligne["code_insee"]: ligne["nom"] for ligne in csv.DictReader(flux)}
    tout = defaultdict(dict)
    with bilan.with_name("indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        for x in csv.DictReader(flux):
            if (x["perimetre_type"], x["acteur_type"], x["modalite"]) == ("commune", "", ""):
                tout[x["indicateur"], x["annee"]][noms[x["perimetre_code"]]] = x
    return dict(tout)


def test_une_vue_dit_les_chiffres_publies(ouvrir: Ouvrir, publies: Publies) -> None:
    """Map, tooltip, spoken name and table against the csv, in every commune; no digit of a mask.

    Every year of the first indicator; of the others the last one, and another in turn: test_pages_lues.py reads the
    tables of all of them.
    """
    page = ouvrir()
    figure = carte(page)
    indicateur, annee = page.get_by_label("Indicateur", exact=True), page.get_by_label("Année", exact=True)
    codes = indicateur.locator("option").evaluate_all("o => o.map(e => e.value)")
    assert len(codes) > 5 and annee.locator("option").all_inner_texts() == [*ANNEES, PLUSIEURS]
    masquees, couleurs = 0, defaultdict(set)
    for rang, code in enumerate(codes):
        indicateur.select_option(code)
        for an in ANNEES if not rang else (ANNEES[rang % (len(ANNEES) - 1)], ANNEES[-1]):
            annee.select_option(an)
            attendues = publies[code, an]
            etiquettes = {e[-1] for e in page.evaluate(ETIQUETTES)}
            vues = {c["bulle"][0][1]: c for c in page.evaluate(COMMUNES)}
            tableau = lire_tableau(figure)
            assert set(vues) == set(attendues) == set(tableau), (code, an)
            for nom, x in attendues.items():
                vue, bulle = vues[nom], dict(vues[nom]["bulle"][1:])
                mots_dits = ", ".join(f"{champ}\u202f: {mot}" for champ, mot in bulle.items())
                assert vue["dit"] == f"Commune\u202f: {nom}, {mots_dits}"
                montre = next(iter(bulle.values()))
                cellule = tableau[nom].get("Part") or tableau[nom]["Valeur"]
                assert vue["secret"] == (x["statut"] == "secret"), (code, an, nom)
                if x["statut"] == "publie":
                    assert montre == ecrit(x), (code, an, nom)
                    attendus = dits(x)
                    assert {champ: bulle[champ] for champ in attendus} == attendus, (code, an, nom)
                    assert cellule == re.sub(r"(\u202f%|\u00a0mois)$", "", montre)
                    couleurs[code, montre if not x["resultat"] else None].add(vue["fond"])
                else:
                    assert not re.search(r"\d", montre + cellule), (code, an, nom)
                if x["statut"] == "secret":
                    masquees += 1
                    assert not re.search(r"\d", vue["dit"]), (code, an, nom)
                    assert vue["fond"].startswith("url(#") and cellule == "s"
                    dit = {"atteint": "objectif atteint", "non_atteint": "objectif non atteint"}.get(x["resultat"])
                    attendu = f"chiffre masqué, {dit}" if dit else "masqué par le secret statistique"
                    assert montre == attendu, (code, an, nom)
            # What is written on the map is a published figure, or a sign.
            ecrits = {ecrit(x) for x in attendues.values() if x["statut"] == "publie"}
            courts = {
                re.sub(r"(\u202f%|\u00a0mois)$", "", e) for e in ecrits
            }  # where the commune is too small for the unit
            mots = {e.removeprefix("✓ ").removeprefix("✗ ") for e in etiquettes}
            assert mots <= ecrits | courts | {"s", "✓", "✗", "–", "×"}, (code, an)
            assert figure.locator("figcaption .sous-titre").inner_text().endswith(an)
    assert masquees > 50
    # The same figure has the same colour in every year.
    assert all(len(fonds) == 1 for (_, montre), fonds in couleurs.items() if montre)


def test_plusieurs_annees_ensemble_sont_la_somme_de_celles_qui_sont_publiees(
    ouvrir: Ouvrir, publies: Publies
) -> None:  # fmt: skip
    page = ouvrir()
    figure = carte(page)
    indicateur, annee = page.get_by_label("Indicateur", exact=True), page.get_by_label("Année", exact=True)
    sommees = 0
    for code in ("O01", "O04"):
        indicateur.select_option(code)
        annee.select_option(PLUSIEURS)
        vues = {c["bulle"][0][1]: dict(c["bulle"][1:]) for c in page.evaluate(COMMUNES)}
        tableau = lire_tableau(figure)
        for nom, bulle in vues.items():
            siennes = [publies[code, an].get(nom) for an in ANNEES[-3:]]
            if not all(x is not None and x["statut"] == "publie" for x in siennes):
                assert not re.search(r"\d", next(iter(bulle.values())) + tableau[nom]["Part"]), (code, nom)
                continue
            n, d = (sum(int(float(x[nom_])) for x in siennes) for nom_ in ("numerateur", "denominateur"))
            parts = [nombre(str(f(float(x["valeur"]) for x in siennes)), 1) for f in (min, max)]
            entiere = f"{nombre(str(100 * n / d), 1)}\u202f% (de {parts[0]} à {parts[1]}\u202f% selon l’année)"
            assert next(iter(bulle.values())) == entiere, (code, nom)
            assert bulle["Effectifs"] == f"{nombre(str(n), 0)} sur {nombre(str(d), 0)}"
            assert tableau[nom]["Selon l’année"] == f"de {parts[0]} à {parts[1]}\u202f%"
            sommees += 1
        assert figure.locator("figcaption .sous-titre").inner_text().endswith(PLUSIEURS)
    assert sommees > 10
    indicateur.select_option("V01")  # a count is no share: its last year is shown
    assert annee.input_value() == ANNEES[-1]


def test_la_vue_se_choisit_au_clavier(ouvrir: Ouvrir) -> None:
    """The lists come first, the arrows choose, the choice is told, and the focus stays on the list."""
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
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Commune"
    page.keyboard.press("Tab")
    arrets = []  # every stop from the lists to what follows the map: the map itself, its two buttons
    while page.evaluate("document.activeElement.closest('.cadre-carte') !== null"):
        arrets.append(page.evaluate("document.activeElement.ariaLabel"))
        page.keyboard.press("Tab")
    assert all(arrets) and len(set(arrets)) == len(arrets) == 3


def test_sans_script_toutes_les_vues_sont_dans_les_tableaux(navigateur: Browser, bilan: Path) -> None:
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    figure = page.locator("#fig-explorer")
    assert not figure.locator(".carte-interactive").is_visible()
    figure.locator("details.donnees:not(.definition) summary").click()
    assert figure.locator("[data-vue] table:visible").count() >= 50
    contexte.close()
