-- Starts a load: the event stops selling and what it had is wiped. Called again (by the same
-- epoch) until no hold is left. ARGV 3 how long a load of another may take, in milliseconds.
-- Answers {MORE}, {OK} or {BUSY}.

local seen = redis.call('HMGET', meta, 'loading', 'loading_at', 'epoch')
-- A later load is complete: this one comes too late.
if seen[3] and tonumber(seen[3]) > tonumber(ARGV[1]) then return { 'BUSY' } end
if seen[1] and seen[1] ~= ARGV[1] and now - tonumber(seen[2]) < tonumber(ARGV[3])
  and tonumber(seen[1]) > tonumber(ARGV[1]) then
  return { 'BUSY' }
end
if seen[1] ~= ARGV[1] then redis.call('HDEL', meta, 'epoch') end
redis.call('HSET', meta, 'loading', ARGV[1], 'loading_at', ARGV[2])

local holds = redis.call('ZRANGE', base .. 'exp', 0, 499)
for _, id in ipairs(holds) do
  redis.call('DEL', base .. 'h:' .. id)
  redis.call('ZREM', base .. 'exp', id)
end
if #holds == 500 then return { 'MORE' } end
redis.call('UNLINK', base .. 'exp', base .. 'own', base .. 'sold')
for c = 0, 15 do
  redis.call('HDEL', meta, 'cap:' .. c, 'free:' .. c, 'held:' .. c, 'taken:' .. c, 'next:' .. c)
  redis.call('UNLINK', base .. 'lay:' .. c, base .. 'rows:' .. c)
  for _, fit in ipairs(FITS) do redis.call('UNLINK', base .. 'fit:' .. c .. ':' .. fit) end
end
return { 'OK' }
