-- What an editor does with a server, in whichever Neovim runs this: hover, completion, diagnostics, code actions, inlay
-- hints, fixes and settings.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

t.serve()

local go = 'package a\n\nimport "net/http"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n'
local faulty = 'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n'

t.test('a lone file is served without a project, and columns are counted in bytes where Neovim can', function()
  t.edit('a.go', go)
  local client = t.attached()
  assert(client.config.root_dir == nil, client.config.root_dir)
  assert(client.offset_encoding == (t.modern and 'utf-8' or 'utf-16'), client.offset_encoding)
end)

t.test('lone files share one server, and a project has its own', function()
  t.edit('a.go', go)
  local lone = t.attached()
  t.edit('elsewhere/b.go', go)
  assert(t.attached().id == lone.id)
  t.write('shop/lsp-lint.toml', '')
  t.edit('shop/web/c.go', go)
  local client = t.attached()
  assert(client.id ~= lone.id and client.config.root_dir == t.folder .. '/shop', client.config.root_dir)
  t.edit('shop/d.go', go)
  assert(t.attached().id == client.id)
  -- A repository within is a project of its own: what lies around it has no say there.
  t.write('shop/vendored/.git/HEAD', '')
  t.edit('shop/vendored/e.go', go)
  assert(t.attached().config.root_dir == t.folder .. '/shop/vendored', t.attached().config.root_dir)
end)

t.test('hover explains the code under the cursor', function()
  t.edit('a.go', go)
  t.attached()
  t.go_to('404')
  vim.lsp.buf.hover()
  t.holds(t.floating_text(), '404 Not Found')
end)

t.test('completion writes what the library spells', function()
  t.edit('a.go', go)
  t.attached()
  vim.api.nvim_win_set_cursor(0, { 6, 18 })
  local item = t.ask('textDocument/completion', t.place()).items[1]
  assert(item.label == 'http.StatusNotFound', vim.inspect(item))
  vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), t.attached().offset_encoding)
  t.holds(t.text(), 'w.WriteHeader(http.StatusNotFound)')
  t.holds(t.ask('completionItem/resolve', item).documentation.value, '404 Not Found')
end)

t.test('completion is quiet where no code is wanted', function()
  t.edit('a.go', go)
  t.attached()
  t.go_to('package')
  assert(#t.ask('textDocument/completion', t.place()).items == 0)
end)

-- Completion of Neovim's own while one types came with 0.11.
if t.modern then
  t.test('completion comes up while a code is typed', function()
    t.edit('a.go', (go:gsub('404', '')))
    local client = t.attached()
    vim.lsp.completion.enable(true, client.id, vim.api.nvim_get_current_buf(), { autotrigger = true })
    t.go_to('WriteHeader(')
    assert(vim.tbl_contains(t.menu('f(a40'), 'http.StatusNotFound'))
  end)
end

t.test('a finding is a diagnostic, and goes with its cause', function()
  t.edit('a.py', faulty)
  t.attached()
  local findings = t.findings()
  assert(#findings == 1, vim.inspect(findings))
  assert(findings[1].code == 'bare-status-operand' and findings[1].source == 'lsp-lint', vim.inspect(findings))
  assert(findings[1].lnum == 3 and findings[1].col == 3, vim.inspect(findings))
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'if r.status_code == 200:' })
  t.eventually('nothing', function()
    return #vim.diagnostic.get(0) == 0
  end)
end)

-- Applies the code action at the cursor that is asked for, and waits until the text holds something.
local function act(filter, part)
  vim.lsp.buf.code_action({ apply = true, filter = filter })
  t.eventually(part, function()
    return t.text():find(part, 1, true) ~= nil
  end)
end

t.test('a code action mends it', function()
  t.edit('a.py', faulty)
  t.attached()
  t.findings()
  t.go_to('201')
  act(function(action)
    return action.isPreferred
  end, 'if r.status_code in (200, 201):')
end)

t.test('a finding can be suppressed where it stands', function()
  t.edit('a.py', faulty)
  t.attached()
  t.findings()
  t.go_to('201')
  act(function(action)
    return action.title:match('^Suppress') ~= nil
  end, 'lsp-lint: ignore[bare-status-operand]')
  t.eventually('silence', function()
    return #vim.diagnostic.get(0) == 0
  end)
end)

t.test('a number becomes a constant', function()
  t.edit('a.go', go)
  t.attached()
  t.go_to('404')
  act(function(action)
    return action.kind == 'refactor.rewrite'
  end, 'w.WriteHeader(http.StatusNotFound)')
end)

t.test('a bare number shows its phrase', function()
  t.edit('a.go', go)
  t.attached()
  vim.lsp.inlay_hint.enable(true)
  local hint = t.eventually('a hint', function()
    return vim.lsp.inlay_hint.get({ bufnr = 0 })[1]
  end).inlay_hint
  assert(hint.label == 'Not Found' and hint.position.line == 5, vim.inspect(hint))
end)

t.test('columns are right behind letters that take several bytes', function()
  local line = 'const s = "🙂é"; if (r.status === 200 || 201) {}'
  t.edit('a.js', 'const r = await fetch(u);\n' .. line .. '\n')
  t.attached()
  local finding = t.findings()[1]
  local found = line:sub(finding.col + 1, finding.end_col)
  assert(found == 'r.status === 200 || 201', found)
end)

t.test('safe fixes are applied before a file is written, as the guide says', function()
  assert(loadstring(t.snippet('BufWritePre')))()
  local yaml = 'openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        "%s": { description: Wrong }\n'
  local function document(class)
    return yaml:format(class)
  end
  t.edit('api.yaml', document('4xx'))
  t.attached()
  vim.cmd('silent write')
  local written = table.concat(vim.fn.readfile(vim.api.nvim_buf_get_name(0)), '\n') .. '\n'
  assert(written == document('4XX') and not vim.bo.modified, written)
  vim.api.nvim_clear_autocmds({ event = 'BufWritePre' })
end)

t.test('a change of lsp-lint.toml counts as soon as it is saved', function()
  t.write('told/lsp-lint.toml', '')
  t.edit('told/a.py', faulty)
  t.attached()
  t.findings()
  local buffer = vim.api.nvim_get_current_buf()
  vim.cmd.split(t.folder .. '/told/lsp-lint.toml')
  t.attached()
  local function save(level)
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { '[rules]', ('bare-status-operand = "%s"'):format(level) })
    vim.cmd('silent write')
  end
  save('off')
  t.eventually('silence', function()
    return #vim.diagnostic.get(buffer) == 0
  end)
  save('warning')
  t.eventually('a warning, once', function()
    local findings = vim.diagnostic.get(buffer)
    return #findings == 1 and findings[1].severity == vim.diagnostic.severity.WARN
  end)
end)

t.test('settings of the guide reach the server', function()
  local snippet = t.snippet("profile = 'minimal'")
  if not t.modern then
    local setup = "require('lsp-lint').setup({ cmd = { vim.env.LSP_LINT, 'server' },"
    snippet = snippet:gsub("^vim.lsp.config%('lsp_lint', {", setup)
  end
  assert(loadstring(snippet))()
  t.write('minimal/.git/HEAD', '')
  t.edit('minimal/a.go', go)
  t.attached()
  t.eventually('no hint', function()
    local whole = { start = { line = 0, character = 0 }, ['end'] = { line = 5, character = 0 } }
    return #t.ask('textDocument/inlayHint', { textDocument = t.place().textDocument, range = whole }) == 0
  end)
end)

t.finish()
