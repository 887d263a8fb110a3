"""Ad hoc counts, masked: one table of one or two columns, protected by the rules and the engine of the bilan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import cadre_vide, mettre_en_cadre
from cil_analysis.disclosure.probleme import Indeductible
from cil_analysis.disclosure.published import publier
from cil_analysis.disclosure.rules import ReglesSecret
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NOMBRE, NON_RENSEIGNE, Compte, Indicateur
from cil_analysis.reference.nomenclatures import Nomenclature

ENSEMBLE = "Ensemble"
# Beyond, a column is no class: a date, an income, an age.
CLASSES_MAXIMUM = 60
# The two dimensions of the table, in the terms of disclosure control. Their classes are listed where they have rows.
_LIGNE, _COLONNE = "ligne", "colonne"
_TABLE = Indicateur(
    "TABLE",
    "Comptage",
    "",
    NOMBRE,
    "",
    "",
    compte=Compte(population="comptage", axe=_COLONNE),
)


def compter(lignes: pd.DataFrame, colonnes: Sequence[str], regles: Mapping[int, ReglesSecret]) -> pd.DataFrame:
    """Count rows by year and by one or two columns; see ``Projet.compter``. ``regles``: those of each year."""
    classes = [_classes(lignes[colonne]) for colonne in colonnes]
    codes = pd.DataFrame({nom: serie for nom, (serie, _) in zip((_LIGNE, _COLONNE), classes, strict=False)})
    codes["annee"] = lignes["annee"] if "annee" in lignes else next(iter(regles))
    brutes = [mettre_en_cadre(_compter(c), _TABLE.code, int(str(annee)), NOMBRE) for annee, c in codes.groupby("annee")]
    cadre = pd.concat(brutes, ignore_index=True) if brutes else cadre_vide()
    try:
        publiees = publier(_TABLE, cadre, regles).donnees
    except Indeductible:
        raise ErreurCIL(
            "Ce tableau a trop peu de lignes pour que rien ne s’en déduise : regroupez des classes ou des années."
        ) from None
    croisees = publiees["acteur_type"].eq(_LIGNE)
    codes_de = (
        publiees["acteur_code"].where(croisees, ""),
        publiees["modalite"].mask(publiees["acteur_type"].eq(_COLONNE), publiees["acteur_code"]),
    )
    table = publiees[["annee"]] if "annee" in lignes else publiees[[]]
    for colonne, codes_publies, (_, libelles) in zip(colonnes, codes_de, classes, strict=False):
        noms = {**libelles, "": ENSEMBLE}
        table = table.assign(
            **{colonne: pd.Categorical(codes_publies.map(noms), categories=list(noms.values()), ordered=True)}
        )
    table = table.assign(effectif=publiees["numerateur"].astype("Int64"), statut=publiees["statut"])
    return table.sort_values(list(table.columns[:-2]), ignore_index=True) if len(table.columns) > 2 else table


def sensibilite(
    lignes: pd.DataFrame, colonnes: Sequence[str], nomenclatures: Mapping[str, Nomenclature], regles: ReglesSecret
) -> ReglesSecret:
    """The rules, with the stricter threshold everywhere when the table bears on a sensitive variable.

    That is, when it is counted by one, or when every row counted has a sensitive code of one.
    """
    for colonne, nomenclature in nomenclatures.items():
        if colonne not in lignes:
            continue
        codes = {
            code
            for code in nomenclature.codes(None)
            if {nomenclature.nom, f"{nomenclature.nom}/{code}"} & regles.variables_sensibles
        }
        formes = codes | {nomenclature.libelle(code) for code in codes}
        if codes and (colonne in colonnes or lignes[colonne].map(lambda v, f=formes: _porte(v, f)).all()):
            return replace(regles, seuil_effectif=max(regles.seuil_effectif, regles.seuil_sensible))
    return regles


def _porte(valeur: object, formes: set[str]) -> bool:
    return isinstance(valeur, str) and not formes.isdisjoint(morceau.strip() for morceau in valeur.split(";"))


def _classes(valeurs: pd.Series) -> tuple[pd.Series, dict[str, str]]:
    """The class of each row, as a rank or « NR », and the label of each class in the order of the table.

    Raises ErreurCIL for a column that has too many values to be one of classes.
    """
    trouvees: list[Any] = list(valeurs.dropna().unique())
    if len(trouvees) > CLASSES_MAXIMUM:
        raise ErreurCIL(
            f"La colonne « {valeurs.name} » a {len(trouvees)} valeurs : regroupez-les d’abord en classes, avec "
            "pd.cut(…), ou demandez les classes des indicateurs avec classes=True."
        )
    if isinstance(valeurs.dtype, pd.CategoricalDtype):
        trouvees = [categorie for categorie in valeurs.cat.categories if categorie in set(trouvees)]
    else:
        trouvees.sort()
    rangs = {valeur: str(rang) for rang, valeur in enumerate(trouvees)}
    codes = valeurs.astype("object").map(rangs).fillna(NON_RENSEIGNE).astype("str")
    oui_non = {True: "Oui", False: "Non"} if pd.api.types.is_bool_dtype(valeurs.dtype) else {}
    libelles = {rang: str(oui_non.get(valeur, valeur)) for valeur, rang in rangs.items()}
    return codes, libelles | {NON_RENSEIGNE: "Non renseigné"}


def _compter(codes: pd.DataFrame) -> pd.DataFrame:
    """The total, each class of each dimension, and each crossing: what the table shows, and what links its figures."""
    dimensions = [nom for nom in (_LIGNE, _COLONNE) if nom in codes]
    tables = [pd.DataFrame({"numerateur": [len(codes)], "perimetre_type": "epci"})]
    for nom in dimensions:
        effectifs = codes.groupby(nom).size()
        tables.append(
            pd.DataFrame({"acteur_type": nom, "acteur_code": effectifs.index, "numerateur": effectifs.values})
        )
    if len(dimensions) == 2:
        grille = pd.MultiIndex.from_product([sorted(set(codes[nom])) for nom in dimensions], names=dimensions)
        croisements = codes.groupby(dimensions).size().reindex(grille, fill_value=0).rename("numerateur").reset_index()
        tables.append(
            croisements.rename(columns={_LIGNE: "acteur_code", _COLONNE: "modalite"}).assign(acteur_type=_LIGNE)
        )
    table = pd.concat(tables, ignore_index=True)
    textes = ["acteur_type", "acteur_code", "modalite"]
    return table.assign(perimetre_type="epci", **{t: table[t].fillna("") if t in table else "" for t in textes})
