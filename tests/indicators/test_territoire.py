"""Where and by whom: T01 to T03, M01, A01, A02."""

from __future__ import annotations

import pandas as pd
import pytest

from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    EPCI,
    HAMEAU,
    Cadre,
    attributions,
    bail,
    bailleur,
    chiffres,
    commune,
    en_qpv,
    exercice,
    fraction,
    ligne,
    reservataire,
)

AILLEURS, PARTIE = "44109", "99999"


def test_t01_les_parts_se_rapportent_a_l_epci() -> None:
    table = chiffres("T01", exercice(attributions(bail(3), bail(1, commune_insee=BOURG))))
    assert ligne(table, **commune(CENTRE))["valeur"] == 75
    assert fraction(table, **commune(BOURG)) == (1, 4)
    assert ligne(table, **commune(HAMEAU))["valeur"] == 0
    assert table["valeur"].sum() == pytest.approx(100)


def test_t01_compte_au_denominateur_une_commune_partie_dans_l_annee() -> None:
    """A lease signed while the commune was a member counts (P9), though the commune has no row on 31 December."""
    table = chiffres("T01", exercice(attributions(bail(3), bail(1, commune_insee="99999"))))
    assert fraction(table, **commune(CENTRE)) == (3, 4)


def test_t02_l_inconnu_est_une_classe() -> None:
    table = chiffres("T02", exercice(attributions(bail(5), en_qpv(3), bail(2, est_en_qpv=None))))
    assert [fraction(table, modalite=m) for m in ("QPV", "HORS_QPV", "INCONNU")] == [(3, 10), (5, 10), (2, 10)]
    vide = table[table["perimetre_code"].eq(BOURG)]
    assert vide["statut"].eq("non_calculable").all() and vide["denominateur"].eq(0).all()


def test_a01_et_a02_les_sans_nom_sont_nr() -> None:
    baux = attributions(
        bail(5), bail(3, bailleur="B2", reservataire="COLTER"), bail(2, bailleur=None, reservataire=None)
    )
    a01, a02 = chiffres("A01", exercice(baux)), chiffres("A02", exercice(baux))
    for _, lieu in a01.groupby("perimetre_type"):
        assert lieu["acteur_code"].tolist() == ["B1", "B2", "NR"], "B3 made no allocation"
    assert [fraction(a01, **bailleur(c)) for c in ("B1", "B2", "NR")] == [(5, 10), (3, 10), (2, 10)]
    assert [fraction(a02, **reservataire(c)) for c in ("COLTER", "AUCUN", "NR")] == [(3, 10), (5, 10), (2, 10)]
    assert a01["perimetre_code"].eq(EPCI).all() and a01["annee"].eq(ANNEE).all()


def test_a02_sans_la_colonne_n_est_pas_calculable() -> None:
    table = chiffres("A02", exercice(attributions(bail(12), sans=("reservataire",))))
    assert table["statut"].eq("non_calculable").all()
    assert table["valeur"].isna().all()


def test_a01_et_a02_en_qpv_et_hors_qpv() -> None:
    ex = exercice(attributions(bail(5), en_qpv(3, bailleur="B2", reservataire="COLTER"), en_qpv(1)))
    dedans, dehors = {"perimetre_type": "en_qpv"}, {"perimetre_type": "hors_qpv"}
    a01, a02 = chiffres("A01", ex), chiffres("A02", ex)
    assert [fraction(a01, **bailleur(b)) for b in ("B1", "B2")] == [(6, 9), (3, 9)]
    assert [fraction(a01, **dedans, **bailleur(b)) for b in ("B1", "B2")] == [(1, 4), (3, 4)]
    assert [fraction(a01, **dehors, **bailleur(b)) for b in ("B1", "B2")] == [(5, 5), (0, 5)]
    assert [fraction(a02, **dedans, **reservataire(r)) for r in ("COLTER", "AUCUN")] == [(3, 4), (1, 4)]
    assert [fraction(a02, **dehors, **reservataire(r)) for r in ("COLTER", "AUCUN")] == [(0, 5), (5, 5)]


# --- T01 by QPV, T01R -----------------------------------------------------------------------------------------------


def test_t01_par_quartier_un_quartier_sans_nom_est_nr() -> None:
    table = chiffres("T01", exercice(attributions(bail(5), en_qpv(3), en_qpv(2, qpv=None), bail(2, est_en_qpv=None))))
    quartiers = table[table["perimetre_type"].eq("qpv")]
    assert quartiers["perimetre_code"].tolist() == ["QP1", "NR"]
    assert fraction(table, perimetre_type="qpv", perimetre_code="QP1") == (3, 12)
    assert fraction(table, perimetre_type="qpv", perimetre_code="NR") == (2, 12)


def test_t01_un_nom_de_quartier_sans_situation_ne_fait_pas_une_attribution_en_qpv() -> None:
    """The quarter counts where the dwelling is said to be in one (D14)."""
    table = chiffres("T01", exercice(attributions(bail(4), bail(2, qpv="QP1"), bail(1, est_en_qpv=None, qpv="QP1"))))
    quartiers = table[table["perimetre_type"].eq("qpv")]
    assert quartiers["perimetre_code"].tolist() == ["QP1"], "and no row without a name"
    assert fraction(table, perimetre_type="qpv") == (0, 7)


def test_t01r_se_rapporte_au_parc() -> None:
    table = chiffres("T01R", exercice(attributions(bail(5), bail(2, commune_insee=BOURG))))
    assert fraction(table) == (7, 1050)
    assert fraction(table, **commune(CENTRE)) == (5, 1000) and ligne(table, **commune(CENTRE))["valeur"] == 0.5
    assert ligne(table, **commune(BOURG))["valeur"] == 4
    assert fraction(table, **commune(HAMEAU)) == (0, 0)
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"


def test_t01r_un_parc_inconnu_rend_l_ensemble_non_calculable() -> None:
    table = chiffres("T01R", exercice(attributions(bail(5)), cadre=Cadre(parc={CENTRE: 1000, HAMEAU: 0})))
    for place in (ligne(table), ligne(table, **commune(BOURG))):
        assert place["statut"] == "non_calculable" and pd.isna(place["numerateur"]) and pd.isna(place["denominateur"])
    assert fraction(table, **commune(CENTRE)) == (5, 1000)


# --- T03 and T03R ---------------------------------------------------------------------------------------------------


def venus(de: str | None, n: int, vers: str = CENTRE) -> list[dict[str, object]]:
    return bail(n, commune_insee=vers, commune_origine_insee=de)


PROVENANCES = (
    venus(CENTRE, 3), venus(BOURG, 1), venus(AILLEURS, 1), venus(None, 1),
    venus(CENTRE, 2, vers=BOURG), venus("HORS", 1, vers=BOURG),
)  # fmt: skip


def test_t03_d_ou_viennent_les_menages_loges() -> None:
    table = chiffres("T03", exercice(attributions(*PROVENANCES)))
    classes = [CENTRE, BOURG, HAMEAU, "HORS_EPCI", "NR"]
    assert table.loc[table["perimetre_type"].eq("epci"), "modalite"].tolist() == classes
    assert [fraction(table, modalite=m) for m in classes] == [(5, 9), (1, 9), (0, 9), (2, 9), (1, 9)]
    assert [fraction(table, **commune(CENTRE), modalite=m)[0] for m in classes] == [3, 1, 0, 1, 1]
    assert [fraction(table, **commune(BOURG), modalite=m) for m in classes] == [(2, 3), (0, 3), (0, 3), (1, 3), (0, 3)]
    assert ligne(table, **commune(HAMEAU), modalite=CENTRE)["statut"] == "non_calculable"


def test_t03_une_commune_partie_est_une_provenance_la_ou_l_on_y_a_loge() -> None:
    """A commune that left before 31 December is elsewhere, unless leases of the year were signed there (P9)."""
    ailleurs = chiffres("T03", exercice(attributions(bail(3), venus(PARTIE, 2))))
    assert fraction(ailleurs, modalite="HORS_EPCI") == (2, 5)
    ici = chiffres("T03", exercice(attributions(bail(3), venus(PARTIE, 2), venus(CENTRE, 1, vers=PARTIE))))
    assert fraction(ici, modalite=PARTIE) == (2, 6) and fraction(ici, modalite="HORS_EPCI") == (0, 6)
    assert fraction(ici, **commune(PARTIE), modalite=CENTRE) == (1, 1)


def test_t03r_ceux_qui_restent_dans_leur_commune() -> None:
    """Of the five that come from CENTRE, three are housed there; the one from BOURG is not."""
    table = chiffres("T03R", exercice(attributions(*PROVENANCES)))
    assert fraction(table, **commune(CENTRE)) == (3, 5)
    assert fraction(table, **commune(BOURG)) == (0, 1)
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"
    assert fraction(table) == (3, 6) and ligne(table)["valeur"] == 50


@pytest.mark.parametrize("code", ["T03", "T03R"])
def test_sans_la_provenance_rien_n_est_calculable(code: str) -> None:
    baux = attributions(*PROVENANCES)
    for sans in (baux.assign(commune_origine_insee=None), baux.drop(columns="commune_origine_insee")):
        table = chiffres(code, exercice(sans))
        assert table["statut"].eq("non_calculable").all()
        assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


# --- M01 ------------------------------------------------------------------------------------------------------------

MUTATIONS = (
    bail(4), bail(2, est_mutation_interne=True), bail(1, est_mutation_interne=None, est_mutation=True),
    bail(1, est_mutation_interne=None, est_mutation=None),
    bail(2, est_mutation_interne=True, est_mutation=None, commune_insee=BOURG, bailleur="B2"),
)  # fmt: skip


def test_m01_mutations_internes_et_dans_le_parc_social() -> None:
    """A tenant of the same landlord is one of the social stock, whatever the other column says."""
    table = chiffres("M01", exercice(attributions(*MUTATIONS)))
    assert fraction(table, modalite="INTERNE") == (4, 10)
    assert fraction(table, modalite="HLM") == (5, 10)
    assert fraction(table, **commune(CENTRE), modalite="INTERNE") == (2, 8)
    assert fraction(table, **commune(BOURG), modalite="INTERNE") == (2, 2)
    assert ligne(table, **commune(HAMEAU), modalite="INTERNE")["statut"] == "non_calculable"
    assert [fraction(table, **bailleur(b), modalite="INTERNE") for b in ("B1", "B2")] == [(2, 8), (2, 2)]
    assert set(table.loc[table["perimetre_type"].eq("commune") | table["acteur_type"].ne(""), "modalite"]) == {
        "INTERNE"
    }


def test_m01_la_mutation_interne_absente_n_empeche_pas_l_autre() -> None:
    table = chiffres("M01", exercice(attributions(*MUTATIONS, sans=("est_mutation_interne",))))
    assert ligne(table, modalite="INTERNE")["statut"] == "non_calculable"
    assert fraction(table, modalite="HLM") == (1, 10)
