"""The page of the governance and the frame of the bilan: what is said, and when nobody has filled it in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from carnets import section
from rapports import REFERENCES, avec, lignes_de, lu
from rapports import rapport as publie
from tables_publiees import EPCI

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References as VraiesReferences
from cil_analysis.reference.parametres import Parametres
from cil_analysis.systemes.gouvernance import exiger_les_decisions, vie_de_la_cil
from fabrique import gouvernance
from messages import exiger_un_remede, lisible
from page_lue import Noeud

ANNEES = (2021, 2022)
# Its tables, by name.
Vie = dict[str, pd.DataFrame]
SECTIONS = ("essentiel", "frise", "documents", "seances", "composition", "membres", "changements", "decisions",
            "effets", "actions")  # fmt: skip


def rapport(
    tables: dict[str, list[dict[str, Any]]], annees: tuple[int, ...] = ANNEES, vie: Vie | None = None, **propres: Any
) -> Rapport:
    return avec(publie(tables, annees), vie or {}, **propres)


def chiffres(**par_code: Any) -> dict[str, list[dict[str, Any]]]:
    """Counts of the EPCI by code: one number of 2022, or by year, or by class (« » for the whole)."""
    tables = {}
    for code, donne in par_code.items():
        valeurs = donne if isinstance(donne, dict) else {2022: donne}
        classes = {"": valeurs} if all(isinstance(cle, int) for cle in valeurs) else valeurs
        tables[code] = [
            {"annee": annee, "modalite": classe, "numerateur": n, "perimetre_code": EPCI}
            for classe, dites in classes.items()
            for annee, n in (dites if isinstance(dites, dict) else {2022: dites}).items()
        ]
    return tables


def rempli(annees: tuple[int, ...] = ANNEES, **par_code: Any) -> Rapport:
    return rapport(chiffres(**par_code), annees, gouvernance())


def vide() -> Rapport:
    return rapport({}, vie={nom: table.iloc[:0] for nom, table in gouvernance().items()})


class Page(dict[str, Bloc]):
    """The page, by section: each is run when a test first looks at it."""

    def __init__(self, ouvert: Rapport) -> None:
        self.ouvert = ouvert

    def __missing__(self, ancre: str) -> Bloc:
        bloc = self[ancre] = Bloc("".join(section("gouvernance.qmd", ancre, self.ouvert)))
        lu(bloc)
        assert not {"nan", "None", "NaT"} & set(lisible(bloc.html).replace("<", " ").replace(">", " ").split())
        return bloc


def constat(bloc: Bloc) -> str:
    trouves = [p for p in lu(bloc).tous("p") if p.attributs.get("class") == "constat"]
    return lisible(trouves[0].texte) if trouves else ""


# --- Documents ------------------------------------------------------------------------------------------------------

Document = tuple[str, str | None, str | None, str | None]
CIA = ("Convention des attributions (CIA) 2018-2023", "2018-04-12", "2018-01-01", "2023-12-31")
PLAN = ("Plan de gestion (PPGD) 2016-2022", None, "2016-01-01", "2022-12-30")
PLH = ("PLH", None, "2019-01-01", "2022-12-31")
SUITE = ("Plan suivant", None, "2023-01-01", "2028-12-31")
VOTE = ("Délibération créant la conférence", "2015-06-25", "2015-06-25", None)


def en_documents(*lignes: Document, **par_code: Any) -> Rapport:
    table = pd.DataFrame(lignes, columns=["intitule", "date_adoption", "debut", "fin"])
    dates = {c: pd.to_datetime(table[c]) for c in table.columns[1:]}
    propres = table.assign(
        **dates, document=table.index.map(str), court="", type="", statut="", source="Recueil", confiance="C"
    )
    return rapport(chiffres(**par_code), vie={"governance/documents": propres})


@pytest.mark.parametrize(
    ("lignes", "en_vigueur", "echus", "dit"),
    [
        ((CIA, PLAN, VOTE), 1, 1, "1 document cadre est en vigueur : convention des attributions (CIA) 2018-2023 ; "
                                  "1 autre est arrivé à son terme : plan de gestion (PPGD) 2016-2022."),
        ((CIA, PLH, SUITE), 2, 0, "2 documents cadres sont en vigueur : convention des attributions (CIA) 2018-2023 et "
                                  "PLH."),
        ((PLAN,), 0, 1, "aucun document cadre n’est en vigueur ; 1 est arrivé à son terme : plan de gestion (PPGD) "
                        "2016-2022."),
        ((VOTE,), 0, 0, "aucun document cadre n’est en vigueur."),
    ],
)  # fmt: skip
def test_ce_qui_est_en_vigueur_au_31_decembre(
    lignes: tuple[Document, ...], en_vigueur: int, echus: int, dit: str
) -> None:
    ouvert = en_documents(*lignes, G06={"": len(lignes), "EN_VIGUEUR": en_vigueur, "ECHU": echus})
    assert constat(Page(ouvert)["essentiel"]) == f"Au 31 décembre 2022, {dit}"


def test_ce_qui_n_a_pas_de_date_se_dit_sous_le_dessin_ou_a_sa_place() -> None:
    """Of a document whose term is known, only the beginning is not."""
    acte, sans_debut = ("Arrêté", None, None, None), ("Plan repris", None, None, "2023-12-31")
    for autres in ((CIA,), ()):
        bloc = Page(en_documents(acte, sans_debut, *autres, G06=2))["frise"]
        assert "Sans date connue : Arrêté. Sans date de début connue : Plan repris." in lisible(bloc.html)
        assert ("<svg" in bloc.html) == bool(autres)


def test_chaque_document_dit_sa_date_sa_periode_et_son_etat() -> None:
    ouvert = en_documents(CIA, PLAN, SUITE, VOTE, G06=4)
    assert lignes_de(lu(Page(ouvert)["documents"])) == {
        VOTE[0]: ["25 juin 2015", "depuis 2015", "–"],
        CIA[0]: ["12 avril 2018", "2018-2023", "en vigueur"],
        PLAN[0]: ["–", "2016-2022", "échu"],
        SUITE[0]: ["–", "2023-2028", "à venir"],
    }
    assert "Prochain terme, le 31 décembre 2023 : CIA 2018-2023" in lisible(Page(ouvert)["frise"].html)


# --- Sessions and composition ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tenues", "dit"),
    [
        ({2021: 1, 2022: 2}, "La CIL a tenu 2 séances plénières en 2022 : la règle d’au moins une par an est "
                             "respectée."),
        ({2021: 0, 2022: 1}, "La CIL a tenu 1 séance plénière en 2022 : la règle d’au moins une par an est respectée ; "
                             "elle ne l’a pas été en 2021."),
        ({2021: 1, 2022: 0}, "Aucune séance plénière n’est enregistrée en 2022 (governance/seances.csv) ; la règle en "
                             "demande au moins une par an."),
        ({2021: 1}, "Les séances de 2022 sont à renseigner : chacune s’inscrit dans la table governance/seances.csv."),
    ],
)  # fmt: skip
def test_les_seances_de_l_annee(tenues: dict[int, int], dit: str) -> None:
    ouvert = rempli(G01=tenues, G02=tenues)
    seances = Page(ouvert)["seances"]
    assert constat(seances) == dit
    if tenues.get(2022):
        regles = ouvert.references.parametres
        autres = Parametres({nom: regles[nom] for nom in regles if nom != "gouvernance.seances_plenieres_minimum"})
        sans_regle = rapport(chiffres(G01=tenues), vie=gouvernance(), parametres=autres)
        assert "le minimum annuel est à renseigner" in constat(Page(sans_regle)["seances"])
    if len(tenues) > 1:
        assert lignes_de(lu(seances)) == {str(annee): [str(n), str(n)] for annee, n in tenues.items()}


def test_une_seule_annee() -> None:
    ouvert = rempli((2022,), G01=1, G02=2, G06={"": 4, "EN_VIGUEUR": 1})
    assert "Séances plénières de l’année" in lisible(Page(ouvert)["seances"].html)
    deux = Page(rempli(G01={2021: 1, 2022: 1}))
    assert "De 2021 à 2022, 2 séances plénières" in lisible(deux["seances"].html)


def test_rien_d_enregistre_n_est_pas_un_objectif_manque() -> None:
    sections = Page(vide())
    for ancre in ("essentiel", "seances", "composition", "decisions", "actions"):
        assert "à renseigner" in constat(sections[ancre])
    assert not any("atteint" in sections[ancre].html or "<svg" in sections[ancre].html for ancre in SECTIONS)
    for ancre in ("documents", "membres", "effets"):  # No heading has nothing below.
        assert lisible(lu(sections[ancre]).texte).startswith("Aucun")


def test_la_composition_et_ses_changements() -> None:
    sections = Page(
        rempli(
            G03={"": 2, "COLLECTIVITES": 1, "PROFESSIONNELS": 1}, G04={"": 2, "ENTREE": 1, "SORTIE": 1},
            G05={"": 19, "ADHESION": 0},
        )
    )  # fmt: skip
    assert constat(sections["composition"]) == (
        "La CIL compte 2 sièges au 31 décembre 2022 ; dans l’année, 1 siège a été pourvu et 1 a été quitté."
    )
    assert "L’intercommunalité réunit 19 communes." in lisible(sections["composition"].html)
    membres = lu(sections["membres"])
    assert list(lignes_de(membres).items()) == [
        ("Ville", ["Commune", "Représentants des collectivités territoriales", "16 octobre 2015"]),
        ("Bailleur Bêta", ["Bailleur", "Représentants des professionnels du logement social", "1er juillet 2022"]),
    ]
    lignes = lignes_de(lu(sections["changements"]))
    assert list(lignes.items())[:3] == [
        ("1er juillet 2022", ["siège pourvu", "Bailleur Bêta", "Fusion"]),
        ("30 juin 2022", ["siège quitté", "Bailleur Alpha", "Fusion"]),
        ("2017", lignes["2017"]),
    ]
    assert {annee: lignes[annee][0] for annee in ("2017", "2013", "2004")} == {
        "2017": "5 communes entrées", "2013": "5 communes entrées", "2004": "1 commune entrée",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mouvements", "dit"),
    [
        ({"": 0, "ENTREE": 0, "SORTIE": 0}, " ; aucun n’a changé dans l’année."),
        ({"": 2, "ENTREE": 2, "SORTIE": 0}, " ; dans l’année, 2 sièges ont été pourvus."),
        ({"": 1, "ENTREE": 0, "SORTIE": 1}, " ; dans l’année, 1 siège a été quitté."),
        ({}, "."),
    ],
)
def test_les_mouvements_de_l_annee(mouvements: dict[str, int], dit: str) -> None:
    ouvert = rempli(G03={"": 1}, **({"G04": mouvements} if mouvements else {}))
    assert constat(Page(ouvert)["composition"]) == f"La CIL compte 1 siège au 31 décembre 2022{dit}"


# --- Decisions and actions ------------------------------------------------------------------------------------------


def test_les_decisions_en_retard_viennent_d_abord_par_un_mot_et_une_forme() -> None:
    dite = Page(rempli(G07=2, G08={"": 3, "FAITE": 1}, G09=1))["decisions"]
    assert constat(dite) == (
        "Sur 3 décisions suivies au 31 décembre 2022, 1 est faite et 1 est en retard ; 2 ont été prises dans l’année."
    )
    assert lignes_de(lu(dite)) == {
        "Adopter la grille": ["en retard (en cours)", "31 mars 2022", "EPCI", "Séance plénière, 1er juin 2021"],
        "Réviser le plan": ["à renseigner", "à renseigner", "EPCI", "Séance plénière, 1er juin 2022"],
        "Ouvrir le portail": ["faite le 1er octobre 2022", "31 octobre 2022", "EPCI", "Séance plénière, 1er juin 2022"],
    }
    assert lu(dite).un("span", "non-atteint").texte == "en retard"


@pytest.mark.parametrize(
    ("date", "dit"), [("2020-06-01", "en retard ; aucune n’a été prise dans l’année."), (None, "en retard.")]
)
def test_une_decision_sans_date_est_peut_etre_de_l_annee(date: str | None, dit: str) -> None:
    ouvert = rempli(G07=0, G08={"": 3, "FAITE": 1}, G09=0)
    vie = gouvernance()
    vie["governance/seances"]["date"] = pd.to_datetime(date)
    ouvert = avec(ouvert, vie)
    assert constat(Page(ouvert)["decisions"]).endswith(dit)


@pytest.mark.parametrize(
    ("faites", "retards", "dit"),
    [(0, 1, "elle est en retard."), (0, 0, "elle n’est pas faite."), (1, 0, "elle est faite.")],
)
def test_une_seule_decision(faites: int, retards: int, dit: str) -> None:
    dite = Page(rempli(G08={"": 1, "FAITE": faites}, G09=retards))["decisions"]
    assert constat(dite) == f"Une seule décision est suivie au 31 décembre 2022 : {dit}"


def qui_vise(*vises: tuple[str, str], **par_code: Any) -> Rapport:
    """The same life; what each of its three decisions (of 2021, 2022 and 2022) is to move: an indicator, where."""
    vie = gouvernance()
    vie["governance/decisions"][["indicateur", "perimetre"]] = [*vises, *[("", "")] * (3 - len(vises))]
    return rapport(chiffres(**par_code), (2020, 2021, 2022), vie)


def test_une_decision_montre_le_chiffre_publie_avant_et_depuis_sans_dire_de_cause() -> None:
    attributions = {2019: 1500, 2020: 1400, 2021: 3, 2022: 1234}
    ouvert = qui_vise(("V01", ""), ("V01", ""), V01=attributions, G08=3)
    effets = Page(ouvert)["effets"]
    lignes = {nom: cellules[2:] for nom, cellules in lignes_de(lu(effets)).items()}
    # Before, then 2020, 2021 (masked) and 2022; nothing before the decision was taken.
    assert lignes == {
        "Adopter la grille": ["1 400", "–", "s", "1 234"],
        "Ouvrir le portail": ["s", "–", "–", "1 234"],
    }
    assert "1 500" not in lisible(effets.html), "the year before the one before is no answer"
    dit = lisible(lu(effets).texte)
    assert "2 décisions visent un indicateur." in dit and "Il ne dit pas ce qui l’a fait changer" in dit
    assert not re.search(r"grâce à|à cause|en raison|a permis|effet de", dit)


def test_une_decision_vise_un_lieu() -> None:
    commune = next(iter(REFERENCES.territoire.communes["code_insee"]))
    ouvert = qui_vise(("V01", commune), V01=50, G08=3)
    table = ouvert.publication["V01"]
    lieu = [{"annee": a, "numerateur": n, "perimetre_type": "commune", "perimetre_code": commune}
            for a, n in ((2020, 70), (2021, 80), (2022, 90))]  # fmt: skip
    ancien = publie({"V01": [*lieu, {"annee": 2022, "numerateur": 50, "perimetre_code": EPCI}]}, (2020, 2021, 2022))
    assert len(table) < len(ancien.publication["V01"])
    effets = Page(Rapport(ouvert.references, ancien.publication))["effets"]
    [(_, mesure, *suite)] = lignes_de(lu(effets)).values()
    assert mesure.endswith(f"(V01), {ouvert.perimetres[commune]}") and suite == ["70", "–", "80", "90"]


def test_sans_decision_qui_vise_un_indicateur_la_page_dit_comment_faire() -> None:
    effets = Page(rempli(G08=3))["effets"]
    assert "governance/decisions.csv, colonne indicateur" in lisible(effets.html) and "<table" not in effets.html


@pytest.mark.parametrize(
    ("vise", "nommes"),
    [
        (("O99", ""), ("« O99 »", "O01")),
        (("P01", ""), ("« P01 »",)),  # It has classes, and no figure of the whole.
        (("", "en_qpv"), ("la colonne indicateur est vide",)),
        (("O01", "72999"), ("« 72999 »", "hors_qpv")),
        (("V02", "hors_qpv"), ("« V02 »", "« hors_qpv »")),
    ],
)
def test_un_indicateur_inconnu_se_dit_avec_sa_ligne(
    tmp_path: Path, vise: tuple[str, str], nommes: tuple[str, ...]
) -> None:
    dossier = Path(shutil.copytree(REFERENCES.projet.reference, tmp_path / "data" / "reference"))
    chemin = dossier / "governance" / "decisions.csv"
    with chemin.open("a", encoding="utf-8") as flux:
        flux.write(f"X1,,,Une décision,,,,,{','.join(vise)},essai,L\n")
    rang = len(chemin.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ErreurCIL) as refus:
        exiger_les_decisions(VraiesReferences(ouvrir_projet(tmp_path)))
    exiger_un_remede(refus.value, f"decisions.csv », ligne {rang} :", *nommes)


@pytest.mark.parametrize(("demandes", "montre"), [(1234, "1 234"), (3, "s")])
def test_une_action_montre_le_chiffre_publie_de_son_indicateur(demandes: int, montre: str) -> None:
    dite = Page(rempli(V02={2021: 900, 2022: demandes}, G10={"": 2, "EN_COURS": 1, "NR": 1}))["actions"]
    assert constat(dite) == (
        "Le plan partenarial compte 2 actions au 31 décembre 2022 : 1 est en cours et 1 est d’un état à renseigner."
    )
    lignes = lignes_de(lu(dite))
    assert lignes["Axe 1 : informer"] == [
        "en cours", "V02 (V02)", montre, "à renseigner", "EPCI", "depuis 2016",
    ]  # fmt: skip
    assert lignes["Axe 1 : former"][:3] == ["à renseigner", "à renseigner", "–"]


def test_ce_qui_est_date_apres_l_annee_n_y_est_pas() -> None:
    ouvert = rempli((2020, 2021), G01={2021: 1}, G02={2021: 1}, G06={2021: 3})
    assert "2022" not in lu(Page(ouvert)["frise"]).un("desc").texte
    assert list(vie_de_la_cil(ouvert.references.tables, ouvert.jour)["decisions"]["decision"]) == ["D1"]


# --- The frame of the bilan -----------------------------------------------------------------------------------------


def cadre_du_bilan(ouvert: Rapport) -> Bloc:
    return Bloc("".join(section("bilan_annuel.qmd", "cadre", ouvert)))


def test_le_bilan_dit_le_cadre_en_trois_phrases_et_mene_a_la_page() -> None:
    ouvert = rempli(
        G01={2021: 1, 2022: 1}, G03={"": 2}, G05={"": 19}, G06={"": 4, "EN_VIGUEUR": 1},
        G08={"": 3, "FAITE": 1, "ABANDONNEE": 0}, G09=1,
    )  # fmt: skip
    cadre = cadre_du_bilan(ouvert)
    assert constat(cadre) == "1 document cadre est en vigueur au 31 décembre 2022 : CIA. Arrivé à terme : PPGD."
    dit = lisible(lu(cadre).texte)
    assert "La CIL a tenu 1 séance plénière en 2022 et compte 2 sièges ; l’intercommunalité réunit 19 communes." in dit
    assert (
        "2 décisions restent à mettre en œuvre, dont 1 en retard ; première échéance, dépassée depuis le "
        "31 mars 2022 : adopter la grille."
    ) in dit
    assert '<a href="gouvernance.html">' in cadre.html
    pauvre = cadre_du_bilan(vide())
    assert "gouvernance.html" not in pauvre.html, "no figure, no page"
    assert lisible(lu(pauvre).texte).count("à renseigner") == 3  # documents, sessions, decisions


# --- What is made up, and what has no day ---------------------------------------------------------------------------


def a_moitie_invente() -> Rapport:
    """The same life, of which the session of 2022, one decision, one seat and one action are made up."""
    ouvert = rempli(
        G01={2021: 1, 2022: 1}, G02=2, G03={"": 2, "PROFESSIONNELS": 1}, G05={"": 19}, G06={"": 4, "EN_VIGUEUR": 1},
        G04={"": 2, "ENTREE": 1, "SORTIE": 1}, G07=2, G08={"": 3, "FAITE": 1}, G09=1, G10={"": 2, "EN_COURS": 1},
    )  # fmt: skip
    for nom, cle in (("membres", "M3"), ("seances", "S2"), ("decisions", "D2"), ("actions", "A2")):
        table = ouvert.references.tables[f"governance/{nom}"]
        table.loc[table.iloc[:, 0].eq(cle), "confiance"] = "FICTIF"
    return ouvert


def premieres(table: Noeud) -> list[str]:
    return [lisible(tr.un("th").texte) for tr in table.un("tbody").tous("tr")]


def test_ce_qui_est_invente_est_a_part_et_le_dit_partout() -> None:
    sections = Page(a_moitie_invente())
    assert all(sections[ancre] for ancre in SECTIONS)
    for ancre, dit in (
        ("seances", "1 séance plénière (fictive)"), ("composition", "2 sièges (dont 1 fictif)"),
        ("decisions", "3 décisions suivies (dont 1 fictive)"), ("actions", "2 actions (dont 1 fictive)"),
    ):  # fmt: skip
        assert dit in constat(sections[ancre])
    assert "Séances plénières (fictives)" in lisible(sections["essentiel"].html), "a heading of a single one"
    for ancre, rang, reelles, inventees in (
        ("seances", 1, ["1er septembre 2022"], ["1er juin 2022 (réunion fictive)"]),
        ("decisions", 0, ["Adopter la grille", "Réviser le plan"], ["Ouvrir le portail (décision fictive)"]),
        ("membres", 0, ["Ville"], ["Bailleur Bêta (siège fictif)"]),
        ("actions", 0, ["Axe 1 : informer"], ["Axe 1 : former (action fictive)"]),
    ):
        une, autre = lu(sections[ancre]).tous("table")[rang : rang + 2]
        assert (premieres(une), premieres(autre)) == (reelles, inventees)
        assert ["fictives" in t.un("caption").texte for t in (une, autre)] == [False, True]
    reels, fictifs = lu(sections["changements"]).tous("table")
    assert "Bailleur Bêta" in fictifs.texte and "Bailleur Bêta" not in reels.texte and "communes" in reels.texte
    avant = lu(sections["seances"]).tous("table")[-1]
    assert premieres(avant)[0] == "1er juin 2021" and "avant 2022" in avant.un("caption").texte
    assert "fictif" not in Page(rempli(G01=1, G06=1))["frise"].html


def test_un_fait_connu_par_l_annee_seule_n_a_jamais_de_jour() -> None:
    """Nor does what is known by its month, or a commune's membership whose day is an assumption."""
    sections = Page(publie(chiffres(G05={"": 19}, G06=4), ANNEES))
    quand = [c[0] for c in lignes_de(lu(sections["frise"]), 1).values()]
    assert sorted(quand) == ["2014", "depuis 2017", "depuis 2017", "depuis 2020"]
    texte = lisible(sections["frise"].html + sections["changements"].html)
    assert not [jour for jour in ("1er décembre 2021", "1er janvier 2017", "1er janvier 2019") if jour in texte]
    assert lignes_de(lu(sections["changements"]))["2017"][0] == "5 communes entrées"
    avant = Page(publie({}, (2015, 2016)))
    assert "loi ALUR" in avant["frise"].html and "depuis 2017" not in avant["frise"].html
