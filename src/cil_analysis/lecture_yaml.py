"""The one reader of YAML: plain data of plain types, or a French refusal that names the line.

A file holds keys, lists and single values. Dates stay text; a tag (« !!set »), a key that is not a word or a number, a
key twice, a text with command signs, a number that is not finite, and an alias that holds itself are refused.
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.typographie import a_des_commandes

_PREFIXE = "tag:yaml.org,2002:"
_SIMPLES = frozenset(f"{_PREFIXE}{nom}" for nom in ("str", "int", "float", "bool", "null"))
_COMPOSES = frozenset({f"{_PREFIXE}map", f"{_PREFIXE}seq"})
_PROFONDEUR = 50


class _Faute(Exception):
    """What is wrong, in French, and the node where it is."""

    def __init__(self, message: str, noeud: yaml.Node) -> None:
        super().__init__(message)
        self.ligne = noeud.start_mark.line + 1


class _Lecteur(yaml.SafeLoader):
    """Plain YAML with dates left as text (a bad one then names its key)."""


class _LecteurRapide(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same of libyaml, ten times faster, where it is: a file nested without end would stop Python itself."""


for _classe in (_Lecteur, _LecteurRapide):
    _classe.yaml_implicit_resolvers = {
        initiale: [(balise, motif) for balise, motif in motifs if balise != f"{_PREFIXE}timestamp"]
        for initiale, motifs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@cache
def lire_du_logiciel(nom: str) -> Any:
    """The content of a file that comes with the software, « extraits/mots.yml »; nobody changes it."""
    return lire_yaml(Path(__file__).parent / nom, nom, du_logiciel=True)


def lire_yaml(chemin: Path, nom: str, *, du_logiciel: bool = False) -> dict[str, object]:
    """The keys of a file and their values; ``nom``: how the message calls the file.

    ``du_logiciel``: the file comes with the software, and may be read by the faster parser.

    Raises ErreurCIL naming the file, the line where there is one, and what to write.
    """
    return comprendre_yaml(lire_texte(chemin, nom), nom, du_logiciel=du_logiciel)


def lire_texte(chemin: Path, nom: str) -> str:
    """The text of a file. Raises ErreurCIL when it is none."""
    try:
        return chemin.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"Fichier « {nom} » : ce n’est pas du texte en UTF-8. L’enregistrer en UTF-8."
        raise ErreurCIL(message) from None


def comprendre_yaml(texte: str, nom: str, *, du_logiciel: bool = False) -> dict[str, object]:
    """The keys of a text and their values, as :func:`lire_yaml` gives those of a file."""
    ou = f"Fichier « {nom} »"
    try:
        lecteur = (_LecteurRapide if du_logiciel else _Lecteur)(texte)
        noeud = lecteur.get_single_node()
        contenu = None if noeud is None else _Contenu(lecteur).de(noeud)
    except _Faute as faute:
        raise ErreurCIL(f"{ou}, ligne {faute.ligne} : {faute}. Corriger cette ligne.") from None
    except yaml.reader.ReaderError as faute:
        ligne = texte.count("\n", 0, faute.position) + 1
        message = f"{ou}, ligne {ligne} : signe qui n’est pas du texte. L’effacer."
        raise ErreurCIL(message) from None
    except yaml.MarkedYAMLError as faute:
        ligne_lue = f", ligne {faute.problem_mark.line + 1}" if faute.problem_mark else ""
        raise ErreurCIL(f"{ou}{ligne_lue} : YAML illisible. Corriger cette ligne.") from None
    except (yaml.YAMLError, RecursionError):
        raise ErreurCIL(f"{ou} : YAML illisible. Restaurer ce fichier.") from None
    if not isinstance(contenu, dict):
        message = f"{ou} : aucune clé n’y figure. Le restaurer, ou écrire « clé: valeur », une par ligne."
        raise ErreurCIL(message)
    return {str(cle): valeur for cle, valeur in contenu.items()}


class _Contenu:
    """What a node holds; a node that an alias repeats is read once."""

    def __init__(self, lecteur: _Lecteur | _LecteurRapide) -> None:
        self._lecteur = lecteur
        self._lus: dict[int, object] = {}
        self._ouverts: set[int] = set()

    def de(self, noeud: yaml.Node) -> object:
        cle = id(noeud)
        if cle in self._ouverts:
            raise _Faute("une valeur se contient elle-même", noeud)
        if len(self._ouverts) > _PROFONDEUR:
            raise _Faute("trop de listes ou de clés l’une dans l’autre", noeud)
        if cle not in self._lus:
            self._ouverts.add(cle)
            self._lus[cle] = self._lire(noeud)
            self._ouverts.remove(cle)
        return self._lus[cle]

    def _lire(self, noeud: yaml.Node) -> object:
        if isinstance(noeud, yaml.ScalarNode) and noeud.tag in _SIMPLES:
            return self._valeur(noeud)
        if noeud.tag not in _COMPOSES:
            raise _Faute("un type annoncé par « ! » n’est pas admis", noeud)
        if isinstance(noeud, yaml.SequenceNode) and noeud.tag == f"{_PREFIXE}seq":
            return [self.de(element) for element in noeud.value]
        if isinstance(noeud, yaml.MappingNode) and noeud.tag == f"{_PREFIXE}map":
            return self._cles(noeud)
        raise _Faute("valeur d’un autre type que celui qu’elle annonce", noeud)

    def _valeur(self, noeud: yaml.ScalarNode) -> object:
        try:
            valeur: object = self._lecteur.construct_object(noeud)
        except (yaml.YAMLError, ValueError, KeyError, OverflowError):
            raise _Faute("valeur illisible", noeud) from None
        if isinstance(valeur, float) and not isfinite(valeur):
            raise _Faute("ce nombre n’est pas fini", noeud)
        if isinstance(valeur, str) and a_des_commandes(valeur):
            raise _Faute("un texte contient un signe de commande", noeud)
        return valeur

    def _cles(self, noeud: yaml.MappingNode) -> dict[object, object]:
        vues: set[str] = set()
        for cle, _ in noeud.value:
            if not isinstance(cle, yaml.ScalarNode) or cle.tag not in (*_SIMPLES, f"{_PREFIXE}merge"):
                raise _Faute("une clé n’est ni un mot ni un nombre", cle)
            if cle.value in vues:
                raise _Faute(f"clé « {cle.value} » en double", cle)
            vues.add(cle.value)
        try:
            self._lecteur.flatten_mapping(noeud)
        except yaml.YAMLError:
            raise _Faute("« << » ne reprend pas une liste de clés", noeud) from None
        return {self.de(cle): self.de(valeur) for cle, valeur in noeud.value}
