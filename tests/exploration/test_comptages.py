"""Counts asked one after the other in a notebook, attacked by a reader who keeps them all.

The reader has what the tables show, knows which rows each count is of, and looks for a small group whose count is a
combination of those shown: by projection, trying every small group, where the software searches a code modulo a prime.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import combinations

import highspy
import numpy as np
import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.comptage import ChiffresRetenus, compter, verifier
from cil_analysis.exploration.lignes import annees_voulues
from cil_analysis.exploration.session import Session
from cil_analysis.ouvrir import une_annee
from cil_analysis.secret.regles import ReglesSecret
from essais import essais
from messages import exiger_du_francais, exiger_un_remede, refuser

ANNEE, SEUIL = 2022, 5
REGLES = {ANNEE: ReglesSecret(SEUIL, 10)}
Vus = list[tuple[frozenset[int], int]]


def lignes(session: Session, sensibles: list[bool] | None = None, **colonnes: list[str]) -> pd.DataFrame:
    masque = None if sensibles is None else pd.Series(sensibles)
    table = session.numeroter(pd.DataFrame(colonnes), "attributions", ANNEE, masque).set_index("ligne")
    return table.assign(annee=ANNEE)


def demander(
    session: Session, table: pd.DataFrame, par: list[str], regles: dict[int, ReglesSecret] = REGLES
) -> pd.DataFrame | None:
    """What a question shows; None when it is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ChiffresRetenus)
        try:
            return compter(table, par, regles, session, par_sensible=False)
        except ErreurCIL:
            return None


def ensembles(
    table: pd.DataFrame, par: list[str], reponse: pd.DataFrame | None
) -> Iterator[tuple[frozenset[int], object]]:
    """The rows that each figure of an answer is of, and what is shown of it (NA: masked)."""
    for ligne in () if reponse is None else reponse.to_dict("records"):
        choisies = table
        for colonne in par:
            if ligne[colonne] != "Ensemble":
                choisies = choisies[choisies[colonne].eq(ligne[colonne])]
        yield frozenset(choisies.index), ligne["effectif"]


def atomes(comptes: list[frozenset[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The counts as sums of the crossings that have rows, and how many each has."""
    rangs = sorted(frozenset().union(*comptes))
    signatures, tailles = np.unique(np.array([[r in c for c in comptes] for r in rangs]), axis=0, return_counts=True)
    return signatures.T.astype(float), tailles


def groupe_devoile(
    montres: list[frozenset[int]], permises: frozenset[int] | None = None, seuil: int = SEUIL
) -> tuple[int, ...] | None:
    """The crossings of a small group whose count is told by those shown; ``permises``: of such rows alone."""
    if not montres:
        return None
    matrice, tailles = atomes(montres)
    inconnu = np.eye(len(tailles)) - np.linalg.pinv(matrice) @ matrice  # What no combination of the counts reaches.
    petits = np.flatnonzero(tailles < seuil)
    if permises is not None:
        siens, _ = atomes(
            [*montres, permises]
        )  # Split by whether they are permitted: a crossing with both comes twice.
        melanges = {tuple(a[:-1]) for a in siens.T if not a[-1]}
        petits = np.array([p for p in petits if tuple(matrice[:, p]) not in melanges], dtype=np.int64)
    for combien in range(1, seuil):
        for groupe in combinations(petits, combien):
            if tailles[list(groupe)].sum() < seuil and np.abs(inconnu[list(groupe)].sum(axis=0)).max() < 1e-8:
                return groupe
    return None


def largeur(montres: list[frozenset[int]], cible: frozenset[int]) -> float:
    """How wide the interval of a count is, given those shown; by a linear programme of its own."""
    matrice, tailles = atomes([*montres, cible])
    bornes = []
    for sens in ("minimize", "maximize"):
        lp = highspy.Highs()
        lp.silent()
        nombres = [lp.addVariable(lb=0, ub=1000) for _ in tailles]
        for ligne in matrice[:-1]:
            lp.addConstr(sum(n for n, x in zip(nombres, ligne, strict=True) if x) == float(ligne @ tailles))
        but = sum(n for n, x in zip(nombres, matrice[-1], strict=True) if x)
        getattr(lp, sens)(but)
        bornes.append(float(lp.val(but)))
    return bornes[1] - bornes[0]


def suite_au_hasard(graine: int) -> Iterator[tuple[pd.DataFrame, list[str], Session]]:
    """Questions about some of the same rows: a few of them left out each time, counted by other columns."""
    hasard, session = np.random.default_rng(graine), Session()
    n = int(hasard.integers(20, 60))
    table = lignes(
        session, **{nom: list(hasard.choice(list("abcd")[:k], n)) for nom, k in (("x", 2), ("y", 3), ("z", 4))}
    )
    for _ in range(4):
        par = list(hasard.choice(["x", "y", "z"], int(hasard.integers(0, 3)), replace=False))
        gardees = hasard.random(n) < hasard.choice([1, 0.95, 0.9, 0.6])
        yield table[gardees], par, session


@pytest.mark.parametrize("graine", range(essais(300, 6)))
def test_rien_de_petit_ne_se_deduit_d_une_suite_de_comptages(graine: int) -> None:
    montres, posees = list[frozenset[int]](), []
    for table, par, session in suite_au_hasard(graine):
        reponse = demander(session, table, par)
        vus = list(ensembles(table, par, reponse))
        for compte, effectif in vus:
            assert pd.isna(effectif) or (effectif == len(compte) and not 0 < len(compte) < SEUIL)
        siens = [compte for compte, effectif in vus if compte and not pd.isna(effectif)]
        petits = {compte for compte, effectif in vus if 0 < len(compte) < SEUIL}
        for petit in petits:  # As uncertain as the table alone, or the earlier ones, leave it.
            laissee = min(SEUIL - 1, largeur(siens, petit), largeur(montres, petit))
            assert largeur([*montres, *siens], petit) >= laissee - 1e-6
        montres += siens
        assert groupe_devoile(montres) is None
        posees.append((table, par, session, reponse))
    for table, par, session, reponse in posees:
        encore = demander(session, table, par)
        assert encore is None if reponse is None else reponse.equals(encore)


def test_le_lecteur_trouve_quand_chaque_comptage_est_protege_seul() -> None:
    """The attack is one: without memory, it succeeds."""
    trouves = 0
    for graine in range(6):
        montres = list[frozenset[int]]()
        for table, par, _ in suite_au_hasard(graine):
            seule = Session()
            seule.numeroter(pd.DataFrame({"x": range(100)}), "attributions", ANNEE)
            reponse = demander(seule, table, par)
            montres += [c for c, effectif in ensembles(table, par, reponse) if c and not pd.isna(effectif)]
        trouves += groupe_devoile(montres) is not None
    assert trouves > 1


def test_une_difference_de_deux_comptages_est_masquee_et_cela_se_dit() -> None:
    session = Session()
    table = lignes(session, bailleur=["B1"] * 40 + ["B2"] * 30 + ["B3"] * 30)
    assert compter(table, ["bailleur"], REGLES, session, par_sensible=False)["effectif"].tolist() == [40, 30, 30, 100]
    sans_trois = table.iloc[3:]
    with pytest.warns(ChiffresRetenus) as dits:
        suite = compter(sans_trois, ["bailleur"], REGLES, session, par_sensible=False).set_index("bailleur")
    assert suite["statut"].to_dict() == {"B1": "secret", "B2": "publie", "B3": "publie", "Ensemble": "secret"}
    dit = exiger_du_francais(str(dits[0].message))
    assert "bailleur" in dit and str(ANNEE) in dit and "regroupez" in dit
    with pytest.raises(ErreurCIL) as refus:
        compter(sans_trois.drop(columns="bailleur"), [], REGLES, session, par_sensible=False)
    exiger_un_remede(refus.value, "bailleur")
    sans_dix = compter(table.iloc[10:], ["bailleur"], REGLES, session, par_sensible=False)
    assert sans_dix["statut"].eq("publie").all()


STRICTES = {ANNEE: ReglesSecret(SEUIL, 10, seuil_sensible=11)}


def test_le_seuil_d_une_variable_sensible_vaut_pour_les_differences() -> None:
    """Seven rows are few of what is sensitive, and not of what is not."""
    for sensible in (False, True):
        session = Session()
        table = lignes(session, [sensible] * 40, x=["a"] * 40)
        compter(table, [], STRICTES, session, par_sensible=False)
        if sensible:
            with pytest.raises(ErreurCIL):
                compter(table.iloc[7:], [], STRICTES, session, par_sensible=False)
        else:
            assert compter(table.iloc[7:], [], STRICTES, session, par_sensible=False)["effectif"].tolist() == [33]


def sensible_a_part(session: Session) -> pd.DataFrame:
    """A hundred rows, seven of which are sensitive; two columns of the analyst, one of which says which they are."""
    sensibles = [i % 14 == 3 for i in range(100)]
    return lignes(
        session, sensibles, x=[f"{i // 25}" for i in range(100)], oui=["oui" if s else "non" for s in sensibles]
    )


def test_une_colonne_tiree_d_une_variable_sensible_ne_la_donne_pas() -> None:
    session = Session()
    table = sensible_a_part(session)
    reponse = demander(session, table, ["oui"], STRICTES)
    assert reponse is not None and reponse.set_index("oui")["effectif"].isna().to_dict() == {
        "non": True, "oui": True, "Ensemble": False,
    }  # fmt: skip
    ordinaire = demander(session, table, ["x"], STRICTES)
    assert ordinaire is not None and ordinaire["effectif"].tolist() == [25, 25, 25, 25, 100]


def test_les_lignes_qui_ne_la_portent_pas_ne_la_donnent_pas() -> None:
    for table_d_abord in (True, False):
        session = Session()
        table = sensible_a_part(session)
        suite = [table, table[table["oui"].eq("non")]]
        reponses = [demander(session, t, [], STRICTES) for t in (suite if table_d_abord else suite[::-1])]
        assert reponses[0] is not None and reponses[0]["statut"].tolist() == ["publie"]
        assert reponses[1] is None, "seven are the difference"


@pytest.mark.parametrize("graine", range(essais(200, 5)))
def test_rien_de_sensible_ne_se_deduit_d_une_suite_de_comptages(graine: int) -> None:
    """The same attack on sensitive rows: a column says more or less which they are, and filters leave some out."""
    hasard, session, montres = np.random.default_rng(graine), Session(), list[frozenset[int]]()
    n = int(hasard.integers(30, 60))
    sensibles = hasard.random(n) < 0.2
    dit = np.where(hasard.random(n) < 0.9, sensibles, ~sensibles)
    table = lignes(session, list(sensibles), x=list(hasard.choice(["a", "b"], n)), dit=list(np.where(dit, "o", "n")))
    siennes = frozenset(table.index[sensibles])
    for _ in range(4):
        gardees = ~sensibles if hasard.random() < 0.3 else hasard.random(n) < hasard.choice([1, 0.9])
        par = list(hasard.choice(["x", "dit"], int(hasard.integers(0, 3)), replace=False))
        reponse = demander(session, table[gardees], par, STRICTES)
        montres += [c for c, effectif in ensembles(table[gardees], par, reponse) if c and not pd.isna(effectif)]
    assert groupe_devoile(montres) is None
    assert groupe_devoile(montres, siennes, 11) is None


def test_importees_de_nouveau_des_lignes_changees_ne_se_comptent_plus() -> None:
    session = Session()
    avant = lignes(session, x=["a"] * 40, z=[""] * 40)
    assert list(lignes(session, x=["a"] * 40, z=[""] * 40).index) == list(avant.index)
    with pytest.raises(ErreurCIL) as refus:
        lignes(session, x=["a"] * 40, z=["rempli"] * 40)
    exiger_un_remede(refus.value, "noyau")


def test_ce_qu_un_comptage_masque_de_lui_meme_n_accuse_aucun_autre() -> None:
    session = Session()
    table = sensible_a_part(session)
    compter(table, ["x"], STRICTES, session, par_sensible=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ChiffresRetenus)
        reponse = compter(table, ["oui"], STRICTES, session, par_sensible=False)
    assert reponse.set_index("oui")["statut"].to_dict() == {"non": "secret", "oui": "secret", "Ensemble": "publie"}


def test_une_annee_absente_se_dit() -> None:
    with pytest.raises(ErreurCIL) as refus:
        verifier(pd.DataFrame({"annee": [2022, None], "x": ["a", "b"]}), ["x"])
    exiger_un_remede(refus.value, "année")


def test_une_colonne_sans_nom_n_empeche_pas_de_dire_les_possibles() -> None:
    """What pandas groups has columns called by numbers."""
    with pytest.raises(ErreurCIL) as refus:
        verifier(pd.DataFrame({0: [1], "x": ["a"]}), ["typologie"])
    assert "0, x" in str(refus.value)


@pytest.mark.parametrize("colonne", ["statut", "effectif"])
def test_une_colonne_ne_prend_pas_le_nom_de_ce_que_le_resultat_dit(colonne: str) -> None:
    with refuser(colonne, "rename"):
        verifier(pd.DataFrame({colonne: ["a"]}), [colonne])


def test_aucune_annee_n_est_pas_toutes() -> None:
    with pytest.raises(ErreurCIL) as refus:
        annees_voulues([], [2021, 2022])
    assert "annees=2022" in str(refus.value)


def test_une_ligne_perdue_ou_comptee_deux_fois_se_refuse() -> None:
    session = Session()
    table = lignes(session, x=["a"] * 10 + ["b"] * 10)
    assert demander(session, table.reset_index().merge(pd.DataFrame({"x": ["a", "b"], "y": [1, 2]})), ["y"]) is not None
    for perdue in (table.reset_index(drop=True), table.set_axis(table.index + 1), pd.concat([table, table])):
        with pytest.raises(ErreurCIL) as refus:
            compter(perdue, ["x"], REGLES, session, par_sensible=False)
        exiger_un_remede(refus.value)


@pytest.mark.parametrize("voulue", ["2022", [2021, 2022], range(2020, 2023), 2022.0, None])
def test_une_annee_seule_est_un_nombre(voulue: object) -> None:
    with pytest.raises(ErreurCIL) as refus:
        une_annee(voulue)
    assert "une seule, en chiffres et sans guillemets" in str(refus.value)
    assert une_annee(np.int64(2022)) == 2022
