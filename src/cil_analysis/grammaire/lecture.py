"""The definitions of the indicators, read from ``definitions/<theme>/indicateurs.yml``.

A block is an indicator; its keys are told in docs/definitions.md. What is not understood is refused in French, with the
file, the indicator and the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cil_analysis.grammaire.bloc import DEFINITIONS, Bloc
from cil_analysis.grammaire.colonnes import avec_ses_colonnes
from cil_analysis.grammaire.dimensions import DIMENSIONS, Dimension
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    EPCI_CONSTANT,
    HORS_QPV,
    MOIS,
    NOMBRE,
    PCT,
    POINTS,
    PRESENTES,
    QPV,
    RATIO,
    RESERVATAIRE,
    TOUTES,
    Compte,
    Indicateur,
    Reunion,
    Ventilation,
)
from cil_analysis.grammaire.vocabulaire import ATTENTE, EN_NOMBRE, REGLES_DE_COMPTAGE, SENSIBILITE
from cil_analysis.lecture_yaml import lire_yaml

_THEMES = "definitions/themes.yml"
_LONGUEUR_D_UNE_FEUILLE = 31
_UNITES = (NOMBRE, PCT, RATIO, MOIS, POINTS)
_STATISTIQUES = ("moyenne", "premier_quartile", "mediane", "troisieme_quartile", ATTENTE)
_PERIMETRES = (EPCI, EPCI_CONSTANT, COMMUNE, QPV, EN_QPV, HORS_QPV)
_ACTEURS = (BAILLEUR, RESERVATAIRE)
_CLASSES = {"classes": TOUTES, "classes_presentes": PRESENTES}
_CLES = (
    "titre", "feuille", "definition", "formule", "unite", "population", "source", "regles", "par",
    "lignes", "rapporte_a", "champ", "champ_bailleur", "public", "part_de", "classes", "liste", "plusieurs", "durees",
    "lieu", "mesure", "reunion", "revenus", "objectif", "sensibilite", "en_nombre", "sans_objet", "derniere_annee",
    "periodique",
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """Indicators that go together. ``du_bilan``: those of the yearly report of allocations; ``fichier``: theirs."""

    nom: str
    titre: str
    du_bilan: bool
    fichier: str
    indicateurs: tuple[Indicateur, ...]


def lire_les_themes(dossier: Path = DEFINITIONS, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> dict[str, Theme]:
    """Every theme, in the order of themes.yml.

    Raises ErreurCIL for what is not understood, and a code that two blocks have.
    """
    themes: dict[str, Theme] = {}
    for nom, dit in lire_yaml(dossier / "themes.yml", _THEMES, du_logiciel=True).items():
        bloc, fichier = Bloc(_THEMES, nom, dit), f"definitions/{nom}/indicateurs.yml"
        bloc.exiger_des_cles(("titre", "bilan"))
        theme = Theme(nom, bloc.texte("titre"), bloc.oui("bilan"), fichier, ())
        contenus = lire_yaml(dossier / nom / "indicateurs.yml", fichier, du_logiciel=True)
        themes[nom] = remplir(theme, contenus, dimensions, codes_de(themes.values()))
    return themes


def codes_de(themes: Iterable[Theme]) -> dict[str, str]:
    """The codes of the indicators of themes, and the title of the theme of each."""
    return {indicateur.code: theme.titre for theme in themes for indicateur in theme.indicateurs}


def remplir(
    theme: Theme, contenus: Mapping[str, object], dimensions: Mapping[str, Dimension], pris: Mapping[str, str]
) -> Theme:
    """A theme with the indicators of its file: those written, then what they are under other rules, then in households.

    ``pris``: the codes that are taken, and by which theme. Raises ErreurCIL for one of them, or one that comes twice.
    """
    blocs = [Bloc(theme.fichier, code, contenu) for code, contenu in contenus.items()]
    paires = [(bloc, _indicateur(bloc, theme.titre, dimensions)) for bloc in blocs]
    tous = [
        *((bloc, indicateur) for bloc, indicateur in paires),
        *((bloc, _sensible(indicateur)) for bloc, indicateur in paires if bloc.oui("sensibilite")),
        *((bloc, _en_nombre(indicateur)) for bloc, indicateur in paires if bloc.oui("en_nombre")),
    ]
    deja = dict(pris)
    for bloc, indicateur in tous:
        if indicateur.code in deja:
            quoi = f"« {deja[indicateur.code]} » a déjà un indicateur {indicateur.code}"
            bloc.refuser(quoi, f"Choisir un autre code, tel que X{bloc.nom}")
        deja[indicateur.code] = theme.titre
    return replace(theme, indicateurs=tuple(avec_ses_colonnes(indicateur, dimensions) for _, indicateur in tous))


def _indicateur(bloc: Bloc, theme: str, dimensions: Mapping[str, Dimension]) -> Indicateur:
    bloc.exiger_des_cles(_CLES)
    return Indicateur(
        code=bloc.nom,
        titre=bloc.texte("titre"),
        formule=bloc.texte("formule"),
        unite=bloc.un_de("unite", _UNITES),
        source=bloc.texte("source"),
        population=bloc.texte("population"),
        modalites=bloc.mot("liste") or _liste_de(bloc.mot("classes"), dimensions),
        theme=theme,
        feuille=_feuille(bloc),
        definition=bloc.texte("definition"),
        regles=tuple(bloc.liste("regles")),
        ventilations=tuple(_ventilation(bloc, texte) for texte in bloc.liste("par")),
        a_objectif=bloc.oui("objectif"),
        objet=bloc.un_de("sans_objet", ("", "sans_parc", "sans_qpv")).removeprefix("sans_"),
        derniere_annee=bloc.oui("derniere_annee"),
        periodique=bloc.oui("periodique"),
        compte=_compte(bloc),
    )


def _compte(bloc: Bloc) -> Compte:
    lignes = bloc.mot("lignes") or "attributions"
    return Compte(
        "" if lignes == "aucune" else lignes,
        rapporte_a=bloc.mot("rapporte_a"),
        champ=bloc.paires("champ"),
        champ_bailleur=bloc.paires("champ_bailleur"),
        public=bloc.paires("public"),
        part_de=bloc.un_de("part_de", ("", "perimetre", "acteur", "modalite")),
        axe=bloc.mot("classes"),
        drapeaux=bloc.oui("plusieurs"),
        lieu=bloc.mot("lieu") or COMMUNE,
        mesure=_mesure(bloc),
        duree=bloc.oui("durees"),
        reunion=_reunion(bloc),
        revenus=bloc.mot("revenus"),
    )


def _feuille(bloc: Bloc) -> str:
    """A short name: with the code it is that of a sheet, of 31 characters at most."""
    nom, place = bloc.texte("feuille"), _LONGUEUR_D_UNE_FEUILLE - len(f"{bloc.nom} – ")
    if len(nom) > place or set(nom) & set("[]:*?/\\"):
        bloc.refuser(f"« {nom} » ne peut pas nommer une feuille", f"{place} signes au plus, sans []:*?/ ni \\")
    return nom


def _ventilation(bloc: Bloc, texte: str) -> Ventilation:
    """« commune », « bailleur » (of the whole EPCI), « en_qpv bailleur classes », « commune QPV »."""
    mots = texte.split()
    perimetre = mots.pop(0) if mots and mots[0] in _PERIMETRES else EPCI
    acteur = mots.pop(0) if mots and mots[0] in _ACTEURS else ""
    if not texte.startswith((perimetre, *_ACTEURS)):
        lieux, acteurs, classes = ", ".join(_PERIMETRES), " ou ".join(_ACTEURS), " ou ".join(_CLASSES)
        bloc.refuser(
            f"« {texte} » n’est pas compris dans « par »",
            f"Écrire un lieu ({lieux}), puis au besoin {acteurs}, puis {classes} ou des codes de classes",
        )
    return Ventilation(perimetre, acteur, _CLASSES[mots[0]] if mots and mots[0] in _CLASSES else tuple(mots))


def _mesure(bloc: Bloc) -> tuple[str, str]:
    if not bloc.a("mesure"):
        return "", ""
    dite = bloc.sous_bloc("mesure")
    dite.exiger_des_cles(("colonne", "statistique"))
    return dite.texte("colonne"), dite.un_de("statistique", _STATISTIQUES)


def _reunion(bloc: Bloc) -> Reunion | None:
    if not bloc.a("reunion"):
        return None
    dite = bloc.sous_bloc("reunion")
    dite.exiger_des_cles(("dimension", "classes", "complete", "avec"))
    avec = dite.paires("avec")
    return Reunion(
        dite.texte("dimension"), tuple(dite.liste("classes")), dite.oui("complete"), avec[0] if avec else None
    )


def _liste_de(dimension: str, dimensions: Mapping[str, Dimension]) -> str:
    """The code list of the classes of a dimension; none where it has none."""
    return dimensions[dimension].liste if dimension in dimensions else ""


def _en_nombre(indicateur: Indicateur) -> Indicateur:
    """The same public counted in households, where an objective is set in number."""
    quoi = indicateur.formule.partition(" ÷ ")[0]
    return replace(
        indicateur,
        code=indicateur.code + EN_NOMBRE,
        titre=f"{indicateur.titre}, en nombre",
        feuille=f"Objectif {indicateur.code} en nombre",
        formule=f"Nombre d’{quoi[0].lower()}{quoi[1:]}",
        unite=NOMBRE,
        definition=f"{indicateur.definition}, en nombre de ménages, là où un objectif est fixé en nombre",
        ventilations=(),
        objet="",
        compte=replace(indicateur.compte, part_de="", revenus=""),
    )


def _sensible(indicateur: Indicateur) -> Indicateur:
    """The same share under each other choice of a counting rule."""
    return replace(
        indicateur,
        code=indicateur.code + SENSIBILITE,
        titre=f"{indicateur.titre} : ce que changeraient d’autres règles de comptage",
        feuille=f"Sensibilité de {indicateur.code}",
        modalites=REGLES_DE_COMPTAGE,
        definition="Le même indicateur si l’on choisissait autrement l’une des règles de comptage",
        ventilations=(),
        a_objectif=False,
        objet="",
        compte=replace(indicateur.compte, axe="regle", reunion=None),
    )
