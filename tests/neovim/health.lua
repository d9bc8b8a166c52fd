-- `:checkhealth lsp-lint`, in whichever Neovim runs this: what is there, what is missing, and what to do about it.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

-- What the check says.
local function report()
  vim.cmd('checkhealth lsp-lint')
  local found = t.text()
  vim.cmd('bwipeout!')
  return found
end

t.test('before anything is set up, the check says what to write', function()
  local found = report()
  t.holds(found, 'WARNING the server is not enabled')
  local line = t.modern and "vim.lsp.enable('lsp_lint')" or "require('lsp-lint').setup()"
  t.holds(found, ('Write `%s` into init.lua'):format(line))
end)

t.test('without the program the check says what to build or set', function()
  require('lsp-lint').setup({ cmd = { 'no-such-lsp-lint', 'server' } })
  local found = report()
  t.holds(found, 'ERROR there is no program `no-such-lsp-lint`')
  t.holds(found, 'cargo install --locked --path .')
  t.holds(found, "{ cmd = { '/path/to/lsp-lint', 'server' } }")
end)

t.test('another program of the same name is noticed', function()
  require('lsp-lint').setup({ cmd = { 'true', 'server' } })
  t.holds(report(), 'does not say that it is lsp-lint')
end)

t.test('the check names the program, its version and what is served', function()
  require('lsp-lint').setup({ cmd = { vim.env.LSP_LINT, 'server' } })
  local found = report()
  local version = vim.fn.system({ vim.env.LSP_LINT, '--version' }):match('lsp%-lint (%S+)')
  t.holds(found, ('OK program: %s, version %s'):format(vim.env.LSP_LINT, version))
  t.holds(found, 'no server runs: none of the open files is of a served type')
  assert(not found:find('WARNING') and not found:find('ERROR'), found)
end)

t.test('the check names the server, its files, how it counts columns, and the configuration', function()
  t.write('shop/lsp-lint.toml', 'profile = "strict"\n')
  t.edit('shop/a.go', 'package a\n')
  t.attached()
  local found = report()
  t.holds(found, t.folder .. '/shop; columns in ' .. (t.modern and 'utf-8' or 'utf-16'))
  assert(found:match('attached to %S*a%.go'), found)
  t.holds(found, 'OK configuration: ' .. t.folder .. '/shop/lsp-lint.toml')
  assert(not found:find('WARNING') and not found:find('ERROR'), found)
end)

t.test('the check says that a configuration is broken, and where', function()
  t.write('broken/lsp-lint.toml', 'profil = "strict"\n')
  t.edit('broken/a.go', 'package a\n')
  t.attached()
  local found = report()
  t.holds(found, 'broken/lsp-lint.toml:1:1: unknown key `profil`')
  t.holds(found, 'did you mean `profile`?')
end)

t.test('the check says when no configuration is found, and looks no further than the repository', function()
  t.write('outer/lsp-lint.toml', '')
  t.write('outer/inner/.git/HEAD', '')
  vim.cmd.cd(t.folder .. '/outer/inner')
  assert(t.servers_end(), 'a server goes on')
  t.holds(report(), 'no lsp-lint.toml for ' .. t.folder .. '/outer/inner')
  vim.cmd.cd(t.repository)
end)

t.test('a lone file is told as such', function()
  t.edit('lone.go', 'package a\n')
  t.attached()
  t.holds(report(), 'files outside of any project')
end)

t.test('a file that nothing is attached to is named', function()
  t.edit('lone.go', 'package a\n')
  local client = t.attached()
  vim.lsp.buf_detach_client(0, client.id)
  local found = report()
  t.holds(found, 'no server is attached to')
  assert(found:match('lone%.go %(go%)'), found)
  t.holds(found, 'Open it again with `:edit`. What went wrong stands in')
end)

t.finish()
