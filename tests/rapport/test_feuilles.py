"""The writer of sheets that every workbook shares: text stays text, sentences and margins fit."""

from __future__ import annotations

import io

import openpyxl
import pytest

from cil_analysis.classeurs import octets_du_classeur
from cil_analysis.rapport.classeur.bilan import _regles
from cil_analysis.rapport.classeur.feuilles import Colonne, Feuille, nouveau_classeur
from cil_analysis.rapport.mots.definitions import nom_de_feuille
from registres import INDICATEURS


def feuille(*colonnes: Colonne, marge: str = "Titre") -> Feuille:
    return Feuille(nouveau_classeur("x"), "Feuille", marge, colonnes=colonnes or [Colonne("Texte", 90)])


@pytest.mark.parametrize("piege", ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "a\x00b"])
def test_un_texte_reste_du_texte_ou_qu_il_soit(piege: str) -> None:
    """In a sentence, a link, a cell of a table, in bold or not; the figure below it is not made a text."""
    f = feuille(Colonne("Nom", 20), Colonne("Chiffre", 10, "0.0"))
    f.presenter(piege, [], {})
    f.lier(piege, "Feuille")
    f.remplir("Essai", [[piege, 1.5], ["sain", 2], [piege, piege]], gras=[True, True, False])
    page = openpyxl.load_workbook(io.BytesIO(octets_du_classeur(f.page.parent)))["Feuille"]
    ecrites = [page.cell(*place) for place in ((1, 1), (2, 1), (4, 1), (6, 1), (6, 2))]
    assert {(c.value, c.data_type) for c in ecrites} == {(piege.replace("\x00", ""), "s")}
    assert all(bool(c.quotePrefix) == (piege != "a\x00b") for c in ecrites)
    assert [(c.value, c.data_type, bool(c.quotePrefix)) for c in (page["A5"], page["B4"], page["B5"])] == [
        ("sain", "s", False), (1.5, "n", False), (2, "n", False),
    ]  # fmt: skip
    assert [c.font.b for c in (page["A4"], page["A5"], page["A6"])] == [True, True, False]


def test_tout_indicateur_a_un_nom_de_feuille_valide_et_unique() -> None:
    noms = [nom_de_feuille(indicateur) for indicateur in INDICATEURS]
    assert all(nom.startswith(f"{i.code} – ") for i, nom in zip(INDICATEURS, noms, strict=True))
    assert all(len(nom) <= 31 and not set(nom) & set("[]:*?/\\") and nom.strip("'") == nom for nom in noms)
    assert len({nom.lower() for nom in noms}) == len(noms)


def test_les_regles_d_un_tableau_se_lisent_avec_leurs_notes() -> None:
    dit = _regles(("P1", "P5", "P9", "P10"), {"P1": 11, "P5": 15, "P9": 19, "P10": 20})
    assert dit == "Règles de comptage : P1, P5, P9 et P10 (notes 11, 15, 19 et 20)."


def test_une_phrase_trop_longue_pour_le_tableau_a_deux_lignes() -> None:
    phrase = "Un début assez long pour remplir la première ligne, et une fin. " * 3
    f = feuille(Colonne("Texte", 75))
    f.presenter("Titre", [phrase.strip(), "", "x" * 200], {})
    lues = [str(c.value) for c in f.page["A"]][1:]
    assert " ".join(lues[:3]) == phrase.strip() and max(map(len, lues)) <= 90
    assert lues[3:] == ["x" * 90, "x" * 90, "x" * 20]


def test_un_titre_d_imprime_tient_dans_la_marge() -> None:
    texte = feuille(marge="A & B\n" + "&" * 200).page.oddHeader.center.text
    assert texte.startswith("A && B") and len(texte) <= 250 and texte.count("&") % 2 == 0
