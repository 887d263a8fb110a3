"""The workbook of a sheet: the tables of its page, one for each sheet of the workbook, numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import starmap

from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import octets_du_classeur
from cil_analysis.grammaire.indicateur import NOMBRE
from cil_analysis.rapport import tableaux
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.classeur import feuilles
from cil_analysis.rapport.classeur.tables import FORMATS, UNITES
from cil_analysis.rapport.mots.formats import RIEN, echapper
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.texte import typographie

_COUVERTURE, _ENSEMBLE = "Couverture", "Ensemble"
_LARGEUR, _LARGE = 74, 44

# What a row is, « Bailleur » → its columns.
Tableaux = Mapping[str, Mapping[str, tableaux.Colonne]]


def en_octets(rapport: Rapport, quoi: str, phrases: Sequence[str], contenu: Tableaux) -> bytes:
    """The file of the workbook; the same figures give the same bytes.

    ``rapport``: restricted to whom it is about; ``quoi``: what it is, and ``phrases``, what its cover says first.
    """
    titre = f"{rapport.sujet.nom if rapport.sujet else rapport.projet.epci_nom} : {quoi} {rapport.annee}"
    codes = dict.fromkeys(x.indicateur.code for c in contenu.values() for x in c.values() if isinstance(x, Chiffres))
    classeur, couverture = feuilles.nouveau_classeur(_COUVERTURE)
    feuilles.ecrire_titre(couverture, typographie(titre))
    statut = (
        "Version interne : secret statistique non appliqué, ne pas diffuser."
        if rapport.publication.interne
        else "Version publiée : secret statistique appliqué."
    )
    dites = [rapport.projet.epci_nom, *phrases, statut, f"Signes : {LEGENDE}", rapport.source(list(codes))]
    suite = feuilles.ecrire_phrases(couverture, 2, [typographie(p) for p in dites if p], _LARGEUR) + 1
    for entete, colonnes in contenu.items():
        if lignes := tableaux.lignes(colonnes, _ENSEMBLE):
            par = f"par {entete[0].lower()}{entete[1:]}"
            feuille = classeur.create_sheet(f"P{par[1:]}")
            feuilles.titrer_les_pages(feuille, f"{titre}, {par}", rapport.mention)
            feuilles.ecrire_titre(feuille, typographie(f"{titre}, {par}"))
            _ecrire(feuille, [_nommer(entete, lignes), *starmap(_colonne, colonnes.items())], lignes)
            feuilles.lier(feuilles.ecrire(couverture, suite, 1, feuille.title), feuille.title)
            suite += 1
    couverture.column_dimensions["A"].width = _LARGEUR
    feuilles.mettre_en_page(couverture)
    feuilles.titrer_les_pages(couverture, titre, rapport.mention)
    feuilles.signer(classeur, titre, rapport.projet.epci_nom)
    return octets_du_classeur(classeur)


def lien(fichier: str | None, de_quoi: str) -> Bloc:
    """Une ligne qui mène au classeur d’une fiche, à côté d’elle ; rien sans fichier."""
    if not fichier:
        return Bloc("")
    ancre = f'<a href="{echapper(fichier)}">Les mêmes chiffres, dans un classeur</a>'
    return Bloc(f'<p class="note">{ancre} ({echapper(typographie(de_quoi))})</p>')


def _ecrire(feuille: Worksheet, colonnes: Sequence[feuilles.Colonne], lignes: Sequence[tableaux.Ligne]) -> None:
    """The table of a sheet below its title, the row of the whole apart."""
    suite = feuilles.ecrire_phrases(feuille, 2, [typographie(f"Signes : {LEGENDE}")], _LARGEUR)
    feuilles.lier(feuilles.ecrire(feuille, suite, 1, f"Retour à la {_COUVERTURE.lower()}"), _COUVERTURE)
    nom = "".join(filter(str.isalnum, feuille.title))
    contenus = [[typographie(ligne), *map(_valeur, siens)] for ligne, siens in lignes]
    feuilles.ecrire_tableau(feuille, suite + 1, colonnes, contenus, nom, [ligne == _ENSEMBLE for ligne, _ in lignes])


def _nommer(entete: str, lignes: Sequence[tableaux.Ligne]) -> feuilles.Colonne:
    return feuilles.Colonne(entete, min(_LARGE, max(12, *(len(nom) + 3 for nom in (entete, *dict(lignes))))))


def _colonne(nom: str, colonne: tableaux.Colonne) -> feuilles.Colonne:
    unite = tableaux.unite_de(colonne)
    titre = nom if unite in ("", NOMBRE) else f"{nom} ({UNITES[unite]})"
    return feuilles.Colonne(titre, len(titre) + 6, FORMATS.get(unite, ""))


def _valeur(contenu: tableaux.Contenu) -> object:
    """The number of a figure, or the sign of its absence."""
    if isinstance(contenu, Chiffre):
        contenu = signe(contenu.ligne, contenu.terme) or float(contenu.ligne[contenu.terme])
    if contenu is None or isinstance(contenu, str):
        return RIEN if contenu is None else typographie(contenu)
    return int(contenu) if float(contenu).is_integer() else float(contenu)
