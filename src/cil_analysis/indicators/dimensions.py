"""The classes that rows are counted by: one column of classes per dimension, made from the stored columns.

A dimension is a partition of the rows of an extract (``typologie``: T1, T2… and « NR »), or a yes or no
(``prioritaire``). Its sources are stored columns: when none of them has a value in the year, nothing of it is known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

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
    ou_non_renseigne,
    oui_non,
    par_bornes,
    par_colonne,
    par_groupe,
    selon,
)
from cil_analysis.indicators.colonnes import Booleens, Classes, Colonnes, classes

MANQUE = "manque"
# L441-1 counts a household recognised by DALO while its right stands; CADUC does not (architecture, D11).
_DALO_EN_COURS = ("ACTIF", "ACTREL")


def _zone(lignes: Colonnes, contexte: Contexte) -> Classes:
    """D14: a blank in a commune that no QPV touches is outside; elsewhere, or where no QPV is listed, it is unknown."""
    avec_qpv = contexte.communes_avec_qpv
    dehors = lignes.texte("commune_insee").parmi(lambda code: bool(avec_qpv) and code not in (None, *avec_qpv))
    connus = lignes.connu("est_en_qpv")
    rangs = np.where(connus, np.where(lignes.vrai("est_en_qpv"), 0, 1), np.where(dehors, 1, 2))
    return classes(rangs, ("QPV", "HORS_QPV", "INCONNU"))


def _jamais_hors_qpv(lignes: Colonnes, _: Contexte) -> str | None:
    """Named districts tell who is in one, and never who is out: the others are not known."""
    connus, dedans = lignes.connu("est_en_qpv"), lignes.vrai("est_en_qpv")
    return "est_en_qpv" if not connus.all() and not (connus & ~dedans).any() else None


def _jamais_nomme(lignes: Colonnes, contexte: Contexte) -> str | None:
    en_qpv = lignes.vrai("est_en_qpv")
    return "qpv" if en_qpv.any() and not lignes.connu("qpv")[en_qpv].any() else _jamais_hors_qpv(lignes, contexte)


def _qpv(lignes: Colonnes, _: Contexte) -> Classes:
    """A dwelling in an unnamed QPV is in one: the QPV add up to the whole."""
    nommes = lignes.texte("qpv").classer(ou_non_renseigne)
    return classes(np.where(lignes.vrai("est_en_qpv"), nommes.rangs, len(nommes.noms)), (*nommes.noms, ""))


def _champ(lignes: Colonnes, contexte: Contexte) -> Booleens:
    """The allocations that count for the objectives: P3 (internal mutations) and P4 (financing)."""
    garde = ~lignes.texte("financement").parmi(lambda code: code in contexte.regles.p4_financements_exclus)
    if contexte.regles.p3_mutations == "hors_mutations":
        garde &= ~lignes.vrai("est_mutation_interne")
    return garde


def _quartile(lignes: Colonnes, contexte: Contexte) -> Classes:
    """The quartile of income per UC, « NR » when income is missing or the first threshold is not known.

    When only the first threshold is known, a household above it is « SUP_Q1 »: not in Q1, its quartile unknown.
    """
    revenus, connu = lignes.nombres("revenu_uc_annuel_eur"), lignes.connu("revenu_uc_annuel_eur")
    q1, q2, q3 = contexte.regles.seuils
    if q1 is None:
        return classes(np.zeros(len(lignes), int), (NON_RENSEIGNE,))
    gardes = {"Q1": revenus <= q1 if contexte.regles.p7_comparaison == "inferieur_ou_egal" else revenus < q1}
    if q2 is None or q3 is None:
        gardes |= {"SUP_Q1": connu}
    else:
        gardes |= {"Q2": revenus <= q2, "Q3": revenus <= q3, "Q4": connu}
    rangs = np.select(list(gardes.values()), range(len(gardes)), len(gardes))  # The first that holds.
    return classes(rangs, (*gardes, NON_RENSEIGNE))


def _premier_quartile(lignes: Colonnes, contexte: Contexte) -> Booleens:
    return _est(_quartile(lignes, contexte), "Q1")


def _est(classement: Classes, *noms: str) -> Booleens:
    """Whether each row is in one of some classes."""
    dedans: Booleens = np.array([nom in noms for nom in classement.noms], dtype=bool)[classement.rangs]
    return dedans


def _premier_quartile_ou_ru(lignes: Colonnes, contexte: Contexte) -> Booleens:
    """O01's public: P10 counts a household rehoused by urban renewal whatever its income, or by its income alone."""
    q1 = _premier_quartile(lignes, contexte)
    return q1 if contexte.regles.p10_relogement_ru == "selon_ressources" else q1 | lignes.vrai("est_relogement_ru")


def _autres_quartiles(lignes: Colonnes, contexte: Contexte) -> Booleens:
    return ~_est(_quartile(lignes, contexte), "Q1", NON_RENSEIGNE)


def _revenu_connu(lignes: Colonnes, contexte: Contexte) -> Booleens:
    return ~_est(_quartile(lignes, contexte), NON_RENSEIGNE)


def _prioritaire(lignes: Colonnes, _: Contexte) -> Booleens:
    """D11: any category of L441-1, or a DALO right that stands; a lapsed right alone does not count."""
    categories, dalo = lignes.texte("categories_prioritaires"), lignes.texte("statut_dalo")
    seulement_caduc = categories.parmi(lambda liste: liste == "DALO") & dalo.parmi(lambda code: code == "CADUC")
    return (categories.parmi(_rempli) & ~seulement_caduc) | dalo.parmi(lambda code: code in _DALO_EN_COURS)


def _rempli(valeur: str | None) -> bool:
    return valeur is not None


def _public(code: str) -> Classement:
    """Whether a household is of a public of nomenclatures/publics.csv: by category, DALO status or present housing."""

    def garde(lignes: Colonnes, contexte: Contexte) -> Booleens:
        public = contexte.nomenclatures["publics"].rangees[code]
        categories, statuts, logements = (
            set(public[nom].split("|")) - {""} for nom in ("categories", "statuts_dalo", "logements_actuels")
        )
        listes, dalo = lignes.texte("categories_prioritaires"), lignes.texte("statut_dalo")

        def parmi(codes: set[str]) -> Booleens:
            return listes.parmi(lambda liste: liste is not None and not codes.isdisjoint(liste.split(";")))

        # A lapsed right is no DALO any more, whatever the categories say (D11).
        caduc = dalo.parmi(lambda statut: statut == "CADUC")
        siennes = np.where(caduc, parmi(categories - {"DALO"}), parmi(categories))
        loges = lignes.texte("logement_actuel").parmi(lambda logement: logement in logements)
        return siennes | dalo.parmi(lambda statut: statut in statuts) | loges

    return oui_non(garde)


def _jamais_interne(lignes: Colonnes, _: Contexte) -> str | None:
    """Who does not move within the social stock is known from another column, who moves within a landlord's is not."""
    deplaces = lignes.vrai("est_mutation") & ~lignes.connu("est_mutation_interne")
    return "est_mutation_interne" if deplaces.any() and not lignes.vrai("est_mutation_interne").any() else None


def _jamais_hors_mutations(lignes: Colonnes, contexte: Contexte) -> str | None:
    if contexte.regles.p3_mutations != "hors_mutations":
        return None
    return _jamais_interne(lignes, contexte) if lignes.donnee("est_mutation_interne") else "est_mutation_interne"


def _interne(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.vrai("est_mutation_interne")


def _hlm(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.vrai("est_mutation") | lignes.vrai("est_mutation_interne")


def _relogee(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.vrai("est_relogement_ru")


def _anciennete(lignes: Colonnes, contexte: Contexte) -> Classes:
    """Completed years from the filing to 31 December, in the classes of anciennetes.csv."""
    # On 31 December every anniversary of the year has come.
    return dans_les_bornes(contexte.annee - lignes.annees("date_depot_demande"), contexte.nomenclatures["anciennetes"])


def _origine(lignes: Colonnes, contexte: Contexte) -> Classes:
    """The commune that the household comes from: a member (or one where dwellings are allocated), elsewhere, or NR."""
    ici = {*contexte.communes, *lignes.texte("commune_insee").valeurs}
    return lignes.texte("commune_origine_insee").classer(
        lambda commune: NON_RENSEIGNE if commune is None else commune if commune in ici else "HORS_EPCI"
    )


def _vient_de_l_epci(lignes: Colonnes, contexte: Contexte) -> Booleens:
    return ~_est(_origine(lignes, contexte), "HORS_EPCI", NON_RENSEIGNE)


def _meme_commune(lignes: Colonnes, contexte: Contexte) -> Booleens:
    origine, commune = _origine(lignes, contexte), lignes.texte("commune_insee").classer(ou_non_renseigne)
    memes: Booleens = np.array(commune.places(origine.noms))[origine.rangs] == commune.rangs
    return memes & lignes.connu("commune_insee")


def _attribuee(lignes: Colonnes, contexte: Contexte) -> Booleens:
    """Whether the commission allocated the dwelling, in rank or under condition included (art. R441-3)."""
    decisions = contexte.nomenclatures["decisions_caleol"]
    attribuent = {code for code in decisions.codes() if decisions.groupe(code) == "Attribution"}
    return lignes.texte("decision").parmi(lambda code: code in attribuent)


def _refusee(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.connu("motif_refus_demandeur") | lignes.connu("date_refus_demandeur")


def _radiee(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.texte("motif_radiation").parmi(lambda motif: motif != "DERADIATION")


def _constant(lignes: Colonnes, contexte: Contexte) -> Booleens:
    return lignes.texte("commune_insee").parmi(lambda commune: commune in contexte.constantes)


_REVENU, _CATEGORIES = ("revenu_uc_annuel_eur",), ("categories_prioritaires",)
_ORIGINE, _LOGEMENT = ("commune_origine_insee",), ("logement_actuel",)
_REFUS = ("motif_refus_demandeur", "date_refus_demandeur")

DIMENSIONS: Mapping[str, Dimension] = {
    "commune": Dimension(par_colonne("commune_insee")),
    "constant": Dimension(oui_non(_constant)),
    "zone": Dimension(_zone, ("est_en_qpv",), "situations_qpv", silence=_jamais_hors_qpv),
    "qpv": Dimension(_qpv, ("est_en_qpv",), aussi=("qpv",), silence=_jamais_nomme),
    "bailleur": Dimension(par_colonne("bailleur"), ("bailleur",), "bailleurs"),
    "reservataire": Dimension(par_colonne("reservataire"), ("reservataire",), "reservataires"),
    "champ": Dimension(
        selon(_champ, "objectifs", "hors"), aussi=("financement", "est_mutation_interne"),
        silence=_jamais_hors_mutations,
    ),
    "quartile": Dimension(_quartile, _REVENU, "quartiles"),
    "O01": Dimension(oui_non(_premier_quartile_ou_ru), _REVENU, aussi=("est_relogement_ru",)),
    "O02": Dimension(oui_non(_autres_quartiles), _REVENU),
    "revenu": Dimension(connu(_revenu_connu), _REVENU),
    "revenu_ou_ru": Dimension(connu(lambda li, c: _revenu_connu(li, c) | _relogee(li, c)), _REVENU),
    "prioritaire": Dimension(oui_non(_prioritaire), _CATEGORIES, aussi=("statut_dalo",)),
    "relogement_ru": Dimension(oui_non(_relogee), ("est_relogement_ru",)),
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
    "delai": Dimension(connu(lambda li, _: li.connu("delai_mois")), ("delai_mois",)),
    "origine": Dimension(_origine, _ORIGINE),
    "vient_de_l_epci": Dimension(oui_non(_vient_de_l_epci), _ORIGINE),
    "meme_commune": Dimension(oui_non(_meme_commune), _ORIGINE),
    "radiation": Dimension(oui_non(_radiee)),
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
        public = contexte.nomenclatures["publics"].rangees[reste]
        sources = [s for colonne, sources in SOURCES_DES_PUBLICS.items() if public[colonne] for s in sources]
        return Dimension(_public(reste), tuple(dict.fromkeys(sources)))
    if genre == MANQUE:
        return Dimension(oui_non(lambda lignes, _: ~lignes.connu(reste)), (reste,))
    raise KeyError(nom)


# Where a missing value is a class of a partition: the two are one count. Stored column → dimension and class. A blank
# situation of quarter may be an answer (D14), and is counted apart.
CLASSES_MANQUANTES: Mapping[str, Condition] = {
    sources[0]: (nom, NON_RENSEIGNE)
    for nom, d in DIMENSIONS.items()
    if d.nomenclature and len(sources := d.sources) == 1 and nom != "zone"
} | {"commune_origine_insee": ("origine", NON_RENSEIGNE)}
