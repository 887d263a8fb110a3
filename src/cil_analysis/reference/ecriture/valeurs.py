"""Changing one dated value of a parameters file (data/reference/parameters) and nothing else in it.

A YAML library writes the whole file again, in its own style. Here the text is edited: every line outside the entry
stays as an analyst wrote it, comments, quotes and line ends included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.parametres import Reference, ValeurDatee


def poser_valeur(texte: str, cle: str, datee: ValeurDatee) -> str:
    """The text of a parameters file in which ``cle`` has this dated value: its entry is replaced, or added in order.

    Comments that have a line of their own stay; one at the end of a line goes with the value that it spoke of. Raises
    ErreurCIL: the dates of this key are not written one a line, or the file uses YAML aliases.
    """
    valeurs = _valeurs(texte, cle)
    entrees = [(str(noeud.value), noeud) for noeud, _ in valeurs.value]
    jour = datee.depuis.isoformat()
    colonne = valeurs.start_mark.column  # That of its keys.
    fin_de_ligne = "\r\n" if "\r\n" in texte else "\n"
    anterieures = [noeud for autre, noeud in entrees if autre < jour]
    existante = next((noeud for autre, noeud in entrees if autre == jour), None)
    if existante is not None:
        debut, fin = _etendue(texte, existante, colonne)
        gardees = [ligne for ligne in texte[debut:fin].splitlines() if ligne.lstrip().startswith("#")]
    else:
        # After the latest of the earlier entries; before the first one when there is none.
        voisine = max(anterieures, key=lambda noeud: str(noeud.value), default=None)
        debut = _etendue(texte, voisine or entrees[0][1], colonne)[1 if voisine else 0]
        fin = debut
        gardees = []
    bloc = fin_de_ligne.join(_entree(datee, colonne, gardees)) + fin_de_ligne
    avant = texte[:debut]
    if avant and not avant.endswith("\n"):
        avant += fin_de_ligne
    return avant + bloc + texte[fin:]


def _valeurs(texte: str, cle: str) -> yaml.MappingNode:
    try:
        noeud = yaml.compose(texte, Loader=yaml.SafeLoader)
    except yaml.YAMLError as erreur:  # An entry that is gone was referred to by another one.
        raise ErreurCIL(
            f"Paramètre « {cle} » : la forme du fichier ne permet pas d’y écrire sûrement. Rien n’a été écrit : "
            "écrivez en toutes lettres les renvois (& et *), puis relancez."
        ) from erreur
    for nom in (cle, "values"):
        enfants = {str(c.value): v for c, v in noeud.value} if isinstance(noeud, yaml.MappingNode) else {}
        noeud = enfants.get(nom)
    if not isinstance(noeud, yaml.MappingNode) or noeud.flow_style or not noeud.value:
        raise ErreurCIL(
            f"Paramètre « {cle} » : ses dates (sous « values ») ne sont pas écrites une par ligne. Rien n’a été "
            "écrit : mettez-les en forme comme dans le fichier livré avec le logiciel, puis relancez."
        )
    return noeud


def _etendue(texte: str, cle: yaml.Node, colonne: int) -> tuple[int, int]:
    """Where an entry is: from the start of its key's line to the end of the last line indented below it."""
    debut = texte.rfind("\n", 0, cle.start_mark.index) + 1
    fin = position = texte.find("\n", debut) + 1 or len(texte)
    while position < len(texte):
        suivante = texte.find("\n", position) + 1 or len(texte)
        ligne = texte[position:suivante]
        if ligne.strip():
            if len(ligne) - len(ligne.lstrip(" ")) <= colonne:
                break
            fin = suivante
        position = suivante
    return debut, fin


def _entree(datee: ValeurDatee, colonne: int, gardees: list[str]) -> Iterator[str]:
    marge = " " * colonne
    yield f"{marge}{datee.depuis.isoformat()}:"
    yield from gardees
    yield f"{marge}  value: {_nombre(datee.valeur)}"
    yield f"{marge}  reference:"
    for reference in datee.references:
        yield f"{marge}    - title: {_entre_guillemets(reference.titre)}"
        yield f"{marge}      href: {_adresse(reference)}"
    yield f"{marge}  confidence: {datee.confiance}"


def _nombre(valeur: object) -> str:
    if valeur is None:
        return "null"
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        raise TypeError(valeur)
    return str(int(valeur)) if valeur == int(valeur) else repr(valeur)


def _entre_guillemets(texte: str) -> str:
    ecrit: str = yaml.safe_dump(texte, default_style='"', allow_unicode=True, width=1_000_000)
    return ecrit.strip()


def _adresse(reference: Reference) -> str:
    nue = re.fullmatch(r"https?://[A-Za-z0-9./_~%?=&+-]+", reference.href)
    return reference.href if nue else _entre_guillemets(reference.href)
