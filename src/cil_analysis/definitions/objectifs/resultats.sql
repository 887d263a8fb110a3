-- {code} : {titre}
-- Formule : {formule}
--
-- À lancer dans DuckDB depuis le dossier du projet. Cette requête lit les résultats publiés, et eux seuls.

SELECT annee::INTEGER AS annee, 'epci' AS perimetre_type, {epci} AS perimetre_code, '' AS acteur_type,
  '' AS acteur_code, coalesce(indicateur, '') AS modalite,
  count(*) FILTER (WHERE resultat = 'atteint') AS numerateur, count(*) AS denominateur,
  100.0 * numerateur / denominateur AS valeur
FROM (SELECT annee, indicateur, resultat FROM read_csv({publies}, header = true, all_varchar = true))
WHERE resultat IN ('atteint', 'non_atteint')
GROUP BY GROUPING SETS ((annee), (annee, indicateur))
ORDER BY ALL;
