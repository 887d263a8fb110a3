"""Words that the definitions of indicators and the machine share."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa

from cil_analysis.blocs import DEFINITIONS, GRAMMAIRE
from cil_analysis.grammaire.dimensions import texte

# Suffixes of codes: the same in households, and under each other choice of a counting rule.
EN_NOMBRE, SENSIBILITE = "N", "S"
# Categories that no nomenclature lists: communes, indicators, choices of counting rules (« P3=hors_mutations »).
COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE = "communes", "indicateurs", "regles"
LISTES_DERIVEES = (COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE)
# … and the columns of an extract (« colonnes:demandes »).
COLONNES_D_EXTRAIT = "colonnes:"
# Days in a mean month (365.25 / 12): the unit of every delay (D10).
JOURS_PAR_MOIS = 30.4375
# The statistics that SQL has.
AGREGATS = {
    "moyenne": "avg({})",
    "premier_quartile": "quantile_cont({}, 0.25)",
    "mediane": "quantile_cont({}, 0.5)",
    "troisieme_quartile": "quantile_cont({}, 0.75)",
}


class Estimation(NamedTuple):
    """A statistic that SQL has not: the file under definitions/ of the query that makes it, and what this reads."""

    requete: str
    colonnes: tuple[str, ...]

    def sql(self, lignes: str, cles: Iterable[str], durees: Mapping[str, float]) -> str:
        """The estimates of some rows by keys: one, or one at each of some lengths of time in months (« modalite »)."""
        dites = {texte(code): str(mois) for code, mois in durees.items()} or {"''": "NULL::DOUBLE"}
        modele = (DEFINITIONS / self.requete).read_text("utf-8")
        rangees = ", ".join(f"({code}, {mois})" for code, mois in dites.items())
        return modele.format(lignes=lignes, cles=", ".join(cles), durees=rangees, jours_par_mois=JOURS_PAR_MOIS)


# By the name that the definitions call it.
ESTIMATIONS = {
    nom: Estimation(dite["requete"], tuple(dite["colonnes"])) for nom, dite in GRAMMAIRE["estimations"].items()
}
# The dimension of a figure counted by other rules, such as « P3=hors_mutations&P8=exclues ».
REGLE, ET = "regle", "&"
_TEXTES, _NOMBRE = pa.list_(pa.string()), pa.float64()
# What is known of each year, by the names that the SQL of dimensions calls it.
CONTEXTE = pa.schema(
    {"exercice": pa.int32(), "annee": pa.int32()}
    | dict.fromkeys(("communes", "constantes", "communes_avec_qpv", "p4"), _TEXTES)
    | dict.fromkeys(("p1", "p3", "p7", "p9", "p10"), pa.string())
    | dict.fromkeys(("q1", "q2", "q3", "mois_anormaux", "attente_minimale"), _NOMBRE)
)
# What is known of a row of any table: nobody says that it is read.
TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})
