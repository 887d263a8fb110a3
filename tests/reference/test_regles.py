"""P6, the rules of the references and those chosen otherwise for one count: how they are read, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import exiger_des_choix_connus, lire_choix, regles_de_comptage
from cil_analysis.reference.seuils import SeuilsDeLAnnee
from fabrique import Cadre, attributions, bail, chiffres, comptes, exercice, ligne
from messages import exiger_un_remede, lisible, refuser

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(RACINE))


# --- P6 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regle", "annee", "q1"),
    [
        ("annee_du_bail", 2016, 8_500),
        ("annee_precedente", 2016, 8_000),
        ("annee_precedente", 2017, 8_500),
        ("annee_precedente", 2015, None),
        ("annee_du_bail", 2017, None),
    ],
)
def test_p6_le_seuil_de_l_annee_ou_de_la_precedente(regle: str, annee: int, q1: float | None) -> None:
    references = Cadre(p6=regle).references()
    references.seuils = {
        un: SeuilsDeLAnnee(un, (valeur, None, None), "test", "C") for un, valeur in ((2015, 8_000), (2016, 8_500))
    }
    assert regles_de_comptage(references, annee).seuils[0] == q1
    juste = attributions(bail(1, revenu_uc_annuel_eur=8_500), bail(1, revenu_uc_annuel_eur=8_000), bail(1))
    o01 = ligne(chiffres("O01", preparer_exercice(references, annee, attributions=juste)))
    attendu = {8_500: 2, 8_000: 1, None: None}[q1]
    assert (o01["numerateur"] == attendu) if attendu else o01["statut"] == "non_calculable"


# --- Rules chosen otherwise -----------------------------------------------------------------------------------------


def test_un_choix_l_emporte_sur_la_regle_en_vigueur() -> None:
    """On a year of its own: the one under the rules in force is as it was."""
    baux = attributions(bail(2, est_mutation_interne=True), bail(1, financement="PLI"), bail(3))
    en_vigueur = exercice(baux)
    choisi = exercice(baux, choix={"p3_mutations": "hors_mutations", "p4_financements_exclus": ()})
    assert comptes("O01", choisi)[""] == (0, 4) and comptes("O01", en_vigueur)[""] == (0, 5)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("P3=hors_mutations", ("p3_mutations", "hors_mutations")),
        (" p3 = incluses ", ("p3_mutations", "incluses")),
        ("P1=un_par_menage", ("p1_attribution", "un_par_menage")),
        ("P6=annee_precedente", ("p6_annee_du_seuil", "annee_precedente")),
        ("P8=exclues", ("p8_ressources_manquantes", "exclues")),
        ("P9=perimetre_constant", ("p9_perimetre", "perimetre_constant")),
        ("P10=selon_ressources", ("p10_relogement_ru", "selon_ressources")),
        ("P4=PLI", ("p4_financements_exclus", ("PLI",))),
        ("P4=PLI, PLS", ("p4_financements_exclus", ("PLI", "PLS"))),
        ("P4=", ("p4_financements_exclus", ())),
    ],
)
def test_un_choix_se_lit(references: References, texte: str, attendu: tuple[str, object]) -> None:
    assert lire_choix(references, texte) == attendu
    nom, valeur = attendu
    assert getattr(regles_de_comptage(references, 2024, {nom: valeur}), nom) == valeur


@pytest.mark.parametrize(
    ("texte", "possibles"),
    [
        *((texte, ["P1", "P2", "P10", "P3=hors_mutations"])
          for texte in ("", "P3", "hors_mutations", "P33=hors_mutations", "p3_mutations=incluses", "=incluses")),
        ("P3=exclues", ["incluses", "hors_mutations"]),
        ("P3=", ["incluses", "hors_mutations"]),
        ("P3=incluses,hors_mutations", ["incluses", "hors_mutations"]),
        ("P4=PLI,PLX", ["PLAI", "PLUS", "PLS", "PLI"]),
        ("P10=non", ["compte_en_premier_quartile", "selon_ressources"]),
        ("P2=annee_caleol", ["annee_signature_bail"]),
    ],
)  # fmt: skip
def test_un_choix_illisible_ou_inconnu_se_dit_avec_les_possibles(
    references: References, texte: str, possibles: list[str]
) -> None:
    regle, _, choix = texte.rpartition("=")
    with pytest.raises(ErreurCIL) as refus:
        lire_choix(references, texte)
    dit = lisible(str(refus.value))
    assert all(nom in dit for nom in (regle, choix.split(",")[-1], *possibles)), dit


# --- As somebody types them -------------------------------------------------------------------------------------------


def saisir(projet: Path, fichier: str, avant: str, saisie: str) -> References:
    """The references of the repository, in which something of parameters is typed otherwise."""
    shutil.copytree(RACINE / "data" / "reference", projet / "data" / "reference")
    chemin = projet / "data" / "reference" / "parameters" / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert texte.count(avant) == 1
    chemin.write_text(texte.replace(avant, saisie), encoding="utf-8")
    return References(ouvrir_projet(projet))


@pytest.mark.parametrize(("siren", "connus"), [("247200132", True), ("", True), ("200000000", False)])
def test_les_seuils_d_un_autre_epci_sont_refuses(tmp_path: Path, siren: str, connus: bool) -> None:
    references = saisir(tmp_path, "seuils_quartiles.csv", "9143", "9143")
    chemin = references.projet.reference / "parameters" / "seuils_quartiles.csv"
    entete, *lignes = chemin.read_text(encoding="utf-8").splitlines()
    chemin.write_text("\n".join([f"epci_siren,{entete}", *(f"{siren},{ligne}" for ligne in lignes)]), "utf-8")
    if connus:
        assert regles_de_comptage(references, 2024).seuils[0] == 9143
        return
    with pytest.raises(ErreurCIL) as refus:
        regles_de_comptage(references, 2024)
    exiger_un_remede(refus.value, "seuils_quartiles.csv", "« 200000000 »", "ligne 2")


def test_une_regle_sans_valeur_est_refusee(tmp_path: Path) -> None:
    """A rule left empty would otherwise be applied in silence while the report says « à renseigner »."""
    with refuser("comptage.yml", "p7_comparaison", "2024"):
        regles_de_comptage(saisir(tmp_path, "comptage.yml", "value: inferieur_ou_egal", "value: null"), 2024)


def test_un_choix_que_le_logiciel_ne_connait_pas_est_refuse(tmp_path: Path) -> None:
    """It counted as the first choice, under its own name; those of the repository are all known."""
    exiger_des_choix_connus(References(ouvrir_projet(RACINE)))
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    fichier = tmp_path / "data" / "reference" / "parameters" / "comptage.yml"
    texte = fichier.read_text(encoding="utf-8")
    avant = "    hors_mutations: hors mutations internes\n"
    assert avant in texte
    fichier.write_text(texte.replace(avant, f"{avant}    hors_pls: sans PLS\n"), encoding="utf-8")
    with refuser("comptage.yml", "P3", "hors_pls", "incluses, hors_mutations"):
        exiger_des_choix_connus(References(ouvrir_projet(tmp_path)))
