"""Tables of published figures (one row a code, one column an indicator) and of the lines of a reference table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES
from cil_analysis.grammaire.indicateur import NOMBRE
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.mots.definitions import MOTS
from cil_analysis.rapport.mots.formats import SECRET_COURT, date_en_mots, echapper, valeur
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.mots.lignes import DE_L_OBJECTIF, LEGENDE, VIDE, Cellule, cellule
from cil_analysis.rapport.usages import exiger_des_series, exiger_la_meme_coupe, exiger_parmi
from cil_analysis.typographie import nombre, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

# A column: figures, or words by code (by tuple of codes, where the rows have several), or the numbers of a reference
# table in the unit that its ``attrs`` give, with what they say of a row without any (« absent », otherwise a dash).
Colonne = Chiffres | pd.Series
Cle = tuple[str, ...]
Contenu = Chiffre | float | str | None
Ligne = tuple[str, list[Contenu]]
# What a table has a row for, each of them, whatever there is to say of it.
_SANS_OUBLI = (("commune",), ("quartier",), ("bailleur",))
ENTETES: Mapping[str, str] = MOTS["entetes"]
A_RENSEIGNER = "à renseigner"
FICTIF = "FICTIF"
_UNITES = {"pct": "%", "mois": "mois", "points": "points", "eur": "€"}
# A caption that ends in « en % » says the unit once for every column.
_UNITE_DITE = re.compile(r"\ben\s(?:%|mois\b|points\b)")
_COURT = 12  # letters that stay on one line: a period, a state
_CHIFFRE = re.compile("[+−]?[\\d,\u202f]+[\u00a0\u202f](%|points?)")  # a figure that is written already


# --- Of figures ------------------------------------------------------------------------------------------------------


def tableau(
    rapport: Rapport, legende: Gabarits, colonnes: Mapping[str, Colonne], *, total: str | None = None, entete: str = ""
) -> Bloc:
    """Un tableau dont chaque colonne est lue d’un indicateur, coupés tous de la même façon.

    ``total`` : le nom de la ligne de l’ensemble, mise à part ; ``entete`` : ce qu’est une ligne. Une colonne peut
    être une série de pandas, qui donne des mots par code.
    """
    return Bloc(croiser(rapport.dire(legende), colonnes, total, entete=entete))


def croiser(
    legende: str, colonnes: Mapping[str, Colonne], total: str | None = None, *, entete: str = "", vides: bool = False,
    ecrire: Callable[[Chiffre], Cellule] | None = None,
) -> str:  # fmt: skip
    """The table of :func:`lignes`; nothing when no column has anything to say. ``entete``: what a row is.

    ``ecrire``: how a figure is written without its unit, which the heading of its column says, unless the caption does.
    """
    contenus = lignes(colonnes, total, vides=vides)
    if not contenus:
        return ""
    unites = [unite_de(colonne) for colonne in colonnes.values()]
    corps = [
        (nom, [_cellule(x, unite, ecrire or lire) for x, unite in zip(siens, unites, strict=True)])
        for nom, siens in contenus
    ]
    lues = [colonne for colonne in colonnes.values() if isinstance(colonne, Chiffres)]
    haut = entete or " – ".join(ENTETES[axe] for axe in lues[0].axes)
    est_dite = ecrire is None or _UNITE_DITE.search(legende)
    titres = [Entete(nom, "" if est_dite else _unite_en_tete(colonne)) for nom, colonne in colonnes.items()]
    groupes = {c.nom: c.noms for colonne in lues for c in colonne if len(c.noms) == 2}
    return tableau_libre(legende, [haut, *titres], corps, total=total, groupes=groupes)


def _unite_en_tete(colonne: Colonne) -> str:
    if not isinstance(colonne, Chiffres):
        return str(colonne.attrs.get("unite", ""))
    en_nombre = colonne.indicateur.unite == NOMBRE
    cibles = {"cible": "ménages" if en_nombre else "%", "ecart": "ménages" if en_nombre else "points"}
    return cibles.get(colonne.terme_lu) or (_UNITES.get(unite_de(colonne), "") if colonne.terme_lu == VALEUR else "")


def lignes(colonnes: Mapping[str, Colonne], total: str | None = None, *, vides: bool = False) -> list[Ligne]:
    """One row, its name and its contents, for each key that one of the columns has, in their order.

    ``total``: the name of the row of the whole, last; ``vides``: whether a row that has nothing is kept, as that of a
    place or a landlord always is.
    """
    exiger_des_series(colonnes)
    lues = {nom: colonne for nom, colonne in colonnes.items() if isinstance(colonne, Chiffres)}
    exiger_la_meme_coupe(lues)
    par_cle = {nom: {c.cle: c for c in colonne} for nom, colonne in lues.items()}
    noms = {c.cle: c.nom for colonne in par_cle.values() for c in colonne.values()}
    dites = [
        cle
        for cle in noms
        if vides or any(_dit(c) for colonne in par_cle.values() if (c := colonne.get(cle)) is not None)
    ]
    if not dites:
        return []

    def contenu(nom: str, cle: Cle) -> Any:
        if nom in par_cle:
            return par_cle[nom].get(cle)
        mots: Any = colonnes[nom]
        code = cle if len(cle) > 1 else "".join(cle)
        return mots[code] if code in mots.index else mots.attrs.get("absent")

    trouvees: list[Ligne] = [
        (noms[cle], [contenu(nom, cle) for nom in colonnes])
        for cle in (noms if next(iter(lues.values())).axes in _SANS_OUBLI else dites)
    ]
    ensembles = [lues[nom].ensemble if nom in lues else None for nom in colonnes]
    return [*trouvees, (total, list(ensembles))] if total is not None and any(ensembles) else trouvees


def _dit(c: Chiffre) -> bool:
    """Whether a figure says something: it is masked, is not nothing, or misses or meets an objective."""
    return c.est_secret or bool(c.verdict or (c.terme in CHIFFRES and c.publie))


def unite_de(colonne: Colonne) -> str:
    """The unit of a column; nothing for words."""
    if isinstance(colonne, Chiffres):
        return next((c.unite for c in colonne), NOMBRE)
    return str(colonne.attrs.get("unite", ""))


def deployees(chiffres: Chiffres, projection: Mapping[str, float] | None = None) -> dict[str, Colonne]:
    """Figures cut twice: a column for each code of the second axis, of which the rows are those of the first."""
    premier, second = chiffres.axes
    codes = {c.noms[1]: c.ligne[chiffres.axe(second).colonne] for c in chiffres}
    colonnes: dict[str, Colonne] = {nom: chiffres.par(premier).ou(**{second: code}) for nom, code in codes.items()}
    if projection:
        noms = {c.cle[0]: c.noms[0] for c in chiffres}
        colonnes["Projection"] = pd.Series({c: nombre(projection[nom]) for c, nom in noms.items() if nom in projection})
    return colonnes


def _cellule(contenu: Contenu | Cellule, unite: str, ecrire: Callable[[Chiffre], Cellule]) -> Cellule:
    if isinstance(contenu, Chiffre):
        return ecrire(contenu)
    if contenu is None or isinstance(contenu, Cellule):
        return contenu or VIDE
    return Cellule(valeur(float(contenu), unite) if unite else str(contenu))


def lire(chiffre: Chiffre | None) -> Cellule:
    """The cell of a figure, or of its absence."""
    if chiffre is None:
        return VIDE
    return cellule(chiffre.ligne, chiffre.terme, avec_unite=chiffre.terme not in DE_L_OBJECTIF)


class Entete(NamedTuple):
    """A heading, and the unit of its column."""

    titre: str
    unite: str = ""


def tableau_libre(
    legende: str, entetes: Sequence[str | Entete], lignes: Iterable[tuple[str, Sequence[Cellule]]], *,
    total: str | None = None, ancres: Mapping[str, str] = MappingProxyType({}),
    groupes: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> str:  # fmt: skip
    """A table of cells, each row behind its name; a column of texts alone, or of their absence, is one of texts.

    ``total``: the name of the row set apart, last; ``ancres``: by name, the id of a row, for what links lead to;
    ``groupes``: by name, the heading above a row and those that follow it there, and its own name below that.
    """
    rangees = sorted(lignes, key=lambda ligne: ligne[0] == total)
    colonnes = list(zip(*(cellules for _, cellules in rangees), strict=True))
    textes = [
        any(c.est_un_texte for c in siennes) and all(c.est_un_texte or c.est_un_signe for c in siennes)
        for siennes in colonnes
    ]

    def rangee(nom: str, cellules: Sequence[Cellule]) -> tuple[object, ...]:
        ecrites = [c if texte else c.en_chiffre() for c, texte in zip(cellules, textes, strict=True)]
        return (*groupes.get(nom, ("", nom)), ancres.get(nom), ecrites)

    premier, *suite = entetes
    return remplir(
        "tableau",
        legende=legende,
        premier=str(premier),
        # A heading stands where its words do.
        entetes=[(Entete(e) if isinstance(e, str) else e, texte) for e, texte in zip(suite, textes, strict=True)],
        parties=groupby((rangee(nom, cellules) for nom, cellules in rangees), key=itemgetter(0)),
        total=total,
        signes=LEGENDE if any(c.est_un_signe for siennes in colonnes for c in siennes) else "",
    )


# --- Of the lines of a reference table -------------------------------------------------------------------------------


def tableau_de(
    rapport: Rapport, table: pd.DataFrame, legende: Gabarits, colonnes: Mapping[str, str], fictif: str = "ligne fictive"
) -> Bloc:
    """Un tableau des lignes d’une table de référence : « en-tête » → colonne de la table.

    Les lignes inventées (confiance FICTIF) ont leur tableau, et chacune dit ``fictif``.

    >>> rapport.tableau_de(decisions, "Décisions", {"Décision": "intitule", "Prise": "date"})  # doctest: +SKIP
    """
    if not table.empty:
        noms: Sequence[object] = table.columns.tolist()  # Some may be numbers, as years.
        nommees = [nom for nom in noms if isinstance(nom, str)]
        exiger_parmi(colonnes.values(), nommees, "une colonne de la table")
    entetes, dite = {rapport.dire(entete): colonne for entete, colonne in colonnes.items()}, rapport.dire(legende)
    fictives = table.get("confiance", pd.Series("", table.index)).eq(FICTIF)
    reelles = _tabuler(dite, entetes, table[~fictives], "") + _sources(table[~fictives])
    return Bloc(reelles + _tabuler(f"{dite} (lignes fictives)", entetes, table[fictives], f" ({fictif})"))


def _tabuler(legende: str, colonnes: Mapping[str, str], table: pd.DataFrame, mention: str) -> str:
    """``mention``: what follows the name of a row. A blank cell says so; what is masked is « s ». ``ancre``: its id."""
    if table.empty:
        return ""
    # As indicateurs.csv has them, or « .df ».
    publies = (*CHIFFRES, "resultat") if set(COLONNES) - set(CLES) <= set(table.columns) else ()
    corps: list[tuple[str, list[Cellule]]] = []
    ancres: dict[str, str] = {}
    for ligne in table.itertuples(index=False):
        fait = dict(zip(map(str, table.columns), ligne, strict=True))
        premiere, *suite = (
            cellule(fait, c, avec_unite=True) if c in publies else _ecrire(fait[c]) for c in colonnes.values()
        )
        corps.append((premiere.texte + mention, suite))
        ancres |= {premiere.texte + mention: fait["ancre"]} if "ancre" in fait else {}
    return tableau_libre(legende, list(colonnes), corps, ancres=ancres)


def _ecrire(x: Any) -> Cellule:
    if isinstance(x, Cellule | Chiffre):
        return x if isinstance(x, Cellule) else lire(x)
    if x == "" or pd.isna(x):
        return Cellule(A_RENSEIGNER, "texte court")
    if x == SECRET_COURT:
        return Cellule(x, "secret texte")
    if isinstance(x, pd.Timestamp):
        return Cellule(date_en_mots(x), "texte court")
    if isinstance(x, str) and _CHIFFRE.fullmatch(x):
        return Cellule(x)
    if isinstance(x, str):
        return Cellule(typographie(x), "texte court" if len(x) <= _COURT else "texte")
    return Cellule(nombre(x))


def _sources(table: pd.DataFrame) -> str:
    """Where lines are known from, each source once and without what it says of one of them."""
    connues = list(dict.fromkeys(re.split(r" ; | \(", s)[0] for s in table.get("source", ()) if s))
    if not connues:
        return ""
    texte = f"{'Source' if len(connues) == 1 else 'Sources'} : {' ; '.join(connues)}."
    return f'<p class="note">{echapper(typographie(texte))}</p>'
