"""The maps of a report: what they draw on, their classes, their legend, the key of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import MOIS, NOMBRE
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes import fixes as cartes
from cil_analysis.rapport.cartes.echelles import Echelle, echelle_des_ecarts, echelle_des_valeurs
from cil_analysis.rapport.chapitres import illustration
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.dessins.svg import motif_hachures
from cil_analysis.rapport.figures import a_des_chiffres, description, note_des_resultats_tus
from cil_analysis.rapport.mots.comparaison_epci import ecart_a_l_ensemble
from cil_analysis.rapport.mots.formats import INSECABLE, RIEN, SECRET_COURT, echapper, signer
from cil_analysis.rapport.mots.noms_des_termes import nom_du_terme
from cil_analysis.rapport.mots.signes import MARQUES, signe, verdict
from cil_analysis.rapport.publie import Rapport
from cil_analysis.rapport.series import joindre
from cil_analysis.rapport.tables import COLONNES_OBJECTIF, Cellule, tableau, tableau_croise, tableau_libre
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

ECART = "Écart à l’objectif de la commune"
_COLONNES = {NOMBRE: ("valeur",), MOIS: ("denominateur", "valeur")}


# --- What maps are drawn on ------------------------------------------------------------------------------------------


def fond(rapport: Rapport, tables: Sequence[PublishedTable]) -> gpd.GeoDataFrame:
    """The boundaries of the communes that tables name."""
    contours = rapport.references.territoire.contours()
    return contours[contours["code_insee"].isin({str(c) for t in tables for c in t.valeurs("perimetre_code")})]


def placer(rapport: Rapport, table: PublishedTable, formes: gpd.GeoDataFrame, echelle: Echelle) -> list[cc.Commune]:
    """The communes of a table of one year, as they are painted."""
    parc = rapport.references.territoire.parc_social(annee_de(table)).dropna().to_dict()
    return cc.placer(table, formes, echelle, {str(code): float(n) for code, n in parc.items()})


def annee_de(table: PublishedTable) -> int:
    """The year of a table of one year."""
    return int(table.valeurs("annee")[0])


def credit(rapport: Rapport) -> str:
    """Whose boundaries they are."""
    de_qui = rapport.references.territoire.credit_contours()
    return f"Contours : {de_qui}." if de_qui else ""


def a_des_objectifs(table: PublishedTable) -> bool:
    """Whether a row of a table has a target; a masked one has lost it, but not that it has a result."""
    return a_des_chiffres(table.ou(resultat=[r for r in set(table.valeurs("resultat")) if r]))


def echelle(rapport: Rapport, tables: Sequence[PublishedTable]) -> Echelle:
    """The classes that some tables share: around the objective, where communes have one."""
    if not any(map(a_des_objectifs, tables)):
        return echelle_des_valeurs(tables, _nombre_de_classes(rapport))
    bornes = [0] if tables[0].indicateur.unite == NOMBRE else _bornes_des_ecarts(rapport)  # households have no bound
    return echelle_des_ecarts(bornes, tables)


def _bornes_des_ecarts(rapport: Rapport) -> Sequence[float]:
    bornes = rapport.references.parametres["cartes.bornes_ecart"].valeur(rapport.jour)
    if not isinstance(bornes, tuple) or not all(isinstance(b, int | float) for b in bornes):
        raise ErreurCIL(
            "« bornes_ecart » doit être une liste de nombres, par exemple [-10, 0, 10] : corrigez "
            "data/reference/parameters/cartes.yml."
        )
    return bornes


def _nombre_de_classes(rapport: Rapport) -> int:
    nombre = rapport.references.parametres["cartes.classes"].valeur(rapport.jour)
    if not isinstance(nombre, int) or not 2 <= nombre <= len(theme.SEQUENTIELLE):
        raise ErreurCIL(
            f"Paramètre cartes.classes : un nombre entier de 2 à {len(theme.SEQUENTIELLE)} est attendu. Corrigez "
            "data/reference/parameters/cartes.yml."
        )
    return nombre


# --- Around a drawing ------------------------------------------------------------------------------------------------


def legende(lignes: Sequence[cc.Entree], identifiant: str, titre: str) -> str:
    """Swatches and words; ``identifiant``: prefix of the id of the hatching, unique in the page."""
    items = "".join(
        f'<li><span class="pastille {ligne.nom}">{_pastille(ligne, identifiant)}</span>'
        f"<span>{echapper(ligne.texte)}</span></li>"
        for ligne in lignes
    )
    titre = titre[0].lower() + titre[1:]
    return f'<ul class="legende" aria-label="{echapper(typographie(f"Légende : {titre}"))}">{items}</ul>'


def _pastille(ligne: cc.Entree, identifiant: str) -> str:
    motif, hachures = f"{identifiant}-{ligne.nom}-hachures", cc.HACHURES.get(ligne.nom)
    fond = f"url(#{motif})" if hachures else ligne.couleur
    defs = f"<defs>{motif_hachures(motif, hachures)}</defs>" if hachures else ""
    tirets = ' stroke-dasharray="1.5 3"' if ligne.nom == cc.SANS_ATTRIBUTION else ""
    croix = ""
    if ligne.nom in cc.SANS_OBJET_ICI:
        croix = f'<path d="M9 5l8 8M17 5l-8 8" stroke="{theme.ENCRE}" stroke-width="1.5"/>'
    return (
        f'<svg width="26" height="18" aria-hidden="true" focusable="false">{defs}'
        f'<rect x="1" y="1" width="24" height="16" fill="{fond}" stroke="{theme.GRIS_TEXTE}"{tirets}/>{croix}</svg>'
    )


def cle(etiquettes: Sequence[cartes.Etiquette]) -> str:
    """The numbers of a map: whose each is, and its figure. The text alternative and the table say it without them."""
    numerotees = [e for e in etiquettes if e.numero]
    items = "".join(
        f"<li><b>{e.numero}</b> {echapper(e.commune.nom)} <b>{echapper(e.commune.texte)}</b></li>" for e in numerotees
    )
    return f'<ul class="cle" aria-hidden="true">{items}</ul>' if items else ""


# --- Data tables -----------------------------------------------------------------------------------------------------


def donnees(rapport: Rapport, table: PublishedTable) -> str:
    """The table behind a map, its objectives included."""
    colonnes = _COLONNES.get(table.indicateur.unite, ("numerateur", "denominateur", "valeur"))
    ajouts = [ecart_a_l_ensemble(rapport, table)] if a_des_objectifs(table) else []
    noms = {terme: nom_du_terme(table.indicateur, terme) for terme in ("numerateur", "denominateur")}
    return tableau(
        table, f"{table.indicateur.titre}, par commune, {annee_de(table)}", "perimetre_code", "Commune",
        rapport.perimetres, COLONNES_OBJECTIF if ajouts else colonnes, noms={} if ajouts else noms, ajouts=ajouts,
    )  # fmt: skip


def donnees_croisees(rapport: Rapport, tables: Mapping[str, PublishedTable], periode: str) -> str:
    """The tables behind small maps: the figures and, of objectives, what the colours say."""
    titres = {t.indicateur.titre for t in tables.values()}
    sujet = titres.pop() if len(titres) == 1 else "Par commune"
    unites = {t.indicateur.unite for t in tables.values()}
    en_pct = ", en %" if unites == {"pct"} else ""
    html = tableau_croise(tables, f"{sujet}{en_pct}, {periode}", "perimetre_code", "Commune", rapport.perimetres)
    if not any(map(a_des_objectifs, tables.values())):
        return html
    lues = [{str(ligne["perimetre_code"]): ligne for ligne in table.lignes()} for table in tables.values()]
    rangees: list[list[str | Cellule]] = [
        [rapport.perimetres.get(code, code), *(_ecart(lignes.get(code)) for lignes in lues)]
        for code in dict.fromkeys(code for lignes in lues for code in lignes)
    ]
    titre = f"{sujet}, écart à l’objectif en points (✓ atteint, ✗ non atteint), {periode}"
    return html + tableau_libre(titre, ["Commune", *tables], rangees, [])


def _ecart(ligne: LignePubliee | None) -> Cellule:
    absence = RIEN if ligne is None else signe(ligne, "ecart")
    if ligne is None or absence:
        dit = MARQUES.get(verdict(str(ligne["statut"]), str(ligne["resultat"])) if ligne else "", "")
        return Cellule(f"{dit}{INSECABLE}{absence}".strip(), "secret" if absence == SECRET_COURT else "absent")
    return Cellule(f"{MARQUES.get(str(ligne['resultat']), '')}{INSECABLE}{signer(float(ligne['ecart']), 1)}")


# --- A map -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """A map of the communes of a table of one year, and what stands around it. Read when it is drawn."""

    rapport: Rapport
    table: PublishedTable

    @cached_property
    def _echelle(self) -> Echelle:
        return echelle(self.rapport, [self.table])

    @cached_property
    def _cadre(self) -> cartes.Cadre:
        return cartes.cadrer(fond(self.rapport, [self.table]))

    @cached_property
    def _communes(self) -> list[cc.Commune]:
        formes = cartes.simplifier(fond(self.rapport, [self.table]), self._cadre)
        return placer(self.rapport, self.table, formes, self._echelle)

    @cached_property
    def _etiquettes(self) -> list[cartes.Etiquette]:
        return cartes.etiqueter(self._communes, self._cadre)

    def dessiner(self) -> Axes:
        """The drawing."""
        return cartes.dessiner(self._communes, self._etiquettes, self._cadre)

    def habiller(self, svg: str, titre: str) -> str:
        """The drawing in its frame, which scrolls on a phone to stay legible; its legend and its key."""
        sujet = ECART if self._echelle.autour_de_l_objectif else self.table.indicateur.titre
        signes = legende(
            cc.legende(self._echelle, self._communes), f"carte-{self.table.indicateur.code.lower()}", sujet
        )
        cadre = f'<div class="carte-statique" tabindex="0" role="group" aria-label="{echapper(titre)}">{svg}</div>'
        return cadre + cle(self._etiquettes) + signes

    @property
    def description(self) -> str:
        """Every figure that it shows, in words."""
        return description(self.rapport, self.table, "perimetre_code", resultats=True)

    @property
    def donnees(self) -> str:
        """Its data table."""
        return donnees(self.rapport, self.table) if len(self.table) else ""

    def note(self, note: str) -> str:
        """Whose result is not told, whose boundaries these are."""
        tus = note_des_resultats_tus(self.rapport, {self.table.indicateur.titre: self.table})
        return joindre(note, tus, credit(self.rapport))


# --- Small maps ------------------------------------------------------------------------------------------------------


def petites(rapport: Rapport, tables: Mapping[str, PublishedTable], bilans: Sequence[str], identifiant: str) -> str:
    """One small map a table, by its name, at one scale, in the classes of one legend; ``bilans``: a line under each."""
    communs = echelle(rapport, list(tables.values()))
    formes = fond(rapport, list(tables.values()))
    cadre = cartes.cadrer(formes, cartes.LARGEUR_PETITE)
    formes = cartes.simplifier(formes, cadre)
    toutes: list[cc.Commune] = []
    items = []
    for rang, ((nom, table), bilan) in enumerate(zip(tables.items(), bilans, strict=True), start=1):
        communes = placer(rapport, table, formes, communs)
        toutes += communes
        ancre = f"{identifiant}-{rang}"
        with charte(ancre):
            axes = cartes.dessiner_petite(communes, cadre)
        texte = description(rapport, table, "perimetre_code", resultats=True)
        svg = en_svg(axes, ancre, nom, texte, largeur_max="100%")
        items.append(
            f'<li><p class="nom">{echapper(nom)}</p>{svg}<p class="bilan">{echapper(typographie(bilan))}</p></li>'
        )
    titre = ECART if communs.autour_de_l_objectif else next(iter(tables.values())).indicateur.titre
    return f'<ul class="multiples">{"".join(items)}</ul>{legende(cc.legende(communs, toutes), identifiant, titre)}'


def figure_des_petites(
    rapport: Rapport, identifiant: str, mots: tuple[str, str], cartes_dites: Mapping[str, tuple[PublishedTable, str]],
    note: str = "",
) -> Bloc:  # fmt: skip
    """Small maps as a figure. ``mots``: its title and subtitle; ``cartes_dites``: by name, a table and its line."""
    lues = {nom: couple for nom, couple in cartes_dites.items() if a_des_chiffres(couple[0])}
    tables = {nom: table for nom, (table, _) in lues.items()}
    if not tables:
        return Bloc("")
    bilans = [bilan for _, bilan in lues.values()]
    annees = sorted({annee_de(table) for table in tables.values()})
    periode = "-".join(dict.fromkeys((str(annees[0]), str(annees[-1]))))
    return illustration(
        rapport, identifiant, *mots, petites(rapport, tables, bilans, identifiant),
        donnees_croisees(rapport, tables, periode), list(tables.values()), periode=periode,
        note=joindre(note, note_des_resultats_tus(rapport, tables), credit(rapport)),
    )  # fmt: skip


# --- Where a commune is ----------------------------------------------------------------------------------------------


def situation(rapport: Rapport, code: str) -> Bloc:
    """The members of the EPCI on 31 December, a commune in the accent colour."""
    contours = rapport.references.territoire.contours()
    contours = contours[contours["code_insee"].isin(list(rapport.communes))]
    contours = cartes.simplifier(contours, cartes.cadrer(contours))
    nom = rapport.communes.get(code, code)
    with charte("situation"):
        axes = cartes.situer(contours, code)
    titre = f"{nom} parmi les {len(contours)} communes de {rapport.projet.epci_nom_court}"
    texte = f"Carte des communes de {rapport.projet.epci_nom} ; {nom} est en couleur."
    dessin = en_svg(axes, "situation", titre, texte)
    source = credit(rapport)
    sous = f'<figcaption class="source">{echapper(typographie(source))}</figcaption>' if source else ""
    return Bloc(f'<figure class="situation" id="fig-situation">{dessin}{sous}</figure>')
