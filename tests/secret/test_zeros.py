"""« s » is not « at least 1 »: where the households to share would say how many are in each, zeros are masked too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.grammaire.indicateur import NOMBRE, Compte, Indicateur
from cil_analysis.secret.preuve.protection import DejaPublie, Examen
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier, publier_ensemble

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
LARGEUR = REGLES.largeur
ANNEE = 2022
CROISE = Indicateur("V01", "Titre", "", NOMBRE, "", "", compte=Compte(axe="classe"))
LIEUX = {f"9900{i}": {"K1": 1, "K2": 20 + i, "K3": 30} for i in range(6)} | {"99008": {"K1": 0, "K2": 9, "K3": 8}}


def masquer(*classes: int) -> list[bool]:
    """Whether each class of a sum that is shown is masked."""
    indicateur = Indicateur("X01", "Titre", "", NOMBRE, "", "", compte=Compte(axe="classe"))
    table = pd.DataFrame({"modalite": ["", *map(str, range(len(classes)))], "numerateur": [sum(classes), *classes]})
    cadre = mettre_en_cadre(table.assign(perimetre_type="epci"), "X01", ANNEE, NOMBRE)
    publiee = publier(indicateur, cadre, {ANNEE: REGLES}).donnees
    assert publiee["statut"].iloc[0] == "publie"
    return publiee["statut"].iloc[1:].eq("secret").tolist()


def marge(classes: Sequence[int]) -> int:
    """How many values « at least 1 » leaves to what is masked, less one; as many masked zeros deny it."""
    masquees = [n for n, masquee in zip(classes, masquer(*classes), strict=True) if masquee]
    return sum(masquees) - sum(n > 0 for n in masquees) + masquees.count(0)


@pytest.mark.parametrize("petites", [(1,) * 7, (2, 1, 1, 1), (3, 1), (2, 2, 2)])
def test_autant_de_masquees_que_de_menages_n_en_donnent_pas_un_a_chacune(petites: Sequence[int]) -> None:
    assert marge([*petites, 20, 30, *[0] * 8]) >= LARGEUR


@pytest.mark.parametrize("petites", [(4, 4), (3, 3, 3)])
def test_un_zero_qui_ne_protege_rien_reste_publie(petites: Sequence[int]) -> None:
    assert masquer(*petites, 20, 30, *[0] * 8) == [*[True] * len(petites), *[False] * 10]


def test_rien_d_autre_qu_un_zero_n_est_masque_de_plus() -> None:
    """Without a zero, the sums alone are what protects."""
    assert masquer(*[1] * 7, 20, 30) == [*[True] * 7, False, False]


def croiser(lieux: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """Counts by commune and class, with their sums."""
    classes = next(iter(lieux.values())).keys()
    ensemble = {k: sum(siens[k] for siens in lieux.values()) for k in classes}
    lignes = [
        {"perimetre_type": type_, "perimetre_code": code, "modalite": classe, "numerateur": n}
        for type_, code, siens in [("epci", "200000000", ensemble), *(("commune", c, x) for c, x in lieux.items())]
        for classe, n in {"": sum(siens.values()), **siens}.items()
    ]
    return mettre_en_cadre(pd.DataFrame(lignes), CROISE.code, ANNEE, NOMBRE)


def masquees_de(publiee: pd.DataFrame) -> set[tuple[str, str]]:
    masquees = publiee[publiee["statut"].eq("secret")]
    return set(zip(masquees["perimetre_code"], masquees["modalite"], strict=True))


def test_un_lieu_vide_se_dit_tout_entier() -> None:
    """The zero of a place where nothing is counted is known by its total: masking it would have to mask the place."""
    vide = {"99007": {"K1": 0, "K2": 0, "K3": 0}}
    masquees = masquees_de(publier(CROISE, croiser(LIEUX | vide), {ANNEE: REGLES}).donnees)
    assert ("99008", "K1") in masquees
    assert "99007" not in {lieu for lieu, _ in masquees}


def test_un_zero_que_les_lecteurs_savent_deduire_n_empeche_pas_le_bilan() -> None:
    """Another bilan shows all else of its place: nothing can protect it, and without it nothing is told."""
    cadre = croiser(LIEUX)
    examen = Examen(cadre, {CROISE.code: CROISE}, Structure())
    du_lieu = cadre["perimetre_code"].eq("99008") & cadre["modalite"].ne("K1")
    connues = {cases[0] for cases, sienne in zip(examen.releve.lignes, du_lieu, strict=True) if sienne}
    deja = {ANNEE: DejaPublie(frozenset(connues))}
    publiee = publier_ensemble([(CROISE, cadre)], {ANNEE: REGLES}, {}, deja)[CROISE.code].donnees
    assert {(lieu, "K1") for lieu in LIEUX if lieu != "99008"} <= masquees_de(publiee)
    assert ("99008", "K1") not in masquees_de(publiee)
