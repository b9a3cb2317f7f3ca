-- Gives an unordered hold back. ARGV 3 hold id. Answers {OK} (also when it was given back or had
-- expired before), {ORDERED} or {NONE}.

local other = other_epoch('epoch')
if other then return other end

local id = ARGV[3]
local state = redis.call('HGET', base .. 'h:' .. id, 's')
if state == 'x' then return { 'OK' } end
if state == 'k' or redis.call('HEXISTS', base .. 'sold', id) == 1 then return { 'ORDERED' } end
if not state then return { 'NONE' } end
free_hold(id)
return { 'OK' }
