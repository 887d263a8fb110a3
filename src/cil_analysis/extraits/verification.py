"""What a new extract changes against what is stored: a comparison, of which nothing is written.

The lot is compared to the previous import of its year, else to the latest earlier year. Numbers of rows are compared to
every earlier year too: the usual range goes from the smallest to the largest, widened by the tolerance. A gap of few
rows (``effectif_minimal``) is never pointed out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import Consigne, libelles_inconnus
from cil_analysis.extraits.journal import dire_une_autre_annee, parts_remplies, sans_hors_quartier, sans_non
from cil_analysis.extraits.listes import lire_les_listes
from cil_analysis.extraits.lots import Demande, lire_tout, ouvrir_l_envoi, trier
from cil_analysis.extraits.preparation import Tri
from cil_analysis.extraits.pseudonymes import cle_verifiee
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import PSEUDONYME, Dictionnaire, colonnes_absentes
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametres
from cil_analysis.reference.texte import normaliser

NOUVEAU, DISPARU, RENOMME = "nouveau", "disparu", "renommé"
_AXES = ("", "commune_insee", "bailleur")
"""Along what rows are counted: all together, by commune, by landlord; then by the month of their day."""
_PART_PEU_REMPLIE = 50
"""Per cent of the rows: a first import has nothing else to be compared to."""
_ECARTEES = ("rejetees", "doublons", "hors_perimetre")
"""The fates, in the account of an import, of rows of data that are set aside."""

Entete = tuple[str, str, tuple[str, ...], tuple[str, ...]]
Valeur = tuple[str, str, int]
Baisse = tuple[str, float | None, float]


class Volume(NamedTuple):
    """A number of rows out of the usual range: of which code, along which axis (_AXES, or a column of dates)."""

    axe: str
    code: str
    lignes: int
    precedent: int  # of the import compared to
    bas: int  # the least and the most so far
    haut: int


class Tolerances(NamedTuple):
    """How much an extract may differ from the years before: dated choices (parameters/verification.yml)."""

    tolerance_volume: float  # per cent
    effectif_minimal: float  # rows
    baisse_completude: float  # points of a share, and so is the next
    hausse_ecartees: float


@dataclass(frozen=True)
class Verification:
    """What to look at in a lot. ``journal``: its account, as an import would write it.

    ``entetes``: what became of a column (NOUVEAU…), which, or « ignorees », « personnelles », « inconnues », and its
    headings before and now. ``inconnus``, ``codes``: a column, a label or code never met in it, on how many rows.
    ``baisses``: a column less filled than in the import compared to, or than half, and its shares of rows with a value
    before (None where nothing is compared to) and now, in per cent.

    ``avant``: the account of the import compared to, None for a first; ``annees``: those whose numbers of rows were
    looked at. ``ecartees``: the fates of rows (rejetees, doublons, hors_perimetre) whose share has risen too much.
    ``anomalies``: those of the lot. ``listes_oubliees``: the lists of N° unique that the import compared to had read.
    """

    journal: Mapping[str, Any]
    anomalies: pd.DataFrame
    inconnus: Sequence[Valeur]
    avant: Mapping[str, Any] | None = None
    annees: Sequence[int] = ()
    entetes: Sequence[Entete] = ()
    codes: Sequence[Valeur] = ()
    volumes: Sequence[Volume] = ()
    baisses: Sequence[Baisse] = ()
    ecartees: Sequence[str] = ()
    listes_oubliees: Sequence[str] = ()

    @property
    def points(self) -> int:
        """How many things there are to look at."""
        parties = self.entetes, self.inconnus, self.codes, self.volumes, self.baisses, self.ecartees
        absentes = colonnes_absentes(self.journal["fichiers"]), sans_hors_quartier(self.journal), sans_non(self.journal)
        dites = sum(map(len, (*parties, self.listes_oubliees, *absentes)))
        return dites + bool(dire_une_autre_annee(self.journal))


def verifier(projet: Projet, references: References, demande: Demande) -> Verification:
    """Read and sort the files as an import would, and compare them. Raises ErreurCIL as it does; writes nothing."""
    envoi, annee = ouvrir_l_envoi(demande, references), demande.annee
    bruts, dictionnaire = lire_tout(envoi.sources, references, demande.extrait)
    consigne = Consigne(dictionnaire, references, annee, demande.jour, cle_verifiee(projet))
    tri, journal = trier(projet, bruts, consigne, listes=lire_les_listes(envoi.listes, consigne))
    return _comparer(projet, tri, journal, consigne)


def _comparer(projet: Projet, tri: Tri, journal: Mapping[str, Any], consigne: Consigne) -> Verification:
    """Compare a lot to what is stored of its extract, up to its year."""
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    nom, annees = dictionnaire.extrait, store.annees(projet, dictionnaire.extrait)
    annees = [a for a in annees if a <= annee and store.lire_journal(projet, nom, a)]
    deja = {
        (colonne, normaliser(libelle))
        for passee in annees
        for colonne, libelle in libelles_inconnus(store.lire_anomalies(projet, nom, passee))
    }
    libelles = libelles_inconnus(tri.anomalies).items()
    inconnus = [(*cle, n) for cle, n in libelles if (cle[0], normaliser(cle[1])) not in deja]
    if not annees:
        ecartes: list[Entete] = [(NOUVEAU, "inconnues", (), (entete,)) for entete in journal["colonnes"]["inconnues"]]
        peu_remplies = _colonnes_peu_remplies(journal, dictionnaire)
        return Verification(journal, tri.anomalies, inconnus, entetes=ecartes, baisses=peu_remplies)
    avant, tables = store.lire_journal(projet, nom, annees[-1]) or {}, {a: store.lire(projet, nom, a) for a in annees}
    tolerances = lire_tolerances(consigne.references.parametres, annee)
    axes = [*_AXES, *(dictionnaire.jour[:1] if annee < consigne.aujourd_hui.year else ())]
    return Verification(
        journal=journal,
        anomalies=tri.anomalies,
        inconnus=inconnus,
        avant=avant,
        annees=annees,
        entetes=comparer_entetes(avant["colonnes"], journal["colonnes"]),
        codes=codes_jamais_vus(tri.donnees, dictionnaire, list(tables.values())),
        volumes=[v for axe in axes for v in volumes_inhabituels(tri.donnees, tables, axe, annee, tolerances)],
        baisses=_baisses_de_completude(avant, journal, tolerances),
        ecartees=_ecartees_en_hausse(avant, journal, tolerances),
        listes_oubliees=sorted(avant.get("listes", {}).keys() - journal["listes"].keys()),
    )


def lire_tolerances(parametres: Parametres, annee: int) -> Tolerances:
    """The values in force on 31 December of the year. Raises ErreurCIL when one is not set, or is no number."""
    jour = date(annee, 12, 31)
    return Tolerances(*(float(parametres.lire(f"verification.{nom}", jour)) for nom in Tolerances._fields))


def comparer_entetes(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> list[Entete]:
    """What became of the headings; accents, case and punctuation do not matter.

    ``avant``, ``apres``: « colonnes » of two journals. A column that is written under one more heading has a new one.
    """
    changements: list[Entete] = []
    roles_avant, roles_apres = avant.get("entetes", {}), apres.get("entetes", {})
    for role in dict.fromkeys([*roles_avant, *roles_apres]):
        anciens, nouveaux = _par_forme(roles_avant.get(role, [])), _par_forme(roles_apres.get(role, []))
        partis = [entete for forme, entete in anciens.items() if forme not in nouveaux]
        venus = [entete for forme, entete in nouveaux.items() if forme not in anciens]
        if venus or not nouveaux:
            sort = NOUVEAU if not partis else RENOMME if venus else DISPARU
            changements.append((sort, role, tuple(partis), tuple(venus)))
    for role in ("inconnues", "ignorees", "personnelles"):
        anciens, nouveaux = _par_forme(avant.get(role, [])), _par_forme(apres.get(role, []))
        changements += [(NOUVEAU, role, (), (nouveaux[f],)) for f in nouveaux if f not in anciens]
        changements += [(DISPARU, role, (anciens[f],), ()) for f in anciens if f not in nouveaux]
    return changements


def _par_forme(entetes: Sequence[str]) -> dict[str, str]:
    return {normaliser(entete): entete for entete in entetes}


def codes_jamais_vus(donnees: pd.DataFrame, dictionnaire: Dictionnaire, tables: Sequence[pd.DataFrame]) -> list[Valeur]:
    """The codes of the lot that no stored row has, in the columns that had a value: by column, the most frequent first.

    A commune is no code here: one that has rows only now and then is usual, and its number of rows is looked at.
    """
    jamais: list[Valeur] = []
    for colonne in dictionnaire.colonnes.values():
        lue = colonne.conservation != "derivee" and colonne.type in ("code", "codes", "qpv")
        if not lue or colonne.nom not in donnees:
            continue
        vus = {code for table in tables for code in _codes(table.get(colonne.nom))}
        if vus:
            comptes = Counter(_codes(donnees[colonne.nom])).most_common()
            jamais += [(colonne.nom, code, n) for code, n in comptes if code not in vus]
    return jamais


def _codes(colonne: pd.Series | None) -> list[str]:
    """Every code of a column, one a row, or several separated by « ; »."""
    return [] if colonne is None else [str(code) for code in colonne.dropna().str.split(";").explode()]


def volumes_inhabituels(
    donnees: pd.DataFrame, tables: Mapping[int, pd.DataFrame], axe: str, annee: int, tolerances: Tolerances
) -> list[Volume]:
    """The numbers of rows out of the usual range along an axis, the largest gap first.

    A landlord that was never met is left to :func:`codes_jamais_vus`. A month is unusual when it has no row.
    A year without the column says nothing.
    """
    lot = _compter(donnees, axe)
    passees = {a: comptes for a, table in tables.items() if not (comptes := _compter(table, axe)).empty}
    if lot.empty or not passees:
        return []
    grille = pd.DataFrame(passees).join(lot.rename("lot"), how="outer").fillna(0).astype("int64")
    n, passe = grille.pop("lot"), grille
    bas, haut = passe.min(axis="columns"), passe.max(axis="columns")
    marge = tolerances.tolerance_volume / 100
    ecart = pd.Series(0, index=passe.index)
    for bas_admis, haut_admis in [(bas, haut), *([(passe[annee], passe[annee])] if annee in passe else [])]:
        ecart = ecart.clip(lower=(bas_admis - n).where(n < bas_admis * (1 - marge), 0))
        ecart = ecart.clip(lower=(n - haut_admis).where(n > haut_admis * (1 + marge), 0))
    precedent = passe.get(max(tables), pd.Series(0, index=passe.index))
    a_dire = haut.gt(0) | (axe != "bailleur") if axe in _AXES else n.eq(0)
    dits = ecart[ecart.gt(0) & ecart.ge(tolerances.effectif_minimal) & a_dire]
    return [
        Volume(axe, str(code), int(n[code]), int(precedent[code]), int(bas[code]), int(haut[code]))
        for code in dits.sort_values(ascending=False, kind="stable").index
    ]


def _compter(table: pd.DataFrame, axe: str) -> pd.Series:
    """Rows by code, those without a code left out; all rows under an empty code for the empty axis."""
    if not axe:
        return pd.Series({"": len(table)})
    if axe not in table:
        return pd.Series(dtype="int64")
    codes = table[axe].dropna()
    codes = codes.astype("str") if axe in _AXES else codes.dt.strftime("%m")
    comptes: pd.Series = codes.value_counts().sort_index()
    return comptes


def _baisses_de_completude(avant: Mapping[str, Any], apres: Mapping[str, Any], tolerances: Tolerances) -> list[Baisse]:
    """The columns less filled than before by more than the tolerance, the largest drop first. Both are journals."""
    lignes = apres["comptes"]["conservees"]
    parts = pd.DataFrame({"avant": parts_remplies(avant), "apres": parts_remplies(apres)})
    parts = parts.loc[[nom for nom in apres["manquants"] if nom in avant["manquants"]]].fillna(0)
    perte = parts["avant"] - parts["apres"]
    forte = perte.gt(tolerances.baisse_completude) & (perte / 100 * lignes).ge(tolerances.effectif_minimal)
    dites = parts[forte].loc[perte[forte].sort_values(ascending=False, kind="stable").index]
    return [(str(nom), float(a), float(b)) for nom, a, b in dites.itertuples()]


def _colonnes_peu_remplies(journal: Mapping[str, Any], dictionnaire: Dictionnaire) -> list[Baisse]:
    """The required columns that most rows of the files lack, the emptiest first: others are often blank by nature."""
    exigees = {PSEUDONYME, *(colonne.nom for colonne in dictionnaire.obligatoires())}
    parts = {nom: part for nom, part in parts_remplies(journal).items() if nom in exigees and part < _PART_PEU_REMPLIE}
    return [(nom, None, parts[nom]) for nom in sorted(parts, key=parts.__getitem__)]


def _ecartees_en_hausse(avant: Mapping[str, Any], apres: Mapping[str, Any], tolerances: Tolerances) -> list[str]:
    """The fates of _ECARTEES whose share of the rows has risen by more than the tolerance. Both are journals."""
    comptes_avant, comptes_apres = avant["comptes"], apres["comptes"]
    lignes_avant, lignes = (max(c["lues"] - c["ignorees"], 1) for c in (comptes_avant, comptes_apres))
    hausses = {nom: comptes_apres[nom] / lignes - comptes_avant[nom] / lignes_avant for nom in _ECARTEES}
    return [
        nom
        for nom, hausse in hausses.items()
        if 100 * hausse > tolerances.hausse_ecartees and hausse * lignes >= tolerances.effectif_minimal
    ]
