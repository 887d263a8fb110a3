"""A block of a YAML file, read by ``definitions/grammaire.yml``: what that does not admit is refused in French.

Definitions and dated parameters are read so. The refusal names the file, the block, the key, and what is admitted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol

from rapidfuzz import fuzz, process

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml

DEFINITIONS = Path(__file__).resolve().parent / "definitions"
# What is written beside a key: a name of « grammaire.yml », the words admitted, or the keys of a block.
Cles = Mapping[str, Any]
GRAMMAIRE: Mapping[str, Any] = lire_yaml(DEFINITIONS / "grammaire.yml", "definitions/grammaire.yml", du_logiciel=True)
_AU_LOGICIEL = "cette clé est réservée aux définitions du logiciel, dont le secret statistique est vérifié"


class Ecrit(Protocol):
    """What a file says of something: a block, or what it makes."""

    @property
    def fichier(self) -> str:
        """What a message calls the file."""

    @property
    def nom(self) -> str:
        """The key that it is written under."""


class Bloc:
    """What a file says under a key; ``nom``: that key, ``fichier``: what a message calls the file."""

    def __init__(self, fichier: str, nom: str, contenu: object) -> None:
        self.nom, self.fichier = nom, fichier
        if not isinstance(contenu, dict):
            self.refuser("ce n’est pas une liste de clés", "Écrire « clé: valeur », une par ligne")
        self._contenu: Mapping[str, Any] = {str(cle): valeur for cle, valeur in contenu.items()}

    def lire(self, cles: Cles, reservees: Collection[str] = ()) -> dict[str, Any]:
        """What each key says, or what it says when it is not there. Raises ErreurCIL.

        ``reservees``: those that this file may not write. Words between brackets are a tuple, pairs one of pairs, and
        the words of each word a dict of tuples; a block of keys is the same dict again, or None; blocks are a dict of
        blocks by name, or by rank, to be read in turn: empty for what is neither.
        """
        admises = ", ".join(cle for cle in cles if cle not in reservees)
        for cle in sorted(self._contenu.keys() - cles):
            self.refuser(f"clé « {cle} » inconnue", f"Clés admises : {admises}")
        lues = {cle: self._lire(cle, genre) for cle, genre in cles.items()}
        for cle in reservees:
            if lues[cle]:
                self.refuser(f"clé « {cle} » : {_AU_LOGICIEL}", f"La retirer. Clés admises : {admises}")
        return lues

    def a(self, cle: str) -> bool:
        """Whether a key is there."""
        return cle in self._contenu

    def texte(self, cle: str) -> str:
        """Words, which must be there."""
        if not (texte := str(self._lire(cle, "mot"))).strip():
            self.refuser(f"clé « {cle} » absente ou vide", "L’écrire")
        return texte

    def _lire(self, cle: str, genre: Any) -> Any:
        if genre == "texte":
            return self.texte(cle)
        if isinstance(genre, dict):
            return Bloc(self.fichier, f"{self.nom}, {cle}", self._contenu[cle]).lire(genre) if self.a(cle) else None
        if genre == "blocs":
            dits = self._contenu.get(cle, {})
            par_nom = dict(enumerate(dits, 1)) if isinstance(dits, list) else dits if isinstance(dits, dict) else {}
            return {str(nom): Bloc(self.fichier, f"{self.nom}, {nom}", dit) for nom, dit in par_nom.items()}
        if genre in ("paires", "listes"):
            dits = Bloc(self.fichier, f"{self.nom}, {cle}", self._contenu.get(cle, {}))
            lus = {nom: dits._lire(nom, "mot" if genre == "paires" else "mots") for nom in dits._contenu}
            return tuple(lus.items()) if genre == "paires" else lus
        rien, admis, quoi, remede = _un_de(genre) if isinstance(genre, list) else _GENRES[genre]
        valeur = self._contenu.get(cle, rien)
        if not admis(valeur):
            self.refuser(f"clé « {cle} » : « {valeur} » n’est pas {quoi}", remede)
        return tuple(valeur) if isinstance(valeur, list) else valeur == "oui" if genre == "oui" else valeur

    def refuser(self, quoi: str, remede: str) -> NoReturn:
        """Raise the ErreurCIL that says where, what is wrong and what to write."""
        refuser(self, quoi, remede)


def _est_un_mot(valeur: object) -> bool:
    return isinstance(valeur, str)


def _est_simple(valeur: object) -> bool:
    """Whether it is neither keys nor a list of anything but single values."""
    dites = valeur if isinstance(valeur, list) else [valeur]
    return not any(isinstance(dite, list | dict) for dite in dites)


# Of each kind: what it is without the key, what is admitted, what a message calls it, and what to do.
Genre = tuple[object, Callable[[Any], bool], str, str]
_GENRES: Mapping[str, Genre] = {
    "mot": ("", _est_un_mot, "un texte", "L’écrire entre guillemets"),
    "oui": ("non", lambda valeur: valeur in ("oui", "non"), "oui ou non", "Écrire l’un des deux"),
    "mots": (
        [], lambda valeur: isinstance(valeur, list) and all(map(_est_un_mot, valeur)),
        "une liste de mots", "L’écrire entre crochets : [un, deux]",
    ),
    "valeur": (None, _est_simple, "une valeur, ou une liste de valeurs", "Corriger"),
}  # fmt: skip


def _un_de(mots: Collection[str]) -> Genre:
    admis = ", ".join(filter(None, mots))
    return "", lambda valeur: _est_un_mot(valeur) and valeur in mots, "admis", f"Valeurs admises : {admis}"


def refuser(ou: Ecrit, quoi: str, remede: str) -> NoReturn:
    """The same of what a block has made."""
    raise ErreurCIL(f"{ou.fichier}, {ou.nom} : {quoi}. {remede}.")


def exiger_parmi(ou: Ecrit, nature: str, mot: str, admis: Iterable[str], suite: str = "") -> None:
    """Refuse a word that is none of those admitted: the closest are named, or where to read of them, or all.

    ``nature``: « clé « champ » : dimension inconnue »; ``suite``: where to read of them.
    """
    if mot not in (tous := list(admis)):
        proches = [proche for proche, *_ in process.extract(mot, tous, scorer=fuzz.ratio, score_cutoff=60, limit=3)]
        quoi = "Au plus proche" if proches else "Valeurs admises"
        cites = f"{quoi} : {', '.join(filter(None, proches or tous))}" if proches or not suite else ""
        refuser(ou, f"{nature}, « {mot} »", ". ".join(filter(None, (cites, suite))))


def blocs_des_themes(fichier: str, dossier: Path = DEFINITIONS) -> Iterator[Bloc]:
    """The blocks of a file that a theme may have, theme after theme."""
    for theme in lire_yaml(dossier / "themes.yml", "definitions/themes.yml", du_logiciel=True):
        nom = f"definitions/{theme}/{fichier}"
        if (chemin := dossier / theme / fichier).exists():
            for cle, contenu in lire_yaml(chemin, nom, du_logiciel=True).items():
                yield Bloc(nom, cle, contenu)
