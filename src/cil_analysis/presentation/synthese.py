"""The head of the chapter of objectives: how many are met (O07), and the follow-up of each."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.comptage.cadre import PUBLIE, SANS_OBJET
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.definitions import definitions
from cil_analysis.presentation.formats import (
    NON_DISPONIBLE,
    SECRET_COURT,
    accorder,
    echapper,
    nombre,
    pourcentage,
)
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.suivi import Suivi, SuiviDesObjectifs, suivre_objectifs
from cil_analysis.presentation.tables import RESULTATS, Cellule, resultat_html, tableau_libre
from cil_analysis.reference.texte import typographie

O07 = "O07"
_SANS_OBJET = RESULTATS[SANS_OBJET][1]


def _compte(rapport: Rapport, annee: int) -> tuple[int, int] | None:
    """How many objectives are met, and how many have a published result."""
    ligne = rapport.epci(O07, annee=annee).ligne() if O07 in rapport.publication else None
    if ligne is None or ligne["statut"] != PUBLIE:
        return None
    return int(ligne["numerateur"]), int(ligne["denominateur"])


def objectifs_tenus(rapport: Rapport) -> Bloc:
    """O07 by indicator, the total apart."""
    if _compte(rapport, rapport.annee) is None:
        return Bloc("")
    table = rapport.publication[O07].ou(annee=rapport.annee)
    libelles = rapport.modalites(O07) | {"": "Ensemble"}
    lignes = [
        [
            typographie(libelles[str(ligne["modalite"])]),
            nombre(ligne["numerateur"]),
            nombre(ligne["denominateur"]),
            pourcentage(ligne["valeur"]),
        ]
        for ligne in table.lignes()
    ]
    entetes = ["Indicateur", "Objectifs tenus", "Résultats publiés", "Part tenue"]
    legende = f"Objectifs tenus parmi ceux dont le résultat est publié, {rapport.annee}"
    corps = tableau_libre(legende, entetes, lignes, [], total="Ensemble")
    return Bloc(f'<div id="objectifs-tenus">{corps}{definitions([table.indicateur], legende)}</div>')


def suivi_des_objectifs(rapport: Rapport) -> Bloc:
    """Every published figure of the year that has a target, in one table behind a disclosure widget."""
    suivi = suivre_objectifs(rapport)
    suivis = [s for s in suivi.suivis if s.resultat != _SANS_OBJET]
    if not suivis:
        phrase = f"Aucun chiffre de {rapport.annee} n’a d’objectif."
        return Bloc(f'<p class="note" id="suivi-objectifs">{echapper(typographie(phrase))}</p>')
    nombre_de_suivis = accorder(len(suivis), "objectif suivi", "objectifs suivis")
    return Bloc(
        f'<details class="donnees" id="suivi-objectifs"><summary>Suivi des objectifs, un par un '
        f"({nombre_de_suivis})</summary>{_tableau(rapport, suivis)}{_pied(suivi)}</details>"
    )


def _tableau(rapport: Rapport, suivis: Sequence[Suivi]) -> str:
    entetes = ["Indicateur", "Pour", "Objectif", "Chiffre", "Écart", "Ménages manquants", "Résultat"]
    lignes: list[list[str | Cellule]] = [[s.indicateur, s.portee, s.objectif, *_chiffres(s)] for s in suivis]
    return tableau_libre(f"Suivi des objectifs, {rapport.annee}", entetes, lignes, [1, 2, 6])


def _chiffres(s: Suivi) -> list[Cellule]:
    textes = (s.chiffre, s.ecart, s.manque)
    return [*(Cellule(t, _genre(t)) for t in textes), _resultat(s.resultat)]


def _resultat(ecrit: str) -> Cellule:
    """The result by a shape and its word, and « (tolérance) » where it holds that way."""
    mot, parenthese, reste = ecrit.partition(" (")
    code = next((code for code, (_, nom) in RESULTATS.items() if nom == mot), None)
    if code is None:
        return Cellule(ecrit, f"{_genre(ecrit)} texte".strip())
    return Cellule(f"{resultat_html(code)}{parenthese}{echapper(reste)}", "texte", brut=True)


def _genre(texte: str) -> str:
    return {SECRET_COURT: "secret", NON_DISPONIBLE: "absent"}.get(texte, "")


def _pied(suivi: SuiviDesObjectifs) -> str:
    """The objectives that have no object, those whose value nobody has, and those that no figure follows."""
    phrases = []
    sans_objet = sum(s.resultat == _SANS_OBJET for s in suivi.suivis)
    if sans_objet:
        phrases.append(
            f"{accorder(sans_objet, 'objectif est sans objet', 'objectifs sont sans objet')} : rien à mesurer."
        )
    if suivi.a_renseigner:
        phrases.append(f"À renseigner : {' ; '.join(suivi.a_renseigner)}.")
    if suivi.sans_chiffre:
        pourquoi = "un autre l’emporte, ou rien n’est compté"
        phrases.append(f"Sans chiffre qui le suive ({pourquoi}) : {' ; '.join(suivi.sans_chiffre)}.")
    return "".join(f'<p class="note">{echapper(typographie(phrase))}</p>' for phrase in phrases)
