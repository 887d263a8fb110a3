"""What a file's headings could be: scores, sure choices, and choices that are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import bail, ecrire_csv, numero

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus.choix import Choix, choisir, choisir_surs
from cil_analysis.extraits.inconnus.entetes import SEUIL, Examen, exiger_connus
from cil_analysis.extraits.inconnus.entetes import examiner as examiner_la_table
from cil_analysis.extraits.inconnus.questions import Proposition
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.reference.ensemble import References
from cil_analysis.typographie import typographie
from messages import exiger_du_francais, exiger_un_remede, refuser

CONNUS = ["N° unique", "Date du bail", "Commune", "Bailleur"]
Examiner = Callable[..., Examen]


@pytest.fixture
def examiner(tmp_path: Path, references_communes: References) -> Examiner:
    """Examine a CSV of the known headings, or others, and of further columns: heading → its cells."""

    def faire(
        autres: dict[str, Sequence[str]] | None = None,
        entetes: Sequence[str] = CONNUS,
        extrait: str | None = None,
    ) -> Examen:
        autres = autres or {}
        lignes = [[*bail(rang), *(c[rang % len(c)] for c in autres.values())] for rang in range(20)]
        chemin = ecrire_csv(tmp_path / "f.csv", [[*entetes, *autres], *lignes])
        return examiner_la_table(ouvrir(chemin)[0], references_communes, extrait)

    return faire


def refuse(examen: Examen, paires: Sequence[str], *nommes: str) -> str:
    with pytest.raises(ErreurCIL) as erreur:
        choisir([examen.question], paires)
    texte = exiger_du_francais(typographie(str(erreur.value)))
    assert not [nomme for nomme in nommes if nomme not in texte], texte
    return texte


def surs(*examens: Examen) -> Choix:
    return choisir_surs(inconnu for examen in examens for inconnu in examen.inconnus)


# --- Scores ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entete", "cellules", "nom"),
    [
        ("Nb pers.", ["1", "3"], "taille_menage"),
        ("Âge en années", ["34", "61"], "age"),
        ("Date dépôt dem.", ["03/01/2021", "12/2020"], "date_depot_demande"),
        ("Type financt", ["PLUS", "PLAI"], "financement"),
        ("Insee de la commune", ["72181", "72003"], "commune_insee"),
        ("Commune log.", ["Le Mans", "Allonnes"], "commune_libelle"),
        ("Quartier prioritaire QPV", ["Hors QPV", "hors quartier"], "qpv"),
        ("Catégories de prio.", ["Handicap", "DALO"], "categories_prioritaires"),
    ],
)
def test_la_premiere_proposition(examiner: Examiner, entete: str, cellules: list[str], nom: str) -> None:
    entetes = ["N° unique", "Date du bail", "Lieu", "Bailleur"]  # the columns of the commune are free
    propositions = examiner({entete: cellules}, entetes, "attributions").propositions[entete]
    assert propositions[0].nom == nom
    assert len(propositions) <= 3
    assert [p.score for p in propositions] == sorted((p.score for p in propositions), reverse=True)


def test_les_cellules_pesent_sur_le_score(examiner: Examiner) -> None:
    def score(*cellules: str) -> float:
        trouvees = examiner({"Date dépôt dem.": cellules}).propositions["Date dépôt dem."]
        return next((p.score for p in trouvees if p.nom == "date_depot_demande"), 0.0)

    entier = score("03/01/2021")
    assert entier >= SEUIL
    assert score("03/01/2021", "NC", "") == entier, "what is not given says nothing"
    assert score("03/01/2021", "quelque chose") == pytest.approx(entier / 2, abs=0.011)
    assert score("") == pytest.approx(entier / 2, abs=0.011), "an empty column is never sure"
    assert score("quelque chose") == 0.0


def test_nombre_de_pieces_n_est_pas_sur(examiner: Examiner) -> None:
    examen = examiner({"Nombre de pièces": ["1", "4"], "Nom titulaire": [""], "Étage": ["1", "2"]})
    assert examen.propositions["Nombre de pièces"][0].nom == "taille_menage"
    assert not [p for p in examen.propositions["Étage"] if p.nom == "age"], "the bounds count"
    assert surs(examen).ajouts == {}, "nor is an empty column"


# --- The extract ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entetes", "possible", "manquantes"),
    [
        (["Numéro unique dem.", "Dt signature bail", "Commune log.", "Organisme bailleurs"], "attributions",
         ["numero_unique", "date_signature_bail", "commune_insee", "bailleur"]),
        # A required column is missing; everything that is known is known to the leases too, which the others resemble.
        (["N° unique", "Date de radiation", "Commune souhaitée"], "demandes", None),
        (["N° unique", "Code INSEE", "Dt signature bail", "Organisme bailleurs"], "attributions", None),
        (["N° unique", "Code INSEE", "Un", "Deux", "Trois"], "attributions", None),
    ],
)  # fmt: skip
def test_un_extrait_incertain_se_precise(
    examiner: Examiner, references_communes: References, entetes: list[str], possible: str, manquantes: Any
) -> None:
    """What looks like an extract may be another, whose headings are unknown: they would go to the wrong dictionary."""
    examen = examiner(entetes=entetes)
    assert manquantes is None or (examen.reconnu, examen.manquantes) == (False, manquantes)
    with refuser("f.csv", "--extrait", possible):
        exiger_connus([examen], references_communes, nomme=False)
    if manquantes is None:
        exiger_connus([examen], references_communes, nomme=True)


@pytest.mark.parametrize(
    "ligne",
    [
        [numero(1), "15/03/2022", "Le Mans", "LMH"],
        ["Martin", "Le Mans", "LMH", "PLUS"],
        ["Martin", "martin@exemple.fr", "autre", "chose"],
    ],
)
def test_un_fichier_sans_en_tetes_ne_montre_pas_ses_lignes(
    tmp_path: Path, references_communes: References, ligne: list[str]
) -> None:
    autre = ["Durand", *ligne[1:]]
    chemin = ecrire_csv(tmp_path / "f.csv", [ligne, autre, [*autre[:2], "bla", "blabla"]])
    with pytest.raises(ErreurCIL) as refus:
        examiner_la_table(ouvrir(chemin)[0], references_communes, None)
    texte = exiger_un_remede(refus.value, "f.csv", "ligne")
    assert not any(cellule in texte for cellule in ligne)


def test_une_colonne_sans_en_tete(examiner: Examiner) -> None:
    examen = examiner({"": ["x"]})
    assert examen.sans_titre == ["(sans en-tête 5)"]
    assert examen.propositions == {}
    refuse(examen, ["(sans en-tête 5)=age"], "(sans en-tête 5)")


# --- Sure choices ---------------------------------------------------------------------------------------------------


def test_les_choix_surs(examiner: Examiner) -> None:
    examen = examiner({"Nb pers.": ["2"], "Téléph.": ["0600000000"], "Champ bleu": ["blabla"], "Revenu UC": ["900"]})
    choix = surs(examen)
    assert choix.ajouts == {("attributions", None): {"Nb pers.": "taille_menage"}}
    assert choix.laisses["Champ bleu"] == choix.laisses["Téléph."] == "aucune colonne proche"
    assert choix.laisses["Revenu UC"].startswith("deux colonnes proches : revenu_uc_mensuel_eur (0,82)")


@pytest.mark.parametrize(
    ("entete", "cellules"),
    [
        *((entete, [numero(rang) for rang in range(20)]) for entete in ("NUR demandeur", "N° titulaire", "Nom")),
        ("Nom titulaire", ["Martin", "Durand"]),
        ("Adresse demandeur", ["3 rue de la Paix, 72000 Le Mans"]),
    ],
)
@pytest.mark.parametrize("entetes", [CONNUS, ["Rubrique", "Jour", "Lieu", "Qui"]])
def test_rien_n_est_ecarte_comme_personnel_sans_qu_on_le_dise(
    examiner: Examiner, entete: str, cellules: list[str], entetes: list[str]
) -> None:
    """What an import looks for may be under a heading that names the applicant; what is unknown is not kept."""
    examen = examiner({entete: cellules}, entetes, "attributions")
    assert not [p for p in examen.propositions.get(entete, ()) if p.nom == "personnelle"]


def fabriquer(examen: Examen, **propositions: list[tuple[str, float]]) -> Examen:
    """The same examination, with these proposals."""
    remplacees: dict[str, Any] = {e: [Proposition(*p) for p in liste] for e, liste in propositions.items()}
    return replace(examen, propositions=remplacees)


@pytest.mark.parametrize(
    ("propositions", "ecrites"),
    [
        ({"a": [("age", SEUIL)]}, {"a": "age"}),
        ({"a": [("age", SEUIL - 0.01)]}, {}),
        ({"a": [("age", 0.95), ("qpv", 0.84)]}, {"a": "age"}),
        ({"a": [("age", 0.95), ("qpv", 0.85)]}, {}),
        ({"a": [("age", 0.95)], "b": [("age", 0.84)]}, {"a": "age"}),
        ({"a": [("age", 0.95)], "b": [("age", 0.90)]}, {}),
    ],
)
def test_le_seuil_et_la_marge(
    examiner: Examiner, propositions: dict[str, list[tuple[str, float]]], ecrites: dict[str, str]
) -> None:
    examen = examiner({"a": ["x"], "b": ["x"]})
    choix = surs(fabriquer(examen, **propositions))
    assert choix.ajouts.get(("attributions", None), {}) == ecrites
    assert set(choix.laisses) == set(propositions) - set(ecrites)


def test_les_fichiers_d_une_archive_se_departagent(examiner: Examiner) -> None:
    examen = examiner({"a": ["x"]})
    un, deux = fabriquer(examen, a=[("age", 0.95)]), fabriquer(examen, a=[("qpv", 0.95)])
    assert surs(un, un).ajouts == {("attributions", None): {"a": "age"}}
    assert surs(un, deux).ajouts == {}
    assert "ne s’accordent pas" in surs(un, deux).laisses["a"]
    assert surs(un, fabriquer(examen, a=[])).ajouts == {}


# --- Named choices --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paire", "entete", "nom"),
    [
        ("Dépôt de l’année=date_depot_demande", "Dépôt de\u00a0l'Année", "date_depot_demande"),
        (" depot DE l annee = date_depot_demande ", "Dépôt de\u00a0l'Année", "date_depot_demande"),
        ("A = B=ignoree", "A = B", "ignoree"),
        ("A | C=ignoree", "A | C", "ignoree"),
        ("Sur deux lignes=personnelle", "Sur deux lignes", "personnelle"),
        ("Un en-tête très…=ignoree", "Un en-tête très" + " très" * 60 + " long", "ignoree"),
        ("Un en-tête très très...=ignoree", "Un en-tête très" + " très" * 60 + " long", "ignoree"),
    ],
)
def test_un_choix_nomme(examiner: Examiner, paire: str, entete: str, nom: str) -> None:
    assert choisir([examiner({entete: ["x"]}).question], [paire]) == {("attributions", None): {entete: nom}}


@pytest.mark.parametrize(
    ("paires", "nommes"),
    [
        (["Un"], ["Un"]),
        (["=age"], ["=age"]),
        (["Un="], ["Un="]),
        (["Absent=age"], ["« Absent »", "f.csv"]),
        (["Un=aage"], ["« aage »", "numero_unique"]),
        (["Un=delai_mois"], ["« delai_mois »"]),
        (["Un=bailleur"], ["« bailleur »", "« Bailleur »"]),
        (["Un=age", "Deux=age"], ["« Un »", "« Deux »", "« age »"]),
        (["Un=age", "un=qpv"], ["« Un »", "« age »", "« qpv »"]),
        (["Deux b…=age"], ["« Deux b… »"]),
        (["Double=age"], ["« Double »"]),
    ],
)
def test_un_choix_refuse(examiner: Examiner, paires: list[str], nommes: list[str]) -> None:
    examen = examiner(
        {"Un": ["1"], "Deux": ["1"], "Deux bis": ["1"], "Deux bons": ["1"], "Double": ["1"], "double": ["2"]}
    )
    refuse(examen, paires, *nommes)
