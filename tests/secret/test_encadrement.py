"""The intervals of masked counts against every whole solution of small random tables."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.probleme import Probleme
from cil_analysis.secret.preuve.programme import Programme, Temoins
from cil_analysis.secret.relations.cases import Case, Inegalite, Relation
from cil_analysis.secret.verdicts import Verdict, a_publier
from essais import essais

LIGNES, COLONNES = 3, 3


def _case(ligne: object, colonne: object) -> Case:
    return Case("attributions", frozenset({("commune", str(ligne)), ("bailleur", str(colonne))}))


def _tableau(hasard: np.random.Generator) -> tuple[Programme, list[Case], np.ndarray]:
    """A table whose margins are published, with bounds on two cells that makes fractional ends; its solutions."""
    vrai = hasard.integers(0, 4, (LIGNES, COLONNES))
    cellules = [_case(i, j) for i, j in product(range(LIGNES), range(COLONNES))]
    marges = {_case(i, "T"): float(vrai[i].sum()) for i in range(LIGNES)}
    marges |= {_case("T", j): float(vrai[:, j].sum()) for j in range(COLONNES)}
    relations = [Relation(_case(i, "T"), tuple(_case(i, j) for j in range(COLONNES))) for i in range(LIGNES)]
    relations += [Relation(_case("T", j), tuple(_case(i, j) for i in range(LIGNES))) for j in range(COLONNES)]
    poids = (2, -3)
    minimum = 2 * int(vrai[0, 0]) - 3 * int(vrai[1, 1]) - int(hasard.integers(0, 2))
    dites = [Inegalite(((cellules[0], poids[0]), (cellules[4], poids[1])), minimum)]
    maximum = minimum + 1  # the first cell goes by steps: the end of real numbers, rounded, is not that of whole ones
    dites.append(Inegalite(((cellules[0], -poids[0]), (cellules[4], -poids[1])), -maximum))
    programme = Programme([*cellules, *marges], relations, (), dites)
    programme.connaitre(marges)
    solutions = []
    premiere, seconde = (range(int(vrai[i].sum()) + 1) for i in (0, 1))
    for a, b, c, d in product(premiere, premiere, seconde, seconde):
        t = np.array([[a, b, vrai[0].sum() - a - b], [c, d, vrai[1].sum() - c - d], [0, 0, 0]])
        t[2] = vrai.sum(axis=0) - t[0] - t[1]
        if (t >= 0).all() and minimum <= 2 * t[0, 0] - 3 * t[1, 1] <= maximum:
            solutions.append(t.ravel())
    return programme, cellules, np.array(solutions)


@pytest.mark.parametrize("graine", range(10))
@pytest.mark.parametrize("assez", [np.inf, 1, 3])
def test_un_intervalle_est_celui_de_toutes_les_solutions_ou_assez_large(graine: int, assez: float) -> None:
    programme, cellules, solutions = _tableau(np.random.default_rng(graine))
    encadrement = Encadrement(programme, assez)
    if np.isfinite(assez):
        encadrement.elargir(cellules)
    for rang, case in enumerate(cellules):
        bas, haut = encadrement.de(case)
        valeurs = set(solutions[:, rang].tolist())
        assert bas in valeurs and haut in valeurs
        # No value is looked for beyond the width that is asked for.
        vraies = [valeur for valeur in valeurs if valeur <= bas + assez]
        assert (bas, haut) == (min(valeurs), max(vraies)) or haut - bas >= assez


def test_ce_que_les_sommes_donnent_est_la_seule_valeur_possible() -> None:
    """One cell that is known gives others one after another; what is not determined has several values."""
    trouvees = 0
    for graine in range(20):
        programme, cellules, solutions = _tableau(np.random.default_rng(graine))
        marges = {case: programme.exacte(case) or 0.0 for case in list(programme.rang)[len(cellules) :]}
        programme.connaitre(marges | {cellules[0]: float(solutions[0][0])})
        possibles = solutions[solutions[:, 0] == solutions[0][0]]
        for rang, case in enumerate(cellules):
            exacte = programme.exacte(case)
            assert exacte is None or set(possibles[:, rang].tolist()) == {exacte}
            trouvees += exacte is not None and rang > 0
    assert trouvees > 20


def test_les_prix_de_ce_qui_est_connu_donnent_la_fin_de_l_intervalle() -> None:
    """By weak duality: no end is farther than what the prices of the known counts alone say, and few are nearer."""
    ecarts = []
    for graine in range(essais(40, 12)):
        programme, cellules, solutions = _tableau(np.random.default_rng(graine))
        connues = {case: programme.exacte(case) or 0.0 for case in list(programme.rang)[len(cellules) :]}
        connues |= {cellules[rang]: float(solutions[0][rang]) for rang in (0, 5)[: graine % 3]}
        programme.connaitre(connues)
        for case in cellules:
            for extreme, sens in ((programme.minimum(case), 1), (programme.maximum(case, 50), -1)):
                prix, dit = extreme.prix()
                for rang, autre in enumerate(programme.rang):
                    assert autre in connues or prix[rang] >= -1e-9, "the price of a count that has no largest value"
                    dit += prix[rang] * connues.get(autre, 0.0)
                ecarts.append(sens * extreme.borne - dit)
    # An end may be nearer: that of whole numbers, which an inequality with weights rounds.
    assert min(ecarts) > -1e-6 and np.mean(np.abs(ecarts) < 1e-6) > 0.8


def test_une_case_que_rien_ne_borne_a_un_intervalle() -> None:
    """Twice a count is at least another, of which there is one: half of one, for real numbers, and no largest value."""
    case, autre, reste = _case(0, 0), _case(0, 1), _case(0, 2)
    relations = [Relation(_case(0, "T"), (autre, reste))]
    dites = [Inegalite(((case, 2), (autre, -1)))]
    programme = Programme([case, autre, reste, _case(0, "T")], relations, [autre], dites)
    programme.connaitre({_case(0, "T"): 3.0})
    assert programme.minimum(case).borne == 0.5
    assert Encadrement(programme, 4).de(case) == (1, 5)


def test_la_fin_d_un_grand_effectif_n_est_pas_manquee_de_peu() -> None:
    """Five large counts of a published sum, of which pairs are known within one household."""
    cases, total = [_case(0, rang) for rang in range(5)], _case(0, "T")
    dites = []
    for (case, poids), (autre, autres), valeur in (
        ((4, 2), (0, -5), -11521), ((3, 6), (2, -8), 152856), ((0, 8), (2, -3), 62959),
    ):  # fmt: skip
        dites.append(Inegalite(((cases[case], poids), (cases[autre], autres)), valeur - 1))
        dites.append(Inegalite(((cases[case], -poids), (cases[autre], -autres)), -valeur - 1))
    programme = Programme([*cases, total], [Relation(total, tuple(cases))], (), dites)
    programme.connaitre({total: 97138.0})
    assert programme.minimum(cases[4], entier=True).borne == 13914


def test_une_part_de_rien_ne_dit_que_son_nombre() -> None:
    """What an objective of 0 % says of the households of a share weighs nothing."""
    case, autre = _case(0, 0), _case(0, 1)
    with np.errstate(all="raise"):
        programme = Programme([case, autre], [], (), [Inegalite(((case, -100), (autre, 0)), -250)])
        programme.connaitre({})
    assert Encadrement(programme).de(case) == (0, 2)


@pytest.mark.parametrize("graine", range(10))
def test_un_faux_temoin_ne_prouve_rien_et_un_vrai_dispense_de_chercher(
    graine: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme, cellules, solutions = _tableau(np.random.default_rng(graine))
    cases = list(programme.rang)
    marges = np.array([programme.exacte(case) for case in cases[len(cellules) :]])
    vrais = np.hstack([solutions, np.tile(marges, (len(solutions), 1))]).astype(np.int32)
    faux = [
        vrais[0] + np.eye(len(cases), dtype=np.int32)[rang] * sens for rang in range(len(cases)) for sens in (1, -1)
    ]
    faux += [np.where(vrais[0] == 0, 5, 0), vrais[0] * 2 + 1]
    attendus = [Encadrement(programme).de(case) for case in cellules]
    depart = Encadrement(programme, temoins=Temoins(cases, np.array(faux)))
    assert not len(depart.temoins.points)
    assert [depart.de(case) for case in cellules] == attendus
    sans_une = Temoins(cases[1:], vrais[:, 1:])  # What a witness does not say fits nothing.
    assert not len(Encadrement(programme, temoins=sans_une).temoins.points)

    assez = min(haut - bas for bas, haut in attendus)
    prouve = Encadrement(programme, assez, Temoins(cases, vrais))
    for nom in ("minimum", "maximum", "pousser"):
        monkeypatch.setattr(programme, nom, lambda *_, **__: pytest.fail("nothing is left to look for"))
    prouve.elargir(cellules)
    for rang, case in enumerate(cellules):
        bas, haut = prouve.de(case)
        assert {bas, haut} <= set(solutions[:, rang].tolist()) and haut - bas >= assez


def test_un_resultat_qui_donne_tout_par_les_sommes_n_est_pas_dit() -> None:
    """« At least twelve » of two counts that make twelve together: nothing is left to look for, and all is known."""
    a, b, total = _case(0, 0), _case(0, 1), _case(0, "T")
    probleme = Probleme(
        lignes=[(a,), (b,), (total,)],
        couts=[1.0, 1.0, 1.0],
        valeurs={a: 12.0, b: 0.0, total: 12.0},
        relations=[Relation(total, (a, b))],
        secretes={b},
        masquees={0, 1},
        fixes=set(),
        restes=set(),
        presentes=set(),
        denominateurs=set(),
        seuils={},
        seuil=5,
        largeur=4,
    )
    choix = probleme.choix(frozenset({0, 1}))
    for minimum, dit in ((12, False), (7, True)):
        lignes, _ = a_publier(probleme, choix, [Verdict(0, Inegalite(((a, 1),), minimum))])
        assert lignes == (frozenset({0}) if dit else frozenset())
