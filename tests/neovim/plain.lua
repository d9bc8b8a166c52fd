-- Without the plugin: the file `lsp/lsp_lint.lua` alone and one line, or before Neovim 0.11 the few lines of the guide,
-- and the program on the PATH.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

local bin = t.folder .. '/bin'
vim.fn.mkdir(bin, 'p')
assert(vim.uv.fs_symlink(vim.env.LSP_LINT, bin .. '/lsp-lint'))
vim.env.PATH = bin .. ':' .. vim.env.PATH
vim.opt.rtp:remove(t.repository .. '/editors/neovim')
vim.api.nvim_del_augroup_by_name('lsp-lint.guest')
vim.fn.mkdir(t.folder .. '/lsp')
vim.fn.writefile(vim.fn.readfile('editors/neovim/lsp/lsp_lint.lua'), t.folder .. '/lsp/lsp_lint.lua')
vim.opt.rtp:append(t.folder)
local line = t.modern and "vim.lsp.enable('lsp_lint')" or "vim.lsp.start({ name = 'lsp_lint'"
assert(loadstring(t.snippet(line)))()

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

t.finish()
