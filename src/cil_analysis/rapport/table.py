"""Une table publiée qui se dessine, se tabule et se dit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Unpack

import pandas as pd

from cil_analysis.rapport import annees, comparateurs, lissage, tableaux
from cil_analysis.rapport.bloc import Bloc, paragraphe
from cil_analysis.rapport.cartes import cartographie
from cil_analysis.rapport.chiffre import Chiffre, non_atteints
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import barres, colonnes, courbes, rangees
from cil_analysis.rapport.figure import Dits, Figure, illustrer, periode
from cil_analysis.rapport.mots.gabarits import Annee, Gabarits, dire
from cil_analysis.rapport.mots.lignes import en_mots, en_suites
from cil_analysis.rapport.usages import (
    LISTE,
    QuiSuggere,
    autre_coupe,
    exiger_la_coupe,
    exiger_parmi,
    exiger_une_paire,
    un_axe,
)
from cil_analysis.rapport.vignettes import vignette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport

# What the data table of a drawing of objectives gives of each figure.
_TERMES = {
    "Ménages concernés": "numerateur", "Ensemble": "denominateur", "Part": "valeur", "Objectif": "cible",
    "Écart": "ecart", "Ménages manquants ou de trop": "menages_manquants", "Résultat": "resultat",
}  # fmt: skip


class QuiSeDit(QuiSuggere):
    """Ce qui dit des phrases : un gabarit y lit les codes des indicateurs, et ce que donnent ses noms (``lus``)."""

    rapport: Rapport
    lus: ClassVar[tuple[str, ...]] = ()

    def dire(self, gabarits: Gabarits, **valeurs: object) -> str:
        """La première phrase d’une liste dont tous les chiffres sont publiés ; rien quand aucune ne l’est.

        >>> rapport.dire("{{ F02 }} logements attribués en {{ annee }}")  # doctest: +SKIP
        """
        lues = {nom: x.seul if isinstance(x, Chiffres) and not x.axes else x for nom, x in valeurs.items()}
        temps = {"annee": Annee(self.annee_lue), "debut": Annee(self.rapport.annees[0])}
        return dire(gabarits, self._lire, temps | lues)

    @property
    def annee_lue(self) -> int:
        """L’année que dit « annee » dans une phrase, et dont sont les chiffres que des codes y nomment."""
        return self.rapport.annee

    def _lire(self, nom: str) -> object:
        if nom in self.lus:
            return getattr(self, nom)
        connus = (*self.lus, *self.rapport.publication)
        exiger_parmi([nom], connus, "un nom donné ici, ni le code d’un indicateur", LISTE)
        return self.rapport[nom].ou(annee=self.annee_lue).seul

    def constat(self, gabarits: Gabarits, **valeurs: object) -> Bloc:
        """Ce qu’une section a trouvé, en une phrase, en grand."""
        return paragraphe(self.dire(gabarits, **valeurs), "constat")

    def phrase(self, gabarits: Gabarits, **valeurs: object) -> Bloc:
        """Une phrase de texte courant."""
        return paragraphe(self.dire(gabarits, **valeurs))

    def dits(self, titre: Gabarits, sous_titre: Gabarits, note: str = "", alternative: str = "") -> Dits:
        """Ce qui se dit d’une figure de ces chiffres."""
        return Dits(self.dire(titre), self.dire(sous_titre), note, alternative)


class Table(Chiffres, QuiSeDit):
    """Les chiffres publiés d’un indicateur : ``.par(…)`` les coupe, ``.barres(…)`` les dessine, ``.df`` les donne."""

    lus = (
        "haut", "bas", "haut_unique", "bas_unique", "n", "publies", "masques", "loin", "juges", "tenus", "depasses",
        "manques_tus", "codes", "contraste",
    )  # fmt: skip

    @property
    def annee_lue(self) -> int:
        """Celle à laquelle ``.ou(annee=…)`` les restreint, ou celle du bilan."""
        seule = dict(self.conditions).get("annee", self.rapport.annee)
        return seule if isinstance(seule, int) else self.rapport.annee

    @property
    def manques_tus(self) -> int:
        """Combien de ceux qui sont masqués manquent leur objectif : rien ne dit s’ils sont au-dessus ou au-dessous."""
        return sum(c.est_secret for c in non_atteints(self))

    def barres(
        self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "",
        donnees: Mapping[str, tableaux.Colonne] | None = None, **reglages: Unpack[barres.Reglages],
    ) -> Figure:  # fmt: skip
        """Une barre par commune, par bailleur, par classe ; par année, une colonne, celle du rapport en couleur.

        ``entete`` : ce qu’est une barre ; ``donnees`` : les colonnes de sa table de données.
        ``repere=(100, "réservation")`` trace une ligne ; ``termes=("Attribués", "Proposés")`` montre les deux comptes
        d’une part ; ``par_taille=True`` range les barres. Par année, un chiffre qui a un objectif dit son résultat.

        >>> rapport["T01"].par("commune").barres("Attributions par commune", par_taille=True)  # doctest: +SKIP
        """
        exiger_parmi(reglages, barres.Reglages.__annotations__, "un réglage de ce dessin")
        termes = reglages.get("termes")
        exiger_une_paire("repere", reglages.get("repere"))
        exiger_une_paire("termes", termes)
        voulues = self._colonnes(termes) if donnees is None else donnees
        alternative = " ; ".join(en_mots(c, en_comptes=termes is not None) for c in self)
        dits = self.dits(titre, sous_titre, note, f"{alternative}.")
        dessiner: Callable[[], Axes] = partial(barres.dessiner, list(self), reglages)
        if self.axes == ("annee",):
            constants = annees.au_perimetre_constant(self)
            if constants:
                voulues = {
                    **voulues,
                    "À périmètre constant": pd.Series({c.cle[0]: c.texte for c in (*self, *constants)}),
                }
            autres = comparateurs.a_cote_de({"": self}, voulues)[0]
            voulues = {**voulues, **comparateurs.en_colonnes(autres)}
            dits = annees.en_series(dits, [self], constants, autres)
            ruptures = annees.ruptures_de([self])
            dessiner = partial(colonnes.dessiner, list(self), self.rapport.annee, ruptures, autres)
        return montrer([self], dits, dessiner, voulues, entete)

    def objectifs(
        self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "",
        ajouts: Mapping[str, tableaux.Colonne] | None = None,
    ) -> Figure:  # fmt: skip
        """Une barre par commune, bailleur, réservataire ou classe, devant l’objectif de chacun, et son résultat.

        ``ajouts`` : d’autres colonnes de sa table de données.

        >>> rapport["O01"].par("bailleur").objectifs("Le premier quartile, par bailleur")  # doctest: +SKIP
        """
        peu = lissage.note(self.rapport, (c for c in self if c.est_renseigne))
        return montrer(
            [self],
            self.dits(titre, sous_titre, annees.joindre(note, peu), f"{' ; '.join(en_mots(c) for c in self)}."),
            lambda: barres.devant_leur_objectif(list(self)),
            {**self.termes_d_un_objectif, **(ajouts or {})},
            entete,
        )

    def courbes(
        self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "",
        donnees: Chiffres | None = None, **reglages: Unpack[courbes.Reglages],
    ) -> Figure:  # fmt: skip
        """Une courbe par premier axe, un point par second : ``.par("reservataire", "classe")``.

        ``donnees`` : les chiffres de sa table de données, quand ils ne sont pas tous tracés.
        ``depart=0`` : ce qu’elle vaut avant son premier point ; ``projection`` donne, par nom, ce que la fin de l’année
        atteindrait ; ``accent="2022"`` met une seule courbe en couleur, avec ses chiffres ; ``places`` donne, par code,
        où un point se tient. ``rapport.courbes`` en réunit de plusieurs indicateurs.

        >>> rapport["F11"].par("reservataire", "classe").courbes("Le cours de l’année")  # doctest: +SKIP
        """
        exiger_parmi(reglages, courbes.Reglages.__annotations__, "un réglage de ce dessin")
        if len(self.axes) != 2:
            raise autre_coupe(self, "bailleur", "annee")
        lignes = self.lignes
        return montrer(
            [self],
            annees.en_series(self.dits(titre, sous_titre, note, en_suites(lignes)), [self]),
            lambda: courbes.dessiner(lignes, self.pas, reglages, annees.ruptures_de([self])),
            tableaux.deployees(self if donnees is None else donnees, reglages.get("projection")),
            entete,
        )

    @property
    def lignes(self) -> dict[str, list[Chiffre]]:
        """Ceux de chaque code du premier axe, par son nom."""
        lues: dict[str, list[Chiffre]] = {}
        for c in self:
            lues.setdefault(c.noms[0], []).append(c)
        return lues

    @property
    def pas(self) -> Mapping[str, str]:
        """Les pas du dernier axe, dessinés le long d’une ligne : code → nom."""
        axe = un_axe(self.axes)
        codes = [str(code) for code in dict.fromkeys(self.table.valeurs(self.axe(axe).colonne)) if code]
        return {code: self.libelles(axe).get(code, code) for code in codes}

    def empilees(self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "") -> Figure:
        """Une barre de 100 % par premier axe, coupée par le second : ``.par("ensemble_et_zone", "classe")``.

        Cinq classes au plus, de la plus foncée à la plus claire.

        >>> rapport["S06"].par("ensemble_et_zone", "classe").empilees("Âge des titulaires")  # doctest: +SKIP
        """
        rangees.exiger_des_parts(self)
        lues, coupes = self.lignes, tableaux.deployees(self.par(*reversed(self.axes)))
        dits = self.dits(titre, sous_titre, note, en_suites(lues))
        return montrer([self], dits, lambda: rangees.dessiner_des_parts(lues), coupes, entete)

    def vignette(self, titre: str, ancre: str, *, ensemble: bool = True) -> Bloc:
        """Un chiffre clé, qui mène à sa section ; par commune, une carte qui tient en marge ; vide sans chiffres.

        Celui d’une fiche dit à côté celui de l’intercommunalité, sauf ``ensemble=False``.
        """
        if self.axes == ("commune",):
            return cartographie.vignette(self, titre, ancre)
        return vignette(self, titre, ancre, ensemble=ensemble)

    def carte(self, titre: Gabarits, sous_titre: Gabarits = "", note: str = "", *, lisser: bool = False) -> Figure:
        """Une carte des communes d’une année : autour de leur objectif si elles en ont un, sinon par valeur.

        Les noms s’écrivent où ils tiennent, les autres communes portent le numéro d’une liste. ``lisser`` : un choix
        donne les parts de plusieurs années ensemble (lissage.yml), là où peu d’attributions les portent.

        >>> rapport["O01"].par("commune").carte("Premier quartile, par commune")  # doctest: +SKIP
        """
        exiger_la_coupe(self, "commune")
        lisse = lissage.sur_plusieurs_annees(self) if lisser else None
        return cartographie.figure(self, self.dits(titre, sous_titre, note), lisse)

    def petites_cartes(self, titre: Gabarits, sous_titre: Gabarits = "", note: str = "", bilan: Gabarits = "") -> Bloc:
        """Une petite carte par année, dans les mêmes classes ; rien quand une seule année a des chiffres.

        ``bilan`` : ce qui se dit sous chacune. ``rapport.petites_cartes`` compare des indicateurs de la même façon.

        >>> rapport["O01"].par("commune", "annee").petites_cartes("Premier quartile")  # doctest: +SKIP
        """
        exiger_la_coupe(self, "commune", "annee")
        par_annee = {str(a): self.par("commune").ou(annee=a) for a in dict.fromkeys(self.publiee.valeurs("annee"))}
        lus = {annee: lue for annee, lue in par_annee.items() if lue.a_des_chiffres}
        if len(lus) < 2:
            return Bloc("")
        ruptures = annees.note_des_ruptures(annees.ruptures_de([self]))
        note = annees.joindre(note, ruptures)
        return self.rapport.petites_cartes(self.dire(titre), self.dire(sous_titre), lus, note, bilan)

    def explorer(self, titre: Gabarits = "{{ nom }}", sous_titre: Gabarits = "{{ nom }}, {{ annee }}") -> Bloc:
        """Une carte à explorer, avec un choix d’années ; ``rapport.explorer`` y met plusieurs indicateurs.

        >>> rapport["O01"].par("commune").explorer()  # doctest: +SKIP
        """
        exiger_la_coupe(self, "commune")
        return self.rapport.explorer([self.indicateur.code], titre, sous_titre, f"explorer-{self.identifiant}")

    @property
    def identifiant(self) -> str:
        """Comment sa figure s’appelle dans la page."""
        return _identifiant([self])

    def _colonnes(self, termes: tuple[str, str] | None) -> Mapping[str, tableaux.Colonne]:
        if self.axes == ("annee",) and self.juges:
            return self.termes_d_un_objectif
        if termes is None:
            return {self.indicateur.titre: self}
        return {termes[1]: self.terme("denominateur"), termes[0]: self.terme("numerateur"), "Part": self}

    @property
    def termes_d_un_objectif(self) -> Mapping[str, tableaux.Colonne]:
        """Les colonnes de sa table de données quand il a un objectif."""
        return {nom: self.terme(terme) for nom, terme in _TERMES.items()}


# --- The figure of one table, or of several --------------------------------------------------------------------------


def montrer(
    tables: Sequence[Table], dits: Dits, dessiner: Callable[[], Axes], donnees: Mapping[str, tableaux.Colonne],
    entete: str = "", legende: str = "",
) -> Figure:  # fmt: skip
    """The figure of some tables. ``donnees``: the columns of its data table, which may be of other indicators.

    ``legende``: its caption; unless told, what the first one counts, and when.
    """
    return illustrer(
        tables[0].rapport,
        dits._replace(identifiant=_identifiant(tables)),
        dessiner if any(t.a_des_chiffres for t in tables) else None,
        tableaux.croiser(legende or _legende(tables), donnees, entete=entete, vides=True),
        [*(t.publiee for t in tables), *(c.publiee for c in donnees.values() if isinstance(c, Chiffres))],
    )


def _identifiant(tables: Sequence[Table]) -> str:
    return "-".join([*(t.indicateur.code.lower() for t in tables), *tables[0].axes])


def _legende(tables: Sequence[Table]) -> str:
    return f"{tables[0].indicateur.titre}, {periode([t.publiee for t in tables]) or tables[0].annee_lue}"
