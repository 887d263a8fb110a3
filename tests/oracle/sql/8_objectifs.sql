-- O: the objectives, over the leases of their field, in the places and for the actors of the catalogue.
CREATE MACRO acteur_de(_acteur_type, _bailleur, _reservataire) AS
    CASE _acteur_type WHEN 'bailleur' THEN _bailleur WHEN 'reservataire' THEN _reservataire ELSE '' END;
CREATE TABLE objectifs_comptes AS
SELECT indicateur, rtrim(indicateur, 'N') AS objectif, acteur_type, unnest(lieux) AS perimetre_type
FROM catalogue WHERE indicateur IN ('O01', 'O02', 'O04', 'O05', 'O06', 'O08', 'O01N', 'O02N', 'O04N', 'O05N', 'O06N', 'O08N', 'O09', 'O09N', 'O10', 'O11', 'O12');

INSERT INTO termes
WITH cas AS (
    SELECT 'O01' AS objectif, public_o01 AS n, * FROM par_lieu WHERE dans_o01
    UNION ALL SELECT 'O02', public_o02, * FROM par_lieu WHERE dans_o02
    UNION ALL SELECT 'O04', prioritaire, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O06', relogement_ru, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O08', prioritaire, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O10', priorite_donnee, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O11', priorite_deduite, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O12', priorite_donnee AND priorite_deduite, * FROM par_lieu WHERE champ
    UNION ALL SELECT 'O09', coalesce(est_travailleur_essentiel, false), * FROM par_lieu WHERE champ
)
SELECT
    indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_de(acteur_type, bailleur, reservataire), '', ligne, n::BIGINT, 1
FROM cas JOIN objectifs_comptes USING (objectif, perimetre_type)
-- A landlord is answerable for the dwellings that nobody has reserved.
WHERE NOT (objectif = 'O04' AND acteur_type = 'bailleur' AND reservataire <> 'AUCUN');

-- A household may be in several publics: by its categories (a lapsed DALO counts for none), its DALO, its housing.
INSERT INTO termes
SELECT
    indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_de(acteur_type, bailleur, reservataire), code, ligne,
    (list_has_any(list_filter(l.categories, lambda x: NOT (x = 'DALO' AND l.est_caduc)), liste(public.categories, '|'))
        OR coalesce(list_contains(liste(statuts_dalo, '|'), statut_dalo), false)
        OR coalesce(list_contains(liste(logements_actuels, '|'), logement_actuel), false))::BIGINT, 1
FROM par_lieu l JOIN objectifs_comptes USING (perimetre_type) CROSS JOIN nomenclatures public
WHERE objectif = 'O05' AND public.liste = 'publics' AND champ;

-- The same by secteur.
INSERT INTO termes
WITH cas AS (
    SELECT 'O13' AS indicateur, public_o01 AS n, annee, ligne FROM lignes WHERE dans_o01
    UNION ALL SELECT 'O14', public_o02, annee, ligne FROM lignes WHERE dans_o02
    UNION ALL SELECT 'O15', prioritaire, annee, ligne FROM lignes WHERE champ
)
SELECT indicateur, annee, 'epci', getvariable('epci'), '', '', secteur, ligne, n::BIGINT, 1 FROM cas JOIN situes USING (ligne);

INSERT INTO termes
FROM parts('O03', ['epci', 'en_qpv', 'hors_qpv'], champ, quartile);

-- O01 and O02 of the EPCI, had a rule been chosen otherwise.
INSERT INTO termes
SELECT 'O01S', annee, 'epci', getvariable('epci'), '', '', variante, ligne, public_o01::BIGINT, 1
FROM jugees WHERE variante <> '' AND dans_o01
UNION ALL
SELECT 'O02S', annee, 'epci', getvariable('epci'), '', '', variante, ligne, public_o02::BIGINT, 1
FROM jugees WHERE variante <> '' AND dans_o02;
