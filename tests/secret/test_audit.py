"""The audit, on figures small enough to be deduced by hand."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import CHIFFRES, mettre_en_cadre
from cil_analysis.grammaire.indicateur import Compte, Indicateur
from cil_analysis.projet import ouvrir_projet
from cil_analysis.secret import publication
from cil_analysis.secret.preuve.audit import Lecteur, auditer, tables_en_defaut
from cil_analysis.secret.preuve.probleme import Besoin, Indeductible
from cil_analysis.secret.publies import deja_publie
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from commande import RACINE
from messages import exiger_un_remede
from registres import PAR_CODE

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
EPCI = "200000000"
V01 = Indicateur("V01", "Attributions", "", "nombre", "", "")
INDICATEURS = {"V01": V01}


def volumes(*communes: float, annee: int = 2022, masquees: tuple[int, ...] = ()) -> pd.DataFrame:
    """V01 of the EPCI and of its communes; some rows masked by hand."""
    lignes = [{"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": float(sum(communes))}]
    lignes += [
        {"perimetre_type": "commune", "perimetre_code": f"9900{i}", "numerateur": n} for i, n in enumerate(communes)
    ]
    cadre = mettre_en_cadre(pd.DataFrame(lignes), "V01", annee, "nombre")
    rangs = [i + 1 for i in masquees]
    cadre.loc[rangs, "statut"] = "secret"
    cadre.loc[rangs, CHIFFRES] = float("nan")
    return cadre


def bornes(*publies: pd.DataFrame, bilan: int = 2022, regles: ReglesSecret = REGLES) -> dict[str, tuple[float, float]]:
    """Commune → interval, from bilans numbered from 2022."""
    publications = {2022 + i: cadre for i, cadre in enumerate(publies)}
    trouvees = auditer(publications, bilan, {2022: Lecteur(2022, INDICATEURS, regles, Structure())})
    return {d.case.classe("commune") or "": (d.bas, d.haut) for d in trouvees if d.tables}


def test_une_case_masquee_se_borne_par_la_somme_des_masquees() -> None:
    assert bornes(volumes(3, 20, 30, masquees=(0,))) == {"99000": (3, 3)}
    assert bornes(volumes(3, 20, 30, masquees=(0, 1))) == {"99000": (0, 23), "99001": (0, 23)}


@pytest.mark.parametrize(("effectif", "refuse"), [(1, True), (4, True), (5, False), (0, False)])
def test_un_petit_effectif_publie_est_refuse(effectif: int, refuse: bool) -> None:
    """From 1 to the threshold less one, which is 5."""
    cadre = volumes(effectif, 20, 30)
    deductions = auditer({2022: cadre}, 2022, {2022: Lecteur(2022, INDICATEURS, REGLES, Structure())})
    assert tables_en_defaut(deductions) == (["V01 2022"] if refuse else [])


@pytest.mark.parametrize(
    ("bas", "haut", "tolere", "besoin"),
    [
        (0, 9, False, 4), (4, 9, False, 4), (5, 9, False, 1), (0, 0, False, 4),
        (5, 9, True, 0), (0, 0, True, 0), (0, 2, True, 4),
    ],
)  # fmt: skip
def test_ce_qui_est_exige_d_un_intervalle(bas: float, haut: float, tolere: bool, besoin: int) -> None:
    assert Besoin(5, 4, tolere).entre(bas, haut) == besoin


@pytest.mark.parametrize("tolere", [False, True])
def test_ce_qui_est_acquis_le_reste_de_tout_intervalle_plus_large(tolere: bool) -> None:
    """Against every interval of a few numbers, and nothing else is taken for sure: some wider one would not do."""
    besoin, fin = Besoin(5, 4, tolere), 20
    for bas, haut in combinations_with_replacement(range(fin), 2):
        autour = [(b, h) for b in (*range(fin), 4.99) if b <= bas for h in range(haut, fin)]
        assert besoin.est_acquis(bas, haut) == all(besoin.est_tenu(*intervalle) for intervalle in autour)


def test_un_autre_bilan_des_memes_lignes_le_montre_et_celui_d_autres_lignes_non() -> None:
    masque = volumes(3, 20, 30, masquees=(0, 1))
    assert bornes(masque, volumes(3, 20, 30, masquees=(0, 2))) == {"99000": (3, 3)}
    assert bornes(masque, volumes(3, 21, 30, masquees=(0, 2))) == {"99000": (0, 23), "99001": (0, 23)}


def test_un_zero_que_chacun_connait_n_est_pas_une_case_masquee() -> None:
    cadre = volumes(0, 3, 20, masquees=(0, 1))
    structure = Structure(communes_sans_parc=frozenset({"99000"}))
    trouvees = auditer({2022: cadre}, 2022, {2022: Lecteur(2022, INDICATEURS, REGLES, structure)})
    assert {d.case.classe("commune"): (d.bas, d.haut) for d in trouvees if d.tables} == {"99001": (3, 3)}


def _case(rang: int) -> Case:
    return Case("attributions", frozenset({("commune", f"9900{rang}")}))


def publier_volumes(cadre: pd.DataFrame, deja: dict[int, object] | None = None, **plus: object) -> list[str]:
    regles = {2022: ReglesSecret(5, 10, **plus)}  # type: ignore[arg-type]
    tables = publier_ensemble([(V01, cadre)], regles, {}, deja)  # type: ignore[arg-type]
    return tables["V01"].donnees["statut"].tolist()


def test_seul_le_plus_petit_voisin_est_masque_avec_un_petit_effectif() -> None:
    assert publier_volumes(volumes(3, 20, 30, 40)) == ["publie", "secret", "secret", "publie", "publie"]


def test_un_bilan_deja_diffuse_garde_ses_masques() -> None:
    cadre = volumes(3, 20, 30, 40)
    ancien = volumes(3, 20, 30, 40, masquees=(0, 3))
    vraies = {_case(i): float(n) for i, n in enumerate((3, 20, 30, 40))}
    deja = deja_publie({2023: ancien}, 2022, 2022, vraies, INDICATEURS, Structure())
    assert _case(1) in deja.connues and _case(3) not in deja.connues
    assert publier_volumes(cadre, {2022: deja}) == ["publie", "secret", "publie", "publie", "secret"]


def test_ce_qu_un_autre_bilan_masque_le_reste_tant_que_les_effectifs_sont_les_memes() -> None:
    """More than these counts need: it may protect a table that the other bilan alone has."""
    cadre, masquees = volumes(3, 20, 30, 40), (0, 1, 3)
    vraies = {_case(i): float(n) for i, n in enumerate((3, 20, 30, 40))}

    def statuts(autre: pd.DataFrame, bilan: int) -> list[str]:
        deja = deja_publie({bilan: autre}, 2022, 2022, vraies, INDICATEURS, Structure())
        return publier_volumes(cadre, {2022: deja})

    meme, corrige = volumes(3, 20, 30, 40, masquees=masquees), volumes(3, 20, 31, 40, masquees=masquees)
    assert statuts(meme, 2023) == ["publie", "secret", "secret", "publie", "secret"]
    assert statuts(corrige, 2023).count("secret") == 2
    assert statuts(meme, 2022).count("secret") == 2  # The bilan that it takes the place of.


def test_ce_qu_un_autre_bilan_est_seul_a_masquer_ne_se_deduit_pas_non_plus() -> None:
    """A table by class that the other alone has: a total shown here gives the class that it masks."""
    classes = Indicateur("K01", "Par classe", "", "nombre", "", "", compte=Compte(axe="categorie"))
    table = pd.DataFrame(
        [{"perimetre_type": "commune", "perimetre_code": "99000", "modalite": k, "numerateur": n}
         for k, n in (("K1", 27.0), ("K2", 3.0))]
    )  # fmt: skip
    par_classe = mettre_en_cadre(table, "K01", 2022, "nombre")
    par_classe.loc[1, "statut"], par_classe.loc[1, CHIFFRES] = "secret", float("nan")
    autre = pd.concat([volumes(30, 40, 50, masquees=(0, 1)), par_classe], ignore_index=True)
    indicateurs = INDICATEURS | {"K01": classes}
    for ici, attendu in ((volumes(30, 40, 50, masquees=(0, 1)), (0, 43)), (volumes(30, 40, 50), (3, 3))):
        trouvees = auditer({2022: ici, 2023: autre}, 2022, {2022: Lecteur(2022, indicateurs, REGLES, Structure())})
        assert [(d.bas, d.haut) for d in trouvees if d.tables == ("K01",)] == [attendu]


def test_ce_qu_un_autre_bilan_montre_ne_peut_plus_etre_masque() -> None:
    cadre = volumes(3, 20, 30, 40)
    vraies = {_case(i): float(n) for i, n in enumerate((3, 20, 30, 40))}
    deja = deja_publie({2023: cadre}, 2022, 2022, vraies, INDICATEURS, Structure())
    with pytest.raises(Indeductible):
        publier_volumes(cadre, {2022: deja})
    sans_issue = deja_publie(
        {2023: volumes(3, 20, 30, 40, masquees=(0,))}, 2022, 2022, vraies, INDICATEURS, Structure()
    )
    with pytest.raises(Indeductible):
        publier_volumes(cadre, {2022: sans_issue})


def test_les_zeros_se_masquent_sur_demande_sauf_ceux_que_chacun_connait() -> None:
    cadre = volumes(0, 0, 20, 30)
    assert publier_volumes(cadre) == ["publie"] * 5
    assert publier_volumes(cadre, zeros_publies=False)[1:3] == ["secret", "secret"]
    structure = Structure(communes_sans_parc=frozenset({"99000"}))
    regles = {2022: ReglesSecret(5, 10, zeros_publies=False)}
    statuts = publier_ensemble([(V01, cadre)], regles, {2022: structure})["V01"].donnees["statut"].tolist()
    assert statuts[1] == "publie" and statuts[2] == "secret" and "secret" in statuts[3:]


def test_une_annee_que_rien_ne_protege_ne_se_publie_pas() -> None:
    """Neither without rules, nor under active rules without what its figures show."""
    cadre, regles = volumes(3, 20, 30), {2022: ReglesSecret(5, 10)}
    for siennes, examens in (({}, None), ({2021: regles[2022]}, None), (regles, {})):
        with pytest.raises(ValueError, match="2022"):
            publier_ensemble([(V01, cadre)], siennes, {}, examens=examens)


def _parts(code: str, *fractions: tuple[float, float]) -> pd.DataFrame:
    """An objective of the EPCI, whose figures come first, and of its communes."""
    table = pd.DataFrame(fractions, columns=["numerateur", "denominateur"], dtype="float64")
    table["perimetre_type"] = ["epci"] + ["commune"] * (len(table) - 1)
    table["perimetre_code"] = [EPCI] + [f"9900{i}" for i in range(len(table) - 1)]
    return mettre_en_cadre(table, code, 2022, "pct")


def test_une_ligne_sans_chiffre_ne_montre_rien() -> None:
    """O09, of which the extract has no column, rests on the leases of O04: those of a commune are no less to protect.

    The leases of two communes that O04 masks are 29; there are 5 and 25 in all: 4 or 5 of them are in the first.
    """
    cadres = {
        "V01": volumes(5, 25, 70),
        "O04": _parts("O04", (35, 98), (2, 5), (3, 24), (30, 69)),
        "O09": _parts("O09", *[(float("nan"), float("nan"))] * 4),
    }
    regles = {2022: REGLES}
    tables = publier_ensemble([(PAR_CODE[code], cadre) for code, cadre in cadres.items()], regles, {})
    publies = pd.concat([table.donnees for table in tables.values()], ignore_index=True)
    lecteurs = {2022: Lecteur(2022, PAR_CODE, REGLES, Structure())}
    assert tables_en_defaut(auditer({2022: publies}, 2022, lecteurs)) == []


def test_ce_que_rien_ne_protege_nomme_l_annee_la_plus_petite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four leases imported under the wrong year: another bilan, which counts it, is what was refused."""
    comptes = {2012: 1, 2021: 900, 2022: 4, 2023: 950}
    journaux = [{"extrait": "attributions", "annee": an, "comptes": {"conservees": n}} for an, n in comptes.items()]
    monkeypatch.setattr(publication.store, "journaux", lambda _: [*journaux, {"extrait": "demandes", "annee": 2023}])
    erreur = publication.sans_issue(ouvrir_projet(RACINE), 2023, range(2019, 2024), {})
    exiger_un_remede(erreur, "pour 2023", "2022 sans doute", "cil qualite --annee 2022")
