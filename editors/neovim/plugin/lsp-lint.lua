-- The commands, and what must be seen to from the start. What they do is read when one is used.

if vim.g.loaded_lsp_lint or not require('lsp-lint').supported() then
  return
end
vim.g.loaded_lsp_lint = true

vim.api.nvim_create_user_command('StatusCodes', function(command)
  require('lsp-lint.uses').list(command.fargs)
end, {
  nargs = '*',
  desc = 'List the uses of HTTP status codes in the workspace: all, or those of codes, classes and ranges',
  complete = function(start)
    return require('lsp-lint.uses').complete(start)
  end,
})

vim.api.nvim_create_user_command('StatusCode', function(command)
  require('lsp-lint.page').open(command.args)
end, {
  nargs = '*',
  desc = 'Explain an HTTP status code, phrase, constant or rule: what is named, or what stands at the cursor',
  complete = function(start)
    return require('lsp-lint.page').complete(start)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('lsp-lint.guest', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == require('lsp-lint').name and not client.yields then
      client.yields = true
      require('lsp-lint.guest').yield(client)
    end
  end,
})

-- Neovim's help has a tag `lsp-lint` too, about linting by servers. The first on the path is shown: ours, wherever the
-- user has put this folder.
local paths = vim.opt.runtimepath:get()
local at = {}
for i, path in ipairs(paths) do
  at[path] = i
end
local ours = at[vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h')]
local neovims = at[vim.env.VIMRUNTIME]
if ours and neovims and ours > neovims then
  table.insert(paths, neovims, table.remove(paths, ours))
  vim.opt.runtimepath = paths
end
