-- The language server lsp-lint for Neovim 0.11 and later: `vim.lsp.enable('lsp_lint')`.
---@type vim.lsp.Config
return {
  cmd = { 'lsp-lint', 'server' },
  filetypes = {
    'go',
    'javascript',
    'javascriptreact',
    'json',
    'json5',
    'jsonc',
    'nginx',
    'python',
    'rust',
    'toml',
    'typescript',
    'typescriptreact',
    'yaml',
  },
  root_markers = { { 'lsp-lint.toml', '.lsp-lint.toml' }, '.git' },
}
