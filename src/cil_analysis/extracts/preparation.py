"""From the rows of text of an extract to its clean rows: every row is kept, rejected, duplicate or out of scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cil_analysis.extracts import cleaning, controls, derivations, flux, occupation
from cil_analysis.extracts.anomalies import SIGNALEE, VALEUR_ECARTEE, Registre
from cil_analysis.extracts.atelier import Atelier
from cil_analysis.extracts.lecteurs import lecteur
from cil_analysis.extracts.pseudonyms import pseudonymiser
from cil_analysis.extracts.schemas import DTYPES, PSEUDONYME, dtypes
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References

# Rules about a row that counts all the same: the journal says how many rows each points out.
CONSTATS = {
    "repetition": "ménages qui ont plusieurs lignes",
    "deja_logee": "demandes d’un ménage logé dans l’année",
    "reactivee": "demandes radiées, puis réactivées",
}


@dataclass(frozen=True)
class Tri:
    """The rows of an import, sorted: ``donnees`` are kept, the others and ``constats`` are counted by reason."""

    donnees: pd.DataFrame
    anomalies: pd.DataFrame
    rejetees: dict[str, int]
    hors_perimetre: dict[str, int]
    doublons: dict[str, int]
    constats: dict[str, int]


def preparer(
    texte: pd.DataFrame,
    registre: Registre,
    dictionnaire: Dictionnaire,
    references: References,
    *,
    annee: int,
    aujourd_hui: date,
    cle: bytes,
    connus: Mapping[str, tuple[str, frozenset[str]]],
    deja: pd.DataFrame | None = None,
    decalees: pd.Series | None = None,
) -> Tri:
    """Clean the rows of one extract and year.

    ``texte``: one row is one line of the files, canonical columns, all text. ``connus``: for each rule of CONSTATS that
    needs another extract, its sentence and the pseudonyms that it concerns. ``deja``: clean rows already stored, which
    these join. ``decalees``: the rows whose cells are under the wrong headings.
    """
    atelier = Atelier(texte, dictionnaire, references, registre, annee, aujourd_hui)
    propres = pd.DataFrame({nom: _nettoyer_colonne(atelier, nom) for nom in texte.columns}, index=texte.index)
    derivations.completer_communes(propres)
    jour = _jour_de_reference(propres, dictionnaire, annee)
    derivations.situer_en_qpv(atelier, propres, jour)
    derivations.completer_menage(atelier, propres, jour)
    for nom in list(propres.columns):
        controls.ecarter_hors_bornes(atelier, propres, nom)
    derivations.dater_la_construction(atelier, propres)
    controls.ecarter_pourcentages_ambigus(atelier, propres)
    controls.controler_depot(atelier, propres, jour)
    derivations.calculer_delai(atelier, propres)
    derivations.deduire_decision(propres)
    derivations.deduire_mutation(propres)
    bilan_de_flux = flux.est_un_bilan_de_flux(atelier)
    if bilan_de_flux:
        flux.dire_la_ventilation(atelier, propres)
    if "bailleur" in propres:
        registre.bailleurs = propres["bailleur"]

    rejet = controls.rejeter(atelier, propres, jour, decalees)
    if occupation.est_une_enquete(atelier):
        rejet = occupation.rejeter_les_limites_inconnues(atelier, propres, rejet)
    hors = controls.mettre_hors_perimetre(atelier, propres, jour).where(rejet.eq(""), "")
    doublon = controls.trouver_doublons(atelier, propres, rejet.eq("") & hors.eq(""))
    gardees = rejet.eq("") & hors.eq("") & doublon.eq("")
    if bilan_de_flux:
        rejet = rejet.mask(gardees, flux.controler(atelier, propres, gardees))
        gardees &= rejet.eq("")
    retenues = _mettre_en_forme(propres[gardees], dictionnaire, cle)
    if deja is not None:
        doublon = doublon.mask(controls.trouver_doublons_stockes(atelier, retenues, deja), "déjà importée")
        gardees &= doublon.eq("")
        retenues = retenues[doublon[retenues.index].eq("")]
    controls.signaler_repetitions(atelier, retenues, deja)
    for regle, (message, pseudonymes) in connus.items():
        vus = pd.Series(False, index=propres.index)
        vus[retenues.index] = retenues[PSEUDONYME].isin(pseudonymes)
        atelier.noter(vus, "numero_unique", regle, SIGNALEE, message)
    anomalies = registre.table()
    constats = anomalies.loc[anomalies["regle"].isin(list(CONSTATS)), "regle"]
    return Tri(
        donnees=retenues.reset_index(drop=True),
        anomalies=anomalies,
        rejetees=_compter(rejet),
        hors_perimetre=_compter(hors),
        doublons=_compter(doublon),
        constats=_compter(constats),
    )


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


def _nettoyer_colonne(atelier: Atelier, nom: str) -> pd.Series:
    colonne = atelier.colonne(nom)
    textes = atelier.texte[nom]
    lues, illisibles = cleaning.appliquer(textes, lecteur(colonne, atelier.references))
    if colonne.type == "codes":
        vers_code = atelier.references.nomenclatures[colonne.nomenclature].vers_code()
        illisibles = textes.isin([t for t in textes.unique() if cleaning.a_un_code_inconnu(t, vers_code)])
    attendu = f"« {colonne.libelle} » : attendu {_ATTENDU.get(colonne.type, 'une valeur lisible')}."
    atelier.noter(illisibles, nom, "illisible", VALEUR_ECARTEE, attendu, textes)
    if colonne.type == "commune":
        retablis = textes.isin([t for t in textes.unique() if cleaning.code_retabli(t)]) & lues.notna()
        message = f"« {colonne.libelle} » : le code a été enregistré comme un nombre, et a été rétabli."
        atelier.noter(retablis, nom, "nombre", SIGNALEE, message, textes)
    if colonne.type == "date" and colonne.conservation == "gardee":
        sans_jour = textes.isin([t for t in textes.unique() if cleaning.est_un_mois(t)]) & lues.notna()
        message = f"« {colonne.libelle} » : le jour n’est pas donné, la date est prise au premier du mois."
        atelier.noter(sans_jour, nom, "mois", SIGNALEE, message, textes)
    return _typer(lues, DTYPES[colonne.type])


def _typer(valeurs: pd.Series, dtype: str) -> pd.Series:
    if str(valeurs.dtype) == dtype:
        return valeurs
    if dtype == "datetime64[us]":
        return pd.to_datetime(valeurs, errors="coerce").astype("datetime64[us]")
    typees: pd.Series = valeurs.astype(dtype)  # type: ignore[call-overload]  # the stubs know literal names only
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


def _mettre_en_forme(propres: pd.DataFrame, dictionnaire: Dictionnaire, cle: bytes) -> pd.DataFrame:
    """The stored shape, same index: pseudonyms for numbers, every column of the schema, nothing transitory."""
    colonnes = {}
    for nom, dtype in dtypes(dictionnaire).items():
        if nom == PSEUDONYME:
            colonnes[nom] = pseudonymiser(propres["numero_unique"], cle)
        elif nom in propres:
            colonnes[nom] = _typer(propres[nom], dtype)
        else:
            colonnes[nom] = _typer(pd.Series(None, index=propres.index, dtype="object"), dtype)
    return pd.DataFrame(colonnes, index=propres.index)


def _compter(motifs: pd.Series) -> dict[str, int]:
    return {str(motif): int(n) for motif, n in motifs[motifs.ne("")].value_counts().sort_index().items()}
