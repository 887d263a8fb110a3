"""The analyst's word: ``commentaires/<year>/<section>.md``, and ``fiche_action`` beside or in it for the action sheet.

Put in the text of the notebook before any engine reads it, as HTML: what is written there runs nothing, asks the
network for nothing and is no markup of ours.
"""

import html
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import FICHE_ACTION, Projet
from cil_analysis.reference.texte import DOMICILE, PERSONNE
from cil_analysis.rendu.notebooks import titres
from cil_analysis.rendu.suivi import commentaires_egares
from cil_analysis.typographie import typographie

_SECTION = re.compile(r"\{[^}]*#([\w-]+)[^}]*\}\s*$")
_AUTEUR = re.compile(r"auteur\s*:\s*(\S.*)", re.IGNORECASE)
# What begins an item, at the beginning of a line.
_LISTES = {
    "ul": re.compile(r"^[-*][^\S\n]+", re.MULTILINE),
    "ol": re.compile(r"^\d+[.)][^\S\n]+", re.MULTILINE),
}


def lire_commentaires(projet: Projet, annee: int, carnet: str) -> dict[str, str]:
    """The HTML of the comments of a year, by section. Raises ErreurCIL for a faulty one, or one of no year."""
    for egare in commentaires_egares(projet):
        raise ErreurCIL(
            f"{egare} n’est dans le dossier d’aucune année et ne se montrerait nulle part : déplacez-le dans "
            f"{projet.commentaires / str(annee)}, ou retirez-le."
        )
    return _lire(projet.commentaires / str(annee), carnet)


def lire_mots_de_la_fiche(projet: Projet, annee: int, carnet: str) -> dict[str, str]:
    """The HTML of what is added to the action sheet: of every year first, then of this one."""
    racine = projet.commentaires
    toujours, cette_annee = (_lire(d / FICHE_ACTION, carnet) for d in (racine, racine / str(annee)))
    return {nom: toujours.get(nom, "") + cette_annee.get(nom, "") for nom in toujours | cette_annee}


def _lire(dossier: Path, carnet: str) -> dict[str, str]:
    if not dossier.is_dir():
        return {}
    sections = [section for _, section in _reperer(carnet.split("\n")) if section]
    lus = {}
    for chemin in sorted(c for c in dossier.iterdir() if c.name != FICHE_ACTION and not c.name.startswith(".")):
        if chemin.suffix != ".md" or chemin.stem not in sections:
            raise ErreurCIL(
                f"{chemin} ne commente aucune section : renommez-le d’après l’une d’elles "
                f"({', '.join(f'{section}.md' for section in sections)}), ou retirez-le."
            )
        lus[chemin.stem] = _en_html(chemin)
    return lus


def inserer(carnet: str, commentaires: Mapping[str, str]) -> str:
    """The text of a notebook with each comment at the end of its section, before the sections inside it."""
    lignes = carnet.split("\n")
    reperes = [*_reperer(lignes), (len(lignes), "")]
    for (_, section), (fin, _) in reversed(list(itertools.pairwise(reperes))):
        if section in commentaires:
            lignes[fin:fin] = ["", "```{=html}", commentaires[section], "```", ""]
    return "\n".join(lignes)


def _reperer(lignes: list[str]) -> list[tuple[int, str]]:
    """Where each heading of a notebook is, and the name of its section, if it has one."""
    return [(rang, nom[1] if (nom := _SECTION.search(lignes[rang])) else "") for rang in titres(lignes)]


def _en_html(chemin: Path) -> str:
    """One comment, on one line."""
    try:
        texte = chemin.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ErreurCIL(f"{chemin} n’est pas un texte UTF-8 lisible : enregistrez-le ainsi.") from None
    tete, _, corps = texte.strip().partition("\n")
    auteur = _AUTEUR.fullmatch(tete.strip())
    if auteur is None or not corps.strip():
        raise ErreurCIL(
            f"{chemin} ne dit pas qui commente, ou quoi : commencez-le par une ligne « auteur : nom, fonction », "
            "puis écrivez le commentaire."
        )
    if PERSONNE.search(corps) or DOMICILE.search(corps):
        raise ErreurCIL(
            f"{chemin} semble nommer une personne, ou donner une adresse, un téléphone ou un N° unique : écrivez "
            "l’organisation ou la fonction ; la première ligne est la seule à nommer, celui qui commente."
        )
    blocs = "".join(_blocs(corps))
    return f'<div class="commentaire"><p class="auteur">Commentaire – {_en_ligne(auteur[1])}</p>{blocs}</div>'


def _blocs(corps: str) -> Iterator[str]:
    """Paragraphs and lists, which blank lines part; a line without a mark goes on with the one above."""
    for bloc in re.split(r"\n\s*\n", corps.strip()):
        lignes = "\n".join(ligne.strip() for ligne in bloc.split("\n"))
        for balise, marque in _LISTES.items():
            avant, *points = marque.split(lignes)
            if points and not avant:
                yield f"<{balise}>{''.join(f'<li>{_en_ligne(p)}</li>' for p in points)}</{balise}>"
                break
        else:
            yield f"<p>{_en_ligne(lignes)}</p>"


def _en_ligne(texte: str) -> str:
    """Bold; all other markup is the text it is."""
    # A backtick or a brace could open a cell, an expression or a shortcode of an engine.
    sur = html.escape(typographie(texte.strip().replace("\n", " "))).replace("`", "&#96;").replace("{", "&#123;")
    return re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", sur)
