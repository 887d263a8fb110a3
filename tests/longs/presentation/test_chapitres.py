"""The figures of the bilan: the page's data tables against indicateurs.csv, read apart."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.project import Projet
from page_lue import Noeud, Tableau, arbre, contrat, figures, tableau_lu

ANNEE = "2022"
DITS = ("atteint", "non_atteint")  # The results that a masked row may keep.
OBJECTIF = ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "resultat")
EPCI = {"perimetre_type": "epci", "acteur_type": "", "modalite": ""}
COMMUNES = {"perimetre_type": "commune", "acteur_type": "", "modalite": "", "annee": ANNEE}
BAILLEURS = {"perimetre_type": "epci", "acteur_type": "bailleur", "modalite": "", "annee": ANNEE}
RESERVATAIRES = BAILLEURS | {"acteur_type": "reservataire"}
MOTS = {"atteint": "atteint", "non_atteint": "non atteint", "non_calculable": "non calculable",
        "sans_objet": "sans objet", "": "–"}  # fmt: skip

CLASSES = {"perimetre_type": "epci", "acteur_type": "", "annee": ANNEE}
ZONES = {"hors quartier prioritaire": "hors_qpv", "en quartier prioritaire": "en_qpv"}
TERMES = ("numerateur", "denominateur", "valeur")
ENSEMBLE = "écart à l’ensemble"  # Not in the contract: the gap of a commune to the EPCI.

# A figure with one row for each row of the contract: indicator, rows, key, columns.
Conditions = dict[str, Any]  # column of the contract → its value, or a list of values
Simple = tuple[str, Conditions, str, tuple[str, ...]]
SIMPLES: dict[str, Simple] = {
    "demandes": ("V02", EPCI, "annee", ("valeur",)),
    "objectifs-par-annee": ("O07", EPCI, "annee", TERMES),
    "volume": ("V01", EPCI, "annee", ("valeur",)),
    "anciennete": ("V07", CLASSES, "modalite", ("numerateur", "valeur")),
    "communes": ("T01", COMMUNES, "perimetre_code", ("numerateur", "valeur")),
    "rotation": ("T01R", {"annee": ANNEE}, "perimetre_code", TERMES),
    "retention": ("T03R", {"annee": ANNEE}, "perimetre_code", TERMES),
    "pression-type": ("L01T", CLASSES, "modalite", TERMES),
    "radiations": ("R01", CLASSES, "modalite", ("numerateur", "valeur")),
    "refus": ("R02", BAILLEURS, "acteur_code", TERMES),
    "motifs-refus": ("R02M", CLASSES, "modalite", ("numerateur", "valeur")),
    "serie-o01": ("O01", EPCI, "annee", OBJECTIF),
    "serie-o02": ("O02", EPCI, "annee", OBJECTIF),
    "o02-qpv": ("O02", {"perimetre_type": "qpv", "annee": ANNEE}, "perimetre_code", OBJECTIF),
    "o01-bailleur": ("O01", BAILLEURS, "acteur_code", OBJECTIF),
    "o02-bailleur": ("O02", BAILLEURS, "acteur_code", OBJECTIF),
    "o04-bailleur": ("O04", BAILLEURS, "acteur_code", OBJECTIF),
    "o08-bailleur": ("O08", BAILLEURS, "acteur_code", OBJECTIF),
    "o04-reservataire": ("O04", RESERVATAIRES, "acteur_code", OBJECTIF),
}  # fmt: skip
# The tables that follow the first one of a figure.
INTERNES = {"modalite": "INTERNE"}
SUITES: dict[str, list[Simple]] = {
    "delais-typologie": [
        ("V06", CLASSES | {"perimetre_type": ["en_qpv", "hors_qpv"]}, "perimetre_type", TERMES[1:]),
        ("V06", COMMUNES, "perimetre_code", (*TERMES[1:], ENSEMBLE)),
        ("V06", BAILLEURS, "acteur_code", TERMES[1:]),
    ],
    "mutations": [
        ("M01", COMMUNES | INTERNES, "perimetre_code", TERMES), ("M01", BAILLEURS | INTERNES, "acteur_code", TERMES),
    ],
    "refus": [("R02", RESERVATAIRES, "acteur_code", TERMES), ("R02", COMMUNES, "perimetre_code", TERMES)],
}  # fmt: skip
ECART_DE_TENSION = "Demandes par attribution, écart à l’ensemble"
A_PART = {"provenances", "publics", "relogements", "explorer"}  # Checked by tests of their own.
# Map and bars of an objective by commune, whichever the notebook shows: carte-o01, barres-o02-commune…
_PAR_COMMUNE = re.compile(r"(?:carte|barres)-(o\d\d)(?:-commune)?")
# A figure with a row for each key, and a column for each: indicator, rows, figure of the contract.
Colonne = tuple[str, Conditions, str]


def par_zone(code: str, debut: str, lignes: Conditions = CLASSES) -> dict[str, Colonne]:
    return {f"{debut} {nom}": (code, lignes | {"perimetre_type": zone}, "valeur") for nom, zone in ZONES.items()}


def nombre_et_part(code: str, lignes: Conditions = CLASSES) -> dict[str, Colonne]:
    deux: dict[str, Colonne] = {"Attributions": (code, lignes, "numerateur"), "Part": (code, lignes, "valeur")}
    return deux | par_zone(code, "Part", lignes)


def par_an(code: str, lignes: Conditions) -> dict[str, Colonne]:
    return {str(a): (code, lignes | {"annee": str(a)}, "valeur") for a in range(2018, 2023)}


TOUS_LES_LIEUX = {"annee": ANNEE, "acteur_type": "", "modalite": ""}
CROISES: dict[str, tuple[str, dict[str, Colonne]]] = {
    **{
        f"profil-p0{n}": (
            "modalite",
            {"Ménages logés": (f"P0{n}", CLASSES, "valeur"), "Demandeurs": (f"P0{n}D", CLASSES, "valeur")}
            | ({} if n == 6 else par_zone(f"P0{n}", "Ménages logés")),
        )
        for n in range(1, 9)
    },
    "typologies": (
        "modalite",
        {"Logements attribués": ("L01", CLASSES, "valeur"), "Logements demandés": ("L01D", CLASSES, "valeur")}
        | par_zone("L01", "Logements attribués"),
    ),
    "financements": ("modalite", nombre_et_part("L02")),
    "epoques": ("modalite", nombre_et_part("L02P")),
    "constructions": ("modalite", nombre_et_part("L02C")),
    "bailleurs": ("acteur_code", nombre_et_part("A01", BAILLEURS)),
    "reservataires": ("acteur_code", nombre_et_part("A02", RESERVATAIRES)),
    "tension": (
        "perimetre_code",
        {
            "Demandes actives": ("V03", TOUS_LES_LIEUX, "numerateur"),
            "Attributions": ("V03", TOUS_LES_LIEUX, "denominateur"),
            "Demandes par attribution": ("V03", TOUS_LES_LIEUX, "valeur"),
            "Hors mutations internes": ("V04", TOUS_LES_LIEUX, "valeur"),
            "Taux de satisfaction": ("V05", TOUS_LES_LIEUX, "valeur"),
        },
    ),
    "pression": (
        "annee",
        {
            "Demandes par attribution": ("V03", EPCI, "valeur"),
            "Hors mutations internes": ("V04", EPCI, "valeur"),
            "Taux de satisfaction": ("V05", EPCI, "valeur"),
        },
    ),
    "delais-typologie": (
        "modalite",
        {
            "Ménages": ("V06", CLASSES, "denominateur"),
            "Premier quartile": ("V06P25", CLASSES, "valeur"),
            "Médiane": ("V06", CLASSES, "valeur"),
            "Troisième quartile": ("V06P75", CLASSES, "valeur"),
        },
    ),
    "mutations": (
        "annee",
        {
            "Mutation interne, chez le même bailleur": ("M01", EPCI | {"modalite": "INTERNE"}, "valeur"),
            "Mutation dans l’ensemble du parc social": ("M01", EPCI | {"modalite": "HLM"}, "valeur"),
        },
    ),
    "qpv": ("modalite", par_an("T02", {"perimetre_type": "epci"})),
    "quartiles": (
        "modalite",
        {
            "Ensemble": ("O03", {"perimetre_type": "epci", "annee": ANNEE}, "valeur"),
            "Hors quartier prioritaire": ("O03", {"perimetre_type": "hors_qpv", "annee": ANNEE}, "valeur"),
            "En quartier prioritaire": ("O03", {"perimetre_type": "en_qpv", "annee": ANNEE}, "valeur"),
        },
    ),
    "evolution-o04": ("acteur_code", par_an("O04", RESERVATAIRES)),
    **{f"annees-{c.lower()}": ("perimetre_code", par_an(c, COMMUNES)) for c in ("O01", "O04")},
    "objectifs-communes": (
        "perimetre_code",
        {PAR_CODE[c].titre.partition(", par ")[0]: (c, COMMUNES, "valeur") for c in ("O01", "O02", "O04")},
    ),
}


@pytest.fixture(scope="module")
def page(exemple: Projet) -> Noeud:
    return arbre((exemple.rapports / ANNEE / "bilan.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lignes(exemple: Projet) -> list[dict[str, str]]:
    return contrat(exemple.rapports / ANNEE / "indicateurs.csv")


@pytest.fixture(scope="module")
def libelles(exemple: Projet) -> dict[str, dict[str, str]]:
    """Column of the contract → code → label, straight from the reference files."""

    def lire(chemin: Path, code: str, nom: str) -> dict[str, str]:
        with chemin.open(encoding="utf-8-sig", newline="") as flux:
            return {ligne[code]: ligne[nom] for ligne in csv.DictReader(flux)}

    reference = exemple.reference
    noms = {c.stem: lire(c, "code", "libelle") for c in (reference / "nomenclatures").glob("*.csv")}
    codes = {"P01": "tranches_age", "P02": "compositions_familiales", "P03": "tailles_menage",
             "P04": "situations_professionnelles", "P05": "tranches_plafonds", "P06": "nationalites",
             "P07": "statuts_occupation", "P08": "familles_motifs", "L01": "typologies", "L01T": "typologies",
             "L02": "financements", "L02P": "periodes_construction", "L02C": "types_construction",
             "R01": "motifs_radiation", "R02M": "motifs_refus_demandeur", "T02": "situations_qpv", "T03": "provenances",
             "V07": "anciennetes", "O03": "quartiles", "V06": "typologies", "V06P25": "typologies",
             "V06P75": "typologies"}  # fmt: skip
    communes = lire(reference / "territory/communes.csv", "code_insee", "nom")
    noms["provenances"] |= communes
    return {
        "perimetre_type": {"en_qpv": "En quartier prioritaire", "hors_qpv": "Hors quartier prioritaire"},
        "perimetre_code": communes
        | lire(reference / "territory/qpv.csv", "code", "nom")
        | {exemple.epci_siren: exemple.epci_nom_court},
        "acteur_code": noms["bailleurs"] | noms["reservataires"] | {"NR": "Non renseigné ou non reconnu"},
        **{i: noms[nom] | {"NR": "Non renseigné", "": "Ensemble"} for i, nom in codes.items()},
    }


def ecrit(ligne: dict[str, str], colonne: str) -> str:
    """A figure of the contract as the page must write it."""
    if ligne["statut"] == "secret":
        if colonne == "resultat" and ligne["resultat"] in DITS:
            return MOTS[ligne["resultat"]]
        sans_objectif = not ligne["resultat"] and colonne in ("cible", "ecart", "menages_manquants", "resultat")
        return "–" if sans_objectif else "s"
    rien = ligne["statut"] == "non_calculable" and ligne["denominateur"] == "0"
    if colonne == "resultat":
        return "aucune attribution" if rien else MOTS[ligne["resultat"]]
    if ligne["statut"] == "sans_objet":
        return "–"
    brut = ligne[colonne]
    if not brut:
        return (
            "nd"
            if ligne["statut"] == "non_calculable" and not rien and colonne in ("numerateur", "denominateur", "valeur")
            else "–"
        )
    decimales = 1 if colonne == "ecart" or (colonne == "valeur" and ligne["unite"] != "nombre") else 0
    arrondi = Decimal(brut).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    if colonne == "cible" and ligne["sens"] == "intervalle":
        return f"{brut} à {ligne['cible_max']}"
    if colonne == "cible" and ligne["sens"] == "plafond":
        return f"au plus {brut}"
    trop = "\u00a0de trop" if colonne == "menages_manquants" and ligne["resultat"] == "non_atteint" else ""
    trop = trop if trop and float(ligne["ecart"]) > 0 else ""
    signe = "−" if arrondi < 0 else "+" if colonne == "ecart" and arrondi > 0 else ""
    return signe + f"{abs(arrondi):,f}".replace(",", "\u202f").replace(".", ",") + trop


def ecart_a_l_ensemble(ligne: dict[str, str], ensemble: dict[str, str]) -> str:
    """The difference of two published figures as they are printed."""
    if ligne["statut"] == "secret":
        return "s"
    if ligne["perimetre_type"] != "commune" or not ligne["valeur"] or not ensemble["valeur"]:
        return "–"
    commune, epci = (Decimal(x["valeur"]).quantize(Decimal("0.1"), ROUND_HALF_UP) for x in (ligne, ensemble))
    return f"{commune - epci:+.1f}".replace("+0.0", "0.0").replace("-", "−").replace(".", ",")


def choisir(lignes: list[dict[str, str]], indicateur: str, conditions: Conditions) -> list[dict[str, str]]:
    voulues = conditions | {"indicateur": indicateur}
    return [
        ligne
        for ligne in lignes
        if all(ligne[c] == v if isinstance(v, str) else ligne[c] in v for c, v in voulues.items())
    ]


def vu(page: Noeud, nom: str, rang: int = 0) -> Tableau:
    return tableau_lu(figures(page)[nom].un("details").tous("table")[rang])


def nommer(libelles: dict[str, dict[str, str]], indicateur: str, colonne: str, code: str) -> str:
    if colonne == "annee":
        return code
    return libelles[indicateur.removesuffix("D") if colonne == "modalite" else colonne][code]


def specification(nom: str) -> Simple | None:
    trouve = _PAR_COMMUNE.fullmatch(nom)
    return (trouve[1].upper(), COMMUNES, "perimetre_code", (*OBJECTIF, ENSEMBLE)) if trouve else SIMPLES.get(nom)


def rangees(lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]], spec: Simple) -> dict[str, list[str]]:
    """The rows that a table must have: label → figures."""
    indicateur, conditions, cle, colonnes = spec
    ensemble = choisir(lignes, indicateur, EPCI | {"annee": ANNEE})
    return {
        nommer(libelles, indicateur, cle, x[cle]): [
            ecart_a_l_ensemble(x, ensemble[0]) if c == ENSEMBLE else ecrit(x, c) for c in colonnes
        ]
        for x in choisir(lignes, indicateur, conditions)
    }


def test_chaque_figure_de_la_page_est_verifiee_ici(page: Noeud) -> None:
    vues = set(figures(page))
    assert not {nom for nom in vues if specification(nom) is None and nom not in {*CROISES, *A_PART}}
    assert {*SIMPLES, *CROISES, *SUITES, *A_PART} <= vues


def test_les_tableaux_de_donnees_egalent_le_contrat(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]]
) -> None:
    for nom in figures(page):
        spec = specification(nom)
        if spec is None:
            continue
        attendu = rangees(lignes, libelles, spec)
        assert attendu and vu(page, nom).lignes == attendu, nom


@pytest.mark.parametrize("nom", SUITES)
def test_les_tableaux_qui_suivent_egalent_le_contrat(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]], nom: str
) -> None:
    for rang, spec in enumerate(SUITES[nom], start=1):
        attendu = rangees(lignes, libelles, spec)
        assert len(attendu) > 1 and vu(page, nom, rang).lignes == attendu, (nom, rang)


def test_toute_la_matrice_des_provenances_est_dans_son_tableau(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]], exemple: Projet
) -> None:
    """One row for each origin, one column for each destination, the whole last: head counts, « s » where masked."""
    table = vu(page, "provenances")
    lieux = [ligne for ligne in choisir(lignes, "T03", {"annee": ANNEE}) if ligne["perimetre_type"] != "epci_constant"]
    assert len({x["modalite"] for x in lieux}) == len(table.lignes)
    assert table.entetes[-1] == exemple.epci_nom_court
    for x in lieux:
        colonne = table.entetes.index(nommer(libelles, "T03", "perimetre_code", x["perimetre_code"])) - 1
        assert table.lignes[libelles["T03"][x["modalite"]]][colonne] == ecrit(x, "numerateur"), x
    assert any(x["statut"] == "secret" for x in lieux)


@pytest.mark.parametrize("nom", CROISES)
def test_les_tableaux_croises_egalent_le_contrat(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]], nom: str
) -> None:
    cle, colonnes = CROISES[nom]
    table = vu(page, nom)
    en_plus = [ECART_DE_TENSION] if nom == "tension" else []
    assert [e.partition("\u202f")[0] for e in table.entetes[1:]] == [*colonnes, *en_plus]
    for rang, (indicateur, conditions, chiffre) in enumerate(colonnes.values()):
        attendu = {nommer(libelles, indicateur, cle, x[cle]): ecrit(x, chiffre)
                   for x in choisir(lignes, indicateur, conditions)}  # fmt: skip
        for libelle, cellules in table.lignes.items():
            assert cellules[rang] == attendu.get(libelle, "–"), (nom, libelle)
        if nom != "evolution-o04":  # Only the réservataires with a target.
            assert set(attendu) <= set(table.lignes)


# What the interactive map may show, and the columns of its tables.
EXPLOREES = {**dict.fromkeys(("O01", "O02", "O04"), OBJECTIF), **dict.fromkeys(("V01", "V02"), ("valeur",)),
             **dict.fromkeys(("V03", "T01R", "T03R", "O06"), TERMES), "V06": TERMES[1:]}  # fmt: skip


def test_chaque_vue_de_la_carte_a_explorer_a_son_tableau(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]]
) -> None:
    """Every figure of every indicator and year, whether or not a script runs."""
    vues = {n.attributs["data-vue"]: n for n in figures(page)["explorer"].tous("div") if "data-vue" in n.attributs}
    assert list(vues) == [f"{code} {annee}" for code in (*list(EXPLOREES)[:3], "V01", "V02", "V03", "V06", "T01R",
                                                         "T03R", "O06") for annee in range(2018, 2023)]  # fmt: skip
    for nom, vue in vues.items():
        code, annee = nom.split()
        attendu = rangees(lignes, libelles, (code, COMMUNES | {"annee": annee}, "perimetre_code", EXPLOREES[code]))
        lu = tableau_lu(vue.un("table"))
        assert lu.lignes == attendu and len(attendu) == 19, nom
        assert lu.legende.endswith(f", par commune, {annee}")


def test_le_mans_puis_l_ordre_alphabetique(page: Noeud) -> None:
    noms = list(vu(page, "communes").lignes)
    premiere, reste = noms[0], noms[1:]
    assert premiere == "Le Mans"
    assert reste == sorted(reste, key=lambda n: n.replace("É", "E").replace("é", "e"))


def test_l_annexe_d_une_commune_egale_le_contrat(page: Noeud, lignes: list[dict[str, str]]) -> None:
    """Each figure of a row of the annex is the published one; a row that shows none of them would not be found."""
    publies = {x["indicateur"] for x in lignes if x["perimetre_type"] == "commune" and not x["acteur_type"]}
    publies = {code for code in publies if code[0] not in "DFCSG"}  # The other systems have pages of their own.
    par_titre = {PAR_CODE[c].titre.partition(", par ")[0].partition(" par commune")[0]: c for c in sorted(publies)}
    unites = {"pct": "\u202f%", "mois": "\u00a0mois", "nombre": "", "ratio": ""}
    annexes = [s for s in page.tous("section") if s.attributs.get("id", "").startswith("commune-")]
    communes = {x["perimetre_code"] for x in choisir(lignes, "V01", COMMUNES)}
    assert {s.attributs["id"].removeprefix("commune-") for s in annexes} == communes
    vues = Counter[str]()
    for section in annexes:
        table = tableau_lu(section.un("table"))
        for titre, cellules in table.lignes.items():
            nom, _, modalite = titre.replace("\u202f", " ").partition(" : ")
            assert not modalite[:1].isupper(), titre
            indicateur = par_titre[nom]
            ici = {"perimetre_code": section.attributs["id"].removeprefix("commune-"), "acteur_type": ""}
            publiees = {x["annee"]: x for x in choisir(lignes, indicateur, ici)}
            vues[indicateur] += 1
            for annee, cellule in zip(table.entetes[1:3], cellules[:2], strict=True):
                ligne = publiees.get(annee)
                attendu = ecrit(ligne, "valeur") if ligne else "–"
                nu = attendu in ("s", "–", "nd")
                assert cellule == attendu + ("" if nu else unites[ligne["unite"]] if ligne else ""), (titre, annee)
            ligne = publiees[ANNEE]
            masque = ligne["statut"] == "secret" and ligne["resultat"]
            sans = ligne["statut"] != "publie" or not ligne["cible"]
            if masque or sans:
                dit = MOTS[ligne["resultat"]] if ligne["resultat"] in DITS else ""
                assert cellules[2] == (f"s {dit}".strip() if masque else "–"), titre
            else:
                assert MOTS[ligne["resultat"]] in cellules[2] and ecrit(ligne, "ecart") in cellules[2], titre
    assert publies - set(vues) == {"T03"}, "a matrix of communes, which has a table of its own"


def test_l_ecart_de_tension_est_celui_des_chiffres_imprimes(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]]
) -> None:
    attendu = rangees(lignes, libelles, ("V03", COMMUNES, "perimetre_code", (ENSEMBLE,)))
    montres = vu(page, "tension").lignes
    assert {nom: [montres[nom][-1]] for nom in attendu} == attendu


def test_le_total_de_la_tension_est_a_part(page: Noeud, exemple: Projet) -> None:
    derniere = figures(page)["tension"].un("tbody").tous("tr")[-1]
    assert derniere.attributs["class"] == "total"
    assert derniere.un("th").texte == exemple.epci_nom_court


def test_les_publics_egalent_le_contrat(page: Noeud, lignes: list[dict[str, str]], exemple: Projet) -> None:
    with (exemple.reference / "nomenclatures/publics.csv").open(encoding="utf-8-sig", newline="") as flux:
        noms = {ligne["code"]: ligne["libelle"] for ligne in csv.DictReader(flux)}
    annee = choisir(lignes, "O05", {"annee": ANNEE, "acteur_type": ""})
    par_cle = {(x["perimetre_type"], x["modalite"]): x for x in annee}
    vus = vu(page, "publics")
    assert len(vus.lignes) == len({x["modalite"] for x in annee}) > 3
    for (lieu, code), ligne in par_cle.items():
        if lieu == "epci":
            zones = [ecrit(par_cle[zone, code], "valeur") for zone in ZONES.values()]
            colonnes = [ecrit(ligne, c) for c in ("numerateur", "denominateur", "valeur")]
            assert vus.lignes[noms[code]] == [*colonnes, *zones], code


def test_les_relogements_egalent_le_contrat(
    page: Noeud, lignes: list[dict[str, str]], libelles: dict[str, dict[str, str]]
) -> None:
    zones, communes = (tableau_lu(table) for table in figures(page)["relogements"].un("details").tous("table"))
    for ligne in choisir(lignes, "O06", {"annee": ANNEE, "acteur_type": ""}):
        attendu = [ecrit(ligne, c) for c in ("numerateur", "denominateur", "valeur")]
        if ligne["perimetre_type"] in ZONES.values():
            assert zones.lignes[libelles["perimetre_type"][ligne["perimetre_type"]]] == attendu
        else:
            assert communes.lignes[libelles["perimetre_code"][ligne["perimetre_code"]]] == attendu


def test_le_suivi_a_chaque_chiffre_qui_a_un_objectif(page: Noeud, lignes: list[dict[str, str]]) -> None:
    """A row a figure with a target; « resultat » says that a masked one has one."""
    suivis = [x for x in lignes if x["annee"] == ANNEE and x["resultat"] not in ("", "sans_objet")]
    montres = next(n for n in page.tous("details") if n.attributs.get("id") == "suivi-objectifs").un("tbody").tous("tr")
    assert len(montres) == len(suivis) > 50
    codes = sorted(ligne.un("th").texte for ligne in montres)
    assert codes == sorted(x["indicateur"] for x in suivis)
