"""One year of fictitious extracts, from the files received to the page, by the commands that an analyst types.

Four extracts, without the gestion en flux nor the parc, and no PDF: the whole example is in tests/longs.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import oracle_sql
import pandas as pd
import pytest
from fabrication import SANS_SQL

from commande import RACINE, lancer
from page_lue import arbre

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANNEE = 2022
# In the order in which they are best imported: requests are told from households that were housed.
EXTRAITS = ("attributions", "propositions", "radiations", "demandes")
COMPTES = ("conservees", "rejetees", "doublons", "hors_perimetre", "ignorees")
CONTRAT = (
    "indicateur,annee,perimetre_type,perimetre_code,acteur_type,acteur_code,modalite,numerateur,denominateur,valeur,"
    "unite,statut,cible,sens,ecart,menages_manquants,resultat,cible_max"
)


@pytest.fixture(scope="module")
def projet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    dossier = tmp_path_factory.mktemp("bout-en-bout")
    shutil.copytree(RACINE / "data" / "reference", dossier / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", dossier / "notebooks")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        exemple = dossier / "exemple"
        fait = lancer("exemple", "--annees", f"{ANNEE}-{ANNEE}", dossier=dossier)
        assert fait.returncode == 0, fait.stderr
        recus = {nom: next((exemple / "data" / "raw").glob(f"{nom}-{ANNEE}.*")) for nom in EXTRAITS}
        avant = {nom: hashlib.sha256(recu.read_bytes()).hexdigest() for nom, recu in recus.items()}
        for recu in recus.values():
            fait = lancer("importer", recu, "--annee", ANNEE, dossier=exemple)
            assert fait.returncode == 0, fait.stderr
        fait = lancer("bilan", "--annee", ANNEE, "--sans-pdf", "--moteur", "interne", dossier=exemple)
        assert fait.returncode == 0, fait.stderr
        assert {nom: hashlib.sha256(recu.read_bytes()).hexdigest() for nom, recu in recus.items()} == avant
        yield exemple


@pytest.fixture(scope="module")
def rapport(projet: Path) -> Path:
    return projet / "reports" / str(ANNEE)


@pytest.fixture(scope="module")
def chiffres(rapport: Path) -> pd.DataFrame:
    """The published file; keys as text."""
    textes: dict[str, Any] = dict.fromkeys(CONTRAT.split(","), "str")
    for nom in ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"):
        textes[nom] = "float64"
    lus = pd.read_csv(rapport / "indicateurs.csv", dtype=textes | {"annee": "int64"}, keep_default_na=False,
                      na_values={nom: [""] for nom, sorte in textes.items() if sorte == "float64"})  # fmt: skip
    return lus


def test_chaque_ligne_recue_est_comptee(projet: Path) -> None:
    for nom in EXTRAITS:
        compte = json.loads((projet / f"data/processed/journal/{nom}-{ANNEE}.json").read_text(encoding="utf-8"))
        comptes = compte["comptes"]
        assert comptes["lues"] == sum(comptes[sort] for sort in COMPTES) and comptes["conservees"] > 100


def test_chaque_chiffre_publie_est_celui_de_l_oracle(projet: Path, chiffres: pd.DataFrame) -> None:
    """Counted again in SQL over the stored rows; a masked figure is one that the oracle has, and says nothing."""
    with oracle_sql.ouvrir(projet) as base:
        attendus = oracle_sql.chiffres(base)
    ici = chiffres[~chiffres["indicateur"].isin(SANS_SQL) & ~chiffres["indicateur"].str.startswith(("F", "S"))]
    montres = ici[ici["statut"].ne("secret")]
    absents = attendus.merge(montres[oracle_sql.CLES], on=oracle_sql.CLES, how="left", indicator="ou")["ou"]
    fautes = oracle_sql.ecarts(montres, attendus[absents.eq("both").to_numpy()])
    assert not fautes, "\n".join(fautes[:20])
    assert len(montres) > 1_000 and montres["statut"].eq("publie").sum() > 500
    masques = ici[ici["statut"].eq("secret")]
    assert len(masques) > 50 and masques[["numerateur", "denominateur", "valeur", "ecart", "cible"]].isna().all(
        axis=None
    )
    # Save one that cannot be computed, which would tell that its denominator is a masked zero.
    assert masques.merge(attendus, on=oracle_sql.CLES)["statut_y"].eq("publie").mean() > 0.99


def test_aucun_petit_effectif_de_menages_n_est_publie(chiffres: pd.DataFrame) -> None:
    """O07 counts results; L01 and L02, what dwellings are, and T02 whether their quarter is known (D20)."""
    publies = chiffres[chiffres["statut"].eq("publie")]
    de_menages = publies[publies["indicateur"].str.match(r"(?:V01|V02|P\d\d|O0[1-68]|A01|A02|T03|M01|R01|D0[1-4])D?$")]
    assert len(de_menages) > 300
    assert not de_menages["numerateur"].between(1, 4).any()
    parts = de_menages[de_menages["unite"].eq("pct")]
    assert parts["denominateur"].ge(10).all() and not (parts["denominateur"] - parts["numerateur"]).between(1, 4).any()


def test_le_fichier_est_celui_du_contrat(rapport: Path) -> None:
    octets = (rapport / "indicateurs.csv").read_bytes()
    assert octets.decode("utf-8").partition("\n")[0] == CONTRAT and b"\r" not in octets
    with (rapport / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        cles = [tuple(list(ligne.values())[:7]) for ligne in csv.DictReader(flux)]
    assert len(set(cles)) == len(cles)


def test_rien_de_personnel_n_est_dans_le_rapport(projet: Path, rapport: Path) -> None:
    """Neither a N° unique nor a pseudonym of a row is in any file of the report, nor the path of the machine."""
    baux = pd.read_parquet(projet / f"data/processed/attributions/annee={ANNEE}/part.parquet")
    pseudonymes = baux["demande_pseudonyme"].dropna().head(200)
    for fichier in sorted(rapport.iterdir()):
        if fichier.suffix in (".html", ".csv", ".json"):
            texte = fichier.read_text(encoding="utf-8")
            assert not re.search(r"\b072\d{11}[0-9A-Z]{4}\b", texte) and str(projet.parent) not in texte, fichier.name
            assert not any(pseudonyme in texte for pseudonyme in pseudonymes), fichier.name


@pytest.mark.parametrize("largeur", [1280, 360])
def test_la_page_s_ouvre_sans_reseau_et_tient_dans_l_ecran(rapport: Path, page_hors_ligne: Page, largeur: int) -> None:
    page_hors_ligne.set_viewport_size({"width": largeur, "height": 740})
    page_hors_ligne.goto((rapport / "bilan.html").as_uri())
    assert page_hors_ligne.evaluate("document.documentElement.scrollWidth") <= largeur
    assert page_hors_ligne.locator("main figure").count() > 20
    assert "Données fictives" in page_hors_ligne.locator("body").inner_text()


def test_la_page_dit_les_chiffres_publies(rapport: Path, chiffres: pd.DataFrame) -> None:
    """Every whole number in the data table of a figure is a published count, or a year."""
    publies = chiffres[chiffres["statut"].eq("publie")]
    connus = {f"{x:.0f}" for nom in ("numerateur", "denominateur", "valeur", "menages_manquants")
              for x in publies[nom].dropna()}  # fmt: skip
    page = arbre((rapport / "bilan.html").read_text(encoding="utf-8"))
    cellules = [c.texte.replace("\u202f", "") for f in page.tous("figure") for c in f.tous("td")]
    entiers = [c for c in cellules if re.fullmatch(r"\d+", c)]
    inconnus = [c for c in entiers if c not in connus and not re.fullmatch(r"(19|20)\d\d", c)]
    assert len(entiers) > 300 and not inconnus, inconnus[:20]
