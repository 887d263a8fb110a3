"""Categories by rule: who has them, by whose word, and what is refused. Figures are worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.comptage.preparation import preparer_variantes
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.regles import regles_de_comptage
from cil_analysis.systemes.priorites import deduire, inclusions, regroupements
from fabrique import ANNEE, Cadre, absences, attributions, bail, comptes, exercice, priorite
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
    deduites = deduire(baux, "categories_prioritaires", (datee, autre, EXPULSES))
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
        [(classe, autre, dites, _)] = regroupements(references, pd.Timestamp(ANNEE, 12, 31).date())
        assert (classe, autre, set(dites)) == (("prioritaire", "oui"), "origine_priorite", classes)


def test_le_secret_sait_quels_publics_les_regles_disent_tous_prioritaires() -> None:
    """A housing that a rule of the whole year reads; not one that it reads in part, or for a part of the year."""
    abri, hotel = ("SD", "SQUAT", "CAMCAR"), ("SH",)
    sans_abri, deduite, tous = ("public_SANS_ABRI", "oui"), ("priorite_deduite", "oui"), ("prioritaire", "oui")
    jour = pd.Timestamp(ANNEE, 12, 31).date()
    for regle, source, attendues in (
        (priorite("k", "logement_actuel", *abri), "donnees", {(sans_abri, deduite)}),
        (priorite("k", "logement_actuel", *abri), "deduites", {(sans_abri, deduite), (sans_abri, tous)}),
        (priorite("k", "logement_actuel", *hotel), "donnees", set()),
        (priorite("k", "logement_actuel", *abri, du=f"{ANNEE}-03-01"), "donnees", set()),
    ):
        references = Cadre(priorites=(regle,), source_des_priorites=source).references()
        assert set(inclusions(references, jour)) == attendues
    assert not list(inclusions(Cadre().references(), jour))


# --- Lists of N° uniques, and relogements by rule

A_RELOGER, SUR_SYPLO = priorite("", "listes", "RU", reloge=True), priorite("PDALHPD", "listes", "SYPLO")
LUES: dict[str, object] = {"listes_lues": "SYPLO;RU", "revenu_uc_annuel_eur": 90_000}
# Of 10 of high incomes: two rehoused by the file alone, three by the list alone, one by both; one without a number.
RELOGEMENTS = (
    bail(2, **LUES, est_relogement_ru=True), bail(2, **LUES, listes="RU"), bail(1, **LUES, listes="SYPLO;RU"),
    bail(1, **LUES, listes="RU", est_relogement_ru=True), bail(1, **LUES, listes="SYPLO"), bail(2, **LUES),
    bail(1, revenu_uc_annuel_eur=90_000, est_relogement_ru=None),
)  # fmt: skip


@pytest.mark.parametrize(("source", "reloges"), [("donnees", 3), ("deduites", 4), ("l_une_ou_l_autre", 6)])
@pytest.mark.parametrize("p10", ["compte_en_premier_quartile", "selon_ressources"])
def test_une_liste_de_relogements_compte_en_o01_et_en_o06(source: str, reloges: int, p10: str) -> None:
    cadre = Cadre(priorites=(A_RELOGER,), source_des_relogements=source, p10=p10)
    ex = exercice(attributions(*RELOGEMENTS), cadre=cadre)
    assert comptes("O06", ex)[""] == (reloges, 10)
    assert comptes("O01", ex)[""] == (reloges if p10 == "compte_en_premier_quartile" else 0, 10)
    assert ex.lignes["attributions"]["est_relogement_ru"].isna().sum() == 1, "nobody knows of a row without a number"


def test_une_liste_donne_une_categorie_et_un_menage_en_a_plusieurs() -> None:
    ex = exercice(attributions(*RELOGEMENTS), cadre=Cadre(priorites=(SUR_SYPLO,), source_des_priorites="deduites"))
    assert comptes("O04", ex)[""] == (2, 10) and comptes("O06", ex)[""] == (3, 10)


@pytest.mark.parametrize("lues", [None, "SYPLO"])
def test_une_liste_que_l_import_n_a_pas_lue_arrete_le_compte_qui_repose_sur_elle(lues: str | None) -> None:
    """That a list was read and finds nobody is an answer; that it was not read is none."""
    baux = attributions(bail(10, listes_lues=lues, listes=lues))
    relisez = "--extrait attributions --liste RU=LISTE" + (" --liste SYPLO=LISTE" if lues else "")
    for nom, regle in (("relogements", A_RELOGER), ("priorites", priorite("PDALHPD", "listes", "RU", "SYPLO"))):
        with pytest.raises(ErreurCIL, match=rf"ligne 2.*RU.*{relisez}.*source_des_{nom}"):
            exercice(baux, cadre=Cadre(priorites=(regle,), **{f"source_des_{nom}": "deduites"}))
        exercice(baux, cadre=Cadre(priorites=(regle,)))
    personne = attributions(bail(10, listes_lues="RU"))
    ex = exercice(personne, cadre=Cadre(priorites=(A_RELOGER,), source_des_relogements="deduites"))
    assert comptes("O06", ex)[""] == (0, 10)


def test_les_autres_regles_de_comptage_comptent_les_memes_relogements() -> None:
    """O01 under another rule rests on what the rules say, as O01 does."""
    cadre = Cadre(priorites=(A_RELOGER,), source_des_relogements="deduites")
    baux = attributions(*RELOGEMENTS)
    ex = exercice(baux, cadre=cadre)
    autre = preparer_variantes(
        cadre.references(), ex, {"attributions": baux}, {"P3": {"p3_mutations": "hors_mutations"}}
    )["P3"]
    assert comptes("O01", autre)["P3"] == comptes("O01", ex)[""] == (4, 10)


def test_les_relogements_par_regle_rompent_la_serie_et_n_ont_pas_de_requete() -> None:
    cadre = Cadre(priorites=(A_RELOGER,), source_des_relogements="deduites")
    dites = regles_de_comptage(cadre.references(), ANNEE).colonnes_deduites
    assert list(dites) == ["est_relogement_ru"] and "R-" in dites["est_relogement_ru"]
