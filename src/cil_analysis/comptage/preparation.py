"""The rows of a year made ready to be counted: those that the rules keep, and what the systems derive from them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.comptage.base import CLASSE
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.extraits.schemas import dtypes, exiger_les_types
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, lignes_de
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.verification import types_des_colonnes
from cil_analysis.reference.agregats import AGREGATS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, Regles, regles_de_comptage
from cil_analysis.systemes.preparations import DES_COLONNES, DES_MENAGES, PREPARATIONS


def preparer_exercice(
    references: References,
    annee: int,
    *,
    agregats: pd.DataFrame | None = None,
    constantes: Collection[str] = (),
    choix: Choix | None = None,
    **lues: pd.DataFrame | None,
) -> Exercice:
    """Prepare the rows of a year, by the counting rules of the year or by those of ``choix``.

    ``lues``: by extract, its rows as the import stores them; ``agregats``: the aggregated tables that stand for the
    rows of others, of which no system derives anything. ``constantes``: the communes that are members in every year of
    the series.

    Raises ErreurCIL for rows that are not in the types of the import.
    """
    regles = regles_de_comptage(references, annee, choix)
    recus, lignes = dict(lues), dict[str, pd.DataFrame]()
    for nom in (*EXTRAITS, *AUTRES_EXTRAITS):
        extrait = AUTRES_EXTRAITS.get(nom, nom)
        table = recus.pop(extrait, None)
        if table is not None:
            exiger_les_types(table, references.dictionnaires[extrait], references.projet, annee)
            lignes[nom] = _retenir(nom, table, regles, constantes)
    if recus:
        raise TypeError(f"no definition counts the rows of {sorted(recus)}")
    for preparer in PREPARATIONS:
        lignes = preparer(lignes, references, annee)
    return _avec_les_agregats(_exercice(references, annee, lignes, regles, constantes), references, agregats)


def preparer_variantes(
    references: References, exercice: Exercice, lues: Mapping[str, pd.DataFrame], choix: Mapping[str, Choix]
) -> dict[str, Exercice]:
    """The leases of a year by each of several choices of rules: what the objectives are counted over, and no more.

    Nothing that the systems derive is there, but what rules say of households. ``lues``: by extract, as the import
    stores them.
    """
    annee, constantes = exercice.annee, exercice.constantes
    membres = references.territoire.membres(date(annee, 12, 31))["code_insee"].tolist()
    baux = {nom: lues[nom] for nom in ("attributions",) if nom in lues}
    for preparer in DES_COLONNES:
        baux = preparer(baux, references, annee)
    variantes = {}
    for nom, choisi in choix.items():
        regles = regles_de_comptage(references, annee, choisi)
        siennes = {population: _retenir(population, lignes, regles, constantes) for population, lignes in baux.items()}
        comptees = _comptees(membres, regles, constantes)
        variante = replace(exercice, communes=comptees, lignes=siennes, regles=regles, variante=nom)
        variantes[nom] = _avec_les_agregats(variante, references, lues.get(AGREGATS))
    return variantes


def _avec_les_agregats(exercice: Exercice, references: References, agregats: pd.DataFrame | None) -> Exercice:
    """The same year, with the rows that its aggregated tables stand for.

    Proposals lose what they had of the households of the other extract: those alone would not be of all of them.
    """
    if agregats is None:
        return exercice
    siennes = _lignes_des_agregats(agregats, references, _seules(exercice.regles, exercice.constantes))
    extraits = frozenset(agregats["extrait"].unique())
    lignes = {**exercice.lignes, **siennes}
    if extraits and "propositions" in lignes:
        lignes["propositions"] = lignes["propositions"].drop(columns=[*DES_MENAGES], errors="ignore")
    regles = replace(exercice.regles, colonnes_deduites={}) if "attributions" in extraits else exercice.regles
    return replace(exercice, lignes=lignes, agreges=extraits, regles=regles)


def _lignes_des_agregats(
    agregats: pd.DataFrame, references: References, communes: Collection[str] | None
) -> dict[str, pd.DataFrame]:
    """The rows by population that aggregated tables stand for: as many as households counted, in one class at most.

    « attributions »: the commune alone, beside columns that nothing fills in. « attributions@quartile »: the commune,
    and the class in that dimension, in a column that no extract has. ``communes``: those that are kept, or all (None).
    """
    lignes: dict[str, pd.DataFrame] = {}
    for (extrait, dimension), tableau in agregats.groupby(["extrait", "dimension"], sort=False):
        gardees = tableau if communes is None else tableau[tableau["commune"].isin(communes)]
        repetees = gardees.loc[gardees.index.repeat(gardees["effectif"])].reset_index(drop=True)
        menages = repetees[["commune", "classe"]].set_axis(["commune_insee", CLASSE], axis=1)
        lignes[f"{extrait}@{dimension}"] = menages
        if extrait not in lignes:  # The tables of an extract count the same households: the import has checked it.
            types = dtypes(references.dictionnaires[str(extrait)])
            lignes[str(extrait)] = menages[["commune_insee"]].reindex(columns=[*types]).astype(types)
    return lignes


def _exercice(
    references: References, annee: int, lignes: Mapping[str, pd.DataFrame], regles: Regles, constantes: Collection[str]
) -> Exercice:
    jour, territoire = date(annee, 12, 31), references.territoire
    return Exercice(
        annee=annee,
        epci=references.projet.epci_siren,
        communes=_comptees(territoire.membres(jour)["code_insee"], regles, constantes),
        lignes=lignes,
        regles=regles,
        nomenclatures=references.nomenclatures,
        parc_social={str(c): float(n) for c, n in territoire.parc_social(annee).dropna().items()},
        qpv=tuple(territoire.qpv(jour)["code"]),
        communes_avec_qpv=frozenset(territoire.communes_des_qpv(jour)["code_insee"]),
        constantes=frozenset(constantes),
        dictionnaires=references.dictionnaires,
        registre=registre(references),
        types=types_des_colonnes(references),
    )


def _seules(regles: Regles, constantes: Collection[str]) -> Collection[str] | None:
    """The only communes that rule P9 counts; None where it leaves none out."""
    return constantes if regles.p9_perimetre == "perimetre_constant" and constantes else None


def _comptees(membres: Iterable[str], regles: Regles, constantes: Collection[str]) -> tuple[str, ...]:
    """Those that are counted, of the members at 31 December."""
    seules = _seules(regles, constantes)
    return tuple(code for code in membres if seules is None or code in seules)


def _retenir(extrait: str, lignes: pd.DataFrame, regles: Regles, constantes: Collection[str]) -> pd.DataFrame:
    """The rows that rules P1 and P9 keep. Where not every landlord gives the commune, none divides the rows."""
    gardees, seules = lignes, _seules(regles, constantes)
    if seules is not None and "commune_insee" in lignes and not lignes_de(extrait).ventilations:
        gardees = gardees[gardees["commune_insee"].isin(seules)]
    if extrait == "attributions" and regles.p1_attribution == "un_par_menage":
        ordre = np.argsort(gardees["date_signature_bail"].to_numpy(), kind="stable")
        menages = gardees["demande_pseudonyme"].take(ordre)
        gardees = gardees.take(np.sort(ordre[menages.isna() | ~menages.duplicated()]))
    return lignes if gardees is lignes else gardees.reset_index(drop=True)
