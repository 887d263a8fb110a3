"""The registry: every indicator says what it is, and gives the columns and types of the contract."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fabrique import REFERENCE, Cadre, attributions, bail, demandes, dictionnaire, en_qpv, exercice, parametre

from cil_analysis.extracts.schemas import dtypes
from cil_analysis.indicators.cadre import CHIFFRES, CLES, COLONNES, Indicateur, cadre_vide
from cil_analysis.indicators.exercice import Exercice, regles_de_comptage
from cil_analysis.indicators.registry import INDICATEURS, PAR_CODE, calculer
from cil_analysis.reference.objectives import charger_objectifs
from cil_analysis.reference.parameters import Parametres
from cil_analysis.reference.texte import typographie

TYPES = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
ATTENDUS = {"V01", "V02", "V03", "V06", "T01", "T02", "A01", "A02", "P01", "P02", "P05", "O01", "O02", "O03", "O04"}

tous = pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)


def _exercice(annee: int = 2022) -> Exercice:
    baux = attributions(bail(12), en_qpv(11), bail(1, est_en_qpv=None, bailleur=None))
    return exercice(baux, demandes(bail(30)), annee=annee)


def test_les_codes_sont_uniques_et_complets() -> None:
    codes = [i.code for i in INDICATEURS]
    assert len(set(codes)) == len(codes) == len(PAR_CODE)
    assert set(codes) >= ATTENDUS


@tous
def test_chaque_indicateur_se_presente(indicateur: Indicateur) -> None:
    # The presentation puts the no-break spaces; nothing must be left for it to miss.
    for texte in map(typographie, (indicateur.titre, indicateur.formule, indicateur.source, indicateur.population)):
        assert texte.strip() and texte == texte.strip()
        assert "'" not in texte, "typographic apostrophe"
        for avant, signe in pairwise(texte):
            assert signe not in ";:!?%" or avant in "\u202f\u00a0", f"narrow no-break space before {signe}: {texte}"
    assert indicateur.unite in {"nombre", "pct", "ratio", "mois"}


@tous
def test_le_cadre_a_les_colonnes_et_les_types_du_contrat(indicateur: Indicateur) -> None:
    cadre = calculer(indicateur, [_exercice(2021), _exercice(2022)], charger_objectifs(REFERENCE / "parameters"))
    assert cadre.columns.tolist() == COLONNES
    assert not cadre.empty
    assert {c: str(cadre[c].dtype) for c in COLONNES} == TYPES
    assert not cadre.duplicated(CLES).any()
    assert cadre["indicateur"].eq(indicateur.code).all() and cadre["unite"].eq(indicateur.unite).all()
    assert cadre["perimetre_type"].isin(["epci", "commune", "qpv", "en_qpv", "hors_qpv"]).all()
    assert cadre["acteur_type"].isin(["", "bailleur", "reservataire"]).all()
    assert cadre["statut"].isin(["publie", "non_calculable", "sans_objet"]).all()
    assert cadre["resultat"].isin(["", "atteint", "non_atteint", "non_calculable", "sans_objet"]).all()
    assert cadre[["perimetre_code", "modalite", "sens", "acteur_code"]].notna().all(axis=None)
    assert cadre["valeur"].notna().eq(cadre["statut"].eq("publie")).all()
    pct = cadre[cadre["unite"].eq("pct") & cadre["statut"].eq("publie")]
    assert pct["valeur"].between(0, 100).all()


def test_un_cadre_vide_a_les_memes_types() -> None:
    assert {c: str(d) for c, d in cadre_vide().dtypes.items()} == TYPES


def test_chaque_objectif_des_referentiels_a_des_chiffres_auxquels_s_appliquer() -> None:
    """A target that the table lets an analyst fill in, and that no figure would carry, would be lost in silence."""
    ex = _exercice()
    objectifs = charger_objectifs(REFERENCE / "parameters")
    for objectif in objectifs.to_dict("records"):
        indicateur = PAR_CODE[objectif["indicateur"]]
        assert indicateur.a_objectif, objectif["id"]
        cadre = calculer(indicateur, [ex], objectifs)
        cles = ["perimetre_type", "acteur_type"]
        assert cadre[cles].eq([objectif[c] for c in cles]).all(axis=1).any(), objectif["id"]


@tous
def test_les_colonnes_citees_existent(indicateur: Indicateur) -> None:
    """The columns whose completeness is printed beside a figure are columns of the dictionary."""
    extrait = "demandes" if indicateur.code.endswith("D") or indicateur.code == "V02" else "attributions"
    assert set(indicateur.colonnes) <= set(dictionnaire(extrait).colonnes)


def test_les_lignes_faites_a_la_main_ont_les_types_de_l_import() -> None:
    for extrait, table in (("attributions", attributions(bail())), ("demandes", demandes(bail()))):
        stockes = dtypes(dictionnaire(extrait))
        assert {c: str(d) for c, d in table.dtypes.items()}.items() <= stockes.items()


def test_le_seuil_est_celui_de_l_annee_et_non_le_precedent() -> None:
    """P6: the threshold of a year is that of its own arrêté; a null value ends the one before."""
    references = Cadre().references()
    connus = dict(references.parametres)
    connus["seuils_quartiles.q1"] = parametre("q1", 8_000, 8_500, None)  # 2015, 2016, then « à renseigner »
    references.parametres = Parametres(connus)
    assert [regles_de_comptage(references, a).seuils[0] for a in (2015, 2016, 2017)] == [8_000, 8_500, None]
