"""Le rapport d’une année, tel qu’un carnet l’ouvre : ``rapport["O01"].par("commune").barres(…)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, Unpack, overload

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport import chiffres_cles, lignes, ouverture, tableaux
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import cartographie, explorer
from cil_analysis.rapport.cartes.fiches_de_carte import Vue
from cil_analysis.rapport.chapitres import illustration
from cil_analysis.rapport.chiffres import en_phrase
from cil_analysis.rapport.classes_communes import en_classes_communes
from cil_analysis.rapport.cote_a_cote import CoteACote
from cil_analysis.rapport.dessins import courbes, frise
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.ensembles import en_cascade, en_courbes
from cil_analysis.rapport.figure import Figure, Gabarits, paragraphe
from cil_analysis.rapport.figures import a_des_chiffres, donnees_repliees
from cil_analysis.rapport.mots.ecarts import Ecart
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.rapport.mots.gabarits import Annee, Indisponible, dire
from cil_analysis.rapport.pages import AUTRES, METHODE
from cil_analysis.rapport.publie import Rapport as Publie
from cil_analysis.rapport.table import Table
from cil_analysis.reference import sujets
from cil_analysis.reference.texte import typographie


@dataclass(frozen=True)
class Rapport(Publie):
    """Le rapport d’une année : ``rapport["O01"]`` donne les chiffres publiés d’un indicateur.

    ``rapport["O01"].par("commune").barres("Titre")``, ``.tableau()``, ``.df``… ; ``rapport.dire("{{ V01 }} ménages")``.
    ``sujet`` : la commune, le bailleur ou le réservataire auquel il est restreint.
    """

    sujet: sujets.Sujet | None = None

    @overload
    def __getitem__(self, codes: str) -> Table: ...
    @overload
    def __getitem__(self, codes: tuple[str, ...]) -> CoteACote: ...
    def __getitem__(self, codes: str | tuple[str, ...]) -> Table | CoteACote:
        """Les chiffres publiés d’un indicateur, par son code ; ``rapport["P01", "P01D"]``, de deux, côte à côte."""
        if isinstance(codes, tuple):
            return CoteACote(tuple(self[code] for code in codes))
        if codes not in self.publication:
            raise ErreurCIL(
                f"L’indicateur « {codes} » n’existe pas. Indicateurs possibles : {', '.join(self.publication)}."
            )
        sien = () if self.sujet is None else ((self.sujet.genre, self.sujet.code),)
        return Table(self, self.publication[codes], conditions=sien)

    def commune(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à une commune : ses chiffres à elle. Par son code ou son nom ; la première sinon.

        >>> fiche = rapport.commune(code)  # doctest: +SKIP
        >>> fiche["O01"].par("annee").objectifs("Le premier quartile, par année")  # doctest: +SKIP
        """
        return self._restreint("commune", nom)

    def bailleur(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à un bailleur, par son code ou son nom ; le premier de la nomenclature sinon.

        >>> rapport.bailleur("B1")["A01"].valeur  # doctest: +SKIP
        """
        return self._restreint("bailleur", nom)

    def reservataire(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à un réservataire, par son code ou son nom ; le premier sinon.

        >>> rapport.reservataire("ALS")["F03"].par("classe")  # doctest: +SKIP
        """
        return self._restreint("reservataire", nom)

    def _restreint(self, genre: str, nom: str | None) -> Self:
        return replace(self, sujet=sujets.trouver(self.references, self.annee, genre, nom))

    @property
    def ensemble(self) -> Self:
        """Celui de toute l’intercommunalité."""
        return replace(self, sujet=None)

    @property
    def racine(self) -> str:
        """Where the files of the bilan are, from the page: a sheet is one folder below."""
        return "../" if self.sujet else ""

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.publication)

    def dire(self, gabarits: Gabarits, lire: Callable[[str], object] | None = None, /, **valeurs: object) -> str:
        """La première phrase d’une liste dont tous les chiffres sont publiés ; rien quand aucune ne l’est.

        >>> rapport.dire("{{ F02 }} logements attribués en {{ annee }}")  # doctest: +SKIP
        """
        lues = {nom: en_phrase(valeur) for nom, valeur in valeurs.items()}
        return dire(gabarits, lire or self._lire, {**self.dates, **lues})

    def _lire(self, code: str) -> object:
        return self[code].seul

    @property
    def dates(self) -> dict[str, Annee]:
        """What a template reads of time: « annee », the year of the report, and « debut », the first of the series."""
        return {"annee": Annee(self.annee), "debut": Annee(self.annees[0])}

    def constat(self, gabarits: Gabarits, **valeurs: object) -> Bloc:
        """Ce qu’une section a trouvé, en une phrase, en grand."""
        return paragraphe(self.dire(gabarits, **valeurs), "constat")

    def phrase(self, gabarits: Gabarits, **valeurs: object) -> Bloc:
        """Une phrase de texte courant."""
        return paragraphe(self.dire(gabarits, **valeurs))

    def replier(self, gabarits: Gabarits, bloc: Bloc, **valeurs: object) -> Bloc:
        """Ce qui ne se lit qu’à la demande, derrière un bouton qui le nomme ; rien quand il n’y a rien à lire.

        >>> rapport.replier("Le détail", rapport.tableau_de(seances, "Séances", {"Date": "date"}))  # doctest: +SKIP
        """
        return Bloc(donnees_repliees(self.dire(gabarits, **valeurs), bloc.html) if bloc.html.strip() else "")

    def entete(self, titre: str) -> Bloc:
        """Le bloc de titre : année, territoire, dates des données, statut du document."""
        return ouverture.entete(self, titre)

    def vignettes(self, *vignettes: Bloc) -> Bloc:
        """Les chiffres clés, côte à côte."""
        return chiffres_cles.en_cartes(vignette.html for vignette in vignettes)

    def tableau(
        self, legende: Gabarits, colonnes: Mapping[str, tableaux.Colonne], *, total: str | None = None, entete: str = ""
    ) -> Bloc:
        """Un tableau dont chaque colonne est lue d’un indicateur, coupés tous de la même façon.

        ``total`` : le nom de la ligne de l’ensemble, mise à part ; ``entete`` : ce qu’est une ligne. Une colonne peut
        être une série de pandas, qui donne des mots par code.
        """
        return Bloc(tableaux.croiser(self.dire(legende), colonnes, total, entete=entete))

    def courbes(
        self, titre: Gabarits, sous_titre: Gabarits, series: Mapping[str, Table], entete: str = "",
        donnees: Mapping[str, tableaux.Colonne] | None = None, **reglages: Unpack[courbes.Reglages],
    ) -> Figure:  # fmt: skip
        """Une courbe par indicateur, de même unité et coupés tous de la même façon, par année ou par classe.

        ``donnees`` : des colonnes de plus dans la table de données.

        >>> rapport.courbes("Titre", "", {"Entrées": rapport["D01"].par("annee")})  # doctest: +SKIP
        """
        return en_courbes((titre, sous_titre), series, entete, donnees, reglages)

    def cascade(
        self, titre: Gabarits, sous_titre: Gabarits, etapes: Mapping[str, Table | None],
        donnees: Mapping[str, tableaux.Colonne], note: str = "",
    ) -> Figure:  # fmt: skip
        """Un compte de l’année : un total, ce qui s’y ajoute, ce qui s’en retire (« - Sorties »), un autre total.

        Une étape sans chiffres (``"Écart": None``) est ce que les autres n’expliquent pas.
        """
        return en_cascade((titre, sous_titre, note), etapes, donnees)

    def tableau_de(
        self, table: pd.DataFrame, legende: Gabarits, colonnes: Mapping[str, str], fictif: str = "ligne fictive"
    ) -> Bloc:
        """Un tableau des lignes d’une table de référence : « en-tête » → colonne de la table.

        Les lignes inventées (confiance FICTIF) ont leur tableau, et chacune dit ``fictif``.

        >>> rapport.tableau_de(decisions, "Décisions", {"Décision": "intitule", "Prise": "date"})  # doctest: +SKIP
        """
        entetes = {self.dire(entete): colonne for entete, colonne in colonnes.items()}
        return Bloc(lignes.tabuler(self.dire(legende), entetes, table, fictif))

    def frise(
        self, titre: Gabarits, sous_titre: Gabarits, tables: Sequence[pd.DataFrame], chiffres: Sequence[Table],
        note: str = "",
    ) -> Figure:  # fmt: skip
        """Une frise : une ligne par ``nom``, des barres de ``debut`` à ``fin``, des points là où il n’y a pas de fin.

        ``chiffres`` : ceux qui comptent ce qu’elle montre, pour sa source et ses définitions. Les colonnes ``fort`` et
        ``mots`` d’une table disent ce qui est en couleur et ce qui s’écrit à côté.

        >>> rapport.frise("Les documents dans le temps", "", [documents], [rapport["G06"]])  # doctest: +SKIP
        """
        marques, identifiant = frise.marques(tables), f"frise-{chiffres[0].identifiant}"
        if marques.empty:
            return Figure("", None)
        premiere, derniere = frise.annees(marques, self.annee)
        ecrit = {"premiere": Annee(premiere), "derniere": Annee(derniere)}
        dit = self.dire(titre, **ecrit)
        with charte(identifiant):
            axes = frise.dessiner(marques, self.annee)
        dessin = en_svg(axes, identifiant, dit, typographie(f"{frise.decrire(marques)}."))
        bloc = illustration(
            self, identifiant, dit, self.dire(sous_titre, **ecrit), dessin, frise.tabuler(marques, dit),
            [c.publiee for c in chiffres], periode=f"{premiere}-{self.annee}", note=note,
        )  # fmt: skip
        return Figure(bloc.html, axes)

    def petites_cartes(
        self, titre: Gabarits, sous_titre: Gabarits, cartes: Mapping[str, Table], note: str = "", bilan: Gabarits = ""
    ) -> Bloc:
        """Une petite carte par indicateur, dans les mêmes classes : ``{"Un nom": rapport["O01"].par("commune")}``.

        ``bilan`` : ce qui se dit sous chacune.
        """
        dites = {nom: (lue.publiee, lue.dire(bilan)) for nom, lue in cartes.items()}
        codes = dict.fromkeys(lue.indicateur.code.lower() for lue in cartes.values())
        mots = self.dire(titre), self.dire(sous_titre)
        return cartographie.figure_des_petites(self, "-".join(["cartes", *codes]), mots, dites, note)

    def explorer(
        self, codes: Sequence[str] = (), titre: Gabarits = "{{ nom }}", sous_titre: Gabarits = "{{ nom }}, {{ annee }}",
        identifiant: str = "explorer",
    ) -> Bloc:  # fmt: skip
        """Une carte à explorer, avec un choix d’indicateurs et d’années, qui se passe de réseau.

        ``codes`` : ce qu’elle montre ; sans eux, les objectifs des communes, puis ce que cartes.yml nomme. ``titre`` et
        ``sous_titre`` sont dits pour chaque indicateur et chaque année : « nom », « annee », « a_objectif ».
        """
        vues = [
            Vue(table, lue.dire(titre, **mots), lue.dire(sous_titre, **mots))
            for table, mots in explorer.a_montrer(self, codes)
            for lue in (self[table.indicateur.code].par("commune").ou(annee=mots["annee"]),)
        ]
        premiere = not self._explores
        if identifiant in self._explores:  # another map of the page has it
            identifiant = f"{identifiant}-{len(self._explores) + 1}"
        self._explores.add(identifiant)
        return explorer.figure(self, vues, identifiant, premiere=premiere)

    @cached_property
    def _explores(self) -> set[str]:
        """The maps to explore that the page has already: Leaflet is in it once."""
        return set()

    def situation(self, commune: str) -> Bloc:
        """Où une commune est parmi les autres."""
        return cartographie.situation(self, commune)

    def renvoi(self, fichier: str, mots: str) -> Bloc:
        """Une phrase qui mène à une autre page de l’année ; rien quand l’année ne l’a pas.

        >>> rapport.renvoi("demande.html", "Le détail est dans la page")  # doctest: +SKIP
        """
        for page in (*AUTRES, METHODE):
            if page.fichier == fichier and page.a_un_sujet(self) and page.a_son_carnet(self):
                lien = f'<a href="{page.fichier}">{echapper(page.titre)}</a>'
                return Bloc(f"<p>{echapper(typographie(mots))} {lien}.</p>")
        return Bloc("")

    def parametre(self, nom: str) -> object:
        """Ce que vaut un paramètre du projet au 31 décembre ; None : à renseigner."""
        parametres = self.references.parametres
        return parametres[nom].valeur(self.jour) if nom in parametres else None

    def derniere(self, code: str) -> Self:
        """Le même rapport, lu dans la dernière année où un indicateur a des chiffres ; dans la sienne s’il n’en a pas.

        Pour ce qui ne vient pas tous les ans : une enquête, un répertoire. ``annee`` y est cette année-là.

        >>> rapport.derniere("S04")["S04"].valeur  # doctest: +SKIP
        """
        annees = [annee for annee in self.annees if a_des_chiffres(self.publication[code].ou(annee=annee))]
        return replace(self, publication=replace(self.publication, annee=annees[-1])) if annees else self

    def cote_a_cote(self, un: Table, autre: Table, *, classes_communes: bool = False) -> CoteACote:
        """Deux tables coupées de la même façon, qui diffèrent par leur indicateur, leur année ou leur lieu.

        ``classes_communes`` : dans les classes que les deux définissent (le « groupe » de leur nomenclature).

        >>> rapport.cote_a_cote(rapport["P01"].par("classe"), enquete["S06"].par("classe"))  # doctest: +SKIP
        """
        return CoteACote(en_classes_communes(un, autre) if classes_communes else (un, autre))

    def par_ecart(self, paires: Mapping[str, CoteACote]) -> dict[str, Ecart]:
        """L’écart de chaque paire de tables, le plus grand d’abord ; sans celles qui n’en ont pas de net.

        >>> rapport.par_ecart({"l’âge": rapport["P01", "P01D"].par("classe")})  # doctest: +SKIP
        """
        ecarts = {}
        for nom, paire in paires.items():
            with suppress(Indisponible):
                ecarts[nom] = paire.ecart
        return dict(sorted(ecarts.items(), key=lambda cas: -abs(cas[1].points)))
