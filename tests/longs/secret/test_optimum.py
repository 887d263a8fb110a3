"""How many cells the product masks to protect others in one table, beside the optimum of a program that does only that.

A table is counts by row and column, with both margins; the program is pytauargus (the Argus engine).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cil_analysis.secret.preuve import suppression
from cil_analysis.secret.preuve.coupes import Controle
from cil_analysis.secret.preuve.probleme import Indeductible, Probleme
from cil_analysis.secret.preuve.suppression import choisir
from cil_analysis.secret.relations.cases import Case, Inegalite, Relation
from essais import essais

SEUIL, LARGEUR = 5, 4
SANS_PLAFOND = 10_000_000  # What the Argus engine takes for « no upper bound is known ».


def tirer(graine: int, lignes: int, colonnes: int) -> np.ndarray:
    """Counts with their margins (last row, last column): uneven rows and columns, one zero in five at least."""
    alea = np.random.default_rng(graine)
    moyennes = np.exp(alea.uniform(np.log(0.5), np.log(30), lignes))
    table = alea.poisson(np.outer(moyennes, alea.gamma(2.0, 0.5, colonnes)))
    table[alea.random(table.shape) < 0.2] = 0
    table = np.vstack([table, table.sum(axis=0)])
    return np.hstack([table, table.sum(axis=1, keepdims=True)])


def sommes(table: np.ndarray) -> list[tuple[int, list[int]]]:
    """The flat place of each total, and of its parts."""
    places = np.arange(table.size).reshape(table.shape)
    par_ligne = [(int(rang[-1]), rang[:-1].tolist()) for rang in places]
    return par_ligne + [(int(rang[-1]), rang[:-1].tolist()) for rang in places.T]


def primaires(table: np.ndarray) -> list[int]:
    return [i for i, n in enumerate(table.ravel().tolist()) if 0 < n < SEUIL]


def en_probleme(table: np.ndarray, connues: frozenset[int] = frozenset()) -> Probleme:
    """One row a cell, all of the same cost; ``connues``: the cells that everybody knows anyway."""
    cases = [Case("table", frozenset({("cellule", f"{i:04d}")})) for i in range(table.size)]
    secrets = [i for i in primaires(table) if i not in connues]
    return Probleme(
        lignes=[(case,) for case in cases],
        couts=[1.0] * table.size,
        valeurs=dict(zip(cases, map(float, table.ravel()), strict=True)),
        relations=[Relation(cases[total], tuple(cases[i] for i in parties)) for total, parties in sommes(table)],
        secretes={cases[i] for i in secrets},
        masquees=set(secrets),
        fixes={cases[i] for i in connues},
        restes=set(),
        presentes=set(),
        denominateurs=set(),
        seuils={},
        seuil=SEUIL,
        largeur=LARGEUR,
    )


def secondaires_du_produit(table: np.ndarray) -> int:
    """Cells masked by the product beside the primary ones."""
    secrets = primaires(table)
    choix = choisir(en_probleme(table))
    assert choix.lignes >= set(secrets)
    return len(choix.lignes) - len(secrets)


def secondaires_d_argus(table: np.ndarray, dossier: Path) -> int:
    """The same of pytauargus: around a primary count v, the interval must reach v - min(v, 4) and max(v, 4)."""
    from pytauargus._tauargus import HiTaSCtrl

    secrets = primaires(table)
    if not secrets:
        return 0
    decrites = ["0", str(table.size)]
    for i, n in enumerate(table.ravel().tolist()):
        statut = "u" if i in secrets else "s"
        dessous, dessus = (min(n, LARGEUR), max(LARGEUR - n, 0)) if i in secrets else (0, 0)
        decrites.append(f"{i} {n} 1 {statut} 0 {SANS_PLAFOND} {dessous} {dessus} 0")
    equations = sommes(table)
    decrites.append(str(len(equations)))
    for total, parties in equations:
        decrites.append(f"0 {len(parties) + 1} : {total} (-1) " + " ".join(f"{i} (1)" for i in parties))
    entree, sortie = dossier / "table.jj", dossier / "table.out"
    entree.write_text("\n".join(decrites) + "\n", encoding="ascii")
    # At least one minute allowed: with none, the engine answers by its heuristic and does not say so.
    code = HiTaSCtrl().full_jj(in_file_jj=str(entree), out_file=str(sortie), max_time=1)
    assert code <= 1, f"full_jj: code {code}"
    masquees = set(map(int, sortie.read_text(encoding="ascii").split())) | set(secrets)
    return len(masquees) - len(secrets)


def test_pas_plus_de_masques_que_l_optimum_d_argus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.importorskip("pytauargus")  # On Linux it is among the development dependencies: it must be there.
    monkeypatch.chdir(tmp_path)  # The engine leaves its logs in the current folder.
    tables = [tirer(graine, 20, 8) for graine in range(essais(60, 20))]
    produit = [secondaires_du_produit(table) for table in tables]
    argus = [secondaires_d_argus(table, tmp_path) for table in tables]
    print(f"\nsecondary cells of {len(tables)} tables 20 × 8: product {sum(produit)}, pytauargus optimal {sum(argus)}")
    assert sum(argus) > 2.5 * len(tables), "tables that need nothing show nothing"
    assert sum(produit) <= 1.15 * sum(argus)


@pytest.mark.parametrize("graine", range(essais(60, 12)))
def test_ce_qui_est_garde_en_chemin_ne_change_ni_le_cout_ni_la_preuve(
    graine: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search that keeps what it has masked, from its first round on: the same cost; stopped at once, still proved.

    Some cells are known anyway, so that others may not be masked: what is kept runs into dead ends.
    """
    table = tirer(graine, 8, 5)
    alea = np.random.default_rng(graine)
    probleme = en_probleme(table, frozenset(np.flatnonzero(alea.random(table.size) < 0.3).tolist()))

    def cout() -> float | None:
        try:
            choix = choisir(probleme)
        except Indeductible:
            return None
        assert next(Controle(probleme).coupes(choix), None) is None, "a masked cell is deduced too closely"
        return probleme.cout(choix)

    libre = cout()
    monkeypatch.setattr(suppression, "_NOEUDS", 0)
    assert cout() == libre
    monkeypatch.setattr(suppression, "_NOEUDS_EN_TOUT", 0)
    arrete = cout()
    assert (arrete is None) == (libre is None)
    assert arrete is None or libre is None or arrete >= libre


def test_une_partie_se_protege_en_masquant_le_tout_qui_la_borne() -> None:
    """Three parts of known totals, one at most as large as a count that is shown: masking that count loosens it."""
    a, b, total, w, w2 = (Case("table", frozenset({("cellule", nom)})) for nom in ("a", "b", "total", "w", "w2"))
    probleme = replace(
        en_probleme(tirer(0, 2, 2)),
        lignes=[(a,), (b,), (total,), (w,), (w2,)],
        couts=[1.0] * 5,
        valeurs={a: 9.0, b: 20.0, total: 29.0, w: 12.0, w2: 21.0},
        relations=[Relation(total, (a, b))],
        secretes={a},
        masquees={0},
        fixes={total},
        seuil=11,
        largeur=5,
        inegalites=[Inegalite(((w, 1), (a, -1)), 0), Inegalite(((w2, 1), (b, -1)), 0)],
    )
    assert choisir(probleme).cases == {a, b, w}
