-- Neovim attaches to a file of every served type, and the server reads it as the language it is: a mistake in each is
-- found.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

t.serve()
local config = require('lsp-lint').config()

-- A mistake in each language, and the rule that finds it.
local go = {
  'constant-status-test',
  [[
package a

import "net/http"

func f(r *http.Response) bool {
	return r.StatusCode >= 500 && r.StatusCode < 400
}
]],
}
local javascript = { 'bare-status-operand', 'const r = await fetch(u);\nif (r.status === 200 || 201) {}\n' }
local json = {
  'openapi-response-key',
  '{"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {"20": {"description": "OK"}}}}}}\n',
}
local nginx = {
  'config-status-not-allowed',
  [[
server {
    location / {
        error_page 200 /x.html;
    }
}
]],
}
local python = {
  'bare-status-operand',
  'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n',
}
local rust = {
  'constant-status-test',
  [[
fn ok(r: &reqwest::Response) -> bool {
    r.status().as_u16() >= 500 && r.status().as_u16() < 400
}
]],
}
local toml = { 'redirect-with-wrong-status', '[[redirects]]\nfrom = "/a"\nto = "/b"\nstatus = 306\n' }
local yaml = {
  'openapi-response-key',
  [[
openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        "20": { description: OK }
]],
}

-- File types, with the name of a file that Neovim or its user gives this type, and what stands in it.
local samples = {
  conf = { 'site.conf', nginx },
  go = { 'a.go', go },
  helm = { 'templates/api.yaml', yaml },
  javascript = { 'a.js', javascript },
  ['javascript.jsx'] = { 'a.jsx', javascript },
  javascriptreact = { 'a.jsx', javascript },
  json = { 'api.json', json },
  ['json.openapi'] = { 'api.json', json },
  json5 = { 'api.json5', json },
  jsonc = { 'api.jsonc', json },
  nginx = { 'nginx.conf', nginx },
  python = { 'a.py', python },
  rust = { 'a.rs', rust },
  toml = { 'netlify.toml', toml },
  typescript = { 'a.ts', javascript },
  ['typescript.tsx'] = { 'a.tsx', javascript },
  typescriptreact = { 'a.tsx', javascript },
  yaml = { 'api.yaml', yaml },
  ['yaml.ansible'] = { 'api.yaml', yaml },
  ['yaml.docker-compose'] = { 'api.yaml', yaml },
  ['yaml.github'] = { 'api.yaml', yaml },
  ['yaml.gitlab'] = { 'api.yaml', yaml },
  ['yaml.helm-values'] = { 'api.yaml', yaml },
  ['yaml.openapi'] = { 'api.yaml', yaml },
}

for index, filetype in ipairs(config.filetypes) do
  t.test('a file of type ' .. filetype .. ' is served', function()
    assert(samples[filetype], 'there is no sample of it')
    local name, sample = unpack(samples[filetype])
    t.edit(('%d/%s'):format(index, name), sample[2])
    vim.bo.filetype = filetype
    t.attached()
    local finding = t.findings()[1]
    assert(finding.code == sample[1], vim.inspect(finding))
  end)
  -- A buffer without a name has nothing but its type, by which no `.conf` and no format in TOML is told. The server is
  -- asked here, since Neovim shows no findings in such a buffer.
  if filetype ~= 'conf' and filetype ~= 'toml' then
    t.test('a buffer of type ' .. filetype .. ' without a name is served', function()
      vim.cmd.enew()
      local rule, text = unpack(samples[filetype][2])
      vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, '\n'))
      vim.bo.filetype = filetype
      local actions = t.ask('textDocument/codeAction', {
        textDocument = t.place().textDocument,
        range = { start = { line = 0, character = 0 }, ['end'] = { line = 10, character = 0 } },
        context = { diagnostics = {}, only = { 'quickfix' } },
      })
      assert(actions[1] and actions[1].diagnostics[1].code == rule, vim.inspect(actions))
    end)
  end
end

t.test('Neovim knows every type by the name that is listed', function()
  local known = vim.fn.getcompletion('', 'filetype')
  for _, filetype in ipairs(config.filetypes) do
    -- `helm`, and what follows a dot, are names that plugins and users give.
    local name = filetype:match('^[^.]+')
    assert(name == 'helm' or vim.tbl_contains(known, name), name)
  end
end)

t.test('what Neovim calls otherwise is told in the words of the protocol', function()
  local language = config.get_language_id
  local expected = {
    ['yaml.openapi'] = 'yaml',
    ['yaml.mine'] = 'yaml',
    helm = 'yaml',
    htmldjango = 'html',
    typescriptreact = 'typescriptreact',
    ['javascript.jsx'] = 'javascriptreact',
    ['typescript.tsx'] = 'typescriptreact',
    python = 'python',
    [''] = '',
  }
  for filetype, id in pairs(expected) do
    assert(language(0, filetype) == id, filetype .. ' is called ' .. language(0, filetype))
  end
end)

t.test('a file of a type that is not served is left alone', function()
  t.edit('a.lua', 'local status = 404\n')
  t.edit('a.py', python[2])
  t.findings()
  vim.cmd.buffer('a.lua')
  assert(#t.clients({ bufnr = vim.api.nvim_get_current_buf() }) == 0)
end)

t.finish()
