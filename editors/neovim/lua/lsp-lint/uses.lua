-- `:StatusCodes`: where status codes are used, in the quickfix list.

local plugin = require('lsp-lint')
local server = require('lsp-lint.server')

local M = {}

--- Reads `404`, `5xx`, `400-499` as first and last code; nil when it is none of them.
---@param word string
---@return integer[]?
local function range(word)
  local class = word:lower():match('^([1-5])xx$')
  if class then
    return { class * 100, class * 100 + 99 }
  end
  local first, last = word:match('^(%d%d%d)%-(%d%d%d)$')
  first, last = first or word:match('^%d%d%d$'), last or word
  return first and tonumber(first) <= tonumber(last) and { tonumber(first), tonumber(last) } or nil
end

--- Says whether a mention speaks of any code of these ranges.
local function speaks_of(mention, wanted)
  for _, theirs in ipairs(mention.ranges) do
    for _, ours in ipairs(wanted) do
      if theirs[1] <= ours[2] and ours[1] <= theirs[2] then
        return true
      end
    end
  end
  return #wanted == 0
end

--- Sorts by file and place, as Neovim sorts locations.
local function sort(mentions)
  local function place(mention)
    return { mention.uri, mention.range.start.line, mention.range.start.character }
  end
  table.sort(mentions, function(a, b)
    a, b = place(a), place(b)
    for i = 1, 3 do
      if a[i] ~= b[i] then
        return a[i] < b[i]
      end
    end
    return false
  end)
end

--- Where the mentions stand, as the quickfix list has it.
---@param mentions table[] each with `uri` and `range`
---@param encoding string what the columns of the ranges count
local function items(mentions, encoding)
  sort(mentions)
  local places = vim.lsp.util.locations_to_items(mentions, encoding)
  for i, place in ipairs(places) do
    -- Neovim 0.8 and 0.9 do not say which location a place was.
    local mention = place.user_data or mentions[i]
    local codes = #(mention.codes or {}) == 1 and tostring(mention.codes[1]) or mention.text
    place.text = ('%s %s: %s'):format(codes:gsub('%s+', ' '), mention.role, vim.trim(place.text))
  end
  return places
end

--- The mentions of one line of the program each, with the places that a server would give them.
local function mentions_of(lines, folder)
  local mentions = {}
  for _, line in ipairs(lines) do
    if line ~= '' then
      local mention = vim.fn.json_decode(line)
      mention.uri = vim.uri_from_fname(vim.fn.resolve(folder .. '/' .. mention.path))
      mention.range = {
        start = { line = mention.line - 1, character = mention.column - 1 },
        ['end'] = { line = mention.end_line - 1, character = mention.end_column - 1 },
      }
      table.insert(mentions, mention)
    end
  end
  return mentions
end

--- Finds every mention in the workspace of the current buffer, else in that of the working directory.
---@param done fun(mentions: table[]?, encoding_or_fault: string?)
local function find(done)
  local buffer = vim.api.nvim_get_current_buf()
  local folder = plugin.root(vim.fn.getcwd() .. '/')
  local client = server.client(buffer) or server.client_of(folder)
  if client then
    -- A file outside of any project is a workspace of its own.
    local where = client.config.root_dir and {} or { vim.uri_from_bufnr(buffer) }
    return server.command(client, 'inventory', where, function(mentions, fault)
      done(mentions, fault or client.offset_encoding)
    end)
  end
  folder = folder or vim.fn.getcwd()
  server.run({ 'inventory', '--format', 'jsonl' }, folder, function(lines, fault)
    done(lines and mentions_of(lines, folder), fault or 'utf-32')
  end)
end

--- Lists the uses of these codes, classes and ranges; of all without any.
---@param words string[]
function M.list(words)
  local wanted = {}
  for word in table.concat(words, ' '):gmatch('[^%s,]+') do
    local codes = range(word)
    if not codes then
      return server.say(('`%s` is no code, class or range: try 404, 5xx or 400-499'):format(word))
    end
    table.insert(wanted, codes)
  end
  find(function(mentions, encoding)
    if not mentions then
      return server.say(encoding)
    end
    local found = vim.tbl_filter(function(mention)
      return speaks_of(mention, wanted)
    end, mentions)
    local about = #words == 0 and '' or ' ' .. table.concat(words, ' ')
    if #found == 0 then
      return server.say(('no status code%s is used here'):format(about), vim.log.levels.INFO)
    end
    vim.fn.setqflist({}, ' ', { title = 'StatusCodes' .. about, items = items(found, encoding) })
    vim.cmd('botright copen')
  end)
end

--- What an argument can be.
---@param start string
---@return string[]
function M.complete(start)
  return server.matching({ server.classes, server.words().codes }, start)
end

return M
