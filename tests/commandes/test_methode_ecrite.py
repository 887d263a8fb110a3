"""docs/methode says what the registry and the counting rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cil_analysis.commandes import main
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.mots.definitions import fiche
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles
from registres import INDICATEURS, PAR_CODE

DEPOT = Path(__file__).resolve().parents[2]
PAGES = DEPOT / "docs" / "methode"
# O07 is told by the published figures of others: it reads no column and follows the rules of each.
SANS_LIGNES = {"O07"}
# Nor do those of the governance: reference tables tell them.
SANS_LIGNES |= {code for code in PAR_CODE if code.startswith("G")}

tous = pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(DEPOT))


def test_le_catalogue_est_celui_du_registre(tmp_path: Path) -> None:
    """An indicator that changes, or a page that nothing writes any more, fails here."""
    assert main(["--projet", str(DEPOT), "methode", str(tmp_path)]) == 0
    attendues, ecrites = ({p.name: p.read_text("utf-8") for p in d.iterdir()} for d in (tmp_path, PAGES))
    assert ecrites == attendues, "docs/methode n’est plus à jour : lancez « cil methode docs/methode »."
    fiches = [ligne for page in ecrites.values() for ligne in page.splitlines() if ligne.startswith("## ")]
    for indicateur in INDICATEURS:
        assert sum(ligne.startswith(f"## {indicateur.code} – ") for ligne in fiches) == 1


@tous
def test_chaque_indicateur_dit_ce_qu_il_est(indicateur: Indicateur, references: References) -> None:
    termes = dict(fiche(indicateur))
    exiges = {"Définition", "Formule", "Unité", "Population", "Périmètres", "Source"}
    if indicateur.unite in ("pct", "ratio"):
        exiges.add("Dénominateur")
    if not indicateur.modalites.startswith("colonnes:"):
        exiges |= {"Colonnes", "Règles de comptage"} - (set() if indicateur.code not in SANS_LIGNES else {"Colonnes"})
    if indicateur.code in SANS_LIGNES or indicateur.compte.population.startswith("flux:"):  # What landlords count.
        exiges.discard("Règles de comptage")
    assert exiges <= termes.keys(), exiges - termes.keys()
    assert all(texte.strip() for texte in termes.values())
    assert set(indicateur.regles) <= set(parametres_des_regles(references))
    connues = {c for dictionnaire in references.dictionnaires.values() for c in dictionnaire.colonnes}
    assert set(indicateur.colonnes) <= connues
