"""The whole way through, from the raw files to the published figures, against figures counted apart.

What is expected is counted here by plain loops over the rows of the raw files (openpyxl, csv) and of the reference
files (csv, yaml): nothing of the library is used for it. Every indicator but the completeness (Q01) is checked, every
row of it, key by key: unmasked first, then as published.
"""

from __future__ import annotations

import csv
import statistics
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

from cil_analysis.disclosure.publication import publier_annee
from cil_analysis.disclosure.published import Publication
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.example.generation import generer
from cil_analysis.example.projet import Effectifs
from cil_analysis.extracts.importation import importer
from cil_analysis.indicators.registry import INDICATEURS
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]
ANNEES = (2018, 2022)  # Two vintages of headings.
CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]
Cle = tuple[Any, ...]
Ligne = dict[str, Any]

# --- Reading the raw files and the reference files ------------------------------------------------------------------

ENTETES = {
    "numero": ("N° unique",),
    "bail": ("Date de signature du bail", "Date signature bail"),
    "depot": ("Date de dépôt de la demande", "Date dépôt"),
    "commune": ("Commune du logement", "Commune souhaitée (choix 1)"),
    "en_qpv": ("Logement en QPV",),
    "qpv": ("Quartier prioritaire",),
    "bailleur": ("Bailleur", "Organisme bailleur"),
    "reservataire": ("Contingent",),
    "financement": ("Financement",),
    "typologie": ("Type de logement", "Type de logement recherché"),
    "ru": ("Relogement RU",),
    "age": ("Âge",),
    "composition": ("Composition familiale",),
    "taille": ("Nb personnes",),
    "situation": ("Situation professionnelle",),
    "ressources": ("Ressources mensuelles (€)", "Ressources mensuelles du ménage"),
    "uc": ("Nb UC",),
    "plafonds": ("Ressources / plafonds",),
    "mutation": ("Mutation interne",),
    "publics": ("Publics prioritaires",),
    "dalo": ("DALO",),
}
NOMENCLATURES = {
    "bailleur": "bailleurs",
    "reservataire": "reservataires",
    "financement": "financements",
    "typologie": "typologies",
    "composition": "compositions_familiales",
    "situation": "situations_professionnelles",
    "plafonds": "tranches_plafonds",
    "dalo": "statuts_dalo",
}


def cle(texte: object) -> str:
    """Letters and digits only, without case or accent."""
    decompose = unicodedata.normalize("NFD", str(texte).casefold())
    return "".join(c for c in decompose if c.isalnum())


@cache
def lire_csv(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


@cache
def lire_yaml(chemin: Path) -> dict[str, Any]:
    return yaml.safe_load(chemin.read_text("utf-8"))


def jour(valeur: object) -> date | None:
    if isinstance(valeur, datetime):
        return valeur.date()
    try:
        return datetime.strptime(str(valeur), "%d/%m/%Y").date()
    except ValueError:
        return None


def nombre(valeur: object) -> Fraction | None:
    return None if valeur in (None, "") else Fraction(str(valeur).replace(",", "."))


def en_cours(debut: str, fin: str, le: date) -> bool:
    return (not debut or date.fromisoformat(debut) <= le) and (not fin or date.fromisoformat(fin) >= le)


@dataclass
class Savoir:
    """The reference files of the example, as this test reads them."""

    dossier: Path
    codes: dict[str, dict[str, str]] = field(init=False)
    communes: dict[str, str] = field(init=False)
    adhesions: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.codes = {
            nom: {cle(forme): r["code"] for r in self.liste(nom) for forme in (r["code"], r["libelle"])}
            for nom in {*NOMENCLATURES.values(), "categories_prioritaires"}
        }
        self.adhesions = lire_csv(self.dossier / "territory/communes.csv")
        connues = lire_csv(self.dossier / "territory/communes_connues.csv")
        self.communes = {cle(r["nom"]): r["code_insee"] for r in (*connues, *self.adhesions)}

    def liste(self, nom: str) -> list[dict[str, str]]:
        return lire_csv(self.dossier / "nomenclatures" / f"{nom}.csv")

    def parametre(self, fichier: str, nom: str, annee: int) -> Any:
        valeurs = lire_yaml(self.dossier / "parameters" / f"{fichier}.yml")[nom]["values"]
        # Keys are dates or text of the same form, quoted or not.
        derniere = max(depuis for depuis in valeurs if str(depuis) <= f"{annee}-12-31")
        return valeurs[derniere]["value"]

    def membres(self, le: date) -> set[str]:
        return {r["code_insee"] for r in self.adhesions if en_cours(r["membre_du"], r["membre_au"], le)}

    def quartiers(self, le: date) -> dict[str, str]:
        lignes = lire_csv(self.dossier / "territory/qpv.csv")
        return {r["code"]: cle(r["nom"]) for r in lignes if en_cours(r["valide_du"], r["valide_au"], le)}

    def communes_avec_qpv(self, le: date) -> set[str]:
        liens = lire_csv(self.dossier / "territory/qpv_communes.csv")
        return {r["code_insee"] for r in liens if r["qpv_code"] in self.quartiers(le)}

    def sans_parc(self, annee: int) -> set[str]:
        lignes = lire_csv(self.dossier / "territory/parc_social.csv")
        return {r["code_insee"] for r in lignes if r["annee"] == str(annee) and r["logements"] == "0"}


def lignes_xlsx(chemin: Path) -> Iterator[tuple[Any, ...]]:
    classeur = openpyxl.load_workbook(chemin, read_only=True)
    yield from classeur.worksheets[0].iter_rows(values_only=True)
    classeur.close()


def lignes_csv(chemin: Path) -> Iterator[tuple[Any, ...]]:
    with chemin.open(encoding="cp1252", newline="") as flux:
        yield from map(tuple, csv.reader(flux, delimiter=";"))


def lire_brut(chemin: Path) -> list[Ligne]:
    """The rows under the header, by short name; without the blank ones and the total."""
    places: dict[str, int] = {}
    rangees: list[Ligne] = []
    for cellules in lignes_xlsx(chemin) if chemin.suffix == ".xlsx" else lignes_csv(chemin):
        if not places:
            if "N° unique" in cellules:
                places = {c: next(cellules.index(e) for e in es if e in cellules)
                          for c, es in ENTETES.items() if any(e in cellules for e in es)}  # fmt: skip
            continue
        if any(c not in (None, "") for c in cellules) and not str(cellules[0]).startswith("Total"):
            rangees.append({nom: cellules[place] if place < len(cellules) else None for nom, place in places.items()})
    return rangees


def retenir(rangees: list[Ligne], savoir: Savoir, annee: int) -> list[Ligne]:
    """What counts in the year: readable date and commune, lease of the year, member commune, no duplicate."""
    vues: set[Cle] = set()
    gardees = []
    for brute in rangees:
        le = jour(brute["bail"]) if "bail" in brute else date(annee, 12, 31)
        commune = savoir.communes.get(cle(brute["commune"]))
        if le is None or commune is None or le.year != annee or commune not in savoir.membres(le):
            continue
        identite = (brute["numero"], le, commune) if "bail" in brute else (brute["numero"],)
        if identite in vues:
            continue
        vues.add(identite)
        gardees.append(classer(brute, savoir, le, commune, annee))
    return gardees


def classer(brute: Ligne, savoir: Savoir, le: date, commune: str, annee: int) -> Ligne:
    """One household in the classes that are counted; « NR » where the file says nothing."""
    ligne: Ligne = {"commune": commune}
    for nom, liste in NOMENCLATURES.items():
        valeur = brute.get(nom)
        ligne[nom] = savoir.codes[liste][cle(valeur)] if valeur not in (None, "") else "NR"
    for nom, liste in (("age", "tranches_age"), ("taille", "tailles_menage")):
        n = nombre(brute[nom])
        ligne[nom] = next((r["code"] for r in savoir.liste(liste) if n is not None
                           and (not r["minimum"] or n >= int(r["minimum"]))
                           and (not r["maximum"] or n <= int(r["maximum"]))), "NR")  # fmt: skip
    ressources, uc = nombre(brute["ressources"]), nombre(brute["uc"])
    ligne["quartile"] = "NR"
    if ressources is not None and uc is not None:
        par_uc = ressources * 12 / uc
        seuils = [savoir.parametre("seuils_quartiles", q, annee) for q in ("q1", "q2", "q3")]
        ligne["quartile"] = f"Q{1 + sum(par_uc > s for s in seuils)}"
    connus = savoir.codes["categories_prioritaires"]
    publics = [connus[cle(mot)] for mot in (brute["publics"] or "").split(";") if mot.strip()]
    ligne["prioritaire"] = bool(publics) or ligne["dalo"] in ("ACTIF", "ACTREL")
    ligne["mutation"] = brute["mutation"] == "Oui"
    if "bail" in brute:
        # D14: a blank is outside where no QPV stands.
        vide = "INCONNU" if commune in savoir.communes_avec_qpv(date(annee, 12, 31)) else "HORS_QPV"
        ligne["qpv_oui"] = {"Oui": "QPV", "Non": "HORS_QPV"}.get(brute["en_qpv"] or "", vide)
        par_nom = {nom: code for code, nom in savoir.quartiers(le).items()}
        ligne["quartier"] = par_nom[cle(brute["qpv"])] if brute["qpv"] else None
        ligne["ru"] = brute["ru"] == "Oui"
        depot = jour(brute["depot"])
        ligne["delai"] = None if depot is None or depot > le else (le - depot).days / 30.4375
    return ligne


# --- Counting -------------------------------------------------------------------------------------------------------


@dataclass
class Attendus:
    """The figures expected of one year, by key."""

    savoir: Savoir
    epci: str
    annee: int
    baux: list[Ligne]
    stock: list[Ligne]
    chiffres: dict[Cle, Ligne] = field(default_factory=dict)

    def noter(self, code: str, perimetre: tuple[str, str], numerateur: float | None, denominateur: float | None,
              unite: str = "pct", acteur: tuple[str, str] = ("", ""), modalite: str = "", valeur: float | None = None,
              sans_objet: bool = False) -> None:  # fmt: skip
        if valeur is None and numerateur is not None:
            if unite == "nombre":
                valeur = numerateur
            elif denominateur:
                valeur = numerateur / denominateur * (100 if unite == "pct" else 1)
        statut = "publie" if valeur is not None else "sans_objet" if sans_objet else "non_calculable"
        place = (code, self.annee, *perimetre, *acteur, modalite)
        assert place not in self.chiffres
        self.chiffres[place] = {"numerateur": numerateur, "denominateur": denominateur, "valeur": valeur,
                                "unite": unite, "statut": statut}  # fmt: skip

    def communes(self) -> set[str]:
        return self.savoir.membres(date(self.annee, 12, 31))

    def territoires(self) -> list[tuple[tuple[str, str], Callable[[Ligne], bool]]]:
        """The EPCI and each commune, with what tells whether a row is in it."""
        return [
            (("epci", self.epci), lambda ligne: True),
            *((("commune", c), lambda ligne, c=c: ligne["commune"] == c) for c in sorted(self.communes())),
        ]

    def quartiers(self) -> list[tuple[tuple[str, str], Callable[[Ligne], bool]]]:
        codes = self.savoir.quartiers(date(self.annee, 12, 31))
        return [(("qpv", q), lambda ligne, q=q: ligne["quartier"] == q) for q in codes]

    def acteurs(self, genre: str, lignes: Iterable[Ligne]) -> list[str]:
        presents = {ligne[genre] for ligne in self.baux} - {"NR"}
        return sorted(presents) + (["NR"] if any(ligne[genre] == "NR" for ligne in lignes) else [])

    def tout(self) -> dict[Cle, Ligne]:
        self.volumes()
        self.profils()
        self.objectifs()
        return self.chiffres

    def volumes(self) -> None:
        total = len(self.baux)
        situations = [
            (("en_qpv", self.epci), lambda ligne: ligne["qpv_oui"] == "QPV"),
            (("hors_qpv", self.epci), lambda ligne: ligne["qpv_oui"] == "HORS_QPV"),
        ]
        for ou, dedans in [*self.territoires(), *self.quartiers(), *situations]:
            self.noter("V01", ou, sum(map(dedans, self.baux)), None, "nombre")
        for ou, dedans in self.territoires():
            baux, demandes = [b for b in self.baux if dedans(b)], [d for d in self.stock if dedans(d)]
            self.noter("V02", ou, len(demandes), None, "nombre")
            self.noter("V03", ou, len(demandes), len(baux), "ratio")
            self.mediane(ou, baux, "")
            if ou[0] == "commune":
                self.noter("T01", ou, len(baux), total)
            for classe in ("QPV",) if ou[0] == "commune" else ("QPV", "HORS_QPV", "INCONNU"):
                self.noter("T02", ou, sum(b["qpv_oui"] == classe for b in baux), len(baux), modalite=classe)
        for typologie in {b["typologie"] for b in self.baux}:
            self.mediane(("epci", self.epci), [b for b in self.baux if b["typologie"] == typologie], typologie)
        for code, genre in (("A01", "bailleur"), ("A02", "reservataire")):
            for acteur in self.acteurs(genre, self.baux):
                n = sum(b[genre] == acteur for b in self.baux)
                self.noter(code, ("epci", self.epci), n, total, acteur=(genre, acteur))

    def mediane(self, ou: tuple[str, str], baux: list[Ligne], modalite: str) -> None:
        delais = [b["delai"] for b in baux if b["delai"] is not None]
        valeur = round(statistics.median(delais), 1) if delais else None  # D10
        self.noter("V06", ou, None, len(delais), "mois", modalite=modalite, valeur=valeur)

    def profils(self) -> None:
        for code, colonne, liste in (
            ("P01", "age", "tranches_age"), ("P02", "composition", "compositions_familiales"),
            ("P03", "taille", "tailles_menage"), ("P04", "situation", "situations_professionnelles"),
            ("P05", "plafonds", "tranches_plafonds"),
        ):  # fmt: skip
            for suffixe, lignes in (("", self.baux), ("D", self.stock)):
                for classe in [*(r["code"] for r in self.savoir.liste(liste)), "NR"]:
                    n = sum(ligne[colonne] == classe for ligne in lignes)
                    self.noter(code + suffixe, ("epci", self.epci), n, len(lignes), modalite=classe)

    def objectifs(self) -> None:
        regle = {nom: self.savoir.parametre("comptage", nom, self.annee) for nom in
                 ("p3_mutations", "p4_financements_exclus", "p7_comparaison", "p8_ressources_manquantes")}  # fmt: skip
        assert (regle["p3_mutations"], regle["p7_comparaison"], regle["p8_ressources_manquantes"]) == (
            "incluses", "inferieur_ou_egal", "au_denominateur",
        ), "this test counts by the default rules"  # fmt: skip
        champ = [b for b in self.baux if b["financement"] not in regle["p4_financements_exclus"]]
        assert len(champ) < len(self.baux), "the example has excluded financings"
        dehors = [b for b in champ if b["qpv_oui"] == "HORS_QPV"]
        dedans = [b for b in champ if b["qpv_oui"] == "QPV"]
        propres = [b for b in champ if b["reservataire"] == "AUCUN"]
        sans_parc = self.savoir.sans_parc(self.annee)
        sans_qpv = self.communes() - self.savoir.communes_avec_qpv(date(self.annee, 12, 31))
        for code, lignes, public, sans in (
            ("O01", dehors, lambda b: b["quartile"] == "Q1" or b["ru"], sans_parc),
            ("O02", dedans, lambda b: b["quartile"] in ("Q2", "Q3", "Q4"), sans_qpv),
            ("O04", champ, lambda b: b["prioritaire"], sans_parc),
        ):
            for ou, la in [*self.territoires(), *(self.quartiers() if code == "O02" else [])]:
                ici = [b for b in lignes if la(b)]
                self.noter(code, ou, sum(map(public, ici)), len(ici), sans_objet=ou[0] == "commune" and ou[1] in sans)
        for code, lignes, public, genre in (
            ("O01", dehors, lambda b: b["quartile"] == "Q1" or b["ru"], "bailleur"),
            ("O01", dehors, lambda b: b["quartile"] == "Q1" or b["ru"], "reservataire"),
            ("O02", dedans, lambda b: b["quartile"] in ("Q2", "Q3", "Q4"), "bailleur"),
            ("O02", dedans, lambda b: b["quartile"] in ("Q2", "Q3", "Q4"), "reservataire"),
            ("O04", champ, lambda b: b["prioritaire"], "reservataire"),
            ("O04", propres, lambda b: b["prioritaire"], "bailleur"),
            ("O08", champ, lambda b: b["prioritaire"], "bailleur"),
        ):
            for acteur in self.acteurs(genre, lignes):
                siens = [b for b in lignes if b[genre] == acteur]
                self.noter(code, ("epci", self.epci), sum(map(public, siens)), len(siens), acteur=(genre, acteur))
        for perimetre, lignes in (("epci", champ), ("en_qpv", dedans), ("hors_qpv", dehors)):
            for classe in ("Q1", "Q2", "Q3", "Q4", "NR"):
                n = sum(b["quartile"] == classe for b in lignes)
                self.noter("O03", (perimetre, self.epci), n, len(lignes), modalite=classe)


def _rang(objectif: dict[str, str]) -> tuple[int, bool, int]:
    etoiles = [objectif["perimetre_code"], objectif["acteur_code"]].count("*")
    effet = date.fromisoformat(objectif["date_effet"]).toordinal()
    return etoiles, objectif["origine"] == "loi", -effet


def _tenir(objectif: dict[str, str]) -> Callable[[Fraction], bool]:
    bas, haut = Fraction(objectif["valeur"]), Fraction(objectif["valeur_max"] or objectif["valeur"])
    return {"plancher": lambda v: v >= bas, "plafond": lambda v: v <= haut,
            "intervalle": lambda v: bas <= v <= haut}[objectif["sens"]]  # fmt: skip


def viser(chiffres: dict[Cle, Ligne], objectifs: list[dict[str, str]]) -> None:
    """Give each figure its target: the explicit code first, then the CIA before the law, the blank ones passed over."""
    for place, chiffre in chiffres.items():
        code, annee, perimetre, ou, genre, acteur, modalite = place
        candidats = [
            o for o in objectifs
            if o["valeur"] and o["indicateur"] + {"pct": "", "nombre": "N"}[o["unite"]] == code
            and o["modalite"] == modalite and o["annee"] in ("", str(annee)) and o["perimetre_type"] == perimetre
            and o["perimetre_code"] in ("*", ou) and o["acteur_type"] == genre and o["acteur_code"] in ("*", acteur)
            and en_cours(o["date_effet"], o["date_fin"], date(annee, 12, 31))
            and not any(n["remplace"] == o["id"] and n["date_effet"] <= f"{annee}-12-31" for n in objectifs)
        ]  # fmt: skip
        if not candidats:
            continue
        choisi = min(candidats, key=_rang)
        cible = Fraction(choisi["valeur"])
        chiffre |= {"cible": float(cible), "sens": choisi["sens"], "resultat": chiffre["statut"]}
        if choisi["valeur_max"]:
            chiffre["cible_max"] = float(choisi["valeur_max"])
        if chiffre["statut"] == "publie":
            n, total = chiffre["numerateur"], chiffre["denominateur"]
            facteur = Fraction(1) if choisi["unite"] == "nombre" else Fraction(100, total)
            valeur, tient = n * facteur, _tenir(choisi)
            borne = Fraction(choisi["valeur_max"]) if choisi["valeur_max"] and valeur > cible else cible
            chiffre["ecart"] = 0.0 if choisi["valeur_max"] and tient(valeur) else float(valeur - borne)
            manque = next(k for k in range(10_000) if any(n + k * s >= 0 and tient((n + k * s) * facteur)
                                                          for s in (1, -1)))  # fmt: skip
            chiffre |= {"menages_manquants": manque, "resultat": "non_atteint" if manque else "atteint"}


@dataclass(frozen=True)
class Chaine:
    projet: Projet
    references: References
    bruts: dict[int, list[Path]]
    attendus: dict[Cle, Ligne]


def extrait(fichiers: Sequence[Path], nom: str) -> Path:
    """The file of an extract among those of a year."""
    [fichier] = [fichier for fichier in fichiers if fichier.name.startswith(nom)]
    return fichier


@pytest.fixture(scope="module")
def chaine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaine]:
    dossier = tmp_path_factory.mktemp("chaine")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        # Small years: quicker, and with many counts below the threshold.
        petites = Effectifs(1_500, 3_000)
        projet, bruts = generer(ouvrir_projet(RACINE), dossier / "exemple", ANNEES, 7, lambda message: None, petites)
        references = References(projet)
        for annee, fichiers in bruts.items():
            for fichier in fichiers:
                importer(projet, references, [fichier], annee)
        savoir = Savoir(projet.reference)
        attendus: dict[Cle, Ligne] = {}
        for annee, fichiers in bruts.items():
            lus = [retenir(lire_brut(extrait(fichiers, nom)), savoir, annee) for nom in ("attributions", "demandes")]
            attendus |= Attendus(savoir, projet.epci_siren, annee, *lus).tout()
        viser(attendus, lire_csv(projet.reference / "parameters/objectifs.csv"))
        yield Chaine(projet, references, bruts, attendus)


@pytest.fixture(scope="module")
def ouverte(chaine: Chaine) -> Publication:
    return publier_annee(chaine.projet, chaine.references, max(ANNEES), interne=True)


def par_cle(publication: Publication, attendus: Mapping[Cle, Ligne]) -> dict[Cle, Ligne]:
    """The published rows of the tables recounted here; the others are recounted in SQL (tests/oracle)."""
    table = publication.en_table()
    tables = pd.DataFrame([dict(zip(CLES, place, strict=True)) for place in attendus])
    table = table.merge(tables[["indicateur", "perimetre_type", "acteur_type"]].drop_duplicates())
    lignes = {tuple(ligne[c] for c in CLES): ligne for ligne in table.to_dict("records")}
    assert len(lignes) == len(table), "one figure per key"
    return lignes


def ecarts(obtenues: dict[Cle, Ligne], attendues: dict[Cle, Ligne]) -> list[str]:
    fautes = []
    for place, attendue in attendues.items():
        obtenue = obtenues[place]
        for nom in (*CHIFFRES, "unite", "statut", "sens", "resultat"):
            valeur, voulue = obtenue[nom], attendue.get(nom, None if nom in CHIFFRES else "")
            if isinstance(voulue, int | float):
                egal = valeur == pytest.approx(voulue, abs=1e-9)
            else:
                egal = pd.isna(valeur) if voulue is None else valeur == voulue
            if not egal:
                fautes.append(f"{place} {nom}: {valeur!r}, expected {voulue!r}")
    return fautes


def test_chaque_chiffre_egale_le_recomptage_des_fichiers_bruts(chaine: Chaine, ouverte: Publication) -> None:
    obtenues = par_cle(ouverte, chaine.attendus)
    assert set(obtenues) == set(chaine.attendus), "the same figures, no more, no fewer"
    fautes = ecarts(obtenues, chaine.attendus)
    assert not fautes, "\n".join(fautes[:20])
    assert not any(table.nb_secrets for table in ouverte.values())


def test_le_recomptage_porte_sur_ce_qui_compte(chaine: Chaine) -> None:
    """Guards against a comparison of nothing with nothing."""
    attendus = chaine.attendus
    codes = {place[0] for place in attendus}
    assert codes >= {"V01", "V02", "V03", "V06", "T01", "T02", "A01", "A02", "P01", "P02", "P05"}
    assert codes >= {"O01", "O02", "O03", "O04"}
    resultats = {(place[0], chiffre.get("resultat")) for place, chiffre in attendus.items()}
    assert {("O01", "atteint"), ("O01", "non_atteint"), ("O01", "sans_objet"), ("O02", "sans_objet")} <= resultats
    assert {("O04", "atteint"), ("O04", "non_atteint")} <= resultats
    assert any(chiffre.get("menages_manquants", 0) > 1 for chiffre in attendus.values())
    cibles = {chiffre["cible"] for place, chiffre in attendus.items() if place[0] == "O01" and place[2] == "commune"}
    assert cibles == {20.0, 25.0}, "an explicit target beside the general one"
    sens = {(c["sens"], c["resultat"]) for place, c in attendus.items() if place[:1] + place[2:3] == ("O04", "commune")
            and "sens" in c}  # fmt: skip
    assert {s for s, _ in sens} == {"plancher", "plafond", "intervalle"}
    releves = {place[1]: c["cible"] for place, c in attendus.items() if place[0] == "O08" and "cible" in c}
    assert set(releves.values()) == {25.0, 36.0}, "an avenant raises the commitment within the period"
    vides = [c for place, c in attendus.items() if place[0] == "V01" and place[2] == "commune" and c["numerateur"] == 0]
    assert vides and all(chiffre["statut"] == "publie" for chiffre in vides), "no allocation is a true zero"
    for annee, fichiers in chaine.bruts.items():
        for nom, code in (("attributions", "V01"), ("demandes", "V02")):
            compte = attendus[(code, annee, "epci", chaine.projet.epci_siren, "", "", "")]["numerateur"]
            assert len(lire_brut(extrait(fichiers, nom))) > compte, "the raw files hold rows that do not count"


def test_les_annees_publiees_vont_du_debut_de_la_convention_a_celle_demandee(
    chaine: Chaine, ouverte: Publication
) -> None:
    premiere = publier_annee(chaine.projet, chaine.references, min(ANNEES), interne=True)
    assert premiere.annees == (min(ANNEES),) and premiere.annee == min(ANNEES)
    ensemble = premiere.en_table()
    assert set(ensemble["annee"]) == {min(ANNEES)} and ouverte.annees == ANNEES
    # What is told of the asked year alone, or of the years together, is another figure in another bilan.
    seules = [indicateur.code for indicateur in INDICATEURS if indicateur.derniere_annee]
    propres = ensemble["indicateur"].str.endswith("S") | ensemble["perimetre_type"].eq("epci_constant")
    propres |= ensemble["indicateur"].isin(seules)
    en_commun = ouverte.en_table().merge(ensemble.loc[~propres, CLES], on=CLES)
    pd.testing.assert_frame_equal(en_commun, ensemble[~propres].reset_index(drop=True))


def test_une_annee_sans_donnees_dit_quoi_faire(chaine: Chaine) -> None:
    with pytest.raises(ErreurCIL, match=r"2020.*cil importer"):
        publier_annee(chaine.projet, chaine.references, 2020)


def test_rien_de_personnel_n_atteint_ce_qui_est_publie(chaine: Chaine, ouverte: Publication) -> None:
    texte = ouverte.en_table().to_csv()
    for trace in ("FICT", "RUE FICTIVE", "NOM-FICTIF"):
        assert trace not in texte
    for fichier in (chaine.projet.traite).rglob("*.parquet"):
        contenu = pd.read_parquet(fichier).to_csv()
        assert "NOM-FICTIF" not in contenu and "RUE FICTIVE" not in contenu, fichier
