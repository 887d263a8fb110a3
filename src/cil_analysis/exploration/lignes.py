"""What an analyst is given as frames: stored rows, with classes and labels for codes; the communes to map."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex

import pandas as pd

from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.session import LIGNE, session
from cil_analysis.extraits import store
from cil_analysis.grammaire.dimensions import OUI
from cil_analysis.grammaire.libelles import HORS_LISTE
from cil_analysis.grammaire.registre import registre
from cil_analysis.reference.colonnes import PSEUDONYME
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.sujets import sujets
from cil_analysis.reference.territoire import PROJECTION, Territoire
from cil_analysis.secret.regles import variables_sensibles

if TYPE_CHECKING:
    import geopandas as gpd


Annees = SupportsIndex | Iterable[SupportsIndex] | None
CHAMP = "est_dans_le_champ"
# Columns of classes added to rows; of leases, whether they count for the objectives (rules P3 and P4). Those that a
# dimension calls otherwise.
_COMMUNES = ("quartile", "tranche_age", "classe_taille", "statut_occupation", "famille_motif", "est_prioritaire")
_CLASSES = {
    "attributions": (*_COMMUNES, CHAMP, "situation_qpv", "origine"),
    "demandes": (*_COMMUNES, "anciennete"),
}
_DIMENSIONS = {"situation_qpv": "zone", "est_prioritaire": "prioritaire", CHAMP: "champ"}
Projection = Literal["lambert93", "wgs84"]
_PROJECTIONS = {"lambert93": PROJECTION, "wgs84": "EPSG:4326"}


def annees_voulues(voulues: Annees, connues: Sequence[int], extrait: str = "attributions") -> list[int]:
    """The years asked for, in order; None: all. Raises ErreurCIL for one that was not imported, or is no year."""
    if not connues:
        raise ErreurCIL(
            f"Aucune donnée « {extrait} » : importez l’extrait avec « cil importer FICHIER --annee AAAA --extrait "
            f"{extrait} »."
        )
    if voulues is None:
        return list(connues)
    try:
        annees = (
            [operator.index(voulues)] if isinstance(voulues, SupportsIndex) else sorted({*map(operator.index, voulues)})
        )
        if not annees:
            raise TypeError
    except TypeError:
        raise ErreurCIL(
            f"« {voulues} » n’est ni une année ni une liste d’années : écrivez annees={connues[-1]}, "
            f"annees=[{connues[0]}, {connues[-1]}], ou rien pour toutes les années."
        ) from None
    absentes = [annee for annee in annees if annee not in connues]
    if absentes:
        raise ErreurCIL(
            f"Aucune donnée « {extrait} » pour {absentes[0]}. Années disponibles : {', '.join(map(str, connues))}."
        )
    return annees


def lire(
    references: References, extrait: str, annees: Annees, *, classes: bool = False, pseudonymes: bool = False
) -> pd.DataFrame:
    """The rows of several years, by their number, behind a column ``annee``; ``classes``: those of indicators too."""
    tables = []
    for annee in annees_voulues(annees, store.annees(references.projet, extrait), extrait):
        table = _numerotees(references, extrait, annee)
        tables.append(_classer(references, extrait, annee, table) if classes else table)
        tables[-1].insert(0, "annee", annee)
    lignes = pd.concat(tables, ignore_index=True).set_index(LIGNE)
    return lignes if pseudonymes else lignes.drop(columns=PSEUDONYME, errors="ignore")


def _numerotees(references: References, extrait: str, annee: int) -> pd.DataFrame:
    """The stored rows of a year with their numbers; the session knows from here which of them are sensitive."""
    stockees = store.lire(references.projet, extrait, annee)
    variables = variables_sensibles(references.parametres, date(annee, 12, 31))
    sensibles = lignes_sensibles(stockees, nomenclatures_des_colonnes(references, extrait), variables)
    if extrait in _CLASSES:
        sensibles |= _classes_sensibles(references, extrait, annee, stockees, variables)
    return session(references.projet.racine).numeroter(stockees, extrait, annee, sensibles)


def _classer(references: References, extrait: str, annee: int, lignes: pd.DataFrame) -> pd.DataFrame:
    """The rows of a year, and a column for each class: text for a partition, a boolean for a yes or no."""
    lues: dict[str, Any] = {extrait: lignes}
    exercice = preparer_exercice(references, annee, **lues)
    table, noms = exercice.lignes[extrait].copy(), _CLASSES[extrait]
    classes = exercice.seul.base.classer(extrait, tuple(_DIMENSIONS.get(nom, nom) for nom in noms))
    for nom, (_, siennes) in zip(noms, classes.items(), strict=True):
        table[nom] = siennes.isin([OUI, "objectifs"]) if nom.startswith("est_") else siennes
    return table


def nomenclatures_des_colonnes(references: References, extrait: str | None = None) -> dict[str, Nomenclature]:
    """Column, stored or derived → the list of its codes; of one extract, or of all of them."""
    dictionnaires = references.dictionnaires_de(extrait).values()
    # Derived classes have that of the indicators that list them; the registry calls this one « zone ».
    noms = {i.compte.axe: i.modalites for i in registre(references).indicateurs if i.compte.axe}
    noms["situation_qpv"] = "situations_qpv"
    noms |= {c.nom: c.nomenclature for d in dictionnaires for c in d.colonnes.values() if c.nomenclature}
    return {colonne: references.nomenclatures[nom] for colonne, nom in noms.items() if nom in references.nomenclatures}


def libeller(lignes: pd.DataFrame, references: References, extrait: str) -> pd.DataFrame:
    """Labels in the place of codes, as categories in the order of the nomenclature; several of one cell by « ; ».

    ``commune_insee`` stays, and the name of the commune comes in a column ``commune``.
    """
    table = lignes.copy()
    territoire = references.territoire
    types = {c.nom: c.type for c in references.dictionnaires[extrait].colonnes.values()}
    for colonne, nomenclature in nomenclatures_des_colonnes(references, extrait).items():
        if colonne in table:
            libelles = nomenclature.libelles()
            plusieurs = types.get(colonne) == "codes"
            table[colonne] = _joindre(table[colonne], libelles) if plusieurs else _categories(table[colonne], libelles)
    for colonne in (nom for nom, genre in types.items() if genre == "qpv" and nom in table):
        quartiers = territoire.table_qpv
        table[colonne] = _categories(table[colonne], dict(zip(quartiers["code"], quartiers["nom"], strict=True)))
    if "commune_insee" in table:
        noms = sujets(references, int(table["annee"].max()), "commune")  # In report order, before the others.
        communes = _categories(table["commune_insee"], {**noms, **territoire.noms()})
        rang = list(table.columns).index("commune_insee") + 1
        table.insert(rang, "commune", communes.cat.remove_unused_categories())
    return table


def _categories(codes: pd.Series, libelles: Mapping[str, str]) -> pd.Series:
    autres = {code: HORS_LISTE.get(code, code) for code in codes.dropna().unique() if code not in libelles}
    tous = {**libelles, **autres}
    return codes.map(tous).astype(pd.CategoricalDtype(list(dict.fromkeys(tous.values())), ordered=True))


def _joindre(codes: pd.Series, libelles: Mapping[str, str]) -> pd.Series:
    return codes.map(lambda v: " ; ".join(libelles.get(c, c) for c in v.split(";")), na_action="ignore").astype("str")


# --- Which rows tell something sensitive, whatever columns an analyst makes of them ----------------------------------


def codes_sensibles(nomenclatures: Mapping[str, Nomenclature], variables: Set[str]) -> dict[str, set[str]]:
    """Column → its sensitive codes, for the columns that have some.

    ``nomenclatures``: column → its list of codes; ``variables``: lists, whole (« nationalites ») or by code
    (« categories_prioritaires/a »).
    """
    codes = {
        colonne: {c for c in liste.codes(None) if {liste.nom, f"{liste.nom}/{c}"} & variables}
        for colonne, liste in nomenclatures.items()
    }
    return {colonne: siens for colonne, siens in codes.items() if siens}


def lignes_sensibles(lignes: pd.DataFrame, nomenclatures: Mapping[str, Nomenclature], variables: Set[str]) -> pd.Series:
    """Whether each stored row has a sensitive code.

    Where a whole list is sensitive, what tells of a row is not that it has a code but that it has another than most.
    """
    sensibles = pd.Series(False, lignes.index)
    for colonne, codes in codes_sensibles(nomenclatures, variables).items():
        if colonne in lignes and lignes[colonne].notna().any():
            if nomenclatures[colonne].nom in variables:
                codes = codes - {lignes[colonne].mode().iloc[0]}
            sensibles |= lignes[colonne].map(lambda valeur, c=codes: _porte(valeur, c)).astype(bool)
    return sensibles


def _porte(valeur: object, codes: set[str]) -> bool:
    return isinstance(valeur, str) and not codes.isdisjoint(morceau.strip() for morceau in valeur.split(";"))


def _classes_sensibles(
    references: References, extrait: str, annee: int, stockees: pd.DataFrame, variables: Set[str]
) -> pd.Series:
    """Whether each stored row is in a sensitive class that no stored column has: a public, an age group."""
    axes = {
        i.compte.axe: i
        for i in registre(references).indicateurs
        if i.compte.population == extrait and i.compte.axe not in stockees and i.modalites in references.nomenclatures
    }
    listes = {axe: references.nomenclatures[i.modalites] for axe, i in axes.items()}
    codes = codes_sensibles(listes, variables)
    # A public is a yes or no of its own.
    drapeaux = [f"{axe}_{code}" for axe in codes if axes[axe].compte.drapeaux for code in sorted(codes[axe])]
    noms = (*drapeaux, *(axe for axe in codes if not axes[axe].compte.drapeaux))
    if not noms:
        return pd.Series(False, stockees.index)
    rangees: dict[str, Any] = {extrait: stockees.assign(**{LIGNE: stockees.index})}
    exercice = preparer_exercice(references, annee, **rangees)
    classes = exercice.seul.base.classer(extrait, noms).set_axis(exercice.lignes[extrait][LIGNE])
    dites = (classes[drapeaux] == OUI).any(axis=1) | lignes_sensibles(classes, listes, variables)
    return dites.reindex(stockees.index, fill_value=False)


def communes(territoire: Territoire, annee: int, crs: str) -> gpd.GeoDataFrame:
    """One row is one member commune; see ``Projet.communes``."""
    if crs not in _PROJECTIONS:
        raise ErreurCIL(f"La projection « {crs} » n’est pas proposée : choisissez {' ou '.join(_PROJECTIONS)}.")
    contours = territoire.contours()
    jour = date(annee, 12, 31)
    membres = territoire.membres(jour)["code_insee"]
    if membres.empty:
        raise ErreurCIL(f"Aucune commune n’est membre au 31 décembre {annee} : voyez territory/communes.csv.")
    table = contours[contours["code_insee"].isin(membres)].reset_index(drop=True)
    parc = table["code_insee"].map(territoire.parc_social(annee)).astype("Int64")
    table.insert(2, "logements_sociaux", parc)
    table.insert(3, "a_un_qpv", table["code_insee"].isin(territoire.communes_des_qpv(jour)["code_insee"]))
    return table.to_crs(_PROJECTIONS[crs])
