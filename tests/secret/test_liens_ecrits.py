"""What an analyst writes in the definitions is what is protected: no dimension needs a line of Python."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_cases import EPCI, case, chiffre
from test_relations import somme, sommes

from cil_analysis.comptage.cadre import CHIFFRES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS, Dimension, lire_les_dimensions
from cil_analysis.grammaire.populations import lire_les_populations
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, Releve, Systeme
from cil_analysis.secret.relations.ensemble import relier
from cil_analysis.secret.relations.liens import lire_les_liens
from cil_analysis.secret.relations.recouvrements import morceaux_des_classes, regroupements_declares
from cil_analysis.secret.relations.structure import Structure
from fabrique import nomenclatures
from messages import exiger_un_remede
from registres import PAR_CODE

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
UN_LIEN = """
refus:
  somme: propositions = attributions[mutation_HLM=oui] + reste
"""


def ecrire(dossier: Path, fichier: str, texte: str) -> Path:
    (dossier / "essai").mkdir()
    (dossier / "themes.yml").write_text("essai: {titre: Essai, bilan: non}\n", "utf-8")
    (dossier / "essai" / fichier).write_text(texte, "utf-8")
    return dossier


@pytest.fixture
def d_un_projet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dimensions that nobody has heard of."""
    texte = """
moins_de_35: {colonnes: [age], oui: age < 35, coupe: tranche_age, seuils: {oui: dès 0, non: dès 35}}
etudiant_jeune: {colonnes: [age], oui: age < 35 AND situation_professionnelle = 'ETU', dans: {moins_de_35: oui}}
sans_emploi: {colonnes: [situation_professionnelle], oui: 'true', reunit: {situation_professionnelle: [CHO, ETU]}}
situation_professionnelle: {colonne: situation_professionnelle, liste: situations_professionnelles}
ascenseur: {colonne: ascenseur, decrit: logement, neutre: NR}
tranche_age: {nombre: age, bornes: tranches_age, liste: tranches_age}
majorite: {nombre: age, bornes: majorites}
trentaine: {colonnes: [age], oui: age BETWEEN 30 AND 39}
cdi: {colonnes: [situation_professionnelle], oui: situation_professionnelle = 'CDI'}
d_un_autre_temps: {colonnes: [age], oui: age > annee}
ou_inconnu: {colonnes: [age], oui: age IS NULL OR age < 18}
"""
    for nom, dimension in lire_les_dimensions(ecrire(tmp_path, "dimensions.yml", texte)).items():
        monkeypatch.setitem(DIMENSIONS, nom, dimension)  # type: ignore[call-overload]  # a dictionary


def relies(*connues: Case) -> Systeme:
    structure = Structure(regroupements=tuple(regroupements_declares(nomenclatures(), {"mois_anormaux": None})))
    return relier(Releve(), connues, [], structure)


@pytest.mark.usefixtures("d_un_projet")
def test_une_dimension_d_un_projet_est_liee_par_ce_qu_elle_dit() -> None:
    """JEUNE: up to 29; MUR: 30 to 64, which 35 cuts."""
    jeune, mur = (case(("tranche_age", classe)) for classe in ("JEUNE", "MUR"))
    moins, etudiants = case(("moins_de_35", "oui")), case(("etudiant_jeune", "oui"))
    obtenu = relies(case(), jeune, mur, moins, etudiants)
    dedans, dehors = (mur.avec(("moins_de_35", reponse)) for reponse in ("oui", "non"))
    autres = moins.avec(("etudiant_jeune", "non"))
    assert {somme(moins, jeune, dedans), somme(mur, dedans, dehors), somme(moins, etudiants, autres)} <= sommes(obtenu)
    assert {dedans, dehors, autres} <= obtenu.restes
    sans_emploi, situations = (
        case(("sans_emploi", "oui")),
        [case(("situation_professionnelle", s)) for s in ("CHO", "ETU")],
    )
    assert somme(sans_emploi, *situations) in sommes(relies(sans_emploi, *situations))


@pytest.mark.usefixtures("d_un_projet")
def test_deux_tables_d_une_meme_colonne_se_decoupent() -> None:
    """Ages to 29, 64 and beyond; of adults and others: those of 18 to 29 and the minors are what two tables tell."""
    majeurs = (
        nomenclatures()["tranches_age"]
        .table.iloc[:2]
        .assign(code=["MINEUR", "MAJEUR"], minimum=["", "18"], maximum=["17", ""])
    )
    listes = {**nomenclatures(), "majorites": Nomenclature("majorites", majeurs)}
    morceaux = morceaux_des_classes(listes)
    assert morceaux["tranche_age", "JEUNE"] == ("age:-inf", "age:18")
    assert morceaux["majorite", "MINEUR"] == ("age:-inf",)
    assert {"age:18", "age:30", "age:65"} < set(morceaux["majorite", "MAJEUR"])


@pytest.mark.usefixtures("d_un_projet")
def test_une_condition_sur_une_colonne_coupe_ses_classes_sans_qu_on_l_ecrive() -> None:
    morceaux = morceaux_des_classes({**nomenclatures(), "majorites": nomenclatures()["tranches_age"]})
    assert morceaux["trentaine", "oui"] == ("age:30", "age:35"), "35 is where another condition ends"
    assert morceaux["tranche_age", "MUR"] == ("age:30", "age:35", "age:40")
    assert morceaux["moins_de_35", "oui"] == ("age:-inf", "age:30")
    assert morceaux["cdi", "oui"] == morceaux["situation_professionnelle", "CDI"] == ("situation_professionnelle:CDI",)
    for nom, pourquoi in (("d_un_autre_temps", "it reads the year too"), ("ou_inconnu", "no class has these rows")):
        assert (nom, "oui") not in morceaux, pourquoi


@pytest.mark.usefixtures("d_un_projet")
def test_seul_ce_qui_decrit_un_menage_est_un_secret() -> None:
    ascenseur, inconnue = ("ascenseur", "OUI"), Dimension("inconnue", "oui", "vrai")
    assert inconnue.decrit == "menage", "what says nothing is a secret"
    structure = Structure()
    assert structure.sans_menage(case(ascenseur)) and structure.sans_menage(case(ascenseur, ("commune", "99001")))
    assert not structure.sans_menage(case(ascenseur, ("moins_de_35", "oui")))
    assert not structure.sans_menage(case(ascenseur, population="demandes")), "one row is a household that asks"
    assert "ascenseur" in structure.neutres and "moins_de_35" not in structure.neutres


def test_une_anciennete_masquee_ne_se_lit_pas_dans_les_demandes_d_avant_l_annee() -> None:
    """V07 masks 3 who have waited ten years, and those of the year: D04 rests on all but the latter."""
    effectifs = {"MOINS_1": 40, "A_1": 60, "A_2": 50, "A_3": 45, "A_4": 55, "A_5_9": 70, "A_10_PLUS": 3, "NR": 0}
    total = sum(effectifs.values())
    classes = [chiffre("V07", EPCI, n, total, modalite=classe) for classe, n in effectifs.items()]
    publiee = pd.concat([*classes, chiffre("D04", EPCI, 200, total - effectifs["MOINS_1"])], ignore_index=True)
    masquees = publiee["modalite"].isin(["MOINS_1", "A_10_PLUS"])
    publiee.loc[masquees, CHIFFRES] = float("nan")
    publiee = publiee.assign(statut=publiee["statut"].mask(masquees, "secret"))
    groupes = tuple(regroupements_declares(nomenclatures(), {"mois_anormaux": None}))
    for sus, attendues in ((groupes[:0], {(0.0, 43.0)}), (groupes, {(3.0, 3.0), (40.0, 40.0)})):
        trouvees = auditer({2022: publiee}, 2022, {2022: Lecteur(2022, PAR_CODE, REGLES, Structure(regroupements=sus))})
        assert {(d.bas, d.haut) for d in trouvees if d.tables == ("V07",)} == attendues


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("age: {colonne: age, decrit: personne}", "personne"),
        ("age: {colonne: age, decris: menage}", "decris"),
        ("age: {colonne: age, dans: {vieillesse: oui}}", "vieillesse"),
        ("age: {colonne: age, comme: vieillesse}", "vieillesse"),
        ("age: {colonne: age, seuils: {oui: dès 1}}", "coupe"),
        ("age: {colonne: age, coupe: age, seuils: {oui: plus de 1}}", "plus de 1"),
        ("age: {colonne: age, coupe: age, seuils: {oui: dès mois_normaux}}", "mois_normaux"),
    ],
)
def test_une_dimension_mal_ecrite_est_refusee(tmp_path: Path, texte: str, dit: str) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire_les_dimensions(ecrire(tmp_path, "dimensions.yml", texte))
    exiger_un_remede(refus.value, "definitions/essai/dimensions.yml", "age", dit)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("propositions", "proposition"), ("mutation_HLM", "mutation_X"), ("[mutation_HLM=oui]", "{mutation_HLM: oui}"),
        ("= attributions[mutation_HLM=oui] + reste", "= reste"), (" = ", " : "), ("somme", "total"),
    ],
)  # fmt: skip
def test_un_lien_mal_ecrit_est_refuse(tmp_path: Path, avant: str, apres: str) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire_les_liens(ecrire(tmp_path, "liens.yml", UN_LIEN.replace(avant, apres)))
    exiger_un_remede(refus.value, "definitions/essai/liens.yml")


def test_un_lien_bien_ecrit_est_lu(tmp_path: Path) -> None:
    [lien] = lire_les_liens(ecrire(tmp_path, "liens.yml", UN_LIEN))
    assert lien.total == case(population="propositions") and lien.parties == (case(("mutation_HLM", "oui")),)
    assert lien.reste == ("refus", "reste") and lien.par is None


@pytest.mark.parametrize(
    "texte", ["baux: {public: oui}", "baux: {publique: vrai}", "baux: {si_un_bailleur_domine: oui}"]
)
def test_des_lignes_mal_ecrites_sont_refusees(tmp_path: Path, texte: str) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire_les_populations(ecrire(tmp_path, "lignes.yml", texte))
    exiger_un_remede(refus.value, "definitions/essai/lignes.yml", "baux")
