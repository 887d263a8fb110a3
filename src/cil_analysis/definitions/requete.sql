-- Usage interne : le résultat de cette requête n’est pas protégé par le secret statistique. Ne pas le diffuser.
-- Elle donne les comptes de l’indicateur {code} tels qu’ils sont avant que de petits effectifs ne soient masqués.
--
-- {code} : {titre}
-- Formule : {formule}
--
-- À lancer dans DuckDB depuis le dossier du projet. Un lieu, un acteur ou une classe sans aucune ligne n’a pas de
-- rangée : son numérateur est 0. Un chiffre auquel il manque un extrait, une colonne, un seuil ou une liste est
-- « non_calculable » dans indicateurs.csv, même si la requête en donne les comptes. Un chiffre qui n’y est que là où un
-- objectif est fixé (un nombre de ménages, un bailleur dans une commune) est ici partout.

-- Ce que la mémoire ne contient pas ne s’écrit pas sur le disque : ce sont des lignes de ménages.
SET temp_directory = '';
