"""The dated thresholds, and what each figure is masked for."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.reference.parametres import Parametre, Parametres, ValeurDatee
from cil_analysis.secret.regles import ReglesSecret, motif_primaire, regles_secret
from cil_analysis.secret.relations.structure import Structure
from messages import exiger_un_remede

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
N = float("nan")


def motif(
    unite: str, numerateur: float, denominateur: float = N, regles: ReglesSecret = REGLES, **autres: object
) -> str:
    ligne = {"perimetre_type": "epci", "numerateur": numerateur, "denominateur": denominateur} | autres
    cadre, connus = (
        mettre_en_cadre(pd.DataFrame([ligne]), "X", 2022, unite),
        {"X": Indicateur("X", "", "", unite, "", "")},
    )
    return str(motif_primaire(cadre, regles, connus, Structure().sans_menage).iloc[0])


@pytest.mark.parametrize(
    ("unite", "numerateur", "denominateur", "attendu"),
    [
        ("nombre", 0, N, ""), ("nombre", 1, N, "effectif"), ("nombre", 4, N, "effectif"), ("nombre", 5, N, ""),
        ("pct", 0, 10, ""), ("pct", 5, 10, ""), ("pct", 10, 10, ""), ("pct", 4, 20, "effectif"),
        ("pct", 16, 20, "complement"), ("pct", 19, 20, "complement"), ("pct", 15, 20, ""),
        ("pct", 0, 9, "denominateur"), ("pct", 0, 4, "effectif"), ("pct", 5, 9, "complement"),
        ("pct", 9, 9, "denominateur"), ("pct", 0, 0, ""),
        ("ratio", 100, 10, ""), ("ratio", 100, 9, "denominateur"), ("ratio", 3, 50, "effectif"), ("ratio", 12, 11, ""),
        # No allocation makes the ratio impossible, but the row still shows its small count of requests.
        ("ratio", 60, 0, ""), ("ratio", 3, 0, "effectif"),
        ("mois", N, 0, ""), ("mois", N, 4, "effectif"), ("mois", N, 9, "denominateur"), ("mois", N, 10, ""),
    ],
)  # fmt: skip
def test_ce_qui_se_masque_par_soi_meme(unite: str, numerateur: float, denominateur: float, attendu: str) -> None:
    plus = {"valeur": 7.5 if denominateur else N} if unite == "mois" else {}
    assert motif(unite, numerateur, denominateur, **plus) == attendu


def test_un_petit_denominateur_est_masque_meme_si_le_seuil_des_parts_est_plus_bas() -> None:
    regles = ReglesSecret(seuil_effectif=11, denominateur_minimal=1)
    assert motif("ratio", 100, 8, regles) == "effectif"
    assert motif("mois", N, 8, regles, valeur=7.5) == "effectif"
    assert motif("pct", 0, 8, regles)


def _parametres(**valeurs: list[tuple[date, object]]) -> Parametres:
    return Parametres(
        {
            f"secret.{nom}": Parametre(nom, nom, "", tuple(ValeurDatee(j, v, (), "L") for j, v in datees), (), {})
            for nom, datees in valeurs.items()
        }
    )


def test_les_seuils_sont_dates() -> None:
    parametres = _parametres(
        seuil_effectif=[(date(2015, 1, 1), 5), (date(2022, 12, 31), 11), (date(2024, 1, 1), 20)],
        denominateur_minimal=[(date(2015, 1, 1), 10)],
    )
    assert regles_secret(parametres, 2021) == ReglesSecret(5, 10)
    assert regles_secret(parametres, 2022).seuil_effectif == 11, "in force on 31 December"
    assert regles_secret(parametres, 2023).seuil_effectif == 11
    assert not regles_secret(parametres, 2024, actif=False).actif


@pytest.mark.parametrize("valeur", [None, 0, -1, 4.5, True, "cinq"])
def test_un_seuil_absent_ou_absurde_arrete_tout(valeur: object) -> None:
    parametres = _parametres(seuil_effectif=[(date(2015, 1, 1), valeur)], denominateur_minimal=[(date(2015, 1, 1), 10)])
    with pytest.raises(ErreurCIL) as erreur:
        regles_secret(parametres, 2022)
    exiger_un_remede(erreur.value, "secret.yml", "seuil_effectif", 2022)


def test_un_seuil_qui_n_est_ni_donne_ni_encore_en_vigueur_arrete_tout() -> None:
    plus_tard = {"denominateur_minimal": [(date(2023, 1, 1), 10)]}
    for parametres in (_parametres(seuil_effectif=[(date(2015, 1, 1), 5)], **plus_tard), _parametres(**plus_tard)):
        with pytest.raises(ErreurCIL, match=r"secret\.yml"):
            regles_secret(parametres, 2022)


def _sensible(code: str, numerateur: float, denominateur: float = 60.0) -> str:
    indicateur = Indicateur("O05", "", "", "pct", "", "", "categories_prioritaires")
    ligne = {"perimetre_type": "epci", "modalite": code, "numerateur": numerateur, "denominateur": denominateur}
    cadre = mettre_en_cadre(pd.DataFrame([ligne]), "O05", 2022, "pct")
    regles = ReglesSecret(
        5, 10, seuil_sensible=11, variables_sensibles=frozenset({"categories_prioritaires/a", "nationalites"})
    )
    return str(motif_primaire(cadre, regles, {"O05": indicateur}, Structure().sans_menage).iloc[0])


def test_une_variable_sensible_a_un_seuil_plus_strict() -> None:
    assert _sensible("a", 10) == "sensible" and _sensible("a", 11) == ""
    assert _sensible("a", 4) == "effectif", "the ordinary threshold says it first"
    assert _sensible("d", 10) == "", "another category of the same nomenclature"
    assert _sensible("a", 50) == "complement" and _sensible("a", 49) == ""


def test_les_zeros_sont_masques_sur_demande() -> None:
    regles = ReglesSecret(5, 10, zeros_publies=False)
    assert motif("pct", 0, 30, regles=regles) == "zero"
    assert motif("pct", 0, 0, regles=regles) == "", "nothing to count"
    assert motif("nombre", 0, regles=regles) == "zero"
    assert motif("nombre", 0) == ""


def test_la_largeur_suit_le_seuil_ou_ce_qui_est_dit() -> None:
    assert ReglesSecret(5, 10).largeur == 4 and ReglesSecret(11, 10).largeur == 10
    assert ReglesSecret(11, 10, valeurs_possibles=5).largeur == 4
    # Every count is shown but those of one landlord, or of a sensitive class: exact, they would not be masked.
    assert ReglesSecret(1, 1, seuil_sensible=11).largeur == 1
