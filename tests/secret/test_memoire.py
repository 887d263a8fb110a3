"""The choices that are remembered: the same problem is not worked on again, and any other one is."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.secret import memoire
from cil_analysis.secret.memoire import Memoire, empreinte
from cil_analysis.secret.preuve.probleme import Choix, Probleme
from cil_analysis.secret.preuve.protection import Moyens
from cil_analysis.secret.preuve.suppression import choisir_avec_des_zeros
from cil_analysis.secret.relations.cases import Case, Inegalite, Relation
from cil_analysis.secret.table_publiee import publier_ensemble
from systemes import INDICATEURS, REGLES, deja_masquees, tirer

TABLE = (3, 20, 30, 53), (40, 50, 60, 150), (43, 70, 90, 203)


def probleme() -> Probleme:
    """A table of counts with both margins, whose first count is small."""
    cases = [[Case("table", frozenset({("cellule", f"{i}{j}")})) for j in range(4)] for i in range(3)]
    plates = [case for rangee in cases for case in rangee]
    totaux = [Relation(rangee[-1], tuple(rangee[:-1])) for rangee in cases]
    totaux += [Relation(colonne[-1], tuple(colonne[:-1])) for colonne in zip(*cases, strict=True)]
    return Probleme(
        lignes=[(case,) for case in plates],
        couts=[1.0 + rang / 10 for rang in range(len(plates))],
        valeurs=dict(zip(plates, (float(n) for rangee in TABLE for n in rangee), strict=True)),
        relations=totaux,
        secretes={plates[0]},
        masquees={0},
        fixes=set(),
        restes=set(),
        presentes=set(),
        denominateurs=set(),
        seuils={},
        seuil=5,
        largeur=4,
    )


@pytest.fixture
def resolus(monkeypatch: pytest.MonkeyPatch) -> list[Probleme]:
    """The problems that were worked on."""
    faits: list[Probleme] = []

    def noter(p: Probleme) -> Choix:
        faits.append(p)
        return choisir_avec_des_zeros(p)

    monkeypatch.setattr(memoire, "choisir_avec_des_zeros", noter)
    return faits


def test_le_meme_probleme_n_est_resolu_qu_une_fois(tmp_path: Path, resolus: list[Probleme]) -> None:
    attendu = choisir_avec_des_zeros(probleme())
    assert len(attendu.lignes) > 1
    assert [Memoire(tmp_path / "secret").choisir(probleme()) for _ in range(2)] == [attendu, attendu]
    assert len(resolus) == 1


AUTRES: dict[str, Callable[[Probleme], dict[str, object]]] = {
    "un ménage de plus": lambda p: {
        "valeurs": {**p.valeurs, **{p.lignes[i][0]: p.valeurs[p.lignes[i][0]] + 1 for i in (5, 7, 9, 11)}}
    },
    "une ligne de plus": lambda p: {"lignes": [*p.lignes, p.lignes[0]], "couts": [*p.couts, 1.0]},
    "un coût": lambda p: {"couts": [9.0, *p.couts[1:]]},
    "une relation de moins": lambda p: {"relations": p.relations[1:]},
    "une case secrète": lambda p: {"secretes": {*p.secretes, p.lignes[5][0]}},
    "une ligne masquée": lambda p: {"masquees": {0, 5}},
    "une case connue": lambda p: {"fixes": {p.lignes[11][0]}},
    "un reste": lambda p: {"restes": {p.lignes[5][0]}},
    "une présence": lambda p: {"presentes": {p.lignes[0][0]}},
    "un dénominateur": lambda p: {"denominateurs": {p.lignes[3][0]}},
    "le seuil d’une case": lambda p: {"seuils": {p.lignes[0][0]: 11}},
    "le seuil": lambda p: {"seuil": 4},
    "la largeur": lambda p: {"largeur": 3},
    "une inégalité": lambda p: {"inegalites": [Inegalite(((p.lignes[0][0], 1),), 2)]},
}


def test_un_autre_probleme_est_resolu(tmp_path: Path, resolus: list[Probleme]) -> None:
    """Whichever field differs: each has its case."""
    garde = Memoire(tmp_path)
    garde.choisir(probleme())
    changements = {quoi: changer(probleme()) for quoi, changer in AUTRES.items()}
    assert {champ for change in changements.values() for champ in change} == {c.name for c in fields(Probleme)}
    for rang, (quoi, change) in enumerate(changements.items(), start=2):
        autre = replace(probleme(), **change)
        assert garde.choisir(autre) == choisir_avec_des_zeros(autre), quoi
        assert len(resolus) == rang, quoi


def test_un_autre_code_ne_reprend_pas_ce_qui_fut_choisi(monkeypatch: pytest.MonkeyPatch) -> None:
    avant = empreinte(probleme())
    monkeypatch.setattr(memoire, "_code", lambda: "autre")
    assert empreinte(probleme()) != avant


def test_un_fichier_abime_est_refait_et_ne_dit_que_des_rangs_de_lignes(tmp_path: Path, resolus: list[Probleme]) -> None:
    garde = Memoire(tmp_path)
    attendu = garde.choisir(probleme())
    (fichier,) = tmp_path.iterdir()
    for fois, contenu in enumerate(("", "[0, 1", "{}", "[]", '["0"]', "[0, 99]", "[true]"), start=2):
        fichier.write_text(contenu, encoding="utf-8")
        assert garde.choisir(probleme()) == attendu
        assert len(resolus) == fois, contenu
        assert json.loads(fichier.read_text(encoding="utf-8")) == sorted(attendu.lignes)
    if os.name == "posix":
        assert stat.S_IMODE(fichier.stat().st_mode) == 0o640


def test_les_plus_anciens_sont_oublies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memoire, "_GARDES", 3)
    garde = Memoire(tmp_path)
    for seuil in (5, 6, 7, 8):
        garde.choisir(replace(probleme(), largeur=seuil - 2))
    assert len(list(tmp_path.iterdir())) == 3


def test_un_dossier_impossible_n_empeche_pas_de_choisir(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("un fichier, non un dossier", encoding="utf-8")
    assert Memoire(tmp_path / "secret").choisir(probleme()) == choisir_avec_des_zeros(probleme())


def test_une_annee_deja_publiee_n_est_pas_resolue_de_nouveau(tmp_path: Path, resolus: list[Probleme]) -> None:
    """What readers have seen masked costs less to mask again: the choice that masked it is still the cheapest."""
    systeme = tirer(4, communes=6, categories=3, annees=1)
    cadres = [(i, systeme.cadre[systeme.cadre["indicateur"].eq(code)]) for code, i in INDICATEURS.items()]
    garde, regles = Memoire(tmp_path), dict.fromkeys(systeme.annees, REGLES)
    avant = publier_ensemble(cadres, regles, systeme.structures(), {}, Moyens(garde))
    deja = deja_masquees(pd.concat([table.donnees for table in avant.values()]))
    apres = publier_ensemble(cadres, regles, systeme.structures(), deja, Moyens(garde))
    assert sum(table.nb_secrets for table in avant.values()) > 10 and len(resolus) == 1
    for code, table in avant.items():
        pd.testing.assert_frame_equal(apres[code].donnees, table.donnees)
