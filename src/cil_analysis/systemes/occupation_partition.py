"""The rows of an OPS file made into a partition: each household is counted in one row (domain, §5.2).

A file gives rows of whole communes, rows limited to a quarter (QPV) and rows limited to a landlord, which overlap. Of
a commune there remain its quarters and the rest: the EPCI is the sum of its communes, a commune that of its rows. A row
that says « en QPV : non » is what the quarters leave, or the whole of a commune that has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.nomenclatures import NON_RENSEIGNE
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.colonnes import donnee

MENAGES, RECENTS, LOGEMENTS = "nb_menages", "nb_menages_recents", "nb_logements"
_CLES = ["commune_insee", "est_en_qpv", "qpv"]
_AUCUN = frozenset[str]()
# The survey and the commune at fault, in words, from the code of the commune.
Ou = Callable[[str], str]


class _Ligne(NamedTuple):
    """A row of the file: the quarter and the landlord that it is limited to, if it is, and its counts by column.

    ``hors``: it says that it is outside the quarters. A count that is not given is NaN, and so is what it adds up to.
    """

    en_qpv: bool
    hors: bool
    qpv: str
    bailleur: str
    comptes: pd.Series


def partager(table: pd.DataFrame, quartiers: Mapping[str, frozenset[str]], ou: Ou) -> pd.DataFrame:
    """One row is a quarter of a commune, or the rest of it; the columns of counts, as numbers, NaN where not given.

    ``table``: the stored rows of an OPS file; ``quartiers``: the QPV of each commune in force in the year. A commune
    without a row of its own is the sum of its landlords' rows. It is not split where a quarter leaves out what the
    commune gives: its zone is unknown then. A commune whose households are not given is left out.
    Raises ErreurCIL when the rows contradict each other.
    """
    nombres = [nom for nom in table.columns if nom.startswith("nb_")]
    nommes, zones = table["qpv"].notna(), table["est_en_qpv"].astype("boolean")
    en_qpv, hors = nommes | zones.fillna(False), ~nommes & ~zones.fillna(True)
    comptes = (rangee for _, rangee in table[nombres].astype("Float64").astype("float64").iterrows())
    lignes = map(_Ligne, en_qpv, hors, table["qpv"].fillna(""), table["bailleur"].fillna(""), comptes)
    par_commune: defaultdict[str, list[_Ligne]] = defaultdict(list)
    for commune, ligne in zip(table["commune_insee"], lignes, strict=True):
        par_commune[str(commune)].append(ligne)
    morceaux = [
        (commune, zone, qpv or None, *part)
        for commune, siennes in sorted(par_commune.items())
        for zone, qpv, part in _partager_une_commune(siennes, quartiers.get(commune, _AUCUN), ou(commune))
    ]
    types = {"commune_insee": "str", "est_en_qpv": "boolean", "qpv": "str"} | dict.fromkeys(nombres, "float64")
    resultat = pd.DataFrame(morceaux, columns=list(types)).astype(types)
    if RECENTS in resultat:
        trop = resultat[RECENTS].gt(resultat[MENAGES])
        _exiger_aucune(trop, resultat, ou, "plus d’emménagés récents que de ménages", "ces lignes")
    zones = resultat["est_en_qpv"]
    if zones.isna().any() and not zones.any():  # A survey that counts no quarter has not found that nobody lives there.
        resultat["est_en_qpv"] = pd.Series(pd.NA, resultat.index, dtype="boolean")
    return resultat


def _partager_une_commune(
    lignes: Sequence[_Ligne], quartiers: frozenset[str], ou: str
) -> Iterator[tuple[bool | None, str, pd.Series]]:
    """Whether each part is in QPV (None: not known), in which, and its counts."""
    en_qpv = [ligne for ligne in lignes if ligne.en_qpv and not ligne.bailleur]
    lignes = _avec_l_ensemble(lignes, en_qpv, quartiers, ou)
    entieres = [ligne.comptes for ligne in lignes if not ligne.en_qpv and not ligne.bailleur]
    if len(entieres) > 1:
        raise _refus(ou, f"{len(entieres)} lignes comptent toute la commune", "n’en garder qu’une")
    if not entieres and en_qpv:
        raise _refus(ou, "des lignes limitées à un quartier, mais aucune de toute la commune", "ajouter celle-ci")
    sources = entieres or [ligne.comptes for ligne in lignes if ligne.bailleur and not ligne.en_qpv]
    if not sources or pd.isna((ensemble := _somme(sources))[MENAGES]):
        return  # What the producer keeps to itself is not known here.
    dits = ensemble.notna()
    if not en_qpv or any(ligne.comptes[dits].isna().any() for ligne in en_qpv):
        yield (None if quartiers or en_qpv else False), "", ensemble
        return
    parts = {ligne.qpv: ligne.comptes.where(dits) for ligne in en_qpv}  # The others are not known of the commune.
    tous = parts.pop("", None)
    total = _somme(parts.values()) if tous is None else tous
    if tous is not None:
        autres = _difference(tous, _somme(parts.values()), f"{ou}, quartiers prioritaires") if parts else tous
        if autres.gt(0).any():
            parts[""] = autres
    for qpv, part in parts.items():
        yield True, qpv, part
    tous_dits = tous is not None or quartiers <= parts.keys()
    yield (False if tous_dits else None), "", _difference(ensemble, total, ou)


def _avec_l_ensemble(
    lignes: Sequence[_Ligne], en_qpv: Sequence[_Ligne], quartiers: frozenset[str], ou: str
) -> list[_Ligne]:
    """The rows with that of the whole commune in the place of the one outside the quarters, which it is added to."""
    hors = [ligne for ligne in lignes if ligne.hors and not ligne.bailleur]
    if not hors or not (en_qpv or quartiers):
        return list(lignes)
    if len(hors) > 1 or any(not (ligne.en_qpv or ligne.hors or ligne.bailleur) for ligne in lignes):
        quoi = "plusieurs lignes comptent l’extérieur des quartiers, ou une autre toute la commune"
        raise _refus(ou, quoi, "n’en garder qu’une")
    if not en_qpv:
        raise _refus(ou, "une ligne compte l’extérieur des quartiers, mais aucune les quartiers", "ajouter celles-ci")
    tous = [ligne.comptes for ligne in en_qpv if not ligne.qpv]
    ensemble = _somme([hors[0].comptes, *(tous or [ligne.comptes for ligne in en_qpv])])
    autres = [ligne for ligne in lignes if ligne is not hors[0]]
    return [*autres, _Ligne(False, False, "", "", ensemble)]


def _somme(comptes: Iterable[pd.Series]) -> pd.Series:
    """The counts of several rows together; not given in one, a column is not known of all."""
    somme: pd.Series = reduce(add, comptes)
    return somme


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
    menages, recents = _classer(partage, MENAGES, colonnes, ou), pd.DataFrame(index=partage.index, dtype="float64")
    if any(donnee(partage, nom) for nom in recentes.values()):
        recents = _classer(partage, RECENTS, recentes, ou)
    recents = recents.reindex(columns=menages.columns)
    # What is not told of the recent ones may be told of all: that contradicts nothing.
    for classe, nom in colonnes.items():
        quoi = f"plus d’emménagés récents que de ménages dans une classe ({nom})"
        _exiger_aucune(recents[classe].gt(menages[classe]), partage, ou, quoi, "ces colonnes")
    # The columns stay beside their classes: they tell what the file gives.
    cles = partage[[*_CLES, *(nom for nom in colonnes.values() if nom in partage)]]
    morceaux = []
    for classe in (*colonnes, NON_RENSEIGNE):
        comptes = {MENAGES: menages[classe], RECENTS: recents[classe]}
        morceaux.append(cles.assign(**comptes, **{dimension: classe}))
    return pd.concat(morceaux, ignore_index=True).astype({dimension: "str", RECENTS: "float64"})


def _classer(partage: pd.DataFrame, total: str, colonnes: Mapping[str, str], ou: Ou) -> pd.DataFrame:
    """The count of each class in each row of the partition; where their total is not given, nothing is."""
    classes = pd.DataFrame({classe: partage.get(nom, float("nan")) for classe, nom in colonnes.items()})
    ensemble = partage[total]
    classes = classes.fillna(0.0).where(ensemble.notna(), axis=0)
    classes[NON_RENSEIGNE] = ensemble - classes.sum(axis=1)
    quoi = f"des classes comptent ensemble plus que {total} ({', '.join(colonnes.values())})"
    _exiger_aucune(classes[NON_RENSEIGNE].lt(0), partage, ou, quoi, "ces colonnes")
    return classes


def _exiger_aucune(fautes: pd.Series, partage: pd.DataFrame, ou: Ou, quoi: str, ou_voir: str) -> None:
    """Raise ErreurCIL naming the commune of the first row at fault, if there is one."""
    for lieu in partage.loc[fautes, "commune_insee"]:
        raise _refus(ou(lieu), quoi, f"vérifier {ou_voir} avec le producteur")


def _refus(ou: str, quoi: str, remede: str) -> ErreurCIL:
    return ErreurCIL(typographie(f"{ou} : {quoi}. Il faut {remede}, puis importer de nouveau le fichier."))
