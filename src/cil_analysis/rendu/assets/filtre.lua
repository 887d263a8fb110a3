-- French typography of the prose written in the notebooks, and the marks of what opens the printed document; the same
-- under Pandoc alone and under Quarto.
-- Code, raw HTML and link targets hold no Str element, so they are never touched.

local FINE, INSECABLE = "\u{202F}", "\u{00A0}"

local MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"

-- A mark that takes a narrow no-break space before it: alone, or followed by closing punctuation only.
local function est_haute(texte)
  return texte:match("^[;:!?%%]+$") or texte:match("^[;:!?%%][.,;)%]*]+$") or texte:match("^[;:!?%%]" .. INSECABLE)
end

local function commence_par(texte, debut)
  return texte:sub(1, #debut) == debut
end

local function finit_par(texte, fin)
  return texte:sub(-#fin) == fin
end

local function espace(avant, apres)
  local gauche = avant and avant.t == "Str" and avant.text or ""
  local droite = apres and apres.t == "Str" and apres.text or ""
  if est_haute(droite) then return FINE end
  if finit_par(gauche, "«") or commence_par(droite, "»") then return INSECABLE end
  if (finit_par(gauche, "n°") or finit_par(gauche, "N°")) and droite:match("^%d") then return INSECABLE end
  local mot = droite:gsub("[.,;)]+$", "")  -- A day is not cut from its month.
  local jour = gauche:match("^%(?%d%d?$") or gauche:match("^%(?1er$")
  if jour and mot ~= "" and (" " .. MOIS .. " "):find(" " .. mot .. " ", 1, true) then
    return INSECABLE
  end
end

return {
  {
    -- What opens the printed document, marked where it stands; no element of the page, which is laid out without it.
    Div = function(bloc)
      if not bloc.classes:includes("synthese") then return nil end
      local dedans = pandoc.Blocks(bloc.content)
      dedans:insert(1, pandoc.RawBlock("html", "<!--synthese-->"))
      dedans:insert(pandoc.RawBlock("html", "<!--/synthese-->"))
      return dedans
    end,
    Str = function(mot)
      local texte = mot.text:gsub("'", "’"):gsub(INSECABLE .. "([;:!?%%])", FINE .. "%1")
      return pandoc.Str(texte)
    end,
    Quoted = function(citation)
      if citation.quotetype ~= "DoubleQuote" then return nil end
      local dedans = pandoc.Inlines(citation.content)
      dedans:insert(1, pandoc.Str("«" .. INSECABLE))
      dedans:insert(pandoc.Str(INSECABLE .. "»"))
      return dedans
    end,
  },
  {
    Inlines = function(suite)
      for rang, element in ipairs(suite) do
        if element.t == "Space" or element.t == "SoftBreak" then
          local signe = espace(suite[rang - 1], suite[rang + 1])
          if signe then suite[rang] = pandoc.Str(signe) end
        end
      end
      return suite
    end,
  },
}
