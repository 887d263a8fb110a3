"""Maps drawn from hand-written tables: the class or sign of each commune, its name or its number, one legend."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from functools import cache
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from carnets import section
from rapports import RACINE, avec, lu, parametres
from rapports import rapport as publie
from tables_publiees import avec_objectif, avec_verdict, contours, table, textes

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.cartes import cartographie, fixes
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes.communes import Echelle, echelle_des_ecarts, echelle_des_valeurs
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots.lignes import description
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.secret.table_publiee import PublishedTable
from contrastes import luminance
from messages import exiger_un_remede, lisible
from page_lue import arbre

PIEGE = 'L’"><img onerror=alert(1) src=x>Île</script><script>alert(2)</script>'
NOMS = ["Le Chef-Lieu", "Allière", "Bourg-Masqué", "Sans-Attribution", "Sans-Parc", PIEGE, "Absente"]
BORNES = [-10, 0, 10]
CARNET = RACINE / "notebooks" / "bilan_annuel.qmd"
# Communes of the repository's own territory.
LE_MANS, ALLONNES, ARNAGE = "72181", "72003", "72008"


def communes(n: list[tuple[float, float]], annee: int = 2022) -> list[dict[str, Any]]:
    return [
        {"annee": annee, "perimetre_type": "commune", "perimetre_code": f"720{i:02d}"}
        | {"numerateur": a, "denominateur": b}
        for i, (a, b) in enumerate(n)
    ]


def publiee(masque: int = 3) -> PublishedTable:
    """Met, missed, masked; without a lease, without a dwelling; missed by far."""
    return table("pct", avec_objectif(communes([(900, 2500), (20, 100), (masque, 60), (0, 0), (0, 0), (10, 100)])))


def placer(lue: PublishedTable, echelle: Echelle | None = None, sans_parc: str = "72004") -> gpd.GeoDataFrame:
    class Territoire:
        def parc_social(self, _: int) -> pd.Series:
            return pd.Series({sans_parc: 0.0})

    sans_contours = cast("Rapport", SimpleNamespace(references=SimpleNamespace(territoire=Territoire())))
    return cc.placer(sans_contours, lue, contours(NOMS), echelle or echelle_des_ecarts(BORNES, [lue]))


def classes(lue: PublishedTable) -> dict[str, str]:
    """Code → its state, or the words of its class."""
    classes_ = echelle_des_ecarts(BORNES, [lue])
    mots = {couleur: libelle for libelle, couleur in classes_.classes}
    return {
        c.code_insee: mots[c.couleur] if c.etat == cc.CLASSE else c.etat for c in placer(lue, classes_).itertuples()
    }


# --- Classes and signs ----------------------------------------------------------------------------------------------


def test_chaque_commune_a_sa_classe_ou_son_signe() -> None:
    assert [lisible(x) for x in classes(publiee()).values()] == [
        "✓ atteint, 10 points ou plus au-dessus", "✗ 10 points ou moins sous l’objectif",
        "secret", "sans-attribution", "sans-parc", "✗ plus de 10 points sous l’objectif",
    ]  # fmt: skip
    assert "72006" not in classes(publiee())  # of the contours, not of the table


@pytest.mark.parametrize(("sens", "rangs"), [("plancher", {14: 0, 15: 1, 25: 2, 35: 3}), ("plafond", {24: 2, 36: 0})])
def test_les_bornes_sont_comptees_dans_le_sens_de_l_objectif(sens: str, rangs: dict[int, int]) -> None:
    for n, rang in rangs.items():
        lue = table("pct", avec_objectif(communes([(n, 100)]), sens=sens))
        assert placer(lue)["couleur"][0] == theme.DIVERGENTE[rang], (sens, n)


def test_les_classes_ne_dependent_pas_des_donnees_et_leurs_mots_conviennent_a_toutes() -> None:
    plancher, plafond = (table("pct", avec_objectif(communes([(60, 100)]), sens=s)) for s in ("plancher", "plafond"))
    for tables, pire, mieux in (
        ([plancher], "sous l’objectif", "au-dessus"), ([plafond], "au-dessus", "en dessous"),
    ):  # fmt: skip
        echelle = echelle_des_ecarts(BORNES, tables)
        assert [couleur for _, couleur in echelle.classes] == list(theme.DIVERGENTE)
        mots = [libelle for libelle, _ in echelle.classes]
        assert pire in mots[0] and mieux in mots[-1] and [m[0] for m in mots] == ["✗", "✗", "✓", "✓"]
    deux = [couleur for _, couleur in echelle_des_ecarts([0], [plancher]).classes]
    assert deux == [theme.DIVERGENTE[1], theme.DIVERGENTE[2]]


def test_la_couleur_dit_de_quel_cote_un_objectif_est_manque() -> None:
    """Floors and ceilings on one map: who is under theirs is not painted as who is above."""
    plancher, plafond = (
        table("pct", avec_objectif(communes([(n, 100)]), sens=s)) for n, s in ((15, "plancher"), (36, "plafond"))
    )
    classes_ = echelle_des_ecarts(BORNES, [plancher, plafond])
    assert [libelle for libelle, _ in classes_.classes] == [
        "✗ sous l’objectif", "✓ objectif atteint", "✗ au-dessus de l’objectif",
    ]  # fmt: skip
    atteint = table("pct", avec_objectif(communes([(30, 100)]), sens="plancher"))
    peintes = [placer(lue, classes_)["couleur"][0] for lue in (plancher, atteint, plafond)]
    assert peintes == list(theme.DES_DEUX_COTES)
    (ligne,) = plafond.lignes()
    assert classes_.rang({**ligne, "ecart": 1e-14}) == 2, "the last bits of a difference are not a target met"


@pytest.mark.parametrize("bornes", [[-10, 10], [10, 0, -10], [-20, -10, 0], [0, 0], [-10, "dix", 0], 0])
def test_des_bornes_inutilisables_sont_refusees(bornes: object) -> None:
    with pytest.raises(ErreurCIL, match="bornes_ecart"):
        echelle_des_ecarts(bornes, [])


def test_sans_resultat_la_legende_n_a_pas_de_classe_et_son_titre_garde_un_sigle() -> None:
    masquee = publiee().ou(perimetre_code="72002")
    etats = set(placer(masquee)["etat"])
    html = cc.legende(echelle_des_ecarts(BORNES, [masquee]), etats, "carte", "PLAI attribués")
    assert "PLAI attribués" in html
    assert etats == {cc.SECRET} and [x.attributs["class"] for x in arbre(html).tous("span", "pastille")] == [
        f"pastille {cc.SECRET}"
    ]


def test_sans_quartier_prioritaire_n_est_pas_sans_logement_social() -> None:
    lignes = avec_objectif(communes([(60, 100), (0, 0)]), cible=50)
    lignes = [lignes[0] | {"statut": "publie"}, lignes[1] | {"statut": "sans_objet", "resultat": "sans_objet"}]
    signes = []
    for objet in ("parc", "qpv"):
        lue = table("pct", lignes, "O01")
        object.__setattr__(lue.indicateur, "objet", objet)
        signes.append(placer(lue, sans_parc="72001")["etat"].tolist())
    assert signes == [[cc.CLASSE, cc.SANS_PARC], [cc.CLASSE, cc.SANS_QPV]]


# --- Classes of values ----------------------------------------------------------------------------------------------


def valeurs(*n: float, unite: str = "nombre") -> PublishedTable:
    base = communes([(v, 100) for v in n])
    return table(unite, [x | {"valeur": x["numerateur"]} for x in base])


@pytest.mark.parametrize(
    ("lues", "bornes"),
    [
        (range(10, 90, 10), (30, 50, 60)),
        ((10, 10, 10, 10, 50), ()),  # equal ones are not parted
        ((2, 3), ()),  # masked: nothing to part
    ],
)
def test_les_classes_ont_autant_de_chiffres_publies(lues: Any, bornes: tuple[float, ...]) -> None:
    assert echelle_des_valeurs([valeurs(*lues)], 4).bornes == bornes


def test_la_classe_est_celle_du_chiffre_imprime_et_sa_teinte_monte() -> None:
    """12,96 is printed « 13,0 »: it is not « moins de 13,0 »."""
    lue = valeurs(12.94, 12.96, 12.96, unite="ratio")
    echelle = echelle_des_valeurs([lue], 2)
    assert echelle.bornes == (13.0,) and [libelle for libelle, _ in echelle.classes] == [
        "moins de 13,0",
        "13,0 ou plus",
    ]
    peintes = placer(lue, echelle)
    assert peintes["couleur"].tolist()[:2] == [couleur for _, couleur in echelle.classes]
    clartes = [luminance(couleur) for _, couleur in echelle.classes]
    assert clartes == sorted(clartes, reverse=True)


# --- The drawing ----------------------------------------------------------------------------------------------------


def etiquetees(lues: gpd.GeoDataFrame) -> list[fixes.Etiquette]:
    return fixes.etiqueter(fixes.cadrer(lues)[1])


def test_un_nom_s_ecrit_ou_il_tient_les_autres_ont_un_numero() -> None:
    etiquettes = etiquetees(placer(publiee()))
    dits = {e.commune.nom: e.lignes for e in etiquettes}
    assert dits["Le Chef-Lieu"] == ("Le Chef-Lieu", "✓ 36,0\u202f%")
    assert [e.repere for e in etiquettes] == [5, 1, 2, 3, 6, 4]
    assert [e.est_nommee for e in etiquettes] == [True, False, False, False, True, False]
    for e in etiquettes[:1]:
        gauche, bas, droite, haut = e.commune.geometry.bounds
        boite = e.boite
        assert boite[0] > gauche and boite[1] > bas and boite[2] < droite and boite[3] < haut
    html = remplir("carte", cartes=[{"etiquettes": etiquettes, "titre": "", "svg": "", "legende": ""}])
    items = [lisible(li.texte) for li in arbre(html).tous("li")]
    assert items[:3] == ["1 Allière ✗ 20,0 %", "2 Bourg-Masqué s", "3 Sans-Attribution –"]
    assert [int(item.split()[0]) for item in items] == [1, 2, 3, 4, 5, 6]
    assert next(lisible(li.texte) for li in arbre(html).tous("li", "au-telephone")) == "5 Le Chef-Lieu ✓ 36,0 %"
    assert "<img" not in html and "<script" not in html


def test_aucune_etiquette_n_en_recouvre_une_autre() -> None:
    hasard = np.random.default_rng(0)
    territoire = publie({}).references.territoire.contours()
    lue = table("pct", avec_objectif([
        {"perimetre_type": "commune", "perimetre_code": c, "numerateur": int(hasard.integers(0, 60)),
         "denominateur": 100} for c in territoire["code_insee"]
    ]))  # fmt: skip
    peintes = cc.placer(rapport(), lue, territoire, echelle_des_ecarts(BORNES, [lue]))
    etiquettes = etiquetees(peintes)
    assert {e.commune.code_insee for e in etiquettes} == set(territoire["code_insee"])  # none is left out
    for a, b in combinations(etiquettes, 2):
        (ag, ab, ad, ah), (bg, bb, bd, bh) = a.boite, b.boite
        assert ad <= bg or bd <= ag or ah <= bb or bh <= ab, (a.lignes, b.lignes)


# --- On a page ------------------------------------------------------------------------------------------------------


@cache
def rapport(masque: int = 3, annees: tuple[int, ...] = (2021, 2022), objectif: bool = True) -> Rapport:
    """O01 of three communes, one of which is masked in the last year."""
    lignes = [
        {"annee": annee, "perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": 60}
        for annee in annees
        for code, n in ((LE_MANS, 30), (ALLONNES, 10), (ARNAGE, masque if annee == 2022 else 20))
    ]
    return publie({"O01": avec_objectif(lignes) if objectif else lignes}, annees)


def carte(masque: int = 3, **autres: Any) -> Bloc:
    return (
        rapport(masque, **autres)["O01"]
        .par("commune")
        .carte("{{ tenus }} sur {{ juges }}, {{ masques }} masqué", "En {{ annee }}", "Une note.")
    )


def test_le_carnet_d_exploration_compte_les_communes_qui_ont_un_objectif() -> None:
    carnet = json.loads((RACINE / "notebooks" / "exploration.ipynb").read_text(encoding="utf-8"))
    (code,) = [c for c in map("".join, (c["source"] for c in carnet["cells"])) if 'par("commune").carte(' in c]
    for objectif, titre in ((True, "1 commune sur 2 atteint l’objectif"), (False, "L’objectif par commune")):
        montree = eval(code, {"rapport": rapport(objectif=objectif)})
        assert lisible(lu(montree).un("span", "titre").texte) == titre


def test_la_carte_dit_tout_et_rien_de_plus() -> None:
    html = carte().html
    assert html == carte().html == carte(1).html  # the same each time; what is masked leaves no trace
    page = lu(carte())
    assert lisible(page.un("span", "titre").texte) == "1 sur 2, 1 masqué"
    svg = html[html.index("<svg") : html.index("</svg>") + 6]
    mots = [lisible(x) for x in textes(svg)]
    assert {"Le Mans", "✓ 50,0 %", "✗ 16,7 %"} <= set(mots)
    texte = lisible(page.un("svg", "graphique").un("desc").texte)
    assert "Le Mans, 50,0 %, objectif atteint" in texte and "Arnage, secret statistique" in texte
    assert "DejaVu" not in svg and "<metadata" not in svg and "<?xml" not in svg
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert all(i == "carte-o01-commune" or i.startswith("carte-o01-commune-") for i in ids)
    assert [lisible(x.texte) for x in page.un("ul", "legende").tous("li")][-1].startswith("s : masqué")
    notes = [lisible(p.texte) for p in page.tous("p", "note")]
    assert notes[0].startswith("Une note. Ni chiffre ni résultat") and "Contours : " in notes[0]
    assert "1 chiffre masqué (« s »)." in notes[1]
    (tableau,) = page.tous("table")
    assert "Résultat" in tableau.texte and "Écart à l’ensemble" in lisible(tableau.texte)


def test_sans_objectif_elle_montre_les_valeurs_dans_les_classes_de_toutes_les_annees() -> None:
    """Twenty in sixty is a figure of the year before, in which the map to explore has a class as well."""
    page, autre = lu(carte(objectif=False)), lu(rapport(objectif=False).explorer(["O01"]))
    dits, explorees = ([lisible(x.texte) for x in p.un("ul", "legende").tous("li")] for p in (page, autre))
    classes = ["50,0 % ou plus", "33,3 % à moins de 50,0 %", "moins de 33,3 %"]
    assert dits == explorees == [*classes, "s : masqué par le secret statistique"]
    assert "Résultat" not in page.un("table").texte


def test_une_carte_demande_des_communes() -> None:
    with pytest.raises(ErreurCIL, match=r'Écrire d’abord \.par\("commune"\)'):
        rapport()["O01"].carte("Titre", "ancre")
    vide = rapport()["O02"].par("commune").carte("Titre")
    assert "<svg" not in vide.html and "Non calculable" in vide.html


def petites(masque: int = 3, **autres: Any) -> Bloc:
    return (
        rapport(masque, **autres)["O01"]
        .par("commune", "annee")
        .petites_cartes(
            "Un titre", "Un sous-titre", bilan="{% if juges %}Atteint : {{ tenus }} sur {{ juges }}{% endif %}"
        )
    )


def test_une_petite_carte_par_annee_a_la_meme_echelle_et_une_legende() -> None:
    assert petites().html == petites(1).html
    page = lu(petites())
    avant, apres = page.un("ul", "multiples").tous("li")
    assert [lisible(x.un("p", "nom").texte) for x in (avant, apres)] == ["2021", "2022"]
    assert [lisible(x.un("p", "bilan").texte) for x in (avant, apres)] == ["Atteint : 2 sur 3", "Atteint : 1 sur 2"]
    assert avant.un("svg").attributs["viewbox"] == apres.un("svg").attributs["viewbox"]
    styles = [[p.attributs.get("style", "") for p in x.tous("path")] for x in (avant, apres)]
    assert [any(theme.GRIS.lower() in style for style in carte) for carte in styles] == [False, True]  # what is masked
    assert len(page.tous("ul", "legende")) == 1 and len(page.tous("table")) == 1


def test_une_seule_annee_n_a_pas_de_petites_cartes() -> None:
    assert petites(annees=(2022,)).html == ""
    assert rapport()["O02"].par("commune", "annee").petites_cartes("Titre").html == ""


def test_des_indicateurs_se_comparent_et_un_nom_reste_du_texte() -> None:
    ouvert = rapport()
    bloc = ouvert.petites_cartes(
        "Titre", "", {"Un <b>nom</b>": ouvert["O01"].par("commune"), "Vide": ouvert["O02"].par("commune")}
    )
    page = lu(bloc)
    assert [x.texte for x in page.un("ul", "multiples").tous("p", "nom")] == ["Un <b>nom</b>"] and page.tous("b") == []


# --- What the bilan says of them ------------------------------------------------------------------------------------

OUI, NON, SECRET, SANS_CIBLE = (30, 100), (20, 100), (2, 60), (2, 100, float("nan"))


@pytest.mark.parametrize(
    ("effectifs", "debut"),
    [
        ([OUI, OUI], "Les 2 communes dont le résultat est publié atteignent leur"),
        ([NON, NON], "Aucune des 2 communes dont le résultat est publié n’atteint son"),
        ([OUI, NON], "1 commune atteint son objectif, 1 ne l’atteint pas"),
        ([OUI, OUI, NON], "2 communes atteignent leur objectif, 1 ne l’atteint pas"),
        ([OUI], "La seule commune dont le résultat est publié atteint son"),
        ([NON], "La seule commune dont le résultat est publié n’atteint pas son"),
        ([OUI, OUI, SECRET], "Les 2 communes dont"),
        ([SECRET], "Aucun résultat d’objectif n’est publié par commune"),
        ([(0, 0)], "Aucun résultat d’objectif n’est publié par commune"),
        ([(40, 100, float("nan"))], "Aucun résultat d’objectif n’est publié par commune"),
        # The masked one has an objective: that none has is not known.
        (
            [(40, 100, float("nan")), (80, 100, float("nan")), SECRET],
            "De 40,0 % (72000) à 80,0 % (Aigné), parmi les communes publiées",
        ),
        ([(40, 100, float("nan")), (80, 100, float("nan"))], "De 40,0 % (72000) à 80,0 % (Aigné)"),
        (
            [(40, 100, float("nan")), (24, 24, float("nan"))],
            "De 40,0 % (72000) à 100,0 % (Aigné, sur 24 attributions)",
        ),
    ],
)
def test_combien_de_communes_tiennent_leur_objectif(effectifs: list[tuple[float, ...]], debut: str) -> None:
    lignes = [
        x | ({"cible": e[2]} if len(e) > 2 else {})
        for x, e in zip(communes([e[:2] for e in effectifs]), effectifs, strict=True)
    ]
    dit = dit_des_resultats(avec_objectif(lignes))
    assert dit.startswith(debut) and "n’a d’objectif" not in dit


@pytest.mark.parametrize(("n", "dit"), [(30, "atteint son objectif"), (20, "n’atteint pas son objectif")])
def test_la_carte_a_explorer_le_dit_aussi_d_une_seule_commune(n: int, dit: str) -> None:
    r = publie({"O01": avec_objectif(communes([(n, 100), SECRET]))}, (2022,))
    page = lisible("".join(section("bilan_annuel.qmd", "evolution", r)))
    assert f"O01 : la seule commune dont le résultat est publié {dit}" in page


def dit_des_resultats(lignes: list[dict[str, Any]]) -> str:
    cellule = re.search(r"^RESULTATS = (\[.*?^\])", CARNET.read_text(encoding="utf-8"), re.S | re.M)
    assert cellule
    return lisible(publie({"O01": lignes}, (2022,))["O01"].par("commune").dire(ast.literal_eval(cellule[1])))


@pytest.mark.parametrize(
    ("parts", "suite"),
    [
        ((22, 10, 40, 41), "1 commune atteint son objectif, 3 ne l’atteignent pas, dont 2 au-dessus de leur maximum"),
        ((22, 10, 40), "1 commune atteint son objectif, 2 ne l’atteignent pas, dont 1 au-dessus de son maximum"),
        ((22, 40), "1 commune atteint son objectif, 1 ne l’atteint pas, au-dessus de son maximum"),
        ((22, 10), "1 commune atteint son objectif, 1 ne l’atteint pas"),
    ],
)
def test_une_commune_au_dessus_de_son_maximum_ne_se_dit_pas_comme_une_qui_manque_le_sien(
    parts: tuple[int, ...], suite: str
) -> None:
    assert dit_des_resultats(avec_objectif(communes([(n, 100) for n in parts]), 20, "intervalle", 30)) == suite


def test_un_objectif_qui_a_pris_fin_n_est_pas_celui_de_la_carte_de_l_annee() -> None:
    def lignes(annee: int, *parts: int) -> list[dict[str, Any]]:
        return [
            {"annee": annee, "perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": 100}
            for code, n in zip((LE_MANS, ALLONNES, ARNAGE), parts, strict=True)
        ]

    sans = [ligne | {"resultat": ""} for ligne in lignes(2022, 30, 20, 50)]
    r = publie({"O01": [*avec_objectif(lignes(2021, 40, 30, 10), 25), *sans]}, (2021, 2022))
    carte = r["O01"].par("commune").carte("Titre", "Sous-titre").html
    assert "l’objectif" not in lisible(carte) and "moins de" in lisible(carte)
    assert "sous l’objectif" in lisible(r["O01"].par("commune").ou(annee=2021).carte("Titre", "Sous-titre").html)


def test_une_part_au_dessus_de_son_maximum_s_entend_depassee() -> None:
    r = publie({"O01": avec_objectif(communes([(40, 100), (10, 100)]), 20, "intervalle", 30)}, (2022,))
    dits = lisible(description(r["O01"].par("commune"), resultats=True))
    assert "40,0 %, objectif dépassé" in dits and "10,0 %, objectif non atteint" in dits


def test_on_compte_a_part_celles_dont_la_part_masquee_peut_etre_au_dessus() -> None:
    """The result of a masked share may be told, and not on which side of the interval it is."""
    r = publie(
        {"O01": avec_objectif(communes([(22, 100), (10, 100), (40, 100), (3, 60)]), 20, "intervalle", 30)}, (2022,)
    )
    assert (r["O01"].par("commune").depasses, r["O01"].par("commune").manques_tus) == (1, 0)
    o01 = avec_verdict(r.publication["O01"], "non_atteint", perimetre_code="72003")
    r = Rapport(r.references, replace(r.publication, tables={**r.publication, "O01": o01}))
    lues = r["O01"].par("commune")
    assert (lues.juges, lues.depasses, lues.manques_tus) == (4, 1, 1)


def test_l_ecart_a_l_ensemble_ne_compare_que_des_chiffres_publies() -> None:
    commune = {"perimetre_type": "commune"}
    lignes = [
        {"numerateur": 300, "denominateur": 1000},
        commune | {"perimetre_code": "A", "numerateur": 350, "denominateur": 1000},
        commune | {"perimetre_code": "B", "numerateur": 2, "denominateur": 90},
        commune | {"perimetre_code": "C", "numerateur": 254, "denominateur": 1000},
    ]
    r = publie({"O01": lignes}, (2022,))
    colonne = cartographie.ecarts_a_l_ensemble(r["O01"].par("commune"))
    assert {c: x.texte for c, x in colonne.items()} == {"A": "+5,0", "B": "s", "C": "−4,6"}
    masque = publie({"O01": [lignes[0] | {"numerateur": 2}, *lignes[1:]]}, (2022,))
    colonne = cartographie.ecarts_a_l_ensemble(masque["O01"].par("commune"))
    assert {c: x.texte for c, x in colonne.items()} == {"A": "–", "B": "s", "C": "–"}


# --- What the parameters say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("nom", "valeur"), [*(("classes", n) for n in (1, 6, "quatre")), ("bornes_ecart", "dix")])
def test_un_parametre_inutilisable_est_refuse(nom: str, valeur: object) -> None:
    ouvert = avec(rapport(objectif=nom == "bornes_ecart"), parametres=parametres("cartes", **{nom: valeur}))
    with pytest.raises(ErreurCIL) as refus:
        cartographie.classes_de([ouvert["O01"].par("commune")])
    exiger_un_remede(refus.value, nom)
