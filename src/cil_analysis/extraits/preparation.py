"""What only the rows of an import together tell: which are duplicates, which households have several."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd

from cil_analysis.extraits import controles, flux
from cil_analysis.extraits.anomalies import SIGNALEE, en_table, qui_comptent
from cil_analysis.extraits.atelier import Atelier, Consigne
from cil_analysis.extraits.nettoyage import EPCI, ORIGINE, Nettoyees, compter_motifs
from cil_analysis.extraits.schemas import PSEUDONYME, dtypes

# Rules about a row that counts all the same: the journal says how many rows each points out.
CONSTATS = {
    "repetition": "ménages qui ont plusieurs lignes",
    "deja_logee": "demandes d’un ménage logé dans l’année",
    "reactivee": "demandes radiées, puis réactivées",
}
# For each rule of CONSTATS that needs another extract, its sentence and the pseudonyms that it concerns.
Connus = Mapping[str, tuple[str, pd.Series]]


@dataclass(frozen=True)
class Tri:
    """The rows of an import, sorted: ``donnees`` are kept, the others and ``constats`` are counted by reason.

    ``epci``: the EPCI of each row that is kept. ``lignes``: how many rows there were; ``remplies``: how many cells of
    each column said something. ``illisibles``: for each column, how many cells of the rows that count could not be read
    (« illisibles »), those of rows rejected for it included (« rejetees »), of how many filled ones (« dites »), and
    how many kept rows lack their value for it (« conservees »).
    """

    donnees: pd.DataFrame
    epci: pd.Series
    anomalies: pd.DataFrame
    lignes: int
    remplies: Mapping[str, int]
    illisibles: dict[str, dict[str, int]]
    rejetees: dict[str, int]
    hors_perimetre: dict[str, int]
    doublons: dict[str, int]
    constats: dict[str, int]


def rassembler(
    parties: Sequence[Nettoyees],
    consigne: Consigne,
    lettres: Mapping[str, Mapping[str, str]],
    *,
    connus: Connus,
    deja: pd.DataFrame | None = None,
) -> Tri:
    """Sort the rows of all the parts, in their order: every row is kept, rejected, duplicate or out of scope.

    ``lettres``: for each file, canonical column → its letter in a spreadsheet. ``deja``: clean rows already stored,
    which these join.
    """
    tout = _unir(parties)
    atelier = Atelier(consigne, tout.retenues, tout.retenues[ORIGINE])
    retenues, doublon, rejet = _ecarter(atelier, tout.retenues, deja)
    controles.signaler_repetitions(atelier, retenues, deja)
    for regle, (message, pseudonymes) in connus.items():
        vus = retenues[PSEUDONYME].isin(pseudonymes.dropna())
        atelier.noter(vus, "numero_unique", regle, SIGNALEE, message)
    brutes = pd.concat([tout.anomalies, atelier.anomalies(tout.retenues.get("bailleur"), None)])
    sans_numero = "numero_unique" not in consigne.dictionnaire.colonnes
    anomalies = en_table(brutes, lettres, tout.retenues.index, sans_numero=sans_numero)
    constats = anomalies.loc[anomalies["regle"].isin(list(CONSTATS)), "regle"]
    return Tri(
        donnees=retenues[list(dtypes(consigne.dictionnaire))].reset_index(drop=True),
        epci=retenues[EPCI].reset_index(drop=True),
        anomalies=anomalies,
        lignes=tout.lignes,
        remplies=tout.comptes["remplies"],
        illisibles=_compter_les_illisibles(brutes, tout, retenues),
        rejetees=dict(sorted((tout.comptes["rejetees"] + compter_motifs(rejet)).items())),
        hors_perimetre=dict(sorted(tout.comptes["hors_perimetre"].items())),
        doublons=dict(compter_motifs(doublon)),
        constats=dict(compter_motifs(constats)),
    )


def _ecarter(
    atelier: Atelier, toutes: pd.DataFrame, deja: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """The rows that are kept; and why each is a duplicate, or is rejected for what others say, or empty."""
    doublon = controles.trouver_doublons(atelier, toutes)
    rejet = pd.Series("", index=toutes.index, dtype="str")
    retenues = toutes[doublon.eq("")].copy()
    if flux.est_un_bilan_de_flux(atelier.dictionnaire):
        rejet = flux.controler(atelier, retenues).reindex(rejet.index, fill_value="")
        retenues = retenues[rejet[retenues.index].eq("")]
    if deja is not None:
        stockees = controles.trouver_doublons_stockes(atelier, retenues, deja)
        doublon[stockees.index[stockees]] = "déjà importée"
        retenues = retenues[~stockees]
    return retenues, doublon, rejet


def _compter_les_illisibles(brutes: pd.DataFrame, tout: Nettoyees, gardees: pd.DataFrame) -> dict[str, dict[str, int]]:
    """See :class:`Tri`."""
    vues = brutes[brutes["regle"].eq("illisible") & qui_comptent(brutes, tout.retenues.index)]
    comptes = {}
    for nom, dites in tout.comptes["dites"].items():
        lignes = vues.index[vues["colonne"].eq(nom)].unique()
        restees = lignes[gardees.index.get_indexer(lignes) >= 0]
        rejetees = int((tout.retenues.index.get_indexer(lignes) < 0).sum())
        comptes[nom] = {
            "illisibles": len(lignes),
            "rejetees": rejetees,
            "dites": dites + rejetees,
            "conservees": int(gardees.loc[restees, nom].isna().sum()) if nom in gardees else 0,
        }
    return comptes


def _unir(parties: Sequence[Nettoyees]) -> Nettoyees:
    """The parts as one: the ranks of their rows go on from one to the next."""
    if len(parties) == 1:
        return parties[0]
    debuts = list(accumulate((partie.lignes for partie in parties), initial=0))
    retenues, anomalies = (
        pd.concat([c.set_axis(c.index + debut) for c, debut in zip(cadres, debuts, strict=False)])
        for cadres in ([p.retenues for p in parties], [p.anomalies for p in parties])
    )
    comptes: dict[str, Counter[str]] = defaultdict(Counter)
    for partie in parties:
        for quoi, compte in partie.comptes.items():
            comptes[quoi].update(compte)
    return Nettoyees(retenues, anomalies, debuts[-1], comptes)
