"""A made-up country: a project of many EPCI, and a year of its leases and active requests as delimited text.

Nothing in it is real: names, codes and figures are drawn. It serves the benchmark of the national year and, small, the
tests of projects of several EPCI.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as ecrivain
import yaml

from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.colonnes import PERSONNELLE, Dictionnaire
from cil_analysis.reference.ensemble import References

_FICTIF = ["Donnée fictive", "FICTIF"]
_LIGNES_D_UN_MORCEAU = 200_000
# What real extracts hold besides clean values: blanks, words for them, a label that nobody knows.
_SALES = ["", "", "NC", "NC", "Libellé inconnu"]
_PART_SALE = 0.01
_PREMIERE_COMMUNE, _PREMIER_SIREN = 10_000, 900_000_001


def creer_pays(modele: Path, racine: Path, annee: int, epci: int, communes: int, bailleurs: int = 40) -> Path:
    """Write the project folder: so many EPCI of so many communes, each with a QPV and its own thresholds.

    ``bailleurs``: those of the whole country, each of which has dwellings in every EPCI.
    """
    reference = racine / "data" / "reference"
    shutil.copytree(modele, reference)
    hasard = np.random.default_rng(1)
    sirens = [str(_PREMIER_SIREN + rang) for rang in range(epci)]
    codes = [str(_PREMIERE_COMMUNE + rang) for rang in range(epci * communes)]
    de = {code: sirens[rang // communes] for rang, code in enumerate(codes)}
    territoire = reference / "territory"
    for ancien in territoire.iterdir():
        ancien.unlink()
    _ecrire(territoire / "epci.csv", ["siren", "nom", "nom_court", "commune_centre", "source", "confiance"],
            [[s, f"EPCI fictif {s}", f"EPCI {s}", codes[r * communes], *_FICTIF]
             for r, s in enumerate(sirens)])  # fmt: skip
    _ecrire(territoire / "communes.csv",
            ["code_insee", "nom", "epci_siren", "membre_du", "membre_au", "zonage_abc", "source", "confiance"],
            [[c, f"Commune fictive {c}", de[c], "2000-01-01", "", "B1", *_FICTIF] for c in codes])  # fmt: skip
    _ecrire(territoire / "communes_connues.csv", ["code_insee", "nom", "alias", "source", "confiance"],
            [[c, f"Commune fictive {c}", "", *_FICTIF] for c in codes])  # fmt: skip
    quartiers = {f"QP9{rang:05d}": codes[rang * communes] for rang in range(epci)}
    _ecrire(territoire / "qpv.csv",
            ["code", "generation", "nom", "alias", "valide_du", "valide_au", "source", "confiance"],
            [[q, "fictive", f"Quartier fictif {q}", "", "2015-01-01", "", *_FICTIF] for q in quartiers])  # fmt: skip
    _ecrire(territoire / "qpv_communes.csv", ["qpv_code", "code_insee", "source", "confiance"],
            [[q, c, *_FICTIF] for q, c in quartiers.items()])  # fmt: skip
    _ecrire(territoire / "parc_social.csv", ["code_insee", "annee", "logements", "source", "confiance"],
            [[c, annee, int(n), *_FICTIF]
             for c, n in zip(codes, hasard.gamma(1, 150, len(codes)), strict=True)])  # fmt: skip
    _ecrire(territoire / "communes_fusionnees.csv",
            ["ancien_code", "ancien_nom", "code_insee", "depuis", "source", "confiance"], [])  # fmt: skip
    _ecrire(reference / "parameters" / "seuils_quartiles.csv",
            ["epci_siren", "annee", "q1", "q2", "q3", "source", "confiance"],
            [[s, annee, *(int(q * (0.9 + 0.2 * hasard.random())) for q in (8_500, 12_400, 17_200)), *_FICTIF]
             for s in sirens])  # fmt: skip
    liste = reference / "nomenclatures" / "bailleurs.csv"
    entete = liste.read_text(encoding="utf-8").splitlines()[0].split(",")
    _ecrire(liste, entete,
            [[f"B{r:03d}", f"Bailleur fictif {r}", "OPH", "", "", "", *_FICTIF, ""]
             for r in range(bailleurs)])  # fmt: skip
    _garder_les_objectifs_de_tous(reference / "parameters" / "objectifs.csv")
    reglages = {
        "identifiant": f"pays-fictif-{epci}", "epci_siren": "900000000", "epci_nom": "Pays fictif",
        "epci_nom_court": "Pays fictif", "departement": "00", "donnees_fictives": True, "commune_centre": codes[0],
    }  # fmt: skip
    (reference / "projet.yml").write_text(yaml.safe_dump(reglages, allow_unicode=True), encoding="utf-8")
    (racine / "data" / "raw").mkdir()
    return racine


def _ecrire(chemin: Path, entete: Sequence[str], lignes: Sequence[Sequence[object]]) -> None:
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, lineterminator="\n").writerows([entete, *lignes])


def _garder_les_objectifs_de_tous(chemin: Path) -> None:
    """Those of the law, which name no place."""
    with chemin.open(encoding="utf-8", newline="") as flux:
        entete, *lignes = csv.reader(flux)
    rang = entete.index("perimetre_code")
    _ecrire(chemin, entete, [ligne for ligne in lignes if ligne[rang] == "*"])


def ecrire_extrait(racine: Path, extrait: str, annee: int, lignes: int, graine: int = 1) -> Path:
    """Write rows of leases (« attributions ») or requests (« demandes »), all of the country's EPCI mixed together.

    One row in 500 stands twice, one cell in a hundred is blank or unreadable, one household in a hundred that signed
    a lease still asks, and the columns of personal data are filled: about 430 bytes a row.
    """
    references = References(ouvrir_projet(racine, plusieurs_epci=True))
    dictionnaire = references.dictionnaires[extrait]
    entetes = _entetes(dictionnaire)
    hasard = np.random.default_rng(graine)
    chemin = racine / "data" / "raw" / f"{extrait}-{annee}.csv"
    personnelles = [e for liste in dictionnaire.millesimes.values() for e in liste.get(PERSONNELLE, ())][:6]
    options = ecrivain.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
    with chemin.open("wb") as flux:
        flux.write((";".join([*entetes.values(), *personnelles]) + "\n").encode())
        for debut, nombre in _morceaux(lignes):
            table = {nom: _colonne(references, dictionnaire, nom, hasard, debut, nombre, annee) for nom in entetes}
            for rang, entete in enumerate(personnelles):
                table[entete] = pc.binary_join_element_wise(f"FICTIF {rang} ", _nombres(debut, nombre), "")
            ecrivain.write_csv(pa.table(table), flux, options)
    return chemin


def _morceaux(lignes: int) -> Iterator[tuple[int, int]]:
    for debut in range(0, lignes, _LIGNES_D_UN_MORCEAU):
        yield debut, min(_LIGNES_D_UN_MORCEAU, lignes - debut)


def _entetes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """Canonical column → a heading, for the columns that are read; those that stand for another are left out."""
    entetes = {}
    for nom, colonne in dictionnaire.colonnes.items():
        connus = [e[0] for liste in dictionnaire.millesimes.values() if (e := liste.get(nom))]
        if connus and not colonne.alternative_de:
            entetes[nom] = connus[0]
    return entetes


def _nombres(debut: int, nombre: int) -> pa.Array:
    return pc.cast(pa.array(np.arange(debut, debut + nombre)), pa.string())


def _colonne(
    references: References, dictionnaire: Dictionnaire, nom: str, hasard: np.random.Generator, debut: int, n: int,
    annee: int,
) -> pa.Array:  # fmt: skip
    colonne = dictionnaire.colonnes[nom]
    if nom == "numero_unique":
        rangs = np.arange(debut, debut + n)
        rangs[rangs % 500 == 499] -= 1  # The row above, again.
        if not dictionnaire.jour:  # The stock: others than those of the leases, but for a few.
            rangs[rangs % 100 != 0] += 10**9
        return pc.utf8_lpad(pc.cast(pa.array(rangs * 7 + 10**10), pa.string()), 18, "0")
    valeurs, poids = _valeurs(references, dictionnaire, nom, annee)
    propres = hasard.choice(len(valeurs), n, p=poids)
    if colonne.obligatoire != "ligne":
        sales = hasard.random(n) < _PART_SALE
        propres[sales] = len(valeurs) + hasard.integers(0, len(_SALES), int(sales.sum()))
    return pa.array([*valeurs, *_SALES], pa.string()).take(pa.array(propres))


def _valeurs(
    references: References, dictionnaire: Dictionnaire, nom: str, annee: int
) -> tuple[list[str], np.ndarray | None]:
    """What a column holds, and how often: few communes have most of the rows."""
    colonne = dictionnaire.colonnes[nom]
    if colonne.type in ("commune", "provenance"):
        codes = references.territoire.communes["code_insee"].tolist()
        poids = np.random.default_rng(2).pareto(1.2, len(codes)) + 0.05
        return codes, poids / poids.sum()
    if colonne.type == "date":
        jours = pd.date_range(f"{annee}-01-01", f"{annee}-12-31") if nom in dictionnaire.jour else pd.date_range(
            f"{annee - 6}-01-01", f"{annee - 1}-12-31")  # fmt: skip
        return [f"{jour:%d/%m/%Y}" for jour in jours], None
    if colonne.type in ("code", "codes"):
        codes_actifs = {"etat_demande": ["Active"]}
        libelles = list(references.nomenclatures[colonne.nomenclature].libelles().values())
        return codes_actifs.get(nom, libelles) or [""], None  # A list that nobody has filled.
    if colonne.type == "qpv":
        quartiers = references.territoire.table_qpv["code"].tolist()
        return [*quartiers, "Hors QPV"], np.array([0.05 / len(quartiers)] * len(quartiers) + [0.95])
    if colonne.type == "oui_non":
        return ["Oui", "Non"], np.array([0.05, 0.95])
    bas = int(colonne.minimum or 0)
    haut = int(min(colonne.maximum or 100, bas + 20_000))
    return [str(v) for v in np.unique(np.linspace(bas, haut, 400).astype(int))], None
