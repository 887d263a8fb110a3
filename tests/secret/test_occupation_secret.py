"""The rules of the OPS, attacked: eleven households, and nothing of a commune that one landlord holds.

The reader (``auditeur.Enigme``) knows the cells, commune × zone × income × recent or not, and what is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from auditeur import Enigme, Forme, Intervalle

from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.preuve.protection import examiner, proteger
from cil_analysis.secret.regles import BAILLEUR, MOTIFS, ReglesSecret
from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from essais import essais
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    REFERENCE,
    Cadre,
    attributions,
    bail,
    calculer_ensemble,
    enquete,
    exercice,
    extrait,
)
from registres import PAR_CODE

SEUIL, LARGEUR = 11, 4
REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10, seuils_propres={"occupation": SEUIL})
CODES = ("S04", "S07", "S07R", "S08", "S10", "S10R")
# Every class of incomes: a reader does not know that one is empty.
_BORNES = ("0_20", "20_40", "40_60", "60_80", "80_100", "100_120", "120_plus")
CLASSES = {f"R_{b}".upper(): f"nb_ressources_{b}" for b in _BORNES} | {"NR": ""}
LIEUX = ((CENTRE, True), (CENTRE, False), (BOURG, False), (HAMEAU, False))
CELLULES = [(*lieu, classe, recent) for lieu in LIEUX for classe in CLASSES for recent in (True, False)]
SANS_OBJECTIF = charger_objectifs(REFERENCE / "parameters").head(0)
STRUCTURE = Structure(
    liens=frozenset({("QP1", CENTRE)}), communes_en_qpv=frozenset({CENTRE}), communes_dominees=frozenset({BOURG})
)
BASSES = ("R_0_20", "R_20_40")


def publier(comptes: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """What is published of the households, the truth, and why each row is masked."""
    lignes = [enquete(0, **_colonnes(comptes, commune)) for commune in (CENTRE, BOURG, HAMEAU)]
    lignes.append(enquete(0, est_en_qpv=True, qpv="QP1", **_colonnes(comptes, CENTRE, en_qpv=True)))
    cadre = Cadre(parc={CENTRE: 100.0, BOURG: 100.0, HAMEAU: 100.0})
    ex = exercice(attributions(bail(1)), cadre=cadre, occupation=extrait("occupation", *lignes))
    cadres = [(PAR_CODE[code], calculer_ensemble([PAR_CODE[code]], [ex], SANS_OBJECTIF)) for code in CODES]
    tables = publier_ensemble(cadres, {ANNEE: REGLES}, {ANNEE: STRUCTURE})
    vrai = pd.concat([c for _, c in cadres], ignore_index=True)
    indicateurs = {i.code: i for i, _ in cadres}
    pourquoi = proteger(examiner(vrai, indicateurs, {ANNEE: STRUCTURE}), {ANNEE: REGLES}).motifs
    publiee = pd.concat([tables[code].donnees for code in CODES], ignore_index=True)
    return publiee, vrai, pourquoi.tolist()


def _colonnes(comptes: np.ndarray, commune: str, *, en_qpv: bool = False) -> dict[str, object]:
    """The columns of an OPS row, from the cells that it holds."""
    siennes = [(c, n) for c, n in zip(CELLULES, comptes, strict=True) if c[0] == commune and (c[1] or not en_qpv)]
    colonnes: dict[str, object] = {
        "commune_insee": commune,
        "nb_menages": int(sum(n for _, n in siennes)),
        "nb_menages_recents": int(sum(n for c, n in siennes if c[3])),
    }
    for classe, colonne in CLASSES.items():
        if colonne:
            colonnes[colonne] = int(sum(n for c, n in siennes if c[2] == classe))
            colonnes[f"{colonne}_recents"] = int(sum(n for c, n in siennes if c[2] == classe and c[3]))
    return colonnes


def formes(ligne: Mapping[str, object]) -> tuple[Forme, Forme | None]:
    """The cells of the numerator and of the denominator of a row, from what the definitions say."""
    genre, code, indicateur, modalite = (
        ligne[k] for k in ("perimetre_type", "perimetre_code", "indicateur", "modalite")
    )
    recents = indicateur in ("S07R", "S10R")
    dedans = {
        "epci": lambda c: True,
        "commune": lambda c: c[0] == code,
        "qpv": lambda c: c[1],
        "en_qpv": lambda c: c[1],
        "hors_qpv": lambda c: not c[1],
    }[str(genre)]
    ensemble = [i for i, c in enumerate(CELLULES) if dedans(c) and (c[3] or not recents)]
    if indicateur == "S04":
        return dict.fromkeys(ensemble, 1), None
    if indicateur == "S08":
        return dict.fromkeys([i for i in ensemble if CELLULES[i][3]], 1), dict.fromkeys(ensemble, 1)
    classes = (modalite,) if modalite else BASSES
    return dict.fromkeys([i for i in ensemble if CELLULES[i][2] in classes], 1), dict.fromkeys(ensemble, 1)


@pytest.mark.parametrize("graine", range(essais(12, 5)))
def test_rien_de_ce_qui_est_masque_ne_se_deduit(graine: int) -> None:
    alea = np.random.default_rng([graine, 5])
    moyennes = np.exp(alea.uniform(np.log(0.5), np.log(40), len(CELLULES)))
    comptes = alea.poisson(moyennes)
    publiee, vrai, pourquoi = publier(comptes)
    connus, masquees = [], {}
    for publie, vraie in zip(publiee.to_dict("records"), vrai.to_dict("records"), strict=True):
        for rang, forme in enumerate(formes(publie)):
            if forme is None:
                continue
            somme = sum(int(comptes[i]) for i in forme)
            nombre = (publie["numerateur"], publie["denominateur"])[rang]
            if vraie["statut"] != "non_calculable" or rang == 0:
                assert (vraie["numerateur"], vraie["denominateur"])[rang] == somme, publie
            if pd.isna(nombre):
                masquees[tuple(sorted(forme))] = max(rang == 0, masquees.get(tuple(sorted(forme)), False))
            elif forme:
                connus.append((forme, float(nombre)))
    montrees = {tuple(sorted(forme)) for forme, _ in connus}
    enigme = Enigme(len(CELLULES), connus)
    for cles, est_chiffre in masquees.items():
        if not cles or cles in montrees:
            continue
        [intervalle] = enigme.intervalles([dict.fromkeys(cles, 1)], LARGEUR + 1)
        vraie = sum(int(comptes[i]) for i in cles)
        assert intervalle.bas <= vraie <= intervalle.haut
        dominee = all(CELLULES[i][0] == BOURG for i in cles)
        if dominee or (est_chiffre and 0 < vraie < SEUIL):
            assert intervalle.largeur >= LARGEUR, ([CELLULES[i] for i in cles], intervalle, vraie)
    for ligne, motif in zip(publiee.to_dict("records"), pourquoi, strict=True):
        if ligne["perimetre_code"] == BOURG and ligne["statut"] != "non_calculable":
            assert ligne["statut"] == "secret" and motif == BAILLEUR
    assert not any(0 < n < SEUIL for forme, n in connus)
    # The product's own audit, from what is published, agrees.
    deductions = auditer({ANNEE: publiee}, ANNEE, {ANNEE: Lecteur(ANNEE, PAR_CODE, REGLES, STRUCTURE)})
    assert all(d.protegee for d in deductions)


def test_l_audit_refuse_ce_qui_dit_un_bailleur() -> None:
    """Shown by hand, a large figure of the commune is a fault; so is one that a subtraction gives."""
    comptes = np.full(len(CELLULES), 30)
    publiee, vrai, _ = publier(comptes)
    assert MOTIFS[BAILLEUR] == "un seul bailleur prédomine"
    for masquer in ([], [BOURG]):
        montree = vrai.mask(vrai["perimetre_code"].isin(masquer) & vrai["statut"].eq("publie"))
        montree = vrai.assign(
            statut=vrai["statut"].mask(vrai["perimetre_code"].isin(masquer), "secret"),
            **{nom: montree[nom] for nom in ("numerateur", "denominateur", "valeur")},
        )
        deductions = auditer({ANNEE: montree}, ANNEE, {ANNEE: Lecteur(ANNEE, PAR_CODE, REGLES, STRUCTURE)})
        assert any(not d.protegee and d.case.classe("commune") == BOURG for d in deductions), masquer
    assert publiee["statut"].eq("secret").sum() > vrai["perimetre_code"].eq(BOURG).sum(), "another commune hides it"


def test_un_quartier_tout_entier_dans_une_commune_masquee_l_est_aussi() -> None:
    seule = Structure(liens=frozenset({("QP1", CENTRE)}), communes_dominees=frozenset({CENTRE}))
    deux = Structure(liens=frozenset({("QP1", CENTRE), ("QP1", BOURG)}), communes_dominees=frozenset({CENTRE}))
    quartier = Case("occupation:nb_menages", frozenset([("zone", "QPV"), ("qpv", "QP1")]))
    assert seule.domine(quartier) and not deux.domine(quartier)
    assert not seule.domine(Case("attributions", frozenset([("commune", CENTRE)]))), "leases follow their own rules"


def _bas_du_centre(montree: pd.DataFrame) -> Intervalle:
    """What a reader deduces of the low incomes of CENTRE outside quarters."""
    connus = [
        (forme, float(nombre))
        for ligne in montree.to_dict("records")
        for forme, nombre in zip(formes(ligne), (ligne["numerateur"], ligne["denominateur"]), strict=True)
        if forme and not pd.isna(nombre)
    ]
    cherchee = {i: 1 for i, c in enumerate(CELLULES) if c[:2] == (CENTRE, False) and c[2] in BASSES}
    return Enigme(len(CELLULES), connus).intervalles([cherchee])[0]


def test_une_commune_qui_a_tous_les_quartiers_moins_ses_quartiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight households of low incomes outside quarters, no landlord being alone: fewer than eleven."""
    monkeypatch.setattr("test_occupation_secret.CODES", ("S04", "S10"))
    monkeypatch.setattr("test_occupation_secret.STRUCTURE", replace(STRUCTURE, communes_dominees=frozenset()))
    comptes = np.array([2 if c[:2] == (CENTRE, False) and c[2] in BASSES else 20 for c in CELLULES])
    publiee, vrai, _ = publier(comptes)
    assert _bas_du_centre(vrai) == Intervalle(8, 8) and _bas_du_centre(publiee).largeur >= LARGEUR
