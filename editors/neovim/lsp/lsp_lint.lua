---@brief
---
--- The language server of lsp-lint, which understands HTTP status codes. The program `lsp-lint` must be on the `PATH`.
---
--- ```lua
--- vim.lsp.enable('lsp_lint')
--- ```

-- File types that the protocol calls otherwise. A path decides about `conf`, which many programs share.
local languages = {
  conf = 'conf',
  helm = 'yaml',
  htmldjango = 'html',
  ['javascript.jsx'] = 'javascriptreact',
  ['json.openapi'] = 'json',
  ['typescript.tsx'] = 'typescriptreact',
  ['yaml.ansible'] = 'yaml',
  ['yaml.docker-compose'] = 'yaml',
  ['yaml.github'] = 'yaml',
  ['yaml.gitlab'] = 'yaml',
  ['yaml.helm-values'] = 'yaml',
  ['yaml.openapi'] = 'yaml',
}

---@type vim.lsp.Config
return {
  cmd = { 'lsp-lint', 'server' },
  -- Every served language, and every name above for one; a test of the repository keeps the list current.
  filetypes = {
    'conf',
    'go',
    'helm',
    'javascript',
    'javascript.jsx',
    'javascriptreact',
    'json',
    'json.openapi',
    'json5',
    'jsonc',
    'nginx',
    'python',
    'rust',
    'toml',
    'typescript',
    'typescript.tsx',
    'typescriptreact',
    'yaml',
    'yaml.ansible',
    'yaml.docker-compose',
    'yaml.github',
    'yaml.gitlab',
    'yaml.helm-values',
    'yaml.openapi',
  },
  -- The nearest of them; before 0.11.3 a plain list said that.
  root_markers = vim.fn.has('nvim-0.11.3') == 1 and { { 'lsp-lint.toml', '.lsp-lint.toml', '.git' } }
    or { 'lsp-lint.toml', '.lsp-lint.toml', '.git' },
  -- The keys of `lsp-lint.toml`, and `inlayHints.enable`: { ['lsp-lint'] = { profile = 'strict' } }
  settings = {},
  -- A file type of several parts (`yaml.mine`) is a file of the first one's language.
  get_language_id = function(_, filetype)
    return languages[filetype] or filetype:match('^[^.]+') or filetype
  end,
}
