"""100 % stacks: one bar a year, a place or a commune, cut by classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, PCT
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import ECART, TALON, etiqueter, hauteur_de, largeur_de, poser_legende
from cil_analysis.presentation.formats import pourcentage
from cil_analysis.presentation.lecture import Chiffre, libelle, lire_une_annee
from cil_analysis.presentation.svg import Dessin

NEUTRES = (NON_RENSEIGNE, "INCONNU")
_NOMBREUSES = 8  # from this many bars on, they are thinner


def barres_empilees(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, par: str,
    libelles: Mapping[str, str], ordonnees: bool = True, modalites: Sequence[str] | None = None,
    neutres: Sequence[str] = NEUTRES,
) -> str:  # fmt: skip
    """One horizontal bar of 100 % for each value of ``par`` (annee, perimetre_type…), cut by ``modalite``.

    The table is in percent. A key that several actors or perimeters share is an error (ValueError). See
    :func:`empiler` for the rest.
    """
    if not table.donnees["unite"].eq(PCT).all():
        raise ValueError(f"{table!r}: a 100 % bar needs an indicator in percent")
    presentes = list(dict.fromkeys(table.donnees["modalite"]))
    barres = {
        str(cle): {c.cle: c for c in lire_une_annee(table.ou(**{par: cle}), "modalite")}
        for cle in dict.fromkeys(table.donnees[par])
    }
    return empiler(
        barres, identifiant, titre, description, libelles=libelles, ordonnees=ordonnees, neutres=neutres,
        modalites=[m for m in modalites or presentes if m in presentes],
    )  # fmt: skip


def empiler(
    barres: Mapping[str, Mapping[str, Chiffre]], identifiant: str, titre: str, description: str, *,
    libelles: Mapping[str, str], modalites: Sequence[str], ordonnees: bool = True, neutres: Sequence[str] = NEUTRES,
) -> str:  # fmt: skip
    """One horizontal bar of 100 % for each key, cut by ``modalites``.

    ``ordonnees``: one hue for ordered classes (5 at most); otherwise four colours. ``neutres``: classes of what is not
    known, in grey besides. The published classes of every bar are on one scale, and a masked one is a stub of constant
    length: no length says what is masked.
    """
    nettes = [m for m in modalites if m not in neutres]
    couleurs = dict(zip(nettes, theme.couleurs_modalites(len(nettes), ordonnees=ordonnees), strict=True))
    couleurs |= dict.fromkeys(neutres, theme.GRIS_CLAIR)
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, cle) for cle in barres], 150)
    x0 = largeur_de(etiquettes) + ECART
    y = poser_legende(dessin, ((couleurs[m], libelle(libelles, m)) for m in modalites))
    talons = max((sum(c.est_secret for c in chiffres.values()) for chiffres in barres.values()), default=0)
    echelle = (dessin.largeur - x0 - talons * TALON) / 100
    epaisseur = 32.0 if len(barres) < _NOMBREUSES else 22.0
    # A class is written with one decimal in every bar, or in none.
    entieres = {
        m
        for chiffres in barres.values()
        for m, c in chiffres.items()
        if c.est_publie
        and not _tient(pourcentage(c.valeur), c.valeur * echelle)
        and _tient(pourcentage(c.valeur, 0), c.valeur * echelle)
    }
    for chiffres, lignes in zip(barres.values(), etiquettes, strict=True):
        hauteur = max(hauteur_de(lignes), epaisseur + 8)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        morceaux = [(couleurs[m], chiffres[m], m in entieres) for m in modalites if m in chiffres]
        _barre_de_cent(dessin, morceaux, x0, y + hauteur / 2, epaisseur, echelle)
        y += hauteur
    return dessin.rendre(y + 4, titre, description)


def _barre_de_cent(
    dessin: Dessin,
    morceaux: Sequence[tuple[str, Chiffre, bool]],
    x0: float,
    milieu: float,
    epaisseur: float,
    echelle: float,
) -> None:
    y = milieu - epaisseur / 2
    visibles = [(couleur, c, entier) for couleur, c, entier in morceaux if c.est_publie or c.est_secret]
    if not visibles:
        absences = {c.texte for _, c, _ in morceaux}
        dessin.lignes_de_texte(x0, milieu, sorted(absences)[:1] or ["nd"], couleur=theme.GRIS_TEXTE)
    longueurs = [TALON if c.est_secret else c.valeur * echelle for _, c, _ in visibles]
    if any(c.est_secret for _, c, _ in visibles):  # The whole, of which a part cannot be shown.
        haut, bas, bout = y, y + epaisseur, x0 + max(100 * echelle, sum(longueurs))
        dessin.ligne([(x0, haut), (bout, haut), (bout, bas), (x0, bas)], theme.GRIS_CLAIR)
    x = x0
    for (couleur, c, entier), longueur in zip(visibles, longueurs, strict=True):
        if c.est_secret:
            dessin.hachures(x, y, TALON, epaisseur)
        else:
            dessin.rect(x, y, longueur, epaisseur, couleur, theme.BLANC)
        _dans(dessin, c, x + longueur / 2, milieu, longueur, couleur, entier=entier)
        x += longueur


def _tient(texte: str, longueur: float) -> bool:
    return theme.largeur_texte(texte, theme.PETIT) + 3 <= longueur


def _dans(
    dessin: Dessin, c: Chiffre, x: float, milieu: float, longueur: float, fond: str, *, entier: bool
) -> None:  # fmt: skip
    """The figure inside its segment, shortened, or nothing when it does not fit: the data table has it."""
    if c.est_secret:
        dessin.texte(x, milieu + 5, c.texte, taille=theme.PETIT, ancre="middle", gras=True, halo=True)
        return
    texte = pourcentage(c.valeur, 0 if entier else 1)
    if _tient(texte, longueur):
        couleur = theme.encre_sur(fond)
        dessin.lignes_de_texte(x, milieu, [texte], taille=theme.PETIT, ancre="middle", couleur=couleur)
