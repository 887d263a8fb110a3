"""One year ready to be counted: its rows with their classes, and the rules that made them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan

import numpy as np
import pandas as pd

from cil_analysis.indicators.classement import Contexte
from cil_analysis.indicators.derives import ABSENCES
from cil_analysis.indicators.dimensions import MANQUE, dimension
from cil_analysis.indicators.regles import Choix, Regles, regles_de_comptage
from cil_analysis.indicators.systemes import completer
from cil_analysis.indicators.termes import DE_GOUVERNANCE, PARC, Case, extrait_de, mesure_de, source_de
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclature

EXTRAITS = ("attributions", "demandes", "radiations", "propositions")
# The extracts of the other systems, and the name under which their rows are counted: « parc » is the public stock.
AUTRES_EXTRAITS = {"flux": "flux", "occupation": "occupation", "rpls": "parc"}
# What the grid gives is asked of no file: its completeness is not counted.
_DE_LA_GRILLE = frozenset({"score_cotation"})
# A household of no category, a dwelling in no QPV: blank says so, and is not missing.
_VIDE_EST_UNE_REPONSE = ("codes", "qpv")


@dataclass(frozen=True)
class Exercice:
    """The rows of one year and what they are counted by.

    ``lignes``: by population, its rows, none when its extract was not imported: a signed lease, an active request at 31
    December, a radiation, a proposal… ``population@dimension``: the same counts by the classes of a dimension that
    the extract gives as columns, one row by class. ``communes``: the members at 31 December, in report order;
    ``communes_avec_qpv``: those with a QPV then; ``constantes``: those that are members in every year of the series.
    ``colonnes``: by extract, the stored columns whose completeness counts; ``libelles``: what users call them.
    """

    annee: int
    epci: str
    communes: tuple[str, ...]
    lignes: Mapping[str, pd.DataFrame]
    regles: Regles
    nomenclatures: Mapping[str, Nomenclature]
    parc_social: Mapping[str, float]
    qpv: tuple[str, ...]
    communes_avec_qpv: frozenset[str]
    constantes: frozenset[str]
    colonnes: Mapping[str, tuple[str, ...]]
    libelles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _classes: dict[tuple[str, str], pd.Series] = field(default_factory=dict, repr=False)
    _absences: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _connus: dict[tuple[str, frozenset[str]], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _comptes: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], float]] = field(default_factory=dict, repr=False)

    @property
    def attributions(self) -> pd.DataFrame:
        """One row is one lease."""
        return self.lignes["attributions"]

    @property
    def demandes(self) -> pd.DataFrame | None:
        """One row is one active request at 31 December; None when the extract was not imported."""
        return self.lignes.get("demandes")

    @property
    def contexte(self) -> Contexte:
        """What classes depend on besides the rows."""
        return Contexte(self.annee, self.communes, self.constantes, self.nomenclatures, self.regles)

    def classes(self, extrait: str, nom: str) -> pd.Series:
        """The class of each row of an extract in a dimension, as categories."""
        cle = extrait, nom
        if cle not in self._classes:
            contexte = self.contexte
            serie = dimension(nom, contexte).classer(self.lignes[extrait], contexte)
            self._classes[cle] = serie.astype("category")
        return self._classes[cle]

    def classes_de(self, population: str, nom: str) -> pd.Series:
        """The classes of a dimension, in the rows in which a population is counted by it."""
        return self.classes(self._table(population, [nom]), nom)

    def selection(self, case: Case) -> pd.Series:
        """Whether each row of the case's extract is counted in it."""
        extrait = extrait_de(case.population)
        garde = pd.Series(True, index=self.lignes[extrait].index)
        for nom, valeur in case.conditions:
            garde &= self.classes(extrait, nom).eq(valeur)
        return garde

    def compter(self, case: Case) -> float:
        """How many rows meet the conditions of a case, or what a stored column adds up to over them (« a:colonne »).

        Of several populations together (« a+b »), the sum. NaN where an extract was not imported, or where the stock of
        a commune is not known.
        """
        if "+" in case.population:
            return sum(self.compter(Case(nom, case.conditions)) for nom in case.population.split("+"))
        if case.population == PARC:
            return self._logements(case)
        if extrait_de(case.population) not in self.lignes:
            return float("nan")
        tries = sorted(case.conditions)
        noms, valeurs = tuple(nom for nom, _ in tries), tuple(valeur for _, valeur in tries)
        if (case.population, noms) not in self._comptes:
            self._comptes[case.population, noms] = self._croiser(case.population, noms)
        return self._comptes[case.population, noms].get(valeurs, 0)

    def _table(self, population: str, noms: Iterable[str]) -> str:
        """The rows in which a population is counted by some dimensions: its own, or those of a dimension in columns."""
        extrait = extrait_de(population)
        en_colonnes = [table for nom in noms if (table := f"{extrait}@{nom}") in self.lignes]
        return en_colonnes[0] if en_colonnes else extrait

    def _croiser(self, population: str, noms: Sequence[str]) -> dict[tuple[str, ...], float]:
        """The count of each combination of classes of some dimensions."""
        extrait, mesure = self._table(population, noms), mesure_de(population)
        if mesure and mesure not in self.lignes[extrait]:
            return {}  # What is only told by the classes of another dimension.
        if not noms:
            return {(): float(self.lignes[extrait][mesure].sum()) if mesure else len(self.lignes[extrait])}
        poids = self.lignes[extrait][mesure].fillna(0).to_numpy("float64") if mesure else None
        series = [self.classes(extrait, nom).cat for nom in noms]
        tailles = [len(serie.categories) for serie in series]
        if not all(tailles):
            return {}
        rangs = np.ravel_multi_index([serie.codes.to_numpy() for serie in series], tailles)
        comptes = np.bincount(rangs, poids, minlength=int(np.prod(tailles)))
        presents = np.flatnonzero(comptes)
        classes = [
            serie.categories.to_numpy()[i] for serie, i in zip(series, np.unravel_index(presents, tailles), strict=True)
        ]
        return dict(zip(zip(*classes, strict=True), comptes[presents].tolist(), strict=True))

    def _logements(self, case: Case) -> float:
        commune = case.classe("commune")
        if commune is not None:
            return self.parc_social.get(commune, float("nan"))
        connus = [self.parc_social.get(code, float("nan")) for code in self.communes]
        return float(sum(connus))

    def absences(self, cases: Iterable[Case | None]) -> tuple[str, ...]:
        """What is missing to count cases, in words: an extract, a column, a threshold. None: they can be counted."""
        manques: dict[str, None] = {}
        for case in cases:
            if case is None:
                continue
            noms = frozenset(nom for nom, _ in case.conditions)
            for population in case.population.split("+"):
                if population != PARC:
                    manques |= dict.fromkeys(self._manques(population, noms))
                elif isnan(self._logements(case)):
                    manques["parc social à renseigner"] = None
        return tuple(manques)

    def _manques(self, population: str, noms: frozenset[str]) -> tuple[str, ...]:
        """What is missing to count a population by some dimensions."""
        if (population, noms) not in self._connus:
            self._connus[population, noms] = tuple(self._chercher_les_manques(population, sorted(noms)))
        return self._connus[population, noms]

    def _chercher_les_manques(self, population: str, noms: Sequence[str]) -> Iterable[str]:
        extrait = extrait_de(population)
        if extrait in self.lignes:
            yield from self._mesure_absente(population, noms)
            yield from self._colonnes_absentes(extrait, noms)
        elif extrait in DE_GOUVERNANCE:
            yield DE_GOUVERNANCE[extrait]
        else:
            source = source_de(extrait)
            yield f"extrait « {AUTRES_EXTRAITS.get(source, source)} » non importé"

    def _mesure_absente(self, population: str, noms: Sequence[str]) -> Iterable[str]:
        mesure, extrait = mesure_de(population), extrait_de(population)
        table = self.lignes[self._table(population, noms)]
        if mesure and not (mesure in table and table[mesure].notna().any()):
            yield ABSENCES.get(population) or f"colonne « {self._libelle(extrait, mesure)} » absente"

    def _colonnes_absentes(self, extrait: str, noms: Iterable[str]) -> Iterable[str]:
        for nom in noms:
            if (extrait, nom) not in self._absences:
                self._absences[extrait, nom] = tuple(self._absences_de(extrait, nom))
            yield from self._absences[extrait, nom]

    def _libelle(self, extrait: str, colonne: str) -> str:
        source = source_de(extrait)
        return self.libelles.get(AUTRES_EXTRAITS.get(source, source), {}).get(colonne, colonne)

    def _absences_de(self, extrait: str, nom: str) -> Iterable[str]:
        contexte = self.contexte
        classement = dimension(nom, contexte)
        lignes = self.lignes[self._table(extrait, [nom])]
        # Where nothing was derived, the extract still tells what it gives.
        lignes = self.lignes.get(source_de(extrait), lignes) if lignes.empty else lignes
        absente = classement.colonne_absente(lignes, contexte)
        if absente is not None:
            yield classement.manque or f"colonne « {self._libelle(extrait, absente)} » absente"
        if (
            "revenu_uc_annuel_eur" in classement.sources
            and not nom.startswith(MANQUE)
            and self.regles.seuils[0] is None
        ):
            yield "seuil du premier quartile à renseigner"
        if nom.startswith("delai_anormal") and self.regles.delai_anormal_mois is None:
            yield "délai anormalement long à renseigner"


def preparer_exercice(
    references: References,
    annee: int,
    attributions: pd.DataFrame,
    demandes: pd.DataFrame | None = None,
    *,
    radiations: pd.DataFrame | None = None,
    propositions: pd.DataFrame | None = None,
    flux: pd.DataFrame | None = None,
    occupation: pd.DataFrame | None = None,
    parc: pd.DataFrame | None = None,
    constantes: Collection[str] = (),
    choix: Choix | None = None,
) -> Exercice:
    """Prepare the rows of a year, by the counting rules of the year or by those of ``choix``.

    The rows of the extracts are as the import stores them. ``constantes``: the communes that are members in every year
    of the series.
    """
    jour = date(annee, 12, 31)
    regles = regles_de_comptage(references, annee, choix)
    territoire = references.territoire
    quartiers = tuple(territoire.qpv(jour)["code"])
    liens = territoire.qpv_communes
    communes = tuple(territoire.membres(jour)["code_insee"])
    recus = dict(zip(EXTRAITS, (attributions, demandes, radiations, propositions), strict=True))
    recus |= dict(zip(AUTRES_EXTRAITS, (flux, occupation, parc), strict=True))
    lignes = {nom: _retenir(nom, table, regles, constantes) for nom, table in recus.items() if table is not None}
    lignes = completer(lignes, references, annee)
    if regles.p9_perimetre == "perimetre_constant" and constantes:
        communes = tuple(code for code in communes if code in constantes)
    return Exercice(
        annee=annee,
        epci=references.projet.epci_siren,
        communes=communes,
        lignes=lignes,
        regles=regles,
        nomenclatures=references.nomenclatures,
        parc_social={str(c): float(n) for c, n in territoire.parc_social(annee).dropna().items()},
        qpv=quartiers,
        communes_avec_qpv=frozenset(liens.loc[liens["qpv_code"].isin(quartiers), "code_insee"]),
        constantes=frozenset(constantes),
        colonnes={
            nom: tuple(
                c.nom
                for c in dictionnaire.colonnes.values()
                if c.conservation == "gardee" and c.type not in _VIDE_EST_UNE_REPONSE and c.nom not in _DE_LA_GRILLE
            )
            for nom, dictionnaire in references.dictionnaires.items()
        },
        libelles={
            nom: {c.nom: c.libelle for c in dictionnaire.colonnes.values()}
            for nom, dictionnaire in references.dictionnaires.items()
        },
    )


def _retenir(extrait: str, lignes: pd.DataFrame, regles: Regles, constantes: Collection[str]) -> pd.DataFrame:
    """The rows that rules P1 and P9 keep. The flux is of a landlord's whole stock: no commune divides it."""
    if extrait != "flux" and regles.p9_perimetre == "perimetre_constant" and constantes and "commune_insee" in lignes:
        lignes = lignes[lignes["commune_insee"].isin(constantes)]
    if extrait == "attributions" and regles.p1_attribution == "un_par_menage":
        ordre = lignes.sort_values("date_signature_bail", kind="stable")
        suivants = ordre["demande_pseudonyme"].notna() & ordre.duplicated("demande_pseudonyme")
        lignes = lignes[~suivants.reindex(lignes.index)]
    return lignes.reset_index(drop=True)
