"""Each new figure apart, on hand-written figures: masked, without figures, without an extract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rapports import rapport, serie
from tables_publiees import table, textes

from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.presentation import (
    chapitres_attributions,
    chapitres_demande,
    chapitres_logements,
    chapitres_menages,
    chapitres_parcours,
    charts,
    sentences_attributions,
    sentences_demande,
    sentences_parcours,
)
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import dessinees
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import titre_premiere_part
from page_lue import arbre, fautes

Lignes = list[dict[str, Any]]


def plat(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\xa0", " ")


def classes(**effectifs: int) -> Lignes:
    return [{"modalite": m, "numerateur": n, "denominateur": sum(effectifs.values())} for m, n in effectifs.items()]


def dessin(bloc: Bloc) -> list[str]:
    return textes(bloc.html[bloc.html.index("<svg") : bloc.html.index("</svg>") + 6])


FIGURES: dict[str, tuple[Callable[[Rapport], Bloc], str]] = {
    "V07": (chapitres_demande.anciennete, "Ancienneté des demandes"),
    "R01": (chapitres_parcours.radiations, "Motifs des radiations"),
    "R02M": (chapitres_parcours.motifs_de_refus, "Motifs des refus"),
    "L02": (chapitres_logements.financements, ""),
}
DEUX = {"V07": ("MOINS_1", "A_1"), "R01": ("RADREN", "RADABA"), "R02M": ("PRIX", "TAILLE"), "L02": ("PLUS", "PLAI")}


@pytest.mark.parametrize("code", FIGURES)
def test_la_premiere_classe_fait_le_titre_sauf_si_elle_est_masquee_ou_trop_proche(code: str) -> None:
    figure, _ = FIGURES[code]
    un, deux = DEUX[code]
    nom = rapport({}).references.nomenclatures[PAR_CODE[code].modalites].libelles()[un]
    titres = [
        plat(arbre(figure(rapport({code: classes(**{un: a, deux: b})}, (2022,))).html).un("span", "titre").texte)
        for a, b in ((700, 300), (502, 498))
    ]
    assert titres[0].startswith(f"{nom} : 70,0 % des ")
    assert nom not in titres[1]


@pytest.mark.parametrize("code", FIGURES)
def test_sans_extrait_une_ligne_dit_pourquoi(code: str) -> None:
    r = rapport({})
    absences = {(code, 2022): ("extrait « inventé » non importé",)}
    muet = Rapport(r.projet, r.references, replace(r.publication, absences=absences))
    bloc = FIGURES[code][0](muet)
    assert "<svg" not in bloc.html
    assert plat(arbre(bloc.html).texte).endswith("Non calculable : extrait « inventé » non importé.")


def test_une_classe_vide_n_est_pas_dessinee_mais_reste_au_tableau() -> None:
    bloc = chapitres_logements.financements(rapport({"L02": classes(PLUS=600, PLAI=397, PLS=3, PAP=0)}, (2022,)))
    pap = "Prêt pour l’accession à la propriété, locatif"
    assert pap not in " ".join(dessin(bloc)) and pap in arbre(bloc.html).un("table").texte
    assert "s" in dessin(bloc), "a masked class stays in the drawing"


def test_une_paire_garde_la_classe_que_l_une_des_deux_a() -> None:
    uns, autres = table("pct", classes(A=0, B=50, C=0, D=50)), table("pct", classes(A=40, B=60, C=0, D=0))
    assert [list(t.donnees["modalite"]) for t in dessinees(uns, autres)] == [["A", "B", "D"]] * 2


def test_la_premiere_part_ne_se_dit_pas_si_un_chiffre_masque_peut_la_depasser() -> None:
    noms = {"A": "Alpha"}
    grande = table("pct", classes(A=900, B=50, C=47, D=3))
    assert grande.nb_secrets
    assert plat(titre_premiere_part(grande, noms, cle="modalite", sinon="Sinon")).startswith("Alpha : 90,0 %")
    assert titre_premiere_part(grande.ou(modalite=["B", "C", "D"]), noms, cle="modalite", sinon="Sinon") == "Sinon"


# --- Sentences ------------------------------------------------------------------------------------------------------


def test_la_pression_et_le_taux_de_satisfaction() -> None:
    r = rapport(
        {"V03": serie({2022: 4700}, denominateur=1000), "V04": serie({2022: 1900}, denominateur=1000),
         "V05": serie({2022: 175}, denominateur=1000)}, (2022,),
    )  # fmt: skip
    assert sentences_demande.titre_pression(r) == (
        "4,7 demandes pour une attribution en 2022, 1,9 sans les mutations internes"
    )
    phrase = plat(sentences_demande.constat_satisfaction(r))
    assert phrase.startswith("Le taux de satisfaction est de 17,5 %") and "1,9 demande pour une attribution" in phrase
    assert sentences_demande.constat_satisfaction(rapport({})) == ""


def test_la_pression_masquee_n_est_pas_dite() -> None:
    r = rapport({"V03": serie({2022: 30}, denominateur=3), "V05": serie({2022: 3}, denominateur=33)}, (2022,))
    assert sentences_demande.titre_pression(r) == "Demandes actives pour une attribution"
    assert sentences_demande.constat_satisfaction(r) == ""


def test_le_delai_moyen_et_ses_quarts() -> None:
    delais: dict[str, Lignes] = {
        code: [{"valeur": v, "denominateur": 100}] for code, v in (("V06M", 18.0), ("V06P25", 6.7), ("V06P75", 26.4))
    }
    assert plat(sentences_attributions.precision_delai(rapport(delais, (2022,)))) == (
        "Le délai moyen est de 18,0 mois. Un quart des ménages ont attendu 6,7 mois ou moins ; un quart ont attendu "
        "26,4 mois ou plus."
    )
    assert sentences_attributions.precision_delai(rapport({})) == ""


@pytest.mark.parametrize(
    ("avant", "apres", "suite"),
    [(300, 288, ", en baisse de 1,2 point sur un an."), (290, 288, ", une part stable sur un an."), (None, 288, ".")],
)
def test_les_refus_et_les_radiations_en_mots(avant: int | None, apres: int, suite: str) -> None:
    refus = serie({2022: apres} | ({2021: avant} if avant else {}), denominateur=1000)
    r = rapport({"R02": refus, "R01": classes(RADREN=600, RADABA=400)})
    assert plat(sentences_parcours.constat_parcours(r)) == (
        "1 000 demandes ont été radiées en 2022. 28,8 % des propositions attribuées en commission sont refusées par le "
        f"demandeur{suite}"
    )


def test_les_propositions_masquees_ne_sont_pas_dites() -> None:
    r = rapport({"R02": serie({2022: 3}, denominateur=20), "R01": classes(RADREN=2, RADABA=1)})
    assert sentences_parcours.constat_parcours(r) == ""


# --- Range plot -----------------------------------------------------------------------------------------------------


def mois(code: str, **valeurs: tuple[float, int]) -> Any:
    return table("mois", [{"modalite": m, "valeur": v, "denominateur": n} for m, (v, n) in valeurs.items()], code)


def test_l_etendue_montre_les_quartiles_et_la_mediane() -> None:
    tables = (
        mois("V06P25", T1=(6.5, 40), T2=(7.0, 4)), mois("V06", T1=(14.0, 40), T2=(15.0, 4)),
        mois("V06P75", T1=(26.9, 40), T2=(28.0, 4)),
    )  # fmt: skip
    svg = charts.etendues(tables, "f", "Titre", "Description", libelles={"T1": "T1", "T2": "T2"})
    dits = textes(svg)
    assert {"6,5", "14,0", "26,9", "s", "médiane", "la moitié des ménages"} <= set(dits)
    assert not {"7,0", "15,0", "28,0"} & set(dits)
    assert 'role="img"' in svg and "<title" in svg and "<desc" in svg
    centre = svg.index('cy="', svg.index("médiane"))
    x = float(svg[:centre].rpartition('cx="')[2].partition('"')[0])
    bas, haut = (float(v.partition(" ")[0]) for v in svg[:centre].rpartition('d="M')[2].split("L")[:2])
    assert (x - bas) / (haut - bas) == pytest.approx((14.0 - 6.5) / (26.9 - 6.5), abs=0.01)


def test_le_delai_par_type_a_trois_tables_de_plus() -> None:
    lignes = [{"modalite": m, "valeur": 14.0, "denominateur": 50} for m in ("", "T1")]
    r = rapport(dict.fromkeys(("V06", "V06P25", "V06P75"), lignes), (2022,))
    page = arbre(chapitres_attributions.delais(r).html)
    assert not fautes(page)
    assert [th.texte for th in page.un("table").un("thead").tous("th")] == [
        "Logement", "Ménages", "Premier quartile", "Médiane", "Troisième quartile",
    ]  # fmt: skip


# --- Sensitive profile ----------------------------------------------------------------------------------------------


def test_une_variable_sensible_n_est_pas_mise_en_titre_et_porte_sa_precaution() -> None:
    lignes = [{"modalite": m, "numerateur": n, "denominateur": 1000} for m, n in (("1", 800), ("2", 50), ("3", 150))]
    r = rapport({"P06": lignes, "P06D": lignes}, (2022,))
    regles = replace(r.publication.regles, variables_sensibles=frozenset({"nationalites"}))
    sensible = Rapport(r.projet, r.references, replace(r.publication, regles=regles))
    assert "variable sensible" in chapitres_menages.precaution(sensible, "P06").html
    titre = arbre(chapitres_menages.profil(sensible, "P06").html).un("span", "titre").texte
    assert "%" not in titre
    assert chapitres_menages.precaution(rapport({}), "P06").html == ""
