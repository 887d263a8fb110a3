"""The dictionary of an extract: what one row is, its canonical columns, and the headings under which they arrive.

data/reference/extraits.csv lists the extracts. Each has one CSV in data/reference/columns. One row is one canonical
column; the optional ``libelles`` says what labels of that column stand for (« Sans objet=VIDE »). Each column named
``entetes_<vintage>`` lists the headings of one vintage of the file, separated by « | » (empty: absent from that
vintage). A new year with renamed headings is one new CSV column. Two special rows list known headings that are set
aside: ``ignoree`` and ``personnelle``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.lecture import lire, morceaux
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import normaliser

if TYPE_CHECKING:
    from cil_analysis.reference.nomenclatures import Nomenclature


# How a table of reference writes the values of a column of yes and no.
DIT_OUI, DIT_NON = "oui", "non"

IGNOREE, PERSONNELLE = "ignoree", "personnelle"
# What the N° unique of a request is stored as.
PSEUDONYME = "demande_pseudonyme"
# The lists of N° uniques where a household is, and those where it was looked for: the import gives both.
LISTES_DU_MENAGE, LISTES_LUES = "listes", "listes_lues"
# Whether a dwelling is in a priority district, and in which: a blank district does not say « outside ».
SITUATION, QUARTIER = "est_en_qpv", "qpv"
TEXTE = "texte"
LISTES = ("commune", "provenance", "qpv", "oui_non", "code", "codes")
"""The types whose cells are labels of a closed list."""
OUI, NON, VIDE, NOUVEAU = "OUI", "NON", "VIDE", "NOUVEAU"
"""What a label of a yes or no stands for; « VIDE »: a label, in any list, that says that nothing is given; « NOUVEAU »:
one that a list of organisations lacks, and is to have."""
LIBELLES = "libelles"


@dataclass(frozen=True)
class Colonne:
    """A canonical column.

    ``obligatoire``: « entete » (the file is refused without it), « ligne » (a row without a value is rejected too), or
    empty. ``alternative_de``: the canonical column that this one can stand for. ``sentinelles``: numbers that this
    column uses for « not given » (999), or, in a yes or no, what it uses for « no » besides the usual words (2).
    ``type`` « commune » is one that the territory knows, « provenance » one anywhere; « cle » is an opaque text that
    identifies a dwelling or a proposal, « texte » any words, looked for in a list that need not have them all: both are
    always « transitoire ». ``conservation``: « gardee », « pseudonyme » (replaced before anything is written),
    « transitoire » (used to derive, never written) or « derivee » (computed from others, never read).
    ``libelles``: what labels of this column alone stand for, normalised label → code, ``OUI``, ``NON`` or ``VIDE``;
    those that every column of a list shares are aliases of the list.
    """

    nom: str
    libelle: str
    type: str
    unite: str
    nomenclature: str
    obligatoire: str
    alternative_de: str
    minimum: float | None
    maximum: float | None
    sentinelles: tuple[str, ...]
    conservation: str
    definition: str
    source: str
    confiance: str
    libelles: Mapping[str, str] = field(hash=False)

    @property
    def est_une_liste(self) -> bool:
        """Whether its cells are labels of a closed list: such a label, when it comes back, is nobody's words."""
        return self.type in LISTES


@dataclass(frozen=True)
class Dictionnaire:
    """The columns of one extract and its headings.

    ``ligne``: what one row is. ``jour``: the columns that date a row, the first given wins; none: 31 December.
    ``doublon``: the columns in which two rows of the same lease, or request, are equal; none: no duplicate can be told.
    ``repetition``: what to say of a household that has several rows, if there is something to say.
    ``entetes`` maps the normalised heading to a canonical column, to « ignoree » or to « personnelle ».
    ``millesimes``: by vintage, the headings of a column (or of « ignoree », « personnelle ») as they are written.
    """

    extrait: str
    libelle: str
    ligne: str
    jour: tuple[str, ...]
    doublon: tuple[str, ...]
    repetition: str
    colonnes: dict[str, Colonne]
    entetes: dict[str, str]
    millesimes: dict[str, dict[str, tuple[str, ...]]]

    @property
    def a_des_menages(self) -> bool:
        """Whether a row is of a household, which a N° unique tells from the others."""
        return "numero_unique" in self.colonnes

    def obligatoires(self) -> list[Colonne]:
        """The columns without which the file is refused."""
        return [colonne for colonne in self.colonnes.values() if colonne.obligatoire]

    def alternatives(self, nom: str) -> list[str]:
        """The column and those that can stand for it."""
        return [nom, *(c.nom for c in self.colonnes.values() if c.alternative_de == nom)]

    def libelles_stockes(self) -> dict[str, str]:
        """Stored column → what the user calls it."""
        libelles = {nom: colonne.libelle for nom, colonne in self.colonnes.items()}
        if "numero_unique" in libelles:
            libelles["demande_pseudonyme"] = libelles["numero_unique"]
        return libelles


def colonnes_absentes(fichiers: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By file of an import, the columns that other files of the same import give and that it does not.

    ``fichiers``: those of the journal; one that an import older than the rule read is not compared. Only files that
    lack a column are named. One that names the district says by it who is in one.
    """
    donnees = {fichier["nom"]: fichier["colonnes"] for fichier in fichiers if "colonnes" in fichier}
    toutes = dict.fromkeys(nom for siennes in donnees.values() for nom in siennes)
    absentes = {
        fichier: [nom for nom in toutes if nom not in siennes and not (nom == SITUATION and QUARTIER in siennes)]
        for fichier, siennes in donnees.items()
    }
    return {fichier: noms for fichier, noms in absentes.items() if noms}


def charger_dictionnaires(dossier: Path) -> dict[str, Dictionnaire]:
    """Every extract of ``extraits.csv``, in its order, with its dictionary."""
    table = lire(dossier / "extraits.csv", schemas()["extraits"])
    return {str(ligne["extrait"]): charger_dictionnaire(dossier, ligne) for ligne in table.to_dict("records")}


def charger_dictionnaire(dossier: Path, declaration: Mapping[Hashable, Any]) -> Dictionnaire:
    """Read ``columns/<extrait>.csv``; ``declaration``: the row of extraits.csv.

    Raises ErreurCIL for a heading claimed by two columns, or a row of extraits.csv that names none of its columns.
    """
    extrait = str(declaration["extrait"])
    chemin = dossier / "columns" / f"{extrait}.csv"
    table = lire(chemin, schemas()["columns/*"])
    lignes = {str(ligne["colonne"]): ligne for ligne in table.to_dict("records")}
    colonnes = {
        nom: _colonne(ligne, f"{chemin.name}, ligne {numero}")
        for numero, (nom, ligne) in zip(table.index, lignes.items(), strict=True)
        if nom not in (IGNOREE, PERSONNELLE)
    }
    millesimes = {
        liste.removeprefix("entetes_"): {nom: lus for nom, ligne in lignes.items() if (lus := morceaux(ligne[liste]))}
        for liste in table.columns
        if liste.startswith("entetes_")
    }
    jour, doublon = morceaux(declaration["jour"]), morceaux(declaration["doublon"])
    for nom in (*jour, *doublon):
        if nom not in colonnes:
            raise ErreurCIL(
                f"extraits.csv : l’extrait « {extrait} » nomme la colonne « {nom} », absente de {chemin.name}. "
                "Rétablissez cette colonne, ou corrigez extraits.csv."
            )
    return Dictionnaire(
        extrait, declaration["libelle"], declaration["ligne"], jour, doublon, declaration["repetition"], colonnes,
        _entetes(chemin.name, lignes, colonnes, millesimes), millesimes,
    )  # fmt: skip


def _entetes(
    fichier: str, noms: Iterable[str], colonnes: Mapping[str, Colonne],
    millesimes: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, str]:  # fmt: skip
    """Normalised heading → what it stands for, over every vintage, the label of a column last.

    Raises ErreurCIL for a heading that stands for two.
    """
    entetes: dict[str, str] = {}
    for nom in noms:
        ecrits = [entete for par_nom in millesimes.values() for entete in par_nom.get(nom, ())]
        if ecrits and nom in colonnes and colonnes[nom].conservation == "derivee":
            raise ErreurCIL(f"{fichier} : la colonne « {nom} » est calculée, jamais lue. Videz ses en-têtes.")
        for entete in ecrits:
            deja = entetes.setdefault(normaliser(entete), nom)
            if deja != nom:
                raise ErreurCIL(
                    f"{fichier} : l’en-tête « {entete} » désigne à la fois « {deja} » et « {nom} ». "
                    "Gardez-le dans une seule ligne."
                )
    for nom, colonne in colonnes.items():
        if colonne.conservation != "derivee":  # What a column is called is a heading of it, unless another has it.
            entetes.setdefault(normaliser(colonne.libelle), nom)
    return entetes


def _colonne(ligne: Mapping[Hashable, Any], ou: str) -> Colonne:
    bornes = {nom: None if math.isnan(ligne[nom]) else ligne[nom] for nom in ("minimum", "maximum")}
    textes = {champ.name: ligne[champ.name] for champ in fields(Colonne) if champ.name in ligne}
    lus = {"sentinelles": morceaux(ligne["sentinelles"]), "libelles": _libelles(ligne, ou)}
    return Colonne(nom=ligne["colonne"], **(textes | bornes | lus))


def _libelles(ligne: Mapping[Hashable, Any], ou: str) -> dict[str, str]:
    """The optional cell « libellé=code | libellé=code »."""
    lus: dict[str, str] = {}
    for morceau in morceaux(ligne[LIBELLES]):
        libelle, egal, code = (partie.strip() for partie in morceau.rpartition("="))
        permis = {"oui_non": (OUI, NON, VIDE), "provenance": (VIDE,)}.get(ligne["type"], (code,))
        if not egal or not normaliser(libelle) or ligne["type"] not in LISTES or code not in permis or not code:
            raise ErreurCIL(
                f"{ou} : « {morceau} » de la colonne « {LIBELLES} » n’est pas compris ; attendu « libellé=code », sur "
                f"la ligne d’une liste ({', '.join(permis)} ici)."
            )
        lus[normaliser(libelle)] = code
    return lus


def valeur_inconnue(valeurs: Sequence[str], colonne: Colonne, listes: Mapping[str, Nomenclature]) -> str:
    """Which of some values is none that a column of codes, or of yes and no, may have; nothing when all are."""
    codes = listes[colonne.nomenclature].codes() if colonne.nomenclature else [DIT_OUI, DIT_NON]
    inconnue = next((valeur for valeur in valeurs if valeur not in codes), "")
    ou = f"nomenclatures/{colonne.nomenclature}.csv" if colonne.nomenclature else f"{DIT_OUI} ou {DIT_NON}"
    return f"« {inconnue} » n’est pas un code de « {colonne.nom} » (colonne valeurs). Codes : {ou}." if inconnue else ""
