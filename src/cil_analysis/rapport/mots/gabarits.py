"""Les phrases du rapport : des gabarits Jinja dont chaque nombre est un chiffre publié.

A template that reads a masked or missing figure, or says nothing, is passed over for the next of its list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import (
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    meta,
)

from cil_analysis.erreurs import ErreurCIL, Indisponible
from cil_analysis.grammaire.indicateur import MOIS, PCT
from cil_analysis.rapport.mots import formats
from cil_analysis.reference.texte import enumerer
from cil_analysis.typographie import INSECABLE, accorder, arrondi, minuscule, nombre, typographie

Gabarits = str | Sequence[str]
# Where an optional word is not said.
_ESPACES = re.compile(" {2,}")
_CITE = re.compile("'([^']*)'")


class Phrase(str):
    """What is said already: a name in it that looks like a template is none."""


class Annee(int):
    """Une année : elle s’écrit sans espace, comme celles d’avant et d’après."""

    def __sub__(self, autre: int) -> Annee:
        return Annee(int(self) - autre)

    def __add__(self, autre: int) -> Annee:
        return Annee(int(self) + autre)


def _lu(x: Any) -> float:
    """The number of a published figure, or Indisponible; a number is itself."""
    return getattr(x, "valeur", x)  # type: ignore[no-any-return]


def _ecrire(x: object) -> object:
    """What ``{{ … }}`` writes: a figure in its unit, a word; a bare number needs a filter that says how."""
    if isinstance(x, str | Annee | Undefined):
        return x
    if (dit := getattr(x, "dit", None)) is not None:
        return dit
    if isinstance(x, int) and not isinstance(x, bool):
        return nombre(x)
    raise TypeError(type(x).__name__)


def _ecart(x: Any) -> str:
    """How far from a target, without its sign: « 2,3 points »."""
    lu = abs(_lu(x))
    if lu and not arrondi(lu, 1):
        return f"moins de 0,1{INSECABLE}point"
    return formats.points(lu, max(1, min(2, formats.decimales(lu)))).removeprefix("+")


def _tendance(x: Any, avant: Any) -> str:
    """« stable », « en hausse de 3,2 % ». Raises Indisponible without anything to compare, or across a break."""
    mots = x.tendance(avant) if hasattr(x, "tendance") else formats.evolution(_lu(avant), _lu(x))
    if not mots or not getattr(x, "se_compare_a", lambda _: True)(avant):
        raise Indisponible("Il n’y a rien à comparer : un chiffre manque, est masqué, ou une rupture les sépare.")
    return mots


FILTRES: Mapping[str, Callable[..., object]] = {
    "nombre": lambda x, decimales=0: nombre(_lu(x), decimales),
    "pct": lambda x, decimales=1: formats.valeur(_lu(x), PCT, decimales),
    "points": lambda x: formats.points(_lu(x)),
    "mois": lambda x, decimales=1: formats.valeur(_lu(x), MOIS, decimales),
    "accorde": lambda x, un, plusieurs: accorder(_lu(x), un, plusieurs),
    "selon": lambda x, un, plusieurs: plusieurs if formats.imprime(abs(_lu(x))) >= 2 else un,
    "tendance": _tendance,
    "liaison": lambda boucle: " et " if boucle.revindex == 2 else ", " if boucle.revindex > 2 else "",
    "si": lambda mots, condition: mots if condition else "",
    "ecart": _ecart,
    "enumere": lambda mots: enumerer(list(mots)),
    "contre": lambda x: x.contre,
    "signe": lambda x: formats.signer(_lu(x)),
    "minuscule": minuscule,
    "crochets": lambda mots: mots.replace("(", "[").replace(")", "]"),  # a name that is said within brackets
    "date": formats.date_en_mots,
    "mois_et_annee": formats.mois_et_annee,
}


@lru_cache(maxsize=1)
def _jinja() -> Environment:
    jinja = Environment(
        undefined=StrictUndefined, finalize=_ecrire, autoescape=False, trim_blocks=True, extensions=["jinja2.ext.do"]
    )
    jinja.filters |= dict(FILTRES)
    return jinja


@lru_cache(maxsize=512)
def _lu_une_fois(gabarit: str) -> tuple[Template, frozenset[str]]:
    arbre = _jinja().parse(gabarit)
    return _jinja().from_string(arbre), frozenset(meta.find_undeclared_variables(arbre))


def dire(gabarits: Gabarits, lire: Callable[[str], Any], valeurs: Mapping[str, object]) -> str:
    """The first template of a list that can be said; nothing when none can.

    ``lire``: what a code of the registry is read as; ``valeurs``: the other names. What is said already is said again
    as it is. Raises ErreurCIL for a template that is not understood.
    """
    if not isinstance(gabarits, Sequence):
        raise ErreurCIL(
            f"« {gabarits} » n’est pas une phrase : écrire un texte, ou une liste de textes entre crochets."
        )
    for gabarit in [gabarits] if isinstance(gabarits, str) else gabarits:
        if isinstance(gabarit, Phrase):
            if gabarit:
                return gabarit
            continue
        try:
            modele, libres = _lu_une_fois(gabarit)
            contexte = {nom: lire(nom) for nom in libres - valeurs.keys()} | dict(valeurs)
            phrase = _ESPACES.sub(" ", modele.render(contexte)).strip()
        except (Indisponible, ZeroDivisionError):
            continue
        except ErreurCIL as faute:
            raise ErreurCIL(f"Gabarit « {gabarit} » : {faute}") from None
        except (TemplateError, TypeError, KeyError, AttributeError, ValueError, IndexError) as faute:
            raise ErreurCIL(
                f"Gabarit « {gabarit} » : {_pourquoi(faute)}. Le corriger dans la cellule du carnet ; les noms "
                "admis sont les codes des indicateurs et ce que la figure donne (voir docs/carnets.md)."
            ) from None
        if phrase:
            return Phrase(typographie(phrase, noms=True))
    return Phrase()


def _pourquoi(faute: Exception) -> str:
    if isinstance(faute, KeyError):
        return f"« {faute.args[0]} » n’est le nom de rien"
    if isinstance(faute, UndefinedError):
        if not (cites := _CITE.findall(str(faute))):  # A place of a list, which has no name.
            return "il cite ce qu’une liste n’a pas, elle est peut-être vide : le dire sous un « {% if … %} »"
        return f"« {cites[-1]} » n’est le nom de rien"
    if "filter named" in str(faute):  # Jinja says which in English, when a template is read or when it is said.
        return f"« {_CITE.findall(str(faute))[-1]} » n’est pas un filtre : choisir {', '.join(FILTRES)}"
    if "test named" in str(faute):
        return f"« {_CITE.findall(str(faute))[-1]} » ne se dit pas après « is » : comparer par « == » ou « is none »"
    if isinstance(faute, TemplateSyntaxError):
        return "une accolade, une parenthèse, un guillemet ou un « {% endif %} » y manque, ou y est de trop"
    if isinstance(faute, TypeError | AttributeError):
        return "ce qui y est écrit n’est ni un mot ni un chiffre, ou il lui manque un filtre (nombre, pct, accorde…)"
    return f"il ne se lit pas ({faute})"
