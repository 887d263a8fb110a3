"""No masked figure is in any published file: not in a text, a drawing, a script, a cell or a property.

The example is published with large thresholds, so that what is masked is a number that one recognises; the true figures
come from the internal version. Every check is a function that lists faults: it finds none in what is published, and it
must find each leak that is put there on purpose.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

import fuites
from cil_analysis.disclosure import published
from cil_analysis.disclosure.publication import publier_annee
from cil_analysis.disclosure.published import Publication, PublishedTable
from cil_analysis.presentation import rapport as module_rapport
from cil_analysis.presentation.leaflet import leaflet_en_ligne
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.workbook import ecrire_classeur
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendering.bilan import produire_bilan
from exemple_produit import copier_l_exemple
from fuites import CHIFFRES, CLES, Jeton, Passage, chercher, ecritures_de, jetons
from page_lue import Noeud, arbre, executer, figures

RACINE = Path(__file__).resolve().parents[2]
ASSETS = RACINE / "src/cil_analysis/rendering/assets"
ANNEES, ANNEE = (2021, 2022), 2022
SEUILS = {"seuil_effectif": 30, "denominateur_minimal": 80, "seuil_sensible": 30, "valeurs_possibles": 7}
TALON = "22"
# The results that a masked row may keep, in words; how the interactive map then shows it: state, label, value.
DITS = {"atteint": "atteint", "non_atteint": "non atteint"}
MASQUES = {
    "atteint": ("secret-atteint", "✓ s", "s (part masquée\u202f; objectif atteint)"),
    "non_atteint": ("secret-non-atteint", "✗ s", "s (part masquée\u202f; objectif non atteint)"),
}


@dataclass(frozen=True)
class Colonne:
    """A column of a data table: the figure that its cells show, and of which rows."""

    champ: str
    code: str
    conditions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Tableau:
    """A data table of the page: what names its rows, its columns; ``ensemble``: the row of the EPCI comes last."""

    cle: str
    colonnes: Sequence[Colonne]
    ensemble: bool = False


ECART = "ecart_a_l_ensemble"
_OBJECTIF = ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "resultat")
_COMPTE = ("numerateur", "denominateur", "valeur")
_COMMUNES = {"perimetre_type": "commune"}
_COMMUNES_ET_EPCI = {"perimetre_type": ("commune", "epci")}
_HORS, _EN = {"perimetre_type": "hors_qpv"}, {"perimetre_type": "en_qpv"}
_INTERNE = {"modalite": "INTERNE"}
_ZONES = {"perimetre_type": ("en_qpv", "hors_qpv")}


def colonnes(
    code: str, champs: Sequence[str], conditions: Mapping[str, object] = MappingProxyType({})
) -> list[Colonne]:
    return [Colonne(champ, code, conditions) for champ in champs]


def par_annee(code: str, champs: Sequence[str] = ("valeur",)) -> list[Tableau]:
    return [Tableau("annee", colonnes(code, champs))]


def par_acteur(code: str, acteur: str, champs: Sequence[str] = _OBJECTIF) -> Tableau:
    return Tableau("acteur_code", colonnes(code, champs, {"acteur_type": acteur}))


def par_commune(code: str, champs: Sequence[str] = _COMPTE, *, epci: bool = False) -> Tableau:
    return Tableau("perimetre_code", colonnes(code, champs, _COMMUNES_ET_EPCI if epci else _COMMUNES), ensemble=epci)


def selon_la_zone(code: str, champs: Sequence[str], **conditions: object) -> list[Colonne]:
    """The figures of the EPCI, then the share out of and in the priority districts."""
    zones = [colonnes(code, ["valeur"], {**zone, **conditions}) for zone in (_HORS, _EN)]
    return [*colonnes(code, champs, conditions), *zones[0], *zones[1]]


def _parts(code: str) -> list[Tableau]:
    return [Tableau("modalite", selon_la_zone(code, ["numerateur", "valeur"]))]


def _profil(code: str) -> list[Tableau]:
    """Housed, applicants, then by zone; the nationality is published for the whole only."""
    loges, *zones = selon_la_zone(code, ["valeur"])
    return [Tableau("modalite", [loges, Colonne("valeur", f"{code}D"), *(zones if code != "P06" else [])])]


# What the interactive map may show, in its order, and the columns of the table of each of its views.
EXPLOREES: dict[str, Sequence[str]] = {
    **dict.fromkeys(("O01", "O02", "O04"), _OBJECTIF), **dict.fromkeys(("V01", "V02"), ("valeur",)), "V03": _COMPTE,
    "V06": ("denominateur", "valeur"), **dict.fromkeys(("T01R", "T03R", "O06"), _COMPTE),
}  # fmt: skip

# The figures of the page, and what each cell of their data tables shows.
TABLEAUX: dict[str, list[Tableau]] = {
    "volume": par_annee("V01"),
    "demandes": par_annee("V02"),
    "objectifs-par-annee": par_annee("O07", _COMPTE),
    "pression": [Tableau("annee", [Colonne("valeur", code) for code in ("V03", "V04", "V05")])],
    "tension": [
        Tableau(
            "perimetre_code",
            [Colonne(c, code, _COMMUNES_ET_EPCI)
             for c, code in [*((c, "V03") for c in _COMPTE), ("valeur", "V04"), ("valeur", "V05"), (ECART, "V03")]],
            ensemble=True,
        )
    ],
    "anciennete": [Tableau("modalite", colonnes("V07", ["numerateur", "valeur"]))],
    "communes": [par_commune("T01", ["numerateur", "valeur"])],
    "rotation": [par_commune("T01R", epci=True)],
    "qpv": [Tableau("modalite", [Colonne("valeur", "T02", {"annee": annee}) for annee in ANNEES])],
    "bailleurs": [
        Tableau("acteur_code", selon_la_zone("A01", ["numerateur", "valeur"], acteur_type="bailleur"))
    ],
    "reservataires": [
        Tableau("acteur_code", selon_la_zone("A02", ["numerateur", "valeur"], acteur_type="reservataire"))
    ],
    "retention": [par_commune("T03R", epci=True)],
    "mutations": [
        Tableau("annee", [Colonne("valeur", "M01", {"modalite": modalite}) for modalite in ("INTERNE", "HLM")]),
        Tableau("perimetre_code", colonnes("M01", _COMPTE, {**_COMMUNES, **_INTERNE})),
        Tableau("acteur_code", colonnes("M01", _COMPTE, {"acteur_type": "bailleur", **_INTERNE})),
    ],
    "delais-typologie": [
        Tableau(
            "modalite",
            [Colonne(c, code) for c, code in
             (("denominateur", "V06"), ("valeur", "V06P25"), ("valeur", "V06"), ("valeur", "V06P75"))],
            ensemble=True,
        ),
        Tableau("perimetre_type", colonnes("V06", ["denominateur", "valeur"], _ZONES)),
        par_commune("V06", ["denominateur", "valeur", ECART]),
        par_acteur("V06", "bailleur", ["denominateur", "valeur"]),
    ],
    "typologies": _profil("L01"),
    "pression-type": [Tableau("modalite", colonnes("L01T", _COMPTE))],
    **dict(zip(("financements", "epoques", "constructions"), map(_parts, ("L02", "L02P", "L02C")), strict=True)),
    **{f"profil-p{i:02d}": _profil(f"P{i:02d}") for i in range(1, 9)},
    "radiations": [Tableau("modalite", colonnes("R01", ["numerateur", "valeur"]))],
    "refus": [
        par_acteur("R02", "bailleur", _COMPTE), par_acteur("R02", "reservataire", _COMPTE), par_commune("R02")
    ],
    "motifs-refus": [Tableau("modalite", colonnes("R02M", ["numerateur", "valeur"]))],
    "serie-o01": par_annee("O01", _OBJECTIF),
    "serie-o02": par_annee("O02", _OBJECTIF),
    **{
        f"{nom}": [par_commune(code, [*_OBJECTIF, ECART])]
        for nom, code in (("carte-o01", "O01"), ("barres-o01-commune", "O01"), ("carte-o04", "O04"))
    },
    # The shares, then the gaps: of each year, of each objective.
    **{
        f"annees-{code.lower()}": [
            Tableau("perimetre_code", [Colonne(champ, code, {**_COMMUNES, "annee": a}) for a in ANNEES])
            for champ in ("valeur", "ecart")
        ]
        for code in ("O01", "O04")
    },
    "objectifs-communes": [
        Tableau("perimetre_code", [Colonne(champ, code, _COMMUNES) for code in ("O01", "O02", "O04")])
        for champ in ("valeur", "ecart")
    ],
    "explorer": [
        Tableau("perimetre_code", colonnes(code, champs, {**_COMMUNES, "annee": annee}))
        for code, champs in EXPLOREES.items()
        for annee in ANNEES
    ],
    "o01-bailleur": [par_acteur("O01", "bailleur")],
    "o02-bailleur": [par_acteur("O02", "bailleur")],
    "o02-qpv": [Tableau("perimetre_code", colonnes("O02", _OBJECTIF, {"perimetre_type": "qpv"}))],
    "quartiles": [Tableau("modalite", selon_la_zone("O03", ["valeur"]))],
    "o04-bailleur": [par_acteur("O04", "bailleur")],
    "o04-reservataire": [par_acteur("O04", "reservataire")],
    "evolution-o04": [
        Tableau(
            "acteur_code",
            [Colonne("valeur", "O04", {"acteur_type": "reservataire", "annee": a, "suivi": True}) for a in ANNEES],
        )
    ],
    "o08-bailleur": [par_acteur("O08", "bailleur")],
    "publics": [Tableau("modalite", selon_la_zone("O05", _COMPTE))],
    "relogements": [
        Tableau("perimetre_type", colonnes("O06", _COMPTE, _ZONES)), par_commune("O06", epci=True)
    ],
}  # fmt: skip
# Drawings in which one row is one bar; in the first ones, a zero is a number without a bar.
REPARTITIONS = ("radiations", "motifs-refus", "anciennete")
BARRES = ("tension", "communes", "rotation", "retention", "bailleurs", "reservataires", "barres-o01-commune",
          "o01-bailleur", "o02-bailleur", "o02-qpv", "o04-bailleur", "o04-reservataire", "o08-bailleur",
          *REPARTITIONS)  # fmt: skip
CARTES = ("carte-o01", "carte-o04")
PETITES_CARTES = ("annees-o01", "annees-o04", "objectifs-communes")  # one for each column of their first table
# Its rows are places of origin, its columns the communes of the dwellings, then the EPCI.
ORIGINES = "provenances"

# Texts whose numbers are accounted for: dates, ages, articles, the rule itself, how many figures are masked, the
# strokes of a map, the unit of an axis. What is left must not be a masked figure.
CONNUS = re.compile(
    r"\b(?:1er|\d{1,2})[ \u00a0](?:janv|févr|mars|avril|mai|juin|juil|août|sept|oct|nov|déc)\w*(?: \d{4})?"
    r"|\b\d\d/\d\d/\d{4}|\b20\d\d\b|\d{4}-\d\d-\d\dT[\d:]+\S*|§[ \u00a0]6\.2|annexe, 6\.2"
    r"|\b(?:20 à 40|40 à 60|60 à 80|80 à 100|100 à 120)\s%|\b120\s% ou plus"
    r"|\bDe 19\d\d à \d{4}\b|\b(?:Avant|Depuis|Après|À partir de|antérieur à) 19\d\d\b"
    r"|\b\d+ à \d+ ans|\b\d+ ans\b|de 1 à \d+ (?:ménages|est)|(?:moins|sur moins) de \d+|entre \d+ valeurs"
    r"|\d+[ \u00a0](?:chiffres?|résultats?) (?:est |sont )?masqués?|\d+ (?:des \d+ )?\w+ dont le résultat est publié"
    r"|\bau 31$|Atteint\u202f: \d+ sur \d+|(?:aucune|\d+)\u00a0sur\u00a0\d+"
    r"|stroke-width: ?[\d.]+|font-weight: ?\d+|font-size: ?\d+px|^\d+\u00a0mois$"
    r"|\bnotes? \d+(?:(?:, | et )\d+)*|#[0-9a-f]{3,8}\b|\$[A-Z]+\$\d+|\$\d+:\$\d+"
)
GRADUATIONS = {Jeton(Decimal(n).normalize(), True) for n in range(0, 101, 5)}
# What a journal says of files, versions and rules is no count of households.
HORS_CHIFFRES = ("versions", "parametres", "importe_le", "fichiers", "empreinte_references")


@dataclass(frozen=True)
class Bilan:
    """What is published, the true figures of the same rows, and the files."""

    projet: Projet
    dossier: Path
    publies: pd.DataFrame
    interne: Publication

    @cached_property
    def vrais(self) -> pd.DataFrame:
        return self.interne.en_table()

    @cached_property
    def secrets(self) -> pd.Series:
        return self.publies["statut"].eq("secret")

    @cached_property
    def html(self) -> str:
        return (self.dossier / "bilan.html").read_text(encoding="utf-8")

    @cached_property
    def interdits(self) -> set[Jeton]:
        """The masked figures, and what they leave of their total, that no published figure happens to equal."""
        masques = self.vrais[self.secrets]
        restes = masques.assign(numerateur=masques["denominateur"] - masques["numerateur"], unite="nombre")
        # In full too: 12 digits in the csv, more in the workbook.
        publies = ecritures_de(self.publies[~self.secrets]) | ecritures_de(self.vrais[~self.secrets])
        connus = publies | self._evolutions() | GRADUATIONS | self._hors_menages()
        return (ecritures_de(masques) | ecritures_de(restes[masques["unite"].eq("pct")])) - connus

    def _hors_menages(self) -> set[Jeton]:
        """What the files say of themselves: how many communes, the bounds of the maps, the version of the writer.

        And how many rows were received: the rows of a file are accounted for in public.
        """
        references = References(self.projet)
        fin = date(ANNEE, 12, 31)
        bornes = references.parametres["cartes.bornes_ecart"].valeur(fin)
        assert isinstance(bornes, tuple)
        version = openpyxl.__version__.rpartition(".")[0]
        entrees = json.loads((self.dossier / "journal.json").read_text(encoding="utf-8"))["entrees"]
        recues = [fichier["lignes"] for entree in entrees for fichier in entree["fichiers"]]
        dits = [len(references.territoire.membres(fin)), *(abs(int(str(b))) for b in bornes), version, *recues]
        return {Jeton(fuites.net(Decimal(dit)), False) for dit in dits}

    def _evolutions(self) -> set[Jeton]:
        """Changes of the published figures of the EPCI from one year to the next, as sentences say them."""
        lignes = self.publies[
            self.publies["perimetre_type"].eq("epci") & ~self.secrets & self.publies["valeur"].notna()
        ]
        formes: set[Jeton] = set()
        for _, serie in lignes.groupby([c for c in CLES if c != "annee"]):
            valeurs = serie["valeur"].tolist()
            for avant, apres in pairwise(valeurs):
                points = abs(round(round(apres, 1) - round(avant, 1), 1))
                taux = abs(round((apres - avant) / avant * 100, 1)) if avant else 0.0
                formes |= {Jeton(fuites.net(Decimal(repr(points)))), Jeton(fuites.net(Decimal(repr(taux))), True)}
        return formes

    def lignes(self, colonne: Colonne, cle: str) -> pd.DataFrame:
        """The published rows of a column: of the year, of the EPCI as a whole, but for what it or the key says."""
        defaut = {"annee": ANNEE, "perimetre_type": "epci", "acteur_type": "", "modalite": ""}
        conditions = {c: v for c, v in defaut.items() if c != cle} | dict(colonne.conditions)
        lignes = self.publies[self.publies["indicateur"].eq(colonne.code)]
        if conditions.pop("suivi", False):  # Actors that have an objective in any year.
            lignes = lignes[lignes[cle].isin(lignes.loc[lignes["resultat"].ne(""), cle])]
        for nom, attendu in conditions.items():
            lignes = lignes[lignes[nom].isin(attendu if isinstance(attendu, tuple) else [attendu])]
        return lignes

    def tableaux(self, nom: str) -> list[Tableau]:
        if nom != ORIGINES:
            return TABLEAUX[nom]
        codes = self.lignes(Colonne("valeur", "T03R", _COMMUNES), "perimetre_code")["perimetre_code"]
        communes = [Colonne("numerateur", "T03", {**_COMMUNES, "perimetre_code": code}) for code in codes]
        return [Tableau("modalite", [*communes, Colonne("numerateur", "T03")])]

    def dessinees(self, nom: str) -> pd.DataFrame:
        """The rows that a drawing of bars or a map shows: those of the first table, without the whole."""
        tableau = self.tableaux(nom)[0]
        colonne = next(c for c in tableau.colonnes if c.champ == "valeur")
        lignes = self.lignes(colonne, tableau.cle)
        return lignes[lignes["perimetre_type"].ne("epci")] if tableau.ensemble else lignes


def lire_publies(chemin: Path) -> pd.DataFrame:
    texte = pd.read_csv(chemin, dtype="str", keep_default_na=False)
    return texte.assign(annee=texte["annee"].astype(int), **{c: pd.to_numeric(texte[c]) for c in CHIFFRES})


@pytest.fixture(scope="module")
def bilan(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Bilan:
    """Without a PDF, made of the page, nor sheets, which have nothing but what indicateurs.csv has (test_fiches.py).

    Nor the flux and the stock, which go through the same writers and would take most of the time of the proof.
    """
    dossier = tmp_path_factory.mktemp("fuites") / "projet"
    projet = copier_l_exemple(exemple, dossier, min(ANNEES), ("flux", "occupation", "parc"))
    regles = projet.reference / "parameters/secret.yml"
    texte = regles.read_text(encoding="utf-8")
    for nom, valeur in SEUILS.items():
        texte, fait = re.subn(rf"^({nom}:.*?value: )\d+", rf"\g<1>{valeur}", texte, count=1, flags=re.S | re.M)
        assert fait, nom
    regles.write_text(texte, encoding="utf-8")
    dossier = produire_bilan(projet, ANNEE, moteur="interne", avancement=lambda message: None).parent
    interne = publier_annee(projet, References(projet), ANNEE, interne=True)
    return Bilan(projet, dossier, lire_publies(dossier / "indicateurs.csv"), interne)


# --- The checks: each lists faults ----------------------------------------------------------------------------------


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


def fautes_du_journal(bilan: Bilan, journal: dict[str, Any]) -> list[str]:
    comptes = {cle: valeur for cle, valeur in journal.items() if cle not in HORS_CHIFFRES}
    comptes["entrees"] = [
        {cle: valeur for cle, valeur in entree.items() if cle not in HORS_CHIFFRES} for entree in journal["entrees"]
    ]
    return chercher(fuites.passages_du_json(comptes, "journal.json"), bilan.interdits, CONNUS)


def feuille_de(classeur: openpyxl.Workbook, code: str) -> Any:
    return classeur[next(nom for nom in classeur.sheetnames if nom.partition(" ")[0] == code)]


def fautes_du_classeur(bilan: Bilan, chemin: Path) -> list[str]:
    """Row by row against the csv, then any number in any part of the archive."""
    classeur = openpyxl.load_workbook(chemin)
    fautes = [f"{f.title} est cachée" for f in classeur if f.sheet_state != "visible"]
    codes = list(dict.fromkeys(bilan.publies["indicateur"]))
    if {nom.partition(" ")[0] for nom in classeur.sheetnames} != {"Couverture", "Sommaire", "Notes", "Séries", *codes}:
        fautes.append(f"feuilles {classeur.sheetnames}")
    for code in codes:
        lignes = bilan.publies[bilan.publies["indicateur"].eq(code)]
        if lignes["statut"].eq("non_calculable").all():  # No table: a sentence says why.
            continue
        feuille = feuille_de(classeur, code)
        titres = next(r for r in range(1, feuille.max_row + 1) if feuille.cell(r, 1).value == "Année")
        rangees = list(feuille.iter_rows(min_row=titres + 1))
        entetes = [str(c.value) for c in feuille[titres]]
        assert len(rangees) == len(lignes), code
        for rangee, ligne in zip(rangees, lignes.to_dict("records"), strict=True):
            par_entete = dict(zip(entetes, rangee, strict=True))
            nombres = [c.value for e, c in par_entete.items() if e != "Année" and isinstance(c.value, int | float)]
            if ligne["statut"] == "secret":
                signes = {str(c.value) for e, c in par_entete.items() if e == "Valeur"}
                if nombres or signes != {"s"}:
                    fautes.append(f"{code} {ligne} : {nombres} {signes}")
            else:
                publies = [ligne[c] for c in CHIFFRES if not pd.isna(ligne[c])]
                if any(min((abs(x - p) for p in publies), default=1) > 1e-6 for x in nombres):
                    fautes.append(f"{code} {ligne} : {nombres}")
        formats = {(c.column_letter, c.number_format) for rangee in rangees for c in rangee}
        if len({lettre for lettre, _ in formats}) < len(formats):
            fautes.append(f"{code} : un format dépend de la ligne")
    for rangee in classeur["Séries"].iter_rows(values_only=True):
        if "masqué (s)" in rangee and sum(isinstance(x, int | float) for x in rangee) != 1:  # The year.
            fautes.append(f"Séries : {rangee}")
    comptes = {str(n) for t in (bilan.publies, bilan.publies[bilan.secrets]) for n in t["indicateur"].value_counts()}
    passages = [
        p
        for p in fuites.passages_du_classeur(chemin)
        if not (p.ou == "xl/worksheets/sheet2.xml, v" and p.texte in comptes)  # The contents count figures.
    ]
    return fautes + chercher(passages, bilan.interdits, CONNUS)


def fautes_de_la_page(bilan: Bilan, html: str) -> list[str]:
    page = arbre(html)
    trouvees = figures(page)
    return [
        *chercher(passages(html), bilan.interdits, CONNUS),
        *fautes_des_tableaux(bilan, trouvees),
        *fautes_des_dessins(bilan, trouvees),
        *fautes_de_la_carte_interactive(bilan, html),
    ]


def passages(html: str) -> Iterator[Passage]:
    """But those of the programs that every page carries, as the package has them."""
    programmes = [script.texte for script in arbre(leaflet_en_ligne()).tous("script")]
    programmes += [f"\n{p.read_text(encoding='utf-8').rstrip()}" for p in ASSETS.glob("*.js")]
    return fuites.passages_de_la_page(html, programmes)


def attendues(bilan: Bilan, tableau: Tableau) -> list[list[dict[str, Any] | None]]:
    """The published row of each cell of a data table, row by row; with its gap to the EPCI for a column of gaps."""
    lues = [
        {x[tableau.cle]: x for x in bilan.lignes(c, tableau.cle).to_dict("records")} for c in tableau.colonnes
    ]  # fmt: skip
    cles = list(dict.fromkeys(cle for colonne in lues for cle in colonne))
    ensemble = "" if tableau.cle == "modalite" else bilan.projet.epci_siren
    if tableau.ensemble:
        cles = [*(cle for cle in cles if cle != ensemble), ensemble]
    for colonne, lignes in zip(tableau.colonnes, lues, strict=True):
        if colonne.champ == ECART:
            (entier,) = bilan.lignes(Colonne("valeur", colonne.code), tableau.cle)["valeur"]
            for cle, ligne in lignes.items():
                lignes[cle] = ligne | {ECART: ligne["valeur"] - entier if cle != ensemble else float("nan")}
    return [[lignes.get(cle) for lignes in lues] for cle in cles]


def fautes_des_tableaux(bilan: Bilan, trouvees: dict[str, Noeud]) -> list[str]:
    """Each cell of each data table: the published figure, or the sign of its absence."""
    fautes = []
    for nom in (*TABLEAUX, ORIGINES):
        tables = trouvees[nom].tous("tbody")
        tableaux = bilan.tableaux(nom)
        if len(tables) != len(tableaux):
            fautes.append(f"{nom} : {len(tables)} tableaux, {len(tableaux)} attendus")
            continue
        for table, tableau in zip(tables, tableaux, strict=True):
            rangees = [[td.texte for td in tr.tous("td")] for tr in table.tous("tr")]
            voulues = attendues(bilan, tableau)
            if len(rangees) != len(voulues) or {len(rangee) for rangee in rangees} != {len(tableau.colonnes)}:
                fautes.append(f"{nom} : {len(rangees)} lignes, {len(voulues)} attendues")
                continue
            for rangee, lignes in zip(rangees, voulues, strict=True):
                for cellule, colonne, ligne in zip(rangee, tableau.colonnes, lignes, strict=True):
                    faute = faute_de_cellule(cellule, colonne.champ, ligne)
                    if faute:
                        fautes.append(f"{nom}, {ligne} : {faute}")
    return fautes


def faute_de_cellule(cellule: str, colonne: str, ligne: dict[str, Any] | None) -> str:
    if ligne is not None and ligne["statut"] == "secret":
        if colonne == "resultat" and ligne["resultat"] in DITS:
            return "" if cellule == DITS[ligne["resultat"]] else f"{cellule!r} pour le résultat d’une ligne masquée"
        if colonne == "ecart" and ligne["resultat"] in DITS:  # Small maps put the sign of the result before it.
            return (
                "" if cellule in ("s", f"{MASQUES[ligne['resultat']][1][0]}\u00a0s") else f"{cellule!r} pour un écart"
            )
        sans_objectif = colonne in ("cible", "ecart", "menages_manquants", "resultat") and not ligne["resultat"]
        return "" if cellule == ("–" if sans_objectif else "s") else f"{cellule!r} pour une ligne masquée"
    if colonne == "cible" and ligne is not None and not pd.isna(ligne["cible_max"]):
        bornes = [float(next(iter(jetons(borne))).nombre) for borne in cellule.split(" à ")]
        return "" if bornes == [ligne["cible"], ligne["cible_max"]] else f"{cellule!r} pour un intervalle"
    lus = jetons(cellule)
    if cellule == "s" or len(lus) > 1:
        return f"{cellule!r} pour une ligne publiée"
    if colonne == "resultat" or not lus:
        return f"{cellule!r} pour un résultat" if colonne == "resultat" and lus else ""
    if ligne is None or pd.isna(ligne[colonne]):
        return f"{cellule!r} sans chiffre publié"
    ecart = abs(float(next(iter(lus)).nombre) - abs(float(ligne[colonne])))
    # The gap that is shown is that of the rounded figures.
    return "" if ecart <= (0.1001 if colonne == ECART else 0.0501) else f"{cellule!r}, {ligne[colonne]} publié"


def fautes_des_dessins(bilan: Bilan, trouvees: dict[str, Noeud]) -> list[str]:
    """One bar a published figure; the stub of a masked one is always the same; maps hatch what is masked."""
    fautes = []
    for nom in BARRES:
        lignes = bilan.dessinees(nom)
        dessin = trouvees[nom].un("svg")
        talons, pleines = fuites.hachures(dessin), fuites.barres_pleines(dessin)
        secrets = int(lignes["statut"].eq("secret").sum())
        montrees = lignes["valeur"].gt(0) if nom in REPARTITIONS else lignes["valeur"].notna()
        publies = int((lignes["statut"].eq("publie") & montrees).sum())
        if (len(talons), len(pleines)) != (secrets, publies):
            fautes.append(f"{nom} : {len(talons)} hachures et {len(pleines)} barres, {secrets} et {publies} attendues")
        if {t.attributs["width"] for t in talons} - {TALON}:
            fautes.append(f"{nom} : des hachures n’ont pas la taille convenue")
    for nom in CARTES:
        masquees = bilan.dessinees(nom).query("statut == 'secret'")
        secrets, sortes = len(masquees), masquees["resultat"].where(masquees["resultat"].isin(DITS), "").nunique()
        hachures = [p for p in trouvees[nom].tous("path") if "fill: url(#" in p.attributs.get("style", "")]
        if len(hachures) != secrets + sortes:  # And a swatch of the legend for each kind.
            fautes.append(f"{nom} : {len(hachures)} hachures, {secrets} communes masquées")
    for nom in PETITES_CARTES:
        for colonne, carte in zip(TABLEAUX[nom][0].colonnes, trouvees[nom].un("ul").tous("svg"), strict=True):
            secrets = int(bilan.lignes(colonne, "perimetre_code")["statut"].eq("secret").sum())
            hachures = [p for p in carte.tous("path") if "fill: url(#" in p.attributs.get("style", "")]
            if len(hachures) != secrets:
                fautes.append(f"{nom}, {colonne} : {len(hachures)} hachures, {secrets} communes masquées")
    for nom, figure in trouvees.items():
        masquees = "s" in {td.texte for td in figure.tous("td")}
        if masquees and "secret statistique" not in " ".join(n.texte for n in figure.tous("p", "note")):
            fautes.append(f"{nom} : « s » sans légende")
    return fautes


def donnees_de_la_carte(html: str) -> dict[str, Any]:
    scripts = figures(arbre(html))["explorer"].tous("script")
    return dict(json.loads(next(s.texte for s in scripts if s.attributs.get("type") == "application/json")))


def fautes_de_la_carte_interactive(bilan: Bilan, html: str) -> list[str]:
    """What a tooltip, a label and a screen reader say of a masked commune, in every view: « s », and no digit."""
    fautes, couleurs, vus = [], set(), set()
    for code, indicateur in donnees_de_la_carte(html)["indicateurs"].items():
        for annee, vue in indicateur["annees"].items():
            lignes = bilan.lignes(Colonne("valeur", code, {**_COMMUNES, "annee": int(annee)}), "perimetre_code")
            statuts = lignes.set_index("perimetre_code")["statut"].to_dict()
            resultats = lignes.set_index("perimetre_code")["resultat"].to_dict()
            vus.add((code, int(annee)))
            if set(vue["communes"]) != set(statuts):
                fautes.append(f"{code} {annee} : {sorted(vue['communes'])}")
            for commune, dite in vue["communes"].items():
                if dite["etat"].startswith("secret") != (statuts[commune] == "secret"):
                    fautes.append(f"{code} {annee}, {commune} : {dite['etat']}")
                if dite["etat"].startswith("secret"):
                    couleurs.add(dite["couleur"])
                    etat, texte, valeur = MASQUES.get(resultats[commune], ("secret", "s", "s (secret statistique)"))
                    if dite != {"etat": etat, "couleur": dite["couleur"], "texte": texte, "valeurs": dite["valeurs"]}:
                        fautes.append(f"{code} {annee}, {commune} : {dite}")
                    if set(dite["valeurs"]) - {valeur, "s", "–"}:
                        fautes.append(f"{code} {annee}, {commune} : {dite['valeurs']}")
    if vus != {(code, annee) for code in EXPLOREES for annee in ANNEES}:
        fautes.append(f"vues {sorted(vus)}")
    return fautes + ([f"couleurs {couleurs}"] if len(couleurs) != 1 else [])


# --- Nothing leaks --------------------------------------------------------------------------------------------------


def test_l_epreuve_a_de_quoi_trouver(bilan: Bilan) -> None:
    """Guards against a search for nothing: many figures are masked, whose numbers nothing else may write."""
    assert bilan.secrets.sum() > 150
    assert len(bilan.interdits) > 400
    entiers = {j for j in bilan.interdits if not j.pourcent and j.nombre == int(j.nombre)}
    assert len(entiers) > 60
    masques = bilan.publies[bilan.secrets]
    assert {"O01", "O02", "O04", "V01", "V03", "T01"} <= set(masques["indicateur"])


def test_le_csv_ne_montre_que_ce_qui_est_publie(bilan: Bilan) -> None:
    assert not fautes_du_csv(bilan, bilan.dossier / "indicateurs.csv")


def test_le_journal_ne_dit_aucun_chiffre_masque(bilan: Bilan) -> None:
    assert not fautes_du_journal(bilan, json.loads((bilan.dossier / "journal.json").read_text(encoding="utf-8")))


def test_le_classeur_ne_dit_aucun_chiffre_masque(bilan: Bilan) -> None:
    assert not fautes_du_classeur(bilan, bilan.dossier / "bilan.xlsx")


def test_la_page_ne_dit_aucun_chiffre_masque(bilan: Bilan) -> None:
    assert not fautes_de_la_page(bilan, bilan.html)


def test_chaque_figure_de_la_page_est_verifiee(bilan: Bilan) -> None:
    assert set(figures(arbre(bilan.html))) == {*TABLEAUX, ORIGINES}


# --- The check finds what is put there ------------------------------------------------------------------------------


def masque(bilan: Bilan) -> tuple[dict[str, Any], str]:
    """A masked commune of O01, and its true share as it would be written, which nothing published equals."""
    for rang in bilan.dessinees("carte-o01").index:
        vraie = bilan.vrais.loc[rang].to_dict()
        ecrite = f"{vraie['valeur']:.1f}".replace(".", ",") + "\u202f%"
        if bilan.secrets[rang] and jetons(ecrite) & bilan.interdits:
            return vraie, ecrite
    raise AssertionError("no masked commune with a share of its own")


def apres(repere: str, ajout: str) -> Callable[[str, str], str]:
    """Put a text after a mark of the page; « % » stands for the masked figure."""

    def poser(html: str, ecrite: str) -> str:
        assert repere in html, repere
        return html.replace(repere, repere + ajout.replace("%", ecrite), 1)

    return poser


FUITES_DE_PAGE: dict[str, Callable[[str, str], str]] = {
    "texte": apres('<p class="constat">', "Une commune atteint %. "),
    "infobulle": apres('<figure class="figure"', ' title="%"'),
    "attribut": apres('<figure class="figure"', ' data-valeur="%"'),
    "aria": apres('<article class="carte"', ' aria-label="soit %"'),
    "titre d’un SVG": apres('<title id="carte-o01-titre">', "% – "),
    "description d’un SVG": apres('<desc id="carte-o01-desc">', "%, "),
    "commentaire": apres('<figure class="figure" id="fig-volume">', "<!-- % -->"),
    "code d’un script": apres("function dessiner(racine) {", 'var part = "%";'),
}


@pytest.mark.parametrize("lieu", FUITES_DE_PAGE)
def test_un_chiffre_masque_pose_dans_la_page_est_trouve(bilan: Bilan, lieu: str) -> None:
    _, ecrite = masque(bilan)
    percee = FUITES_DE_PAGE[lieu](bilan.html, ecrite)
    assert chercher(passages(percee), bilan.interdits, CONNUS), lieu


def test_un_chiffre_masque_pose_dans_la_carte_interactive_est_trouve(bilan: Bilan) -> None:
    """Even one that another commune happens to have: the place says whose it is."""
    vraie, _ = masque(bilan)
    donnees = donnees_de_la_carte(bilan.html)
    avant = json.dumps(donnees, ensure_ascii=False, separators=(",", ":"))
    assert avant in bilan.html
    donnees["indicateurs"]["O01"]["annees"][str(ANNEE)]["communes"][vraie["perimetre_code"]]["valeurs"][-1] = "8 sur 9"
    percee = bilan.html.replace(avant, json.dumps(donnees, ensure_ascii=False, separators=(",", ":")))
    assert fautes_de_la_carte_interactive(bilan, percee)


def test_une_cellule_ou_une_barre_de_trop_est_trouvee(bilan: Bilan) -> None:
    debut = bilan.html.index('id="fig-barres-o01-commune"')
    avant, suite = bilan.html[:debut], bilan.html[debut:]
    cellule = suite.replace('<td class="secret">s</td>', "<td>0</td>", 1)
    assert fautes_des_tableaux(bilan, figures(arbre(avant + cellule)))
    barre = suite.replace(f'width="{TALON}"', 'width="31.5"', 1)
    assert fautes_des_dessins(bilan, figures(arbre(avant + barre)))
    barre = suite.replace('fill="url(#barres-o01-commune-hachures)"', 'fill="#8A9099"', 1)
    assert fautes_des_dessins(bilan, figures(arbre(avant + barre)))
    carte = bilan.html.index('id="fig-carte-o01"')
    peinte = bilan.html[carte:].replace("fill: url(#", "fill: #fcc79b; mask: url(#", 1)
    assert fautes_des_dessins(bilan, figures(arbre(bilan.html[:carte] + peinte)))


def test_un_chiffre_masque_pose_dans_le_classeur_est_trouve(bilan: Bilan, tmp_path: Path) -> None:
    """In each place at once, since a workbook is long to write; each is found where it was put."""
    vraie, ecrite = masque(bilan)
    classeur = openpyxl.load_workbook(bilan.dossier / "bilan.xlsx")
    classeur.properties.description = f"dont {ecrite}"
    cachee = classeur.create_sheet("calculs")
    cachee["B2"], cachee.sheet_state = vraie["valeur"], "hidden"
    feuille_de(classeur, "O01")["A7"].comment = Comment(ecrite, "x")
    classeur.defined_names["part"] = DefinedName("part", attr_text=f'"{ecrite}"')
    feuille_de(classeur, "V01")["ZZ900"] = vraie["valeur"]
    feuille_de(classeur, "O01")._charts[0].title = f"dont {ecrite}"
    classeur.save(tmp_path / "perce.xlsx")
    trouvees = chercher(fuites.passages_du_classeur(tmp_path / "perce.xlsx"), bilan.interdits, CONNUS)
    rangs = [classeur.sheetnames.index(f.title) + 1 for f in (cachee, feuille_de(classeur, "V01"))]
    for lieu in (
        "docProps/core.xml, description", "xl/comments", "xl/workbook.xml, definedName", "xl/charts/chart",
        *(f"xl/worksheets/sheet{rang}.xml, v" for rang in rangs),
    ):  # fmt: skip
        assert any(f"({lieu}" in faute for faute in trouvees), lieu


def test_une_case_masquee_que_le_classeur_montre_est_trouvee(bilan: Bilan, tmp_path: Path) -> None:
    classeur = openpyxl.load_workbook(bilan.dossier / "bilan.xlsx")
    masquees = [c for ligne in feuille_de(classeur, "O01").iter_rows(min_row=7) for c in ligne if c.value == "s"]
    masquees[0].value, masquees[-1].number_format = 0, "0.000"
    next(ligne for ligne in classeur["Séries"].iter_rows() if "masqué (s)" in [c.value for c in ligne])[4].value = 0
    classeur.save(tmp_path / "perce.xlsx")
    trouvees = fautes_du_classeur(bilan, tmp_path / "perce.xlsx")
    for lieu in ("O01 {", "O01 : un format", "Séries"):
        assert any(faute.startswith(lieu) for faute in trouvees), lieu


def test_un_chiffre_masque_pose_dans_le_csv_ou_le_journal_est_trouve(bilan: Bilan, tmp_path: Path) -> None:
    vraie, ecrite = masque(bilan)
    texte = (bilan.dossier / "indicateurs.csv").read_text(encoding="utf-8")
    cle = f"O01,{ANNEE},commune,{vraie['perimetre_code']},,,,"
    perce = texte.replace(f"{cle},", f"{cle}{vraie['numerateur']:.0f},")
    assert perce != texte
    (tmp_path / "perce.csv").write_text(perce, encoding="utf-8")
    assert fautes_du_csv(bilan, tmp_path / "perce.csv")
    journal = json.loads((bilan.dossier / "journal.json").read_text(encoding="utf-8"))
    journal["entrees"][0]["motifs"]["note"] = ecrite
    assert fautes_du_journal(bilan, journal)


# --- The drawings, sentences and cells do not depend on what is masked ----------------------------------------------


def publication(bilan: Bilan, *, remplie: bool) -> Publication:
    """What the csv publishes; ``remplie``: its masked rows hold figures, as if disclosure control had left some."""
    tables = {}
    for code, table in bilan.interne.items():
        donnees = bilan.publies[bilan.publies["indicateur"].eq(code)].reset_index(drop=True)
        secrets = donnees["statut"].eq("secret")
        rangs = pd.Series(range(len(donnees)), index=donnees.index, dtype="float64")
        for nom, faux in (
            ("numerateur", 700 + rangs),
            ("denominateur", 9000 - 7 * rangs),
            ("valeur", 97.5 - rangs / 8),
            ("ecart", 61.25 - rangs / 4),
            ("menages_manquants", 800 + rangs),
        ):
            if remplie:
                donnees.loc[secrets, nom] = faux[secrets]
        tables[code] = PublishedTable(table.indicateur, donnees, published._SCEAU)
    return replace(bilan.interne, tables=tables, interne=False)


def test_la_page_et_le_classeur_ne_lisent_rien_de_ce_qui_est_masque(
    bilan: Bilan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell of the notebook, on two publications that differ in their masked figures only: not a byte moves."""
    references = References(bilan.projet)
    pages = []
    for rang in range(2):
        rapport = Rapport(bilan.projet, references, publication(bilan, remplie=bool(rang)))
        monkeypatch.setattr(module_rapport, "ouvrir_rapport", lambda *_, r=rapport: r)
        pages.append(executer(RACINE / "notebooks/bilan_annuel.qmd"))
        ecrire_classeur(rapport, "Bilan", tmp_path / f"{rang}.xlsx")
    assert pages[0] == pages[1]
    assert (tmp_path / "0.xlsx").read_bytes() == (tmp_path / "1.xlsx").read_bytes()
