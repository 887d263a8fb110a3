"""The indicators, read from ``definitions/<theme>/indicateurs.yml``: docs/definitions.md tells the keys of a block."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cil_analysis.blocs import DEFINITIONS, GRAMMAIRE, Bloc, exiger_parmi, refuser
from cil_analysis.grammaire.dimensions import DIMENSIONS, MANQUE, SOURCES_DES_PUBLICS
from cil_analysis.grammaire.indicateur import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NOMBRE,
    QPV,
    Compte,
    Indicateur,
    Reunion,
    Ventilation,
)
from cil_analysis.grammaire.populations import PARC, extrait_de, mesure_de, population, source_de
from cil_analysis.grammaire.vocabulaire import REGLE, REGLES_DE_COMPTAGE
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.typographie import minuscule

_THEMES = "definitions/themes.yml"
_LONGUEUR_D_UNE_FEUILLE = 31
_PERIMETRES, _ACTEURS, _CLASSES = (GRAMMAIRE["par"][cle] for cle in ("lieux", "acteurs", "classes"))
_ZONES = (QPV, EN_QPV, HORS_QPV)


@dataclass(frozen=True)
class Theme:
    """Indicators that go together. ``du_bilan``: those of the yearly report of allocations; ``fichier``: theirs.

    ``parametres``: those without which they cannot be counted, or would be published without their rule of secrecy.
    """

    nom: str
    titre: str
    du_bilan: bool
    fichier: str
    indicateurs: tuple[Indicateur, ...] = ()
    parametres: tuple[str, ...] = ()


def lire_les_themes() -> dict[str, Theme]:
    """Every theme, in the order of themes.yml.

    Raises ErreurCIL for what is not understood, and a code that two blocks have.
    """
    themes: dict[str, Theme] = {}
    for nom, contenu in lire_yaml(DEFINITIONS / "themes.yml", _THEMES, du_logiciel=True).items():
        dit, fichier = Bloc(_THEMES, nom, contenu).lire(GRAMMAIRE["themes"]), f"definitions/{nom}/indicateurs.yml"
        theme = Theme(nom, dit["titre"], dit["bilan"], fichier, parametres=dit["parametres"])
        contenus = lire_yaml(DEFINITIONS / nom / "indicateurs.yml", fichier, du_logiciel=True)
        themes[nom] = remplir(theme, contenus, codes_de(themes.values()))
    return themes


def codes_de(themes: Iterable[Theme]) -> dict[str, str]:
    """The codes of the indicators of themes, and the title of the theme of each."""
    return {indicateur.code: theme.titre for theme in themes for indicateur in theme.indicateurs}


def remplir(
    theme: Theme,
    contenus: Mapping[str, object],
    pris: Mapping[str, str],
    reservees: Collection[str] = (),
) -> Theme:
    """A theme with the indicators of its file: those written, then what they are under other rules, then in households.

    ``pris``: the codes that are taken, and by which theme. Raises ErreurCIL for one of them, or one that comes twice.
    """
    blocs = [Bloc(theme.fichier, code, contenu) for code, contenu in contenus.items()]
    lus = [(bloc, bloc.lire(GRAMMAIRE["indicateurs"], reservees)) for bloc in blocs]
    ecrits = [(_indicateur(bloc, lu, theme.titre), lu) for bloc, lu in lus]
    tous = [indicateur for indicateur, _ in ecrits]
    tous += [_sensible(indicateur) for indicateur, lu in ecrits if lu["sensibilite"]]
    tous += [_en_nombre(indicateur) for indicateur, lu in ecrits if lu["en_nombre"]]
    deja = dict(pris)
    for indicateur in tous:
        if indicateur.code in deja:
            quoi = f"« {deja[indicateur.code]} » a déjà un indicateur {indicateur.code}"
            refuser(indicateur, quoi, f"Choisir un autre code, tel que X{indicateur.nom}")
        deja[indicateur.code] = theme.titre
    return replace(theme, indicateurs=tuple(replace(i, colonnes=_colonnes_utiles(i)) for i in tous))


def _indicateur(bloc: Bloc, lu: Mapping[str, Any], theme: str) -> Indicateur:
    axe = lu["classes"]
    for terme, _ in lu["termes"]:
        exiger_parmi(bloc, "clé « termes » : terme inconnu", terme, ("numerateur", "denominateur"))
    return Indicateur(
        code=bloc.nom,
        theme=theme,
        fichier=bloc.fichier,
        modalites=lu["liste"] or (DIMENSIONS[axe].liste if axe in DIMENSIONS else ""),
        feuille=_feuille(bloc, lu["feuille"]),
        ventilations=tuple(_ventilation(bloc, texte) for texte in lu["par"]),
        a_objectif=lu["objectif"],
        objet=lu["sans_objet"].removeprefix("sans_"),
        compte=_compte(lu),
        regles=tuple(sorted(lu["regles"], key=lambda code: (len(code), code))),  # P9, then P10
        **{cle: lu[cle] for cle in _MEMES},
    )


# What an indicator and the two counts of it call as the file does.
_MOTS = ("titre", "formule", "source", "population", "definition")
_MEMES = (*_MOTS, "unite", "termes", "derniere_annee", "periodique", "aussi")
_MEMES_COMPTES = ("rapporte_a", "champ", "champ_bailleur", "public", "part_de", "revenus")


def _compte(lu: Mapping[str, Any]) -> Compte:
    lignes, mesure, reunion = lu["lignes"] or "attributions", lu["mesure"], lu["reunion"]
    return Compte(
        population="" if lignes == "aucune" else lignes,
        axe=lu["classes"],
        drapeaux=lu["plusieurs"],
        lieu=lu["lieu"] or COMMUNE,
        mesure=(mesure["colonne"], mesure["statistique"]) if mesure else ("", ""),
        duree=lu["durees"],
        reunion=reunion
        and Reunion(reunion["dimension"], reunion["classes"], reunion["complete"], next(iter(reunion["avec"]), None)),
        **{cle: lu[cle] for cle in _MEMES_COMPTES},
    )


def _feuille(bloc: Bloc, nom: str) -> str:
    """A short name: with the code it is that of a sheet, of 31 characters at most."""
    place = _LONGUEUR_D_UNE_FEUILLE - len(f"{bloc.nom} – ")
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
    return Ventilation(perimetre, acteur, tuple(_CLASSES.get(mot, mot) for mot in mots))


def _en_nombre(indicateur: Indicateur) -> Indicateur:
    """The same public counted in households, where an objective is set in number."""
    return replace(
        _derive(indicateur, "en_nombre"),
        unite=NOMBRE,
        compte=replace(indicateur.compte, part_de="", revenus=""),
    )


def _sensible(indicateur: Indicateur) -> Indicateur:
    """The same share under each other choice of a counting rule."""
    return replace(
        _derive(indicateur, "sensibilite"),
        modalites=REGLES_DE_COMPTAGE,
        a_objectif=False,
        compte=replace(indicateur.compte, axe=REGLE, reunion=None),
    )


def _derive(indicateur: Indicateur, cle: str) -> Indicateur:
    quoi = indicateur.formule.partition(" ÷ ")[0]
    mots = {"quoi": minuscule(quoi), **{nom: getattr(indicateur, nom) for nom in ("code", *_MOTS)}}
    dits: dict[str, Any] = {nom: texte.format_map(mots) for nom, texte in GRAMMAIRE["derives"][cle].items()}
    return replace(indicateur, derive_de=indicateur.code, ventilations=(), objet="", **dits)


def _colonnes_utiles(indicateur: Indicateur) -> tuple[str, ...]:
    """The stored columns that an indicator reads, by the dimensions that it counts by."""
    compte = indicateur.compte
    noms = [nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public)]
    if compte.axe and compte.axe != MANQUE:
        noms += [n for n in DIMENSIONS if n.startswith(f"{compte.axe}_")] if compte.drapeaux else [compte.axe]
    noms += [v.acteur for v in indicateur.ventilations if v.acteur]
    noms += ["zone" for v in indicateur.ventilations if v.perimetre in _ZONES]
    noms += [QPV for v in indicateur.ventilations if v.perimetre == QPV]
    populations = [p for p in (*compte.population.split("+"), *compte.rapporte_a.split("+")) if p and p != PARC]
    lues = dict.fromkeys(map(extrait_de, populations))
    # What tells derived rows from those that they come from is needed too: a radiation that is cancelled is no exit.
    extraits = dict.fromkeys(nom for lu in lues for nom in (source_de(lu), lu))
    colonnes = [c for extrait in extraits for c in population(extrait).socle]
    colonnes += indicateur.aussi
    for nom in filter(mesure_de, populations):  # What a sum is computed from.
        siennes = population(nom).colonnes
        colonnes += [mesure_de(nom)] if siennes is None else siennes
    colonnes += [s for n in noms if n in DIMENSIONS for s in (*DIMENSIONS[n].colonnes, *DIMENSIONS[n].aussi)]
    colonnes += [c for sources in SOURCES_DES_PUBLICS.values() for c in sources] if compte.axe == "public" else []
    return tuple(dict.fromkeys([*colonnes, *(c for c in compte.mesure[:1] if c)]))
