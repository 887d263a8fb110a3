"""Whether what was read of a project is still what is there: an import, or an edit, may end while it is counted."""

from types import TracebackType

from cil_analysis.empreintes import empreinte_des_donnees, empreinte_des_references
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.projet import Projet


class MemesEntrees:
    """What is made inside of it, as often as it is entered, is made of the data and of the reference data of its start.

    Raises ErreurCIL at the end of a block otherwise, and instead of what the change made fail. ``reste``: what is then
    told of what was written.
    """

    def __init__(self, projet: Projet, annee: int, reste: str = "Rien n’est écrit, ce qui était publié reste en place"):
        store.reprendre(projet)
        self._projet, self._annee, self._reste = projet, annee, reste
        self._avant = self._lire()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, _: TracebackType | None
    ) -> None:
        if genre is not None and not issubclass(genre, ErreurCIL):
            return
        for quoi, avant, apres in zip(("data/processed", "data/reference"), self._avant, self._lire(), strict=True):
            if avant != apres:
                raise ErreurCIL(
                    f"{self._projet.racine / quoi} a changé pendant ce calcul (import terminé, table enregistrée) : "
                    f"les chiffres seraient pour partie d’avant, pour partie d’après. {self._reste}. Relancez la même "
                    "commande quand l’import ou la saisie sont finis."
                ) from erreur

    def _lire(self) -> tuple[str, str]:
        return empreinte_des_donnees(self._projet, self._annee), empreinte_des_references(self._projet)
