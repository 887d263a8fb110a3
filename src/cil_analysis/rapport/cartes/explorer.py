"""The map to explore: drawn by folium, with a choice of indicator, year and commune, and no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.rapport.alternatives import description
from cil_analysis.rapport.annees import joindre
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import cartographie
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes import fiches_de_carte as fiches
from cil_analysis.rapport.cartes.carte_folium import moteur, nom_de_carte, programme
from cil_analysis.rapport.cartes.fiches_de_carte import Vue
from cil_analysis.rapport.chiffres import a_des_chiffres
from cil_analysis.rapport.dessins.svg import motif_hachures
from cil_analysis.rapport.figure import (
    Dits,
    assembler,
    lien_du_classeur,
    note_de_secret,
    note_des_resultats_tus,
    replier,
)
from cil_analysis.rapport.mots.definitions import definitions
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.rapport.mots.gabarits import Annee
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd

    from cil_analysis.rapport.rapport import Rapport

NOM = "Carte à explorer"
_AIDE = "Survolez ou touchez une commune, ou choisissez-la dans la liste."
_SANS_SCRIPT = "La carte demande JavaScript. Tous ses chiffres sont dans les tableaux de données, ci-dessous."
_GROUPES = {True: "Objectifs des communes", False: "Autres indicateurs"}


# --- What it shows ---------------------------------------------------------------------------------------------------


def a_montrer(rapport: Rapport, choisis: Sequence[str] = ()) -> Iterator[tuple[PublishedTable, dict[str, Any]]]:
    """The figures by commune, an indicator and a year at a time, with the words that titles read.

    ``choisis``: codes; without any, the objectives that communes have, then what cartes.yml lists.
    """
    tables = {
        code: table.ou(perimetre_type=COMMUNE, acteur_type="", modalite="")
        for code, table in rapport.publication.items()
    }
    objectifs = [code for code, table in tables.items() if cartographie.a_des_objectifs(table)]
    for code in choisis or dict.fromkeys((*objectifs, *_listes(rapport))):
        table = tables[code]
        nom = typographie(titre_seul(table.indicateur))
        for annee in sorted(set(table.valeurs("annee"))):
            if a_des_chiffres(lue := table.ou(annee=annee)):
                yield lue, {"nom": nom, "annee": Annee(annee), "a_objectif": code in objectifs}


def _listes(rapport: Rapport) -> Sequence[str]:
    """The indicators that cartes.yml lists; none in a project that was made before it could."""
    parametres = rapport.references.parametres
    if "cartes.indicateurs" not in parametres:
        return ()
    codes = parametres["cartes.indicateurs"].valeur(rapport.jour)
    codes = () if codes is None else codes
    inconnus = [str(c) for c in codes if c not in rapport.publication] if isinstance(codes, tuple) else [str(codes)]
    if inconnus or not isinstance(codes, tuple):
        raise ErreurCIL(
            typographie(
                f"Paramètre cartes.indicateurs : « {', '.join(inconnus)} » n’est pas une liste de codes d’indicateurs, "
                "tels que [V01, V03]. Les codes sont dans docs/methode.md ; corrigez "
                "data/reference/parameters/cartes.yml."
            )
        )
    return codes


# --- The figure ------------------------------------------------------------------------------------------------------


class CarteAExplorer(Bloc):
    """The figure of the map; ``premiere`` of its page, it brings Leaflet. JupyterLab shows it in a frame of its own."""

    def __init__(self, html: str, *, premiere: bool) -> None:
        super().__init__(f"{moteur()}\n{html}" if premiere else html)
        self._seule = f'<!doctype html><meta charset="utf-8">{moteur()}{html}'

    def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
        montre = super()._repr_mimebundle_(**options)
        if "text/html" not in montre:
            return montre
        style = "width:100%;height:52rem;border:0"
        return {"text/html": f'<iframe title="{NOM}" style="{style}" srcdoc="{escape(self._seule)}"></iframe>'}


def figure(rapport: Rapport, vues: Sequence[Vue], identifiant: str, *, premiere: bool = True) -> Bloc:
    """The map, opened on the first indicator in the year of the report or its last; nothing without figures.

    ``premiere``: whether it is the first of its page.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", identifiant):
        raise ValueError(f"Not an id: {identifiant!r}")
    if not vues:
        return Bloc("")
    par_code = {code: list(siennes) for code, siennes in groupby(vues, lambda vue: vue.code)}
    premieres = next(iter(par_code.values()))
    ouverte = next((v for v in premieres if v.annee == rapport.annee), premieres[-1])
    formes = cartographie.fond(rapport, [vue.table for vue in vues])
    echelles = {code: cartographie.echelle(rapport, [v.table for v in siennes]) for code, siennes in par_code.items()}
    communes = {v.nom: cartographie.placer(rapport, v.table, formes, echelles[v.code]) for v in vues}
    legendes = "".join(
        f'<div data-indicateur="{code}">'
        + cartographie.legende(
            cc.legende(echelles[code], [c for v in siennes for c in communes[v.nom]]), f"{identifiant}-{code.lower()}",
            cartographie.ECART if echelles[code].autour_de_l_objectif else titre_seul(siennes[0].table.indicateur),
        ) + "</div>"
        for code, siennes in par_code.items()
    )  # fmt: skip
    groupes = {code: _GROUPES[e.autour_de_l_objectif] for code, e in echelles.items()}
    html = _cadre(
        identifiant,
        _listes_de_choix(identifiant, par_code, groupes, ouverte.annee, formes),
        description(rapport, ouverte.table, "perimetre_code"),
        legendes + "".join(_note(rapport, vue) for vue in vues),
        fiches.en_json(fiches.donnees(par_code, communes, formes, identifiant)),
    )
    indicateurs = [siennes[0].table.indicateur for siennes in par_code.values()]
    replis = replier(f"Données du graphique : {NOM}", "".join(_tableau(rapport, vue) for vue in vues))
    source = joindre(rapport.source(list(par_code), rapport.periode), cartographie.credit(rapport))
    dits = Dits(ouverte.titre, ouverte.sous_titre)
    bloc = assembler(identifiant, dits, html, source, [], replis + definitions(indicateurs, NOM))
    return CarteAExplorer(bloc.html, premiere=premiere)


def _cadre(identifiant: str, choix: str, texte: str, suite: str, donnees: str) -> str:
    """The map and what stands around it; ``suite``: legends and notes, ``donnees``: JSON."""
    nom = nom_de_carte(identifiant)
    motifs = "".join(motif_hachures(f"{identifiant}-{etat}-hachures", c) for etat, c in cc.HACHURES.items())
    return (
        f'<div class="carte-interactive" id="{identifiant}" data-carte="{nom}" role="group" aria-label="{NOM}" '
        f'aria-describedby="{identifiant}-desc" hidden>'
        f'<p class="choix">{choix}</p><p class="masque-visuel" role="status"></p>'
        f'<p class="masque-visuel" id="{identifiant}-desc">{echapper(texte)}</p>'
        f'<p class="aide">{_AIDE}</p>'
        f'<svg class="motifs" width="0" height="0" aria-hidden="true" focusable="false"><defs>{motifs}</defs></svg>'
        f'<div class="cadre-carte" id="map_{nom}"></div>{suite}'
        f'<script type="application/json" id="donnees_{nom}">{donnees}</script></div>'
        f"<noscript><p>{_SANS_SCRIPT}</p></noscript><script>{programme(nom)}</script>"
    )


def _listes_de_choix(
    identifiant: str, par_code: dict[str, list[Vue]], groupes: dict[str, str], annee: int, formes: gpd.GeoDataFrame
) -> str:
    """The three lists; that of the communes is how the keyboard reaches them."""
    codes = "".join(
        f'<optgroup label="{groupe}">'
        + "".join(
            f'<option value="{c}">{echapper(typographie(titre_seul(par_code[c][0].table.indicateur)))}</option>'
            for c in siens
        )
        + "</optgroup>"
        for groupe, siens in groupby(par_code, lambda code: groupes[code])
    )
    lues = sorted({vue.annee for vues in par_code.values() for vue in vues})
    annees = "".join(f"<option{' selected' if lue == annee else ''}>{lue}</option>" for lue in lues)
    communes = '<option value="">Toutes</option>' + "".join(
        f'<option value="{code}">{echapper(nom)}</option>'
        for code, nom in zip(formes["code_insee"], formes["nom"], strict=True)
    )
    listes = (("indicateur", "Indicateur", codes), ("annee", "Année", annees), ("commune", "Commune", communes))
    return "".join(
        f'<label for="{identifiant}-{classe}">{mot}</label>'
        f'<select id="{identifiant}-{classe}" class="{classe}" autocomplete="off">{options}</select>'
        for classe, mot, options in listes
    )


def _note(rapport: Rapport, vue: Vue) -> str:
    nom = titre_seul(vue.table.indicateur)
    note = joindre(note_de_secret([vue.table], hachures=True), note_des_resultats_tus(rapport, {nom: vue.table}))
    return f'<p class="note" data-vue="{vue.nom}">{echapper(typographie(note))}</p>' if note else ""


def _tableau(rapport: Rapport, vue: Vue) -> str:
    """The table of a view, which is shown with it; without a script, all of them are."""
    donnees = cartographie.donnees(rapport, vue.table)
    return f'<div data-vue="{vue.nom}">{donnees}{lien_du_classeur([vue.table.indicateur])}</div>'
