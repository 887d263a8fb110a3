"""Headings added to a dictionary: they are read back, and nothing else in the file changes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from cil_analysis import fichiers
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.colonnes import Dictionnaire, charger_dictionnaires
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, inscrire
from cil_analysis.reference.ecriture.retouches import forme_ecrite
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.texte import normaliser
from messages import lisible

AJOUTS = {"Dt signature": "date_signature_bail", "Zone libre": "ignoree", "Téléph.": "personnelle"}


@pytest.fixture
def dossier(reference: Path, tmp_path: Path) -> Path:
    """What the writing needs of data/reference, to be changed."""
    shutil.copytree(reference / "columns", tmp_path / "reference" / "columns")
    shutil.copytree(reference / "nomenclatures", tmp_path / "reference" / "nomenclatures")
    shutil.copy(reference / "extraits.csv", tmp_path / "reference")
    return tmp_path / "reference"


def ajouter_entetes(dossier: Path, ajouts: Mapping[str, Mapping[str, str]], millesime: str = MILLESIME) -> list[Path]:
    return inscrire(dossier, {(extrait, None): entetes for extrait, entetes in ajouts.items()}, millesime=millesime)


def lire(dossier: Path, extrait: str = "attributions") -> Dictionnaire:
    return charger_dictionnaires(dossier)[extrait]


def octets(dossier: Path) -> dict[str, bytes]:
    return {str(c.relative_to(dossier)): c.read_bytes() for c in sorted(dossier.rglob("*")) if c.is_file()}


def cellules(contenu: bytes, codage: str, separateur: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(contenu.decode(codage), newline=""), delimiter=separateur))


def refuse(dossier: Path, ajouts: dict[str, dict[str, str]], nomme: str, millesime: str = "ajoutes") -> None:
    """The headings are refused in words that name what is at fault, and nothing is written."""
    avant = octets(dossier)
    with pytest.raises(ErreurCIL) as erreur:
        ajouter_entetes(dossier, ajouts, millesime)
    assert nomme in lisible(str(erreur.value)) and octets(dossier) == avant


@pytest.mark.parametrize(
    ("millesime", "citation", "fin", "codage", "separateur"),
    [
        ("usuels", csv.QUOTE_MINIMAL, "\n", "utf-8", ","),
        ("ajoutes", csv.QUOTE_MINIMAL, "\r\n", "cp1252", ";"),
        ("ajoutes", csv.QUOTE_ALL, "\n", "utf-8-sig", ";"),
        ("usuels", csv.QUOTE_ALL, "\r\n", "utf-8-sig", ","),
        ("ajoutes", csv.QUOTE_MINIMAL, "\n", "utf-8", ","),
    ],
)
def test_le_fichier_garde_sa_forme(
    dossier: Path, millesime: str, citation: int, fin: str, codage: str, separateur: str
) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    lignes = cellules(chemin.read_bytes(), "utf-8", ",")
    lignes[3][-1] += '"entre guillemets"'
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, lineterminator=fin, quoting=citation).writerows(lignes)
    avant = tampon.getvalue().encode(codage)
    chemin.write_bytes(avant)
    ajouter_entetes(dossier, {"attributions": AJOUTS}, millesime)
    apres = chemin.read_bytes()
    assert lire(dossier).entetes[normaliser("Dt signature")] == "date_signature_bail"

    # The same file, written again by a CSV library in the same dialect, with the new cells and nothing else.
    titre = f"entetes_{millesime}"
    if titre not in lignes[0]:
        lignes = [[*ligne, ""] for ligne in lignes]
        lignes[0][-1] = titre
    for entete, nom in AJOUTS.items():
        ligne = next(ligne for ligne in lignes if ligne[0] == nom)
        rang = lignes[0].index(titre)
        ligne[rang] = f"{ligne[rang]}|{entete}" if ligne[rang] else entete
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, lineterminator=fin).writerows(lignes)
    assert apres == tampon.getvalue().encode(codage)


def test_une_ligne_vide_et_une_cellule_sur_deux_lignes(dossier: Path) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    texte = chemin.read_text(encoding="utf-8").rstrip("\n").replace("Nombre de pièces du", '"Nombre\nde pièces du')
    chemin.write_text(
        texte.replace("logement attribué,vocab", 'logement attribué",vocab').replace("\nqpv,", "\n\nqpv,")
    )
    avant = cellules(chemin.read_bytes(), "utf-8", ",")
    ajouter_entetes(dossier, {"attributions": {"Hauteur": "ignoree"}}, "nouveau")
    assert lire(dossier).millesimes["nouveau"] == {"ignoree": ("Hauteur",)}
    assert [ligne[:-1] for ligne in cellules(chemin.read_bytes(), "utf-8", ",")] == [ligne for ligne in avant if ligne]


DES_EN_TETES = [
    "Date\u00a0de  l’Échéance du BAIL", "Date de l'échéance du | bail", "Date bail = signature", "Date\r\nbail signé",
    'Date dite "du bail"', "Date ; bail, signé le", "=SOMME(A1:A2)", "+ de 65 ans", "@date",
    "Signature\u200b du bail\x07", "Date du bail " + "très " * 80 + "longue",
]  # fmt: skip


@pytest.mark.parametrize("codage", ["utf-8", "cp1252"])
def test_tout_en_tete_qui_a_un_mot_se_relit(dossier: Path, codage: str) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    chemin.write_bytes(chemin.read_text(encoding="utf-8").encode(codage))
    ajouter_entetes(dossier, {"attributions": dict.fromkeys(DES_EN_TETES, "date_signature_bail")})
    dictionnaire = lire(dossier)
    assert {dictionnaire.entetes[normaliser(entete)] for entete in DES_EN_TETES} == {"date_signature_bail"}
    ecrits = dictionnaire.millesimes["ajoutes"]["date_signature_bail"]
    assert ecrits == tuple(map(forme_ecrite, DES_EN_TETES))
    assert all(ecrit.isprintable() and not ecrit.startswith(("=", "+", "-", "@")) for ecrit in ecrits)


@pytest.mark.parametrize(
    ("citation", "codage", "separateur"), [(csv.QUOTE_MINIMAL, "utf-8", ","), (csv.QUOTE_ALL, "cp1252", ";")]
)
def test_un_en_tete_ajoute_se_deplace(dossier: Path, citation: int, codage: str, separateur: str) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    lignes = cellules(chemin.read_bytes(), "utf-8", ",")
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, quoting=citation).writerows(lignes)
    chemin.write_bytes(tampon.getvalue().encode(codage))
    ajouter_entetes(dossier, {"attributions": AJOUTS | {"Autre zone": "ignoree"}}, "a")
    ajouter_entetes(dossier, {"attributions": {"Bail, dt": "age", "ZONE LIBRE": "ignoree"}}, "b")
    ajouter_entetes(dossier, {"attributions": {"zone libre": "qpv", "Bail, dt": "date_signature_bail"}}, "a")
    dictionnaire = lire(dossier)
    assert dictionnaire.entetes["zone libre"] == "qpv" and dictionnaire.entetes["bail dt"] == "date_signature_bail"
    assert dictionnaire.millesimes["a"] == {
        "date_signature_bail": ("Dt signature", "Bail, dt"),
        "qpv": ("zone libre",),
        "ignoree": ("Autre zone",),
        "personnelle": ("Téléph.",),
    }
    assert dictionnaire.millesimes["b"] == {}
    apres = cellules(chemin.read_bytes(), codage, separateur)
    assert [ligne[:-2] for ligne in apres] == lignes, "what was there before stays"


def test_un_en_tete_usuel_se_deplace_de_tous_ses_millesimes(dossier: Path) -> None:
    assert "Bailleur" in lire(dossier).millesimes["exemple_2018"]["bailleur"]
    ajouter_entetes(dossier, {"attributions": {"Bailleur": "ignoree"}})
    assert lire(dossier).entetes["bailleur"] == "ignoree"
    assert lire(dossier).entetes["organisme bailleur"] == "bailleur", "the other headings stay"


def test_un_signe_absent_du_codage_se_refuse(dossier: Path) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    chemin.write_bytes(chemin.read_text(encoding="utf-8").encode("cp1252"))
    refuse(dossier, {"attributions": {"Âge ≥ 18 ans": "ignoree"}}, "attributions.csv")


@pytest.mark.parametrize(
    ("ajouts", "nomme"),
    [
        ({"Neuf": "qpv", "NEUF": "bailleur"}, "qpv"),
        ({"Neuf": "colonne_inventee"}, "« colonne_inventee »"),
        ({"Neuf": "delai_mois"}, "« delai_mois »"),
        ({" % ": "ignoree"}, "L’en-tête « % »"),
    ],
)
def test_un_refus_n_ecrit_rien(dossier: Path, ajouts: dict[str, str], nomme: str) -> None:
    """Nor in the other dictionaries of the same command, nor where the heading was already."""
    refuse(dossier, {"demandes": {"Dt dépôt": "date_depot_demande"}, "attributions": ajouts}, nomme)
    ajouter_entetes(dossier, {"attributions": {"Neuf": "qpv"}})
    refuse(dossier, {"attributions": {"Dt signature": "date_signature_bail", "Autre": "qpv"} | ajouts}, nomme)


def test_en_tetes_et_libelles_s_ecrivent_ensemble_ou_pas_du_tout(dossier: Path) -> None:
    avant, financement = octets(dossier), lire(dossier).colonnes["financement"]
    libelles = {("attributions", financement): {"Prêt très aidé": "PLAI", "Rien": "VIDE"}}
    with pytest.raises(ErreurCIL, match="Le libellé « % »"):
        inscrire(dossier, {("attributions", financement): {"%": "PLAI"}})
    with pytest.raises(ErreurCIL, match="colonne_inventee"):
        inscrire(dossier, libelles | {("attributions", None): {"Neuf": "colonne_inventee"}})
    assert octets(dossier) == avant
    ecrits = inscrire(dossier, libelles | {("attributions", None): AJOUTS})
    assert sorted(chemin.name for chemin in ecrits) == ["attributions.csv", "financements.csv"]
    dictionnaire, liste = lire(dossier), charger_nomenclatures(dossier / "nomenclatures")["financements"]
    assert dictionnaire.colonnes["financement"].libelles == {"rien": "VIDE"}
    assert liste.vers_code["pret tres aide"] == "PLAI" and dictionnaire.entetes["zone libre"] == "ignoree"


@pytest.mark.parametrize("millesime", ["", "SNE", "sne 2026", "été", "a,b", "../x", "x" * 41])
def test_un_nom_de_millesime_se_controle(dossier: Path, millesime: str) -> None:
    refuse(dossier, {"attributions": AJOUTS}, f"« {millesime} »" if millesime else "millésime", millesime)


def test_une_ecriture_qui_echoue_laisse_le_dictionnaire(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disque_plein(_numero: int) -> None:
        raise OSError(28, "disque plein")

    avant = octets(dossier)
    monkeypatch.setattr(fichiers.os, "fsync", disque_plein)
    with pytest.raises(OSError, match="disque plein") as erreur:
        ajouter_entetes(dossier, {"attributions": AJOUTS})
    assert erreur.value.filename == str(dossier / "columns" / "attributions.csv") and octets(dossier) == avant


def test_un_dictionnaire_en_lecture_seule_est_nomme(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Itself, and not the copy in which what is written is read back first."""
    lu = dossier / "columns" / "attributions.csv"
    monkeypatch.setattr("os.access", lambda chemin, _: chemin != lu)  # root writes everywhere
    avant = octets(dossier)
    with pytest.raises(PermissionError) as erreur:
        ajouter_entetes(dossier, {"attributions": {"Champ": "ignoree"}})
    assert erreur.value.filename == str(lu) and octets(dossier) == avant
