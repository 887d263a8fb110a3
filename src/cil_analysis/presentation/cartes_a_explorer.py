"""The interactive map of the report: the objectives of the communes, and the indicators that cartes.yml lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE, MOIS, NOMBRE, PCT
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import cartes_valeurs, sentences_cartes, theme
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.carte_interactive import carte_interactive
from cil_analysis.presentation.carte_legende import TITRE as ECART
from cil_analysis.presentation.carte_vues import IndicateurCarte, Vue
from cil_analysis.presentation.cartes import bornes_des_ecarts, parc_social, source_de_carte
from cil_analysis.presentation.cartes_multiples import a_des_objectifs
from cil_analysis.presentation.definitions import definitions
from cil_analysis.presentation.figures import (
    a_des_chiffres,
    assembler,
    description,
    donnees_repliees,
    lien_du_classeur,
    note_de_secret,
    note_des_resultats_tus,
)
from cil_analysis.presentation.leaflet import leaflet_en_ligne
from cil_analysis.presentation.noms_des_termes import nom_du_terme
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences import constat_resultats
from cil_analysis.presentation.series import joindre
from cil_analysis.presentation.tables import COLONNES_OBJECTIF, tableau
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    import geopandas as gpd

NOM = "Carte à explorer"
_UNITES = {PCT: ", en %", MOIS: ", en mois", NOMBRE: ", en nombre"}


def carte_a_explorer(rapport: Rapport, identifiant: str = "explorer", codes: Sequence[str] = ()) -> Bloc:
    """One map with a choice of indicator and year, and the table of each view; nothing without figures by commune.

    ``codes``: its indicators; none: the objectives, and those that cartes.yml lists.
    """
    contours = rapport.references.territoire.contours()
    parcs = {annee: parc_social(rapport, annee) for annee in rapport.annees}
    indicateurs = [_indicateur(rapport, table, contours, parcs) for table in _tables(rapport, codes)]
    if not indicateurs:
        return Bloc("")
    premier = indicateurs[0]
    ouverte = next((v for v in premier.vues if v.annee == rapport.annee), premier.vues[-1])
    carte = carte_interactive(
        indicateurs, contours, identifiant=identifiant, nom=NOM, annee=ouverte.annee,
        description=description(rapport, rapport.par_commune(premier.code, annee=ouverte.annee), "perimetre_code"),
    )  # fmt: skip
    replis = donnees_repliees(f"Données du graphique : {NOM}", "".join(_donnees(rapport, i) for i in indicateurs))
    montres = [i.code for i in indicateurs]
    return Bloc(leaflet_en_ligne()) + assembler(
        identifiant, ouverte.titre, ouverte.sous_titre, carte, source_de_carte(rapport, montres, rapport.periode), [],
        replis + definitions([i.indicateur for i in indicateurs], NOM),
    )  # fmt: skip


def _tables(rapport: Rapport, choisis: Sequence[str] = ()) -> list[PublishedTable]:
    """The figures by commune of all years: of the objectives that communes have, then of what is listed."""
    tables = {
        code: table.ou(perimetre_type=COMMUNE, acteur_type="", modalite="")
        for code, table in rapport.publication.items()
    }
    objectifs = [code for code, table in tables.items() if a_des_objectifs(table)]
    autres = [code for code in _listes(rapport) if code not in objectifs]
    codes = choisis or (*objectifs, *autres)
    return [tables[code] for code in codes if a_des_chiffres(tables[code])]


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


def nombre_de_classes(rapport: Rapport) -> int:
    """How many classes the figures of a map are in. Raises ErreurCIL when the parameter is no such number."""
    nombre = rapport.references.parametres["cartes.classes"].valeur(rapport.jour)
    if not isinstance(nombre, int) or not 2 <= nombre <= len(theme.SEQUENTIELLE):
        raise ErreurCIL(
            f"Paramètre cartes.classes : un nombre entier de 2 à {len(theme.SEQUENTIELLE)} est attendu. Corrigez "
            "data/reference/parameters/cartes.yml."
        )
    return nombre


def _indicateur(
    rapport: Rapport, table: PublishedTable, contours: gpd.GeoDataFrame, parcs: Mapping[int, Mapping[str, float]]
) -> IndicateurCarte:
    """``parcs``: social dwellings by INSEE code, by year."""
    indicateur, nom = table.indicateur, typographie(titre_seul(table.indicateur))
    annees = [a for a in sorted(set(table.valeurs("annee"))) if a_des_chiffres(table.ou(annee=a))]
    if a_des_objectifs(table):
        bornes = [0] if indicateur.unite == NOMBRE else bornes_des_ecarts(rapport)  # a gap in households has no bound
        vues = [
            _vue(
                rapport, table.ou(annee=annee), nom, "écart à l’objectif de chaque commune",
                constat_resultats(table.ou(annee=annee), "la commune", "communes").removesuffix("."),
                cc.communes_de_la_carte(table.ou(annee=annee), contours, bornes, parcs[int(annee)])[0],
            )
            for annee in annees
        ]  # fmt: skip
        classes = cc.echelle_des_ecarts([table], bornes)
        return IndicateurCarte(indicateur, nom, "Objectifs des communes", ECART, True, classes, vues)
    coupes = cartes_valeurs.bornes_des_valeurs(table, nombre_de_classes(rapport))
    vues = [
        _vue(
            rapport, table.ou(annee=annee), nom, "par commune",
            sentences_cartes.titre_des_valeurs(nom, table.ou(annee=annee), rapport.perimetres),
            cartes_valeurs.communes_en_valeurs(
                table.ou(annee=annee), contours, coupes, parcs[int(annee)]
            ),
        )
        for annee in annees
    ]  # fmt: skip
    classes = cartes_valeurs.classes_des_valeurs(coupes, indicateur.unite)
    return IndicateurCarte(indicateur, nom, "Autres indicateurs", nom, False, classes, vues)


def _vue(
    rapport: Rapport, table: PublishedTable, nom: str, quoi: str, titre: str, communes: Sequence[cc.CommuneCarte]
) -> Vue:
    annee = int(table.valeurs("annee")[0])
    sous_titre = f"{nom}{_UNITES.get(table.indicateur.unite, '')}, {quoi}, {annee}"
    note = joindre(note_de_secret([table], hachures=True), note_des_resultats_tus(rapport, {nom: table}))
    return Vue(annee, typographie(titre), typographie(sous_titre), typographie(note), communes)


def _donnees(rapport: Rapport, indicateur: IndicateurCarte) -> str:
    """The table of each view, which is shown with it; without a script, all of them."""
    table = rapport.publication[indicateur.code].ou(perimetre_type=COMMUNE, acteur_type="", modalite="")
    colonnes = COLONNES_OBJECTIF if indicateur.a_objectif else _COLONNES.get(table.indicateur.unite, _FRACTION)
    noms = {terme: nom_du_terme(table.indicateur, terme) for terme in ("numerateur", "denominateur")}
    return "".join(
        f'<div data-vue="{indicateur.code} {vue.annee}">'
        + tableau(
            table.ou(annee=vue.annee), f"{indicateur.nom}, par commune, {vue.annee}", "perimetre_code", "Commune",
            rapport.perimetres, colonnes, noms=noms,
        )
        + lien_du_classeur([indicateur.indicateur])
        + "</div>"
        for vue in indicateur.vues
    )  # fmt: skip


_FRACTION = ("numerateur", "denominateur", "valeur")
_COLONNES = {NOMBRE: ("valeur",), MOIS: ("denominateur", "valeur")}
