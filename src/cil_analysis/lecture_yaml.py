"""The one reader of YAML: plain data of plain types, or a French refusal that names the line.

A file holds keys, lists and single values. Dates stay text; a tag (« !!set »), a key that is not a word or a number, a
key twice, a text with command signs, a number that is not finite, and an alias that holds itself are refused.
"""

from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, ClassVar

import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.typographie import a_des_commandes

_PREFIXE = "tag:yaml.org,2002:"
_ADMIS = (None, *(f"{_PREFIXE}{nom}" for nom in ("str", "int", "float", "bool", "null", "seq", "map")))


class _Faute(yaml.MarkedYAMLError):
    """What is wrong, in French, and the node where it is."""

    def __init__(self, probleme: str, noeud: yaml.Node) -> None:
        super().__init__(problem=probleme, problem_mark=noeud.start_mark)


class _Simple(yaml.constructor.SafeConstructor):
    """Plain data of plain types, with dates left as text (a bad one then names its key)."""

    yaml_constructors: ClassVar = {
        balise: lu for balise, lu in yaml.SafeLoader.yaml_constructors.items() if balise in _ADMIS
    }
    yaml_implicit_resolvers: ClassVar = {
        initiale: [(balise, motif) for balise, motif in motifs if balise != f"{_PREFIXE}timestamp"]
        for initiale, motifs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_document(self, node: yaml.Node) -> Any:
        self.deep_construct = True  # An alias that holds itself is then seen.
        return super().construct_document(node)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            valeur = super().construct_object(node, deep)
        except (ValueError, TypeError, LookupError, OverflowError):
            raise _Faute("valeur illisible", node) from None
        if isinstance(valeur, float) and not isfinite(valeur):
            raise _Faute("ce nombre n’est pas fini", node)
        if isinstance(valeur, str) and a_des_commandes(valeur):
            raise _Faute("un texte contient un signe de commande", node)
        return valeur

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        vues: set[str] = set()
        for cle, _ in node.value:
            if isinstance(cle, yaml.ScalarNode) and cle.value in vues:
                raise _Faute(f"clé « {cle.value} » en double", cle)
            vues.add(str(cle.value))
        return super().construct_mapping(node, deep)


class _Lecteur(_Simple, yaml.SafeLoader):
    """YAML that an analyst has written."""


class _LecteurRapide(_Simple, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same of libyaml, ten times faster, where it is: a file nested without end would stop Python itself."""


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
        contenu = yaml.load(texte, _LecteurRapide if du_logiciel else _Lecteur)
    except yaml.reader.ReaderError as faute:
        ligne = texte.count("\n", 0, faute.position) + 1
        message = f"{ou}, ligne {ligne} : signe qui n’est pas du texte. L’effacer."
        raise ErreurCIL(message) from None
    except yaml.MarkedYAMLError as faute:
        ligne_lue = f", ligne {faute.problem_mark.line + 1}" if faute.problem_mark else ""
        quoi, aussi = "YAML illisible", ", ou celle d’avant (signe non refermé, tabulation)"  # Found only below it.
        if isinstance(faute, _Faute):
            quoi, aussi = str(faute.problem), ""
        raise ErreurCIL(f"{ou}{ligne_lue} : {quoi}. Corriger cette ligne{aussi}.") from None
    except (yaml.YAMLError, RecursionError):
        raise ErreurCIL(f"{ou} : YAML illisible. Restaurer ce fichier.") from None
    if not isinstance(contenu, dict):
        message = f"{ou} : aucune clé n’y figure. Le restaurer, ou écrire « clé: valeur », une par ligne."
        raise ErreurCIL(message)
    return {str(cle): valeur for cle, valeur in contenu.items()}
