-- What every suite in this folder needs: tests that wait for what they expect, and eyes for what an editor shows.
-- A suite runs at the root of the repository, with the program to test in LSP_LINT.

local M = {}

M.repository = vim.fn.getcwd()
M.folder = vim.fn.resolve(vim.fn.tempname())
vim.fn.mkdir(M.folder, 'p')
vim.opt.rtp:prepend(M.repository .. '/editors/neovim')
-- `nvim -l` reads no plugins, and a user's Neovim does.
vim.cmd.runtime('plugin/lsp-lint.lua')
vim.o.swapfile = false

--- This Neovim has `vim.lsp.enable`: 0.11 or later.
M.modern = vim.lsp.enable ~= nil

--- Starts the server for every file of a served type, in the way that this Neovim has.
function M.serve()
  local config = { cmd = { vim.env.LSP_LINT, 'server' } }
  if M.modern then
    vim.lsp.config('lsp_lint', config)
    vim.lsp.enable('lsp_lint')
  else
    require('lsp-lint').setup(config)
  end
end

-- A test waits long for what it expects, since a machine may be busy; only a failing one waits to the end.
local patience = 180000
require('lsp-lint.server').patience = patience
require('lsp-lint.guest').patience = patience

-- What was said to the user since the last test began.
M.said = {}
vim.notify = function(message)
  table.insert(M.said, message)
end

local failed = 0

--- Runs one test, and says what became of it.
function M.test(name, body)
  M.said = {}
  local ok, fault = xpcall(body, debug.traceback)
  if not ok then
    failed = failed + 1
  end
  io.stdout:write(('%s %s%s\n'):format(ok and 'ok    ' or 'FAILED', name, ok and '' or '\n       ' .. tostring(fault)))
  -- Windows that float are closed first: the last ordinary one cannot be.
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_config(window).relative ~= '' then
      vim.api.nvim_win_close(window, true)
    end
  end
  vim.cmd('silent! only! | silent! %bwipeout!')
end

--- Stops all servers, and ends Neovim with what became of the tests.
function M.finish()
  if not M.servers_end() then
    failed = failed + 1
    io.stdout:write('FAILED the servers end\n')
  end
  vim.fn.delete(M.folder, 'rf')
  os.exit(failed == 0 and 0 or 1)
end

--- Writes a file below the folder of this run and returns its path.
function M.write(file, content)
  local path = M.folder .. '/' .. file
  vim.fn.mkdir(vim.fn.fnamemodify(path, ':h'), 'p')
  vim.fn.writefile(vim.split((content:gsub('\n$', '')), '\n'), path)
  return path
end

--- Writes a file and opens it.
function M.edit(file, content)
  vim.cmd.edit(M.write(file, content))
end

--- Waits until something holds, and returns what it is.
function M.eventually(what, holds)
  local found
  local came = vim.wait(patience, function()
    found = holds()
    return found
  end, 20)
  assert(came, 'never came: ' .. what)
  return found
end

--- The servers that run: all of them, or those of a filter of Neovim's.
function M.clients(filter)
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)(filter)
end

--- Stops every server. Whether all of them have ended.
function M.servers_end()
  for _, client in ipairs(M.clients()) do
    vim.lsp.stop_client(client.id)
  end
  return vim.wait(patience, function()
    return #M.clients() == 0
  end, 20)
end

--- The server of ours that the current buffer is attached to, once there is one.
function M.attached()
  return M.eventually('the server', function()
    local client = M.clients({ bufnr = vim.api.nvim_get_current_buf(), name = 'lsp_lint' })[1]
    return client and client.initialized and client
  end)
end

--- What a server answers.
function M.ask(method, params)
  local client = M.attached()
  local replies = vim.lsp.buf_request_sync(0, method, params, patience)
  local reply = replies and replies[client.id]
  assert(reply and not reply.err and not reply.error, method .. ': ' .. vim.inspect(replies))
  return reply.result
end

--- The position of the cursor, as a server is asked about it.
function M.place()
  return vim.lsp.util.make_position_params(0, M.attached().offset_encoding)
end

--- Puts the cursor on the first letter of a text.
function M.go_to(text)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  assert(vim.fn.search('\\V' .. vim.fn.escape(text, '\\'), 'c') > 0, 'there is no ' .. text)
end

--- The text of the current buffer.
function M.text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

--- The window above the others, or nil.
function M.floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

--- The text of the window above the others, once there is one.
function M.floating_text()
  local window = M.eventually('a floating window', M.floating)
  local buffer = vim.api.nvim_win_get_buf(window)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

--- The words of the menu that comes up once these keys are typed and completion is asked for.
function M.menu(keys)
  local words
  -- Keys that are typed ahead leave no time for an answer: the last of them waits for it.
  vim.keymap.set('i', '<F2>', function()
    M.eventually('the menu', function()
      return vim.fn.pumvisible() == 1
    end)
    words = vim.tbl_map(function(item)
      return item.word
    end, vim.fn.complete_info({ 'items' }).items)
  end)
  vim.api.nvim_feedkeys(vim.keycode(keys .. '<C-x><C-o><F2><Esc>'), 'tx', false)
  return words
end

--- The findings in the current buffer, once there are any.
function M.findings()
  M.eventually('a finding', function()
    return #vim.diagnostic.get(0) > 0
  end)
  return vim.diagnostic.get(0)
end

--- Fails unless a text holds another one.
function M.holds(text, part)
  assert(text:find(part, 1, true), ('%q is not in:\n%s'):format(part, text))
end

--- The fenced block of the guide that holds a text.
function M.snippet(part)
  local guide = table.concat(vim.fn.readfile(M.repository .. '/editors/neovim/README.md'), '\n')
  for block in guide:gmatch('\n```lua\n(.-)\n```') do
    if block:find(part, 1, true) then
      return block
    end
  end
  error('the guide has no block with ' .. part)
end

return M
