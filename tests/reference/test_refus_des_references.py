"""A reference table at fault: its file, its line and the value are named, with what to write instead."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.tables import schemas
from messages import exiger_un_remede, refuser

Ligne = dict[str, str]
# Which part of the references reads a file: by its folder, or by its name.
PARTIES = {"columns": "dictionnaires", "cotation": "cotation", "extraits.csv": "dictionnaires",
           "documents.csv": "governance/", "governance": "governance/", "nomenclatures": "nomenclatures",
           "objectifs.csv": "objectifs", "conventions_flux.csv": "parameters/conventions_flux",
           "comparateurs.csv": "comparateurs", "priorites.csv": "priorites", "territory": "territoire",
           "parameters": "parametres"}  # fmt: skip

OBJECTIFS, CONVENTIONS = "parameters/objectifs.csv", "parameters/conventions_flux.csv"
COMPARATEURS, PRIORITES = "comparateurs.csv", "priorites.csv"
GRILLES, CRITERES = "cotation/grilles.csv", "cotation/criteres.csv"
ATTRIBUTIONS, BAILLEURS = "columns/attributions.csv", "nomenclatures/bailleurs.csv"
MEMBRES, SEANCES, DECISIONS = "governance/membres.csv", "governance/seances.csv", "governance/decisions.csv"
FAITS, ACTIONS, DOCUMENTS = "governance/faits.csv", "governance/actions.csv", "governance/documents.csv"
ENVELOPPE = "governance/enveloppe.csv"
COMMUNES, CONNUES, FUSIONS = (f"territory/communes{suite}.csv" for suite in ("", "_connues", "_fusionnees"))
QPV, QPV_COMMUNES, PARC = (f"territory/{nom}.csv" for nom in ("qpv", "qpv_communes", "parc_social"))

# A valid row of each table, added to those of the repository: what a row at fault changes.
VALABLES: dict[str, Ligne] = {
    OBJECTIFS: {"id": "Z", "document": "LOI", "version": "1", "date_effet": "2040-01-01", "indicateur": "O01",
                "perimetre_type": "epci", "perimetre_code": "*", "valeur": "25", "unite": "pct", "sens": "plancher",
                "origine": "CIA", "source": "Loi", "confiance": "C"},
    CONVENTIONS: {"bailleur": "LMH", "reservataire": "COLACT", "departement": "72", "debut": "2030-01-01",
                  "taux_pct": "60", "source": "essai", "confiance": "L"},
    COMPARATEURS: {"indicateur": "O01", "perimetre": "France", "lieu": "en France", "annee": "2021", "valeur": "15,2",
                   "source": "essai", "lien": "https://exemple.fr", "consulte_le": "2022-06-01", "confiance": "L"},
    PRIORITES: {"regle": "R1", "categorie": "k", "colonne": "logement_actuel", "valeurs": "SD|SQUAT", "source": "essai",
                "confiance": "L"},
    GRILLES: {"grille": "G1", "intitule": "Grille d’essai", "statut": "en vigueur", "valide_du": "2020-01-01",
              "source": "test", "confiance": "FICTIF"},
    CRITERES: {"grille": "G1", "critere": "C1", "libelle": "Critère", "famille": "F", "colonne": "statut_dalo",
               "operateur": "est", "valeurs": "ACTIF", "points": "10", "cumulable": "oui", "source": "test",
               "confiance": "FICTIF"},
    MEMBRES: {"membre": "M1", "organisation": "Bailleur Alpha", "role": "Bailleur", "college": "professionnels",
              "source": "essai", "confiance": "L"},
    SEANCES: {"seance": "S1", "date": "2022-06-01", "type": "Plénière", "source": "essai", "confiance": "L"},
    DECISIONS: {"decision": "D1", "seance": "S1", "intitule": "Adopter", "source": "essai", "confiance": "L"},
    FAITS: {"fait": "F1", "intitule": "Un fait", "annee_debut": "2017", "source": "essai", "confiance": "C"},
    ACTIONS: {"action": "A1", "document": "CIA-2018-2023", "intitule": "Informer", "source": "essai",
              "confiance": "L"},
    ENVELOPPE: {"ligne": "E1", "annee": "2022", "intitule": "Étude", "montant_eur": "12,5", "source": "essai",
                "confiance": "C"},
    DOCUMENTS: {"document": "ESSAI", "intitule": "Convention", "type": "CIA", "statut": "adopté", "source": "essai",
                "confiance": "C"},
    BAILLEURS: {"code": "AA", "libelle": "Un", "alias": "Même", "source": "F", "confiance": "C"},
    COMMUNES: {"code_insee": "72146", "nom": "Guécélard", "membre_du": "2030-01-01", "zonage_abc": "C",
               "source": "essai", "confiance": "C"},
    CONNUES: {"code_insee": "72901", "nom": "Inventée", "source": "essai", "confiance": "C"},
    FUSIONS: {"ancien_code": "72287", "ancien_nom": "Encore", "code_insee": "72155", "source": "essai",
              "confiance": "C"},
    QPV: {"code": "QP7", "generation": "2015", "nom": "Ailleurs", "source": "essai", "confiance": "C"},
    QPV_COMMUNES: {"qpv_code": "QP7", "code_insee": "72181", "source": "essai", "confiance": "C"},
    PARC: {"code_insee": "72181", "annee": "1990", "logements": "12", "source": "essai", "confiance": "C"},
}  # fmt: skip
INTERVALLE = {"sens": "intervalle", "valeur_max": "30"}
UNITES = {"colonne": "taille_menage", "operateur": "renseigne", "valeurs": "", "par": "unite"}

# A table, what its row changes of the valid one, and what the refusal cites: the row itself, by default, is added.
LIGNES_FAUTIVES: list[tuple[str, Ligne, str]] = [
    *((OBJECTIFS, {"id": "B", "indicateur": "O02"} | ligne, nomme) for ligne, nomme in (
        ({"perimetre_type": "quartier"}, "perimetre_type"),
        ({"sens": "egal"}, "sens"),
        ({"valeur": "0.25"}, "25"),
        ({"valeur": "130"}, "100"),
        ({"unite": "%"}, "unite"),
        ({"valeur": "250"}, "ourcentage"),
        ({"tolerance": "-1"}, "ourcentage"),
        ({"valeur": "12,5", "unite": "nombre"}, "entier"),
        ({"valeur": "12", "unite": "nombre", "tolerance": "0,5"}, "entier"),
        ({"valeur": "inf", "unite": "nombre"}, "« inf »"),
        ({"acteur_code": "LMH"}, "acteur_type"),
        ({"date_effet": "2040"}, "date_effet"),
        ({"date_fin": "2039-12-31"}, "date_fin"),
        ({"annee": "22"}, "annee"),
        ({"annee": "2039"}, "2039"),
        ({"valeur_max": "30"}, "valeur_max"),
        ({"sens": "intervalle"}, "valeur_max"),
        (INTERVALLE | {"valeur": ""}, "valeur_max"),
        (INTERVALLE | {"valeur_max": "25"}, "valeur_max"),
        ({"source": ""}, "source"),
        ({"id": "Z"}, "« Z »"),
        ({"indicateur": "O01"}, "Z"),
        ({"remplace": "B"}, "remplace"),
        ({"remplace": "Y"}, "« Y »"),
        ({"remplace": "Z"}, "indicateur"),
        ({"remplace": "Z", "indicateur": "O01", "unite": "nombre"}, "unite"),
        ({"remplace": "Z", "indicateur": "O01", "date_effet": ""}, "date_effet"),
        ({"remplace": "Z", "indicateur": "O01"}, "date_effet"),
        ({"indicateur": "O01", "sens": "plafond"}, "« intervalle »"),
        ({"indicateur": "O01", **INTERVALLE}, "Z"),
        ({"perimetre_type": "commune", "perimetre_code": "72999"}, "72999"),
        ({"perimetre_type": "commune", "perimetre_code": "Sargé"}, "Sargé"),
        ({"perimetre_code": "999999999"}, "999999999"),
        ({"acteur_type": "bailleur", "acteur_code": "ZZ"}, "acteur_code"),
    )),
    *((CONVENTIONS, {"reservataire": "COLTER", "debut": "2031-01-01", "taux_pct": "20"} | ligne, n) for ligne, n in (
        ({"bailleur": "B9"}, "« B9 »"),
        ({"reservataire": "Action Logement"}, "« Action Logement »"),
        ({"taux_pct": "120"}, "120"),
        ({"taux_pct": "nan"}, "« nan »"),
        ({"departement": "1"}, "« 1 »"),
        ({"debut": "2022-01-01", "fin": "2021-01-01"}, "fin"),
        ({"reservataire": "COLACT"}, "bailleur, reservataire"),
        ({"taux_pct": "41"}, "au 01/01/2031"),  # 101 %
    )),
    *((PRIORITES, {"regle": "R2"} | ligne, nomme) for ligne, nomme in (
        ({"regle": "R1"}, "« R1 »"),
        ({"categorie": "z"}, "« z »"),
        ({"categorie": ""}, "categorie"),
        ({"colonne": "age"}, "« age »"),
        ({"colonne": "profession"}, "« profession »"),
        ({"valeurs": "SD|TENTE"}, "« TENTE »"),
        ({"valeurs": ""}, "valeurs"),
        ({"colonne": "est_relogement_ru", "valeurs": "vrai"}, "« vrai »"),
        ({"valide_du": "2022-02-30"}, "valide_du"),
        ({"valide_du": "2022-01-01", "valide_au": "2021-12-31"}, "valide_au"),
        ({"source": ""}, "source"),
        ({"confiance": "sûr"}, "sûr"),
    )),
    *((COMPARATEURS, {"annee": "2022"} | ligne, nomme) for ligne, nomme in (
        ({"annee": "22"}, "« 22 »"),
        ({"annee": "2021"}, "« France »"),
        ({"indicateur": ""}, "indicateur"),
        ({"lieu": ""}, "lieu"),
        ({"valeur": ""}, "valeur"),
        ({"valeur": "quinze"}, "« quinze »"),
        ({"valeur": "-1"}, "valeur"),
        ({"source": ""}, "source"),
        ({"lien": "exemple.fr"}, "« exemple.fr »"),
        ({"consulte_le": "hier"}, "« hier »"),
        ({"confiance": "sûr"}, "sûr"),
    )),
    *((GRILLES, {"grille": "G2", "statut": "simulation"} | ligne, nomme) for ligne, nomme in (
        ({"statut": "votée"}, "« votée »"),
        ({"valide_du": "hier"}, "« hier »"),
        ({"valide_du": "2020-01-02", "valide_au": "2020-01-01"}, "valide_au"),
        ({"document": "INCONNU"}, "« INCONNU »"),
        ({"bailleurs_testeurs": "LMH|ZZ"}, "« ZZ »"),
        ({}, "« G2 »"),  # no criterion
        ({"statut": "expérimentation"}, "valide_au"),
    )),
    *((CRITERES, {"critere": "C2"} | ligne, nomme) for ligne, nomme in (
        ({"grille": "G9"}, "« G9 »"),
        ({"colonne": "humeur"}, "« humeur »"),
        ({"colonne": "bailleur"}, "« bailleur »"),
        ({"operateur": "contient"}, "« contient »"),
        ({"valeurs": "PEUT-ETRE"}, "« PEUT-ETRE »"),
        ({"valeurs": "ACTIF|ACTREL"}, "valeur"),
        ({"operateur": "parmi", "valeurs": ""}, "valeur"),
        ({"operateur": "renseigne"}, "valeur"),
        ({"colonne": "est_mutation", "valeurs": "vrai"}, "« vrai »"),
        ({"colonne": "age", "operateur": "au_moins", "valeurs": "trente"}, "« trente »"),
        ({"points": "nan"}, "« nan »"),
        ({"points": "1e999999"}, "« 1e999999 »"),
        ({"points": "0,125"}, "décimales"),
        ({"plafond": "20"}, "plafond"),
        (UNITES | {"plafond": "-3"}, "plafond"),
        ({"critere": "C1"}, "C1"),
    )),
    (MEMBRES, {"membre": "M1"}, "« M1 »"),
    (MEMBRES, {"membre": "M2", "college": "inconnu"}, "« inconnu »"),
    (MEMBRES, {"membre": "M2", "college": ""}, "college"),
    (MEMBRES, {"membre": "M2", "debut": "2020-01-01", "fin": "2019-01-01"}, "fin"),
    (FAITS, {"fait": "F2", "annee_fin": "2016"}, "annee_fin"),
    (FAITS, {"fait": "F2", "annee_debut": "2017.5"}, "« 2017.5 »"),
    (FAITS, {"fait": "F2", "annee_debut": ""}, "annee_debut"),
    *((ENVELOPPE, {"ligne": "E2"} | ligne, nomme) for ligne, nomme in (
        ({"annee": ""}, "annee"),
        ({"annee": "2022,5"}, "« 2022,5 »"),
        ({"annee": "22"}, "« 22 »"),
        ({"intitule": ""}, "intitule"),
        ({"montant_eur": "mille"}, "« mille »"),
        ({"montant_eur": "-1"}, "montant_eur"),
        ({"confiance": "sûr"}, "sûr"),
        ({"ligne": "E1"}, "« E1 »"),
    )),
    (SEANCES, {"seance": "S2", "date": "juin 2022"}, "« juin 2022 »"),
    (SEANCES, {"seance": "S2", "type": "goûter"}, "« goûter »"),
    (DECISIONS, {"decision": "D2", "seance": "S9"}, "« S9 »"),
    (DECISIONS, {"decision": "D2", "seance": "", "document": "CIA-9"}, "« CIA-9 »"),
    (DECISIONS, {"decision": "D2", "statut": "peut-être"}, "« peut-être »"),
    (ACTIONS, {"action": "A 2"}, "« A 2 »"),
    (ACTIONS, {"action": "A2", "intitule": ""}, "intitule"),
    (DOCUMENTS, {"document": "CIA", "date_adoption": "avril 2018"}, "avril 2018"),
    (DOCUMENTS, {"document": "CIA", "statut": "valide"}, "« valide »"),
    (DOCUMENTS, {"document": "CIA", "type": "loi"}, "« loi »"),
    (DOCUMENTS, {"document": "CIA", "statut": "abrogé", "debut": "2018-01-01"}, "fin"),
    (BAILLEURS, {"libelle": "Deux"}, "valide_au"),
    (BAILLEURS, {"code": "BB", "libelle": "", "alias": ""}, "libelle"),
    (BAILLEURS, {"code": "=A()", "alias": ""}, "=A()"),
    (BAILLEURS, {"code": "BB", "libelle": "Deux", "alias": "", "confiance": "sûr"}, "sûr"),
    (COMMUNES, {"code_insee": "72181", "nom": "Le Mans", "membre_du": "2020-01-01"}, "membre_au"),
    (COMMUNES, {"code_insee": "72999", "membre_au": "2029-01-01"}, "membre_au"),
    (COMMUNES, {"code_insee": "72999", "source": ""}, "source"),
    (CONNUES, {"code_insee": "+72999"}, "+72999"),
    (CONNUES, {"code_insee": "72181", "nom": "Le Mans"}, "72181"),
    (FUSIONS, {"code_insee": "75056"}, "75056"),
    (FUSIONS, {"ancien_code": "72999", "ancien_nom": "Chaîne", "code_insee": "72287"}, "72287"),  # itself merged since
    (FUSIONS, {"ancien_code": "72999", "ancien_nom": "Ailleurs", "depuis": "hier"}, "hier"),
    (FUSIONS, {"depuis": "2015-01-01"}, "« 72287 », « Encore »"),
    (QPV, {"code": "=QP07"}, "=QP07"),
    (QPV, {"code": "QP072002"}, "QP072002"),
    (QPV_COMMUNES, {"qpv_code": "QP072001"}, "QP072001"),
    (QPV_COMMUNES, {"qpv_code": "QP072002", "code_insee": "72264"}, "72264"),
    (QPV_COMMUNES, {"source": "autre"}, "« QP7 », « 72181 »"),
    (PARC, {"annee": "2022"}, "« 72181 », « 2022 »"),
    (PARC, {"annee": "1991", "logements": "beaucoup"}, "beaucoup"),
    (PARC, {"annee": "1991", "logements": "17.422"}, "nombre entier"),
    (PARC, {"annee": "1991", "logements": "17,422"}, "nombre entier"),
]  # fmt: skip
# What seems to be somebody: refused wherever it is, and never repeated.
PERSONNES = [
    (MEMBRES, "organisation", "Mme Exemple"),
    (MEMBRES, "organisation", "contact@exemple.fr"),
    (MEMBRES, "role", "M. Exemple"),
    (MEMBRES, "motif", "Départ de Monsieur Exemple"),
    (DECISIONS, "responsable", "Mlle Exemple"),
    (SEANCES, "source", "Note de Mme Exemple"),
    (ACTIONS, "indicateur", "Mme Exemple"),
    (ENVELOPPE, "financeur", "M. Exemple"),
    (DOCUMENTS, "intitule", "Convention de Mme Exemple"),
    (COMPARATEURS, "source", "Note de Mme Exemple"),
    (MEMBRES, "role", "Exemple, +33 (0)6.11.22.33.44"),
]
# A file, what of it is replaced by what, and what the refusal cites.
TEXTES_FAUTIFS = [
    (ATTRIBUTIONS, "unite,nomenclature,", "unite,liste,", "nomenclature"),
    (ATTRIBUTIONS, "Bailleur,code,", "Bailleur,roman,", "« roman »"),
    (ATTRIBUTIONS, ",16,110,", ",seize,110,", "« seize »"),
    (ATTRIBUTIONS, "Aucun=VIDE|", "Aucun=|", "« Aucun= »"),
    (ATTRIBUTIONS, "gardee,,Le logement est situé", "gardee,Zone=ZUS,Le logement est situé", "OUI, NON, VIDE"),
    (ATTRIBUTIONS, "|Organisme bailleur", "|Organisme bailleur|Contingent", "bailleur"),
    (ATTRIBUTIONS, ",règle du projet (D10),C,,,", ",règle du projet (D10),C,Délai,,", "« delai_mois »"),
    (ATTRIBUTIONS, ",règle du projet (D10),C,", ",règle du projet (D10),oui,", "« oui »"),
    (ATTRIBUTIONS, "Numéro unique,identifiant,", "Numéro unique,cle,", "« numero_unique »"),
    (ATTRIBUTIONS, "16,110,999,gardee", "16,110,999,jetee", "« jetee »"),
    ("extraits.csv", "extrait,libelle", "extrait,intitule", "libelle"),
    ("extraits.csv", "date_radiation,numero_unique|date_radiation", "date_inconnue,numero_unique", "« date_inconnue »"),
    ("extraits.csv", "identifiant_logement", "numero_logement", "« numero_logement »"),
    ("extraits.csv", "radiations,Radiations", "demandes,Radiations", "« demandes »"),
    ("extraits.csv", "radiations,Radiations", "sorties,Radiations", "columns/sorties.csv"),
    ("extraits.csv", "radiations,Radiations", "radiations,", "libelle"),
    (BAILLEURS, "Sarthe Habitat,OPH", "Sarthe, Habitat,OPH", "10 cellules"),
    (BAILLEURS, 'SIREN à renseigner",C,\nSH', 'SIREN à renseigner",C\nSH', "en fin de ligne"),
    (BAILLEURS, "OPH Sarthe Habitat|", "LMMH|", "LMH et SH"),
    (BAILLEURS, "SH,Sarthe Habitat", "SH,lmh", "LMH et SH"),
    (OBJECTIFS, "date_fin,", "", "date_fin"),
]


@pytest.fixture(scope="module")
def complete(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> References:
    """The references of the repository, and a valid row more in each table."""
    racine = tmp_path_factory.mktemp("complete")
    dossier = Path(shutil.copytree(reference, racine / "data" / "reference"))
    for fichier, ligne in VALABLES.items():
        ajouter(dossier / fichier, ligne)
    references = References(ouvrir_projet(racine))
    for partie in set(PARTIES.values()):
        lire(references, partie)
    return references


def lire(references: References, partie: str) -> None:
    """A part of the references, or the tables whose name begins so."""
    if "/" not in partie:
        getattr(references, partie)
    for nom in schemas():
        if "/" in partie and nom.startswith(partie):
            _ = references.tables[nom]


def ajouter(chemin: Path, ligne: Ligne) -> None:
    texte = chemin.read_text(encoding="utf-8")
    entetes = next(csv.reader(io.StringIO(texte)))
    assert set(ligne) <= set(entetes), chemin
    tampon = io.StringIO()
    csv.DictWriter(tampon, entetes, restval="", lineterminator="\n").writerow(ligne)
    chemin.write_text(texte.rstrip("\n") + "\n" + tampon.getvalue(), encoding="utf-8")


@contextmanager
def a_restaurer(chemin: Path) -> Iterator[Path]:
    avant = chemin.read_bytes()
    try:
        yield chemin
    finally:
        chemin.write_bytes(avant)


def refus(complete: References, chemin: Path, *nommes: str) -> str:
    """What is said of a file, read again with what hangs on it."""
    references = References(complete.projet)
    partie = PARTIES.get(chemin.name) or PARTIES[chemin.parent.name]
    if partie != "nomenclatures":  # Many files, that are not at fault.
        vars(references.tables)["nomenclatures"] = complete.nomenclatures
    if partie != "dictionnaires":
        vars(references)["dictionnaires"] = complete.dictionnaires
    with pytest.raises(ErreurCIL) as erreur:
        lire(references, partie)
    return exiger_un_remede(erreur.value, *nommes)


@pytest.mark.parametrize(
    ("fichier", "ligne", "nomme"),
    LIGNES_FAUTIVES,
    ids=[f"{Path(f).stem}-{'-'.join(map('='.join, ligne.items()))}" for f, ligne, _ in LIGNES_FAUTIVES],
)
def test_une_ligne_fautive_se_dit(complete: References, fichier: str, ligne: Ligne, nomme: str) -> None:
    with a_restaurer(complete.projet.reference / fichier) as chemin:
        ajouter(chemin, VALABLES[fichier] | ligne)
        with chemin.open(encoding="utf-8", newline="") as flux:
            rang = sum(1 for _ in csv.reader(flux))
        refus(complete, chemin, f"{chemin.name} », ligne {rang} :", nomme)


def test_un_quatrieme_territoire_du_meme_indicateur_se_dit(complete: References) -> None:
    """Three dotted lines are told apart; a fourth one would be drawn as the first."""
    with a_restaurer(complete.projet.reference / COMPARATEURS) as chemin:
        for perimetre in ("Région", "Angers", "France"):  # France has another year already.
            ajouter(chemin, VALABLES[COMPARATEURS] | {"perimetre": perimetre, "annee": "2022"})
        ajouter(chemin, VALABLES[COMPARATEURS] | {"perimetre": "Tours", "indicateur": "O04"})
        assert len(References(complete.projet).comparateurs) == 5
        ajouter(chemin, VALABLES[COMPARATEURS] | {"perimetre": "Tours"})
        refus(
            complete, chemin, "comparateurs.csv », ligne 7 :", "« Tours »", "O01", "« France », « Région », « Angers »"
        )


@pytest.mark.parametrize(("fichier", "colonne", "personne"), PERSONNES)
def test_une_personne_n_est_pas_nommee(complete: References, fichier: str, colonne: str, personne: str) -> None:
    code = next(iter(VALABLES[fichier]))
    with a_restaurer(complete.projet.reference / fichier) as chemin:
        ajouter(chemin, VALABLES[fichier] | {code: "AUTRE", colonne: personne})
        dit = refus(complete, chemin, chemin.name, colonne)
    assert "Exemple" not in dit and "@" not in dit


@pytest.mark.parametrize(("fichier", "avant", "apres", "nomme"), TEXTES_FAUTIFS)
def test_un_fichier_fautif_se_dit(complete: References, fichier: str, avant: str, apres: str, nomme: str) -> None:
    with a_restaurer(complete.projet.reference / fichier) as chemin:
        texte = chemin.read_text(encoding="utf-8")
        assert avant in texte
        chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
        refus(complete, chemin, nomme)


def test_un_fichier_qu_un_tableur_a_ouvert_par_un_double_clic_se_dit(complete: References) -> None:
    """Excel in French cuts at semicolons: a whole row is one cell, between quotation marks when it has some."""
    with a_restaurer(complete.projet.reference / BAILLEURS) as chemin:
        lignes = chemin.read_text(encoding="utf-8").splitlines()
        tampon = io.StringIO()
        csv.writer(tampon, delimiter=";").writerows([ligne] for ligne in lignes)
        chemin.write_bytes(tampon.getvalue().encode("cp1252"))
        refus(complete, chemin, f"{chemin.name} », ligne 2 :", "une seule cellule", "virgule")


def test_une_cellule_demesuree_ou_un_fichier_absent_se_disent(complete: References) -> None:
    with a_restaurer(complete.projet.reference / CONVENTIONS) as chemin:
        ajouter(chemin, VALABLES[CONVENTIONS] | {"source": "x" * 200_000})
        refus(complete, chemin, chemin.name)
    with a_restaurer(complete.projet.reference / QPV) as chemin:
        chemin.unlink()
        refus(complete, chemin, chemin.name)


@pytest.mark.parametrize(
    ("nom", "vrai"),
    [
        ("indicateurs.yaml", "indicateurs.yml"), ("indicateur.yml", "indicateurs.yml"),
        ("Indicateurs.yml", "indicateurs.yml"), ("indicateurs.yml.txt", "indicateurs.yml"),
    ],
)  # fmt: skip
def test_des_definitions_mal_nommees_se_disent(nom: str, vrai: str, reference: Path, tmp_path: Path) -> None:
    """A newcomer's guess: what it counts would be in no table, and nobody told."""
    dossier = Path(shutil.copytree(reference, tmp_path / "data" / "reference"))
    (dossier / "notes.yml").write_text("a: b", "utf-8")
    assert References(ouvrir_projet(tmp_path)).definitions == ""
    (dossier / nom).write_text("X01: {}", "utf-8")
    with refuser(f"data/reference/{nom}", vrai):
        _ = References(ouvrir_projet(tmp_path)).definitions


def test_un_siren_de_l_epci_qui_n_a_pas_neuf_chiffres_se_dit(reference: Path, tmp_path: Path) -> None:
    """It is the place of every figure of the whole: a digit that was forgotten would be in every file."""
    dossier = Path(shutil.copytree(reference, tmp_path / "data" / "reference"))
    fichier = dossier / "projet.yml"
    siren = ouvrir_projet(tmp_path).epci_siren
    fichier.write_text(fichier.read_text("utf-8").replace(siren, siren[:-1]), "utf-8")
    with refuser("projet.yml", "epci_siren"):
        ouvrir_projet(tmp_path)


@pytest.mark.parametrize("nom", ["epci_nom", "epci_nom_court"])
def test_un_epci_sans_nom_se_dit(nom: str, reference: Path, tmp_path: Path) -> None:
    """Titles would end with a dash in its place."""
    fichier = Path(shutil.copytree(reference, tmp_path / "data" / "reference")) / "projet.yml"
    fichier.write_text(re.sub(rf"(?m)^{nom}: .*", f'{nom}: " – "', fichier.read_text("utf-8")), "utf-8")
    with refuser("projet.yml", nom):
        ouvrir_projet(tmp_path)
