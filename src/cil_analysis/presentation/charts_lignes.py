"""Lines over the years: series with direct labels.

A masked year breaks the line; « s » stands at the foot of the drawing, the same place whatever it hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_ruptures import RANG, marquer_ruptures, ruptures_dessinees
from cil_analysis.presentation.formats import nombre, pourcentage
from cil_analysis.presentation.lecture import Chiffre, libelle, lire
from cil_analysis.presentation.placement import ecarter
from cil_analysis.presentation.ruptures import Rupture
from cil_analysis.presentation.svg import Dessin

HAUT, SOCLE = 20.0, 240.0


class _Repere:
    """Years to x, figures to y, for one drawing; the breaks of the series stand above it."""

    def __init__(
        self, dessin: Dessin, annees: Sequence[int], valeurs: Sequence[float], unite: str, marge: float,
        ruptures: Sequence[Rupture] = (),
    ) -> None:  # fmt: skip
        self.annees = annees
        marques = ruptures_dessinees(ruptures, annees)
        self.sommet = HAUT + RANG * len(marques)
        bas, haut = min(valeurs, default=0.0), max(valeurs, default=1.0)
        if bas > haut * 0.6 and unite != "nombre":  # a line may leave zero out; a count may not
            jeu = max((haut - bas) * 0.25, haut * 0.05)
            bas, haut = max(0.0, bas - jeu), haut + jeu
        else:
            bas, haut = min(bas, 0.0), haut * 1.06
        self.graduations = theme.graduations(bas, haut)
        if unite == PCT and max(valeurs, default=0.0) <= 100:
            self.graduations = [g for g in self.graduations if g <= 100]
        self.bas, self.haut = self.graduations[0], self.graduations[-1]
        formats = [(lambda v, d=d: pourcentage(v, d) if unite == PCT else nombre(v, d)) for d in (0, 1)]
        entieres = all(g == int(g) for g in self.graduations)
        self.textes = [formats[0 if entieres else 1](g) for g in self.graduations]
        self.gauche = max(theme.largeur_texte(t, theme.PETIT) for t in self.textes) + 10
        self.droite = dessin.largeur - marge
        for g, texte in zip(self.graduations, self.textes, strict=True):
            dessin.ligne([(self.gauche, self.y(g)), (self.droite, self.y(g))], theme.GRILLE if g else theme.GRIS)
            dessin.texte(
                self.gauche - 6, self.y(g) + 5, texte, taille=theme.PETIT, ancre="end", couleur=theme.GRIS_TEXTE
            )
        for annee in annees:
            dessin.texte(self.x(annee), SOCLE + 22, str(annee), ancre="middle", couleur=theme.GRIS_TEXTE)
        marquer_ruptures(dessin, marques, annees, self.x, SOCLE)

    def x(self, annee: int) -> float:
        pas = (self.droite - self.gauche) / len(self.annees)
        return self.gauche + pas * (self.annees.index(annee) + 0.5)

    def y(self, v: float) -> float:
        return SOCLE - (SOCLE - self.sommet) * (v - self.bas) / ((self.haut - self.bas) or 1)

    def ligne(
        self, dessin: Dessin, chiffres: Sequence[Chiffre], couleur: str, epaisseur: float, tirets: str = ""
    ) -> None:
        """The line, broken where a year has no published figure."""
        par_annee = {c.annee: c for c in chiffres}
        etats = [(a, par_annee.get(a)) for a in self.annees]
        for publie, suite in groupby(etats, key=lambda e: e[1] is not None and e[1].est_publie):
            if publie:
                dessin.ligne([(self.x(a), self.y(c.valeur)) for a, c in suite if c], couleur, epaisseur, tirets)


def courbes_annees(
    tables: PublishedTable | Sequence[PublishedTable], identifiant: str, titre: str, description: str, *,
    par: str = "modalite", libelles: Mapping[str, str], accent: str | None = None,
    ruptures: Sequence[Rupture] = (),
) -> str:  # fmt: skip
    """One line for each value of ``par`` (modalite, acteur_code, indicateur…), named at its right end with its figure.

    Up to four series have a colour each; with more, or with ``accent``, the subject alone has one and the others are
    grey. ``ruptures``: the breaks of the series.
    """
    liste = [tables] if isinstance(tables, PublishedTable) else list(tables)
    chiffres = [c for table in liste for c in lire(table, par)]
    unite = chiffres[0].unite if chiffres else PCT
    if any(c.unite != unite for c in chiffres):
        raise ValueError("Series of several units: no double axis")
    series = {cle: [c for c in chiffres if c.cle == cle] for cle in dict.fromkeys(c.cle for c in chiffres)}
    couleurs = _couleurs(list(series), accent)
    annees = sorted({c.annee for c in chiffres})
    fins = [(cle, dernier) for cle, serie in series.items() if (dernier := _dernier(serie)) is not None]
    textes = {
        cle: [_au_bout(dernier, annees[-1]), *theme.couper(libelle(libelles, cle), 120, theme.PETIT)]
        for cle, dernier in fins
    }
    # A line that is masked all along is named at the foot, beside its signs.
    muettes = [cle for cle, serie in series.items() if _dernier(serie) is None and any(c.est_secret for c in serie)]
    textes |= {cle: ["s", *theme.couper(libelle(libelles, cle), 120, theme.PETIT)] for cle in muettes}
    marge = max((theme.largeur_texte(t, theme.TEXTE, True) for bloc in textes.values() for t in bloc), default=0)
    marge = marge * theme.PETIT / theme.TEXTE + 18
    dessin = Dessin(identifiant)
    valeurs = [c.valeur for c in chiffres if c.est_publie]
    repere = _Repere(dessin, annees, valeurs, unite, marge, ruptures)
    for cle, serie in sorted(series.items(), key=lambda s: couleurs[s[0]] != theme.GRIS):
        sujet = couleurs[cle] != theme.GRIS
        repere.ligne(dessin, serie, couleurs[cle], 3 if sujet else 2)
        for c in serie:
            if c.est_publie:
                dessin.disque(repere.x(c.annee), repere.y(c.valeur), 4.5 if sujet else 3.5, couleurs[cle])
    _secrets(dessin, repere, chiffres)
    bouts = {cle: (repere.x(dernier.annee), repere.y(dernier.valeur)) for cle, dernier in fins}
    positions = {cle: y for cle, (_, y) in bouts.items()} | dict.fromkeys(muettes, SOCLE)
    hauteurs = {cle: len(bloc) * theme.PETIT * 1.15 + 4 for cle, bloc in textes.items()}
    bas = SOCLE
    for cle, milieu in ecarter(positions, hauteurs, 0, SOCLE + 26).items():
        haut = milieu - hauteurs[cle] / 2
        x = repere.droite + 16
        if cle in bouts:  # from the last point to its words, in its colour
            fin, depart = bouts[cle]
            y = haut + theme.PETIT * 0.8
            dessin.ligne([(fin + 7, depart), (x - 12, y), (x - 4, y)], couleurs[cle], 1.5)
        for i, ligne in enumerate(textes[cle]):
            encre = theme.ENCRE if couleurs[cle] == theme.GRIS or i else couleurs[cle]
            y = haut + (i + 1) * theme.PETIT * 1.15 - 2
            dessin.texte(x, y, ligne, taille=theme.PETIT, couleur=_sombre(encre), gras=i == 0)
            bas = max(bas, y)
    return dessin.rendre(max(SOCLE + 32, bas + 6), titre, description)


def _secrets(dessin: Dessin, repere: _Repere, chiffres: Sequence[Chiffre]) -> None:
    """« s » or « nd » at the foot of the years that lack a figure, once a year."""
    for annee in repere.annees:
        ici = [c for c in chiffres if c.annee == annee and not c.est_publie]
        absents = list(dict.fromkeys(c.texte for c in ici))
        if absents:
            x = repere.x(annee)
            if any(c.annee == annee and c.est_secret for c in chiffres):
                dessin.hachures(x - 11, SOCLE - 14, 22, 14)
            dessin.texte(x, SOCLE - 18, ", ".join(absents), taille=theme.PETIT, ancre="middle", halo=True)


def _dernier(serie: Sequence[Chiffre]) -> Chiffre | None:
    return max((c for c in serie if c.est_publie), key=lambda c: c.annee, default=None)


def _au_bout(c: Chiffre, derniere: int) -> str:
    """The figure that names a line; of an earlier year than the last one, it says which."""
    return c.texte if c.annee == derniere else f"{c.texte} ({c.annee})"


def _couleurs(cles: list[str], accent: str | None) -> dict[str, str]:
    if accent is None and len(cles) <= len(theme.CATEGORIES):
        return dict(zip(cles, theme.couleurs_modalites(len(cles)), strict=True))
    sujet = accent if accent is not None else cles[0]
    return {cle: theme.ACCENT if cle == sujet else theme.GRIS for cle in cles}


def _sombre(couleur: str) -> str:
    """A colour as text: ink when it is too light for it."""
    return couleur if theme.contraste(couleur, theme.BLANC) >= 4.5 else theme.ENCRE
