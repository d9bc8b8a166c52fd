-- `:StatusCode`: the page of a code, phrase, constant or rule, in a window above the others.

local server = require('lsp-lint.server')

local M = {}

local widest = 100 -- columns of a page that is pleasant to read

--- Opens a page in a floating window and goes there; `q` and `<Esc>` close it, and so does leaving it.
---@param lines string[]
---@param title string
local function show(lines, title)
  while lines[#lines] == '' do
    table.remove(lines)
  end
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

--- Explains what is named: by a server that runs, else by the program.
local function explain(word)
  local client = server.client(vim.api.nvim_get_current_buf()) or server.clients()[1]
  if not client then
    return server.run({ 'explain', word }, vim.fn.getcwd(), function(lines, fault)
      if lines then
        show(lines, word)
      else
        server.say(fault)
      end
    end)
  end
  server.command(client, 'explain', { word }, function(markdown)
    if markdown then
      show(vim.split(markdown, '\n'), word)
    else
      server.say(('`%s` is no code, class, phrase, constant or rule'):format(word))
    end
  end)
end

--- The word at the cursor when it speaks for itself wherever it stands: a number, a class, the name of a rule.
local function word_at_cursor()
  local line, column = vim.api.nvim_get_current_line(), vim.api.nvim_win_get_cursor(0)[2] + 1
  for first, word, after in line:gmatch('()(%w[%w%-]*)()') do
    if first <= column and column < after then
      local plain = word:match('^[1-9]%d%d$') or word:lower():match('^[1-5]xx$')
      return (plain or vim.tbl_contains(server.words().rules, word)) and word or nil
    end
  end
end

--- Explains what stands at the cursor: what the server finds there, else the word.
local function explain_cursor()
  local function explain_word()
    local word = word_at_cursor()
    if word then
      explain(word)
    else
      server.say('there is no status code at the cursor')
    end
  end
  local client = server.client(vim.api.nvim_get_current_buf())
  if not client then
    return explain_word()
  end
  local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local at = { uri = place.textDocument.uri, position = place.position }
  local title = vim.fn.expand('<cword>')
  server.command(client, 'explain', { at }, function(markdown)
    if markdown then
      show(vim.split(markdown, '\n'), title)
    else
      explain_word()
    end
  end)
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
