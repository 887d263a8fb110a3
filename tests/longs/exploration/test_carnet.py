"""notebooks/exploration.ipynb: stored without results, and run from end to end on the example project."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import carnets
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from cil_analysis import ouvrir_rapport
from cil_analysis.projet import Projet
from cil_analysis.rendu.notebooks import environnement
from page_lue import Noeud, arbre

RACINE = Path(__file__).resolve().parents[3]
CARNET = RACINE / "notebooks" / "exploration.ipynb"


@pytest.fixture(scope="module")
def carnet() -> NotebookNode:
    return nbformat.read(CARNET, as_version=4)


@pytest.fixture(scope="module")
def atelier(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one's own: the data of the example, and room for what the notebook writes."""
    dossier = tmp_path_factory.mktemp("exploration") / "projet"
    for partie in ("reference", "processed"):
        shutil.copytree(exemple.racine / "data" / partie, dossier / "data" / partie)
    (dossier / "explorations").mkdir()
    return dossier


@pytest.fixture(scope="module")
def execute(carnet: NotebookNode, atelier: Path, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook, run as JupyterLab does, in the folder of the analyst."""
    env = environnement(tmp_path_factory.mktemp("noyau"))
    for nom in ("MPLBACKEND", "CIL_RENDU", "CIL_PROJET"):  # figures are drawn in the notebook, and nothing is rendered
        env.pop(nom, None)
    with pytest.MonkeyPatch.context() as retouche:
        for nom in ("MPLBACKEND", "CIL_RENDU", "CIL_PROJET"):
            retouche.delenv(nom, raising=False)
        for nom, valeur in env.items():
            if os.environ.get(nom) != valeur:
                retouche.setenv(nom, valeur)
        dossier = {"metadata": {"path": str(atelier / "explorations")}}
        client = NotebookClient(carnet.copy(), timeout=300, kernel_name="cil", resources=dossier)
        return client.execute()


def sorties(execute: NotebookNode) -> list[NotebookNode]:
    return [sortie for cellule in execute.cells if cellule.cell_type == "code" for sortie in cellule.outputs]


def tableau(execute: NotebookNode, morceau: str, cle: str = "") -> dict[str, dict[str, float]]:
    """The figures of the table shown under the cell that holds a piece of code, by row (its label, or a column's)."""
    (cellule,) = [c for c in execute.cells if c.cell_type == "code" and morceau in c.source]
    (page,) = [s["data"]["text/html"] for s in cellule.outputs if "text/html" in s.get("data", {})]
    lignes = [[n.texte for n in ligne.enfants if isinstance(n, Noeud)] for ligne in arbre(page).tous("tr")]
    lues = [dict(zip(lignes[0], ligne, strict=False)) | {"": ligne[0]} for ligne in lignes[1:]]
    return {
        ligne.get(cle, ""): {nom: float(v) for nom, v in ligne.items() if re.fullmatch(r"-?\d+(\.\d+)?", v)}
        for ligne in lues
    }


# --- As it is stored ------------------------------------------------------------------------------------------------


def test_le_carnet_est_depose_sans_resultat(carnet: NotebookNode) -> None:
    codes = [c for c in carnet.cells if c.cell_type == "code"]
    assert all(c.outputs == [] and c.execution_count is None for c in codes)
    questions = [c for c in carnet.cells if c.cell_type == "markdown" and re.match(r"## \d+\. .+\?", c.source)]
    assert [int(c.source.split()[1].rstrip(".")) for c in questions] == list(range(1, 11))
    assert "projet = Projet()" in codes[0].source and codes[0].metadata["tags"] == ["parameters"]


def test_le_carnet_ne_nomme_ni_annee_ni_commune_et_suit_la_typographie(carnet: NotebookNode) -> None:
    communes = pd.read_csv(RACINE / "data/reference/territory/communes.csv", dtype="str")
    bailleurs = pd.read_csv(RACINE / "data/reference/nomenclatures/bailleurs.csv", dtype="str")
    noms = {*communes["nom"], *communes["code_insee"], *bailleurs["libelle"]}
    for cellule in carnet.cells:
        assert not re.search(r"\b[12]\d{3}\b", cellule.source), cellule.source
        assert [nom for nom in noms if re.search(rf"\b{re.escape(nom)}\b", cellule.source)] == []
        texte = re.sub(r"`[^`]*`", "", cellule.source) if cellule.cell_type == "markdown" else ""
        assert not re.search(r" [;:!?%»]|« |'|\.\.\.", texte), texte


# --- As it runs -----------------------------------------------------------------------------------------------------


def test_chaque_cellule_repond_sans_erreur_ni_pseudonyme(execute: NotebookNode) -> None:
    codes = [c for c in execute.cells if c.cell_type == "code"]
    assert all(c.outputs for c in codes)
    assert [s for s in sorties(execute) if s.output_type == "error" or s.get("name") == "stderr"] == []
    sans_images = [s for s in sorties(execute) if "image/png" not in s.get("data", {})]
    assert len(sorties(execute)) - len(sans_images) == 1  # What the report draws is in the page, as SVG.
    assert sum("<svg" in str(s.get("data")) for s in sans_images) == 4
    textes = json.dumps(sans_images, ensure_ascii=False)
    assert len(textes) > 10_000
    assert not re.search(r"\b[0-9a-f]{32}\b", textes) and "pseudonyme" not in textes.replace("sous pseudonyme", "")


def test_les_reponses_sont_justes(execute: NotebookNode, exemple: Projet) -> None:
    def lire(extrait: str) -> pd.DataFrame:
        return pd.read_parquet(exemple.racine / f"data/processed/{extrait}/annee=2022/part.parquet")

    baux, demandes = lire("attributions"), lire("demandes")
    pression = tableau(execute, 'rapport["V03"]', "annee")["2022"]["valeur"]
    assert pression == pytest.approx(len(demandes) / len(baux), abs=0.05)

    categories, dalo = baux["categories_prioritaires"], baux["statut_dalo"]
    prioritaires = categories.notna() & ~(categories.eq("DALO") & dalo.eq("CADUC")) | dalo.isin(["ACTIF", "ACTREL"])
    beta = baux["bailleur"].eq("B2") & baux["financement"].ne("PLI")
    (cellule,) = [c for c in execute.cells if c.cell_type == "code" and "rapport.tableau(" in c.source]
    ligne = re.search(r"Bailleur Bêta.*?</tr>", str(cellule.outputs[0]["data"]))
    assert ligne and f"{100 * prioritaires[beta].mean():.1f}".replace(".", ",") in ligne[0]

    t2 = [table["typologie"].eq("T2").sum() for table in (demandes, baux)]
    assert tableau(execute, "pression=")["T2"]["pression"] == pytest.approx(t2[0] / t2[1], abs=0.051)

    en_qpv = baux[baux["est_en_qpv"].fillna(False)]
    seules = tableau(execute, "croisement = ")["Personne seule"]["En QPV"]
    assert seules == pytest.approx(100 * en_qpv["composition_familiale"].eq("SEUL").sum() / len(en_qpv), abs=0.051)

    ages = (pd.Timestamp("2022-12-31") - demandes["date_depot_demande"]).dt.days / 365.25
    attente = tableau(execute, "pd.cut", "ancienneté")
    assert attente["5 ans ou plus"]["effectif"] == ages.ge(5).sum() > 100
    assert attente["Ensemble"]["effectif"] == len(demandes)

    o01 = pd.read_csv(exemple.rapports / "2022" / "indicateurs.csv", dtype={"perimetre_code": "str"})
    du_centre = o01.query("indicateur == 'O01' and perimetre_code == '72181' and acteur_type.isna()")
    o01 = du_centre.set_index("annee")["valeur"]
    centre = tableau(execute, "évolution")["Le Mans"]
    assert centre["évolution"] == pytest.approx(o01[2022] - o01[2018], abs=0.051)


def test_ce_qui_est_exporte_est_publie(execute: NotebookNode, exemple: Projet, atelier: Path) -> None:
    exporte = pd.read_excel(atelier / "explorations" / "objectifs-non-atteints.xlsx")
    publies = pd.read_csv(exemple.rapports / "2022" / "indicateurs.csv")
    attendus = publies.query("annee == 2022 and resultat == 'non_atteint'")
    assert len(exporte) == len(attendus) > 10
    assert exporte["menages_manquants"].sum() == attendus["menages_manquants"].sum()


def test_sa_derniere_cellule_se_colle_dans_le_bilan(
    carnet: NotebookNode, un_an: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is, in bilan_annuel.qmd: what it shows there is what it shows here."""
    bilan = (carnets.CARNETS / "bilan_annuel.qmd").read_text("utf-8")
    (tmp_path / "bilan_annuel.qmd").write_text(
        f"{bilan}\n\n## La mienne {{#la-mienne}}\n\n```{{python}}\n{carnet.cells[-1].source}\n```\n", "utf-8"
    )
    monkeypatch.setattr(carnets, "CARNETS", tmp_path)
    (montre,) = carnets.section("bilan_annuel.qmd", "la-mienne", ouvrir_rapport(projet=un_an.racine))
    assert "<svg" in montre and "Bailleur Bêta" in montre and "mois" in montre
