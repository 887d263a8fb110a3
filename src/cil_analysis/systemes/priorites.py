"""What rules say of households (reference/priorites.csv), beside what the extract says: categories, relogements."""

from collections.abc import Iterator, Sequence, Set
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import OUI, SOURCES_DES_PUBLICS, Regroupement
from cil_analysis.grammaire.indicateur import Condition
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import (
    CATEGORIES,
    DEDUITES,
    DONNEES,
    PARAMETRES,
    RELOGEMENTS,
    RegleDePriorite,
    regles_qui_donnent,
    source_de,
)
from cil_analysis.systemes.colonnes import Booleens, Lignes, a_l_une, donnee, texte, textes

ORIGINE = "origine_priorite"
FICHIER, REGLES, LES_DEUX, AUCUNE = "FICHIER", "REGLES", "LES_DEUX", "AUCUNE"
_EN_COURS = ("ACTIF", "ACTREL")  # The DALO statuses that make a priority household, whatever its categories (D11).
ORIGINES = (AUCUNE, FICHIER, REGLES, LES_DEUX)  # by 1 for the file, plus 2 for the rules


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The leases with what the parameters ask for, and who says that each household is a priority one.

    Raises ErreurCIL for a rule that cannot be applied, where the figures rest on it.
    """
    if "attributions" not in lignes:
        return lignes
    baux, ajouts = lignes["attributions"], dict[str, pd.Series]()
    for colonne in PARAMETRES:
        regles, source = regles_qui_donnent(references, colonne, annee), source_de(references, colonne, annee)
        muette = sans_reponse(baux, regles)
        if muette is not None and source != DONNEES:
            raise _refus(muette, _listes_lues(baux), colonne, references, annee)
        if not regles or muette is not None:
            continue
        if colonne == CATEGORIES:
            ajouts[ORIGINE] = origines(baux, colonne, regles)
        if source != DONNEES:
            deduites = deduire(baux, colonne, regles)
            ajouts[colonne] = deduites if source == DEDUITES else _unir(baux, colonne, deduites)
    return lignes | {"attributions": baux.assign(**ajouts)} if ajouts else lignes


def _refus(muette: RegleDePriorite, lues: Set[str], colonne: str, references: References, annee: int) -> ErreurCIL:
    """The refusal of figures that rest on a rule which the leases cannot answer, with what to do.

    ``lues``: the lists to name again, or the next import would lose them.
    """
    if muette.colonne == LISTES_DU_MENAGE:
        toutes = " ".join(f"--liste {code}=LISTE" for code in sorted({*lues, *muette.valeurs}))
        lit = f"des listes ({', '.join(muette.valeurs)})"
        comment = f"« cil importer FICHIER --annee {annee} --extrait attributions {toutes} »"
        pourquoi = f"que l’import des attributions de {annee} n’a pas lues"
    else:
        lit = f"la colonne « {references.dictionnaires['attributions'].colonnes[muette.colonne].libelle} »"
        pourquoi, comment = f"que les attributions de {annee} n’ont pas", "avec elle"
    return ErreurCIL(
        f"priorites.csv, ligne {muette.ligne} : la règle {muette.code} lit {lit}, {pourquoi}. Réimportez-les "
        f"{comment}, datez la règle (valide_du, valide_au), ou comptez ce que le fichier donne "
        f"({PARAMETRES[colonne].rpartition('.')[2]}, dans parameters/priorites.yml)."
    )


def regroupements(references: References, jour: date) -> Iterator[Regroupement]:
    """A priority household is one that the file says, that the rules say, or that either does."""
    source = source_de(references, CATEGORIES, jour.year)
    disent = {DONNEES: (FICHIER, LES_DEUX), DEDUITES: (REGLES, LES_DEUX)}.get(source, (FICHIER, REGLES, LES_DEUX))
    yield Regroupement(("prioritaire", OUI), ORIGINE, disent)


def inclusions(references: References, jour: date) -> Iterator[tuple[Condition, Condition]]:
    """The publics whose households the rules say are all priority ones: (public, what holds it).

    By a housing that rules read all year long, or a DALO status in force. Who the rules say are priority ones count as
    such, unless the file alone is counted.
    """
    debut, fin = pd.Timestamp(jour.year, 1, 1), pd.Timestamp(jour.year, 12, 31)
    regles = regles_qui_donnent(references, CATEGORIES, jour.year)
    entieres = [r for r in regles if r.colonne == "logement_actuel" and not (r.du > debut or r.au < fin)]
    lus = {"statuts_dalo": {*_EN_COURS}, "logements_actuels": {code for r in entieres for code in r.valeurs}}
    dehors = ["priorite_deduite", *(["prioritaire"] if source_de(references, CATEGORIES, jour.year) != DONNEES else [])]
    for code, public in references.nomenclatures["publics"].rangees.items():
        dits = {nom: {*public[nom].split("|")} - {""} for nom in SOURCES_DES_PUBLICS}
        if regles and all(codes <= lus.get(nom, set()) for nom, codes in dits.items()):
            yield from (((f"public_{code}", OUI), (nom, OUI)) for nom in dehors)


def sans_reponse(baux: pd.DataFrame, regles: Sequence[RegleDePriorite]) -> RegleDePriorite | None:
    """The first rule whose column no lease has, or one of whose lists was not read."""
    return next((regle for regle in regles if not repond(baux, regle)), None)


def repond(baux: pd.DataFrame, regle: RegleDePriorite) -> bool:
    """Whether the leases have the column of a rule, or its lists."""
    if regle.colonne != LISTES_DU_MENAGE:
        return donnee(baux, regle.colonne)
    return _listes_lues(baux).issuperset(regle.valeurs)


def _listes_lues(baux: pd.DataFrame) -> frozenset[str]:
    return frozenset(code for dites in texte(baux, LISTES_LUES).dropna().unique() for code in dites.split(";"))


def remplit(baux: pd.DataFrame, regle: RegleDePriorite) -> Booleens:
    """Whether each lease meets a rule that is in force on its day; what is missing meets none."""
    return _en_vigueur(baux, regle) & a_l_une(baux, regle.colonne, regle.valeurs)


def _en_vigueur(baux: pd.DataFrame, regle: RegleDePriorite) -> Booleens:
    signes = baux["date_signature_bail"]
    return (~signes.lt(regle.du) & ~signes.gt(regle.au)).to_numpy(bool)


def deduire(baux: pd.DataFrame, colonne: str, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """What the rules give of a column: the categories of each lease, or whether it is a relogement."""
    return _categories(baux, regles) if colonne == CATEGORIES else _relogements(baux, regles)


def _categories(baux: pd.DataFrame, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """The categories that the rules give to each lease, as the extract writes them: « c;k »; missing for none."""
    codes = sorted({regle.categorie for regle in regles})
    remplies = ([remplit(baux, r) for r in regles if r.categorie == code] for code in codes)
    ont = np.column_stack([np.logical_or.reduce(siennes) for siennes in remplies])
    ensembles, rangs = np.unique(ont, axis=0, return_inverse=True)
    noms = [";".join(np.array(codes)[ensemble]) for ensemble in ensembles]
    return pd.Series(np.array(noms)[rangs], baux.index, "str").replace("", None)


def _relogements(baux: pd.DataFrame, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """Whether the rules make a relogement of each lease; missing where none does and one had nothing to read."""
    lues = [LISTES_LUES if regle.colonne == LISTES_DU_MENAGE else regle.colonne for regle in regles]
    disent_oui = np.logical_or.reduce([remplit(baux, regle) for regle in regles])
    tues = [_en_vigueur(baux, r) & baux[lue].isna().to_numpy() for r, lue in zip(regles, lues, strict=True)]
    ignorent = np.logical_or.reduce(tues)
    return pd.Series(disent_oui, index=baux.index, dtype="boolean").mask(ignorent & ~disent_oui)


def origines(baux: pd.DataFrame, colonne: str, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """Who says that each household is a priority one, or that it is rehoused: one of ``ORIGINES``."""
    au_fichier, par_regle = (dits(baux, colonne, v) for v in (texte(baux, colonne), deduire(baux, colonne, regles)))
    return textes(au_fichier + 2 * par_regle, ORIGINES, baux.index)


def dits(baux: pd.DataFrame, colonne: str, valeurs: pd.Series) -> Booleens:
    """Who is one by some values of the column; of categories, as the dimension « prioritaire » says (D11)."""
    if colonne == RELOGEMENTS:
        return valeurs.eq(True).fillna(False).to_numpy(bool)
    statuts = texte(baux, "statut_dalo")
    caduc = valeurs.eq("DALO") & statuts.eq("CADUC")
    return (statuts.isin(_EN_COURS) | valeurs.notna() & ~caduc.fillna(False)).to_numpy(bool)


def _unir(baux: pd.DataFrame, colonne: str, deduites: pd.Series) -> pd.Series:
    """What either says: the categories of both, each once; yes where one says yes."""
    if colonne == RELOGEMENTS:
        return baux[RELOGEMENTS].astype("boolean") | deduites if RELOGEMENTS in baux else deduites
    ensemble = texte(baux, CATEGORIES).fillna("") + ";" + deduites.fillna("")
    unis = {dits: ";".join(sorted(set(filter(None, dits.split(";"))))) or None for dits in ensemble.unique()}
    return ensemble.map(unis).astype("str")
