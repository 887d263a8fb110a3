"""Communes with dated membership, QPV of each generation, social stock and boundaries (data/reference/territory)."""

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.reference.lecture import Tables, exiger_hors_refus
from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.reference.texte import normaliser

if TYPE_CHECKING:
    import geopandas as gpd

_ARTICLE = re.compile(r"^(le|la|les|l) (.+)$")
_GRAPHIES = (
    (r"\bsaint\b", "st"), (r"\bsainte\b", "ste"), (r"\bnotre dame\b", "nd"), (r"\bnotre dame\b", "n d"),
    (r"\bles\b", "lez"), (r"\bsur\b", "s"), (r"\b([ld]) ", r"\1"),
)  # fmt: skip

_CONTOURS = "communes.geojson"
PROJECTION = "EPSG:2154"
"""Lambert-93, in metres: the legal projection of mainland France."""
_METROPOLE = (-6.0, 41.0, 10.5, 51.6)  # west, south, east, north, in degrees: where it holds
_REFAIRE = "Le restaurer, ou refaire le projet avec « cil nouveau »."


@dataclass(frozen=True, eq=False)  # Two are never compared: what is derived from one is kept by it.
class Territoire:
    """The EPCI and its département. The frames are those of the files, dates as datetime64.

    ``communes``: one row is one commune over one period of membership; ``connues``: one commune of the département;
    ``table_qpv``: one QPV of one generation; ``qpv_communes``: one QPV and one of its communes; ``parc``: one commune
    and one year; ``fusions``: one former name of a commune that was merged, its code then, and the present commune.
    """

    dossier: Path
    commune_centre: str
    communes: pd.DataFrame
    connues: pd.DataFrame
    table_qpv: pd.DataFrame
    qpv_communes: pd.DataFrame
    parc: pd.DataFrame
    fusions: pd.DataFrame

    def membres(self, le: date) -> pd.DataFrame:
        """One row is one member commune on a day (code_insee, nom): the central one, then by name without accents."""
        return _membres(self, le).copy(deep=False)

    def constantes(self, annees: Iterable[int]) -> frozenset[str]:
        """The communes that are members on 31 December of every year of a series (P9)."""
        membres = [frozenset(self.membres(date(annee, 12, 31))["code_insee"].astype("str")) for annee in annees]
        return frozenset.intersection(*membres) if membres else frozenset()

    def noms(self) -> dict[str, str]:
        """INSEE code → name of every known commune, members or not, merged ones included."""
        tables_de_noms = (table[["code_insee", "nom"]].to_numpy().tolist() for table in (self.connues, self.communes))
        return {code: nom for table in tables_de_noms for code, nom in table}

    @cached_property
    def vers_commune(self) -> Mapping[str, str]:
        """Normalised name or code → INSEE code of the present commune, for every known commune.

        Articles (« Rochelle (La) », « Rochelle ») and abbreviations (« St », « Ste », « N.-D. ») are accepted. An exact
        name wins over a variant of another; a label that two communes share stays out.

        The code and the names of a commune that was merged lead to the present one, whatever the day: an old extract
        names the old commune, a late one may still do so, and the present commune is where the dwelling is counted.
        What a present commune is called stays its own.
        """
        absorbees = set(_absorbees(self.fusions))
        formes = {code: [nom] for code, nom in self.noms().items() if code not in absorbees}
        for code, alias in zip(self.connues["code_insee"], self.connues["alias"], strict=True):
            formes.get(code, []).extend(alias.split("|"))
        actuelles = [(code, code, noms) for code, noms in formes.items()]
        colonnes = (self.fusions[nom].astype(str) for nom in ("ancien_code", "code_insee", "ancien_nom"))
        anciennes = [(ancien, code, [nom]) for ancien, code, nom in zip(*colonnes, strict=True)]
        prises, trouvees = _reconnaitre(actuelles)
        return {cle: code for cle, code in _reconnaitre(anciennes)[1].items() if cle not in prises} | trouvees

    def qpv(self, le: date) -> pd.DataFrame:
        """One row is one QPV of the EPCI in force on a day (code, nom), in file order."""
        valables = en_vigueur(self.table_qpv, "valide_du", "valide_au", pd.Timestamp(le))
        return self.table_qpv.loc[valables, ["code", "nom"]].reset_index(drop=True)

    def communes_des_qpv(self, le: date) -> pd.DataFrame:
        """One row is one QPV in force on a day and one of its communes (qpv_code, code_insee)."""
        return self.qpv_communes[self.qpv_communes["qpv_code"].isin(self.qpv(le)["code"])]

    @cached_property
    def formes_des_qpv(self) -> pd.DataFrame:
        """One row is a QPV (code, valide_du, valide_au) and something that it may be called, in comparison form."""
        ecrites = self.table_qpv["code"] + "|" + self.table_qpv["nom"] + "|" + self.table_qpv["alias"]
        table = self.table_qpv[["code", "valide_du", "valide_au"]].assign(forme=ecrites.str.split("|")).explode("forme")
        table["forme"] = table["forme"].astype("str").map(normaliser)
        return table[table["forme"].ne("")].drop_duplicates(ignore_index=True)

    @cached_property
    def qpv_des_epci(self) -> pd.DataFrame:
        """One row is a QPV (code) and an EPCI that it is in (epci_siren)."""
        liens = self.qpv_communes.merge(self.communes[["code_insee", "epci_siren"]].drop_duplicates())
        return liens[["qpv_code", "epci_siren"]].drop_duplicates().rename(columns={"qpv_code": "code"})

    def parc_social(self, annee: int) -> pd.Series:
        """Social dwellings by INSEE code, for the members at the end of that very year; NaN is unknown, 0 is none."""
        parc = self.parc[self.parc["annee"] == str(annee)].set_index("code_insee")["logements"]
        return parc.reindex(pd.Index(self.membres(date(annee, 12, 31))["code_insee"])).astype("float64")

    @cached_property
    def _par_epci(self) -> Mapping[str, Mapping[str, pd.DataFrame]]:
        """The rows of each EPCI, by table: its communes, their QPV and their stock."""
        siennes = self.communes[["code_insee", "epci_siren"]].drop_duplicates()
        situees = {
            "communes": self.communes,
            "table_qpv": self.table_qpv.merge(self.qpv_des_epci),
            "qpv_communes": self.qpv_communes.merge(siennes),
            "parc": self.parc.merge(siennes),
        }
        return {nom: {str(s): t for s, t in table.groupby("epci_siren")} for nom, table in situees.items()}

    def de_l_epci(self, siren: str, commune_centre: str) -> "Territoire":
        """The communes of an EPCI, their QPV and their stock; every commune stays known by its name."""
        siennes = {nom: par_epci.get(siren, getattr(self, nom).iloc[:0]) for nom, par_epci in self._par_epci.items()}
        return replace(self, commune_centre=commune_centre, **siennes)

    def contours(self) -> "gpd.GeoDataFrame":
        """One row is one commune that is or was a member (code_insee, nom, geometry in metres), in map order."""
        return self._contours.copy()

    @cached_property
    def _contours(self) -> "gpd.GeoDataFrame":
        membres = self._ordonnees[["code_insee", "nom"]].drop_duplicates("code_insee")
        return _lire_contours(self.dossier, membres)

    def credit_contours(self) -> str:
        """Whose boundaries they are, as a map must say, from their sidecar; empty when it does not say."""
        fiche = self.dossier / f"{_CONTOURS}.meta.yml"
        return str(lire_yaml(fiche, f"territory/{fiche.name}").get("credit") or "").strip() if fiche.is_file() else ""

    @cached_property
    def _ordonnees(self) -> pd.DataFrame:
        """The communes, the central one first, then by name without accents."""
        codes, noms = self.communes["code_insee"].tolist(), [normaliser(nom) for nom in self.communes["nom"]]
        ordre = sorted(range(len(codes)), key=lambda rang: (codes[rang] != self.commune_centre, noms[rang]))
        return self.communes.take(ordre)


# A report asks for the same days hundreds of times.
@lru_cache(maxsize=64)
def _membres(territoire: Territoire, le: date) -> pd.DataFrame:
    communes = territoire._ordonnees
    presents = en_vigueur(communes, "membre_du", "membre_au", pd.Timestamp(le))
    return communes.loc[presents, ["code_insee", "nom"]].reset_index(drop=True)


def _sans_ambiguite(paires: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Label → code, without the empty labels and those that several codes share."""
    codes: dict[str, str] = {}
    partages = {cle for cle, code in paires if codes.setdefault(cle, code) != code}
    return {cle: code for cle, code in codes.items() if cle and cle not in partages}


def _reconnaitre(communes: Iterable[tuple[str, str, list[str]]]) -> tuple[set[str], dict[str, str]]:
    """The labels that communes (code then, code now, names) can be called by: all of them, and those of one alone."""
    exactes, variantes = [], []
    for ecrit, code, noms in communes:
        exactes += [(normaliser(forme), code) for forme in (ecrit, *noms)]
        for formes in (_graphies(normaliser(nom)) for nom in noms):
            variantes += [(forme, code) for forme in formes]
            for prefixe, forme in product({ecrit, code}, formes):
                variantes += [(f"{prefixe} {forme}", code), (f"{forme} {prefixe}", code)]
    return {cle for cle, _ in exactes + variantes}, _sans_ambiguite(variantes) | _sans_ambiguite(exactes)


def _graphies(nom: str) -> set[str]:
    """The ways of writing a normalised commune name that extracts show, its code aside."""
    formes = {nom}
    for motif, remplacement in _GRAPHIES:
        formes |= {re.sub(motif, remplacement, forme) for forme in formes}
    for forme in tuple(formes):
        if trouve := _ARTICLE.match(forme):
            article, reste = trouve.groups()
            formes |= {reste, f"{reste} {article}"}
    return formes


def charger_territoire(tables: Tables, commune_centre: str) -> Territoire:
    """The tables of the territory. Raises ErreurCIL for a central commune that never was a member."""
    noms = ("communes", "communes_connues", "qpv", "qpv_communes", "parc_social", "communes_fusionnees")
    communes, connues, qpv, qpv_communes, parc, fusions = (tables[f"territory/{nom}"] for nom in noms)
    if commune_centre not in set(communes["code_insee"]):
        raise ErreurCIL(
            f"projet.yml : la commune centre « {commune_centre} » n’est pas dans territory/communes.csv. "
            "Corriger commune_centre."
        )
    absorbee = fusions["code_insee"].isin(_absorbees(fusions))
    exiger_hors_refus(fusions.assign(absorbee=absorbee), "fusions", tables.chemin("territory/communes_fusionnees"))
    lues = (table.reset_index(drop=True) for table in (communes, connues, qpv, qpv_communes, parc, fusions))
    return Territoire(tables.reference / "territory", commune_centre, *lues)


def _absorbees(fusions: pd.DataFrame) -> pd.Series:
    """The codes of the communes that were merged into another."""
    codes: pd.Series = fusions.loc[fusions["ancien_code"] != fusions["code_insee"], "ancien_code"]
    return codes


def charger_epci(tables: Tables, communes: pd.DataFrame) -> pd.DataFrame:
    """One row is one EPCI (siren, nom, nom_court, commune_centre), in file order.

    Raises ErreurCIL for a central commune that was never a member, or a commune whose EPCI is not listed.
    """
    table, chemin = tables["territory/epci"], tables.chemin("territory/communes")
    if "epci_siren" not in communes:
        raise erreur(chemin, "colonne absente : epci_siren, l’EPCI de chaque commune. Ajouter cet en-tête.", 1)
    inconnus = sorted(set(communes["epci_siren"]) - set(table["siren"]))
    if inconnus:
        raise erreur(chemin, f"l’EPCI « {inconnus[0]} » n’est pas dans epci.csv. L’y ajouter, ou corriger la commune.")
    membres = set(zip(communes["code_insee"], communes["epci_siren"], strict=True))
    centres = zip(table["commune_centre"], table["siren"], strict=True)
    sienne = [centre in membres for centre in centres]
    exiger_hors_refus(table.assign(sienne=sienne), "epci", tables.chemin("territory/epci"))
    return table.reset_index(drop=True)


# --- Boundaries -----------------------------------------------------------------------------------------------------


def _lire_contours(dossier: Path, communes: pd.DataFrame) -> "gpd.GeoDataFrame":
    """The communes (code_insee, nom) with their shapes in metres (geometry), in the same order."""
    import geopandas as gpd  # half a second to import: only the maps pay for it

    chemin = dossier / _CONTOURS
    if not chemin.is_file():
        raise erreur(chemin, f"fichier introuvable. {_REFAIRE}")
    try:
        with warnings.catch_warnings(action="ignore"):  # They are in English, and what they lead to is checked.
            contours = gpd.read_file(chemin)[["code_insee", "geometry"]]
        contours = contours.to_crs(projection(contours))
        vides = contours.geometry.isna() | contours.geometry.is_empty
    except Exception:  # Whatever GDAL, GEOS and PROJ raise at a file that is none of theirs.
        raise erreur(chemin, f"contours illisibles. {_REFAIRE}") from None
    if vides.any() or contours["code_insee"].duplicated().any():
        raise erreur(chemin, f"un contour est vide ou figure deux fois. {_REFAIRE}")
    absentes = sorted(set(communes["code_insee"]) - set(contours["code_insee"]))
    if absentes:
        raise erreur(chemin, f"aucun contour pour {', '.join(absentes)}. {_REFAIRE}")
    fusion = communes.merge(contours, on="code_insee", how="left", validate="one_to_one")
    return gpd.GeoDataFrame(fusion, geometry="geometry", crs=contours.crs)


def projection(contours: "gpd.GeoDataFrame") -> str:
    """The projection, in metres, that shapes are drawn and measured in: Lambert-93, or the local UTM zone overseas."""
    ouest, sud, est, nord = contours.to_crs("EPSG:4326").total_bounds
    if ouest >= _METROPOLE[0] and sud >= _METROPOLE[1] and est <= _METROPOLE[2] and nord <= _METROPOLE[3]:
        return PROJECTION
    return str(contours.estimate_utm_crs().to_string())
