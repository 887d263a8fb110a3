"""The rows of a part of the files, cleaned by themselves: nothing here depends on the rows of another part.

That makes the cleaning of an import the union of the cleanings of its parts, wherever each is done;
:mod:`preparation` adds what only the whole tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.extraits import cleaning, controls, derivations, flux, occupation
from cil_analysis.extraits.anomalies import SIGNALEE, VALEUR_ECARTEE, Registre
from cil_analysis.extraits.atelier import Atelier
from cil_analysis.extraits.controls import CLE, EMPREINTE, ETAT, NON_ACTIVE
from cil_analysis.extraits.lecteurs import chercher_illisibles, lecteur
from cil_analysis.extraits.pseudonyms import Pseudonymisation, graine
from cil_analysis.extraits.schemas import DTYPES, PSEUDONYME, Type, compacts, en_rangs, schema
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import par_fils

if TYPE_CHECKING:
    import pandera.pandas as pa

_NUMERO = "numero_unique"


@dataclass(frozen=True)
class Consigne:
    """What the rows of one extract and year are cleaned by. ``aujourd_hui``: what is later is in the future."""

    dictionnaire: Dictionnaire
    references: References
    annee: int
    aujourd_hui: date
    cle: bytes = field(repr=False)

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """What a clean row may hold, besides its types."""
        return schema(self.dictionnaire, self.references.nomenclatures, self.annee)

    @cached_property
    def types(self) -> dict[str, Type]:
        """The columns of clean rows and their types: see :func:`compacts`."""
        return compacts(self.dictionnaire, self.references)

    @cached_property
    def type_epci(self) -> pd.CategoricalDtype:
        """The EPCI, or none, as ranks in their list."""
        return pd.CategoricalDtype(pd.Index(["", *self.references.epci["siren"]], dtype="str"))


@dataclass(frozen=True)
class Nettoyees:
    """Rows cleaned by themselves. The index of the frames is the rank of a row in its part.

    ``retenues``: the rows that are neither rejected nor out of scope, in the columns that are stored, what is of a
    closed list as ranks in it. ``epci``: the EPCI of each, likewise.
    ``reperes``: what tells which of them are one lease, or one request: the columns of the duplicate but the number,
    the digests of the key and of the whole row; without the rows that no other can repeat. ``origine``: file, sheet and
    line of ``retenues``. ``anomalies``: what was found wrong, see :meth:`Registre.brutes`. ``lignes``: how many rows
    the part has; ``remplies``: how many cells of each column say something; ``dites``: how many do of the rows of
    ``retenues``, words for « not given » aside; ``rejetees``, ``hors_perimetre``: rows by reason.
    """

    retenues: pd.DataFrame
    epci: pd.Series
    reperes: pd.DataFrame
    origine: pd.DataFrame
    anomalies: pd.DataFrame
    lignes: int
    remplies: dict[str, int]
    dites: dict[str, int]
    rejetees: dict[str, int]
    hors_perimetre: dict[str, int]


def est_divisible(dictionnaire: Dictionnaire) -> bool:
    """Whether each row of an extract is cleaned without the others.

    Shares are not: a column of values from 0 to 1 is ambiguous as a whole.
    """
    return not any(colonne.unite == "pct" for colonne in dictionnaire.colonnes.values())


def nettoyer(
    texte: pd.DataFrame,
    registre: Registre,
    consigne: Consigne,
    decalees: pd.Series | None = None,
    *,
    seule: bool = False,
) -> Nettoyees:
    """Clean rows of text. ``texte``: one row is one line of the files, canonical columns, all text.

    ``decalees``: the rows whose cells are under the wrong headings. ``seule``: there is no other part.
    """
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    atelier = Atelier(texte, dictionnaire, consigne.references, registre, annee, consigne.aujourd_hui)
    numeros = pd.Series(None, index=texte.index, dtype="str")
    if _NUMERO in texte:
        numeros = _nettoyer_colonne(atelier, consigne.types, _NUMERO)
    with Pseudonymisation(numeros, consigne.cle, a_cote=seule) as pseudonymes:  # The longest of all the work.
        # In whatever order threads note anomalies, those of a column keep theirs; en_table sorts columns.
        autres = [nom for nom in texte.columns if nom != _NUMERO]
        lues = par_fils(partial(_nettoyer_colonne, atelier, consigne.types), autres, len(texte) if seule else 0)
        par_nom = {_NUMERO: numeros} | dict(zip(autres, lues, strict=True))
        propres = pd.DataFrame({nom: par_nom[nom] for nom in texte.columns}, index=texte.index)
        derivations.completer_communes(propres)
        jour = _jour_de_reference(propres, dictionnaire, annee)
        epci = controls.situer_dans_un_epci(atelier, propres, jour)
        derivations.situer_en_qpv(atelier, propres, jour, epci)
        derivations.completer_menage(atelier, propres, jour)
        for nom in list(propres.columns):
            controls.ecarter_hors_bornes(atelier, propres, nom)
        derivations.dater_la_construction(atelier, propres)
        controls.ecarter_pourcentages_ambigus(atelier, propres)
        controls.controler_depot(atelier, propres, jour)
        derivations.calculer_delai(atelier, propres)
        derivations.deduire_decision(propres)
        derivations.deduire_mutation(propres)
        if flux.est_un_bilan_de_flux(dictionnaire):
            flux.dire_la_ventilation(atelier, propres)
        if "bailleur" in propres:
            registre.bailleurs = propres["bailleur"]

        rejet = controls.rejeter(atelier, propres, jour, decalees)
        if occupation.est_une_enquete(atelier):
            rejet = occupation.rejeter_les_limites_inconnues(atelier, propres, rejet)
        hors = controls.mettre_hors_perimetre(atelier, propres, jour, epci).where(rejet.eq(""), "")
        gardees = rejet.eq("") & hors.eq("")
        candidates = propres if gardees.all() else propres[gardees]
        faites = Nettoyees(
            retenues=_mettre_en_forme(candidates, consigne.types),
            epci=en_rangs(epci.loc[candidates.index], consigne.type_epci, "epci_siren"),
            reperes=_reperer(candidates, consigne, seule=seule),
            origine=registre.origine.loc[candidates.index],
            anomalies=_avec_numeros(registre.brutes(), numeros, consigne),
            lignes=len(texte),
            remplies={nom: _compter_les_remplies(texte[nom]) for nom in texte.columns},
            dites=_compter_les_dites(atelier.dites, gardees, hors),
            rejetees=compter_motifs(rejet),
            hors_perimetre=compter_motifs(hors),
        )
        if PSEUDONYME not in consigne.types:
            return faites
        retenues = faites.retenues.assign(**{PSEUDONYME: pseudonymes.finir(candidates.index)})
        return replace(faites, retenues=retenues[list(consigne.types)])


def _compter_les_dites(dites: Mapping[str, pd.Series], gardees: pd.Series, hors: pd.Series) -> dict[str, int]:
    """See :class:`Nettoyees`; a state that sets its request aside was read."""
    comptes = {nom: int((siennes & gardees).sum()) for nom, siennes in dites.items()}
    if ETAT in comptes:
        comptes[ETAT] += int(hors.eq(NON_ACTIVE).sum())
    return comptes


def _avec_numeros(brutes: pd.DataFrame, numeros: pd.Series, consigne: Consigne) -> pd.DataFrame:
    """The anomalies, those that hold a cell with what tells the N° uniques of their rows apart."""
    vus = numeros.loc[brutes.index[brutes["a_citer"].astype(bool)].unique()].dropna()
    if vus.empty:
        return brutes
    condenses = pd.util.hash_pandas_object(vus, index=False, hash_key=graine(consigne.cle))
    return brutes.assign(numero=condenses.reindex(brutes.index, fill_value=0).array)


def _reperer(candidates: pd.DataFrame, consigne: Consigne, *, seule: bool) -> pd.DataFrame:
    """What tells duplicates besides the number, whose pseudonym is among the stored columns and is as good."""
    condenser = partial(pd.util.hash_pandas_object, index=False, hash_key=graine(consigne.cle))
    doublon = consigne.dictionnaire.doublon
    noms = [nom for nom in doublon if nom in candidates]
    if not noms or noms[0] != doublon[0]:
        return pd.DataFrame({CLE: pd.Series(dtype="uint64"), EMPREINTE: pd.Series(dtype="uint64")})
    if seule:  # Only rows of one key are ever compared as a whole: in other parts, any row may have one.
        if _NUMERO in noms:
            candidates = candidates[cleaning.peut_etre_repetees(candidates[_NUMERO])]
        candidates = candidates[candidates.duplicated(noms, keep=False)]
    cles = condenser(candidates[noms], categorize=False)  # Nearly all are distinct.
    reperes = candidates[[nom for nom in noms if nom != _NUMERO]]
    return reperes.assign(**{CLE: cles, EMPREINTE: condenser(candidates)})


_ATTENDU = {
    "identifiant": "un numéro unique de 18 caractères (un tableur l’a peut-être arrondi)",
    "date": "une date (jj/mm/aaaa, mm/aaaa, aaaa-mm-jj ou date de tableur)",
    "commune": "une commune connue",
    "provenance": "une commune de France, par son code ou son nom",
    "oui_non": "oui ou non",
    "code": "un libellé de la nomenclature",
    "codes": "des libellés de la nomenclature",
    "nombre": "un nombre",
    "entier": "un nombre entier",
}


def _nettoyer_colonne(atelier: Atelier, types: Mapping[str, Type], nom: str) -> pd.Series:
    colonne = atelier.colonne(nom)
    textes = atelier.texte[nom]
    attendu = f"« {colonne.libelle} » : attendu {_ATTENDU.get(colonne.type, 'une valeur lisible')}."
    if colonne.type == "identifiant":
        lues, illisibles = cleaning.lire_identifiants(textes)
        atelier.noter(illisibles, nom, "illisible", VALEUR_ECARTEE, attendu, textes)
        return lues
    cellules = cleaning.distinctes(textes)
    valeurs, refusees = cellules.lire(lecteur(colonne, atelier.references))
    # A commune may be any: only those of the rows that are kept are of a list.
    type_ = types.get(nom, DTYPES["code"]) if colonne.type == "code" else DTYPES[colonne.type]
    lues = cellules.etaler(_typer(valeurs, type_, nom))
    if colonne.type == "codes":
        inconnus = list(map(chercher_illisibles(colonne, atelier.references), cellules.textes))
        illisibles = cellules.etaler(pd.Series([bool(libelles) for libelles in inconnus], dtype="bool"))
        for rang in range(max(map(len, inconnus), default=0)):  # One anomaly for each label: each is to be mapped.
            dits = cellules.etaler(pd.Series([(*i, *[""] * (rang + 1))[rang] for i in inconnus], dtype="str"))
            atelier.noter(dits.ne(""), nom, "illisible", VALEUR_ECARTEE, attendu, dits)
    else:
        illisibles = cellules.etaler(refusees)
        atelier.noter(illisibles, nom, "illisible", VALEUR_ECARTEE, attendu, textes)
    if colonne.type != "qpv":
        atelier.dites[nom] = lues.notna() | illisibles
    if colonne.type == "commune":
        retablis = cellules.ou(cleaning.code_retabli) & lues.notna()
        message = f"« {colonne.libelle} » : le code a été enregistré comme un nombre, et a été rétabli."
        atelier.noter(retablis, nom, "nombre", SIGNALEE, message, textes)
    if colonne.type == "date":
        message = f"« {colonne.libelle} » : date au format mois/jour/année."
        atelier.noter(illisibles & cellules.ou(cleaning.est_mois_jour), nom, "mois_jour", SIGNALEE, message, textes)
    if colonne.type == "date" and colonne.conservation == "gardee":
        sans_jour = cellules.ou(cleaning.est_un_mois) & lues.notna()
        message = f"« {colonne.libelle} » : le jour n’est pas donné, la date est prise au premier du mois."
        atelier.noter(sans_jour, nom, "mois", SIGNALEE, message, textes)
    return lues


def _typer(valeurs: pd.Series, dtype: Type | str, nom: str) -> pd.Series:
    if valeurs.dtype == dtype:
        return valeurs
    if isinstance(dtype, pd.CategoricalDtype):
        return en_rangs(valeurs, dtype, nom)
    if dtype == "datetime64[us]":
        return pd.to_datetime(valeurs, errors="coerce").astype("datetime64[us]")
    typees: pd.Series = valeurs.astype(dtype)  # type: ignore[arg-type]  # the stubs know literal names only
    return typees


def _jour_de_reference(propres: pd.DataFrame, dictionnaire: Dictionnaire, annee: int) -> pd.Series:
    """The day at which a row is looked at: the first of its dates that is given, or 31 December of the year."""
    if not dictionnaire.jour:
        return pd.Series(pd.Timestamp(annee, 12, 31), index=propres.index).astype("datetime64[us]")
    jour = pd.Series(pd.NaT, index=propres.index).astype("datetime64[us]")
    for nom in dictionnaire.jour:
        if nom in propres:
            jour = jour.fillna(propres[nom])
    return jour


def _compter_les_remplies(textes: pd.Series) -> int:
    remplies: int = pc.sum(pc.not_equal(pc.binary_length(pa.array(textes.array)), 0)).as_py() or 0
    return remplies


def _mettre_en_forme(propres: pd.DataFrame, types: Mapping[str, Type]) -> pd.DataFrame:
    """The columns that are stored but the pseudonyms, same index; nothing transitory."""
    colonnes = {}
    for nom, dtype in types.items():
        if nom == PSEUDONYME:
            continue
        if nom in propres:
            colonnes[nom] = _typer(propres[nom], dtype, nom)
        else:
            colonnes[nom] = pd.Series(None, index=propres.index, dtype=dtype)
    return pd.DataFrame(colonnes, index=propres.index)


def compter_motifs(motifs: pd.Series) -> dict[str, int]:
    """How many rows each reason sets aside; an empty one is none."""
    return {str(motif): int(n) for motif, n in motifs[motifs.ne("")].value_counts().sort_index().items()}
