"""Which stored rows each case counts, in plain pandas: none of the product's classes, dimensions or rules is used.

What a case means is read in its conditions only; the code lists, the thresholds and the members come from the files.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Masque, Tableau = pd.Series, np.ndarray
# The rules in force in data/reference; a test sets them otherwise.
REGLES: Mapping[str, Any] = {
    "P1": "signature_bail", "P3": "incluses", "P4": ("PLI",), "P7": "inferieur_ou_egal", "P9": "communes_a_la_date",
    "P10": "compte_en_premier_quartile",
}  # fmt: skip
# Besides the stored column of the same name, where a class is a code.
COLONNES = {"commune": "commune_insee"}
CATEGORIES = {"DALO": {"DALO"}, "PDALHPD": {"PDALHPD"}, "ASE": {"m"}, "VIOLENCES": {"g", "g_bis"}}
LOGEMENTS = {"HEBERGES": {"SH", "HOT"}, "SANS_ABRI": {"SD", "SQUAT", "CAMCAR"}}
BORNES = {"tranche_age": ("tranches_age", "age"), "classe_taille": ("tailles_menage", "taille_menage")}
GROUPES = {
    "statut_occupation": ("logement_actuel", "logements_actuels", "statuts_occupation"),
    "famille_motif": ("motif_demande", "motifs_demande", "familles_motifs"),
}


@dataclass(frozen=True)
class Recompte:
    """The rows of a year by extract, as they are stored, and the counting rules to count them by."""

    annee: int
    lignes: Mapping[str, pd.DataFrame]
    nomenclatures: Path
    seuils: tuple[float | None, float | None, float | None]
    membres: Collection[str]
    constantes: Collection[str] = ()
    communes_en_qpv: Collection[str] = ()
    seuils_precedents: tuple[float | None, float | None, float | None] = (None, None, None)
    regles: Mapping[str, Any] = field(default_factory=lambda: REGLES)
    # Commune, QPV or « commune/résidence » → secteur.
    secteurs: Mapping[str, str] = field(default_factory=dict)
    _lus: dict[tuple[str, str, str], Tableau] = field(default_factory=dict, repr=False)
    _autres: dict[str, Recompte] = field(default_factory=dict, repr=False)

    def compter(self, case: Any) -> int:
        """How many rows a case counts; of several extracts together, the sum."""
        return sum(int(m.sum()) for m in self.masques(case).values())

    def masques(self, case: Any) -> dict[str, Tableau]:
        """By extract, which of its rows a case counts."""
        ici = self
        conditions = set(case.conditions)
        for nom, choix in case.conditions:
            if nom == "regle":
                ici = self.sous(choix)
                conditions -= {(nom, choix)}
        return {extrait: ici._masque(extrait, conditions) for extrait in case.population.split("+")}

    def sous(self, choix: str) -> Recompte:
        """Under rules chosen otherwise: « P3=hors_mutations », « P4= »."""
        if choix not in self._autres:
            autres = dict(self.regles)
            for morceau in choix.split("&"):
                code, _, valeur = morceau.partition("=")
                autres[code] = tuple(filter(None, valeur.split(","))) if code == "P4" else valeur
            seuils = self.seuils_precedents if autres.get("P6") == "annee_precedente" else self.seuils
            self._autres[choix] = replace(self, regles=autres, seuils=seuils, _lus={}, _autres={})
        return self._autres[choix]

    def _masque(self, extrait: str, conditions: Collection[tuple[str, str]]) -> Tableau:
        lignes = self.lignes[extrait]
        if (extrait, "", "") not in self._lus:
            self._lus[extrait, "", ""] = self._retenues(extrait, lignes).to_numpy(bool)
        garde = self._lus[extrait, "", ""].copy()
        for nom, classe in conditions:
            if (extrait, nom, classe) not in self._lus:
                self._lus[extrait, nom, classe] = self._remplit(lignes, nom, classe).to_numpy(bool)
            garde &= self._lus[extrait, nom, classe]
        return garde

    def _retenues(self, extrait: str, lignes: pd.DataFrame) -> Masque:
        garde = pd.Series(True, index=lignes.index)
        if self.regles["P9"] == "perimetre_constant":
            garde &= lignes["commune_insee"].isin(list(self.constantes))
        if extrait == "attributions" and self.regles["P1"] == "un_par_menage":
            ordre = lignes[garde].sort_values("date_signature_bail", kind="stable")
            rang = ordre.groupby("demande_pseudonyme").cumcount()
            garde &= ~lignes.index.isin(rang[rang > 0].index)
        return garde

    def _remplit(self, lignes: pd.DataFrame, nom: str, classe: str) -> Masque:
        oui = {
            "oui": True,
            "non": False,
            "connu": True,
            "inconnu": False,
            "objectifs": True,
            "hors": False,
            "reste": False,
        }
        genre, _, reste = nom.partition("_")
        vrais = {
            "constant": lambda: lignes["commune_insee"].isin(list(self.constantes)),
            "champ": lambda: self._champ(lignes),
            "O01": lambda: self._q1(lignes) | (self._relogees(lignes) & (self.regles["P10"] != "selon_ressources")),
            "O02": lambda: lignes["revenu_uc_annuel_eur"].notna() & ~self._q1(lignes),
            "revenu": lambda: lignes["revenu_uc_annuel_eur"].notna(),
            "revenu_ou_ru": lambda: lignes["revenu_uc_annuel_eur"].notna() | self._relogees(lignes),
            "relogement_ru": lambda: self._relogees(lignes),
            "prioritaire": lambda: self._prioritaires(lignes),
            "priorite_donnee": lambda: self._prioritaires(lignes),
            "priorite_deduite": lambda: self._deduites(lignes),
            "travailleur_essentiel": lambda: vrai(lignes, "est_travailleur_essentiel"),
            "mutation_INTERNE": lambda: vrai(lignes, "est_mutation_interne"),
            "mutation_HLM": lambda: vrai(lignes, "est_mutation") | vrai(lignes, "est_mutation_interne"),
            "delai": lambda: lignes["delai_mois"].notna(),
            "meme_commune": lambda: lignes["commune_origine_insee"].eq(lignes["commune_insee"]).fillna(False),
            "vient_de_l_epci": lambda: self._origines(lignes).isin([*self.membres, *lignes["commune_insee"]]),
            "radiation": lambda: lignes["motif_radiation"].ne("DERADIATION").fillna(True),
            "attribuee": lambda: self._accordees(lignes),
            "refusee": lambda: lignes["motif_refus_demandeur"].notna() | lignes["date_refus_demandeur"].notna(),
            "loue": lambda: self._accordees(lignes) & lignes["date_signature_bail"].dt.year.eq(self.annee),
            "premiere_candidature": lambda: self._premieres(lignes, pd.Series(True, index=lignes.index)),
            "premier_accord": lambda: self._premieres(lignes, self._accordees(lignes)),
            "revenu_du_menage": lambda: self._revenus(lignes).notna(),
            "loyer": lambda: lignes["loyer_eur"].notna(),
            "taux_effort": lambda: lignes["taux_effort_pct"].notna(),
            "gestion": lambda: lignes["est_en_flux"].notna(),
            "en_flux": lambda: vrai(lignes, "est_en_flux"),
        }
        if nom in vrais:
            return (vrais[nom]().astype(bool) == oui[classe]).astype(bool)
        if genre == "manque":
            return (lignes[reste].isna() == oui[classe]).astype(bool)
        if genre == "public":
            return (self._public(lignes, reste) == oui[classe]).astype(bool)
        if nom == "morceau":  # Named by its column and its codes.
            colonne, _, codes = classe.partition(":")
            return lignes[colonne].isin(codes.split("|"))
        return self._classes(lignes, nom).fillna("NR").astype("str").eq(classe)

    # --- Classes

    def _classes(self, lignes: pd.DataFrame, nom: str) -> pd.Series:
        if nom == "origine_priorite":
            rangs = self._prioritaires(lignes) + 2 * self._deduites(lignes)
            return rangs.map({0: "AUCUNE", 1: "FICHIER", 2: "REGLES", 3: "LES_DEUX"}).astype("str")
        if nom == "zone":
            # D14: a blank is outside where no QPV stands.
            zones = lignes["est_en_qpv"].map({True: "QPV", False: "HORS_QPV"}).astype("str")
            sans_qpv = lignes["commune_insee"].notna() & ~lignes["commune_insee"].isin(list(self.communes_en_qpv))
            return zones.mask(zones.isna() & sans_qpv, "HORS_QPV").fillna("INCONNU")
        if nom == "qpv":
            return lignes["qpv"].where(vrai(lignes, "est_en_qpv") | lignes["qpv"].isna(), "nulle part")
        if nom == "secteur":
            quartiers = lignes["qpv"].where(vrai(lignes, "est_en_qpv")).map(self.secteurs)
            residences = (lignes["commune_insee"] + "/" + lignes["residence"]).map(self.secteurs)
            return (
                residences.fillna(quartiers).fillna(lignes["commune_insee"].map(self.secteurs)).fillna("HORS_SECTEUR")
            )
        if nom == "quartile":
            return lignes["revenu_uc_annuel_eur"].map(self._quartile, na_action="ignore").astype("str")
        if nom == "quartile_du_menage":
            return self._revenus(lignes).map(self._quartile, na_action="ignore").astype("str")
        if nom == "origine":
            return self._origines(lignes)
        if nom == "anciennete":
            return lignes["date_depot_demande"].map(self._anciennete, na_action="ignore").astype("str")
        if nom in BORNES:
            liste, colonne = BORNES[nom]
            bornes = [(r["code"], r["minimum"], r["maximum"]) for r in self._lire(liste)]
            return lignes[colonne].map(
                lambda n: next((c for c, bas, haut in bornes if float(bas or -1) <= n <= float(haut or 1e9)), None),
                na_action="ignore",
            )  # fmt: skip
        if nom in GROUPES:
            colonne, codes, groupes = GROUPES[nom]
            vers = {r["libelle"]: r["code"] for r in self._lire(groupes)}
            return lignes[colonne].map({r["code"]: vers[r["groupe"]] for r in self._lire(codes)})
        colonne_stockee: pd.Series = lignes[COLONNES.get(nom, nom)]
        return colonne_stockee

    def _quartile(self, revenu: float) -> str:
        q1, q2, q3 = self.seuils
        if q1 is None:
            return "NR"
        dessous = (lambda s: revenu < s) if self.regles["P7"] == "inferieur" else (lambda s: revenu <= s)
        if q2 is None or q3 is None:
            return "Q1" if dessous(q1) else "SUP_Q1"
        return next((nom for nom, s in (("Q1", q1), ("Q2", q2), ("Q3", q3)) if dessous(s)), "Q4")

    def _anciennete(self, depot: pd.Timestamp) -> str | None:
        ans = self.annee - depot.year
        return next(
            (r["code"] for r in self._lire("anciennetes") if int(r["minimum"]) <= ans <= int(r["maximum"] or 999)), None
        )

    def _origines(self, lignes: pd.DataFrame) -> pd.Series:
        ici = {*self.membres, *lignes["commune_insee"].dropna()}
        if self.regles["P9"] == "perimetre_constant":  # The other members are outside, and have no row.
            ici = {*self.constantes}
        return lignes["commune_origine_insee"].map(lambda c: c if c in ici else "HORS_EPCI", na_action="ignore")

    # --- Proposals

    def _accordees(self, lignes: pd.DataFrame) -> Masque:
        return lignes["decision"].isin(self._codes_du_groupe("decisions_caleol", "Attribution"))

    def _premieres(self, lignes: pd.DataFrame, voulues: Masque) -> Masque:
        """The first of these rows of each household; one of nobody known stands alone."""
        gardees = lignes[voulues & self._retenues("propositions", lignes)]
        numeros = gardees["demande_pseudonyme"]
        return pd.Series(lignes.index.isin(gardees.index[numeros.isna() | ~numeros.duplicated()]), index=lignes.index)

    def _revenus(self, lignes: pd.DataFrame) -> pd.Series:
        """The lowest income that the requests and the leases of the household of each proposal give."""
        connus: dict[str, float] = {}
        for extrait in ("demandes", "attributions") if "demandes" in self.lignes else ():
            siennes = self.lignes[extrait]
            gardees = siennes[self._retenues(extrait, siennes)]
            for numero, revenu in zip(gardees["demande_pseudonyme"], gardees["revenu_uc_annuel_eur"], strict=True):
                if not pd.isna(numero) and not pd.isna(revenu):
                    connus[numero] = min(revenu, connus.get(numero, revenu))
        return lignes["demande_pseudonyme"].map(lambda numero: connus.get(numero), na_action="ignore").astype("Float64")

    # --- Yes or no

    def _champ(self, lignes: pd.DataFrame) -> Masque:
        garde = ~lignes["financement"].isin(self.regles["P4"])
        return garde & ~vrai(lignes, "est_mutation_interne") if self.regles["P3"] == "hors_mutations" else garde

    def _q1(self, lignes: pd.DataFrame) -> Masque:
        return self._classes(lignes, "quartile").eq("Q1").fillna(False)

    def _relogees(self, lignes: pd.DataFrame) -> Masque:
        return vrai(lignes, "est_relogement_ru")

    def _listes(self, lignes: pd.DataFrame) -> list[tuple[set[str], Any]]:
        """The categories of each household, and its DALO status; a lapsed right is no category any more."""
        paires = zip(lignes["categories_prioritaires"], lignes["statut_dalo"], strict=True)
        return [
            (set() if pd.isna(c) else set(c.split(";")) - ({"DALO"} if not pd.isna(d) and d == "CADUC" else set()), d)
            for c, d in paires
        ]

    def _prioritaires(self, lignes: pd.DataFrame) -> Masque:
        actifs = ("ACTIF", "ACTREL")
        return pd.Series([bool(c) or d in actifs for c, d in self._listes(lignes)], index=lignes.index, dtype=bool)

    def _deduites(self, lignes: pd.DataFrame) -> Masque:
        """Who is a priority household by a rule or by the DALO status; those of the example have no dates."""
        with (self.nomenclatures.parent / "priorites.csv").open(encoding="utf-8", newline="") as flux:
            regles = [r for r in csv.DictReader(flux) if r["categorie"]]
        assert not any(r["valide_du"] or r["valide_au"] for r in regles)
        deduites = lignes["statut_dalo"].isin(["ACTIF", "ACTREL"])
        for regle in regles:
            par_elle = lignes[regle["colonne"]].isin(regle["valeurs"].split("|"))
            # A lapsed right is no category any more.
            deduites |= par_elle & ~(lignes["statut_dalo"].eq("CADUC").fillna(False) & (regle["categorie"] == "DALO"))
        return deduites.fillna(False).astype(bool)

    def _public(self, lignes: pd.DataFrame, public: str) -> Masque:
        if public in LOGEMENTS:
            return lignes["logement_actuel"].isin(LOGEMENTS[public]).astype(bool)
        actifs = ("ACTIF", "ACTREL") if public == "DALO" else ()
        trouves = [bool(c & CATEGORIES[public]) or d in actifs for c, d in self._listes(lignes)]
        return pd.Series(trouves, index=lignes.index, dtype=bool)

    # --- Code lists

    def _lire(self, liste: str) -> list[dict[str, str]]:
        with (self.nomenclatures / f"{liste}.csv").open(encoding="utf-8", newline="") as flux:
            return list(csv.DictReader(flux))

    def _codes_du_groupe(self, liste: str, groupe: str) -> list[str]:
        return [r["code"] for r in self._lire(liste) if r["groupe"] == groupe]


def vrai(lignes: pd.DataFrame, nom: str) -> Masque:
    """Whether a stored yes or no is yes."""
    return lignes[nom].fillna(False).astype(bool)
