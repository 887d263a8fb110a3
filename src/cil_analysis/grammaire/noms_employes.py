"""The names that a definition says of another: a dimension or a population that nobody defines is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from cil_analysis.grammaire.bloc import Bloc
from cil_analysis.grammaire.dimensions import FAMILLES, MANQUE, Dimension
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.lecture import Theme
from cil_analysis.grammaire.populations import POPULATIONS as DITES
from cil_analysis.grammaire.termes import DE_GOUVERNANCE, PARC, REGLE
from cil_analysis.grammaire.vocabulaire import AUTRES_EXTRAITS, EN_NOMBRE, EXTRAITS, SENSIBILITE

_DERIVEES = (nom for nom, dite in DITES.items() if dite.vient_de)
POPULATIONS = (*EXTRAITS, *AUTRES_EXTRAITS, *_DERIVEES, PARC, *DE_GOUVERNANCE)


def exiger_les_noms(themes: Iterable[Theme], dimensions: Mapping[str, Dimension]) -> None:
    """Check the names that indicators and dimensions say. Raises ErreurCIL naming the file, the block and the key."""
    for une in dimensions.values():
        if une.selon:
            exiger_une_dimension(Bloc(une.fichier, une.nom, {}), "selon", une.selon, dimensions)
    for theme in themes:
        for indicateur in ecrits(theme):
            bloc = Bloc(theme.fichier, indicateur.code, {})
            for cle, nom in _dimensions_dites(indicateur):
                exiger_une_dimension(bloc, cle, nom, dimensions)
            _exiger_les_populations(bloc, indicateur)
            compte = indicateur.compte
            # Without a public, the part is the dimension called as the indicator.
            sans_partie = compte.public or compte.rapporte_a or compte.part_de or indicateur.est_une_mesure
            if indicateur.unite == "pct" and compte.population and not sans_partie:
                exiger_une_dimension(bloc, "public", indicateur.code, dimensions)


def ecrits(theme: Theme) -> Iterator[Indicateur]:
    """The indicators that are blocks of the file, not those that come from another."""
    codes = {indicateur.code for indicateur in theme.indicateurs}
    for indicateur in theme.indicateurs:
        base = next((indicateur.code[:-1] for fin in (EN_NOMBRE, SENSIBILITE) if indicateur.code.endswith(fin)), "")
        if base not in codes:
            yield indicateur


def _dimensions_dites(indicateur: Indicateur) -> Iterator[tuple[str, str]]:
    """Each name of a dimension, and the key that says it."""
    compte, reunion = indicateur.compte, indicateur.compte.reunion
    for cle, paires in (("champ", compte.champ), ("champ_bailleur", compte.champ_bailleur), ("public", compte.public)):
        yield from ((cle, nom) for nom, _ in paires)
    yield "lieu", compte.lieu
    if compte.revenus:
        yield "revenus", compte.revenus
    if compte.axe and compte.axe != MANQUE and not compte.drapeaux:
        yield "classes", compte.axe
    if reunion is not None:
        yield "reunion", reunion.dimension
        if reunion.avec is not None:
            yield "reunion, avec", reunion.avec[0]


def exiger_une_dimension(bloc: Bloc, cle: str, nom: str, dimensions: Mapping[str, Dimension]) -> None:
    """Refuse a dimension that is neither written nor one of a family."""
    if nom in dimensions or nom == REGLE or nom.partition("_")[0] in FAMILLES:
        return
    bloc.refuser(f"clé « {cle} » : dimension « {nom} » inconnue", admis(nom, dimensions, "Dimensions admises"))


def admis(mot: str, possibles: Iterable[str], debut: str) -> str:
    """What may be written instead of a word: those like it, or all of them."""
    tous = list(possibles)
    return f"{debut} : {', '.join(proches(mot, tous) or tous)}"


def proches(mot: str, possibles: Iterable[str]) -> list[str]:
    """Words like another, the closest first."""
    return get_close_matches(mot, list(possibles), n=3)


def _exiger_les_populations(bloc: Bloc, indicateur: Indicateur) -> None:
    for cle, texte in (("lignes", indicateur.compte.population), ("rapporte_a", indicateur.compte.rapporte_a)):
        for population in filter(None, texte.split("+")):
            nom = population.partition(":")[0]
            if nom not in POPULATIONS:
                bloc.refuser(
                    f"clé « {cle} » : lignes « {nom} » inconnues", f"Lignes admises : {', '.join(POPULATIONS)}"
                )
