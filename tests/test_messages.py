"""Every refusal that the software writes says what to do; and what these checks would let pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cil_analysis.lecture_yaml import lire_du_logiciel
from messages import dit_quoi_faire, exiger_un_remede, lisible

SOURCES = Path(__file__).resolve().parents[1] / "src" / "cil_analysis"
# Fewer words of its own: the rest of the sentence, and its remedy, come from what it is made of.
MOTS = 6
# What to do is in what the sentence ends with.
COMPOSES = {
    "extraits/importation.py", "extraits/pseudonymes.py", "extraits/sources.py", "rapport/rapport.py",
    "reference/parametres.py", "rendu/notebooks.py", "territoires/contours.py", "exploration/comptage.py",
}  # fmt: skip


def en_texte(noeud: ast.AST) -> str:
    """The literal words of a message, {} for the rest."""
    if isinstance(noeud, ast.Constant):
        return str(noeud.value)
    if isinstance(noeud, ast.JoinedStr):
        return "".join(map(en_texte, noeud.values))
    if isinstance(noeud, ast.BinOp):
        return en_texte(noeud.left) + en_texte(noeud.right)
    if isinstance(noeud, ast.Call) and noeud.args:  # typographie(…)
        return en_texte(noeud.args[0])
    return "{}"


def refus() -> Iterator[tuple[str, str]]:
    """The file and the words of each refusal."""
    for fichier in ("extraits/agregats/refus.yml", "reference/refus.yml"):
        for regles in lire_du_logiciel(fichier).values():
            yield from ((fichier, lisible(re.sub(r"{[^}]*}", "{}", regle["dire"]))) for regle in regles)
    for chemin in sorted(SOURCES.rglob("*.py")):
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id == "ErreurCIL":
                yield chemin.relative_to(SOURCES).as_posix(), lisible(en_texte(noeud.args[0]))


def test_chaque_refus_du_logiciel_dit_quoi_faire() -> None:
    ecrits = [(fichier, texte) for fichier, texte in refus() if len(texte.replace("{}", " ").split()) >= MOTS]
    assert len(ecrits) > 250
    muets = [(f, t) for f, t in ecrits if not dit_quoi_faire(t) and not (f in COMPOSES and t.endswith(("{}", "{}.")))]
    assert not muets, "\n".join(f"{fichier} : {texte}" for fichier, texte in muets)


@pytest.mark.parametrize(
    "muette",
    ["Le fichier a.xlsx est illisible.", "La première ligne de a.csv est vide.", "Rien dans a.csv ; autre année (1).",
     "a.csv : ouverture refusée.", "Le fichier a.csv est chez nous.", "Le premier dossier entier ne suffit pas.",
     "a.csv : [Errno 13] Permission denied. Corrigez.", "a.csv: file not found. Corrigez."],
)  # fmt: skip
def test_une_phrase_sans_remede_ou_en_anglais_ne_passe_pas(muette: str) -> None:
    with pytest.raises(AssertionError):
        exiger_un_remede(muette)
