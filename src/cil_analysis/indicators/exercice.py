"""One year ready to be counted: its rows with the derived classes, and the rules that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclature

# L441-1 counts a household recognised by DALO while its right stands; CADUC does not (architecture, D11).
_DALO_EN_COURS = ("ACTIF", "ACTREL")
# What the derived classes are made from, in both extracts.
_COLONNES_UTILES = ("revenu_uc_annuel_eur", "age", "taille_menage", "categories_prioritaires", "statut_dalo")
# A household of no category, a dwelling in no QPV: blank says so, and is not missing.
_VIDE_EST_UNE_REPONSE = ("codes", "qpv")


@dataclass(frozen=True)
class Regles:
    """The counting rules of a year (data/reference/parameters/comptage.yml, P1 to P10) and the income thresholds.

    ``seuils``: Q1, Q2, Q3 in euros per UC and year; None is « à renseigner ».
    """

    p3_mutations: str
    p4_financements_exclus: tuple[str, ...]
    p7_comparaison: str
    p8_ressources_manquantes: str
    seuils: tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Exercice:
    """The rows of one year and what they are counted by.

    ``attributions``: one row is one lease; ``objectifs``: those of them that count for the objectives (P3, P4);
    ``demandes``: one row is one active request at 31 December, None when the extract was not imported. ``communes``:
    the members at 31 December, in report order; ``communes_avec_qpv``: those with a QPV then. ``colonnes``: by extract,
    the stored columns whose completeness counts.
    """

    annee: int
    epci: str
    communes: tuple[str, ...]
    attributions: pd.DataFrame
    objectifs: pd.DataFrame
    demandes: pd.DataFrame | None
    regles: Regles
    nomenclatures: Mapping[str, Nomenclature]
    parc_social: Mapping[str, float]
    qpv: tuple[str, ...]
    communes_avec_qpv: frozenset[str]
    colonnes: Mapping[str, tuple[str, ...]]


def regles_de_comptage(references: References, annee: int) -> Regles:
    """The rules in force on 31 December of a year. The threshold of a year is that of its own arrêté (P6).

    Raises ErreurCIL for a threshold that is no number, or a rule without a value.
    """
    jour = date(annee, 12, 31)
    parametres = references.parametres

    def seuil(nom: str) -> float | None:
        valeur = parametres[f"seuils_quartiles.{nom}"].valeur(jour)
        if valeur is None:
            return None
        if isinstance(valeur, bool) or not isinstance(valeur, int | float):
            raise ErreurCIL(
                f"data/reference/parameters/seuils_quartiles.yml : la valeur « {valeur} » de « {nom} » pour {annee} "
                "n’est pas un nombre. Écrivez-la sans espace ni guillemets, avec un point décimal : 9000.5."
            )
        return float(valeur)

    regles = {}
    for nom in (nom for nom in parametres if nom.startswith("comptage.")):
        regles[nom.removeprefix("comptage.")] = parametres[nom].valeur(jour)
    vides = [nom for nom, valeur in regles.items() if valeur is None]
    if vides:
        raise ErreurCIL(
            f"data/reference/parameters/comptage.yml : la règle « {vides[0]} » n’a pas de valeur pour {annee}. Un "
            "comptage sans règle n’a pas de sens : donnez-lui l’un de ses « choices »."
        )
    exclus = regles["p4_financements_exclus"]
    return Regles(
        p3_mutations=str(regles["p3_mutations"]),
        p4_financements_exclus=tuple(str(code) for code in exclus) if isinstance(exclus, tuple | list) else (),
        p7_comparaison=str(regles["p7_comparaison"]),
        p8_ressources_manquantes=str(regles["p8_ressources_manquantes"]),
        seuils=(seuil("q1"), seuil("q2"), seuil("q3")),
    )


def preparer_exercice(
    references: References, annee: int, attributions: pd.DataFrame, demandes: pd.DataFrame | None
) -> Exercice:
    """Derive the classes that indicators count by, and apply the counting rules of the year."""
    jour = date(annee, 12, 31)
    regles = regles_de_comptage(references, annee)
    quartiers = tuple(references.territoire.qpv(jour)["code"])
    liens = references.territoire.qpv_communes
    enrichies = _enrichir(attributions, references.nomenclatures, regles)
    enrichies["situation_qpv"] = (
        enrichies["est_en_qpv"].map({True: "QPV", False: "HORS_QPV"}).astype("str").fillna("INCONNU")
    )
    return Exercice(
        annee=annee,
        epci=references.projet.epci_siren,
        communes=tuple(references.territoire.membres(jour)["code_insee"]),
        attributions=enrichies,
        objectifs=_champ_des_objectifs(enrichies, regles),
        demandes=None if demandes is None else _enrichir(demandes, references.nomenclatures, regles),
        regles=regles,
        nomenclatures=references.nomenclatures,
        parc_social={str(c): float(n) for c, n in references.territoire.parc_social(annee).dropna().items()},
        qpv=quartiers,
        communes_avec_qpv=frozenset(liens.loc[liens["qpv_code"].isin(quartiers), "code_insee"]),
        colonnes={
            nom: tuple(
                c.nom
                for c in dictionnaire.colonnes.values()
                if c.conservation == "gardee" and c.type not in _VIDE_EST_UNE_REPONSE
            )
            for nom, dictionnaire in references.dictionnaires.items()
        },
    )


def _champ_des_objectifs(attributions: pd.DataFrame, regles: Regles) -> pd.DataFrame:
    """The allocations that count for the objectives: P3 (internal mutations) and P4 (financing)."""
    garde = ~attributions["financement"].isin(regles.p4_financements_exclus)
    if regles.p3_mutations == "exclues":
        garde &= ~attributions["est_mutation_interne"].fillna(False).astype(bool)
    return attributions[garde]


def _enrichir(lignes: pd.DataFrame, nomenclatures: Mapping[str, Nomenclature], regles: Regles) -> pd.DataFrame:
    absentes = [nom for nom in _COLONNES_UTILES if nom not in lignes]
    if absentes:
        raise ErreurCIL(
            f"La colonne « {absentes[0]} » manque au dictionnaire de l’extrait (data/reference/columns) : remettez sa "
            "ligne, puis réimportez l’extrait."
        )
    table = lignes.copy()
    table["quartile"] = _quartile(table["revenu_uc_annuel_eur"], regles)
    table["tranche_age"] = _classer(table["age"], nomenclatures["tranches_age"])
    table["classe_taille"] = _classer(table["taille_menage"], nomenclatures["tailles_menage"])
    table["est_prioritaire"] = _est_prioritaire(table["categories_prioritaires"], table["statut_dalo"])
    return table


def _est_prioritaire(categories: pd.Series, dalo: pd.Series) -> pd.Series:
    """D11: any category of L441-1, or a DALO right that stands; a lapsed right alone does not count."""
    seulement_caduc = categories.eq("DALO") & dalo.eq("CADUC")
    return (categories.notna() & ~seulement_caduc.fillna(False)) | dalo.isin(_DALO_EN_COURS)


def _quartile(revenu: pd.Series, regles: Regles) -> pd.Series:
    """The quartile of income per UC, « NR » when income is missing or the first threshold is not known.

    When only the first threshold is known, a household above it is « SUP_Q1 »: not in Q1, its quartile unknown.
    """
    q1, q2, q3 = regles.seuils
    classe = pd.Series(NON_RENSEIGNE, index=revenu.index, dtype="str")
    if q1 is None:
        return classe
    connu = revenu.notna()
    valeurs = revenu.astype("float64")

    def sous(seuil: float) -> pd.Series:
        return valeurs.le(seuil) if regles.p7_comparaison == "inferieur_ou_egal" else valeurs.lt(seuil)

    if q2 is None or q3 is None:
        return classe.mask(connu & sous(q1), "Q1").mask(connu & ~sous(q1), "SUP_Q1")
    classe = classe.mask(connu, "Q4")
    for nom, seuil in (("Q3", q3), ("Q2", q2), ("Q1", q1)):
        classe = classe.mask(connu & sous(seuil), nom)
    return classe


def _classer(valeurs: pd.Series, nomenclature: Nomenclature) -> pd.Series:
    """The class of a number, from the nomenclature's bounds (columns minimum and maximum, both included)."""
    classe = pd.Series(NON_RENSEIGNE, index=valeurs.index, dtype="str")
    for code, bas, haut in nomenclature.table[["code", "minimum", "maximum"]].itertuples(index=False):
        dedans = valeurs.ge(float(bas)) if bas else valeurs.notna()
        if haut:
            dedans &= valeurs.le(float(haut))
        classe = classe.mask(dedans.fillna(False).astype(bool), code)
    return classe
