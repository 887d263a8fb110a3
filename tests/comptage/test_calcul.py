"""The registry: every indicator says what it is, and gives the columns and types of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES, par_indicateur
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.grammaire.dimensions import DIMENSIONS, Dimension
from cil_analysis.grammaire.indicateur import NOMBRE, NON_RENSEIGNE, Indicateur
from cil_analysis.grammaire.termes import termes
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE, REGLES_DE_COMPTAGE
from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.reference.regles import RegleDePriorite
from cil_analysis.secret.table_publiee import bilan_des_objectifs
from cil_analysis.typographie import typographie
from fabrique import BOURG, CENTRE, REFERENCE, Cadre, annee_complete, calculer_ensemble
from registres import INDICATEURS, PAR_CODE, THEMES

DTYPES = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
tous = pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)
Extraits = Mapping[str, pd.DataFrame]
EN_SQL = [une for une in DIMENSIONS.values() if une.forme == "sql" and (une.liste or une.classes)]
SANS_LOGEMENT = RegleDePriorite("X", "SANS", "logement_actuel", ("SD",), pd.NaT, pd.NaT, "essai", 2)


def _preparer(extraits: Extraits, annee: int = 2022) -> Exercice:
    cadre = Cadre(priorites=(SANS_LOGEMENT,), secteurs=(("NORD", BOURG, ""), ("CENTRE", CENTRE, "")))
    return preparer_exercice(cadre.references(), annee, **extraits, constantes=(CENTRE, BOURG))


@cache
def _complet(annee: int) -> Exercice:
    """A year that has everything, prepared once: what counts it leaves it as it is."""
    return _preparer(annee_complete(), annee)


@cache
def _objectifs() -> pd.DataFrame:
    """Those of the repository, all filled in, and one in households for each indicator that follows one."""
    objectifs = charger_objectifs(REFERENCE / "parameters")
    objectifs = objectifs.assign(valeur=objectifs["valeur"].fillna(25.0))
    modele, en_nombre = objectifs[objectifs["id"].eq("LOI-O01")], []
    for indicateur in INDICATEURS:
        if indicateur.unite == NOMBRE and indicateur.a_objectif and indicateur.compte.population:
            ici = {"indicateur": indicateur.code.removesuffix(EN_NOMBRE), "unite": NOMBRE, "valeur": 10.0}
            acteur = {"acteur_type": "bailleur", "acteur_code": "*"} if indicateur.code == f"O08{EN_NOMBRE}" else {}
            en_nombre.append(modele.assign(**ici, **acteur, modalite="DALO" if indicateur.modalites else ""))
    return pd.concat([objectifs, *en_nombre], ignore_index=True)


@cache
def _ensemble() -> pd.DataFrame:
    """The figures of two years, all counted together."""
    comptes = [i for i in INDICATEURS if i.compte.population]
    return calculer_ensemble(comptes, [_complet(2021), _complet(2022)], _objectifs())


@cache
def _par_code() -> dict[str, pd.DataFrame]:
    return par_indicateur(_ensemble(), [i.code for i in INDICATEURS])


def _calculer(indicateur: Indicateur) -> pd.DataFrame:
    """The figures of an indicator, of those too that have none without an objective or another rule."""
    exercices, objectifs = [_complet(2021), _complet(2022)], _objectifs()
    if indicateur.modalites == REGLES_DE_COMPTAGE:
        choix = {"p3_mutations": "hors_mutations"}
        autre = preparer_exercice(Cadre().references(), 2022, **annee_complete(), choix=choix)
        return calculer_ensemble([indicateur], exercices, objectifs, [replace(autre, variante="P3=hors_mutations")])
    if not indicateur.compte.population:
        suivis = [calculer_ensemble([i], exercices, objectifs) for i in INDICATEURS if i.a_objectif]
        return bilan_des_objectifs(suivis, exercices[0].epci)
    return _par_code()[indicateur.code]


@tous
def test_chaque_indicateur_se_presente(indicateur: Indicateur) -> None:
    """In full, and with French typography: nothing is left for the presentation to miss."""
    textes = (indicateur.titre, indicateur.formule, indicateur.source, indicateur.population, indicateur.definition)
    for texte in map(typographie, textes):
        assert texte.strip() and texte == texte.strip()
        assert "'" not in texte, "typographic apostrophe"
        for avant, signe in pairwise(texte):
            assert signe not in ";:!?%" or avant in "\u202f\u00a0", f"narrow no-break space before {signe}: {texte}"
    assert indicateur.unite in {"nombre", "pct", "ratio", "mois", "points", "eur"}
    assert bool(indicateur.denominateur) is (indicateur.unite in {"pct", "ratio"})
    assert set(indicateur.regles) <= {f"P{n}" for n in range(1, 11)}


@tous
def test_le_cadre_a_les_colonnes_et_les_types_du_contrat(indicateur: Indicateur) -> None:
    cadre = _calculer(indicateur)
    assert cadre.columns.tolist() == COLONNES
    assert not cadre.empty
    assert {c: str(cadre[c].dtype) for c in COLONNES} == DTYPES
    assert not cadre.duplicated(CLES).any()
    assert cadre["indicateur"].eq(indicateur.code).all() and cadre["unite"].eq(indicateur.unite).all()
    assert cadre["perimetre_type"].isin(["epci", "epci_constant", "commune", "qpv", "en_qpv", "hors_qpv"]).all()
    assert cadre["acteur_type"].isin(["", "bailleur", "reservataire"]).all()
    assert cadre["statut"].isin(["publie", "non_calculable", "sans_objet"]).all()
    assert cadre["statut"].eq("publie").any(), "every extract and column is there"
    assert cadre["resultat"].isin(["", "atteint", "non_atteint", "non_calculable", "sans_objet"]).all()
    assert cadre[["perimetre_code", "modalite", "sens", "acteur_code"]].notna().all(axis=None)
    assert cadre["valeur"].notna().eq(cadre["statut"].eq("publie")).all()
    pct = cadre[cadre["unite"].eq("pct") & cadre["statut"].eq("publie")]
    assert pct["valeur"].between(0, 100).all()


@pytest.mark.parametrize("theme", THEMES)
def test_les_chiffres_comptes_ensemble_sont_ceux_de_chaque_theme(theme: str) -> None:
    """Alone, and from the last to the first."""
    comptes = [i for i in reversed(THEMES[theme].indicateurs) if i.compte.population]
    seuls = calculer_ensemble(comptes, [_complet(2021), _complet(2022)], _objectifs())
    for code, seul in par_indicateur(seuls, [i.code for i in comptes]).items():
        pd.testing.assert_frame_equal(_par_code()[code], seul)


def test_chaque_chiffre_est_le_compte_de_ses_termes() -> None:
    """Figures are counted together; disclosure control reads them one by one, by the terms of each."""
    exercice, cadre = _complet(2022), _ensemble()
    for ligne in cadre[cadre["statut"].eq("publie") & cadre["annee"].eq(2022)].to_dict("records"):
        acteur = (ligne["acteur_type"], ligne["acteur_code"]) if ligne["acteur_type"] else None
        perimetre = ligne["perimetre_type"], ligne["perimetre_code"]
        cases = termes(PAR_CODE[ligne["indicateur"]], perimetre, acteur, ligne["modalite"])
        for nom, case in zip(("numerateur", "denominateur"), cases, strict=True):
            attendu = float("nan") if case is None else exercice.seul.lire(case, [(0, "", "", "")]).item()
            assert ligne[nom] == attendu or (case is None and pd.isna(ligne[nom])), (ligne, case)


def test_chaque_objectif_des_referentiels_a_des_chiffres_auxquels_s_appliquer() -> None:
    """A target that the table lets an analyst fill in, and that no figure would carry, would be lost in silence."""
    cles = ["indicateur", "perimetre_type", "acteur_type"]
    portes = {*_ensemble()[cles].itertuples(index=False, name=None)}
    for objectif in charger_objectifs(REFERENCE / "parameters").to_dict("records"):
        assert PAR_CODE[objectif["indicateur"]].a_objectif, objectif["id"]
        assert tuple(objectif[c] for c in cles) in portes, objectif["id"]


@pytest.mark.parametrize("une", EN_SQL, ids=lambda une: une.nom)
def test_une_dimension_en_sql_ne_donne_que_des_classes_qu_elle_dit(une: Dimension) -> None:
    """Rows of a class that no table lists would be lost from a table that gives them all, and from its sum."""
    exercice = _complet(2022)
    codes = exercice.nomenclatures[une.liste].codes(None) if une.liste else []
    comptees = [nom for nom, table in exercice.lignes.items() if {*une.colonnes} <= {*table}]
    vues = {nom: exercice.seul.presentes(nom, une.nom)[0] for nom in comptees}
    assert any(vues.values()), "nothing is seen of it"
    assert not set().union(*vues.values()) - {*codes, *une.classes, NON_RENSEIGNE}, vues
