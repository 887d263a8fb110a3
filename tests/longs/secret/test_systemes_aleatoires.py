"""Random years of linked tables, published by the product and attacked by a reader that shares no code.

The reader (``auditeur.py``) is itself checked against plain enumeration, and must condemn what is masked too little.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import Path

import auditeur
import numpy as np
import pandas as pd
import pytest
from auditeur import Audit, Compte, Enigme, Intervalle, auditer, comptes_de_la_ligne, condamnes

from cil_analysis.secret.preuve.audit import Lecteur
from cil_analysis.secret.preuve.audit import auditer as prouver
from essais import essais
from systemes import INDICATEURS, REGLES, Systeme, deja_masquees, tirer

SEUIL, DENOMINATEUR, LARGEUR = 5, 10, 4
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]
SYSTEMES, PLEIN = essais(200, 40), (20, 8, 3)


def taille(graine: int) -> tuple[int, int, int]:
    """Communes, categories, years: mostly small, and one system in fifty of the full size."""
    if graine % 50 == 0:
        return PLEIN
    alea = np.random.default_rng([graine, 4])
    plus = (12, 6) if graine % 10 == 1 else (6, 4) if graine % 3 == 0 else (4, 4)
    annees = 3 if graine % 10 == 7 else 1
    return int(alea.integers(2, plus[0] + 1)), int(alea.integers(2, plus[1] + 1)), annees


def attaquer(
    systeme: Systeme, publiee: pd.DataFrame, largeur: float = LARGEUR, presents: Collection[Compte] = ()
) -> list[Audit]:
    """What the reader finds in each year."""
    return [
        auditer(publiee[publiee["annee"].eq(an)].to_dict("records"), annee, largeur, presents)
        for an, annee in systeme.annees.items()
    ]


def fautes(systeme: Systeme, publiee: pd.DataFrame) -> dict[Compte, Intervalle]:
    return {c: i for a in attaquer(systeme, publiee) for c, i in condamnes(a, SEUIL, LARGEUR).items()}


def vrais_comptes(systeme: Systeme) -> dict[Compte, float]:
    """The counts before anything is masked."""
    return {c: v for r in systeme.cadre.to_dict("records") for c, v in comptes_de_la_ligne(r) if v is not None}


def trop_petite(ligne: pd.Series) -> bool:
    """Whether a row must be masked by itself: a small count, its small complement, or a share of too few."""
    petits = [ligne["numerateur"], ligne["denominateur"], ligne["denominateur"] - ligne["numerateur"]]
    return any(0 < n < SEUIL for n in petits) or 0 < ligne["denominateur"] < DENOMINATEUR


def masquer(cadre: pd.DataFrame, lignes: pd.Series) -> pd.DataFrame:
    masque = cadre.assign(statut=cadre["statut"].mask(lignes, "secret"))
    masque.loc[lignes, CHIFFRES] = float("nan")
    return masque


# --- The reader itself ----------------------------------------------------------------------------------------------


def test_le_lecteur_n_a_rien_du_produit() -> None:
    arbre = ast.parse(Path(auditeur.__file__).read_text("utf-8"))
    importes = {alias.name for n in ast.walk(arbre) if isinstance(n, ast.Import) for alias in n.names}
    importes |= {str(n.module) for n in ast.walk(arbre) if isinstance(n, ast.ImportFrom)}
    assert {nom.split(".")[0] for nom in importes} == {
        "__future__", "collections", "dataclasses", "highspy", "itertools", "math", "numpy", "typing",
    }  # fmt: skip


def test_le_lecteur_trouve_ce_que_trouve_l_enumeration() -> None:
    """Two communes, two categories, two zones, eight households: all their layouts can be tried."""
    essayes, voulus = 0, essais(40, 12)
    for graine in range(200):
        systeme = tirer(graine, 2, 2, 1, plus_grand=2)
        if essayes == voulus or systeme.cadre.loc[0, "numerateur"] > 8:
            continue
        essayes += 1
        alea = np.random.default_rng(graine)
        hasard = pd.Series(alea.random(len(systeme.cadre)) < alea.uniform(0.2, 0.95)) & (systeme.cadre.index > 0)
        lignes = masquer(systeme.cadre, hasard).to_dict("records")
        annee = systeme.annees[2020]
        audit = auditer(lignes, annee)
        assert audit.masques | audit.autres == auditeur.par_enumeration(lignes, annee)
        vrais = vrais_comptes(systeme)
        assert all(i.bas <= vrais[compte] <= i.haut for compte, i in audit.masques.items())
    assert essayes == voulus


def test_le_lecteur_compte_en_nombres_entiers() -> None:
    """x + y + w = y + z + w = x + z + w = 3: with real numbers w may be 0 (x = y = z = 1.5), not with whole ones."""
    x, y, z, w = range(4)
    enigme = Enigme(4, [({x: 1, y: 1, w: 1}, 3.0), ({y: 1, z: 1, w: 1}, 3.0), ({x: 1, z: 1, w: 1}, 3.0)])
    assert enigme.intervalles([{w: 1}, {x: 1}]) == [Intervalle(1, 3), Intervalle(0, 1)]
    assert enigme.en_nombres_entiers > 0


def test_le_lecteur_ne_croit_pas_l_impossible_et_sait_ce_qui_n_a_pas_de_fin() -> None:
    with pytest.raises(ValueError, match="cannot be true"):
        Enigme(2, [({0: 1}, 3.0), ({0: 1, 1: 1}, 2.0)]).intervalles([{1: 1}])
    assert Enigme(2, [({0: 1, 1: -1}, 0.0)]).intervalles([{0: 1}]) == [Intervalle(0, float("inf"))]


# --- What the product publishes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("graine", range(SYSTEMES))
def test_rien_de_masque_ne_se_recalcule(graine: int) -> None:
    systeme = tirer(graine, *taille(graine))
    publiee = systeme.publier()
    assert publiee[CHIFFRES][publiee["statut"].eq("secret")].isna().all(axis=None)

    primaires = systeme.cadre.apply(trop_petite, axis=1).to_numpy()
    assert publiee["statut"].eq("secret")[primaires].all()
    vrais = vrais_comptes(systeme)
    for audit in attaquer(systeme, publiee):
        assert all(vrais[compte] == valeur for compte, valeur in audit.publies.items())
        assert not [compte for compte, valeur in audit.publies.items() if 0 < valeur < SEUIL]
        exacts = {c: i for c, i in audit.masques.items() if i.largeur == 0}
        assert not exacts, f"recomputed exactly: {exacts}"
        assert not condamnes(audit, SEUIL, LARGEUR), "deduced too closely"
        for compte, intervalle in audit.masques.items():
            assert intervalle.largeur >= LARGEUR or intervalle.bas <= vrais[compte] <= intervalle.haut


# --- Mutations: masked too little, it must be condemned --------------------------------------------------------------


@pytest.mark.parametrize("graine", range(2, essais(32, 17)))
def test_le_lecteur_et_la_preuve_du_produit_condamnent_les_memes_publications(graine: int) -> None:
    """The primary rule alone is condemned wherever the product masked more; masked by chance, by both or by neither."""
    systeme = tirer(graine, *taille(graine))
    primaires = systeme.cadre.apply(trop_petite, axis=1)
    alea = np.random.default_rng([graine, 8])
    hasard = pd.Series(alea.random(len(systeme.cadre)) < alea.uniform(0, 0.5)) & (systeme.cadre.index > 0)
    masque_plus = bool((systeme.publier()["statut"].eq("secret") & ~primaires).any())
    for masquees in (primaires, primaires | hasard, hasard):
        publiee = masquer(systeme.cadre, masquees).assign(resultat="")
        lues = attaquer(systeme, publiee)
        condamnee = any(condamnes(a, SEUIL, LARGEUR) or any(0 < n < SEUIL for n in a.publies.values()) for a in lues)
        lecteurs = {an: Lecteur(an, INDICATEURS, REGLES, une) for an, une in systeme.structures().items()}
        deductions = prouver({0: publiee}, 0, lecteurs)
        assert any(not d.protegee for d in deductions) == condamnee
        assert masquees is not primaires or condamnee == masque_plus


def test_la_regle_primaire_seule_est_souvent_condamnee() -> None:
    """Guards against systems that drift to where nothing more has to be masked, and nothing can be wrong."""
    systemes = [tirer(graine, *taille(graine)) for graine in range(2, 12)]
    plus = [s.publier()["statut"].eq("secret") & ~s.cadre.apply(trop_petite, axis=1) for s in systemes]
    assert sum(map(bool, (masques.any() for masques in plus))) >= len(systemes) // 2


@pytest.mark.parametrize("graine", [1, 2, 3, 6, 9, 13])
def test_chaque_ligne_secondaire_est_necessaire(graine: int) -> None:
    """Publish again any one row that is not masked for itself: the reader deduces something.

    Or zeros, all of them: who takes « s » for « at least 1 » does.
    """
    systeme = tirer(graine, *taille(graine))
    publiee = systeme.publier()
    primaires = systeme.cadre.apply(trop_petite, axis=1).to_numpy()
    secondaires = np.flatnonzero(publiee["statut"].eq("secret") & ~primaires)
    zeros = []
    for rang in secondaires:
        if not fautes(systeme, rendre(systeme, publiee, [rang])):
            assert systeme.cadre.loc[rang, "numerateur"] == 0, f"masked for nothing: {publiee.loc[rang].to_dict()}"
            zeros.append(rang)
    if zeros:
        presents = {compte for compte, valeur in vrais_comptes(systeme).items() if valeur > 0}
        lus = attaquer(systeme, rendre(systeme, publiee, zeros), presents=presents)
        assert any(condamnes(audit, SEUIL, LARGEUR) for audit in lus), f"masked for nothing: {zeros}"


def rendre(systeme: Systeme, publiee: pd.DataFrame, rangs: Sequence[int]) -> pd.DataFrame:
    """What is published, with some masked rows shown again."""
    rendue = publiee.copy()
    rendue.loc[rangs, ["statut", *CHIFFRES]] = systeme.cadre.loc[rangs, ["statut", *CHIFFRES]]
    return rendue


# --- The same again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graine", [0, 1, 2, 3, 11, 12, 33])
def test_deux_fois_la_meme_publication_et_une_troisieme_qui_s_en_souvient(graine: int) -> None:
    systeme = tirer(graine, *taille(graine))
    publiee = systeme.publier()
    pd.testing.assert_frame_equal(systeme.publier(), publiee)
    pd.testing.assert_frame_equal(systeme.publier(deja_masquees(publiee)), publiee)
