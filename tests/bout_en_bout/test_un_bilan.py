"""One year of fictitious extracts, from the files received to the page, by the commands that an analyst types.

Four extracts, without the gestion en flux nor the parc, and no PDF: the whole example is in tests/longs.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import oracle_sql
import pandas as pd
import pytest
from fabrication import SANS_SQL

from cil_analysis.commandes import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rendu import bilan
from cil_analysis.rendu.suivi import Production
from cil_analysis.secret.preuve import protection as protections
from cil_analysis.secret.preuve.protection import Protection, proteger
from commande import RACINE, lancer
from exemple_produit import faire_le_bilan
from messages import lisible
from page_lue import arbre

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANNEE = 2022
# In the order in which they are best imported: requests are told from households that were housed.
EXTRAITS = ("attributions", "propositions", "radiations", "demandes")
COMPTES = ("conservees", "rejetees", "doublons", "hors_perimetre", "ignorees")
MENAGES = r"(?:V01|V02|P\d\dD?|O0[1-68]|A01|A02|T03|M01|R01|D0[1-4])$"
CONTRAT = (
    "indicateur,annee,perimetre_type,perimetre_code,acteur_type,acteur_code,modalite,numerateur,denominateur,valeur,"
    "unite,statut,cible,sens,ecart,menages_manquants,resultat,cible_max"
)


@pytest.fixture(scope="session")  # The tests of the browser come after those of the other files.
def projet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("bout-en-bout")
    shutil.copytree(RACINE / "data" / "reference", dossier / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", dossier / "notebooks")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        retouche.delenv("CIL_PROJET", raising=False)
        retouche.chdir(dossier)
        exemple = dossier / "exemple"
        assert main(["exemple", "--annees", f"{ANNEE}-{ANNEE}"]) == 0
        retouche.chdir(exemple)
        recus = {nom: next((exemple / "data" / "raw").glob(f"{nom}-{ANNEE}.*")) for nom in EXTRAITS}
        avant = {nom: hashlib.sha256(recu.read_bytes()).hexdigest() for nom, recu in recus.items()}
        for recu in recus.values():
            assert main(["importer", str(recu), "--annee", str(ANNEE)]) == 0
        fait = lancer("bilan", "--annee", ANNEE, "--sans-pdf", "--moteur", "interne", dossier=exemple)
        assert fait.returncode == 0, fait.stderr
        assert {nom: hashlib.sha256(recu.read_bytes()).hexdigest() for nom, recu in recus.items()} == avant
    return exemple


@pytest.fixture(scope="module", autouse=True)
def cles(projet: Path) -> Iterator[None]:
    """What a test does again finds the key."""
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(projet.parent / "cles"))
        yield


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


@pytest.fixture(scope="module")
def attendus(projet: Path) -> pd.DataFrame:
    """Every figure, counted again in SQL over the stored rows, before anything is masked."""
    with oracle_sql.ouvrir(projet) as base:
        return oracle_sql.chiffres(base)


def compares(chiffres: pd.DataFrame) -> pd.DataFrame:
    """The published rows that the oracle counts."""
    return chiffres[~chiffres["indicateur"].isin(SANS_SQL) & ~chiffres["indicateur"].str.startswith(("F", "S"))]


def test_chaque_chiffre_publie_est_celui_de_l_oracle(chiffres: pd.DataFrame, attendus: pd.DataFrame) -> None:
    """And each figure of the oracle is in the file, published or masked."""
    ici = compares(chiffres)
    masques = ici["statut"].eq("secret")
    caches = attendus.merge(ici.loc[masques, oracle_sql.CLES], on=oracle_sql.CLES, how="left", indicator="ou")["ou"]
    fautes = oracle_sql.ecarts(ici[~masques], attendus[caches.ne("both").to_numpy()])
    assert not fautes, "\n".join(fautes[:20])
    assert ici["statut"].eq("publie").sum() > 500


def test_les_petits_effectifs_sont_masques_et_peu_d_autres(chiffres: pd.DataFrame, attendus: pd.DataFrame) -> None:
    """A count of 1 to 4 households, what it leaves of its whole, a share of fewer than 10; masked rows say nothing.

    Of the indicators that describe households: what dwellings are, or where, is no secret by itself (D20).
    """
    masques = compares(chiffres).query("statut == 'secret'")
    assert masques[["numerateur", "denominateur", "valeur", "ecart", "cible", "cible_max"]].isna().all(axis=None)
    vrais = attendus.merge(compares(chiffres)[oracle_sql.CLES], on=oracle_sql.CLES)
    vrais = vrais[vrais["statut"].eq("publie") & vrais["indicateur"].str.match(MENAGES)]
    reste = vrais["denominateur"] - vrais["numerateur"]
    parts = vrais["unite"].eq("pct")
    petits = vrais["numerateur"].between(1, 4) | parts & (reste.between(1, 4) | vrais["denominateur"].between(1, 9))
    cles = [tuple(cle) for cle in masques[oracle_sql.CLES].to_numpy()]
    secrets = [tuple(cle) for cle in vrais.loc[petits, oracle_sql.CLES].to_numpy()]
    assert len(secrets) > 50 and not {*secrets} - {*cles}, sorted({*secrets} - {*cles})[:10]
    assert len(cles) < 4 * len(secrets), "others are masked only so that these are not given back"


def test_cil_seul_dit_ce_bilan_a_jour(projet: Path) -> None:
    sortie = lancer(dossier=projet)
    dit = lisible(sortie.stdout)
    assert sortie.returncode == 0 and f"  {ANNEE} : attributions, demandes, propositions et radiations\n" in dit
    assert "bilan" not in dit.partition("Ce qui reste à faire")[2], dit


def test_le_fichier_est_celui_du_contrat(rapport: Path) -> None:
    octets = (rapport / "indicateurs.csv").read_bytes()
    assert octets.decode("utf-8").partition("\n")[0] == CONTRAT and b"\r" not in octets
    with (rapport / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        cles = [tuple(list(ligne.values())[:7]) for ligne in csv.DictReader(flux)]
    assert len(set(cles)) == len(cles)


def trouves(texte: str, connus: set[str]) -> set[str]:
    """Which of some marks of one length are in a text, even glued to something else."""
    premier, dernier = min(connus), max(connus)
    debut = premier[: next(i for i, (a, b) in enumerate(zip(premier, dernier, strict=True)) if a != b)]
    reste = rf"[0-9A-Za-z]{{{len(premier) - len(debut)}}}"
    return {m[1] for m in re.finditer(rf"(?=({re.escape(debut)}{reste}))", texte)} & connus


def test_rien_de_personnel_n_est_dans_le_rapport(projet: Path, rapport: Path) -> None:
    """No N° unique as received, no pseudonym of a row and no path of the machine, in any file of the report."""
    demandes = next((projet / "data" / "raw").glob("demandes-*.csv")).read_bytes().decode("cp1252")
    numeros = {*re.findall(r"\b(?=[0-9A-Z]*\d)[0-9A-Z]{18}\b", demandes)}
    baux = pd.read_parquet(projet / f"data/processed/attributions/annee={ANNEE}/part.parquet")
    pseudonymes = {*baux["demande_pseudonyme"].dropna()}
    assert len(numeros) > 1_000 and len(pseudonymes) > 1_000
    for connus in (numeros, pseudonymes):
        assert trouves(f"<td>x{min(connus)}0</td>", connus) == {min(connus)}, "one that is there is found"
    for fichier in (f for f in rapport.rglob("*") if f.is_file()):
        octets = fichier.read_bytes()
        if fichier.suffix == ".xlsx":
            with zipfile.ZipFile(fichier) as archive:
                octets = b"".join(archive.read(nom) for nom in archive.namelist())
        texte = octets.decode("utf-8", errors="replace")
        assert str(projet.parent) not in texte, fichier.name
        assert not trouves(texte, numeros) and not trouves(texte, pseudonymes), fichier.name


@pytest.mark.parametrize("largeur", [1280, 360])
def test_la_page_s_ouvre_sans_reseau_et_tient_dans_l_ecran(rapport: Path, page_hors_ligne: Page, largeur: int) -> None:
    page_hors_ligne.set_viewport_size({"width": largeur, "height": 740})
    page_hors_ligne.goto((rapport / "bilan.html").as_uri())
    assert page_hors_ligne.evaluate("document.documentElement.scrollWidth") <= largeur
    assert page_hors_ligne.locator("main figure").count() > 20
    assert "Données fictives" in page_hors_ligne.locator("body").inner_text()


def test_la_page_dit_les_chiffres_publies(rapport: Path, chiffres: pd.DataFrame) -> None:
    """Every number from 100 on in the data table of a figure is a published count: smaller ones are all some count."""
    publies = chiffres[chiffres["statut"].eq("publie")]
    connus = {f"{x:.0f}" for nom in ("numerateur", "denominateur", "valeur", "menages_manquants")
              for x in publies[nom].dropna()}  # fmt: skip
    page = arbre((rapport / "bilan.html").read_text(encoding="utf-8"))
    cellules = [c.texte.replace("\u202f", "") for f in page.tous("figure") for c in f.tous("td")]
    entiers = [c for c in cellules if re.fullmatch(r"\d{3,}", c) and not re.fullmatch(r"(19|20)\d\d", c)]
    assert len(entiers) > 100 and not {*entiers} - connus


def test_un_bilan_qui_devoilerait_est_refuse_et_le_precedent_reste(
    projet: Path, rapport: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are proved before they take their places: here what is to be masked by its size is not."""

    def trop_peu(*arguments: Any, **options: Any) -> Protection:
        protection = proteger(*arguments, **options)
        return protection._replace(motifs=protection.motifs.where(protection.motifs.ne("effectif"), ""))

    avant = {fichier.name: fichier.read_bytes() for fichier in rapport.iterdir()}
    monkeypatch.setattr(protections, "proteger", trop_peu)
    monkeypatch.setattr(bilan._Edition, "_rendre_les_pages", lambda *_: None)
    with pytest.raises(ErreurCIL, match="laisse déduire"):
        faire_le_bilan(ouvrir_projet(projet), Production(ANNEE, "interne", refaire=True))
    assert {fichier.name: fichier.read_bytes() for fichier in rapport.iterdir()} == avant
