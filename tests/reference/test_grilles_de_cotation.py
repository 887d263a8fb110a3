"""The grids as data: what is read, and what is refused, with the line and what to write."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.systemes.cotation import CRITERES, GRILLES, Cotation
from cil_analysis.reference.tables import en_tete

GRILLE = {"grille": "G1", "intitule": "Grille d’essai", "statut": "en vigueur", "valide_du": "2020-01-01",
          "source": "test", "confiance": "FICTIF"}  # fmt: skip
CRITERE = {"grille": "G1", "critere": "C1", "libelle": "Critère", "famille": "F", "colonne": "statut_dalo",
           "operateur": "est", "valeurs": "ACTIF", "points": "10", "cumulable": "oui", "source": "test",
           "confiance": "FICTIF"}  # fmt: skip


@pytest.fixture
def lire(reference, tmp_path):
    """Reads a project whose grids are those given."""

    def _lire(grilles: list[dict[str, str]], criteres: list[dict[str, str]]) -> Cotation:
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        shutil.copytree(reference, tmp_path / "data" / "reference")
        for nom, lignes in ((GRILLES, grilles), (CRITERES, criteres)):
            colonnes = en_tete(nom)
            texte = [";".join(colonnes), *(";".join(ligne.get(c, "") for c in colonnes) for ligne in lignes)]
            (tmp_path / "data" / "reference" / f"{nom}.csv").write_text("\n".join(texte) + "\n", "utf-8")
        return References(ouvrir_projet(tmp_path)).cotation

    return _lire


def test_le_depot_n_a_aucune_grille(reference):
    for nom in ("grilles", "criteres"):
        assert len((reference / "cotation" / f"{nom}.csv").read_text("utf-8").splitlines()) == 1


def test_un_projet_d_avant_la_cotation_n_a_pas_de_grille(reference, tmp_path):
    shutil.copytree(reference, tmp_path / "data" / "reference")
    shutil.rmtree(tmp_path / "data" / "reference" / "cotation")
    assert References(ouvrir_projet(tmp_path)).cotation.grilles == ()


def test_une_grille_et_ses_criteres(lire):
    criteres = [
        CRITERE | {"critere": "ANC", "colonne": "date_depot_demande", "operateur": "renseigne", "valeurs": "",
                   "points": "0,25", "par": "mois", "plafond": "30"},
        CRITERE | {"critere": "MUT", "colonne": "est_mutation", "valeurs": "oui", "points": "−5", "cumulable": "non"},
    ]  # fmt: skip
    [grille] = lire([GRILLE | {"bailleurs_testeurs": "LMH | SH"}], criteres).grilles
    assert (grille.debut, grille.fin, grille.testeurs) == (date(2020, 1, 1), None, ("LMH", "SH"))
    assert [(c.points, c.plafond, c.cumulable) for c in grille.criteres] == [(25, 3000, True), (-500, None, False)]


def test_la_date_d_une_grille_vient_de_son_document(lire):
    cotation = lire([GRILLE | {"valide_du": "", "document": "COTATION-ESSAI"}], [CRITERE])
    assert cotation.debut == date(2021, 12, 1)


def test_la_grille_d_un_jour(lire):
    grilles = [
        GRILLE | {"valide_au": "2021-12-31"},
        GRILLE | {"grille": "G2", "valide_du": "2022-01-01"},
        GRILLE | {"grille": "S", "statut": "simulation", "valide_du": "2022-01-01"},
    ]
    cotation = lire(grilles, [CRITERE | {"grille": code} for code in ("G1", "G2", "S")])
    jours = (date(2018, 12, 31), date(2021, 12, 31), date(2022, 12, 31))
    assert [cotation.grille_au(jour).code for jour in jours] == ["G1", "G1", "G2"], "the first one scores what precedes"
    assert [cotation.simulee_au(jour) and cotation.simulee_au(jour).code for jour in jours] == [None, None, "S"]


def test_une_grille_se_simule_a_cote_de_celle_du_jour(lire):
    autre = GRILLE | {"grille": "G2", "statut": "simulation", "valide_du": "2021-06-01"}
    assert len(lire([GRILLE, autre], [CRITERE, CRITERE | {"grille": "G2"}]).grilles) == 2
