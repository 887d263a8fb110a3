"""Each new figure apart, on hand-written figures: masked, without figures, without an extract."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rapports import lu, phrase, rapport, serie
from tables_publiees import table, textes

from cil_analysis.presentation import (
    chapitres_demande,
    charts,
    sentences_attributions,
    sentences_demande,
)
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import dessinees
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import titre_premiere_part
from messages import lisible
from registres import PAR_CODE

Lignes = list[dict[str, Any]]


def classes(**effectifs: int) -> Lignes:
    return [{"modalite": m, "numerateur": n, "denominateur": sum(effectifs.values())} for m, n in effectifs.items()]


FIGURES: dict[str, Callable[[Rapport], Bloc]] = {
    "V07": chapitres_demande.anciennete,
}
DEUX = {"V07": ("MOINS_1", "A_1")}


@pytest.mark.parametrize("code", FIGURES)
def test_la_premiere_classe_fait_le_titre_sauf_si_elle_est_masquee_ou_trop_proche(code: str) -> None:
    figure, (un, deux) = FIGURES[code], DEUX[code]
    nom = rapport({}).references.nomenclatures[PAR_CODE[code].modalites].libelles()[un]
    titres = [
        lisible(lu(figure(rapport({code: classes(**{un: a, deux: b})}, (2022,)))).un("span", "titre").texte)
        for a, b in ((700, 300), (502, 498))
    ]
    assert titres[0].startswith(f"{nom} : 70,0 % des ")
    assert nom not in titres[1]


@pytest.mark.parametrize("code", FIGURES)
def test_sans_extrait_une_ligne_dit_pourquoi(code: str) -> None:
    r = rapport({})
    absences = {(code, 2022): ("extrait « inventé » non importé",)}
    muet = Rapport(r.projet, r.references, replace(r.publication, absences=absences))
    bloc = FIGURES[code](muet)
    assert "<svg" not in bloc.html
    assert lisible(lu(bloc).texte).endswith("Non calculable : extrait « inventé » non importé.")


def test_une_paire_garde_la_classe_que_l_une_des_deux_a() -> None:
    uns, autres = table("pct", classes(A=0, B=50, C=0, D=50)), table("pct", classes(A=40, B=60, C=0, D=0))
    assert [list(t.donnees["modalite"]) for t in dessinees(uns, autres)] == [["A", "B", "D"]] * 2


def test_la_premiere_part_ne_se_dit_pas_si_un_chiffre_masque_peut_la_depasser() -> None:
    noms = {"A": "Alpha"}
    grande = table("pct", classes(A=900, B=50, C=47, D=3))
    assert grande.nb_secrets
    assert phrase(titre_premiere_part(grande, noms, cle="modalite", sinon="Sinon")).startswith("Alpha : 90,0 %")
    assert titre_premiere_part(grande.ou(modalite=["B", "C", "D"]), noms, cle="modalite", sinon="Sinon") == "Sinon"


# --- Sentences ------------------------------------------------------------------------------------------------------


def test_la_pression_et_le_taux_de_satisfaction_se_disent_s_ils_sont_publies() -> None:
    r = rapport(
        {"V03": serie({2022: 4700}, denominateur=1000), "V04": serie({2022: 1900}, denominateur=1000),
         "V05": serie({2022: 175}, denominateur=1000)}, (2022,),
    )  # fmt: skip
    titre, dit = phrase(sentences_demande.titre_pression(r)), phrase(sentences_demande.constat_satisfaction(r))
    assert "4,7 demandes" in titre and "1,9 sans" in titre
    assert "17,5 %" in dit and "1,9 demande pour une attribution" in dit
    masquee = rapport({"V03": serie({2022: 30}, denominateur=3), "V05": serie({2022: 3}, denominateur=33)}, (2022,))
    assert not re.search(r"\d", sentences_demande.titre_pression(masquee))
    assert sentences_demande.constat_satisfaction(masquee) == "" == sentences_demande.constat_satisfaction(rapport({}))


def test_le_delai_moyen_et_ses_quarts() -> None:
    delais: dict[str, Lignes] = {
        code: [{"valeur": v, "denominateur": 100}] for code, v in (("V06M", 18.0), ("V06P25", 6.7), ("V06P75", 26.4))
    }
    dit = phrase(sentences_attributions.precision_delai(rapport(delais, (2022,))))
    assert re.findall(r"[\d,]+ mois", dit) == ["18,0 mois", "6,7 mois", "26,4 mois"]
    assert (
        sentences_attributions.precision_delai(rapport({})) == "" == sentences_attributions.constat_delai(rapport({}))
    )


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
