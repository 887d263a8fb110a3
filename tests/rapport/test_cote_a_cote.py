"""Two indicators in one figure: the gap that makes its title, what is drawn. Figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rapports import lu
from rapports import rapport as publie
from tables_publiees import REGLES, textes

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import Compte
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

TITRE = [
    "{{ ecart.nom }} : {{ ecart.un }} des ménages logés, {{ ecart.autre }} des demandeurs ({{ ecart.points|points }})",
    "{% if se_ressemblent %}les uns ressemblent aux autres{% endif %}",
    "les uns et les autres",
]
NOMS = ("Ménages logés", "Demandeurs")


def parts(total: int, **effectifs: int) -> list[dict[str, Any]]:
    return [{"modalite": code, "numerateur": n, "denominateur": total} for code, n in effectifs.items()]


def rapport(**tables: list[dict[str, Any]]) -> Rapport:
    return publie(tables)


def titre(loges: list[dict[str, Any]], demandeurs: list[dict[str, Any]], code: str = "C01") -> str:
    return lisible(rapport(**{code: loges, f"{code}D": demandeurs})[code, f"{code}D"].par("classe").dire(TITRE))


def test_sous_deux_erreurs_types_rien_n_est_trouve() -> None:
    """The same shares of 40 households: 10 points apart, where two standard errors are 22."""
    peu = parts(40, P_0_9=16, P_10_19=24)
    assert titre(peu, parts(40, P_0_9=20, P_10_19=20)) == "les uns ressemblent aux autres"
    masque = parts(40, P_0_9=16, P_10_19=21, P_20_29=3)
    assert titre(masque, parts(40, P_0_9=20, P_10_19=20)) == "les uns et les autres", "what is masked may differ"
    assert titre(peu, []) == "les uns et les autres"
    # None of 60, where 0.75 is expected of the others' share: chance does it half of the time.
    assert titre(parts(60, P_0_9=0, P_10_19=60), parts(400, P_0_9=5, P_10_19=395)) == "les uns ressemblent aux autres"


def test_une_classe_masquee_ou_sans_nom_ne_fait_pas_le_titre() -> None:
    loges = parts(1000, P_0_9=3, P_10_19=500, NR=497)
    demandeurs = parts(1000, P_0_9=600, P_10_19=380, NR=20)
    assert "50,0 % des ménages logés, 38,0 % des demandeurs" in titre(loges, demandeurs)


@pytest.mark.parametrize(
    ("autres", "dit"),
    [
        ({"UE": 75, "NR": 65}, "les uns et les autres"),
        ({"UE": 125, "NR": 15}, "92,0 % des ménages logés, 86,0 % des demandeurs"),
    ],
)
def test_ce_qui_n_est_pas_renseigne_peut_expliquer_un_ecart(autres: dict[str, int], dit: str) -> None:
    """6 points apart, two standard errors being 2.8: too few where one class untold is 5 points larger on one side."""
    ouvert = rapport(P06=parts(1000, FR=920, UE=65, NR=15), P06D=parts(1000, FR=860, **autres))
    for code in ("P06", "P06D"):  # Those of these tests have no population, hence nothing that is one whole.
        table = ouvert.publication[code]
        table._indicateur = replace(table.indicateur, compte=Compte(part_de="modalite"))
    assert dit in lisible(ouvert["P06", "P06D"].par("classe").dire(TITRE))


def test_une_variable_sensible_ne_fait_pas_de_titre() -> None:
    ouvert = rapport(P06=parts(1000, FR=600, UE=400), P06D=parts(1000, FR=800, UE=200))
    paire = ouvert["P06", "P06D"].par("classe")
    assert "60,0" in paire.dire(TITRE)
    regles = replace(REGLES, variables_sensibles=frozenset({paire.premier.indicateur.modalites}))
    sensible = replace(ouvert, publication=replace(ouvert.publication, regles=regles))
    assert sensible["P06", "P06D"].par("classe").dire(TITRE) == "les uns et les autres"
    assert sensible["P06"].par("classe").dire(["{{ contraste.haut }}", "rien"]) == "rien"


def test_une_mediane_n_a_pas_d_erreur_connue() -> None:
    uns = [{"modalite": "DALO", "numerateur": float("nan"), "denominateur": 900, "valeur": 60.0}]
    autres = [uns[0] | {"valeur": 20.0}]
    paire = rapport(C02P=uns, C02D=autres)["C02P", "C02D"].par("classe")
    assert paire.dire(TITRE) != "" and "points" not in paire.dire(TITRE)


def test_le_contraste_est_entre_deux_parts_que_le_hasard_ne_separe_pas() -> None:
    """90 % of 10 is less sure than 50 % of 1,000: the pair that makes the contrast is the one that is sure."""
    lignes = [
        {"acteur_type": "bailleur", "acteur_code": code, "numerateur": n, "denominateur": d}
        for code, n, d in (("LMH", 500, 1000), ("SH", 400, 1000), ("PETIT", 6, 12))
    ]
    chiffres = rapport(C05=lignes)["C05"].par("bailleur")
    assert (chiffres.contraste.haut.valeur, chiffres.contraste.bas.valeur) == (50.0, 40.0)
    assert chiffres.ou(bailleur=["LMH", "PETIT"]).dire(["{{ contraste.haut }}", "pas d’écart"]) == "pas d’écart"


def test_les_deux_barres_d_une_classe_et_rien_de_masque() -> None:
    loges = parts(100, P_0_9=60, P_10_19=37, P_20_29=3, P_30_39=0)
    demandeurs = parts(200, P_0_9=90, P_10_19=70, P_20_29=40, P_30_39=0)
    paire = rapport(C01=loges, C01D=demandeurs)["C01", "C01D"].par("classe")
    figure, encore = (paire.barres(TITRE, "En %", "Score", noms=NOMS) for _ in range(2))
    assert figure.html == encore.html
    page, dessin = lu(figure), textes(figure.html[figure.html.index("<svg") : figure.html.index("</svg>") + 6])
    assert {"60,0\u202f%", "45,0", "20,0", "s", *NOMS} <= set(dessin)
    assert "3,0\u202f%" not in figure.html
    assert figure.axes is not None
    assert {20.0, 35.0, 37.0, 45.0, 60.0} <= {round(barre.get_width(), 1) for barre in figure.axes.patches}
    noms = [tr.un("th").texte for tr in page.tous("table")[0].un("tbody").tous("tr")]
    assert len(noms) == 4 and "30 à" in lisible(noms[-1])
    assert lisible(page.tous("table")[0].un("caption").texte) == "En %", "what the figure says that it measures"
    assert not any("30 à" in lisible(t) for t in dessin), "empty on both sides: in the data alone"


def test_sans_le_second_les_barres_du_premier_restent() -> None:
    figure = rapport(C01=parts(100, P_0_9=60, P_10_19=40))["C01", "C01D"].par("classe").barres("Titre", noms=NOMS)
    assert figure.axes is not None and "Ménages logés" in figure.html
    entetes = [th.texte for th in lu(figure).tous("table")[0].un("thead").tous("th")]
    assert entetes == ["Classe", "Ménages logés"]
    inconnues = [{"modalite": code, "numerateur": float("nan")} for code in ("P_0_9", "P_10_19")]
    sans = rapport(C01=parts(100, P_0_9=60, P_10_19=40), C01D=inconnues)["C01", "C01D"].par("classe")
    dite = lisible(sans.barres("Titre", noms=NOMS).html)
    assert "Ménages logés : " in dite and "Demandeurs" not in dite, "said and named no more than it is drawn"
    vide = rapport()["C01", "C01D"].par("classe").barres("Titre", noms=NOMS)
    assert vide.axes is None and "Non calculable" in lu(vide).texte


def test_les_etendues_montrent_la_moitie_et_la_mediane() -> None:
    def mois(valeurs: dict[str, float], effectif: int = 100) -> list[dict[str, Any]]:
        return [
            {"modalite": t, "numerateur": float("nan"), "denominateur": effectif if t != "T5" else 3, "valeur": v}
            for t, v in valeurs.items()
        ]

    quartiles = rapport(
        V06P25=mois({"T1": 4.0, "T5": 11.5}), V06=mois({"T1": 9.0, "T2": 14.5, "T5": 13.5}),
        V06P75=mois({"T1": 21.0, "T5": 17.5}),
    )["V06P25", "V06", "V06P75"].par("classe")  # fmt: skip
    figure = quartiles.etendues("Délai", "En mois", "Type")
    lu(figure)
    dessin = textes(figure.html[figure.html.index("<svg") : figure.html.index("</svg>") + 6])
    assert {"9,0", "14,5", "s", "la moitié centrale des ménages", "médiane"} <= set(dessin)
    assert figure.axes is not None
    assert [4.0, 21.0] in [list(ligne.get_xdata()) for ligne in figure.axes.lines]
    assert not any(x in figure.html for x in ("11,5", "13,5", "17,5"))
    with pytest.raises(ErreurCIL, match="trois indicateurs"):
        rapport()["V06", "V06P75"].par("classe").etendues("Délai")
