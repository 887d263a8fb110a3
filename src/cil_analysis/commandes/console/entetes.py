"""What « cil colonnes » shows of a file: its headings in aligned columns, for a console of 80 to 120."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cil_analysis.extraits.inconnus.examen_colonnes import Examen

_ETROIT, _LARGE = 80, 120
_EN_TETE_MINIMAL = 24
_INCONNUS = "En-têtes inconnus"


def exposer(examen: Examen, *, nomme: bool) -> Iterator[str]:
    """The lines about one table. ``nomme``: the user has named its extract."""
    largeur = max(_ETROIT, min(_LARGE, shutil.get_terminal_size((_LARGE, 24)).columns)) - 1
    yield from _titre(examen, nomme=nomme)
    yield from _en_tetes(examen, largeur)
    yield from _absences(examen, largeur)


def _titre(examen: Examen, *, nomme: bool) -> Iterator[str]:
    from cil_analysis.rapport.mots.formats import accorder

    brut, dictionnaire = examen.brut, examen.dictionnaire
    feuille = f"feuille « {brut.feuille} », " if brut.feuille else ""
    lignes = accorder(len(brut.lignes), "ligne de données", "lignes de données")
    yield f"{brut.nom} : {feuille}en-têtes à la ligne {brut.ligne_d_entete + 1}, {lignes}."
    extrait = f"{dictionnaire.extrait} ({dictionnaire.libelle})"
    if nomme:
        yield f"Extrait indiqué : {extrait}."
    elif examen.reconnu:
        yield f"Extrait reconnu : {extrait}."
    else:
        yield f"Aucun extrait reconnu. Le plus proche : {extrait}, auquel ce qui suit se compare."


def _parties(examen: Examen) -> list[tuple[str, list[tuple[str, ...]]]]:
    """The headings of every kind: the name of the kind, then a row each (letter, heading, score, column, its words)."""
    from cil_analysis.extraits.anomalies import citer_entete
    from cil_analysis.reference.colonnes import PERSONNELLE
    from cil_analysis.reference.texte import une_ligne

    brut, appariement = examen.brut, examen.appariement
    libelles = {c.nom: c.libelle for c in examen.dictionnaire.colonnes.values()}
    libelles[PERSONNELLE] = "en-tête personnel, à écarter"

    def ligne(entete: str, score: str = "", nom: str = "", libelle: str = "") -> tuple[str, ...]:
        return (brut.lettre(entete), une_ligne(entete), score, nom, libelle)

    parties: list[tuple[str, list[tuple[str, ...]]]] = [
        ("En-têtes reconnus", [ligne(e, "", nom, libelles[nom]) for nom, e in appariement.colonnes.items()]),
        (_INCONNUS, []),
        ("Deuxième en-tête d’une même colonne", [ligne(e, "", n, libelles[n]) for n, e in appariement.doubles]),
        ("En-têtes écartés, car sans usage", [ligne(e) for e in appariement.ignorees]),
        ("En-têtes personnels, écartés", [ligne(e) for e in appariement.personnelles]),
        (
            "Colonnes sans en-tête, ou dont l’en-tête semble une donnée, écartées",
            [(brut.lettre(e), "" if brut.lettre(e) else citer_entete(e)) for e in examen.sans_titre],
        ),
    ]
    for entete, propositions in examen.propositions.items():
        lignes = [
            ligne(entete, p.score_ecrit, p.nom, f"lu aussi par {p.rivale}" if p.rivale else libelles[p.nom])
            for p in propositions
        ]
        lignes = lignes or [ligne(entete, "", "", "aucune colonne proche")]
        parties[1][1].extend(lignes[:1] + [("", "", *suivante[2:]) for suivante in lignes[1:]])
    return parties


def _en_tetes(examen: Examen, largeur: int) -> Iterator[str]:
    """One aligned table for the headings of every kind."""
    from cil_analysis.reference.texte import une_ligne

    parties = _parties(examen)
    toutes = [ligne for _, lignes in parties for ligne in lignes]
    lettres, score = max(len(ligne[0]) for ligne in toutes), 4
    noms = max((len(ligne[3]) for ligne in toutes if len(ligne) > 3), default=0)
    reste = largeur - lettres - score - noms - 10
    entetes = min(max(len(ligne[1]) for ligne in toutes), max(_EN_TETE_MINIMAL, reste // 2))
    for titre, lignes in parties:
        if lignes:
            yield ""
            yield f"{titre} ({len(examen.propositions) if titre == _INCONNUS else len(lignes)})"
        for morceaux in lignes:
            lettre, entete, *suite = morceaux
            avant = f"  {lettre:>{lettres}}  {une_ligne(entete, entetes):<{entetes}}"
            if suite:
                avant += f"  {suite[0]:<{score}}  {suite[1]:<{noms}}  "
                avant += une_ligne(suite[2], max(8, largeur - len(avant)))
            yield avant


def _absences(examen: Examen, largeur: int) -> Iterator[str]:
    colonnes = examen.dictionnaire.colonnes
    if examen.manquantes:
        yield ""
        yield f"Colonnes obligatoires manquantes ({len(examen.manquantes)})"
        for nom in examen.manquantes:
            autres = [n for n in examen.dictionnaire.alternatives(nom) if n != nom]
            ou = f" (ou {', '.join(autres)})" if autres else ""
            yield f"  {nom}{ou} : {colonnes[nom].libelle}"
    absentes = examen.facultatives_absentes
    if absentes:
        yield ""
        yield f"Colonnes facultatives absentes ({len(absentes)})"
        yield from _en_lignes(absentes, largeur)


def _en_lignes(noms: Sequence[str], largeur: int) -> Iterator[str]:
    ligne = " "
    for rang, nom in enumerate(noms):
        morceau = f" {nom}" + ("," if rang < len(noms) - 1 else "")
        if len(ligne) + len(morceau) > largeur:
            yield ligne
            ligne = " "
        ligne += morceau
    yield ligne
