"""Labels that no list knows: they refuse the file or are named, are mapped by a command, and never count in silence."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from conftest_extraits import ENTETES, bail, contenu, ecrire_csv, numero, valeurs

from cil_analysis.commandes import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan
from cil_analysis.extraits.inconnus.questions import code_sur
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser
from messages import exiger_du_francais

# A readable row of each extract, by heading: columns of every kind of closed list that it has.
FORMES = {
    "attributions": {"N° unique": "", "Date du bail": "15/03/2022", "Commune": "Le Mans", "Bailleur": "LMH",
                     "QPV": "Non", "Quartier prioritaire": "Hors QPV", "Contingent": "Action Logement",
                     "Financement": "PLUS", "Typologie": "T3", "Composition familiale": "Personne seule",
                     "Situation professionnelle": "CDI", "Nationalité": "Française",
                     "Logement actuel": "Locataire HLM", "Motif de la demande": "Logement trop petit",
                     "Publics prioritaires": "Handicap", "DALO": "Non", "Type de mutation": "Interne"},
    "demandes": {"N° unique": "", "Commune souhaitée": "Arnage", "Statut de la demande": "Active", "DALO": "Non",
                 "Typologie demandée": "T3"},
    "propositions": {"N° unique": "", "Date de commission": "15/03/2022", "Commune": "Le Mans",
                     "Décision": "Non attribution", "Bailleur": "LMH", "Réservataire": "Action Logement"},
    "radiations": {"N° unique": "", "Date de radiation": "15/03/2022", "Motif de radiation": "Abandon",
                   "Commune souhaitée": "Arnage", "Mutation": "Non"},
    "parc": {"Code INSEE": "72181", "Nombre de pièces": "3", "Année de construction": "1970", "Financement": "PLUS",
             "Bailleur": "LMH"},
    "occupation": {"Commune": "Le Mans", "Nombre de ménages": "120", "Bailleur": "LMH"},
    "flux": {"Bailleur": "LMH", "Réservataire": "Action Logement", "Logements attribués": "12"},
}  # fmt: skip
Importe = Callable[..., Bilan]
Refuse = Callable[..., str]
INCONNU = "Valeur jamais vue"


def rangees(extrait: str, n: int = 60) -> list[dict[str, str]]:
    return [
        {e: numero(rang) if e == "N° unique" else cellule for e, cellule in FORMES[extrait].items()}
        for rang in range(n)
    ]


def ecrire(chemin: Path, lignes: list[dict[str, str]]) -> Path:
    entetes = list(dict.fromkeys(e for ligne in lignes for e in ligne))
    return ecrire_csv(chemin, [entetes, *([ligne.get(e, "") for e in entetes] for ligne in lignes)])


def listes(extrait: str, references: References) -> Iterator[tuple[str, str]]:
    """The headings of :data:`FORMES` that are of a closed list, with their column."""
    dictionnaire = references.dictionnaires[extrait]
    for entete in FORMES[extrait]:
        nom = dictionnaire.entetes[normaliser(entete)]
        if dictionnaire.colonnes[nom].type in ("oui_non", "code", "codes", "qpv", "commune"):
            yield entete, nom


@pytest.mark.parametrize("extrait", FORMES)
def test_des_formes_jamais_vues_ne_comptent_pas_en_silence(
    projet: Projet, references_communes: References, importe: Importe, refuse: Refuse, extrait: str
) -> None:
    """The labels of each closed list of the leases, of one of the others, replaced: a refusal that names them.

    Where they are few, the file is imported and the journal says how many, and in which column.
    """
    fermees = list(listes(extrait, references_communes))
    for entete, nom in fermees if extrait == "attributions" else fermees[-1:]:
        lignes = [ligne | {entete: INCONNU} for ligne in rangees(extrait)]
        titre = references_communes.dictionnaires[extrait].colonnes[nom].libelle
        chemin = ecrire(projet.brut / f"{nom}-60.csv", lignes)
        nommes = [f"« {INCONNU} » (60)", f"« {titre} »", "60 cellules", f"cil libelles {chemin} --extrait {extrait}"]
        # The rows of an unknown commune are rejected, by a rule of their own (D2).
        refuse(chemin, nommes=[] if "commune" in nom else nommes, extrait=extrait)
    # Five cells of each column, in rows of their own, so that a rejected row hides nothing of another column.
    lignes = rangees(extrait, max(60, 60 * len(fermees)))
    for rang, (entete, _) in enumerate(fermees):
        for ligne in lignes[5 * rang : 5 * rang + 5]:
            ligne[entete] = INCONNU
    bilan = importe(ecrire(projet.brut / "cinq.csv", lignes), extrait=extrait)
    dites = bilan.anomalies[bilan.anomalies["regle"].eq("illisible")]
    for entete, nom in fermees:
        assert bilan.journal["illisibles"][nom]["illisibles"] == 5, entete
        siennes = dites[dites["colonne"].eq(nom)]
        assert siennes["valeur"].tolist() == [INCONNU] * 5, entete
    assert len(dites) == 5 * len(fermees) >= 10


def test_un_nom_de_personne_n_est_pas_un_libelle(projet: Projet, importe: Importe) -> None:
    """Written on rows of four N° uniques, or on rows that have none, it is nowhere; five applicants share a label."""
    lignes = rangees("attributions", 200)
    for ligne in lignes[:6]:
        ligne["Bailleur"] = "Mme Inventée"
    lignes[4]["N° unique"] = lignes[3]["N° unique"]
    lignes[5]["N° unique"] = ""
    for ligne in lignes[6:11]:
        ligne["Bailleur"] = "Office Inventé"
    bilan = importe(ecrire(projet.brut / "a.csv", lignes))
    illisibles = bilan.anomalies[bilan.anomalies["regle"].eq("illisible")]
    assert illisibles["valeur"].value_counts().to_dict() == {"(masquée)": 6, "Office Inventé": 5}


def test_la_part_se_compte_sur_les_lignes_du_perimetre(projet: Projet, importe: Importe, refuse: Refuse) -> None:
    """A landlord of elsewhere may stay unknown; one tenth of what counts is admitted, and no cell more."""
    ailleurs = [{**ligne, "Commune": "Sablé-sur-Sarthe", "Bailleur": INCONNU} for ligne in rangees("attributions", 30)]
    for rang, ligne in enumerate(ailleurs):
        ligne["N° unique"] = numero(1000 + rang)
    ici = rangees("attributions", 50)
    for ligne in ici[:5]:
        ligne["Bailleur"] = "Office Inventé"
    bilan = importe(ecrire(projet.brut / "a.csv", [*ici, *ailleurs]))
    assert bilan.journal["illisibles"]["bailleur"] == {
        "illisibles": 5, "rejetees": 0, "dites": 50, "conservees": 5,
    }  # fmt: skip
    ici[5]["Bailleur"] = "Office Inventé"
    refuse(ecrire(projet.brut / "b.csv", [*ici, *ailleurs]), nommes=["« Bailleur »", "6 cellules", "sur 50"])


def test_des_nombres_illisibles_refusent_aussi(projet: Projet, refuse: Refuse) -> None:
    lignes = [{**ligne, "Ressources mensuelles": "mille euros"} for ligne in rangees("attributions", 20)]
    dit = refuse(ecrire(projet.brut / "a.csv", lignes), nommes=["« Ressources mensuelles du ménage »", "20 cellules"])
    assert "cil libelles" not in dit, "a number has no label"


def test_des_dates_americaines_sont_dites_telles(projet: Projet, refuse: Refuse) -> None:
    """Half of them are not read: labels were asked for, of dates."""
    lignes = [
        {**ligne, "Date de dépôt": "03/25/2021" if rang % 2 else "03/05/2021"}
        for rang, ligne in enumerate(rangees("attributions", 40))
    ]
    dit = refuse(ecrire(projet.brut / "a.csv", lignes), nommes=["20 dates", "mois/jour/année", "jj/mm/aaaa"])
    assert "cil libelles" not in dit


def test_des_numeros_arrondis_se_demandent_en_texte(cil: Callable[..., str], projet: Projet) -> None:
    """The rows stay, without their numbers (D6)."""
    lignes = [ENTETES, *([72118016982001000.0 + rang, *bail(rang)[1:]] for rang in range(20))]
    fichier = ecrire_csv(projet.brut / "a.csv", lignes)
    attendu = "« Numéro unique » : 20 numéros ne se lisent pas. Un tableur a pu arrondir les numéros"
    for commande in ("verifier", "importer"):
        dit = cil(commande, fichier, "--annee", 2022)
        assert attendu in dit and "en texte" in dit and "cil libelles" not in dit
    assert store.lire(projet, "attributions", 2022)["demande_pseudonyme"].isna().sum() == 20


def test_les_libelles_livres(projet: Projet, importe: Importe) -> None:
    dits = {"DALO": ["O", "N", "N"], "Publics prioritaires": ["Aucun"] * 3,
            "Type de mutation": ["Sans objet", "Non", "Interne"]}  # fmt: skip
    lignes = [ligne | {e: siens[n] for e, siens in dits.items()} for n, ligne in enumerate(rangees("attributions", 3))]
    importe(ecrire(projet.brut / "a.csv", lignes))
    lues = valeurs(store.lire(projet, "attributions", 2022), "statut_dalo", "categories_prioritaires",
                   "est_mutation_interne")  # fmt: skip
    assert lues == [("ACTIF", None, False), ("NON", None, False), ("NON", None, True)]


@pytest.mark.parametrize(
    ("libelle", "code"),
    [
        ("Locataires du parc HLM", "HLM"), ("locatair parc HLM", "HLM"), ("Loc. parc HLM", ""), ("Parc HLM", ""),
        ("Non locataire du parc HLM", ""), ("Locataire parc privé", "PRIVE"), ("", ""), ("Type 4", ""),
        ("HLM - Locataire parc HLM", "HLM"), ("PRIVE - Locataire parc HLM", ""), ("Logé(e) par un tiers", "TIERS"),
        ("Logée par tiers", ""), ("Avec enfant(s)", ""), ("Avec enfants", ""), ("avec un enfant", "SEUL_1"),
    ],
)  # fmt: skip
def test_une_proposition_sure_a_les_memes_mots(libelle: str, code: str) -> None:
    formes = [("locataire parc hlm", "HLM"), ("locataire du parc prive", "PRIVE"), ("type 3", "T3"),
              ("loge par un tiers", "TIERS"), ("avec 1 enfant", "SEUL_1"), ("avec un enfant", "SEUL_1")]  # fmt: skip
    assert code_sur(libelle, formes) == code


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def cil(projet: Projet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command in the project; returns what it says. ``nommes``: what its refusal must cite."""
    monkeypatch.chdir(projet.racine)

    def lancer(*arguments: object, nommes: Sequence[str] | None = None) -> str:
        avant = contenu(projet.racine)
        assert main([str(a) for a in arguments]) == (nommes is not None)
        sortie, erreurs = capsys.readouterr()
        if nommes is None:
            assert erreurs == "" or arguments[0] == "importer"
            return exiger_du_francais(sortie + erreurs)
        assert sortie == "" and erreurs.startswith("Erreur") and contenu(projet.racine) == avant
        texte = exiger_du_francais(erreurs)
        assert not [nomme for nomme in nommes if nomme not in texte], texte
        return texte

    return lancer


@pytest.fixture
def fichier(projet: Projet) -> Path:
    """Sixty leases of which DALO, landlord and a yes or no are called otherwise, with an unknown heading."""
    lignes = [[*ENTETES, "Statut DALO", "Relogement NPNRU", "Pers. au foyer"]]
    lignes += [
        [*bail(rang, bailleur="Sarthes Habitat"), "DALO en cours", "=Relogé" if rang % 2 else "Pas relogé", "3"]
        for rang in range(60)
    ]
    return ecrire_csv(projet.brut / "baux 2022.csv", lignes)


def test_d_un_refus_a_un_import(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    commande = f'cil libelles "{fichier}" --extrait attributions --accepter "'
    cil("importer", fichier, "--annee", 2022, "--extrait", "attributions", nommes=[commande])
    montre = cil("libelles", fichier)
    assert "« Sarthes Habitat » (60) : SH" in montre and "« Pas relogé » (30)" in montre and "OUI (oui)" in montre
    cil("libelles", fichier, "--extrait", "attributions", "--accepter")  # the sure one
    ecrit = cil(
        "libelles", fichier, "--extrait", "attributions", "--accepter", "statut_dalo:DALO en cours=NON",
        "=Relogé=OUI", "Pas relogé=non",
    )  # fmt: skip
    assert f'cil importer "{fichier}" --annee AAAA --extrait attributions' in ecrit
    assert "60 conservées" in cil("importer", fichier, "--annee", 2022)
    lues = store.lire(projet, "attributions", 2022)
    assert lues["bailleur"].unique().tolist() == ["SH"] and lues["statut_dalo"].unique().tolist() == ["NON"]
    assert lues["est_relogement_ru"].sum() == 30
    # An acceptance is undone as it was done, and « VIDE » says that nothing is given.
    cil("libelles", fichier, "--accepter", "DALO en cours=ACTIF", "Pas relogé=VIDE", "--extrait", "attributions")
    cil("importer", fichier, "--annee", 2022)
    lues = store.lire(projet, "attributions", 2022)
    assert lues["statut_dalo"].unique().tolist() == ["ACTIF"] and lues["est_relogement_ru"].isna().sum() == 30


def test_un_bailleur_que_le_projet_n_a_pas(cil: Callable[..., str], projet: Projet) -> None:
    """Its name becomes a row of the list, with a code of its own; a list of classes takes no row so."""
    noms = ("Office Neuf", "Office-Neuf", "LMH")
    lignes = [[*bail(rang, bailleur=noms[rang % 3]), "Jamais vu"] for rang in range(60)]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "DALO"], *lignes])
    dit = cil("importer", fichier, "--annee", 2022, nommes=["choisissez NOUVEAU"])
    assert "nomenclatures/statuts_dalo.csv" in dit and "NOUVEAU : un organisme de plus" in cil("libelles", fichier)
    cil("libelles", fichier, "--accepter", "Jamais vu=NOUVEAU", nommes=["statut_dalo"])
    ecrit = cil("libelles", fichier, "--accepter", "Office Neuf=nouveau", "Jamais vu=VIDE")
    assert "Office Neuf  OFFICE_NEUF" in ecrit
    cil("importer", fichier, "--annee", 2022)
    assert store.lire(projet, "attributions", 2022)["bailleur"].value_counts().to_dict() == {
        "OFFICE_NEUF": 40,
        "LMH": 20,
    }
    avant = contenu(projet.reference)
    cil("libelles", fichier, "--accepter", "Office Neuf=OFFICE_NEUF")
    assert contenu(projet.reference) == avant, "it is one of the codes"


@pytest.mark.parametrize("suffixe", [".csv", ".xlsx"])
def test_une_liste_pour_tout_le_fichier(cil: Callable[..., str], fichier: Path, projet: Projet, suffixe: str) -> None:
    """Written, filled in and saved by a French spreadsheet (« ; », cp1252), read back: headings and labels together."""
    liste = projet.racine / f"liste{suffixe}"
    choix = {"Pers. au foyer": "taille_menage", "DALO en cours": "NON", "'=Relogé": "OUI", "=Relogé": "OUI",
             "Pas relogé": "NON"}  # fmt: skip
    assert "5 lignes à choisir" in cil("libelles", fichier, "--extrait", "attributions", "--vers", liste)
    cil("libelles", fichier, "--vers", liste, nommes=[liste.name])
    if suffixe == ".csv":
        lignes = list(csv.reader(liste.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        assert "'=Relogé" in {ligne[3] for ligne in lignes}, "no formula"
        for ligne in lignes[1:]:
            ligne[6] = ligne[6] or choix[ligne[3]]
        ecrire_csv(liste, lignes, codage="cp1252")
    else:
        classeur = openpyxl.load_workbook(liste)
        for ligne in classeur["Choix"].iter_rows(min_row=2):
            assert ligne[3].data_type == "s"
            ligne[6].value = ligne[6].value or choix[ligne[3].value]
        classeur.save(liste)
    avant = contenu(projet.brut)
    ecrit = cil("libelles", fichier, "--depuis", liste)
    assert re.search("Pers. au foyer +taille_menage\n", ecrit) and re.search("Sarthes Habitat +SH\n", ecrit)
    assert "60 conservées" in cil("importer", fichier, "--annee", 2022)
    lues = store.lire(projet, "attributions", 2022)
    assert lues["taille_menage"].eq(3).all() and lues["bailleur"].eq("SH").all() and lues["statut_dalo"].eq("NON").all()
    assert {nom: o for nom, o in contenu(projet.brut).items() if nom in avant and nom.endswith(".csv")} == avant
    avant = contenu(projet.reference)
    cil("libelles", fichier, "--depuis", liste)
    assert contenu(projet.reference) == avant, "once more changes nothing"


def test_un_code_dont_le_tableur_a_pris_le_zero(cil: Callable[..., str], projet: Projet) -> None:
    lignes = [[*bail(rang), "Congé du propriétaire, bis"] for rang in range(9)]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Motif de la demande"], *lignes])
    liste = projet.racine / "liste.xlsx"
    cil("libelles", fichier, "--vers", liste)
    classeur = openpyxl.load_workbook(liste)
    [ligne] = classeur["Choix"].iter_rows(min_row=2)
    ligne[6].value = 4
    classeur.save(liste)
    assert re.search(r"bis +04\n", cil("libelles", fichier, "--depuis", liste))


def test_ce_qui_refuserait_encore_l_import_se_dit(cil: Callable[..., str], projet: Projet) -> None:
    """A list half filled in: no import is offered while a required heading is unknown, nor as if all was read."""
    entetes = ["Propriétaire des murs" if e == "Bailleur" else e for e in ENTETES]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*entetes, "Statut DALO"], *([*bail(i), "Flou"] for i in range(20))])
    commande = ("libelles", fichier, "--extrait", "attributions")
    cil(*commande, "--vers", liste := projet.racine / "liste.csv")
    ecrit = cil(*commande, "--depuis", liste)
    assert "serait encore refusé" in ecrit and "« Bailleur »" in ecrit and "Pour importer" not in ecrit
    cil("colonnes", fichier, "--extrait", "attributions", "--accepter", "Propriétaire des murs=bailleur")
    ecrit = cil(*commande, "--depuis", liste)
    assert "20 cellules" in ecrit and "dixième" in ecrit and "Pour importer" in ecrit


def test_un_refus_ne_change_rien(cil: Callable[..., str], projet: Projet) -> None:
    lignes = [[*bail(rang, bailleur="LMH-bis"), "DALO en cours", "LMH-bis"] for rang in range(9)]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Statut DALO", "Contingent"], *lignes])
    for arguments, nommes in (
        (("--accepter", "DALO en cours"), ["DALO en cours"]),
        (("--accepter", "Absent=NON"), ["« Absent »"]),
        (("--accepter", "statut_dalo:DALO en cours=PEUT_ETRE"), ["statut_dalo", "NON, ACTIF"]),
        (("--accepter", "LMH-bis=VIDE"), ["« LMH-bis »", "bailleur", "reservataire"]),
        (("--accepter", "DALO en cours=NON", "DALO en cours=ACTIF"), ["« DALO en cours »"]),
        (("--extrait", "baux"), ["« baux »"]),
        (("--depuis", "absente.csv"), ["absente.csv"]),
        (("--vers", "liste.txt"), [".csv", ".xlsx"]),
        (("--accepter", "--vers", "liste.csv"), ["--vers"]),
    ):
        cil("libelles", fichier, *arguments, nommes=nommes)


def test_les_commandes_disent_ce_qui_est_illisible(cil: Callable[..., str], projet: Projet) -> None:
    """From the first year: verifier, importer, qualite, and never as « non renseigné »."""
    lignes = [
        [*bail(rang), "Jamais vu" if rang < 6 else "Non renseigné" if rang < 20 else "Non"] for rang in range(100)
    ]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "DALO"], *lignes])
    for commande in (("verifier", fichier), ("importer", fichier), ("qualite",)):
        dit = cil(*commande, "--annee", 2022)
        assert "« Statut DALO » : 6 cellules illisibles sur 86 remplies" in dit, commande
        assert "« Jamais vu » (6)" in dit and '--accepter "statut_dalo:Jamais vu=' in dit
        assert f"cil libelles {fichier} --extrait attributions" in dit, "the file itself, from what is stored too"
    (projet.brut / "2021").mkdir()
    ecrire_csv(projet.brut / "2021" / "a.csv", [["N° unique"]])
    assert "cil libelles FICHIER --extrait attributions" in cil("qualite", "--annee", 2022), "two files of that name"


def test_seules_les_cellules_comptees_sont_dites(projet: Projet, refuse: Refuse) -> None:
    """A row of another place has no say: the lines « to be read in the file » are those that the count has."""
    lignes = [{**ligne, "Bailleur": "Jamais vu"} for ligne in rangees("attributions", 30)]
    lignes[4]["Commune"] = "Changé"
    assert "à lire dans le fichier" not in (dit := refuse(ecrire(projet.brut / "a.csv", lignes)))
    assert "« Jamais vu » (29)" in dit and "29 cellules illisibles sur 29" in dit
    lignes[5]["Bailleur"] = "Madame Unetelle"
    assert "autres, à lire dans le fichier : lignes" in refuse(ecrire(projet.brut / "b.csv", lignes))


def test_une_date_illisible_dit_ce_qui_est_attendu(projet: Projet, refuse: Refuse) -> None:
    lignes = [{**ligne, "Date de dépôt": "13/06/21"} for ligne in rangees("attributions", 30)]
    assert "30 cellules illisibles sur 30 remplies, attendu une date (jj/mm/aaaa" in refuse(
        ecrire(projet.brut / "a.csv", lignes)
    )


def test_un_en_tete_mal_place_se_deplace(cil: Callable[..., str], projet: Projet) -> None:
    """« Mutation » is usually a yes or no; here it holds the kind of move, which the listing sees."""
    lignes = [[*bail(rang), ("Interne", "Externe", "Non")[rang % 3]] for rang in range(60)]
    fichier = ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Mutation"], *lignes])
    cil("importer", fichier, "--annee", 2022, nommes=["« Interne » (20)"])
    montre = cil("libelles", fichier)
    trouve = re.search(r"cil colonnes (\S+) --extrait attributions --accepter \"(Mutation=type_mutation)\"", montre)
    assert trouve is not None, montre
    cil("colonnes", trouve[1], "--extrait", "attributions", "--accepter", trouve[2])
    cil("importer", fichier, "--annee", 2022)
    lues = store.lire(projet, "attributions", 2022)
    assert (lues["est_mutation_interne"].sum(), lues["est_mutation"].sum()) == (20, 40)


def test_une_commande_affichee_ne_fait_rien_de_ce_que_dit_un_libelle(
    importe: Callable[..., object], source: Callable[..., Path], tmp_path: Path
) -> None:
    """Pasted into a shell, each printed line runs « cil » and nothing else; such a label is left to the list."""
    piege, trace = 'Zut $(touch "$TRACE") `touch "$TRACE"`', tmp_path / "trace"
    fichier = source([bail(rang, bailleur=piege if rang % 2 else "LMH") for rang in range(60)])
    fichier = fichier.rename(fichier.with_name("b$(touch TRACE) 'x.csv"))
    with pytest.raises(ErreurCIL) as refus:
        importe(fichier)
    lignes = [ligne.partition(" : ")[2] for ligne in str(refus.value).splitlines() if " : cil " in ligne]
    assert len(lignes) >= 3 and not any("--accepter" in ligne for ligne in lignes)
    for ligne in lignes:
        subprocess.run(["sh", "-c", f"cil() {{ :; }}; {ligne}"], check=True, env=os.environ | {"TRACE": str(trace)})
    assert not trace.exists() and not list(Path.cwd().glob("TRACE"))
