"""What a cell may cut figures by; and what it asks wrong, refused by an ErreurCIL that says what may be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from inspect import formatannotation, signature
from os import PathLike
from types import FunctionType, MappingProxyType, NoneType
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, SupportsIndex, TypeVar

from rapidfuzz import fuzz, process

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EN_QPV, EPCI, HORS_QPV, QPV, RESERVATAIRE
from cil_analysis.rapport.mots.definitions import UNITES

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffres import Chiffres


class Axe(NamedTuple):
    """What figures are cut by: the column of their key, and which rows have one."""

    colonne: str
    lignes: Mapping[str, tuple[str, ...]] = MappingProxyType({})


ZONES = {HORS_QPV: "Hors quartier prioritaire", EN_QPV: "En quartier prioritaire"}
AXES: Mapping[str, Axe] = MappingProxyType(
    {
        "annee": Axe("annee"),
        "commune": Axe("perimetre_code", {"perimetre_type": (COMMUNE,)}),
        "quartier": Axe("perimetre_code", {"perimetre_type": (QPV,)}),
        "zone": Axe("perimetre_type", {"perimetre_type": (HORS_QPV, EN_QPV)}),
        "ensemble_et_zone": Axe("perimetre_type", {"perimetre_type": (EPCI, HORS_QPV, EN_QPV)}),
        "bailleur": Axe("acteur_code", {"acteur_type": (BAILLEUR,)}),
        "reservataire": Axe("acteur_code", {"acteur_type": (RESERVATAIRE,)}),
        "classe": Axe("modalite"),
    }
)
# How many words a refusal cites at most; of more, those that are near the one that was asked, or the first ones.
_CITES = 8
_UNE_LISTE = "Sequence[str]"
# An argument that is a text, a path or a list of texts: what may stand in its annotation.
_TEXTES: Mapping[str, type] = {"str": str, "Path": PathLike, "None": NoneType, _UNE_LISTE: Iterable}
P = ParamSpec("P")
R = TypeVar("R")
LISTE = " ; projet.indicateurs() les donne tous"


def exiger_parmi(
    dits: Iterable[object], admis: Iterable[str], quoi: str, suite: str = "",
    libelles: Mapping[str, str] = MappingProxyType({}),
) -> None:  # fmt: skip
    """Refuse, in French, what is none of the words that may be written, with some that are.

    ``quoi``: what it is not; ``suite``: what else is to know; ``libelles``: other names of words.
    """
    mots = list(admis)
    for dit in dits:
        if isinstance(dit, str) and dit in mots:
            continue
        formes = {libelles.get(mot, mot).casefold(): mot for mot in mots} | {mot.casefold(): mot for mot in mots}
        # Of two as near, the first: « O1 » is O01 before it is O15.
        trouvees = process.extract(str(dit).casefold(), [*formes], scorer=fuzz.ratio, score_cutoff=60, limit=3)
        proches = [formes[forme] for forme, *_ in trouvees]
        cites = mots if len(mots) <= _CITES else proches or mots[:_CITES]
        ecrits = ", ".join(f"{mot} ({libelles[mot]})" if libelles.get(mot) else mot for mot in dict.fromkeys(cites))
        guillemets = "" if isinstance(dit, str) else ", entre guillemets"
        raise ErreurCIL(f"« {dit} » n’est pas {quoi} : choisir {ecrits}{guillemets}{suite}.")


class NomInconnu(ErreurCIL, AttributeError):
    """An attribute that an object does not have: what asks whether it has one is answered as by any other."""


def appelable(faite: Callable[P, R], nom: str = "") -> Callable[P, R]:
    """A function of the face, whose arguments are refused in French. ``nom``: what a notebook calls it."""

    @wraps(faite)
    def appeler(*donnes: P.args, **nommes: P.kwargs) -> R:
        try:
            return faite(*donnes, **nommes)
        except (TypeError, AttributeError):
            _exiger_les_arguments(faite, nom or faite.__name__, donnes, nommes)
            raise  # Ours.

    return appeler


def _exiger_les_arguments(
    faite: Callable[..., object], nom: str, donnes: Sequence[object], nommes: Mapping[str, object]
) -> None:
    """Refuse arguments that a function does not have, or lacks, and what is none of the texts that it asks."""
    siens = {n: p for n, p in signature(faite).parameters.items() if n not in ("self", "rapport")}
    dits = ", ".join(n if p.default is p.empty and p.kind is not p.VAR_KEYWORD else f"{n}=…" for n, p in siens.items())
    try:
        lus = signature(faite).bind(*donnes, **nommes).arguments
    except TypeError:
        raise ErreurCIL(f"Ces arguments ne sont pas ceux de « {nom} » : écrire {nom}({dits}).") from None
    for n, p in siens.items():
        # « str | pathlib.Path | None », whether it waits or not.
        mots = [mot.rpartition(".")[2] for mot in formatannotation(p.annotation).strip("'").split(" | ")]
        if not {*mots} <= _TEXTES.keys():
            continue
        admis = *(_TEXTES[mot] for mot in mots), NoneType, tuple  # Those of « *axes » are in a tuple.
        if not isinstance(lu := lus.get(n), admis):
            quoi, ecrit = ("une liste de textes", '["…"]') if _UNE_LISTE in mots else ("un texte", '"…"')
            raise ErreurCIL(f"« {lu} » n’est pas {quoi} : écrire {nom}({n}={ecrit}).") from None


class QuiSuggere:
    """What a notebook holds: a name or an argument of it that is mistyped is refused in French, with those it has."""

    def __init_subclass__(cls) -> None:
        for nom in dir(cls):  # Those that it inherits from what holds figures alone too.
            faite, dit = getattr(cls, nom), cls.__name__ if nom == "__init__" else nom
            if isinstance(faite, FunctionType) and not (dit.startswith("_") or hasattr(faite, "__wrapped__")):
                setattr(cls, nom, appelable(faite, dit))

    if not TYPE_CHECKING:

        def __getattr__(self, nom: str) -> object:
            publics = [connu for connu in dir(self) if not connu.startswith("_")]
            if nom.startswith("_") or nom in publics:  # Python's own, or a defect below a property.
                raise AttributeError(nom)
            try:
                exiger_parmi([nom], publics, "un nom connu ici", " (docs/carnets.md)")
            except ErreurCIL as erreur:
                raise NomInconnu(str(erreur)) from None


def exiger_des_axes(noms: Iterable[object]) -> None:
    """Refuse a name that is no axis."""
    exiger_parmi(noms, AXES, "une façon de lire un indicateur", ', tel que .par("commune", "annee")')


def un_axe(axes: Sequence[str], rang: int = -1) -> str:
    """One of the axes, which there must be."""
    if not axes:
        raise ErreurCIL(
            'Ce chiffre est seul : écrire d’abord de quoi il est fait, par .par("commune") ou un autre axe.'
        )
    return axes[rang]


def exiger_la_coupe(chiffres: Chiffres, *axes: str) -> None:
    """Refuse figures that are not cut by these axes."""
    if chiffres.axes != axes:
        raise autre_coupe(chiffres, *axes)


def autre_coupe(chiffres: Chiffres, *axes: str) -> ErreurCIL:
    """The refusal of figures that are not cut as a drawing asks, with axes that would do."""
    mots = ", ".join(f'"{axe}"' for axe in axes)
    return ErreurCIL(f"{chiffres.indicateur.code} : ce dessin se coupe autrement. Écrire d’abord .par({mots}).")


def exiger_un_identifiant(nom: str) -> None:
    """Refuse what cannot name a drawing in a page, nor a map in its script, which would then not run."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", nom):
        raise ErreurCIL(
            f"« {nom} » ne peut pas nommer un dessin : écrire une lettre, puis des lettres sans accent, des chiffres "
            "ou des tirets, sans espace."
        )


def exiger_des_codes(chiffres: Chiffres) -> None:
    """Refuse classes that there are not, and a code or a year that is none; one that has no figures is one."""
    if "classe" in chiffres.axes and not chiffres.indicateur.modalites:
        raise ErreurCIL(
            f"{chiffres.indicateur.code} n’a pas de classes : le couper autrement, par « commune » par exemple, ou "
            "choisir un indicateur qui en a (« par » dans projet.indicateurs())."
        )
    for nom, dits in chiffres.conditions:
        ecrits = [dits] if isinstance(dits, str) or not isinstance(dits, Iterable) else list(dits)
        axe, libelles = chiffres.axe(nom), chiffres.libelles(nom)
        if nom == "annee":
            for dit in ecrits:
                if not isinstance(dit, SupportsIndex):
                    raise ErreurCIL(f"« {dit} » n’est pas une année : l’écrire sans guillemets, telle que annee={dit}.")
        elif libelles:
            # Those that have figures are cited rather than the others.
            publies = dict.fromkeys(str(c) for c in chiffres.table.ou(**axe.lignes).valeurs(axe.colonne) if c)
            inconnus = [code for code in ecrits if code not in libelles and code not in publies]
            exiger_parmi(inconnus, publies or libelles, f"un code ({nom})", libelles=libelles)


def exiger_des_series(series: object) -> None:
    """Refuse what is not « name → figures »."""
    if not isinstance(series, Mapping):
        raise ErreurCIL('Nommer chaque chiffre : {"Nom": rapport["O01"].par("commune"), …}.')


def exiger_la_meme_coupe(series: Mapping[str, Chiffres]) -> None:
    """Refuse figures to be read side by side that share no code with the first: classes may be codes of communes."""
    pleines = {nom: une for nom, une in series.items() if len(une)}
    premier = next(iter(pleines), "")
    codes = {c.cle for c in pleines[premier]} if pleines else set()
    for nom, autre in pleines.items():
        if autre.axes != pleines[premier].axes and codes.isdisjoint(c.cle for c in autre):
            coupes = (f"« {n} », par {' et '.join(series[n].axes) or 'rien'}" for n in (premier, nom))
            raise ErreurCIL(
                f"Ces chiffres se coupent autrement ({' ; '.join(coupes)}) : écrire le même .par(…) partout."
            )


def exiger_la_meme_unite(unites: Mapping[str, str]) -> None:
    """Refuse figures of several units on one axis."""
    if len(set(unites.values())) > 1:
        dites = " ; ".join(f"« {nom} », {UNITES.get(unite, unite)}" for nom, unite in unites.items())
        raise ErreurCIL(f"Un dessin n’a qu’une unité, et ceux-ci en ont plusieurs ({dites}) : écrire deux dessins.")


def exiger_une_paire(nom: str, x: object) -> None:
    """Refuse a setting that is not two things."""
    if x is not None and (isinstance(x, str) or not isinstance(x, Sequence) or len(x) != 2):
        raise ErreurCIL(f"« {nom} » vaut deux choses, et « {x} » n’est pas cela : les écrire entre parenthèses.")
