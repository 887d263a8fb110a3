"""docs/methode.md says what the registry and the counting rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cil_analysis.commandes.methode import ecrire_methode
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.mots.definitions import fiche
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles
from registres import INDICATEURS, PAR_CODE

DEPOT = Path(__file__).resolve().parents[2]
# O07 is told by the published figures of others: it reads no column and follows the rules of each.
SANS_LIGNES = {"O07"}
# Nor do those of the governance: reference tables tell them.
SANS_LIGNES |= {code for code in PAR_CODE if code.startswith("G")}

tous = pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(DEPOT))


def test_la_methode_est_celle_du_registre(references: References) -> None:
    """Written by « cil methode docs/methode.md »: an indicator that changes and is not written again fails here."""
    page = (DEPOT / "docs" / "methode.md").read_text(encoding="utf-8")
    assert ecrire_methode(page, INDICATEURS, parametres_des_regles(references)) == page
    for indicateur in INDICATEURS:
        assert f"### {indicateur.code} – " in page


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


def test_un_repere_perdu_est_refuse(references: References) -> None:
    with pytest.raises(ErreurCIL, match="repères « <!-- début : regles -->"):
        ecrire_methode("# Méthode\n", INDICATEURS, parametres_des_regles(references))
