"""Sessions, composition, decisions and actions: what is said from the figures, and when nobody has filled them in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rapports import rapport
from tables_publiees import EPCI

from cil_analysis.presentation import gouvernance as gouvernance_page
from cil_analysis.presentation import gouvernance_extrait as extrait
from cil_analysis.presentation import gouvernance_frise as frise
from cil_analysis.presentation import gouvernance_instances as instances
from cil_analysis.presentation import gouvernance_suivi as suivi
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.gouvernance import Gouvernance
from fabrique import documents, gouvernance
from page_lue import arbre, fautes, tableau_lu

ANNEES = (2021, 2022)


class References:
    """Those of the repository, but for the life of the CIL."""

    def __init__(self, vraies: Any, vie: Gouvernance) -> None:
        self._vraies, self.gouvernance, self.documents = vraies, vie, documents()

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._vraies, nom)


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


def rempli(**par_code: Any) -> Rapport:
    r = rapport(chiffres(**par_code), ANNEES)
    return replace(r, references=References(r.references, gouvernance()))  # type: ignore[arg-type]


def vide() -> Rapport:
    pleine = gouvernance()
    vie = Gouvernance(*(t.iloc[:0] for t in (pleine.membres, pleine.seances, pleine.decisions, pleine.actions)))
    r = rapport({}, ANNEES)
    return replace(r, references=References(r.references, vie))  # type: ignore[arg-type]


def plat(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("tenues", "attendu"),
    [
        (2, "En 2022, la CIL a tenu 2 séances plénières : la règle d’au moins une par an est respectée."),
        (1, "En 2022, la CIL a tenu 1 séance plénière : la règle d’au moins une par an est respectée."),
        (0, "En 2022, aucune séance enregistrée : la date, le type et la source de chaque séance s’inscrivent dans la "
            "table governance/seances.csv."),
    ],
)  # fmt: skip
def test_les_seances_de_l_annee(tenues: float, attendu: str) -> None:
    assert plat(instances.constat_des_seances(rempli(G01={2021: 1, 2022: tenues}))) == attendu


def test_la_verification_annuelle_dit_chaque_annee() -> None:
    html = instances.seances_par_annee(rempli(G01={2021: 0, 2022: 2}, G02={2021: 1, 2022: 5})).html
    lu = tableau_lu(arbre(html).un("table"))
    assert {an: [plat(c) for c in cellules] for an, cellules in lu.lignes.items()} == {
        "2021": ["0", "1", "non atteint : aucune séance enregistrée"],
        "2022": ["2", "3", "atteint"],
    }
    assert plat(lu.entetes[-1]) == "Plénières dans l’année : au moins 1"
    assert "Fiche action" in html


def test_rien_d_enregistre_n_est_pas_un_objectif_manque() -> None:
    r = vide()
    assert plat(instances.constat_des_seances(r)).startswith("En 2022, aucune séance enregistrée : la date")
    table = tableau_lu(arbre(instances.seances_par_annee(r).html).un("table"))
    assert {plat(c[-1]) for c in table.lignes.values()} == {"aucune séance enregistrée, à renseigner"}
    assert "atteint" not in instances.seances_par_annee(r).html
    assert "à renseigner" in instances.constat_de_la_composition(r)
    assert "à renseigner" in suivi.constat_des_decisions(r) and "à renseigner" in suivi.constat_des_actions(r)
    for bloc in (instances.seances_de_l_annee(r), instances.membres_par_college(r), suivi.suivi_des_decisions(r),
                 suivi.actions_du_plan(r)):  # fmt: skip
        assert bloc.html == ""
    assert "À renseigner" in extrait.decisions_a_venir(r)


def test_la_composition_et_ses_changements() -> None:
    r = rempli(
        G03={"": {2022: 2}, "COLLECTIVITES": {2022: 1}, "PROFESSIONNELS": {2022: 1}},
        G04={"": {2022: 2}, "ENTREE": {2022: 1}, "SORTIE": {2022: 1}},
        G05={"": {2022: 19}, "ADHESION": {2022: 0}},
    )
    assert plat(instances.constat_de_la_composition(r)) == (
        "Au 31 décembre 2022, la CIL compte 2 sièges ; l’année a vu 1 siège pourvu et 1 siège quitté. "
        "L’intercommunalité réunit 19 communes."
    )
    membres = arbre(instances.membres_par_college(r).html)
    assert [list(tableau_lu(t).lignes) for t in membres.tous("table")] == [["Ville"], ["Bailleur Bêta"]]
    lignes = instances.changements(r)
    assert [(str(le.date()), quoi, qui) for le, quoi, qui, *_ in lignes if quoi.startswith("siège")] == [
        ("2022-06-30", "siège quitté", "Bailleur Alpha"),
        ("2022-07-01", "siège pourvu", "Bailleur Bêta"),
    ]
    communes = {le.year: plat(quoi) for le, quoi, *_ in lignes if "commune" in quoi}
    assert communes == {2004: "1 commune entrée", 2013: "5 communes entrées", 2017: "5 communes entrées"}


def test_les_decisions_en_retard_viennent_d_abord_par_un_mot_et_une_forme() -> None:
    lu = tableau_lu(arbre(suivi.suivi_des_decisions(rempli()).html).un("table"))
    assert [(nom, plat(c[0])) for nom, c in lu.lignes.items()] == [
        ("Adopter la grille", "en retard (en cours)"),
        ("Réviser le plan", "à renseigner"),
        ("Ouvrir le portail", "faite le 1er octobre 2022"),
    ]
    assert 'class="resultat non-atteint">en retard<' in suivi.suivi_des_decisions(rempli()).html
    assert plat(lu.lignes["Adopter la grille"][-1]) == "Séance plénière, 1er juin 2021"
    constat = suivi.constat_des_decisions(
        rempli(G07={2022: 2}, G08={"": {2022: 3}, "FAITE": {2022: 1}}, G09={2022: 1})
    )  # fmt: skip
    assert plat(constat) == (
        "2 décisions sont prises en 2022. Sur 3 décisions suivies au 31 décembre, 1 est faite et 1 est en retard."
    )


def test_une_action_montre_le_chiffre_publie_de_son_indicateur() -> None:
    r = rempli(V02={2021: 900, 2022: 1234}, G10={"": {2022: 2}, "EN_COURS": {2022: 1}, "NR": {2022: 1}})
    lu = tableau_lu(arbre(suivi.actions_du_plan(r).html).un("table"))
    lignes = {plat(nom): [plat(c) for c in cellules] for nom, cellules in lu.lignes.items()}
    assert lignes["Axe 1 : informer"][:3] == [
        "en cours", "Demandes actives au 31 décembre (V02)", "1 234",
    ]  # fmt: skip
    assert lignes["Axe 1 : former"][:3] == ["à renseigner", "à renseigner", "–"]
    assert plat(suivi.constat_des_actions(r)) == (
        "Le plan partenarial compte 2 actions au 31 décembre 2022 : 1 est en cours et 1 est d’un état à renseigner."
    )


def test_un_chiffre_masque_reste_masque_dans_les_actions() -> None:
    lu = tableau_lu(arbre(suivi.actions_du_plan(rempli(V02={2021: 900, 2022: 3})).html).un("table"))
    assert next(iter(lu.lignes.values()))[2] == "s"


def test_la_frise_dit_en_mots_et_en_table_ce_qu_elle_dessine() -> None:
    r = rempli(
        G01={2021: 1, 2022: 1}, G02={2022: 2}, G05={"": {2022: 19}}, G06={"EN_VIGUEUR": {2022: 1}, "": {2022: 4}},
        G04={"": {2022: 2}, "ENTREE": {2022: 1}, "SORTIE": {2022: 1}},
    )  # fmt: skip
    page = arbre(frise.frise_de_la_gouvernance(r).html)
    assert plat(page.un("figcaption").un("span").texte) == (
        "2022 : 1 document en vigueur, 1 séance plénière, 1 siège pourvu et 1 siège quitté"
    )
    texte = plat(page.un("desc").texte)
    for dit in ("CIA, de 2019 à 2024, en vigueur.", "PPGD, de 2015 à 2020, échu.", "1er mars 2020, Délibération",
                "1er juin 2022", "1er septembre 2022", "2017, +5 communes"):  # fmt: skip
        assert dit in texte, dit
    evenements = [plat(ligne.un("th").texte) for ligne in page.un("tbody").tous("tr")]
    assert evenements[-4:] == ["1er juin 2022", "30 juin 2022", "1er juillet 2022", "1er septembre 2022"]
    assert not fautes(page)


def test_ce_qui_est_date_apres_l_annee_n_y_est_pas() -> None:
    r = rapport(chiffres(G01={2021: 1}, G02={2021: 1}, G06={"": {2021: 3}}), (2020, 2021))
    r = replace(r, references=References(r.references, gouvernance()))  # type: ignore[arg-type]
    assert "2022" not in frise.frise_de_la_gouvernance(r).html.partition("</desc>")[0].partition("<desc")[2]
    assert list(suivi.decisions_suivies(r)["decision"]) == ["D1"]


def test_l_extrait_du_bilan_dit_les_decisions_a_venir() -> None:
    assert plat(extrait.decisions_a_venir(rempli())) == (
        "2 décisions restent à mettre en œuvre, dont 1 en retard : adopter la grille (échéance dépassée, 31 mars 2022)."
    )
    r = rempli(G01={2021: 1, 2022: 1}, G05={"": {2022: 19}})
    html = extrait.extrait_de_la_gouvernance(r).html
    assert '<a href="gouvernance.html">Gouvernance</a>' in html
    sans_page = replace(r, publication=rapport({}, ANNEES).publication)
    assert "gouvernance.html" not in extrait.extrait_de_la_gouvernance(sans_page).html, "no figure, no page"


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
    assert plat(instances.constat_des_seances(r)).endswith("respectée. Cette séance est fictive.")
    assert plat(instances.constat_de_la_serie(r)).endswith("chaque année. Dans ce total, 1 est fictive et 1 réelle.")
    assert "1 est fictif et 1 réel." in plat(instances.constat_de_la_composition(r))
    assert plat(suivi.constat_des_decisions(r)).endswith("1 est fictive et 2 réelles.")
    tables = {
        bloc: [
            (plat(t.un("caption").texte), [plat(x) for x in tableau_lu(t).lignes]) for t in arbre(html).tous("table")
        ]
        for bloc, html in {
            "seances": instances.seances_de_l_annee(r).html,
            "decisions": suivi.suivi_des_decisions(r).html,
            "actions": suivi.actions_du_plan(r).html,
        }.items()
    }
    assert tables["seances"] == [
        ("Réunions de 2022", ["1er septembre 2022"]), ("Réunions fictives de 2022", ["1er juin 2022"]),
    ]  # fmt: skip
    assert tables["decisions"] == [
        ("Décisions et suites données", ["Adopter la grille", "Réviser le plan"]),
        ("Décisions fictives et suites données", ["Ouvrir le portail (décision fictive)"]),
    ]
    assert tables["actions"][1] == ("Actions fictives du plan partenarial", ["Axe 1 : former (action fictive)"])
    assert "Bailleur Bêta (siège fictif)" in plat(instances.membres_par_college(r).html)
    (reels, fictifs) = arbre(instances.changements_de_composition(r).html).tous("table")
    assert "Bailleur Bêta" in fictifs.texte and "Bailleur Bêta" not in reels.texte and "communes" in reels.texte
    dessin = arbre(frise.frise_de_la_gouvernance(r).html)
    titres = [t.texte for t in dessin.un("svg").tous("text")]
    assert {"Séances", "Séances fictives", "Sièges fictifs"} <= {plat(t).partition(" (")[0] for t in titres}
    assert "1 séance plénière fictive" in plat(dessin.un("figcaption").texte)
    assert "fictif" not in plat(frise.frise_de_la_gouvernance(rempli(G01={2022: 1})).html)


def test_un_fait_connu_par_l_annee_seule_n_a_jamais_de_jour() -> None:
    lu = tableau_lu(arbre(gouvernance_page.faits_etablis(rapport({}, ANNEES)).html).un("table"))
    quand = {plat(nom): plat(cellules[0]) for nom, cellules in lu.lignes.items()}
    (bilan,) = (nom for nom in quand if "bilan annuel" in nom)
    assert quand[bilan] == "depuis 2017" and sorted(quand.values()) == [
        "2014",
        "depuis 2017",
        "depuis 2017",
        "depuis 2020",
    ]
    # Nor does what is known by its month, or a commune's membership whose day is an assumption.
    r = rapport(chiffres(G05={"": {2022: 19}}), ANNEES)
    dessin = frise.frise_de_la_gouvernance(r).html
    rangees = arbre(dessin).un("tbody").tous("tr")
    evenements = {plat(tr.tous("td")[0].texte): plat(tr.un("th").texte) for tr in rangees}
    texte = plat(dessin + instances.changements_de_composition(r).html)
    assert not [jour for jour in ("1er décembre 2021", "1er janvier 2017", "1er janvier 2019") if jour in texte]
    assert evenements["5 communes entrées"] == "2017" and "depuis décembre 2021" in texte
    avant = gouvernance_page.faits_etablis(rapport({}, (2015, 2016))).html
    assert "loi ALUR" in avant and "2017" not in avant
    assert gouvernance_page.faits_etablis(vide()).html == ""
