"""The rows of a part of the files, cleaned by themselves: nothing here depends on the rows of another part.

That makes the cleaning of an import the union of the cleanings of its parts, wherever each is done;
:mod:`preparation` adds what only the whole tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from cil_analysis.extraits import controles, derivations, flux
from cil_analysis.extraits.anomalies import Atelier, Consigne
from cil_analysis.extraits.cellules.codes import code_retabli
from cil_analysis.extraits.cellules.textes import Distinctes, distinctes
from cil_analysis.extraits.cellules.valeurs import est_mois_jour, est_un_mois
from cil_analysis.extraits.controles import EMPREINTE, ETAT, NON_ACTIVE
from cil_analysis.extraits.pseudonymes import pseudonymiser
from cil_analysis.extraits.schemas import DTYPES, chercher_illisibles, dtypes, lecteur, verifier_les_lignes
from cil_analysis.reference.colonnes import PSEUDONYME, Colonne, Dictionnaire

_NUMERO = "numero_unique"
ORIGINE = ["fichier", "feuille", "ligne"]
DECALEE, COUPEE = "decalee", "coupee"
EPCI = "_epci"


@dataclass(frozen=True)
class Partie:
    """Rows of text in canonical columns, one a line of the files; ``origine``: their ORIGINE, DECALEE and COUPEE."""

    texte: pd.DataFrame = field(repr=False)
    origine: pd.DataFrame = field(repr=False)

    def couper(self, lignes: int) -> Iterator[Partie]:
        """The same in parts of so many rows, which keep their ranks; at least one."""
        for debut in range(0, max(len(self.texte), 1), lignes):
            yield Partie(self.texte[debut : debut + lignes], self.origine[debut : debut + lignes])


@dataclass(frozen=True)
class Nettoyees:
    """Rows cleaned by themselves. The index of the frames is the rank of a row in its import.

    ``retenues``: the rows that are neither rejected nor out of scope: the columns that are stored, ORIGINE, EPCI and,
    to tell duplicates, EMPREINTE and the columns for it that are not stored. ``anomalies``: what was found wrong, see
    :meth:`Atelier.anomalies`. ``lignes``: how many rows the part has. ``comptes``: by column, how many cells say
    something (« remplies »), and how many of ``retenues`` do, words for « not given » aside (« dites »); by reason,
    the rows set aside (« rejetees », « hors_perimetre »); by commune, those that are of none of ours (« ailleurs »).
    """

    retenues: pd.DataFrame
    anomalies: pd.DataFrame
    lignes: int
    comptes: dict[str, Counter[str]]


def nettoyer(consigne: Consigne, partie: Partie) -> Nettoyees:
    """Clean rows of text."""
    texte, dictionnaire = partie.texte, consigne.dictionnaire
    atelier = Atelier(consigne, texte, partie.origine[ORIGINE])
    propres = pd.DataFrame({nom: _lire_colonne(atelier, nom) for nom in texte.columns}, index=texte.index)
    jour, epci = _completer(atelier, propres)
    rejet = controles.rejeter(atelier, propres, jour, partie.origine[[DECALEE, COUPEE]])
    hors = controles.mettre_hors_perimetre(atelier, propres, jour, epci).where(rejet.eq(""), "")
    if dictionnaire.a_des_menages:
        numeros = propres[_NUMERO] if _NUMERO in propres else pd.Series(index=propres.index, dtype="str")
        propres[PSEUDONYME] = pseudonymiser(numeros, consigne.cle)
    gardees = rejet.eq("") & hors.eq("")
    candidates = propres[gardees]
    types = dtypes(dictionnaire)
    retenues = candidates.reindex(columns=[*types]).astype(types)  # what is stored: nothing transitory
    verifier_les_lignes(retenues, consigne)
    reperes = _reperer(candidates, dictionnaire).assign(**{EPCI: epci[gardees]})
    return Nettoyees(
        retenues=pd.concat([retenues, reperes, atelier.origine[gardees]], axis="columns"),
        anomalies=atelier.anomalies(propres.get("bailleur"), propres.get(PSEUDONYME)),
        lignes=len(texte),
        comptes={
            "remplies": Counter({nom: int(texte[nom].ne("").sum()) for nom in texte.columns}),
            "dites": _compter_les_dites(atelier, gardees, hors),
            "rejetees": compter_motifs(rejet),
            "hors_perimetre": compter_motifs(hors),
            "ailleurs": compter_motifs(propres.get("commune_insee", hors).where(hors.eq(controles.AILLEURS), "")),
        },
    )


def _completer(atelier: Atelier, propres: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Add what cells imply together and set aside what is out of bounds, in place; the day and the EPCI of each row."""
    derivations.completer_communes(atelier, propres)
    jour = _jour_de_reference(propres, atelier.consigne)
    epci = controles.situer_dans_un_epci(atelier, propres, jour)
    derivations.situer_en_qpv(atelier, propres, jour, epci)
    derivations.signaler_hors_des_qpv(atelier, propres, jour, epci)
    controles.controler_depot(atelier, propres, jour)
    controles.signaler_hors_periode(atelier, propres, jour)
    derivations.completer(atelier, propres, jour)
    for nom in list(propres.columns):
        controles.ecarter_hors_bornes(atelier, propres, nom)
    derivations.signaler_les_ecarts(atelier, propres, jour)
    derivations.dater_la_construction(atelier, propres)
    controles.ecarter_pourcentages_ambigus(atelier, propres)
    derivations.deduire_travailleur_essentiel(atelier, propres, jour)
    if flux.est_un_bilan_de_flux(atelier.dictionnaire):
        flux.dire_la_ventilation(atelier, propres)
    return jour, epci


def _compter_les_dites(atelier: Atelier, gardees: pd.Series, hors: pd.Series) -> Counter[str]:
    """See :class:`Nettoyees`; a state that sets its request aside was read."""
    comptes = Counter({nom: int((siennes & gardees).sum()) for nom, siennes in atelier.dites.items()})
    if ETAT in comptes:
        comptes[ETAT] += int(hors.eq(NON_ACTIVE).sum())
    return comptes


def _reperer(candidates: pd.DataFrame, dictionnaire: Dictionnaire) -> pd.DataFrame:
    """What tells duplicates besides the stored columns."""
    cles = controles.cles_de_doublon(dictionnaire, candidates)
    reperes = candidates[[nom for nom in cles if nom not in dtypes(dictionnaire)]]
    if not cles:
        return reperes
    empreintes = pd.util.hash_pandas_object(candidates.drop(columns=PSEUDONYME, errors="ignore"), index=False)
    return reperes.assign(**{EMPREINTE: empreintes})


def _lire_colonne(atelier: Atelier, nom: str) -> pd.Series:
    """The values of a column; what is unreadable, or was hard to read, is noted."""
    colonne, textes = atelier.colonne(nom), atelier.texte[nom]
    cellules = distinctes(textes)
    valeurs, refusees = cellules.lire(lecteur(colonne, atelier.references))
    if colonne.type == "date":
        valeurs = pd.to_datetime(valeurs, errors="coerce")
    lues = cellules.etaler(valeurs.astype(DTYPES[colonne.type]))  # type: ignore[call-overload]
    illisibles = _noter_les_illisibles(atelier, colonne, cellules, refusees)
    if colonne.type not in ("qpv", "identifiant"):
        atelier.dites[nom] = lues.notna() | illisibles
    if colonne.type == "commune":
        retablis = cellules.ou(code_retabli) & lues.notna()
        atelier.noter(retablis, nom, "nombre")
    if colonne.type == "date":
        atelier.noter(illisibles & cellules.ou(est_mois_jour), nom, "mois_jour")
    if colonne.type == "date" and colonne.conservation == "gardee":
        atelier.noter(cellules.ou(est_un_mois) & lues.notna(), nom, "mois")
    return lues


def _noter_les_illisibles(atelier: Atelier, colonne: Colonne, cellules: Distinctes, refusees: pd.Series) -> pd.Series:
    """Which rows have a cell that cannot be read; of a cell of several codes, each unknown label is noted."""
    if colonne.type != "codes":
        illisibles = cellules.etaler(refusees)
        atelier.noter(illisibles, colonne.nom, "illisible")
        return illisibles
    inconnus = list(map(chercher_illisibles(colonne, atelier.references), cellules.textes))
    for rang in range(max(map(len, inconnus), default=0)):
        dits = cellules.etaler(pd.Series([(*i, *[""] * (rang + 1))[rang] for i in inconnus], dtype="str"))
        atelier.noter(dits.ne(""), colonne.nom, "illisible", dits)
    return cellules.etaler(pd.Series([bool(libelles) for libelles in inconnus], dtype="bool"))


def _jour_de_reference(propres: pd.DataFrame, consigne: Consigne) -> pd.Series:
    """The day at which a row is looked at: the first of its dates that is given, or 31 December of the year."""
    if not consigne.dictionnaire.jour:
        return pd.Series(pd.Timestamp(consigne.annee, 12, 31), index=propres.index).astype("datetime64[us]")
    jour = pd.Series(pd.NaT, index=propres.index).astype("datetime64[us]")
    for nom in consigne.dictionnaire.jour:
        if nom in propres:
            jour = jour.fillna(propres[nom])
    return jour


def compter_motifs(motifs: pd.Series) -> Counter[str]:
    """How many rows each reason sets aside; an empty one is none."""
    return Counter({str(motif): int(n) for motif, n in motifs[motifs.ne("")].value_counts().sort_index().items()})
