-- Starting the server by hand, which Neovim 0.8 to 0.10 need and later ones allow, and fixing before a file is written.

local M = {}

--- The server's name, in `vim.lsp.config` and among the clients.
M.name = 'lsp_lint'

local said = false
local set_up = false
local given = {} -- what `setup` was told, where there is no `vim.lsp.config` to keep it

--- The sentence for those whose Neovim is too old.
---@return string
function M.too_old()
  local version = vim.version()
  local number = ('%d.%d.%d'):format(version.major, version.minor, version.patch)
  return 'lsp-lint needs Neovim 0.8 or later, and this is ' .. number .. '.'
end

--- Says whether this Neovim can run the plugin. Where it cannot, one sentence tells the user, once.
---@return boolean
function M.supported()
  local supported = vim.fn.has('nvim-0.8') == 1
  if not supported and not said then
    said = true
    vim.notify(M.too_old(), vim.log.levels.WARN)
  end
  return supported
end

--- The configuration in use: that of `lsp/lsp_lint.lua` with what the user said on top.
---@return table
function M.config()
  if vim.lsp.config then
    return vim.lsp.config[M.name]
  end
  local file = vim.api.nvim_get_runtime_file('lsp/' .. M.name .. '.lua', false)[1]
  return vim.tbl_deep_extend('force', { name = M.name }, dofile(file), given)
end

--- Says whether somebody has asked for the server.
---@return boolean
function M.enabled()
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled(M.name)
  elseif vim.lsp.enable then
    -- The first versions with `enable` had no way to ask.
    return vim.lsp._enabled_configs[M.name] ~= nil
  end
  -- Whoever starts it in an autocommand of his own is seen by what runs.
  return set_up or #require('lsp-lint.server').clients() > 0
end

--- The folder of the project that a path lies in: the nearest one with a marker, or nil.
---@param path string
---@return string?
function M.root(path)
  local markers = M.config().root_markers
  if vim.fs.root then
    return vim.fs.root(path, markers)
  end
  local found = vim.fs.find(markers, { upward = true, path = vim.fn.fnamemodify(path, ':p:h') })[1]
  return found and vim.fs.dirname(found)
end

--- Says whether the program is there. Where it is not, the user is told once, since Neovim itself keeps silent.
local function is_there()
  local program, missing = require('lsp-lint.server').program()
  if not program then
    vim.notify_once('lsp-lint: ' .. missing, vim.log.levels.WARN)
  end
  return program ~= nil
end

--- Starts the server for a buffer, or attaches the one that runs for its project already. A file outside of any
--- project is served too: all such files share one server.
---@param buffer integer
local function attach(buffer)
  if vim.bo[buffer].buftype ~= '' then
    return
  end
  local config = M.config()
  config.root_dir = config.root_dir or M.root(vim.api.nvim_buf_get_name(buffer))
  vim.api.nvim_buf_call(buffer, function()
    vim.lsp.start(config, {
      reuse_client = function(client, wanted)
        return client.name == wanted.name and client.config.root_dir == wanted.root_dir
      end,
    })
  end)
end

--- Starts the server for every file of a served type. From Neovim 0.11 on, `vim.lsp.config` and `vim.lsp.enable` do the
--- same.
---@param config table? what is different from `lsp/lsp_lint.lua`: `cmd`, `filetypes`, `root_markers`, `settings`
function M.setup(config)
  if not M.supported() then
    return
  end
  set_up = true
  given = config or {}
  if vim.lsp.enable then
    vim.lsp.config(M.name, given)
    vim.lsp.enable(M.name)
  end
  local serve = vim.lsp.enable and is_there or function(event)
    return is_there() and attach(event.buf)
  end
  local filetypes = M.config().filetypes
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('lsp-lint', {}),
    pattern = filetypes,
    callback = function(event)
      serve(event)
    end,
  })
  -- Buffers that were there before, for those who load plugins late.
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(filetypes, vim.bo[buffer].filetype) then
      serve({ buf = buffer })
    end
  end
end

--- Applies every safe fix in a buffer and returns when that is done: for `BufWritePre`.
---@param buffer integer? the current one unless it is given
function M.fix(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local server = require('lsp-lint.server')
  local client = server.client(buffer)
  if not client then
    return
  end
  local last = vim.api.nvim_buf_line_count(buffer)
  local actions = server.wait_for(client, 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
    context = { only = { 'source.fixAll.lsp-lint' }, diagnostics = {} },
  }, buffer)
  for _, action in ipairs(actions or {}) do
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
end

return M
