-- The seats of an order are sold: its hold becomes an entry of `…:sold`. Where the hold is gone
-- (lost, expired, or given back and now paid late) the seats are taken again if all are free.
-- ARGV 3 hold id, 4 order, 5 owner, 6 category, 7 row, 8 first place, 9 mask.
-- Answers {OK, changed 0|1}, {TAKEN} (somebody has a seat of it), {INVALID} or {ORDERED} (by another order).

local other = other_epoch('epoch')
if other then return other end

local id, order = ARGV[3], ARGV[4]
local key = base .. 'h:' .. id
local sold = read_sold(id)
if sold then return { sold.order == order and 'OK' or 'ORDERED', '0' } end
local h = redis.call('HMGET', key, 's', 'or', 'c', 'r', 'f', 'k', 'o')
if h[1] == 'h' or h[1] == 'k' then
  if h[1] == 'k' and h[2] ~= order then return { 'ORDERED' } end
  local k = tonumber(h[6])
  count('held:' .. h[3], -k)
  count('taken:' .. h[3], k)
  redis.call('ZREM', base .. 'exp', id)
  redis.call('DEL', key)
  write_sold(id, { c = h[3], row = h[4], first = h[5], mask = string.rep('1', k),
    owner = h[7], order = order, at = ARGV[2] })
  return { 'OK', '1' }
end
local entry = { c = ARGV[6], row = ARGV[7], first = ARGV[8], mask = ARGV[9],
  owner = ARGV[5], order = order, at = ARGV[2] }
local answer = take_sold(id, entry)
for _ = 1, SWEEP_ROUNDS_MAX do
  if answer ~= 'TAKEN' or sweep(SWEEP_BATCH) == 0 then break end
  answer = take_sold(id, entry)
end
if answer == 'OK' then redis.call('DEL', key) end
return { answer, '1' }
