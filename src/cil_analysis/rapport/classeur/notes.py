"""The sheet of notes: signs, how to read a table, disclosure control, counting rules, each with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.rapport.classeur.feuilles import (
    Colonne,
    ecrire,
    ecrire_phrases,
    ecrire_tableau,
    ecrire_titre,
    lier,
    titrer_les_pages,
)
from cil_analysis.rapport.classeur.noms_de_feuilles import NOTES, SOMMAIRE
from cil_analysis.rapport.mots.formats import RIEN, accorder, enumerer
from cil_analysis.rapport.mots.signes import SIGNIFICATIONS
from cil_analysis.reference.regles import regles_en_mots
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_COLONNES = (Colonne("Note", 11), Colonne("Sujet", 26), Colonne("Explication", 84), Colonne("Source", 48))
_LECTURE = (
    (
        "Valeur",
        "Le chiffre de l’indicateur, dans l’unité de la colonne voisine. La cellule a toutes ses décimales ; une part, "
        "un rapport et un délai s’affichent avec une seule.",
    ),
    (
        "Ménages concernés, Ensemble",
        "Les deux effectifs d’une part : ceux qu’elle compte, et ceux auxquels elle les rapporte. D’autres en-têtes "
        "les précisent pour un rapport ou un délai.",
    ),
    (
        "Objectif, Écart",
        "L’objectif en vigueur cette année-là, et la valeur moins l’objectif. Pour un intervalle, « Objectif » est sa "
        "borne basse, et l’écart est nul entre les bornes.",
    ),
    (
        "Ménages manquants",
        "Le plus petit nombre d’attributions de l’année qu’il aurait fallu à ce public (ou, au-dessus d’un plafond, "
        "qu’il aurait fallu ne pas lui faire) pour tenir l’objectif.",
    ),
    (
        "Tous, Toutes",
        "La ligne compte tous les acteurs, ou toutes les modalités, ensemble. Les lignes en gras sont celles de "
        "l’intercommunalité entière.",
    ),
    (
        "Graphiques",
        "À droite du tableau quand l’indicateur a une valeur pour l’intercommunalité au moins deux années. Ils sont "
        "modifiables, et tracés d’après la feuille « Séries » ; une année sans chiffre publié y reste vide.",
    ),
)


@dataclass(frozen=True)
class Notes:
    """The numbered notes of a workbook. One row of ``lignes`` is a note: subject, explanation, source."""

    lignes: Sequence[tuple[str, str, str]]

    def numero(self, sujet: str) -> int:
        """The number of a note, by its subject; zero when there is none."""
        return next((rang for rang, (s, _, _) in enumerate(self.lignes, start=1) if s == sujet), 0)

    def regles(self, codes: Sequence[str]) -> str:
        """« Règles de comptage : P1 et P9 (notes 14 et 22). »."""
        numeros = [str(n) for code in codes if (n := self.numero(_regle(code)))]
        renvoi = f" ({'notes' if len(numeros) > 1 else 'note'} {enumerer(numeros)})" if numeros else ""
        return f"Règles de comptage : {enumerer(codes)}{renvoi}."


def notes_de(rapport: Rapport) -> Notes:
    """The notes of a report."""
    signes = [(f"Signe « {signe} »", f"{sens[0].upper()}{sens[1:]}.", RIEN) for signe, sens in SIGNIFICATIONS.items()]
    lecture = [(sujet, texte, RIEN) for sujet, texte in _LECTURE]
    secret = ("Secret statistique", _secret(rapport), RIEN)
    regles = [
        (_regle(code), f"{question} Choix : {choix or 'à renseigner'}.", source or RIEN)
        for code, question, choix, source in regles_en_mots(rapport.references, rapport.jour)
    ]
    return Notes([*signes, *lecture, secret, *regles])


def ecrire_notes(feuille: Worksheet, rapport: Rapport, notes: Notes) -> None:
    """Write the sheet of notes, one a row."""
    titre = "Notes : signes, lecture des tableaux, secret statistique, règles de comptage"
    ecrire_titre(feuille, typographie(titre))
    largeur = sum(colonne.largeur for colonne in _COLONNES)
    suite = ecrire_phrases(feuille, 2, [rapport.mention] if rapport.mention else [], largeur)
    lier(ecrire(feuille, suite, 1, "Retour au sommaire"), SOMMAIRE)
    lignes = [(f"note {rang}", *map(typographie, note)) for rang, note in enumerate(notes.lignes, start=1)]
    ecrire_tableau(feuille, suite + 1, _COLONNES, lignes, NOTES)
    titrer_les_pages(feuille, titre, rapport.mention)


def _regle(code: str) -> str:
    return f"Règle {code}"


def _secret(rapport: Rapport) -> str:
    """What disclosure control does, in short: the page of the method says it whole."""
    if rapport.publication.interne:
        return "Version interne : le secret statistique n’est pas appliqué. Ce classeur ne doit pas être diffusé."
    regles, masques = rapport.publication.regles, sum(t.nb_secrets for t in rapport.publication.values())
    return (
        f"Un effectif de 1 à {regles.seuil_effectif - 1} est masqué, de même qu’une part sur moins de "
        f"{accorder(regles.denominateur_minimal, 'ménage', 'ménages')} et tout chiffre dont l’un ou l’autre se "
        f"déduirait : {accorder(masques, 'chiffre est masqué', 'chiffres sont masqués')} dans ce bilan. La page "
        "methode.html dit comment."
    )
