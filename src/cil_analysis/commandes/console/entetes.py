"""What « cil colonnes » shows of a file: its headings in aligned columns, for a console of 80 to 120."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.inconnus.choix import choisir_surs
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.rapport.mots.formats import accorder
from cil_analysis.reference.colonnes import PERSONNELLE
from cil_analysis.reference.texte import une_ligne

_ETROIT, _LARGE = 80, 120
_EN_TETE_MINIMAL = 24
_SCORE = 4  # « 0,93 »
_INCONNUS = "En-têtes inconnus"
# Letter of the column, heading, score of a proposal, column of ours, its words.
Ligne = tuple[str, str, str, str, str]


def exposer(examen: Examen, *, nomme: bool) -> Iterator[str]:
    """The lines about one table. ``nomme``: the user has named its extract."""
    largeur = max(_ETROIT, min(_LARGE, shutil.get_terminal_size((_LARGE, 24)).columns)) - 1
    yield from _titre(examen, nomme=nomme)
    yield from _en_tetes(examen, largeur)
    yield from _absences(examen, largeur)


def _titre(examen: Examen, *, nomme: bool) -> Iterator[str]:
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


def _parties(examen: Examen) -> dict[str, tuple[int, list[Ligne]]]:
    """The headings of every kind: the name of the kind → how many they are, and their rows."""
    brut, appariement = examen.brut, examen.appariement
    surs = choisir_surs([examen]).ajouts.get(examen.dictionnaire.extrait, {})
    libelles = {c.nom: c.libelle for c in examen.dictionnaire.colonnes.values()}
    libelles[PERSONNELLE] = "en-tête personnel, à écarter"

    def ligne(entete: str, nom: str = "") -> Ligne:
        return brut.lettre(entete), une_ligne(entete), "", nom, libelles.get(nom, "")

    inconnus: list[Ligne] = []
    for entete, propositions in examen.propositions.items():
        lettre, ecrit = ligne(entete)[:2]
        for p in propositions:
            mots = f"lu aussi par {p.rivale}" if p.rivale else libelles[p.nom]
            sure = "sûre – " if surs.get(entete) == p.nom else ""
            inconnus.append((lettre, ecrit, p.score_ecrit, p.nom, sure + mots))
            lettre = ecrit = ""
        if not propositions:
            inconnus.append((lettre, ecrit, "", "", "aucune colonne proche"))
    sans_titre = [(brut.lettre(e), "" if brut.lettre(e) else citer_entete(e), "", "", "") for e in examen.sans_titre]
    doubles = [ligne(entete, nom) for nom, entete in appariement.doubles]
    parties: dict[str, list[Ligne]] = {
        "En-têtes reconnus": [ligne(entete, nom) for nom, entete in appariement.colonnes.items()],
        _INCONNUS: inconnus,
        "Deuxième en-tête d’une même colonne": doubles,
        "En-têtes écartés, car sans usage": [ligne(e) for e in appariement.ignorees],
        "En-têtes personnels, écartés": [ligne(e) for e in appariement.personnelles],
        "Colonnes sans en-tête, ou dont l’en-tête semble une donnée, écartées": sans_titre,
    }
    comptes = {_INCONNUS: len(examen.propositions)}
    return {titre: (comptes.get(titre, len(lignes)), lignes) for titre, lignes in parties.items() if lignes}


def _en_tetes(examen: Examen, largeur: int) -> Iterator[str]:
    """One aligned table for the headings of every kind."""
    parties = _parties(examen)
    colonnes = list(zip(*(ligne for _, lignes in parties.values() for ligne in lignes), strict=True))
    lettres, entetes, _, noms, _ = (max(map(len, colonne)) for colonne in colonnes)
    place = min(entetes, max(_EN_TETE_MINIMAL, (largeur - lettres - _SCORE - noms - 10) // 2))
    for titre, (combien, lignes) in parties.items():
        yield from ("", f"{titre} ({combien})")
        for lettre, entete, score, nom, mots in lignes:
            debut = f"  {lettre:>{lettres}}  {une_ligne(entete, place):<{place}}"
            avant = f"{debut}  {score:<{_SCORE}}  {nom:<{noms}}  "
            yield (avant + une_ligne(mots, max(8, largeur - len(avant)))).rstrip()


def _absences(examen: Examen, largeur: int) -> Iterator[str]:
    colonnes = examen.dictionnaire.colonnes
    if examen.manquantes:
        yield from ("", f"Colonnes obligatoires manquantes ({len(examen.manquantes)})")
        for nom in examen.manquantes:
            autres = [n for n in examen.dictionnaire.alternatives(nom) if n != nom]
            ou = f" (ou {', '.join(autres)})" if autres else ""
            yield f"  {nom}{ou} : {colonnes[nom].libelle}"
    if absentes := examen.facultatives_absentes:
        yield from ("", f"Colonnes facultatives absentes ({len(absentes)})")
        yield from textwrap.wrap(", ".join(absentes), largeur, initial_indent="  ", subsequent_indent="  ")
