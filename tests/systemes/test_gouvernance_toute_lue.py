"""What the bilan prepares of the governance reads its seven tables: a fault in one that it does not count stops it."""

import shutil
from pathlib import Path

import pytest

from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.tables import en_tete
from cil_analysis.systemes.gouvernance import preparer
from messages import refuser

DEPOT = Path(__file__).resolve().parents[2]
TABLES = ("membres", "seances", "decisions", "actions", "faits", "enveloppe", "documents")
ANNEES = (("faits", "annee_debut"), ("faits", "annee_fin"), ("enveloppe", "annee"))


@pytest.mark.parametrize(
    ("nom", "colonne", "fautive"),
    [
        *((nom, en_tete(f"governance/{nom}")[0], "!") for nom in TABLES),
        *((*ou, annee) for ou in ANNEES for annee in ("999", "3000", "2022.5", "deux mille")),
    ],
)
def test_une_faute_dans_une_table_arrete_le_bilan(tmp_path: Path, nom: str, colonne: str, fautive: str) -> None:
    shutil.copytree(DEPOT / "data/reference", tmp_path / "data/reference")
    entete = en_tete(f"governance/{nom}")
    valable = {entete[0]: "AJOUTEE", "intitule": "Une ligne", "source": "essai", "confiance": "L"}
    valable |= dict.fromkeys(("annee", "annee_debut"), "2022")
    ligne = valable | {colonne: fautive}
    with (tmp_path / f"data/reference/governance/{nom}.csv").open("a", encoding="utf-8") as flux:
        flux.write(",".join(ligne.get(cle, "") for cle in entete) + "\n")
    with refuser(f"governance/{nom}.csv", f"« {fautive} »", colonne):
        preparer({}, References(ouvrir_projet(tmp_path)), 2022)
