-- `:StatusCode`: the page of a code, phrase, constant or rule, in a window above the others.

local server = require('lsp-lint.server')

local M = {}

local widest = 100 -- columns of a page that is pleasant to read

--- Opens a page in a floating window and goes there; `q` and `<Esc>` close it, and so does leaving it.
---@param lines string[]
---@param title string
local function show(lines, title)
  local longest = 1
  for _, line in ipairs(lines) do
    longest = math.max(longest, vim.fn.strdisplaywidth(line))
  end
  local width = math.min(longest, widest, vim.o.columns - 4)
  local rows = 0
  for _, line in ipairs(lines) do
    rows = rows + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  local height = math.max(1, math.min(rows, vim.o.lines - 6))
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  local window = vim.api.nvim_open_win(buffer, true, {
    relative = 'editor',
    style = 'minimal',
    border = 'rounded',
    -- Titles came with 0.9.
    title = vim.fn.has('nvim-0.9') == 1 and (' %s '):format(title) or nil,
    width = width,
    height = height,
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2) - 1,
  })
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
  vim.wo[window].conceallevel = 2
  vim.bo[buffer].filetype = 'markdown'
  local function close()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, close, { buffer = buffer, nowait = true })
  end
  vim.api.nvim_create_autocmd('WinLeave', { buffer = buffer, once = true, callback = vim.schedule_wrap(close) })
end

--- Shows what was answered, or says why there is nothing to show.
local function shows(title, otherwise)
  return function(markdown, fault)
    if not markdown then
      return server.say(fault or otherwise)
    end
    local lines = type(markdown) == 'table' and markdown or vim.split(markdown, '\n')
    while lines[#lines] == '' do
      table.remove(lines)
    end
    show(lines, title)
  end
end

--- Explains what is named.
local function explain(word)
  local nonsense = ('`%s` is no code, class, phrase, constant or rule'):format(word)
  local client = server.client(0) or server.clients()[1]
  if client then
    return server.command(client, 'explain', { word }, function(markdown)
      shows(word, nonsense)(markdown)
    end)
  end
  server.run({ 'explain', word }, vim.fn.getcwd(), shows(word, nonsense))
end

--- Explains what stands at the cursor.
local function explain_cursor()
  local nothing = 'there is no status code at the cursor'
  local client = server.client(vim.api.nvim_get_current_buf())
  if client then
    local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
    local at = { uri = place.textDocument.uri, position = place.position }
    return server.command(client, 'explain', { at }, shows(vim.fn.expand('<cword>'), nothing))
  end
  -- Without a server only a number speaks for itself.
  local word = vim.fn.expand('<cword>')
  if word:match('^[1-9]%d%d$') then
    return explain(word)
  end
  server.say(nothing)
end

--- Opens the page of what is named, or of what stands at the cursor when nothing is.
---@param word string
function M.open(word)
  if word == '' then
    explain_cursor()
  else
    explain(word)
  end
end

--- What an argument can be.
---@param start string
---@return string[]
function M.complete(start)
  local words = server.words()
  return server.matching({ server.classes, words.codes, words.rules }, start)
end

return M
