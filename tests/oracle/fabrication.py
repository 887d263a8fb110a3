"""Made-up extracts, one year at a time, with every canonical column, written the way they arrive.

A row is a dictionary by canonical column, in the codes of the nomenclatures; what the dictionary of columns does not
know is left out of the files. Beside the stored rows of fabrique.py, its purpose is chance and the import: every code
and column is drawn, under the headings and aliases of real files, for the territory of data/reference.
"""

from __future__ import annotations

import copy
import csv
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import oracle_sql
import pandas as pd
import pytest

from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from registres import THEMES

RACINE = Path(__file__).resolve().parents[2]
ANNEE = 2024  # the thresholds of this year are known
AUJOURD_HUI = date(2026, 6, 30)
COMMUNES = ["72181", "72003", "72008", "72095", "72129"]
SANS_PARC = "72130"  # nobody is housed there
EFFECTIFS = {"attributions": 220, "demandes": 220, "radiations": 60, "propositions": 90}
# O07 counts the objectives that the published figures reach: it is made after the disclosure control, from its tables.
# What adds up columns is counted again apart: F in test_oracle_flux.py, S in test_oracle_occupation.py.
_FLUX, _OCCUPATION = ({i.code for i in THEMES[nom].indicateurs} for nom in ("flux", "occupation"))
SANS_SQL = {"O07", *_FLUX, *_OCCUPATION}
Ligne = dict[str, Any]


def lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


class Fabrique:
    """A throw-away project, and rows drawn for it."""

    def __init__(self, racine: Path, graine: int) -> None:
        self.hasard = random.Random(graine)
        self.annee = ANNEE
        shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
        for dossier in ("raw", "processed"):
            (racine / "data" / dossier).mkdir()
        self.projet: Projet = ouvrir_projet(racine)
        self.cles = racine.parent / f"cles-{racine.name}"
        self.dictionnaires = {
            extrait: {r["colonne"]: r for r in lire(self.projet.reference / "columns" / f"{extrait}.csv")}
            for extrait in EFFECTIFS
        }
        self._donner_un_parc()
        with (self.projet.reference / "nomenclatures/residences.csv").open("a", encoding="utf-8") as residences:
            residences.writelines(f"R{rang},Résidence {rang},,,,,fictif,FICTIF\n" for rang in (1, 2))
        self.relire()
        self._rang = 0

    def _donner_un_parc(self) -> None:
        """A known stock everywhere but in one commune, which has none."""
        chemin = self.projet.reference / "territory" / "parc_social.csv"
        communes = [r["code_insee"] for r in lire(self.projet.reference / "territory" / "communes.csv")]
        with chemin.open("w", encoding="utf-8", newline="") as flux:
            ecrire = csv.writer(flux)
            ecrire.writerow(["code_insee", "annee", "logements", "source", "confiance"])
            for rang, code in enumerate(communes, start=1):
                ecrire.writerow([code, ANNEE, 0 if code == SANS_PARC else 100 * rang, "fictif", "FICTIF"])

    def codes(self, nomenclature: str) -> list[dict[str, str]]:
        return lire(self.projet.reference / "nomenclatures" / f"{nomenclature}.csv")

    def quartiers(self) -> list[str]:
        """Three quarters of the year."""
        debut, fin = f"{self.annee}-01-01", f"{self.annee}-12-31"
        quartiers = lire(self.projet.reference / "territory" / "qpv.csv")
        return [q["code"] for q in quartiers if q["valide_du"] <= debut and (q["valide_au"] or fin) >= fin][:3]

    def ailleurs(self, racine: Path) -> Fabrique:
        """The same, on a copy of the project."""
        copie = copy.copy(self)
        copie.projet = ouvrir_projet(racine)
        copie.relire()
        return copie

    def relire(self) -> None:
        """Read the reference data again."""
        self.references = References(self.projet)

    # --- rows

    def lignes(self) -> dict[str, list[Ligne]]:
        return {extrait: [self.ligne(extrait) for _ in range(nombre)] for extrait, nombre in EFFECTIFS.items()}

    def ligne(self, extrait: str) -> Ligne:
        """A row of a household of its own: most columns drawn, one cell in eight blank, but what a row must have."""
        self._rang += 1
        tirages = self._tirages(extrait)
        ligne = {
            colonne: tirer() for colonne, tirer in tirages.items()
            if colonne in OBLIGATOIRES or self.hasard.random() > 1 / 8
        }  # fmt: skip
        if ligne.get("est_en_qpv") != "Oui":
            ligne.pop("qpv", None)
        for refus in ("date_refus_demandeur", "motif_refus_demandeur"):
            if self.hasard.random() < 0.5:
                ligne.pop(refus, None)
        return ligne | {"numero_unique": f"072{self._rang:011d}ORCL"}

    def _tirages(self, extrait: str) -> dict[str, Callable[[], Any]]:
        h = self.hasard

        def jour(debut: date, fin: date) -> Callable[[], str]:
            return lambda: f"{debut + timedelta(days=h.randrange((fin - debut).days + 1)):%d/%m/%Y}"

        annee, quartiers = self.annee, self.quartiers()
        dans_l_annee = jour(date(annee, 1, 1), date(annee, 12, 31))
        tirages: dict[str, Callable[[], Any]] = {
            "date_depot_demande": jour(date(annee - 13, 1, 1), date(annee - (extrait != "demandes"), 12, 31)),
            "date_renouvellement": jour(date(annee - 1, 1, 1), date(annee, 12, 31)),
            "commune_insee": lambda: h.choice(COMMUNES),
            "commune_origine_insee": lambda: h.choice([*COMMUNES, "72264", "44109", "Laval (53)"]),
            "qpv": lambda: h.choice(quartiers),
            "age": lambda: h.randrange(18, 90),
            "taille_menage": lambda: h.randrange(1, 8),
            "revenu_uc_annuel_eur": lambda: h.choice([9143, 13023, 18000, h.randrange(3000, 25000)]),
            "score_cotation": lambda: h.choice([12, 24, 36.5, h.randrange(-10, 120)]),
        }
        for colonne, r in self.dictionnaires[extrait].items():
            if r["type"] == "oui_non":
                tirages[colonne] = lambda: h.choice(["Oui", "Non", "Non"])
            elif r["type"] == "date" and colonne in ("date_signature_bail", *JOURS):
                tirages[colonne] = dans_l_annee
            elif r["nomenclature"]:
                liste = [c["code"] for c in self.codes(r["nomenclature"])]
                un = lambda codes=liste: h.choice(codes)  # noqa: E731
                tirages[colonne] = un if r["type"] == "code" else (lambda un=un: ";".join({un(), un()}))
        gardees = {c for c, r in self.dictionnaires[extrait].items() if r["conservation"] == "gardee"}
        return {colonne: tirer for colonne, tirer in tirages.items() if colonne in gardees}

    # --- files

    def ecrire(self, extrait: str, lignes: Iterable[Ligne], nom: str, *, par_alias: bool = False) -> Path:
        """One CSV; ``par_alias``: other headings, and labels or aliases instead of the codes."""
        dictionnaire = self.dictionnaires[extrait]
        colonnes = ["numero_unique", *self._tirages(extrait)]
        titres = [dictionnaire[c]["entetes_usuels"].split("|") for c in colonnes]
        chemin = self.projet.brut / f"{nom}.csv"
        with chemin.open("w", encoding="utf-8", newline="") as flux:
            ecrire = csv.writer(flux, delimiter=";")
            ecrire.writerow([t[-1 if par_alias else 0] for t in titres])
            formes = {c: self._formes(dictionnaire[c]["nomenclature"]) for c in colonnes} if par_alias else {}
            for ligne in lignes:
                ecrire.writerow([self._dire(ligne.get(c, ""), formes.get(c)) for c in colonnes])
        return chemin

    def _formes(self, nomenclature: str) -> dict[str, list[str]]:
        if not nomenclature:
            return {}
        return {r["code"]: [r["libelle"], *filter(None, r["alias"].split("|"))] for r in self.codes(nomenclature)}

    def _dire(self, valeur: Any, formes: Mapping[str, list[str]] | None) -> str:
        if not formes or valeur == "":
            return str(valeur)
        # Several codes in a cell: a label may hold the separator, so their labels stay apart from the other forms.
        return " ; ".join(self.hasard.choice(formes[code]) for code in str(valeur).split(";"))

    def importer(
        self, extrait: str, *fichiers: Path, ajouter: bool = False, listes: Mapping[str, list[Path]] | None = None
    ) -> None:
        """With the key of the project, or of the one that it copies, whatever the key folder of other tests."""
        with pytest.MonkeyPatch.context() as retouche:
            retouche.setenv("CIL_DOSSIER_CLES", str(self.cles))
            importer(
                self.projet,
                self.references,
                Demande(
                    fichiers, self.annee, extrait=extrait, listes=listes or {}, ajouter=ajouter, aujourd_hui=AUJOURD_HUI
                ),
            )

    def importer_tout(self, lignes: Mapping[str, list[Ligne]]) -> None:
        for extrait, rangees in lignes.items():
            self.importer(extrait, self.ecrire(extrait, rangees, extrait))

    def compter(self) -> pd.DataFrame:
        """The product's unmasked figures, but those that have an oracle of their own."""
        return sans_les_autres_oracles(compter_annee(self.projet, self.references, ANNEE).cadre)


def sans_les_autres_oracles(cadre: pd.DataFrame) -> pd.DataFrame:
    """The figures that oracle_sql counts: those of the gestion en flux are recounted in test_oracle_flux.py."""
    return cadre[~cadre["indicateur"].isin(_FLUX)].reset_index(drop=True)


JOURS = ("date_radiation", "date_commission", "date_refus_demandeur")
OBLIGATOIRES = {
    "date_signature_bail",
    "commune_insee",
    "date_radiation",
    "date_commission",
    "decision",
    "date_proposition",
}


def verifier(produit: pd.DataFrame, attendu: pd.DataFrame) -> None:
    fautes = oracle_sql.ecarts(produit[~produit["indicateur"].isin(SANS_SQL)], attendu)
    assert not fautes, f"{len(fautes)} differences:\n" + "\n".join(fautes[:20])
