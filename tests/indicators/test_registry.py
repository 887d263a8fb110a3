"""The registry: every indicator says what it is, and gives the columns and types of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from cil_analysis.extracts.schemas import dtypes
from cil_analysis.indicators import dimensions
from cil_analysis.indicators.cadre import CHIFFRES, CLES, COLONNES, NOMBRE, TOUTES, Indicateur, Ventilation, cadre_vide
from cil_analysis.indicators.cibles import bilan_des_objectifs
from cil_analysis.indicators.classement import Contexte, Dimension
from cil_analysis.indicators.colonnes import Classes, Colonnes
from cil_analysis.indicators.definitions import colonnes_utiles
from cil_analysis.indicators.denombrement import compter
from cil_analysis.indicators.exercice import AUTRES_EXTRAITS, EXTRAITS, Exercice
from cil_analysis.indicators.preparation import preparer_exercice
from cil_analysis.indicators.registry import INDICATEURS, PAR_CODE, calculer, calculer_ensemble, par_indicateur
from cil_analysis.indicators.regles import regles_de_comptage
from cil_analysis.indicators.termes import source_de, termes
from cil_analysis.indicators.vocabulaire import EN_NOMBRE, REGLES_DE_COMPTAGE
from cil_analysis.reference.objectives import charger_objectifs
from cil_analysis.reference.parameters import Parametres
from cil_analysis.reference.texte import typographie
from fabrique import (
    BOURG,
    CENTRE,
    REFERENCE,
    TYPES,
    Cadre,
    bail,
    dictionnaire,
    en_qpv,
    enquete,
    extrait,
    ligne_flux,
    logement,
    parametre,
    proposition,
    radiation,
)

DTYPES = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
# Those of domain.md, §4.2, that rest on the four extracts, each with its companions.
ATTENDUS = {
    "V01", "V02", "V03", "V04", "V05", "V06", "V06M", "V06P25", "V06P75", "V07", "T01", "T01R", "T02", "T03", "T03R",
    "M01", "A01", "A02", *(f"P0{n}{d}" for n in range(1, 9) for d in ("", "D")), "L01", "L01D", "L01T", "L02", "L02P",
    "L02C", "O01", "O02", "O03", "O04", "O05", "O06", "O07", "O08", "R01", "R02", "R02M", "Q01", "Q01D", "Q01R", "Q01P",
    "D01", "D01M", "D02", "D02M", "D02A", "D03", "D04", "D04M", "D05", "D06", "D07", "D07R", "D08", "D09", "D10", "D11",
    "D11A",
}  # fmt: skip

tous = pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)
Extraits = Mapping[str, pd.DataFrame]


def _extraits() -> dict[str, pd.DataFrame]:
    prioritaire = {"statut_dalo": "ACTIF", "categories_prioritaires": "m;PDALHPD", "revenu_uc_annuel_eur": 5_000}
    baux = (
        bail(12), en_qpv(11, score_cotation=45.0), bail(1, est_en_qpv=None, bailleur=None),
        bail(2, **prioritaire, est_relogement_ru=True, logement_actuel="SH", est_mutation_interne=True),
        en_qpv(2, logement_actuel="SD", revenu_uc_annuel_eur=12_000, reservataire="COLTER", financement="PLI"),
    )  # fmt: skip
    ancienne = {"date_depot_demande": pd.Timestamp(2018, 5, 1)}
    return {
        "attributions": extrait("attributions", *baux),
        "demandes": extrait(
            "demandes", bail(30), bail(2, est_mutation_interne=True, score_cotation=45.0), bail(3, **ancienne)
        ),
        "radiations": extrait(
            "radiations",
            radiation(3),
            radiation(40, motif_radiation="RADATT"),
            radiation(1, motif_radiation="DERADIATION", demande_pseudonyme="1" * 32),
        ),
        "propositions": extrait("propositions", proposition(3), proposition(2, motif_refus_demandeur="PRIX")),
        "flux": _flux(),
        "occupation": extrait(
            "occupation",
            enquete(40, nb_menages_recents=20, nb_ressources_0_20_recents=20),
            enquete(15, est_en_qpv=True, qpv="QP1"),
        ),
        "parc": extrait("parc", logement(90), logement(42, est_en_qpv=True, qpv="QP1", mode_occupation="VACANT")),
    }


def _flux() -> pd.DataFrame:
    """The bilan of a landlord, broken down in two ways, and that of another, in one."""
    du_bailleur = {"base_previsionnelle": 90.0, "nb_liberations_prevues": 80, "nb_mises_en_service_prevues": 20}
    tout = {"commune_insee": CENTRE, "est_en_qpv": True, "typologie": "T2", "financement": "PLUS",
            "periode_construction": "1971_1990", "ventilation": "COMMUNE;QPV;TYPOLOGIE;FINANCEMENT;PERIODE",
            "nb_proposes": 15, "nb_attribues": 10}  # fmt: skip
    return extrait(
        "flux",
        ligne_flux(taux_flux_pct=30.0, nb_proposes=30, nb_attribues=20, **du_bailleur),
        ligne_flux(typologie="T1", ventilation="TYPOLOGIE", nb_proposes=10, nb_attribues=8),
        ligne_flux(typologie="T2", ventilation="TYPOLOGIE", nb_proposes=20, nb_attribues=12),
        ligne_flux(reservataire=None, motif_soustraction="MUTATION", nb_soustraits=12, nb_soustraits_prevus=10),
        ligne_flux("B2", "COLTER", taux_flux_pct=20.0, base_previsionnelle=600.0, **tout),
        ligne_flux("B2", "COLTER", **tout | {"est_en_qpv": False}),
    )  # fmt: skip


def _preparer(extraits: Extraits, annee: int = 2022) -> Exercice:
    return preparer_exercice(Cadre().references(), annee, **extraits, constantes=(CENTRE, BOURG))


@cache
def _complet(annee: int) -> Exercice:
    """A year that has everything, prepared once: what counts it leaves it as it is."""
    return _preparer(_extraits(), annee)


def _calculer(indicateur: Indicateur, exercices: list[Exercice], objectifs: pd.DataFrame) -> pd.DataFrame:
    """The figures of an indicator, of those too that have none without an objective or another rule."""
    if indicateur.modalites == REGLES_DE_COMPTAGE:
        autre = preparer_exercice(Cadre().references(), 2022, **_extraits(), choix={"p3_mutations": "hors_mutations"})
        return calculer_ensemble([indicateur], [], objectifs, {"P3=hors_mutations": autre})
    if not indicateur.compte.population:
        suivis = [calculer(i, exercices, objectifs) for i in INDICATEURS if i.a_objectif]
        return bilan_des_objectifs(suivis, exercices[0].epci)
    if indicateur.unite == NOMBRE and indicateur.a_objectif:
        modele = objectifs[objectifs["id"].eq("LOI-O01")]
        ici = {"indicateur": indicateur.code.removesuffix(EN_NOMBRE), "unite": NOMBRE, "valeur": 10.0}
        lieux = [ici | ({"modalite": "DALO"} if indicateur.modalites else {})]
        if indicateur.code == f"O08{EN_NOMBRE}":
            lieux = [ici | {"acteur_type": "bailleur", "acteur_code": "*"}]
        objectifs = pd.concat([objectifs, *(modele.assign(**lieu) for lieu in lieux)], ignore_index=True)
    return calculer(indicateur, exercices, objectifs)


def test_les_codes_sont_uniques_et_complets() -> None:
    codes = [i.code for i in INDICATEURS]
    assert len(set(codes)) == len(codes) == len(PAR_CODE)
    assert set(codes) >= ATTENDUS


@tous
def test_chaque_indicateur_se_presente(indicateur: Indicateur) -> None:
    # The presentation puts the no-break spaces; nothing must be left for it to miss.
    textes = (indicateur.titre, indicateur.formule, indicateur.source, indicateur.population, indicateur.definition)
    for texte in map(typographie, textes):
        assert texte.strip() and texte == texte.strip()
        assert "'" not in texte, "typographic apostrophe"
        for avant, signe in pairwise(texte):
            assert signe not in ";:!?%" or avant in "\u202f\u00a0", f"narrow no-break space before {signe}: {texte}"
    assert indicateur.unite in {"nombre", "pct", "ratio", "mois", "points"}
    assert bool(indicateur.denominateur) is (indicateur.unite in {"pct", "ratio"})
    assert set(indicateur.regles) <= {f"P{n}" for n in range(1, 11)}


@tous
def test_le_cadre_a_les_colonnes_et_les_types_du_contrat(indicateur: Indicateur) -> None:
    cadre = _calculer(indicateur, [_complet(2021), _complet(2022)], charger_objectifs(REFERENCE / "parameters"))
    assert cadre.columns.tolist() == COLONNES
    assert not cadre.empty
    assert {c: str(cadre[c].dtype) for c in COLONNES} == DTYPES
    assert not cadre.duplicated(CLES).any()
    assert cadre["indicateur"].eq(indicateur.code).all() and cadre["unite"].eq(indicateur.unite).all()
    assert cadre["perimetre_type"].isin(["epci", "epci_constant", "commune", "qpv", "en_qpv", "hors_qpv"]).all()
    assert cadre["acteur_type"].isin(["", "bailleur", "reservataire"]).all()
    assert cadre["statut"].isin(["publie", "non_calculable", "sans_objet"]).all()
    assert cadre["statut"].eq("publie").any(), "every extract and column is there"
    assert cadre["resultat"].isin(["", "atteint", "non_atteint", "non_calculable", "sans_objet"]).all()
    assert cadre[["perimetre_code", "modalite", "sens", "acteur_code"]].notna().all(axis=None)
    assert cadre["valeur"].notna().eq(cadre["statut"].eq("publie")).all()
    pct = cadre[cadre["unite"].eq("pct") & cadre["statut"].eq("publie")]
    assert pct["valeur"].between(0, 100).all()


def test_les_chiffres_comptes_ensemble_sont_ceux_de_chaque_indicateur() -> None:
    exercices = [_preparer(_extraits(), annee) for annee in (2021, 2022)]
    objectifs = charger_objectifs(REFERENCE / "parameters")
    objectifs = objectifs.assign(valeur=objectifs["valeur"].fillna(25.0))
    comptes = [i for i in INDICATEURS if i.compte.population]
    ensemble = par_indicateur(calculer_ensemble(comptes, exercices, objectifs))
    assert list(ensemble) == [i.code for i in comptes if i.code in ensemble]
    for indicateur in comptes:
        seul = calculer(indicateur, exercices, objectifs)
        pd.testing.assert_frame_equal(ensemble.get(indicateur.code, cadre_vide()), seul)


def test_chaque_chiffre_est_le_compte_de_ses_termes() -> None:
    """Figures are counted together; disclosure control reads them one by one, by the terms of each."""
    exercice = _preparer(_extraits())
    comptes = [i for i in INDICATEURS if i.compte.population]
    cadre = calculer_ensemble(comptes, [exercice], charger_objectifs(REFERENCE / "parameters"))
    for ligne in cadre[cadre["statut"].eq("publie")].to_dict("records"):
        acteur = (ligne["acteur_type"], ligne["acteur_code"]) if ligne["acteur_type"] else None
        perimetre = ligne["perimetre_type"], ligne["perimetre_code"]
        cases = termes(PAR_CODE[ligne["indicateur"]], perimetre, acteur, ligne["modalite"])
        for nom, case in zip(("numerateur", "denominateur"), cases, strict=True):
            attendu = float("nan") if case is None else exercice.compter(case).item()
            assert ligne[nom] == attendu or (case is None and pd.isna(ligne[nom])), (ligne, case)


def test_un_extrait_n_est_classe_qu_une_fois_dans_chaque_dimension(monkeypatch: pytest.MonkeyPatch) -> None:
    classements: Counter[tuple[str, int]] = Counter()

    def compter_les_appels(nom: str, dimension: Dimension) -> Dimension:
        def classer(lignes: Colonnes, contexte: Contexte) -> Classes:
            classements[nom, id(lignes)] += 1
            return dimension.classer(lignes, contexte)

        return replace(dimension, classer=classer)

    connues = {nom: compter_les_appels(nom, dimension) for nom, dimension in dimensions.DIMENSIONS.items()}
    monkeypatch.setattr(dimensions, "DIMENSIONS", connues)
    exercice = _preparer(_extraits())
    calculer_ensemble([i for i in INDICATEURS if i.compte.population], [exercice], pd.DataFrame({"valeur": []}))
    assert {nom for nom, _ in classements} >= {"commune", "zone", "bailleur", "champ", "quartile", "depot"}
    assert set(classements.values()) == {1}
    assert len({table for _, table in classements}) <= len(exercice.lignes), "the columns of a table are read once"


def test_un_cadre_vide_a_les_memes_types() -> None:
    assert {c: str(d) for c, d in cadre_vide().dtypes.items()} == DTYPES


def test_chaque_objectif_des_referentiels_a_des_chiffres_auxquels_s_appliquer() -> None:
    """A target that the table lets an analyst fill in, and that no figure would carry, would be lost in silence."""
    ex = _preparer(_extraits())
    objectifs = charger_objectifs(REFERENCE / "parameters")
    remplis = objectifs.assign(valeur=objectifs["valeur"].fillna(25.0))
    for objectif in remplis.to_dict("records"):
        indicateur = PAR_CODE[objectif["indicateur"]]
        assert indicateur.a_objectif, objectif["id"]
        cadre = calculer(indicateur, [ex], remplis)
        cles = ["perimetre_type", "acteur_type"]
        assert cadre[cles].eq([objectif[c] for c in cles]).all(axis=1).any(), objectif["id"]


def _comptes(indicateur: Indicateur) -> list[str]:
    """The extracts that an indicator counts, as they are imported."""
    compte = indicateur.compte
    sources = [source_de(p) for p in (*compte.population.split("+"), *compte.rapporte_a.split("+"))]
    return [AUTRES_EXTRAITS.get(s, s) for s in sources if s in (*EXTRAITS, *AUTRES_EXTRAITS)]


@tous
def test_les_colonnes_citees_existent(indicateur: Indicateur) -> None:
    """The columns that a definition prints are stored ones, or the household's number, of the extracts it counts."""
    extraits = _comptes(indicateur)
    # A proposal has the score of its household, which the other extracts give.
    connues = {"numero_unique", "score_cotation"}.union(*(dtypes(dictionnaire(extrait)) for extrait in extraits))
    citees = set(colonnes_utiles(indicateur))
    assert citees <= connues
    assert bool(citees) is bool(extraits)


@tous
def test_un_chiffre_ne_depend_que_des_colonnes_citees(indicateur: Indicateur) -> None:
    """Every column that the definition does not name is emptied: no figure changes."""
    if not indicateur.compte.population or indicateur.compte.axe in ("manque", "regle"):
        return  # Counts no rows; or every column; or as another indicator does.
    citees = {*colonnes_utiles(indicateur), "commune_insee"}
    citees |= {"demande_pseudonyme"} if "numero_unique" in citees else set()  # What is stored of the number.
    pleins = _extraits()
    vides = {
        nom: table.assign(**{c: pd.Series(None, table.index).astype(TYPES[nom][c]) for c in TYPES[nom].keys() - citees})
        if nom in _comptes(indicateur)
        else table
        for nom, table in pleins.items()
    }
    ou = indicateur.ventilations or [Ventilation("epci", modalites=TOUTES if indicateur.modalites else ())]
    avant = compter(indicateur, _complet(2022), ou)
    assert compter(indicateur, _preparer(vides), ou).equals(avant)
    assert avant["valeur"].notna().any()


def test_les_lignes_faites_a_la_main_ont_les_types_de_l_import() -> None:
    groupes = {"attributions": bail(), "demandes": bail(), "radiations": radiation(), "propositions": proposition(),
               "flux": ligne_flux()}  # fmt: skip
    groupes |= {"occupation": enquete(3), "parc": logement()}
    for nom, groupe in groupes.items():
        stockes = dtypes(dictionnaire(nom))
        assert {c: str(d) for c, d in extrait(nom, groupe).dtypes.items()}.items() <= stockes.items()
    assert set(TYPES["attributions"]) == set(dtypes(dictionnaire("attributions")))
    assert set(TYPES["demandes"]) == set(dtypes(dictionnaire("demandes")))


def test_le_seuil_est_celui_de_l_annee_et_non_le_precedent() -> None:
    """P6: the threshold of a year is that of its own arrêté; a null value ends the one before."""
    references = Cadre().references()
    connus = dict(references.parametres)
    connus["seuils_quartiles.q1"] = parametre("q1", 8_000, 8_500, None)  # 2015, 2016, then « à renseigner »
    references.parametres = Parametres(connus)
    assert [regles_de_comptage(references, a).seuils[0] for a in (2015, 2016, 2017)] == [8_000, 8_500, None]
