-- Beside the language's own server, here pyright, in PYRIGHT: both are heard, and nothing is said twice.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

t.serve()
vim.lsp.config('pyright', { cmd = { vim.env.PYRIGHT, '--stdio' }, filetypes = { 'python' } })
vim.lsp.enable('pyright')

-- Opens a file and waits until both servers have read it.
local function edit(content)
  t.write('shop/.git/HEAD', '')
  t.edit('shop/a.py', content)
  t.attached()
  t.eventually('pyright', function()
    local client = t.clients({ bufnr = vim.api.nvim_get_current_buf(), name = 'pyright' })[1]
    return client and client.initialized
  end)
end

local python = 'from http import HTTPStatus\n\n\ndef f(response):\n    return response.status == HTTPStatus.NOT_FOUND\n'

t.test('hover shows what both say', function()
  edit(python)
  t.go_to('NOT_FOUND')
  vim.lsp.buf.hover()
  local page = t.floating_text()
  t.holds(page, '404 Not Found')
  t.holds(page, 'NOT_FOUND')
  t.holds(page, 'pyright')
  t.holds(page, 'lsp_lint')
end)

-- Completes at the end of the line that is faulty in Python until then.
local function complete(keys)
  local buffer = vim.api.nvim_get_current_buf()
  for _, client in ipairs(t.clients({ bufnr = buffer })) do
    vim.lsp.completion.enable(true, client.id, buffer, {})
  end
  vim.api.nvim_win_set_cursor(0, { 5, 0 })
  return t.menu('A' .. keys)
end

t.test('what both complete is offered once', function()
  edit((python:gsub('NOT_FOUND', '')))
  local seen = {}
  for _, word in ipairs(complete('')) do
    assert(not seen[word], word .. ' is offered twice')
    seen[word] = true
  end
  assert(seen.NOT_FOUND and seen.phrase, vim.inspect(seen))
end)

t.test('what only we complete is still offered', function()
  edit((python:gsub('HTTPStatus%.NOT_FOUND', '')))
  local words = complete('40')
  assert(vim.tbl_contains(words, 'HTTPStatus.NOT_FOUND') and vim.tbl_contains(words, '404'), vim.inspect(words))
end)

t.test('a finding of ours stands beside those of the other', function()
  edit('import requests\n\nr = requests.get(undefined)\nif r.status_code == 200 or 201:\n    pass\n')
  t.eventually('both', function()
    local sources = {}
    for _, finding in ipairs(vim.diagnostic.get(0)) do
      sources[finding.source] = true
    end
    return sources['lsp-lint'] and sources.Pyright
  end)
end)

t.finish()
