"""The envelope of a figure, and the words of its text alternative."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chapitres import illustration
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.figures import a_des_chiffres, assembler, lien_du_classeur, note_de_secret
from cil_analysis.rapport.mots.definitions import definitions
from cil_analysis.rapport.mots.formats import echapper, nombre
from cil_analysis.rapport.mots.signes import OBJECTIFS
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport

Gabarits = str | Sequence[str]


class Figure(Bloc):
    """Une figure de la page ; ``axes`` : ceux de matplotlib, pour qui veut la retoucher."""

    def __init__(self, html: str, axes: Axes | None) -> None:
        super().__init__(html)
        self.axes = axes


def en_suites(lignes: Mapping[str, Sequence[Chiffre]]) -> str:
    """The text alternative of lines: « Nom : 2021, 12 ; 2022, 14. »."""
    dites = [
        f"{nom} : {', '.join(f'{c.noms[-1]}, {c.texte if c.est_publie else absent(c)}' for c in siens)}"
        for nom, siens in lignes.items()
    ]
    return f"{' ; '.join(dites)}."


class Mots(NamedTuple):
    """What is said of a figure: its title and subtitle, as templates, a note, its text alternative.

    ``source``: of what stands beside our figures.
    """

    titre: Gabarits
    sous_titre: Gabarits
    note: str
    alternative: str
    source: str = ""


class Dits(NamedTuple):
    """The same once they are said. ``habiller``: what is put around the drawing, from its SVG and its title."""

    titre: str
    sous_titre: str
    note: str
    alternative: str
    habiller: Callable[[str, str], str] | None = None
    source: str = ""


def envelopper(
    rapport: Rapport, identifiant: str, mots: Dits, dessiner: Callable[[], Axes] | None, donnees: str,
    tables: Sequence[PublishedTable],
) -> Figure:  # fmt: skip
    """The envelope of a figure: finding, drawing, source, what is masked, data, definition.

    ``dessiner``: None where there is nothing to draw; ``tables``: all that is drawn or given as data.
    """
    axes, dessin = None, ""
    if dessiner is not None:
        with charte(identifiant):
            axes = dessiner()
        dessin = en_svg(axes, identifiant, mots.titre, typographie(mots.alternative))
        dessin = mots.habiller(dessin, mots.titre) if mots.habiller else dessin
    # Two selections of an indicator are one: what is masked in both counts once.
    distinctes: dict[str, PublishedTable] = {}
    for t in tables if dessiner else [t for t in tables if not a_des_chiffres(t)]:
        code = t.indicateur.code
        distinctes[code] = distinctes[code] | t if code in distinctes else t
    bloc = illustration(
        rapport, identifiant, mots.titre, mots.sous_titre, dessin, donnees, list(distinctes.values()),
        note=mots.note, periode=periode(tables), racine=rapport.racine, source=mots.source,
    )  # fmt: skip
    return Figure(bloc.html, axes)


def encadrer(
    rapport: Rapport, identifiant: str, titres: tuple[str, str], tableau: str, tables: Sequence[PublishedTable],
    notes: Sequence[str],
) -> Figure:  # fmt: skip
    """The envelope of a table that stands in the place of a drawing; it makes no slide. ``titres``: and subtitle."""
    indicateurs = list({t.indicateur.code: t.indicateur for t in tables}.values())
    dites = [note for note in (*notes, note_de_secret(tables, hachures=False)) if note]
    source = rapport.source([i.code for i in indicateurs], periode(tables))
    replis = lien_du_classeur(indicateurs, rapport.racine) + definitions(indicateurs, titres[0], rapport.racine)
    return Figure(assembler(identifiant, *titres, tableau, source, dites, replis, projete=False).html, None)


def periode(tables: Iterable[PublishedTable]) -> str | None:
    """« 2018-2022 », the years of some tables, or the only one; None when they have none."""
    lues = sorted({int(annee) for table in tables for annee in table.valeurs("annee")})
    return (f"{lues[0]}-{lues[-1]}" if len(lues) > 1 else str(lues[0])) if lues else None


def paragraphe(phrase: str, classe: str = "") -> Bloc:
    """A sentence of the page; nothing where it says nothing."""
    attribut = f' class="{classe}"' if classe else ""
    return Bloc(f"<p{attribut}>{echapper(phrase)}</p>" if phrase else "")


def en_mots(c: Chiffre, *, en_comptes: bool = False) -> str:
    """A figure of the text alternative: « T2, 812 sur 934 (86,9 %) »."""
    if not c.est_publie:
        return f"{c.nom}, {absent(c)}"
    if en_comptes:
        return f"{c.nom}, {nombre(c.numerateur)} sur {nombre(c.denominateur)} ({c.texte})"
    return f"{c.nom}, {c.texte}"


def avec_resultat(c: Chiffre, *, en_comptes: bool = False) -> str:
    """The same, with the result of its objective."""
    return f"{en_mots(c, en_comptes=en_comptes)}{f', {OBJECTIFS[c.verdict]}' if c.verdict else ''}"


def absent(c: Chiffre) -> str:
    """Why a figure has no number, in a text alternative."""
    return "secret statistique" if c.est_secret else "non disponible"
