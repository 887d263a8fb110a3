-- P: who the households are, those housed (P01…) and those who ask (P01D…).
INSERT INTO termes
WITH menages AS (
    SELECT f.indicateur || CASE WHEN d THEN 'D' ELSE '' END AS indicateur, l.*
    FROM (
        UNPIVOT (SELECT * FROM par_lieu WHERE a OR d)
        ON tranche_age, composition_familiale, classe_taille, situation_professionnelle, tranche_plafonds, nationalite,
            statut_occupation, famille_motif
        INTO NAME dimension VALUE classe
    ) l
    JOIN profils f ON f.dimension = l.dimension AND list_contains(f.lieux, perimetre_type)
)
SELECT indicateur, annee, perimetre_type, perimetre_code, '', '', classe, ligne, 1, 0 FROM menages
UNION ALL SELECT indicateur, annee, perimetre_type, perimetre_code, '', '', '*', ligne, 0, 1 FROM menages;
