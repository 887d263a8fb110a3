"""PublishedTable: what a masked row keeps and loses, and that nothing else makes one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES, mettre_en_cadre
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.table_publiee import PublishedTable, publier
from essais import essais

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
OUVERT = ReglesSecret(seuil_effectif=5, denominateur_minimal=10, actif=False)
ANNEE = 2022


def indicateur(unite: str = "pct") -> Indicateur:
    return Indicateur("X01", "Titre", "formule", unite, "source", "population")


def parts(*fractions: tuple[float, float], annee: int = ANNEE, **colonnes: object) -> pd.DataFrame:
    table = pd.DataFrame(fractions, columns=["numerateur", "denominateur"], dtype="float64")
    table["perimetre_type"], table["perimetre_code"] = "commune", [f"9900{i}" for i in range(len(table))]
    return mettre_en_cadre(table.assign(**colonnes), "X01", annee, "pct")


def test_une_ligne_masquee_garde_ses_cles_et_perd_tout_chiffre() -> None:
    objectif = {"cible": 25.0, "sens": "plancher", "ecart": -10.0, "menages_manquants": 2, "resultat": "non_atteint"}
    cadre = parts((3, 20), (8, 20), **objectif)
    donnees = publier(indicateur(), cadre, {ANNEE: REGLES}).donnees
    masquee, publiee = donnees.iloc[0], donnees.iloc[1]
    assert masquee["statut"] == "secret" and masquee["resultat"] == "non_calculable" and masquee["sens"] == ""
    assert masquee[CHIFFRES].isna().all()
    assert masquee[[*CLES, "unite"]].equals(cadre.loc[0, [*CLES, "unite"]])
    assert publiee["statut"] == "publie" and publiee["resultat"] == "non_atteint" and publiee["valeur"] == 40
    assert list(donnees.columns) == COLONNES


def test_le_mode_interne_ne_masque_rien_et_la_source_reste_intacte() -> None:
    cadre = parts((3, 20), (18, 20), (1, 2))
    avant = cadre.copy()
    pd.testing.assert_frame_equal(publier(indicateur(), cadre, {ANNEE: OUVERT}).donnees, cadre)
    publier(indicateur(), cadre, {ANNEE: REGLES})
    pd.testing.assert_frame_equal(cadre, avant)


def test_chaque_annee_a_ses_regles() -> None:
    cadre = pd.concat([parts((8, 30), annee=2021), parts((8, 30), annee=2022)])
    assert cadre.index.tolist() == [0, 0], "rows of two years may carry the same index"
    table = publier(indicateur(), cadre, {2021: REGLES, 2022: ReglesSecret(11, 10)})
    assert table.donnees["statut"].tolist() == ["publie", "secret"]


def test_rien_d_autre_ne_fait_une_table_publiee() -> None:
    for sceau in (object(), None, True):
        with pytest.raises(TypeError):
            PublishedTable(indicateur(), parts((3, 20)), sceau)
    with pytest.raises(TypeError):
        PublishedTable(indicateur(), parts((3, 20)))  # type: ignore[call-arg]
    table = publier(indicateur(), parts((8, 20)), {ANNEE: REGLES})
    for attribut in ("donnees", "indicateur", "autre"):
        with pytest.raises(AttributeError):
            setattr(table, attribut, parts((3, 20)))


@settings(max_examples=essais(80, 10), deadline=None)
@given(st.lists(st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=1, max_size=8))
def test_ce_qui_est_publie_ne_montre_jamais_un_petit_effectif(fractions: list[tuple[int, int]]) -> None:
    donnees = publier(indicateur(), parts(*fractions), {ANNEE: REGLES}).donnees
    for (numerateur, denominateur), ligne in zip(fractions, donnees.to_dict("records"), strict=True):
        if ligne["statut"] == "secret":
            assert denominateur > 0 and all(pd.isna(ligne[c]) for c in CHIFFRES)
            continue
        assert not 0 < numerateur < 5 and not 0 < denominateur - numerateur < 5
        assert denominateur == 0 or denominateur >= 10
