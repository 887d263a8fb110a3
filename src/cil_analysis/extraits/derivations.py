"""What the cells imply together: communes, QPV and, by the rules of derivations.yml, age, size, income per UC, delay.

The clean frame is completed in place: one row is one line of the files, canonical columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from cil_analysis.bases import ouvrir_une_base
from cil_analysis.extraits.anomalies import Atelier
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.extraits.controles import ecarter_hors_bornes
from cil_analysis.extraits.schemas import DTYPES, HORS_QPV
from cil_analysis.grammaire.vocabulaire import JOURS_PAR_MOIS
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.texte import enumerer, normaliser

if TYPE_CHECKING:
    import duckdb

_REGLES, _ECARTS = lire_du_logiciel("extraits/derivations.yml").values()
# The columns that rules give: what stands for one of them may need another to give it.
DEDUITES = {regle["donne"] for regle in _REGLES}


def completer_communes(atelier: Atelier, propres: pd.DataFrame) -> None:
    """Each commune from its name, where its code is not given; note a commune of the row whose code is of another.

    Where a household comes from is noted of none: a name that is known nowhere here is told « elsewhere ».
    """
    if {"commune_insee", "commune_libelle"} <= {*propres}:
        autre = (propres["commune_insee"] != propres["commune_libelle"]) & propres["commune_libelle"].notna()
        atelier.noter(autre & propres["commune_insee"].notna(), "commune_insee", "commune_contredite")
    for nom, code in (("commune_libelle", "commune_insee"), ("commune_origine_libelle", "commune_origine_insee")):
        if nom in propres:
            _completer(propres, code, propres[nom])


def situer_en_qpv(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series, epci: pd.Series) -> None:
    """Resolve the QPV in the generation of the row's day (P5) and in its EPCI, and make the two QPV columns agree."""
    if "est_en_qpv" not in atelier.dictionnaire.colonnes:
        return
    if "est_en_qpv" not in propres:
        propres["est_en_qpv"] = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    if "qpv" not in propres:
        return
    texte = propres["qpv"].fillna("")
    trouve = _chercher_qpv(atelier, texte, jour, epci)
    libelles = distinctes(texte)
    dehors = libelles.ou(lambda libelle: normaliser(libelle) in HORS_QPV)
    donne = ~libelles.ou(est_absent)
    atelier.dites["qpv"] = donne
    atelier.noter(donne & ~dehors & trouve.eq(""), "qpv", "illisible")
    propres["qpv"] = trouve.where(trouve.ne(""), None).astype("str")
    deduit = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    deduit = deduit.mask(dehors, False).mask(trouve.ne(""), True)
    contredit = (deduit != propres["est_en_qpv"]).fillna(False).astype(bool)
    atelier.ecarter(propres, contredit, "est_en_qpv", "qpv_contredit")
    propres["est_en_qpv"] = propres["est_en_qpv"].fillna(deduit.mask(contredit))
    propres["qpv"] = propres["qpv"].mask(contredit)


def signaler_hors_des_qpv(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series, epci: pd.Series) -> None:
    """Note the rows said to be in a QPV, in a commune of the EPCI that it, or any, does not touch on their day."""
    if not {"est_en_qpv", "commune_insee"} <= {*propres}:
        return
    territoire, dits = atelier.references.territoire, propres["est_en_qpv"].eq(True).fillna(False).astype(bool)
    dits &= epci.ne("") & jour.notna()
    quartiers = territoire.table_qpv[["code", "valide_du", "valide_au"]].rename(columns={"code": "qpv_code"})
    lignes = propres.loc[dits].reindex(columns=["commune_insee", "qpv"]).assign(jour=jour).reset_index(names="rang")
    vus = lignes.merge(territoire.qpv_communes.merge(quartiers), left_on="commune_insee", right_on="code_insee")
    alors = ~(vus["valide_du"] > vus["jour"]) & ~(vus["valide_au"] < vus["jour"])
    situees = vus.loc[alors & (vus["qpv"].isna() | vus["qpv"].eq(vus["qpv_code"])), "rang"]
    atelier.noter(dits & ~dits.index.isin(situees), "est_en_qpv", "hors_des_qpv")


def _chercher_qpv(atelier: Atelier, texte: pd.Series, jour: pd.Series, epci: pd.Series) -> pd.Series:
    """The code of the QPV that each label names alone, of those in force on the row's day and in its EPCI; or empty."""
    cellules, territoire = distinctes(texte), atelier.references.territoire
    connues, cles = territoire.formes_des_qpv, ["libelle"]
    if atelier.references.projet.plusieurs_epci:  # Two of them may have a QPV of one name.
        connues, cles = connues.merge(territoire.qpv_des_epci), ["libelle", "epci_siren"]
    dites = (
        pd.DataFrame({"forme": [*map(normaliser, cellules.textes)]})
        .reset_index(names="libelle")
        .merge(connues, on="forme")
    )
    lignes = pd.DataFrame({"libelle": cellules.rangs, "jour": jour, "epci_siren": epci}).reset_index(names="rang")
    vus = lignes.merge(dites, on=cles)
    alors = vus["jour"].notna() & ~(vus["valide_du"] > vus["jour"]) & ~(vus["valide_au"] < vus["jour"])
    trouves = vus.loc[alors, ["rang", "code"]].drop_duplicates()
    seuls = trouves[~trouves.duplicated("rang", keep=False)].set_index("rang")["code"]
    return seuls.reindex(texte.index).fillna("").astype("str")


def _completer(propres: pd.DataFrame, nom: str, calcule: pd.Series) -> None:
    """What the file gives prevails; the rest is computed."""
    propres[nom] = propres[nom].fillna(calcule) if nom in propres else calcule


def dater_la_construction(atelier: Atelier, propres: pd.DataFrame) -> None:
    """The period in which the dwelling was built, from its year."""
    periode = atelier.dictionnaire.colonnes.get("periode_construction")
    if periode is not None and "annee_construction" in propres:
        periodes = atelier.references.nomenclatures[periode.nomenclature]
        _completer(propres, periode.nom, periodes.classer(propres["annee_construction"]))


def deduire_travailleur_essentiel(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Whether a profession is on the list of the essential ones on the row's day; an empty list says nothing."""
    if "est_travailleur_essentiel" not in atelier.dictionnaire.colonnes or "profession" not in propres:
        return
    liste = atelier.references.nomenclatures[atelier.colonne("profession").nomenclature]
    if not liste.codes():
        return
    dites, vers_code = propres["profession"], liste.vers_code
    codes = dites.map({dite: vers_code.get(normaliser(dite), "") for dite in dites.dropna().unique()})
    essentiel = liste.en_vigueur(codes, jour)
    _completer(propres, "est_travailleur_essentiel", essentiel.astype("boolean").where(dites.notna()))


def completer(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Fill the columns that others give; what these hold is within its bounds before it is read."""
    colonnes = atelier.dictionnaire.colonnes
    with _base().cursor() as base:
        for regle in _REGLES:
            nom, lues = regle["donne"], regle["de"]
            if nom in colonnes and {*lues} <= {*propres}:
                for lue in lues:
                    ecarter_hors_bornes(atelier, propres, lue)
                calcule = calculer(base, regle["par"], propres[lues].assign(jour=jour))
                calcule = calcule.astype(DTYPES[colonnes[nom].type])  # type: ignore[call-overload]
                _completer(propres, nom, calcule)


def signaler_les_ecarts(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Note the cells of a row that contradict one another, once those that are not given are filled."""
    with _base().cursor() as base:
        for ecart in _ECARTS:
            if {*ecart["de"]} <= {*propres}:
                contraires = calculer(base, ecart["quand"], propres[ecart["de"]].assign(jour=jour))
                atelier.noter(contraires, ecart["de"][0], ecart["note"])


def impliquees(colonnes: Iterable[str]) -> set[str]:
    """Some columns, and those that rules give from them, one rule after the other."""
    toutes = {*colonnes}
    for regle in _REGLES:
        if {*regle["de"]} <= toutes:
            toutes.add(regle["donne"])
    return toutes


def dire_les_sources(nom: str, lues: Collection[str], dictionnaire: Dictionnaire) -> str:
    """What a column that files (which have ``lues``) lack is computed from, in words; nothing of one that they have."""
    toutes = impliquees(lues)
    regles = [r["de"] for r in _REGLES if r["donne"] == nom and nom not in lues and {*r["de"]} <= toutes]
    return f", calculé de {enumerer([f'« {dictionnaire.colonnes[c].libelle} »' for c in regles[0]])}," if regles else ""


@cache
def _base() -> duckdb.DuckDBPyConnection:
    """Once by process: to open one takes as long as all the rules of an extract. Nothing is kept in it."""
    return ouvrir_une_base(en_ordre=True)


def calculer(base: duckdb.DuckDBPyConnection, expression: str, lignes: pd.DataFrame) -> pd.Series:
    """An expression of DuckDB over the columns of some rows, same index; missing where it gives nothing.

    >>> import duckdb
    >>> lignes = pd.DataFrame({"adultes": [1, None], "enfants": [2, 1]}, dtype="Int64")
    >>> calculer(duckdb.connect(), "adultes + enfants", lignes).tolist()
    [3, <NA>]
    """
    lues = base.from_arrow(pa.Table.from_pandas(lignes, preserve_index=False))
    valeurs = lues.project(f"*, {JOURS_PAR_MOIS} AS jours_par_mois").project(f"{expression} AS valeur").to_arrow_table()
    return pd.Series(valeurs["valeur"].to_pandas(types_mapper=pd.ArrowDtype).array, index=lignes.index)
