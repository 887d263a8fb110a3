"""A territory, rules and rows made by hand, small enough to count on one's fingers.

Three communes: CENTRE has a QPV, BOURG has none, HAMEAU has no social dwelling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from cil_analysis.indicators.exercice import Exercice, preparer_exercice
from cil_analysis.reference.columns import Dictionnaire, charger_dictionnaires
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.parameters import Parametre, Parametres, ValeurDatee
from cil_analysis.reference.territory import Territoire

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
EPCI = "000000001"
CENTRE, BOURG, HAMEAU = "99001", "99002", "99003"
ANNEE = 2022
Q1, Q2, Q3 = 9_000, 13_000, 18_000

_TYPES_COMMUNS = {
    "demande_pseudonyme": "str", "date_depot_demande": "datetime64[us]", "commune_insee": "str", "typologie": "str",
    "age": "Int64", "composition_familiale": "str", "taille_menage": "Int64", "situation_professionnelle": "str",
    "revenu_uc_annuel_eur": "Float64", "tranche_plafonds": "str", "est_mutation_interne": "boolean",
    "categories_prioritaires": "str", "statut_dalo": "str",
}  # fmt: skip
_TYPES_BAUX = {
    "date_signature_bail": "datetime64[us]", "est_en_qpv": "boolean", "qpv": "str", "bailleur": "str",
    "reservataire": "str", "financement": "str", "est_relogement_ru": "boolean", "delai_mois": "Float64",
}  # fmt: skip


@dataclass(frozen=True)
class Cadre:
    """What the references of a test hold. ``seuils``: Q1, Q2, Q3; None is « à renseigner »."""

    seuils: tuple[float | None, float | None, float | None] = (Q1, Q2, Q3)
    p3: str = "incluses"
    p4: tuple[str, ...] = ("PLI",)
    p7: str = "inferieur_ou_egal"
    p8: str = "au_denominateur"
    parc: dict[str, float] = field(default_factory=lambda: {CENTRE: 1000.0, BOURG: 50.0, HAMEAU: 0.0})

    def references(self) -> Any:
        regles = {
            "comptage.p3_mutations": self.p3,
            "comptage.p4_financements_exclus": self.p4,
            "comptage.p7_comparaison": self.p7,
            "comptage.p8_ressources_manquantes": self.p8,
            **{f"seuils_quartiles.q{i}": s for i, s in enumerate(self.seuils, start=1)},
        }
        return SimpleNamespace(
            projet=SimpleNamespace(epci_siren=EPCI),
            parametres=Parametres({nom: parametre(nom, valeur) for nom, valeur in regles.items()}),
            nomenclatures=nomenclatures(),
            territoire=territoire(self.parc),
            dictionnaires={extrait: dictionnaire(extrait) for extrait in ("attributions", "demandes")},
        )


@cache
def dictionnaire(extrait: str) -> Dictionnaire:
    return charger_dictionnaires(REFERENCE)[extrait]


def parametre(nom: str, *valeurs: object) -> Parametre:
    """A parameter whose values hold from 2015, then 2016, and so on."""
    datees = tuple(ValeurDatee(date(2015 + rang, 1, 1), v, (), "C") for rang, v in enumerate(valeurs))
    return Parametre(nom, nom, "", datees, (), {})


def _liste(nom: str, *codes: str, bornes: dict[str, tuple[str, str]] | None = None) -> Nomenclature:
    table = pd.DataFrame({"code": codes, "libelle": codes, "groupe": "", "alias": ""}, dtype="str")
    for borne, rang in (("minimum", 0), ("maximum", 1)):
        table[borne] = [bornes[c][rang] if bornes else "" for c in codes]
    return Nomenclature(nom, table.assign(valide_du=pd.NaT, valide_au=pd.NaT))


def nomenclatures() -> dict[str, Nomenclature]:
    return {
        "bailleurs": _liste("bailleurs", "B1", "B2", "B3"),
        "reservataires": _liste("reservataires", "PPRIOR", "COLTER", "AUCUN"),
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


def territoire(parc: dict[str, float]) -> Territoire:
    jour = pd.Timestamp("2015-01-01")
    communes = pd.DataFrame({"code_insee": [CENTRE, BOURG, HAMEAU], "nom": ["Centre", "Bourg", "Hameau"]}, dtype="str")
    return Territoire(
        dossier=Path(),
        commune_centre=CENTRE,
        communes=communes.assign(membre_du=jour, membre_au=pd.Series([pd.NaT] * 3, dtype="datetime64[us]")),
        connues=communes,
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
    )


def bail(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    """``n`` identical leases outside QPV, of a household in the second quartile and without priority."""
    ligne: dict[str, object] = {
        "demande_pseudonyme": "0" * 32,
        "date_signature_bail": pd.Timestamp(ANNEE, 6, 1),
        "date_depot_demande": pd.Timestamp(ANNEE, 1, 1),
        "commune_insee": CENTRE,
        "est_en_qpv": False,
        "qpv": None,
        "bailleur": "B1",
        "reservataire": "AUCUN",
        "financement": "PLUS",
        "typologie": "T2",
        "est_relogement_ru": False,
        "age": 40,
        "composition_familiale": "SEUL",
        "taille_menage": 1,
        "situation_professionnelle": "CDI",
        "revenu_uc_annuel_eur": Q1 + 1,
        "tranche_plafonds": "INF_PLAI",
        "est_mutation_interne": False,
        "categories_prioritaires": None,
        "statut_dalo": "NON",
        "delai_mois": 5.0,
    }
    return [ligne | colonnes for _ in range(n)]


def en_qpv(n: int = 1, **colonnes: object) -> list[dict[str, object]]:
    return bail(n, **{"est_en_qpv": True, "qpv": "QP1"} | colonnes)


def attributions(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    """The leases as the import stores them; ``sans``: columns that the extract does not have (all missing)."""
    return _table([ligne for groupe in groupes for ligne in groupe], _TYPES_COMMUNS | _TYPES_BAUX, sans)


def demandes(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    return _table([ligne for groupe in groupes for ligne in groupe], _TYPES_COMMUNS, sans)


def _table(lignes: list[dict[str, object]], types: dict[str, str], sans: tuple[str, ...]) -> pd.DataFrame:
    colonnes = {
        nom: pd.Series([None if nom in sans else ligne[nom] for ligne in lignes], dtype="object").astype(dtype)
        for nom, dtype in types.items()
    }
    return pd.DataFrame(colonnes)


def exercice(
    baux: pd.DataFrame, stock: pd.DataFrame | None = None, cadre: Cadre | None = None, annee: int = ANNEE
) -> Exercice:
    return preparer_exercice((cadre or Cadre()).references(), annee, baux, stock)


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


def commune(code: str) -> dict[str, str]:
    return {"perimetre_type": "commune", "perimetre_code": code}


def bailleur(code: str) -> dict[str, str]:
    return {"acteur_type": "bailleur", "acteur_code": code}


def reservataire(code: str) -> dict[str, str]:
    return {"acteur_type": "reservataire", "acteur_code": code}
