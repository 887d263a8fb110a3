"""What is written askew in a file of definitions is refused: the file, the block, the key, and what to write."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from cil_analysis.blocs import GRAMMAIRE, Bloc, blocs_des_themes
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS, lire_dimensions
from cil_analysis.grammaire.lecture import Theme, remplir
from cil_analysis.grammaire.populations import DERIVEES
from cil_analysis.grammaire.registre import registre, registre_du_logiciel
from cil_analysis.grammaire.verification import exiger_les_definitions, exiger_les_noms
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from fabrique import CENTRE, TYPES, Cadre, annee_complete, priorite
from messages import exiger_un_remede, refuser

GOUVERNANCE = ("seances", "membres", "mouvements", "communes_membres", "documents", "decisions", "actions")
DEPOT = Path(__file__).resolve().parents[2]
DIMENSION = "x_age: {colonnes: [age], oui: age >= 65}"
INDICATEUR = """
X01:
  titre: Ménages âgés
  feuille: Ménages âgés
  definition: Combien de ménages âgés sont logés
  formule: Attributions à des ménages âgés ÷ attributions
  unite: pct
  population: baux signés dans l’année
  public: {relogement_ru: oui}
  par: [epci, commune]
  source: test
"""


@cache
def references() -> References:
    return References(ouvrir_projet(DEPOT))


def lire(dossier: Path, dimensions: str, indicateurs: str) -> None:
    """Read definitions beside those of the software, as those of a project are."""
    logiciel = registre_du_logiciel()
    for nom, texte in (("dimensions.yml", dimensions), ("indicateurs.yml", indicateurs)):
        (dossier / nom).write_text(texte, encoding="utf-8")
    lues = lire_yaml(dossier / "dimensions.yml", "dimensions.yml")
    blocs = [Bloc("dimensions.yml", nom, dit) for nom, dit in lues.items()]
    toutes = lire_dimensions([*blocs_des_themes("dimensions.yml"), *blocs])
    vide = Theme("x", "Test", False, "indicateurs.yml", ())
    contenus = lire_yaml(dossier / "indicateurs.yml", "indicateurs.yml")
    with mock.patch.dict(DIMENSIONS, toutes):
        theme = remplir(vide, contenus, dict.fromkeys(logiciel.par_code, "Volumes"))
        exiger_les_noms(theme.indicateurs)
        exiger_les_definitions(theme.indicateurs, references())


@pytest.mark.parametrize("fichier", ["dimensions", "indicateurs", "lignes", "colonnes", "liens"])
def test_la_page_des_definitions_dit_chaque_cle(fichier: str) -> None:
    """What a block may say is told to who writes one."""
    page = (DEPOT / "docs/definitions.md").read_text("utf-8")
    assert {cle for cle in GRAMMAIRE[fichier] if f"`{cle}`" not in page and f"\n  {cle}: " not in page} == set()


def test_nos_definitions_sont_justes() -> None:
    registre = registre_du_logiciel()
    ecrits = [indicateur for indicateur in registre.indicateurs if not indicateur.derive_de]
    exiger_les_definitions(ecrits, references())


def test_des_definitions_justes_sont_admises(tmp_path: Path) -> None:
    lire(tmp_path, DIMENSION, INDICATEUR.replace("relogement_ru", "x_age"))


@pytest.mark.parametrize(
    ("dimension", "cites"),
    [
        ("x_age: {colone: age}", ["colone", "colonne"]),
        ("x_age: {colonne: age, oui: age > 65}", ["une seule", "colonne, nombre"]),
        ("x_age: [age]", ["clé: valeur"]),
        ("typologie: {colonne: typologie}", ["x_typologie"]),
        ("x_age: {oui: quartile = 'Q1', selon: quartiles, colonnes: []}", ["selon", "quartiles", "quartile"]),
    ],
)
def test_une_dimension_de_travers(dimension: str, cites: list[str], tmp_path: Path) -> None:
    with refuser("dimensions.yml", dimension.partition(":")[0], *cites):
        lire(tmp_path, dimension, INDICATEUR)


@pytest.mark.parametrize(
    ("avant", "apres", "cites"),
    [
        ("  source: test", "", ["source"]),
        ("  source: test", "  source: test\n  sources: test", ["sources", "source"]),
        ("unite: pct", "unite: pourcent", ["unite", "pourcent", "pct"]),
        ("par: [epci", "par: [region", ["region", "par", "epci"]),
        ("public:", "lignes: baux\n  public:", ["lignes", "baux", "attributions"]),
        ("public:", "rapporte_a: attributions+demande\n  public:", ["rapporte_a", "demande", "demandes"]),
        ("public: {relogement_ru", "public: {relogement", ["public", "relogement", "relogement_ru"]),
        ("public: {relogement_ru: oui", "public: {relogement_ru: ouais", ["public", "ouais", "oui", "relogement_ru"]),
        ("public:", "champ: {chanp: objectifs}\n  public:", ["champ", "chanp"]),
        ("public:", "champ: {champ: objectif}\n  public:", ["champ", "objectif", "objectifs"]),
        ("public:", "champ: {public_DALLO: oui}\n  public:", ["champ", "DALLO", "DALO"]),
        ("public:", "champ: {manque_agge: oui}\n  public:", ["champ", "agge", "age"]),
        ("public:", "champ_bailleur: {reservataire: AUCUNE}\n  public:", ["champ_bailleur", "AUCUNE", "AUCUN"]),
        ("public:", "lieu: comune\n  public:", ["lieu", "comune", "commune"]),
        ("public:", "revenus: revenus\n  public:", ["revenus", "revenu"]),
        ("public:", "classes: tranches_age\n  public:", ["classes", "tranches_age", "tranche_age"]),
        ("public:", "classes: tranche_age\n  liste: ages\n  public:", ["liste", "ages"]),
        ("public:", "reunion: {dimension: ages, classes: [A]}\n  public:", ["reunion", "ages"]),
        ("public:", "reunion: {dimension: typologie, classes: [T9]}\n  public:", ["reunion", "T9", "T1"]),
        ("public:", "reunion: {dimension: typologie, clases: [T1]}\n  public:", ["reunion", "clases", "classes"]),
        ("public:", "mesure: {colonne: agge, statistique: mediane}\n  public:", ["mesure", "agge", "age"]),
        ("public:", "mesure: {colonne: qpv, statistique: mediane}\n  public:", ["mesure", "qpv", "nombre"]),
        ("public:", "mesure: {colonne: age, statistique: median}\n  public:", ["mesure", "median", "mediane"]),
        ("public:", "aussi: [agge]\n  public:", ["aussi", "agge", "age"]),
        ("public:", "lignes: flux:nb_atribues\n  public:", ["lignes", "nb_atribues", "nb_attribues"]),
        ("par: [epci", "par: [epci classes", ["par", "classes"]),
        ("par: [epci", "classes: typologie\n  par: [epci T12", ["par", "T12", "T1", "typologie"]),
        ("par: [epci", "classes: mutation\n  plusieurs: oui\n  par: [epci EXTERNE", ["classes", "mutation_EXTERNE"]),
        ("source: test", "source: test\n  regles: [P11]", ["regles", "P11", "P1"]),
        ("feuille: Ménages âgés", "feuille: Ménages [âgés]", ["Ménages [âgés]", "signes"]),
        ("  public: {relogement_ru: oui}\n", "", ["public", "X01"]),
    ],
)  # fmt: skip
def test_un_indicateur_de_travers(avant: str, apres: str, cites: list[str], tmp_path: Path) -> None:
    assert avant in INDICATEUR
    with pytest.raises(ErreurCIL) as refus:
        lire(tmp_path, DIMENSION, INDICATEUR.replace(avant, apres))
    exiger_un_remede(refus.value, "indicateurs.yml", "X01", *cites)


@pytest.mark.parametrize("code", ["V01", "O01N", "O01S"])
def test_un_code_pris_est_refuse(code: str, tmp_path: Path) -> None:
    with refuser("indicateurs.yml", code, f"X{code}"):
        lire(tmp_path, DIMENSION, INDICATEUR.replace("X01", code))


def test_les_colonnes_que_les_systemes_ajoutent_sont_dites() -> None:
    """What the systems derive, and no dictionary has, is declared: a definition may read it."""
    cadre = Cadre(priorites=(priorite("k", "logement_actuel", "SD"),), secteurs=(("NORD", CENTRE, ""),))
    lignes = preparer_exercice(cadre.references(), 2022, **annee_complete()).lignes
    connues = {nom for types in TYPES.values() for nom in types}
    ajoutees = {nom for population, table in lignes.items() for nom in table if population not in GOUVERNANCE}
    assert ajoutees - connues <= set(DERIVEES)
    presentes = {nom for table in lignes.values() for nom in table}
    assert set(DERIVEES) <= presentes


INDICATEUR_DU_PROJET = """X01:
  titre: Petits logements
  feuille: Petits logements
  definition: La part des petits logements
  formule: Attributions de petits logements ÷ attributions
  unite: pct
  population: baux signés dans l’année
  public: {typologie: T1}
  par: [epci, commune]
  regles: [P1]
  source: extrait des attributions
"""


def lire_ceux_du_projet(indicateurs: str) -> None:
    registre(SimpleNamespace(definitions=indicateurs))  # type: ignore[arg-type]


def test_les_regles_se_lisent_dans_l_ordre_de_leurs_numeros() -> None:
    ecrites = INDICATEUR_DU_PROJET.replace("regles: [P1]", "regles: [P10, P1, P9, P5]")
    propres = SimpleNamespace(definitions=ecrites)
    lues = registre(propres).par_code  # type: ignore[arg-type]
    assert lues["X01"].regles == ("P1", "P5", "P9", "P10")
    assert all(len(i.regles) < 2 or int(i.regles[-1][1:]) == max(int(r[1:]) for r in i.regles) for i in lues.values())


@pytest.mark.parametrize(
    ("avant", "apres", "cle"),
    [
        ("  public:", "  lignes: attributions:revenu_uc_annuel_eur\n  public:", "attributions:revenu_uc_annuel_eur"),
        ("  public:", "  rapporte_a: demandes:taille_menage\n  public:", "demandes:taille_menage"),
        ("  public:", "  mesure: {colonne: age, statistique: moyenne}\n  public:", "moyenne"),
        ("  public:", "  mesure: {colonne: age, statistique: mediane}\n  public:", "champ"),
        ("  public: {typologie: T1}\n", "", "« public » absente"),
        ("unite: pct", "unite: ratio", "rapporte_a"),
        ("  public:", "  sensibilite: oui\n  public:", "sensibilite"),
        ("par: [epci, commune]", "classes: typologie\n  par: [epci T1 T2]", "par"),
        ("par: [epci, commune]", "par: [epci, commune, bailleurs]", "« bailleurs » n’est ni un lieu, ni un acteur"),
        ("par: [epci, commune]", "par: []", "par"),
        ("  par: [epci, commune]\n", "", "par"),
        ("par: [epci, commune]", "par: [epci, commune, epci]", "par"),
        ("source: extrait des attributions", "source: ' '", "source"),
        ("X01:", "X01S:", "X01S"),
        ("X01:", "X0001:", "X0001"),
    ],
)
def test_un_projet_ne_compte_que_ce_que_le_secret_sait_proteger(avant: str, apres: str, cle: str) -> None:
    """A sum of incomes is no count of households; a mean, or a part of the classes, gives the rest away."""
    assert avant in INDICATEUR_DU_PROJET
    with pytest.raises(ErreurCIL) as refus:
        lire_ceux_du_projet(INDICATEUR_DU_PROJET.replace(avant, apres))
    exiger_un_remede(refus.value, "indicateurs.yml", cle)


def test_ceux_du_projet_sont_lus() -> None:
    lire_ceux_du_projet(INDICATEUR_DU_PROJET)
