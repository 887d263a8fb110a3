"""The workbook of the bilan to one réservataire: the figures of its page, sheet by sheet."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import octets_du_classeur
from cil_analysis.presentation import fiches_reservataire as fiche
from cil_analysis.presentation.feuilles import (
    Colonne,
    ecrire,
    ecrire_phrases,
    ecrire_tableau,
    ecrire_titre,
    lier,
    mettre_en_page,
    nouveau_classeur,
    signer,
    titrer_les_pages,
)
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.signes import LEGENDE
from cil_analysis.presentation.tables import Cellule
from cil_analysis.reference.texte import typographie

_COUVERTURE = "Couverture"
_LARGEUR = 74
_FORMAT = "#,##0"
# The cells come as the page writes them: a count, a share with its unit, or a sign.
_ENTIERS = frozenset({"Proposés", "Attribués", "Réservés", "Baux signés"})


def en_octets(sujet: Sujet) -> bytes:
    """The file of the workbook; the same figures give the same bytes."""
    classeur, couverture = nouveau_classeur(_COUVERTURE)
    feuilles: dict[str, tuple[str, Sequence[str], Sequence[Sequence[str | Cellule]]]] = {
        "Par bailleur": (
            f"Logements proposés, attribués et réservés par bailleur, {sujet.rapport.annee}",
            fiche.ENTETES_PAR_BAILLEUR,
            fiche.lignes_par_bailleur(sujet),
        ),
        "Par ventilation": (
            f"Logements proposés et attribués, par ventilation, {sujet.rapport.annee}",
            ("Ventilation", "Classe", *fiche.COLONNES),
            [[ligne.ventilation, ligne.classe, *ligne.cellules()] for ligne in fiche.lignes_ventilees(sujet)],
        ),
        "Par trimestre": (
            f"Baux signés depuis le 1er janvier, mutations et relogements compris, {sujet.rapport.annee}",
            ("À la fin du", "Baux signés"),
            fiche.lignes_des_trimestres(sujet),
        ),
    }
    remplies = {nom: contenu for nom, contenu in feuilles.items() if contenu[2]}
    _couvrir(couverture, sujet, list(remplies))
    for nom, (titre, entetes, lignes) in remplies.items():
        _ecrire(classeur, sujet, nom, titre, entetes, lignes)
    signer(classeur, f"{sujet.nom} : bilan de la gestion en flux {sujet.rapport.annee}", sujet.rapport.projet.epci_nom)
    return octets_du_classeur(classeur)


def _couvrir(feuille: Worksheet, sujet: Sujet, feuilles: Sequence[str]) -> None:
    rapport = sujet.rapport
    titre = f"{sujet.nom} : bilan de la gestion en flux {rapport.annee}"
    ecrire_titre(feuille, typographie(titre))
    statut = (
        "Version interne : secret statistique non appliqué, ne pas diffuser."
        if rapport.publication.interne
        else "Version publiée : secret statistique appliqué."
    )
    phrases = [
        rapport.projet.epci_nom,
        fiche.constat(sujet),
        fiche.echeance(sujet),
        statut,
        rapport.mention,
        f"Signes : {LEGENDE}",
        rapport.source("F03"),
    ]
    suite = ecrire_phrases(feuille, 2, [typographie(p) for p in phrases if p], _LARGEUR)
    for rang, nom in enumerate(feuilles):
        lier(ecrire(feuille, suite + 1 + rang, 1, nom), nom)
    feuille.column_dimensions["A"].width = _LARGEUR
    mettre_en_page(feuille)
    titrer_les_pages(feuille, titre, rapport.mention)


def _ecrire(
    classeur: Workbook, sujet: Sujet, nom: str, titre: str, entetes: Sequence[str],
    lignes: Sequence[Sequence[str | Cellule]],
) -> None:  # fmt: skip
    feuille = classeur.create_sheet(nom)
    ecrire_titre(feuille, typographie(f"{sujet.nom} : {titre[0].lower()}{titre[1:]}"))
    suite = ecrire_phrases(feuille, 2, [typographie(f"Signes : {LEGENDE}")], _LARGEUR)
    lier(ecrire(feuille, suite, 1, "Retour à la couverture"), _COUVERTURE)
    colonnes = [_colonne(entete, [ligne[rang] for ligne in lignes]) for rang, entete in enumerate(entetes)]
    contenus = [[_valeur(cellule) for cellule in ligne] for ligne in lignes]
    gras = [ligne[0] == "Ensemble" for ligne in lignes]
    ecrire_tableau(feuille, suite + 1, colonnes, contenus, "".join(c for c in nom if c.isalnum()), gras)
    titrer_les_pages(feuille, titre, sujet.rapport.mention)


def _colonne(entete: str, cellules: Sequence[str | Cellule]) -> Colonne:
    titre = entete if not any(_est_une_part(c) for c in cellules) else f"{entete} (%)"
    est_texte = all(isinstance(c, str) for c in cellules)
    largeur = max(len(titre) + 6, 12, *(len(c) + 3 for c in cellules if isinstance(c, str)))
    return Colonne(titre, min(largeur, 44), "" if est_texte else _FORMAT if entete in _ENTIERS else "0.0")


def _est_une_part(cellule: str | Cellule) -> bool:
    return isinstance(cellule, Cellule) and cellule.texte.endswith("%")


def _valeur(cellule: str | Cellule) -> object:
    """The figure of a cell, as precise as the page shows it; a sign or a name as it is."""
    if isinstance(cellule, str):
        return typographie(cellule)
    net = cellule.texte.removesuffix("%").replace("\u202f", "").replace("\u00a0", "").replace(",", ".")
    try:
        nombre = float(net)
    except ValueError:
        return cellule.texte
    return int(nombre) if nombre.is_integer() and not _est_une_part(cellule) else nombre
