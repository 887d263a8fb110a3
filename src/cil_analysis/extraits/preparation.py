"""What only the rows of an import together tell: which are duplicates, which households have several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import pandas as pd

from cil_analysis.extraits import controls, flux
from cil_analysis.extraits.anomalies import SIGNALEE, Registre, en_table, qui_comptent
from cil_analysis.extraits.atelier import Atelier
from cil_analysis.extraits.controls import CLE
from cil_analysis.extraits.nettoyage import Consigne, Nettoyees, compter_motifs, nettoyer
from cil_analysis.extraits.schemas import PSEUDONYME, dtypes
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import par_fils

# Rules about a row that counts all the same: the journal says how many rows each points out.
CONSTATS = {
    "repetition": "ménages qui ont plusieurs lignes",
    "deja_logee": "demandes d’un ménage logé dans l’année",
    "reactivee": "demandes radiées, puis réactivées",
}
# For each rule of CONSTATS that needs another extract, its sentence and the pseudonyms that it concerns.
Connus = Mapping[str, tuple[str, pd.Series]]
T = TypeVar("T", pd.DataFrame, pd.Series)


@dataclass(frozen=True)
class Tri:
    """The rows of an import, sorted: ``gardees`` are kept, the others and ``constats`` are counted by reason.

    ``gardees``: in the types of :func:`compacts`; ``epci``: the EPCI of each. ``lignes``: how many rows there were;
    ``remplies``: how many cells of each column said something. ``illisibles``: for each column, how many cells of the
    rows that count could not be read (« illisibles »), those of rows rejected for it included (« rejetees »), of how
    many filled ones (« dites »), and how many kept rows lack their value for it (« conservees »).
    """

    gardees: pd.DataFrame
    epci: pd.Series
    anomalies: pd.DataFrame
    lignes: int
    remplies: Mapping[str, int]
    illisibles: dict[str, dict[str, int]]
    rejetees: dict[str, int]
    hors_perimetre: dict[str, int]
    doublons: dict[str, int]
    constats: dict[str, int]

    @cached_property
    def donnees(self) -> pd.DataFrame:
        """The kept rows in stored types: codes as text."""
        rangs = self.gardees.select_dtypes("category")
        textes = par_fils(_en_texte, [rangs[nom] for nom in rangs], len(rangs))
        return self.gardees.assign(**dict(zip(map(str, rangs), textes, strict=True)))


def preparer(
    texte: pd.DataFrame,
    registre: Registre,
    dictionnaire: Dictionnaire,
    references: References,
    *,
    annee: int,
    aujourd_hui: date,
    cle: bytes,
    connus: Connus,
    deja: pd.DataFrame | None = None,
    decalees: pd.Series | None = None,
) -> Tri:
    """Clean the rows of one extract and year, all at once: see :func:`nettoyer`, then :func:`rassembler`."""
    consigne = Consigne(dictionnaire, references, annee, aujourd_hui, cle)
    parties = [nettoyer(texte, registre, consigne, decalees, seule=True)]
    return rassembler(parties, consigne, registre.lettres, connus=connus, deja=deja)


def rassembler(
    parties: list[Nettoyees],
    consigne: Consigne,
    lettres: Mapping[str, Mapping[str, str]],
    *,
    connus: Connus,
    deja: pd.DataFrame | None = None,
) -> Tri:
    """Sort the rows of all the parts, in their order: every row is kept, rejected, duplicate or out of scope.

    ``parties`` may be emptied.
    ``lettres``: see :class:`Registre`. ``deja``: clean rows already stored, which these join.
    """
    dictionnaire = consigne.dictionnaire
    tout = _unir(parties)
    retenues = tout.retenues
    reperes = tout.reperes[tout.reperes[CLE].duplicated(keep=False)]
    if PSEUDONYME in retenues:
        reperes = reperes.assign(**{PSEUDONYME: retenues.loc[reperes.index, PSEUDONYME]})
    registre = Registre(tout.origine, bailleurs=retenues.get("bailleur"))
    vide = pd.DataFrame(index=retenues.index)
    atelier = Atelier(vide, dictionnaire, consigne.references, registre, consigne.annee, consigne.aujourd_hui)

    rejet = pd.Series("", index=retenues.index, dtype="str")
    doublon = controls.trouver_doublons(atelier, reperes).reindex(retenues.index, fill_value="")
    if flux.est_un_bilan_de_flux(dictionnaire):
        gardees = retenues[doublon.eq("")].astype(dtypes(dictionnaire))
        rejet = flux.controler(atelier, gardees).reindex(retenues.index, fill_value="")
        retenues = gardees.astype(consigne.types)
    retenues = _garder(retenues, doublon.eq("") & rejet.eq(""))
    if deja is not None:
        doublon = doublon.mask(controls.trouver_doublons_stockes(atelier, retenues, deja), "déjà importée")
        retenues = _garder(retenues, doublon.eq(""))
    controls.signaler_repetitions(atelier, retenues, deja)
    for regle, (message, pseudonymes) in connus.items():
        vus = pd.Series(False, index=rejet.index)
        vus[retenues.index] = controls.sont_parmi(retenues[PSEUDONYME], pseudonymes)
        atelier.noter(vus, "numero_unique", regle, SIGNALEE, message)
    brutes = pd.concat([tout.anomalies, registre.brutes()])
    sans_numero = "numero_unique" not in dictionnaire.colonnes
    anomalies = en_table(brutes, lettres, tout.retenues.index, sans_numero=sans_numero)
    constats = anomalies.loc[anomalies["regle"].isin(list(CONSTATS)), "regle"]
    return Tri(
        gardees=retenues.reset_index(drop=True),
        epci=tout.epci.loc[retenues.index].reset_index(drop=True),
        anomalies=anomalies,
        lignes=tout.lignes,
        remplies=tout.remplies,
        illisibles=_compter_les_illisibles(brutes, tout, retenues),
        rejetees=_ajouter([tout.rejetees, compter_motifs(rejet)]),
        hors_perimetre=tout.hors_perimetre,
        doublons=compter_motifs(doublon),
        constats=compter_motifs(constats),
    )


def _compter_les_illisibles(brutes: pd.DataFrame, tout: Nettoyees, gardees: pd.DataFrame) -> dict[str, dict[str, int]]:
    """See :class:`Tri`."""
    vues = brutes[brutes["regle"].eq("illisible") & qui_comptent(brutes, tout.retenues.index)]
    comptes = {}
    for nom, dites in tout.dites.items():
        lignes = vues.index[vues["colonne"].eq(nom)].unique()
        restees = lignes[lignes.isin(gardees.index)]
        rejetees = int((~lignes.isin(tout.retenues.index)).sum())
        comptes[nom] = {
            "illisibles": len(lignes),
            "rejetees": rejetees,
            "dites": dites + rejetees,
            "conservees": int(gardees.loc[restees, nom].isna().sum()) if nom in gardees else 0,
        }
    return comptes


def _en_texte(rangs: pd.Series) -> pd.Series:
    """Ranks in a list as what they stand for; ``astype`` takes a hundred times longer."""
    return pd.Series(rangs.cat.categories.array.take(rangs.cat.codes.to_numpy(), allow_fill=True), index=rangs.index)


def _garder(retenues: pd.DataFrame, lesquelles: pd.Series) -> pd.DataFrame:
    gardees = lesquelles[retenues.index]
    return retenues if gardees.all() else retenues[gardees]


def _unir(parties: list[Nettoyees]) -> Nettoyees:
    """The parts as one, and no longer each: the ranks of their rows go on from one to the next."""
    if len(parties) == 1:
        return parties[0]
    debuts = [sum(p.lignes for p in parties[:rang]) for rang in range(len(parties))]

    def empiler(cadres: Iterable[T]) -> T:
        empiles: T = pd.concat([c.set_axis(c.index + d) for c, d in zip(cadres, debuts, strict=True)])
        return empiles

    tout = Nettoyees(
        retenues=empiler(p.retenues for p in parties),
        epci=empiler(p.epci for p in parties),
        reperes=empiler(p.reperes for p in parties),
        origine=empiler(p.origine for p in parties),
        anomalies=empiler(p.anomalies for p in parties),
        lignes=sum(p.lignes for p in parties),
        remplies=_ajouter(p.remplies for p in parties),
        dites=_ajouter(p.dites for p in parties),
        rejetees=_ajouter(p.rejetees for p in parties),
        hors_perimetre=_ajouter(p.hors_perimetre for p in parties),
    )
    parties.clear()  # The rows of a country are held once.
    return tout


def _ajouter(comptes: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for compte in comptes:
        total.update(compte)
    return dict(sorted(total.items()))
