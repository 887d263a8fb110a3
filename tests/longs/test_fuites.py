"""No masked figure is in any published file, since nothing of what makes them can reach one.

The files are made again in a project that has no row left, from the figures of indicateurs.csv whose masked rows are
filled with false ones: if not a line of a page nor a byte of the workbook moves, they hold nothing but what it shows.
What indicateurs.csv shows is compared with the true figures, and the journal is searched for the masked ones.
"""

from __future__ import annotations

import csv
import filecmp
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cil_analysis import ouvrir as module_ouvrir
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.pages import BILAN
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.rapport import Rapport as Ouvert
from cil_analysis.reference.ensemble import References
from cil_analysis.secret import table_publiee as published
from cil_analysis.secret.comptage import Comptes
from cil_analysis.secret.publication import publier
from cil_analysis.secret.table_publiee import Publication, PublishedTable
from page_lue import arbre, executer

ANNEE = 2022
CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]
PAGES = {
    "bilan.html": "bilan_annuel.qmd", "demande.html": "demande.qmd", "cotation.html": "cotation.qmd",
    "gestion-en-flux.html": "gestion_en_flux.qmd", "occupation.html": "occupation_parc.qmd",
    "gouvernance.html": "gouvernance.qmd", "methode.html": "methode.qmd",
    "communes/72003-allonnes.html": "fiche_commune.qmd",
    "bailleurs/B1.html": "fiche_bailleur.qmd", "reservataires/PFONCT.html": "fiche_reservataire.qmd",
}  # fmt: skip
# Whose sheet it is.
SUJETS = {
    "communes/72003-allonnes.html": {"commune": "72003"}, "bailleurs/B1.html": {"bailleur": "B1"},
    "reservataires/PFONCT.html": {"reservataire": "PFONCT"},
}  # fmt: skip


@dataclass(frozen=True)
class Bilan:
    """The folder of the files, what indicateurs.csv shows, and the true figures of the same rows."""

    dossier: Path
    publies: pd.DataFrame
    interne: Publication

    @property
    def vrais(self) -> pd.DataFrame:
        return self.interne.en_table()


def lire_publies(chemin: Path) -> pd.DataFrame:
    texte = pd.read_csv(chemin, dtype="str", keep_default_na=False)
    return texte.assign(annee=texte["annee"].astype(int), **{c: pd.to_numeric(texte[c]) for c in CHIFFRES})


@pytest.fixture(scope="module")
def bilan(exemple: Projet, comptes: Comptes) -> Bilan:
    dossier = exemple.rapports / str(ANNEE)
    sans_masque = {annee: replace(regles, actif=False) for annee, regles in comptes.regles.items()}
    interne = publier(exemple, replace(comptes, regles=sans_masque), ANNEE, interne=True)
    return Bilan(dossier, lire_publies(dossier / "indicateurs.csv"), interne)


def fautes_du_csv(bilan: Bilan, chemin: Path) -> list[str]:
    """Every published figure is the true one; a masked row has none, and no number elsewhere."""
    with chemin.open(encoding="utf-8", newline="") as flux:
        lues = list(csv.DictReader(flux))
    fautes = []
    for lue, vraie in zip(lues, bilan.vrais.to_dict("records"), strict=True):
        place = tuple(lue[c] for c in CLES)
        if place != tuple(str(vraie[c]) for c in CLES):
            fautes.append(f"{place} n’est pas à sa place")
        for nom in CHIFFRES:
            if lue["statut"] == "secret" and lue[nom]:
                fautes.append(f"{place} : {nom} = {lue[nom]}")
            elif lue["statut"] != "secret" and lue["indicateur"] != "O07":
                absent = pd.isna(vraie[nom])
                if bool(lue[nom]) is absent or (lue[nom] and abs(float(lue[nom]) - vraie[nom]) > 1e-6):
                    fautes.append(f"{place} : {nom} = {lue[nom]}, {vraie[nom]} attendu")
        tus = ("", "non_calculable", vraie["resultat"])  # A result that is told is the true one.
        if lue["statut"] == "secret" and (lue["sens"] or lue["resultat"] not in tus):
            fautes.append(f"{place} : {lue['sens']} {lue['resultat']}")
        # The objectives that are met are counted among published results, in all and for each indicator.
        if lue["indicateur"] == "O07":
            resultats = Counter(
                x["resultat"] for x in lues if x["annee"] == lue["annee"] and lue["modalite"] in ("", x["indicateur"])
            )
            atteints, publies = resultats["atteint"], resultats["atteint"] + resultats["non_atteint"]
            if (lue["numerateur"], lue["denominateur"]) != (str(atteints), str(publies)):
                fautes.append(f"{place} : {lue['numerateur']} sur {lue['denominateur']}, {atteints} sur {publies}")
    return fautes


def test_le_csv_ne_montre_que_ce_qui_est_publie(bilan: Bilan, tmp_path: Path) -> None:
    """And the check finds a figure that is given back."""
    chemin = bilan.dossier / "indicateurs.csv"
    assert not fautes_du_csv(bilan, chemin)
    secrets = bilan.publies["statut"].eq("secret")
    assert secrets.sum() > 150
    rang = bilan.publies.index[secrets & bilan.publies["indicateur"].eq("O01")][0]
    percee = bilan.publies.astype("str").replace("nan", "")
    percee.loc[rang, "numerateur"] = format(bilan.vrais.loc[rang, "numerateur"], "g")
    percee.to_csv(tmp_path / "perce.csv", index=False)
    assert any(
        faute.startswith(str(tuple(percee.loc[rang, CLES]))) for faute in fautes_du_csv(bilan, tmp_path / "perce.csv")
    )


# --- The journal ----------------------------------------------------------------------------------------------------


def nombres(objet: Any) -> Iterator[float]:
    if isinstance(objet, dict | list):
        for valeur in objet.values() if isinstance(objet, dict) else objet:
            yield from nombres(valeur)
    elif isinstance(objet, int | float) and not isinstance(objet, bool):
        yield objet


def test_le_journal_ne_compte_que_des_lignes_et_des_chiffres(bilan: Bilan, exemple: Projet) -> None:
    """The rows of a file are accounted for in public; how many figures are masked too."""
    journal = json.loads((bilan.dossier / "journal.json").read_text(encoding="utf-8"))
    for nom in ("versions", "parametres", "empreinte_references", "annee", "annees", "resultats_dits"):
        del journal[nom]
    imports = [json.loads(c.read_text(encoding="utf-8")) for c in (exemple.traite / "journal").glob("*.json")]
    secrets = bilan.publies["statut"].eq("secret")
    connus = {*nombres(imports), int(secrets.sum()), len(secrets)}
    assert set(nombres(journal)) - connus == set()


# --- The pages and the workbook -------------------------------------------------------------------------------------


def remplie(bilan: Bilan) -> Publication:
    """What indicateurs.csv publishes, its masked rows filled with false figures that nothing may show."""
    tables = {}
    for code, table in bilan.interne.items():
        ici = bilan.publies["indicateur"].eq(code)
        publies, vrais = (cadre[ici].reset_index(drop=True) for cadre in (bilan.publies, bilan.vrais))
        # In full where it is shown: 12 digits in the csv. Results are counted (O07) among those that are published.
        if code == "O07":
            donnees = publies.assign(valeur=100 * publies["numerateur"] / publies["denominateur"])
        else:
            donnees = vrais.assign(**{nom: publies[nom] for nom in ("statut", "sens", "resultat")})
        secrets = donnees["statut"].eq("secret")
        rangs = pd.Series(range(len(donnees)), index=donnees.index, dtype="float64")
        for nom, faux in (
            ("numerateur", 700 + rangs),
            ("denominateur", 9000 - 7 * rangs),
            ("valeur", 97.5 - rangs / 8),
            ("ecart", 61.25 - rangs / 4),
            ("menages_manquants", 800 + rangs),
        ):
            donnees.loc[secrets, nom] = faux[secrets]
        tables[code] = PublishedTable(table.indicateur, donnees, published._SCEAU)
    return replace(bilan.interne, tables=tables, interne=False)


@pytest.fixture(scope="module")
def aveugle(exemple: Projet, bilan: Bilan, tmp_path_factory: pytest.TempPathFactory) -> Rapport:
    """The report of a project without a row of any extract, whose masked figures are false."""
    racine = tmp_path_factory.mktemp("aveugle") / "projet"
    shutil.copytree(exemple.racine, racine, ignore=shutil.ignore_patterns("raw", "annee=*", "secret", "reports"))
    shutil.copytree(exemple.carnets, racine / "notebooks")
    assert not list(racine.rglob("*.parquet"))
    projet = ouvrir_projet(racine)
    return Rapport(References(projet), remplie(bilan))


def ouvrir(monkeypatch: pytest.MonkeyPatch, rapport: Rapport) -> None:
    """The report that a notebook opens."""
    ouvert = Ouvert(rapport.references, rapport.publication)
    monkeypatch.setattr(module_ouvrir, "ouvrir_rapport", lambda *_: ouvert)


@pytest.mark.parametrize("nom", PAGES)
def test_une_page_ne_lit_rien_de_ce_qui_est_masque(
    bilan: Bilan, aveugle: Rapport, exemple: Projet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nom: str
) -> None:
    """Every line that a cell of the notebook shows is in the page, and nothing else has a figure."""
    ouvrir(monkeypatch, aveugle)
    sien = SUJETS.get(nom, {})
    classeur = {"classeur": str(tmp_path / "PFONCT.xlsx")} if "reservataire" in sien else {}
    refaite = set(lignes_de(executer(exemple.carnets / PAGES[nom], **sien, **classeur)))
    page = lignes_de((bilan.dossier / nom).read_text(encoding="utf-8"))
    assert sum(bool(re.search(r"\d", ligne)) for ligne in refaite) > 5
    assert refaite - set(page) == set()
    # What is left is the text of the notebook, and the year in the title.
    gabarit = arbre("\n".join(ligne for ligne in page if ligne not in refaite))
    ecrits = {str(ANNEE), *re.findall(r"\d+", (exemple.carnets / PAGES[nom]).read_text(encoding="utf-8"))}
    assert [b for b in gabarit.blocs() if not ecrits.issuperset(re.findall(r"\d+", b))] == []


def lignes_de(html: str) -> list[str]:
    return [ligne for brute in html.splitlines() if (ligne := " ".join(brute.split()))]


# Each page, and one of the sheets: they say what a page of the same figures says.
@pytest.mark.parametrize("nom", [n for n in PAGES if not n.startswith(("communes/", "reservataires/", "gouvernance"))])
def test_une_page_dont_la_moitie_est_masquee_n_en_lit_rien(
    aveugle: Rapport, exemple: Projet, monkeypatch: pytest.MonkeyPatch, nom: str
) -> None:
    """Whole figures of the EPCI too: every other row is masked, and filled with other figures the second time."""
    pages = []
    for pas in (0.0, 13.0):
        tables = {}
        for code, table in aveugle.publication.items():
            donnees = table.donnees.copy()
            masquees = donnees["statut"].eq("publie") & (donnees.index % 2 == len(donnees) % 2)
            donnees.loc[masquees, "statut"] = "secret"
            donnees.loc[masquees, CHIFFRES] += pas
            tables[code] = PublishedTable(table.indicateur, donnees, published._SCEAU)
        rapport = replace(aveugle, publication=replace(aveugle.publication, tables=tables))
        ouvrir(monkeypatch, rapport)
        pages.append(executer(exemple.carnets / PAGES[nom], **SUJETS.get(nom, {})))
    assert pages[0] == pages[1]


def test_le_classeur_ne_lit_rien_de_ce_qui_est_masque(bilan: Bilan, aveugle: Rapport, tmp_path: Path) -> None:
    ecrire_classeur(aveugle, BILAN.titre, tmp_path / "bilan.xlsx")
    assert filecmp.cmp(tmp_path / "bilan.xlsx", bilan.dossier / "bilan.xlsx", shallow=False)
