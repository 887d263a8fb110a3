"""What docs/ and the README tell an analyst to type is understood; what they say of refusals, the software says."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from typing import NoReturn

import pytest

from cil_analysis import commandes as cli
from pages_de_docs import PAGES, RACINE, ancres, commandes

GUIDE = RACINE / "docs" / "guide.md"


def test_chaque_tableau_des_pages_est_entier() -> None:
    """Headings, their rule, then rows as wide as they: a row after a blank line is no table any more."""
    for page in (*PAGES, RACINE / "CONTRIBUTING.md"):
        for bloc in re.findall(r"(?:^\|.*\n)+", page.read_text(encoding="utf-8"), re.M):
            lignes = [re.split(r"(?<!\\)\|", ligne.strip().strip("|")) for ligne in bloc.splitlines()]
            assert len(lignes) > 2 and all(re.fullmatch(r" *:?-+:? *", tiret) for tiret in lignes[1]), bloc
            assert len({len(ligne) for ligne in lignes}) == 1, bloc


def phrases_du_logiciel() -> str:
    """Every text of the source, with « … » where a value goes."""
    textes = []
    for source in (RACINE / "src").rglob("*.py"):
        for noeud in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
                textes.append(noeud.value)
            elif isinstance(noeud, ast.JoinedStr):
                textes.append("".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in noeud.values))
    return re.sub(r"\s+", " ", " ".join(textes))


def test_chaque_refus_cite_par_la_liste_de_janvier_est_dit_par_le_logiciel() -> None:
    page = (RACINE / "docs" / "relancer.md").read_text(encoding="utf-8")
    cites = re.findall(r"^\| (?!Si la commande|---)([^|]+) \| [^|]+ \|$", page, re.M)
    assert len(cites) > 15
    dites = phrases_du_logiciel()
    assert [cite for cite in cites if cite not in dites] == []


def test_ce_que_docs_donne_a_taper_se_colle_dans_l_invite_de_windows() -> None:
    """There a remark is an argument like another, a simple quote a sign like another, and no line goes on."""
    for page in PAGES[:-1]:  # The README is not for an analyst.
        for bloc in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            for ligne in bloc.splitlines():
                assert not (ligne.startswith("cil ") and re.search(r"\s#|'|\\$", ligne)), (page.name, ligne)


def test_les_liens_des_pages_menent_quelque_part() -> None:
    """Files exist, and so does the heading that an anchor names."""
    fautes = []
    for page in PAGES:
        # What is in a block of code is an example: it leads nowhere from here.
        texte = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
        for cible in re.findall(r"\]\(([^)\s]+)\)", texte):
            fichier, _, ancre = cible.partition("#")
            if re.match(r"[a-z]+:", fichier):
                continue
            autre = page.parent / fichier if fichier else page
            if not autre.exists() or (ancre and ancre not in ancres(autre)):
                fautes.append(f"{page.name} : {cible}")
    assert fautes == []


class MauvaiseCommande(Exception):
    """What the parser of « cil » does not admit."""


@pytest.fixture
def analyseur(monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """That of « cil »."""

    def refuser(_: object, message: str) -> NoReturn:
        raise MauvaiseCommande(message)

    monkeypatch.setattr(cli._Analyseur, "error", refuser)
    return cli.analyseur_des_commandes()


def mots(ecrite: str) -> list[str]:
    """The arguments of a command, its redirection apart."""
    return shlex.split(ecrite.partition(" > ")[0])[1:]


def test_chaque_commande_a_taper_est_comprise(analyseur: argparse.ArgumentParser) -> None:
    """By the parser of « cil » itself: each line of a block, whatever its language, is a whole command."""
    ecrites = {(page.name, c) for page in PAGES for c in commandes(page, langues="sh|text") if c.startswith("cil ")}
    assert len(ecrites) > 40
    for page, ecrite in sorted(ecrites):
        try:
            analyseur.parse_args(mots(ecrite))
        except MauvaiseCommande as faute:
            pytest.fail(f"{page} : {ecrite} : {faute}")


def test_chaque_commande_citee_est_connue(analyseur: argparse.ArgumentParser) -> None:
    """In the text, where it may be named without its file or its year: its options are then those that it has."""
    (sous,) = (action.choices for action in analyseur._actions if action.dest == "commande")
    for page in PAGES:
        for ecrite in re.findall(r"`(cil [^`]+)`", page.read_text(encoding="utf-8")):
            try:
                analyseur.parse_args(mots(ecrite))
            except MauvaiseCommande as faute:
                assert re.match("il manque|--requete", str(faute)), f"{page.name} : {ecrite} : {faute}"
                nom = next(mot for mot in mots(ecrite) if mot in sous)  # type: ignore[operator]
                options = {mot for mot in mots(ecrite) if mot.startswith("--")}
                assert options <= {"--projet", *sous[nom]._option_string_actions}, ecrite  # type: ignore[index]


def test_le_guide_se_lit_en_vingt_minutes_et_mene_a_tout() -> None:
    """Three thousand words or so, each picture there, and a link to every page of docs/ that is not printed."""
    texte = GUIDE.read_text(encoding="utf-8")
    assert len(texte.encode()) <= 28 * 1024
    liens = set(re.findall(r"\]\(([^)#\s]+)", texte))
    a_lire = {p for d in ("", "pages") for p in (RACINE / "docs" / d).glob("*.md") if p != GUIDE}
    ailleurs = {"accessibilite.md", "performances.md"}  # The README leads to them: they are about the software.
    assert {p.relative_to(GUIDE.parent).as_posix() for p in a_lire if p.name not in ailleurs} <= liens
