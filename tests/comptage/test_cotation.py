"""Scores beside allocations: ranks, gaps, the trial, refusals, the simulation, on rows counted by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.systemes.cotation import Cotation
from fabrique import (
    ANNEE,
    Cadre,
    Comptes,
    absences,
    attributions,
    bail,
    comptes,
    critere,
    demandes,
    exercice,
    extrait,
    grille,
    proposition,
)
from messages import lisible
from registres import PAR_CODE

SANS_GRILLE = Cadre(cotation=Cotation())
# Twenty requests of 1 to 20 points: the deciles are 2, 4, 6… 18.
VINGT = demandes(*(bail(1, score_cotation=float(n)) for n in range(1, 21)))


def annee(baux: pd.DataFrame, stock: pd.DataFrame | None = VINGT, cadre: Cadre = SANS_GRILLE, **plus: Any) -> Exercice:
    return exercice(baux, stock, cadre, **plus)


AVANT, DEPUIS = pd.Timestamp(ANNEE, 2, 28), pd.Timestamp(ANNEE, 3, 1)
HAUT: dict[str, Any] = {"score_cotation": 40.0, "date_signature_bail": DEPUIS}
PAR_POINTS = grille("G", critere("P", "score_cotation", "au_moins", ("30",), seuil=30.0, points=4000),
                    critere("Q", "score_cotation", "renseigne", points=500))  # fmt: skip
EN_ATTENTE = demandes(
    bail(18, score_cotation=1.0), bail(1, score_cotation=9.0, categories_prioritaires="DALO", statut_dalo="ACTIF"),
    bail(1, score_cotation=9.0, logement_actuel="SD"),
)  # fmt: skip
RANGES = attributions(*(bail(1, score_cotation=s) for s in [0, 2, 2.01, 3, 4, 17, 18, 18.5, 100, None]))
PAR_BAILLEUR = attributions(
    bail(3, score_cotation=1.0), bail(5, score_cotation=19.0),
    bail(2, score_cotation=10.0, bailleur="B2"), bail(2, score_cotation=20.0, bailleur="B2", typologie="T3"),
)  # fmt: skip
ESSAI = attributions(
    bail(4, date_signature_bail=AVANT), bail(3, **HAUT), bail(2, bailleur="B2", date_signature_bail=AVANT),
    bail(1, bailleur="B3", **HAUT), bail(1, bailleur=None, date_signature_bail=DEPUIS),
)  # fmt: skip


@pytest.mark.parametrize(
    ("baux", "stock", "cadre", "attendus"),
    [
        # A rank is the decile among the requests; the two first are low, the last one is high.
        (RANGES, VINGT, SANS_GRILLE,
         {"C03": {f"D{i}": ({1: 2, 2: 3, 9: 2, 10: 2}.get(i, 0), 10) for i in range(1, 11)} | {"NR": (1, 10)},
          "C04": {"": (5, 10)}, "C05": {"": (2, 10)}, "C02": {"": 4.0}, "C02D": {"": 10.5}}),
        (RANGES, VINGT, Cadre(cotation=Cotation(), deciles=(4, 3)), {"C04": {"": (5, 10)}, "C05": {"": (4, 10)}}),
        # Equal scores are in the same decile.
        (attributions(bail(1, score_cotation=7.0), bail(1, score_cotation=9.0)),
         demandes(bail(15, score_cotation=7.0), bail(5, score_cotation=9.0)), SANS_GRILLE,
         {"C03": {"D1": (1, 2), "D8": (1, 2), "D2": (0, 2)}}),
        # C06: seven housed of the last decile, and the two requests of 19 and 20 points that wait.
        (PAR_BAILLEUR, VINGT, SANS_GRILLE,
         {"C04": {"B1": (3, 8)}, "C05": {"B2": (2, 4)}, "C06": {"": (7, 9), "T3": (2, 2)}, "C02": {"B2": 15.0}}),
        (attributions(bail()), EN_ATTENTE, SANS_GRILLE,
         {"C07": {"DALO": (1, 2), "ASE": (0, 2)}, "C02D": {"SANS_ABRI": 9.0}}),
        # The landlord that tries the grid (B1) and the others, before and since; 5 points are of the first decile.
        (ESSAI, demandes(bail(19, score_cotation=1.0), bail(1, score_cotation=40.0)),
         Cadre(cotation=Cotation((PAR_POINTS,))),
         {"C08H": {"": (3, 7), "AVANT": (0, 4), "DEPUIS": (3, 3)}, "C09H": {"DEPUIS": (1, 2)}, "C08": {"DEPUIS": 45.0},
          "C09": {"": 5.0}, "C09B": {"": (3, 4)}}),
    ],
)  # fmt: skip
def test_des_rangs_et_des_ecarts(
    baux: pd.DataFrame, stock: pd.DataFrame, cadre: Cadre, attendus: dict[str, Comptes]
) -> None:
    ex = annee(baux, stock, cadre)
    for code, siens in attendus.items():
        obtenus = comptes(code, ex)
        assert {nom: obtenus[nom] for nom in siens} == siens, code


def test_des_deciles_qui_se_recouvrent_sont_refuses() -> None:
    with pytest.raises(ErreurCIL) as refus:
        annee(RANGES, cadre=Cadre(deciles=(5, 1)))
    dit = lisible(str(refus.value))
    assert all(nom in dit for nom in ("cotation.yml", "deciles_bas", "1", "4")), dit


def test_sans_grille_les_scores_du_fichier_servent_et_cela_se_dit() -> None:
    assert comptes("C00", annee(attributions(bail())))["IMPORTE"] == (20, 20)
    # A grid that no column of the file feeds is no grid.
    muette = grille("G", critere("M", "motif_demande", "est", ("05",), type="code"))
    stock = VINGT.assign(motif_demande=pd.Series([None] * 20, dtype="str"))
    ex = annee(attributions(bail(1, motif_demande="05")), stock, Cadre(cotation=Cotation((muette,))))
    assert comptes("C00", ex)["IMPORTE"] == (20, 20)
    assert comptes("C02", ex)[""] == 20.0, "of leases too: one origin for both"
    avec = annee(attributions(bail()), VINGT, Cadre(cotation=Cotation((muette,))))
    assert comptes("C00", avec)["GRILLE"] == (20, 20)


def test_sans_score_rien_ne_se_calcule_et_cela_se_dit() -> None:
    ex = annee(attributions(bail(), sans=("score_cotation",)), demandes(bail(3), sans=("score_cotation",)))
    for code in ("C00", "C01", "C02D", "C03", "C05", "C08"):
        assert set(comptes(code, ex).values()) == {"non_calculable"} and absences(PAR_CODE[code], ex), code
    seuls = annee(attributions(bail()), None)
    assert set(comptes("C03", seuls).values()) == {"non_calculable"}, "without requests, no rank"
    assert comptes("C02", seuls)[""] == 20.0


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
    table = comptes("C10", annee(baux, stock, propositions=proposees))
    attendus = {"BAS": (2, 2), "HAUT": (1, 2), "NR": (0, 1)}
    assert {m: table[m] for m in attendus} == attendus


def test_la_simulation_compare_les_deciles_des_memes_demandes() -> None:
    """Twenty households of 1 to 20 points; the variant gives the reverse order: the ranks are counted by hand."""
    tailles = [min(25, n) for n in range(1, 21)]
    lui = grille("G", critere("T", "taille_menage", "renseigne", type="entier", par="unite", points=100))
    inverse = grille("S", critere("T", "taille_menage", "renseigne", type="entier", par="unite", points=-100),
                     statut="simulation", debut=None, testeurs=())  # fmt: skip
    stock = demandes(*(bail(1, taille_menage=n, typologie="T1" if n <= 5 else "T2") for n in tailles))
    ex = annee(attributions(bail()), stock, Cadre(cotation=Cotation((lui, inverse))))
    # The n-th is in the decile (n + 1) // 2 of one grid, and in 11 less that of the other: ten rise, ten fall.
    attendus: dict[str, Comptes] = {"C11": {"HAUSSE": (10, 20), "BAISSE": (10, 20), "STABLE": (0, 20)},
                                    "C12H": {"T1": (5, 5)}, "C12B": {"T2": (10, 15)}}  # fmt: skip
    for code, siens in attendus.items():
        obtenus = comptes(code, ex)
        assert {nom: obtenus[nom] for nom in siens} == siens, code
    seule = annee(attributions(bail()), stock, Cadre(cotation=Cotation((lui,))))
    assert set(comptes("C11", seule).values()) == {"non_calculable"}
