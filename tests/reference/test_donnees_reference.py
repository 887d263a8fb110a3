"""The reference data that the repository ships: sources everywhere, no invented figure, aliases that resolve."""

import csv
import itertools
import re
from datetime import date

import pytest

from cil_analysis.reference import (
    charger_nomenclatures,
    charger_objectifs,
    charger_parametres,
    charger_territoire,
    normaliser,
)
from cil_analysis.reference.parameters import CONFIANCES


@pytest.fixture(scope="module")
def nomenclatures(reference):
    return charger_nomenclatures(reference / "nomenclatures")


@pytest.fixture(scope="module")
def parametres(reference):
    return charger_parametres(reference / "parameters")


def test_chaque_ligne_a_sa_source(reference):
    fichiers = sorted(reference.rglob("*.csv"))
    assert len(fichiers) >= 24
    for fichier in fichiers:
        with fichier.open(encoding="utf-8", newline="") as flux:
            lignes = list(csv.DictReader(flux))
        # Nobody knows the members of this CIL, its grid or its conventions: those tables are an analyst's to fill in.
        a_remplir = fichier.parent.name in ("governance", "cotation") or fichier.name == "conventions_flux.csv"
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
    territoire = charger_territoire(reference / "territory", "72181")
    assert territoire.parc.loc[territoire.parc["confiance"] == "NF", "logements"].isna().all()
    for nom, parametre in parametres.items():
        for valeur in parametre.valeurs:
            assert valeur.confiance in CONFIANCES
            if nom.startswith("seuils_quartiles") and valeur.confiance == "NF":
                assert valeur.valeur is None


@pytest.mark.parametrize(
    ("annee", "attendu"),
    [
        (2016, (None, None, None)),
        (2017, (None, None, None)),
        (2022, (None, None, None)),
        (2023, (None, None, None)),
        (2024, (9143, 13023, 18000)),
        (2025, (9432, 13296, 18207)),
        (2026, (9480, 13248, 18336)),
        (2027, (None, None, None)),
        (2040, (None, None, None)),
    ],
)
def test_seuils(parametres, annee, attendu):
    for jour in (date(annee, 1, 1), date(annee, 12, 31)):
        assert tuple(parametres[f"seuils_quartiles.q{i}"].valeur(jour) for i in (1, 2, 3)) == attendu


def test_un_seuil_par_annee(parametres):
    # A threshold holds for its own year only: a value must be followed by an entry on the next 1 January.
    for i in (1, 2, 3):
        entrees = parametres[f"seuils_quartiles.q{i}"].valeurs
        assert entrees[-1].valeur is None
        for entree, suivante in itertools.pairwise(entrees):
            if entree.valeur is not None:
                assert suivante.depuis == date(entree.depuis.year + 1, 1, 1)


def test_objectifs_legaux(reference):
    objectifs = charger_objectifs(reference / "parameters")
    lois = objectifs[objectifs["origine"] == "loi"].set_index("id")["valeur"]
    assert lois["LOI-O01"] == lois["LOI-O04-BAILLEUR"] == lois["LOI-O04-COLTER"] == lois["LOI-O04-COLACT"] == 25
    assert lois["LOI-O02"] == 50
    assert lois["LOI-O04-AUCUN"] == 25
    assert lois.isna()["LOI-O04-PPRIOR"]
    assert set(objectifs["sens"]) == {"plancher"}


def test_codes_d_acteurs_des_objectifs(reference, nomenclatures):
    objectifs = charger_objectifs(reference / "parameters")
    for acteur, nomenclature in (("reservataire", "reservataires"), ("bailleur", "bailleurs")):
        codes = set(objectifs.loc[objectifs["acteur_type"] == acteur, "acteur_code"]) - {"*"}
        assert codes <= set(nomenclatures[nomenclature].codes())


def test_regles_de_comptage(parametres):
    jour = date(2022, 12, 31)
    regles = [nom for nom in parametres if nom.startswith("comptage.")]
    assert {int(re.match(r"comptage\.p(\d+)_", nom).group(1)) for nom in regles} == set(range(1, 11))
    for nom in regles:
        assert parametres[nom].choix
        assert parametres[nom].valeur(jour) is not None
    assert parametres["comptage.p4_financements_exclus"].valeur(jour) == ("PLI",)
    assert parametres["comptage.p7_comparaison"].valeur(jour) == "inferieur_ou_egal"
    assert parametres["secret.seuil_effectif"].valeur(jour) == 5
    assert parametres["secret.denominateur_minimal"].valeur(jour) == 10
    assert parametres["cartes.bornes_ecart"].valeur(jour) == (-10, 0, 10)


def test_les_financements_exclus_sont_des_codes(parametres, nomenclatures):
    assert parametres["comptage.p4_financements_exclus"].choix == tuple(nomenclatures["financements"].codes())


@pytest.mark.parametrize(
    ("nomenclature", "libelle", "code"),
    [
        ("reservataires", "ACTION LOGEMENT", "COLACT"),
        ("reservataires", "Préfet (prioritaires)", "PPRIOR"),
        ("reservataires", "prefecture – fonctionnaires", "PFONCT"),
        ("reservataires", "Collectivités Territoriales", "COLTER"),
        ("reservataires", "non réservé", "AUCUN"),
        ("bailleurs", "LE MANS METROPOLE HABITAT", "LMH"),
        ("bailleurs", "sarthe habitat", "SH"),
        ("financements", "PLA-I", "PLAI"),
        ("financements", "13", "PLUS"),
        ("financements", "HLM/O", "AVANT_1977"),
        ("typologies", "F3", "T3"),
        ("typologies", "T5 et plus", "T5"),
        ("typologies", "T7", "T6P"),
        ("typologies", "Studio", "T1"),
        ("compositions_familiales", "Famille monoparentale avec 2 enfants", "MONO_2"),
        ("compositions_familiales", "COUPLE AVEC TROIS ENFANTS ET PLUS", "COUPLE_3P"),
        ("compositions_familiales", "Personne isolée", "SEUL"),
        ("situations_professionnelles", "CDI (ou fonctionnaire)", "CDI"),
        ("situations_professionnelles", "Demandeur d'emploi", "CHO"),
        ("nationalites", "UE", "2"),
        ("logements_actuels", "Locataire parc privé", "LP"),
        ("logements_actuels", "Sans-abri", "SD"),
        ("motifs_demande", "1", "01"),
        ("motifs_demande", "Procédure d'expulsion", "05"),
        ("motifs_demande", "DIVORCE, SEPARATION", "11"),
        ("tranches_plafonds", "<= PLAI", "INF_PLAI"),
        ("tranches_plafonds", "> PLS", "SUP_PLS"),
        ("categories_prioritaires", "L441-1 g bis", "g_bis"),
        ("categories_prioritaires", "Menacé d'expulsion", "l"),
        ("categories_prioritaires", "DALO", "DALO"),
        ("statuts_dalo", "Caduc", "CADUC"),
        ("statuts_dalo", "Oui", "ACTIF"),
        ("tranches_age", "65 ans et plus", "A_65_PLUS"),
        ("tranches_age", "30-39", "A_30_39"),
        ("tailles_menage", "5 et plus", "5+"),
        ("quartiles", "1er quartile", "Q1"),
        ("situations_qpv", "Hors quartier prioritaire", "HORS_QPV"),
        ("motifs_radiation", "Radiation pour attribution", "RADATT"),
    ],
)
def test_alias(nomenclatures, nomenclature, libelle, code):
    assert nomenclatures[nomenclature].vers_code()[normaliser(libelle)] == code


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


def test_codes_attendus(nomenclatures):
    assert nomenclatures["motifs_demande"].codes() == [f"{i:02d}" for i in range(1, 24)]
    assert nomenclatures["tailles_menage"].codes() == ["1", "2", "3", "4", "5+"]
    assert nomenclatures["quartiles"].codes() == ["Q1", "Q2", "Q3", "Q4", "NR"]
    assert nomenclatures["categories_prioritaires"].codes() == ["DALO", *"abcdefg", "g_bis", *"hijklm", "PDALHPD"]
    assert nomenclatures["statuts_dalo"].codes() == ["NON", "ACTIF", "CADUC", "ACTREL"]
    assert set(nomenclatures["bailleurs"].table["siren"]) == {""}


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


def test_nomenclatures_des_colonnes(reference, nomenclatures):
    for fichier in (reference / "columns").glob("*.csv"):
        with fichier.open(encoding="utf-8", newline="") as flux:
            nommees = {ligne["nomenclature"] for ligne in csv.DictReader(flux)} - {""}
        assert nommees <= set(nomenclatures), fichier
