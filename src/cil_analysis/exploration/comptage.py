"""Ad hoc counts, masked: tables of one or two columns, protected by the rules and the engine of the bilan.

Each is protected by itself, then beside those that the notebook has already shown (``secret.questions``).
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cil_analysis.comptage.cadre import SECRET, mettre_en_cadre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.session import Session
from cil_analysis.grammaire.indicateur import NOMBRE, NON_RENSEIGNE, Indicateur
from cil_analysis.grammaire.indicateur import Compte as Comptee
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.preuve.probleme import Indeductible
from cil_analysis.secret.questions import Compte, Question
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.table_publiee import publier
from cil_analysis.typographie import accorder, typographie

Regles = Mapping[int, ReglesSecret]
Cle = tuple[int, str, str, str]
ENSEMBLE = "Ensemble"
# Beyond, a column is no class: a date, an income, an age.
CLASSES_MAXIMUM = 60
# The columns of the answer, which are no classes of the rows.
_DITES = "effectif", "statut"
# How many earlier counts are named in what is said of a withheld one.
_CITES = 3
# The two dimensions of the table, in the terms of disclosure control. Their classes are listed where they have rows.
_LIGNE, _COLONNE = "ligne", "colonne"
_TABLE = Indicateur(
    "TABLE",
    "Comptage",
    "",
    NOMBRE,
    "",
    "",
    compte=Comptee(population="comptage", axe=_COLONNE),
)


class ChiffresRetenus(UserWarning):
    """Counts are masked because of those that the notebook has already shown."""


def verifier(table: object, colonnes: Sequence[str]) -> None:
    """Raise ErreurCIL for what is no table of rows, or columns that it cannot be counted by."""
    if not isinstance(table, pd.DataFrame):
        raise ErreurCIL(
            "« compter » attend un tableau de lignes, comme celui de projet.attributions(), et non une colonne : "
            "nommez la colonne à compter avec « par »."
        )
    if "annee" in table and table["annee"].isna().any():
        raise ErreurCIL(
            "Des lignes de ce tableau n’ont pas d’année (merge « outer » ?) : retirez-les avec "
            'table.dropna(subset="annee"), puis comptez.'
        )
    if len(colonnes) > 2 or len(set(colonnes)) < len(colonnes) or "annee" in colonnes:
        raise ErreurCIL(
            "« par » prend une ou deux colonnes différentes, et les années sont déjà comptées à part : écrivez "
            'par="commune_insee" par exemple.'
        )
    for colonne in colonnes:
        if colonne in _DITES:
            raise ErreurCIL(
                f"« {colonne} » est aussi une colonne du résultat : renommez la vôtre avant de compter, par exemple "
                f'table.rename(columns={{"{colonne}": "{colonne}_lu"}}).'
            )
        if colonne not in table:
            raise ErreurCIL(
                f"La colonne « {colonne} » n’est pas dans le tableau. Possibles : {', '.join(map(str, table.columns))}."
            )


def compter(
    lignes: pd.DataFrame, colonnes: Sequence[str], regles: Regles, session: Session, *, par_sensible: bool
) -> pd.DataFrame:
    """See ``Projet.compter``. ``regles``: of each year; ``par_sensible``: whether a column has sensitive codes."""
    numeros, classes = session.numeros(lignes), [_classes(lignes[colonne]) for colonne in colonnes]
    codes = pd.DataFrame({nom: serie for nom, (serie, _) in zip((_LIGNE, _COLONNE), classes, strict=False)})
    codes = codes.reindex(lignes.index).assign(annee=lignes["annee"] if "annee" in lignes else next(iter(regles)))
    codes = codes.assign(numero=numeros, sensible=session.sont_sensibles(numeros)).reset_index(drop=True)
    est_sensible = par_sensible or bool(len(codes) and codes["sensible"].all())
    comptees = _lignes_de_chaque(codes)
    try:
        appliquees = {a: _strictes(r) if est_sensible else r for a, r in regles.items()}
        publiees = publier(_TABLE, _en_cadre(comptees), appliquees).donnees
    except Indeductible:
        raise ErreurCIL(
            "Ce tableau a trop peu de lignes pour que rien ne s’en déduise : regroupez des classes ou des années."
        ) from None
    nom = " × ".join(colonnes) or "nombre de lignes"
    montres = dict(zip(comptees, publiees["statut"].ne(SECRET), strict=True))
    questions = [
        Question(
            f"{nom}, {annee}",
            tuple(Compte(siennes, bool(montres[cle])) for cle, siennes in comptees.items() if cle[0] == annee),
            regles[annee].seuil_effectif,
            regles[annee].largeur,
            codes.loc[codes["sensible"] & codes["annee"].eq(annee), "numero"].to_numpy(),
            _strictes(regles[annee]).seuil_effectif,
            est_sensible,
        )
        for annee in dict.fromkeys(an for an, *_ in comptees)
    ]
    libelles = {colonne: siens for colonne, (_, siens) in zip(colonnes, classes, strict=True)}
    return _mettre_en_table(_retenir(publiees, session, questions), libelles, a_annee="annee" in lignes)


def _mettre_en_table(
    publiees: pd.DataFrame, libelles: Mapping[str, Mapping[str, str]], *, a_annee: bool
) -> pd.DataFrame:
    """The counts as an analyst reads them. ``libelles``: of each column, the label of each class, in order."""
    croisees = publiees["acteur_type"].eq(_LIGNE)
    codes_de = (
        publiees["acteur_code"].where(croisees, ""),
        publiees["modalite"].mask(publiees["acteur_type"].eq(_COLONNE), publiees["acteur_code"]),
    )
    table = publiees[["annee"]] if a_annee else publiees[[]]
    for (colonne, siens), codes in zip(libelles.items(), codes_de, strict=False):
        noms = {**siens, "": ENSEMBLE}
        ordre = list(dict.fromkeys(noms.values()))
        table = table.assign(**{colonne: pd.Categorical(codes.map(noms), categories=ordre, ordered=True)})
    table = table.assign(effectif=publiees["numerateur"].astype("Int64"), statut=publiees["statut"])
    return table.sort_values(list(table.columns[:-2]), ignore_index=True) if len(table.columns) > 2 else table


def _retenir(publiees: pd.DataFrame, session: Session, questions: Sequence[Question]) -> pd.DataFrame:
    """The counts without those that would tell too much beside what was already shown, of which it warns.

    Raises ErreurCIL when nothing is left.
    """
    coupables, reponses = dict[str, None](), list[Compte]()
    for question in questions:
        reponse, autres = session.questions.repondre(question)
        reponses += reponse.comptes
        coupables |= dict.fromkeys(autres)
    gardes = np.array([c.est_montre for c in reponses], dtype=bool)
    retenus = publiees["statut"].ne(SECRET) & ~gardes
    if coupables and not any(c.est_montre and len(c.lignes) for c in reponses):
        raise ErreurCIL(f"Ce comptage n’est pas montré : {_pourquoi(list(coupables))}")
    if coupables:
        combien = accorder(int(retenus.sum()), "chiffre est masqué", "chiffres sont masqués")
        warnings.warn(typographie(f"{combien} de plus : {_pourquoi(list(coupables))}"), ChiffresRetenus, stacklevel=4)
    return publiees.assign(
        numerateur=publiees["numerateur"].mask(retenus), statut=publiees["statut"].mask(retenus, SECRET)
    )


def _pourquoi(autres: Sequence[str]) -> str:
    reste = [accorder(len(autres) - _CITES, "autre", "autres")] if len(autres) > _CITES else []
    cites = enumerer([*(f"« {nom} »" for nom in autres[:_CITES]), *reste])
    return (
        f"avec ce que ce carnet a déjà montré des mêmes lignes ({cites}), un petit effectif pourrait s’en déduire. "
        "Comptez les mêmes lignes que la première fois, ou regroupez des classes ; si c’est ce tableau-ci qu’il vous "
        "faut, redémarrez le noyau, effacez les résultats du carnet et comptez-le en premier."
    )


def _lignes_de_chaque(codes: pd.DataFrame) -> dict[Cle, NDArray[np.int64]]:
    """The rows of each count that the table shows: by year, dimension, class, class of the other dimension."""
    lues, dimensions = dict[Cle, NDArray[np.int64]](), [nom for nom in (_LIGNE, _COLONNE) if nom in codes]
    for annee, siens in codes.groupby("annee"):
        an, numeros = int(str(annee)), siens["numero"].to_numpy()
        lues[an, "", "", ""] = numeros
        for nom in dimensions:
            classes = sorted(siens.groupby(nom).indices.items())
            lues |= {(an, nom, str(classe), ""): numeros[rangs] for classe, rangs in classes}
        if len(dimensions) == 2:
            croises = siens.groupby(dimensions).indices
            grille = product(*(sorted(set(siens[nom])) for nom in dimensions))
            lues |= {(an, _LIGNE, *cle): numeros[croises.get(cle, [])] for cle in grille}
    return lues


def _en_cadre(comptees: Mapping[Cle, NDArray[np.int64]]) -> pd.DataFrame:
    table = pd.DataFrame(list(comptees), columns=["annee", "acteur_type", "acteur_code", "modalite"])
    table = table.assign(perimetre_type="epci", numerateur=[len(lignes) for lignes in comptees.values()])
    return mettre_en_cadre(table, _TABLE.code, None, NOMBRE)


def _strictes(regles: ReglesSecret) -> ReglesSecret:
    return replace(regles, seuil_effectif=max(regles.seuil_effectif, regles.seuil_sensible))


def _classes(valeurs: pd.Series) -> tuple[pd.Series, dict[str, str]]:
    """The class of each row, as a rank or « NR », and the labels in order. Raises ErreurCIL for too many values."""
    rangees = valeurs.astype("category").cat.remove_unused_categories()
    trouvees = rangees.cat.categories
    if len(trouvees) > CLASSES_MAXIMUM:
        raise ErreurCIL(
            f"La colonne « {valeurs.name} » a {len(trouvees)} valeurs : regroupez-les d’abord en classes, avec "
            "pd.cut(…), ou demandez les classes des indicateurs avec classes=True."
        )
    codes = rangees.cat.codes.astype("str").mask(rangees.isna(), NON_RENSEIGNE)
    oui_non = {True: "Oui", False: "Non"} if pd.api.types.is_bool_dtype(valeurs.dtype) else {}
    libelles = {str(rang): str(oui_non.get(valeur, valeur)) for rang, valeur in enumerate(trouvees)}
    return codes, libelles | {NON_RENSEIGNE: "Non renseigné"}
