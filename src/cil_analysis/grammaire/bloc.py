"""A block of a file of definitions, read key by key: what is not understood is refused in French, with file and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.typographie import typographie

DEFINITIONS = Path(__file__).resolve().parents[1] / "definitions"
_OUI_NON = {"oui": True, "non": False}


class Bloc:
    """What a file says under a key; ``nom``: that key, ``fichier``: what a message calls the file."""

    def __init__(self, fichier: str, nom: str, contenu: object) -> None:
        self.nom, self.fichier = nom, fichier
        if not isinstance(contenu, dict):
            self.refuser("ce n’est pas une liste de clés", "Écrire « clé: valeur », une par ligne")
        self._contenu: Mapping[str, object] = {str(cle): valeur for cle, valeur in contenu.items()}

    def exiger_des_cles(self, admises: Iterable[str]) -> None:
        """Refuse a key that is not admitted."""
        inconnues = sorted(set(self._contenu) - set(admises))
        if inconnues:
            self.refuser(f"clé « {inconnues[0]} » inconnue", f"Clés admises : {', '.join(sorted(admises))}")

    def a(self, cle: str) -> bool:
        """Whether a key is there."""
        return cle in self._contenu

    def texte(self, cle: str) -> str:
        """Words, which must be there."""
        texte = self.mot(cle)
        if not texte:
            self.refuser(f"clé « {cle} » absente ou vide", "L’écrire")
        return texte

    def mot(self, cle: str) -> str:
        """A word or words; empty where the key is not."""
        valeur = self._contenu.get(cle, "")
        if not isinstance(valeur, str):
            self.refuser(f"clé « {cle} » : « {valeur} » n’est pas un texte", "L’écrire entre guillemets")
        return valeur

    def un_de(self, cle: str, admis: Iterable[str]) -> str:
        """One of some words; empty where the key is not, if that is one of them."""
        mot = self.mot(cle)
        if mot not in admis:
            self.refuser(f"clé « {cle} » : « {mot} »", f"Valeurs admises : {', '.join(filter(None, admis))}")
        return mot

    def liste(self, cle: str) -> list[str]:
        """Words between brackets."""
        valeur = self._contenu.get(cle, [])
        if not isinstance(valeur, list) or not all(isinstance(v, str) for v in valeur):
            self.refuser(f"clé « {cle} » : ce n’est pas une liste de mots", f"Écrire « {cle}: [un, deux] »")
        return valeur

    def paires(self, cle: str) -> tuple[tuple[str, str], ...]:
        """Words and the word that goes with each, such as a dimension and its class."""
        if not self.a(cle):
            return ()
        bloc = self.sous_bloc(cle)
        return tuple((nom, bloc.mot(nom)) for nom in bloc._contenu)

    def oui(self, cle: str) -> bool:
        """Yes, or no where the key is not."""
        valeur = self._contenu.get(cle, "non")
        if not isinstance(valeur, str) or valeur not in _OUI_NON:
            self.refuser(f"clé « {cle} » : « {valeur} »", "Écrire oui ou non")
        return _OUI_NON[valeur]

    def sous_bloc(self, cle: str) -> Bloc:
        """The keys under a key."""
        return Bloc(self.fichier, f"{self.nom}, {cle}", self._contenu.get(cle))

    def listes(self, cle: str) -> dict[str, list[str]]:
        """Words, and the words between brackets that go with each."""
        if not self.a(cle):
            return {}
        bloc = self.sous_bloc(cle)
        return {nom: bloc.liste(nom) for nom in bloc._contenu}

    def refuser(self, quoi: str, remede: str) -> NoReturn:
        """Raise the ErreurCIL that says where, what is wrong and what to write."""
        raise ErreurCIL(typographie(f"{self.fichier}, {self.nom} : {quoi}. {remede}."))
