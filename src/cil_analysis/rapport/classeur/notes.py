"""The sheet of notes: signs, how to read a table, disclosure control, counting rules, each with its number."""

from __future__ import annotations

from openpyxl import Workbook

from cil_analysis.rapport.classeur.feuilles import Colonne, Feuille
from cil_analysis.rapport.classeur.noms_de_feuilles import NOTES, SOMMAIRE
from cil_analysis.rapport.mots.formats import RIEN, accorder
from cil_analysis.rapport.mots.signes import SIGNIFICATIONS
from cil_analysis.rapport.publie import Rapport
from cil_analysis.reference.regles import regles_en_mots
from cil_analysis.reference.texte import typographie

_TITRE = "Notes : signes, lecture des tableaux, secret statistique, règles de comptage"
_COLONNES = (Colonne("Note", 11), Colonne("Sujet", 26), Colonne("Explication", 84), Colonne("Source", 48))
_LECTURE = {
    "Valeur": "Le chiffre de l’indicateur, dans l’unité de la colonne voisine. La cellule a toutes ses décimales ; une "
    "part, un rapport et un délai s’affichent avec une seule.",
    "Ménages concernés, Ensemble": "Les deux effectifs d’une part : ceux qu’elle compte, et ceux auxquels elle les "
    "rapporte. D’autres en-têtes les précisent pour un rapport ou un délai.",
    "Objectif, Écart": "L’objectif en vigueur cette année-là, et la valeur moins l’objectif. Pour un intervalle, "
    "« Objectif » est sa borne basse, et l’écart est nul entre les bornes.",
    "Ménages manquants": "Le plus petit nombre d’attributions de l’année qu’il aurait fallu à ce public (ou, au-dessus "
    "d’un plafond, qu’il aurait fallu ne pas lui faire) pour tenir l’objectif.",
    "Tous, Toutes": "La ligne compte tous les acteurs, ou toutes les modalités, ensemble. Les lignes en gras sont "
    "celles de l’intercommunalité entière.",
    "Graphiques": "À droite du tableau quand l’indicateur a une valeur pour l’intercommunalité au moins deux années. "
    "Ils sont modifiables, et tracés d’après la feuille « Séries » ; une année sans chiffre publié y reste vide.",
}


def ecrire_notes(classeur: Workbook, rapport: Rapport) -> dict[str, int]:
    """Write the sheet, one note a row. Returns the number of the note of each counting rule, by its code."""
    signes = [(f"Signe « {signe} »", f"{sens[0].upper()}{sens[1:]}.", RIEN) for signe, sens in SIGNIFICATIONS.items()]
    lecture = [(sujet, texte, RIEN) for sujet, texte in _LECTURE.items()]
    regles = {
        code: (f"Règle {code}", f"{question} Choix : {choix or 'à renseigner'}.", source or RIEN)
        for code, question, choix, source in regles_en_mots(rapport.references, rapport.jour)
    }
    communes = [*signes, *lecture, ("Secret statistique", _secret(rapport), RIEN)]
    feuille = Feuille(classeur, NOTES, _COLONNES, _TITRE, rapport.mention)
    feuille.titrer(_TITRE)
    feuille.dire([rapport.mention])
    feuille.lier("Retour au sommaire", SOMMAIRE)
    notes = enumerate([*communes, *regles.values()], start=1)
    feuille.remplir(NOTES, [(f"note {rang}", *map(typographie, note)) for rang, note in notes])
    return {code: rang for rang, code in enumerate(regles, start=len(communes) + 1)}


def statut(rapport: Rapport) -> str:
    """Whether a workbook may be handed out."""
    if rapport.publication.interne:
        return "Version interne : secret statistique non appliqué, ne pas diffuser."
    return "Version publiée : secret statistique appliqué."


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
