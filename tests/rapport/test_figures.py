"""A figure: what is masked is noted, and nothing to draw is said in a sentence (the rest: test_pages_lues.py)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from math import nan

import pytest
from rapports import lu, rapport, serie
from tables_publiees import avec_objectif, table, table_vide

from cil_analysis.rapport.figure import Dits, illustrer, note_de_secret
from cil_analysis.rapport.mots.lignes import description
from cil_analysis.rendu.page import dire_une_fois, numeroter_les_figures
from messages import lisible
from page_lue import arbre

PUBLIE, SECRET = {"numerateur": 50, "denominateur": 100}, {"numerateur": 2, "denominateur": 100}
ABSENT = {"numerateur": 0, "denominateur": 0}
RAPPORT = rapport({})


def test_une_figure_dont_tout_est_masque_le_montre_et_mene_au_classeur() -> None:
    deux = table("pct", [SECRET | {"annee": annee, "resultat": "non_calculable"} for annee in (2021, 2022)], "O01")
    secrets = [deux, deux.ou(annee=2022)]
    page = lu(illustrer(RAPPORT, Dits("Titre : fin", "y", identifiant="x"), "<svg></svg>", "<table></table>", secrets))
    assert page.un("figure").attributs["id"] == "fig-x"
    assert "hors-diapos" in page.un("figure").attributs["class"], "what is wholly masked is not projected"
    dite = [*secrets, table("pct", [PUBLIE], "O02")]
    assert "hors-diapos" not in illustrer(RAPPORT, Dits("T", "y", identifiant="z"), "<svg></svg>", "", dite).html
    assert "2\u00a0chiffres masqués" in page.un("p", "note").texte
    details = page.un("details")
    assert details.tous("table") and details.un("a").attributs["href"] == "bilan.xlsx" and "O01" in details.texte


def test_un_chiffre_seul_ne_se_projette_pas_sans_resultat() -> None:
    seul = table("pct", [PUBLIE], "O01")
    juge = table("pct", [PUBLIE | {"resultat": "atteint"}], "O01")
    ligne = '<tr><th scope="row">2022</th></tr>'
    dits = Dits("T", "y", identifiant="x")
    assert "hors-diapos" in illustrer(RAPPORT, dits, "<svg></svg>", ligne, [seul, seul]).html
    for donnees, tables in ((ligne, [juge]), (ligne, [seul, table("pct", [PUBLIE], "O02")]), (ligne * 2, [seul])):
        assert "hors-diapos" not in illustrer(RAPPORT, dits, "<svg></svg>", donnees, tables).html


@pytest.mark.parametrize(
    ("lignes", "manques", "quoi"),
    [
        ([], (), "extrait, colonne ou paramètre à renseigner"),
        ([ABSENT], (), "Rien à mesurer"),
        ([ABSENT | {"statut": "sans_objet"}], (), "Rien à mesurer"),
        ([], ("colonne « X » absente", "extrait « y »"), "colonne « X » absente et extrait « y »"),
    ],
)  # fmt: skip
def test_sans_aucun_chiffre_une_phrase_remplace_la_figure(
    lignes: list[dict[str, object]], manques: tuple[str, ...], quoi: str
) -> None:
    publiee = table("pct", lignes) if lignes else table("pct", [PUBLIE]).ou(annee=0)
    publication = replace(RAPPORT.publication, absences={("X01", RAPPORT.annee): manques})
    absent = replace(RAPPORT, publication=publication)
    page = lu(illustrer(absent, Dits("a", "b", identifiant="x"), "<svg></svg>", "<table></table>", [publiee, publiee]))
    assert not page.tous("figure") and not page.tous("table") and page.un("p").attributs["id"] == "fig-x"
    assert page.texte.startswith("X01. ") and quoi in lisible(page.texte)


def test_une_enquete_qui_n_est_pas_importee_est_nommee() -> None:
    """It does not come every year: its figures have no row that would tell."""
    page = lu(illustrer(RAPPORT, Dits("a", "b", identifiant="x"), "<svg></svg>", "", [table_vide("nombre", "S01")]))
    assert "Non calculable : extrait « parc » non importé." in lisible(page.texte)


def test_un_chiffre_qui_n_a_pas_de_donnee_dit_pourquoi_et_personne_n_est_le_premier() -> None:
    """Of a class whose column is absent, nobody knows whether it is the largest."""
    lignes = [PUBLIE | {"modalite": "A"}, PUBLIE | {"modalite": "B", "numerateur": 40}]
    inconnu = {"modalite": "C", "numerateur": nan, "denominateur": nan}
    r = rapport({"O05": [*lignes, inconnu]})
    r = replace(r, publication=replace(r.publication, absences={("O05", r.annee): ("colonne « X » absente",)}))
    publics = r["O05"].par("classe")
    page = lu(illustrer(r, Dits("t", "s", identifiant="x"), "<svg></svg>", "", [publics.publiee]))
    assert f"« nd » en {r.annee} : colonne « X » absente." in lisible(page.texte)
    assert not publics.haut_unique and rapport({"O05": lignes})["O05"].par("classe").haut_unique


def test_la_note_de_ce_qui_est_masque_s_accorde() -> None:
    un = [table("pct", [SECRET], "O01")]
    page = lu(illustrer(RAPPORT, Dits("t", "s", identifiant="x"), "<svg></svg>", "", un))
    assert lisible(page.un("p", "note").texte) == "Secret statistique : 1 chiffre masqué (« s »)."
    assert note_de_secret([table("pct", [PUBLIE])]) == ""


def test_l_alternative_textuelle_donne_chaque_chiffre_et_aucun_masque() -> None:
    lignes = [PUBLIE | {"annee": 2020}, SECRET | {"annee": 2021}, ABSENT | {"annee": 2022}]
    r = rapport({"O01": lignes}, (2020, 2021, 2022))
    texte = description(r["O01"].par("annee"))
    assert lisible(texte) == "2020, 50,0 % ; 2021, secret statistique ; 2022, rien à mesurer."
    assert description(r["T01"].par("annee")) == "Aucun chiffre publié."


def test_une_colonne_qu_aucun_fichier_n_a_se_dit_sous_ce_qui_se_compte_sans_elle() -> None:
    """O01 counts households rehoused by urban renewal; O06 counts nothing else, and says so itself."""
    connue = PUBLIE | {"modalite": "age"}
    absente = {"modalite": "est_relogement_ru", "numerateur": nan, "denominateur": nan}
    dite = "Colonnes que les fichiers n’ont pas, comptées comme si elles étaient vides : « Relogement de"
    for q01, se_dit in (([connue, absente], True), ([connue], False), ([absente], False)):
        r = rapport({"O01": [PUBLIE], "Q01": q01})
        assert (dite in lisible(r.source("O01"))) is se_dit and dite not in lisible(r.source("O02"))
    manques = {("O01", RAPPORT.annee): ("colonne « Relogement de renouvellement urbain » absente",)}
    r = rapport({"O01": [PUBLIE], "Q01": [connue, absente]})
    assert dite not in lisible(replace(r, publication=replace(r.publication, absences=manques)).source("O01"))


def test_la_source_ne_nomme_pas_ce_qui_ne_se_calcule_pas_cette_annee() -> None:
    """Of several figures said together; one alone still says what it would be counted from."""
    absences = {("V02", RAPPORT.annee): ("extrait « demandes » non importé",)}
    r = replace(RAPPORT, publication=replace(RAPPORT.publication, absences=absences))
    assert "demandes" in RAPPORT.source(["V02", "V01"]) and "demandes" not in r.source(["V02", "V01"])
    assert "demandes" in r.source("V02") and "demandes" in r.source(["V02", "V01"], "2021-2022")


def test_la_source_d_une_serie_ne_nomme_pas_une_annee_qui_n_a_pas_ete_recue() -> None:
    absente = {"annee": 2020, "statut": "non_calculable"}
    r = rapport({"V02": [absente, *serie({2021: 100, 2022: 110}, statut="publie")]}, (2020, 2021, 2022))
    assert "demandes 2021-2022," in lisible(r["V02"].par("annee").barres("Titre").html)


def test_le_titre_de_la_serie_d_un_chiffre_cle_ne_dit_pas_l_annee_deux_fois() -> None:
    r = rapport({"O01": [PUBLIE | {"annee": annee} for annee in (2020, 2021, 2022)]}, (2020, 2021, 2022))
    html = r["O01"].vignette("Une part, 2022", "ancre").html
    assert "Une part, 2020-2022" in html and "2022, 2020-2022" not in html


def test_deux_figures_d_un_meme_nom_se_distinguent_dans_la_page() -> None:
    """Drawn of two years, as a map and in its place a line: each is told by its own words, and hatched by its own."""
    codes = ("72181", "72003", "72008")
    lignes = [
        PUBLIE | {"annee": annee, "perimetre_type": "commune", "perimetre_code": code, "resultat": "atteint"}
        for annee in (2021, 2022)
        for code in codes
    ]
    communes = rapport({"O01": avec_objectif(lignes[:-1])})["O01"].par("commune")
    rien = rapport({})["V02"].par("commune").barres("Rien").html
    dites = [
        d(f"Dit {annee}").html
        for annee in (2021, 2022)
        for c in [communes.ou(annee=annee)]
        for d in (c.barres, c.carte)
    ]
    page = arbre(numeroter_les_figures("\n".join([*dites, rien, rien])))
    noms = Counter(n.attributs["id"] for n in page.tous() if "id" in n.attributs)
    assert len(noms) > len(dites) and max(noms.values()) == 1
    par_id = {n.attributs["id"]: n for n in page.tous() if "id" in n.attributs}
    for figure in page.tous("figure"):
        (dessin,) = figure.tous("svg", "graphique")
        titre, _ = dessin.attributs["aria-labelledby"].split()
        assert par_id[titre] in figure.tous() and par_id[titre].texte == figure.un("span", "titre").texte
    cites = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', numeroter_les_figures("\n".join(dites))))
    assert cites and {a or b for a, b in cites} <= noms.keys()
    assert numeroter_les_figures(dites[0]) == dites[0]


def test_sous_un_titre_ce_qui_manque_est_dit_une_fois() -> None:
    une = rapport({})["V02"].barres("Rien").html
    autre = une.replace("calculable", "mesurable")
    page = "".join(["<h2>A</h2>", une, "<p>x</p>", autre, une, "<h3>B</h3>", une, une])
    assert une != autre and une.startswith("<p")
    assert dire_une_fois(page) == "".join(["<h2>A</h2>", une, "<p>x</p>", autre, "<h3>B</h3>", une])
