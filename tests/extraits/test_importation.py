"""One import from end to end: what it leaves on disk, what it refuses, and that no personal value goes through."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extraits import (
    AUJOURD_HUI,
    ENTETES,
    bail,
    compte,
    contenu,
    dire_cil,
    ecrire_csv,
    ecrire_xlsx,
    numero,
    verifier_etat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cil_analysis import empreintes
from cil_analysis.commandes.importer import _detailler, dire_l_import
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import importation, store
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.journal import sans_hors_quartier
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.pseudonymes import empreinte, lire_cle
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import colonnes_absentes
from cil_analysis.reference.ensemble import References
from commande import lancer_ici
from essais import essais
from messages import exiger_un_remede, lisible, refuser

Importe = Callable[..., Bilan]
Refuse = Callable[..., str]
Source = Callable[..., Path]
DEMANDES = ["N° unique", "Commune souhaitée", "Âge"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows n’a pas ces droits")


def lus(projet: Projet, annee: int = 2022, extrait: str = "attributions") -> pd.DataFrame:
    return store.lire(projet, extrait, annee)


# --- what an import leaves -------------------------------------------------------------------------------------------


def test_csv_complet(projet: Projet, importe: Importe, source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    lignes = [
        *(bail(rang) for rang in range(30)),
        bail(3),
        bail(40, commune="Guécélard"),
        bail(41, jour="15/03/2021"),
        bail(42, commune="Ville-Inventée"),
        bail(43, jour="31/02/2022"),
        [],
        ["", "", "", ""],
        ENTETES,
        ["Total", "", "", ""],
    ]
    chemin = source(lignes)
    brut = chemin.read_bytes(), chemin.stat().st_mtime_ns
    bilan = importe(chemin)
    assert not bilan.deja_fait and (chemin.read_bytes(), chemin.stat().st_mtime_ns) == brut
    assert bilan.journal["comptes"] == compte(
        40, conservees=30, rejetees=2, doublons=1, hors_perimetre=2, ignorees=1 + 2 + 1 + 1
    )
    assert bilan.journal["motifs"]["ignorees"] == {"en_tete": 1, "vide": 2, "en_tete_repete": 1, "total": 1}
    assert len(lus(projet)) == 30
    assert store.lire_journal(projet, "attributions", 2022) == bilan.journal
    # Who imports knows which commune is not ours; the account, which is published, does not.
    dire_l_import(bilan, projet.racine, _detailler(bilan, References(projet), [chemin]))
    assert "    commune hors de l’intercommunalité\u202f: Guécélard (1)\n" in capsys.readouterr().err
    assert not re.search("Guécélard|72146", json.dumps(bilan.journal))
    anomalies = store.lire_anomalies(projet, "attributions", 2022)
    rejets = anomalies[anomalies["effet"].eq("ligne rejetée")]
    assert rejets["ligne"].tolist() == [35, 36]  # the header is line 1, the 34th row of data is line 35


def test_reimport_identique_ne_change_rien(projet: Projet, importe: Importe, source: Source) -> None:
    fichiers = source([bail(1)], "a.csv"), source([bail(2)], "b.csv")
    premier = importe(*fichiers)
    avant = contenu(projet.racine)
    with pytest.MonkeyPatch.context() as monkeypatch:  # A folder of data that cannot be written is enough.
        monkeypatch.setattr(store, "verrou", lambda projet: pytest.fail("le verrou est pris"))
        second = importe(*reversed(fichiers))
    assert second.deja_fait and second.journal == premier.journal
    assert contenu(projet.racine) == avant


def test_un_import_fini_pendant_un_autre_compte(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing excludes them while they read and clean: the second to end is made again, by the key of the first."""
    premier, second = source([bail(1)], "a.csv"), source([bail(1), bail(2)], "b.csv")
    trier, lots = importation.trier, []

    def trier_et_etre_devance(*arguments: Any, **options: Any) -> Any:
        lots.append(trier(*arguments, **options))
        if len(lots) == 1:
            importe(premier)
        return lots[-1]

    monkeypatch.setattr(importation, "trier", trier_et_etre_devance)
    bilan = importe(second)
    assert len(lots) == 3 and bilan.ancien is not None and bilan.retires == ("a.csv",)
    journal = verifier_etat(projet)
    assert journal["comptes"]["conservees"] == 2 and journal["empreinte_cle"] == empreinte(lire_cle(projet.cle))


def test_reimport_apres_un_changement_des_referentiels(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(1, bailleur="Office Nouveau"), *(bail(rang) for rang in range(2, 11))])
    importe(fichier, references=References(projet))
    assert lus(projet)["bailleur"].isna().tolist() == [True, *[False] * 9]
    chemin = projet.reference / "nomenclatures" / "bailleurs.csv"
    texte = chemin.read_text(encoding="utf-8")
    chemin.write_text(texte.replace("LMMH", "LMMH|Office Nouveau"), encoding="utf-8")
    assert not importe(fichier, references=References(projet)).deja_fait
    assert lus(projet)["bailleur"].tolist() == ["LMH"] * 10


def test_reimport_apres_un_changement_du_code_qui_lit(
    importe: Importe, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichier = source([bail(1)])
    importe(fichier)
    paquet = tmp_path / "cil_analysis"
    shutil.copytree(empreintes._PAQUET, paquet)
    monkeypatch.setattr(empreintes, "_PAQUET", paquet)
    assert importe(fichier).deja_fait
    nettoyage = paquet / "extraits" / "cellules" / "valeurs.py"
    nettoyage.write_bytes(nettoyage.read_bytes() + b"\n")
    assert not importe(fichier).deja_fait


def test_le_stock_se_reimporte_quand_ses_voisins_changent(importe: Importe, source: Source) -> None:
    """D13 depends on the leases: the same requests after them are no identical import."""
    demandes = source([[numero(1), "Le Mans", "30"]], "d.csv", DEMANDES)
    assert importe(demandes).journal["constats"] == {}
    importe(source([bail(1)], "a.csv"))
    second = importe(demandes)
    assert (second.deja_fait, second.journal["constats"]) == (False, {"deja_logee": 1})
    assert second.anomalies[["cellule", "regle", "effet"]].to_numpy().tolist() == [["A2", "deja_logee", "signalée"]]
    assert importe(demandes).deja_fait


def test_demandes_et_attributions_se_relient(projet: Projet, importe: Importe, source: Source) -> None:
    """The same number has the same pseudonym in both extracts and in every year."""
    importe(source([bail(1)], "a22.csv"))
    importe(source([bail(1, jour="15/03/2023")], "a23.csv"), annee=2023)
    importe(source([[numero(1), "Arnage", "30"]], "d.csv", DEMANDES))
    tables = (lus(projet), lus(projet, 2023), lus(projet, extrait="demandes"))
    assert len({pseudonyme for table in tables for pseudonyme in table["demande_pseudonyme"]}) == 1


def test_colonnes_nommees_dans_le_journal(importe: Importe, source: Source) -> None:
    entetes = [*ENTETES, "Étage", "Observations", "Téléphone"]
    colonnes = importe(source([[*bail(1), "3", "rien", "06"]], entetes=entetes)).journal["colonnes"]
    assert colonnes["entetes"] == {"numero_unique": ["N° unique"], "date_signature_bail": ["Date du bail"],
                                   "commune_libelle": ["Commune"], "bailleur": ["Bailleur"]}  # fmt: skip
    assert colonnes["reconnues"] == sorted(colonnes["entetes"])
    autres = [colonnes[sort] for sort in ("ignorees", "personnelles", "inconnues")]
    assert autres == [["Observations"], ["Téléphone"], ["Étage"]]


def test_le_bilan_dit_ce_qu_il_remplace_et_ce_qui_n_y_est_plus(
    projet: Projet, importe: Importe, source: Source
) -> None:
    a = source([bail(rang, bailleur="Office inventé" if rang < 5 else "LMH") for rang in range(50)], "a.csv")
    b = source([bail(60, commune="Arnage")], "b.csv")
    premier = importe(a, b)
    assert (premier.ancien, premier.anomalies["valeur"].tolist()) == (None, ["Office inventé"] * 5)
    assert (importe(a, b).ancien, importe(a, b).retires) == (None, ())
    second = importe(b)
    assert second.ancien is not None
    assert (second.ancien["importe_le"], second.retires) == (premier.journal["importe_le"], ("a.csv",))
    assert lus(projet)["commune_insee"].tolist() == ["72008"]


@POSIX
def test_les_donnees_et_la_cle_ne_sont_pas_lisibles_par_tous(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(1)])
    assert importe(fichier).cle_creee == projet.cle
    fichiers = [c for c in projet.traite.rglob("*") if c.is_file()]
    assert {stat.S_IMODE(c.stat().st_mode) for c in fichiers} == {0o640}
    projet.cle.chmod(0o644)  # restored from a copy
    assert importe(fichier).cle_creee is None
    assert stat.S_IMODE(projet.cle.stat().st_mode) == 0o600


def test_extrait_precise_choisit_la_feuille(projet: Projet, importe: Importe) -> None:
    chemin = ecrire_xlsx(projet.brut / "a.xlsx", Baux=[ENTETES, bail(1)], Stock=[DEMANDES, [numero(1), "Arnage", "30"]])
    for extrait, commune in (("demandes", "72008"), ("attributions", "72181")):
        importe(chemin, extrait=extrait)
        assert lus(projet, extrait=extrait)["commune_insee"].tolist() == [commune]


def test_deux_fichiers_de_meme_nom(projet: Projet, importe: Importe) -> None:
    for rang, dossier in enumerate(("b1", "b2")):
        (projet.brut / dossier).mkdir()
        entetes = ["Vide"] * rang + [*ENTETES, "Âge"]
        ecrire_csv(projet.brut / dossier / "a.csv", [entetes, [""] * rang + [*bail(rang), "MOT LIBRE"]])
    bilan = importe(projet.brut / "b1" / "a.csv", projet.brut / "b2" / "a.csv")
    places = bilan.anomalies[["fichier", "cellule"]].to_numpy().tolist()
    assert places == [["b1/a.csv", "E2"], ["b2/a.csv", "F2"]]


def test_une_colonne_cochee_ou_vide_se_dit(projet: Projet) -> None:
    """A blank is no « no »: the households of blanks would leave what is counted outside the districts."""
    entetes = [*ENTETES, "En QPV", "Relogement RU"]
    for vides, dit in ((10, True), (9, False)):
        baux = [[*bail(rang), "x" if rang >= vides else "", "non" if rang else "x"] for rang in range(20)]
        fichier = ecrire_csv(projet.brut / "a.csv", [entetes, *baux])
        for commande in ("verifier", "importer"):
            sortie = lancer_ici(commande, fichier, "--annee", 2022, "--projet", projet.racine, dossier=projet.racine)
            texte = lisible(sortie.stdout + sortie.stderr)
            assert ("sans aucun non, dans « Logement en QPV » :" in texte) == dit, texte


def test_une_colonne_cochee_dont_une_autre_dit_des_non_se_dit(importe: Importe, source: Source) -> None:
    """Who was housed by no landlord has not moved inside its stock: of the others, a blank is no « no »."""
    entetes = [*ENTETES, "Mutation interne", "Demandeur déjà locataire HLM"]
    for fin, dit in (("", ["est_mutation_interne"]), ("non", [])):
        baux = [[*bail(rang), "x" if rang < 5 else "", "oui" if rang < 20 else "non"] for rang in range(40)]
        baux[-1][-2] = fin
        assert importe(source(baux, f"a{fin}.csv", entetes)).journal["que_oui"] == dit


def test_une_colonne_qui_se_vide_se_dit(projet: Projet) -> None:
    """A workbook that a program writes holds formulas without their values: no income is given, then."""
    entetes, dites = [*ENTETES, "Ressources mensuelles", "Nb UC"], []
    for annee, lignes, revenu in ((2021, 10, "900"), (2022, 12, "=450*2"), (2023, 2, "900")):
        baux = [[*bail(rang, jour=f"15/03/{annee}"), revenu, "1"] for rang in range(lignes)]
        fichier = ecrire_xlsx(projet.brut / f"{annee}.xlsx", Baux=[entetes, *baux])
        code, dit = dire_cil(projet, "importer", fichier, "--annee", annee)
        assert code == 0
        dites.append(("que l’import de 2021 donnait" in dit, "formules jamais calculées (" in dit))
    assert dites == [(False, False), (True, True), (False, False)]


def test_une_colonne_que_d_autres_impliquent_n_est_pas_dite_absente(importe: Importe, projet: Projet) -> None:
    """The size of a household from its adults and its children (D7), where another file gives it."""
    taille = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Taille du ménage", "Âge"], [*bail(1), "3", "30"]])
    parties = ecrire_csv(
        projet.brut / "b.csv", [[*ENTETES, "Nombre d’adultes", "Nombre d’enfants", "Âge"], [*bail(2), "1", "2", "30"]]
    )
    assert "taille_menage" not in colonnes_absentes(importe(taille, parties).journal["fichiers"]).get("b.csv", [])
    assert lus(projet)["taille_menage"].tolist() == [3, 3]


def test_un_quartier_dit_qui_y_est_et_non_qui_est_dehors(importe: Importe, projet: Projet) -> None:
    """It was told that the column of yes or no lacked, and its households counted as blank: those in a district too."""
    entetes, dedans = [*ENTETES, "Code QPV"], [*bail(1), "QP072005"]
    complet = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "En QPV"], [*bail(3), "non"]])
    vide = ecrire_csv(projet.brut / "b.csv", [entetes, dedans, [*bail(2), ""]])
    journal = importe(complet, vide).journal
    situation = lus(projet)["est_en_qpv"]
    assert situation.tolist()[:2] == [False, True] and situation.isna().tolist() == [False, False, True]
    assert colonnes_absentes(journal["fichiers"]) == {"a.csv": ["qpv"]} and sans_hors_quartier(journal) == ["b.csv"]
    assert sans_hors_quartier(importe(vide).journal) == ["b.csv"], "alone too"
    dit = ecrire_csv(projet.brut / "c.csv", [entetes, dedans, [*bail(2), "Hors QPV"]])
    assert not sans_hors_quartier(importe(complet, dit).journal)
    aucun = ecrire_csv(projet.brut / "d.csv", [entetes, [*bail(2), ""]])
    assert not sans_hors_quartier(importe(aucun).journal), "no household is in one: there may be none"


def test_une_colonne_que_d_autres_fichiers_donnent_est_dite_absente(importe: Importe, projet: Projet) -> None:
    """By file, united ones included: a monthly income and the units that divide it give one by unit together alone."""
    complet = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Revenu par UC", "Âge"], [*bail(1), "9000", "30"]])
    mensuel = ecrire_csv(
        projet.brut / "b.csv",
        [[*ENTETES, "Ressources mensuelles du ménage", "Nb UC", "Âge"], [*bail(2), "900", "1", "30"]],
    )
    sans = ecrire_csv(projet.brut / "c.csv", [[*ENTETES, "Nb UC"], [*bail(3), "1"]])
    sans_unites = ecrire_csv(
        projet.brut / "d.csv", [[*ENTETES, "Ressources mensuelles du ménage", "Âge"], [*bail(4), "900", "30"]]
    )
    assert colonnes_absentes(importe(complet).journal["fichiers"]) == {}
    attendues = {"c.csv": ["age", "revenu_uc_annuel_eur"]}
    assert colonnes_absentes(importe(complet, mensuel, sans).journal["fichiers"]) == attendues
    absentes = colonnes_absentes(importe(complet, mensuel, sans_unites).journal["fichiers"])
    assert absentes == {"d.csv": ["revenu_uc_annuel_eur"]}
    importe(complet, mensuel)
    unis = importer(projet, References(projet), Demande([sans], 2022, ajouter=True))
    assert colonnes_absentes(unis.journal["fichiers"]) == attendues


# --- what is refused -------------------------------------------------------------------------------------------------


# Headings, rows, options, and what the refusal cites.
REFUSES: list[tuple[list[str], list[list[str]], dict[str, Any], list[str]]] = [
    (ENTETES, [], {}, ["aucune ligne de données"]),
    # With columns that are computed, too.
    ([*ENTETES, "QPV", "Quartier prioritaire", "Date de naissance", "Revenu par UC", "UC"], [], {}, []),
    (ENTETES, [bail(1)], {"annee": 2019}, ["2019", "autre année (1)"]),
    (DEMANDES, [[numero(1), "Fay", "3"]], {"extrait": "attributions"}, ["« Bailleur »"]),
    (["N° unique", "Âge"], [[numero(1)] * 2], {}, ["--extrait"]),
    # Near the beginning, a null byte means a binary file.
    (ENTETES, [bail(1), ["a\0b"] * 4], {}, []),
]  # fmt: skip


def test_refus(projet: Projet, importe: Importe, refuse: Refuse, source: Source) -> None:
    """An import that was there stays."""
    importe(source([bail(1)], "ancien.csv"))
    for entetes, lignes, options, nommes in REFUSES:
        refuse(source(lignes, "refuse.csv", entetes), nommes=nommes, **options)
    refuse(projet.brut / "absent.csv")
    a, d = source([bail(1)], "a.csv"), source([[numero(1), "Le Mans", "30"]], "d.csv", DEMANDES)
    refuse(a, d, nommes=["attributions, demandes"])
    # Rows without a N° unique have no duplicate: they would count twice.
    refuse(a, Path(shutil.copy(a, projet.brut / "b.csv")), nommes=["a.csv", "b.csv"])
    refuse(a, a)
    for fichiers, options, nomme in (
        ((a,), {"extrait": "baux"}, "« baux »"),
        ((), {}, "fichier"),
        *(((a,), {"annee": annee}, annee) for annee in (0, -1, 22, 99999)),
        ((d,), {"annee": AUJOURD_HUI.year + 2}, "prochaine"),  # the rows of a stock are of no year
    ):
        with pytest.raises(ErreurCIL) as erreur:
            importe(*fichiers, **options)
        exiger_un_remede(erreur.value, nomme)


def test_une_horloge_en_retard_se_dit(projet: Projet, references_communes: References, source: Source) -> None:
    """A machine that believes it is 2020 takes the leases of 2022 for dates to come: the refusal says its day."""
    with refuser("02/01/2020"):
        importer(projet, references_communes, Demande([source([bail(1), bail(2)])], 2022, aujourd_hui=date(2020, 1, 2)))


def inconnues(n: int) -> tuple[list[str], list[list[str]]]:
    return ENTETES, [bail(rang, commune="Ville-Inventée" if rang < n else "Le Mans") for rang in range(100)]


def deposees_apres(n: int) -> tuple[list[str], list[list[str]]]:
    jours = ["01/01/2023"] * n + ["31/12/2022"] * (100 - n)
    return ["N° unique", "Commune souhaitée", "Date de dépôt"], [
        [numero(rang), "Le Mans", jour] for rang, jour in enumerate(jours)
    ]


def echangees(n: int) -> tuple[list[str], list[list[str]]]:
    """The lease under the heading of the filing."""
    jours = ["01/01/2023"] * n + ["15/03/2022"] * (100 - n)
    return [*ENTETES, "Date de dépôt"], [[*bail(rang), jour] for rang, jour in enumerate(jours)]


def hors_bornes(n: int) -> tuple[list[str], list[list[str]]]:
    """Yearly incomes in a column of monthly ones."""
    return [*ENTETES, "Ressources par UC"], [[*bail(rang), "12000" if rang < n else "900"] for rang in range(100)]


def trop_jeunes(n: int) -> tuple[list[str], list[list[str]]]:
    """Of a column that is computed: nothing of it is in the file, and its values are compared to the rows."""
    return [*ENTETES, "Date de naissance"], [
        [*bail(rang), f"01/01/{2012 if rang < n else 1990}"] for rang in range(100)
    ]


@pytest.mark.parametrize(
    ("faire", "nommes"),
    [
        (trop_jeunes, ["« Âge du demandeur », calculé de « Date de naissance »"]),
        (inconnues, ["« Commune du logement »", "vérifiez la colonne en défaut"]),
        (deposees_apres, ["31 décembre 2022", "--annee"]),
        (echangees, ["« Date de signature du bail »", "cil colonnes"]),
        (hors_bornes, ["par mois ou par an", "columns/attributions.csv"]),
    ],
)
def test_un_cinquieme_de_fautes_au_plus(importe: Importe, refuse: Refuse, source: Source, faire, nommes) -> None:
    """D2, out of 100 rows of data: 20 are accepted, 21 are not."""
    entetes, lignes = faire(21)
    refuse(source(lignes, "trop.csv", entetes), nommes=[*nommes, "21", "sur 100", "20 %"])
    entetes, lignes = faire(20)
    comptes = importe(source(lignes, "assez.csv", entetes)).journal["comptes"]
    rejetees = 20 if faire is inconnues else 0
    assert comptes == compte(101, conservees=100 - rejetees, rejetees=rejetees, ignorees=1)


def test_un_stock_sans_demande_de_son_annee_se_dit(importe: Importe, source: Source) -> None:
    """Every stock has requests of its own year; a few rows prove nothing."""

    def constats(nombre: int, dernier: str) -> dict[str, int]:
        lignes = [[numero(rang), "Le Mans", "14/03/2019" if rang else dernier] for rang in range(nombre)]
        entetes = ["N° unique", "Commune souhaitée", "Date de dépôt"]
        return importe(source(lignes, f"{nombre}.csv", entetes)).journal["constats"]

    assert constats(10, "31/12/2021") == {"sans_depot": 10}
    assert constats(11, "01/01/2022") == constats(9, "31/12/2021") == {}


def test_le_stock_d_une_autre_annee_n_en_remplace_pas_un_bon(
    projet: Projet, importe: Importe, refuse: Refuse, source: Source
) -> None:
    def stock(nom: str, depot: str) -> Path:
        lignes = [[numero(rang), "Le Mans", depot] for rang in range(12)]
        return source(lignes, nom, ["N° unique", "Commune souhaitée", "Date de dépôt"])

    ancien, douteux = stock("2021.csv", "14/03/2021"), stock("douteux.csv", "14/03/2020")
    importe(ancien, annee=2021)
    importe(douteux)
    # Nothing better is there: it is read again when a dictionary changes.
    importe(stock("douteux bis.csv", "15/03/2020"))
    importe(stock("2022.csv", "14/03/2022"))
    refuse(douteux, nommes=["douteux.csv", "aucune des 12", "2022", "--annee", "retirez"])
    refuse(ancien, nommes=["2021.csv", "2021", "--annee", "retirez"])
    refuse(ancien, annee=2023, nommes=["celles de 2021"])
    assert importer(projet, References(projet), Demande([ancien], 2021)).deja_fait


def test_des_revenus_par_mois_ne_passent_pas_pour_des_revenus_par_an(
    importe: Importe, refuse: Refuse, source: Source
) -> None:
    """Within the bounds of a year, they made nearly every household one of the first quartile."""

    def lignes(revenu: str) -> list[list[str]]:
        return [[*bail(rang), revenu if rang % 3 else "0"] for rang in range(30)]

    entetes = [*ENTETES, "Revenu annuel par UC"]
    refuse(source(lignes("900"), "mois.csv", entetes), nommes=["2 500 €", "par mois", "cil colonnes"])
    assert importe(source(lignes("2500"), "an.csv", entetes)).journal["comptes"]["conservees"] == 30
    assert importe(source(lignes("900")[:9], "peu.csv", entetes)).journal["comptes"]["conservees"] == 9


def test_trop_de_revenus_nuls_se_disent(importe: Importe, source: Source) -> None:
    """What exports a blank as 0 makes a household of the first quartile of it."""
    entetes = [*ENTETES, "Revenu annuel par UC"]
    for nuls, dits in ((10, {"revenus_nuls": 10}), (9, {})):
        baux = [[*bail(rang), "0" if rang < nuls else "9000" if rang < 40 else ""] for rang in range(60)]
        assert importe(source(baux, f"{nuls}.csv", entetes)).journal["constats"] == dits


def test_un_code_qui_n_est_pas_celui_du_nom_de_la_commune_est_dit(importe: Importe, source: Source) -> None:
    """The code counts: it may be that of another column, as of where the household comes from."""
    codes = ["72181", "72003", "", "72003"]  # right, another, blank, beside a name that nobody knows
    baux = [[*bail(rang, commune="Nulle-Part" if rang == 3 else "Le Mans"), code] for rang, code in enumerate(codes)]
    bilan = importe(source([*baux, *([*bail(rang), ""] for rang in range(4, 40))], entetes=[*ENTETES, "Code INSEE"]))
    assert bilan.journal["constats"] == {"commune_contredite": 1}
    dites = bilan.anomalies[bilan.anomalies["regle"].eq("commune_contredite")]
    assert dites[["cellule", "effet"]].to_numpy().tolist() == [["E3", "signalée"]]


def test_une_ligne_decalee_est_rejetee(importe: Importe, source: Source) -> None:
    """A separator in a cell without quotation marks: what follows is under the wrong headings."""
    bilan = importe(source([*map(bail, range(9)), [*bail(9), "suite"]]))
    assert bilan.journal["motifs"]["rejetees"] == {"plus de cellules que d’en-têtes": 1}
    assert bilan.anomalies[["ligne", "regle"]].to_numpy().tolist() == [[11, "decalee"]]


def test_une_ligne_dont_le_compte_ne_dit_rien_arrete_l_import(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of the software: a line read is neither kept nor said to be anything. Nothing is stored."""
    monkeypatch.setattr(Brut, "lues", property(lambda brut: len(brut.lignes) + sum(brut.ignorees.values()) + 1))
    with pytest.raises(AssertionError, match="does not balance"):
        importe(source([bail(rang) for rang in range(30)]))
    assert not list(projet.traite.rglob("*.parquet"))


def test_import_interrompu_par_une_panne(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    importe(source([bail(1)], "ancien.csv"))
    avant = contenu(projet.traite)
    monkeypatch.setattr(store, "synchroniser", lambda chemin: (_ for _ in ()).throw(OSError("disque plein")))
    with pytest.raises(OSError, match="disque plein"):
        importe(source([bail(2)], "nouveau.csv"))
    assert store.annees(projet, "attributions") == [2022]
    assert contenu(projet.traite) == avant


# --- the key ---------------------------------------------------------------------------------------------------------


def test_une_cle_ne_nait_que_d_un_import_reussi(
    projet: Projet, importe: Importe, refuse: Refuse, source: Source
) -> None:
    refuse(source([bail(1, jour="15/03/2021")], "ancien.csv"))
    assert not projet.cle.parent.exists()
    importe(source([bail(1)]))
    assert projet.cle.is_file()


@pytest.mark.parametrize("autre", [None, "ab" * 32, "ab"])
def test_cle_disparue_autre_ou_abimee(projet: Projet, importe: Importe, source: Source, autre: str | None) -> None:
    """Never drawn again: the pseudonyms would link nobody to anybody, without a word."""
    importe(source([bail(1)], "ancien.csv"))
    sauvegarde, avant, fichier = projet.cle.read_bytes(), contenu(projet.traite), source([bail(2)], "nouveau.csv")
    projet.cle.unlink()
    if autre is not None:
        projet.cle.write_text(autre)
    with refuser(projet.cle.name):
        importe(fichier)
    assert (projet.cle.read_text() if projet.cle.exists() else None) == autre and contenu(projet.traite) == avant
    projet.cle.write_bytes(sauvegarde)
    importe(fichier)


def test_la_cle_n_est_jamais_dans_le_projet(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(projet.racine / "data"))
    with refuser("CIL_DOSSIER_CLES"):
        importe(source([bail(1)]))
    assert not list(projet.racine.rglob("*.cle"))


# --- trying to break it ----------------------------------------------------------------------------------------------

TOUS = [*ENTETES, "Âge", "Nombre de personnes", "Ressources mensuelles", "Nb UC", "Revenu annuel par UC",
        "Revenu par UC", "Date de naissance", "Date de dépôt", "QPV", "Quartier prioritaire", "Catégories prioritaires",
        "DALO", "Financement", "Code INSEE", "Réservataire", "Mutation interne"]  # fmt: skip
BIZARRES = ["00/00/0000", "31/02/2022", "2022-13-01", "0", "99999", "-1", "1e30", "-1e300", "1e400", "inf", "nan", "NA",
            "1,1144e+17", "72181.0", "½", "²", "٣", "\x1f", ";;", "|", "=1+1", "01/01/0001", "31/12/9999", "é" * 9000,
            "\ud7ff", "\ufffd", "9" * 5000, "﷽", "‮", "- -", "'72181", "TRUE"]  # fmt: skip


def test_une_valeur_bizarre_partout(projet: Projet, importe: Importe, source: Source) -> None:
    """In every column at once, a row each, beside good rows: the good rows are kept, and the account balances."""
    # Each list is read in the good rows: one cell in ten that is not, and no more, is admitted.
    lisibles = {"Code INSEE": "72181", "QPV": "Non", "Quartier prioritaire": "Hors QPV", "DALO": "Non",
                "Catégories prioritaires": "Handicap", "Financement": "PLUS", "Réservataire": "Action Logement",
                "Mutation interne": "Non"}  # fmt: skip
    bons = [dict(zip(ENTETES, bail(rang), strict=True)) | lisibles for rang in range(300)]
    lignes = [[ligne.get(entete, "") for entete in TOUS] for ligne in bons]
    bizarres = [[valeur] * len(TOUS) for valeur in BIZARRES]
    comptes = importe(source([*lignes, *bizarres], entetes=TOUS)).journal["comptes"]
    assert comptes["lues"] == 333 == sum(n for nom, n in comptes.items() if nom != "lues")
    assert (lus(projet)["commune_insee"] == "72181").sum() >= 300


def test_un_octet_nul_loin_du_debut_est_une_cellule_abimee(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([*(bail(rang) for rang in range(200)), ["a\0b", *bail(300)[1:]], ["\0"] * 4])
    assert importe(fichier).journal["comptes"] == compte(203, conservees=201, rejetees=1, ignorees=1)
    assert lus(projet)["demande_pseudonyme"].isna().sum() == 1


CELLULE = st.one_of(
    st.sampled_from([*BIZARRES, "", "15/03/2022", "Le Mans", "LMH", "Oui", "Total", "N° unique", '"', "'", "\n", "\r"]),
    st.text(max_size=12),
)


@settings(max_examples=essais(60, 25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lignes=st.lists(st.lists(CELLULE, max_size=7), max_size=8),
    entete=st.booleans(),
    separateur=st.sampled_from(";,\t"),
    codage=st.sampled_from(["utf-8", "utf-16"]),
)
def test_un_tableau_quelconque(
    projet: Projet, references_communes: References, lignes: list[list[str]], entete: bool, separateur: str, codage: str
) -> None:
    """Any table: an import whose account balances, or an ErreurCIL; never another exception."""
    chemin = projet.brut / "n.csv"
    texte = "".join(
        separateur.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in ligne) + "\n"
        for ligne in [[*ENTETES, "QPV", "Âge", "Nom"]] * entete + lignes
    )
    chemin.write_bytes(texte.encode(codage, errors="replace"))
    try:
        comptes = importer(projet, references_communes, Demande([chemin], 2022)).journal["comptes"]
    except ErreurCIL as erreur:
        exiger_un_remede(erreur, "n.csv")
    else:
        assert comptes["lues"] == sum(n for nom, n in comptes.items() if nom != "lues")
