"""What is noted of a row: each note of mots.yml is one of the software, says its rule, its effect and its reason."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from cil_analysis import extraits
from cil_analysis.extraits.anomalies import NOTES, REGLES, REJET

EFFETS = (REJET, "valeur écartée", "signalée", "doublon écarté")
# What a column says of itself in any sentence.
D_OFFICE = {"libelle", "attendu"}


def test_chaque_note_du_logiciel_a_ses_mots() -> None:
    assert all(note.get("regle", nom) in REGLES for nom, note in NOTES.items())
    assert {nom: note["effet"] for nom, note in NOTES.items() if note["effet"] not in EFFETS} == {}
    for nom, note in NOTES.items():  # A row that does not count has its reason in the account, and no other has.
        assert ("motif" in note) == (note["effet"] in (REJET, "doublon écarté")), nom


def test_chaque_note_est_prise_avec_ce_que_dit_sa_phrase() -> None:
    textes = [chemin.read_text(encoding="utf-8") for chemin in Path(extraits.__path__[0]).rglob("*.py")]
    for nom, note in NOTES.items():
        appels = [appel for texte in textes for appel in re.findall(rf'"{nom}"([^\n]*(?:\n {{12}}[^\n]*)?)', texte)]
        assert appels, nom
        dits = {champ for _, champ, _, _ in Formatter().parse(note["dire"] + note.get("motif", "")) if champ} - D_OFFICE
        assert any(all(f"{dit}=" in appel for dit in dits) for appel in appels), (nom, dits)
