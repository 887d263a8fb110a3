"""The reference data that the repository ships: sources everywhere, no invented figure, aliases that resolve."""

import csv
import re
from datetime import date

import pytest

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.reference.parametres import charger_parametres
from cil_analysis.reference.seuils import TABLE, charger_seuils, valeurs_de
from cil_analysis.reference.tables import CONFIANCES
from cil_analysis.reference.territoire import charger_territoire


@pytest.fixture(scope="module")
def nomenclatures(reference):
    return charger_nomenclatures(reference / "nomenclatures")


@pytest.fixture(scope="module")
def parametres(reference):
    return charger_parametres(reference / "parameters")


VIDES = (
    "conventions_flux.csv", "etats_des_lieux_flux.csv", "comparateurs.csv", "professions_essentielles.csv",
    "priorites.csv", "agregats.csv", "secteurs.csv", "residences.csv",
)  # fmt: skip


def test_chaque_ligne_a_sa_source(reference):
    fichiers = sorted(reference.rglob("*.csv"))
    assert len(fichiers) >= 24
    for fichier in fichiers:
        with fichier.open(encoding="utf-8", newline="") as flux:
            lignes = list(csv.DictReader(flux))
        # Nobody knows the members of this CIL, its grid or its conventions: those tables are an analyst's to fill in.
        a_remplir = fichier.parent.name in ("governance", "cotation") or fichier.name in VIDES
        assert lignes or a_remplir, fichier
        for numero, ligne in enumerate(lignes, 2):
            assert ligne["source"], (fichier, numero)
            assert ligne["confiance"] in ("C", "L", "NF"), (fichier, numero)


def test_aucune_adresse_de_registre_ni_chemin_de_machine(reference):
    interdits = re.compile(r"pypi\.org|npmjs|debian\.org|unpkg|/(home|work|tmp|root)/")
    for fichier in (*reference.rglob("*.csv"), *reference.rglob("*.yml"), *reference.rglob("*.geojson")):
        assert not interdits.search(fichier.read_text(encoding="utf-8")), fichier


def test_ce_qui_n_est_pas_trouve_reste_vide(reference, parametres):
    objectifs = charger_objectifs(reference / "parameters")
    assert objectifs.loc[objectifs["confiance"] == "NF", "valeur"].isna().all()
    assert objectifs.loc[objectifs["origine"] == "CIA", "valeur"].isna().all()
    territoire = charger_territoire(Tables(reference), "72181")
    assert territoire.parc.loc[territoire.parc["confiance"] == "NF", "logements"].isna().all()
    for parametre in parametres.values():
        for valeur in parametre.valeurs:
            assert valeur.confiance in CONFIANCES
    for annuels in charger_seuils(reference / f"{TABLE}.csv", [""])[""].values():
        assert annuels.confiance != "NF" or annuels.valeurs == (None, None, None)


@pytest.mark.parametrize(
    ("annee", "attendu"),
    [(2023, (None,) * 3), (2024, (9143, 13023, 18000)), (2026, (9480, 13248, 18336)), (2028, (None,) * 3)],
)
def test_seuils(reference, annee, attendu):
    """Read in the State's table (sources in the file); what it does not give is empty, a later year has none."""
    assert valeurs_de(charger_seuils(reference / f"{TABLE}.csv", [""])[""], annee) == attendu


def test_objectifs_legaux(reference):
    objectifs = charger_objectifs(reference / "parameters")
    lois = objectifs[objectifs["origine"] == "loi"].set_index("id")["valeur"]
    assert lois["LOI-O01"] == lois["LOI-O04-BAILLEUR"] == lois["LOI-O04-COLTER"] == lois["LOI-O04-COLACT"] == 25
    assert lois["LOI-O02"] == 50
    assert lois["LOI-O04-AUCUN"] == 25
    assert lois.isna()["LOI-O04-PPRIOR"]
    assert set(objectifs["sens"]) == {"plancher"}


def test_regles_de_comptage(parametres, nomenclatures):
    """Each of the ten has a choice in force; those of the guide are as it says."""
    jour = date(2022, 12, 31)
    regles = [nom for nom in parametres if nom.startswith("comptage.")]
    assert {int(re.match(r"comptage\.p(\d+)_", nom).group(1)) for nom in regles} == set(range(1, 11))
    assert not [nom for nom in regles if not parametres[nom].choix or parametres[nom].valeur(jour) is None]
    assert parametres["comptage.p4_financements_exclus"].choix == tuple(nomenclatures["financements"].codes())
    assert (
        parametres["secret.seuil_effectif"].valeur(jour),
        parametres["secret.denominateur_minimal"].valeur(jour),
    ) == (
        5,
        10,
    )


@pytest.mark.parametrize(("nomenclature", "ages"), [("tranches_age", range(16, 111)), ("anciennetes", range(100))])
def test_classes_qui_couvrent_tous_les_ages(nomenclatures, nomenclature, ages):
    table = nomenclatures[nomenclature].table
    for age in ages:
        dedans = [
            code
            for code, mini, maxi in table[["code", "minimum", "maximum"]].itertuples(index=False)
            if (not mini or age >= int(mini)) and (not maxi or age <= int(maxi))
        ]
        assert len(dedans) == 1, age


@pytest.mark.parametrize(
    ("detail", "classes"), [("logements_actuels", "statuts_occupation"), ("motifs_demande", "familles_motifs")]
)
def test_chaque_groupe_est_le_libelle_d_une_classe(nomenclatures, detail, classes):
    groupes = set(nomenclatures[detail].table["groupe"])
    libelles = nomenclatures[classes].table["libelle"].tolist()
    assert groupes and sorted(libelles) == sorted(groupes)


def test_les_publics_citent_des_codes(nomenclatures):
    table = nomenclatures["publics"].table
    for ligne in table.to_dict("records"):
        cites = {
            nom: ligne[nom].split("|") for nom in ("categories", "statuts_dalo", "logements_actuels") if ligne[nom]
        }
        assert cites, ligne["code"]
        for nom, codes in cites.items():
            connus = nomenclatures["categories_prioritaires" if nom == "categories" else nom].codes()
            assert len(set(codes)) == len(codes) and set(codes) <= set(connus), ligne["code"]


def test_les_variables_sensibles_sont_des_codes(nomenclatures, parametres):
    for variable in parametres["secret.variables_sensibles"].valeur(date(2022, 12, 31)):
        nom, _, code = variable.partition("/")
        assert nom in nomenclatures and (not code or code in nomenclatures[nom].codes()), variable


@pytest.mark.parametrize("nom", ["categories_prioritaires", "publics", "motifs_demande", "familles_motifs"])
def test_ce_qui_dit_la_sante_ou_des_violences_est_sensible(nomenclatures, parametres, nom):
    sensibles = parametres["secret.variables_sensibles"].valeur(date(2022, 12, 31))
    dits = {c for c, lu in nomenclatures[nom].libelles().items() if re.search("handicap|santé|violence", lu, re.I)}
    assert dits and {f"{nom}/{code}" for code in dits} <= set(sensibles)


def test_nomenclatures_des_colonnes(reference, nomenclatures):
    for fichier in (reference / "columns").glob("*.csv"):
        with fichier.open(encoding="utf-8", newline="") as flux:
            nommees = {ligne["nomenclature"] for ligne in csv.DictReader(flux)} - {""}
        assert nommees <= set(nomenclatures), fichier
