-- Neovim attaches to a file of every served type, and the server reads it as the language it is: a mistake in each is found.

package.path = 'tests/neovim/?.lua;' .. package.path
local t = require('harness')

t.serve()
local config = require('lsp-lint').config()

local javascript = 'const r = await fetch(u);\nif (r.status === 200 || 201) {}\n'
local openapi = 'openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        "20": { description: OK }\n'
local openapi_json =
  '{"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {"20": {"description": "OK"}}}}}}\n'
local nginx = 'server {\n    location / {\n        error_page 200 /x.html;\n    }\n}\n'

-- File types, with a file that Neovim or its user gives this type, a text with one mistake in it, and the rule that finds it.
local samples = {
  conf = { 'site.conf', nginx, 'config-status-not-allowed' },
  go = { 'a.go', 'package a\n\nimport "net/http"\n\nfunc f(r *http.Response) bool {\n\treturn r.StatusCode >= 500 && r.StatusCode < 400\n}\n', 'constant-status-test' },
  helm = { 'templates/api.yaml', openapi, 'openapi-response-key' },
  javascript = { 'a.js', javascript, 'bare-status-operand' },
  ['javascript.jsx'] = { 'a.jsx', javascript, 'bare-status-operand' },
  javascriptreact = { 'a.jsx', javascript, 'bare-status-operand' },
  json = { 'api.json', openapi_json, 'openapi-response-key' },
  ['json.openapi'] = { 'api.json', openapi_json, 'openapi-response-key' },
  json5 = { 'api.json5', openapi_json, 'openapi-response-key' },
  jsonc = { 'api.jsonc', openapi_json, 'openapi-response-key' },
  nginx = { 'nginx.conf', nginx, 'config-status-not-allowed' },
  python = { 'a.py', 'import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n', 'bare-status-operand' },
  rust = { 'a.rs', 'fn ok(r: &reqwest::Response) -> bool {\n    r.status().as_u16() >= 500 && r.status().as_u16() < 400\n}\n', 'constant-status-test' },
  toml = { 'netlify.toml', '[[redirects]]\nfrom = "/a"\nto = "/b"\nstatus = 306\n', 'redirect-with-wrong-status' },
  typescript = { 'a.ts', javascript, 'bare-status-operand' },
  ['typescript.tsx'] = { 'a.tsx', javascript, 'bare-status-operand' },
  typescriptreact = { 'a.tsx', javascript, 'bare-status-operand' },
  yaml = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.ansible'] = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.docker-compose'] = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.github'] = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.gitlab'] = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.helm-values'] = { 'api.yaml', openapi, 'openapi-response-key' },
  ['yaml.openapi'] = { 'api.yaml', openapi, 'openapi-response-key' },
}

for index, filetype in ipairs(config.filetypes) do
  t.test('a file of type ' .. filetype .. ' is served', function()
    local sample = assert(samples[filetype], 'there is no sample of it')
    t.edit(('%d/%s'):format(index, sample[1]), sample[2])
    vim.bo.filetype = filetype
    t.attached()
    local finding = t.findings()[1]
    assert(finding.code == sample[3], vim.inspect(finding))
  end)
  -- A buffer without a name has nothing but its type, by which no `.conf` and no format in TOML is told. The server is
  -- asked here, since Neovim shows no findings in such a buffer.
  if filetype ~= 'conf' and filetype ~= 'toml' then
    t.test('a buffer of type ' .. filetype .. ' without a name is served', function()
      vim.cmd.enew()
      vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(samples[filetype][2], '\n'))
      vim.bo.filetype = filetype
      local actions = t.ask('textDocument/codeAction', {
        textDocument = t.place().textDocument,
        range = { start = { line = 0, character = 0 }, ['end'] = { line = 10, character = 0 } },
        context = { diagnostics = {}, only = { 'quickfix' } },
      })
      assert(actions[1] and actions[1].diagnostics[1].code == samples[filetype][3], vim.inspect(actions))
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
  t.edit('a.py', samples.python[2])
  t.findings()
  vim.cmd.buffer('a.lua')
  assert(#t.clients({ bufnr = vim.api.nvim_get_current_buf() }) == 0)
end)

t.finish()
