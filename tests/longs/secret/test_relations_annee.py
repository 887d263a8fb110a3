"""Every relation holds on the rows of a fictitious year, recounted apart (``recompte.py``), under other rules too."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from recompte import Recompte

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.exemple.generation import generer
from cil_analysis.exemple.projet import Effectifs
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.grammaire.populations import EXTRAITS
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, alternatives, regles_de_comptage
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.preuve.dementis import dementies
from cil_analysis.secret.preuve.effets import effet
from cil_analysis.secret.preuve.probleme import Indeductible
from cil_analysis.secret.preuve.protection import examiner, proteger
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, Relation, relever, valeurs_des_cases
from cil_analysis.secret.relations.ensemble import relier
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.territoire import structure_du_territoire
from essais import essais, sur_demande
from fabrique import calculer_ensemble
from registres import DU_BILAN, PAR_CODE

RACINE = Path(__file__).resolve().parents[3]
# The sums of the other systems have tests of their own: test_relations_demande, test_relations_flux, test_regroupements
# and test_occupation_secret.
COMPTES = [i for i in DU_BILAN if i.compte.population]
# The names of what is left over: nothing else is counted by them.
RESTES = ("moins ", "plus ", "ensemble ", "comptés ")


@dataclass(frozen=True)
class Annee:
    """A year of the example: its rows, what it is counted by, and what everybody knows of it."""

    references: References
    lignes: Mapping[str, pd.DataFrame]
    constantes: frozenset[str]
    recompte: Recompte
    choix: Choix

    def preparer(self, lignes: Mapping[str, pd.DataFrame] | None = None, **choix: object) -> Exercice:
        return preparer_exercice(
            self.references, 2022, **(lignes or self.lignes), constantes=self.constantes,
            choix={**self.choix, **choix},
        )  # fmt: skip

    def chiffres(self, lignes: Mapping[str, pd.DataFrame] | None = None, sans: Collection[str] = ()) -> pd.DataFrame:
        """The figures of every indicator, those under each other rule included."""
        exercice = self.preparer(lignes)
        variantes = [
            replace(self.preparer(lignes, **choix), variante=regle)
            for regle, choix in alternatives(self.references, exercice.regles).items()
        ]
        comptes = [i for i in COMPTES if i.code not in sans]
        return calculer_ensemble(comptes, [exercice], self.references.objectifs, variantes)

    @property
    def structure(self) -> Structure:
        """That of the territory, under the rules of the year."""
        connue = structure_du_territoire(self.references, 2022, self.constantes)
        regles = regles_de_comptage(self.references, 2022, self.choix)
        return replace(
            connue,
            revenus_exclus=regles.p8_ressources_manquantes == "exclues",
            mutations_exclues=regles.p3_mutations == "hors_mutations",
            ru_selon_ressources=regles.p10_relogement_ru == "selon_ressources",
            variantes={
                regle: effet(regles, regles_de_comptage(self.references, 2022, {**self.choix, **choix}))
                for regle, choix in alternatives(self.references, regles).items()
            },
        )


def seuils(reference: Path, annee: int) -> tuple[float | None, ...]:
    """Q1, Q2 and Q3 as the file has them."""
    with (reference / "parameters" / "seuils_quartiles.csv").open(encoding="utf-8", newline="") as flux:
        annuels = {ligne["annee"]: ligne for ligne in csv.DictReader(flux)}.get(str(annee), {})
    q1, q2, q3 = (float(annuels[nom]) if annuels.get(nom) else None for nom in ("q1", "q2", "q3"))
    return q1, q2, q3


@pytest.fixture(scope="module")
def fictive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Annee]:
    dossier = tmp_path_factory.mktemp("relations")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        effectifs = Effectifs(900, 1_000)
        projet, bruts = generer(ouvrir_projet(RACINE), dossier / "exemple", (2021, 2022), 7, effectifs=effectifs)
        references = References(projet)
        for fichier in dict(bruts)[2022]:
            importer(projet, references, Demande([fichier], 2022))
        lignes = {nom: store.lire(projet, nom, 2022) for nom in EXTRAITS}
        membres = list(references.territoire.membres(date(2022, 12, 31))["code_insee"].astype("str"))
        # As if two communes had joined during the series, one of them with a QPV.
        presentes = lignes["attributions"]["commune_insee"].value_counts().index
        constantes = frozenset(membres) - {presentes[1], presentes[6]}
        recompte = Recompte(
            2022, lignes, projet.reference / "nomenclatures", seuils(projet.reference, 2022), membres, constantes,
            en_qpv(projet.reference, date(2022, 12, 31)), seuils(projet.reference, 2021),
            secteurs={
                "/".join(filter(None, [s["code_insee"] or s["qpv_code"], s["residence"]])): s["secteur"]
                for s in lire(projet.reference / "territory" / "secteurs.csv")
            },
        )  # fmt: skip
        yield Annee(references, lignes, constantes, recompte, {})


def en_qpv(reference: Path, jour: date) -> set[str]:
    """The communes that a quarter of the day touches, read in the files."""
    quartiers, liens = (lire(reference / "territory" / nom) for nom in ("qpv.csv", "qpv_communes.csv"))
    actuels = {q["code"] for q in quartiers if q["valide_du"] <= str(jour) <= (q["valide_au"] or "9999")}
    return {lien["code_insee"] for lien in liens if lien["qpv_code"] in actuels}


def lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


def est_reste(case: Case) -> bool:
    sauf = ("morceau", "sauf ")  # what rules say beside the pieces of publics
    return any(
        c == "reste" or (nom == "regle" and c.startswith(RESTES)) or (nom == sauf[0] and c.startswith(sauf[1]))
        for nom, c in case.conditions
    )


def fautes_de(relation: Relation, recompte: Recompte) -> str:
    """What is wrong with a relation, row by row: its parts overlap, or they are not the whole, or go beyond it."""
    if est_reste(relation.total):
        return ""  # A name for a sum.
    connues = [p for p in relation.parties if not est_reste(p)]
    for extrait, tout in recompte.masques(relation.total).items():
        siens = [recompte.masques(p)[extrait] for p in connues if extrait in p.population.split("+")]
        somme = sum((m.astype(int) for m in siens), start=0 * tout.astype(int))
        if (somme > 1).any():
            return "overlap"
        if (somme.astype(bool) & ~tout).any():
            return "beyond"
        if len(connues) == len(relation.parties) and (tout & ~somme.astype(bool)).any():
            return "missing"
    return ""


@pytest.mark.parametrize(
    ("choix", "sans"),
    [
        ({}, ()),
        ({"p1_attribution": "un_par_menage", "p3_mutations": "hors_mutations", "p9_perimetre": "perimetre_constant",
          "p10_relogement_ru": "selon_ressources"}, ("R03", "R11")),
        ({"p4_financements_exclus": (), "p7_comparaison": "inferieur", "p8_ressources_manquantes": "exclues",
          "p10_relogement_ru": "selon_ressources"}, ()),
        pytest.param({"p1_attribution": "un_par_menage"}, (), marks=sur_demande),
        pytest.param({"p8_ressources_manquantes": "exclues"}, (), marks=sur_demande),
        pytest.param({"p9_perimetre": "perimetre_constant"}, (), marks=sur_demande),
    ],
    ids=["en vigueur", "P1 P3 P9 P10 sans les quartiles des demandes", "P4 P7 P8 P10", "P1", "P8", "P9"],
)  # fmt: skip
def test_toute_relation_est_vraie_des_lignes_d_une_annee_fictive(
    fictive: Annee, choix: Choix, sans: Collection[str]
) -> None:
    """Every case is recounted on the rows of the extract, those that no table shows included.

    Each rule that is chosen otherwise goes with others: alone, on demand, where they might hide it.
    """
    ici = replace(fictive if "p1_attribution" not in choix else a_deux_baux(fictive, 300), choix=choix)
    dites = [
        f"{nom.partition('_')[0].upper()}={','.join(x) if isinstance(x, tuple) else x}" for nom, x in choix.items()
    ]
    recompte = ici.recompte.sous("&".join(dites)) if choix else ici.recompte
    cadre, structure = ici.chiffres(sans=sans), ici.structure
    releve = relever(cadre, PAR_CODE, revenus_exclus=structure.revenus_exclus)
    valeurs = valeurs_des_cases(cadre, releve.lignes)
    systeme = relier(releve, valeurs, COMPTES, structure)
    assert len(valeurs) > 900 and len(systeme.relations) > 300

    reels = {c: recompte.compter(c) for c in valeurs}
    assert {c.cle: (v, reels[c]) for c, v in valeurs.items() if v != reels[c]} == {}
    assert all(reels[c] >= 1 for c in structure.presentes(releve) & valeurs.keys())
    assert {c.cle for c, n in reels.items() if n and structure.vide(c)} == set()
    assert {c.cle for c in systeme.nulles if recompte.compter(c)} == set()

    fautes = [
        (faute, r.total.cle, [p.cle for p in r.parties]) for r in systeme.relations if (faute := fautes_de(r, recompte))
    ]
    assert fautes == []
    # A household whose lease P1 or P9 leaves out was still proposed a dwelling.
    ote_des_baux = choix.keys() & {"p1_attribution", "p9_perimetre"}
    belies = dementies(systeme.relations, valeurs)
    assert {r for r in belies if not (ote_des_baux and any(p.population == "propositions" for p in r.parties))} == set()
    inegalites = [i for i in systeme.inegalites if all(not est_reste(case) for case, _ in i.termes)]
    comptes = {case: recompte.compter(case) for i in inegalites for case, _ in i.termes}
    assert [i for i in inegalites if not i.tient(comptes)] == []
    genres = {
        "QPV and communes": lambda r: any(p.classe("qpv") and p.classe("commune") for p in r.parties),
        "publics": lambda r: any(n.startswith("public_") for p in r.parties for n, _ in p.conditions)
        and r.total.classe("prioritaire"),
        "provenances": lambda r: r.total.classe("vient_de_l_epci"),
        "extracts": lambda r: "+" in r.total.population,
        "perimeter": lambda r: any(p.classe("constant") for p in r.parties) or "p9_perimetre" in choix,
        "rules": lambda r: any(p.classe("regle") for p in (r.total, *r.parties)),
        "renewal": lambda r: r.total.classe("relogement_ru") or structure.ru_selon_ressources,
    }  # fmt: skip
    assert {genre for genre, est in genres.items() if not any(map(est, systeme.relations))} == set()


def a_deux_baux(fictive: Annee, n: int) -> Annee:
    """As if households had signed another lease in the year."""
    baux = fictive.lignes["attributions"]
    noms = baux["demande_pseudonyme"].copy()
    noms.iloc[n : 2 * n] = noms.iloc[:n].to_numpy()
    lignes = {**fictive.lignes, "attributions": baux.assign(demande_pseudonyme=noms)}
    recompte = replace(fictive.recompte, lignes=lignes, _lus={}, _autres={})
    return replace(fictive, lignes=lignes, recompte=recompte)


def premiers_baux(fictive: Annee, n: int, **colonnes: list[str]) -> Mapping[str, pd.DataFrame]:
    """The first leases alone; what was proposed to the households of the others goes with them."""
    baux, propositions = fictive.lignes["attributions"], fictive.lignes["propositions"]
    partis = set(baux["demande_pseudonyme"].iloc[n:].dropna()) - set(baux["demande_pseudonyme"].iloc[:n].dropna())
    restent = ~propositions["demande_pseudonyme"].isin(list(partis))
    return {
        **fictive.lignes, "attributions": baux.head(n).assign(**colonnes), "propositions": propositions[restent],
    }  # fmt: skip


PROVENANCES = ("T03", "T03R")


# The matrix of provenances makes the most of the masks of a small year, and of the time that they take.
@pytest.mark.parametrize(("n", "sans"), [(1, ()), (12, PROVENANCES), *([(7, ()), (40, PROVENANCES)] * essais(1, 0))])
def test_une_annee_minuscule_se_protege_et_se_prouve(fictive: Annee, n: int, sans: Collection[str]) -> None:
    """A dozen leases: nearly every count is small, and an actor that is listed has one at least."""
    cadre = fictive.chiffres(premiers_baux(fictive, n), sans)
    regles, structures = {2022: ReglesSecret(5, 10)}, {2022: fictive.structure}
    pourquoi = proteger(examiner(cadre, PAR_CODE, structures), regles).motifs
    publie = cadre.assign(statut=cadre["statut"].mask(pourquoi.ne(""), "secret"))
    publie.loc[pourquoi.ne(""), ["numerateur", "denominateur"]] = float("nan")
    publie.loc[pourquoi.ne(""), "resultat"] = "non_calculable"
    deductions = auditer({2022: publie}, 2022, {2022: Lecteur(2022, PAR_CODE, regles[2022], structures[2022])})
    fautes = {d.case.cle for d in deductions if not d.protegee}
    # The rows kept of an extract are known whatever is masked; below the threshold, so are their number.
    assert fautes <= {("attributions", ())}
    petits = publie[publie["numerateur"].between(1, 4) & publie["statut"].ne("secret")]
    des_logements = petits["indicateur"].str.startswith("L0") | petits["modalite"].isin(["INCONNU", "est_en_qpv"])
    des_logements |= petits["indicateur"].eq("Q01P") & petits["modalite"].eq("typologie")  # Of what is proposed.
    assert petits[~des_logements].empty or set(petits[~des_logements]["indicateur"]) <= {"Q01"}


def test_sept_baux_de_quatre_bailleurs_ne_se_protegent_pas(fictive: Annee) -> None:
    """Four landlords that have one each at least: nobody can hesitate between five values."""
    cadre = fictive.chiffres(premiers_baux(fictive, 7, bailleur=["B1", "B1", "B1", "B2", "B3", "B4", "B1"]))
    with pytest.raises(Indeductible):
        proteger(examiner(cadre, PAR_CODE, {2022: fictive.structure}), {2022: ReglesSecret(5, 10)})
