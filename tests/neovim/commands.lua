-- `:StatusCodes`, `:StatusCode` and the help, in whichever Neovim runs this: with a server, without one, and without
-- the program.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

require('lsp-lint').setup({ cmd = { vim.env.LSP_LINT, 'server' } })

-- A project with uses of several codes: one file with letters of several bytes, one in a folder.
t.write('shop/.git/HEAD', '')
t.write('shop/a.py', [[
import requests

r = requests.get(u)
what = "🙂é", r.status_code == 404, r.status_code == 500
]])
t.write('shop/deploy/site.conf', [[
server {
    location / {
        return 404;
    }
    error_page 500 502 503 504 /50x.html;
}
]])
local main = 'package a\n\nimport "net/http"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(410)\n}\n'
t.write('shop/main.go', main)
local shop = t.folder .. '/shop'

-- Runs a command and returns what fills the quickfix list then.
local function list(command)
  vim.fn.setqflist({}, 'r', { title = 'before' })
  vim.cmd(command)
  t.eventually('a list', function()
    return vim.fn.getqflist({ title = 0 }).title ~= 'before'
  end)
  return vim.tbl_map(function(item)
    local path = vim.api.nvim_buf_get_name(item.bufnr):gsub('^.*/shop/', '')
    return ('%s:%d:%d %s'):format(path, item.lnum, item.col, item.text)
  end, vim.fn.getqflist())
end

-- The message that a command ends with.
local function message(command)
  t.said = {}
  vim.cmd(command)
  return t.eventually('a message', function()
    return t.said[1]
  end)
end

local function same(found, expected)
  assert(vim.deep_equal(found, expected), vim.inspect(found))
end

local not_found = {
  'a.py:4:35 404 observed: what = "🙂é", r.status_code == 404, r.status_code == 500',
  'deploy/site.conf:3:16 404 sent: return 404;',
}

t.test('StatusCodes lists every use of a code in the workspace, by file and place', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  same(list('StatusCodes 404'), not_found)
  assert(vim.fn.getqflist({ title = 0 }).title == 'StatusCodes 404')
  t.eventually('its window', function()
    return vim.bo.buftype == 'quickfix'
  end)
end)

t.test('StatusCodes takes classes, ranges, several of them, and none', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  assert(#list('StatusCodes 5xx') == 5)
  vim.cmd.wincmd('p')
  assert(#list('StatusCodes 5XX') == 5)
  vim.cmd.wincmd('p')
  assert(#list('StatusCodes 502-503') == 2)
  vim.cmd.wincmd('p')
  assert(#list('StatusCodes 410 404') == 3)
  vim.cmd.wincmd('p')
  assert(#list('StatusCodes 410,404') == 3)
  vim.cmd.wincmd('p')
  assert(#list('StatusCodes') == 8)
end)

t.test('StatusCodes sees what is not saved yet', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  vim.api.nvim_buf_set_lines(0, 5, 6, false, { '\tw.WriteHeader(418)' })
  same(list('StatusCodes 418'), { 'main.go:6:16 418 sent: w.WriteHeader(418)' })
end)

t.test('StatusCodes needs no help from newer Neovims to tell places from each other', function()
  local whole = vim.lsp.util.locations_to_items
  vim.lsp.util.locations_to_items = function(...)
    return vim.tbl_map(function(place)
      place.user_data = nil
      return place
    end, whole(...))
  end
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  local found = list('StatusCodes 404')
  vim.lsp.util.locations_to_items = whole
  same(found, not_found)
end)

t.test('StatusCodes says when nothing is used, and when it is not understood, and leaves the list alone', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  vim.fn.setqflist({}, ' ', { title = 'mine' })
  t.holds(message('StatusCodes 418'), 'no status code 418 is used here')
  t.holds(message('StatusCodes teapot'), '`teapot` is no code, class or range: try 404, 5xx or 400-499')
  t.holds(message('StatusCodes 404 9xx'), '`9xx` is no code, class or range')
  t.holds(message('StatusCodes 499-400'), '`499-400` is no code, class or range')
  assert(vim.fn.getqflist({ title = 0 }).title == 'mine')
end)

t.test('StatusCodes lists the open files where there is no project', function()
  t.edit('lone.go', main)
  t.attached()
  assert(#list('StatusCodes') == 1)
end)

t.test('StatusCodes works where no server runs: the program lists the project of the working directory', function()
  vim.cmd.enew()
  vim.cmd.cd(shop .. '/deploy')
  assert(t.servers_end(), 'a server goes on')
  same(list('StatusCodes 404'), not_found)
end)

vim.cmd.cd(t.repository)

t.test('the words of both commands are completed', function()
  local function complete(line)
    return vim.fn.getcompletion(line, 'cmdline')
  end
  same(complete('StatusCodes 5'), vim.list_extend({ '5xx' }, vim.tbl_filter(function(word)
    return word:match('^5%d%d$')
  end, complete('StatusCode 5'))))
  assert(vim.tbl_contains(complete('StatusCodes 404 50'), '503'))
  assert(vim.tbl_contains(complete('StatusCode 4'), '4xx') and vim.tbl_contains(complete('StatusCode 4'), '404'))
  same(complete('StatusCode status-f'), { 'status-form' })
  same(complete('StatusCodes status-f'), {})
end)

t.test('StatusCode opens the page of a code, and q closes it', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  local before = vim.api.nvim_get_current_win()
  vim.cmd('StatusCode 404')
  t.holds(t.floating_text(), '404 Not Found')
  assert(vim.api.nvim_get_current_win() == t.floating(), 'the cursor is elsewhere')
  assert(not vim.bo.modifiable and vim.bo.filetype == 'markdown', vim.bo.filetype)
  vim.api.nvim_feedkeys('q', 'tx', false)
  assert(not t.floating() and vim.api.nvim_get_current_win() == before, 'it is still there')
end)

t.test('StatusCode explains classes, phrases, constants and rules', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  for what, part in pairs({
    ['5xx'] = '503',
    ['Not Found'] = '404 Not Found',
    ['401 403'] = '403 Forbidden',
    ['http.StatusNotFound'] = '404 Not Found',
    ['status-form'] = 'Numbers and named constants side by side',
  }) do
    vim.cmd('StatusCode ' .. what)
    t.holds(t.floating_text(), part)
    vim.cmd.close()
  end
end)

t.test('StatusCode explains what stands at the cursor: the code, and the rules that found something', function()
  t.edit('b.py', 'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n')
  t.attached()
  t.go_to('201')
  vim.cmd('StatusCode')
  local page = t.floating_text()
  t.holds(page, '201 Created')
  t.holds(page, 'bare-status-operand')
end)

t.test('StatusCode explains a rule and a number at the cursor wherever they are written', function()
  t.edit('c.py', '# our habit is status-form, and a log says 4xx\nx = 1\n')
  t.attached()
  t.go_to('form')
  vim.cmd('StatusCode')
  t.holds(t.floating_text(), 'Numbers and named constants side by side')
  vim.cmd.close()
  t.go_to('4xx')
  vim.cmd('StatusCode')
  t.holds(t.floating_text(), '404')
end)

t.test('StatusCode says when there is nothing to explain', function()
  vim.cmd.edit(shop .. '/main.go')
  t.attached()
  t.holds(message('StatusCode teapots'), '`teapots` is no code, class, phrase, constant or rule')
  t.holds(message('StatusCode 999x'), '`999x` is no code')
  t.go_to('package')
  t.holds(message('StatusCode'), 'there is no status code at the cursor')
  assert(not t.floating())
end)

t.test('StatusCode works where no server is: the program explains', function()
  assert(t.servers_end(), 'a server goes on')
  vim.cmd.enew()
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'a log says 404 here' })
  vim.cmd('StatusCode status-form')
  t.holds(t.floating_text(), 'Numbers and named constants side by side')
  vim.cmd.close()
  t.go_to('404')
  vim.cmd('StatusCode')
  t.holds(t.floating_text(), '404 Not Found')
  vim.cmd.close()
  t.go_to('log')
  t.holds(message('StatusCode'), 'there is no status code at the cursor')
  t.holds(message('StatusCode teapots'), '`teapots` is no code')
end)

t.test('the help is found wherever the folder stands, and every tag that it points to is there', function()
  local folder = t.folder .. '/neovim'
  vim.fn.system({ 'cp', '-r', 'editors/neovim', folder })
  -- Neovim has a tag `lsp-lint` of its own, which comes first in a path like this one.
  vim.opt.rtp:remove(t.repository .. '/editors/neovim')
  vim.opt.rtp:append(folder)
  vim.g.loaded_lsp_lint = nil
  vim.cmd.runtime('plugin/lsp-lint.lua')
  vim.cmd.helptags(folder .. '/doc')
  for _, tag in ipairs({ 'lsp-lint', ':StatusCode', ':StatusCodes', 'lsp-lint-health' }) do
    vim.cmd.help(tag)
    assert(vim.fn.expand('%:t') == 'lsp-lint.txt', vim.fn.expand('%'))
    vim.cmd.close()
  end
  local tags = {}
  for _, file in ipairs(vim.api.nvim_get_runtime_file('doc/tags', true)) do
    for _, line in ipairs(vim.fn.readfile(file)) do
      tags[line:match('^[^\t]+')] = true
    end
  end
  local text = table.concat(vim.fn.readfile(folder .. '/doc/lsp-lint.txt'), '\n')
  for link in text:gmatch('|([^|%s]+)|') do
    assert(tags[link], link .. ' is no tag')
  end
end)

t.test('without the program a file that would be served says so once, and both commands do', function()
  local missing = 'there is no program `no-such-lsp-lint`; see :checkhealth lsp-lint'
  require('lsp-lint').setup({ cmd = { 'no-such-lsp-lint', 'server' } })
  t.edit('c.go', main)
  t.edit('d.go', main)
  same(t.said, { 'lsp-lint: ' .. missing })
  vim.cmd.enew()
  t.holds(message('StatusCodes 404'), missing)
  t.holds(message('StatusCode 404'), missing)
end)

t.finish()
