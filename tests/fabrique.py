"""A territory, rules and rows made by hand, small enough to count on one's fingers.

The rows are as the import stores them. Those that must go through the import are drawn by oracle/fabrication.py.
Three communes: CENTRE has a QPV, BOURG has none, HAMEAU has no social dwelling. The code lists whose classes a test
counts are short ones; the others are those of data/reference.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from cil_analysis.comptage import denombrement
from cil_analysis.comptage.cibles import par_cible, suivre
from cil_analysis.comptage.denombrement import calculer_les_epci
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.grammaire.indicateur import Indicateur, Ventilation
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS
from cil_analysis.reference.colonnes import Dictionnaire, charger_dictionnaires
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclature, charger_nomenclatures
from cil_analysis.reference.parametres import Parametre, Parametres, ValeurDatee, charger_parametres
from cil_analysis.reference.regles import Choix, RegleDePriorite
from cil_analysis.reference.secteurs import Secteurs
from cil_analysis.reference.seuils import SeuilsDeLAnnee
from cil_analysis.reference.systemes.cotation import Cotation, Critere, Grille
from cil_analysis.reference.tables import en_tete
from cil_analysis.reference.territoire import Territoire
from registres import PAR_CODE

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
EPCI, DEPARTEMENT = "000000001", "99"
CENTRE, BOURG, HAMEAU = "99001", "99002", "99003"
ANNEE = 2022
Q1, Q2, Q3 = 9_000, 13_000, 18_000


@cache
def dictionnaires() -> dict[str, Dictionnaire]:
    return charger_dictionnaires(REFERENCE)


def dictionnaire(extrait: str) -> Dictionnaire:
    return dictionnaires()[extrait]


# The columns of each extract as the import stores them, and their types.
TYPES = {
    nom: dtypes(dictionnaire(nom))
    for nom in ("attributions", "demandes", "radiations", "propositions", "flux", "occupation", "parc")
}


@dataclass(frozen=True)
class Cadre:
    """What the references of a test hold. ``seuils``: Q1, Q2, Q3; None is « à renseigner »."""

    seuils: tuple[float | None, float | None, float | None] = (Q1, Q2, Q3)
    p1: str = "signature_bail"
    p3: str = "incluses"
    p4: tuple[str, ...] = ("PLI",)
    p6: str = "annee_du_bail"
    p7: str = "inferieur_ou_egal"
    p8: str = "au_denominateur"
    p9: str = "communes_a_la_date"
    p10: str = "compte_en_premier_quartile"
    delai_anormal: float | None = 36
    attente_minimale: float = 1
    cotation: Cotation = field(default_factory=lambda: cotation())
    deciles: tuple[int, int] = (2, 1)
    priorites: tuple[RegleDePriorite, ...] = ()
    source_des_priorites: str = "donnees"
    source_des_relogements: str = "donnees"
    secteurs: tuple[tuple[str, ...], ...] = ()
    parc: dict[str, float] = field(default_factory=lambda: {CENTRE: 1000.0, BOURG: 50.0, HAMEAU: 0.0})

    conventions: pd.DataFrame | None = None

    def references(self) -> Any:
        regles = {
            "comptage.p1_attribution": self.p1,
            "comptage.p3_mutations": self.p3,
            "comptage.p4_financements_exclus": self.p4,
            "comptage.p6_annee_du_seuil": self.p6,
            "comptage.p7_comparaison": self.p7,
            "comptage.p8_ressources_manquantes": self.p8,
            "comptage.p9_perimetre": self.p9,
            "comptage.p10_relogement_ru": self.p10,
            "priorites.source_des_priorites": self.source_des_priorites,
            "priorites.source_des_relogements_ru": self.source_des_relogements,
            "fichier_departemental.delai_anormalement_long": self.delai_anormal,
            "fichier_departemental.attente_minimale": self.attente_minimale,
            "cotation.deciles_bas": self.deciles[0],
            "cotation.deciles_hauts": self.deciles[1],
        }
        return SimpleNamespace(
            projet=SimpleNamespace(epci_siren=EPCI, departement=DEPARTEMENT, traite=Path("absent")),
            definitions="",
            tables=_sans_convention() if self.conventions is None else tables(conventions_flux=self.conventions),
            parametres=Parametres({nom: parametre(nom, valeur) for nom, valeur in regles.items()}),
            seuils={annee: SeuilsDeLAnnee(annee, self.seuils, "test", "C") for annee in range(2015, 2031)},
            nomenclatures=nomenclatures() | {"secteurs": secteurs(*self.secteurs).liste},
            secteurs=secteurs(*self.secteurs),
            territoire=territoire(self.parc),
            cotation=self.cotation,
            priorites=self.priorites,
            dictionnaires={extrait: dictionnaire(extrait) for extrait in (*EXTRAITS, *AUTRES_EXTRAITS.values())},
        )


def conventions(*lignes: tuple[str, str, float]) -> pd.DataFrame:
    """Conventions of gestion en flux, always in force: landlord, réservataire, rate."""
    table = pd.DataFrame(lignes, columns=["bailleur", "reservataire", "taux_pct"])
    dates = pd.Series(pd.NaT, table.index, dtype="datetime64[us]")
    return table.astype({"taux_pct": "float64"}).assign(departement=DEPARTEMENT, debut=dates, fin=dates)


def critere(code: str, colonne: str, operateur: str, valeurs: tuple[str, ...] = (), **autres: Any) -> Critere:
    """A criterion that gives 10 points once, alone in its family unless told otherwise."""
    champs: dict[str, Any] = {
        "libelle": code, "famille": code, "type": "nombre", "seuil": float("nan"), "points": 1000, "par": "",
        "plafond": None, "cumulable": True,
    }  # fmt: skip
    return Critere(code=code, colonne=colonne, operateur=operateur, valeurs=valeurs, **champs | autres)


def priorite(
    categorie: str, colonne: str, *valeurs: str, du: object = None, au: object = None, reloge: bool = False
) -> RegleDePriorite:
    """A rule that gives a category, a relogement or both, always in force unless told otherwise."""
    jours = (pd.Timestamp(du) if du else pd.NaT, pd.Timestamp(au) if au else pd.NaT)
    return RegleDePriorite(f"R-{categorie}", categorie, colonne, valeurs, *jours, "test", 2, reloge)


@cache
def secteurs(*lieux: tuple[str, ...]) -> Secteurs:
    """Secteurs that are always in force: secteur, commune, QPV, and résidence if it is one."""
    lignes = [(*lieu, "")[:4] for lieu in lieux]
    table = pd.DataFrame(lignes, columns=["secteur", "code_insee", "qpv_code", "residence"], dtype="str")
    dates = pd.Series(pd.NaT, table.index, dtype="datetime64[us]")
    autres = {"source": "test", "confiance": "FICTIF"}
    return Secteurs(table.assign(nom=table["secteur"], valide_du=dates, valide_au=dates, **autres))


def grille(code: str, *criteres: Critere, **autres: Any) -> Grille:
    champs: dict[str, Any] = {
        "intitule": code, "statut": "expérimentation", "debut": date(ANNEE, 3, 1), "fin": None,
        "testeurs": ("B1",), "source": "test", "confiance": "FICTIF",
    }  # fmt: skip
    return Grille(code=code, criteres=criteres, **champs | autres)


def cotation() -> Cotation:
    """A grid that reads the scores of the files alone, and a variant that turns their order around."""
    du_fichier = critere("score", "score_cotation", "au_moins", ("30",), seuil=30.0, points=4000)
    present = critere("present", "score_cotation", "renseigne", points=500)
    variante = critere("milieu", "score_cotation", "au_plus", ("29",), seuil=29.0)
    return Cotation(
        (grille("G1", du_fichier, present), grille("G2", variante, statut="simulation", debut=None, testeurs=()))
    )


@cache
def vraies_nomenclatures() -> dict[str, Nomenclature]:
    """The code lists of data/reference."""
    return charger_nomenclatures(REFERENCE / "nomenclatures")


@cache
def _choix() -> dict[str, tuple[object, ...]]:
    return {nom: parametre.choix for nom, parametre in charger_parametres(REFERENCE / "parameters").items()}


def parametre(nom: str, *valeurs: object) -> Parametre:
    """A parameter whose values hold from 2015, then 2016, and so on; a rule has the choices of data/reference."""
    datees = tuple(ValeurDatee(date(2015 + rang, 1, 1), v, (), "C") for rang, v in enumerate(valeurs))
    return Parametre(nom, nom, "", datees, _choix().get(nom, ()), {})


def _liste(nom: str, *codes: str, bornes: dict[str, tuple[str, str]] | None = None) -> Nomenclature:
    table = pd.DataFrame({"code": codes, "libelle": codes, "groupe": "", "alias": ""}, dtype="str")
    for borne, rang in (("minimum", 0), ("maximum", 1)):
        table[borne] = [bornes[c][rang] if bornes else "" for c in codes]
    return Nomenclature(nom, table.assign(valide_du=pd.NaT, valide_au=pd.NaT))


@cache
def _courtes() -> dict[str, Nomenclature]:
    return {
        "bailleurs": _liste("bailleurs", "B1", "B2", "B3"),
        "reservataires": _liste("reservataires", "PPRIOR", "COLTER", "AUCUN"),
        "residences": _liste("residences", "R1"),
        "typologies": _liste("typologies", "T1", "T2", "T3"),
        "situations_qpv": _liste("situations_qpv", "QPV", "HORS_QPV", "INCONNU"),
        "quartiles": _liste("quartiles", "Q1", "Q2", "Q3", "Q4", "NR"),
        "tranches_age": _liste("tranches_age", "JEUNE", "MUR", "AINE",
                               bornes={"JEUNE": ("", "29"), "MUR": ("30", "64"), "AINE": ("65", "")}),
        "tailles_menage": _liste("tailles_menage", "1", "2", "3+",
                                 bornes={"1": ("1", "1"), "2": ("2", "2"), "3+": ("3", "")}),
        "compositions_familiales": _liste("compositions_familiales", "SEUL", "COUPLE"),
        "situations_professionnelles": _liste("situations_professionnelles", "CDI", "RET"),
        "tranches_plafonds": _liste("tranches_plafonds", "INF_PLAI", "SUP_PLS"),
    }  # fmt: skip


def nomenclatures() -> dict[str, Nomenclature]:
    return vraies_nomenclatures() | _courtes()


def documents() -> pd.DataFrame:
    """A convention in force in 2022, a plan that has run out, a deliberation, and a draft without a date."""
    return _dater(
        [
            ("CIA", "Convention (CIA)", "", "CIA", "ADOPTE", "2019-06-01", "2019-01-01", "2024-12-31"),
            ("PLAN", "Plan (PPGD)", "", "PPGDLSID", "ADOPTE", None, "2015-01-01", "2020-12-31"),
            ("VOTE", "Délibération", "", "DELIBERATION", "ADOPTE", "2020-03-01", None, None),
            ("PROJET", "Projet de convention", "", "CONVENTION", "PROJET", None, None, None),
        ],
        "document intitule court type statut date_adoption debut fin",
    )


def gouvernance() -> dict[str, pd.DataFrame]:
    """Two sessions in 2022 and one in 2021, three seats, three decisions of which one is late, two actions."""
    return {
        "governance/membres": _dater(
            [
                ("M1", "Ville", "Commune", "COLLECTIVITES", "2015-10-16", None, ""),
                ("M2", "Bailleur Alpha", "Bailleur", "PROFESSIONNELS", "2015-10-16", "2022-06-30", "Fusion"),
                ("M3", "Bailleur Bêta", "Bailleur", "PROFESSIONNELS", "2022-07-01", None, "Fusion"),
            ],
            "membre organisation role college debut fin motif",
        ),
        "governance/seances": _dater(
            [
                ("S1", "2021-06-01", "PLENIERE", "", "oui"),
                ("S2", "2022-06-01", "PLENIERE", "", "oui"),
                ("S3", "2022-09-01", "BUREAU", "", ""),
            ],
            "seance date type objet quorum",
        ),
        "governance/decisions": _dater(
            [
                ("D1", "S1", "", "Adopter la grille", "2022-03-31", "EPCI", "EN_COURS", None),
                ("D2", "S2", "", "Ouvrir le portail", "2022-10-31", "EPCI", "FAITE", "2022-10-01"),
                ("D3", "S2", "", "Réviser le plan", None, "EPCI", "", None),
            ],
            "decision seance document intitule echeance responsable statut date_suivi",
        ).assign(indicateur="", perimetre=""),
        "governance/actions": _dater(
            [
                ("A1", "PLAN", "Axe 1", "Informer", "EPCI", "V02", "", "EN_COURS", "2016-01-01", None),
                ("A2", "PLAN", "Axe 1", "Former", "EPCI", "", "", "", None, None),
            ],
            "action document axe intitule pilote indicateur cible statut debut fin",
        ),
        "governance/documents": documents(),
        **{nom: pd.DataFrame(columns=en_tete(nom)) for nom in ("governance/faits", "governance/enveloppe")},
    }


def tables(conventions_flux: pd.DataFrame | None = None, **gouvernance_: pd.DataFrame) -> Tables:
    """The tables of references: those of the governance, some of them other ones, and the conventions."""
    lues = Tables(Path("absent"))
    lues.update(gouvernance() | {f"governance/{nom}": table for nom, table in gouvernance_.items()})
    lues["parameters/conventions_flux"] = conventions() if conventions_flux is None else conventions_flux
    return lues


_sans_convention = cache(tables)


def _dater(lignes: list[tuple[str | None, ...]], colonnes: str) -> pd.DataFrame:
    table = pd.DataFrame(lignes, columns=colonnes.split())
    dates = {"date", "debut", "fin", "date_adoption", "echeance", "date_suivi"}.intersection(table)
    return table.assign(source="test", confiance="L", **{c: pd.to_datetime(table[c]) for c in dates})


def territoire(parc: dict[str, float]) -> Territoire:
    jour = pd.Timestamp("2015-01-01")
    communes = pd.DataFrame({"code_insee": [CENTRE, BOURG, HAMEAU], "nom": ["Centre", "Bourg", "Hameau"]}, dtype="str")
    return Territoire(
        dossier=Path(),
        commune_centre=CENTRE,
        communes=communes.assign(membre_du=jour, membre_au=pd.Series([pd.NaT] * 3, dtype="datetime64[us]")),
        connues=communes.assign(alias=""),
        table_qpv=pd.DataFrame(
            {
                "code": ["QP1", "QN1"],
                "nom": ["Les Tours", "Les Tours"],
                "alias": "",
                "valide_du": pd.to_datetime(["2015-01-01", "2024-01-01"]),
                "valide_au": pd.to_datetime(["2023-12-31", None]),
            }
        ),
        qpv_communes=pd.DataFrame({"qpv_code": ["QP1", "QN1"], "code_insee": [CENTRE, CENTRE]}, dtype="str"),
        parc=pd.DataFrame({"code_insee": list(parc), "annee": str(ANNEE), "logements": list(parc.values())}),
        fusions=pd.DataFrame(columns=en_tete("territory/communes_fusionnees"), dtype="str"),
    )


def bail(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    """``n`` identical leases outside QPV, of a household in the second quartile and without priority."""
    ligne: dict[str, object] = {
        "demande_pseudonyme": "0" * 32,
        "date_signature_bail": pd.Timestamp(ANNEE, 6, 1),
        "date_depot_demande": pd.Timestamp(ANNEE, 1, 1),
        "date_renouvellement": pd.Timestamp(ANNEE, 3, 1),
        "commune_insee": CENTRE,
        "est_en_qpv": False,
        "qpv": None,
        "residence": None,
        "bailleur": "B1",
        "reservataire": "AUCUN",
        "financement": "PLUS",
        "typologie": "T2",
        "type_construction": "C",
        "periode_construction": "1971_1990",
        "est_relogement_ru": False,
        "est_travailleur_essentiel": False,
        "commune_origine_insee": CENTRE,
        "age": 40,
        "composition_familiale": "SEUL",
        "taille_menage": 1,
        "situation_professionnelle": "CDI",
        "nationalite": "1",
        "logement_actuel": "LP",
        "motif_demande": "09",
        "revenu_uc_annuel_eur": Q1 + 1,
        "tranche_plafonds": "INF_PLAI",
        "est_mutation_interne": False,
        "est_mutation": False,
        "categories_prioritaires": None,
        "statut_dalo": "NON",
        "score_cotation": 20.0,
        "delai_mois": 5.0,
    }
    return [ligne | colonnes for _ in range(n)]


def en_qpv(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    return bail(n, **{"est_en_qpv": True, "qpv": "QP1"} | colonnes)


def radiation(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    """``n`` identical requests radiated since nobody renewed them, each of a household that nobody knows."""
    ligne: dict[str, object] = {
        "demande_pseudonyme": None,
        "date_radiation": pd.Timestamp(ANNEE, 6, 1),
        "motif_radiation": "RADREN",
        "commune_insee": CENTRE,
        "date_depot_demande": pd.Timestamp(ANNEE - 1, 3, 1),
        "date_signature_bail": None,
    }
    return [ligne | colonnes for _ in range(n)]


def proposition(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    """``n`` identical dwellings that a commission allocated, and that nobody refused."""
    ligne: dict[str, object] = {
        "demande_pseudonyme": "0" * 32,
        "date_commission": pd.Timestamp(ANNEE, 5, 1),
        "decision": "ATTRIBUTION",
        "date_refus_demandeur": None,
        "motif_refus_demandeur": None,
        "commune_insee": CENTRE,
        "bailleur": "B1",
        "reservataire": "AUCUN",
    }
    return [ligne | colonnes for _ in range(n)]


def ligne_flux(
    bailleur: str = "B1", reservataire: str | None = "PPRIOR", **colonnes: object
) -> list[dict[str, object]]:
    """A row of the yearly bilan of a landlord to a réservataire."""
    return [dict.fromkeys(TYPES["flux"]) | {"bailleur": bailleur, "reservataire": reservataire} | colonnes]


def logement(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    """``n`` identical dwellings of the stock, let, outside QPV."""
    ligne: dict[str, object] = {
        "commune_insee": CENTRE, "est_en_qpv": False, "qpv": None, "bailleur": "B1", "typologie": "T2",
        "annee_construction": 1980, "financement": "PLUS", "mode_occupation": "LOUE", "dpe_energie": "D",
    }  # fmt: skip
    return [ligne | colonnes for _ in range(n)]


def enquete(menages: int, **colonnes: object) -> list[dict[str, object]]:
    """A row of the OPS survey: a whole commune unless asked otherwise, every household in the first class of each."""
    ligne: dict[str, object] = {nom: 0 for nom in TYPES["occupation"] if nom.startswith("nb_")} | {
        "commune_insee": CENTRE, "est_en_qpv": None, "qpv": None, "bailleur": None, "nb_logements": menages,
        "nb_menages": menages, "nb_occupants": 2 * menages, "nb_personnes_seules": menages,
        "nb_titulaires_moins_30": menages, "nb_ressources_0_20": menages,
    }  # fmt: skip
    return [ligne | colonnes]


def attributions(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    """The leases as the import stores them; ``sans``: columns that the extract does not have (all missing)."""
    return extrait("attributions", *groupes, sans=sans)


def demandes(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    return extrait("demandes", *groupes, sans=sans)


def extrait(nom: str, *groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    """The rows of an extract as the import stores them."""
    lignes = [ligne for groupe in groupes for ligne in groupe]
    colonnes = {
        colonne: pd.Series(
            [None if colonne in sans else ligne.get(colonne) for ligne in lignes], dtype="object"
        ).astype(t)
        for colonne, t in TYPES[nom].items()
    }
    return pd.DataFrame(colonnes)


def annee_complete(sans: tuple[str, ...] = ()) -> dict[str, pd.DataFrame]:
    """A year where every indicator can be computed; ``sans``: columns that no extract but the survey has."""
    prioritaire = {"statut_dalo": "ACTIF", "categories_prioritaires": "m;PDALHPD", "revenu_uc_annuel_eur": 5_000}
    baux = (
        bail(12), en_qpv(11, score_cotation=45.0), bail(1, est_en_qpv=None, bailleur=None),
        bail(2, **prioritaire, est_relogement_ru=True, logement_actuel="SH", est_mutation_interne=True),
        en_qpv(2, logement_actuel="SD", revenu_uc_annuel_eur=12_000, reservataire="COLTER", financement="PLI"),
    )  # fmt: skip
    ancienne = {"date_depot_demande": pd.Timestamp(2018, 5, 1)}
    stock = bail(30), bail(2, est_mutation_interne=True, score_cotation=45.0), bail(3, **ancienne, **prioritaire)
    radiees = (
        radiation(3), radiation(40, motif_radiation="RADATT"),
        radiation(1, motif_radiation="DERADIATION", demande_pseudonyme="1" * 32),
    )  # fmt: skip
    loue = {"date_signature_bail": pd.Timestamp(ANNEE, 6, 1), "est_en_qpv": False, "loyer_eur": 400.0,
            "taux_effort_pct": 25.0, "est_en_flux": True}  # fmt: skip
    groupes: dict[str, tuple[list[dict[str, object]], ...]] = {
        "attributions": baux,
        "demandes": stock,
        "radiations": radiees,
        "propositions": (
            proposition(3, **loue),
            proposition(2, motif_refus_demandeur="PRIX", **loue),
            proposition(1, decision="NON_ATTRIBUTION", motif_non_attribution="DOSSIER", **loue),
        ),
        "flux": _flux_complets(),
        "occupation": (
            enquete(40, nb_menages_recents=20, nb_ressources_0_20_recents=20),
            enquete(15, est_en_qpv=True, qpv="QP1"),
        ),
        "parc": (logement(90), logement(42, est_en_qpv=True, qpv="QP1", mode_occupation="VACANT")),
    }
    return {nom: extrait(nom, *siens, sans=() if nom == "occupation" else sans) for nom, siens in groupes.items()}


def _flux_complets() -> tuple[list[dict[str, object]], ...]:
    """The bilan of a landlord, broken down in two ways, and that of another, in one."""
    du_bailleur = {"base_previsionnelle": 90.0, "nb_liberations_prevues": 80, "nb_mises_en_service_prevues": 20}
    tout = {"commune_insee": CENTRE, "est_en_qpv": True, "typologie": "T2", "financement": "PLUS",
            "periode_construction": "1971_1990", "ventilation": "COMMUNE;QPV;TYPOLOGIE;FINANCEMENT;PERIODE",
            "nb_proposes": 15, "nb_attribues": 10}  # fmt: skip
    return (
        ligne_flux(taux_flux_pct=30.0, nb_proposes=30, nb_attribues=20, **du_bailleur),
        ligne_flux(typologie="T1", ventilation="TYPOLOGIE", nb_proposes=10, nb_attribues=8),
        ligne_flux(typologie="T2", ventilation="TYPOLOGIE", nb_proposes=20, nb_attribues=12),
        ligne_flux(reservataire=None, motif_soustraction="MUTATION", nb_soustraits=12, nb_soustraits_prevus=10),
        ligne_flux("B2", "COLTER", taux_flux_pct=20.0, base_previsionnelle=600.0, **tout),
        ligne_flux("B2", "COLTER", **tout | {"est_en_qpv": False}),
    )


def exercice(
    baux: pd.DataFrame,
    stock: pd.DataFrame | None = None,
    cadre: Cadre | None = None,
    annee: int = ANNEE,
    *,
    radiations: pd.DataFrame | None = None,
    propositions: pd.DataFrame | None = None,
    flux: pd.DataFrame | None = None,
    occupation: pd.DataFrame | None = None,
    parc: pd.DataFrame | None = None,
    constantes: tuple[str, ...] = (),
    choix: Choix | None = None,
) -> Exercice:
    return preparer_exercice(
        (cadre or Cadre()).references(), annee, attributions=baux, demandes=stock,
        radiations=radiations, propositions=propositions, flux=flux, occupation=occupation, parc=parc,
        constantes=constantes, choix=choix,
    )  # fmt: skip


def chiffres(code: str, ex: Exercice) -> pd.DataFrame:
    """The figures of an indicator of the registry."""
    return compter(PAR_CODE[code], ex)


Comptes = dict[str, float | tuple[float, float] | str]


def comptes(code: str, ex: Exercice) -> Comptes:
    """The figures of an indicator, by place, actor and class, as « 99001 B1 T2 »; the EPCI itself is not said.

    A figure is its two terms; its value where it has not two of them; its status where there is no figure.
    """
    lus: Comptes = {}
    for rangee in chiffres(code, ex).to_dict("records"):
        lieu, ou = rangee["perimetre_type"], rangee["perimetre_code"]
        lieu = {"epci": "", "commune": ou, "qpv": f"qpv {ou}"}.get(lieu, lieu)
        nom = " ".join(filter(None, [lieu, rangee["acteur_code"], rangee["modalite"]]))
        termes = rangee["numerateur"], rangee["denominateur"]
        assert nom not in lus, nom
        if rangee["statut"] != "publie":
            lus[nom] = rangee["statut"]
        else:
            lus[nom] = rangee["valeur"] if any(map(pd.isna, termes)) else termes
    return lus


def ligne(table: pd.DataFrame, **cles: object) -> pd.Series:
    """The only row of a frame of figures with these keys; those not given are empty, the EPCI by default."""
    attendu: dict[str, object] = {"perimetre_type": "epci", "acteur_type": "", "acteur_code": "", "modalite": ""} | cles
    if "acteur_code" in cles and "acteur_type" not in cles:
        raise ValueError("acteur_type?")
    choix = table[pd.concat([table[c].eq(v) for c, v in attendu.items()], axis=1).all(axis=1)]
    assert len(choix) == 1, f"{len(choix)} rows for {attendu}"
    return choix.iloc[0]


def fraction(table: pd.DataFrame, **cles: object) -> tuple[float, float]:
    trouvee = ligne(table, **cles)
    return float(trouvee["numerateur"]), float(trouvee["denominateur"])


def calculer_ensemble(
    indicateurs: Sequence[Indicateur],
    exercices: Sequence[Exercice],
    objectifs: pd.DataFrame,
    variantes: Collection[Exercice] = (),
) -> pd.DataFrame:
    """The unmasked figures of indicators over several years, oldest first, targets attached.

    ``variantes``: the last year by each alternative of a rule, for the tables of sensitivity.
    """
    ensemble = exercices[0].seul if len(exercices) == 1 else Ensemble(exercices)
    autrement = Ensemble([*variantes]) if variantes else None
    return next(calculer_les_epci(indicateurs, ensemble, {exercices[0].epci: objectifs}, autrement))


def compter(
    indicateur: Indicateur, exercices: Exercice | Sequence[Exercice], ventilations: Sequence[Ventilation] | None = None
) -> pd.DataFrame:
    """The unmasked figures of an indicator for a year or several, in the frame of figures.

    Where a column, an extract or a threshold is missing, the rows that need it are « non_calculable », without figures.
    """
    annees = [exercices] if isinstance(exercices, Exercice) else exercices
    voulues = indicateur.ventilations if ventilations is None else ventilations
    sans_objectif = replace(indicateur, ventilations=tuple(voulues), a_objectif=False, derniere_annee=False)
    return calculer_ensemble([sans_objectif], annees, pd.DataFrame())


def absences(indicateur: Indicateur, exercice: Exercice) -> tuple[str, ...]:
    """Why rows of an indicator cannot be computed in a year, in words."""
    [dites] = denombrement.absences(indicateur, exercice.seul)
    return dites


def attacher_cibles(cadre: pd.DataFrame, objectifs: pd.DataFrame) -> pd.DataFrame:
    """Give each row its target, see ``cibles.suivre``."""
    suivies = suivre({nom: cadre[nom].tolist() for nom in cadre.columns}, par_cible(objectifs))
    return cadre.assign(**{nom: pd.Series(c, cadre.index, cadre[nom].dtype) for nom, c in suivies.items()})
