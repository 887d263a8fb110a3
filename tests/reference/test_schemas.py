"""The declared tables: every file of data/reference has one, and a French spreadsheet may save it."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import Schema, schemas
from cil_analysis.reference.territoire import charger_territoire
from messages import refuser

TYPES = ("texte", "libre", "code", "date", "nombre", "entier", "annee", "insee", "departement", "adresse")


def test_chaque_fichier_a_son_schema_et_ses_colonnes(reference: Path) -> None:
    for chemin in reference.rglob("*.csv"):
        nom = str(chemin.relative_to(reference).with_suffix(""))
        schema = schemas().get(nom) or schemas()[f"{Path(nom).parent}/*"]
        with chemin.open(encoding="utf-8", newline="") as flux:
            assert set(schema.exigees) <= set(next(csv.reader(flux))), nom


@pytest.mark.parametrize("schema", schemas().values(), ids=list(schemas()))
def test_un_schema_ne_nomme_que_ce_qui_existe(schema: Schema, reference: Path) -> None:
    """A type, a list or a table misspelt would be met by the first project that fills in the cell."""
    for champ in schema.colonnes.values():
        assert champ.type in TYPES and champ.aide, champ.nom
        assert not champ.liste or (reference / "nomenclatures" / f"{champ.liste}.csv").is_file()
        assert not champ.renvoi or champ.renvoi in schemas() or (reference / f"{champ.renvoi}.csv").is_file()
    assert {*schema.cle, *schema.periode, *schema.sans_chevauchement} <= set(schema.colonnes)
    par, sommes = schema.total.get("par", ()), [schema.total["colonne"]] if schema.total else []
    assert set(par) <= set(schema.colonnes) and (schema.periode or not schema.total)
    assert all(schema.colonnes[nom].type == "nombre" for nom in sommes)


def comme_un_tableur_francais(chemin: Path) -> None:
    """Semicolons, cp1252, CRLF, day first, decimal commas, and codes that are numbers."""

    def cellule(texte: str) -> str:
        if jour := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", texte):
            return "/".join(reversed(jour.groups()))
        return texte.lstrip("0") or "0" if texte.isdigit() else texte

    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = [[cellule(texte) for texte in ligne] for ligne in csv.reader(flux)]
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=";", lineterminator="\r\n").writerows(lignes)
    chemin.write_bytes(tampon.getvalue().encode("cp1252"))


def test_un_code_de_commune_retrouve_le_zero_qu_un_tableur_a_perdu(reference: Path, tmp_path: Path) -> None:
    dossier = Path(shutil.copytree(reference / "territory", tmp_path / "territory"))
    for chemin in dossier.glob("*.csv"):
        chemin.write_text(re.sub(r"\b72(\d{3})\b", r"01\1", chemin.read_text("utf-8")), "utf-8")
    sain = charger_territoire(Tables(tmp_path), "01181")
    for chemin in dossier.glob("*.csv"):
        comme_un_tableur_francais(chemin)
        assert b"01181" not in chemin.read_bytes()
    lu = charger_territoire(Tables(tmp_path), "01181")
    for nom in ("communes", "connues", "table_qpv", "qpv_communes", "parc", "fusions"):
        assert getattr(lu, nom).equals(getattr(sain, nom)), nom


def test_une_colonne_d_une_autre_valeur_la_demande(tmp_path: Path) -> None:
    chemin = tmp_path / "governance" / "documents.csv"
    chemin.parent.mkdir()
    entete = "document,intitule,date_adoption,debut,fin,source,confiance"
    chemin.write_text(f"{entete}\nCIA,Convention,,2020-01-01,2019-01-01,essai,C\n", "utf-8")
    with refuser("governance/documents.csv », ligne 2 :", "fin", "debut"):
        Tables(tmp_path)["governance/documents"]
