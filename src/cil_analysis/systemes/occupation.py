"""What the OPS survey and the RPLS detail of a year are counted from: a partition of the survey, and two populations.

« rpls »: the dwellings of the public file, whose counts are public. « rpls_securise »: the same rows, for what only the
secured file tells (whether they are let): it is lent under a convention, and its counts are protected as the others.

An OPS file gives rows of whole communes, rows limited to a quarter (QPV) and rows limited to a landlord, which overlap.
In its partition, each household is in one row (domain, §5.2): of a commune there remain its quarters and the rest. A
row that says « en QPV : non » is what the quarters leave, or the whole of a commune that has none.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import Lignes, donnee

# Dimensions whose classes are columns of the OPS file, which their nomenclatures say.
EN_COLONNES = ("composition_occupants", "age_titulaire", "ressources_plus")
OPS, BAILLEURS, RPLS, SECURISE = "occupation", "occupation_bailleur", "rpls", "rpls_securise"
MENAGES, RECENTS, LOGEMENTS = "nb_menages", "nb_menages_recents", "nb_logements"
# What a row of the file is of: a whole commune, what is outside its quarters, quarters, or the dwellings of a landlord.
_ENTIERE, _HORS, _EN_QPV, _BAILLEUR, _BAILLEUR_EN_QPV = range(5)
# The survey and the commune at fault, in words, from the code of the commune.
Ou = Callable[[str], str]
Partie = tuple[bool | None, str | None, pd.Series]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The populations of the stock and of its occupants. Raises ErreurCIL when a survey contradicts itself."""
    completes = dict(lignes)
    if RPLS in lignes:
        completes[SECURISE] = lignes[RPLS]
    if OPS in lignes:
        completes[BAILLEURS] = lignes[OPS][lignes[OPS]["bailleur"].notna()].reset_index(drop=True)
        completes |= _enquete(lignes[OPS], references, annee)
    return completes


def _enquete(lignes: pd.DataFrame, references: References, annee: int) -> Lignes:
    """The partition, and the tables of the classes."""
    noms = references.territoire.noms()

    def ou(commune: str) -> str:
        return f"Enquête OPS {annee}, {noms.get(commune, commune)}"

    partage = partager(lignes, _quartiers(references, annee), ou)
    tables: Lignes = {OPS: partage}
    for dimension in EN_COLONNES:
        codes = references.nomenclatures[DIMENSIONS[dimension].liste]
        colonnes = dict(zip(codes.table["code"], codes.colonne("colonne"), strict=True))
        recentes = {code: nom for code, rangee in codes.rangees.items() if (nom := rangee.get("colonne_recents"))}
        if (table := par_classes(partage, dimension, colonnes, recentes, ou)) is not None:
            tables[f"{OPS}@{dimension}"] = table
    return tables


def _quartiers(references: References, annee: int) -> Mapping[str, frozenset[str]]:
    """The QPV of each commune on 31 December."""
    liens = references.territoire.communes_des_qpv(date(annee, 12, 31))
    return {str(commune): frozenset(siens) for commune, siens in liens.groupby("code_insee")["qpv_code"]}


def partager(table: pd.DataFrame, quartiers: Mapping[str, frozenset[str]], ou: Ou) -> pd.DataFrame:
    """One row is a quarter of a commune, or the rest of it; the columns of counts, as numbers, NaN where not given.

    ``table``: the stored rows of an OPS file; ``quartiers``: the QPV of each commune in force in the year. A commune
    without a row of its own is the sum of its landlords' rows. It is not split where a quarter leaves out what the
    commune gives: its zone is unknown then. A commune whose households are not given is left out.
    Raises ErreurCIL when the rows contradict each other.
    """
    nombres = [nom for nom in table.columns if nom.startswith("nb_")]
    nommes, zones, du_bailleur = table["qpv"].notna(), table["est_en_qpv"].astype("boolean"), table["bailleur"].notna()
    en_qpv, hors = nommes | zones.fillna(False), ~nommes & ~zones.fillna(True)
    choix = {_BAILLEUR_EN_QPV: du_bailleur & en_qpv, _BAILLEUR: du_bailleur, _EN_QPV: en_qpv, _HORS: hors}
    genres = np.select([dits.to_numpy(bool) for dits in choix.values()], [*choix], _ENTIERE)
    comptes = table[nombres].astype("Float64").astype("float64").set_axis(table["qpv"].fillna(""))
    morceaux = [
        (commune, zone, qpv or None, *part)
        for commune, rangs in sorted(table.groupby("commune_insee").indices.items())
        for zone, qpv, part in _partager_une_commune(
            {genre: comptes.iloc[rangs[genres[rangs] == genre]] for genre in (_ENTIERE, *choix)},
            quartiers.get(str(commune), frozenset()),
            ou(str(commune)),
        )
    ]
    types = {"commune_insee": "str", "est_en_qpv": "boolean", "qpv": "str"} | dict.fromkeys(nombres, "float64")
    resultat = pd.DataFrame(morceaux, columns=list(types)).astype(types)
    if RECENTS in resultat:
        quoi = "plus d’emménagés récents que de ménages"
        _exiger_aucune(resultat[RECENTS].gt(resultat[MENAGES]), resultat, ou, quoi, "ces lignes")
    zones = resultat["est_en_qpv"]
    if zones.isna().any() and not zones.any():  # A survey that counts no quarter has not found that nobody lives there.
        resultat["est_en_qpv"] = pd.Series(pd.NA, resultat.index, dtype="boolean")
    return resultat


def _partager_une_commune(lignes: Mapping[int, pd.DataFrame], quartiers: frozenset[str], ou: str) -> Iterator[Partie]:
    """Whether each part is in QPV (None: not known), in which, and its counts.

    ``lignes``: the counts of the rows by what they are of; the index is their quarter, empty for all those together.
    """
    en_qpv, entieres = lignes[_EN_QPV], _entieres(lignes, quartiers, ou)
    if len(entieres) > 1:
        raise _refus(ou, f"{len(entieres)} lignes comptent toute la commune", "n’en garder qu’une")
    if entieres.empty and not en_qpv.empty:
        raise _refus(ou, "des lignes limitées à un quartier, mais aucune de toute la commune", "ajouter celle-ci")
    sources = lignes[_BAILLEUR] if entieres.empty else entieres
    ensemble = sources.sum(skipna=False)  # Not given in one row, a column is not known of all.
    if sources.empty or pd.isna(ensemble[MENAGES]):
        return  # What the producer keeps to itself is not known here.
    dits = ensemble.notna()
    if en_qpv.empty or en_qpv.loc[:, dits].isna().any(axis=None):
        yield (None if quartiers or len(en_qpv) else False), None, ensemble
        return
    parts = en_qpv.loc[:, dits].reindex(columns=en_qpv.columns)  # The others are not known of the commune.
    parts = parts[~parts.index.duplicated(keep="last")]
    nommes = parts.drop(index="", errors="ignore")
    total, tous_dits = nommes.sum(skipna=False), quartiers <= {*nommes.index}
    if "" in parts.index:
        tous, tous_dits = parts[parts.index == ""].sum(skipna=False), True
        autres, total = _difference(tous, total, f"{ou}, quartiers prioritaires"), tous
        if autres.gt(0).any():
            nommes.loc[""] = autres
    for qpv, part in nommes.iterrows():
        yield True, str(qpv), part
    yield (False if tous_dits else None), None, _difference(ensemble, total, ou)


def _entieres(lignes: Mapping[int, pd.DataFrame], quartiers: frozenset[str], ou: str) -> pd.DataFrame:
    """The counts of the whole commune: a row that is outside the quarters is added to them."""
    en_qpv, hors, entieres = lignes[_EN_QPV], lignes[_HORS], lignes[_ENTIERE]
    if hors.empty or (en_qpv.empty and not quartiers):
        return pd.concat([entieres, hors])
    if len(hors) > 1 or len(entieres):
        quoi = "plusieurs lignes comptent l’extérieur des quartiers, ou une autre toute la commune"
        raise _refus(ou, quoi, "n’en garder qu’une")
    if en_qpv.empty:
        raise _refus(ou, "une ligne compte l’extérieur des quartiers, mais aucune les quartiers", "ajouter celles-ci")
    tous = en_qpv[en_qpv.index == ""]
    return pd.concat([hors, en_qpv if tous.empty else tous]).sum(skipna=False).to_frame().T


def _difference(ensemble: pd.Series, partie: pd.Series, ou: str) -> pd.Series:
    """What a part leaves of a whole. Raises ErreurCIL where the part is larger."""
    reste = ensemble - partie
    for nom in reste.index[reste < 0]:
        quoi = f"les quartiers comptent plus que l’ensemble ({nom} : {partie[nom]:.0f} sur {ensemble[nom]:.0f})"
        raise _refus(ou, quoi, "vérifier ces lignes avec le producteur")
    return reste


def par_classes(
    partage: pd.DataFrame, dimension: str, colonnes: Mapping[str, str], recentes: Mapping[str, str], ou: Ou
) -> pd.DataFrame | None:
    """One row is one class of a row of the partition, « NR » for what the columns leave of its households.

    ``colonnes``: class → column of the extract; ``recentes``: the same of recent movers. Columns: the keys, the class
    under the name of the dimension, ``nb_menages``, and ``nb_menages_recents``, NaN where their classes are not given.
    None when the extract has none of the columns.
    """
    if not any(donnee(partage, nom) for nom in colonnes.values()):
        return None
    menages = _classer(partage, MENAGES, colonnes, ou)
    recents = _classer(partage, RECENTS, recentes, ou).reindex(columns=menages.columns)
    # What is not told of the recent ones may be told of all: that contradicts nothing.
    for classe, nom in colonnes.items():
        quoi = f"plus d’emménagés récents que de ménages dans une classe ({nom})"
        _exiger_aucune(recents[classe].gt(menages[classe]), partage, ou, quoi, "ces colonnes")
    # The columns stay beside their classes: they tell what the file gives.
    cles = partage[["commune_insee", "est_en_qpv", "qpv", *(nom for nom in colonnes.values() if nom in partage)]]
    morceaux = [
        cles.assign(**{MENAGES: menages[classe], RECENTS: recents[classe]}, **{dimension: classe})
        for classe in (*colonnes, NON_RENSEIGNE)
    ]
    return pd.concat(morceaux, ignore_index=True).astype({dimension: "str", RECENTS: "float64"})


def _classer(partage: pd.DataFrame, total: str, colonnes: Mapping[str, str], ou: Ou) -> pd.DataFrame:
    """The count of each class in each row of the partition; where no column, or no total, is given, nothing is."""
    classes = pd.DataFrame(
        {classe: partage.get(nom) for classe, nom in colonnes.items()}, partage.index, dtype="float64"
    )
    if classes.isna().all(axis=None):
        return classes
    classes = classes.fillna(0.0).where(partage[total].notna(), axis=0)
    classes[NON_RENSEIGNE] = partage[total] - classes.sum(axis=1)
    quoi = f"des classes comptent ensemble plus que {total} ({', '.join(colonnes.values())})"
    _exiger_aucune(classes[NON_RENSEIGNE].lt(0), partage, ou, quoi, "ces colonnes")
    return classes


def _exiger_aucune(fautes: pd.Series, partage: pd.DataFrame, ou: Ou, quoi: str, ou_voir: str) -> None:
    """Raise ErreurCIL naming the commune of the first row at fault, if there is one."""
    for lieu in partage.loc[fautes, "commune_insee"]:
        raise _refus(ou(lieu), quoi, f"vérifier {ou_voir} avec le producteur")


def _refus(ou: str, quoi: str, remede: str) -> ErreurCIL:
    return ErreurCIL(f"{ou} : {quoi}. Il faut {remede}, puis importer de nouveau le fichier.")


def communes_dominees(lignes: Mapping[str, pd.DataFrame], part_pct: float) -> frozenset[str]:
    """The communes where one landlord holds more than ``part_pct`` of the social dwellings.

    What its tenants are would be told of it (domain, §8.1); none without a survey. ``lignes``: by population, « rpls »
    and « occupation_bailleur », as they are prepared. The dwellings of the RPLS where their landlord is known, those
    that the OPS gives by landlord elsewhere; nobody can say of the others.
    """
    if BAILLEURS not in lignes:
        return frozenset()
    parts = pd.concat([_parts(logements) for logements in _par_bailleur(lignes)] or [pd.Series(dtype="float64")])
    premieres = parts[~parts.index.duplicated()]
    return frozenset(str(commune) for commune in premieres.index[premieres.gt(part_pct)])


def _par_bailleur(lignes: Mapping[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Rows that each stand for ``n`` dwellings of a landlord in a commune: those of the RPLS, then of the survey."""
    logements, rangees = lignes.get(RPLS), lignes.get(BAILLEURS)
    if logements is not None and donnee(logements, "bailleur"):
        yield logements[["commune_insee"]].assign(bailleur=logements["bailleur"].fillna(""), n=1)
    if rangees is not None and not rangees.empty:
        communes = rangees[~rangees["est_en_qpv"].fillna(False).astype(bool) & rangees["qpv"].isna()]
        poids = communes[LOGEMENTS] if donnee(communes, LOGEMENTS) else communes[MENAGES]
        yield communes[["commune_insee", "bailleur"]].assign(n=poids.astype("Float64").fillna(0).astype("float64"))


def _parts(logements: pd.DataFrame) -> pd.Series:
    """The share of the first landlord in each commune, in %."""
    comptes = logements.groupby(["commune_insee", "bailleur"])["n"].sum().unstack()
    totaux, premiers = comptes.sum(axis=1), comptes.drop(columns="", errors="ignore").max(axis=1)
    return (premiers / totaux[totaux.gt(0)] * 100).dropna()
