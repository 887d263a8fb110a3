"""The documents in force, sessions, composition, decisions, actions: what is said, and when nobody has filled it in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from rapports import lignes_de, lu, phrase, rapport
from tables_publiees import EPCI

from cil_analysis.presentation import gouvernance as cadre
from cil_analysis.presentation import gouvernance_extrait as extrait
from cil_analysis.presentation import gouvernance_frise as frise
from cil_analysis.presentation import gouvernance_instances as instances
from cil_analysis.presentation import gouvernance_suivi as suivi
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.gouvernance import Gouvernance
from fabrique import documents, gouvernance
from messages import lisible

ANNEES = (2021, 2022)


class References:
    """Those of the repository, but for what the test says of the governance."""

    def __init__(self, vraies: Any, **propres: Any) -> None:
        self._vraies = vraies
        self.__dict__ |= propres

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._vraies, nom)


def avec(r: Rapport, **propres: Any) -> Rapport:
    return replace(r, references=References(r.references, **propres))  # type: ignore[arg-type]


def chiffres(**par_code: dict[str, dict[int, float]] | dict[int, float]) -> dict[str, list[dict[str, Any]]]:
    """Counts of the EPCI by code, then by year, or by class and year."""
    tables = {}
    for code, valeurs in par_code.items():
        classes = valeurs if any(isinstance(cle, str) for cle in valeurs) else {"": valeurs}
        tables[code] = [
            {"annee": annee, "modalite": classe, "numerateur": n, "perimetre_code": EPCI}
            for classe, annees in classes.items()
            for annee, n in annees.items()  # type: ignore[union-attr]
        ]
    return tables


def rempli(annees: tuple[int, ...] = ANNEES, **par_code: Any) -> Rapport:
    return avec(rapport(chiffres(**par_code), annees), gouvernance=gouvernance(), documents=documents())


def vide() -> Rapport:
    pleine = gouvernance()
    vie = Gouvernance(*(t.iloc[:0] for t in (pleine.membres, pleine.seances, pleine.decisions, pleine.actions)))
    return avec(rapport({}, ANNEES), gouvernance=vie, documents=documents())


# --- Documents ------------------------------------------------------------------------------------------------------

Document = tuple[str, str | None, str | None, str | None]
CIA = ("Convention des attributions (CIA) 2018-2023", "2018-04-12", "2018-01-01", "2023-12-31")
PLAN = ("Plan de gestion (PPGD) 2016-2022", None, "2016-01-01", "2022-12-30")
SUITE = ("Plan suivant", None, "2023-01-01", "2028-12-31")
VOTE = ("Délibération créant la conférence", "2015-06-25", "2015-06-25", None)


def en_documents(*lignes: Document) -> Rapport:
    table = pd.DataFrame(lignes, columns=["intitule", "date_adoption", "debut", "fin"])
    dates = {c: pd.to_datetime(table[c]) for c in table.columns[1:]}
    propres = table.assign(**dates, court="", type="", statut="", source="Recueil de l’essai", confiance="C")
    return avec(rapport({}, ANNEES), documents=propres)


@pytest.mark.parametrize(
    ("lignes", "en_vigueur", "echus"),
    [
        ((CIA, PLAN, VOTE), "1 document cadre est en vigueur (CIA 2018-2023)", "un autre est arrivé à son terme"),
        ((CIA, ("PLH", None, "2019-01-01", "2022-12-31"), SUITE), "2 documents cadres sont en vigueur (PLH et CIA", ""),
        ((PLAN,), "aucun document cadre à terme n’est en vigueur", "un est arrivé à son terme (PPGD 2016-2022)"),
        ((CIA, PLAN, ("PLH", None, "2015-01-01", "2020-12-31")), "1 document cadre est", "2 autres sont"),
        ((VOTE,), "aucun document cadre à terme n’est en vigueur", ""),
    ],
)  # fmt: skip
def test_ce_qui_est_en_vigueur_au_31_decembre(lignes: tuple[Document, ...], en_vigueur: str, echus: str) -> None:
    dit = phrase(cadre.constat_du_cadre(en_documents(*lignes)))
    assert dit.startswith("Au 31 décembre 2022, " + en_vigueur) and echus in dit
    assert ("arrivé" in dit.partition("vigueur")[2]) == bool(echus)


def test_chaque_document_dit_sa_date_sa_periode_et_son_etat() -> None:
    lignes = lignes_de(lu(cadre.documents_cadres(en_documents(CIA, PLAN, SUITE, VOTE))))
    assert next(iter(lignes)) == VOTE[0]
    assert lignes == {
        VOTE[0]: ["25 juin 2015", "depuis 2015", "–"],
        PLAN[0]: ["–", "2016-2022", "échu"],
        CIA[0]: ["12 avril 2018", "2018-2023", "en vigueur"],
        SUITE[0]: ["–", "2023-2028", "à venir"],
    }
    depot = rapport({})
    assert len(lignes_de(lu(cadre.documents_cadres(depot)))) == len(depot.references.documents)


# --- Sessions and composition ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tenues", "dit"), [(2, "2 séances plénières"), (1, "1 séance plénière"), (0, "aucune séance enregistrée")]
)
def test_les_seances_de_l_annee(tenues: float, dit: str) -> None:
    """The rule of one a year is told to be respected, or where to write the sessions is told."""
    constat = phrase(instances.constat_des_seances(rempli(G01={2021: 1, 2022: tenues})))
    assert dit in constat and ("respectée" in constat) == bool(tenues) == ("seances.csv" not in constat)


def test_la_verification_annuelle_dit_chaque_annee() -> None:
    lignes = lignes_de(lu(instances.seances_par_annee(rempli(G01={2021: 0, 2022: 2}, G02={2021: 1, 2022: 5}))))
    assert lignes == {"2021": ["0", "1", "non atteint : aucune séance enregistrée"], "2022": ["2", "3", "atteint"]}


def test_rien_d_enregistre_n_est_pas_un_objectif_manque() -> None:
    r = vide()
    seances = instances.seances_par_annee(r)
    assert all("à renseigner" in c[-1] for c in lignes_de(lu(seances)).values()) and "atteint" not in seances.html
    for constat in (instances.constat_de_la_composition(r), suivi.constat_des_decisions(r),
                    suivi.constat_des_actions(r), extrait.decisions_a_venir(r)):  # fmt: skip
        assert "à renseigner" in phrase(constat).lower()
    for bloc in (instances.seances_de_l_annee(r), instances.membres_par_college(r), suivi.suivi_des_decisions(r),
                 suivi.actions_du_plan(r), cadre.faits_etablis(r)):  # fmt: skip
        assert bloc.html == ""


def test_la_composition_et_ses_changements() -> None:
    r = rempli(
        G03={"": {2022: 2}, "COLLECTIVITES": {2022: 1}, "PROFESSIONNELS": {2022: 1}},
        G04={"": {2022: 2}, "ENTREE": {2022: 1}, "SORTIE": {2022: 1}},
        G05={"": {2022: 19}, "ADHESION": {2022: 0}},
    )
    constat = phrase(instances.constat_de_la_composition(r))
    assert all(dit in constat for dit in ("2 sièges", "1 siège pourvu", "1 siège quitté", "19 communes"))
    membres = lu(instances.membres_par_college(r))
    assert [list(lignes_de(membres, rang)) for rang in (0, 1)] == [["Ville"], ["Bailleur Bêta"]]
    lignes = instances.changements(r)
    assert [(str(le.date()), quoi, qui) for le, quoi, qui, *_ in lignes if quoi.startswith("siège")] == [
        ("2022-06-30", "siège quitté", "Bailleur Alpha"),
        ("2022-07-01", "siège pourvu", "Bailleur Bêta"),
    ]
    communes = {le.year: lisible(quoi) for le, quoi, *_ in lignes if "commune" in quoi}
    assert communes == {2004: "1 commune entrée", 2013: "5 communes entrées", 2017: "5 communes entrées"}


# --- Decisions and actions ------------------------------------------------------------------------------------------


def test_les_decisions_en_retard_viennent_d_abord_par_un_mot_et_une_forme() -> None:
    page = lu(suivi.suivi_des_decisions(rempli()))
    assert [(nom, c[0]) for nom, c in lignes_de(page).items()] == [
        ("Adopter la grille", "en retard (en cours)"),
        ("Réviser le plan", "à renseigner"),
        ("Ouvrir le portail", "faite le 1er octobre 2022"),
    ]
    assert lignes_de(page)["Adopter la grille"][-1] == "Séance plénière, 1er juin 2021"
    assert page.un("span", "non-atteint").texte == "en retard"
    comptees = rempli(G07={2022: 2}, G08={"": {2022: 3}, "FAITE": {2022: 1}}, G09={2022: 1})
    constat = phrase(suivi.constat_des_decisions(comptees))
    assert all(dit in constat for dit in ("2 décisions", "3 décisions", "1 est faite", "1 est en retard"))


@pytest.mark.parametrize(("demandes", "montre"), [(1234, "1 234"), (3, "s")])
def test_une_action_montre_le_chiffre_publie_de_son_indicateur(demandes: int, montre: str) -> None:
    r = rempli(V02={2021: 900, 2022: demandes}, G10={"": {2022: 2}, "EN_COURS": {2022: 1}, "NR": {2022: 1}})
    lignes = lignes_de(lu(suivi.actions_du_plan(r)))
    assert (lignes["Axe 1 : informer"][0], lignes["Axe 1 : informer"][2]) == ("en cours", montre)
    assert lignes["Axe 1 : former"][:3] == ["à renseigner", "à renseigner", "–"]
    constat = phrase(suivi.constat_des_actions(r))
    assert all(dit in constat for dit in ("2 actions", "1 est en cours", "1 est d’un état à renseigner"))


def test_l_extrait_du_bilan_dit_les_decisions_a_venir() -> None:
    dit = phrase(extrait.decisions_a_venir(rempli()))
    assert all(mot in dit for mot in ("2 décisions restent", "1 en retard", "adopter la grille", "31 mars 2022"))
    r = rempli(G01={2021: 1, 2022: 1}, G05={"": {2022: 19}})
    assert '<a href="gouvernance.html">' in extrait.extrait_de_la_gouvernance(r).html
    sans_page = replace(r, publication=rapport({}, ANNEES).publication)
    assert "gouvernance.html" not in extrait.extrait_de_la_gouvernance(sans_page).html, "no figure, no page"


# --- The timeline ---------------------------------------------------------------------------------------------------


def test_la_frise_dit_en_mots_et_en_table_ce_qu_elle_dessine() -> None:
    r = rempli(
        G01={2021: 1, 2022: 1}, G02={2022: 2}, G05={"": {2022: 19}}, G06={"EN_VIGUEUR": {2022: 1}, "": {2022: 4}},
        G04={"": {2022: 2}, "ENTREE": {2022: 1}, "SORTIE": {2022: 1}},
    )  # fmt: skip
    page = lu(frise.frise_de_la_gouvernance(r))
    titre, texte = (lisible(page.un(balise).texte) for balise in ("figcaption", "desc"))
    assert all(
        dit in titre for dit in ("1 document en vigueur", "1 séance plénière", "1 siège pourvu", "1 siège quitté")
    )
    for dit in ("CIA, de 2019 à 2024, en vigueur", "PPGD, de 2015 à 2020, échu", "1er mars 2020", "2017, +5 communes"):
        assert dit in texte, dit
    evenements = list(lignes_de(page))
    assert evenements[-4:] == ["1er juin 2022", "30 juin 2022", "1er juillet 2022", "1er septembre 2022"]


def test_ce_qui_est_date_apres_l_annee_n_y_est_pas() -> None:
    r = rempli((2020, 2021), G01={2021: 1}, G02={2021: 1}, G06={"": {2021: 3}})
    assert "2022" not in lu(frise.frise_de_la_gouvernance(r)).un("desc").texte
    assert list(suivi.decisions_suivies(r)["decision"]) == ["D1"]


# --- What is made up, and what has no day ---------------------------------------------------------------------------


def a_moitie_invente() -> Rapport:
    """The same life, of which the session of 2022, one decision, one seat and one action are made up."""
    r = rempli(
        G01={2021: 1, 2022: 1}, G02={2022: 2}, G03={"": {2022: 2}, "PROFESSIONNELS": {2022: 1}}, G05={"": {2022: 19}},
        G04={"": {2022: 2}, "ENTREE": {2022: 1}, "SORTIE": {2022: 1}},
        G07={2022: 2}, G08={"": {2022: 3}, "FAITE": {2022: 1}}, G09={2022: 1}, G10={"": {2022: 2}},
    )  # fmt: skip
    vie = r.references.gouvernance
    for table, cle in ((vie.membres, "M3"), (vie.seances, "S2"), (vie.decisions, "D2"), (vie.actions, "A2")):
        table.loc[table.iloc[:, 0].eq(cle), "confiance"] = "FICTIF"
    return r


def test_ce_qui_est_invente_est_a_part_et_le_dit_partout() -> None:
    r = a_moitie_invente()
    for constat, dit in (
        (instances.constat_des_seances(r), "est fictive"),
        (instances.constat_de_la_serie(r), "1 est fictive et 1 réelle"),
        (instances.constat_de_la_composition(r), "1 est fictif et 1 réel"),
        (suivi.constat_des_decisions(r), "1 est fictive et 2 réelles"),
    ):
        assert dit in phrase(constat)
    for bloc, reelles, inventees in (
        (instances.seances_de_l_annee(r), ["1er septembre 2022"], ["1er juin 2022"]),
        (
            suivi.suivi_des_decisions(r),
            ["Adopter la grille", "Réviser le plan"],
            ["Ouvrir le portail (décision fictive)"],
        ),
        (suivi.actions_du_plan(r), ["Axe 1 : informer"], ["Axe 1 : former (action fictive)"]),
    ):
        page = lu(bloc)
        assert [list(lignes_de(page, rang)) for rang in (0, 1)] == [reelles, inventees]
        assert ["fictives" in t.un("caption").texte for t in page.tous("table")] == [False, True]
    assert "Bailleur Bêta (siège fictif)" in lisible(instances.membres_par_college(r).html)
    (reels, fictifs) = lu(instances.changements_de_composition(r)).tous("table")
    assert "Bailleur Bêta" in fictifs.texte and "Bailleur Bêta" not in reels.texte and "communes" in reels.texte
    dessin = lu(frise.frise_de_la_gouvernance(r))
    titres = {lisible(t.texte).partition(" (")[0] for t in dessin.un("svg").tous("text")}
    assert {"Séances", "Séances fictives", "Sièges fictifs"} <= titres
    assert "fictive" in dessin.un("figcaption").texte
    assert "fictif" not in frise.frise_de_la_gouvernance(rempli(G01={2022: 1})).html


def test_un_fait_connu_par_l_annee_seule_n_a_jamais_de_jour() -> None:
    """Nor does what is known by its month, or a commune's membership whose day is an assumption."""
    quand = [c[0] for c in lignes_de(lu(cadre.faits_etablis(rapport({}, ANNEES)))).values()]
    assert sorted(quand) == ["2014", "depuis 2017", "depuis 2017", "depuis 2020"]
    r = rapport(chiffres(G05={"": {2022: 19}}), ANNEES)
    dessin = frise.frise_de_la_gouvernance(r)
    evenements = {lisible(tr.tous("td")[0].texte): tr.un("th").texte for tr in lu(dessin).un("tbody").tous("tr")}
    texte = lisible(dessin.html + instances.changements_de_composition(r).html)
    assert not [jour for jour in ("1er décembre 2021", "1er janvier 2017", "1er janvier 2019") if jour in texte]
    assert evenements["5 communes entrées"] == "2017" and "depuis décembre 2021" in texte
    avant = cadre.faits_etablis(rapport({}, (2015, 2016))).html
    assert "loi ALUR" in avant and "2017" not in avant
