"""The cotation of the example: its page, its workbook, its rows of figures, and « cil cotation »."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from cil_analysis import commandes as cli
from cil_analysis.projet import Projet
from messages import exiger_du_francais, exiger_un_remede


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


def test_la_page_dit_que_la_grille_est_fictive_et_chaque_critere(dossier: Path) -> None:
    html = (dossier / "cotation.html").read_text("utf-8")
    texte = re.sub(r"\s+", " ", re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.S))
    for mots in ("fictive", "aide à la décision", "souveraine", "FICTIVE-1", "FICTIVE-2", "décembre 2021",
                 "Ancienneté de la demande", "+0,5 par mois, +25 au plus", "+1 par personne, +5 au plus",
                 "−5"):  # fmt: skip
        assert mots in texte, mots
    assert not re.search(r"(?<![\w-])(nan|None|NaN|<NA>|Non calculable)(?!\w)", texte)


def test_les_chiffres_publies_se_tiennent(dossier: Path) -> None:
    """The published rows of one year, read as a reader does: shares of one whole add up, masks lose their figures."""
    chiffres = pd.read_csv(dossier / "indicateurs.csv", dtype="str", keep_default_na=False)
    siens = chiffres[chiffres["indicateur"].str.match(r"C\d\d") & chiffres["annee"].eq("2022")]
    assert set(siens["indicateur"]) >= {"C00", "C01", "C01D", "C02", "C03", "C04", "C08H", "C10", "C11", "C12B"}
    rangs = siens[siens["indicateur"].eq("C03")]
    assert rangs["statut"].eq("publie").all()
    assert rangs["numerateur"].astype(int).sum() == int(rangs["denominateur"].iloc[0])
    masques = siens[siens["statut"].eq("secret")]
    assert masques[["numerateur", "denominateur", "valeur"]].eq("").all(axis=None)
    petits = siens.loc[siens["statut"].eq("publie") & siens["numerateur"].ne(""), "numerateur"].astype(int)
    assert not petits.between(1, 4).any()
    classeur = load_workbook(dossier / "bilan.xlsx", read_only=True)
    assert {"C03", "C08", "C11"} <= {nom.split(" ")[0] for nom in classeur.sheetnames}


def test_la_commande_compte_sans_montrer_personne(exemple: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    def cotation(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["--projet", str(exemple.racine), "cotation", *arguments])
        return code, *capsys.readouterr()

    code, dit, _ = cotation("--annee", "2022")
    assert code == 0 and "usage interne" in dit and "FICTIVE-1" in dit
    lignes = re.findall(r"^  [A-Z0-9]+-[A-Z0-9]+ .*?((?:\s+\d+){4})$", dit, re.M)
    assert len(lignes) == 12, "a line for each criterion"
    assert len({sum(map(int, comptes.split())) for comptes in lignes}) == 1, "each read on every request"
    assert not re.search(r"[0-9a-f]{32}", dit)
    code, dit, _ = cotation("--annee", "2022", "--grille", "FICTIVE-2")
    assert code == 0 and "simulation" in dit
    code, _, refus = cotation("--annee", "2022", "--grille", "AUTRE")
    assert code == 1 and all(nom in exiger_du_francais(refus) for nom in ("AUTRE", "FICTIVE-1", "FICTIVE-2"))
    code, _, refus = cotation("--annee", "1999")
    assert code == 1
    exiger_un_remede(refus)
