-- Everything about one event at one moment, for the audit: expensive (it blocks Redis for some
-- milliseconds in a sold-out stadium), so never on the way of a sale.
-- Answers {OK, counters, people, due, categories}, each a list.

local other = other_epoch('epoch')
if other then return other end

sweep_all()
finish()
local awaited = {}
for _, name in pairs(QUEUES) do
  for _, entry in ipairs(call('LRANGE', base .. 'due:' .. name, 0, -1)) do
    awaited[#awaited + 1] = entry
  end
end
local categories = {}
for c = 0, 15 do
  local lay = call('GET', base .. 'lay:' .. c)
  if lay then
    local fits = {}
    for i, fit in ipairs(FITS) do
      fits[i] = call('ZRANGE', base .. 'fit:' .. c .. ':' .. fit, 0, -1)
    end
    categories[#categories + 1] = { tostring(c), lay, call('HGETALL', base .. 'rows:' .. c), fits }
  end
end
return { 'OK', call('HGETALL', meta), call('HGETALL', people_key), awaited, categories }
