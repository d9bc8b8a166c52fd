-- Neovim 0.8 to 0.10 without the plugin: the few lines of the guide in `init.lua`, and the program on the PATH.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

local bin = t.folder .. '/bin'
vim.fn.mkdir(bin, 'p')
assert(vim.uv.fs_symlink(vim.env.LSP_LINT, bin .. '/lsp-lint'))
vim.env.PATH = bin .. ':' .. vim.env.PATH
assert(loadstring(t.snippet("vim.lsp.start({ name = 'lsp_lint'")))()

local faulty = 'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n'

t.test('a file of a project is served', function()
  t.write('shop/.git/HEAD', '')
  t.edit('shop/api/a.py', faulty)
  assert(t.attached().config.root_dir == t.folder .. '/shop', t.attached().config.root_dir)
  assert(t.findings()[1].code == 'bare-status-operand')
end)

t.test('a lone file is served', function()
  t.edit('a.py', faulty)
  assert(t.attached().config.root_dir == nil)
  assert(t.findings()[1].code == 'bare-status-operand')
end)

t.test('the commands find the server', function()
  t.edit('a.py', faulty)
  t.attached()
  vim.cmd('StatusCode 404')
  t.holds(t.floating_text(), '404 Not Found')
end)

t.finish()
