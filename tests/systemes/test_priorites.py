"""Categories by rule: who has them, by whose word, and what is refused. Figures are worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.comptage.denombrement import absences
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.regles import regles_de_comptage
from cil_analysis.systemes.priorites import deduire, regroupements
from fabrique import ANNEE, Cadre, attributions, bail, comptes, exercice, priorite
from registres import PAR_CODE

NC = "non_calculable"
SANS_ABRI = priorite("k", "logement_actuel", "SD", "SQUAT")
EXPULSES = priorite("l", "motif_demande", "05")
RELOGES = priorite("f", "est_relogement_ru", "oui")
REGLES = (SANS_ABRI, EXPULSES, RELOGES)
# Of 12: two by the file alone, three by the rules alone, one by both, one by a DALO status, one lapsed; four by none.
BAUX = (
    bail(2, categories_prioritaires="a"),
    bail(2, logement_actuel="SD"), bail(1, motif_demande="05", logement_actuel="SQUAT"),
    bail(1, categories_prioritaires="a", est_relogement_ru=True),
    bail(1, statut_dalo="ACTIF"), bail(1, categories_prioritaires="DALO", statut_dalo="CADUC"),
    bail(4),
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "prioritaires", "sans_abri"),
    [("donnees", 4, 0), ("deduites", 5, 3), ("l_une_ou_l_autre", 7, 3)],
)
def test_le_parametre_choisit_qui_dit_la_priorite(source: str, prioritaires: int, sans_abri: int) -> None:
    ex = exercice(attributions(*BAUX), cadre=Cadre(priorites=REGLES, source_des_priorites=source))
    assert comptes("O04", ex)[""] == comptes("O04", ex)["AUCUN"] == (prioritaires, 12)
    assert [comptes(code, ex)[""] for code in ("O10", "O11", "O12")] == [(4, 12), (5, 12), (2, 12)]
    assert sum(ex.lignes["attributions"]["categories_prioritaires"].str.contains("k").fillna(False)) == sans_abri


def test_sans_regle_rien_ne_change() -> None:
    pour_personne = priorite("k", "logement_actuel", "SD", au=f"{ANNEE - 1}-12-31")
    for regles in ((), (pour_personne,)):
        cadre = Cadre(priorites=regles, source_des_priorites="deduites")
        ex = exercice(attributions(*BAUX), cadre=cadre)
        assert comptes("O04", ex)[""] == (4, 12) and comptes("O10", ex)[""] == NC
        assert "règle" in absences(PAR_CODE["O11"], ex)[0]
        assert regles_de_comptage(cadre.references(), ANNEE).colonnes_deduites == {}


def test_une_regle_vaut_au_jour_du_bail_et_une_categorie_vient_une_fois() -> None:
    baux = attributions(
        bail(1, logement_actuel="SD", motif_demande="05"),
        bail(1, logement_actuel="SD", date_signature_bail=pd.Timestamp(ANNEE, 3, 1)),
        bail(1, logement_actuel="SD", date_signature_bail=pd.Timestamp(ANNEE, 2, 28)),
        bail(1, logement_actuel=None),
    )
    datee = priorite("k", "logement_actuel", "SD", du=f"{ANNEE}-03-01")
    autre = priorite("k", "motif_demande", "05")
    deduites = deduire(baux, (datee, autre, EXPULSES))
    assert deduites.fillna("").tolist() == ["k;l", "k", "", ""]


def test_une_colonne_absente_arrete_le_compte_qui_repose_sur_elle() -> None:
    baux = attributions(*BAUX, sans=("motif_demande",))
    with pytest.raises(ErreurCIL, match=r"priorites.csv, ligne 2\s: .*R-l.*Motif de la demande.*datez"):
        exercice(baux, cadre=Cadre(priorites=REGLES, source_des_priorites="deduites"))
    ex = exercice(baux, cadre=Cadre(priorites=REGLES))
    assert comptes("O04", ex)[""] == (4, 12) and comptes("O12", ex)[""] == NC


def test_le_secret_sait_de_qui_prioritaire_est_la_somme() -> None:
    """What the file alone, or the rules alone, say is a small count: it must not come out by subtraction."""
    for source, classes in (("donnees", {"FICHIER", "LES_DEUX"}), ("deduites", {"REGLES", "LES_DEUX"}),
                            ("l_une_ou_l_autre", {"FICHIER", "REGLES", "LES_DEUX"})):  # fmt: skip
        references = Cadre(priorites=REGLES, source_des_priorites=source).references()
        [(classe, autre, dites)] = regroupements(references, pd.Timestamp(ANNEE, 12, 31).date())
        assert (classe, autre, set(dites)) == (("prioritaire", "oui"), "origine_priorite", classes)
