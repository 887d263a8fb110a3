"""From the rows of text of an extract to its clean rows: every row is kept, rejected, duplicate or out of scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from cil_analysis.extracts import cleaning
from cil_analysis.extracts.anomalies import DOUBLON, REJET, SIGNALEE, VALEUR_ECARTEE, Registre
from cil_analysis.extracts.pseudonyms import pseudonymiser
from cil_analysis.extracts.schemas import DTYPES, PSEUDONYME, dtypes
from cil_analysis.reference.columns import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

# Days in a mean month (365.25 / 12): the unit of every delay (architecture, D10).
JOURS_PAR_MOIS = 30.4375
# Words of a QPV column that say « outside », in comparison form.
_HORS_QPV = frozenset({"hors qpv", "hors", "aucun", "non"})
# The code of data/reference/nomenclatures/etats_demande.csv for a request that is out of the stock.
_ETAT_INACTIF = "INACTIVE"


@dataclass(frozen=True)
class Tri:
    """The rows of an import, sorted. ``donnees``: clean rows kept. The others are counted by reason."""

    donnees: pd.DataFrame
    anomalies: pd.DataFrame
    rejetees: dict[str, int]
    hors_perimetre: dict[str, int]
    doublons: int


@dataclass(frozen=True)
class _Atelier:
    """What the cleaning of one import shares: the text cells by canonical column, and where to note anomalies."""

    texte: pd.DataFrame
    dictionnaire: Dictionnaire
    references: References
    registre: Registre

    def colonne(self, nom: str) -> Colonne:
        return self.dictionnaire.colonnes[nom]


def preparer(
    texte: pd.DataFrame,
    origine: pd.DataFrame,
    dictionnaire: Dictionnaire,
    references: References,
    *,
    annee: int,
    aujourd_hui: date,
    cle: bytes,
    loges: frozenset[str] = frozenset(),
) -> Tri:
    """Clean the rows of one extract and year.

    ``texte``: one row is one line of the files, canonical columns, all text. ``origine``: its file, sheet and line.
    ``loges``: pseudonyms of the households housed in the year, when it is known who was.
    """
    registre = Registre(origine)
    atelier = _Atelier(texte, dictionnaire, references, registre)
    propres = pd.DataFrame({nom: _nettoyer_colonne(atelier, nom) for nom in texte.columns}, index=texte.index)
    jour = _jour_de_reference(propres, dictionnaire, annee)
    _completer_commune(propres)
    if "est_en_qpv" in dictionnaire.colonnes:
        _situer_en_qpv(atelier, propres, jour)
    _completer_age(atelier, propres, jour)
    _completer_revenu(atelier, propres)
    _controler_bornes(atelier, propres)
    _controler_depot(atelier, propres, jour)

    rejet = _rejets(atelier, propres, aujourd_hui)
    hors = _hors_perimetre(propres, references, jour, annee).where(rejet.eq(""), "")
    garde = rejet.eq("") & hors.eq("")
    doublon = _doublons(propres, dictionnaire.extrait, garde)
    registre.noter(
        doublon, atelier.colonne("numero_unique"), "doublon", DOUBLON, "La même ligne figure déjà plus haut."
    )
    if loges:  # D13: such a request counts, and is pointed out.
        encore = pseudonymiser(propres["numero_unique"], cle).isin(loges) & garde & ~doublon
        message = "Ce ménage a signé un bail dans l’année et figure encore parmi les demandes actives."
        registre.noter(encore, atelier.colonne("numero_unique"), "deja_logee", SIGNALEE, message)
    retenues = _mettre_en_forme(propres[garde & ~doublon], dictionnaire, cle)
    return Tri(
        donnees=retenues,
        anomalies=registre.table(),
        rejetees=_compter(rejet),
        hors_perimetre=_compter(hors),
        doublons=int(doublon.sum()),
    )


def _lecteur(atelier: _Atelier, colonne: Colonne) -> Callable[[str], Any]:
    if colonne.type in ("code", "codes"):
        vers_code = atelier.references.nomenclatures[colonne.nomenclature].vers_code()
        return partial(cleaning.lire_code if colonne.type == "code" else cleaning.lire_codes, vers_code=vers_code)
    if colonne.type == "commune":
        return partial(cleaning.lire_commune, vers_commune=atelier.references.territoire.vers_commune())
    lecteurs: dict[str, Callable[[str], Any]] = {
        "identifiant": cleaning.lire_identifiant,
        "date": cleaning.lire_date,
        "oui_non": cleaning.lire_oui_non,
        "nombre": cleaning.lire_nombre,
        "entier": cleaning.lire_entier,
        "qpv": str.strip,  # Read later: its generation depends on the lease date.
    }
    return lecteurs[colonne.type]


_ATTENDU = {
    "identifiant": "un numéro unique de 18 caractères (un tableur l’a peut-être arrondi)",
    "date": "une date (jj/mm/aaaa, aaaa-mm-jj ou date de tableur)",
    "commune": "une commune connue",
    "oui_non": "oui ou non",
    "code": "un libellé de la nomenclature",
    "codes": "des libellés de la nomenclature",
    "nombre": "un nombre",
    "entier": "un nombre entier",
}


def _nettoyer_colonne(atelier: _Atelier, nom: str) -> pd.Series:
    colonne = atelier.colonne(nom)
    lues, illisibles = cleaning.appliquer(atelier.texte[nom], _lecteur(atelier, colonne))
    if colonne.type == "codes":
        vers_code = atelier.references.nomenclatures[colonne.nomenclature].vers_code()
        inconnus = [t for t in atelier.texte[nom].unique() if cleaning.a_un_code_inconnu(t, vers_code)]
        illisibles = atelier.texte[nom].isin(inconnus)
    atelier.registre.noter(
        illisibles,
        colonne,
        "illisible",
        VALEUR_ECARTEE,
        f"« {colonne.libelle} » : attendu {_ATTENDU.get(colonne.type, 'une valeur lisible')}.",
        atelier.texte[nom],
    )
    return _typer(lues, DTYPES[colonne.type])


def _typer(valeurs: pd.Series, dtype: str) -> pd.Series:
    if dtype == "datetime64[us]":
        return pd.to_datetime(valeurs, errors="coerce").astype("datetime64[us]")
    typees: pd.Series = valeurs.astype(dtype)  # type: ignore[call-overload]  # the stubs know literal names only
    return typees


def _jour_de_reference(propres: pd.DataFrame, dictionnaire: Dictionnaire, annee: int) -> pd.Series:
    """The day at which a row is looked at: the lease, or 31 December for the stock of requests."""
    if dictionnaire.extrait == "attributions":
        return propres["date_signature_bail"]
    return pd.Series(pd.Timestamp(annee, 12, 31), index=propres.index).astype("datetime64[us]")


def _completer_commune(propres: pd.DataFrame) -> None:
    if "commune_libelle" in propres:
        noms = propres["commune_libelle"]
        propres["commune_insee"] = propres.get("commune_insee", noms).fillna(noms)


def _situer_en_qpv(atelier: _Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Resolve the QPV in the generation of the lease date (P5), and make the two QPV columns agree."""
    if "est_en_qpv" not in propres:
        propres["est_en_qpv"] = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    if "qpv" not in propres:
        return
    texte = propres["qpv"].fillna("")
    # One lookup per period of the zoning rather than per day.
    zonage = atelier.references.territoire.table_qpv
    debuts = pd.concat([zonage["valide_du"], zonage["valide_au"] + pd.Timedelta(days=1)]).dropna().sort_values()
    periode = debuts.searchsorted(jour.fillna(pd.Timestamp(0)), side="right")
    trouve = pd.Series("", index=propres.index, dtype="str")
    for numero in set(periode):
        lignes = periode == numero
        premier = jour[lignes].min()
        vers_qpv = {} if pd.isna(premier) else atelier.references.territoire.vers_qpv(premier.date())
        trouve[lignes] = texte[lignes].map(lambda libelle, table=vers_qpv: table.get(normaliser(libelle), ""))
    dehors = texte.map(normaliser).isin(_HORS_QPV)
    donne = ~texte.map(cleaning.est_absent).astype(bool)  # no row at all: map would keep text
    colonne = atelier.colonne("qpv")
    inconnu = donne & ~dehors & trouve.eq("")
    atelier.registre.noter(
        inconnu,
        colonne,
        "illisible",
        VALEUR_ECARTEE,
        f"« {colonne.libelle} » : attendu un quartier de la génération en vigueur à la date du bail.",
        texte,
    )
    propres["qpv"] = trouve.where(trouve.ne(""), None).astype("str")
    deduit = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    deduit = deduit.mask(dehors, False).mask(trouve.ne(""), True)
    contredit = (deduit != propres["est_en_qpv"]).fillna(False).astype(bool)
    atelier.registre.noter(
        contredit,
        atelier.colonne("est_en_qpv"),
        "contradiction",
        VALEUR_ECARTEE,
        "Le quartier et l’indicateur QPV se contredisent : la situation est comptée comme inconnue.",
    )
    propres["est_en_qpv"] = propres["est_en_qpv"].fillna(deduit).mask(contredit, pd.NA)
    propres["qpv"] = propres["qpv"].mask(contredit, None)


def _completer_age(atelier: _Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    if "date_naissance" in propres:
        calcule = cleaning.annees_revolues(propres["date_naissance"], jour)
        propres["age"] = propres["age"].fillna(calcule) if "age" in propres else calcule


def _completer_revenu(atelier: _Atelier, propres: pd.DataFrame) -> None:
    """Yearly income per UC, from the first of the alternatives that is given (D7): × 12 ÷ UC (domain, §1.3)."""
    for nom in ("nb_uc", "revenu_mensuel_eur", "revenu_uc_mensuel_eur"):
        _ecarter_hors_bornes(atelier, propres, nom)
    revenu = propres.get("revenu_uc_annuel_eur", pd.Series(pd.NA, index=propres.index, dtype="Float64"))
    if "revenu_uc_mensuel_eur" in propres:
        revenu = revenu.fillna(propres["revenu_uc_mensuel_eur"] * 12)
    if {"revenu_mensuel_eur", "nb_uc"} <= set(propres.columns):
        revenu = revenu.fillna((propres["revenu_mensuel_eur"] * 12 / propres["nb_uc"]).round(2))
    propres["revenu_uc_annuel_eur"] = revenu


def _controler_bornes(atelier: _Atelier, propres: pd.DataFrame) -> None:
    for nom in list(propres.columns):
        _ecarter_hors_bornes(atelier, propres, nom)


def _ecarter_hors_bornes(atelier: _Atelier, propres: pd.DataFrame, nom: str) -> None:
    if nom not in propres:
        return
    colonne = atelier.colonne(nom)
    dehors = pd.Series(False, index=propres.index)
    if colonne.minimum is not None:
        dehors |= propres[nom].lt(colonne.minimum).fillna(False).astype(bool)
    if colonne.maximum is not None:
        dehors |= propres[nom].gt(colonne.maximum).fillna(False).astype(bool)
    atelier.registre.noter(
        dehors,
        colonne,
        "hors_bornes",
        VALEUR_ECARTEE,
        f"« {colonne.libelle} » est hors des bornes admises ({_bornes(colonne)}).",
        atelier.texte.get(nom),
    )
    propres[nom] = propres[nom].mask(dehors, pd.NA)


def _bornes(colonne: Colonne) -> str:
    bas = "" if colonne.minimum is None else f"au moins {colonne.minimum:g}"
    haut = "" if colonne.maximum is None else f"au plus {colonne.maximum:g}"
    return ", ".join(borne for borne in (bas, haut) if borne)


def _controler_depot(atelier: _Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """A request filed after its lease (or after the day of the stock) has no usable filing date (D8)."""
    if "date_depot_demande" not in propres:
        return
    apres = propres["date_depot_demande"].gt(jour)
    atelier.registre.noter(
        apres,
        atelier.colonne("date_depot_demande"),
        "depot_apres",
        VALEUR_ECARTEE,
        "La demande est déposée après la signature du bail, ou après le 31 décembre.",
        atelier.texte["date_depot_demande"],
    )
    propres["date_depot_demande"] = propres["date_depot_demande"].mask(apres, pd.NaT)


def _rejets(atelier: _Atelier, propres: pd.DataFrame, aujourd_hui: date) -> pd.Series:
    """Why a row is rejected, or empty: a value without which it cannot be counted, or a lease in the future."""
    motif = pd.Series("", index=propres.index, dtype="str")
    for colonne in atelier.dictionnaire.colonnes.values():
        if colonne.obligatoire == "ligne":
            absente = propres[colonne.nom].isna() & motif.eq("")
            atelier.registre.noter(
                absente, colonne, "absente", REJET, f"« {colonne.libelle} » manque ou n’est pas lisible."
            )
            motif = motif.mask(absente, f"« {colonne.libelle} » : valeur absente ou illisible")
    if "date_signature_bail" in propres:
        bail = atelier.colonne("date_signature_bail")
        futur = propres["date_signature_bail"].gt(pd.Timestamp(aujourd_hui)) & motif.eq("")
        atelier.registre.noter(futur, bail, "future", REJET, "La date du bail est dans le futur.")
        motif = motif.mask(futur, f"« {bail.libelle} » : date dans le futur")
    blanc = atelier.texte["numero_unique"].map(cleaning.est_absent).astype(bool)
    sans_numero = propres["numero_unique"].isna() & motif.eq("") & blanc
    atelier.registre.noter(
        sans_numero, atelier.colonne("numero_unique"), "absente", SIGNALEE, "« Numéro unique » n’est pas renseigné."
    )
    return motif


def _hors_perimetre(propres: pd.DataFrame, references: References, jour: pd.Series, annee: int) -> pd.Series:
    """Why a valid row is out of scope, or empty.

    A lease of another year, a commune that is not a member at the day (P9), a request that is no longer active; one
    whose state is blank or unknown counts.
    """
    motif = pd.Series("", index=propres.index, dtype="str")
    motif = motif.mask(jour.dt.year.ne(annee) & jour.notna(), "autre année")
    membres = references.territoire.communes[["code_insee", "membre_du", "membre_au"]]
    lignes = pd.DataFrame({"ligne": propres.index, "code_insee": propres["commune_insee"], "jour": jour})
    liens = lignes.merge(membres, on="code_insee")
    alors = ~liens["membre_du"].gt(liens["jour"]) & ~liens["membre_au"].lt(liens["jour"])
    membre = pd.Series(propres.index.isin(liens.loc[alors, "ligne"]), index=propres.index)
    motif = motif.mask(motif.eq("") & ~membre, "commune hors de l’intercommunalité")
    if "etat_demande" in propres:
        motif = motif.mask(motif.eq("") & propres["etat_demande"].eq(_ETAT_INACTIF).fillna(False), "demande non active")
    return motif


def _doublons(propres: pd.DataFrame, extrait: str, garde: pd.Series) -> pd.Series:
    """The second and later rows of one lease, or of one request. A row without a N° unique has no duplicate."""
    cles = ["numero_unique"]
    if extrait == "attributions":
        cles += ["date_signature_bail", "commune_insee"]
    candidates = propres[garde & propres["numero_unique"].notna()]
    return candidates.duplicated(cles).reindex(propres.index, fill_value=False)


def _mettre_en_forme(propres: pd.DataFrame, dictionnaire: Dictionnaire, cle: bytes) -> pd.DataFrame:
    """The stored shape: pseudonyms for numbers, every column of the schema, nothing transitory."""
    table = propres.copy()
    table[PSEUDONYME] = pseudonymiser(table["numero_unique"], cle)
    if dictionnaire.extrait == "attributions":
        depot = table.get("date_depot_demande", pd.Series(pd.NaT, index=table.index))
        jours = (table["date_signature_bail"] - pd.to_datetime(depot)).dt.days
        table["delai_mois"] = (jours / JOURS_PAR_MOIS).astype("Float64")
    attendus = dtypes(dictionnaire)
    for nom, dtype in attendus.items():
        if nom not in table:
            table[nom] = _typer(pd.Series(None, index=table.index, dtype="object"), dtype)
        table[nom] = _typer(table[nom], dtype)
    return table[list(attendus)].reset_index(drop=True)


def _compter(motifs: pd.Series) -> dict[str, int]:
    return {str(motif): int(n) for motif, n in motifs[motifs.ne("")].value_counts().sort_index().items()}
