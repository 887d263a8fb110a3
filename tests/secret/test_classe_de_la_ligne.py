"""A dimension of a project is told of the row that it classes: what links it to the others is found on lone rows."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.bloc import Bloc
from cil_analysis.grammaire.dimensions import lire_dimensions
from cil_analysis.grammaire.registre import registre_du_logiciel
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.exigences import exiger_la_ligne_seule
from messages import exiger_un_remede

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(RACINE))


def examiner(references: References, colonnes: list[str], expression: str) -> None:
    bloc = Bloc("data/reference/dimensions.yml", "x_essai", {"colonnes": colonnes, "oui": expression})
    dimensions = lire_dimensions([bloc], registre_du_logiciel().dimensions)
    exiger_la_ligne_seule(list(dimensions.values()), references)


@pytest.mark.parametrize(
    ("colonnes", "expression"),
    [
        (["age", "taille_menage"], "age >= 65 AND taille_menage = 1"),
        (["typologie"], "typologie IN ('T1', 'T2') OR typologie LIKE 'T%' -- les petits"),
        (["age"], "CASE WHEN age BETWEEN 3 AND 5 THEN NOT coalesce(age, 0)::INT > 3 ELSE lower('A') = 'a' END"),
        (["date_signature_bail"], "year(date_signature_bail) = annee"),
        (["date_signature_bail"], "age(date_signature_bail, TIMESTAMP '2020-01-01') > INTERVAL 3 MONTH"),
        (["commune_insee"], "list_contains(communes, commune_insee)"),
    ],
)
def test_ce_qui_se_dit_d_une_ligne_est_admis(references: References, colonnes: list[str], expression: str) -> None:
    examiner(references, colonnes, expression)


@pytest.mark.parametrize(
    ("colonnes", "expression", "cites"),
    [
        (["tranche_plafonds"], "count(*) OVER (PARTITION BY tranche_plafonds) >= 400", ["oui", "OVER"]),
        (["typologie"], "typologie IN (SELECT typologie FROM lignes GROUP BY ALL)", ["oui", "SELECT"]),
        (["age"], "(SELECT max(table_name) FROM duckdb_tables()) = 'a'", ["oui", "SELECT"]),
        (["age"], "COLUMNS('age') > 3", ["oui"]),
        ([], 'lignes."Numero_de_ligne" < 100', ["numero_de_ligne"]),
        ([], "exercice = 1", ["exercice"]),
        ([], "random() < 0.5", ["random"]),
        (["date_signature_bail"], "date_signature_bail > current_date", ["current_date"]),
        (["date_signature_bail"], "date_signature_bail > now()", ["now"]),
        (["date_signature_bail"], "age(date_signature_bail) > INTERVAL 3 MONTH", ["age"]),
        (["age"], "age > 3 /* ' */ AND taille_menage > 2 /* ' */", ["taille_menage"]),
        (["typologie"], "true THEN typologie ELSE 'non' END --", ["oui", "DuckDB"]),
        (["rang_score"], "rang_score IN ('BAS', 'HAUT')", ["rang_score", "docs/dictionnaire"]),
        (["demande_pseudonyme"], "demande_pseudonyme < 'b'", ["demande_pseudonyme"]),
    ],
)
def test_ce_qui_lit_autre_chose_est_refuse(
    references: References, colonnes: list[str], expression: str, cites: list[str]
) -> None:
    """A masked count was read from the difference of two figures that nothing had linked."""
    with pytest.raises(ErreurCIL) as refus:
        examiner(references, colonnes, expression)
    exiger_un_remede(refus.value, "data/reference/dimensions.yml", "x_essai", *cites)


def test_aucune_colonne_d_un_programme_n_est_admise(references: References) -> None:
    """Those that definitions name, read apart from the software that loads them."""
    fichiers = (RACINE / "src" / "cil_analysis" / "definitions").glob("*/colonnes.yml")
    ajoutees = {nom for fichier in fichiers for nom in yaml.safe_load(fichier.read_text(encoding="utf-8"))}
    recues = {colonne for dictionnaire in references.dictionnaires.values() for colonne in dictionnaire.colonnes}
    assert len(ajoutees - recues) > 5
    for nom in sorted(ajoutees - recues):
        with pytest.raises(ErreurCIL):
            examiner(references, [nom], f"{nom} IS NOT NULL")
