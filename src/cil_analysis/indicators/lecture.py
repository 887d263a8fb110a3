"""The definitions of the indicators, read from ``definitions/<theme>/indicateurs.yml``.

A block is an indicator; its keys are told in docs/definitions.md. What is not understood is refused in French, with the
file, the indicator and the key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cil_analysis.indicators.bloc_yaml import DEFINITIONS, Bloc
from cil_analysis.indicators.cadre import (
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
from cil_analysis.indicators.dimensions import DIMENSIONS
from cil_analysis.indicators.vocabulaire import ATTENTE, EN_NOMBRE, REGLES_DE_COMPTAGE, SENSIBILITE
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
    """Indicators that go together. ``du_bilan``: those of the yearly report of allocations."""

    nom: str
    titre: str
    du_bilan: bool
    indicateurs: tuple[Indicateur, ...]


def lire_les_themes(dossier: Path = DEFINITIONS) -> dict[str, Theme]:
    """Every theme, in the order of themes.yml.

    Raises ErreurCIL for what is not understood, and a code that two blocks have.
    """
    lus = lire_yaml(dossier / "themes.yml", _THEMES, du_logiciel=True)
    themes = {nom: _theme(dossier, nom, dit) for nom, dit in lus.items()}
    vus: dict[str, str] = {}
    for theme in themes.values():
        for indicateur in theme.indicateurs:
            if indicateur.code in vus:
                bloc = Bloc(_fichier_de(theme.nom), indicateur.code, {})
                bloc.refuser(f"« {vus[indicateur.code]} » a déjà un indicateur de ce code", "En choisir un autre")
            vus[indicateur.code] = theme.nom
    return themes


def _theme(dossier: Path, nom: str, dit: object) -> Theme:
    bloc = Bloc(_THEMES, nom, dit)
    titre = bloc.texte("titre")
    return Theme(
        nom, titre, bloc.oui("bilan"), lire_indicateurs(dossier / nom / "indicateurs.yml", _fichier_de(nom), titre)
    )


def _fichier_de(theme: str) -> str:
    return f"definitions/{theme}/indicateurs.yml"


def lire_indicateurs(chemin: Path, fichier: str, theme: str) -> tuple[Indicateur, ...]:
    """The indicators of a file, then what they are under other rules, then the same in households."""
    blocs = [Bloc(fichier, code, contenu) for code, contenu in lire_yaml(chemin, fichier, du_logiciel=True).items()]
    paires = [(bloc, _indicateur(bloc, theme)) for bloc in blocs]
    return (
        *(indicateur for _, indicateur in paires),
        *(_sensible(indicateur) for bloc, indicateur in paires if bloc.oui("sensibilite")),
        *(_en_nombre(indicateur) for bloc, indicateur in paires if bloc.oui("en_nombre")),
    )


def _indicateur(bloc: Bloc, theme: str) -> Indicateur:
    bloc.exiger_des_cles(_CLES)
    return Indicateur(
        code=bloc.nom,
        titre=bloc.texte("titre"),
        formule=bloc.texte("formule"),
        unite=bloc.un_de("unite", _UNITES),
        source=bloc.texte("source"),
        population=bloc.texte("population"),
        modalites=bloc.mot("liste") or _liste_de(bloc.mot("classes")),
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


def _liste_de(dimension: str) -> str:
    """The code list of the classes of a dimension; none where it has none."""
    return DIMENSIONS[dimension].liste if dimension in DIMENSIONS else ""


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
