"""What is wrong with clean rows: values out of bounds, rows to reject, out of scope, duplicate or repeated."""

import math

import pandas as pd

from cil_analysis.extraits.anomalies import Atelier
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES, PSEUDONYME, Dictionnaire
from cil_analysis.typographie import francais

# The code of data/reference/nomenclatures/etats_demande.csv for a request that is out of the stock.
_ETAT_INACTIF = "INACTIVE"
ETAT, NON_ACTIVE = "etat_demande", "demande non active"
AUTRE_ANNEE, AILLEURS = "autre année", "commune hors de l’intercommunalité"
# The digest of a whole row: rows that differ in it are not one.
EMPREINTE = "empreinte"
# What may limit the households that a row of a survey counts.
_LIMITES = ("est_en_qpv", "qpv", "bailleur")


def ecarter_hors_bornes(atelier: Atelier, propres: pd.DataFrame, nom: str) -> None:
    """Set aside, in place, the values of a column that its soft bounds do not admit."""
    colonne = atelier.dictionnaire.colonnes.get(nom)
    if nom not in propres or colonne is None or (colonne.minimum is None and colonne.maximum is None):
        return
    bas, haut = colonne.minimum, colonne.maximum
    dehors = propres[nom].lt(-math.inf if bas is None else bas) | propres[nom].gt(math.inf if haut is None else haut)
    if dehors.any():
        bornes = ((mot, borne) for mot, borne in (("au moins", bas), ("au plus", haut)) if borne is not None)
        dites = ", ".join(f"{mot} {francais(f'{borne:,.10g}')}" for mot, borne in bornes)
        atelier.ecarter(propres, dehors, nom, "hors_bornes", bornes=dites)


def ecarter_pourcentages_ambigus(atelier: Atelier, propres: pd.DataFrame) -> None:
    """A cell that a spreadsheet shows as « 20 % » holds 0.2: where all values are between 0 and 1, none is trusted."""
    for nom in [n for n in propres.columns if atelier.colonne(n).unite == "pct"]:
        fractions = propres[nom].gt(0) & propres[nom].le(1)
        if propres[nom].gt(1).any():
            atelier.noter(fractions, nom, "fraction")
        else:
            atelier.ecarter(propres, fractions, nom, "fraction_ambigue")


def controler_depot(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """A request filed after the row's day (lease, radiation, end of the year) has no usable filing date (D8)."""
    if "date_depot_demande" not in propres:
        return
    apres = propres["date_depot_demande"].gt(jour)
    quand = atelier.colonne(atelier.dictionnaire.jour[0]).libelle if atelier.dictionnaire.jour else "31 décembre"
    atelier.ecarter(propres, apres, "date_depot_demande", "depot_apres", quand=quand)


def signaler_hors_periode(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """A code that its list dates, and that was not in force on the row's day: an organisation that is no more."""
    for nom in propres.columns if atelier.dictionnaire.jour else ():
        colonne = atelier.dictionnaire.colonnes.get(nom)
        if colonne is not None and colonne.type == "code":
            liste = atelier.references.nomenclatures[colonne.nomenclature]
            if liste.table[["valide_du", "valide_au"]].notna().any(axis=None):
                hors = propres[nom].notna() & jour.notna() & ~liste.en_vigueur(propres[nom], jour)
                atelier.noter(hors, nom, "hors_periode", liste=liste.nom)


def rejeter(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series, defauts: pd.DataFrame) -> pd.Series:
    """Why a row is rejected, or empty: a value without which it cannot be counted, no day, or a day in the future.

    ``defauts``: by note, the rows whose cells are not in their places.
    """
    motif = pd.Series("", index=propres.index, dtype="str")
    colonnes, dates = atelier.dictionnaire.colonnes, atelier.dictionnaire.jour
    premiere = next(iter(colonnes))
    motif = atelier.rejeter(motif, defauts["coupee"], premiere, "coupee")
    motif = atelier.rejeter(motif, defauts["decalee"], premiere, "decalee")
    absences = {c.nom: propres[c.nom].isna() for c in colonnes.values() if c.obligatoire == "ligne"}
    if dates:
        absences.setdefault(dates[0], jour.isna())
    for nom, absence in absences.items():
        motif = atelier.rejeter(motif, absence, nom, "absente")
    if dates:
        aujourd_hui = atelier.consigne.aujourd_hui
        motif = atelier.rejeter(motif, jour.gt(pd.Timestamp(aujourd_hui)), dates[0], "future", aujourd_hui=aujourd_hui)
    if "numero_unique" in propres:
        sans_numero = propres["numero_unique"].isna() & motif.eq("")
        sans_numero[sans_numero] = distinctes(atelier.texte.loc[sans_numero, "numero_unique"]).ou(est_absent)
        atelier.noter(sans_numero, "numero_unique", "sans_numero")
    # A row of a survey of occupancy that names a limit which nobody knows would be read as the whole commune.
    limites = _LIMITES if "nb_menages" in colonnes else ()
    for nom in (nom for nom in limites if nom in atelier.texte and nom in propres):
        perdue = ~distinctes(atelier.texte[nom]).ou(est_absent) & propres[nom].isna()
        if nom == "qpv":  # « Hors QPV » is known, and limits to no quarter.
            perdue &= ~propres["est_en_qpv"].eq(False).fillna(False).astype(bool)
        motif = atelier.rejeter(motif, perdue, nom, "limite")
    return motif


def situer_dans_un_epci(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> pd.Series:
    """The SIREN of the EPCI that each row's commune is a member of at its day (P9); empty for none, or no commune."""
    if "commune_insee" not in propres:
        return pd.Series("", index=propres.index, dtype="str")
    membres = atelier.references.territoire.communes[["code_insee", "epci_siren", "membre_du", "membre_au"]]
    lignes = pd.DataFrame({"code_insee": propres["commune_insee"].to_numpy(), "jour": jour.to_numpy()})
    periodes = lignes.reset_index(names="rang").merge(membres, on="code_insee")
    alors = ~(periodes["membre_du"] > periodes["jour"]) & ~(periodes["membre_au"] < periodes["jour"])
    trouves = periodes[alors].drop_duplicates("rang", keep="last").set_index("rang")["epci_siren"]
    return trouves.reindex(range(len(propres))).fillna("").astype("str").set_axis(propres.index)


def mettre_hors_perimetre(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series, epci: pd.Series) -> pd.Series:
    """Why a valid row is out of scope, or empty; ``epci``: see :func:`situer_dans_un_epci`.

    A request whose state is blank or unknown counts, and so does a row whose commune is blank, unless it would then be
    of none of several EPCI.
    """
    motif = pd.Series("", index=propres.index, dtype="str")
    motif = motif.mask(jour.dt.year.ne(atelier.consigne.annee) & jour.notna(), AUTRE_ANNEE)
    if "annee" in propres:
        motif = motif.mask(propres["annee"].ne(atelier.consigne.annee).fillna(False).astype(bool), AUTRE_ANNEE)
    if "commune_insee" in propres:
        dedans = epci.ne("") | propres["commune_insee"].isna()
        motif = motif.mask(motif.eq("") & ~dedans, AILLEURS)
    if atelier.references.projet.plusieurs_epci:
        motif = motif.mask(motif.eq("") & epci.eq(""), "aucune commune, donc aucun EPCI")
    if ETAT in propres:
        motif = motif.mask(motif.eq("") & propres[ETAT].eq(_ETAT_INACTIF).fillna(False), NON_ACTIVE)
    return motif


def trouver_doublons(atelier: Atelier, retenues: pd.DataFrame) -> pd.Series:
    """Why a row is a duplicate of one above (same lease, same request), or empty; a row without its key has none.

    The first row stays. A duplicate whose other cells differ is told apart: somebody has to look.
    """
    motif = pd.Series("", index=retenues.index, dtype="str")
    cles = cles_de_doublon(atelier.dictionnaire, retenues)
    if not cles or EMPREINTE not in retenues:
        return motif
    candidates = retenues[retenues[cles[0]].notna()]
    groupes = candidates[candidates.duplicated(cles, keep=False)]
    doublon = groupes.duplicated(cles).reindex(retenues.index, fill_value=False)
    identique = groupes.duplicated([*cles, EMPREINTE]).reindex(retenues.index, fill_value=False)
    dites = [nom for nom in cles if retenues[nom].notna().any()]
    libelles = atelier.citer(*("numero_unique" if nom == PSEUDONYME else nom for nom in dites))
    nom = atelier.dictionnaire.doublon[0]
    motif = atelier.rejeter(motif, doublon & identique, nom, "doublon")
    return atelier.rejeter(motif, doublon, nom, "doublon_different", libelles=libelles)


def cles_de_doublon(dictionnaire: Dictionnaire, table: pd.DataFrame) -> list[str]:
    """The columns that tell a duplicate, of those of a table; none without the first. The number is a pseudonym."""
    noms = [PSEUDONYME if nom == "numero_unique" else nom for nom in dictionnaire.doublon]
    return [nom for nom in noms if nom in table] if noms and noms[0] in table else []


def trouver_doublons_stockes(atelier: Atelier, retenues: pd.DataFrame, deja: pd.DataFrame) -> pd.Series:
    """Why a row of the files is already stored, by the columns in which duplicates are equal, or empty.

    The stored row stays. One whose other values differ is told apart: it may well be a correction.
    """
    motif, cles = pd.Series("", index=retenues.index, dtype="str"), cles_de_doublon(atelier.dictionnaire, deja)
    if not cles:
        return motif
    candidates = retenues[retenues[cles[0]].notna()]

    def stockees(noms: list[str]) -> pd.Series:
        doubles = pd.concat([deja[noms], candidates[noms]]).duplicated().to_numpy()[len(deja) :]
        return pd.Series(doubles, index=candidates.index).reindex(retenues.index, fill_value=False)

    valeurs = [str(nom) for nom in deja if nom in retenues and nom not in (LISTES_DU_MENAGE, LISTES_LUES)]
    nom = atelier.dictionnaire.doublon[0]
    motif = atelier.rejeter(motif, stockees(cles) & stockees(valeurs), nom, "deja_importee")
    return atelier.rejeter(motif, stockees(cles), nom, "deja_importee_differente")


def signaler_repetitions(atelier: Atelier, retenues: pd.DataFrame, deja: pd.DataFrame | None) -> None:
    """A household that has several rows, stored ones included: they count, and are pointed out if there is cause."""
    dite = atelier.dictionnaire.repetition
    if not dite:
        return
    numeros = retenues[PSEUDONYME].dropna()
    repete = numeros.duplicated()
    if deja is not None:
        repete |= numeros.isin(deja[PSEUDONYME].dropna())
    atelier.noter(repete, "numero_unique", "repetition", repetition=dite)
