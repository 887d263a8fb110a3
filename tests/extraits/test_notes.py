"""What is noted of a row: each note of mots.yml is one of the software, says its rule, its effect and its reason."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from string import Formatter

from cil_analysis import extraits
from cil_analysis.extraits.anomalies import NOTES, REGLES, REJET

EFFETS = (REJET, "valeur écartée", "signalée", "doublon écarté")
# The calls that take a note: what their names give its sentence is all that it holds, but for what is quoted.
PRENNENT = ("noter", "ecarter", "rejeter")
# What a column says of itself in any sentence.
D_OFFICE = {"libelle", "attendu"}


def test_chaque_note_du_logiciel_a_ses_mots() -> None:
    assert all(note.get("regle", nom) in REGLES for nom, note in NOTES.items())
    assert {nom: note["effet"] for nom, note in NOTES.items() if note["effet"] not in EFFETS} == {}
    for nom, note in NOTES.items():  # A row that does not count has its reason in the account, and no other has.
        assert ("motif" in note) == (note["effet"] in (REJET, "doublon écarté")), nom


def test_chaque_note_est_prise_avec_ce_que_dit_sa_phrase() -> None:
    prises = defaultdict[str, list[set[str | None]]](list)  # of each note, what every call that takes it gives
    for chemin in Path(extraits.__path__[0]).rglob("*.py"):
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute) and noeud.func.attr in PRENNENT:
                for note in (x.value for arg in noeud.args for x in ast.walk(arg) if isinstance(x, ast.Constant)):
                    prises[str(note)].append({dit.arg for dit in noeud.keywords} - {"valeurs"})
    # Of what other extracts tell of the requests, or cells of one another: noted in a loop.
    for nom in ("deja_logee", "reactivee", "calcul_contredit", "pour_cent"):
        prises[nom].append(set())
    for nom, note in NOTES.items():
        dits = {champ for _, champ, _, _ in Formatter().parse(note["dire"] + note.get("motif", "")) if champ} - D_OFFICE
        assert prises[nom] and all(siens == dits for siens in prises[nom]), (nom, dits, prises[nom])
