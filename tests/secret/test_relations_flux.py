"""What the gestion en flux tells beside the bilan: one count never gives back the other."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.secret.preuve.audit import Lecteur, auditer, lire_annee
from cil_analysis.secret.preuve.dementis import Dementi
from cil_analysis.secret.preuve.protection import Examen
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, Systeme, relever
from cil_analysis.secret.relations.classes import lier_les_classes
from cil_analysis.secret.relations.ensemble import sommes_ventilees
from cil_analysis.secret.relations.liens import Somme, sommes_declarees
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from cil_analysis.systemes.flux import sans_ventilation
from cil_analysis.systemes.preparations import SansVentilation
from registres import PAR_CODE

REGLES = {2022: ReglesSecret(seuil_effectif=5, denominateur_minimal=10)}
EPCI = {"perimetre_type": "epci", "perimetre_code": "E", "acteur_type": "", "acteur_code": "", "modalite": ""}


def case(population: str, *conditions: tuple[str, str]) -> Case:
    return Case(population, frozenset(conditions))


def _lecteur(structure: Structure) -> Lecteur:
    return Lecteur(2022, PAR_CODE, REGLES[2022], structure)


def cadre(code: str, *lignes: dict[str, object]):  # type: ignore[no-untyped-def]  # an indicator and its frame
    table = pd.DataFrame([EPCI | ligne for ligne in lignes])
    return PAR_CODE[code], mettre_en_cadre(table, code, 2022, PAR_CODE[code].unite)


def liens_du_flux(connues: set[Case], structure: Structure) -> list[Somme]:
    return [*sommes_declarees(connues, structure), *sommes_ventilees(connues, structure)]


B4, COMMUNE = ("bailleur", "B4"), ("commune", "72181")
# The counts that are shown: a total, then its parts. What they leave out is of households, and is protected.
LAISSES = {
    "flux of a landlord": [case("attributions", B4), case("flux:nb_attribues", B4)],
    "flux of a commune": [case("attributions", COMMUNE), case("flux:nb_attribues", ("commune_flux", COMMUNE[1]))],
    # 44 dwellings deducted and 41 transfers tell of three households rehoused.
    "deducted": [case("flux:nb_soustraits", B4), case("attributions", B4, ("mutation_INTERNE", "oui"))],
    # So do 213 leases, 169 dwellings of the flux and 41 transfers.
    "neither flux nor transfers": [
        case("attributions", B4), case("flux:nb_attribues", B4), case("attributions", B4, ("mutation_INTERNE", "oui")),
    ],
}  # fmt: skip


@pytest.mark.parametrize("quoi", LAISSES)
def test_ce_que_des_parties_laissent_d_un_tout_est_protege(quoi: str) -> None:
    total, *parties = LAISSES[quoi]
    liens = liens_du_flux({total, *parties}, Structure())
    [(reste, restes)] = [(p[-1], r) for t, p, r in liens if t == total and list(p[:-1]) == parties]
    assert restes == {reste}


def test_un_trimestre_contient_le_precedent_et_le_dernier_est_l_annee() -> None:
    cumuls = [case("attributions", (f"cumul_T{t}", "oui")) for t in (1, 2, 3, 4)]
    annee = case("attributions")
    systeme = Systeme()
    lier_les_classes(systeme, {*cumuls, annee}, [], Structure())
    parties = {r.total: set(r.parties) for r in systeme.relations}
    apres = {n: cumuls[n].avec((f"cumul_T{n}", "non")) for n in (1, 2, 3)}
    assert parties == {cumuls[n]: {cumuls[n - 1], apres[n]} for n in (1, 2, 3)} | {annee: {cumuls[3]}}
    assert systeme.restes == set(apres.values())


@pytest.mark.parametrize(("hors_flux", "masque"), [(3, True), (20, False), (0, False)])
def test_la_difference_de_deux_comptes_n_est_pas_un_petit_effectif(hors_flux: int, masque: bool) -> None:
    """A02 and F02 of a réservataire: 60 leases and 57 dwellings of the flux would tell of three households."""
    acteur = {"acteur_type": "reservataire", "acteur_code": "COLTER"}
    autre = {"acteur_type": "reservataire", "acteur_code": "AUCUN"}
    baux = [acteur | {"numerateur": 60, "denominateur": 200}, autre | {"numerateur": 140, "denominateur": 200}]
    tables = publier_ensemble(
        [
            cadre("V01", {"numerateur": 200}),
            cadre("A02", *baux),
            cadre("F02", {"numerateur": 180 - hors_flux}, acteur | {"numerateur": 60 - hors_flux},
                  autre | {"numerateur": 120}),
        ],
        REGLES,
    )  # fmt: skip
    bilan = tables["A02"].ligne(acteur_code="COLTER")
    flux = tables["F02"].ligne(acteur_code="COLTER")
    assert bilan is not None and flux is not None
    assert bilan["statut"] == "publie", "the bilan is protected first, by itself"
    assert (flux["statut"] == "secret") is masque


def test_proposes_et_attribues_ne_disent_pas_un_petit_refus() -> None:
    """Forty-two dwellings proposed and forty allocated: two households could be told apart."""
    acteur = {"acteur_type": "bailleur", "acteur_code": "B1"}
    tables = publier_ensemble(
        [
            cadre("F01", acteur | {"numerateur": 42}),
            cadre("F02", acteur | {"numerateur": 40}),
            cadre("F03", acteur | {"numerateur": 40, "denominateur": 42}),
        ],
        REGLES,
    )
    statuts = {code: str(tables[code].donnees["statut"].iloc[0]) for code in tables}
    assert statuts["F03"] == "secret"
    assert "secret" in (statuts["F01"], statuts["F02"]), statuts


def test_la_base_et_les_reservations_sont_publiques() -> None:
    acteur = {"acteur_type": "bailleur", "acteur_code": "B1"}
    tables = publier_ensemble(
        [
            cadre("F04", acteur | {"numerateur": 3}),
            cadre("F08", acteur | {"numerateur": 4}),
            cadre("F05", acteur | {"numerateur": 2, "denominateur": 3}),
            cadre("F12", {"numerateur": 3, "denominateur": 365}),
        ],
        REGLES,
    )
    assert [str(t.donnees["statut"].iloc[0]) for t in tables.values()] == ["publie", "publie", "secret", "publie"]


def test_les_bailleurs_qui_ne_ventilent_pas_ne_disent_pas_le_reste() -> None:
    """What two zones leave out is who gives none: a masked zone would be read by subtraction."""
    proposes = "flux:nb_proposes"
    ensemble, inconnue = case(proposes), case(proposes, ("periode_construction", "NR"))
    zones = [case(proposes, ("zone", zone)) for zone in ("HORS_QPV", "QPV")]
    paires = [case(proposes, ("bailleur", b), ("reservataire", "ETAT")) for b in ("B2", "B3")]
    muets = Structure(
        sans_ventilation=frozenset(
            SansVentilation(d, b, "ETAT", False) for d in ("zone", "periode_construction") for b in ("B2", "B3")
        )
    )
    liens = {total: set(parties) for total, parties, _ in liens_du_flux({ensemble, inconnue, *zones}, muets)}
    assert liens == {ensemble: {*zones, *paires}, inconnue: set(paires)}
    assert [(t, set(p)) for t, p, _ in liens_du_flux({ensemble, *zones}, Structure())] == [(ensemble, set(zones))]
    autre = [z.avec(("reservataire", "COLTER")) for z in (ensemble, *zones)]
    liens = {total: set(parties) for total, parties, _ in liens_du_flux(set(autre), muets)}
    assert liens == {autre[0]: set(autre[1:])}, "of another réservataire all is broken down"


def test_une_ventilation_incomplete_laisse_de_quoi_hesiter() -> None:
    """Two dwellings whose zone is not known: what the zones leave out is theirs, and no other figure tells them."""
    ensemble = case("flux:nb_proposes")
    zones = [ensemble.avec(("zone", zone)) for zone in ("HORS_QPV", "QPV")]
    muet = Structure(sans_ventilation=frozenset({SansVentilation("zone", "B2", "ETAT", True)}))
    [(total, parties, restes)] = liens_du_flux({ensemble, *zones}, muet)
    inconnus = ensemble.avec(("bailleur", "B2"), ("reservataire", "ETAT"), ("zone", "NR"))
    assert (total, set(parties), restes) == (ensemble, {*zones, inconnus}, frozenset())


def test_les_communes_qui_ne_sont_pas_listees_sont_un_reste() -> None:
    """Rule P9: the flux is of the whole territory, its communes are those of the constant perimeter."""
    ensemble = case("flux:nb_attribues")
    commune = ensemble.avec(("commune_flux", "72181"))
    deux = Structure(membres=frozenset({"72181", "72003"}))
    [(total, parties, restes)] = [lien for lien in liens_du_flux({ensemble, commune}, deux) if lien[0] == ensemble]
    assert (total, parties[0], restes) == (ensemble, commune, frozenset(parties[1:]))
    assert len(restes) == 1


def test_qui_ne_ventile_pas_se_lit_dans_les_lignes() -> None:
    lignes = pd.DataFrame(
        [("B1", "ETAT", True, 5), ("B1", "ETAT", False, 5), ("B2", None, None, 30), ("B3", "ETAT", None, 2),
         ("B3", "ETAT", True, 9), ("B4", "ETAT", None, 0)],
        columns=["bailleur", "reservataire", "est_en_qpv", "nb_proposes"],
    )  # fmt: skip
    muets = set(sans_ventilation({"flux@zone": lignes.assign(nb_attribues=lignes["nb_proposes"])}))
    assert muets == {SansVentilation("zone", "B2", "NR", False), SansVentilation("zone", "B3", "ETAT", True)}


@pytest.mark.parametrize("reservataire", ["ETAT", "NR"])
def test_une_zone_ne_se_lit_pas_par_soustraction_de_qui_ne_ventile_pas(reservataire: str) -> None:
    """100 proposed, 66 out of the districts, 30 of B2 that gives no zone: four in the districts."""
    b1, b2 = ({"acteur_type": "bailleur", "acteur_code": b} for b in ("B1", "B2"))
    du_muet = {"modalite": reservataire, "numerateur": 25, "denominateur": 30}
    chiffres = cadre(
        "F03",
        {"numerateur": 83, "denominateur": 100},
        {"perimetre_type": "hors_qpv", "numerateur": 55, "denominateur": 66},
        {"perimetre_type": "en_qpv", "numerateur": 3, "denominateur": 4},
        b1 | {"modalite": "ETAT", "numerateur": 58, "denominateur": 70},
        b2 | du_muet,
    )
    structures = {2022: Structure(sans_ventilation=frozenset({SansVentilation("zone", "B2", reservataire, False)}))}
    for structure, autres in (({2022: Structure()}, 0), (structures, 1)):
        publiee = publier_ensemble([chiffres], REGLES, structure)["F03"].donnees
        assert publiee.loc[publiee["perimetre_type"].eq("en_qpv"), "statut"].eq("secret").all()
        assert bool(publiee["statut"].eq("secret").sum() > 1) == bool(autres), "once a reader knows who is mute"
    assert all(d.protegee for d in auditer({2022: publiee}, 2022, {2022: _lecteur(structures[2022])}))


def test_qui_n_a_pas_de_convention_ne_protege_personne() -> None:
    """Nobody reserves for AUCUN: its zero is known, and two masked cells of which it is one would tell the other."""
    chiffres = cadre(
        "F05",
        {"numerateur": 100, "denominateur": 110},
        *(
            {"acteur_type": "reservataire", "acteur_code": code, "numerateur": attribues, "denominateur": reserves}
            for code, attribues, reserves in (("ETAT", 71, 75), ("COLTER", 25, 30), ("AUTRES", 4, 5), ("AUCUN", 0, 0))
        ),
    )
    paires = frozenset(("B1", code) for code in ("ETAT", "COLTER", "AUTRES"))
    structures = {2022: Structure(conventions=paires)}
    publiee = publier_ensemble([chiffres], REGLES, structures)["F05"].donnees
    masques = set(publiee.loc[publiee["statut"].eq("secret"), "acteur_code"])
    assert "AUTRES" in masques and "AUCUN" not in masques and len(masques) > 1
    assert all(d.protegee for d in auditer({2022: publiee}, 2022, {2022: _lecteur(structures[2022])}))

    naive = publier_ensemble([chiffres], REGLES, {2022: Structure()})["F05"].donnees
    assert set(naive.loc[naive["statut"].eq("secret"), "acteur_code"]) == {"AUTRES", "AUCUN"}, "the cheapest partner"
    lues = auditer({2022: naive}, 2022, {2022: _lecteur(structures[2022])})
    assert not all(d.protegee for d in lues), "the proof knows the conventions, and refuses this choice"


def test_un_acteur_non_renseigne_est_present_dans_l_annee_et_peut_ne_pas_l_etre_dans_un_trimestre() -> None:
    """« NR » is listed in each quarter as soon as one lease of the year names nobody: the first may have none."""
    sans_nom = {"acteur_type": "reservataire", "acteur_code": "NR"}
    quarts = [sans_nom | {"modalite": f"T{t}", "numerateur": n} for t, n in enumerate((0, 1, 4, 12), start=1)]
    indicateur, lignes = cadre("F11", *quarts)
    presentes = relever(lignes, {"F11": indicateur}).presentes
    assert presentes == {case("attributions", ("reservataire", "NR"))}
    publiee = publier_ensemble([(indicateur, lignes)], REGLES)["F11"].donnees
    assert all(d.protegee for d in auditer({2022: publiee}, 2022, {2022: _lecteur(Structure())}))


def test_un_reservataire_liste_sans_rien_du_flux_ne_trompe_pas_qui_prouve() -> None:
    """« AUTRES » is listed for its rights: the proof, which took it to have a dwelling, refused a bilan that held."""
    comptes = {"ETAT": 20, "COLTER": 5, "AUTRES": 0}
    acteurs = [{"acteur_type": "reservataire", "acteur_code": r, "numerateur": n} for r, n in comptes.items()]
    indicateur, lignes = cadre("F02", {"numerateur": 25}, *acteurs)
    dementi = Examen(lignes, {"F02": indicateur}, Structure()).dementi
    rien = case("flux:nb_attribues", ("reservataire", "AUTRES"))
    assert dementi.absentes == {rien}
    regles = {2022: ReglesSecret(5, 10, zeros_publies=False)}
    tus = lignes["acteur_code"].isin(["COLTER", "AUTRES"])
    publiee = lignes.assign(
        statut=lignes["statut"].mask(tus, "secret"),
        numerateur=lignes["numerateur"].mask(tus),
        valeur=lignes["valeur"].mask(tus),
    )
    deduites = {}
    for sus in (Dementi(), dementi):
        lecteur = Lecteur(2022, PAR_CODE, regles[2022], Structure(), sus)
        assert (rien in lire_annee({2022: publiee}, 2022, lecteur).presentes) == (sus != dementi)
        deduites[sus == dementi] = [d for d in auditer({2022: publiee}, 2022, {2022: lecteur}) if not d.protegee]
    assert deduites[False], "COLTER would have 1 to 4"
    assert not deduites[True], "1 to 5, and AUTRES 0 to 4"
