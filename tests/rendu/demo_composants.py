"""What the pages show, in miniature: title block, cards, figures with their data, and a table wider than a phone."""

from __future__ import annotations

LETTRES = ["Alpha", "Bêta", "Gamma", "Delta", "Epsilon", "Zêta"]


class Bloc:
    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": f"\n\n```{{=html}}\n{self.html}\n```\n\n"}


def entete(titre: str, annee: int, territoire: str) -> Bloc:
    return Bloc(
        f'<header class="entete"><h1>{titre} {annee}</h1><p class="sous-titre">{territoire}</p>'
        f'<dl class="meta"><div><dt>Statut</dt> <dd>version interne</dd></div></dl>'
        '<div class="bandeau"><strong>Données fictives.</strong> Aucun chiffre réel.</div></header>'
    )


def carte(nom: str) -> str:
    return (
        f'<li><article class="carte"><h3><a href="#communes">{nom}</a></h3><p class="valeur">27,5'
        '<span class="unite">%</span></p><p class="objectif">Objectif\u202f: 25\u202f% '
        '<span class="resultat atteint">atteint</span></p><svg viewBox="0 0 170 32" role="img" '
        'aria-label="Évolution sur cinq ans"><polyline points="4,28 84,9 164,20" fill="none" stroke="#8A9099"/></svg>'
        "</article></li>"
    )


def tableau(*entetes: str) -> str:
    tetes = "".join(f'<th scope="col">{nom}</th>' for nom in ("Commune", *entetes))
    cellules = "<td>3\u202f012</td>" * (len(entetes) - 1) + '<td class="secret">s</td>'
    lignes = "".join(f'<tr><th scope="row">{nom}</th>{cellules}</tr>' for nom in LETTRES)
    return (
        '<table class="donnees"><caption>Une attribution sur deux</caption>'
        f"<thead><tr>{tetes}</tr></thead><tbody>{lignes}</tbody></table>"
    )


def defilant(table: str, nom: str) -> str:
    return f'<div class="tableau-defilant" tabindex="0" role="region" aria-label="{nom}">{table}</div>'


def figure(nom: str, titre: str, avec_donnees: bool = True) -> Bloc:
    barres = "".join(
        f'<text x="0" y="{i * 34 + 20}">{lettre}</text>'
        f'<rect x="110" y="{i * 34 + 4}" width="{330 - i * 37}" height="24" fill="#12436D"/>'
        for i, lettre in enumerate(LETTRES)
    )
    donnees = defilant(tableau("Attributions", "Part"), f"Données\u202f: {titre}")
    return Bloc(
        f'<figure class="figure" id="figure-{nom}"><figcaption><p class="titre">{titre}</p></figcaption>'
        f'<svg class="graphique" role="img" aria-labelledby="g-{nom}" viewBox="0 0 520 204" font-size="16">'
        f'<title id="g-{nom}">Barres</title>{barres}</svg><p class="source">Source\u202f: extrait fictif.</p>'
        + (f'<details class="donnees"><summary>Données</summary>{donnees}</details>' if avec_donnees else "")
        + "</figure>"
    )
