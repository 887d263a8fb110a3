"""The open data of the example: valid for frictionless, equal to what is published, and refused when it must be."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import Package, Resource, Schema, system, validate

from cil_analysis.commandes import analyseur_des_commandes, main
from cil_analysis.comptage.cadre import (
    ATTEINT,
    CLES,
    COLONNES,
    NON_ATTEINT,
    NON_CALCULABLE,
    PUBLIE,
    SANS_OBJET,
    SECRET,
)  # fmt: skip
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    EUR,
    HORS_QPV,
    MOIS,
    NOMBRE,
    PCT,
    POINTS,
    QPV,
    RATIO,
    RESERVATAIRE,
)  # fmt: skip
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.objectifs import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.rendu.opendata import CHAMPS, LIBELLES, LICENCES, Jeu, _en_csv
from cil_analysis.secret.publies import lire_chiffres
from cil_analysis.secret.table_publiee import Publication
from messages import exiger_du_francais, exiger_un_remede, lisible
from registres import PAR_CODE

ANNEE = 2022
FICHIERS = {"indicateurs.csv", "schema.json", "datapackage.json"}


@pytest.fixture(scope="module")
def projet(exemple: Projet, un_an: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """The last year of the example without its widest extracts: quick to audit. Its journal is the example's."""
    racine = tmp_path_factory.mktemp("opendata") / "projet"
    shutil.copytree(un_an.racine, racine)
    copie = ouvrir_projet(racine)
    journal = lire_json(exemple.rapports / str(ANNEE) / "journal.json") | {"annees": [ANNEE]}
    noter(copie, journal)
    return copie


def noter(projet: Projet, journal: dict[str, Any]) -> None:
    """Leave the journal of the figures that stand."""
    bilan = projet.rapports / str(ANNEE)
    sienne = {"sha256_indicateurs": hashlib.sha256((bilan / "indicateurs.csv").read_bytes()).hexdigest()}
    (bilan / "journal.json").write_text(json.dumps(journal | sienne), encoding="utf-8")


def dire_interne(projet: Projet) -> None:
    """Under a journal that says so, whatever the figures are."""
    noter(projet, lire_json(journal_de(projet)) | {"interne": True})


@pytest.fixture(scope="module")
def ouvert(projet: Projet) -> Path:
    assert main(["--projet", str(projet.racine), "opendata", "--annee", str(ANNEE)]) == 0
    return projet.rapports / str(ANNEE) / "opendata"


def lire(fichier: Path) -> list[dict[str, str]]:
    with fichier.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def lire_json(fichier: Path) -> dict[str, Any]:
    contenu: dict[str, Any] = json.loads(fichier.read_text(encoding="utf-8"))
    return contenu


def octets(dossier: Path) -> dict[str, bytes]:
    return {fichier.name: fichier.read_bytes() for fichier in dossier.iterdir()}


# --- Valid ----------------------------------------------------------------------------------------------------------


def test_frictionless_accepte_l_ensemble_et_chaque_fichier(ouvert: Path) -> None:
    assert {fichier.name for fichier in ouvert.iterdir()} == FICHIERS
    rapport = validate(str(ouvert / "datapackage.json"))
    assert rapport.valid, rapport.flatten(["title", "note"])
    assert rapport.stats["tasks"] == 1
    assert Schema.from_descriptor(str(ouvert / "schema.json")).fields
    with system.use_context(trusted=True):  # an absolute path
        rapport = validate(str(ouvert / "indicateurs.csv"), schema=str(ouvert / "schema.json"))
    assert rapport.valid, rapport.flatten(["title", "note"])
    (lignes,) = (resource.read_rows() for resource in Package(str(ouvert / "datapackage.json")).resources)
    assert len(lignes) == len(lire(ouvert / "indicateurs.csv"))
    assert isinstance(lignes[0]["numerateur"], Decimal)  # What a convention reserves may be a part of a dwelling.


FAUSSES = [
    ("statut", "inconnu", "constraint-error"),
    ("indicateur", "X99", "constraint-error"),
    ("unite", "", "constraint-error"),
    ("perimetre_code", "72 181", "constraint-error"),
    ("numerateur", "-3", "constraint-error"),
    ("numerateur", "12,5", "type-error"),
    ("valeur", "beaucoup", "type-error"),
    ("annee", "vingt", "type-error"),
    ("acteur_type", "voisin", "constraint-error"),
    ("perimetre_libelle", "", "constraint-error"),
]


def test_le_schema_refuse_une_valeur_fausse(ouvert: Path, tmp_path: Path) -> None:
    lignes = lire(ouvert / "indicateurs.csv")
    for ligne, (colonne, valeur, _) in zip(lignes, FAUSSES, strict=False):
        ligne[colonne] = valeur
    assert fautes(ouvert, tmp_path, lignes) == {(rang, faute) for rang, (*_, faute) in enumerate(FAUSSES, start=2)}


def test_le_schema_refuse_deux_lignes_de_memes_cles(ouvert: Path, tmp_path: Path) -> None:
    lignes = lire(ouvert / "indicateurs.csv")
    assert fautes(ouvert, tmp_path, [*lignes, lignes[3]]) == {(len(lignes) + 2, "primary-key")}


def fautes(ouvert: Path, tmp_path: Path, lignes: list[dict[str, str]]) -> set[tuple[int, str]]:
    with (tmp_path / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, lignes[0])
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    shutil.copy(ouvert / "schema.json", tmp_path)
    rapport = Resource(path="indicateurs.csv", schema="schema.json", basepath=str(tmp_path)).validate()
    return {(ligne, faute) for ligne, faute in rapport.flatten(["rowNumber", "type"])}


def test_le_descripteur_refuse_un_fichier_modifie(ouvert: Path, tmp_path: Path) -> None:
    copie = tmp_path / "opendata"
    shutil.copytree(ouvert, copie)
    texte = (copie / "indicateurs.csv").read_text(encoding="utf-8")
    (copie / "indicateurs.csv").write_text(re.sub(r",(\d)(\d)", r",\2\1", texte, count=1), encoding="utf-8")
    rapport = validate(str(copie / "datapackage.json"))
    assert {type for (type,) in rapport.flatten(["type"])} >= {"hash-count"}


# --- Equal to what is published --------------------------------------------------------------------------------------


def test_chaque_ligne_est_celle_du_bilan(ouvert: Path) -> None:
    publiees = lire(ouvert.parent / "indicateurs.csv")
    ouvertes = lire(ouvert / "indicateurs.csv")
    assert [{nom: ligne[nom] for nom in COLONNES} for ligne in ouvertes] == publiees
    assert {"Q01", "Q01D"} <= {ligne["indicateur"] for ligne in ouvertes}
    permises = {*CLES, *LIBELLES.values(), "unite", "statut", "resultat"}
    assert not [x for x in ouvertes if x["statut"] == "secret" and {nom for nom in x if x[nom]} - permises]


def test_chaque_code_a_son_libelle(ouvert: Path, projet: Projet) -> None:
    references = References(projet)
    lieux, acteurs = libelles.perimetres(references), libelles.acteurs(references)
    lignes = lire(ouvert / "indicateurs.csv")
    par_code = {code: libelles.modalites(references, PAR_CODE[code]) for code in {x["indicateur"] for x in lignes}}
    for ligne in lignes:
        indicateur, modalites = PAR_CODE[ligne["indicateur"]], par_code[ligne["indicateur"]]
        assert lisible(ligne["indicateur_libelle"]) == lisible(indicateur.titre)
        assert ligne["perimetre_libelle"] == lieux[ligne["perimetre_code"]]
        assert ligne["acteur_libelle"] == (acteurs[ligne["acteur_code"]] if ligne["acteur_code"] else "")
        assert ligne["modalite_libelle"] == (modalites[ligne["modalite"]] if ligne["modalite"] else "")


# --- Described ------------------------------------------------------------------------------------------------------


def test_chaque_colonne_est_decrite() -> None:
    """A column appended to the contract file has to be described here before it is published."""
    assert set(COLONNES) | set(LIBELLES.values()) == set(CHAMPS)
    assert all(champ["title"] and champ["description"] for champ in CHAMPS.values())


def test_les_listes_de_codes_sont_celles_du_logiciel() -> None:
    attendues = {
        "perimetre_type": [EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV],
        "acteur_type": [BAILLEUR, RESERVATAIRE],
        "unite": [NOMBRE, PCT, RATIO, MOIS, POINTS, EUR],
        "statut": [PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET],
        "sens": [PLANCHER, PLAFOND, INTERVALLE],
        "resultat": [ATTEINT, NON_ATTEINT, NON_CALCULABLE, SANS_OBJET],
    }
    lues = {
        nom: champ["constraints"]["enum"] for nom, champ in CHAMPS.items() if "enum" in champ.get("constraints", {})
    }
    assert lues == attendues


def test_le_schema_suit_les_conventions(ouvert: Path) -> None:
    schema = lire_json(ouvert / "schema.json")
    for cle in ("$schema", "name", "title", "description", "countryCode", "resources", "sources", "created",
                "lastModified", "version", "contributors", "fields", "missingValues", "primaryKey"):  # fmt: skip
        assert schema[cle], cle
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", schema["created"]) and re.fullmatch(r"\d+\.\d+\.\d+", schema["version"])
    for champ in schema["fields"]:
        assert champ["title"] and champ["description"] and champ["type"]
    assert not {"homepage", "path", "licenses"} & set(schema), "nobody has given an address or a licence"
    assert schema["primaryKey"] == CLES


def test_la_date_est_celle_du_dernier_import_et_le_fictif_est_dit(ouvert: Path) -> None:
    journal = lire_json(ouvert.parent / "journal.json")
    paquet = lire_json(ouvert / "datapackage.json")
    assert paquet["created"] == max(entree["importe_le"] for entree in journal["entrees"])
    assert paquet["temporal"] == {"start": "2022-01-01", "end": "2022-12-31"}
    for texte in (paquet["title"], paquet["description"], lire_json(ouvert / "schema.json")["description"]):
        assert "onnées fictives" in texte
    assert "licenses" not in paquet


def test_la_licence_choisie_est_declaree(ouvert: Path, projet: Projet) -> None:
    (sous,) = (a for a in analyseur_des_commandes()._actions if a.dest == "commande")
    (option,) = (a for a in sous.choices["opendata"]._actions if a.dest == "licence")  # type: ignore[index,union-attr]
    assert option.choices == list(LICENCES)
    imports = lire_json(ouvert.parent / "journal.json")["entrees"]
    jeu = Jeu(References(projet), ANNEE, lire_chiffres(ouvert.parent), imports, "etalab-2.0").fichiers()
    for nom in ("datapackage.json", "schema.json"):
        assert [licence["name"] for licence in json.loads(jeu[nom])["licenses"]] == ["etalab-2.0"]


# --- Whole, or refused ----------------------------------------------------------------------------------------------


def test_deux_fois_les_memes_octets_et_le_dossier_est_remplace(ouvert: Path, projet: Projet) -> None:
    avant = octets(ouvert)
    (ouvert / "brouillon.txt").write_text("de l’an dernier")
    assert main(["--projet", str(projet.racine), "opendata", "--annee", str(ANNEE)]) == 0
    assert octets(ouvert) == avant
    assert {f.name for f in ouvert.parent.iterdir() if f.name.startswith(".")} == {".opendata.json", ".bilan.json"}


@pytest.fixture
def copie(ouvert: Path, projet: Projet, tmp_path: Path) -> Projet:
    shutil.copytree(projet.racine, tmp_path / "projet")
    return ouvrir_projet(tmp_path / "projet")


def refus(projet: Projet, capsys: pytest.CaptureFixture[str], *nommes: str) -> None:
    """A refusal, which says why and leaves the previous open data as they were."""
    dossier = projet.rapports / str(ANNEE) / "opendata"
    avant = octets(dossier) if dossier.is_dir() else None
    assert main(["--projet", str(projet.racine), "opendata", "--annee", str(ANNEE)]) == 1
    sorties = capsys.readouterr()
    assert sorties.out == "" and (octets(dossier) if dossier.is_dir() else None) == avant
    exiger_un_remede(exiger_du_francais(sorties.err), *nommes)


def journal_de(projet: Projet) -> Path:
    return projet.rapports / str(ANNEE) / "journal.json"


SANS_DATE = [{"extrait": "attributions", "annee": ANNEE, "importe_le": "hier"}]


@pytest.mark.parametrize(
    ("gater", "nomme"),
    [
        (lambda projet: shutil.rmtree(projet.rapports / str(ANNEE)), "cil bilan --annee 2022"),
        (dire_interne, "version interne"),
        (lambda projet: journal_de(projet).unlink(), "journal.json"),
        *(
            (lambda projet, texte=texte: journal_de(projet).write_text(texte), "journal.json")
            for texte in ("{", "[]", "{}")
        ),
        (lambda projet: noter(projet, lire_json(journal_de(projet)) | {"entrees": SANS_DATE}), "journal.json"),
    ],
    ids=["sans bilan", "version interne", "sans journal", "{", "[]", "{}", "sans date"],
)
def test_ce_qui_n_est_pas_le_bilan_publie_est_refuse(
    copie: Projet, capsys: pytest.CaptureFixture[str], gater: Callable[[Projet], object], nomme: str
) -> None:
    gater(copie)
    refus(copie, capsys, nomme)


def test_des_chiffres_internes_sont_refuses_sous_un_journal_qui_n_en_dit_rien(
    copie: Projet, un_an_interne: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    with (copie.rapports / str(ANNEE) / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(un_an_interne, flux)
    noter(copie, lire_json(journal_de(copie)))
    refus(copie, capsys, "déduire")


def test_un_chiffre_retabli_est_refuse(copie: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = copie.rapports / str(ANNEE) / "indicateurs.csv"
    lignes = lire(fichier)
    cles = ("annee", "perimetre_type", "perimetre_code")
    totaux = {
        tuple(x[c] for c in cles): x["numerateur"] for x in lignes if x["indicateur"] == "V01" and x["numerateur"]
    }
    masquee = next(x for x in lignes if x["indicateur"] == "M01" and x["statut"] == "secret"
                   and tuple(x[c] for c in cles) in totaux)  # fmt: skip
    total = totaux[tuple(masquee[c] for c in cles)]
    masquee |= {"statut": "publie", "numerateur": "1", "denominateur": total, "valeur": str(100 / int(total))}
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, COLONNES, lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    refus(copie, capsys, "journal.json")
    noter(copie, lire_json(journal_de(copie)))
    refus(copie, capsys)


@pytest.mark.parametrize("libelle", ["=cmd()", "+ de 65 ans", "-1", "@SUM(A1)", "\u200b =1"])
def test_un_libelle_qu_un_tableur_calculerait_est_refuse(libelle: str) -> None:
    """The cells of a csv stay as they are, negative figures included: the label is corrected where it is written."""
    table = pd.DataFrame({"acteur_code": ["B1"], "acteur_libelle": [libelle], "ecart": ["-5.5"]})
    with pytest.raises(ErreurCIL, match="le début d’une formule"):
        _en_csv(table)
    assert _en_csv(table.assign(acteur_libelle="<b>a=1</b>")).endswith("B1,<b>a=1</b>,-5.5\n")


def test_un_indicateur_inconnu_est_refuse(copie: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = copie.rapports / str(ANNEE) / "indicateurs.csv"
    fichier.write_text(fichier.read_text("utf-8").replace("Q01D,", "Z99,"), encoding="utf-8")
    noter(copie, lire_json(journal_de(copie)))
    refus(copie, capsys, "Z99")


def test_des_regles_plus_strictes_refusent_le_bilan_d_hier(copie: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    regles = copie.reference / "parameters" / "secret.yml"
    texte = regles.read_text(encoding="utf-8")
    for seuil in ("seuil_effectif", "seuil_sensible"):
        texte, changes = re.subn(
            rf"(^{seuil}:.*?value: )\d+", r"\g<1>12", texte, count=1, flags=re.DOTALL | re.MULTILINE
        )
        assert changes == 1
    regles.write_text(texte, encoding="utf-8")
    refus(copie, capsys, "déduire")
