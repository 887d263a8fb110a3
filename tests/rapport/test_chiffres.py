"""Published figures as a notebook reads them: chosen, cut, said, drawn. Expected figures are those typed here."""

from __future__ import annotations

from typing import Any

import pytest
from rapports import REFERENCES, lu
from rapports import rapport as publie
from tables_publiees import textes

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

# Nine in ten, three in four, and two counts too small to be shown.
RESERVATAIRES = [("PPRIOR", 90, 100), ("COLTER", 30, 40), ("COLACT", 4, 9), ("AUTRES", 3, 8)]


def rapport(**tables: list[dict[str, Any]]) -> Rapport:
    return publie(tables, (2021, 2022))


@pytest.fixture(scope="module")
def ouvert() -> Rapport:
    par_reservataire = [
        {"acteur_type": "reservataire", "acteur_code": c, "numerateur": n, "denominateur": d}
        for c, n, d in RESERVATAIRES
    ]
    communes = [
        {"perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": 200}
        for code, n in (("72181", 150), ("72003", 50))
    ]
    annees = [{"annee": 2021, "numerateur": 110}]
    return rapport(
        F01=[{"numerateur": 143}],
        F02=[*annees, {"numerateur": 122}],
        O01=[{"acteur_type": "", "acteur_code": "", "numerateur": 127, "denominateur": 157}, *par_reservataire],
        T01=communes,
    )


def test_un_indicateur_donne_le_chiffre_de_l_epci_et_de_l_annee(ouvert: Rapport) -> None:
    assert ouvert["F02"].valeur == 122
    assert ouvert["F02"].ou(annee=2021).valeur == 110
    assert ouvert["F02"].ou(annee=2021).dire("{{ F02 }} en {{ annee }}") == "110 en 2021"
    assert [(c.cle, c.valeur) for c in ouvert["F02"].par("annee")] == [(("2021",), 110), (("2022",), 122)]


def test_il_se_coupe_par_commune_ou_par_acteur_et_porte_leur_nom(ouvert: Rapport) -> None:
    assert [(c.nom, c.valeur) for c in ouvert["T01"].par("commune")] == [("Le Mans", 75.0), ("Allonnes", 25.0)]
    coupes = ouvert["O01"].par("reservataire")
    assert [(c.cle, c.texte) for c in coupes] == [
        (("PPRIOR",), "90,0\u202f%"), (("COLTER",), "75,0\u202f%"), (("COLACT",), "s"),
        (("AUTRES",), "s"),
    ]  # fmt: skip
    assert (coupes.n, coupes.masques, coupes.haut.valeur, coupes.bas.valeur) == (2, 2, 90.0, 75.0)
    assert coupes.au_moins(80) == 1
    assert [c.cle[0] for c in coupes.sans("PPRIOR")] == ["COLTER", "COLACT", "AUTRES"]


def test_un_chiffre_masque_ne_donne_aucun_nombre(ouvert: Rapport) -> None:
    masque = ouvert["O01"].ou(reservataire="COLACT")
    table = masque.df
    assert table["statut"].tolist() == ["secret"]
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)
    assert masque.dire(["{{ O01 }}"]) != ""  # of the EPCI, which is published
    assert ouvert.dire("{{ x }}", x=masque) == ""
    assert ouvert.dire("{{ x.numerateur|nombre }} sur {{ x.denominateur|nombre }}", x=masque) == ""
    assert ouvert.dire("Il {{ x.absence }}.", x=masque) == "Il est masqué par le secret statistique."


def test_la_premiere_phrase_qui_peut_se_dire_est_prise(ouvert: Rapport) -> None:
    assert ouvert.dire(["{{ F03 }} sur {{ F02 }}", "{{ F02|accorde('logement', 'logements') }} en {{ annee }}"]) == (
        "122\u00a0logements en 2022"
    )
    assert (
        ouvert.dire(["{% if F02.valeur < 100 %}peu{% endif %}", "{{ annee - 1 }} : beaucoup"]) == "2021\u202f: beaucoup"
    )
    assert ouvert.dire("{{ F03 }}") == ""


@pytest.mark.parametrize(
    "gabarit",
    ["{{ F02.valeur }}", "{{ F99 }}", "{{ F02|", "{{ F02.nimporte }}", "{{ F02|inconnu }}", "{{ 1 / 3 }}"],
)
def test_un_gabarit_fautif_se_dit_en_francais(ouvert: Rapport, gabarit: str) -> None:
    """A bare number, an unknown code, a template cut short: what, where, and what to do; never a traceback."""
    with pytest.raises(ErreurCIL) as levee:
        ouvert.dire(gabarit)
    assert any(mot in str(levee.value) for mot in ("Le corriger", "projet.indicateurs()"))


def test_une_facon_inconnue_de_couper_se_dit(ouvert: Rapport) -> None:
    with pytest.raises(ErreurCIL, match=r"bailleurs.*choisir annee, commune"):
        ouvert["T01"].par("bailleurs")
    with pytest.raises(ErreurCIL, match=r"O01.*Écrire lequel"):
        ouvert.dire("{{ x }}", x=ouvert["O01"].par("reservataire"))
    with pytest.raises(ErreurCIL, match=r"O01.*Écrire lequel"):
        _ = ouvert["O01"].par("reservataire").valeur


def test_des_barres_montrent_ce_qui_est_publie_et_rien_d_autre(ouvert: Rapport) -> None:
    figure = (
        ouvert["O01"].par("reservataire").barres(["De {{ bas }} à {{ haut }}"], "En %, {{ annee }}", "Réservataire")
    )
    page = lu(figure)
    assert "De 75,0\u202f% à 90,0\u202f%" in page.texte
    ecrits = [t for t in textes(svg(figure.html)) if t]
    assert {"90,0\u202f%", "75,0", "s"} <= set(ecrits)
    assert "44,4" not in figure.html  # 4 of 9, which is masked
    assert "Secret statistique\u202f: 2\u00a0chiffres masqués" in page.texte
    assert figure.axes is not None
    longueurs = sorted(round(barre.get_width(), 1) for barre in figure.axes.patches if barre.get_width() > 20)
    assert longueurs[-2:] == [75.0, 90.0]


def test_une_classe_masquee_vient_apres_les_autres_dans_un_classement(ouvert: Rapport) -> None:
    figure = ouvert["O01"].par("reservataire").barres("Titre", par_taille=True)
    noms = REFERENCES.nomenclatures["reservataires"].libelles()
    assert figure.axes is not None
    ecrits = " ".join(lisible(t.get_text()) for t in figure.axes.texts)
    assert ecrits.index(lisible(noms["COLTER"])) < ecrits.index(lisible(noms["COLACT"])), "masked"
    lus = textes(svg(figure.html))
    assert lus.index("90,0\u202f%") < lus.index("75,0")


def test_sans_aucun_chiffre_la_figure_est_une_ligne(ouvert: Rapport) -> None:
    figure = ouvert["F03"].par("commune").barres("Titre")
    assert figure.axes is None
    assert "<svg" not in figure.html
    assert "Non calculable" in lu(figure).texte


def svg(html: str) -> str:
    """The first drawing of a piece of page."""
    return html[html.index("<svg") : html.index("</svg>") + 6]
