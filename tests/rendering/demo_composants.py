"""Fake components with the classes of the style sheet: the page can be judged before the presentation floor exists."""

from __future__ import annotations

LETTRES = ["Alpha", "Bêta", "Gamma", "Delta", "Epsilon", "Zêta", "Êta", "Thêta", "Iota", "Kappa", "Lambda", "Mu"]
RESULTATS = [
    ("atteint", "atteint"),
    ("non-atteint", "non atteint"),
    ("non-calculable", "non calculable"),
    ("sans-objet", "sans objet"),
]
CARTES = [
    ("Attributions", "3\u202f012", ""),
    ("Demandes en attente", "12\u202f480", ""),
    ("Demandes pour une attribution", "4,1", ""),
    ("Délai médian d’attente", "13,4", "mois"),
    ("Premier quartile hors QPV", "21,8", "%"),
    ("Autres publics en QPV", "53,0", "%"),
    ("Publics prioritaires", "27,5", "%"),
    ("Attributions en QPV", "30,2", "%"),
]


class Bloc:
    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": f"\n\n```{{=html}}\n{self.html}\n```\n\n"}


def resultat(i: int) -> str:
    classe, mot = RESULTATS[i % 4]
    return f'<span class="resultat {classe}">{mot}</span>'


def entete(titre: str, annee: int, territoire: str) -> None:
    from IPython.display import display

    display(
        Bloc(
            f'<header class="entete"><h1>{titre} {annee}</h1><p class="sous-titre">{territoire}, conférence '
            'intercommunale du logement</p><ul class="meta"><li>Données extraites le <strong>15 février '
            f"{annee + 1}</strong></li><li>Convention <strong>2018–2023</strong></li><li>Statut <strong>version interne"
            '</strong></li></ul><div class="bandeau"><strong>Données fictives.</strong> Aucun chiffre de cette page ne '
            "décrit un territoire réel.</div></header>"
        )
    )


def carte(i: int) -> str:
    titre, valeur, unite = CARTES[i]
    serie = " ".join(f"{x * 40 + 4},{28 - (i * 7 + x * x * 3) % 24}" for x in range(5))
    unite = f' <span class="unite">{unite}</span>' if unite else ""
    objectif = f'<p class="objectif">Objectif\u202f: 25\u202f% {resultat(i)}</p>' if i > 3 else ""
    return (
        f'<li><article class="carte"><h3><a href="#communes">{titre}</a></h3><p class="valeur">{valeur}{unite}</p>'
        f'<p class="evolution">↗ + 4,2\u202f% par rapport à l’année précédente</p>{objectif}'
        '<svg viewBox="0 0 170 32" preserveAspectRatio="none" role="img" aria-label="Évolution sur cinq ans">'
        f'<polyline points="{serie}" fill="none" stroke="#8A9099" stroke-width="2" vector-effect="non-scaling-stroke"/>'
        "</svg></article></li>"
    )


def barres(nom: str, n: int) -> str:
    corps = "".join(
        f'<text x="0" y="{i * 34 + 20}">{LETTRES[i]}</text><rect x="110" y="{i * 34 + 4}" width="{330 - i * 37}" '
        f'height="24" fill="{"#12436D" if i == 0 else "#C9CDD2"}"/><text x="{330 - i * 37 + 118}" y="{i * 34 + 20}">'
        f"{330 - i * 37}</text>"
        for i in range(n)
    )
    return (
        f'<svg class="graphique" id="g-{nom}" role="img" aria-labelledby="g-{nom}-t" viewBox="0 0 520 {n * 34}" '
        'style="max-width:46rem" font-family="inherit" font-size="16">'
        f'<title id="g-{nom}-t">Barres</title>{corps}</svg>'
    )


def tableau(n: int, large: bool = False) -> str:
    colonnes = ["Attributions", "Part"]
    if large:
        colonnes += ["Premier quartile", "Objectif", "Écart", "Ménages"]
    tetes = "".join(f'<th scope="col">{c}</th>' for c in colonnes)
    tetes += '<th scope="col" class="texte">Résultat</th>' if large else ""

    def ligne(nom: str, effectif: str, part: str, i: int, classe: str = "") -> str:
        plus = (
            f'<td>21,3</td><td>25,0</td><td>−3,7</td><td>11</td><td class="texte">{resultat(i)}</td>' if large else ""
        )
        return f'<tr{classe}><th scope="row">{nom}</th><td>{effectif}</td>{part}{plus}</tr>'

    lignes = [ligne("Ensemble", "3\u202f012", "<td>100,0</td>", 1, ' class="total"')]
    for i in range(n):
        part = '<td class="secret">s</td>' if i == 3 else "<td>12,5</td>"
        lignes.append(ligne(LETTRES[i], str(900 - i * 57), part, i))
    return (
        '<table class="donnees"><caption>La commune centre accueille une attribution sur deux</caption><thead><tr>'
        f'<th scope="col">Commune</th>{tetes}</tr></thead><tbody>{"".join(lignes)}</tbody></table>'
    )


def figure(nom: str, titre: str, dessin: str, donnees: str) -> Bloc:
    return Bloc(
        f'<figure class="figure" id="figure-{nom}"><figcaption><p class="titre">{titre}</p><p class="sous-titre">'
        f"Nombre d’attributions, territoire fictif, cinq dernières années</p></figcaption>{dessin}"
        '<p class="source">Source\u202f: extrait fictif. Données fictives.</p>'
        '<p class="note">s\u202f: effectif masqué.</p>'
        '<details class="donnees"><summary>Données du graphique</summary><div class="tableau-defilant" tabindex="0" '
        f'role="region" aria-label="Données\u202f: {titre}">{donnees}</div></details></figure>'
    )


def carte_interactive() -> Bloc:
    legende = "".join(
        f'<li><span class="pastille {classe}" style="{style}"></span>{mot}</li>'
        for classe, style, mot in [
            ("", "background-color:#A63C06", "plus de 10 points sous l’objectif"),
            ("", "background-color:#FCC79B", "moins de 10 points sous l’objectif"),
            ("", "background-color:#2B79A6", "objectif atteint"),
            ("hachures", "", "secret statistique"),
            ("pointille", "", "aucune attribution"),
        ]
    )
    return Bloc(
        '<figure class="figure" id="figure-carte"><figcaption><p class="titre">Six communes atteignent l’objectif</p>'
        '<p class="sous-titre">Part des ménages du premier quartile, en points d’écart à l’objectif</p></figcaption>'
        f'<div class="carte-interactive"></div><ul class="legende">{legende}</ul>'
        '<p class="source">Source\u202f: extrait fictif.</p></figure>'
    )
