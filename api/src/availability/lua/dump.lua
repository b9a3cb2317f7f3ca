-- Everything about one event at one moment, for the reconciler and the audit: expensive (it
-- blocks Redis for some milliseconds in a sold-out stadium), so never on the way of a sale.
-- Answers {OK, counters, own, holds, sold, categories}, each a list.

local other = other_epoch('epoch')
if other then return other end

for _ = 1, SWEEP_ROUNDS_MAX do
  if sweep(SWEEP_BATCH) < SWEEP_BATCH then break end
end
local holds = {}
for _, id in ipairs(redis.call('ZRANGE', base .. 'exp', 0, -1)) do
  local h = redis.call('HMGET', base .. 'h:' .. id, 's', 'o', 'c', 'r', 'f', 'k', 'or')
  local line = { id }
  for i = 1, 7 do line[i + 1] = h[i] or '' end
  holds[#holds + 1] = line
end
local categories = {}
for c = 0, 15 do
  local lay = redis.call('GET', base .. 'lay:' .. c)
  if lay then
    local fits = {}
    for i, fit in ipairs(FITS) do
      fits[i] = redis.call('ZRANGE', base .. 'fit:' .. c .. ':' .. fit, 0, -1)
    end
    categories[#categories + 1] = {
      tostring(c), lay, redis.call('HGETALL', base .. 'rows:' .. c), fits }
  end
end
return { 'OK', redis.call('HGETALL', meta), redis.call('HGETALL', base .. 'own'), holds,
  redis.call('HGETALL', base .. 'sold'), categories }
