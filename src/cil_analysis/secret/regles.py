"""The dated rules of disclosure control, and the primary flag of each figure.

They come from data/reference/parameters/secret.yml; the data owner sets them (domain, §8.1).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS, FAMILLES, MANQUE, SOURCES_DES_PUBLICS
from cil_analysis.grammaire.indicateur import NOMBRE, PCT, Indicateur
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, est_publique, extrait_de
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.termes import ACTEUR, LIEU, Case, canonique, termes
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametres

EFFECTIF, SENSIBLE, COMPLEMENT = "effectif", "sensible", "complement"
DENOMINATEUR, ZERO, BAILLEUR, SECONDAIRE = "denominateur", "zero", "bailleur", "secondaire"
# Why a figure is masked, in words.
MOTIFS: Mapping[str, str] = {
    EFFECTIF: "petit effectif",
    SENSIBLE: "petit effectif d’une variable sensible",
    COMPLEMENT: "petit complément",
    DENOMINATEUR: "dénominateur trop petit",
    ZERO: "effectif nul",
    BAILLEUR: "un seul bailleur prédomine",
    SECONDAIRE: "protège une autre case",
}
_DES_PUBLICS = frozenset(colonne for siennes in SOURCES_DES_PUBLICS.values() for colonne in siennes)
_FICHIER = "data/reference/parameters/secret.yml"


@dataclass(frozen=True)
class ReglesSecret:
    """The rules of a year.

    ``seuil_effectif``: a count of 1 to threshold - 1 is masked. ``denominateur_minimal``: a share, ratio or median
    on fewer households is masked. ``seuil_sensible``: the threshold of the ``variables_sensibles``, written
    « nomenclature » or « nomenclature/code » (0: the ordinary one). ``zeros_publies``: a count of zero is shown.
    ``valeurs_possibles``: how many values a reader must hesitate between (0: as many as the threshold).
    ``seuils_propres``: by extract, the threshold of counts that their producer publishes from a larger size only.
    ``colonnes_sensibles``: those that tell a sensitive variable; ``indicateurs_sensibles``: those of a project whose
    dimensions read one.
    ``actif`` is False only for a version that says « version interne ».
    """

    seuil_effectif: int
    denominateur_minimal: int
    actif: bool = True
    seuil_sensible: int = 0
    variables_sensibles: frozenset[str] = frozenset()
    zeros_publies: bool = True
    valeurs_possibles: int = 0
    seuils_propres: Mapping[str, int] = field(default_factory=dict)
    colonnes_sensibles: frozenset[str] = frozenset()
    indicateurs_sensibles: frozenset[str] = frozenset()

    @property
    def largeur(self) -> int:
        """How wide the interval that a reader deduces has to be; what is masked is never known exactly."""
        return max((self.valeurs_possibles or self.seuil_effectif) - 1, 1)

    def seuil_de(self, population: str) -> int:
        """The smallest count of a population that is shown, whatever the variable."""
        return max(self.seuil_effectif, self.seuils_propres.get(extrait_de(population), 0))

    def seuil_de_la_colonne(self, extrait: str, colonne: str) -> int:
        """The smallest count shown of what a column of an extract says."""
        return max(self.seuil_de(extrait), self.seuil_sensible if colonne in self.colonnes_sensibles else 0)

    def ordinaires(self, cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> pd.Series:
        """The same for each row of a frame of figures."""
        seuils = {code: self.seuil_de(i.compte.population) for code, i in indicateurs.items()}
        return cadre["indicateur"].map(seuils).astype("int64")

    def seuils(self, cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> pd.Series:
        """The smallest count shown in each row of a frame of figures."""
        noms = cadre["indicateur"].map({code: i.modalites for code, i in indicateurs.items()})
        sensible = noms.isin(self.variables_sensibles) | (noms + "/" + cadre["modalite"]).isin(self.variables_sensibles)
        sensible |= cadre["indicateur"].isin(self.indicateurs_sensibles)
        ordinaires = self.ordinaires(cadre, indicateurs)
        return ordinaires.mask(sensible, ordinaires.clip(lower=self.seuil_sensible))


def regles_secret(parametres: Parametres, annee: int, *, actif: bool = True) -> ReglesSecret:
    """The rules in force on 31 December of the year. Raises ErreurCIL when a threshold is not set or absurd.

    A project made before the rules on sensitive variables, zeros and intervals existed has the ordinary ones.
    """
    jour = date(annee, 12, 31)

    def seuil(nom: str) -> int:
        return int(parametres.lire(f"secret.{nom}", jour))

    def facultatif(nom: str) -> int:
        return seuil(nom) if f"secret.{nom}" in parametres else 0

    ordinaire, sensible = seuil("seuil_effectif"), facultatif("seuil_sensible")
    _exiger_un_seuil_sensible_plus_strict(parametres, jour, ordinaire, sensible)
    return ReglesSecret(
        seuil_effectif=ordinaire,
        denominateur_minimal=seuil("denominateur_minimal"),
        actif=actif,
        seuil_sensible=sensible,
        variables_sensibles=variables_sensibles(parametres, jour),
        zeros_publies="secret.zeros" not in parametres or parametres["secret.zeros"].valeur(jour) != "masques",
        valeurs_possibles=facultatif("valeurs_possibles"),
        seuils_propres={
            nom: seuil(f"seuil_{nom}") for nom in (*EXTRAITS, *AUTRES_EXTRAITS) if f"secret.seuil_{nom}" in parametres
        },
    )


def regles_du_projet(references: References, annee: int, *, actif: bool = True) -> ReglesSecret:
    """The rules of a year, with the columns, and the indicators of the project, that the stricter threshold is for."""
    regles, compte = regles_secret(references.parametres, annee, actif=actif), registre(references)
    listes = {variable.partition("/")[0] for variable in regles.variables_sensibles}
    colonnes = (c for d in references.dictionnaires.values() for c in d.colonnes.values())
    sensibles = {colonne.nom for colonne in colonnes if colonne.nomenclature in listes}
    if "publics" in listes:
        sensibles |= _DES_PUBLICS
    codes = frozenset(
        i.code for i in compte.du_projet if any(sensibles & _colonnes_lues(nom) for nom in _dimensions(i))
    )
    return replace(regles, colonnes_sensibles=frozenset(sensibles), indicateurs_sensibles=codes)


def _colonnes_lues(nom: str) -> Set[str]:
    """What a dimension reads, and those that it is told from; a public, what publics are told by."""
    if nom in DIMENSIONS:
        une = DIMENSIONS[nom]
        return une.mots | (_colonnes_lues(une.selon) if une.selon else set())
    famille, _, reste = nom.partition("_")
    return {reste} if famille == MANQUE else set(_DES_PUBLICS) if famille in FAMILLES else set()


def _dimensions(indicateur: Indicateur) -> Iterator[str]:
    """The dimensions that an indicator counts by, but for places and actors."""
    compte = indicateur.compte
    yield from (nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public))
    yield from (indicateur.code, compte.axe, compte.lieu)


def _exiger_un_seuil_sensible_plus_strict(parametres: Parametres, jour: date, ordinaire: int, sensible: int) -> None:
    if 0 < sensible < ordinaire:
        raise ErreurCIL(
            f"Le seuil « seuil_sensible » du secret statistique vaut {sensible} pour {jour.year} ; il ne peut être "
            f"inférieur au seuil ordinaire, {ordinaire} : corrigez {_FICHIER}."
        )
    if sensible and _renseigne(parametres, "variables_sensibles", jour) is None:
        raise ErreurCIL(
            f"Le seuil « seuil_sensible » du secret statistique vaut {sensible} pour {jour.year}, mais la liste "
            f"« variables_sensibles » n’est pas renseignée : complétez {_FICHIER} ([] s’il n’y en a aucune)."
        )


def part_dominante(parametres: Parametres, annee: int) -> float | None:
    """The share of a commune's stock, in %, beyond which one landlord alone is told by its occupants; None: no rule."""
    nom = "secret.part_bailleur_occupation"
    return float(parametres.lire(nom, date(annee, 12, 31))) if nom in parametres else None


def _renseigne(parametres: Parametres, nom: str, jour: date) -> object:
    """The value of a rule; None when it is « à renseigner », nothing when the project is older than the rule."""
    return parametres[f"secret.{nom}"].valeur(jour) if f"secret.{nom}" in parametres else ()


def variables_sensibles(parametres: Parametres, jour: date) -> frozenset[str]:
    """What is under the sensitive threshold on a day: lists, whole (« nationalites ») or by code."""
    valeurs = _renseigne(parametres, "variables_sensibles", jour)
    if valeurs is None:
        return frozenset()
    return frozenset(map(str, valeurs if isinstance(valeurs, tuple) else (valeurs,)))


def motif_primaire(
    cadre: pd.DataFrame,
    regles: ReglesSecret,
    indicateurs: Mapping[str, Indicateur],
    sans_menage: Callable[[Case], bool],
) -> pd.Series:
    """Why each figure must be masked by itself (a key of ``MOTIFS``), or empty.

    « effectif »: the count (or head count) is 1 to threshold - 1; « sensible »: the stricter threshold alone says so.
    « complement »: its remainder to a published denominator is, and would be read by subtraction. « denominateur »:
    too few households for a share. « zero »: an empty class, where zeros are masked. The status is no exception: a
    small count beside an impossible ratio is read just as well.

    ``sans_menage``: whether a count tells of no household, and is no secret whatever its size (D20).
    """
    motif = pd.Series("", index=cadre.index, dtype="str")
    if not regles.actif:
        return motif
    numerateur, denominateur = cadre["numerateur"], cadre["denominateur"]
    est_quotient = cadre["unite"].ne(NOMBRE)
    # What the rest of a public count is tells of no household: dwellings that were not allocated, for one.
    sur_public = {code for code, i in indicateurs.items() if est_publique(i.compte.rapporte_a)}
    est_part = cadre["unite"].eq(PCT) & ~cadre["indicateur"].isin(sur_public)
    seuils, ordinaires = (f(cadre, indicateurs) for f in (regles.seuils, regles.ordinaires))
    dessus, dessous = _des_menages(cadre, indicateurs, sans_menage)

    def petit(effectif: pd.Series, seuil: pd.Series | int) -> pd.Series:
        return effectif.gt(0) & effectif.lt(seuil)

    if not regles.zeros_publies:
        motif = motif.mask(dessus & numerateur.eq(0) & ~denominateur.eq(0), ZERO)
    motif = motif.mask(est_quotient & petit(denominateur, regles.denominateur_minimal), DENOMINATEUR)
    motif = motif.mask(dessus & est_part & petit(denominateur - numerateur, seuils), COMPLEMENT)
    for seuil, nom in ((seuils, SENSIBLE), (ordinaires, EFFECTIF)):
        petits = dessous & est_quotient & petit(denominateur, seuil)
        motif = motif.mask((dessus & petit(numerateur, seuil)) | petits, nom)
    publics = {code for code, i in indicateurs.items() if est_publique(i.compte.population)}
    return motif.mask(cadre["indicateur"].isin(publics), "")


def _des_menages(
    cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur], sans_menage: Callable[[Case], bool]
) -> tuple[pd.Series, pd.Series]:
    """Whether the numerator of each row tells of households, and its denominator; codes of places change nothing."""
    cles = ["indicateur", "perimetre_type", "acteur_type", "modalite"]
    dits: dict[tuple[str, ...], list[bool]] = {}
    for cle in cadre[cles].drop_duplicates().itertuples(index=False, name=None):
        code, perimetre, acteur, modalite = cle
        if indicateurs[code].compte.population:
            cases = termes(indicateurs[code], (perimetre, LIEU), (acteur, ACTEUR) if acteur else None, modalite)
            dits[cle] = [case is None or not sans_menage(canonique(case)) for case in cases]
    lues = [dits.get(cle, (True, True)) for cle in cadre[cles].itertuples(index=False, name=None)]
    haut, bas = (pd.Series([paire[i] for paire in lues], index=cadre.index, dtype=bool) for i in (0, 1))
    return haut, bas
