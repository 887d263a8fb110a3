"""The maps of a report that stand still, each with its legend, the key of its numbers and its data table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE
from cil_analysis.rapport import lissage
from cil_analysis.rapport.annees import joindre
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes import fixes
from cil_analysis.rapport.cartes.communes import Echelle, a_des_objectifs, echelle
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.figure import Dits, illustrer, note_des_resultats_tus
from cil_analysis.rapport.mots.alternatives import description
from cil_analysis.rapport.mots.comparaison_epci import ecart_a_l_ensemble
from cil_analysis.rapport.mots.definitions import nom_du_terme
from cil_analysis.rapport.mots.formats import INSECABLE, RIEN, echapper
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.mots.signes import MARQUES
from cil_analysis.rapport.tables import (
    COLONNES_OBJECTIF,
    Cellule,
    ColonneLibre,
    cellule,
    tableau,
    tableau_croise,
    tableau_libre,
)
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

_ECART = "Écart à l’objectif de la commune"
_COLONNES = {NOMBRE: ("valeur",), MOIS: ("denominateur", "valeur")}


# --- What every map of communes has ----------------------------------------------------------------------------------


def fond(rapport: Rapport, tables: Sequence[PublishedTable]) -> gpd.GeoDataFrame:
    """The boundaries of the communes that tables name."""
    contours = rapport.references.territoire.contours()
    return contours[contours["code_insee"].isin({str(c) for t in tables for c in t.valeurs("perimetre_code")})]


def annee_de(table: PublishedTable) -> int:
    """The year of a table of one year."""
    return int(table.valeurs("annee")[0])


def sujet(classes: Echelle, autrement: str) -> str:
    """What the colours of a map say: the gap to the objective, or the figure of its own indicator."""
    return _ECART if classes.autour_de_l_objectif else autrement


def credit(rapport: Rapport) -> str:
    """Whose boundaries they are."""
    de_qui = rapport.references.territoire.credit_contours()
    return f"Contours : {de_qui}." if de_qui else ""


def donnees(rapport: Rapport, table: PublishedTable) -> str:
    """The table behind a map, its objectives included."""
    colonnes = _COLONNES.get(table.indicateur.unite, ("numerateur", "denominateur", "valeur"))
    lignes = table.lignes()
    periode, est_lisse = lissage.periode(lignes[0]), any(map(lissage.etendue, lignes))
    etendues = {str(x["perimetre_code"]): lissage.cellule_de_l_etendue(x) for x in lignes} if est_lisse else {}
    ajouts = [ecart_a_l_ensemble(rapport, table)] if a_des_objectifs(table) else []
    noms = {terme: nom_du_terme(table.indicateur, terme) for terme in ("numerateur", "denominateur")}
    return tableau(
        table, f"{table.indicateur.titre}, par commune, {periode}", "perimetre_code", "Commune",
        rapport.perimetres, COLONNES_OBJECTIF if ajouts else colonnes, noms={} if ajouts else noms,
        ajouts=[*ajouts, *([ColonneLibre("Selon l’année", "", etendues)] if etendues else [])],
    )  # fmt: skip


# --- A map -----------------------------------------------------------------------------------------------------------


class Plan:
    """A map of the communes of a table of one year; what stands around it is known once it is drawn.

    ``lisse``: the same over several years, to which the reader may turn; ``classes``: those of another map.
    """

    def __init__(
        self, rapport: Rapport, table: PublishedTable, lisse: PublishedTable | None = None,
        classes: Echelle | None = None,
    ) -> None:  # fmt: skip
        self.rapport, self.table, self.lisse, self._classes = rapport, table, lisse, classes

    def dessiner(self) -> Axes:
        """The drawing."""
        contours = fond(self.rapport, [self.table])
        axes = fixes.cadrer(contours)
        self._echelle = self._classes or echelle(self.rapport, [t for t in (self.table, self.lisse) if t is not None])
        self._communes = cc.placer(self.rapport, self.table, fixes.simplifier(contours), self._echelle)
        self._etiquettes = fixes.etiqueter(self._communes, axes)
        fixes.dessiner(self._communes, self._etiquettes, axes)
        return axes

    def habiller(self, svg: str, titre: str) -> str:
        """The drawing in its frame, its key and its legend; behind a choice, the same over several years."""
        une = self._entourer(svg, titre)
        return une if self.lisse is None else _choix(self) + une + self._en_lisse(self.lisse)

    def _entourer(self, svg: str, titre: str, classe: str = "") -> str:
        """A drawing in its frame, which scrolls on a phone to stay legible; its key and its legend."""
        indicateur = self.table.indicateur
        signes = cc.legende(
            self._echelle, set(self._communes["etat"]), f"carte-{indicateur.code.lower()}{classe.replace(' ', '-')}",
            sujet(self._echelle, indicateur.titre), classe,
        )  # fmt: skip
        attributs = f'tabindex="0" role="group" aria-label="{echapper(titre)}"'
        cadre = f'<div class="carte-statique{classe}" {attributs}>{svg}</div>'
        return cadre + cle(self._etiquettes, classe) + signes

    def _en_lisse(self, lisse: PublishedTable) -> str:
        """The map over several years, in the same classes."""
        autre = Plan(self.rapport, lisse, classes=self._echelle)
        identifiant = f"carte-{lisse.indicateur.code.lower()}-lisse"
        dit = typographie(f"{lisse.indicateur.titre}, {lissage.periode(lisse.lignes()[0])} ensemble")
        with charte(identifiant):
            axes = autre.dessiner()
        svg = en_svg(axes, identifiant, dit, typographie(autre.description))
        return autre._entourer(svg, dit, " lisse")

    @property
    def description(self) -> str:
        """Every figure that it shows, in words."""
        return description(self.rapport, self.table, "perimetre_code", resultats=True)

    @property
    def donnees(self) -> str:
        """Its data table."""
        if not len(self.table):
            return ""
        suite = "" if self.lisse is None else lissage.tableau(self.rapport, self.table, self.lisse)
        return donnees(self.rapport, self.table) + suite

    def note(self, note: str) -> str:
        """Whose result is not told, whose rests on few, why no year is added to another, whose boundaries these are."""
        tus = note_des_resultats_tus(self.rapport, {self.table.indicateur.titre: self.table})
        peu = self.peu if self.lisse is None else ""
        rupture = lissage.rupture(self.rapport, self.table.indicateur) if peu else ""
        return joindre(note, tus, peu, rupture, credit(self.rapport))

    @property
    def peu(self) -> str:
        """Which shares rest on few allocations."""
        noms = self.rapport.perimetres
        return lissage.note(self.rapport, ((noms[str(x["perimetre_code"])], x) for x in self.table.lignes()))


def _choix(plan: Plan) -> str:
    """The choice between the map of the year and that of several, which the style sheet obeys, and why there is one."""
    nom = f"periode-{plan.table.indicateur.code.lower()}"
    periodes = [lissage.periode(t.lignes()[0]) for t in (plan.table, plan.lisse) if t is not None]
    boutons = "".join(
        f'<label><input type="radio" name="{nom}" autocomplete="off"{suite}> {periode}</label>'
        for periode, suite in zip(periodes, (" checked", ' class="choix-lisse"'), strict=True)
    )
    choix = f'<span role="radiogroup" aria-label="Années de la carte">{boutons}</span>'
    return f'<p class="bascule">{choix} <small>{echapper(typographie(plan.peu))}</small></p>'


def cle(etiquettes: Sequence[fixes.Etiquette], classe: str = "") -> str:
    """The numbers of a map: whose each is, and its figure. The text alternative and the table say it without them."""
    items = "".join(
        f"<li><b>{e.numero}</b> {echapper(e.commune.nom)} <b>{echapper(e.commune.texte)}</b></li>"
        for e in etiquettes
        if e.numero
    )
    return f'<ul class="cle{classe}" aria-hidden="true">{items}</ul>' if items else ""


# --- Small maps ------------------------------------------------------------------------------------------------------


def figure_des_petites(
    rapport: Rapport, identifiant: str, dits: Dits, cartes: Mapping[str, Table], bilan: Gabarits
) -> Bloc:
    """Small maps as a figure, by their names; ``bilan``: what is said under each."""
    lues = {nom: lue for nom, lue in cartes.items() if lue.a_des_chiffres}
    tables = {nom: lue.publiee for nom, lue in lues.items()}
    if not tables:
        return Bloc("")
    annees = sorted({annee_de(table) for table in tables.values()})
    periode = "-".join(dict.fromkeys((str(annees[0]), str(annees[-1]))))
    dits = dits._replace(note=joindre(dits.note, note_des_resultats_tus(rapport, tables), credit(rapport)))
    phrases = [lue.dire(bilan) for lue in lues.values()]
    dessin, donnees_ = _petites(rapport, tables, phrases, identifiant), _donnees_croisees(rapport, tables, periode)
    return illustrer(rapport, identifiant, dits, dessin, donnees_, list(tables.values()), periode)


def _petites(rapport: Rapport, cartes: Mapping[str, PublishedTable], phrases: Sequence[str], identifiant: str) -> str:
    """One small map a table, by its name, at one scale, in the classes of one legend, and its phrase under it."""
    tables = list(cartes.values())
    classes, contours = echelle(rapport, tables), fond(rapport, tables)
    formes = fixes.simplifier(contours, fixes.LARGEUR_PETITE)
    etats: set[str] = set()
    items = []
    for rang, ((nom, table), phrase) in enumerate(zip(cartes.items(), phrases, strict=True), start=1):
        ancre = f"{identifiant}-{rang}"
        with charte(ancre):
            axes = fixes.cadrer(contours, fixes.LARGEUR_PETITE)
            communes = cc.placer(rapport, table, formes, classes)
            fixes.dessiner_petite(communes, axes)
        etats |= set(communes["etat"])
        texte = description(rapport, table, "perimetre_code", resultats=True)
        svg = en_svg(axes, ancre, nom, texte, largeur_max="100%")
        items.append(
            f'<li><p class="nom">{echapper(nom)}</p>{svg}<p class="bilan">{echapper(typographie(phrase))}</p></li>'
        )
    signes = cc.legende(classes, etats, identifiant, sujet(classes, tables[0].indicateur.titre))
    return f'<ul class="multiples">{"".join(items)}</ul>{signes}'


def _donnees_croisees(rapport: Rapport, tables: Mapping[str, PublishedTable], periode: str) -> str:
    """The tables behind small maps: the figures and, of objectives, what the colours say."""
    titres = {t.indicateur.titre for t in tables.values()}
    quoi = titres.pop() if len(titres) == 1 else "Par commune"
    en_pct = ", en %" if {t.indicateur.unite for t in tables.values()} == {"pct"} else ""
    html = tableau_croise(tables, f"{quoi}{en_pct}, {periode}", "perimetre_code", "Commune", rapport.perimetres)
    if not any(map(a_des_objectifs, tables.values())):
        return html
    lues = [{str(ligne["perimetre_code"]): ligne for ligne in table.lignes()} for table in tables.values()]
    rangees: list[list[str | Cellule]] = [
        [rapport.perimetres.get(code, code), *(_ecart(lignes.get(code)) for lignes in lues)]
        for code in dict.fromkeys(code for lignes in lues for code in lignes)
    ]
    titre = f"{quoi}, écart à l’objectif en points (✓ atteint, ✗ non atteint), {periode}"
    return html + tableau_libre(titre, ["Commune", *tables], rangees, [])


def _ecart(ligne: LignePubliee | None) -> Cellule:
    if ligne is None:
        return Cellule(RIEN, "absent")
    lue = cellule(ligne, "ecart")
    return replace(lue, texte=f"{MARQUES.get(ligne['resultat'], '')}{INSECABLE}{lue.texte}".strip())


# --- Where a commune is ----------------------------------------------------------------------------------------------


def situation(rapport: Rapport, code: str) -> Bloc:
    """Où une commune est parmi les autres membres de l’intercommunalité au 31 décembre."""
    contours = rapport.references.territoire.contours()
    contours = contours[contours["code_insee"].isin(list(rapport.communes))]
    nom = rapport.communes.get(code, code)
    with charte("situation"):
        contours = fixes.simplifier(contours)
        axes = fixes.cadrer(contours)
        fixes.situer(contours, code, axes)
    titre = f"{nom} parmi les {len(contours)} communes de {rapport.projet.epci_nom_court}"
    texte = f"Carte des communes de {rapport.projet.epci_nom} ; {nom} est en couleur."
    dessin = en_svg(axes, "situation", titre, texte)
    source = credit(rapport)
    sous = f'<figcaption class="source">{echapper(typographie(source))}</figcaption>' if source else ""
    return Bloc(f'<figure class="situation" id="fig-situation">{dessin}{sous}</figure>')
