"""The figures of other territories beside those of the EPCI: on drawings by year, in their tables, in some sentences.

They are public facts (data/reference/comparateurs.csv), so none is masked; none stands beside a figure of ours that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.rapport.mots.formats import valeur
from cil_analysis.reference.comparateurs import TERRITOIRES
from cil_analysis.reference.texte import enumerer

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.chiffres import Chiffres

# By name of a territory, its rows of comparateurs.csv that stand beside the figures of a series, by year in letters:
# « valeur », « dit » (the same as it is written), « source »…
Series = Mapping[str, pd.DataFrame]


def connus(c: Chiffre) -> pd.DataFrame:
    """Those of the indicator of a figure, of every year; none unless it is published, of the whole EPCI."""
    ligne = c.ligne
    est_d_ailleurs = ligne["perimetre_type"] != EPCI or ligne["acteur_type"] or ligne["modalite"]
    if c.de is None or not c.est_publie or c.terme != "valeur" or est_d_ailleurs:
        return pd.DataFrame()
    table = c.de.rapport.references.comparateurs
    siens = table[table["indicateur"].eq(ligne["indicateur"])]
    return siens.assign(dit=[valeur(x, str(ligne["unite"])) for x in siens["valeur"]])


def en_series(chiffres: Chiffres) -> Series:
    """Those that stand beside figures cut by year, each in the year that it is of."""
    des_annees = [x[x["annee"].eq(c.ligne["annee"])] for c in chiffres if len(x := connus(c))]
    if not des_annees:
        return {}
    tous = pd.concat(des_annees)
    return {str(nom): x.set_index(x["annee"].astype("str")) for nom, x in tous.groupby("perimetre", sort=False)}


def a_cote_de(tables: Mapping[str, Chiffres], deja: Iterable[str]) -> tuple[Series, Series]:
    """Those that stand beside some series, named with their own if they are several; those drawn, of one if too many.

    Their names are none of ``deja``, the headings of the data table, nor of a legend.
    """
    par_serie = [
        [(f"{autre} – {nom}" if len(tables) > 1 else autre, lus) for autre, lus in en_series(table).items()]
        for nom, table in tables.items()
        if table.axes == ("annee",)
    ]
    pris, paires = {_lu(nom) for nom in (*deja, "objectif")}, [x for siennes in par_serie for x in siennes]
    toutes = {f"Autre territoire\u202f: {nom}" if _lu(nom) in pris else nom: lus for nom, lus in paires}
    if len(toutes) <= TERRITOIRES:
        return toutes, toutes
    premieres = next(len(siennes) for siennes in par_serie if siennes)
    return toutes, dict(list(toutes.items())[:premieres])


def en_colonnes(series: Series) -> dict[str, pd.Series]:
    """The columns of a data table: by year, as it is written; blank in a year without figure, or whose ours is none."""
    colonnes = {nom: lus["dit"].astype("object") for nom, lus in series.items()}
    for colonne in colonnes.values():
        colonne.attrs["absent"] = ""
    return colonnes


def en_suite(series: Series) -> str:
    """What a text alternative says of them: « France : 14,0 % en 2021, 15,0 % en 2022. », or nothing."""
    return " ".join(
        f"{nom} : {', '.join(f'{dit} en {annee}' for annee, dit in lus['dit'].items())}." for nom, lus in series.items()
    )


def sources(series: Series) -> str:
    """Where they come from, for the source line of a figure: « France : comptes du logement. », or nothing."""
    return " ".join(f"{nom} : {enumerer(list(dict.fromkeys(lus['source'])))}." for nom, lus in series.items())


def en_phrase(c: Chiffre) -> str:
    """« , contre 12,3 % dans la région (source) », to follow a figure in a sentence, or nothing.

    Of each territory, its figure of the same year, or else the last one before, which says its year.
    """
    lus, annee = connus(c), c.ligne["annee"]
    if lus.empty:
        return ""
    derniers = lus[lus["annee"].le(annee)].sort_values("annee", kind="stable").drop_duplicates("perimetre", keep="last")
    dits = [
        f"{x['dit']} {x['lieu']}{' en ' + str(x['annee']) if x['annee'] != annee else ''} ({x['source']})"
        for x in derniers.to_dict("records")
    ]
    return f", contre {enumerer(dits)}" if dits else ""


def _lu(nom: str) -> str:
    """A name as a reader tells it from another: its spaces and capitals are no difference."""
    return " ".join(nom.split()).casefold()
