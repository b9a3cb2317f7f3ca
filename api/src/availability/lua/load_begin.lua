-- Starts a load: the event stops selling and what it had is wiped. ARGV 3 how long a load of another
-- may take, in milliseconds. Answers {OK} or {BUSY}.

local seen = call('HMGET', meta, 'loading', 'loading_at', 'epoch')
-- A later load is complete: this one comes too late.
if seen[3] and tonumber(seen[3]) > tonumber(ARGV[1]) then return { 'BUSY' } end
if seen[1] and seen[1] ~= ARGV[1] and now - tonumber(seen[2]) < tonumber(ARGV[3])
  and tonumber(seen[1]) > tonumber(ARGV[1]) then
  return { 'BUSY' }
end
if seen[1] ~= ARGV[1] then call('HDEL', meta, 'epoch') end
call('HSET', meta, 'loading', ARGV[1], 'loading_at', ARGV[2])

call('HDEL', meta, 'due')
call('UNLINK', people_key)
for _, name in pairs(QUEUES) do call('UNLINK', base .. 'due:' .. name) end
for c = 0, 15 do
  call('HDEL', meta, 'cap:' .. c, 'free:' .. c, 'held:' .. c, 'taken:' .. c, 'next:' .. c)
  call('UNLINK', base .. 'lay:' .. c, base .. 'rows:' .. c)
  for _, fit in ipairs(FITS) do call('UNLINK', base .. 'fit:' .. c .. ':' .. fit) end
end
return { 'OK' }
