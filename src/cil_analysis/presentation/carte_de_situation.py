"""Where a commune is: its shape among those of the EPCI, as a small drawing."""

from __future__ import annotations

from typing import Any

from cil_analysis.presentation import theme
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.fiche_sujet import Sujet, communes
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.svg import envelopper, n
from cil_analysis.reference.texte import typographie

LARGEUR = 520.0


def carte_de_situation(sujet: Sujet) -> Bloc:
    """The members of the EPCI on 31 December, the commune in the accent colour."""
    rapport = sujet.rapport
    contours = rapport.references.territoire.contours()
    membres = communes(rapport.references, rapport.annee)
    contours = contours[contours["code_insee"].isin(list(membres))]
    gauche, bas, droite, haut = contours.total_bounds
    echelle = (LARGEUR - 8) / max(droite - gauche, haut - bas)
    decalage = (LARGEUR - (droite - gauche) * echelle) / 2
    formes = {
        str(code): _chemin(forme, lambda x, y: (decalage + (x - gauche) * echelle, 4 + (haut - y) * echelle))
        for code, forme in zip(contours["code_insee"], contours.geometry, strict=True)
    }
    titre = typographie(f"{sujet.nom} parmi les {len(membres)} communes de {rapport.projet.epci_nom_court}")
    hauteur = (haut - bas) * echelle + 8
    corps = "".join(
        f'<path d="{chemin}" fill="{theme.ACCENT if code == sujet.code else theme.GRIS_CLAIR}" '
        f'stroke="{theme.BLANC}" stroke-width="2" stroke-linejoin="round"/>'
        for code, chemin in formes.items()
    )
    texte = typographie(f"Carte des communes de {rapport.projet.epci_nom} ; {sujet.nom} est en couleur.")
    dessin = envelopper(corps, "situation", titre, texte, LARGEUR, hauteur)
    credit = rapport.references.territoire.credit_contours()
    legende = echapper(typographie(f"Contours : {credit}."))
    legende = f'<figcaption class="source">{legende}</figcaption>' if credit else ""
    return Bloc(f'<figure class="situation" id="fig-situation">{dessin}{legende}</figure>')


def _chemin(forme: Any, placer: Any) -> str:
    """The outline of a polygon or of several, without the detail that the size of the drawing does not show."""
    from shapely.geometry.polygon import orient

    morceaux = []
    for polygone in getattr(forme, "geoms", [forme]):
        for anneau in (orient(polygone).exterior, *polygone.interiors):
            points = [placer(x, y) for x, y in anneau.coords]
            suite = list(dict.fromkeys((n(x), n(y)) for x, y in points))
            morceaux.append("M" + "L".join(f"{x} {y}" for x, y in suite) + "Z")
    return "".join(morceaux)
