"""What secteurs add to the sums that a reader knows, by hand: a quarter that is cut out of its commune."""

from __future__ import annotations

from dataclasses import replace

from test_cases import CHAMP, EN_QPV, EPCI, HORS_QPV, Q, case, chiffre
from test_relations import somme, sommes, systeme

from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.territoire import lieux_des_secteurs
from fabrique import ANNEE, BOURG, CENTRE, HAMEAU, Cadre

# Two communes less a quarter, the quarter, and the third commune.
LIEUX = (("NORD", CENTRE, ""), ("NORD", HAMEAU, ""), ("TOURS", "", "QP1"), ("SUD", BOURG, ""))
STRUCTURE = Structure(
    communes_en_qpv=frozenset([CENTRE]),
    liens=frozenset([("QP1", CENTRE)]),
    secteurs=frozenset(lieux_des_secteurs(Cadre(secteurs=LIEUX).references(), ANNEE, [("QP1", CENTRE)])),
)
NORD, SUD, TOURS = (("secteur", code) for code in ("NORD", "SUD", "TOURS"))
COMMUNES = [("commune", code) for code in (CENTRE, BOURG, HAMEAU)]


def test_un_secteur_est_la_somme_de_ses_communes_moins_un_quartier() -> None:
    lignes = [chiffre("O15", EPCI, modalite=code) for _, code in (NORD, SUD, TOURS)]
    obtenu = systeme(*lignes, *(chiffre("O04", commune) for commune in COMMUNES), structure=STRUCTURE)
    centre, bourg, hameau = (case(CHAMP, commune) for commune in COMMUNES)
    dites = sommes(obtenu)
    for secteur in (NORD, SUD, TOURS):
        assert somme(case(CHAMP, secteur), *(case(CHAMP, secteur, commune) for commune in COMMUNES)) in dites
    assert somme(centre, *(centre.avec(secteur) for secteur in (NORD, SUD, TOURS))) in dites
    # A village is all of one secteur; of the central commune, two secteurs have a part that a difference would tell.
    assert {bourg.avec(NORD), hameau.avec(TOURS), centre.avec(SUD)} <= obtenu.nulles
    assert {centre.avec(NORD), centre.avec(TOURS)} <= obtenu.restes
    assert not {bourg.avec(SUD), hameau.avec(NORD)} & obtenu.restes


def test_une_residence_prend_a_sa_commune_ce_que_nul_autre_ne_dit() -> None:
    """The village is then of two secteurs, of which a difference would tell; a résidence may be inside a quarter."""
    lieux = (*LIEUX, ("TOURS", HAMEAU, "", "R1"), ("SUD", CENTRE, "", "R2"))
    secteurs = frozenset(lieux_des_secteurs(Cadre(secteurs=lieux).references(), ANNEE, [("QP1", CENTRE)]))
    assert secteurs - STRUCTURE.secteurs == {
        *(("TOURS", HAMEAU, quartier) for quartier in ("", "NR")),
        *(("SUD", CENTRE, quartier) for quartier in ("", "NR", "QP1")),
    }
    lignes = [chiffre("O15", EPCI, modalite=code) for _, code in (NORD, SUD, TOURS)]
    lignes += [chiffre("O04", commune) for commune in COMMUNES]
    obtenu = systeme(*lignes, structure=replace(STRUCTURE, secteurs=secteurs))
    centre, bourg, hameau = (case(CHAMP, commune) for commune in COMMUNES)
    assert {hameau.avec(NORD), hameau.avec(TOURS), centre.avec(SUD)} <= obtenu.restes
    assert {bourg.avec(NORD), hameau.avec(SUD)} <= obtenu.nulles


def test_ce_qu_un_secteur_laisse_des_quartiers_est_un_reste() -> None:
    """Were another quarter in the north, the figures inside quarters less those of the towers would tell of it."""
    sans_nom = {("NORD", CENTRE, "NR")}
    lignes = [chiffre("O15", EPCI, modalite=code) for _, code in (NORD, SUD, TOURS)]
    obtenu = systeme(*lignes, chiffre("O04", EN_QPV), chiffre("O04", HORS_QPV), structure=STRUCTURE)
    assert sans_nom <= STRUCTURE.secteurs
    assert case(CHAMP, Q, NORD) in obtenu.restes
    assert case(CHAMP, Q, SUD) in obtenu.nulles


def test_un_quartier_seul_est_son_secteur() -> None:
    tours = [chiffre("O14", EPCI, modalite=code) for _, code in (NORD, SUD, TOURS)]
    obtenu = systeme(*tours, chiffre("O02", ("qpv", "QP1")), structure=STRUCTURE)
    quartier = case(CHAMP, Q, ("qpv", "QP1"))
    assert somme(quartier, *(quartier.avec(s) for s in (NORD, SUD, TOURS))) in sommes(obtenu)
    assert {quartier.avec(NORD), quartier.avec(SUD)} <= obtenu.nulles


def test_sans_secteur_rien_n_est_lie() -> None:
    lignes = [*(chiffre("O04", commune) for commune in COMMUNES), chiffre("O04", EN_QPV)]
    assert sommes(systeme(*lignes, structure=STRUCTURE)) == sommes(
        systeme(*lignes, structure=Structure(STRUCTURE.liens, communes_en_qpv=STRUCTURE.communes_en_qpv))
    )
