-- `:checkhealth lsp-lint`: what is there, what is missing, and what to do about it.

local plugin = require('lsp-lint')
local server = require('lsp-lint.server')

-- Until 0.7 this was a module, and until 0.9 its functions were called otherwise.
local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local info = health.info or health.report_info
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error

local M = {}

local function neovim()
  local version = vim.version()
  local number = ('%d.%d.%d'):format(version.major, version.minor, version.patch)
  local started = vim.lsp.enable and 'by `vim.lsp.enable`' or "by `require('lsp-lint').setup()`"
  ok(('Neovim %s: the server is started %s'):format(number, started))
end

--- Reports on the program; nil when there is none.
local function program()
  local found, missing = server.program()
  if not found then
    return fail(missing:match('^[^;]+'), {
      'Build it and put it on the PATH: `cargo install --locked --path .` in the repository of lsp-lint.',
      "Or say where it is: `vim.lsp.config('lsp_lint', { cmd = { '/path/to/lsp-lint', 'server' } })`;"
        .. " before Neovim 0.11 `require('lsp-lint').setup({ cmd = { '/path/to/lsp-lint', 'server' } })`.",
    })
  end
  local said = vim.fn.system({ found, '--version' })
  local version = said:match('^lsp%-lint (%S+)')
  if not version then
    return fail(('`%s` does not say that it is lsp-lint, but: %s'):format(vim.fn.exepath(found), vim.trim(said)), {
      'Another program of this name comes first on the PATH: set `cmd` to the right one.',
    })
  end
  ok(('program: %s, version %s'):format(vim.fn.exepath(found), version))
  return found
end

--- The loaded files of served types.
local function served()
  local filetypes = plugin.config().filetypes
  return vim.tbl_filter(function(buffer)
    return vim.api.nvim_buf_is_loaded(buffer)
      and vim.bo[buffer].buftype == ''
      and vim.tbl_contains(filetypes, vim.bo[buffer].filetype)
  end, vim.api.nvim_list_bufs())
end

local function name_of(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  return name == '' and ('buffer %d'):format(buffer) or vim.fn.fnamemodify(name, ':~:.')
end

local function servers()
  local enabled = plugin.enabled()
  local log = require('vim.lsp.log').get_filename()
  if not enabled then
    warn('the server is not enabled', {
      vim.lsp.enable and "Write `vim.lsp.enable('lsp_lint')` into init.lua."
        or "Write `require('lsp-lint').setup()` into init.lua.",
    })
  end
  for _, client in ipairs(server.clients()) do
    local files = {}
    for _, buffer in ipairs(served()) do
      if vim.lsp.buf_is_attached(buffer, client.id) then
        table.insert(files, name_of(buffer))
      end
    end
    local where = client.config.root_dir or 'files outside of any project'
    ok(('server %d: %s; columns in %s; attached to %s'):format(
      client.id,
      where,
      client.offset_encoding,
      #files > 0 and table.concat(files, ', ') or 'no file'
    ))
  end
  local alone = vim.tbl_filter(function(buffer)
    return server.client(buffer) == nil
  end, served())
  for _, buffer in ipairs(alone) do
    local advice = enabled and ('Open it again with `:edit`. What went wrong stands in %s.'):format(log)
      or 'Enable the server first.'
    warn(('no server is attached to %s (%s)'):format(name_of(buffer), vim.bo[buffer].filetype), { advice })
  end
  if #server.clients() == 0 and #alone == 0 then
    local filetypes = table.concat(plugin.config().filetypes, ', ')
    info(('no server runs: none of the open files is of a served type (%s)'):format(filetypes))
  end
end

--- The folders whose configuration counts: the projects that are served, else the working directory's.
local function projects()
  local folders = {}
  for _, client in ipairs(server.clients()) do
    if client.config.root_dir and not vim.tbl_contains(folders, client.config.root_dir) then
      table.insert(folders, client.config.root_dir)
    end
  end
  if #folders == 0 then
    table.insert(folders, plugin.root(vim.fn.getcwd() .. '/') or vim.fn.getcwd())
  end
  return folders
end

--- Reports on the configuration file of a project, which is looked for up to the root of its repository. The program
--- says what is wrong in it.
local function configuration(folder, found)
  local repository = vim.fs.find('.git', { upward = true, path = folder })[1]
  local file = vim.fs.find({ 'lsp-lint.toml', '.lsp-lint.toml' }, {
    upward = true,
    path = folder,
    stop = repository and vim.fs.dirname(vim.fs.dirname(repository)) or nil,
  })[1]
  if not file then
    local remedy = 'the built-in settings hold; `lsp-lint init` writes one to begin with'
    return info(('no lsp-lint.toml for %s: %s'):format(folder, remedy))
  end
  if found then
    local said = vim.fn.systemlist({ found, 'check', '--config', file, '--stdin-filename', 'empty.py', '-' }, '')
    if vim.v.shell_error == 2 then
      local advice = vim.trim(said[2] or 'Mend the file; until then the built-in settings hold.')
      return fail(said[1]:gsub('^error: ', ''), { advice })
    end
  end
  ok(('configuration: %s'):format(file))
end

function M.check()
  start('lsp-lint')
  if not plugin.supported() then
    return fail(plugin.too_old())
  end
  neovim()
  local found = program()
  servers()
  for _, folder in ipairs(projects()) do
    configuration(folder, found)
  end
end

return M
