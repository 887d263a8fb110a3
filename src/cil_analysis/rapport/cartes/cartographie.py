"""The maps of a report that stand still, each with its legend, the key of its numbers and its data table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, PCT
from cil_analysis.rapport import lissage
from cil_analysis.rapport.annees import joindre
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes import fixes
from cil_analysis.rapport.cartes.communes import Echelle, a_des_objectifs
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.figure import Dits, Figure, illustrer, note_des_resultats_tus, periode
from cil_analysis.rapport.mots.definitions import USUELS, nom_du_terme
from cil_analysis.rapport.mots.formats import echapper, imprime, signer
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.mots.lignes import MARQUES, VIDE, Cellule, cellule, description
from cil_analysis.rapport.tableaux import Colonne, croiser
from cil_analysis.rapport.usages import exiger_des_series, exiger_la_coupe
from cil_analysis.secret.series import lisser
from cil_analysis.secret.table_publiee import PublishedTable
from cil_analysis.typographie import INSECABLE, typographie

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

_ECART = "Écart à l’objectif de la commune"
# The counts that a figure has behind it, by its unit, where not both.
_TERMES: Mapping[str, tuple[str, ...]] = {NOMBRE: (), MOIS: ("denominateur",)}


# --- What every map of communes has ----------------------------------------------------------------------------------


def fond(rapport: Rapport, tables: Sequence[PublishedTable]) -> gpd.GeoDataFrame:
    """The boundaries of the communes that tables name."""
    contours = rapport.references.territoire.contours()
    return contours[contours["code_insee"].isin({str(c) for t in tables for c in t.valeurs("perimetre_code")})]


def classes_de(lues: Collection[Table]) -> Echelle:
    """The classes that indicators share on every map, whatever the year: around the objective, where there is one."""
    premiere, tables = next(iter(lues)), [lue.par("commune", "annee").publiee for lue in lues]
    parametres, jour = premiere.rapport.references.parametres, premiere.rapport.jour
    if not any(map(a_des_objectifs, tables)):
        return cc.echelle_des_valeurs(tables, parametres.lire("cartes.classes", jour))
    # Households have no bound.
    en_nombre = premiere.indicateur.unite == NOMBRE
    return cc.echelle_des_ecarts((0,) if en_nombre else parametres["cartes.bornes_ecart"].valeur(jour), tables)


def sujet(classes: Echelle, autrement: str) -> str:
    """What the colours of a map say: the gap to the objective, or the figure of its own indicator."""
    return _ECART if classes.autour_de_l_objectif else autrement


def credit(rapport: Rapport) -> str:
    """Whose boundaries they are."""
    de_qui = rapport.references.territoire.credit_contours()
    return f"Contours : {de_qui}." if de_qui else ""


def donnees(communes: Table) -> str:
    """The table behind a map, its objectives included."""
    indicateur, periode = communes.indicateur, lissage.periode_de(communes)
    nom, colonnes = "Part" if indicateur.unite == PCT else "Valeur", dict[str, Colonne]()
    if a_des_objectifs(communes.publiee):
        colonnes = {nom if x == "Part" else x: c for x, c in communes.termes_d_un_objectif.items()}
        colonnes["Écart à l’ensemble"] = ecarts_a_l_ensemble(communes)
    else:
        termes = _TERMES.get(indicateur.unite, tuple(USUELS))
        colonnes = {**{nom_du_terme(indicateur, terme): communes.terme(terme) for terme in termes}, nom: communes}
    if any(lissage.etendue(c.ligne) for c in communes):
        colonnes["Selon l’année"] = pd.Series({c.cle[0]: lissage.cellule_de_l_etendue(c.ligne) for c in communes})
    return croiser(f"{indicateur.titre}, par commune, {periode}", colonnes, vides=True, ecrire=_ecrire)


def donnees_lissees(communes: Table, lisse: Table) -> str:
    """Communes with few allocations: the share of the year beside that of several, and its range."""
    peu = [c.cle[0] for c in communes if lissage.repose_sur_peu(c)]
    colonnes: dict[str, Colonne] = {}
    for lue in (communes.ou(commune=peu), lisse.ou(commune=peu)):
        quand = lissage.periode_de(lue)
        colonnes |= {quand: lue, f"Attributions {quand}": lue.terme("denominateur")}
    colonnes["Selon l’année"] = pd.Series({c.cle[0]: lissage.cellule_de_l_etendue(c.ligne) for c in lue})
    return croiser(f"Communes où peu de logements sont attribués, {quand}", colonnes, vides=True, ecrire=_ecrire)


def _ecrire(c: Chiffre) -> Cellule:
    return cellule(c.ligne, c.terme)


def ecarts_a_l_ensemble(communes: Table) -> pd.Series:
    """By commune, how far above (+) or below (-) the EPCI it is, in the year of the table or in its several years."""
    ensemble, ecarts = _de_l_ensemble(communes), {}
    for c in communes:
        lue = cellule(c.ligne, "valeur")
        if not lue.est_un_signe:
            lue = VIDE if ensemble is None else Cellule(signer(imprime(c.valeur) - imprime(ensemble), 1))
        ecarts[c.cle[0]] = lue
    colonne = pd.Series(ecarts, dtype="object")
    colonne.attrs["unite"] = "points" if communes.indicateur.unite == PCT else ""
    return colonne


def _de_l_ensemble(communes: Table) -> float | None:
    """The figure of the EPCI in the same years, « 2020-2022 » or one; None when it is not published in each of them."""
    rapport, code = communes.rapport.ensemble, communes.indicateur.code
    debut, _, fin = lissage.periode_de(communes).partition("-")
    if not fin:
        return rapport[code].ou(annee=int(debut)).seul.publie
    tout = rapport[code].par("annee").publiee
    lisse = lisser(tout, range(int(debut), int(fin) + 1), rapport.references.objectifs).ou(statut=PUBLIE)
    return float(lisse.lignes()[0]["valeur"]) if len(lisse) else None


# --- A map -----------------------------------------------------------------------------------------------------------


def figure(communes: Table, dits: Dits, lisse: Table | None) -> Figure:
    """The communes of a table of one year; ``lisse``: the same over several years, to which the reader may turn."""
    rapport, indicateur, identifiant = communes.rapport, communes.indicateur, f"carte-{communes.identifiant}"
    code = indicateur.code.lower()
    if not communes.a_des_chiffres:
        return illustrer(rapport, dits._replace(identifiant=identifiant), None, "", [communes.publiee])
    # An objective that has ended, or will begin, is not that of the year.
    annees = communes if a_des_objectifs(communes.publiee) else replace(communes, table=communes.table.ou(resultat=""))
    classes = classes_de([annees])
    axes, carte = _dessiner(communes, classes, identifiant, dits.titre)
    cartes = [carte]
    tus, tableaux = note_des_resultats_tus({indicateur.titre: communes}), donnees(communes)
    peu = lissage.note(rapport, communes)
    if lisse is None:
        notes = [tus, peu]
    else:
        notes = [tus]
        titre = typographie(f"{indicateur.titre}, {lissage.periode_de(lisse)} ensemble")
        cartes.append(_dessiner(lisse, classes, f"carte-{code}-lisse", titre, " lisse")[1])
        tableaux += donnees_lissees(communes, lisse)
    dits = dits._replace(identifiant=identifiant, note=joindre(dits.note, *notes, credit(rapport)))
    dessin = remplir("carte", cartes=cartes, nom=f"periode-{code}", pourquoi=peu)
    return Figure(illustrer(rapport, dits, dessin, tableaux, [communes.publiee]).html, axes)


def _dessiner(
    lues: Table, classes: Echelle, identifiant: str, titre: str, classe: str = ""
) -> tuple[Axes, Mapping[str, object]]:
    """A map in its frame, which scrolls on a phone to stay legible; its key and its legend."""
    with charte(identifiant):
        axes, formes = fixes.cadrer(fond(lues.rapport, [lues.publiee]))
        communes = cc.placer(lues.rapport, lues.publiee, formes, classes)
        etiquettes = fixes.etiqueter(communes)
        fixes.dessiner(communes, axes, etiquettes)
        svg = en_svg(axes, identifiant, titre, description(lues, resultats=True))
    prefixe = f"carte-{lues.indicateur.code.lower()}{classe.replace(' ', '-')}"
    signes = cc.legende(classes, set(communes["etat"]), prefixe, sujet(classes, lues.indicateur.titre), classe)
    dits = {"periode": lissage.periode_de(lues), "titre": titre, "etiquettes": etiquettes}
    return axes, {**dits, "svg": svg, "legende": signes}


# --- Small maps ------------------------------------------------------------------------------------------------------


def petites_cartes(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, cartes: Mapping[str, Table], note: str = "",
    bilan: Gabarits = "",
) -> Bloc:  # fmt: skip
    """Une petite carte par indicateur, dans les mêmes classes : ``{"Un nom": rapport["O01"].par("commune")}``.

    ``bilan`` : ce qui se dit sous chacune.
    """
    exiger_des_series(cartes)
    for lue in cartes.values():
        exiger_la_coupe(lue, "commune")
    lues = {nom: lue for nom, lue in cartes.items() if lue.a_des_chiffres}
    if not lues:
        return Bloc("")
    codes = dict.fromkeys(lue.indicateur.code.lower() for lue in cartes.values())
    # Of one indicator alone, they are those of its years.
    identifiant = "-".join(["cartes", *codes, *(["commune", "annee"] if len(codes) == 1 else [])])
    tables = [lue.publiee for lue in lues.values()]
    quand, notes = str(periode(tables)), joindre(note, note_des_resultats_tus(lues), credit(rapport))
    dits = Dits(rapport.dire(titre), rapport.dire(sous_titre), notes, annees=quand, identifiant=identifiant)
    dessin, croisees = _petites(rapport, lues, bilan, identifiant), _donnees_croisees(lues, quand)
    return illustrer(rapport, dits, dessin, croisees, tables)


def _petites(rapport: Rapport, cartes: Mapping[str, Table], bilan: Gabarits, identifiant: str) -> str:
    """One small map a table, by its name, at one scale, in the classes of one legend, and its words under it."""
    tables = [lue.publiee for lue in cartes.values()]
    classes, contours = classes_de(cartes.values()), fond(rapport, tables)
    etats: set[str] = set()
    items = []
    for rang, (nom, lue) in enumerate(cartes.items(), start=1):
        ancre = f"{identifiant}-{rang}"
        with charte(ancre):
            axes, formes = fixes.cadrer(contours, fixes.LARGEUR_PETITE)
            communes = cc.placer(rapport, lue.publiee, formes, classes)
            fixes.dessiner(communes, axes)
            svg = en_svg(axes, ancre, nom, description(lue, resultats=True), largeur_max="100%")
        etats |= set(communes["etat"])
        phrase = echapper(typographie(lue.dire(bilan)))
        items.append(f'<li><p class="nom">{echapper(nom)}</p>{svg}<p class="bilan">{phrase}</p></li>')
    signes = cc.legende(classes, etats, identifiant, sujet(classes, tables[0].indicateur.titre))
    return f'<ul class="multiples">{"".join(items)}</ul>{signes}'


def vignette(communes: Table, titre: str, ancre: str) -> Bloc:
    """A small map that leads to a section: beside the key figures, where the screen has the place."""
    if not communes.a_des_chiffres:
        return Bloc("")
    lien = f'<a href="#{echapper(ancre)}">{echapper(typographie(titre))}</a>'
    carte = _petites(communes.rapport, {str(communes.rapport.annee): communes}, "", f"vignette-{ancre}")
    return Bloc(f'<div class="carte-en-marge hors-diapos"><p class="lien">{lien}</p>{carte}</div>')


def _donnees_croisees(cartes: Mapping[str, Table], quand: str) -> str:
    titres = {lue.indicateur.titre for lue in cartes.values()}
    quoi = titres.pop() if len(titres) == 1 else "Par commune"
    en_pct = ", en %" if {lue.indicateur.unite for lue in cartes.values()} == {PCT} else ""
    signes = " (✓ objectif atteint, ✗ non atteint)" if any(a_des_objectifs(x.publiee) for x in cartes.values()) else ""
    return croiser(f"{quoi}{en_pct}{signes}, {quand}", cartes, vides=True, ecrire=_ecrire_le_resultat)


def _ecrire_le_resultat(c: Chiffre) -> Cellule:
    lue = _ecrire(c)
    return replace(lue, texte=f"{MARQUES.get(c.ligne['resultat'], '')}{INSECABLE}{lue.texte}".strip())
