"""What only the rows of an import together tell: which are duplicates, which households have several.

And when the files as a whole are not believed: too many of their rows or of their values are wrong (architecture, D2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import controles, flux
from cil_analysis.extraits.anomalies import Atelier, Consigne, en_table, qui_comptent
from cil_analysis.extraits.derivations import dire_les_sources
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.nettoyage import EPCI, ORIGINE, Nettoyees, compter_motifs
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.colonnes import PSEUDONYME, Colonne, Dictionnaire
from cil_analysis.typographie import accorder, nombre

# Rules about a row that counts all the same: the journal says how many rows each points out.
CONSTATS: Mapping[str, str] = lire_du_logiciel("extraits/mots.yml")["constats"]
# Lines that hold something and are no rows, by reason, in one and in several.
REMPLIES: Mapping[str, Sequence[str]] = lire_du_logiciel("extraits/mots.yml")["remplies"]
# For each rule of CONSTATS that needs another extract, the pseudonyms that it concerns.
Connus = Mapping[str, pd.Series]
# Above this share of unreadable cells, a column says too little for its figures to be believed (architecture, D18).
PART_ILLISIBLE_MAXIMALE = 0.10
# Above this share of wrong rows or values, a file is more likely misread, or of another year or unit, than bad (D2).
PART_FAUTIVE_MAXIMALE = 0.20
_TROP = f"plus de {PART_FAUTIVE_MAXIMALE * 100:.0f} %"
# Yearly incomes by consumption unit, and the parameter that their median is not under.
_REVENU, _REVENU_MEDIAN_MINIMAL = "revenu_uc_annuel_eur", "verification.revenu_median_minimal"
_DEPOT = "date_depot_demande"
# A few values prove nothing.
_FAUTES_MINIMALES = 10


@dataclass(frozen=True)
class Tri:
    """The rows of an import, sorted: ``donnees`` are kept, the others and ``constats`` are counted by reason.

    ``ailleurs``: how many are of each commune that is not of the EPCI, for whoever imports alone.
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
    ailleurs: dict[str, int]
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
    for regle, pseudonymes in connus.items():
        atelier.noter(retenues[PSEUDONYME].isin(pseudonymes.dropna()), "numero_unique", regle)
    brutes = pd.concat([tout.anomalies, atelier.anomalies(tout.retenues.get("bailleur"), None)])
    sans_numero = not consigne.dictionnaire.a_des_menages
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
        ailleurs=dict(tout.comptes["ailleurs"].most_common()),
        doublons=dict(compter_motifs(doublon)),
        constats=dict(compter_motifs(constats))
        | _revenus_nuls(retenues)
        | ({} if deja is not None else _stock_d_une_autre_annee(retenues, consigne)),
    )


def _stock_d_une_autre_annee(retenues: pd.DataFrame, consigne: Consigne) -> dict[str, int]:
    """How many requests a stock has, when none is filed in its year: it is another year's."""
    if consigne.dictionnaire.jour or _DEPOT not in retenues:
        return {}
    depots = retenues[_DEPOT].dropna()
    d_avant = len(depots) >= _FAUTES_MINIMALES and depots.max() < pd.Timestamp(consigne.annee, 1, 1)
    return {"sans_depot": len(depots)} if d_avant else {}


def _revenus_nuls(retenues: pd.DataFrame) -> dict[str, int]:
    """How many incomes are 0, when too many of them are: a program has filled blanks."""
    revenus = retenues.get(_REVENU, pd.Series(dtype="Float64")).dropna()
    nuls = int(revenus.eq(0).sum())
    return {"revenus_nuls": nuls} if nuls >= max(_FAUTES_MINIMALES, PART_FAUTIVE_MAXIMALE * len(revenus)) else {}


def _ecarter(
    atelier: Atelier, toutes: pd.DataFrame, deja: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """The rows that are kept; and why each is a duplicate, or is rejected for what others say, or empty."""
    doublon = controles.trouver_doublons(atelier, toutes)
    rejet = pd.Series("", index=toutes.index, dtype="str")
    retenues = toutes[doublon.eq("")].copy()
    if flux.est_un_bilan_de_flux(atelier.dictionnaire):
        rejet = flux.controler(atelier, retenues, retenues[EPCI]).reindex(rejet.index, fill_value="")
        retenues = retenues[rejet[retenues.index].eq("")]
    if deja is not None:
        stockees = controles.trouver_doublons_stockes(atelier, retenues, deja)
        doublon[stockees.index] = stockees
        retenues = retenues[stockees.eq("")]
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
    """The parts as one."""
    comptes: dict[str, Counter[str]] = defaultdict(Counter)
    for partie in parties:
        for quoi, compte in partie.comptes.items():
            comptes[quoi].update(compte)
    retenues, anomalies = pd.concat([p.retenues for p in parties]), pd.concat([p.anomalies for p in parties])
    return Nettoyees(retenues, anomalies, sum(partie.lignes for partie in parties), comptes)


def refuser_si_douteux(tri: Tri, bruts: Sequence[Brut], consigne: Consigne, noms: str, *, vide_admis: bool) -> None:
    """Refuse files that are more likely misread than bad. ``vide_admis``: they may add nothing to what is stored."""
    doutes = (
        _doutes_sur_les_lignes(tri, bruts),
        _doutes_sur_les_valeurs(tri, consigne),
        _doutes_sur_l_annee(tri, consigne),
        _doutes_sur_les_revenus(tri, consigne),
    )
    for doute in chain.from_iterable(doutes):
        raise ErreurCIL(f"{noms} : {doute}")
    if tri.donnees.empty and not vide_admis:
        raise ErreurCIL(
            f"{noms} : aucune ligne de {consigne.annee} dans le périmètre de l’intercommunalité. Vérifiez l’année "
            f"demandée et le fichier. {_detail(tri)}"
        )


def _doutes_sur_les_lignes(tri: Tri, bruts: Sequence[Brut]) -> Iterator[str]:
    """Lines that hold something and were not taken for rows count with those that are rejected."""
    rejetees = sum(tri.rejetees.values())
    if rejetees / tri.lignes > PART_FAUTIVE_MAXIMALE:
        sur = f"sur {nombre(tri.lignes)}"
        combien = accorder(rejetees, f"ligne {sur} serait rejetée", f"lignes {sur} seraient rejetées")
        quoi = "ses colonnes et le territoire (data/reference)" if len(tri.rejetees) > 1 else "la colonne en défaut"
        yield f"{combien}, {_TROP}. Le fichier est sans doute mal compris : vérifiez {quoi}. {_detail(tri)}"
    motifs = {motif: sum(brut.ignorees.get(motif, 0) for brut in bruts) for motif in REMPLIES}
    ignorees = sum(motifs.values())
    lues = tri.lignes + ignorees
    if ignorees >= _FAUTES_MINIMALES and (ignorees + rejetees) / lues > PART_FAUTIVE_MAXIMALE:
        autres = f", et {accorder(rejetees, 'autre serait rejetée', 'autres seraient rejetées')}" if rejetees else ""
        yield (
            f"{nombre(ignorees)} lignes remplies sur {nombre(lues)} ne ressemblent pas à des lignes de "
            f"données ({dire_les_ignorees(motifs)}){autres} : {_TROP}. Le "
            "fichier est sans doute mal lu : ouvrez-le, vérifiez que chaque ligne a une cellule par colonne "
            "(séparateurs, guillemets), puis relancez."
        )


def _doutes_sur_les_valeurs(tri: Tri, consigne: Consigne) -> Iterator[str]:
    """A column out of its bounds."""
    dictionnaire = consigne.dictionnaire
    for nom, n in _par_colonne(tri, "hors_bornes").items():
        remplies = tri.remplies.get(nom, 0) or tri.lignes  # A column may be computed from others.
        if n >= _FAUTES_MINIMALES and n / remplies > PART_FAUTIVE_MAXIMALE:
            yield (
                f"{nombre(n)} valeurs sur {nombre(remplies)} de « {dictionnaire.colonnes[nom].libelle} »"
                f"{dire_les_sources(nom, tri.remplies, dictionnaire)} sont hors des bornes admises, {_TROP}. L’unité "
                "n’est sans doute pas celle du dictionnaire (par mois ou par an, du ménage ou par unité de "
                "consommation) : placez l’en-tête à la bonne ligne de data/reference/columns/"
                f"{dictionnaire.extrait}.csv (« cil colonnes » les montre)."
            )


def _doutes_sur_l_annee(tri: Tri, consigne: Consigne) -> Iterator[str]:
    """Requests filed after the year whose stock they are, or after the day of their rows."""
    apres, jours = sum(_par_colonne(tri, "depot_apres").values()), consigne.dictionnaire.jour
    if apres / tri.lignes > PART_FAUTIVE_MAXIMALE and (not jours or apres >= _FAUTES_MINIMALES):
        quand = consigne.dictionnaire.colonnes[jours[0]].libelle if jours else f"31 décembre {consigne.annee}"
        sur = f"sur {nombre(tri.lignes)}"
        combien = accorder(apres, f"demande {sur} est déposée", f"demandes {sur} sont déposées")
        yield (
            f"{combien} après « {quand} », {_TROP}. Ces dates sont sans doute d’une autre année, ou l’une mise pour "
            "l’autre : vérifiez l’année demandée (--annee), le fichier et ses en-têtes (« cil colonnes »)."
        )


def _doutes_sur_les_revenus(tri: Tri, consigne: Consigne) -> Iterator[str]:
    """Incomes that are within their bounds, and of the wrong unit: nearly all would be of the first quartile."""
    parametres = consigne.references.parametres
    if _REVENU not in tri.donnees or _REVENU_MEDIAN_MINIMAL not in parametres:
        return
    revenus = tri.donnees[_REVENU][tri.donnees[_REVENU].gt(0)]
    minimum = parametres.lire(_REVENU_MEDIAN_MINIMAL, date(consigne.annee, 12, 31))
    if len(revenus) >= _FAUTES_MINIMALES and revenus.median() < minimum:
        yield (
            f"la moitié des revenus sont inférieurs à {nombre(int(minimum))} € par an et par unité de "
            "consommation. La colonne est sans doute par mois : placez son en-tête à la bonne ligne (« cil colonnes »)."
        )


def _par_colonne(tri: Tri, regle: str) -> dict[str, int]:
    """How many values of each column are at fault, the most frequent first."""
    fautives = tri.anomalies.loc[tri.anomalies["regle"].eq(regle), "colonne"]
    return {str(nom): int(n) for nom, n in fautives.value_counts().items()}


def _detail(tri: Tri) -> str:
    motifs = [f"{motif} ({nombre(n)})" for motif, n in {**tri.rejetees, **tri.hors_perimetre}.items()]
    return f"Détail : {' ; '.join(motifs)}." if motifs else ""


def dire_les_ignorees(motifs: Mapping[str, int]) -> str:
    """How many lines hold something and are no rows, by reason; empty for none."""
    return ", ".join(f"{nombre(n)} {REMPLIES[motif][n > 1]}" for motif, n in motifs.items() if n and motif in REMPLIES)


def refuser_si_illisible(tri: Tri, bruts: Sequence[Brut], consigne: Consigne, noms: str) -> None:
    """Refuse dates whose months come before their days, or a column too many filled cells of which cannot be read.

    A row whose day or commune cannot be read is rejected, and a number that is lost is a household without identifier:
    other rules say how many of these are too many (D2, D6).
    """
    dictionnaire, references = consigne.dictionnaire, consigne.references
    for nom, n in _par_colonne(tri, "mois_jour").items():  # Days up to the twelfth would be swapped without a word.
        if n >= _FAUTES_MINIMALES:
            raise ErreurCIL(
                f"{noms} : {nombre(n)} dates de « {dictionnaire.colonnes[nom].libelle} » ne se lisent que "
                "mois/jour/année (03/25/2022) ; d’autres seraient lues à l’envers. Rien n’est importé : demandez des "
                "dates jj/mm/aaaa ou aaaa-mm-jj."
            )
    chemins = list(dict.fromkeys(brut.source.chemin or brut.nom for brut in bruts))
    fautives = {
        nom: compte
        for nom, compte in tri.illisibles.items()
        if compte["illisibles"] > PART_ILLISIBLE_MAXIMALE * compte["dites"]
        and (dictionnaire.colonnes[nom].est_une_liste or compte["illisibles"] >= _FAUTES_MINIMALES)
        and not _a_sa_regle(dictionnaire.colonnes[nom], dictionnaire)
    }
    if not fautives:
        return
    quoi = "d’une colonne" if len(fautives) == 1 else f"de {len(fautives)} colonnes"
    anomalies = tri.anomalies[tri.anomalies["colonne"].isin(fautives)]
    lignes = dire_les_illisibles(anomalies, fautives, chemins, dictionnaire, references)
    raise ErreurCIL(
        f"{noms} : plus de {PART_ILLISIBLE_MAXIMALE * 100:.0f} % des cellules remplies {quoi} ne peuvent être lues. "
        "Rien n’est importé.\n  " + "\n  ".join(lignes) + "\n  Corrigez le fichier ou demandez-en un autre ; une "
        "colonne qui ne sert pas s’écarte : donnez « ignoree » à son en-tête avec « cil colonnes »."
    )


def _a_sa_regle(colonne: Colonne, dictionnaire: Dictionnaire) -> bool:
    tenue = dictionnaire.colonnes.get(colonne.alternative_de, colonne)
    return "ligne" in (colonne.obligatoire, tenue.obligatoire) or colonne.type == "identifiant"
