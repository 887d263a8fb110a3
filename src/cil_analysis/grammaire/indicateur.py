"""What an indicator is: the words that are printed of it, the rows that it has, and the two counts that make it."""

from dataclasses import dataclass

NOMBRE, PCT, RATIO, MOIS, POINTS, EUR = "nombre", "pct", "ratio", "mois", "points", "eur"
EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV = "epci", "commune", "qpv", "en_qpv", "hors_qpv"
# The communes that belong to the EPCI in every year of the series (rule P9), in a year where it has others.
EPCI_CONSTANT = "epci_constant"
BAILLEUR, RESERVATAIRE = "bailleur", "reservataire"
NON_RENSEIGNE = "NR"
"""The class of what a file does not give."""

# A condition that the counted rows meet: a dimension and its class, such as ("zone", "QPV").
Condition = tuple[str, str]

# What a Ventilation lists: every class of the indicator's categories, or those that the year's leases have.
TOUTES, PRESENTES = ("*",), ("+",)


@dataclass(frozen=True)
class Ventilation:
    """A set of rows of an indicator: a type of perimeter, crossed with a type of actor, or with categories.

    ``modalites``: none, ``TOUTES``, ``PRESENTES``, or the codes listed.
    """

    perimetre: str
    acteur: str = ""
    modalites: tuple[str, ...] = ()

    @property
    def suit_une_liste(self) -> bool:
        """Whether its classes are those of a list, and not codes of its own."""
        return self.modalites in (TOUTES, PRESENTES)


@dataclass(frozen=True)
class Reunion:
    """The numerator of an indicator is the union of classes of a dimension, or, not ``complete``, holds them.

    ``avec``: what the numerator holds besides, such as the households rehoused by urban renewal.
    """

    dimension: str
    valeurs: tuple[str, ...]
    complete: bool
    avec: Condition | None = None


@dataclass(frozen=True)
class Compte:
    """What the two counts of an indicator are: they are counted by it, and protected by it.

    ``population``: what is counted, see ``termes.Case``; ``rapporte_a``: that of the denominator when it is another, or
    several, joined by « + »; none of it is a secret when the population is public. ``champ``: what both counts are
    restricted to, and ``champ_bailleur`` too in the rows of a landlord. ``public``: what the numerator adds.
    ``part_de``: the key, « perimetre », « acteur » or « modalite », that only the numerator has. ``axe``: the dimension
    whose classes are the modalites; with ``drapeaux``, each modalite is a yes-or-no dimension of its own
    (« axe_modalite »), since a household may be in several. ``lieu``: the dimension that a commune is the class of.
    ``mesure``: the stored column and the statistic of a figure that is no count; the count of the rows that it is made
    from is its denominator. ``duree``: each modalite is a length of time of which the statistic tells, not a class of
    rows. ``reunion``: see :class:`Reunion`.
    ``revenus``: the dimension that P8 « exclues » restricts to « connu ».
    """

    population: str = "attributions"
    rapporte_a: str = ""
    champ: tuple[Condition, ...] = ()
    champ_bailleur: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] = ()
    part_de: str = ""
    axe: str = ""
    drapeaux: bool = False
    lieu: str = "commune"
    mesure: tuple[str, str] = ("", "")
    duree: bool = False
    reunion: Reunion | None = None
    revenus: str = ""


@dataclass(frozen=True)
class Indicateur:
    """What an indicator is, in words that the report, the workbook and the method print, and in terms to count by.

    ``formule``: numerator and denominator in words; ``definition``: what it tells, in one sentence. ``population``:
    what is counted. ``source``: the text or file that it comes from. ``regles``: the counting rules that it follows
    (P1 to P10). ``modalites`` names the nomenclature of its categories (empty: none).
    ``theme``: the title of its theme; ``feuille``: what its sheet is called. ``ventilations``: its rows.
    ``objet``: where it is « sans objet » without rows: in a commune without social dwellings (« parc ») or without
    QPV (« qpv »). ``a_objectif``: objectives may be set on it. ``derniere_annee``: given for the year of the bilan
    alone, since it has too many rows to be a series, or shares its counts with one that has. ``periodique``: its
    extract does not come every year, and a year without it has no row. ``colonnes``: the stored columns that it is
    made from, none when it counts no rows; ``aussi``: those that only what prepares its rows reads.
    ``fichier``: where it is written; ``derive_de``: the code of the one that it is under other rules, or in households.
    ``termes``: what its « numerateur » and its « denominateur » are called, when it is not as usual.
    """

    code: str
    titre: str
    formule: str
    unite: str
    source: str
    population: str
    modalites: str = ""
    theme: str = ""
    feuille: str = ""
    definition: str = ""
    regles: tuple[str, ...] = ()
    ventilations: tuple[Ventilation, ...] = ()
    a_objectif: bool = False
    objet: str = ""
    derniere_annee: bool = False
    compte: Compte = Compte()
    periodique: bool = False
    aussi: tuple[str, ...] = ()
    colonnes: tuple[str, ...] = ()
    fichier: str = ""
    derive_de: str = ""
    termes: tuple[tuple[str, str], ...] = ()

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def nom(self) -> str:
        """The key that it is written under."""
        return self.derive_de or self.code

    @property
    def denominateur(self) -> str:
        """What the figure is divided by, in words, without the remarks that follow; empty for a count."""
        return self.formule.partition(" ÷ ")[2].partition(" ; ")[0]

    @property
    def est_une_mesure(self) -> bool:
        """Whether the figure is a statistic of households (a median, a share of a curve) and has no numerator."""
        return bool(self.compte.mesure[0])
