"""The rows of an OPS file made into a partition: each household is counted in one row (domain, §5.2).

A file gives rows of whole communes, rows limited to a quarter (QPV) and rows limited to a landlord, which overlap. Of
a commune there remain its quarters and the rest: the EPCI is the sum of its communes, a commune that of its rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import typographie

MENAGES, RECENTS, LOGEMENTS = "nb_menages", "nb_menages_recents", "nb_logements"
_CLES = ("commune_insee", "est_en_qpv", "qpv")


def mesures(table: pd.DataFrame) -> list[str]:
    """The columns of counts."""
    return [nom for nom in table.columns if nom.startswith("nb_")]


def partager(
    table: pd.DataFrame, quartiers: Mapping[str, Collection[str]], noms: Mapping[str, str], annee: int
) -> pd.DataFrame:
    """One row is a quarter of a commune, or the rest of it; the columns of counts, as numbers, NaN where not given.

    ``table``: the stored rows of an OPS file; ``quartiers``: the QPV of each commune in force in the year; ``noms``: of
    the communes. A commune without a row of its own is the sum of its landlords' rows. It is not split where a quarter
    leaves out what the commune gives: its zone is unknown then.
    Raises ErreurCIL when the rows contradict each other.
    """
    nombres = mesures(table)
    lignes = table.assign(**{nom: table[nom].astype("Float64").astype("float64") for nom in nombres})
    en_qpv = lignes["est_en_qpv"].fillna(False).astype(bool) | lignes["qpv"].notna()
    lignes["_en_qpv"] = en_qpv
    morceaux = [
        morceau
        for commune, siennes in lignes.groupby("commune_insee", sort=True)
        for morceau in _partager_une_commune(
            str(commune), siennes, nombres, frozenset(quartiers.get(str(commune), ())),
            f"Enquête OPS {annee}, {noms.get(str(commune), str(commune))}",
        )
    ]  # fmt: skip
    resultat = pd.DataFrame(morceaux, columns=[*_CLES, *nombres])
    types = {"commune_insee": "str", "est_en_qpv": "boolean", "qpv": "str"} | dict.fromkeys(nombres, "float64")
    return resultat.astype(types)


def _partager_une_commune(
    commune: str, lignes: pd.DataFrame, nombres: list[str], quartiers: frozenset[str], ou: str
) -> Iterator[dict[str, object]]:
    communes = lignes[lignes["bailleur"].isna()]
    entieres, des_quartiers = communes[~communes["_en_qpv"]], communes[communes["_en_qpv"]]
    if len(entieres) > 1:
        raise _refus(ou, f"{len(entieres)} lignes comptent toute la commune", "n’en garder qu’une")
    if entieres.empty and len(des_quartiers):
        raise _refus(ou, "des lignes limitées à un quartier, mais aucune de toute la commune", "ajouter celle-ci")
    bailleurs = lignes[lignes["bailleur"].notna() & ~lignes["_en_qpv"]]
    source = bailleurs if entieres.empty else entieres
    ensemble = source[nombres].sum(min_count=len(source))
    if pd.isna(ensemble[MENAGES]):
        return  # What the producer keeps to itself is not known here.
    inconnues = [nom for nom in nombres if pd.isna(ensemble[nom])]
    des_quartiers = des_quartiers.assign(**dict.fromkeys(inconnues, float("nan")))
    incomplets = des_quartiers[[n for n in nombres if n not in inconnues]].isna().any(axis=None)
    if des_quartiers.empty or incomplets:
        dehors = pd.NA if quartiers or len(des_quartiers) else False
        yield {"commune_insee": commune, "est_en_qpv": dehors, "qpv": None, **ensemble}
        return
    nommes, tous = des_quartiers[des_quartiers["qpv"].notna()], des_quartiers[des_quartiers["qpv"].isna()]
    parts = [(str(nommes.loc[rang, "qpv"]), nommes.loc[rang, nombres]) for rang in nommes.index]
    en_qpv = nommes[nombres].sum(min_count=1) if tous.empty else tous[nombres].sum(min_count=1)
    if len(tous):
        autres = _difference(en_qpv, nommes[nombres].sum(), f"{ou}, quartiers prioritaires")
        if autres.gt(0).any():
            parts.append(("", autres))
    for qpv, part in parts:
        yield {"commune_insee": commune, "est_en_qpv": True, "qpv": qpv or None, **part}
    reste = _difference(ensemble, en_qpv, ou)
    tous_dits = len(tous) > 0 or quartiers <= set(nommes["qpv"])
    yield {"commune_insee": commune, "est_en_qpv": False if tous_dits else pd.NA, "qpv": None, **reste}


def _difference(ensemble: pd.Series, partie: pd.Series, ou: str) -> pd.Series:
    """What a part leaves of a whole. Raises ErreurCIL where the part is larger."""
    reste = ensemble - partie.fillna(0)
    trop = [str(nom) for nom in reste.index[reste.lt(0)]]
    if trop:
        nombres = f"{trop[0]} : {partie[trop[0]]:.0f} sur {ensemble[trop[0]]:.0f}"
        quoi = f"les quartiers comptent plus que l’ensemble ({nombres})"
        raise _refus(ou, quoi, "vérifier ces lignes avec le producteur")
    return reste


def par_classes(
    partage: pd.DataFrame, dimension: str, colonnes: Mapping[str, str], recentes: Mapping[str, str], annee: int,
    noms: Mapping[str, str], inconnue: str,
) -> pd.DataFrame | None:  # fmt: skip
    """One row is one class of a row of the partition, ``inconnue`` for what the columns leave of its households.

    ``colonnes``: class → column of the extract; ``recentes``: the same of recent movers. Columns: the keys, the class
    under the name of the dimension, ``nb_menages``, and ``nb_menages_recents``, NaN where their classes are not given.
    None when the extract has none of the columns.
    """
    if not any(partage.get(nom, pd.Series(dtype="float64")).notna().any() for nom in colonnes.values()):
        return None
    cles = partage[list(_CLES)]
    comptes = {MENAGES: _classer(partage, MENAGES, colonnes, inconnue, annee, noms)}
    if any(partage.get(nom, pd.Series(dtype="float64")).notna().any() for nom in recentes.values()):
        comptes[RECENTS] = _classer(partage, RECENTS, recentes, inconnue, annee, noms)
    morceaux = []
    for classe in (*colonnes, inconnue):
        nombres = {mesure: table[classe] for mesure, table in comptes.items()}
        morceau = cles.assign(**nombres)
        morceau[dimension] = classe
        morceaux.append(morceau)
        # What is not told of the recent ones may be told of all: that contradicts nothing.
        if classe != inconnue and RECENTS in nombres and nombres[RECENTS].gt(nombres[MENAGES]).any():
            lieu = partage.loc[nombres[RECENTS].gt(nombres[MENAGES]), "commune_insee"].iloc[0]
            ou = f"Enquête OPS {annee}, {noms.get(lieu, lieu)}"
            quoi = f"plus d’emménagés récents que de ménages dans une classe ({colonnes[classe]})"
            raise _refus(ou, quoi, "vérifier ces colonnes avec le producteur")
    table = pd.concat(morceaux, ignore_index=True).astype({dimension: "str"})
    return table if RECENTS in table else table.assign(**{RECENTS: float("nan")})


def _classer(
    partage: pd.DataFrame, total: str, colonnes: Mapping[str, str], inconnue: str, annee: int, noms: Mapping[str, str]
) -> pd.DataFrame:
    """The count of each class in each row of the partition; where their total is not given, nothing is."""
    classes = pd.DataFrame({classe: partage.get(nom, float("nan")) for classe, nom in colonnes.items()})
    ensemble = partage[total]
    classes = classes.fillna(0.0).where(ensemble.notna(), axis=0)
    classes[inconnue] = ensemble - classes.sum(axis=1)
    trop = classes[inconnue].lt(0)
    if trop.any():
        lieu = str(partage.loc[trop, "commune_insee"].iloc[0])
        quoi = f"des classes comptent ensemble plus que {total} ({', '.join(colonnes.values())})"
        raise _refus(f"Enquête OPS {annee}, {noms.get(lieu, lieu)}", quoi, "vérifier ces colonnes avec le producteur")
    return classes


def _refus(ou: str, quoi: str, remede: str) -> ErreurCIL:
    return ErreurCIL(typographie(f"{ou} : {quoi}. Il faut {remede}, puis importer de nouveau le fichier."))
