"""The classes that rows are counted by: one column of classes per dimension, made from the stored columns.

A dimension is a partition of the rows of an extract (``typologie``: T1, T2… and « NR »), or a yes or no
(``prioritaire``). Its sources are stored columns: when none of them has a value in the year, nothing of it is known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cil_analysis.indicators import (
    dimensions_cotation,
    dimensions_demande,
    dimensions_flux,
    dimensions_gouvernance,
    dimensions_occupation,
)
from cil_analysis.indicators.cadre import NON_RENSEIGNE, Condition
from cil_analysis.indicators.classement import (
    Classement,
    Contexte,
    Dimension,
    connu,
    dans_les_bornes,
    donnee,
    oui_non,
    par_bornes,
    par_colonne,
    par_groupe,
    texte,
    vrai,
)

MANQUE = "manque"
# L441-1 counts a household recognised by DALO while its right stands; CADUC does not (architecture, D11).
_DALO_EN_COURS = ("ACTIF", "ACTREL")


def _zone(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    if "est_en_qpv" not in lignes:
        return pd.Series("INCONNU", index=lignes.index, dtype="str")
    return lignes["est_en_qpv"].map({True: "QPV", False: "HORS_QPV"}).astype("str").fillna("INCONNU")


def _jamais_hors_qpv(lignes: pd.DataFrame, _: Contexte) -> str | None:
    """Named districts tell who is in one, and never who is out: the others are not known."""
    dits = lignes["est_en_qpv"]
    return "est_en_qpv" if dits.isna().any() and not dits.eq(False).any() else None


def _jamais_nomme(lignes: pd.DataFrame, contexte: Contexte) -> str | None:
    en_qpv = vrai(lignes, "est_en_qpv")
    return "qpv" if en_qpv.any() and not donnee(lignes[en_qpv], "qpv") else _jamais_hors_qpv(lignes, contexte)


def _qpv(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """A dwelling in an unnamed QPV is in one: the QPV add up to the whole."""
    return texte(lignes, "qpv").fillna(NON_RENSEIGNE).where(_zone(lignes, contexte).eq("QPV"), "")


def _champ(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """The allocations that count for the objectives: P3 (internal mutations) and P4 (financing)."""
    garde = ~texte(lignes, "financement").isin(contexte.regles.p4_financements_exclus)
    if contexte.regles.p3_mutations == "hors_mutations":
        garde &= ~vrai(lignes, "est_mutation_interne")
    return garde.map({True: "objectifs", False: "hors"}).astype("str")


def _quartile(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """The quartile of income per UC, « NR » when income is missing or the first threshold is not known.

    When only the first threshold is known, a household above it is « SUP_Q1 »: not in Q1, its quartile unknown.
    """
    regles = contexte.regles
    q1, q2, q3 = regles.seuils
    classe = pd.Series(NON_RENSEIGNE, index=lignes.index, dtype="str")
    if q1 is None or "revenu_uc_annuel_eur" not in lignes:
        return classe
    connu, valeurs = lignes["revenu_uc_annuel_eur"].notna(), lignes["revenu_uc_annuel_eur"].astype("float64")

    def sous(seuil: float) -> pd.Series:
        return valeurs.le(seuil) if regles.p7_comparaison == "inferieur_ou_egal" else valeurs.lt(seuil)

    if q2 is None or q3 is None:
        return classe.mask(connu & sous(q1), "Q1").mask(connu & ~sous(q1), "SUP_Q1")
    classe = classe.mask(connu, "Q4")
    for nom, seuil in (("Q3", q3), ("Q2", q2)):
        classe = classe.mask(connu & valeurs.le(seuil), nom)
    return classe.mask(connu & sous(q1), "Q1")


def _premier_quartile_ou_ru(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """O01's public: P10 counts a household rehoused by urban renewal whatever its income, or by its income alone."""
    q1 = _quartile(lignes, contexte).eq("Q1")
    return q1 | (vrai(lignes, "est_relogement_ru") & (contexte.regles.p10_relogement_ru != "selon_ressources"))


def _autres_quartiles(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    return ~_quartile(lignes, contexte).isin(["Q1", NON_RENSEIGNE])


def _revenu_connu(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    return _quartile(lignes, contexte).ne(NON_RENSEIGNE)


def _prioritaire(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    """D11: any category of L441-1, or a DALO right that stands; a lapsed right alone does not count."""
    categories, dalo = texte(lignes, "categories_prioritaires"), texte(lignes, "statut_dalo")
    seulement_caduc = (categories.eq("DALO") & dalo.eq("CADUC")).fillna(False)
    return (categories.notna() & ~seulement_caduc) | dalo.isin(_DALO_EN_COURS)


def _public(code: str) -> Classement:
    """Whether a household is of a public of nomenclatures/publics.csv: by category, DALO status or present housing."""

    def garde(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
        table = contexte.nomenclatures["publics"].table.set_index("code")
        categories, statuts, logements = (
            set(str(table.loc[code, nom]).split("|")) - {""}
            for nom in ("categories", "statuts_dalo", "logements_actuels")
        )
        dalo = texte(lignes, "statut_dalo")
        # Few lists differ: each is read once. A lapsed right is no DALO any more, whatever the categories say (D11).
        rangs, listes = pd.factorize(texte(lignes, "categories_prioritaires"))

        def parmi(codes: set[str]) -> np.ndarray:
            return np.array([*(not codes.isdisjoint(str(liste).split(";")) for liste in listes), False])[rangs]

        caduc = dalo.eq("CADUC").fillna(False).to_numpy(bool)
        siennes = pd.Series(np.where(caduc, parmi(categories - {"DALO"}), parmi(categories)), index=lignes.index)
        return siennes | dalo.isin(statuts) | texte(lignes, "logement_actuel").isin(logements)

    return oui_non(garde)


def _jamais_interne(lignes: pd.DataFrame, _: Contexte) -> str | None:
    """Who does not move within the social stock is known from another column, who moves within a landlord's is not."""
    deplaces = vrai(lignes, "est_mutation") & texte(lignes, "est_mutation_interne").isna()
    return "est_mutation_interne" if deplaces.any() and not vrai(lignes, "est_mutation_interne").any() else None


def _jamais_hors_mutations(lignes: pd.DataFrame, contexte: Contexte) -> str | None:
    if contexte.regles.p3_mutations != "hors_mutations":
        return None
    return _jamais_interne(lignes, contexte) if donnee(lignes, "est_mutation_interne") else "est_mutation_interne"


def _interne(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    return vrai(lignes, "est_mutation_interne")


def _hlm(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    return vrai(lignes, "est_mutation") | vrai(lignes, "est_mutation_interne")


def _anciennete(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """Completed years from the filing to 31 December, in the classes of anciennetes.csv."""
    if "date_depot_demande" not in lignes:
        return pd.Series(NON_RENSEIGNE, index=lignes.index, dtype="str")
    depot = lignes["date_depot_demande"]
    # On 31 December every anniversary of the year has come.
    annees = (contexte.annee - depot.dt.year).astype("Int64").where(depot.notna())
    return dans_les_bornes(annees, contexte.nomenclatures["anciennetes"])


def _origine(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """The commune that the household comes from: a member (or one where dwellings are allocated), elsewhere, or NR."""
    origine = texte(lignes, "commune_origine_insee")
    ici = origine.isin({*contexte.communes, *lignes["commune_insee"].dropna().unique()})
    return origine.where(ici | origine.isna(), "HORS_EPCI").fillna(NON_RENSEIGNE)


def _vient_de_l_epci(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    return ~_origine(lignes, contexte).isin(["HORS_EPCI", NON_RENSEIGNE])


def _attribuee(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """Whether the commission allocated the dwelling, in rank or under condition included (art. R441-3)."""
    decisions = contexte.nomenclatures["decisions_caleol"]
    attribuent = [code for code in decisions.codes() if decisions.groupe(code) == "Attribution"]
    return texte(lignes, "decision").isin(attribuent)


def _refusee(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    return texte(lignes, "motif_refus_demandeur").notna() | texte(lignes, "date_refus_demandeur").notna()


_REVENU, _CATEGORIES = ("revenu_uc_annuel_eur",), ("categories_prioritaires",)
_ORIGINE, _LOGEMENT = ("commune_origine_insee",), ("logement_actuel",)
_REFUS = ("motif_refus_demandeur", "date_refus_demandeur")

DIMENSIONS: Mapping[str, Dimension] = {
    "commune": Dimension(par_colonne("commune_insee")),
    "constant": Dimension(oui_non(lambda lignes, c: lignes["commune_insee"].isin(c.constantes))),
    "zone": Dimension(_zone, ("est_en_qpv",), "situations_qpv", silence=_jamais_hors_qpv),
    "qpv": Dimension(_qpv, ("est_en_qpv",), aussi=("qpv",), silence=_jamais_nomme),
    "bailleur": Dimension(par_colonne("bailleur"), ("bailleur",), "bailleurs"),
    "reservataire": Dimension(par_colonne("reservataire"), ("reservataire",), "reservataires"),
    "champ": Dimension(_champ, aussi=("financement", "est_mutation_interne"), silence=_jamais_hors_mutations),
    "quartile": Dimension(_quartile, _REVENU, "quartiles"),
    "O01": Dimension(oui_non(_premier_quartile_ou_ru), _REVENU, aussi=("est_relogement_ru",)),
    "O02": Dimension(oui_non(_autres_quartiles), _REVENU),
    "revenu": Dimension(connu(_revenu_connu), _REVENU),
    "revenu_ou_ru": Dimension(connu(lambda li, c: _revenu_connu(li, c) | vrai(li, "est_relogement_ru")), _REVENU),
    "prioritaire": Dimension(oui_non(_prioritaire), _CATEGORIES, aussi=("statut_dalo",)),
    "relogement_ru": Dimension(oui_non(lambda li, _: vrai(li, "est_relogement_ru")), ("est_relogement_ru",)),
    "mutation_INTERNE": Dimension(oui_non(_interne), ("est_mutation_interne",), silence=_jamais_interne),
    "mutation_HLM": Dimension(oui_non(_hlm), ("est_mutation",), aussi=("est_mutation_interne",)),
    "tranche_age": Dimension(par_bornes("age", "tranches_age"), ("age",), "tranches_age"),
    "classe_taille": Dimension(par_bornes("taille_menage", "tailles_menage"), ("taille_menage",), "tailles_menage"),
    "anciennete": Dimension(_anciennete, ("date_depot_demande",), "anciennetes"),
    "statut_occupation": Dimension(
        par_groupe("logement_actuel", "logements_actuels", "statuts_occupation"), _LOGEMENT, "statuts_occupation"
    ),
    "famille_motif": Dimension(
        par_groupe("motif_demande", "motifs_demande", "familles_motifs"), ("motif_demande",), "familles_motifs"
    ),
    "delai": Dimension(connu(lambda li, _: texte(li, "delai_mois").notna()), ("delai_mois",)),
    "origine": Dimension(_origine, _ORIGINE),
    "vient_de_l_epci": Dimension(oui_non(_vient_de_l_epci), _ORIGINE),
    "meme_commune": Dimension(oui_non(lambda li, c: _origine(li, c).eq(li["commune_insee"])), _ORIGINE),
    "radiation": Dimension(oui_non(lambda li, _: texte(li, "motif_radiation").ne("DERADIATION").fillna(True))),
    "attribuee": Dimension(oui_non(_attribuee), ("decision",)),
    "refusee": Dimension(oui_non(_refusee), _REFUS),
    **{
        nom: Dimension(par_colonne(nom), (nom,), nomenclature)
        for nom, nomenclature in (
            ("composition_familiale", "compositions_familiales"),
            ("situation_professionnelle", "situations_professionnelles"),
            ("tranche_plafonds", "tranches_plafonds"),
            ("nationalite", "nationalites"),
            ("typologie", "typologies"),
            ("financement", "financements"),
            ("periode_construction", "periodes_construction"),
            ("type_construction", "types_construction"),
            ("motif_radiation", "motifs_radiation"),
            ("motif_refus_demandeur", "motifs_refus_demandeur"),
        )
    },
    **dimensions_flux.DIMENSIONS,
    **dimensions_cotation.DIMENSIONS,
    **dimensions_occupation.DIMENSIONS,
    **dimensions_demande.DIMENSIONS,
    **dimensions_gouvernance.DIMENSIONS,
}  # fmt: skip
SOURCES_DES_PUBLICS = {
    "categories": _CATEGORIES, "statuts_dalo": (*_CATEGORIES, "statut_dalo"), "logements_actuels": _LOGEMENT
}  # fmt: skip


def dimension(nom: str, contexte: Contexte) -> Dimension:
    """A dimension by name: one of ``DIMENSIONS``, « public_X » of publics.csv, or « manque_colonne »."""
    if nom in DIMENSIONS:
        return DIMENSIONS[nom]
    genre, _, reste = nom.partition("_")
    if genre == "public":
        publics = contexte.nomenclatures["publics"].table.set_index("code")
        sources = [
            s for colonne, sources in SOURCES_DES_PUBLICS.items() if publics.loc[reste, colonne] for s in sources
        ]
        return Dimension(_public(reste), tuple(dict.fromkeys(sources)))
    if genre == MANQUE:
        return Dimension(oui_non(lambda lignes, _: texte(lignes, reste).isna()), (reste,))
    raise KeyError(nom)


# Where a missing value is a class of a partition: the two are one count. Stored column → dimension and class.
CLASSES_MANQUANTES: Mapping[str, Condition] = {
    sources[0]: (nom, "INCONNU" if nom == "zone" else NON_RENSEIGNE)
    for nom, d in DIMENSIONS.items()
    if d.nomenclature and len(sources := d.sources) == 1
} | {"commune_origine_insee": ("origine", NON_RENSEIGNE)}
