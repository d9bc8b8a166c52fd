-- A real Neovim with editors/neovim on its runtime path: hover, completion, diagnostics, inlay hints, code actions.

local repository = vim.fn.getcwd()
vim.opt.rtp:prepend(repository .. '/editors/neovim')
vim.o.swapfile = false
vim.lsp.config('lsp_lint', { cmd = { vim.env.LSP_LINT, 'server' } })
vim.lsp.enable('lsp_lint')

local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')

local passed, failed = 0, 0

-- Runs one test on a file with this content, and says what became of it.
local function test(name, file, content, body)
  local path = folder .. '/' .. file
  vim.fn.writefile(vim.split(content, '\n'), path)
  vim.cmd.edit(path)
  local ok, fault = pcall(body)
  if ok then
    passed = passed + 1
  else
    failed = failed + 1
  end
  io.stdout:write(('%s %s%s\n'):format(ok and 'ok    ' or 'FAILED', name, ok and '' or '\n       ' .. tostring(fault)))
  vim.cmd('bwipeout!')
end

-- Waits until something holds.
local function eventually(what, holds)
  assert(vim.wait(20000, holds, 20), 'never came: ' .. what)
end

local function attached()
  eventually('the server', function()
    return #vim.lsp.get_clients({ bufnr = 0, name = 'lsp_lint' }) == 1
  end)
  return vim.lsp.get_clients({ bufnr = 0, name = 'lsp_lint' })[1]
end

local function ask(method, params)
  local client = attached()
  local reply = client:request_sync(method, params, 20000, 0)
  assert(reply and not reply.err, method .. ': ' .. vim.inspect(reply))
  return reply.result
end

local function place()
  return vim.lsp.util.make_position_params(0, attached().offset_encoding)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

-- The text of the window that a hover opens.
local function hover_window()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

local go = 'package a\n\nimport "net/http"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n'
local faulty = 'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n'

test('the server starts for a file of a known type and counts in bytes', 'a.go', go, function()
  assert(attached().offset_encoding == 'utf-8', attached().offset_encoding)
end)

test('hover explains the code under the cursor', 'a.go', go, function()
  attached()
  vim.api.nvim_win_set_cursor(0, { 6, 16 })
  vim.lsp.buf.hover()
  eventually('a window', function()
    return hover_window() ~= nil
  end)
  assert(hover_window():find('404 Not Found', 1, true), hover_window())
end)

test('completion writes what the library spells', 'a.go', go, function()
  attached()
  vim.api.nvim_win_set_cursor(0, { 6, 18 })
  local list = ask('textDocument/completion', place())
  assert(list.items[1].label == 'http.StatusNotFound', vim.inspect(list.items[1]))
  vim.lsp.util.apply_text_edits({ list.items[1].textEdit }, vim.api.nvim_get_current_buf(), attached().offset_encoding)
  assert(text():find('w.WriteHeader(http.StatusNotFound)', 1, true), text())
  local page = ask('completionItem/resolve', list.items[1]).documentation.value
  assert(page:find('404 Not Found', 1, true), page)
end)

test('a finding is a diagnostic, and goes with its cause', 'a.py', faulty, function()
  attached()
  eventually('a finding', function()
    return #vim.diagnostic.get(0) == 1
  end)
  local finding = vim.diagnostic.get(0)[1]
  assert(finding.code == 'bare-status-operand' and finding.source == 'lsp-lint', vim.inspect(finding))
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'if r.status_code == 200:' })
  eventually('nothing', function()
    return #vim.diagnostic.get(0) == 0
  end)
end)

test('a code action mends it', 'a.py', faulty, function()
  attached()
  eventually('a finding', function()
    return #vim.diagnostic.get(0) == 1
  end)
  vim.api.nvim_win_set_cursor(0, { 4, 28 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  eventually('the edit', function()
    return not text():find('or 201', 1, true)
  end)
  assert(text():find('201', 1, true), text())
end)

test('a finding can be suppressed where it stands', 'a.py', faulty, function()
  attached()
  eventually('a finding', function()
    return #vim.diagnostic.get(0) == 1
  end)
  vim.api.nvim_win_set_cursor(0, { 4, 28 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:match('^Suppress') ~= nil
    end,
  })
  eventually('the comment', function()
    return text():find('lsp-lint: ignore[bare-status-operand]', 1, true) ~= nil
  end)
  eventually('silence', function()
    return #vim.diagnostic.get(0) == 0
  end)
end)

test('a bare number shows its phrase', 'a.go', go, function()
  attached()
  vim.lsp.inlay_hint.enable(true)
  eventually('a hint', function()
    return #vim.lsp.inlay_hint.get({ bufnr = 0 }) == 1
  end)
  local hint = vim.lsp.inlay_hint.get({ bufnr = 0 })[1].inlay_hint
  assert(hint.label == 'Not Found' and hint.position.line == 5, vim.inspect(hint))
end)

for _, client in ipairs(vim.lsp.get_clients()) do
  client:stop()
end
eventually('the end of the server', function()
  return #vim.lsp.get_clients() == 0
end)
vim.fn.delete(folder, 'rf')
io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
