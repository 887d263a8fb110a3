"""Le classeur d’une fiche : les tableaux de sa page, un par feuille, les nombres en nombres."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cil_analysis.classeurs import octets_du_classeur
from cil_analysis.grammaire.indicateur import NOMBRE
from cil_analysis.rapport import tableaux
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.classeur.feuilles import (
    COUVERTURE,
    FORMATS,
    UN_TABLEAU,
    Colonne,
    Feuille,
    nouveau_classeur,
    statut,
)
from cil_analysis.rapport.mots.definitions import UNITES
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.rapport.mots.lignes import LEGENDE, signe
from cil_analysis.rapport.pages import FICHES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.typographie import RIEN, minuscule, typographie

_ENSEMBLE, _LARGE = "Ensemble", 44

# What a row is, « Bailleur » → its columns.
Tableaux = Mapping[str, Mapping[str, tableaux.Colonne]]


def en_octets(rapport: Rapport, quoi: str, phrases: Sequence[str], contenu: Tableaux) -> bytes:
    """The file of the workbook. ``quoi``: what it is; ``phrases``: what its cover says first."""
    titre = f"{rapport.sujet.nom if rapport.sujet else rapport.projet.epci_nom} : {quoi} {rapport.annee}"
    codes = dict.fromkeys(x.indicateur.code for c in contenu.values() for x in c.values() if isinstance(x, Chiffres))
    classeur = nouveau_classeur(titre, rapport.projet.epci_nom)
    couverture = Feuille(classeur, COUVERTURE, titre, rapport.mention)
    legende = f"Signes : {LEGENDE}"
    dites = [rapport.projet.epci_nom, *phrases, statut(rapport), legende, rapport.source(list(codes))]
    couverture.presenter(titre, dites, {})
    couverture.ligne += 1
    for entete, colonnes in contenu.items():
        if lignes := tableaux.lignes(colonnes, _ENSEMBLE):
            par = f"par {minuscule(entete)}"
            nommee = Colonne(entete, min(_LARGE, max(12, *(len(nom) + 3 for nom in (entete, *dict(lignes))))))
            lues = [nommee, *(_colonne(nom, colonne) for nom, colonne in colonnes.items())]
            feuille = Feuille(classeur, f"P{par[1:]}", f"{titre}, {par}", rapport.mention, lues)
            retour = {f"Retour à la {COUVERTURE.lower()}": COUVERTURE}
            # A title longer than a narrow table would be printed cut.
            feuille.presenter(feuille.page.title, [f"{titre}.", UN_TABLEAU, legende], retour)
            contenus = [[ligne, *map(_valeur, siens)] for ligne, siens in lignes]
            gras = [ligne == _ENSEMBLE for ligne, _ in lignes]
            feuille.remplir("".join(filter(str.isalnum, feuille.page.title)), contenus, gras=gras)
            couverture.lier(feuille.page.title, feuille.page.title)
    return octets_du_classeur(classeur)


def ecrire(fiche: Rapport, phrases: Sequence[Bloc], contenu: Tableaux, fichier: str | None) -> Bloc:
    """Écrit le classeur d’une fiche, et donne la ligne qui y mène, à côté d’elle ; rien sans fichier.

    ``phrases`` : ce que sa couverture dit d’abord ; ``contenu`` : ses tableaux, ceux de la page.

    >>> classeur_de_fiche.ecrire(fiche, [constat], {"Bailleur": {"Part": parts}}, "B1.xlsx")  # doctest: +SKIP
    """
    if not fichier or fiche.sujet is None:
        return Bloc("")
    quoi = FICHES[fiche.sujet.genre]["classeur"]
    Path(fichier).write_bytes(en_octets(fiche, quoi, [phrase.texte for phrase in phrases], contenu))
    ancre = f'<a href="{echapper(Path(fichier).name)}">Les mêmes chiffres, dans un classeur</a>'
    return Bloc(f'<p class="note">{ancre} ({echapper(typographie(f"{fiche.sujet.nom}, {fiche.annee}"))})</p>')


def _colonne(nom: str, colonne: tableaux.Colonne) -> Colonne:
    unite = tableaux.unite_de(colonne)
    titre = nom if unite in ("", NOMBRE) else f"{nom} ({UNITES[unite]})"
    return Colonne(titre, len(titre) + 6, FORMATS.get(unite, ""))


def _valeur(contenu: tableaux.Contenu) -> object:
    """The number of a figure, or the sign of its absence."""
    if isinstance(contenu, Chiffre):
        contenu = signe(contenu.ligne, contenu.terme) or float(contenu.ligne[contenu.terme])
    if contenu is None or isinstance(contenu, str):
        return RIEN if contenu is None else typographie(contenu)
    return float(contenu)
