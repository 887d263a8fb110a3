"""The chapters of the objectives: how many are met, each followed and its years, publics, rehousings, the evolution."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from carnets import section
from matplotlib.axes import Axes
from rapports import EPCI, PROJET, REFERENCES, avec, lignes_de, lu, rapport, serie
from tables_publiees import REGLES, avec_objectif, avec_verdict

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.rapport import suivi
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.figure import Figure
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.secret.table_publiee import publier
from messages import lisible
from page_lue import Noeud
from registres import PAR_CODE

OBJECTIFS, EVOLUTION = ("bilan_annuel.qmd", "objectifs"), ("bilan_annuel.qmd", "evolution")
RELOGES = ("bilan_annuel.qmd", "relogements-ru")


def publies(**tables: list[dict[str, Any]]) -> Rapport:
    """A report whose tables are those of the registry's indicators."""
    r = rapport({}, (2021, 2022))
    faites = {}
    for code, lignes in tables.items():
        indicateur = PAR_CODE[code]
        chiffres = pd.DataFrame(
            [{"annee": 2022, "perimetre_type": "epci", "perimetre_code": EPCI, "modalite": ""} | x for x in lignes]
        )
        cadre = mettre_en_cadre(chiffres, code, None, indicateur.unite)
        faites[code] = publier(indicateur, cadre, {2021: REGLES, 2022: REGLES})
    publication = replace(r.publication, tables={**r.publication.tables, **faites})
    return Rapport(REFERENCES, publication)


def tenus(n: int, d: int, **plus: Any) -> dict[str, Any]:
    return {"numerateur": n, "denominateur": d} | plus


def test_les_objectifs_tenus_se_comptent_par_indicateur_sans_total() -> None:
    r = publies(
        O07=[tenus(40, 60, annee=2021), tenus(42, 65), tenus(20, 25, modalite="O01"), tenus(22, 40, modalite="O04")]
    )
    (comptes,) = (c for c in section(*OBJECTIFS, r)[:4] if "<table" in c)
    assert [(nom[:3], cellules) for nom, cellules in lignes_de(lu(Bloc(comptes))).items()] == [
        ("O01", ["20", "25"]), ("O04", ["22", "40"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("premier", "autres", "dit"),
    [
        (260, 510, "Les deux objectifs de relogement sont atteints"),
        (260, 490, "un seul est atteint en 2022 : celui du premier quartile"),
        (240, 510, "un seul est atteint en 2022 : celui des autres quartiles"),
        (240, 490, "Aucun des deux"),
        (2, 510, "est atteint en 2022 ; l’objectif du premier quartile, hors quartier prioritaire, n’a pas de"),
        (240, 2, "n’est pas atteint en 2022 ; l’objectif des autres quartiles, en quartier prioritaire, n’a"),
        (2, 2, "Aucun des deux objectifs de relogement n’a de résultat publié"),
    ],
)
def test_le_constat_ne_melange_pas_les_objectifs(premier: int, autres: int, dit: str) -> None:
    o01, o02 = (
        avec_objectif([{"numerateur": n, "denominateur": 1000}], cible) for n, cible in ((premier, 25), (autres, 50))
    )
    constat = lisible(lu(Bloc(section(*OBJECTIFS, publies(O01=o01, O02=o02))[0])).texte)
    assert dit in constat and "loi" not in constat  # the objective may be that of the convention, which goes further


def test_le_suivi_a_une_ligne_par_objectif_et_masque_ce_qui_l_est() -> None:
    commune = {"perimetre_type": "commune"}
    codes = list(REFERENCES.territoire.membres(rapport({}, (2022,)).jour)["code_insee"])[:2]
    lignes = avec_objectif([
        {"numerateur": 240, "denominateur": 1000, "menages_manquants": 10},
        commune | {"perimetre_code": codes[0], "numerateur": 300, "denominateur": 1000, "menages_manquants": 0},
        commune | {"perimetre_code": codes[1], "numerateur": 2, "denominateur": 50, "menages_manquants": 11},
    ])  # fmt: skip
    r = publies(O01=lignes)
    repli = lu(Bloc(section(*OBJECTIFS, r)[-1])).un("details")
    montrees = [
        [lisible(c.texte) for c in (ligne.un("th"), *ligne.tous("td"))] for ligne in repli.un("tbody").tous("tr")
    ]
    suivis = suivi.suivis(r)
    assert [c[0] for c in montrees] == [lisible(pour) for pour in suivis["pour"]]
    assert lisible(repli.un("caption").texte) == f"{PAR_CODE['O01'].titre}, 2022"
    assert lisible(repli.un("summary").texte) == "1 objectif suivi en 2022, un par un", "those of the reference data"
    (epci,) = [c for c in montrees if c[0] == PROJET.epci_nom_court]
    assert epci[1:] == ["au moins 25 %", "24,0 %", "−1,0 point", "10", "non atteint"]


def test_sans_objectif_suivi_le_repli_dit_ceux_a_renseigner() -> None:
    vides = avec(publies(), objectifs=REFERENCES.objectifs.assign(valeur=float("nan")))
    repli = lu(Bloc(section(*OBJECTIFS, vides)[-1])).un("details")
    assert lisible(repli.un("summary").texte) == "Objectifs à renseigner" and "À renseigner :" in lisible(repli.texte)


def test_ce_qu_un_autre_texte_vise_n_est_pas_a_renseigner() -> None:
    """The target of the law is empty, the one of the CIA is followed."""
    loi = REFERENCES.objectifs.query("id == 'LOI-O09'")
    cia = loi.assign(id="CIA-O09", document="CIA", origine="CIA", valeur=10.0)
    essentiels = avec_objectif([{"numerateur": 120, "denominateur": 1000}], 10)

    def a_renseigner(*objectifs: pd.DataFrame) -> str:
        tous = pd.concat([REFERENCES.objectifs, *objectifs], ignore_index=True)
        r = avec(publies(O09=essentiels if objectifs else []), objectifs=tous)
        return lisible(lu(Bloc(section(*OBJECTIFS, r)[-1])).texte).partition("À renseigner : ")[2]

    manque = f"{PAR_CODE['O09'].titre} ({PROJET.epci_nom_court})"
    autre = "(Chaque bailleur)"
    assert manque in a_renseigner() and autre in a_renseigner()
    assert manque not in a_renseigner(cia) and autre in a_renseigner(cia)


# --- The years of an objective --------------------------------------------------------------------------------------


def annees(*lignes: tuple[int, int, float], sens: str = "plancher", haut: float = float("nan")) -> Figure:
    """The columns of O01: year, count of 1,000, target."""
    faites = [{"annee": a, "numerateur": n, "denominateur": 1000, "cible": cible} for a, n, cible in lignes]
    return publies(O01=avec_objectif(faites, 25, sens, haut))["O01"].par("annee").barres("Titre")


def marches(axes: Axes | None) -> list[tuple[list[float], list[float]]]:
    """The stairs of a drawing: abscissas and ordinates of each dashed line in ink, where it has any."""
    assert axes is not None
    return [
        ([float(x) for x, y in points if y == y], [float(y) for _, y in points if y == y])
        for trait in axes.lines
        for points in [list(zip(trait.get_xdata(), trait.get_ydata(), strict=True))]
        if trait.get_linestyle() == "--" and trait.get_color() == theme.ENCRE
    ]


def ecrits(figure: Figure) -> list[str]:
    assert figure.axes is not None
    return [lisible(t.get_text()) for t in figure.axes.texts]


def test_l_objectif_de_chaque_annee_est_une_marche_nommee() -> None:
    figure = annees((2021, 240, 25), (2022, 310, 30))
    assert marches(figure.axes) == [([-0.5, 0.5, 0.5, 1.5], [25, 25, 30, 30])]
    voulus = {"✗ 24,0 %", "✓ 31,0", "objectif : au moins 30 %", "✓ atteint", "✗ non atteint"}
    assert voulus <= set(ecrits(figure))
    assert "Objectif : au moins 30 %." in lisible(lu(figure).un("desc").texte)
    assert lignes_de(lu(figure))["2021"][:5] == ["240", "1 000", "24,0 %", "25", "−1,0"]


def test_un_intervalle_a_deux_marches_et_une_annee_sans_objectif_n_en_a_pas() -> None:
    intervalle = annees((2022, 340, 20), sens="intervalle", haut=30)
    assert marches(intervalle.axes) == [([-0.5, 0.5], [20, 20]), ([-0.5, 0.5], [30, 30])]
    assert marches(annees((2021, 340, 25), (2022, 340, float("nan"))).axes) == [([-0.5, 0.5], [25, 25])]
    assert marches(annees((2022, 340, float("nan"))).axes) == []


def test_un_axe_en_pour_cent_s_arrete_a_cent() -> None:
    lignes = [
        {"annee": annee, "acteur_type": "reservataire", "acteur_code": "COLTER", "numerateur": n, "denominateur": 1000}
        for annee, n in ((2021, 1000), (2022, 990))
    ]
    axes = publies(O04=lignes)["O04"].par("reservataire", "annee").courbes("Titre").axes
    assert axes is not None and axes.get_ylim()[1] == 100


def test_une_annee_masquee_ne_dit_que_son_resultat_s_il_se_dit() -> None:
    """Neither its share nor its target, whatever it hides."""
    dessins = []
    for masque in (1, 4):
        lignes = avec_objectif([{"annee": 2021, "numerateur": masque, "denominateur": 1000},
                                {"annee": 2022, "numerateur": 310, "denominateur": 1000}])  # fmt: skip
        r = publies(O01=lignes)
        o01 = avec_verdict(r.publication["O01"], "non_atteint", annee=2021)
        tables = {**r.publication.tables, "O01": o01}
        lue = replace(r, publication=replace(r.publication, tables=tables))["O01"]
        figure = lue.par("annee").barres("Titre")
        assert "✗ s" in ecrits(figure) and marches(figure.axes) == [([0.5, 1.5], [25, 25])]
        dessins.append(figure.html)
    assert dessins[0] == dessins[1]


@pytest.mark.parametrize("cibles", [(25.0, 25.0), (25.0, 30.0)])
def test_un_objectif_commun_a_tous_est_une_ligne_du_dessin(cibles: tuple[float, float]) -> None:
    """Contingents that follow the same target; two targets are in the drawing of each alone."""
    lignes = avec_objectif([
        {"annee": annee, "acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000,
         "cible": cible, "menages_manquants": 0}
        for annee in (2021, 2022)
        for code, cible, n in zip(("COLTER", "COLACT"), cibles, (300, 300 if annee == 2021 else 380), strict=True)
    ])  # fmt: skip
    page = lu(Bloc(section("bilan_annuel.qmd", "prioritaires", publies(O04=lignes))[-1]))
    commun = cibles[0] == cibles[1]
    assert any(t.texte.startswith("objectif") for t in page.un("svg").tous("text")) == commun
    assert ("Objectif : au moins 25 %." in lisible(page.un("desc").texte)) == commun
    assert "en hausse de 8,0 points depuis 2021" in lisible(titre(page)), "the widest change, of Action Logement"
    assert titre(page).startswith("Action Logement")


def test_une_hausse_dans_la_marge_n_est_pas_un_titre() -> None:
    lignes = avec_objectif([
        {"annee": annee, "acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000}
        for code, deux in (("COLTER", (300, 310)), ("COLACT", (2, 500)))
        for annee, n in zip((2021, 2022), deux, strict=True)
    ])  # fmt: skip
    page = lu(Bloc(section("bilan_annuel.qmd", "prioritaires", publies(O04=lignes))[-1]))
    assert titre(page) == "Part des ménages prioritaires, par contingent"


@pytest.mark.parametrize(
    ("comptes", "dit"),
    [((200, 200), "aucun n’atteint le sien"), ((300, 200), "un seul atteint le sien"), ((300, 300), "")],
)
def test_le_constat_dit_combien_de_reservataires_tiennent_leur_objectif(comptes: tuple[int, int], dit: str) -> None:
    lignes = avec_objectif([{"acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000}
                            for code, n in zip(("COLTER", "COLACT"), comptes, strict=True)])  # fmt: skip
    ensemble = {"acteur_type": "", "acteur_code": "", "numerateur": 800, "denominateur": 2000}
    [constat, *_] = section("bilan_annuel.qmd", "prioritaires", publies(O04=[ensemble, *lignes]))
    tous = " ; les 2 réservataires {} atteignent {}."
    assert lisible(lu(Bloc(constat)).texte).endswith(
        f" ; des 2 réservataires qui ont un objectif, {dit}." if dit else tous.format("qui ont un objectif", "le leur")
    )
    hors = {"acteur_type": "reservataire", "acteur_code": "AUCUN", "numerateur": 300, "denominateur": 1000}
    avec = publies(O04=[ensemble, *lignes, *avec_objectif([hors])])
    assert section("bilan_annuel.qmd", "prioritaires", avec)[0].endswith("hors contingent, l’objectif est atteint.</p>")
    masque = {"acteur_type": "reservataire", "acteur_code": "PPRIOR", "numerateur": 3, "denominateur": 1000}
    [constat, *_] = section("bilan_annuel.qmd", "prioritaires", publies(O04=[ensemble, *lignes, masque]))
    dit = dit.replace("le sien", "son objectif")
    connus = "dont le résultat est publié"
    assert lisible(lu(Bloc(constat)).texte).endswith(
        f" ; des 2 réservataires {connus}, {dit}." if dit else tous.format(connus, "leur objectif")
    )


@pytest.mark.parametrize(
    ("parts", "sens", "dit"),
    [
        # A name that is no subject of a verb: « hors contingent ».
        ({"AUCUN": 180, "COLTER": 300}, "plancher", "Hors contingent : objectif manqué de 7,0 points (70 ménages)"),
        ({"COLTER": 300, "COLACT": 290}, "plancher", "Les 2 contingents atteignent leur objectif"),
        # One more has no objective.
        ({"COLTER": 300, "COLACT": 290, "PFONCT": 0}, "plancher", "Les 2 contingents qui ont un objectif l’atteignent"),
        ({"COLTER": 300, "COLACT": 290}, "plafond", "Aucun des 2 contingents n’atteint son objectif"),
        ({"COLTER": 200, "COLACT": 290}, "plafond", "Objectif atteint par 1 des 2 contingents"),
        ({"COLTER": 200, "COLACT": 290}, "", "De 20,0 % (Collectivités territoriales) à 29,0 % (Action Logement)"),
    ],
)
def test_le_titre_de_chacun_face_a_son_objectif(parts: dict[str, int], sens: str, dit: str) -> None:
    brutes = [
        {"acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000,
         "menages_manquants": abs(250 - n)}
        for code, n in parts.items()
    ]  # fmt: skip
    vises = [ligne for ligne in brutes if ligne["acteur_code"] != "PFONCT"]
    lignes = [*avec_objectif(vises, sens=sens), *(x for x in brutes if x not in vises)] if sens else brutes
    page = lu(Bloc("".join(section("bilan_annuel.qmd", "prioritaires", publies(O04=lignes)))))
    assert dit in [lisible(x.texte) for x in page.tous("span", "titre")]


def test_sans_resultat_la_table_des_secteurs_ne_parle_pas_d_objectifs() -> None:
    secteurs = [{"modalite": "CENTRE", "numerateur": 30, "denominateur": 100}]
    for lignes, dit in ((secteurs, "Les attributions par secteur, 2022"), (avec_objectif(secteurs), "Les objectifs")):
        html = lisible("".join(section(*OBJECTIFS, publies(O15=lignes))))
        assert dit in html
    nuls = avec_objectif([secteurs[0] | {"numerateur": 0}])
    assert "non atteint" in lisible("".join(section(*OBJECTIFS, publies(O13=nuls, O15=secteurs))))
    manques = lisible("".join(section(*OBJECTIFS, publies(O13=avec_objectif([secteurs[0] | {"numerateur": 10}])))))
    assert "Premier quartile hors quartier prioritaire : aucun secteur n’atteint son objectif, 2022" in manques


def titre(page: Noeud) -> str:
    return page.un("span", "titre").texte


def test_des_travailleurs_essentiels_qui_ne_se_comptent_pas_ne_font_pas_un_bout_de_phrase() -> None:
    ancre = ("bilan_annuel.qmd", "travailleurs-essentiels")
    assert not lisible(lu(Bloc(section(*ancre, publies())[0])).texte)
    sans_objectif = [{"numerateur": 267, "denominateur": 2829}]
    dit = lisible(lu(Bloc(section(*ancre, publies(O09=sans_objectif))[0])).texte)
    assert dit == (
        "267 attributions logent un travailleur d’un secteur essentiel, soit 9,4 % des attributions comptées ; "
        "l’objectif est à renseigner."
    )


# --- Since the convention began -------------------------------------------------------------------------------------


def test_depuis_la_convention_ce_qui_est_publie_aux_deux_bouts() -> None:
    r = publies(
        V01=serie({2021: 1000, 2022: 1100}), V02=serie({2021: 4000, 2022: 4010}),
        O01=[{"annee": a, "numerateur": n, "denominateur": d} for a, n, d in ((2021, 200, 1000), (2022, 264, 1100))],
        O02=[{"annee": a, "numerateur": n, "denominateur": d} for a, n, d in ((2021, 2, 1000), (2022, 264, 1100))],
    )  # fmt: skip
    constat, tableau, _ = section(*EVOLUTION, r)
    dit = lisible(lu(Bloc(constat)).texte)
    assert dit.startswith("Depuis 2021, dans les mêmes communes, le nombre d’attributions est en hausse de 10,0 % et")
    assert dit.endswith("celui des demandes actives stable.")
    assert lignes_de(lu(Bloc(tableau))) == {
        "Attributions": ["1 000", "1 100", "en hausse de 10,0 %"],
        "Demandes actives au 31 décembre": ["4 000", "4 010", "stable"],
        "Premier quartile hors quartier prioritaire": ["20,0 %", "24,0 %", "en hausse de 4,0 points"],
    }


def test_depuis_la_convention_on_compare_les_memes_communes() -> None:
    constant = {"annee": 2022, "perimetre_type": "epci_constant", "numerateur": 1050}
    r = publies(V01=[*serie({2021: 1000, 2022: 1100}), constant])
    constat, tableau, _ = section(*EVOLUTION, r)
    assert "en hausse de 5,0 %" in lisible(constat)
    assert lignes_de(lu(Bloc(tableau)))["Attributions"] == ["1 000", "1 050", "en hausse de 5,0 %"]


def test_sans_convention_connue_l_evolution_est_celle_de_la_serie() -> None:
    inconnue = {"governance/documents": REFERENCES.tables["governance/documents"].iloc[:0]}
    constat, *_ = section(*EVOLUTION, avec(publies(V01=serie({2021: 1000, 2022: 1100})), inconnue))
    assert lisible(lu(Bloc(constat)).texte).startswith("Depuis 2021, dans les mêmes communes")
    constat, *_ = section(*EVOLUTION, avec(rapport({"V01": serie({2022: 9})}, (2022,)), inconnue))
    assert "2022 est la première année connue : il" in lisible(constat)


def test_sans_objectif_rien_ne_parle_de_resultats_ni_d_ecarts() -> None:
    contingents = [
        {"annee": a, "acteur_type": "reservataire", "acteur_code": "COLTER", "numerateur": n, "denominateur": 1000}
        for a, n in ((2021, 200), (2022, 300))
    ]
    communes = [
        {"annee": a, "perimetre_type": "commune", "perimetre_code": "72181", "acteur_type": "", "acteur_code": "",
         "numerateur": n, "denominateur": 900}
        for a, n in ((2021, 180), (2022, 280))
    ]  # fmt: skip
    aucun = avec(publies(O04=[*contingents, *communes]), objectifs=REFERENCES.objectifs.iloc[:0])
    constat = lisible(lu(Bloc(section(*OBJECTIFS, aucun)[0])).texte)
    assert constat == "Aucun objectif n’est renseigné pour 2022 (parameters/objectifs.csv)."
    prioritaires = lisible("".join(section("bilan_annuel.qmd", "prioritaires", aucun)))
    assert "Part des ménages prioritaires, par contingent" not in prioritaires, "no contingent has an objective"
    assert "de chaque contingent, par réservataire" not in prioritaires
    assert "Écart à l’objectif" not in prioritaires and "Par commune, 2021-2022" in prioritaires
    assert "Aucun résultat publié" not in prioritaires


def test_sans_deux_annees_il_n_y_a_pas_d_evolution() -> None:
    constat, tableau, _ = section(*EVOLUTION, rapport({"V01": serie({2022: 1000})}, (2022,)))
    assert "2022 est la première année" in constat and tableau == ""
    constat, tableau, _ = section(*EVOLUTION, publies(V01=serie({2021: 1000, 2022: 3})))
    assert "ne se comparent pas" in constat and tableau == ""


# --- Publics, rehousings --------------------------------------------------------------------------------------------


def test_les_publics_avec_leur_nombre_et_leur_part_dans_chaque_zone() -> None:
    lignes = [
        {"perimetre_type": lieu, "modalite": m, "numerateur": n, "denominateur": d}
        for lieu, d, effectifs in (("epci", 1000, (50, 120)), ("en_qpv", 400, (2, 40)), ("hors_qpv", 600, (48, 80)))
        for m, n in zip(("DALO", "HEBERGES"), effectifs, strict=True)
    ]
    (html,) = section("bilan_annuel.qmd", "publics-suivis", publies(O05=lignes))
    page = lu(Bloc(html))
    assert "Un ménage peut relever de plusieurs publics" in lisible(page.texte)
    assert "HEBERGES" not in page.texte and "12,0 % des attributions, le public suivi" in lisible(page.texte)
    chiffres = [cellules for cellules in lignes_de(page.un("details")).values() if set(cellules) != {"–"}]
    assert sorted(chiffres) == [
        ["120", "1 000", "12,0 %", "13,3 %", "10,0 %"],
        ["50", "1 000", "5,0 %", "s", "s"],
    ]


def test_les_relogements_et_ou() -> None:
    lignes = [
        {"numerateur": 59, "denominateur": 1000},
        {"perimetre_type": "en_qpv", "numerateur": 35, "denominateur": 400},
        {"perimetre_type": "hors_qpv", "numerateur": 24, "denominateur": 600},
        {"perimetre_type": "commune", "perimetre_code": "72181", "numerateur": 59, "denominateur": 900},
    ]
    constat, replie = (lu(Bloc(html)) for html in section(*RELOGES, publies(O06=lignes)))
    dit = lisible(constat.texte)
    assert dit.startswith("59 attributions") and "5,9 %" in dit and "35 se situent en quartier prioritaire" in dit
    assert lignes_de(replie)["En quartier prioritaire"] == ["35", "400", "8,8 %"]
    assert lignes_de(replie, 1)["Le Mans"] == ["59", "900", "6,6 %"]
    masque = section(*RELOGES, publies(O06=[{"numerateur": 2, "denominateur": 1000}]))[0]
    assert "masqué" in masque and not re.search(r"\d", lisible(lu(Bloc(masque)).texte).replace("2022", ""))
    assert section(*RELOGES, rapport({"O06": []}))[0] == "", "nothing to say"
