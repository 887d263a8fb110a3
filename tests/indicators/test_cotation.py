"""Scores beside allocations: ranks, gaps, the trial, refusals, the simulation, on rows counted by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cotation_rangs import preparer
from cil_analysis.indicators.denombrement import absences
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.reference.cotation import Cotation
from fabrique import (
    ANNEE,
    Cadre,
    attributions,
    bail,
    bailleur,
    chiffres,
    critere,
    demandes,
    exercice,
    extrait,
    fraction,
    grille,
    ligne,
    proposition,
)

SANS_GRILLE = Cadre(cotation=Cotation())
# Twenty requests of 1 to 20 points: the deciles are 2, 4, 6… 18.
VINGT = demandes(*(bail(1, score_cotation=float(n)) for n in range(1, 21)))


def annee(baux: pd.DataFrame, stock: pd.DataFrame | None = VINGT, cadre: Cadre = SANS_GRILLE, **plus: Any) -> Exercice:
    return exercice(baux, stock, cadre, **plus)


def test_le_rang_d_un_menage_loge_est_son_decile_parmi_les_demandes() -> None:
    scores = [0, 2, 2.01, 3, 4, 17, 18, 18.5, 100, None]
    ex = annee(attributions(*(bail(1, score_cotation=s) for s in scores)))
    attendu = {"D1": 2, "D2": 3, "D9": 2, "D10": 2, "NR": 1}
    table = chiffres("C03", ex).set_index("modalite")
    assert table["numerateur"].to_dict() == {f"D{i}": attendu.get(f"D{i}", 0) for i in range(1, 11)} | {"NR": 1}
    assert table["denominateur"].eq(10).all()
    assert fraction(chiffres("C04", ex)) == (5, 10), "the two first deciles"
    assert fraction(chiffres("C05", ex)) == (2, 10), "the last one"
    assert ligne(chiffres("C02", ex))["valeur"] == 4.0
    assert ligne(chiffres("C02D", ex))["valeur"] == 10.5


def test_des_scores_egaux_sont_dans_le_meme_decile() -> None:
    stock = demandes(bail(15, score_cotation=7.0), bail(5, score_cotation=9.0))
    ex = annee(attributions(bail(1, score_cotation=7.0), bail(1, score_cotation=9.0)), stock)
    table = chiffres("C03", ex).set_index("modalite")["numerateur"]
    assert table[table > 0].to_dict() == {"D1": 1, "D8": 1}


def test_les_deciles_bas_et_eleves_sont_des_parametres() -> None:
    baux = attributions(*(bail(1, score_cotation=float(s)) for s in range(1, 21)))
    cadre = Cadre(cotation=Cotation(), deciles=(4, 3))
    assert fraction(chiffres("C04", annee(baux, cadre=cadre))) == (8, 20)
    assert fraction(chiffres("C05", annee(baux, cadre=cadre))) == (6, 20)
    with pytest.raises(ErreurCIL, match=r"cotation\.yml.*deciles_bas.*de 1 à 4"):
        annee(baux, cadre=Cadre(deciles=(5, 1)))


def test_les_ecarts_de_chaque_bailleur_et_des_plus_eleves() -> None:
    baux = attributions(
        bail(3, score_cotation=1.0, bailleur="B1"), bail(5, score_cotation=19.0, bailleur="B1"),
        bail(2, score_cotation=10.0, bailleur="B2"), bail(2, score_cotation=20.0, bailleur="B2", typologie="T3"),
    )  # fmt: skip
    ex = annee(baux)
    assert fraction(chiffres("C04", ex), **bailleur("B1")) == (3, 8)
    assert fraction(chiffres("C05", ex), **bailleur("B2")) == (2, 4)
    # Seven housed, and the two requests of 19 and 20 points that wait.
    assert fraction(chiffres("C06", ex)) == (7, 9)
    assert fraction(chiffres("C06", ex), modalite="T3") == (2, 2)
    assert ligne(chiffres("C02", ex), **bailleur("B2"))["valeur"] == 15.0


def test_les_publics_en_attente() -> None:
    stock = demandes(
        bail(18, score_cotation=1.0), bail(1, score_cotation=9.0, categories_prioritaires="DALO", statut_dalo="ACTIF"),
        bail(1, score_cotation=9.0, logement_actuel="SD"),
    )  # fmt: skip
    ex = annee(attributions(bail()), stock)
    assert fraction(chiffres("C07", ex), modalite="DALO") == (1, 2)
    assert fraction(chiffres("C07", ex), modalite="ASE") == (0, 2)
    assert ligne(chiffres("C02D", ex), modalite="SANS_ABRI")["valeur"] == 9.0


def test_les_bailleurs_testeurs_avant_et_depuis() -> None:
    avant, depuis = pd.Timestamp(ANNEE, 2, 28), pd.Timestamp(ANNEE, 3, 1)
    par_points = grille("G", critere("P", "score_cotation", "au_moins", ("30",), seuil=30.0, points=4000),
                        critere("Q", "score_cotation", "renseigne", points=500))  # fmt: skip
    cadre = Cadre(cotation=Cotation((par_points,)))
    stock = demandes(bail(19, score_cotation=1.0), bail(1, score_cotation=40.0))
    haut: dict[str, Any] = {"score_cotation": 40.0}
    baux = attributions(
        bail(4, bailleur="B1", date_signature_bail=avant), bail(3, bailleur="B1", date_signature_bail=depuis, **haut),
        bail(2, bailleur="B2", date_signature_bail=avant), bail(1, bailleur="B3", date_signature_bail=depuis, **haut),
        bail(1, bailleur=None, date_signature_bail=depuis),
    )  # fmt: skip
    ex = annee(baux, stock, cadre)
    assert fraction(chiffres("C08H", ex)) == (3, 7)
    assert fraction(chiffres("C08H", ex), modalite="AVANT") == (0, 4)
    assert fraction(chiffres("C08H", ex), modalite="DEPUIS") == (3, 3)
    assert fraction(chiffres("C09H", ex), modalite="DEPUIS") == (1, 2)
    assert ligne(chiffres("C08", ex), modalite="DEPUIS")["valeur"] == 45.0
    assert ligne(chiffres("C09", ex))["valeur"] == 5.0
    assert fraction(chiffres("C09B", ex)) == (3, 4), "everybody with 5 points is in the first decile"


def test_sans_grille_les_scores_du_fichier_servent_et_cela_se_dit() -> None:
    assert fraction(chiffres("C00", annee(attributions(bail()))), modalite="IMPORTE") == (20, 20)
    # A grid that no column of the file feeds is no grid.
    muette = grille("G", critere("M", "motif_demande", "est", ("05",), type="code"))
    stock = VINGT.assign(motif_demande=pd.Series([None] * 20, dtype="str"))
    ex = annee(attributions(bail(1, motif_demande="05")), stock, Cadre(cotation=Cotation((muette,))))
    assert fraction(chiffres("C00", ex), modalite="IMPORTE") == (20, 20)
    assert ligne(chiffres("C02", ex))["valeur"] == 20.0, "of leases too: one origin for both"
    avec = annee(attributions(bail()), VINGT, Cadre(cotation=Cotation((muette,))))
    assert fraction(chiffres("C00", avec), modalite="GRILLE") == (20, 20)


def test_sans_score_rien_ne_se_calcule_et_cela_se_dit() -> None:
    ex = annee(attributions(bail(), sans=("score_cotation",)), demandes(bail(3), sans=("score_cotation",)))
    for code in ("C00", "C01", "C02D", "C03", "C05", "C08"):
        assert chiffres(code, ex)["statut"].eq("non_calculable").all(), code
    assert any("ni grille de cotation calculable" in manque for manque in absences(PAR_CODE["C03"], ex))
    seuls = annee(attributions(bail()), None)
    assert chiffres("C03", seuls)["statut"].eq("non_calculable").all(), "without requests, no rank"
    assert ligne(chiffres("C02", seuls))["valeur"] == 20.0


def test_une_proposition_a_le_score_le_plus_eleve_de_son_menage() -> None:
    menages = [f"{rang:032d}" for rang in range(21)]
    stock = VINGT.assign(demande_pseudonyme=pd.Series(menages[:20], dtype="str"))
    baux = attributions(bail(1, demande_pseudonyme=menages[0], score_cotation=20.0))
    refus = {"motif_refus_demandeur": "PRIX"}
    proposees = extrait(
        "propositions",
        proposition(1, demande_pseudonyme=menages[0], **refus), proposition(1, demande_pseudonyme=menages[19]),
        proposition(2, demande_pseudonyme=menages[1], **refus), proposition(1, demande_pseudonyme=menages[20]),
    )  # fmt: skip
    table = chiffres("C10", annee(baux, stock, propositions=proposees))
    assert {m: fraction(table, modalite=m) for m in ("BAS", "HAUT", "NR")} == {
        "BAS": (2, 2), "HAUT": (1, 2), "NR": (0, 1),
    }  # fmt: skip


def test_la_simulation_compare_les_deciles_des_memes_demandes() -> None:
    """Twenty households of 1 to 20 points; the variant gives the reverse order: the ranks are counted by hand."""
    tailles = [min(25, n) for n in range(1, 21)]
    lui = grille("G", critere("T", "taille_menage", "renseigne", type="entier", par="unite", points=100))
    inverse = grille("S", critere("T", "taille_menage", "renseigne", type="entier", par="unite", points=-100),
                     statut="simulation", debut=None, testeurs=())  # fmt: skip
    stock = demandes(*(bail(1, taille_menage=n, typologie="T1" if n <= 5 else "T2") for n in tailles))
    ex = annee(attributions(bail()), stock, Cadre(cotation=Cotation((lui, inverse))))
    decile = {n: (n + 1) // 2 for n in tailles}
    attendus = {n: (11 - decile[n]) - decile[n] for n in tailles}  # never equal: 11 is odd
    monte, descend = [n for n in tailles if attendus[n] > 0], [n for n in tailles if attendus[n] < 0]
    assert fraction(chiffres("C11", ex), modalite="HAUSSE") == (len(monte), 20)
    assert fraction(chiffres("C11", ex), modalite="BAISSE") == (len(descend), 20)
    assert fraction(chiffres("C11", ex), modalite="STABLE") == (0, 20)
    assert fraction(chiffres("C12H", ex), modalite="T1") == (5, 5)
    assert fraction(chiffres("C12B", ex), modalite="T2") == (10, 15)
    seule = annee(attributions(bail()), stock, Cadre(cotation=Cotation((lui,))))
    assert chiffres("C11", seule)["statut"].eq("non_calculable").all()


def test_les_lignes_recues_ne_sont_pas_modifiees() -> None:
    recues = {
        "attributions": attributions(bail(3)), "demandes": demandes(bail(4)),
        "propositions": extrait("propositions", proposition(2)),
    }  # fmt: skip
    copies = {nom: table.copy() for nom, table in recues.items()}
    pretes = preparer(recues, Cadre().references(), ANNEE)
    for nom, table in recues.items():
        pd.testing.assert_frame_equal(table, copies[nom])
        assert "rang_score" in pretes[nom]
